/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a task was asked: which sources of which targets, and which of them have their coverage row. A bit for each, so that
 * a sweep over thousands of hosts stays small. Private to supervise/. */
#ifndef SUPERVISE_ASKED_H
#define SUPERVISE_ASKED_H

#include "audit/evidence/row.h"
#include "audit/supervise/task.h"

struct asked {
    const struct task *task; /* borrowed, with all that it borrows */
    const char **sources;    /* its "source" parameters, in their order */
    size_t source_count;     /* 0 = the worker chooses its sources */
    size_t target_count;     /* 1 where the task has no list: its target, by whatever name */
    uint8_t *covered;        /* a bit a source and target */
    uint8_t *has_rows;       /* a bit a target: rows since its last coverage row */
};

MUST_USE enum rc asked_init(struct asked *a, const struct task *task, struct err *err);
void asked_done(struct asked *a);

/* Whether the worker may speak for the target, and its number. With a list of targets these and no others; else the target of
 * the task and its "host" parameters, which are all one (number 0). */
bool asked_find(const struct asked *a, const struct row_value *target, size_t *ret_number);

/* Notes a coverage row; false when the source was not asked for. */
bool asked_cover(struct asked *a, const struct row_value *source, size_t target);

/* Notes that something of the target came; what no coverage row follows is part of a source that did not end. */
void asked_note(struct asked *a, size_t target);

bool asked_is_covered(const struct asked *a, size_t source, size_t target);
bool asked_has_rows(const struct asked *a, size_t target);

/* Name of a target for its coverage rows, and whether it may do without them. */
const char *asked_target(const struct asked *a, size_t target);
bool asked_is_optional(const struct asked *a, size_t target);

#endif
