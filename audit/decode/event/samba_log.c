/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Samba's JSON audit logs (smb.conf(5) "log level": classes with json in their names). One message a line; what stands before its first
 * brace is Samba's or syslog's own. Samba ends a line after 4,095 bytes (1,023 until 4.8) with " +>" and goes on in the next one, indented
 * as the first; another process may write a message of its own in between. */
#include "audit/decode/event/samba_log.h"

#include <sys/random.h>

#include <stdio.h>
#include <string.h>

#include "audit/base/num.h"
#include "audit/base/sid.h"
#include "audit/base/utf.h"
#include "audit/decode/event/lines.h"

#define MESSAGE_MAX  (1U << 20)
#define VALUES_MAX   32768U /* objects and arrays in a message: each costs some hundred bytes */
#define PROGRESS     4096U
#define CONTINUATION " +>"

struct samba_log {
    const struct event_import *import;
    struct event_book *book;
    struct samba_pending *pending;
    struct evtx_totals totals;
    struct wr partial; /* a message that goes on in a later line; size 0 = none */
    size_t indent;     /* of its first line */
    bool is_samba;     /* a message was one of Samba's */
    bool has_changes;  /* and one of its database's */
};

const char *samba_text(const struct samba_message *m, const char *key)
{
    const char *text = json_string_value(json_object_get(m->body, key));
    return text && text[0] ? text : NULL;
}

bool samba_number(const struct samba_message *m, const char *key, int64_t *ret)
{
    const json_t *v = json_object_get(m->body, key);
    *ret = json_integer_value(v);
    return json_is_integer(v);
}

const char *samba_sid(const struct samba_message *m, const char *key)
{
    const char *sid = samba_text(m, key);
    return sid && sid_text_valid(sid) && strcmp(sid, "S-1-0-0") != 0 ? sid : NULL;
}

void samba_cell(struct row *row, int column, const char *text)
{
    if (text && text[0]) {
        row_textn(row, column, text, utf8_fit(text, strlen(text), ROW_TEXT_MAX));
    }
}

void samba_address(struct row *row, int address_column, int port_column, const char *text)
{
    uint32_t port;
    if (!text || (strncmp(text, "ipv4:", 5) != 0 && strncmp(text, "ipv6:", 5) != 0)) {
        return; /* none, or a socket of the machine itself */
    }
    text += 5;
    const char *colon = strrchr(text, ':');
    if (!colon || !num_u32(colon + 1, strlen(colon + 1), &port)) {
        return;
    }
    if (strncmp(text, "::ffff:", 7) == 0 && memchr(text + 7, '.', (size_t)(colon - text))) {
        text += 7;
    }
    if (colon > text && (size_t)(colon - text) <= ROW_TEXT_MAX) {
        row_textn(row, address_column, text, (size_t)(colon - text));
        if (port_column >= 0 && port > 0) {
            row_int(row, port_column, port);
        }
    }
}

static enum samba_type type_of(const char *name)
{
    static const struct {
        const char *name;
        enum samba_type type;
    } types[] = {
        { "passwordChange", SAMBA_PASSWORD },     { "dsdbChange", SAMBA_CHANGE },
        { "groupChange", SAMBA_GROUP },           { "dsdbTransaction", SAMBA_TRANSACTION },
        { "replicatedUpdate", SAMBA_REPLICATED }, { "Authentication", SAMBA_AUTHENTICATION },
        { "Authorization", SAMBA_AUTHORIZATION }, { "KDC Authorization", SAMBA_AUTHORIZATION },
    };

    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        if (strcmp(types[i].name, name) == 0) {
            return types[i].type;
        }
    }
    return SAMBA_OTHER;
}

/* The parser takes any depth up to its own limit and any number of values; this keeps its memory small. */
static bool is_affordable(const char *text, size_t size)
{
    size_t values = 0;
    for (size_t i = 0; i < size; i++) {
        values += text[i] == '{' || text[i] == '[' ? 1 : 0;
    }
    return values <= VALUES_MAX;
}

/* The message's common part. False when it is none of Samba's, or of a later version that means something else. */
static bool understand(const json_t *root, struct samba_message *ret)
{
    const char *time = json_string_value(json_object_get(root, "timestamp"));
    const char *name = json_string_value(json_object_get(root, "type"));
    ret->name = name;
    ret->body = name ? json_object_get(root, name) : NULL;
    const json_t *version = json_object_get(ret->body, "version");
    if (!time || !json_is_object(ret->body) || !filetime_from_iso(time, &ret->at) || ret->at <= 0 ||
        json_integer_value(json_object_get(version, "major")) != 1) {
        return false;
    }
    ret->type = type_of(name);
    return true;
}

static void name_message(struct samba_message *m)
{
    int64_t id;
    m->kind = NULL;
    m->event_id = 0;
    if (m->type == SAMBA_AUTHENTICATION) {
        samba_logon_name(m);
    } else if (m->type < SAMBA_TRANSACTION) {
        samba_change_name(m);
    }
    m->counted_id =
        samba_number(m, "eventId", &id) && id > 0 && id <= UINT16_MAX ? (uint32_t)id : m->event_id;
}

/* A log of logons only says nothing about changes, and must not look as if it reached over them: it is no "Security" log, which holds both.
 * What the classes in it are, event_count tells. */
static const char *channel_of(struct samba_log *log, const struct samba_message *m)
{
    log->is_samba = log->is_samba || m->type != SAMBA_OTHER;
    log->has_changes = log->has_changes || m->type <= SAMBA_REPLICATED;
    return log->has_changes ? "Security" : "Samba Authentication";
}

static enum rc end_transaction(struct samba_log *log, const struct samba_message *m,
                               struct err *err)
{
    const char *action = samba_text(m, "action"), *id = samba_text(m, "transactionId");
    int64_t status = 0;
    bool is_failure = samba_number(m, "statusCode", &status) && status != 0;
    if (action && (strcmp(action, "rollback") == 0 || is_failure)) {
        return samba_pending_end(log->pending, id, false, err);
    }
    return action && strcmp(action, "commit") == 0 ? samba_pending_end(log->pending, id, true, err)
                                                   : RC_OK;
}

static enum rc take_message(struct samba_log *log, struct samba_message *m, struct err *err)
{
    char provider[64];
    name_message(m);
    (void)snprintf(provider, sizeof(provider), "Samba %.40s",
                   m->type == SAMBA_OTHER ? "other" : m->name);
    const struct evtx_event e = { .record = m->line,
                                  .event_record_id = m->line,
                                  .written_at = m->at,
                                  .at = m->at,
                                  .event_id = m->counted_id,
                                  .provider = provider,
                                  .channel = channel_of(log, m),
                                  .computer = "",
                                  .user_sid = "",
                                  .user_data_root = "" };
    TRY(event_book_record(log->book, &e, &m->computer, &m->part, err));
    log->totals.records++;
    if (log->import->progress && log->totals.records % PROGRESS == 0) {
        log->import->progress(log->import->context, log->totals.records);
    }
    if (m->type == SAMBA_TRANSACTION) {
        return end_transaction(log, m, err);
    }
    if (!m->kind || m->computer < 0) {
        return RC_OK;
    }
    return m->type == SAMBA_AUTHENTICATION ? samba_logon_rows(m, log->import, log->pending, err)
                                           : samba_change_rows(m, log->import, log->pending, err);
}

static void bad_line(struct samba_log *log)
{
    log->totals.bad_chunks++;
    event_book_damage(log->book);
}

/* A whole message, from its first brace on. Texts borrow from the parsed object: rows are put before it is freed. */
static enum rc take_text(struct samba_log *log, const char *text, size_t size, uint64_t line,
                         struct err *err)
{
    json_error_t why;
    json_t *root =
        is_affordable(text, size) ? json_loadb(text, size, JSON_REJECT_DUPLICATES, &why) : NULL;
    struct samba_message m = { .line = line };
    enum rc rc = RC_OK;
    if (root && understand(root, &m)) {
        rc = take_message(log, &m, err);
    } else {
        bad_line(log);
    }
    json_decref(root);
    return rc;
}

/* "[2026/11/26 13:05:09.123456,  5] file:line(function)" before a message. */
static bool is_header(const char *text)
{
    return text[0] == '[' && strspn(text + 1, "0123456789") == 4 && text[5] == '/';
}

static bool goes_on(const char *text, size_t size)
{
    size_t n = sizeof(CONTINUATION) - 1;
    return size > n && memcmp(text + size - n, CONTINUATION, n) == 0;
}

/* Where a message begins in the line; NULL when none does. Other lines with braces are Samba's debugging, and none of ours. */
static const char *message_in(const char *text)
{
    const char *brace = strchr(text, '{');
    return brace && brace[1 + strspn(brace + 1, " \t")] == '"' ? brace : NULL;
}

static enum rc start_partial(struct samba_log *log, const struct line *l, const char *message)
{
    size_t lead = (size_t)(message - l->text);
    if (log->partial.size > 0) {
        bad_line(log);
    }
    wr_clear(&log->partial);
    log->indent = strspn(l->text, " ") == lead ? lead : 0;
    wr_bytes(&log->partial, message, l->size - lead - (sizeof(CONTINUATION) - 1));
    return RC_OK;
}

/* More of a message whose beginning is kept. */
static enum rc go_on(struct samba_log *log, const struct line *l, uint64_t number, struct err *err)
{
    size_t skip = strspn(l->text, " ");
    bool more = goes_on(l->text, l->size);
    size_t end = l->size - (more ? sizeof(CONTINUATION) - 1 : 0);
    skip = skip < log->indent ? skip : log->indent;
    skip = skip < end ? skip : end; /* the mark itself begins with a blank */
    wr_bytes(&log->partial, l->text + skip, end - skip);
    if (more && !log->partial.bad) {
        return RC_OK;
    }
    enum rc rc = RC_OK;
    if (log->partial.bad) {
        bad_line(log);
    } else {
        rc = take_text(log, (const char *)log->partial.data, log->partial.size, number, err);
    }
    wr_clear(&log->partial);
    return rc;
}

static enum rc take_line(struct samba_log *log, const struct line *l, uint64_t number,
                         struct err *err)
{
    if (l->has_zeros) {
        event_book_damage(log->book);
        wr_clear(&log->partial);
    }
    const char *message = message_in(l->text);
    if (log->partial.size > 0 && !l->is_long && !is_header(l->text) &&
        !(message && strncmp(message, "{\"timestamp\": \"", 15) == 0)) {
        return go_on(log, l, number, err);
    }
    if (message && !l->is_long) {
        size_t size = l->size - (size_t)(message - l->text);
        return goes_on(message, size) ? start_partial(log, l, message)
                                      : take_text(log, message, size, number, err);
    }
    if (l->is_long || (l->size > 0 && l->text[l->size - 1] == '}')) {
        bad_line(log); /* too long, or the end of a message without its beginning */
    }
    return RC_OK;
}

static enum rc read_lines(struct samba_log *log, struct lines *lines, struct err *err)
{
    struct line l;
    bool has;
    uint64_t bad = 0;
    TRY(lines_next(lines, &l, &has, err));
    while (has) {
        bad = log->totals.bad_chunks;
        TRY(take_line(log, &l, lines->number, err));
        log->totals.is_cut = l.is_open && log->totals.bad_chunks > bad;
        TRY(lines_next(lines, &l, &has, err));
    }
    if (log->partial.size > 0) {
        bad_line(log);
        log->totals.is_cut = true;
    }
    log->totals.chunks = lines->number;
    log->totals.size = lines->offset;
    log->totals.unreadable = log->totals.bad_chunks;
    return RC_OK;
}

/* jansson's own seed comes from a device, which a sandbox need not have. */
static void seed_tables(void)
{
    size_t seed = 1;
    (void)!getrandom(&seed, sizeof(seed), 0);
    json_object_seed(seed > 0 ? seed : 1);
}

static void pending_donep(struct samba_pending **p)
{
    samba_pending_done(*p);
}

enum rc event_rows_samba(const struct event_import *import, const struct evtx_source *source,
                         struct err *err)
{
    AUTO(event_book_donep) struct event_book *book = event_book_new(import, "samba_json");
    AUTO(pending_donep) struct samba_pending *pending = book ? samba_pending_new(book) : NULL;
    AUTO(lines_done) struct lines lines = { 0 };
    if (!pending) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    struct samba_log log = { .import = import, .book = book, .pending = pending };
    seed_tables();
    wr_init(&log.partial, MESSAGE_MAX);
    enum rc rc = lines_init(&lines, source, MESSAGE_MAX, err);
    if (rc == RC_OK) {
        rc = read_lines(&log, &lines, err);
    }
    wr_done(&log.partial);
    TRY(rc);
    if (!log.is_samba) {
        return err_setf(err, RC_MALFORMED, "no audit message of Samba is in it");
    }
    TRY(samba_pending_close(pending, err));
    return event_book_close(book, &log.totals, err);
}
