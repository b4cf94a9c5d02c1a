/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/base/bundle.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "audit/base/utf.h"
#include "audit/base/wr.h"

#define HEAD  40U
#define ALIGN 8U

static const char mark[8] = { 'K', 'G', 'B', 'U', 'N', 'D', 'L', '1' };

bool bundle_path_valid(const char *path, size_t n)
{
    if (n == 0 || n > BUNDLE_PATH_MAX || !utf8_valid(path, n)) {
        return false;
    }
    size_t part = 0; /* where the current part begins */
    for (size_t i = 0; i <= n; i++) {
        if (i < n && (path[i] == '\\' || path[i] == ':')) {
            return false;
        }
        if (i < n && path[i] != '/') {
            continue;
        }
        size_t size = i - part;
        bool is_dots = (size == 1 && path[part] == '.') ||
                       (size == 2 && path[part] == '.' && path[part + 1] == '.');
        if (size == 0 || is_dots) {
            return false;
        }
        part = i + 1;
    }
    return true;
}

static enum rc write_all(struct bundle_writer *w, const void *data, size_t n, struct err *err)
{
    const uint8_t *p = data;
    while (n > 0) {
        ssize_t done = write(w->fd, p, n);
        if (done < 0 && errno == EINTR) {
            continue;
        }
        if (done <= 0) {
            return err_setf(err, RC_IO, "cannot keep a copy of the files: %s", strerror(errno));
        }
        p += done;
        n -= (size_t)done;
        w->written += (uint64_t)done;
    }
    return RC_OK;
}

enum rc bundle_begin(struct bundle_writer *w, int fd, uint64_t most, struct err *err)
{
    *w = (struct bundle_writer){ .fd = fd, .most = most };
    return write_all(w, mark, sizeof(mark), err);
}

static enum rc put_head(struct bundle_writer *w, const struct bundle_member *m, struct err *err)
{
    struct wr head AUTO(wr_done);
    wr_init(&head, HEAD + BUNDLE_PATH_MAX + BUNDLE_NOTE_MAX);
    uint64_t bytes = m->state == BUNDLE_READ ? m->size : 0;
    if (!bundle_path_valid(m->path, m->path_size) || m->note_size > BUNDLE_NOTE_MAX) {
        return err_setf(err, RC_USAGE, "a path leaves its folder");
    }
    /* The member with its padding, and the end, which must still fit. */
    uint64_t around = w->written + m->path_size + m->note_size + ALIGN - 1 + 2 * (uint64_t)HEAD;
    if (w->most > 0 && (bytes > w->most || around > w->most - bytes)) {
        return err_setf(err, RC_LIMIT, "the files are too large to be kept together");
    }
    wr_u32be(&head, (uint32_t)m->path_size);
    wr_u32be(&head, (uint32_t)m->note_size);
    wr_u64be(&head, m->size);
    wr_u64be(&head, (uint64_t)m->changed_at);
    wr_u32be(&head, (uint32_t)m->state);
    wr_u32be(&head, 0);
    wr_u64be(&head, 0);
    wr_bytes(&head, m->path, m->path_size);
    wr_bytes(&head, m->note, m->note_size);
    return head.bad ? err_setf(err, RC_NOMEM, "out of memory")
                    : write_all(w, head.data, head.size, err);
}

/* Zeros up to the next multiple of ALIGN, and as many more. */
static enum rc pad(struct bundle_writer *w, uint64_t more, struct err *err)
{
    static const uint8_t zeros[4096];
    more += (ALIGN - (w->written + more) % ALIGN) % ALIGN;
    while (more > 0) {
        size_t n = more < sizeof(zeros) ? (size_t)more : sizeof(zeros);
        TRY(write_all(w, zeros, n, err));
        more -= n;
    }
    return RC_OK;
}

enum rc bundle_put(struct bundle_writer *w, const struct bundle_member *m, struct err *err)
{
    TRY(put_head(w, m, err));
    if (m->state == BUNDLE_READ) {
        TRY(write_all(w, m->data, (size_t)m->size, err));
    }
    return pad(w, 0, err);
}

enum rc bundle_put_file(struct bundle_writer *w, const struct bundle_member *m, int from,
                        bool *ret_short, struct err *err)
{
    uint8_t buf[65536];
    uint64_t left = m->state == BUNDLE_READ ? m->size : 0;
    *ret_short = false;
    TRY(put_head(w, m, err));
    for (off_t at = 0; left > 0;) {
        size_t want = left < sizeof(buf) ? (size_t)left : sizeof(buf);
        ssize_t n = pread(from, buf, want, at);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            *ret_short = true;
            break;
        }
        TRY(write_all(w, buf, (size_t)n, err));
        left -= (uint64_t)n;
        at += n;
    }
    return pad(w, left, err);
}

enum rc bundle_end(struct bundle_writer *w, struct err *err)
{
    static const uint8_t nothing[HEAD];
    return write_all(w, nothing, sizeof(nothing), err);
}

enum rc bundle_open(struct bundle_reader *b, const void *data, size_t size, struct err *err)
{
    *b = (struct bundle_reader){ .r = rd_from(data, size) };
    const uint8_t *m = rd_bytes(&b->r, sizeof(mark));
    return m && memcmp(m, mark, sizeof(mark)) == 0
               ? RC_OK
               : err_setf(err, RC_MALFORMED, "this is no bundle of files");
}

static bool read_member(struct rd *r, struct bundle_member *m)
{
    uint32_t path_size = rd_u32be(r), note_size = rd_u32be(r);
    m->size = rd_u64be(r);
    m->changed_at = (filetime)rd_u64be(r);
    uint32_t state = rd_u32be(r);
    rd_skip(r, 12);
    m->path_size = path_size;
    m->note_size = note_size;
    if (r->bad || path_size > BUNDLE_PATH_MAX || note_size > BUNDLE_NOTE_MAX ||
        state > BUNDLE_FOLDER_CUT || (state == BUNDLE_READ && m->size > rd_left(r))) {
        return false;
    }
    m->state = (enum bundle_state)state;
    m->path = (const char *)rd_bytes(r, path_size);
    m->note = rd_bytes(r, note_size);
    m->data = m->state == BUNDLE_READ ? rd_bytes(r, (size_t)m->size) : NULL;
    rd_skip(r, (ALIGN - rd_offset(r) % ALIGN) % ALIGN);
    return !r->bad && (path_size == 0 || bundle_path_valid(m->path, path_size));
}

enum rc bundle_next(struct bundle_reader *b, struct bundle_member *ret, struct err *err)
{
    *ret = (struct bundle_member){ 0 };
    if (b->is_whole || rd_left(&b->r) == 0) {
        return RC_ABSENT;
    }
    if (!read_member(&b->r, ret)) {
        rd_fail(&b->r);
        return err_setf(err, RC_MALFORMED, "the bundle of files is cut off or damaged");
    }
    b->is_whole = ret->path_size == 0;
    return b->is_whole ? RC_ABSENT : RC_OK;
}
