/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/config/site.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "audit/base/zone.h"
#include "audit/config/site_take.h"

#define MAX_MISTAKES_TEXT (256U * 1024)

static void take_organisation_en(struct site_loader *l, const struct yaml_node *value)
{
    l->site->organisation_en = site_take_text(l, value);
}

static void take_organisation_ja(struct site_loader *l, const struct yaml_node *value)
{
    l->site->organisation_ja = site_take_text(l, value);
}

static void take_organisation(struct site_loader *l, const struct yaml_node *value)
{
    static const struct site_key keys[] = { { "en", true, take_organisation_en },
                                            { "ja", true, take_organisation_ja } };
    site_take_map(l, value, "organisation", keys, ARRAY_LEN(keys));
}

/* The report's times are the organisation's. A zone without a file would silently be UTC. */
static void take_time_zone(struct site_loader *l, const struct yaml_node *value)
{
    const char *text = site_take_text(l, value);
    char env[ZONE_MAX], path[ZONE_MAX + 32];
    if (!text) {
        return;
    }
    bool is_good = zone_environment(text, env, sizeof(env));
    if (is_good && env[0] == ':') {
        (void)snprintf(path, sizeof(path), "/usr/share/zoneinfo/%s", text);
        is_good = access(path, R_OK) == 0;
    }
    if (!is_good) {
        site_mistake(
            l, value->line, value->column,
            "\"%s\" is no time zone of this machine; write Asia/Tokyo, another name below /usr/share/zoneinfo, UTC or UTC+09:00",
            text);
    }
    l->site->time_zone = text;
}

static struct site_server *last_server(struct site_loader *l)
{
    return &l->site->servers[l->site->server_count - 1];
}

static void take_host(struct site_loader *l, const struct yaml_node *value)
{
    const char *text = site_take_text(l, value);
    if (text && !site_is_host(text, false)) {
        site_mistake(
            l, value->line, value->column,
            "\"%s\" is not a host name; write the name that stands in the server's certificate, without ldap://",
            text);
    }
    last_server(l)->host = text ? text : "";
}

static void take_address(struct site_loader *l, const struct yaml_node *value)
{
    const char *text = site_take_text(l, value);
    if (text && !site_is_host(text, true)) {
        site_mistake(l, value->line, value->column, "\"%s\" is not an address", text);
    }
    last_server(l)->address = text;
}

static void take_port(struct site_loader *l, const struct yaml_node *value)
{
    last_server(l)->port = site_take_number(l, value, 1, 65535);
}

static void take_servers(struct site_loader *l, const struct yaml_node *value)
{
    static const struct site_key keys[] = { { "host", true, take_host },
                                            { "address", false, take_address },
                                            { "port", false, take_port } };
    if (value->kind != YAML_LIST || !value->first) {
        site_mistake(l, value->line, value->column,
                     "\"servers\" must be a list with at least one \"- host: …\"");
        return;
    }
    for (const struct yaml_node *item = value->first; item; item = item->next) {
        if (l->site->server_count == SITE_MAX_SERVERS) {
            site_mistake(l, item->line, item->column, "more than %d servers", SITE_MAX_SERVERS);
            return;
        }
        l->site->servers[l->site->server_count++] = (struct site_server){ .host = "" };
        site_take_map(l, item, "a server", keys, ARRAY_LEN(keys));
    }
}

static void take_transport(struct site_loader *l, const struct yaml_node *value)
{
    static const char *const words[] = { "ldaps", "starttls", "gssapi", NULL };
    l->site->transport = (enum site_transport)site_take_word(l, value, words);
}

static void take_ca_file(struct site_loader *l, const struct yaml_node *value)
{
    l->site->ca_file = site_take_path(l, value);
}

static void take_discover(struct site_loader *l, const struct yaml_node *value)
{
    l->site->discover = site_take_bool(l, value);
}

static void take_method(struct site_loader *l, const struct yaml_node *value)
{
    static const char *const words[] = { "simple", "kerberos", NULL };
    l->site->bind = (enum site_bind)site_take_word(l, value, words);
}

static void take_user(struct site_loader *l, const struct yaml_node *value)
{
    l->site->user = site_take_text(l, value);
}

static void take_password(struct site_loader *l, const struct yaml_node *value)
{
    site_mistake(
        l, value->key_line, value->key_column,
        "a password does not belong into the site file: put it into a file of mode 0600 and name that as password_file");
}

static void take_password_file(struct site_loader *l, const struct yaml_node *value)
{
    l->site->password_file = site_take_path(l, value);
}

static void take_password_fd(struct site_loader *l, const struct yaml_node *value)
{
    l->site->password_fd = (int)site_take_number(l, value, 0, 1023);
}

static void take_prompt(struct site_loader *l, const struct yaml_node *value)
{
    l->site->prompt = site_take_bool(l, value);
}

static void take_principal(struct site_loader *l, const struct yaml_node *value)
{
    l->site->principal = site_take_text(l, value);
}

static void take_ccache(struct site_loader *l, const struct yaml_node *value)
{
    l->site->ccache = site_take_path(l, value);
}

static void take_keytab(struct site_loader *l, const struct yaml_node *value)
{
    l->site->keytab = site_take_path(l, value);
}

static void check_bind(struct site_loader *l, const struct yaml_node *map)
{
    const struct site *s = l->site;
    int secrets = (s->password_file != NULL) + (s->password_fd >= 0) + s->prompt;
    if (s->bind == SITE_SIMPLE) {
        if (!s->user) {
            site_mistake(l, map->line, map->column,
                         "a simple bind needs \"user\": a distinguished name or name@domain");
        }
        if (secrets != 1) {
            site_mistake(
                l, map->line, map->column,
                "a simple bind needs exactly one of password_file, password_fd and prompt: true");
        }
        if (s->ccache || s->keytab || s->principal) {
            site_mistake(l, map->line, map->column,
                         "principal, ccache and keytab belong to \"method: kerberos\"");
        }
    } else if (secrets != 0 || s->user) {
        site_mistake(
            l, map->line, map->column,
            "user and passwords belong to \"method: simple\"; Kerberos takes ccache or keytab");
    } else if (s->ccache && s->keytab) {
        site_mistake(l, map->line, map->column, "name either ccache or keytab");
    } else if (s->keytab && !s->principal) {
        site_mistake(l, map->line, map->column, "a keytab needs \"principal\": name@REALM");
    }
}

static void take_bind(struct site_loader *l, const struct yaml_node *value)
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
    site_take_map(l, value, "bind", keys, ARRAY_LEN(keys));
    if (value->kind == YAML_MAP) {
        check_bind(l, value);
    }
}

static void check_transport(struct site_loader *l, const struct yaml_node *value)
{
    if (l->site->transport == SITE_GSSAPI && l->site->bind == SITE_SIMPLE) {
        site_mistake(
            l, value->line, value->column,
            "a simple bind would send the password in clear text over \"gssapi\": use transport ldaps or starttls");
    }
}

static void take_directory(struct site_loader *l, const struct yaml_node *value)
{
    static const struct site_key keys[] = {
        { "servers", true, take_servers },  { "transport", false, take_transport },
        { "ca_file", false, take_ca_file }, { "discover", false, take_discover },
        { "bind", true, take_bind },
    };
    site_take_map(l, value, "directory", keys, ARRAY_LEN(keys));
    l->site->is_directory = true;
    check_transport(l, value);
}

static void take_base(struct site_loader *l, const struct yaml_node *value)
{
    l->site->base = site_take_text(l, value);
}

static void take_accesslog(struct site_loader *l, const struct yaml_node *value)
{
    l->site->accesslog = site_take_text(l, value);
}

/* The same keys as a directory's are taken into a site of its own, so that tasks are made alike. */
static struct site *take_servers_of(struct site_loader *l, const struct yaml_node *value,
                                    const char *name, const struct site_key *keys, size_t count)
{
    struct site *outer = l->site;
    struct site *own = arena_alloc(l->arena, sizeof(*own));
    if (!own) {
        site_mistake(l, value->line, value->column, "out of memory");
        return NULL;
    }
    *own = (struct site){ .path = outer->path, .password_fd = -1 };
    l->site = own;
    site_take_map(l, value, name, keys, count);
    check_transport(l, value);
    l->site = outer;
    return own;
}

static void take_openldap(struct site_loader *l, const struct yaml_node *value)
{
    static const struct site_key keys[] = {
        { "servers", true, take_servers },      { "transport", false, take_transport },
        { "ca_file", false, take_ca_file },     { "base", false, take_base },
        { "accesslog", false, take_accesslog }, { "bind", true, take_bind },
    };
    l->site->openldap = take_servers_of(l, value, "openldap", keys, ARRAY_LEN(keys));
}

static void take_freeipa(struct site_loader *l, const struct yaml_node *value)
{
    static const struct site_key keys[] = {
        { "servers", true, take_servers },  { "transport", false, take_transport },
        { "ca_file", false, take_ca_file }, { "base", false, take_base },
        { "bind", true, take_bind },
    };
    l->site->freeipa = take_servers_of(l, value, "freeipa", keys, ARRAY_LEN(keys));
}

/* What the whole file says, whatever the order of its keys. */
static void settle_others(struct site_loader *l, const struct yaml_node *root)
{
    struct site *s = l->site, *const others[] = { s->openldap, s->freeipa };
    if (!s->is_directory && !s->openldap && !s->freeipa) {
        site_mistake(
            l, root->line, root->column,
            "the site file names no server: it needs \"directory\", \"openldap\" or \"freeipa\"");
    }
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        struct site *own = others[i];
        if (!own) {
            continue;
        }
        own->organisation_en = s->organisation_en;
        own->organisation_ja = s->organisation_ja;
        own->parallel = s->parallel;
        own->page_size = s->page_size;
        own->network_timeout_s = s->network_timeout_s;
        own->operation_timeout_s = s->operation_timeout_s;
        own->task_deadline_s = s->task_deadline_s;
    }
}

static void take_parallel(struct site_loader *l, const struct yaml_node *value)
{
    l->site->parallel = site_take_number(l, value, 1, 64);
}

static void take_page_size(struct site_loader *l, const struct yaml_node *value)
{
    l->site->page_size = site_take_number(l, value, 1, 10000);
}

static void take_network_timeout(struct site_loader *l, const struct yaml_node *value)
{
    l->site->network_timeout_s = site_take_number(l, value, 1, 600);
}

static void take_operation_timeout(struct site_loader *l, const struct yaml_node *value)
{
    l->site->operation_timeout_s = site_take_number(l, value, 1, 3600);
}

static void take_deadline(struct site_loader *l, const struct yaml_node *value)
{
    l->site->task_deadline_s = site_take_number(l, value, 1, 86400);
}

static void take_limits(struct site_loader *l, const struct yaml_node *value)
{
    static const struct site_key keys[] = {
        { "parallel", false, take_parallel },
        { "page_size", false, take_page_size },
        { "network_timeout_s", false, take_network_timeout },
        { "operation_timeout_s", false, take_operation_timeout },
        { "task_deadline_s", false, take_deadline },
        { "hosts_parallel", false, site_take_hosts_parallel },
        { "host_deadline_s", false, site_take_host_deadline },
        { "connect_timeout_ms", false, site_take_connect_timeout },
        { "connects_per_second", false, site_take_connect_rate },
    };
    site_take_map(l, value, "limits", keys, ARRAY_LEN(keys));
}

static void take_log_mib(struct site_loader *l, const struct yaml_node *value)
{
    l->site->log_mib = site_take_number(l, value, 1, SITE_MAX_LOG_MIB);
}

static void take_log_days(struct site_loader *l, const struct yaml_node *value)
{
    l->site->log_days = site_take_number(l, value, 1, 3650);
}

static void take_event_logs(struct site_loader *l, const struct yaml_node *value)
{
    static const struct site_key keys[] = { { "max_mib", false, take_log_mib },
                                            { "days", false, take_log_days } };
    site_take_map(l, value, "event_logs", keys, ARRAY_LEN(keys));
}

static void take_waivers(struct site_loader *l, const struct yaml_node *value)
{
    l->site->waivers = site_take_path(l, value);
}

static void take_answers(struct site_loader *l, const struct yaml_node *value)
{
    l->site->answers = site_take_path(l, value);
}

enum rc site_load(const char *path, struct arena *a, struct site *ret, const char **ret_mistakes,
                  struct err *err)
{
    static const struct site_key keys[] = {
        { "organisation", true, take_organisation }, { "directory", false, take_directory },
        { "openldap", false, take_openldap },        { "freeipa", false, take_freeipa },
        { "hosts", false, site_take_hosts },         { "groups", false, site_take_groups },
        { "accounts", false, site_take_accounts },   { "limits", false, take_limits },
        { "event_logs", false, take_event_logs },    { "waivers", false, take_waivers },
        { "answers", false, take_answers },          { "time_zone", false, take_time_zone },
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
                          .task_deadline_s = 3600,
                          .log_mib = 512,
                          .log_days = 90,
                          .hosts = { .inactive_days = 90,
                                     .login.password_fd = -1,
                                     .candidates_fd = -1,
                                     .trials = 1,
                                     .parallel = 32,
                                     .deadline_s = 180,
                                     .connect_timeout_ms = 2000,
                                     .connects_per_second = 500 } };
    TRY(yaml_tree_load(path, a, &root, err));
    if (!root) {
        (void)err_setf(err, RC_USAGE, "the site file is empty; start from site.example.yaml");
        return err_at(err, "%s", path);
    }
    struct site_loader l = { .arena = a, .site = ret };
    wr_init(&l.mistakes, MAX_MISTAKES_TEXT);
    if (root->next) {
        site_mistake(&l, root->next->line, root->next->column,
                     "a site file is one document; remove what follows ---");
    }
    site_take_map(&l, root, "the site file", keys, ARRAY_LEN(keys));
    if (root->kind == YAML_MAP) {
        settle_others(&l, root);
    }
    enum rc rc = RC_OK;
    if (l.is_wrong) {
        *ret_mistakes = arena_strndup(a, (const char *)l.mistakes.data, l.mistakes.size);
        rc = err_setf(err, RC_USAGE, "the site file has mistakes");
        (void)err_at(err, "%s", path);
    }
    wr_done(&l.mistakes);
    return rc;
}

static enum rc read_secret(const char *file, int fd, const char *user, struct secret **ret,
                           struct err *err)
{
    if (file) {
        return secret_from_file(file, ret, err);
    }
    if (fd >= 0) {
        return secret_from_fd(fd, ret, err);
    }
    char question[256];
    struct err shown = { 0 };
    (void)err_setf(&shown, RC_OK, "%s", user); /* safe for the terminal */
    (void)snprintf(question, sizeof(question), "Password of %.200s: ", shown.msg);
    return secret_from_prompt(question, ret, err);
}

enum rc site_secret(const struct site *site, struct secret **ret, struct err *err)
{
    *ret = NULL;
    if (site->bind == SITE_KERBEROS || site->server_count == 0) {
        return RC_OK;
    }
    return read_secret(site->password_file, site->password_fd, site->user, ret, err);
}

enum rc site_host_secret(const struct site *site, struct secret **ret, struct err *err)
{
    const struct site_login *login = &site->hosts.login;
    *ret = NULL;
    if (!site->hosts.has_login || login->is_kerberos) {
        return RC_OK;
    }
    return read_secret(login->password_file, login->password_fd, login->user, ret, err);
}

bool site_can_log_on(const struct site *site)
{
    /* An equals sign is in every distinguished name and in no name of an account. */
    bool is_name = site->user && strpbrk(site->user, "@\\") && !strchr(site->user, '=');
    return site->bind == SITE_KERBEROS || is_name;
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
