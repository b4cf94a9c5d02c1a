/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every form of log counts while it is read: runs of records without a gap, how many of what, whose they are. A record costs
 * the same whatever the log holds, and memory has a ceiling: what would go past it makes the log one that is not whole. */
#include <stdlib.h>
#include <string.h>

#include "audit/base/utf.h"
#include "audit/decode/event/event_book_internal.h"

#define RUNS_MAX      65536U
#define COUNTS_MAX    4096U
#define COMPUTERS_MAX 1024U
#define ROWS_MAX      UINT64_C(20000000)
#define GHOSTS_MAX    4096U
#define PROBES        64U /* slots that are tried; hostile names cost no more */
#define BACK          (5 * 60 * FILETIME_SECOND)

/* Times outside of these come from clocks that were not set, or from damage: they stay in rows, and no span reaches to them. */
#define TIME_FIRST INT64_C(125911584000000000) /* 2000-01-01 */
#define TIME_LAST  INT64_C(189025920000000000) /* 2200-01-01 */

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
    free(book->ghosts);
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
    b->ghosts = calloc(GHOSTS_MAX, sizeof(*b->ghosts));
    if (!b->computers.list || !b->providers.list || !b->tallies || !b->ghosts) {
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
    size = utf8_fit(text, size, BOOK_NAME_BYTES - 1);
    uint32_t hash = hash_of(text, size, UINT32_C(2166136261));
    *ret = NULL;
    for (uint32_t i = 0; i < PROBES; i++) {
        uint32_t *slot = &n->slots[(hash + i) % BOOK_SLOTS];
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
        uint32_t *slot = &b->tally_slots[(hash + i) % BOOK_SLOTS];
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

/* How many numbers are missing before a record that comes after the last one; UINT64_MAX = not known. An export or a collected log
 * numbers its records anew, whatever was left out: there EventRecordID, which is of the log they came from, must go on as well. */
static uint64_t missing_before(const struct event_book *b, const struct evtx_event *e,
                               const struct name *computer)
{
    uint64_t own = e->event_record_id, of_computer = computer ? computer->own_number : 0;
    if (own == 0 || own == e->record) {
        return e->record - b->before - 1;
    }
    if (own == b->own_before + 1 || own == of_computer + 1) {
        return e->record - b->before - 1;
    }
    return of_computer > 0 && own > of_computer ? own - of_computer - 1 : UINT64_MAX;
}

/* What is between the record before and this one; false = nothing, the run goes on. */
static bool breaks(const struct event_book *b, const struct evtx_event *e,
                   const struct name *computer, struct run *ret)
{
    bool is_after = b->has_before && e->record > b->before;
    ret->missing = is_after && !b->is_text ? missing_before(b, e, computer) : UINT64_MAX;
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
        b->again = b->run_count;
    }
}

static enum rc follow(struct event_book *b, const struct evtx_event *e, struct name *computer,
                      struct err *err)
{
    struct run run = { .first = e->record, .last = e->record, .start = START_BEGIN };
    next_part(b, e->record);
    if (breaks(b, e, computer, &run)) {
        TRY(open_run(b, &run, err));
    }
    if (!b->is_full) {
        struct run *open = &b->runs[b->run_count - 1];
        open->last = e->record;
        span_add(&open->span, e->at);
    }
    b->has_before = true;
    b->before = e->record;
    b->own_before = e->event_record_id;
    if (computer) {
        computer->own_number = e->event_record_id;
    }
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

/* The ghost of a record; made when it is new and may be made, else NULL. */
static struct ghost *ghost_find(struct event_book *b, const struct evtx_event *e, bool makes)
{
    uint32_t hash = hash_of(&e->record, sizeof(e->record), UINT32_C(2166136261));
    for (uint32_t i = 0; b->ghost_count + makes > 0 && i < PROBES; i++) {
        uint32_t *slot = &b->ghost_slots[(hash + i) % BOOK_SLOTS];
        struct ghost *g = *slot > 0 ? &b->ghosts[*slot - 1] : NULL;
        if (g && g->record == e->record && g->at == e->at) {
            return g;
        }
        if (!g && makes && b->ghost_count < GHOSTS_MAX) {
            g = &b->ghosts[b->ghost_count];
            *g = (struct ghost){ .record = e->record, .at = e->at };
            *slot = ++b->ghost_count;
            return g;
        }
        if (!g) {
            return NULL;
        }
    }
    return NULL;
}

/* A record with that number was there, in a run of that time. */
static bool is_in_run(const struct event_book *b, const struct evtx_event *e)
{
    size_t low = b->again, high = b->run_count;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        const struct run *r = &b->runs[mid];
        if (e->record < r->first) {
            high = mid;
        } else if (e->record > r->last) {
            low = mid + 1;
        } else {
            return e->at >= r->span.first && e->at <= r->span.last;
        }
    }
    return false;
}

/* Free space holds copies of records that are in use elsewhere: those are one event, and the one in use counts. */
static void carve(struct event_book *b, const struct evtx_event *e, int64_t *ret_computer,
                  int64_t *ret_part)
{
    struct ghost *g = is_in_run(b, e) ? NULL : ghost_find(b, e, true);
    if (is_in_run(b, e) || (g && g->part > 0)) {
        *ret_computer = -1;
        return;
    }
    *ret_part = ++b->parts;
    if (g) {
        g->part = *ret_part;
    }
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
    b->own_before = e->event_record_id;
}

enum rc event_book_record(struct event_book *b, const struct evtx_event *e, int64_t *ret_computer,
                          int64_t *ret_part, struct err *err)
{
    struct name *computer;
    *ret_computer = -1;
    *ret_part = 0;
    b->records++;
    b->is_ghost = false;
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
        carve(b, e, ret_computer, ret_part);
        return RC_OK;
    }
    if (computer) {
        computer->records++;
        span_add(&computer->span, e->at);
        b->is_back = clock_went_back(computer, e->at) || b->is_back;
    }
    span_add(&b->span, e->at);
    TRY(follow(b, e, computer, err));
    const struct ghost *ghost = ghost_find(b, e, false);
    *ret_part = ghost ? ghost->part : b->part;
    b->is_ghost = ghost != NULL;
    return count(b, e, err);
}

void event_book_damage(struct event_book *b)
{
    b->is_damaged = b->has_damage = true;
}

enum rc event_book_put(struct event_book *b, const struct row *row, struct err *err)
{
    uint64_t most = b->import->most_rows > 0 ? b->import->most_rows : ROWS_MAX;
    if (b->kept == most) {
        b->is_over = true;
        return err_setf(err, RC_LIMIT, "the log has more than %llu events that are wanted",
                        (unsigned long long)most);
    }
    b->kept += b->is_ghost ? 0 : 1;
    return row_put(b->import->sink, row, err);
}
