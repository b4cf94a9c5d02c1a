/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/supervise/outbox.h"

#include <sys/mman.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define SEALS (F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL)

enum rc outbox_new(int *ret_fd, struct err *err)
{
    int fd = memfd_create("kagimori-outbox", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0) {
        return err_setf(err, RC_IO, "cannot make room for files: %s", strerror(errno));
    }
    *ret_fd = fd;
    return RC_OK;
}

void outbox_attach(struct task *task, int fd)
{
    task->artifact = fd;
    task->has_outbox = true;
}

enum rc outbox_attach_more(struct task *task, int fd, struct err *err)
{
    if (!task->has_outbox || task->more_count == ARRAY_LEN(task->more)) {
        return err_setf(err, RC_LIMIT, "a task has at most %d outboxes", TASK_MAX_OUTBOXES);
    }
    task->more[task->more_count++] = fd;
    return RC_OK;
}

enum rc outbox_seal(int fd, uint64_t *ret_size, struct err *err)
{
    struct stat st;
    /* The worker had the descriptor and may have sealed it in a way of its own: what counts is what holds now. */
    int failed = fcntl(fd, F_ADD_SEALS, SEALS);
    int have = fcntl(fd, F_GET_SEALS);
    if (have < 0 || (have & SEALS) != SEALS) {
        return err_setf(err, RC_IO, "the files that were fetched cannot be sealed: %s",
                        failed != 0 ? strerror(errno) : "a seal is missing");
    }
    if (fstat(fd, &st) != 0 || lseek(fd, 0, SEEK_SET) != 0) {
        return err_setf(err, RC_IO, "the files that were fetched cannot be read: %s",
                        strerror(errno));
    }
    *ret_size = (uint64_t)st.st_size;
    return RC_OK;
}
