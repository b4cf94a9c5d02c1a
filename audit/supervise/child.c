/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a worker says: every frame is checked before it counts. */
#include "audit/supervise/child.h"

#include <sys/socket.h>

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "audit/base/arena.h"
#include "audit/base/log.h"
#include "audit/base/utf.h"

#define DEFAULT_MAX_ROWS  UINT64_C(50000000)
#define DEFAULT_MAX_BYTES (UINT64_C(16) << 30)

const char *outcome_word(enum outcome outcome)
{
    static const char *const words[] = { "none", "done",    "failed", "crashed",
                                         "hung", "flooded", "lied" };
    return words[outcome];
}

void child_fault(struct child *c, enum outcome outcome, enum rc rc, const char *fmt, ...)
{
    if (c->outcome != OUTCOME_NONE) {
        return;
    }
    char raw[sizeof(c->detail)];
    struct err safe;
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(raw, sizeof(raw), fmt, ap);
    va_end(ap);
    c->outcome = outcome;
    c->rc = rc;
    (void)err_setf(&safe, rc, "%s", raw);
    (void)snprintf(c->detail, sizeof(c->detail), "%s", safe.msg);
}

static void lie(struct child *c, const struct err *err)
{
    child_fault(c, OUTCOME_LIED, RC_MALFORMED, "%s broke the protocol and was stopped: %s",
                c->task->role, err->msg);
}

/* A text of a worker for the operator, with its target in front. */
static void say(const struct child *c, enum log_level level, const char *text)
{
    progress_clear(c->progress);
    log_line(level, "%.200s: %s", c->task->target, text);
}

/* The secret goes to the kernel straight from its locked memory, behind a header. */
static bool send_secret(struct child *c)
{
    struct wr w AUTO(wr_done);
    wr_init(&w, FRAME_HEADER);
    size_t size = secret_size(c->task->secret);
    (void)frame_begin(&w, &c->link, FRAME_SECRET);
    wr_poke_u32be(&w, 0, (uint32_t)size);
    if (w.bad) {
        return false;
    }
    return send(c->pipe, w.data, w.size, MSG_NOSIGNAL | MSG_MORE) == (ssize_t)w.size &&
           (size == 0 ||
            send(c->pipe, secret_bytes(c->task->secret), size, MSG_NOSIGNAL) == (ssize_t)size);
}

static bool send_with_artifact(struct child *c, const struct wr *w)
{
    union {
        char bytes[CMSG_SPACE(TASK_MAX_OUTBOXES * sizeof(int))];
        struct cmsghdr align;
    } control = { { 0 } };
    struct iovec part = { w->data, w->size };
    struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1 };
    if (c->task->artifact >= 0) {
        size_t more = c->task->more_count * sizeof(int);
        m.msg_control = control.bytes;
        m.msg_controllen = CMSG_SPACE(sizeof(int) + more);
        struct cmsghdr *h = &control.align; /* the first and only one */
        h->cmsg_level = SOL_SOCKET;
        h->cmsg_type = SCM_RIGHTS;
        h->cmsg_len = CMSG_LEN(sizeof(int) + more);
        memcpy(CMSG_DATA(h), &c->task->artifact, sizeof(int));
        memcpy(CMSG_DATA(h) + sizeof(int), c->task->more, more);
    }
    return sendmsg(c->pipe, &m, MSG_NOSIGNAL) == (ssize_t)w->size;
}

/* Task and secret fit into the pipe's buffer (their largest sizes see to it), so that nothing is queued here. */
static void send_task(struct child *c)
{
    struct wr w AUTO(wr_done);
    wr_init(&w, 1U << 17);
    c->link.task = (uint32_t)c->number;
    size_t start = frame_begin(&w, &c->link, FRAME_TASK);
    wr_u8(&w, (uint8_t)((c->task->secret ? FRAME_TASK_SECRET : 0) |
                        (c->task->artifact >= 0 ? FRAME_TASK_ARTIFACT : 0) |
                        (c->task->has_outbox ? FRAME_TASK_OUTBOX : 0) |
                        FRAME_TASK_MORE * c->task->more_count));
    task_write(&w, c->task);
    frame_end(&w, start);
    if (w.bad) {
        child_fault(c, OUTCOME_FAILED, RC_LIMIT,
                    "the task is too large: name fewer sources at a time");
    } else if (!send_with_artifact(c, &w) || (c->task->secret && !send_secret(c))) {
        child_fault(c, OUTCOME_CRASHED, RC_IO, "%s did not take its task: %s", c->task->role,
                    strerror(errno));
    }
}

static void on_hello(struct child *c, struct rd *r)
{
    char role[64];
    uint64_t mark = rd_u64be(r);
    frame_get_text(r, role, sizeof(role));
    frame_get_text(r, c->version, sizeof(c->version));
    if (!rd_done(r)) {
        return;
    }
    if (mark != frame_catalogue_mark() || strcmp(role, c->task->role) != 0) {
        child_fault(c, OUTCOME_FAILED, RC_UNSUPPORTED,
                    "%s belongs to another version of kagimori: install again", c->task->role);
        return;
    }
    send_task(c);
}

static enum rc on_rows(struct child *c, struct rd *r, struct store *store, struct err *err)
{
    uint64_t most = c->task->max_rows ? c->task->max_rows : DEFAULT_MAX_ROWS;
    while (rd_left(r) > 0) {
        struct row row;
        struct err fault;
        if (c->rows >= most) {
            child_fault(c, OUTCOME_FLOODED, RC_LIMIT,
                        "%s sent more than %" PRIu64 " rows and was stopped", c->task->role, most);
            break;
        }
        if (row_read(r, &row, &fault) != RC_OK || child_check_row(c, &row, &fault) != RC_OK) {
            lie(c, &fault);
            break;
        }
        TRY(store_put(store, &row, err));
        c->rows++;
    }
    return RC_OK;
}

static void on_log(struct child *c, struct rd *r)
{
    char text[FRAME_TEXT_MAX + 1];
    uint8_t level = rd_u8(r);
    frame_get_text(r, text, sizeof(text));
    if (!rd_done(r) || level > LOG_DEBUG) {
        rd_fail(r);
        return;
    }
    c->log_frames++;
    if (c->log_frames <= CHILD_LOG_LINES) {
        say(c, (enum log_level)level, text);
    } else if (c->log_frames == CHILD_LOG_LINES + 1) {
        say(c, LOG_WARN, "further messages of this worker are left out");
    } else if (c->log_frames > CHILD_LOG_FRAMES) {
        child_fault(c, OUTCOME_FLOODED, RC_LIMIT, "%s sent more than %u messages and was stopped",
                    c->task->role, CHILD_LOG_FRAMES);
    }
}

static void on_progress(struct child *c, struct rd *r)
{
    c->done = rd_u64be(r);
    frame_get_text(r, c->doing, sizeof(c->doing));
}

static void on_ask(struct child *c, struct rd *r)
{
    uint8_t gate = rd_u8(r);
    if (gate != WORKER_GATE_LOGON && gate != WORKER_GATE_TRIAL) {
        rd_fail(r);
        return;
    }
    gate_ask(c->gates, &c->seat, (enum worker_gate)gate, c->task->target);
}

static void on_told(struct child *c, struct rd *r)
{
    uint8_t gate = rd_u8(r);
    uint8_t result = rd_u8(r);
    if (r->bad || gate != c->seat.gate || result > WORKER_GATE_OTHER) {
        rd_fail(r);
        return;
    }
    gate_leave(c->gates, &c->seat, (enum worker_gate_result)result);
}

void child_answer(struct child *c, const char *why_not)
{
    struct wr w AUTO(wr_done);
    wr_init(&w, 4096 + FRAME_HEADER);
    size_t start = frame_begin(&w, &c->link, FRAME_GO);
    wr_u8(&w, why_not ? 0 : 1);
    frame_put_text(&w, why_not);
    frame_end(&w, start);
    if (why_not) {
        c->link.gate = FRAME_GATE_NONE;
    }
    c->heard_ms = c->gate_ms = child_now_ms();
    if (w.bad || send(c->pipe, w.data, w.size, MSG_NOSIGNAL) != (ssize_t)w.size) {
        child_fault(c, OUTCOME_CRASHED, RC_IO, "%s did not take an answer: %s", c->task->role,
                    strerror(errno));
    }
}

static void check_count(struct child *c, uint64_t sent)
{
    struct err err;
    if (sent != c->rows) {
        (void)err_setf(&err, RC_MALFORMED,
                       "it says that it sent %" PRIu64 " rows, and sent %" PRIu64, sent, c->rows);
        lie(c, &err);
    }
}

static void on_failed(struct child *c, struct rd *r)
{
    char word[32], where[200], msg[512];
    uint64_t sent = rd_u64be(r);
    frame_get_text(r, word, sizeof(word));
    frame_get_text(r, where, sizeof(where));
    frame_get_text(r, msg, sizeof(msg));
    enum rc rc = rc_from_word(word);
    if (rd_done(r)) {
        check_count(c, sent);
        child_fault(c, OUTCOME_FAILED, rc == RC_OK ? RC_BUG : rc, "%s%s%s", where,
                    where[0] ? ": " : "", msg);
    }
}

static enum rc on_frame(struct child *c, const struct frame *f, struct store *store,
                        struct err *err)
{
    struct rd r = rd_from(f->payload, f->size);
    struct err fault;
    enum rc rc = RC_OK;
    if (f->type % 2 == 0) {
        (void)err_setf(&fault, RC_MALFORMED, "%s frame in the wrong direction",
                       frame_name(f->type));
        lie(c, &fault);
        return RC_OK;
    }
    if (frame_permit(&c->link, f, &fault) != RC_OK) {
        lie(c, &fault);
        return RC_OK;
    }
    switch (f->type) {
    case FRAME_HELLO:
        on_hello(c, &r);
        break;
    case FRAME_READY:
        frame_get_text(&r, c->sandbox, sizeof(c->sandbox));
        break;
    case FRAME_ROWS:
        rc = on_rows(c, &r, store, err);
        break;
    case FRAME_LOG:
        on_log(c, &r);
        break;
    case FRAME_PROGRESS:
        on_progress(c, &r);
        break;
    case FRAME_ASK:
        on_ask(c, &r);
        break;
    case FRAME_TOLD:
        on_told(c, &r);
        break;
    case FRAME_DONE:
        check_count(c, rd_u64be(&r));
        break;
    default:
        on_failed(c, &r);
        break;
    }
    if (rc == RC_OK && c->outcome == OUTCOME_NONE && !rd_done(&r)) {
        (void)err_setf(&fault, RC_MALFORMED, "%s frame is cut off or too long",
                       frame_name(f->type));
        lie(c, &fault);
    }
    return rc;
}

/* A frame of a worker that has its outcome: it is being stopped, or has said that it failed. How its logon ended counts all the
 * same, or an audit that is interrupted would forget a refusal. */
static void on_late_frame(struct child *c, const struct frame *f)
{
    struct rd r = rd_from(f->payload, f->size);
    struct err fault;
    c->is_deaf = f->type % 2 == 0 || frame_permit(&c->link, f, &fault) != RC_OK;
    if (!c->is_deaf && f->type == FRAME_TOLD) {
        on_told(c, &r);
        c->is_deaf = !rd_done(&r);
    }
}

/* Takes whole frames from what has been read, and keeps the rest. */
static enum rc take_frames(struct child *c, struct store *store, struct err *err)
{
    struct rd r = rd_from(c->in, c->in_size);
    enum rc rc = RC_OK;
    bool is_whole = true;
    while (is_whole && c->outcome != OUTCOME_LIED && !c->is_deaf) {
        struct frame f;
        struct err fault;
        if (frame_next(&r, &f, &is_whole, &fault) != RC_OK) {
            lie(c, &fault);
            c->is_deaf = true;
        } else if (is_whole && c->outcome != OUTCOME_NONE) {
            on_late_frame(c, &f);
        } else if (is_whole) {
            rc = on_frame(c, &f, store, err);
            if (rc != RC_OK) {
                break;
            }
        }
    }
    /* Before the store's fault is told: kill_all reads on, and must not see a frame twice. */
    bool is_over = c->outcome == OUTCOME_LIED || c->is_deaf;
    c->in_size = is_over ? 0 : rd_left(&r);
    memmove(c->in, r.p, c->in_size);
    return rc;
}

enum rc child_read(struct child *c, struct store *store, struct err *err)
{
    uint64_t most = c->task->max_bytes ? c->task->max_bytes : DEFAULT_MAX_BYTES;
    ssize_t n =
        recv(c->pipe, c->in + c->in_size, FRAME_HEADER + FRAME_MAX - c->in_size, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
        return RC_OK;
    }
    if (n <= 0) {
        auto_fd_close(&c->pipe);
        c->pipe = -1;
        return RC_OK;
    }
    c->heard_ms = child_now_ms();
    c->in_size += (size_t)n;
    c->bytes += (uint64_t)n;
    if (c->bytes > most) {
        child_fault(c, OUTCOME_FLOODED, RC_LIMIT,
                    "%s sent more than %" PRIu64 " MiB and was stopped", c->task->role, most >> 20);
    }
    return take_frames(c, store, err);
}

void child_last_word(struct child *c)
{
    struct err err;
    uint64_t before = UINT64_MAX;
    child_fault(c, OUTCOME_FAILED, RC_LIMIT, "%s was stopped", c->task->role);
    /* With an outcome nothing is stored, and nothing fails. */
    enum rc rc = c->in ? take_frames(c, NULL, &err) : RC_OK;
    while (rc == RC_OK && c->pipe >= 0 && before != c->bytes) {
        before = c->bytes;
        rc = child_read(c, NULL, &err);
    }
}

static void say_line(struct child *c)
{
    struct arena *a AUTO(arena_freep) = arena_new(1U << 16);
    bool is_changed = false;
    const char *text = a ? utf8_repair(a, c->line, c->line_size, &is_changed) : NULL;
    c->line_size = 0;
    c->error_lines++;
    if (text && text[0] && c->error_lines <= CHILD_ERROR_LINES) {
        say(c, LOG_WARN, text);
    } else if (c->error_lines == CHILD_ERROR_LINES + 1) {
        say(c, LOG_WARN, "further output of this worker is left out");
    }
}

void child_read_errors(struct child *c)
{
    char buf[4096];
    ssize_t n = read(c->errors, buf, sizeof(buf));
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }
    if (n <= 0) {
        auto_fd_close(&c->errors);
        c->errors = -1;
        n = 0;
    }
    for (ssize_t i = 0; i < n; i++) {
        if (buf[i] == '\n' || c->line_size == sizeof(c->line)) {
            say_line(c);
        }
        if (buf[i] != '\n' && buf[i] != '\r') {
            c->line[c->line_size++] = buf[i];
        }
    }
    if (c->errors < 0 && c->line_size > 0) {
        say_line(c);
    }
    c->error_bytes += (uint64_t)n;
    if (c->error_bytes > CHILD_ERROR_TEXT_MAX) {
        child_fault(c, OUTCOME_FLOODED, RC_LIMIT, "%s printed more than %u MiB and was stopped",
                    c->task->role, CHILD_ERROR_TEXT_MAX >> 20);
    }
}

static void settle_signal(struct child *c)
{
    if (c->status == SIGSYS) {
        child_fault(
            c, OUTCOME_CRASHED, RC_BUG,
            "%s tried a system call that its sandbox forbids and was stopped: please report it",
            c->task->role);
    } else if (c->status == SIGKILL) {
        child_fault(c, OUTCOME_CRASHED, RC_LIMIT,
                    "%s was killed from outside, perhaps because memory ran out", c->task->role);
    } else {
        child_fault(c, OUTCOME_CRASHED, RC_BUG, "%s crashed (signal %d, %s): please report it",
                    c->task->role, c->status, strsignal(c->status));
    }
}

void child_settle(struct child *c)
{
    bool has_ended = c->link.state == FRAME_ENDED;
    if (c->in_size > 0 && c->outcome == OUTCOME_NONE) {
        struct err err;
        (void)err_setf(&err, RC_MALFORMED, "its last frame is cut off%s",
                       has_ended ? ", after its end" : "");
        if (!c->was_signal) {
            lie(c, &err);
        }
    }
    if (c->was_signal) {
        settle_signal(c);
    } else if (!has_ended || (c->status != 0 && c->outcome == OUTCOME_NONE)) {
        child_fault(c, OUTCOME_CRASHED, RC_BUG, "%s ended with code %d %s: please report it",
                    c->task->role, c->status,
                    has_ended ? "after it was done" : "before it was done");
    }
    child_fault(c, OUTCOME_DONE, RC_OK, "%s", "");
}
