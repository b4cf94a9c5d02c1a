/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether one more trial of a candidate password is safe, and what its answer means. Pure: this is the binding rule that a trial
 * never locks an account. */
#ifndef COLLECT_SMB_BUDGET_H
#define COLLECT_SMB_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/supervise/worker.h"

/* Threshold of a host that does not tell it. */
#define BUDGET_UNREADABLE_THRESHOLD 3

/* What must be left of the threshold: this trial, and two failures more of whoever else. */
#define BUDGET_NEEDED 3

/* What is known right before a trial. */
struct budget {
    bool is_unreachable; /* the host does not answer (any more) */
    bool
        is_shut_out; /* it does not let the audit credential in, so that RID 500 cannot be looked at */
    bool may_be_controller;
    bool has_account; /* RID 500 was found and read */
    bool is_answered; /* another candidate was right */
    bool is_stopped;  /* the estate's trials are stopped */
    uint32_t tried;   /* on this host in this run */
    uint32_t allowed;
    bool has_threshold;
    uint32_t threshold; /* 0: the host never locks */
    bool has_count;
    uint32_t count; /* bad passwords in the observation window */
    bool has_flags;
    uint32_t flags; /* acct_flags */
};

/* Why there must be no trial, as a word of password_trial.reason; NULL: it is safe. */
const char *budget_forbids(const struct budget *b);

/* Those of the reasons that need no look at the account, so that nothing is asked for a trial that will not be. */
const char *budget_forbids_asking(const struct budget *b);

/* The word of password_trial.outcome for the NTSTATUS of a trial. */
const char *budget_outcome(uint32_t status);

/* The outcome proves that the password is right. */
bool budget_is_answer(const char *outcome);

/* What the trial tells the supervisor's gate. */
enum worker_gate_result budget_gate(uint32_t status);

#endif
