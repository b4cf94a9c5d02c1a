/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An outbox: a file in memory that a collector fills with what it fetched (a bundle, base/bundle.h), and that nobody can change any
 * more once it is sealed, so that what is decoded, hashed and kept is what came. The supervisor never looks into it. */
#ifndef SUPERVISE_OUTBOX_H
#define SUPERVISE_OUTBOX_H

#include "audit/supervise/task.h"

/* An empty one, close-on-exec. The caller closes it. RC_IO when the machine has no memory for it. */
MUST_USE enum rc outbox_new(int *ret_fd, struct err *err);

/* Gives the task the outbox; fd is borrowed until the task has ended. */
void outbox_attach(struct task *task, int fd);

/* After the worker has ended: seals it against writing, growing, shrinking and other seals, and sets it to its start. RC_IO when
 * somebody can still write to it. *ret_size in bytes; 0 when the worker wrote nothing. */
MUST_USE enum rc outbox_seal(int fd, uint64_t *ret_size, struct err *err);

/* Gives a task that has one a further outbox, which is borrowed likewise. It is a file on a disk, for what is too large for memory;
 * RC_LIMIT when there are too many. */
MUST_USE enum rc outbox_attach_more(struct task *task, int fd, struct err *err);

#endif
