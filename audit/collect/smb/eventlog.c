/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Event logs of a host, from its administrators' share of drive C: of each log the chunks that are young enough, the oldest first, into
 * an outbox of its own. What an earlier task left there is gone on with where the host's log still holds it. */
#include <sys/stat.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "audit/collect/smb/fetch.h"
#include "audit/collect/smb/ring.h"
#include "audit/collect/smb/share.h"

#define FOLDER "Windows/System32/winevt/Logs"
#define PIECE  (16 * RING_CHUNK)

/* A host that gives less than this in a second, for so long, is left. */
#define SLOWEST    (16 * 1024)
#define PATIENCE_S 60

struct log_copy {
    struct collect *c;
    int fd; /* its outbox */
    struct ring_source source;
    struct ring_plan plan;
    uint8_t head[RING_HEAD];
    uint32_t kept;  /* whole chunks of an earlier task, which stay */
    uint32_t age;   /* of the first chunk that is fetched, from the oldest one of the ring */
    uint32_t count; /* that are fetched */
    uint64_t size;  /* of the outbox at the end */
    filetime started;
    uint64_t fetched;
    bool has_shrunk;
};

static enum rc read_host(void *context, uint64_t offset, void *buf, size_t size, size_t *ret_got,
                         struct err *err)
{
    (void)context;
    return share_file_read(offset, buf, size, ret_got, err);
}

/* ---- the outbox ---- */

static enum rc put_bytes(int fd, uint64_t offset, const uint8_t *p, size_t size, struct err *err)
{
    if (lseek(fd, (off_t)offset, SEEK_SET) < 0) {
        return err_setf(err, RC_IO, "cannot write what was fetched: %s", strerror(errno));
    }
    while (size > 0) {
        ssize_t n = write(fd, p, size);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return err_setf(err, RC_IO, "cannot write what was fetched: %s", strerror(errno));
        }
        p += n;
        size -= (size_t)n;
    }
    return RC_OK;
}

/* Whole chunks in the outbox whose records follow on each other; *ret is the last of them. */
static uint32_t count_kept(int fd, struct ring_mark *ret)
{
    uint8_t buf[RING_CHUNK_HEAD];
    struct stat st;
    uint32_t count = 0;
    uint64_t size = fstat(fd, &st) == 0 && st.st_size > 0 ? (uint64_t)st.st_size : 0;
    while (count < RING_CHUNK_MOST && RING_HEAD + (count + UINT64_C(1)) * RING_CHUNK <= size) {
        ssize_t n = pread(fd, buf, sizeof(buf), (off_t)(RING_HEAD + (uint64_t)count * RING_CHUNK));
        struct ring_mark m = ring_read_mark(buf, n > 0 ? (size_t)n : 0);
        if (m.kind != RING_USED || (count > 0 && m.first != ret->last + 1)) {
            break;
        }
        *ret = m;
        count++;
    }
    return count;
}

/* Where to begin. The last chunk that is there is fetched again: it may have been in the making. */
static enum rc find_begin(struct log_copy *l, struct err *err)
{
    struct ring_mark last;
    struct err ignored;
    uint32_t age = 0, kept = count_kept(l->fd, &last);
    l->age = l->plan.skip;
    l->count = l->plan.count;
    if (kept == 0 || l->plan.is_plain || l->plan.chunks == 0) {
        return RC_OK;
    }
    enum rc rc = ring_find_mark(&l->source, &l->plan, &last, &age, &ignored);
    if (rc != RC_OK && rc != RC_ABSENT) {
        *err = ignored;
        return rc;
    }
    uint64_t all = (uint64_t)kept - 1 + (l->plan.chunks - age);
    uint32_t most = l->c->o->log_chunks;
    if (rc == RC_OK && all <= most + most / 4) {
        l->kept = kept - 1;
        l->age = age;
        l->count = l->plan.chunks - age;
    }
    return RC_OK;
}

/* ---- the copy ---- */

static enum rc keep_pace(struct log_copy *l, struct err *err)
{
    int64_t seconds = (filetime_now() - l->started) / FILETIME_SECOND;
    collect_progress(l->c, l->c->outcome[SOURCE_EVENTLOG].objects);
    if (seconds > PATIENCE_S && l->fetched < (uint64_t)seconds * SLOWEST) {
        return err_setf(err, RC_TIMEOUT,
                        "the host gives less than %d KiB a second, and is not waited for",
                        SLOWEST / 1024);
    }
    return RC_OK;
}

/* One piece: chunks that lie beside each other in the ring. */
static enum rc copy_piece(struct log_copy *l, uint32_t done, uint32_t *ret_count, bool *ret_end,
                          struct err *err)
{
    static uint8_t buf[PIECE];
    uint32_t place = (uint32_t)(((uint64_t)l->plan.oldest + l->age + done) % l->plan.chunks);
    uint32_t run = l->plan.chunks - place, left = l->count - done;
    size_t got = 0;
    run = run < left ? run : left;
    run = run < PIECE / RING_CHUNK ? run : PIECE / RING_CHUNK;
    size_t size = (size_t)run * RING_CHUNK;
    TRY(share_file_read(RING_HEAD + (uint64_t)place * RING_CHUNK, buf, size, &got, err));
    l->fetched += got;
    l->size = RING_HEAD + ((uint64_t)l->kept + done) * RING_CHUNK;
    TRY(put_bytes(l->fd, l->size, buf, got, err));
    l->size += got;
    *ret_count = run;
    *ret_end = got < size;
    return keep_pace(l, err);
}

static enum rc copy_chunks(struct log_copy *l, struct err *err)
{
    bool is_end = false;
    uint32_t done = 0, count = 0;
    l->size = RING_HEAD + (uint64_t)l->kept * RING_CHUNK;
    while (done < l->count && !is_end) {
        TRY(copy_piece(l, done, &count, &is_end, err));
        done += count;
    }
    /* A file that ends with a part of a chunk was cut off before it came here, or the log was cleared meanwhile. */
    l->has_shrunk = is_end;
    /* The head of a log that was taken in another order, or in part, does not fit it any more. */
    if (!l->plan.is_plain && (l->plan.oldest > 0 || l->age > 0 || l->kept > 0)) {
        ring_fit_head(l->head, l->kept + l->count);
    }
    return put_bytes(l->fd, 0, l->head, sizeof(l->head), err);
}

static enum rc copy_log(struct log_copy *l, const char *path, filetime *ret_changed_at,
                        struct err *err)
{
    size_t got = 0;
    if (l->fd < 0) {
        return err_setf(err, RC_BUG, "a log has no outbox");
    }
    l->source.read = read_host;
    l->started = filetime_now();
    TRY(share_file_open(path, &l->source.size, ret_changed_at, err));
    TRY(share_file_read(0, l->head, sizeof(l->head), &got, err));
    TRY(ring_find(&l->source, l->c->o->since, l->c->o->log_chunks, &l->plan, err));
    TRY(find_begin(l, err));
    return copy_chunks(l, err);
}

/* ---- what it came to ---- */

static void say_cut(const struct log_copy *l, char *buf, size_t size)
{
    char day[24] = "an unknown time";
    buf[0] = '\0';
    if (l->plan.is_cut && l->plan.is_plain) {
        (void)snprintf(buf, size, "its chunks are in no order: the first %u MiB were fetched",
                       l->c->o->log_chunks / 16);
    } else if (l->plan.is_cut) {
        (void)snprintf(buf, size, "the newest %u MiB were fetched, which begin at %s",
                       l->c->o->log_chunks / 16,
                       l->plan.from > 0 ? filetime_iso(l->plan.from, day, sizeof(day)) : day);
    } else if (l->has_shrunk) {
        (void)snprintf(buf, size, "it ends early, or was cleared while it was read");
    }
}

/* Absent ones have no row. */
static enum rc put_log(struct log_copy *l, const char *path, enum rc rc, const char *detail,
                       filetime changed_at, struct err *err)
{
    struct row row;
    bool is_newest = rc == RC_OK && l->plan.is_cut && !l->plan.is_plain;
    const char *state = is_newest         ? "too_large"
                        : rc == RC_OK     ? "partial"
                        : rc == RC_DENIED ? "denied"
                                          : "malformed";
    row_begin(&row, ROW_TABLE_ARTIFACT);
    row_text(&row, ARTIFACT_ORIGIN, l->c->o->origin);
    row_text(&row, ARTIFACT_PATH, path);
    row_text(&row, ARTIFACT_KIND, "evtx");
    row_text(&row, ARTIFACT_STATE, state);
    row_text(&row, ARTIFACT_DETAIL, *detail ? detail : NULL);
    row_int(&row, ARTIFACT_SIZE, (int64_t)l->size);
    if (changed_at > 0) {
        row_int(&row, ARTIFACT_CHANGED, changed_at);
    }
    return row_put(l->c->sink, &row, err);
}

/* One log. *ret_cut gets the first thing that is missing; not RC_OK when nothing more can be asked. */
static enum rc take_log(struct collect *c, size_t n, struct err *ret_cut, struct err *why,
                        struct err *err)
{
    static struct log_copy l;
    char path[200], detail[200];
    filetime changed_at = 0;
    struct err e = { .rc = RC_OK };
    l = (struct log_copy){ .c = c, .fd = worker_outbox_at(c->worker, n) };
    (void)snprintf(path, sizeof(path), FOLDER "/%s", options_log(c->o, n));
    enum rc rc = copy_log(&l, path, &changed_at, &e);
    share_file_close();
    if (rc == RC_ABSENT) {
        return RC_OK;
    }
    if (rc != RC_OK && rc != RC_DENIED && rc != RC_MALFORMED) {
        *why = e;
        return rc;
    }
    say_cut(&l, detail, sizeof(detail));
    c->outcome[SOURCE_EVENTLOG].objects += rc == RC_OK;
    if (ret_cut->rc == RC_OK && rc != RC_OK) {
        *ret_cut = e;
    } else if (ret_cut->rc == RC_OK && *detail) {
        (void)err_setf(ret_cut, RC_LIMIT, "%s: %s", options_log(c->o, n), detail);
    }
    enum rc put = put_log(&l, path, rc, rc == RC_OK ? detail : e.msg, changed_at, err);
    if (put != RC_OK) {
        *why = *err;
    }
    return put;
}

static enum rc take_logs(struct collect *c, struct outcome *out, struct err *cut, struct err *why,
                         struct err *err)
{
    TRY(fetch_open(c, "C$", &out->is_not_asked, why));
    (void)share_tree("");
    if (share_stat(FOLDER, why) == RC_ABSENT) {
        return err_setf(why, RC_ABSENT,
                        "there are no event logs in " FOLDER
                        " of its drive C: it is no Windows, or "
                        "Windows lies on another drive");
    }
    TRY(why->rc);
    for (size_t i = 0; i < c->o->log_count; i++) {
        TRY(take_log(c, i, cut, why, err));
        TRY(worker_flush(c->worker, err));
    }
    return RC_OK;
}

enum rc eventlog_run(struct collect *c, struct err *err)
{
    struct outcome *out = &c->outcome[SOURCE_EVENTLOG];
    struct err e = { .rc = RC_OK }, cut = { .rc = RC_OK };
    c->doing = SOURCE_EVENTLOG;
    c->pulse.beat = NULL;
    out->started = filetime_now();
    out->rc = take_logs(c, out, &cut, &e, err);
    out->finished = filetime_now();
    out->why = e.rc;
    if (out->rc != RC_OK) {
        (void)snprintf(out->detail, sizeof(out->detail), "%s", e.msg);
    }
    TRY(fetch_cover(c, SOURCE_EVENTLOG, out, &cut, err));
    TRY(worker_flush(c->worker, err));
    if (out->rc != RC_OK) {
        *err = e;
    }
    return out->rc;
}
