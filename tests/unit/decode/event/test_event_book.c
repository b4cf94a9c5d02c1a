/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a log counts while it is read: hand-made records in, rows out. */
#include <stdio.h>

#include "audit/decode/event/event_rows.h"
#include "tests/support/t.h"
#include "tests/unit/decode/rows.h"

#define T0     INT64_C(134000000000000000) /* in 2025 */
#define MINUTE (60 * FILETIME_SECOND)

struct fixture {
    struct rows rows;
    struct event_import import;
    struct event_book *book;
    struct evtx_totals totals;
    struct err err;
    int64_t computer, part;
};

static void begin(struct fixture *f, const char *form)
{
    memset(f, 0, sizeof(*f));
    rows_init(&f->rows);
    f->import = (struct event_import){
        .sink = &f->rows.sink, .log = 3, .origin = "lab", .path = "Security.evtx"
    };
    f->totals.has_head = true;
    f->book = event_book_new(&f->import, form);
    T_OK(f->book != NULL);
}

static void end(struct fixture *f)
{
    event_book_done(f->book);
    rows_done(&f->rows);
}

static void close_book(struct fixture *f)
{
    T_EQ_I(event_book_close(f->book, &f->totals, &f->err), RC_OK);
    T_EQ_I(f->rows.refused, 0);
}

static void note_of(struct fixture *f, uint64_t record, filetime at, const char *computer,
                    const char *provider, uint32_t id, bool is_carved)
{
    const struct evtx_event e = { .record = record,
                                  .at = at,
                                  .event_id = id,
                                  .provider = provider,
                                  .channel = is_carved ? "Carved" : "Security",
                                  .computer = computer,
                                  .user_sid = "",
                                  .user_data_root = "",
                                  .is_carved = is_carved };
    T_EQ_I(event_book_record(f->book, &e, &f->computer, &f->part, &f->err), RC_OK);
}

static void note(struct fixture *f, uint64_t record, filetime at)
{
    note_of(f, record, at, "DC1.corp.example", "P", 4624, false);
}

/* "first-last start missing" of each run, separated by "; ". */
static const char *runs(const struct fixture *f)
{
    static char text[1024];
    size_t n = 0;
    text[0] = '\0';
    for (size_t i = 0; i < f->rows.count && n < sizeof(text); i++) {
        const struct row *r = &f->rows.rows[i];
        if (r->table == ROW_TABLE_EVENTRUN) {
            n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%s-%s %s %s", n ? "; " : "",
                                  cell(r, EVENTRUN_FIRST), cell(r, EVENTRUN_LAST),
                                  cell(r, EVENTRUN_START), cell(r, EVENTRUN_MISSING));
        }
    }
    return text;
}

static const struct row *log_row(const struct fixture *f)
{
    return rows_find(&f->rows, ROW_TABLE_EVENTLOG, -1, NULL);
}

static void one_run_of_what_follows(void)
{
    struct fixture f;
    begin(&f, "evtx");
    note(&f, 10, T0);
    note(&f, 11, T0 - 4 * MINUTE); /* threads write a little out of order */
    note(&f, 12, T0 + MINUTE);
    T_EQ_I(f.part, 0);
    close_book(&f);
    T_EQ_S(runs(&f), "10-12 begin NULL");
    const struct row *run = rows_find(&f.rows, ROW_TABLE_EVENTRUN, -1, NULL);
    T_EQ_I(run->v[EVENTRUN_FIRST_AT].number, T0 - 4 * MINUTE);
    T_EQ_I(run->v[EVENTRUN_LAST_AT].number, T0 + MINUTE);
    const struct row *log = log_row(&f);
    T_EQ_S(cell(log, EVENTLOG_LOG), "3");
    T_EQ_S(cell(log, EVENTLOG_FORM), "evtx");
    T_EQ_S(cell(log, EVENTLOG_CHANNEL), "Security");
    T_EQ_S(cell(log, EVENTLOG_RECORDS), "3");
    T_EQ_S(cell(log, EVENTLOG_KEPT), "0");
    T_EQ_S(cell(log, EVENTLOG_WHOLE), "1");
    T_EQ_S(cell(log, EVENTLOG_SINCE), "NULL");
    T_EQ_S(cell(log, EVENTLOG_HOST), "NULL");
    T_EQ_I(log->v[EVENTLOG_FIRST_AT].number, T0 - 4 * MINUTE);
    end(&f);
}

static void runs_end_where_something_is_missing(void)
{
    struct fixture f;
    begin(&f, "evtx");
    note(&f, 10, T0);
    note(&f, 15, T0);
    event_book_damage(f.book);
    note(&f, 16, T0);
    event_book_damage(f.book);
    event_book_damage(f.book);
    note(&f, 20, T0);
    note(&f, 21, T0 - 6 * MINUTE);
    note(&f, 22, T0 - 6 * MINUTE);
    close_book(&f);
    T_EQ_S(runs(&f),
           "10-10 begin NULL; 15-15 jump 4; 16-16 damaged 0; 20-20 damaged 3; 21-22 back 0");
    end(&f);
}

static void a_damaged_beginning_is_no_beginning(void)
{
    struct fixture f;
    begin(&f, "evtx");
    event_book_damage(f.book);
    note(&f, 10, T0);
    f.totals.bad_chunks = 1;
    close_book(&f);
    T_EQ_S(runs(&f), "10-10 damaged NULL");
    T_EQ_S(cell(log_row(&f), EVENTLOG_WHOLE), "0");
    end(&f);
}

/* A clock that is wound back slowly, each step below the limit. */
static void small_steps_back_add_up(void)
{
    struct fixture f;
    begin(&f, "evtx");
    for (int i = 0; i < 8; i++) {
        note(&f, 10 + (uint64_t)i, T0 - i * 2 * MINUTE);
    }
    close_book(&f);
    T_EQ_S(runs(&f), "10-12 begin NULL; 13-15 back 0; 16-17 back 0");
    end(&f);
}

static void numbers_that_start_again(void)
{
    struct fixture f;
    begin(&f, "evtx");
    note(&f, 1, T0);
    note(&f, 2, T0);
    T_EQ_I(f.part, 0);
    note(&f, 2, T0);
    T_OK(f.part > 0);
    int64_t second = f.part;
    note(&f, 3, T0);
    T_EQ_I(f.part, second);
    note_of(&f, 3, T0 - FILETIME_DAY, "DC1.corp.example", "P", 4624, true);
    T_OK(f.part != 0 && f.part != second);
    int64_t carved = f.part;
    note_of(&f, 3, T0 + FILETIME_DAY, "DC1.corp.example", "P", 4624, true);
    T_OK(f.part != 0 && f.part != second && f.part != carved);
    note(&f, 1, T0);
    note(&f, 3, T0);
    T_OK(f.part != 0 && f.part != second && f.part != carved);
    close_book(&f);
    T_EQ_S(runs(&f), "1-2 begin NULL; 2-3 reset NULL; 1-1 reset NULL; 3-3 jump 1");
    end(&f);
}

/* The same record in free space and in use is one event: the one in use takes the place of the other, or the other gives no row. */
static void copies_in_free_space_are_one_event(void)
{
    struct fixture f;
    begin(&f, "evtx");
    note_of(&f, 12, T0, "A", "P", 1, true);
    int64_t part = f.part;
    note_of(&f, 12, T0, "A", "P", 1, true);
    T_EQ_I(f.computer, -1);
    note_of(&f, 12, T0 - FILETIME_DAY, "A", "P", 1, true); /* of an earlier life of the log */
    T_OK(f.part != part && f.part > 0 && f.computer >= 0);
    note(&f, 11, T0);
    T_EQ_I(f.part, 0);
    note(&f, 12, T0);
    T_EQ_I(f.part, part);
    note(&f, 15, T0 + MINUTE);
    T_EQ_I(f.part, 0);
    note(&f, 16, T0 + MINUTE);
    note_of(&f, 16, T0 + MINUTE, "A", "P", 1, true);
    T_EQ_I(f.computer, -1);
    note_of(&f, 16, T0 + 2 * MINUTE, "A", "P", 1, true);
    T_OK(f.computer >= 0);
    note_of(&f, 13, T0, "A", "P", 1, true);
    T_OK(f.computer >= 0);
    note(&f, 2, T0 + MINUTE); /* numbers start again: 16 is not of this life */
    note_of(&f, 16, T0 + MINUTE, "A", "P", 1, true);
    T_OK(f.computer >= 0);
    close_book(&f);
    T_EQ_S(runs(&f), "11-12 begin NULL; 15-16 jump 2; 2-2 reset NULL");
    end(&f);
}

static void carved_ones_reach_nowhere(void)
{
    struct fixture f;
    begin(&f, "evtx");
    note_of(&f, 500, T0 - FILETIME_DAY, "DC1.corp.example", "P", 1, true);
    T_EQ_I(f.computer, 0);
    note(&f, 10, T0);
    note_of(&f, 900, T0 + FILETIME_DAY, "OTHER", "P", 1, true);
    T_EQ_I(f.computer, 1);
    note(&f, 11, T0);
    f.totals.carved = 2;
    close_book(&f);
    T_EQ_S(runs(&f), "10-11 begin NULL");
    T_EQ_I(rows_count(&f.rows, ROW_TABLE_EVENTCOUNT), 1);
    T_EQ_S(cell(rows_find(&f.rows, ROW_TABLE_EVENTCOUNT, -1, NULL), EVENTCOUNT_ID), "4624");
    T_EQ_S(cell(log_row(&f), EVENTLOG_CHANNEL), "Security");
    T_EQ_S(cell(log_row(&f), EVENTLOG_CARVED), "2");
    T_EQ_I(log_row(&f)->v[EVENTLOG_LAST_AT].number, T0);
    const struct row *other =
        rows_find(&f.rows, ROW_TABLE_EVENTCOMPUTER, EVENTCOMPUTER_NAME, "OTHER");
    T_EQ_S(cell(other, EVENTCOMPUTER_RECORDS), "0");
    T_EQ_S(cell(other, EVENTCOMPUTER_FIRST_AT), "NULL");
    end(&f);
}

static void counts_are_of_provider_and_number(void)
{
    struct fixture f;
    begin(&f, "evtx");
    note_of(&f, 1, T0, "A", "P", 1, false);
    note_of(&f, 2, T0 + MINUTE, "A", "Q", 1, false);
    note_of(&f, 3, T0 - MINUTE, "B", "P", 1, false);
    T_EQ_I(f.computer, 1);
    note_of(&f, 4, T0, "A", "P", 2, false);
    T_EQ_I(f.computer, 0);
    close_book(&f);
    T_EQ_I(rows_count(&f.rows, ROW_TABLE_EVENTCOUNT), 3);
    const struct row *c =
        rows_find2(&f.rows, ROW_TABLE_EVENTCOUNT, EVENTCOUNT_PROVIDER, "P", EVENTCOUNT_ID, "1");
    T_EQ_S(cell(c, EVENTCOUNT_EVENTS), "2");
    T_EQ_I(c->v[EVENTCOUNT_FIRST_AT].number, T0 - MINUTE);
    T_EQ_I(c->v[EVENTCOUNT_LAST_AT].number, T0);
    const struct row *a = rows_find(&f.rows, ROW_TABLE_EVENTCOMPUTER, EVENTCOMPUTER_NAME, "A");
    T_EQ_S(cell(a, EVENTCOMPUTER_RECORDS), "3");
    end(&f);
}

/* Forwarded events of others may be hours late: that is no clock that went back. */
static void each_computer_has_its_clock(void)
{
    struct fixture f;
    begin(&f, "evtx");
    note_of(&f, 1, T0, "A", "P", 1, false);
    note_of(&f, 2, T0 - FILETIME_DAY, "B", "P", 1, false);
    note_of(&f, 3, T0, "A", "P", 1, false);
    note_of(&f, 4, T0 - FILETIME_DAY, "A", "P", 1, false);
    close_book(&f);
    T_EQ_S(runs(&f), "1-3 begin NULL; 4-4 back 0");
    end(&f);
}

static void note_own(struct fixture *f, uint64_t record, uint64_t own, const char *computer)
{
    const struct evtx_event e = { .record = record,
                                  .event_record_id = own,
                                  .at = T0,
                                  .provider = "P",
                                  .channel = "Security",
                                  .computer = computer,
                                  .user_sid = "",
                                  .user_data_root = "" };
    T_EQ_I(event_book_record(f->book, &e, &f->computer, &f->part, &f->err), RC_OK);
}

/* Exports and collected logs number their records anew: the numbers of the logs they came from show what was left out. */
static void a_selection_has_gaps(void)
{
    struct fixture f;
    begin(&f, "evtx");
    note_own(&f, 1, 101, "A"); /* all of a log, saved as another one */
    note_own(&f, 2, 102, "A");
    note_own(&f, 3, 103, "B"); /* renamed: it goes on */
    note_own(&f, 4, 110, "B"); /* a selection */
    note_own(&f, 5, 50, "C");  /* collected of several */
    note_own(&f, 6, 111, "B");
    note_own(&f, 7, 51, "C");
    note_own(&f, 9, 52, "C"); /* missing in the log itself */
    note_own(&f, 10, 20, "C");
    close_book(&f);
    T_EQ_S(runs(&f), "1-3 begin NULL; 4-4 jump 6; 5-7 jump NULL; 9-9 jump 1; 10-10 jump NULL");
    end(&f);
}

static void older_ones_are_left_out(void)
{
    struct fixture f;
    begin(&f, "evtx");
    f.import.since = T0;
    event_book_damage(f.book);
    note(&f, 1, T0 - 1);
    T_EQ_I(f.computer, -1);
    note(&f, 5, T0 - 1);
    note(&f, 6, T0);
    T_EQ_I(f.computer, 0);
    note(&f, 7, T0 - 1);
    T_EQ_I(f.computer, -1);
    note(&f, 8, T0);
    note(&f, 9, T0);
    close_book(&f);
    T_EQ_S(runs(&f), "6-6 begin NULL; 8-9 back 0");
    T_EQ_S(cell(log_row(&f), EVENTLOG_RECORDS), "6");
    T_EQ_I(log_row(&f)->v[EVENTLOG_SINCE].number, T0);
    T_EQ_S(cell(log_row(&f), EVENTLOG_WHOLE), "0");
    T_EQ_S(cell(rows_find(&f.rows, ROW_TABLE_EVENTCOUNT, -1, NULL), EVENTCOUNT_EVENTS), "3");
    end(&f);
}

/* A clock that was never set, or damage, must not make a log reach back to 1601. */
static void absurd_times_widen_nothing(void)
{
    struct fixture f;
    begin(&f, "evtx");
    note(&f, 1, 0);
    note(&f, 2, T0);
    note(&f, 3, INT64_MAX);
    note(&f, 4, T0 + MINUTE);
    note(&f, 5, INT64_MIN);
    note(&f, 9, -1);
    close_book(&f);
    T_EQ_S(runs(&f), "1-5 begin NULL; 9-9 jump 3");
    T_EQ_I(log_row(&f)->v[EVENTLOG_FIRST_AT].number, T0);
    T_EQ_I(log_row(&f)->v[EVENTLOG_LAST_AT].number, T0 + MINUTE);
    end(&f);
}

static void lines_may_skip_numbers(void)
{
    struct fixture f;
    begin(&f, "samba_json");
    f.totals.has_head = false;
    note_of(&f, 1, T0, "", "samba", 0, false);
    note_of(&f, 7, T0, "", "samba", 0, false);
    event_book_damage(f.book);
    note_of(&f, 9, T0, "", "samba", 0, false);
    close_book(&f);
    T_EQ_S(runs(&f), "1-7 begin NULL; 9-9 damaged NULL");
    T_EQ_S(cell(log_row(&f), EVENTLOG_WHOLE), "0");
    end(&f);
}

static void rows_have_a_limit(void)
{
    struct fixture f;
    struct row row;
    begin(&f, "evtx");
    f.import.most_rows = 2;
    row_begin(&row, ROW_TABLE_LOGEVENT);
    row_int(&row, LOGEVENT_LOG, 3);
    row_int(&row, LOGEVENT_RECORD, 1);
    row_int(&row, LOGEVENT_PART, 0);
    row_int(&row, LOGEVENT_COMPUTER, 0);
    row_int(&row, LOGEVENT_AT, T0);
    row_int(&row, LOGEVENT_ID, 1102);
    row_text(&row, LOGEVENT_KIND, "cleared");
    row_bool(&row, LOGEVENT_FAILURE, false);
    row_bool(&row, LOGEVENT_CARVED, false);
    T_EQ_I(event_book_put(f.book, &row, &f.err), RC_OK);
    T_EQ_I(event_book_put(f.book, &row, &f.err), RC_OK);
    T_EQ_I(event_book_put(f.book, &row, &f.err), RC_LIMIT);
    close_book(&f);
    T_EQ_I(rows_count(&f.rows, ROW_TABLE_LOGEVENT), 2);
    T_EQ_S(cell(log_row(&f), EVENTLOG_KEPT), "2");
    T_EQ_S(cell(log_row(&f), EVENTLOG_WHOLE), "0");
    end(&f);
}

static void hostile_logs_stay_bounded(void)
{
    struct fixture f;
    char name[2048];
    begin(&f, "evtx");
    for (unsigned i = 0; i < 70000; i++) {
        int n = snprintf(name, sizeof(name), "%u", i);
        memset(name + n, 'x', sizeof(name) - 1 - (size_t)n);
        name[sizeof(name) - 1] = '\0';
        note_of(&f, i * 2 + 1, T0, name, name, i, false);
        T_OK(i < 1024 ? f.computer == (int64_t)i : f.computer == -1);
    }
    note_of(&f, UINT64_MAX, T0, "0", "0", 0, false);
    T_EQ_I(f.computer, -1);
    close_book(&f);
    T_EQ_I(rows_count(&f.rows, ROW_TABLE_EVENTRUN), 65536);
    T_EQ_I(rows_count(&f.rows, ROW_TABLE_EVENTCOMPUTER), 1024);
    T_OK(rows_count(&f.rows, ROW_TABLE_EVENTCOUNT) > 4000);
    T_OK(rows_count(&f.rows, ROW_TABLE_EVENTCOUNT) <= 4096);
    T_EQ_S(cell(log_row(&f), EVENTLOG_WHOLE), "0");
    T_EQ_S(cell(rows_find(&f.rows, ROW_TABLE_EVENTRUN, -1, NULL), EVENTRUN_LAST), "131071");
    end(&f);
}

static void what_is_missing_makes_it_not_whole(void)
{
    for (int i = 0; i < 6; i++) {
        struct fixture f;
        begin(&f, i == 5 ? "samba_json" : "evtx");
        f.totals.is_cut = i == 0;
        f.totals.bad_chunks = i == 1;
        f.totals.has_head = i != 2;
        f.totals.unreadable = i == 5;
        if (i == 3) {
            event_book_damage(f.book);
        }
        note(&f, i == 4 ? UINT64_MAX : 1, T0);
        close_book(&f);
        T_EQ_S(cell(log_row(&f), EVENTLOG_WHOLE), "0");
        end(&f);
    }
}

static void what_the_reader_says_stands_in_the_log(void)
{
    struct fixture f;
    begin(&f, "evtx");
    f.totals =
        (struct evtx_totals){ .chunks = 4, .unreadable = 2, .is_dirty = true, .has_head = true };
    close_book(&f);
    T_EQ_S(cell(log_row(&f), EVENTLOG_WHOLE), "1");
    T_EQ_S(cell(log_row(&f), EVENTLOG_CHUNKS), "4");
    T_EQ_S(cell(log_row(&f), EVENTLOG_BAD_CHUNKS), "0");
    T_EQ_S(cell(log_row(&f), EVENTLOG_UNREADABLE), "2");
    T_EQ_S(cell(log_row(&f), EVENTLOG_DIRTY), "1");
    T_EQ_S(cell(log_row(&f), EVENTLOG_CHANNEL), "NULL");
    T_EQ_S(cell(log_row(&f), EVENTLOG_FIRST_AT), "NULL");
    T_EQ_I(f.rows.count, 1);
    end(&f);
}

#define TESTS(X)                           \
    X(one_run_of_what_follows)             \
    X(runs_end_where_something_is_missing) \
    X(a_damaged_beginning_is_no_beginning) \
    X(small_steps_back_add_up)             \
    X(numbers_that_start_again)            \
    X(copies_in_free_space_are_one_event)  \
    X(carved_ones_reach_nowhere)           \
    X(counts_are_of_provider_and_number)   \
    X(each_computer_has_its_clock)         \
    X(a_selection_has_gaps)                \
    X(older_ones_are_left_out)             \
    X(absurd_times_widen_nothing)          \
    X(lines_may_skip_numbers)              \
    X(rows_have_a_limit)                   \
    X(hostile_logs_stay_bounded)           \
    X(what_is_missing_makes_it_not_whole)  \
    X(what_the_reader_says_stands_in_the_log)
T_MAIN("event_book", TESTS)
