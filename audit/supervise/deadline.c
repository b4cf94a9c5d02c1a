/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When a worker has had its time, and how it is made to go. */
#include <poll.h>
#include <signal.h>

#include "audit/supervise/child.h"

#define GRACE_MS           2000 /* between SIGTERM and SIGKILL */
#define LINGER_MS          5000 /* from a worker's last word to its exit */
#define DEFAULT_DEADLINE_S 3600
#define DEFAULT_SILENCE_S  60
#define DEFAULT_GATE_S     30
#define NEVER              INT64_MAX

void child_stop(struct child *c, bool is_impatient)
{
    if (c->kill_at == 0 && c->outcome == OUTCOME_LIED) {
        (void)kill(-c->pid, SIGKILL);
        c->kill_at = NEVER;
    } else if (c->kill_at == 0) {
        (void)kill(c->pid, SIGTERM);
        c->kill_at = child_now_ms() + GRACE_MS;
    }
    c->kill_at = is_impatient && c->kill_at != NEVER ? 1 : c->kill_at;
}

static int64_t ms_of(uint32_t seconds, uint32_t when_0)
{
    return (int64_t)(seconds ? seconds : when_0) * 1000;
}

/* Whoever hangs inside a gate keeps others from it. */
static void check_gate(struct child *c, int64_t now)
{
    int64_t most = ms_of(c->task->gate_deadline_s, DEFAULT_GATE_S);
    if (c->seat.gate != WORKER_GATE_NONE && !c->seat.is_held) {
        c->heard_ms = now; /* it waits for us */
    } else if (c->seat.is_held && now - c->gate_ms > most) {
        child_fault(
            c, OUTCOME_HUNG, RC_TIMEOUT,
            "%s got no answer to its logon within %lld s and was stopped: see why %s is slow",
            c->task->role, (long long)(most / 1000), c->task->target);
    }
}

static bool has_input(const struct child *c)
{
    struct pollfd p = { .fd = c->pipe, .events = POLLIN };
    return c->pipe >= 0 && poll(&p, 1, 0) > 0;
}

void child_check_time(struct child *c)
{
    int64_t now = child_now_ms();
    int64_t deadline = ms_of(c->task->deadline_s, DEFAULT_DEADLINE_S);
    int64_t silence = ms_of(c->task->silence_s, DEFAULT_SILENCE_S);
    bool has_ended = c->link.state == FRAME_ENDED || c->pipe < 0;
    if (c->kill_at != 0) {
        if (now >= c->kill_at) {
            (void)kill(-c->pid, SIGKILL);
            c->kill_at = NEVER;
        }
        return;
    }
    check_gate(c, now);
    if (has_ended && now - c->heard_ms > LINGER_MS) {
        child_fault(c, OUTCOME_HUNG, RC_TIMEOUT, "%s did not end after its work and was stopped",
                    c->task->role);
    } else if (now - c->started_ms > deadline) {
        child_fault(
            c, OUTCOME_HUNG, RC_TIMEOUT,
            "%s did not finish within %lld s and was stopped: raise the deadline, or see why %s is slow",
            c->task->role, (long long)(deadline / 1000), c->task->target);
    } else if (!has_ended && now - c->heard_ms > silence && !has_input(c)) {
        child_fault(c, OUTCOME_HUNG, RC_TIMEOUT,
                    "%s gave no sign of life for %lld s and was stopped: see whether %s answers",
                    c->task->role, (long long)(silence / 1000), c->task->target);
    }
    bool may_leave = c->outcome == OUTCOME_NONE ||
                     (c->outcome == OUTCOME_FAILED && now - c->heard_ms <= LINGER_MS);
    if (!may_leave) {
        child_stop(c, false);
    }
}
