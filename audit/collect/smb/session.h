/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One SMB session with one host: one connection, one attempt to log on, and the pipes of all interfaces on it. Nothing here
 * is ever tried again: a pipe that did not open stays shut, a connection that is lost stays lost. */
#ifndef COLLECT_SMB_SESSION_H
#define COLLECT_SMB_SESSION_H

#include "audit/base/rd.h"
#include "audit/base/secret.h"
#include "audit/base/wr.h"
#include "audit/collect/smb/options.h"
#include "audit/collect/smb/reach.h"
#include "audit/collect/smb/samba.h"

/* Called while waiting for the network, at least every second: the sign of life. */
struct pulse {
    void (*beat)(struct pulse *p);
};

enum session_pipe {
    PIPE_LSARPC,
    PIPE_SAMR,
    PIPE_SVCCTL,
    PIPE_SRVSVC,
    PIPE_WINREG, /* only where Remote Registry runs already: see registry_state.h */
    PIPE_COUNT
};

/* Who logs on. */
struct identity {
    enum {
        IDENTITY_AUDIT,    /* as the options say */
        IDENTITY_NOBODY,   /* a null session */
        IDENTITY_CANDIDATE /* domain, name and password below, NTLMv2 */
    } kind;

    const char *domain;
    const char *name;
    const struct secret *password; /* NULL: an empty one (Kerberos needs none) */
    enum session_pipe first;       /* the pipe that the connection is made with */
};

struct session {
    const struct smb_options *o;
    const char *address; /* borrowed */
    struct pulse *pulse; /* may be NULL */
    TALLOC_CTX *mem;     /* owns everything of Samba's; NULL: not open */
    struct tevent_context *ev;
    enum session_pipe first; /* which the others are opened from */
    struct dcerpc_pipe *pipe[PIPE_COUNT];
    struct err refused[PIPE_COUNT]; /* why a pipe is not there */
    struct err gone;                /* why the connection is not there any more */
    unsigned timeouts;              /* calls without an answer */
    uint64_t others[16];            /* descriptors that are not this session's, a bit each */
    int64_t deadline_ms;            /* of the wait that goes on; 0 = none */
    bool passed;                    /* the deadline has passed, the connection was cut */
};

/* Before the sandbox closes: silences Samba, loads its configuration (none), security mechanisms and character sets. */
MUST_USE enum rc session_prepare(const struct smb_options *o, struct err *err);

/* Connects to address and logs on, once. *ret_status is the NTSTATUS, also of a success. On failure err tells it in words and
 * the session is closed. */
MUST_USE enum rc session_open(struct session *s, const struct smb_options *o, const char *address,
                              const struct identity *who, struct pulse *pulse, uint32_t *ret_status,
                              struct err *err);
void session_close(struct session *s);

/* Makes sure that a pipe is open. */
MUST_USE enum rc session_need(struct session *s, enum session_pipe which, struct err *err);

/* One call with a structure of Samba's; the pipe is opened when it is not. RC_OK: the server answered, and its result is in r.
 * What the answer holds belongs to mem. what is the call in words, for messages. */
MUST_USE enum rc session_call(struct session *s, enum session_pipe which, uint32_t number,
                              TALLOC_CTX *mem, void *r, const char *what, struct err *err);

/* Hands a handle back. Whether that works is no matter: the handles of a session end with it. */
void session_release(struct session *s, enum session_pipe which, uint32_t number, TALLOC_CTX *mem,
                     void *r);

/* One call with bytes of our own; *ret borrows from mem. Little-endian answers only. */
MUST_USE enum rc session_raw(struct session *s, enum session_pipe which, uint32_t number,
                             TALLOC_CTX *mem, const struct wr *in, const char *what, struct rd *ret,
                             struct err *err);

/* The connection is gone: whatever is left cannot be asked. */
bool session_is_lost(const struct session *s);

#endif
