/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/supervise/worker.h"

#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "audit/base/log.h"
#include "audit/base/utf.h"
#include "audit/supervise/frame.h"
#include "audit/supervise/sandbox.h"

#define LOG_FRAMES_MAX 5000U

struct worker {
    struct row_sink sink; /* first, so that the sink is the worker */
    const struct worker_role *role;
    struct frame_link link;
    struct wr rows;  /* payload of the next ROWS frame */
    struct wr frame; /* any other frame */
    uint64_t sent;   /* rows, with those still gathered */
    uint32_t logged;
    int64_t progress_at; /* milliseconds */
    struct arena *arena;
    struct task task;
    struct secret *secret;
    int artifact;
    int more[TASK_MAX_OUTBOXES - 1]; /* further outboxes */
    size_t more_count;
    bool is_cut_off;                      /* the supervisor has gone */
    enum worker_gate gate;                /* held, or NONE */
    const struct worker_offline *offline; /* instead of a supervisor */
};

static int64_t now_ms(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static enum rc send_parts(struct worker *w, struct iovec *part, int count, struct err *err)
{
    while (count > 0) {
        ssize_t n = writev(WORKER_PIPE, part, count);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            w->is_cut_off = true;
            return err_setf(err, RC_IO, "the supervisor is gone: %s", strerror(errno));
        }
        size_t left = (size_t)n;
        while (count > 0 && left >= part->iov_len) {
            left -= part->iov_len;
            part++;
            count--;
        }
        if (count > 0) {
            part->iov_base = (uint8_t *)part->iov_base + left;
            part->iov_len -= left;
        }
    }
    return RC_OK;
}

enum rc worker_flush(struct worker *w, struct err *err)
{
    if (w->rows.size == 0 || w->offline) {
        return RC_OK;
    }
    wr_clear(&w->frame);
    (void)frame_begin(&w->frame, &w->link, FRAME_ROWS);
    wr_poke_u32be(&w->frame, 0, (uint32_t)w->rows.size);
    if (w->frame.bad) {
        return err_setf(err, RC_NOMEM, "no memory for rows");
    }
    struct iovec parts[2] = { { w->frame.data, w->frame.size }, { w->rows.data, w->rows.size } };
    enum rc rc = send_parts(w, parts, 2, err);
    wr_clear(&w->rows);
    return rc;
}

static enum rc put_row(struct row_sink *sink, const struct row *row, struct err *err)
{
    struct worker *w = (struct worker *)sink;
    TRY(row_check(row, err));
    row_write(&w->rows, row);
    if (w->rows.bad) {
        return err_setf(err, RC_NOMEM, "no memory for rows");
    }
    w->sent++;
    /* A source's end is worth a commit on the other side. */
    return w->rows.size >= FRAME_ROWS_FULL || row->table == ROW_TABLE_COVERAGE
               ? worker_flush(w, err)
               : RC_OK;
}

/* Starts a frame other than ROWS behind the rows that were put before it. */
static enum rc start(struct worker *w, enum frame_type type, struct err *err)
{
    TRY(worker_flush(w, err));
    wr_clear(&w->frame);
    (void)frame_begin(&w->frame, &w->link, type);
    return RC_OK;
}

static enum rc finish(struct worker *w, struct err *err)
{
    frame_end(&w->frame, 0);
    if (w->frame.bad) {
        return err_setf(err, RC_NOMEM, "no memory for a frame");
    }
    struct iovec part = { w->frame.data, w->frame.size };
    return send_parts(w, &part, 1, err);
}

static void log_frame(void *context, enum log_level level, const char *text)
{
    struct worker *w = context;
    struct err err;
    bool is_open = w->link.state == FRAME_TASKED || w->link.state == FRAME_RUNNING;
    if (!is_open || w->is_cut_off || w->logged >= LOG_FRAMES_MAX) {
        return;
    }
    struct arena *a AUTO(arena_freep) = arena_new(1U << 16);
    bool is_changed = false;
    const char *safe = a ? utf8_repair(a, text, strlen(text), &is_changed) : NULL;
    if (safe && start(w, FRAME_LOG, &err) == RC_OK) {
        w->logged++;
        wr_u8(&w->frame, (uint8_t)level);
        frame_put_text(&w->frame, w->logged < LOG_FRAMES_MAX
                                      ? safe
                                      : "further messages of this worker are left out");
        (void)finish(w, &err);
    }
}

void worker_progress(struct worker *w, const char *what, uint64_t done)
{
    struct err err;
    int64_t now = now_ms();
    char text[128];
    if (now - w->progress_at < 200 || w->is_cut_off || w->offline ||
        start(w, FRAME_PROGRESS, &err) != RC_OK) {
        return;
    }
    w->progress_at = now;
    size_t n = (size_t)snprintf(text, sizeof(text), "%s", what);
    bool fits = n < sizeof(text) && utf8_valid(text, n);
    wr_u64be(&w->frame, done);
    frame_put_text(&w->frame, fits ? text : "");
    (void)finish(w, &err);
}

struct row_sink *worker_sink(struct worker *w)
{
    return w->offline ? w->offline->sink : &w->sink;
}

const struct secret *worker_secret(const struct worker *w)
{
    return w->offline ? w->offline->secret : w->secret;
}

int worker_artifact(const struct worker *w)
{
    if (w->offline) {
        return w->offline->artifact;
    }
    return w->task.has_outbox ? -1 : w->artifact;
}

int worker_outbox(const struct worker *w)
{
    if (w->offline) {
        return w->offline->has_outbox ? w->offline->outbox : -1;
    }
    return w->task.has_outbox ? w->artifact : -1;
}

int worker_outbox_at(const struct worker *w, size_t n)
{
    if (n == 0) {
        return worker_outbox(w);
    }
    return w->task.has_outbox && n <= w->more_count ? w->more[n - 1] : -1;
}

static enum rc send_hello(struct worker *w, struct err *err)
{
    TRY(start(w, FRAME_HELLO, err));
    wr_u64be(&w->frame, frame_catalogue_mark());
    frame_put_text(&w->frame, w->role->name);
    frame_put_text(&w->frame, w->role->version);
    return finish(w, err);
}

static enum rc send_ready(struct worker *w, const char *sandbox, struct err *err)
{
    TRY(start(w, FRAME_READY, err));
    frame_put_text(&w->frame, sandbox);
    return finish(w, err);
}

/* The descriptors of a message: the artifact, and further outboxes behind it. What does not fit is none of ours. */
static void take_descriptors(struct worker *w, struct msghdr *m)
{
    const struct cmsghdr *c = CMSG_FIRSTHDR(m);
    int fds[TASK_MAX_OUTBOXES];
    if (!c || c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS ||
        c->cmsg_len < CMSG_LEN(sizeof(int)) || c->cmsg_len > CMSG_LEN(sizeof(fds))) {
        return;
    }
    size_t count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    memcpy(fds, CMSG_DATA(c), count * sizeof(int));
    auto_fd_close(&w->artifact);
    while (w->more_count > 0) {
        auto_fd_close(&w->more[--w->more_count]);
    }
    w->artifact = fds[0];
    w->more_count = count - 1;
    memcpy(w->more, fds + 1, w->more_count * sizeof(int));
}

/* Reads exactly n bytes, and the descriptors that come with them. */
static enum rc receive(struct worker *w, uint8_t *p, size_t n, struct err *err)
{
    while (n > 0) {
        union {
            char bytes[CMSG_SPACE(TASK_MAX_OUTBOXES * sizeof(int))];
            struct cmsghdr align;
        } control;
        struct iovec part = { p, n };
        struct msghdr m = { .msg_iov = &part,
                            .msg_iovlen = 1,
                            .msg_control = control.bytes,
                            .msg_controllen = sizeof(control.bytes) };
        ssize_t got = recvmsg(WORKER_PIPE, &m, MSG_CMSG_CLOEXEC);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return err_setf(err, RC_IO, "the supervisor ended the conversation");
        }
        take_descriptors(w, &m);
        p += got;
        n -= (size_t)got;
    }
    return RC_OK;
}

/* Reads one frame of the wanted type into buf. */
static enum rc expect(struct worker *w, enum frame_type type, uint8_t *buf, size_t room,
                      struct frame *ret, struct err *err)
{
    uint8_t header[FRAME_HEADER];
    struct frame f;
    TRY(receive(w, header, sizeof(header), err));
    TRY(frame_header(header, &f, err));
    TRY(frame_permit(&w->link, &f, err));
    if (f.type != type || f.size > room) {
        return err_setf(err, RC_MALFORMED, "%s frame instead of %s", frame_name(f.type),
                        frame_name(type));
    }
    TRY(receive(w, buf, f.size, err));
    f.payload = buf;
    *ret = f;
    return RC_OK;
}

/* Asks, and waits for the answer. */
static enum rc pass_gate(struct worker *w, enum worker_gate gate, struct err *err)
{
    uint8_t buf[2 * FRAME_TEXT_MAX];
    char why[FRAME_TEXT_MAX + 1];
    struct frame f;
    TRY(start(w, FRAME_ASK, err));
    wr_u8(&w->frame, (uint8_t)gate);
    TRY(finish(w, err));
    TRY(expect(w, FRAME_GO, buf, sizeof(buf), &f, err));
    struct rd r = rd_from(f.payload, f.size);
    bool may = rd_u8(&r) == 1;
    frame_get_text(&r, why, sizeof(why));
    if (!rd_done(&r)) {
        return err_setf(err, RC_MALFORMED, "the answer of the supervisor is cut off");
    }
    if (!may) {
        w->link.gate = FRAME_GATE_NONE;
        return err_setf(err, RC_LIMIT, "%s", why);
    }
    return RC_OK;
}

enum rc worker_gate_enter(struct worker *w, enum worker_gate gate, struct err *err)
{
    if (w->gate != WORKER_GATE_NONE) {
        return err_setf(err, RC_BUG, "a worker may be at one gate at a time");
    }
    if (!w->offline) {
        TRY(pass_gate(w, gate, err));
    } else if (w->offline->enter) {
        TRY(w->offline->enter(w->offline->context, gate, err));
    }
    w->gate = gate;
    return RC_OK;
}

enum rc worker_gate_leave(struct worker *w, enum worker_gate gate, enum worker_gate_result result,
                          struct err *err)
{
    if (w->gate != gate || gate == WORKER_GATE_NONE) {
        return err_setf(err, RC_BUG, "a gate was left that was not entered");
    }
    w->gate = WORKER_GATE_NONE;
    if (w->offline) {
        return w->offline->leave ? w->offline->leave(w->offline->context, gate, result, err)
                                 : RC_OK;
    }
    TRY(start(w, FRAME_TOLD, err));
    wr_u8(&w->frame, (uint8_t)gate);
    wr_u8(&w->frame, (uint8_t)result);
    return finish(w, err);
}

struct worker *worker_offline_new(const struct worker_offline *how)
{
    struct worker *w = calloc(1, sizeof(*w));
    if (w) {
        w->artifact = -1;
        w->offline = how;
    }
    return w;
}

void worker_offline_free(struct worker *w)
{
    free(w);
}

static enum rc receive_secret(struct worker *w, struct err *err)
{
    uint8_t buf[SECRET_MAX];
    struct frame f;
    enum rc rc = expect(w, FRAME_SECRET, buf, sizeof(buf), &f, err);
    if (rc == RC_OK) {
        w->secret = secret_new(buf, f.size);
        rc = w->secret ? RC_OK : err_setf(err, RC_NOMEM, "no memory for the secret");
    }
    explicit_bzero(buf, sizeof(buf));
    return rc;
}

static enum rc receive_task(struct worker *w, struct err *err)
{
    static uint8_t buf[1U << 17];
    struct frame f;
    TRY(expect(w, FRAME_TASK, buf, sizeof(buf), &f, err));
    struct rd r = rd_from(f.payload, f.size);
    uint8_t flags = rd_u8(&r);
    TRY(task_read(&r, w->arena, &w->task, err));
    if ((flags & FRAME_TASK_SECRET) != 0) {
        TRY(receive_secret(w, err));
    }
    if (((flags & FRAME_TASK_ARTIFACT) != 0) != (w->artifact >= 0)) {
        return err_setf(err, RC_MALFORMED, "the artifact of the task did not come with it");
    }
    w->task.secret = w->secret;
    w->task.artifact = w->artifact;
    w->task.has_outbox = (flags & FRAME_TASK_OUTBOX) != 0;
    w->task.more_count = flags / FRAME_TASK_MORE;
    if (w->task.more_count != w->more_count || (w->more_count > 0 && !w->task.has_outbox)) {
        return err_setf(err, RC_MALFORMED, "the outboxes of the task did not come with it");
    }
    memcpy(w->task.more, w->more, sizeof(w->task.more));
    if (w->task.has_outbox && (w->artifact < 0 || w->role->outbox_max == 0)) {
        return err_setf(err, RC_BUG, "an outbox was given to %s, which sends no files",
                        w->role->name);
    }
    return RC_OK;
}

static enum rc run_task(struct worker *w, struct err *err)
{
    char sandbox[128];
    if (strcmp(w->task.role, w->role->name) != 0) {
        return err_setf(err, RC_BUG, "task for %s given to %s", w->task.role, w->role->name);
    }
    if (w->role->prepare) {
        TRY(w->role->prepare(w, &w->task, err));
    }
    (void)sandbox_describe(w->role->sandbox, sandbox,
                           sizeof(sandbox)); /* cannot be asked from inside */
    TRY(sandbox_enter(w->role, &w->task, err));
    TRY(send_ready(w, sandbox, err));
    return w->role->run(w, &w->task, err);
}

static enum rc send_end(struct worker *w, const struct err *end)
{
    struct err err;
    if (w->gate != WORKER_GATE_NONE) {
        TRY(worker_gate_leave(w, w->gate, WORKER_GATE_OTHER, &err));
    }
    TRY(start(w, end->rc == RC_OK ? FRAME_DONE : FRAME_FAILED, &err));
    wr_u64be(&w->frame, w->sent);
    if (end->rc != RC_OK) {
        frame_put_text(&w->frame, rc_word(end->rc));
        frame_put_text(&w->frame, end->where);
        frame_put_text(&w->frame, end->msg);
    }
    return finish(w, &err);
}

static int converse(struct worker *w)
{
    struct err err = { .rc = RC_OK };
    if (send_hello(w, &err) != RC_OK || receive_task(w, &err) != RC_OK) {
        (void)fprintf(stderr, "%s: %s\n", w->role->name, err.msg);
        return 4;
    }
    err.rc = run_task(w, &err);
    if (w->is_cut_off || send_end(w, &err) != RC_OK) {
        return 4;
    }
    return err.rc == RC_OK ? 0 : 1;
}

static int say_version(const struct worker_role *role)
{
    char text[128];
    (void)printf("%s %s\nsandbox: %s\n", role->name, role->version,
                 sandbox_describe(role->sandbox, text, sizeof(text)));
    return 0;
}

int worker_main(int argc, char **argv, const struct worker_role *role)
{
    int type = 0;
    socklen_t size = sizeof(type);
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        return say_version(role);
    }
    if (argc != 1 || getsockopt(WORKER_PIPE, SOL_SOCKET, SO_TYPE, &type, &size) != 0 ||
        type != SOCK_STREAM) {
        (void)fprintf(stderr, "%s: is started by kagimori, not by hand; it knows --version only\n",
                      role->name);
        return 2;
    }
    sandbox_harden_process();
    /* Does not outlive a supervisor that was killed; if it died before this line, the pipe tells. */
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    (void)signal(SIGPIPE, SIG_IGN);
    struct worker w = {
        .sink = { put_row }, .role = role, .link = { .state = FRAME_START }, .artifact = -1
    };
    wr_init(&w.rows, FRAME_MAX);
    wr_init(&w.frame, FRAME_MAX);
    w.arena = arena_new(1U << 20);
    log_set_sink(log_frame, &w);
    int code = w.arena ? converse(&w) : 4;
    log_set_sink(NULL, NULL);
    secret_free(w.secret);
    arena_free(w.arena);
    wr_done(&w.rows);
    wr_done(&w.frame);
    return code;
}
