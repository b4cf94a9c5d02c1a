/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/ldap/session.h"

#include <sys/time.h>

#include <signal.h>
#include <time.h>

#include "audit/collect/ldap/bind.h"
#include "audit/collect/ldap/connect.h"
#include "audit/collect/ldap/rootdse.h"

#define BEAT_S 5

/* How long messages may gather in the socket before they are looked at again. */
#define GATHER_NS 500000

static struct err prepared;

void session_prepare(const struct ldap_options *o)
{
    /* A server that closes the connection must not end the process. */
    (void)signal(SIGPIPE, SIG_IGN);
    enum rc rc = connect_prepare(o, &prepared);
    if (rc == RC_OK) {
        rc = bind_prepare(o, &prepared);
    }
    prepared.rc = rc;
}

enum rc session_open(struct session *s, const struct ldap_options *o, const struct secret *secret,
                     struct worker *worker, struct pulse *pulse, struct err *err)
{
    *s = (struct session){ .o = o, .worker = worker, .pulse = pulse };
    if (prepared.rc != RC_OK) {
        *err = prepared;
        return err->rc;
    }
    s->arena = arena_new(8 * 1024 * 1024);
    if (!s->arena) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    TRY(connect_open(s, &s->ld, err));
    TRY(bind_session(s, secret, err));
    return rootdse_read(s, err);
}

void session_close(struct session *s)
{
    if (s->ld) {
        (void)ldap_unbind_ext(s->ld, NULL, NULL);
        s->ld = NULL;
    }
    arena_freep(&s->arena);
}

int64_t session_clock_ms(void)
{
    struct timespec t = { 0 };
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int session_gather(struct session *s, int msgid, LDAPMessage **ret, int *ret_result)
{
    struct timeval at_once = { 0 };
    int type = ldap_result(s->ld, msgid, LDAP_MSG_ONE, &at_once, ret);
    if (type > 0) {
        return type;
    }
    if (type == 0) {
        struct timespec pause = { .tv_nsec = GATHER_NS };
        (void)nanosleep(&pause, NULL);
    }
    return session_wait(s, msgid, LDAP_MSG_ONE, s->o->operation_timeout_s, ret, ret_result);
}

int session_wait(struct session *s, int msgid, int all, uint32_t timeout_s, LDAPMessage **ret,
                 int *ret_result)
{
    int64_t deadline = session_clock_ms() + (int64_t)timeout_s * 1000;
    for (;;) {
        int64_t left = deadline - session_clock_ms();
        int64_t slice = left < 0 ? 0 : left > BEAT_S * 1000 ? BEAT_S * 1000 : left;
        struct timeval tv = { .tv_sec = (time_t)(slice / 1000),
                              .tv_usec = (suseconds_t)(slice % 1000 * 1000) };
        int type = ldap_result(s->ld, msgid, all, &tv, ret);
        if (type > 0) {
            return type;
        }
        if (type < 0) {
            *ret_result = LDAP_SERVER_DOWN;
            (void)ldap_get_option(s->ld, LDAP_OPT_RESULT_CODE, ret_result);
            if (*ret_result == LDAP_SUCCESS) {
                *ret_result = LDAP_SERVER_DOWN;
            }
            s->lost = true;
            return 0;
        }
        if (left <= 0) {
            *ret_result = LDAP_TIMEOUT;
            s->lost = true;
            return 0;
        }
        if (s->pulse) {
            s->pulse->beat(s->pulse);
        }
    }
}
