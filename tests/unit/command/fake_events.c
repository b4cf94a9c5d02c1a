/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/command/fake_events.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/base/num.h"

#define HOUR      (INT64_C(3600) * FILETIME_SECOND)
#define WORDS     6
#define FILE_MOST 65536

struct fake {
    struct row_sink *sink;
    const struct task *task;
    int64_t log, records, kept, bad, computers, first, last;
    const char *channel;
    bool is_cut, is_late;
};

static int64_t number(const char *text)
{
    int64_t n = 0;
    if (!text || !num_i64(text, strlen(text), &n)) {
        abort();
    }
    return n;
}

static enum rc put_computer(struct fake *f, char **w, struct err *err)
{
    struct row row;
    int64_t from = number(w[3]) * HOUR, to = number(w[4]) * HOUR;
    row_begin(&row, ROW_TABLE_EVENTCOMPUTER);
    row_int(&row, EVENTCOMPUTER_LOG, f->log);
    row_int(&row, EVENTCOMPUTER_COMPUTER, f->computers++);
    row_text(&row, EVENTCOMPUTER_NAME, w[1]);
    row_int(&row, EVENTCOMPUTER_RECORDS, number(w[2]));
    row_int(&row, EVENTCOMPUTER_FIRST_AT, from);
    row_int(&row, EVENTCOMPUTER_LAST_AT, to);
    f->records += number(w[2]);
    f->first = f->first == 0 || from < f->first ? from : f->first;
    f->last = to > f->last ? to : f->last;
    return row_put(f->sink, &row, err);
}

static enum rc put_run(struct fake *f, char **w, struct err *err)
{
    struct row row;
    row_begin(&row, ROW_TABLE_EVENTRUN);
    row_int(&row, EVENTRUN_LOG, f->log);
    row_int(&row, EVENTRUN_FIRST, number(w[1]));
    row_int(&row, EVENTRUN_LAST, number(w[2]));
    row_int(&row, EVENTRUN_FIRST_AT, number(w[3]) * HOUR);
    row_int(&row, EVENTRUN_LAST_AT, number(w[4]) * HOUR);
    row_text(&row, EVENTRUN_START, "begin");
    return row_put(f->sink, &row, err);
}

static enum rc put_count(struct fake *f, char **w, struct err *err)
{
    struct row row;
    row_begin(&row, ROW_TABLE_EVENTCOUNT);
    row_int(&row, EVENTCOUNT_LOG, f->log);
    char provider[64];
    (void)snprintf(provider, sizeof(provider), "Samba %s", w[2]);
    row_text(&row, EVENTCOUNT_PROVIDER, provider);
    row_int(&row, EVENTCOUNT_ID, number(w[1]));
    row_int(&row, EVENTCOUNT_EVENTS, 5);
    row_int(&row, EVENTCOUNT_FIRST_AT, HOUR);
    row_int(&row, EVENTCOUNT_LAST_AT, HOUR);
    return row_put(f->sink, &row, err);
}

/* The heads of all tables of events are alike. */
static enum rc put_event(struct fake *f, char **w, struct err *err)
{
    struct row row;
    bool is_change = strcmp(w[0], "change") == 0;
    row_begin(&row, is_change ? ROW_TABLE_CHANGE : ROW_TABLE_LOGONEVENT);
    row_int(&row, CHANGE_LOG, f->log);
    row_int(&row, CHANGE_RECORD, number(w[1]));
    row_int(&row, CHANGE_PART, 0);
    row_int(&row, CHANGE_COMPUTER, 0);
    row_int(&row, CHANGE_AT, number(w[3]) * HOUR);
    row_int(&row, CHANGE_ID, number(w[2]));
    row_text(&row, CHANGE_KIND, is_change ? "changed" : "logon");
    row_bool(&row, CHANGE_FAILURE, false);
    row_bool(&row, CHANGE_CARVED, false);
    f->kept++;
    return row_put(f->sink, &row, err);
}

static enum rc put_log(struct fake *f, bool lies, struct err *err)
{
    struct row row;
    row_begin(&row, ROW_TABLE_EVENTLOG);
    row_int(&row, EVENTLOG_LOG, f->log);
    row_text(&row, EVENTLOG_ORIGIN, task_get(f->task, "origin"));
    row_text(&row, EVENTLOG_PATH, f->task->target);
    row_text(&row, EVENTLOG_FORM, task_get(f->task, "form"));
    row_text(&row, EVENTLOG_HOST, lies ? "liar" : NULL);
    row_text(&row, EVENTLOG_CHANNEL, f->channel);
    row_int(&row, EVENTLOG_RECORDS, f->records);
    row_int(&row, EVENTLOG_KEPT, f->kept);
    row_int(&row, EVENTLOG_CHUNKS, 10);
    row_int(&row, EVENTLOG_BAD_CHUNKS, f->bad);
    row_bool(&row, EVENTLOG_WHOLE, f->bad == 0 && !f->is_cut);
    if (f->records > 0) {
        row_int(&row, EVENTLOG_FIRST_AT, f->first);
        row_int(&row, EVENTLOG_LAST_AT, f->last);
    }
    if (task_get(f->task, "since")) {
        row_int(&row, EVENTLOG_SINCE, number(task_get(f->task, "since")));
    }
    return row_put(f->sink, &row, err);
}

static enum rc do_line(struct fake *f, char *line, struct err *err)
{
    char *words[WORDS] = { NULL }, *rest = NULL;
    size_t n = 0;
    for (char *p = strtok_r(line, " ", &rest); p && n < WORDS; p = strtok_r(NULL, " ", &rest)) {
        words[n++] = p;
    }
    const char *verb = n > 0 ? words[0] : "";
    if (strcmp(verb, "channel") == 0) {
        f->channel = words[1];
    } else if (strcmp(verb, "bad") == 0) {
        f->bad = number(words[1]);
    } else if (strcmp(verb, "silent") == 0) {
        f->records += number(words[1]);
    } else if (strcmp(verb, "cut") == 0) {
        f->is_cut = true;
    } else if (strcmp(verb, "late") == 0) {
        f->is_late = true;
    } else if (strcmp(verb, "computer") == 0) {
        return put_computer(f, words, err);
    } else if (strcmp(verb, "run") == 0) {
        return put_run(f, words, err);
    } else if (strcmp(verb, "count") == 0) {
        return put_count(f, words, err);
    } else if (strcmp(verb, "change") == 0 || strcmp(verb, "logon") == 0) {
        return put_event(f, words, err);
    }
    return RC_OK;
}

enum rc fake_events(struct worker *w, const struct task *task, struct err *err)
{
    static char text[FILE_MOST];
    struct fake f = { .sink = worker_sink(w), .task = task, .log = number(task_get(task, "log")) };
    char *rest = NULL;
    ssize_t n = pread(worker_artifact(w), text, sizeof(text) - 1, 0);
    text[n > 0 ? n : 0] = '\0';
    if (strncmp(text, "crash", 5) == 0) {
        abort();
    }
    if (n <= 0 || strncmp(text, "none", 4) == 0) {
        return err_setf(err, RC_MALFORMED, "it is no event log");
    }
    if (strncmp(text, "dumb", 4) == 0) {
        return RC_OK;
    }
    bool lies = strncmp(text, "lie", 3) == 0;
    for (char *p = strtok_r(text, "\n", &rest); p; p = strtok_r(NULL, "\n", &rest)) {
        TRY(do_line(&f, p, err));
    }
    TRY(put_log(&f, lies, err));
    if (f.is_late) {
        TRY(worker_flush(w, err));
        abort();
    }
    return RC_OK;
}
