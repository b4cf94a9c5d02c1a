/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every form of log counts while it is read: runs of records without a gap, how many of what, whose they are. A record costs
 * the same whatever the log holds, and memory has a ceiling: what would go past it makes the log one that is not whole. */
#include <stdlib.h>
#include <string.h>

#include "audit/base/utf.h"
#include "audit/decode/event/event_rows.h"

#define RUNS_MAX      65536U
#define COUNTS_MAX    4096U
#define COMPUTERS_MAX 1024U
#define NAME_BYTES    512U /* of a provider, a computer, a channel; more is cut */
#define ROWS_MAX      UINT64_C(20000000)
#define SLOTS         16384U /* of a table; power of two, four times what is kept at most */
#define PROBES        64U    /* slots that are tried; hostile names cost no more */
#define BACK          (5 * 60 * FILETIME_SECOND)

/* Times outside of these come from clocks that were not set, or from damage: they stay in rows, and no span reaches to them. */
#define TIME_FIRST INT64_C(125911584000000000) /* 2000-01-01 */
#define TIME_LAST  INT64_C(189025920000000000) /* 2200-01-01 */

struct span {
    filetime first, last; /* last 0 = nothing yet */
};

struct name {
    char *text;
    uint32_t hash;
    uint64_t records;
    struct span span;
    filetime clock; /* greatest time since the clock last went back */
};

/* Different texts with numbers from 0. */
struct names {
    struct name *list;
    uint32_t count, most;
    uint32_t last;         /* most likely the next one too */
    uint32_t slots[SLOTS]; /* number + 1; 0 = free */
};

struct tally {
    uint32_t provider, id;
    uint64_t events;
    struct span span;
};

enum start {
    START_BEGIN,
    START_JUMP,
    START_RESET,
    START_DAMAGED,
    START_BACK
};

struct run {
    uint64_t first, last;
    uint64_t missing; /* UINT64_MAX = not known */
    struct span span;
    enum start start;
};

struct event_book {
    const struct event_import *import;
    const char *form;
    bool is_text; /* numbers are lines: what lies between two is no gap */

    struct names computers, providers;
    struct tally *tallies;
    uint32_t tally_count;
    uint32_t tally_slots[SLOTS];

    struct run *runs; /* the last one is open */
    size_t run_count, run_room;
    bool is_full;             /* no more runs: the last one must not grow over a gap */
    bool has_before;          /* there was a record, also an older one than wanted */
    bool is_damaged, is_back; /* since then */
    uint64_t before;
    int64_t part, parts; /* of records in order now; greatest that was given */

    char channel[NAME_BYTES];
    bool is_channel_carved;
    struct span span;
    uint64_t records, kept;
    bool is_over; /* a limit was met */
    bool has_older;
};

static void names_done(struct names *n)
{
    for (uint32_t i = 0; i < n->count; i++) {
        free(n->list[i].text);
    }
    free(n->list);
}

void event_book_done(struct event_book *book)
{
    if (!book) {
        return;
    }
    names_done(&book->computers);
    names_done(&book->providers);
    free(book->tallies);
    free(book->runs);
    free(book);
}

void event_book_donep(struct event_book **book)
{
    event_book_done(*book);
    *book = NULL;
}

struct event_book *event_book_new(const struct event_import *import, const char *form)
{
    struct event_book *b = calloc(1, sizeof(*b));
    if (!b) {
        return NULL;
    }
    b->import = import;
    b->form = form;
    b->is_text = strcmp(form, "evtx") != 0;
    b->computers.most = COMPUTERS_MAX;
    b->providers.most = COUNTS_MAX;
    b->computers.list = calloc(COMPUTERS_MAX, sizeof(*b->computers.list));
    b->providers.list = calloc(COUNTS_MAX, sizeof(*b->providers.list));
    b->tallies = calloc(COUNTS_MAX, sizeof(*b->tallies));
    if (!b->computers.list || !b->providers.list || !b->tallies) {
        event_book_done(b);
        return NULL;
    }
    return b;
}

static void span_add(struct span *s, filetime at)
{
    if (at < TIME_FIRST || at >= TIME_LAST) {
        return;
    }
    if (s->last == 0 || at < s->first) {
        s->first = at;
    }
    if (at > s->last) {
        s->last = at;
    }
}

/* FNV-1a. Names that were made to collide find no slot and count as too many. */
static uint32_t hash_of(const void *data, size_t n, uint32_t hash)
{
    const unsigned char *p = data;
    for (size_t i = 0; i < n; i++) {
        hash = (hash ^ p[i]) * UINT32_C(16777619);
    }
    return hash ^ hash >> 15;
}

/* The entry of a name, made when it is new; NULL in *ret when there are too many. */
static enum rc names_find(struct names *n, const char *text, struct name **ret, struct err *err)
{
    if (n->count > 0 && strcmp(n->list[n->last].text, text) == 0) {
        *ret = &n->list[n->last];
        return RC_OK;
    }
    size_t size = strlen(text);
    size = utf8_fit(text, size, NAME_BYTES - 1);
    uint32_t hash = hash_of(text, size, UINT32_C(2166136261));
    *ret = NULL;
    for (uint32_t i = 0; i < PROBES; i++) {
        uint32_t *slot = &n->slots[(hash + i) % SLOTS];
        struct name *have = *slot > 0 ? &n->list[*slot - 1] : NULL;
        if (have && (have->hash != hash || strncmp(have->text, text, size) != 0 ||
                     have->text[size] != '\0')) {
            continue;
        }
        if (!have && n->count < n->most) {
            have = &n->list[n->count];
            have->text = strndup(text, size);
            if (!have->text) {
                return err_setf(err, RC_NOMEM, "out of memory");
            }
            have->hash = hash;
            *slot = ++n->count;
        }
        if (have) {
            n->last = (uint32_t)(have - n->list);
        }
        *ret = have;
        return RC_OK;
    }
    return RC_OK;
}

static struct tally *tally_find(struct event_book *b, uint32_t provider, uint32_t id)
{
    const uint32_t key[] = { provider, id };
    uint32_t hash = hash_of(key, sizeof(key), UINT32_C(2166136261));
    for (uint32_t i = 0; i < PROBES; i++) {
        uint32_t *slot = &b->tally_slots[(hash + i) % SLOTS];
        if (*slot == 0) {
            if (b->tally_count == COUNTS_MAX) {
                return NULL;
            }
            b->tallies[b->tally_count] = (struct tally){ .provider = provider, .id = id };
            *slot = ++b->tally_count;
        }
        struct tally *t = &b->tallies[*slot - 1];
        if (t->provider == provider && t->id == id) {
            return t;
        }
    }
    return NULL;
}

static enum rc count(struct event_book *b, const struct evtx_event *e, struct err *err)
{
    struct name *provider;
    TRY(names_find(&b->providers, e->provider, &provider, err));
    struct tally *t =
        provider ? tally_find(b, (uint32_t)(provider - b->providers.list), e->event_id) : NULL;
    if (!t) {
        b->is_over = true;
        return RC_OK;
    }
    t->events++;
    span_add(&t->span, e->at);
    return RC_OK;
}

/* The clock of one computer, so that events which others forward late are no clock that went back. */
static bool clock_went_back(struct name *computer, filetime at)
{
    if (at < TIME_FIRST || at >= TIME_LAST) {
        return false;
    }
    bool is_back = at < computer->clock - BACK;
    if (is_back || at > computer->clock) {
        computer->clock = at;
    }
    return is_back;
}

/* What is between the record before and this one; false = nothing, the run goes on. */
static bool breaks(const struct event_book *b, uint64_t record, struct run *ret)
{
    bool is_after = b->has_before && record > b->before;
    ret->missing = is_after && !b->is_text ? record - b->before - 1 : UINT64_MAX;
    if (b->is_damaged) {
        ret->start = START_DAMAGED;
    } else if (!b->has_before) {
        ret->start = START_BEGIN;
    } else if (!is_after) {
        ret->start = START_RESET;
    } else if (b->is_back) {
        ret->start = START_BACK;
    } else if (ret->missing != 0 && !b->is_text) {
        ret->start = START_JUMP;
    } else {
        return b->run_count == 0;
    }
    return true;
}

static enum rc open_run(struct event_book *b, const struct run *run, struct err *err)
{
    if (b->run_count == RUNS_MAX) {
        b->is_full = b->is_over = true;
        return RC_OK;
    }
    if (b->run_count == b->run_room) {
        size_t room = b->run_room > 0 ? b->run_room * 2 : 64;
        struct run *more = reallocarray(b->runs, room, sizeof(*more));
        if (!more) {
            return err_setf(err, RC_NOMEM, "out of memory");
        }
        b->runs = more;
        b->run_room = room;
    }
    b->runs[b->run_count++] = *run;
    return RC_OK;
}

/* Numbers in order are different ones until they start again, so one part serves them all. */
static void next_part(struct event_book *b, uint64_t record)
{
    if (b->has_before && record <= b->before) {
        b->part = ++b->parts;
    }
}

static enum rc follow(struct event_book *b, const struct evtx_event *e, struct err *err)
{
    struct run run = { .first = e->record, .last = e->record, .start = START_BEGIN };
    if (breaks(b, e->record, &run)) {
        TRY(open_run(b, &run, err));
    }
    if (!b->is_full) {
        struct run *open = &b->runs[b->run_count - 1];
        open->last = e->record;
        span_add(&open->span, e->at);
    }
    next_part(b, e->record);
    b->has_before = true;
    b->before = e->record;
    b->is_damaged = b->is_back = false;
    return RC_OK;
}

static void note_channel(struct event_book *b, const struct evtx_event *e)
{
    bool is_first = b->channel[0] == '\0';
    if (e->channel[0] == '\0' || (e->is_carved && !is_first && !b->is_channel_carved) ||
        strcmp(b->channel, e->channel) == 0) {
        b->is_channel_carved = b->is_channel_carved && e->is_carved;
        return;
    }
    size_t size = utf8_fit(e->channel, strlen(e->channel), sizeof(b->channel) - 1);
    memcpy(b->channel, e->channel, size);
    b->channel[size] = '\0';
    b->is_channel_carved = e->is_carved;
}

/* An older record than wanted is no part of a run, and no gap either. */
static void pass_over(struct event_book *b, const struct evtx_event *e)
{
    b->has_older = true;
    if (e->is_carved) {
        return;
    }
    b->is_back = b->run_count > 0;
    b->is_damaged = b->is_damaged && b->is_back;
    next_part(b, e->record);
    b->has_before = b->is_back;
    b->before = e->record;
}

enum rc event_book_record(struct event_book *b, const struct evtx_event *e, int64_t *ret_computer,
                          int64_t *ret_part, struct err *err)
{
    struct name *computer;
    *ret_computer = -1;
    *ret_part = 0;
    b->records++;
    if (e->record > INT64_MAX) {
        b->is_over = true;
        return RC_OK;
    }
    if (b->import->since > 0 && e->at < b->import->since) {
        pass_over(b, e);
        return RC_OK;
    }
    note_channel(b, e);
    TRY(names_find(&b->computers, e->computer, &computer, err));
    if (!computer) {
        b->is_over = true;
    } else {
        *ret_computer = computer - b->computers.list;
    }
    if (e->is_carved) {
        *ret_part = ++b->parts;
        return RC_OK;
    }
    if (computer) {
        computer->records++;
        span_add(&computer->span, e->at);
        b->is_back = clock_went_back(computer, e->at) || b->is_back;
    }
    span_add(&b->span, e->at);
    TRY(follow(b, e, err));
    *ret_part = b->part;
    return count(b, e, err);
}

void event_book_damage(struct event_book *b)
{
    b->is_damaged = true;
}

enum rc event_book_put(struct event_book *b, const struct row *row, struct err *err)
{
    uint64_t most = b->import->most_rows > 0 ? b->import->most_rows : ROWS_MAX;
    if (b->kept == most) {
        b->is_over = true;
        return err_setf(err, RC_LIMIT, "the log has more than %llu events that are wanted",
                        (unsigned long long)most);
    }
    b->kept++;
    return row_put(b->import->sink, row, err);
}

static int64_t number(uint64_t n)
{
    return n > INT64_MAX ? INT64_MAX : (int64_t)n;
}

/* Columns of a span that may be missing. */
static void row_span(struct row *row, int first, int last, const struct span *s)
{
    if (s->last > 0) {
        row_int(row, first, s->first);
        row_int(row, last, s->last);
    }
}

static enum rc put_log(struct event_book *b, const struct evtx_totals *t, struct err *err)
{
    struct row row;
    bool is_whole = !b->is_over && !t->is_cut && t->bad_chunks == 0 && t->unreadable == 0 &&
                    (b->is_text || t->has_head);
    row_begin(&row, ROW_TABLE_EVENTLOG);
    row_int(&row, EVENTLOG_LOG, b->import->log);
    row_text(&row, EVENTLOG_ORIGIN, b->import->origin);
    row_text(&row, EVENTLOG_PATH, b->import->path);
    row_text(&row, EVENTLOG_FORM, b->form);
    row_text(&row, EVENTLOG_CHANNEL, b->channel[0] ? b->channel : NULL);
    row_int(&row, EVENTLOG_RECORDS, number(b->records));
    row_int(&row, EVENTLOG_KEPT, number(b->kept));
    row_int(&row, EVENTLOG_UNREADABLE, number(t->unreadable));
    row_int(&row, EVENTLOG_CARVED, number(t->carved));
    row_int(&row, EVENTLOG_CHUNKS, number(t->chunks));
    row_int(&row, EVENTLOG_BAD_CHUNKS, number(t->bad_chunks));
    row_span(&row, EVENTLOG_FIRST_AT, EVENTLOG_LAST_AT, &b->span);
    row_bool(&row, EVENTLOG_DIRTY, t->is_dirty);
    row_bool(&row, EVENTLOG_WHOLE, is_whole);
    if (b->has_older) {
        row_int(&row, EVENTLOG_SINCE, b->import->since);
    }
    return row_put(b->import->sink, &row, err);
}

static enum rc put_computers(struct event_book *b, struct err *err)
{
    for (uint32_t i = 0; i < b->computers.count; i++) {
        const struct name *n = &b->computers.list[i];
        struct row row;
        row_begin(&row, ROW_TABLE_EVENTCOMPUTER);
        row_int(&row, EVENTCOMPUTER_LOG, b->import->log);
        row_int(&row, EVENTCOMPUTER_COMPUTER, i);
        row_text(&row, EVENTCOMPUTER_NAME, n->text);
        row_int(&row, EVENTCOMPUTER_RECORDS, number(n->records));
        row_span(&row, EVENTCOMPUTER_FIRST_AT, EVENTCOMPUTER_LAST_AT, &n->span);
        TRY(row_put(b->import->sink, &row, err));
    }
    return RC_OK;
}

static enum rc put_runs(struct event_book *b, struct err *err)
{
    static const char *const words[] = { "begin", "jump", "reset", "damaged", "back" };
    for (size_t i = 0; i < b->run_count; i++) {
        const struct run *r = &b->runs[i];
        struct row row;
        row_begin(&row, ROW_TABLE_EVENTRUN);
        row_int(&row, EVENTRUN_LOG, b->import->log);
        row_int(&row, EVENTRUN_FIRST, number(r->first));
        row_int(&row, EVENTRUN_LAST, number(r->last));
        row_int(&row, EVENTRUN_FIRST_AT, r->span.first);
        row_int(&row, EVENTRUN_LAST_AT, r->span.last);
        row_text(&row, EVENTRUN_START, words[r->start]);
        if (r->missing != UINT64_MAX) {
            row_int(&row, EVENTRUN_MISSING, number(r->missing));
        }
        TRY(row_put(b->import->sink, &row, err));
    }
    return RC_OK;
}

static enum rc put_counts(struct event_book *b, struct err *err)
{
    for (uint32_t i = 0; i < b->tally_count; i++) {
        const struct tally *t = &b->tallies[i];
        struct row row;
        row_begin(&row, ROW_TABLE_EVENTCOUNT);
        row_int(&row, EVENTCOUNT_LOG, b->import->log);
        row_text(&row, EVENTCOUNT_PROVIDER, b->providers.list[t->provider].text);
        row_int(&row, EVENTCOUNT_ID, t->id);
        row_int(&row, EVENTCOUNT_EVENTS, number(t->events));
        row_int(&row, EVENTCOUNT_FIRST_AT, t->span.first);
        row_int(&row, EVENTCOUNT_LAST_AT, t->span.last);
        TRY(row_put(b->import->sink, &row, err));
    }
    return RC_OK;
}

enum rc event_book_close(struct event_book *b, const struct evtx_totals *totals, struct err *err)
{
    TRY(put_log(b, totals, err));
    TRY(put_computers(b, err));
    TRY(put_runs(b, err));
    return put_counts(b, err);
}
