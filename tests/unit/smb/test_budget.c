/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a password may be tried on a host, and what the answer tells. */
#include "tests/support/t.h"

#include "audit/collect/smb/budget.h"

/* A host where a trial is safe. */
static struct budget safe(void)
{
    return (struct budget){ .has_account = true,
                            .allowed = 1,
                            .has_threshold = true,
                            .threshold = 10,
                            .has_count = true,
                            .count = 0,
                            .has_flags = true,
                            .flags = 0x10 };
}

static void expect_forbidden(const struct budget *b, const char *reason)
{
    const char *got = budget_forbids(b);
    if (!reason) {
        T_OK(got == NULL);
    } else {
        T_EQ_S(got, reason);
    }
}

static void budget_counts_the_threshold(void)
{
    for (uint32_t threshold = 0; threshold <= 12; threshold++) {
        for (uint32_t count = 0; count <= 12; count++) {
            struct budget b = safe();
            b.threshold = threshold;
            b.count = count;
            /* After this trial fails, two more failures must still be allowed. */
            bool is_safe = threshold == 0 || (int)threshold - (int)count >= 3;
            expect_forbidden(&b, is_safe ? NULL : "lockout_budget");
        }
    }
    struct budget b = safe();
    b.threshold = UINT32_MAX;
    b.count = UINT32_MAX;
    expect_forbidden(&b, "lockout_budget");
}

static void budget_takes_an_unreadable_threshold_for_three(void)
{
    struct budget b = safe();
    b.has_threshold = false;
    b.threshold = 0; /* nothing was read: not "never locks" */
    expect_forbidden(&b, NULL);
    b.count = 1;
    expect_forbidden(&b, "lockout_budget");
    b.has_count = false;
    expect_forbidden(&b, "count_unreadable");
}

static void budget_needs_the_count(void)
{
    struct budget b = safe();
    b.has_count = false;
    expect_forbidden(&b, "count_unreadable");
    b.threshold = 0;
    expect_forbidden(&b, NULL);
}

static void budget_has_an_order_of_reasons(void)
{
    struct budget b = safe();
    b.has_flags = true;
    b.count = 9;
    expect_forbidden(&b, "lockout_budget");
    b.flags |= 0x400;
    expect_forbidden(&b, "locked");
    b.flags |= 0x1;
    expect_forbidden(&b, "disabled");
    b.has_account = false;
    expect_forbidden(&b, "no_account");
    b.tried = 1;
    expect_forbidden(&b, "one_per_window");
    b.is_stopped = true;
    expect_forbidden(&b, "estate_stopped");
    b.is_answered = true;
    expect_forbidden(&b, "answered");
    b.is_shut_out = true;
    expect_forbidden(&b, "no_account");
    b.may_be_controller = true;
    expect_forbidden(&b, "controller");
    b.is_unreachable = true;
    expect_forbidden(&b, "unreachable");
}

static void budget_never_tries_more_than_allowed(void)
{
    struct budget b = safe();
    b.allowed = 0;
    expect_forbidden(&b, "one_per_window");
    b.allowed = 3;
    b.tried = 2;
    expect_forbidden(&b, NULL);
    b.tried = 3;
    T_EQ_S(budget_forbids_asking(&b), "one_per_window");
}

static void budget_reads_the_answer(void)
{
    static const struct {
        uint32_t status;
        const char *outcome;
        bool answers;
        enum worker_gate_result gate;
    } cases[] = {
        { 0, "accepted", true, WORKER_GATE_OK },
        { 0xc0000071U, "expired", true, WORKER_GATE_OTHER },
        { 0xc0000224U, "must_change", true, WORKER_GATE_OTHER },
        { 0xc000006eU, "restricted", true, WORKER_GATE_OTHER },
        { 0xc000006fU, "restricted", true, WORKER_GATE_OTHER },
        { 0xc000015bU, "logon_type", true, WORKER_GATE_OTHER },
        { 0xc000006dU, "rejected", false, WORKER_GATE_REFUSED },
        { 0xc000006aU, "rejected", false, WORKER_GATE_REFUSED },
        { 0xc0000072U, "disabled", false, WORKER_GATE_OTHER },
        { 0xc0000234U, "locked", false, WORKER_GATE_LOCKED },
        { 0xc0000022U, "failed", false, WORKER_GATE_OTHER },
        { 0xc00000b5U, "failed", false, WORKER_GATE_OTHER },
        { 0xc0000064U, "failed", false, WORKER_GATE_OTHER },
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        T_EQ_S(budget_outcome(cases[i].status), cases[i].outcome);
        T_EQ_I(budget_is_answer(cases[i].outcome), cases[i].answers);
        T_EQ_I(budget_gate(cases[i].status), cases[i].gate);
    }
    T_OK(!budget_is_answer("skipped"));
}

#define TESTS(X)                                      \
    X(budget_counts_the_threshold)                    \
    X(budget_takes_an_unreadable_threshold_for_three) \
    X(budget_needs_the_count)                         \
    X(budget_has_an_order_of_reasons)                 \
    X(budget_never_tries_more_than_allowed)           \
    X(budget_reads_the_answer)
T_MAIN("smb_budget", TESTS)
