/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/format/map.h"

#include <sys/mman.h>
#include <sys/stat.h>

#include <errno.h>
#include <string.h>

enum rc map_open(int fd, struct map *ret, struct err *err)
{
    struct stat st;
    *ret = (struct map){ 0 };
    if (fstat(fd, &st) != 0 || st.st_size < 0) {
        return err_setf(err, RC_IO, "cannot look at the file: %s", strerror(errno));
    }
    if (st.st_size == 0) {
        return RC_OK;
    }
    void *p = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    if (p == MAP_FAILED) {
        return err_setf(err, RC_LIMIT, "the file is too large to be read: %s", strerror(errno));
    }
    *ret = (struct map){ p, (size_t)st.st_size };
    return RC_OK;
}

void map_close(struct map *m)
{
    if (m->data) {
        (void)munmap(m->data, m->size);
    }
    *m = (struct map){ 0 };
}
