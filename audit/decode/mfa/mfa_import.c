/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/mfa/mfa_import.h"

#include <sys/random.h>

#include <stdlib.h>
#include <string.h>

#include "audit/decode/mfa/json_stream.h"
#include "audit/decode/mfa/table.h"

#define PROGRESS    4096U
#define VALUES_MOST 32768U /* objects and arrays in a record: each costs some hundred bytes */
#define SCRATCH     (8U * 1024 * 1024) /* bytes for the texts of one record */

struct reading {
    const struct mfa_import *import;
    struct text_stream text;
    struct mfa_rows *rows;
    struct mfa_record *record;
    struct arena *a; /* emptied after each record */
    enum mfa_service service;
    const char *form;
    uint64_t records, unreadable;
    bool is_whole;
};

static enum rc begin_rows(struct reading *r, bool joins, struct err *err)
{
    r->rows = mfa_rows_new(r->import->sink, r->import->origin, r->import->path, joins);
    return r->rows ? RC_OK : err_setf(err, RC_NOMEM, "out of memory");
}

static enum rc take(struct reading *r, bool is_readable, struct err *err)
{
    if (!is_readable) {
        r->unreadable++;
        return RC_OK;
    }
    return mfa_rows_take(r->rows, r->record, err);
}

static void count(struct reading *r)
{
    arena_reset(r->a);
    r->records++;
    if (r->import->progress && r->records % PROGRESS == 0) {
        r->import->progress(r->import->context, r->records);
    }
    mfa_record_init(r->record, r->records);
}

/* jansson's own seed comes from a device, which a sandbox need not have. */
static void seed_tables(void)
{
    size_t seed = 1;
    (void)!getrandom(&seed, sizeof(seed), 0);
    json_object_seed(seed > 0 ? seed : 1);
}

/* The parser takes any number of values; this keeps its memory small. */
static bool is_affordable(const char *text, size_t size)
{
    size_t values = 0;
    for (size_t i = 0; i < size; i++) {
        values += text[i] == '{' || text[i] == '[';
    }
    return values <= VALUES_MOST;
}

static bool read_object(struct reading *r, const json_t *o)
{
    enum mfa_service service = mfa_service_of(o);
    if (service == MFA_SERVICE_COUNT || service != r->service) {
        return false;
    }
    switch (service) {
    case MFA_ENTRA:
        return mfa_entra_record(o, r->record, r->a);
    case MFA_DUO:
        return mfa_duo_record(o, r->record, r->a);
    case MFA_OKTA:
        return mfa_okta_record(o, r->record, r->a);
    case MFA_PLAIN:
    case MFA_SERVICE_COUNT:
    default:
        return false;
    }
}

/* Texts borrow from the parsed object: rows are put before it is freed. */
static enum rc take_json(struct reading *r, const char *text, size_t size, struct err *err)
{
    json_error_t why;
    enum rc rc = RC_OK;
    count(r);
    json_t *o = text && is_affordable(text, size)
                    ? json_loadb(text, size, JSON_REJECT_DUPLICATES, &why)
                    : NULL;
    if (o && r->service == MFA_SERVICE_COUNT) {
        r->service = mfa_service_of(o);
    }
    if (o && r->service != MFA_SERVICE_COUNT && !r->rows) {
        rc = begin_rows(r, r->service == MFA_OKTA, err);
    }
    if (rc == RC_OK) {
        rc = take(r, o && r->rows && read_object(r, o), err);
    }
    json_decref(o);
    return rc;
}

static enum rc read_json(struct reading *r, struct err *err)
{
    struct json_stream j AUTO(json_stream_done);
    const char *text = NULL;
    size_t size = 0;
    bool has = false;
    seed_tables();
    TRY(json_stream_init(&j, &r->text, err));
    TRY(json_stream_next(&j, &text, &size, &has, err));
    while (has) {
        TRY(take_json(r, text, size, err));
        TRY(json_stream_next(&j, &text, &size, &has, err));
    }
    r->unreadable += j.strays + (j.is_cut && j.in_record);
    r->is_whole = !j.is_cut && !j.is_broken;
    return RC_OK;
}

static enum rc take_row(struct reading *r, const struct mfa_columns *columns,
                        const struct csv_stream *c, struct err *err)
{
    count(r);
    r->is_whole = r->is_whole && !c->is_long && !c->in_quotes;
    bool is_readable = !c->is_long && !c->in_quotes &&
                       mfa_table_record(columns, c->cells, c->count, r->record, r->a);
    return take(r, is_readable, err);
}

static enum rc read_csv(struct reading *r, struct err *err)
{
    struct csv_stream c AUTO(csv_stream_done) = { 0 };
    struct mfa_columns *columns = arena_alloc(r->a, sizeof(*columns));
    struct mfa_columns kept;
    bool has = false;
    if (!columns) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    TRY(csv_stream_init(&c, &r->text, err));
    TRY(csv_stream_next(&c, &has, err));
    TRY(mfa_columns_read(columns, c.cells, has ? c.count : 0, r->import->named,
                         r->import->named_count, err));
    kept = *columns;
    r->service = kept.service;
    r->is_whole = true;
    TRY(begin_rows(r, true, err));
    TRY(csv_stream_next(&c, &has, err));
    while (has) {
        TRY(take_row(r, &kept, &c, err));
        TRY(csv_stream_next(&c, &has, err));
    }
    return RC_OK;
}

static enum rc put_export(struct reading *r, const struct mfa_totals *totals, struct err *err)
{
    const struct mfa_import *import = r->import;
    struct row row;
    row_begin(&row, ROW_TABLE_MFAEXPORT);
    row_text(&row, MFAEXPORT_ORIGIN, import->origin);
    row_text(&row, MFAEXPORT_PATH, import->path);
    row_text(&row, MFAEXPORT_SERVICE, mfa_service_word(r->service));
    row_text(&row, MFAEXPORT_FORM, r->form);
    row_text(&row, MFAEXPORT_CHARSET, text_stream_charset(&r->text));
    row_int(&row, MFAEXPORT_ACCOUNTS, (int64_t)totals->accounts);
    row_int(&row, MFAEXPORT_METHODS, (int64_t)totals->methods);
    row_int(&row, MFAEXPORT_UNREADABLE, (int64_t)totals->unreadable);
    row_bool(&row, MFAEXPORT_WHOLE, r->is_whole);
    if (import->changed_at > 0) {
        row_int(&row, MFAEXPORT_AT, import->changed_at);
    }
    return row_put(import->sink, &row, err);
}

static enum rc put_coverage(struct reading *r, const struct mfa_totals *totals, struct err *err)
{
    const struct mfa_import *import = r->import;
    bool is_complete = r->is_whole && totals->unreadable == 0;
    struct row row;
    row_begin(&row, ROW_TABLE_COVERAGE);
    row_text(&row, COVERAGE_SOURCE, "mfa.export");
    row_text(&row, COVERAGE_TARGET, import->path);
    row_text(&row, COVERAGE_STATE, is_complete ? "complete" : "partial");
    if (!is_complete) {
        row_text(&row, COVERAGE_REASON, totals->is_full ? "limit" : "malformed");
        row_text(&row, COVERAGE_DETAIL,
                 totals->is_full ? "it names more accounts than are read of one file"
                 : !r->is_whole  ? "it is cut short or broken: what could be read of it is kept"
                                 : "records of it could not be understood");
    }
    row_int(&row, COVERAGE_OBJECTS, (int64_t)totals->accounts);
    return row_put(import->sink, &row, err);
}

/* The first bytes as text. */
static enum rc read_head(struct reading *r, char *buf, size_t room, size_t *ret_size,
                         struct err *err)
{
    const char *p = NULL;
    struct text_stream s AUTO(text_stream_done) = { 0 };
    TRY(text_stream_again(&s, &r->text, err));
    TRY(text_stream_next(&s, &p, ret_size, err));
    *ret_size = *ret_size < room ? *ret_size : room;
    if (*ret_size > 0) {
        memcpy(buf, p, *ret_size);
    }
    return RC_OK;
}

static bool is_json(const char *p, size_t n)
{
    while (n > 0 && strchr(" \t\r\n", *p) && *p) {
        p++;
        n--;
    }
    return n > 0 && (*p == '{' || *p == '[');
}

static bool has_word(const char *p, size_t n, const char *word)
{
    return memmem(p, n, word, strlen(word)) != NULL;
}

/* A page without records tells whose it is by what is around them. */
static enum mfa_service service_of_head(const char *p, size_t n)
{
    return has_word(p, n, "userRegistrationDetails")                      ? MFA_ENTRA
           : has_word(p, n, "\"stat\"") && has_word(p, n, "\"response\"") ? MFA_DUO
                                                                          : MFA_SERVICE_COUNT;
}

static enum rc close_all(struct reading *r, const char *head, size_t size, struct err *err)
{
    struct mfa_totals totals = { 0 };
    if (!r->rows) {
        r->service = service_of_head(head, size);
        if (r->service == MFA_SERVICE_COUNT) {
            return err_setf(err, RC_MALFORMED,
                            "no record of Entra ID (userRegistrationDetails), Duo (users) or Okta "
                            "(users, factors) is in it");
        }
        TRY(begin_rows(r, false, err));
    }
    TRY(mfa_rows_close(r->rows, err));
    mfa_rows_totals(r->rows, &totals);
    totals.unreadable += r->unreadable;
    r->is_whole = r->is_whole && !totals.is_full && !r->text.has_holes;
    TRY(put_export(r, &totals, err));
    return put_coverage(r, &totals, err);
}

static void reading_done(struct reading *r)
{
    text_stream_done(&r->text);
    mfa_rows_free(r->rows);
    arena_free(r->a);
    free(r->record);
}

enum rc mfa_import(const struct mfa_import *import, struct err *err)
{
    AUTO(reading_done)
    struct reading r = { .import = import, .service = MFA_SERVICE_COUNT, .a = arena_new(SCRATCH) };
    char head[8192];
    size_t size = 0;
    r.record = calloc(1, sizeof(*r.record));
    if (!r.a || !r.record) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    TRY(text_stream_init(&r.text, import->source, err));
    TRY(read_head(&r, head, sizeof(head), &size, err));
    bool json = is_json(head, size);
    r.form = json ? "json" : "csv";
    TRY(json ? read_json(&r, err) : read_csv(&r, err));
    return close_all(&r, head, size, err);
}

struct memory {
    const uint8_t *p;
    size_t n;
};

static enum rc memory_read(void *context, uint64_t offset, void *buf, size_t size, size_t *ret_got,
                           struct err *err)
{
    const struct memory *m = context;
    size_t left = offset < m->n ? m->n - (size_t)offset : 0;
    (void)err;
    *ret_got = size < left ? size : left;
    if (*ret_got > 0) {
        memcpy(buf, m->p + offset, *ret_got);
    }
    return RC_OK;
}

static bool looks_like_table(struct text_stream *text)
{
    struct csv_stream c AUTO(csv_stream_done) = { 0 };
    struct mfa_columns columns;
    struct err ignored;
    bool has = false;
    return csv_stream_init(&c, text, &ignored) == RC_OK &&
           csv_stream_next(&c, &has, &ignored) == RC_OK && has && c.count >= 2 &&
           mfa_columns_read(&columns, c.cells, c.count, NULL, 0, &ignored) == RC_OK;
}

static bool looks_like_json(const char *p, size_t n)
{
    static const char *const marks[] = { "\"methodsRegistered\"", "\"isMfaRegistered\"",
                                         "\"isMfaCapable\"",      "userRegistrationDetails",
                                         "\"factorType\"",        "\"is_enrolled\"" };
    for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
        if (has_word(p, n, marks[i])) {
            return true;
        }
    }
    return (has_word(p, n, "\"user_id\"") && has_word(p, n, "\"username\"")) ||
           (has_word(p, n, "\"profile\"") && has_word(p, n, "\"login\"")) ||
           (has_word(p, n, "\"stat\"") && has_word(p, n, "\"response\""));
}

const char *mfa_look(const void *data, size_t size)
{
    struct memory m = { data, size < 65536 ? size : 65536 };
    const struct evtx_source source = { .read = memory_read, .context = &m, .size = m.n };
    struct text_stream s AUTO(text_stream_done) = { 0 };
    struct text_stream again AUTO(text_stream_done) = { 0 };
    struct err ignored;
    const char *p = NULL;
    size_t n = 0;
    if (text_stream_init(&s, &source, &ignored) != RC_OK ||
        text_stream_next(&s, &p, &n, &ignored) != RC_OK || n == 0) {
        return NULL;
    }
    if (is_json(p, n)) {
        return looks_like_json(p, n) ? "mfa_json" : NULL;
    }
    return text_stream_again(&again, &s, &ignored) == RC_OK && looks_like_table(&again) ? "mfa_csv"
                                                                                        : NULL;
}
