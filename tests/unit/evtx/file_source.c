/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/evtx/file_source.h"

#include <sys/stat.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

static enum rc read_file(void *context, uint64_t offset, void *buf, size_t size, size_t *ret_got,
                         struct err *err)
{
    int fd = *(int *)context;
    *ret_got = 0;
    while (*ret_got < size) {
        ssize_t n = pread(fd, (char *)buf + *ret_got, size - *ret_got, (off_t)(offset + *ret_got));
        if (n < 0) {
            return err_setf(err, RC_IO, "%s", strerror(errno));
        }
        if (n == 0) {
            break;
        }
        *ret_got += (size_t)n;
    }
    return RC_OK;
}

static uint64_t next_data(void *context, uint64_t offset)
{
    off_t at = lseek(*(int *)context, (off_t)offset, SEEK_DATA);
    return at >= 0 ? (uint64_t)at : errno == ENXIO ? UINT64_MAX : offset;
}

bool file_source(int *fd, struct evtx_source *ret)
{
    struct stat st;
    if (fstat(*fd, &st) != 0 || st.st_size < 0) {
        return false;
    }
    *ret = (struct evtx_source){
        .read = read_file, .next_data = next_data, .context = fd, .size = (uint64_t)st.st_size
    };
    return true;
}

static enum rc read_memory(void *context, uint64_t offset, void *buf, size_t size, size_t *ret_got,
                           struct err *err)
{
    const struct memory *m = context;
    (void)err;
    *ret_got = offset >= m->size                 ? 0
               : m->size - (size_t)offset < size ? m->size - (size_t)offset
                                                 : size;
    memcpy(buf, m->data + (*ret_got ? offset : 0), *ret_got);
    return RC_OK;
}

struct evtx_source memory_source(struct memory *m)
{
    return (struct evtx_source){ .read = read_memory, .context = m, .size = m->size };
}
