/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A log of Windows: which events are wanted, and what becomes of them. An event is its provider and its number; the same number of
 * another provider is another event. */
#include <stdlib.h>
#include <string.h>

#include "audit/decode/event/event_fields.h"

#define EVENT_MEMORY   (16U << 20) /* texts of one event; its record has 64 KiB */
#define PROGRESS_EVERY 4096U

#define AUDITING "Microsoft-Windows-Security-Auditing"
#define EVENTLOG "Microsoft-Windows-Eventlog"
#define SERVICES "Service Control Manager"
#define RDP      "Microsoft-Windows-TerminalServices-RemoteConnectionManager"
#define SESSIONS "Microsoft-Windows-TerminalServices-LocalSessionManager"

struct wanted {
    uint32_t id;
    const char *provider, *kind;
    bool (*fill)(struct event_reading *r, struct row *row);
};

/* Sorted by number, each of which is here once. */
static const struct wanted wanted[] = {
    { 21, SESSIONS, "rdp_session", event_logon },
    { 22, SESSIONS, "rdp_session", event_logon },
    { 24, SESSIONS, "rdp_disconnect", event_logon },
    { 25, SESSIONS, "rdp_reconnect", event_logon },
    { 104, EVENTLOG, "log_cleared", event_log },
    { 1100, EVENTLOG, "stopped", event_log },
    { 1101, EVENTLOG, "dropped", event_log },
    { 1102, EVENTLOG, "cleared", event_log },
    { 1104, EVENTLOG, "full", event_log },
    { 1149, RDP, "rdp_login", event_logon },
    { 4608, AUDITING, "started", event_log },
    { 4616, AUDITING, "clock", event_log },
    { 4624, AUDITING, "logon", event_logon },
    { 4625, AUDITING, "logon_failed", event_logon },
    { 4634, AUDITING, "logoff", event_logon },
    { 4647, AUDITING, "logoff", event_logon },
    { 4648, AUDITING, "explicit", event_logon },
    { 4672, AUDITING, "privileges", event_logon },
    { 4697, AUDITING, "installed", event_service },
    { 4706, AUDITING, "trust_added", event_change },
    { 4707, AUDITING, "trust_removed", event_change },
    { 4713, AUDITING, "kerberos_policy", event_change },
    { 4716, AUDITING, "trust_changed", event_change },
    { 4719, AUDITING, "audit_policy", event_change },
    { 4720, AUDITING, "created", event_change },
    { 4722, AUDITING, "enabled", event_change },
    { 4723, AUDITING, "password_change", event_change },
    { 4724, AUDITING, "password_reset", event_change },
    { 4725, AUDITING, "disabled", event_change },
    { 4726, AUDITING, "deleted", event_change },
    { 4728, AUDITING, "member_added", event_change },
    { 4729, AUDITING, "member_removed", event_change },
    { 4732, AUDITING, "member_added", event_change },
    { 4733, AUDITING, "member_removed", event_change },
    { 4738, AUDITING, "changed", event_change },
    { 4739, AUDITING, "domain_policy", event_change },
    { 4740, AUDITING, "locked", event_change },
    { 4741, AUDITING, "created", event_change },
    { 4742, AUDITING, "changed", event_change },
    { 4743, AUDITING, "deleted", event_change },
    { 4756, AUDITING, "member_added", event_change },
    { 4757, AUDITING, "member_removed", event_change },
    { 4764, AUDITING, "group_type", event_change },
    { 4765, AUDITING, "sid_history", event_change },
    { 4766, AUDITING, "sid_history_failed", event_change },
    { 4767, AUDITING, "unlocked", event_change },
    { 4768, AUDITING, "ticket", event_logon },
    { 4769, AUDITING, "service_ticket", event_logon },
    { 4771, AUDITING, "preauth_failed", event_logon },
    { 4776, AUDITING, "validation", event_logon },
    { 4780, AUDITING, "admin_acl", event_change },
    { 4781, AUDITING, "renamed", event_change },
    { 4782, AUDITING, "hash_accessed", event_change },
    { 4793, AUDITING, "policy_api", event_change },
    { 4794, AUDITING, "dsrm", event_change },
    { 5136, AUDITING, "object_modified", event_change },
    { 7045, SERVICES, "installed", event_service },
};

struct evtx_log {
    const struct event_import *import;
    struct event_book *book;
    struct arena *arena;
    const struct wanted *wanted; /* of the event whose fields come next */
    struct event_reading reading;
    uint64_t records;
    uint64_t too_large; /* events that were wanted, with more text than any has */
    bool is_full;       /* no more rows */
};

static int by_id(const void *key, const void *entry)
{
    uint32_t id = *(const uint32_t *)key;
    const struct wanted *w = entry;
    return id < w->id ? -1 : id > w->id;
}

static const struct wanted *find(const struct evtx_event *e)
{
    const struct wanted *w =
        bsearch(&e->event_id, wanted, ARRAY_LEN(wanted), sizeof(wanted[0]), by_id);
    return w && strcmp(w->provider, e->provider) == 0 ? w : NULL;
}

static enum rc head(void *context, const struct evtx_event *e, bool *ret_wants, struct err *err)
{
    struct evtx_log *l = context;
    struct event_reading *r = &l->reading;
    TRY(event_book_record(l->book, e, &r->computer, &r->part, err));
    l->records++;
    if (l->import->progress && l->records % PROGRESS_EVERY == 0) {
        l->import->progress(l->import->context, l->records);
    }
    l->wanted = r->computer >= 0 && !l->is_full ? find(e) : NULL;
    *ret_wants = l->wanted != NULL;
    return RC_OK;
}

static enum rc each(void *context, const struct evtx_event *e, const struct evtx_field *fields,
                    size_t count, struct err *err)
{
    struct evtx_log *l = context;
    struct event_reading *r = &l->reading;
    struct row row;
    if (!l->wanted) {
        return err_setf(err, RC_BUG, "fields of an event that was not wanted");
    }
    arena_reset(l->arena);
    r->event = e;
    r->kind = l->wanted->kind;
    r->is_short = false;
    event_fields_set(r, fields, count);
    bool is_row = l->wanted->fill(r, &row);
    if (r->is_short) {
        l->too_large++;
        return RC_OK;
    }
    if (!is_row) {
        return RC_OK;
    }
    enum rc rc = event_book_put(l->book, &row, err);
    if (rc == RC_LIMIT) {
        l->is_full = true;
        return RC_OK;
    }
    return rc;
}

static enum rc chunk(void *context, uint64_t number, bool is_sound, struct err *err)
{
    struct evtx_log *l = context;
    (void)number;
    (void)err;
    if (!is_sound) {
        event_book_damage(l->book);
    }
    return RC_OK;
}

enum rc event_rows_evtx(const struct event_import *import, const struct evtx_source *source,
                        struct err *err)
{
    struct evtx_totals totals = { 0 };
    struct event_book *book AUTO(event_book_donep) = event_book_new(import, "evtx");
    struct arena *arena AUTO(arena_freep) = arena_new(EVENT_MEMORY);
    struct evtx_log log = { .import = import, .book = book, .arena = arena };
    const struct evtx_options options = {
        .source = *source,
        .names = event_field_names,
        .name_count = EVENT_FIELD_COUNT,
        .carves = true,
        .head = head,
        .each = each,
        .chunk = chunk,
        .context = &log,
    };
    if (!book || !arena) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    log.reading.log = import->log;
    log.reading.arena = arena;
    enum rc rc = evtx_read(&options, &totals, err);
    /* A disk that cannot be read further ends the log there: what was read of it stands. */
    if (rc == RC_IO) {
        totals.is_cut = true;
        rc = RC_OK;
    }
    TRY(rc);
    totals.unreadable += log.too_large;
    return event_book_close(book, &totals, err);
}
