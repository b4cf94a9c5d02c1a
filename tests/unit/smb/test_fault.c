/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a failed logon, call or connection means: for the caller, the gate and the coverage. */
#include "tests/support/t.h"

#include <errno.h>

#include "audit/collect/smb/coverage.h"
#include "audit/collect/smb/fault.h"

static struct smb_options plain_options(void)
{
    return (struct smb_options){ .host = "pc1.example",
                                 .port = 445,
                                 .connect_timeout_ms = 700,
                                 .operation_timeout_s = 9,
                                 .logon_timeout_s = 9 };
}

static void fault_tells_logons_apart(void)
{
    static const struct {
        uint32_t status;
        enum rc rc;
        enum worker_gate_result gate;
        const char *message;
    } cases[] = {
        { 0xc000006dU, RC_DENIED, WORKER_GATE_REFUSED, "nothing is tried again" },
        { 0xc000006aU, RC_DENIED, WORKER_GATE_REFUSED, "is wrong" },
        { 0xc0000064U, RC_DENIED, WORKER_GATE_REFUSED, "does not exist" },
        { 0xc0000071U, RC_DENIED, WORKER_GATE_OTHER, "has expired" },
        { 0xc0000224U, RC_DENIED, WORKER_GATE_OTHER, "must change" },
        { 0xc0000234U, RC_DENIED, WORKER_GATE_LOCKED, "locked out" },
        { 0xc0000072U, RC_DENIED, WORKER_GATE_OTHER, "disabled" },
        { 0xc000015bU, RC_DENIED, WORKER_GATE_OTHER, "over the network" },
        { 0xc000005eU, RC_UNREACHABLE, WORKER_GATE_OTHER, "no domain controller" },
        { 0xc0000022U, RC_DENIED, WORKER_GATE_OTHER, "denies access" },
        { 0xc00000b5U, RC_TIMEOUT, WORKER_GATE_OTHER, "no answer for 9 s" },
        { 0xc000020dU, RC_UNREACHABLE, WORKER_GATE_OTHER, "reset" },
        { 0xc00000bbU, RC_UNSUPPORTED, WORKER_GATE_OTHER, "SMB1 only" },
        { 0xc0000badU, RC_DENIED, WORKER_GATE_OTHER, "failed" },
    };
    struct smb_options o = plain_options();
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct err err = { 0 };
        T_EQ_I(fault_logon(&o, "D\\u", cases[i].status, &err), cases[i].rc);
        T_EQ_I(fault_gate(&o, cases[i].status), cases[i].gate);
        T_HAS(err.msg, cases[i].message);
        T_EQ_S(err.where, "pc1.example");
    }
    T_EQ_I(fault_gate(&o, 0), WORKER_GATE_OK);
    o.form = USER_PRINCIPAL;
    T_EQ_I(fault_gate(&o, 0xc0000234U), WORKER_GATE_LOCKED);
    o.form = USER_OF_HOST; /* the next host has another account of that name */
    T_EQ_I(fault_gate(&o, 0xc0000234U), WORKER_GATE_REFUSED);
    T_EQ_I(fault_gate(&o, 0xc000006dU), WORKER_GATE_REFUSED);
    T_EQ_I(fault_gate(&o, 0xc0000072U), WORKER_GATE_OTHER);
    T_EQ_S(fault_name(0xc000006dU), "NT_STATUS_LOGON_FAILURE");
}

static void fault_tells_calls_apart(void)
{
    struct smb_options o = plain_options();
    struct err err = { 0 };
    T_EQ_I(fault_call(&o, "reading x", 0xc0000022U, &err), RC_DENIED);
    T_HAS(err.msg, "administrator of the host");
    T_EQ_I(fault_call(&o, "reading x", 0xc0000034U, &err), RC_UNSUPPORTED);
    T_EQ_I(fault_call(&o, "reading x", 0xc003000cU, &err), RC_MALFORMED);
    T_EQ_I(fault_call(&o, "reading x", 0xc00000b5U, &err), RC_TIMEOUT);
    T_EQ_I(fault_call(&o, "reading x", 0xc0000bbbU, &err), RC_UNSUPPORTED);
    T_OK(fault_is_loss(0xc00000b5U) && fault_is_loss(0xc000020dU));
    T_OK(!fault_is_loss(0xc0000022U) && !fault_is_loss(0));
    T_EQ_I(fault_win32(&o, "reading x", 0, &err), RC_OK);
    T_EQ_I(fault_win32(&o, "reading x", 5, &err), RC_DENIED);
    T_EQ_I(fault_win32(&o, "reading x", 2, &err), RC_ABSENT);
    T_EQ_I(fault_win32(&o, "reading x", 1060, &err), RC_ABSENT);
    T_EQ_I(fault_win32(&o, "reading x", 87, &err), RC_UNSUPPORTED);
    T_EQ_I(fault_connect(&o, ETIMEDOUT, &err), RC_TIMEOUT);
    T_HAS(err.msg, "700 ms");
    T_EQ_I(fault_connect(&o, ECONNREFUSED, &err), RC_UNREACHABLE);
}

static void coverage_has_a_state_for_every_end(void)
{
    static const struct {
        enum rc rc;
        uint64_t objects;
        const char *state;
    } cases[] = {
        { RC_OK, 0, "complete" },         { RC_DENIED, 0, "denied" },
        { RC_DENIED, 3, "partial" },      { RC_TIMEOUT, 0, "unreachable" },
        { RC_UNREACHABLE, 1, "partial" }, { RC_UNSUPPORTED, 0, "unsupported" },
        { RC_MALFORMED, 0, "failed" },    { RC_USAGE, 0, "failed" },
        { RC_LIMIT, 0, "not_collected" }, { RC_ABSENT, 0, "absent" },
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        T_EQ_S(coverage_state(cases[i].rc, cases[i].objects), cases[i].state);
    }
}

#define TESTS(X)                \
    X(fault_tells_logons_apart) \
    X(fault_tells_calls_apart)  \
    X(coverage_has_a_state_for_every_end)
T_MAIN("smb_fault", TESTS)
