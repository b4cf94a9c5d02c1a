/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What waiver_check.c finds out about a waiver and waiver_told.c prints. Private to rules/. */
#ifndef RULES_WAIVER_STATE_H
#define RULES_WAIVER_STATE_H

#include "rules/check.h"
#include "rules/waiver_check.h"

/* Several may hold; the first names the waiver in the table. */
enum waiver_state {
    WAIVER_EXPIRED = 1,
    WAIVER_ORPHANED = 2, /* nothing that it could mean exists */
    WAIVER_UNUSED = 4,   /* what it means is there, and nothing of it fails */
    WAIVER_EXPIRING = 8,
    WAIVER_TOO_LONG = 16,
    WAIVER_NOBODY = 32,  /* approver or reason is a placeholder */
    WAIVER_OPEN = 63,    /* any of these asks for something to be done */
    WAIVER_COVERED = 64, /* closer waivers count for all that it means */
    WAIVER_UNTOLD = 128  /* it could not be told whether it is orphaned or unused */
};

/* Why a waiver is orphaned or untold. */
enum waiver_cause {
    WAIVER_CAUSE_NONE,
    WAIVER_NO_CHECK,      /* no check of that id or glob */
    WAIVER_NO_SUBJECT,    /* no such subject in the evidence */
    WAIVER_NO_FINDING,    /* no result of the evidence has that id */
    WAIVER_NO_GROUP,      /* the site file of the audit named no account of that group */
    WAIVER_NO_EVIDENCE,   /* no evidence was given */
    WAIVER_NOT_EVALUATED, /* none of its checks was evaluated there */
    WAIVER_NOT_SEEN,      /* the source of the subject was not completely read */
    WAIVER_UNKNOWN_NOW    /* the subject is there, and its verdict is unknown */
};

struct waiver_state_of {
    const struct waiver *waiver;
    unsigned states;
    enum waiver_cause cause;
    int64_t days;     /* until it ends; negative = since */
    uint64_t failing; /* findings that it means in the evidence */
    /* while the evidence is read: */
    uint64_t evaluated; /* of its checks */
    uint64_t unknown;
    bool is_incomplete; /* a source of one of its checks was not completely seen */
    bool is_present;    /* the subject is there */
};

enum {
    WAIVER_LONGEST_DAYS = 400
};

void waivers_print(const struct waivers_options *o, const struct waiver_state_of *all, size_t count,
                   FILE *out);

#endif
