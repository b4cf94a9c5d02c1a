/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/smb/budget.h"

#include <string.h>

#include "audit/collect/smb/samba.h"

/* acct_flags ([MS-SAMR] 2.2.1.12). */
#define ACCOUNT_DISABLED 0x001U
#define ACCOUNT_LOCKED   0x400U

const char *budget_forbids_asking(const struct budget *b)
{
    if (b->is_unreachable) {
        return "unreachable";
    }
    if (b->may_be_controller) {
        return "controller";
    }
    if (b->is_shut_out) {
        return "no_account";
    }
    if (b->is_answered) {
        return "answered";
    }
    if (b->is_stopped) {
        return "estate_stopped";
    }
    return b->tried >= b->allowed ? "one_per_window" : NULL;
}

const char *budget_forbids(const struct budget *b)
{
    const char *early = budget_forbids_asking(b);
    if (early) {
        return early;
    }
    if (!b->has_account) {
        return "no_account";
    }
    if (b->has_flags && (b->flags & ACCOUNT_DISABLED) != 0) {
        return "disabled";
    }
    if (b->has_flags && (b->flags & ACCOUNT_LOCKED) != 0) {
        return "locked";
    }
    uint32_t threshold = b->has_threshold ? b->threshold : BUDGET_UNREADABLE_THRESHOLD;
    if (threshold == 0) {
        return NULL;
    }
    if (!b->has_count) {
        return "count_unreadable";
    }
    return threshold < BUDGET_NEEDED || b->count > threshold - BUDGET_NEEDED ? "lockout_budget"
                                                                             : NULL;
}

const char *budget_outcome(uint32_t status)
{
    switch (status) {
    case NTS_OK:
        return "accepted";
    case NTS_PASSWORD_EXPIRED:
        return "expired";
    case NTS_PASSWORD_MUST_CHANGE:
        return "must_change";
    case NTS_ACCOUNT_RESTRICTION:
    case NTS_INVALID_LOGON_HOURS:
    case NTS_INVALID_WORKSTATION:
    case NTS_ACCOUNT_EXPIRED:
        return "restricted";
    case NTS_LOGON_TYPE_NOT_GRANTED:
        return "logon_type";
    case NTS_LOGON_FAILURE:
    case NTS_WRONG_PASSWORD:
        return "rejected";
    case NTS_ACCOUNT_DISABLED:
        return "disabled";
    case NTS_ACCOUNT_LOCKED_OUT:
        return "locked";
    default:
        return "failed";
    }
}

bool budget_is_answer(const char *outcome)
{
    static const char *const answers[] = { "accepted", "expired", "must_change", "restricted",
                                           "logon_type" };
    for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
        if (strcmp(outcome, answers[i]) == 0) {
            return true;
        }
    }
    return false;
}

enum worker_gate_result budget_gate(uint32_t status)
{
    switch (status) {
    case NTS_OK:
        return WORKER_GATE_OK;
    case NTS_LOGON_FAILURE:
    case NTS_WRONG_PASSWORD:
        return WORKER_GATE_REFUSED;
    case NTS_ACCOUNT_LOCKED_OUT:
        return WORKER_GATE_LOCKED;
    default:
        return WORKER_GATE_OTHER;
    }
}
