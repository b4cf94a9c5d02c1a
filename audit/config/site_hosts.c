/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The key "hosts" of the site file: which hosts are looked at, how to log on to them, and the trials of candidate passwords. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "audit/base/num.h"
#include "audit/config/site_take.h"

#define MOST_SPECS     16384U
#define MOST_EXCLUDED  256U /* what one task can name */
#define HOST_LINE_MOST 256

struct spec_list {
    struct host_spec *list;
    size_t count, room;
};

static bool add_spec(struct site_loader *l, struct spec_list *s, const struct host_spec *spec)
{
    if (s->count == s->room) {
        size_t room = s->room ? s->room * 2 : 64;
        struct host_spec *list =
            room <= MOST_SPECS * 2 ? arena_array(l->arena, room, sizeof(*list)) : NULL;
        if (!list) {
            return false;
        }
        if (s->count > 0) {
            memcpy(list, s->list, s->count * sizeof(*list));
        }
        s->list = list;
        s->room = room;
    }
    s->list[s->count++] = *spec;
    return true;
}

static void take_specs(struct site_loader *l, const struct yaml_node *value,
                       struct host_spec **list, size_t *count)
{
    struct spec_list s = { .list = *list, .count = *count, .room = *count };
    if (value->kind != YAML_LIST) {
        site_mistake(l, value->line, value->column,
                     "\"%s\" must be a list of names, addresses and ranges", value->key);
        return;
    }
    for (const struct yaml_node *item = value->first; item; item = item->next) {
        struct host_spec spec;
        struct err err = { 0 };
        if (item->kind != YAML_SCALAR) {
            site_mistake(l, item->line, item->column, "a host is a name, an address or a range");
        } else if (host_spec_parse(item->text, &spec, &err) != RC_OK) {
            site_mistake(l, item->line, item->column, "%s", err.msg);
        } else if (!add_spec(l, &s, &spec)) {
            site_mistake(l, item->line, item->column, "more than %u hosts", MOST_SPECS);
            break;
        }
    }
    *list = s.list;
    *count = s.count;
}

static void take_include(struct site_loader *l, const struct yaml_node *value)
{
    take_specs(l, value, &l->site->hosts.include, &l->site->hosts.include_count);
}

static void take_exclude(struct site_loader *l, const struct yaml_node *value)
{
    struct site_hosts *h = &l->site->hosts;
    take_specs(l, value, &h->exclude, &h->exclude_count);
    if (h->exclude_count > MOST_EXCLUDED) {
        site_mistake(l, value->line, value->column,
                     "more than %u excluded hosts: write them as ranges", MOST_EXCLUDED);
    }
}

/* One line of the hosts file: blank, "# comment", or a spec with an optional comment behind it. */
static void take_host_line(struct site_loader *l, const struct yaml_node *value, const char *path,
                           unsigned number, char *line, struct spec_list *s)
{
    struct host_spec spec;
    struct err err = { 0 };
    line[strcspn(line, "#\r\n")] = '\0';
    char *word = line + strspn(line, " \t");
    size_t end = strlen(word);
    while (end > 0 && (word[end - 1] == ' ' || word[end - 1] == '\t')) {
        word[--end] = '\0';
    }
    char *kept = word[0] ? arena_strdup(l->arena, word) : NULL;
    if (!kept) {
        return;
    }
    if (host_spec_parse(kept, &spec, &err) != RC_OK) {
        site_mistake(l, value->line, value->column, "%s:%u: %s", path, number, err.msg);
    } else if (!add_spec(l, s, &spec)) {
        site_mistake(l, value->line, value->column, "%s:%u: more than %u hosts", path, number,
                     MOST_SPECS);
    }
}

static void take_file(struct site_loader *l, const struct yaml_node *value)
{
    const char *path = site_take_path(l, value);
    FILE *f = path ? fopen(path, "re") : NULL;
    char line[HOST_LINE_MOST];
    struct spec_list s = { 0 };
    if (!f) {
        if (path) {
            site_mistake(l, value->line, value->column, "cannot read the hosts file %s: %s", path,
                         strerror(errno));
        }
        return;
    }
    for (unsigned number = 1; s.count < MOST_SPECS && fgets(line, sizeof(line), f); number++) {
        if (!strchr(line, '\n') && !feof(f)) {
            site_mistake(l, value->line, value->column, "%s:%u: the line is too long", path,
                         number);
            break;
        }
        take_host_line(l, value, path, number, line, &s);
    }
    (void)fclose(f);
    l->site->hosts.listed = s.list;
    l->site->hosts.listed_count = s.count;
}

static void take_from_directory(struct site_loader *l, const struct yaml_node *value)
{
    l->site->hosts.from_directory = site_take_bool(l, value);
}

static void take_inactive(struct site_loader *l, const struct yaml_node *value)
{
    l->site->hosts.inactive_days = site_take_number(l, value, 1, 3650);
}

static void take_scope(struct site_loader *l, const struct yaml_node *value)
{
    static const struct site_key keys[] = { { "directory", false, take_from_directory },
                                            { "inactive_days", false, take_inactive },
                                            { "include", false, take_include },
                                            { "file", false, take_file },
                                            { "exclude", false, take_exclude } };
    site_take_map(l, value, "scope", keys, ARRAY_LEN(keys));
}

static void take_login_method(struct site_loader *l, const struct yaml_node *value)
{
    static const char *const words[] = { "ntlm", "kerberos", NULL };
    l->site->hosts.login.is_kerberos = site_take_word(l, value, words) == 1;
}

static void take_login_user(struct site_loader *l, const struct yaml_node *value)
{
    const char *text = site_take_text(l, value);
    bool has_domain = text && (strchr(text, '\\') || strchr(text, '@'));
    if (text && (!has_domain || strlen(text) > 256)) {
        site_mistake(
            l, value->line, value->column,
            "\"%s\" does not say whose account it is: write DOMAIN\\user, user@realm, or .\\user "
            "for an account of the hosts themselves",
            text);
    }
    l->site->hosts.login.user = text;
}

static void take_login_file(struct site_loader *l, const struct yaml_node *value)
{
    l->site->hosts.login.password_file = site_take_path(l, value);
}

static void take_login_fd(struct site_loader *l, const struct yaml_node *value)
{
    l->site->hosts.login.password_fd = (int)site_take_number(l, value, 0, 1023);
}

static void take_login_prompt(struct site_loader *l, const struct yaml_node *value)
{
    l->site->hosts.login.prompt = site_take_bool(l, value);
}

static void take_login_principal(struct site_loader *l, const struct yaml_node *value)
{
    l->site->hosts.login.principal = site_take_text(l, value);
}

static void take_login_ccache(struct site_loader *l, const struct yaml_node *value)
{
    l->site->hosts.login.ccache = site_take_path(l, value);
}

static void take_login_keytab(struct site_loader *l, const struct yaml_node *value)
{
    l->site->hosts.login.keytab = site_take_path(l, value);
}

static void refuse_password(struct site_loader *l, const struct yaml_node *value)
{
    site_mistake(
        l, value->key_line, value->key_column,
        "a password does not belong into the site file: put it into a file of mode 0600 and "
        "name that");
}

static void check_login(struct site_loader *l, const struct yaml_node *map)
{
    const struct site_login *login = &l->site->hosts.login;
    int secrets = (login->password_file != NULL) + (login->password_fd >= 0) + login->prompt;
    bool has_ticket = login->ccache || login->keytab || login->principal;
    if (!login->is_kerberos && (!login->user || secrets != 1 || has_ticket)) {
        site_mistake(
            l, map->line, map->column,
            "method ntlm needs \"user\" and exactly one of password_file, password_fd and prompt: true");
    } else if (login->is_kerberos && (secrets != 0 || login->user)) {
        site_mistake(l, map->line, map->column,
                     "method kerberos takes ccache, or keytab with principal, and no password");
    } else if (login->is_kerberos && login->ccache && login->keytab) {
        site_mistake(l, map->line, map->column, "name either ccache or keytab");
    } else if (login->keytab && !login->principal) {
        site_mistake(l, map->line, map->column, "a keytab needs \"principal\": name@REALM");
    }
}

static void take_login(struct site_loader *l, const struct yaml_node *value)
{
    static const struct site_key keys[] = {
        { "method", true, take_login_method },        { "user", false, take_login_user },
        { "password", false, refuse_password },       { "password_file", false, take_login_file },
        { "password_fd", false, take_login_fd },      { "prompt", false, take_login_prompt },
        { "principal", false, take_login_principal }, { "ccache", false, take_login_ccache },
        { "keytab", false, take_login_keytab }
    };
    l->site->hosts.has_login = true;
    site_take_map(l, value, "credential", keys, ARRAY_LEN(keys));
    if (value->kind == YAML_MAP) {
        check_login(l, value);
    }
}

static void take_candidates_file(struct site_loader *l, const struct yaml_node *value)
{
    l->site->hosts.candidates_file = site_take_path(l, value);
}

static void take_candidates_fd(struct site_loader *l, const struct yaml_node *value)
{
    l->site->hosts.candidates_fd = (int)site_take_number(l, value, 0, 1023);
}

static void take_candidates_prompt(struct site_loader *l, const struct yaml_node *value)
{
    l->site->hosts.candidates_prompt = site_take_bool(l, value);
}

static void take_blank(struct site_loader *l, const struct yaml_node *value)
{
    l->site->hosts.blank = site_take_bool(l, value);
}

static void take_trials(struct site_loader *l, const struct yaml_node *value)
{
    l->site->hosts.trials = site_take_number(l, value, 1, 64);
}

static void take_reuse(struct site_loader *l, const struct yaml_node *value)
{
    static const struct site_key keys[] = { { "candidates", false, refuse_password },
                                            { "candidates_file", false, take_candidates_file },
                                            { "candidates_fd", false, take_candidates_fd },
                                            { "prompt", false, take_candidates_prompt },
                                            { "blank", false, take_blank },
                                            { "trials", false, take_trials } };
    site_take_map(l, value, "password_reuse", keys, ARRAY_LEN(keys));
    const struct site_hosts *h = &l->site->hosts;
    int lists = (h->candidates_file != NULL) + (h->candidates_fd >= 0) + h->candidates_prompt;
    if (lists > 1 || (lists == 0 && !h->blank)) {
        site_mistake(
            l, value->line, value->column,
            "password_reuse needs one of candidates_file, candidates_fd, prompt: true, or blank: true");
    }
}

static void take_rdp_ports(struct site_loader *l, const struct yaml_node *value)
{
    struct site_hosts *h = &l->site->hosts;
    if (value->kind != YAML_LIST) {
        site_mistake(l, value->line, value->column, "\"rdp_ports\" must be a list of ports");
        return;
    }
    for (const struct yaml_node *n = value->first; n; n = n->next) {
        if (h->rdp_port_count == SITE_MAX_RDP_PORTS) {
            site_mistake(l, n->line, n->column, "more than %d ports", SITE_MAX_RDP_PORTS);
            return;
        }
        uint32_t port = 0;
        if (n->kind != YAML_SCALAR || !num_u32(n->text, strlen(n->text), &port) || port == 0 ||
            port > 65535) {
            site_mistake(l, n->line, n->column, "a port is a number from 1 to 65535");
            continue;
        }
        h->rdp_ports[h->rdp_port_count++] = port;
    }
}

void site_take_hosts(struct site_loader *l, const struct yaml_node *value)
{
    static const struct site_key keys[] = { { "scope", true, take_scope },
                                            { "credential", false, take_login },
                                            { "password_reuse", false, take_reuse },
                                            { "rdp_ports", false, take_rdp_ports } };
    struct site_hosts *h = &l->site->hosts;
    h->is_wanted = true;
    site_take_map(l, value, "hosts", keys, ARRAY_LEN(keys));
    if (!l->is_wrong && !h->from_directory && h->include_count == 0 && h->listed_count == 0) {
        site_mistake(l, value->line, value->column,
                     "the scope names no host: write directory: true, include, or file");
    }
}

void site_take_hosts_parallel(struct site_loader *l, const struct yaml_node *value)
{
    l->site->hosts.parallel = site_take_number(l, value, 1, 64);
}

void site_take_host_deadline(struct site_loader *l, const struct yaml_node *value)
{
    l->site->hosts.deadline_s = site_take_number(l, value, 5, 3600);
}

void site_take_connect_timeout(struct site_loader *l, const struct yaml_node *value)
{
    l->site->hosts.connect_timeout_ms = site_take_number(l, value, 50, 60000);
}

void site_take_connect_rate(struct site_loader *l, const struct yaml_node *value)
{
    l->site->hosts.connects_per_second = site_take_number(l, value, 1, 100000);
}
