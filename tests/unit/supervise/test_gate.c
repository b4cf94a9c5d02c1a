/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gates: their bookkeeping alone, and with real workers that are refused, lock accounts, hang and die inside. */
#include <stdio.h>
#include <stdlib.h>

#include "audit/supervise/gate.h"
#include "tests/unit/supervise/support.h"

#define CROWD 32U

/* A gate and a crowd that stands before it. */
struct scene {
    struct gates gates;
    struct gate_seat seats[CROWD];
    char names[CROWD][16];
};

static void crowd(struct scene *s, enum worker_gate gate, size_t count)
{
    memset(s, 0, sizeof(*s));
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(s->names[i], sizeof(s->names[i]), "host%zu", i);
        gate_ask(&s->gates, &s->seats[i], gate, s->names[i]);
    }
}

/* Who is let in next must be the seat. */
static void lets_in(struct scene *s, size_t i)
{
    const char *why_not = "?";
    T_OK(gate_next(&s->gates, &why_not) == &s->seats[i]);
    T_OK(!why_not);
    T_OK(s->seats[i].is_held);
}

static void nobody(struct scene *s)
{
    const char *why_not = NULL;
    T_OK(gate_next(&s->gates, &why_not) == NULL);
}

static void turns_away(struct scene *s, size_t i, const char *part)
{
    const char *why_not = NULL;
    T_OK(gate_next(&s->gates, &why_not) == &s->seats[i]);
    T_HAS(why_not, part);
    T_OK(!s->seats[i].is_held);
}

static void serves_in_order(void)
{
    static struct scene s;
    crowd(&s, WORKER_GATE_LOGON, 6);
    lets_in(&s, 0);
    lets_in(&s, 1);
    nobody(&s);
    gate_leave(&s.gates, &s.seats[1], WORKER_GATE_OK);
    lets_in(&s, 2);
    nobody(&s);
    gate_drop(&s.gates, &s.seats[3]); /* died in the queue */
    gate_drop(&s.gates, &s.seats[0]); /* died inside */
    lets_in(&s, 4);
    nobody(&s);
    gate_drop(&s.gates, &s.seats[5]); /* the last of the queue */
    gate_ask(&s.gates, &s.seats[3], WORKER_GATE_LOGON, s.names[3]);
    gate_leave(&s.gates, &s.seats[4], WORKER_GATE_OTHER);
    lets_in(&s, 3);
    nobody(&s);
    T_OK(!gate_message(&s.gates, WORKER_GATE_LOGON));
}

static void stops_after_two_refusals(void)
{
    static struct scene s;
    crowd(&s, WORKER_GATE_LOGON, 8);
    lets_in(&s, 0);
    lets_in(&s, 1);
    gate_leave(&s.gates, &s.seats[0], WORKER_GATE_REFUSED);
    nobody(&s); /* one refusal: one place */
    gate_leave(&s.gates, &s.seats[1], WORKER_GATE_OK);
    lets_in(&s, 2);
    nobody(&s);
    gate_leave(&s.gates, &s.seats[2], WORKER_GATE_OK); /* forgives nothing */
    lets_in(&s, 3);
    nobody(&s);
    gate_leave(&s.gates, &s.seats[3], WORKER_GATE_REFUSED);
    T_HAS(gate_question(&s.gates), "refused by host0 and host3 and is not used any more");
    nobody(&s); /* until the operator has answered */
    gate_decide(&s.gates, false);
    T_OK(!gate_question(&s.gates));
    for (size_t i = 4; i < 8; i++) {
        turns_away(&s, i, "refused by host0 and host3");
    }
    nobody(&s);
    gate_ask(&s.gates, &s.seats[1], WORKER_GATE_LOGON, s.names[1]);
    turns_away(&s, 1, "refused by host0 and host3");
    T_HAS(gate_message(&s.gates, WORKER_GATE_LOGON), "refused by host0 and host3");
}

/* The same target under two tasks: never two attempts at once, and none after a refusal. */
static void asks_no_target_twice(void)
{
    static struct scene s;
    crowd(&s, WORKER_GATE_LOGON, 4);
    gate_drop(&s.gates, &s.seats[1]);
    gate_drop(&s.gates, &s.seats[2]);
    gate_drop(&s.gates, &s.seats[3]);
    gate_ask(&s.gates, &s.seats[1], WORKER_GATE_LOGON, "HOST0");
    gate_ask(&s.gates, &s.seats[2], WORKER_GATE_LOGON, "host2");
    lets_in(&s, 0);
    nobody(&s);
    gate_leave(&s.gates, &s.seats[0], WORKER_GATE_REFUSED);
    turns_away(&s, 1, "was refused by HOST0 before");
    lets_in(&s, 2);
    T_OK(!gate_message(&s.gates, WORKER_GATE_LOGON));
}

static void goes_on_with_one_more(void)
{
    static struct scene s;
    crowd(&s, WORKER_GATE_LOGON, CROWD);
    lets_in(&s, 0);
    lets_in(&s, 1);
    gate_leave(&s.gates, &s.seats[0], WORKER_GATE_REFUSED);
    gate_leave(&s.gates, &s.seats[1], WORKER_GATE_REFUSED);
    for (size_t i = 2; i < 10; i++) {
        T_HAS(gate_question(&s.gates), s.names[i - 1]);
        T_HAS(gate_question(&s.gates), s.names[i - 2]);
        gate_decide(&s.gates, true);
        T_OK(!gate_message(&s.gates, WORKER_GATE_LOGON));
        lets_in(&s, i);
        nobody(&s);
        gate_leave(&s.gates, &s.seats[i], WORKER_GATE_REFUSED);
    }
    gate_decide(&s.gates, true);
    lets_in(&s, 10);
    gate_leave(&s.gates, &s.seats[10], WORKER_GATE_LOCKED);
    T_OK(!gate_question(&s.gates));
    turns_away(&s, 11, "locked out, host10 says");
}

/* However often the operator says yes. */
static void ends_for_good(void)
{
    struct gates g = { .refusals = 0 };
    struct gate_seat seat = { .owner = NULL };
    uint32_t attempts = 0;
    for (uint32_t i = 0; i < 100; i++) {
        char name[16];
        const char *why_not = NULL;
        (void)snprintf(name, sizeof(name), "host%u", i);
        gate_ask(&g, &seat, WORKER_GATE_LOGON, name);
        T_OK(gate_next(&g, &why_not) == &seat);
        attempts += why_not == NULL;
        gate_leave(&g, &seat, WORKER_GATE_REFUSED);
        gate_decide(&g, true);
    }
    T_EQ_I(attempts, GATE_REFUSERS_MAX);
    T_OK(gate_message(&g, WORKER_GATE_LOGON) != NULL);
}

static void locked_ends_trials_only(void)
{
    static struct scene s;
    crowd(&s, WORKER_GATE_TRIAL, 4);
    lets_in(&s, 0);
    nobody(&s);
    gate_leave(&s.gates, &s.seats[0], WORKER_GATE_REFUSED);
    lets_in(&s, 1);
    nobody(&s);
    gate_leave(&s.gates, &s.seats[1], WORKER_GATE_LOCKED);
    turns_away(&s, 2, "an account was locked out on host1: no further trial is made");
    turns_away(&s, 3, "host1");
    T_OK(!gate_question(&s.gates));
    T_OK(!gate_message(&s.gates, WORKER_GATE_LOGON));
    gate_ask(&s.gates, &s.seats[0], WORKER_GATE_LOGON, "host0");
    lets_in(&s, 0);
}

/* Tasks for the gate, in order; what they do there is a parameter each. */
static struct task tasks[CROWD];
static struct task_end ends[CROWD];
static char names[CROWD][16];

static void gate_task(size_t i, const char *gate, const char *result)
{
    (void)snprintf(names[i], sizeof(names[i]), "h%02zu", i);
    fixture_task(&tasks[i], "good-collector", names[i]);
    fixture_add(&tasks[i], "gate", gate);
    fixture_add(&tasks[i], "result", result);
}

static void run_tasks(struct fixture *f, size_t count)
{
    struct err err = { .rc = RC_OK };
    T_EQ_I(supervisor_run(f->supervisor, tasks, count, ends, &err), RC_OK);
}

/* A worker's coverage row has the time inside the gate as started_at and finished_at. */
static int64_t most_at_once(struct fixture *f)
{
    return fixture_number(
        f,
        "SELECT max(n) FROM (SELECT count(*) AS n FROM coverage a JOIN coverage b ON b.state = 'complete' "
        "AND b.started_at <= a.started_at AND b.finished_at > a.started_at WHERE a.state = 'complete' GROUP BY a.target)",
        NULL);
}

static int64_t attempts(struct fixture *f)
{
    return fixture_number(f, "SELECT count(*) FROM coverage WHERE state = 'complete'", NULL);
}

static void never_a_third_refusal(void)
{
    struct fixture f;
    fixture_open(&f, CROWD);
    for (size_t i = 0; i < CROWD; i++) {
        gate_task(i, "1", "1");
    }
    run_tasks(&f, CROWD);
    T_EQ_I(attempts(&f), 2);
    T_EQ_I(
        fixture_number(
            &f,
            "SELECT count(*) FROM coverage WHERE state = 'failed' AND reason = 'limit' AND detail LIKE '%is not used any more%'",
            NULL),
        CROWD - 2);
    T_HAS(supervisor_gate_message(f.supervisor, WORKER_GATE_LOGON), "was refused by h");
    T_OK(!supervisor_gate_message(f.supervisor, WORKER_GATE_TRIAL));
    /* The next run of the same supervisor knows it still. */
    gate_task(0, "1", "0");
    run_tasks(&f, 1);
    T_EQ_I(ends[0].rc, RC_LIMIT);
    T_HAS(ends[0].detail, "was refused by h");
    fixture_close(&f);
}

static void two_at_a_time_then_one(void)
{
    struct fixture f;
    fixture_open(&f, CROWD);
    for (size_t i = 0; i < CROWD; i++) {
        gate_task(i, "1", i == 5 ? "1" : "0");
        fixture_add(&tasks[i], "hold_ms", "20");
    }
    run_tasks(&f, CROWD);
    T_EQ_I(attempts(&f), CROWD);
    T_EQ_I(most_at_once(&f), 2);
    T_EQ_I(
        fixture_number(
            &f,
            "SELECT count(*) FROM coverage a, coverage b, coverage r WHERE r.target = 'h05' AND a.target < b.target "
            "AND a.started_at > r.finished_at AND b.started_at > r.finished_at AND a.started_at < b.finished_at "
            "AND b.started_at < a.finished_at",
            NULL),
        0);
    T_OK(!supervisor_gate_message(f.supervisor, WORKER_GATE_LOGON));
    fixture_close(&f);
}

/* One trial at a time; who waits for seconds says nothing meanwhile, and is not silent. */
static void trials_one_by_one(void)
{
    struct fixture f;
    fixture_open(&f, 8);
    for (size_t i = 0; i < 8; i++) {
        gate_task(i, "2", i == 1 ? "1" : "0");
        fixture_add(&tasks[i], "hold_ms", "450");
        tasks[i].silence_s = 2;
    }
    run_tasks(&f, 8);
    T_EQ_I(attempts(&f), 8);
    T_EQ_I(most_at_once(&f), 1);
    fixture_close(&f);
}

static void locked_stops_trials(void)
{
    struct fixture f;
    fixture_open(&f, 8);
    for (size_t i = 0; i < 8; i++) {
        gate_task(i, "2", "2");
    }
    run_tasks(&f, 8);
    T_EQ_I(attempts(&f), 1);
    T_HAS(supervisor_gate_message(f.supervisor, WORKER_GATE_TRIAL), "no further trial is made");
    fixture_close(&f);
}

/* Whoever dies or hangs inside gives its place back. One that hangs before any success counts (it may have been refused), and the
 * audit goes on: the limit is two. */
static void places_come_back(void)
{
    struct fixture f;
    fixture_open(&f, 8);
    for (size_t i = 0; i < 6; i++) {
        gate_task(i, i < 3 ? "1" : "2", "0");
        fixture_add(&tasks[i], "inside", i % 3 == 0 ? "die" : i % 3 == 1 ? "hang" : "return");
        tasks[i].gate_deadline_s = 1;
    }
    gate_task(6, "1", "0");
    gate_task(7, "2", "0");
    run_tasks(&f, 8);
    for (size_t i = 0; i < 6; i += 3) {
        T_EQ_S(fixture_text(&f, "SELECT outcome FROM worker_run WHERE target = ?", names[i]),
               "crashed");
        T_EQ_S(fixture_text(&f, "SELECT outcome FROM worker_run WHERE target = ?", names[i + 1]),
               "hung");
        T_HAS(ends[i + 1].detail, "no answer to its logon within 1 s");
        T_HAS(ends[i + 2].detail, "left inside");
    }
    T_EQ_I(ends[6].rc, RC_OK);
    T_EQ_I(ends[7].rc, RC_OK);
    T_OK(!supervisor_gate_message(f.supervisor, WORKER_GATE_LOGON));
    fixture_close(&f);
}

/* What a worker says of its logon while it is being stopped counts, its rows do not. */
static void a_late_refusal_counts(void)
{
    struct fixture f;
    fixture_open(&f, 1);
    gate_task(0, "1", "0"); /* so that being cut off alone would not count */
    for (size_t i = 1; i < 3; i++) {
        (void)snprintf(names[i], sizeof(names[i]), "h%02zu", i);
        fixture_task(&tasks[i], "bad-late-told", names[i]);
        tasks[i].gate_deadline_s = 1;
    }
    run_tasks(&f, 3);
    T_EQ_I(ends[0].rc, RC_OK);
    T_EQ_I(ends[1].rc, RC_TIMEOUT);
    T_EQ_I(ends[2].rc, RC_TIMEOUT);
    T_EQ_S(fixture_text(&f, "SELECT outcome FROM worker_run WHERE target = ?", "h01"), "hung");
    T_EQ_I(fixture_number(&f, "SELECT count(*) FROM sid_history", NULL), 0);
    T_HAS(supervisor_gate_message(f.supervisor, WORKER_GATE_LOGON), "refused by h01 and h02");
    fixture_close(&f);
}

/* Bookkeeping of who is cut off inside: a refusal as far as anybody knows, until the credential is known to be right. */
static void cut_off_before_a_success_counts(void)
{
    static struct scene s;
    crowd(&s, WORKER_GATE_LOGON, 8);
    for (size_t i = 0; i < 8; i++) {
        s.seats[i].user = i < 3 ? "audit@one.example" : ".\\audit";
    }
    lets_in(&s, 0);
    gate_interrupt(&s.gates, &s.seats[7]); /* in the queue only */
    gate_leave(&s.gates, &s.seats[0], WORKER_GATE_OK);
    lets_in(&s, 1);
    lets_in(&s, 2);
    gate_interrupt(&s.gates, &s.seats[1]);
    gate_interrupt(&s.gates, &s.seats[2]);
    T_EQ_I(s.gates.refusals, 0);
    lets_in(&s, 3);
    lets_in(&s, 4);
    gate_drop(&s.gates, &s.seats[3]); /* crashed */
    T_EQ_I(s.gates.refusals, 0);
    gate_interrupt(&s.gates, &s.seats[4]); /* what the first user did tells nothing of this one */
    T_EQ_I(s.gates.refusals, 1);
    T_OK(!gate_message(&s.gates, WORKER_GATE_LOGON));
    gate_ask(&s.gates, &s.seats[0], WORKER_GATE_LOGON, "HOST4");
    lets_in(&s, 5);
    nobody(&s); /* one at a time from here on */
    gate_leave(&s.gates, &s.seats[5], WORKER_GATE_OTHER);
    lets_in(&s, 6);
    turns_away(&s, 0, "was interrupted at HOST4 before");
    gate_leave(&s.gates, &s.seats[6], WORKER_GATE_REFUSED);
    T_HAS(gate_question(&s.gates), "was interrupted at host4 and refused by host6 and is not");
}

/* The deadline of the task does not rest before a gate. */
static void deadlines_go_on(void)
{
    struct fixture f;
    fixture_open(&f, 2);
    gate_task(0, "2", "0");
    fixture_add(&tasks[0], "hold_ms", "4000");
    gate_task(1, "2", "0");
    fixture_add(&tasks[1], "before_ms", "1000");
    tasks[1].deadline_s = 2;
    run_tasks(&f, 2);
    T_EQ_I(ends[0].rc, RC_OK);
    T_EQ_I(ends[1].rc, RC_TIMEOUT);
    T_HAS(ends[1].detail, "did not finish within 2 s");
    fixture_close(&f);
}

static bool answer(void *context, const char *message)
{
    unsigned *asked = context;
    T_HAS(message, "was refused by");
    (void)usleep(2500 * 1000); /* a person thinks; nobody is silent meanwhile */
    return ++*asked == 1;
}

static void asks_the_operator(void)
{
    struct fixture f;
    unsigned asked = 0;
    fixture_make(&f);
    f.options.ask_operator = answer;
    f.options.ask_context = &asked;
    fixture_start(&f, STORE_CREATE, 8);
    for (size_t i = 0; i < 8; i++) {
        gate_task(i, "1", "1");
        tasks[i].silence_s = 2;
    }
    run_tasks(&f, 8);
    T_EQ_I(asked, 2);
    T_EQ_I(attempts(&f), 3);
    T_EQ_I(fixture_number(&f, "SELECT count(*) FROM worker_run WHERE outcome = 'hung'", NULL), 0);
    fixture_close(&f);
}

static void lies_are_seen(void)
{
    static const struct {
        const char *role, *part;
    } lies[] = {
        { "bad-told", "TOLD frame tells of a gate that was not granted" },
        { "bad-ask-twice", "ASK frame asks for a gate while it is at one" },
        { "bad-gate", "ASK frame is cut off" },
        { "bad-gate-other", "TOLD frame is cut off" },
        { "bad-gate-done", "DONE frame comes while it is at a gate" },
    };

    struct fixture f;
    fixture_open(&f, 4);
    for (size_t i = 0; i < ARRAY_LEN(lies); i++) {
        fixture_task(&tasks[i], lies[i].role, lies[i].role);
    }
    run_tasks(&f, ARRAY_LEN(lies));
    for (size_t i = 0; i < ARRAY_LEN(lies); i++) {
        T_EQ_I(ends[i].rc, RC_MALFORMED);
        T_HAS(ends[i].detail, lies[i].part);
        T_EQ_S(fixture_text(&f, "SELECT outcome FROM worker_run WHERE target = ?", lies[i].role),
               "lied");
    }
    gate_task(0, "1", "0"); /* and none of them keeps a place */
    run_tasks(&f, 1);
    T_EQ_I(ends[0].rc, RC_OK);
    fixture_close(&f);
}

/* What a role's unit test does instead of a supervisor. */
static enum rc enter(void *context, enum worker_gate gate, struct err *err)
{
    int *count = context;
    ++*count;
    return gate == WORKER_GATE_LOGON ? RC_OK : err_setf(err, RC_LIMIT, "stopped");
}

static enum rc leave(void *context, enum worker_gate gate, enum worker_gate_result result,
                     struct err *err)
{
    int *count = context;
    *count += gate == WORKER_GATE_LOGON && result == WORKER_GATE_OTHER ? 10 : 0;
    return err->rc;
}

static void roles_can_be_tested_alone(void)
{
    int count = 0;
    struct err err = { .rc = RC_OK };
    const struct worker_offline how = {
        .artifact = -1, .enter = enter, .leave = leave, .context = &count
    };
    struct worker *w = worker_offline_new(&how);
    T_OK(w != NULL);
    T_EQ_I(worker_gate_enter(w, WORKER_GATE_LOGON, &err), RC_OK);
    T_EQ_I(worker_gate_enter(w, WORKER_GATE_LOGON, &err), RC_BUG);
    T_EQ_I(worker_gate_leave(w, WORKER_GATE_TRIAL, WORKER_GATE_OK, &err), RC_BUG);
    err.rc = RC_OK;
    T_EQ_I(worker_gate_leave(w, WORKER_GATE_LOGON, WORKER_GATE_OTHER, &err), RC_OK);
    T_EQ_I(worker_gate_enter(w, WORKER_GATE_TRIAL, &err), RC_LIMIT);
    T_EQ_I(count, 12);
    T_OK(!worker_sink(w) && !worker_secret(w) && worker_artifact(w) == -1);
    worker_progress(w, "nothing", 1);
    T_EQ_I(worker_flush(w, &err), RC_OK);
    worker_offline_free(w);
}

#define TESTS(X)                       \
    X(serves_in_order)                 \
    X(stops_after_two_refusals)        \
    X(asks_no_target_twice)            \
    X(goes_on_with_one_more)           \
    X(ends_for_good)                   \
    X(locked_ends_trials_only)         \
    X(never_a_third_refusal)           \
    X(two_at_a_time_then_one)          \
    X(trials_one_by_one)               \
    X(locked_stops_trials)             \
    X(places_come_back)                \
    X(a_late_refusal_counts)           \
    X(cut_off_before_a_success_counts) \
    X(deadlines_go_on)                 \
    X(asks_the_operator)               \
    X(lies_are_seen)                   \
    X(roles_can_be_tested_alone)

T_MAIN("gate", TESTS)
