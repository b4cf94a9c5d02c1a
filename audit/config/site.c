/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/config/site.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "audit/base/num.h"
#include "audit/base/wr.h"
#include "audit/yaml/yaml_tree.h"

#define MAX_MISTAKES_TEXT (256U * 1024)

struct loader {
    struct arena *arena;
    struct site *site;
    struct wr mistakes;
    bool is_wrong;
};

/* What a map may hold: the key, and the function that takes its value. */
struct site_key {
    const char *name;
    bool must;
    void (*take)(struct loader *l, const struct yaml_node *value);
};

static void mistake(struct loader *l, unsigned line, unsigned column, const char *fmt, ...)
    PRINTF_LIKE(4, 5);

static void mistake(struct loader *l, unsigned line, unsigned column, const char *fmt, ...)
{
    struct err text = { 0 };
    char message[400];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(message, sizeof(message), fmt, ap);
    va_end(ap);
    (void)err_setf(&text, RC_USAGE, "%s", message); /* makes the text safe to show */
    wr_printf(&l->mistakes, "%s%s:%u:%u: %s", l->is_wrong ? "\n" : "", l->site->path, line, column,
              text.msg);
    l->is_wrong = true;
}

static void unknown_key(struct loader *l, const struct yaml_node *child,
                        const struct site_key *keys, size_t count)
{
    const char *names[32] = { NULL };
    for (size_t i = 0; i < count && i < ARRAY_LEN(names) - 1; i++) {
        names[i] = keys[i].name;
    }
    const char *near = yaml_suggest(child->key, names);
    if (near) {
        mistake(l, child->key_line, child->key_column, "unknown key \"%s\" (did you mean \"%s\"?)",
                child->key, near);
    } else {
        mistake(l, child->key_line, child->key_column,
                "unknown key \"%s\"; site.example.yaml lists the keys", child->key);
    }
}

static void take_map(struct loader *l, const struct yaml_node *map, const char *what,
                     const struct site_key *keys, size_t count)
{
    if (map->kind != YAML_MAP) {
        mistake(l, map->line, map->column, "%s must be a map of keys and values", what);
        return;
    }
    for (const struct yaml_node *child = map->first; child; child = child->next) {
        const struct site_key *key = NULL;
        for (size_t i = 0; i < count && !key; i++) {
            key = strcmp(keys[i].name, child->key) == 0 ? &keys[i] : NULL;
        }
        if (key) {
            key->take(l, child);
        } else {
            unknown_key(l, child, keys, count);
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (keys[i].must && !yaml_get(map, keys[i].name)) {
            mistake(l, map->line, map->column, "%s lacks \"%s\"", what, keys[i].name);
        }
    }
}

static const char *take_text(struct loader *l, const struct yaml_node *value)
{
    if (value->kind != YAML_SCALAR || value->text[0] == '\0') {
        mistake(l, value->line, value->column, "\"%s\" must be a text that is not empty",
                value->key);
        return NULL;
    }
    return value->text;
}

static uint32_t take_number(struct loader *l, const struct yaml_node *value, uint32_t least,
                            uint32_t most)
{
    uint32_t v = 0;
    if (value->kind != YAML_SCALAR || !num_u32(value->text, strlen(value->text), &v) || v < least ||
        v > most) {
        mistake(l, value->line, value->column, "\"%s\" must be a whole number from %u to %u",
                value->key, least, most);
        return least;
    }
    return v;
}

static bool take_bool(struct loader *l, const struct yaml_node *value)
{
    bool yes = value->kind == YAML_SCALAR && strcmp(value->text, "true") == 0;
    if (!yes && (value->kind != YAML_SCALAR || strcmp(value->text, "false") != 0)) {
        mistake(l, value->line, value->column, "\"%s\" must be true or false", value->key);
    }
    return yes;
}

/* A path of the site file: relative ones count from the folder that the site file is in. */
static const char *take_path(struct loader *l, const struct yaml_node *value)
{
    const char *text = take_text(l, value);
    const char *slash = strrchr(l->site->path, '/');
    if (!text || text[0] == '/' || !slash) {
        return text;
    }
    return arena_printf(l->arena, "%.*s/%s", (int)(slash - l->site->path), l->site->path, text);
}

static int take_word(struct loader *l, const struct yaml_node *value, const char *const *words)
{
    const char *text = take_text(l, value);
    for (int i = 0; text && words[i]; i++) {
        if (strcmp(text, words[i]) == 0) {
            return i;
        }
    }
    if (text) {
        const char *near = yaml_suggest(text, words);
        struct wr list AUTO(wr_done);
        wr_init(&list, 1024);
        for (int i = 0; words[i]; i++) {
            wr_printf(&list, "%s%s", i ? ", " : "", words[i]);
        }
        wr_u8(&list, 0);
        mistake(l, value->line, value->column, "\"%s\" is none of %s%s%s%s", text,
                (const char *)list.data, near ? " (did you mean " : "", near ? near : "",
                near ? "?)" : "");
    }
    return 0;
}

static void take_organisation_en(struct loader *l, const struct yaml_node *value)
{
    l->site->organisation_en = take_text(l, value);
}

static void take_organisation_ja(struct loader *l, const struct yaml_node *value)
{
    l->site->organisation_ja = take_text(l, value);
}

static void take_organisation(struct loader *l, const struct yaml_node *value)
{
    static const struct site_key keys[] = { { "en", true, take_organisation_en },
                                            { "ja", true, take_organisation_ja } };
    take_map(l, value, "organisation", keys, ARRAY_LEN(keys));
}

static struct site_server *last_server(struct loader *l)
{
    return &l->site->servers[l->site->server_count - 1];
}

/* Letters, digits, hyphen and dot for names; for addresses colon and percent too. */
static bool is_host_text(const char *s, bool address)
{
    size_t allowed =
        strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:%");
    return s[allowed] == '\0' && strlen(s) <= 253 && s[0] != '-' && (address || !strpbrk(s, ":%"));
}

static void take_host(struct loader *l, const struct yaml_node *value)
{
    const char *text = take_text(l, value);
    if (text && !is_host_text(text, false)) {
        mistake(
            l, value->line, value->column,
            "\"%s\" is not a host name; write the name that stands in the server's certificate, without ldap://",
            text);
    }
    last_server(l)->host = text ? text : "";
}

static void take_address(struct loader *l, const struct yaml_node *value)
{
    const char *text = take_text(l, value);
    if (text && !is_host_text(text, true)) {
        mistake(l, value->line, value->column, "\"%s\" is not an address", text);
    }
    last_server(l)->address = text;
}

static void take_port(struct loader *l, const struct yaml_node *value)
{
    last_server(l)->port = take_number(l, value, 1, 65535);
}

static void take_servers(struct loader *l, const struct yaml_node *value)
{
    static const struct site_key keys[] = { { "host", true, take_host },
                                            { "address", false, take_address },
                                            { "port", false, take_port } };
    if (value->kind != YAML_LIST || !value->first) {
        mistake(l, value->line, value->column,
                "\"servers\" must be a list with at least one \"- host: …\"");
        return;
    }
    for (const struct yaml_node *item = value->first; item; item = item->next) {
        if (l->site->server_count == SITE_MAX_SERVERS) {
            mistake(l, item->line, item->column, "more than %d servers", SITE_MAX_SERVERS);
            return;
        }
        l->site->servers[l->site->server_count++] = (struct site_server){ .host = "" };
        take_map(l, item, "a server", keys, ARRAY_LEN(keys));
    }
}

static void take_transport(struct loader *l, const struct yaml_node *value)
{
    static const char *const words[] = { "ldaps", "starttls", "gssapi", NULL };
    l->site->transport = (enum site_transport)take_word(l, value, words);
}

static void take_ca_file(struct loader *l, const struct yaml_node *value)
{
    l->site->ca_file = take_path(l, value);
}

static void take_discover(struct loader *l, const struct yaml_node *value)
{
    l->site->discover = take_bool(l, value);
}

static void take_method(struct loader *l, const struct yaml_node *value)
{
    static const char *const words[] = { "simple", "kerberos", NULL };
    l->site->bind = (enum site_bind)take_word(l, value, words);
}

static void take_user(struct loader *l, const struct yaml_node *value)
{
    l->site->user = take_text(l, value);
}

static void take_password(struct loader *l, const struct yaml_node *value)
{
    mistake(
        l, value->key_line, value->key_column,
        "a password does not belong into the site file: put it into a file of mode 0600 and name that as password_file");
}

static void take_password_file(struct loader *l, const struct yaml_node *value)
{
    l->site->password_file = take_path(l, value);
}

static void take_password_fd(struct loader *l, const struct yaml_node *value)
{
    l->site->password_fd = (int)take_number(l, value, 0, 1023);
}

static void take_prompt(struct loader *l, const struct yaml_node *value)
{
    l->site->prompt = take_bool(l, value);
}

static void take_principal(struct loader *l, const struct yaml_node *value)
{
    l->site->principal = take_text(l, value);
}

static void take_ccache(struct loader *l, const struct yaml_node *value)
{
    l->site->ccache = take_path(l, value);
}

static void take_keytab(struct loader *l, const struct yaml_node *value)
{
    l->site->keytab = take_path(l, value);
}

static void check_bind(struct loader *l, const struct yaml_node *map)
{
    const struct site *s = l->site;
    int secrets = (s->password_file != NULL) + (s->password_fd >= 0) + s->prompt;
    if (s->bind == SITE_SIMPLE) {
        if (!s->user) {
            mistake(l, map->line, map->column,
                    "a simple bind needs \"user\": a distinguished name or name@domain");
        }
        if (secrets != 1) {
            mistake(
                l, map->line, map->column,
                "a simple bind needs exactly one of password_file, password_fd and prompt: true");
        }
        if (s->ccache || s->keytab || s->principal) {
            mistake(l, map->line, map->column,
                    "principal, ccache and keytab belong to \"method: kerberos\"");
        }
    } else if (secrets != 0 || s->user) {
        mistake(l, map->line, map->column,
                "user and passwords belong to \"method: simple\"; Kerberos takes ccache or keytab");
    } else if (s->ccache && s->keytab) {
        mistake(l, map->line, map->column, "name either ccache or keytab");
    } else if (s->keytab && !s->principal) {
        mistake(l, map->line, map->column, "a keytab needs \"principal\": name@REALM");
    }
}

static void take_bind(struct loader *l, const struct yaml_node *value)
{
    static const struct site_key keys[] = {
        { "method", true, take_method },
        { "user", false, take_user },
        { "password", false, take_password },
        { "password_file", false, take_password_file },
        { "password_fd", false, take_password_fd },
        { "prompt", false, take_prompt },
        { "principal", false, take_principal },
        { "ccache", false, take_ccache },
        { "keytab", false, take_keytab },
    };
    take_map(l, value, "bind", keys, ARRAY_LEN(keys));
    if (value->kind == YAML_MAP) {
        check_bind(l, value);
    }
}

static void take_directory(struct loader *l, const struct yaml_node *value)
{
    static const struct site_key keys[] = {
        { "servers", true, take_servers },  { "transport", false, take_transport },
        { "ca_file", false, take_ca_file }, { "discover", false, take_discover },
        { "bind", true, take_bind },
    };
    take_map(l, value, "directory", keys, ARRAY_LEN(keys));
    if (l->site->transport == SITE_GSSAPI && l->site->bind == SITE_SIMPLE) {
        mistake(
            l, value->line, value->column,
            "a simple bind would send the password in clear text over \"gssapi\": use transport ldaps or starttls");
    }
}

static void take_parallel(struct loader *l, const struct yaml_node *value)
{
    l->site->parallel = take_number(l, value, 1, 64);
}

static void take_page_size(struct loader *l, const struct yaml_node *value)
{
    l->site->page_size = take_number(l, value, 1, 10000);
}

static void take_network_timeout(struct loader *l, const struct yaml_node *value)
{
    l->site->network_timeout_s = take_number(l, value, 1, 600);
}

static void take_operation_timeout(struct loader *l, const struct yaml_node *value)
{
    l->site->operation_timeout_s = take_number(l, value, 1, 3600);
}

static void take_deadline(struct loader *l, const struct yaml_node *value)
{
    l->site->task_deadline_s = take_number(l, value, 1, 86400);
}

static void take_limits(struct loader *l, const struct yaml_node *value)
{
    static const struct site_key keys[] = {
        { "parallel", false, take_parallel },
        { "page_size", false, take_page_size },
        { "network_timeout_s", false, take_network_timeout },
        { "operation_timeout_s", false, take_operation_timeout },
        { "task_deadline_s", false, take_deadline },
    };
    take_map(l, value, "limits", keys, ARRAY_LEN(keys));
}

static void take_waivers(struct loader *l, const struct yaml_node *value)
{
    l->site->waivers = take_path(l, value);
}

enum rc site_load(const char *path, struct arena *a, struct site *ret, const char **ret_mistakes,
                  struct err *err)
{
    static const struct site_key keys[] = {
        { "organisation", true, take_organisation },
        { "directory", true, take_directory },
        { "limits", false, take_limits },
        { "waivers", false, take_waivers },
    };
    struct yaml_node *root = NULL;
    *ret_mistakes = NULL;
    *ret = (struct site){ .path = path,
                          .discover = true,
                          .password_fd = -1,
                          .parallel = 4,
                          .page_size = 1000,
                          .network_timeout_s = 15,
                          .operation_timeout_s = 120,
                          .task_deadline_s = 3600 };
    TRY(yaml_tree_load(path, a, &root, err));
    if (!root) {
        (void)err_setf(err, RC_USAGE, "the site file is empty; start from site.example.yaml");
        return err_at(err, "%s", path);
    }
    struct loader l = { .arena = a, .site = ret };
    wr_init(&l.mistakes, MAX_MISTAKES_TEXT);
    if (root->next) {
        mistake(&l, root->next->line, root->next->column,
                "a site file is one document; remove what follows ---");
    }
    take_map(&l, root, "the site file", keys, ARRAY_LEN(keys));
    enum rc rc = RC_OK;
    if (l.is_wrong) {
        *ret_mistakes = arena_strndup(a, (const char *)l.mistakes.data, l.mistakes.size);
        rc = err_setf(err, RC_USAGE, "the site file has mistakes");
        (void)err_at(err, "%s", path);
    }
    wr_done(&l.mistakes);
    return rc;
}

enum rc site_secret(const struct site *site, struct secret **ret, struct err *err)
{
    *ret = NULL;
    if (site->bind == SITE_KERBEROS) {
        return RC_OK;
    }
    if (site->password_file) {
        return secret_from_file(site->password_file, ret, err);
    }
    if (site->password_fd >= 0) {
        return secret_from_fd(site->password_fd, ret, err);
    }
    char question[256];
    struct err shown = { 0 };
    (void)err_setf(&shown, RC_OK, "%s", site->user); /* safe for the terminal */
    (void)snprintf(question, sizeof(question), "Password of %.200s: ", shown.msg);
    return secret_from_prompt(question, ret, err);
}

uint32_t site_port(const struct site *site, const struct site_server *server)
{
    if (server->port) {
        return server->port;
    }
    return site->transport == SITE_LDAPS ? 636 : 389;
}

const char *site_transport_word(enum site_transport t)
{
    static const char *const words[] = {
        [SITE_LDAPS] = "ldaps", [SITE_STARTTLS] = "starttls", [SITE_GSSAPI] = "gssapi"
    };
    return words[t];
}
