/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One line a reason, with the first three hosts; what is over the limit is counted. */
#include <stdio.h>

#include "audit/command/host_reasons.h"
#include "tests/support/t.h"

static void one_line_a_reason(void)
{
    struct host_reasons r = { .arena = arena_new(0) };
    host_reasons_add(&r, "a", "none there");
    host_reasons_add(&r, "b", "denied");
    T_EQ_S(host_reasons_line(&r, 0, "event logs"), "a: event logs: none there");
    host_reasons_add(&r, "c", "none there");
    T_EQ_S(host_reasons_line(&r, 0, "event logs"), "event logs: 2 hosts (a, c): none there");
    host_reasons_add(&r, "d", "none there");
    T_EQ_S(host_reasons_line(&r, 0, "event logs"), "event logs: 3 hosts (a, c, d): none there");
    host_reasons_add(&r, "e", "none there");
    T_EQ_S(host_reasons_line(&r, 0, "event logs"), "event logs: 4 hosts (a, c, d, …): none there");
    T_EQ_S(host_reasons_line(&r, 1, "event logs"), "b: event logs: denied");
    T_EQ_I(r.count, 2);
    T_EQ_I(r.others, 0);
    arena_free(r.arena);
}

static void many_reasons_are_counted(void)
{
    struct host_reasons r = { .arena = arena_new(0) };
    for (int i = 0; i < HOST_REASONS + 5; i++) {
        char reason[32];
        (void)snprintf(reason, sizeof(reason), "reason %d", i);
        host_reasons_add(&r, "host", reason);
        host_reasons_add(&r, "other", "reason 0");
    }
    T_EQ_I(r.count, HOST_REASONS);
    T_EQ_I(r.others, 5);
    T_EQ_I(r.list[0].count, HOST_REASONS + 6);
    T_EQ_S(r.list[0].names[2], "other");
    arena_free(r.arena);
}

#define TESTS(X)         \
    X(one_line_a_reason) \
    X(many_reasons_are_counted)
T_MAIN("host reasons", TESTS)
