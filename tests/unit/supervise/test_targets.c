/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One worker that asks many targets, and of whom a worker may speak at all. */
#include <sys/mman.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "audit/supervise/child.h"
#include "tests/unit/supervise/support.h"

#define MANY 5000U

static const char *const sources[] = { "net.ports", "net.smb", "net.rdp",
                                       "net.winrm", "net.tls", "net.ldap" };
static char names[MANY][24];
static const char *targets[MANY];
static bool is_optional[MANY];

/* A list of targets in memory, as sorted as the task's. */
static int list_of(size_t count)
{
    int fd = memfd_create("targets", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    FILE *f = fd >= 0 ? fdopen(dup(fd), "w") : NULL;
    for (size_t i = 0; f && i < count; i++) {
        (void)snprintf(names[i], sizeof(names[i]), "h%05zu.example", i);
        targets[i] = names[i];
        is_optional[i] = i % 10 == 3;
        (void)fprintf(f, "%s\n", names[i]);
    }
    T_OK(f && fclose(f) == 0 && lseek(fd, 0, SEEK_SET) == 0);
    T_OK(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) == 0);
    return fd;
}

static void sweep_task(struct task *t, const char *role, size_t count, int list)
{
    *t = (struct task){ .role = role,
                        .target = "network sweep",
                        .targets = targets,
                        .target_count = count,
                        .optional_targets = is_optional,
                        .artifact = list };
    fixture_add(t, "sweep", "1");
    for (size_t i = 0; i < ARRAY_LEN(sources); i++) {
        fixture_add(t, "source", sources[i]);
    }
}

static int64_t in_state(struct fixture *f, const char *state)
{
    return fixture_number(f, "SELECT count(*) FROM coverage WHERE state = ?", state);
}

/* The worker dies at one of its targets: the ones before are complete, that one has a part, the others have the reason. */
static void a_crash_leaves_no_target_out(void)
{
    struct fixture f;
    struct err err = { .rc = RC_OK };
    struct task task;
    struct task_end end;
    AUTO_FD int list = list_of(100);
    fixture_open(&f, 1);
    sweep_task(&task, "good-collector", 100, list);
    fixture_add(&task, "stop_at", names[40]);
    T_EQ_I(supervisor_run(f.supervisor, &task, 1, &end, &err), RC_OK);
    T_EQ_I(end.rc, RC_BUG);
    T_EQ_I(in_state(&f, "complete"), 40 * 6);
    T_EQ_I(in_state(&f, "partial"), 1);
    T_EQ_S(fixture_text(&f,
                        "SELECT source FROM coverage WHERE state = ? AND target = 'h00040.example'",
                        "partial"),
           sources[0]);
    /* 59 after it, 6 of which need no answer */
    T_EQ_I(in_state(&f, "failed"), 5 + (59 - 6) * 6);
    T_EQ_I(fixture_number(&f, "SELECT count(*) FROM coverage WHERE reason = 'crashed'", NULL),
           6 + (59 - 6) * 6);
    T_EQ_I(fixture_number(&f, "SELECT count(*) FROM coverage WHERE target = ?", "network sweep"),
           0);
    T_EQ_S(fixture_text(&f, "SELECT target FROM worker_run", NULL), "network sweep");
    fixture_close(&f);
}

static void whoever_is_passed_over_failed(void)
{
    struct fixture f;
    struct err err = { .rc = RC_OK };
    struct task task;
    struct task_end end;
    AUTO_FD int list = list_of(10);
    fixture_open(&f, 1);
    sweep_task(&task, "good-collector", 10, list);
    fixture_add(&task, "skip", names[0]);
    T_EQ_I(supervisor_run(f.supervisor, &task, 1, &end, &err), RC_OK);
    T_EQ_I(end.rc, RC_OK);
    T_EQ_I(in_state(&f, "complete"), 9 * 6);
    T_EQ_I(fixture_number(&f, "SELECT count(*) FROM coverage WHERE state = 'failed' AND target = ?",
                          names[0]),
           6);
    fixture_close(&f);
}

/* Speaks of the task's own name, or of a host that is not in the list. What it said before is not believed any more. */
static void a_liar_loses_all(void)
{
    struct fixture f;
    struct err err = { .rc = RC_OK };
    struct task task;
    struct task_end end;
    AUTO_FD int list = list_of(10);
    fixture_open(&f, 1);
    sweep_task(&task, "good-collector", 8, list); /* the list in the artifact has two more */
    T_EQ_I(supervisor_run(f.supervisor, &task, 1, &end, &err), RC_OK);
    T_EQ_I(end.rc, RC_MALFORMED);
    T_HAS(end.detail, "host_port row for a target that is not its own");
    T_EQ_I(in_state(&f, "failed"), 8 * 6);
    T_EQ_I(fixture_number(&f, "SELECT count(*) FROM coverage WHERE reason = 'lied'", NULL), 8 * 6);
    sweep_task(&task, "bad-target-name", 10, list);
    T_EQ_I(supervisor_run(f.supervisor, &task, 1, &end, &err), RC_OK);
    T_HAS(end.detail, "coverage row for a target that is not its own");
    fixture_close(&f);
}

static int64_t now_ms(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Thousands of hosts in one worker: all answered for by the worker, then all by the supervisor. */
static void thousands_are_quick(void)
{
    struct fixture f;
    struct err err = { .rc = RC_OK };
    struct task task;
    struct task_end end;
    AUTO_FD int list = list_of(MANY);
    fixture_open(&f, 1);
    sweep_task(&task, "good-collector", MANY, list);
    int64_t start = now_ms();
    T_EQ_I(supervisor_run(f.supervisor, &task, 1, &end, &err), RC_OK);
    int64_t swept = now_ms();
    T_EQ_I(end.rc, RC_OK);
    T_EQ_I(in_state(&f, "complete"), MANY * 6);
    T_EQ_I(store_exec(store_handle(f.store), "DELETE FROM coverage", &err), RC_OK);
    task.role = "bad-crash";
    int64_t again = now_ms();
    T_EQ_I(supervisor_run(f.supervisor, &task, 1, &end, &err), RC_OK);
    int64_t recorded = now_ms();
    T_EQ_I(in_state(&f, "failed"), MANY * 9 / 10 * 6);
    (void)printf("%u targets x 6 sources: swept in %lld ms, recorded in %lld ms\n", MANY,
                 (long long)(swept - start), (long long)(recorded - again));
    fixture_close(&f);
}

/* A row of a table with every column that must be there, and the name in the given one. */
static void fill(struct row *row, enum row_table table, const char *column, const char *name)
{
    const struct row_catalogue *t = row_catalogue(table);
    row_begin(row, table);
    for (size_t i = 0; i < t->count; i++) {
        const struct row_column *c = &t->columns[i];
        if (strcmp(c->name, column) == 0) {
            row_text(row, (int)i, name);
        } else if (c->must && c->type == ROW_TYPE_GUID) {
            row_text(row, (int)i, "31b2f340-016d-11d2-945f-00c04fb984f9");
        } else if (c->must && c->type == ROW_TYPE_SID) {
            row_text(row, (int)i, "S-1-5-32-544");
        } else if (c->must && (c->type == ROW_TYPE_TEXT || c->type == ROW_TYPE_LONG)) {
            row_text(row, (int)i, "x");
        } else if (c->must) {
            row_int(row, (int)i, 1);
        }
    }
}

/* Whether a name is among the key columns: "host, port". */
static bool is_in_key(const struct row_catalogue *t, const char *name)
{
    size_t n = strlen(name);
    for (const char *p = strstr(t->key, name); p; p = strstr(p + 1, name)) {
        if ((p == t->key || p[-1] == ' ') && (p[n] == 0 || p[n] == ',')) {
            return true;
        }
    }
    return false;
}

/* Every table whose rows are one host's own words. */
static void nobody_speaks_for_others(void)
{
    static const char *const columns[] = { "host", "server" };
    struct task task = { .role = "kagimori-smb", .target = "h1", .artifact = -1 };
    struct child c = { .task = &task };
    struct err err = { .rc = RC_OK };
    struct row row;
    size_t checked = 0;
    T_EQ_I(asked_init(&c.asked, &task, &err), RC_OK);
    for (int t = 0; t < ROW_TABLE_COUNT; t++) {
        enum row_table table = (enum row_table)t;
        for (size_t i = 0; i < ARRAY_LEN(columns); i++) {
            if (!is_in_key(row_catalogue(table), columns[i])) {
                continue;
            }
            fill(&row, table, columns[i], "h2");
            T_EQ_I(child_check_row(&c, &row, &err), RC_MALFORMED);
            fill(&row, table, columns[i], "h1");
            bool is_ours = strstr(row_catalogue(table)->doc, "by the supervisor only") != NULL;
            T_EQ_I(child_check_row(&c, &row, &err), is_ours ? RC_MALFORMED : RC_OK);
            checked++;
        }
    }
    T_OK(checked >= 27); /* new tables about hosts come by themselves */
    fill(&row, ROW_TABLE_HOST, "host", "h1");
    T_EQ_I(child_check_row(&c, &row, &err), RC_MALFORMED);
    T_HAS(err.msg, "host_target, which only the supervisor writes");
    asked_done(&c.asked);
}

/* What the operator, a person's answers and earlier files say. */
static void nobody_speaks_for_the_operator(void)
{
    struct task task = { .role = "kagimori-ldap", .target = "x", .artifact = -1 };
    struct child c = { .task = &task };
    struct err err = { .rc = RC_OK };
    struct row row;
    size_t checked = 0;
    T_EQ_I(asked_init(&c.asked, &task, &err), RC_OK);
    for (int t = 0; t < ROW_TABLE_COUNT; t++) {
        if (strstr(row_catalogue((enum row_table)t)->doc, "by the supervisor only")) {
            fill(&row, (enum row_table)t, "server", "x");
            T_EQ_I(child_check_row(&c, &row, &err), RC_MALFORMED);
            T_HAS(err.msg, "which only the supervisor writes");
            checked++;
        }
    }
    T_EQ_I(checked, 10);
    asked_done(&c.asked);
}

/* Files speak of their own import, and not of whose they are. */
static void files_speak_of_their_import(void)
{
    static const enum row_table tables[] = { ROW_TABLE_ARTIFACT,     ROW_TABLE_MACHINEFILE,
                                             ROW_TABLE_POLICYFOLDER, ROW_TABLE_MFAEXPORT,
                                             ROW_TABLE_MFAACCOUNT,   ROW_TABLE_MFAMETHOD };
    struct task task = { .role = "kagimori-decode", .target = "kit", .artifact = -1 };
    struct task nameless = task;
    struct child c = { .task = &task }, n = { .task = &nameless };
    struct err err = { .rc = RC_OK };
    struct row row;
    fixture_add(&task, "origin", "kit");
    T_EQ_I(asked_init(&c.asked, &task, &err), RC_OK);
    T_EQ_I(asked_init(&n.asked, &nameless, &err), RC_OK);
    for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
        fill(&row, tables[i], "origin", "kit");
        T_EQ_I(child_check_row(&c, &row, &err), RC_OK);
        T_EQ_I(child_check_row(&n, &row, &err), RC_MALFORMED);
        fill(&row, tables[i], "origin", "kit (2)");
        T_EQ_I(child_check_row(&c, &row, &err), RC_MALFORMED);
        T_HAS(err.msg, "an origin that is not its own");
    }
    fill(&row, ROW_TABLE_MACHINEFILE, "origin", "kit");
    row_text(&row, MACHINEFILE_HOST, "kit");
    T_EQ_I(child_check_row(&c, &row, &err), RC_MALFORMED);
    T_HAS(err.msg, "only the supervisor decides");
    fill(&row, ROW_TABLE_MACHINEFILE, "origin", "kit");
    row_text(&row, MACHINEFILE_REASON, "older");
    T_EQ_I(child_check_row(&c, &row, &err), RC_MALFORMED);
    asked_done(&c.asked);
    asked_done(&n.asked);
}

static bool finds(const struct asked *a, const char *name, size_t want)
{
    const struct row_value value = { .kind = ROW_STRING, .text = name, .size = strlen(name) };
    size_t number = 0;
    return asked_find(a, &value, &number) && number == want;
}

static void finds_by_name(void)
{
    static const char *const list[] = { "a", "ab", "b", "b.example", "\xc3\xa4" };
    struct task task = { .target = "sweep", .targets = list, .target_count = ARRAY_LEN(list) };
    struct asked a;
    struct err err = { .rc = RC_OK };
    fixture_add(&task, "host", "z");
    T_EQ_I(asked_init(&a, &task, &err), RC_OK);
    for (size_t i = 0; i < ARRAY_LEN(list); i++) {
        T_OK(finds(&a, list[i], i));
    }
    T_OK(!finds(&a, "", 0) && !finds(&a, "aa", 0) && !finds(&a, "b.exampl", 0) &&
         !finds(&a, "sweep", 0) && !finds(&a, "z", 0));
    asked_done(&a);
    task.targets = NULL;
    T_EQ_I(asked_init(&a, &task, &err), RC_OK);
    T_OK(finds(&a, "sweep", 0) && finds(&a, "z", 0) && !finds(&a, "a", 0));
    asked_done(&a);
    task.targets = list;
    task.target_count = 0;
    T_EQ_I(asked_init(&a, &task, &err), RC_OK);
    T_OK(!finds(&a, "a", 0) && !finds(&a, "sweep", 0));
    asked_done(&a);
}

#define TESTS(X)                     \
    X(a_crash_leaves_no_target_out)  \
    X(whoever_is_passed_over_failed) \
    X(a_liar_loses_all)              \
    X(thousands_are_quick)           \
    X(nobody_speaks_for_others)      \
    X(nobody_speaks_for_the_operator) X(files_speak_of_their_import) X(finds_by_name)
T_MAIN("targets", TESTS)
