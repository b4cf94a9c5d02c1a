/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Workers that misbehave in every way: each costs its own target only. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "audit/base/secret.h"
#include "audit/supervise/progress.h"
#include "tests/unit/supervise/fake.h"
#include "tests/unit/supervise/support.h"

#define OUTCOME "SELECT outcome FROM worker_run WHERE target = ?"
#define STATE   "SELECT state FROM coverage WHERE source = 'ldap.user' AND target = ?"
#define REASON  "SELECT reason FROM coverage WHERE source = 'ldap.user' AND target = ?"

static const struct fault {
    const char *role;
    const char *outcome;
    enum rc rc;
    const char *detail; /* part of it */
    const char *state;
} faults[] = {
    { "bad-hang", "hung", RC_TIMEOUT, "no sign of life for 2 s", "partial" },
    { "bad-stubborn", "hung", RC_TIMEOUT, "no sign of life for 2 s", "failed" },
    { "bad-mute", "hung", RC_TIMEOUT, "no sign of life for 2 s", "failed" },
    { "bad-linger", "hung", RC_TIMEOUT, "did not end after its work", "failed" },
    { "bad-rows", "flooded", RC_LIMIT, "more than 1000 rows", "partial" },
    { "bad-bytes", "flooded", RC_LIMIT, "more than 1 MiB", "partial" },
    { "bad-log", "flooded", RC_LIMIT, "messages", "failed" },
    { "bad-errors", "flooded", RC_LIMIT, "printed more than 16 MiB", "failed" },
    { "bad-length", "lied", RC_MALFORMED, "ROWS frame says it has 4294967295 bytes", "failed" },
    { "bad-row-length", "lied", RC_MALFORMED, "row of coverage ends early", "failed" },
    { "bad-table", "lied", RC_MALFORMED, "unknown table 32767", "failed" },
    { "bad-type", "lied", RC_MALFORMED, "sid_history.sid is not a SID", "failed" },
    { "bad-sid", "lied", RC_MALFORMED, "sid_history.sid is not a SID", "failed" },
    { "bad-long", "lied", RC_MALFORMED, "malformed_value.object is too long", "failed" },
    { "bad-utf8", "lied", RC_MALFORMED, "malformed_value.object is not UTF-8", "failed" },
    { "bad-worker-row", "lied", RC_MALFORMED, "only the supervisor writes", "failed" },
    { "bad-target", "lied", RC_MALFORMED, "a target that is not its own", "failed" },
    { "bad-source", "lied", RC_MALFORMED, "a source that it was not asked for", "failed" },
    { "bad-server", "lied", RC_MALFORMED, "account_logon row for a target that is not", "failed" },
    { "bad-late-lie", "lied", RC_MALFORMED, "sid_history.sid is not a SID", "failed" },
    { "bad-crash", "crashed", RC_BUG, "signal 11", "partial" },
    { "bad-exit", "crashed", RC_BUG, "code 0 before it was done", "failed" },
    { "bad-code", "crashed", RC_BUG, "code 3 after it was done", "failed" },
    { "bad-no-hello", "crashed", RC_BUG, "code 0 before it was done", "failed" },
    { "bad-after", "lied", RC_MALFORMED, "ROWS frame after its end", "failed" },
    { "bad-count", "lied", RC_MALFORMED, "says that it sent 5 rows, and sent 1", "partial" },
    { "bad-direction", "lied", RC_MALFORMED, "TASK frame in the wrong direction", "failed" },
    { "bad-sequence", "lied", RC_MALFORMED, "ROWS frame has number", "failed" },
    { "bad-twice", "lied", RC_MALFORMED, "READY frame while running", "failed" },
    { "bad-garbage", "lied", RC_MALFORMED, "frame of version", "failed" },
    { "bad-half", "lied", RC_MALFORMED, "last frame is cut off", "failed" },
    { "bad-early", "lied", RC_MALFORMED, "ROWS frame before it was ready", "failed" },
    { "bad-version", "failed", RC_UNSUPPORTED, "another version of kagimori", "unsupported" },
    { "bad-missing", "failed", RC_IO, "install again", "failed" },
};

static void check_fault(struct fixture *f, const struct fault *fault, const struct task_end *end)
{
    T_EQ_I(end->rc, fault->rc);
    T_HAS(end->detail, fault->detail);
    T_EQ_S(fixture_text(f, OUTCOME, fault->role), fault->outcome);
    T_EQ_S(fixture_text(f, STATE, fault->role), fault->state);
    bool is_failure = strcmp(fault->outcome, "failed") == 0;
    T_EQ_S(fixture_text(f, REASON, fault->role), is_failure ? rc_word(fault->rc) : fault->outcome);
}

/* All faults and a good worker behind each, four at a time. */
static void faults_cost_their_own_target(void)
{
    static struct task tasks[ARRAY_LEN(faults) * 2];
    static struct task_end ends[ARRAY_LEN(faults) * 2];
    static char names[ARRAY_LEN(faults)][32], firsts[ARRAY_LEN(faults)][16];
    struct fixture f;
    struct err err = { .rc = RC_OK };
    fixture_open(&f, 4);
    for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
        fixture_task(&tasks[2 * i], faults[i].role, faults[i].role);
        tasks[2 * i].silence_s = strcmp(faults[i].outcome, "hung") == 0 ? 2 : 60;
        tasks[2 * i].max_rows = strcmp(faults[i].role, "bad-bytes") == 0 ? 0 : 1000;
        tasks[2 * i].max_bytes = strcmp(faults[i].role, "bad-bytes") == 0 ? 1 << 20 : 0;
        (void)snprintf(names[i], sizeof(names[i]), "good-%zu", i);
        (void)snprintf(firsts[i], sizeof(firsts[i]), "%zu", i * 1000);
        fixture_task(&tasks[2 * i + 1], "good-collector", names[i]);
        fixture_add(&tasks[2 * i + 1], "rows", "100");
        fixture_add(&tasks[2 * i + 1], "first", firsts[i]);
    }
    T_EQ_I(supervisor_run(f.supervisor, tasks, ARRAY_LEN(tasks), ends, &err), RC_OK);
    for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
        check_fault(&f, &faults[i], &ends[2 * i]);
        T_EQ_I(ends[2 * i + 1].rc, RC_OK);
        T_EQ_I(ends[2 * i + 1].rows, 100);
        T_EQ_S(fixture_text(&f, OUTCOME, names[i]), "done");
        T_OK(store_is_complete(f.store, "ldap.user", names[i]));
    }
    T_EQ_I(
        fixture_number(
            &f,
            "SELECT count(*) FROM sid_history WHERE guid < '31b2f340-016d-11d2-945f-0000000dbba0'",
            NULL),
        100 * (int64_t)ARRAY_LEN(faults));
    T_EQ_I(fixture_number(&f, "SELECT count(DISTINCT task) FROM worker_run", NULL),
           2 * (int64_t)ARRAY_LEN(faults));
    T_EQ_I(
        fixture_number(&f, "SELECT count(*) FROM sid_history WHERE sid NOT LIKE 'S-1-5-%'", NULL),
        0);
    fixture_close(&f);
}

static void hands_over_secret_and_artifact(void)
{
    struct fixture f;
    struct err err = { .rc = RC_OK };
    struct task task;
    struct task_end end;
    fixture_open(&f, 1);
    struct secret *secret = secret_new(FAKE_SECRET, strlen(FAKE_SECRET));
    char path[128];
    (void)snprintf(path, sizeof(path), "%s/artifact", f.directory);
    FILE *file = fopen(path, "w+");
    T_OK(file && fputs("regf", file) >= 0 && fflush(file) == 0);
    fixture_task(&task, "good-decoder", "kit.zip");
    fixture_add(&task, "secret", "1");
    fixture_add(&task, "artifact", "regf");
    task.secret = secret;
    task.artifact = file ? fileno(file) : -1;
    T_EQ_I(supervisor_run(f.supervisor, &task, 1, &end, &err), RC_OK);
    T_EQ_S(end.detail, "");
    T_EQ_I(end.rc, RC_OK);
    T_EQ_I(end.rows, 10);
    T_OK(file && fclose(file) == 0);
    secret_free(secret);
    fixture_close(&f);
}

static void tells_why_a_task_failed(void)
{
    struct fixture f;
    struct err err = { .rc = RC_OK };
    struct task task;
    struct task_end end;
    fixture_open(&f, 1);
    fixture_task(&task, "good-collector", "dc1");
    fixture_add(&task, "source", "ldap.group");
    fixture_add(&task, "silent", "ldap.group");
    fixture_add(&task, "after", "deny");
    T_EQ_I(supervisor_run(f.supervisor, &task, 1, &end, &err), RC_OK);
    T_EQ_I(end.rc, RC_DENIED);
    T_EQ_S(end.detail, "wrong password");
    T_EQ_S(fixture_text(&f, STATE, "dc1"), "complete");
    T_EQ_S(fixture_text(&f, "SELECT state FROM coverage WHERE source = 'ldap.group'", NULL),
           "partial");
    T_EQ_S(fixture_text(&f, "SELECT reason FROM coverage WHERE source = 'ldap.group'", NULL),
           "denied");
    T_EQ_S(fixture_text(&f, "SELECT outcome FROM worker_run", NULL), "failed");
    T_HAS(fixture_text(&f, "SELECT version FROM worker_run", NULL), "test");
    T_OK(fixture_text(&f, "SELECT sandbox FROM worker_run", NULL)[0] != 0);
    fixture_close(&f);
}

/* A worker that is done and never spoke of a source has not seen it. */
static void covers_what_was_passed_over(void)
{
    struct fixture f;
    struct err err = { .rc = RC_OK };
    struct task task;
    struct task_end end;
    fixture_open(&f, 1);
    fixture_task(&task, "good-collector", "dc1");
    fixture_add(&task, "silent", "ldap.user");
    T_EQ_I(supervisor_run(f.supervisor, &task, 1, &end, &err), RC_OK);
    T_EQ_I(end.rc, RC_OK);
    T_EQ_S(fixture_text(&f, STATE, "dc1"), "partial");
    fixture_close(&f);
}

/* Runs a task with standard error in a file; the text is static. */
static const char *logged(const char *role)
{
    static char text[65536];
    struct fixture f;
    struct err err = { .rc = RC_OK };
    struct task task;
    struct task_end end;
    fixture_open(&f, 1);
    char path[128];
    (void)snprintf(path, sizeof(path), "%s/log", f.directory);
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    int saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 10);
    T_OK(file >= 0 && saved >= 0 && dup2(file, STDERR_FILENO) >= 0);
    fixture_task(&task, role, "dc1\x1b[5m");
    enum rc rc = supervisor_run(f.supervisor, &task, 1, &end, &err);
    (void)fflush(stderr);
    T_OK(dup2(saved, STDERR_FILENO) >= 0);
    (void)close(saved);
    T_EQ_I(rc, RC_OK);
    T_EQ_I(end.rc, RC_OK);
    ssize_t n = pread(file, text, sizeof(text) - 1, 0);
    text[n > 0 ? n : 0] = 0;
    (void)close(file);
    fixture_close(&f);
    return text;
}

static void keeps_escapes_off_the_terminal(void)
{
    const char *text = logged("bad-ansi");
    T_HAS(text, "standard output");
    T_HAS(text, "red");
    T_HAS(text, "end without a line feed");
    T_HAS(text, "\\u{1b}[31m");
    T_HAS(text, "\\u{202e}");
    T_OK(!strchr(text, 0x1b) && !strchr(text, 7) && !strstr(text, "\xe2\x80\xae"));
    text = logged("good-collector");
    T_HAS(text, "a message \\u{1b}[31m of dc1");
    T_OK(!strchr(text, 0x1b));
}

static void stops_at_a_full_disk(void)
{
    struct fixture f;
    struct err err = { .rc = RC_OK };
    struct task tasks[2];
    struct task_end ends[2];
    fixture_open(&f, 2);
    T_EQ_I(store_exec(store_handle(f.store), "PRAGMA max_page_count=1", &err), RC_OK);
    for (size_t i = 0; i < 2; i++) {
        fixture_task(&tasks[i], "good-collector", i ? "dc2" : "dc1");
        fixture_add(&tasks[i], "rows", "50000");
    }
    T_EQ_I(supervisor_run(f.supervisor, tasks, 2, ends, &err), RC_IO);
    T_HAS(err.msg, "the disk is full");
    T_OK(ends[0].rc != RC_OK && ends[1].rc != RC_OK);
    T_HAS(ends[0].detail, "the evidence file failed");
    fixture_close(&f);
}

static void draws_a_safe_progress_line(void)
{
    char line[512];
    struct progress p = { .is_on = true, .started_ms = 1000, .rate = 4200 };
    struct progress_now now = {
        .total = 6, .done = 2, .failed = 1, .target = "dc1\x1b[2J", .doing = "users"
    };
    now.doing_count = 12000;
    progress_line(&p, &now, 31000, 200, line, sizeof(line));
    T_EQ_S(
        line,
        "2 of 6 done, 1 failed, 3 left, 4200 rows/s, about 30 s left | dc1\\u{1b}[2J: users 12000");
    progress_line(&p, &now, 31000, 20, line, sizeof(line));
    T_EQ_S(line, "2 of 6 done, 1 faile");
    now = (struct progress_now){ .total = 1, .target = "病院" };
    p.rate = 0;
    progress_line(&p, &now, 31000, 31, line, sizeof(line));
    T_EQ_S(line, "0 of 1 done, 1 left | 病院");
    progress_line(&p, &now, 31000, 25, line, sizeof(line));
    T_EQ_S(line, "0 of 1 done, 1 left | 病");
}

#define TESTS(X)                      \
    X(faults_cost_their_own_target)   \
    X(hands_over_secret_and_artifact) \
    X(tells_why_a_task_failed)        \
    X(covers_what_was_passed_over)    \
    X(keeps_escapes_off_the_terminal) X(stops_at_a_full_disk) X(draws_a_safe_progress_line)
T_MAIN("supervise", TESTS)
