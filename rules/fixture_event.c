/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules/fixture_event.h"

#include <inttypes.h>
#include <string.h>

#include "rules/fixture_value.h"

/* The number that Windows gives to what happened, where one word has one number. */
static const char *event_of(const char *kind)
{
    static const struct {
        const char *kind, *event;
    } events[] = {
        { "password_change", "4723" },
        { "password_reset", "4724" },
        { "created", "4720" },
        { "enabled", "4722" },
        { "disabled", "4725" },
        { "deleted", "4726" },
        { "changed", "4738" },
        { "locked", "4740" },
        { "unlocked", "4767" },
        { "renamed", "4781" },
        { "member_added", "4728" },
        { "member_removed", "4729" },
        { "group_type", "4764" },
        { "sid_history", "4765" },
        { "sid_history_failed", "4766" },
        { "admin_acl", "4780" },
        { "hash_accessed", "4782" },
        { "policy_api", "4793" },
        { "dsrm", "4794" },
        { "audit_policy", "4719" },
        { "domain_policy", "4739" },
        { "kerberos_policy", "4713" },
        { "trust_added", "4706" },
        { "trust_removed", "4707" },
        { "trust_changed", "4716" },
        { "object_modified", "5136" },
        { "authentication_data", "5136" },
        { "logon", "4624" },
        { "logon_failed", "4625" },
        { "logoff", "4634" },
        { "explicit", "4648" },
        { "privileges", "4672" },
        { "ticket", "4768" },
        { "service_ticket", "4769" },
        { "preauth_failed", "4771" },
        { "validation", "4776" },
        { "rdp_login", "1149" },
        { "rdp_session", "21" },
        { "rdp_disconnect", "24" },
        { "rdp_reconnect", "25" },
        { "installed", "7045" },
        { "cleared", "1102" },
        { "log_cleared", "104" },
        { "stopped", "1100" },
        { "dropped", "1101" },
        { "full", "1104" },
        { "started", "4608" },
        { "clock", "4616" },
    };

    for (size_t i = 0; kind && i < ARRAY_LEN(events); i++) {
        if (strcmp(events[i].kind, kind) == 0) {
            return events[i].event;
        }
    }
    return NULL;
}

const char *fixture_event_default(struct fixture *f, const char *table, const char *column,
                                  const struct yaml_node *row, size_t number)
{
    static const struct {
        const char *table, *column, *text; /* table NULL: every table of events */
    } defaults[] = {
        { "event_log", "origin", "logs" },
        { "event_log", "form", "evtx" },
        { "event_log", "channel", "Security" },
        { "event_log", "is_whole", "1" },
        { "event_log", "path", "Security.evtx" },
        { "event_computer", "computer", "0" },
        { "event_computer", "records", "1000" },
        { "event_run", "start", "begin" },
        { "event_count", "provider", "Microsoft-Windows-Security-Auditing" },
        { "service_event", "has_password_hint", "0" },
        { NULL, "part", "0" },
        { NULL, "computer", "0" },
        { NULL, "is_failure", "0" },
        { NULL, "is_carved", "0" },
    };

    size_t length = strlen(table);
    bool is_log = strncmp(table, "event_", 6) == 0;
    bool is_event = length > 6 && strcmp(table + length - 6, "_event") == 0;
    if (!is_log && !is_event) {
        return NULL;
    }
    if (strcmp(column, "log") == 0) {
        return strcmp(table, "event_log") == 0 ? arena_printf(f->arena, "%zu", number) : "1";
    }
    if (is_event && strcmp(column, "record") == 0) {
        return arena_printf(f->arena, "%zu", number);
    }
    if (is_event && strcmp(column, "event_id") == 0) {
        const struct yaml_node *kind = yaml_get(row, "kind");
        return event_of(kind && kind->kind == YAML_SCALAR ? kind->text : NULL);
    }
    for (size_t i = 0; i < ARRAY_LEN(defaults); i++) {
        if (strcmp(defaults[i].column, column) == 0 &&
            (defaults[i].table ? strcmp(defaults[i].table, table) == 0 : is_event)) {
            return defaults[i].text;
        }
    }
    return NULL;
}

enum rc fixture_event_complete(struct fixture *f, struct err *err)
{
    return store_exec(
        store_handle(f->store),
        "INSERT OR IGNORE INTO host_target(host, origin, address, is_controller)"
        " SELECT DISTINCT host, 'site', '192.0.2.1', 0 FROM event_log WHERE host IS NOT NULL;"
        "INSERT INTO event_computer(log, computer, name, records, first_at, last_at)"
        " SELECT l.log, 0, coalesce(l.host, 'unknown'), 1000, l.first_at, l.last_at FROM event_log l"
        " WHERE NOT EXISTS (SELECT 1 FROM event_computer c WHERE c.log = l.log);"
        "INSERT INTO event_run(log, first_record, last_record, first_at, last_at, start)"
        " SELECT l.log, 1, 1000, l.first_at, l.last_at, 'begin' FROM event_log l"
        " WHERE l.first_at IS NOT NULL AND l.last_at IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM event_run r WHERE r.log = l.log);"
        /* One of each subcategory of auditing that views ask for. */
        "INSERT INTO event_count(log, provider, event_id, events, first_at, last_at)"
        " SELECT l.log, 'Microsoft-Windows-Security-Auditing', e.column1, 100, coalesce(l.first_at, 0), coalesce(l.last_at, 0)"
        " FROM event_log l, (VALUES (4608), (4624), (4672), (4735), (4738), (4739), (4768), (4793)) e"
        " WHERE l.form = 'evtx' AND l.channel = 'Security'"
        " AND NOT EXISTS (SELECT 1 FROM event_count c WHERE c.log = l.log);"
        "INSERT INTO event_count(log, provider, event_id, events, first_at, last_at)"
        " SELECT l.log, e.column1, 0, 100, coalesce(l.first_at, 0), coalesce(l.last_at, 0)"
        " FROM event_log l, (VALUES ('Samba passwordChange'), ('Samba groupChange'), ('Samba Authentication')) e"
        " WHERE l.form = 'samba_json' AND NOT EXISTS (SELECT 1 FROM event_count c WHERE c.log = l.log)",
        err);
}

enum rc fixture_incident(struct fixture *f, const struct yaml_node *node, struct err *err)
{
    static const struct row_column time = { .name = FIXTURE_INCIDENT, .type = ROW_TYPE_TIME };
    struct row_value v = { .kind = ROW_NULL };
    if (node && !fixture_value(f, node, &time, &v)) {
        return RC_OK;
    }
    /* A test before this one may have set it. */
    const char *text = v.kind == ROW_NUMBER ? arena_printf(f->arena, "%" PRId64, v.number) : NULL;
    return store_info_set(f->store, "incident_at", text, err);
}
