/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was counted of a log, as rows. */
#include "audit/decode/event/event_book_internal.h"

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
    /* In a log of Windows most of what is unreadable are remains in free space; what a chunk counts makes the chunk a damaged one. */
    bool is_whole = !b->is_over && !b->has_damage && !t->is_cut && t->bad_chunks == 0 &&
                    (b->is_text ? t->unreadable == 0 : t->has_head);
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
