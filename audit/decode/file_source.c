/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/file_source.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static enum rc read_at(void *context, uint64_t offset, void *buf, size_t size, size_t *ret_got,
                       struct err *err)
{
    int fd = *(const int *)context;
    char *p = buf;
    size_t got = 0;
    *ret_got = 0;
    while (got < size) {
        ssize_t n = pread(fd, p + got, size - got, (off_t)(offset + got));
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return err_setf(err, RC_IO, "cannot read the file: %s", strerror(errno));
        }
        if (n == 0) {
            break;
        }
        got += (size_t)n;
    }
    *ret_got = got;
    return RC_OK;
}

/* File systems that know no holes say that all is data, or that they do not know. */
static uint64_t next_data(void *context, uint64_t offset)
{
    off_t at = lseek(*(const int *)context, (off_t)offset, SEEK_DATA);
    if (at >= 0) {
        return (uint64_t)at;
    }
    return errno == ENXIO ? UINT64_MAX : offset;
}

enum rc file_source_open(const int *fd, struct evtx_source *ret, struct err *err)
{
    off_t end = lseek(*fd, 0, SEEK_END);
    if (end < 0) {
        return err_setf(err, RC_IO, "cannot tell the size of the file: %s", strerror(errno));
    }
    *ret = (struct evtx_source){ .read = read_at,
                                 .next_data = next_data,
                                 .context = (void *)(uintptr_t)fd,
                                 .size = (uint64_t)end };
    return RC_OK;
}
