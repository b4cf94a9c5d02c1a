/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/smb/session.h"

#include <sys/socket.h>

#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>

#include "audit/collect/smb/fault.h"
#include "audit/collect/smb/kerberos.h"

/* How often a wait looks at its deadline and gives a sign of life. */
#define TICK_MS 200

/* A whole answer, all its fragments; the largest that we ask for is a page of accounts. */
#define ANSWER_MAX (16U * 1024 * 1024)

/* After so many calls without an answer the host is taken for silent. */
#define MOST_TIMEOUTS 2

/* What the connection gets beyond the RPC layer's own deadline, which ends a pipe alone. */
#define GRACE_MS 2000

static const struct {
    const char *endpoint;
    const char *name;
    const struct ndr_interface_table *table;
} pipes[PIPE_COUNT] = {
    [PIPE_LSARPC] = { "\\pipe\\lsarpc", "LSA", &ndr_table_lsarpc },
    [PIPE_SAMR] = { "\\pipe\\samr", "SAMR", &ndr_table_samr },
    [PIPE_SVCCTL] = { "\\pipe\\svcctl", "service control", &ndr_table_svcctl },
    [PIPE_SRVSVC] = { "\\pipe\\srvsvc", "the server service", &ndr_table_srvsvc },
    [PIPE_WINREG] = { "\\pipe\\winreg", "Remote Registry", &ndr_table_winreg },
};

static int64_t clock_ms(void)
{
    struct timespec t = { 0 };
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- before the sandbox ---- */

/* Samba talks to standard error on every trifle, with names that a hostile peer sends. */
static void say_nothing(void *context, int level, const char *text)
{
    (void)context;
    (void)level;
    (void)text;
}

static void silence(void)
{
    /* In a private library whose symbols carry the version of the package: found by name, so that an update of Samba does not
     * break this executable. Without it the framework logs what is printed. */
    void (*set)(void *, debug_callback_fn) = NULL;
    *(void **)&set = dlsym(RTLD_DEFAULT, "debug_set_callback");
    if (set) {
        set(NULL, say_nothing);
    }
}

/* Samba's settings; nothing is read from this machine's smb.conf. */
static struct loadparm_context *settings(TALLOC_CTX *mem, const struct smb_options *o)
{
    const char *const pairs[][2] = {
        { "netbios name", "KAGIMORI" },
        { "client ipc min protocol", o->smb1 ? "NT1" : "SMB2_02" },
        { "client ipc max protocol", "SMB3_11" },
        { "client min protocol", o->smb1 ? "NT1" : "SMB2_02" },
        { "client max protocol", "SMB3_11" },
        { "client ipc signing", "required" },
        { "client signing", "required" },
        { "client NTLMv2 auth", "yes" },
        { "client lanman auth", "no" },
        { "client plaintext auth", "no" },
        { "client use spnego", "yes" },
        { "name resolve order", "host" },
        { "unix charset", "UTF-8" },
    };
    char port[8];
    struct loadparm_context *lp = loadparm_init(mem);
    (void)snprintf(port, sizeof(port), "%u", (unsigned)o->port);
    if (!lp || !lpcfg_load(lp, "/dev/null") || !lpcfg_set_cmdline(lp, "smb ports", port)) {
        return NULL;
    }
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        if (!lpcfg_set_cmdline(lp, pairs[i][0], pairs[i][1])) {
            return NULL;
        }
    }
    return lp;
}

enum rc session_prepare(const struct smb_options *o, struct err *err)
{
    (void)signal(SIGPIPE, SIG_IGN);
    silence();
    TALLOC_CTX *mem = talloc_new(NULL);
    struct loadparm_context *lp = settings(mem, o);
    NTSTATUS status = dcerpc_init();
    if (!lp || !NT_STATUS_IS_OK(status)) {
        talloc_free(mem);
        return err_setf(err, RC_BUG, "Samba's library does not start (%s)",
                        lp ? nt_errstr(status) : "configuration");
    }
    talloc_free(mem);
    return RC_OK;
}

/* ---- deadlines ---- */

static bool is_tcp(int fd)
{
    int domain = 0, type = 0;
    socklen_t size = sizeof(int);
    return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 &&
           getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
           (domain == AF_INET || domain == AF_INET6) && type == SOCK_STREAM;
}

static void remember_others(struct session *s)
{
    for (int fd = 0; fd < (int)ARRAY_LEN(s->others) * 64; fd++) {
        if (is_tcp(fd)) {
            s->others[fd / 64] |= UINT64_C(1) << (fd % 64);
        }
    }
}

/* Samba has no way to abandon a connection that is being made, and owns its socket: what is still waiting for it ends when the
 * socket is shut. */
static void cut(struct session *s)
{
    for (int fd = 0; fd < (int)ARRAY_LEN(s->others) * 64; fd++) {
        if ((s->others[fd / 64] >> (fd % 64) & 1) == 0 && is_tcp(fd)) {
            (void)shutdown(fd, SHUT_RDWR);
        }
    }
}

static void tick(struct tevent_context *ev, struct tevent_timer *timer, struct timeval now,
                 void *context)
{
    struct session *s = context;
    (void)timer;
    (void)now;
    if (s->deadline_ms != 0 && !s->passed && clock_ms() >= s->deadline_ms) {
        s->passed = true;
        cut(s);
    }
    if (s->pulse) {
        s->pulse->beat(s->pulse);
    }
    (void)tevent_add_timer(ev, s->mem, tevent_timeval_current_ofs(0, TICK_MS * 1000), tick, s);
}

static void wait_begin(struct session *s, uint32_t timeout_s, uint32_t extra_ms)
{
    s->deadline_ms = clock_ms() + (int64_t)timeout_s * 1000 + extra_ms;
}

/* The status of a wait, with the deadline that passed in the place of what cutting the connection looked like. */
static uint32_t wait_end(struct session *s, NTSTATUS status)
{
    s->deadline_ms = 0;
    return s->passed ? NTS_IO_TIMEOUT : status_of(status);
}

/* ---- logging on ---- */

static struct cli_credentials *credentials(struct session *s, struct loadparm_context *lp,
                                           const struct identity *who, uint32_t *ret_status,
                                           struct err *err)
{
    struct cli_credentials *c = cli_credentials_init(s->mem);
    const char *password = who->password ? secret_bytes(who->password) : "";
    bool ok = c && cli_credentials_set_workstation(c, "KAGIMORI", CRED_SPECIFIED);
    if (ok && who->kind == IDENTITY_NOBODY) {
        cli_credentials_set_anonymous(c);
        return c;
    }
    if (ok && who->kind == IDENTITY_AUDIT && s->o->auth == AUTH_KERBEROS) {
        return kerberos_credentials(s->o, lp, c, ret_status, err) == RC_OK ? c : NULL;
    }
    ok = ok && cli_credentials_set_kerberos_state(c, CRED_USE_KERBEROS_DISABLED, CRED_SPECIFIED);
    if (ok && who->kind == IDENTITY_AUDIT && s->o->form == USER_PRINCIPAL) {
        ok = cli_credentials_set_principal(c, s->o->name, CRED_SPECIFIED);
    } else if (ok) {
        bool is_audit = who->kind == IDENTITY_AUDIT;
        ok = cli_credentials_set_username(c, is_audit ? s->o->name : who->name, CRED_SPECIFIED) &&
             cli_credentials_set_domain(c, is_audit ? s->o->domain : who->domain, CRED_SPECIFIED);
    }
    if (!ok || !cli_credentials_set_password(c, password, CRED_SPECIFIED)) {
        (void)err_setf(err, RC_NOMEM, "out of memory");
        return NULL;
    }
    return c;
}

static struct dcerpc_binding *binding_for(TALLOC_CTX *mem, const struct smb_options *o,
                                          const char *address, enum session_pipe which)
{
    struct dcerpc_binding *b = NULL;
    if (status_of(dcerpc_parse_binding(mem, "ncacn_np:", &b)) != NTS_OK ||
        status_of(dcerpc_binding_set_string_option(b, "host", address)) != NTS_OK ||
        status_of(dcerpc_binding_set_string_option(b, "target_hostname", o->host)) != NTS_OK ||
        status_of(dcerpc_binding_set_string_option(b, "endpoint", pipes[which].endpoint)) !=
            NTS_OK) {
        return NULL;
    }
    return b;
}

static void limit_pipe(struct session *s, struct dcerpc_pipe *pipe)
{
    pipe->conn->max_total_response_size = ANSWER_MAX;
    pipe->request_timeout = s->o->operation_timeout_s;
}

static enum rc log_on(struct session *s, const struct identity *who, uint32_t *ret_status,
                      struct err *err)
{
    struct loadparm_context *lp = settings(s->mem, s->o);
    struct dcerpc_binding *b = binding_for(s->mem, s->o, s->address, who->first);
    struct dcerpc_pipe *pipe = NULL;
    if (!lp || !b || !s->ev) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    struct cli_credentials *c = credentials(s, lp, who, ret_status, err);
    if (!c) {
        return err->rc;
    }
    wait_begin(s, s->o->logon_timeout_s, 0);
    tick(s->ev, NULL, (struct timeval){ 0 }, s);
    NTSTATUS status =
        dcerpc_pipe_connect_b(s->mem, &pipe, b, pipes[who->first].table, c, s->ev, lp);
    *ret_status = wait_end(s, status);
    if (*ret_status != NTS_OK) {
        const char *name = who->kind == IDENTITY_CANDIDATE ? who->name
                           : who->kind == IDENTITY_NOBODY  ? "nobody"
                           : s->o->auth == AUTH_KERBEROS   ? kerberos_client()
                                                           : s->o->user;
        if (fault_is_loss(*ret_status) && *ret_status != NTS_IO_TIMEOUT && !s->o->smb1 &&
            reach_speaks_smb1(s->o, s->address)) {
            *ret_status = NTS_NOT_SUPPORTED;
        }
        return fault_logon(s->o, name, *ret_status, err);
    }
    limit_pipe(s, pipe);
    s->first = who->first;
    s->pipe[s->first] = pipe;
    return RC_OK;
}

enum rc session_open(struct session *s, const struct smb_options *o, const char *address,
                     const struct identity *who, struct pulse *pulse, uint32_t *ret_status,
                     struct err *err)
{
    *s = (struct session){ .o = o, .address = address, .pulse = pulse, .mem = talloc_new(NULL) };
    *ret_status = 0xc0000001U; /* UNSUCCESSFUL: not asked */
    if (!s->mem) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    s->ev = tevent_context_init(s->mem);
    remember_others(s);
    enum rc rc = log_on(s, who, ret_status, err);
    if (rc != RC_OK) {
        session_close(s);
    }
    return rc;
}

void session_close(struct session *s)
{
    talloc_free(s->mem);
    s->mem = NULL;
    s->ev = NULL;
    for (int i = 0; i < PIPE_COUNT; i++) {
        s->pipe[i] = NULL;
    }
}

bool session_is_lost(const struct session *s)
{
    return !s->mem || s->gone.rc != RC_OK;
}

/* ---- pipes and calls ---- */

static enum rc check_there(const struct session *s, struct err *err)
{
    if (s->gone.rc != RC_OK) {
        *err = s->gone;
        return err->rc;
    }
    return s->mem ? RC_OK : err_setf(err, RC_BUG, "no session");
}

/* A failure of the transport: of the pipe alone, or of the connection. */
static enum rc broke(struct session *s, enum session_pipe which, const char *what, uint32_t status,
                     struct err *err)
{
    enum rc rc = fault_call(s->o, what, status, err);
    if (status == NTS_IO_TIMEOUT && !s->passed && ++s->timeouts < MOST_TIMEOUTS) {
        s->refused[which] = *err; /* the RPC layer has given up this pipe */
        return rc;
    }
    if (fault_is_loss(status)) {
        s->gone = *err;
    }
    return rc;
}

enum rc session_need(struct session *s, enum session_pipe which, struct err *err)
{
    char what[64];
    TRY(check_there(s, err));
    if (s->refused[which].rc != RC_OK) {
        *err = s->refused[which];
        return err->rc;
    }
    if (s->pipe[which]) {
        return RC_OK;
    }
    struct dcerpc_pipe *first = s->pipe[s->first], *pipe = NULL;
    /* Not a copy of the first pipe's: that holds an association group, which another process of the host does not know. */
    struct dcerpc_binding *b = binding_for(s->mem, s->o, s->address, which);
    if (!b) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    wait_begin(s, s->o->operation_timeout_s, 0);
    struct composite_context *c = dcerpc_secondary_connection_send(first, b);
    NTSTATUS status = c ? dcerpc_secondary_connection_recv(c, &pipe) : NT_STATUS_NO_MEMORY;
    if (NT_STATUS_IS_OK(status)) {
        limit_pipe(s, pipe);
        status = dcerpc_bind_auth_none(pipe, pipes[which].table);
    }
    uint32_t value = wait_end(s, status);
    if (value == NTS_OK) {
        s->pipe[which] = pipe;
        return RC_OK;
    }
    (void)snprintf(what, sizeof(what), "opening %s", pipes[which].name);
    (void)broke(s, which, what, value, err);
    s->refused[which] = *err;
    return err->rc;
}

enum rc session_call(struct session *s, enum session_pipe which, uint32_t number, TALLOC_CTX *mem,
                     void *r, const char *what, struct err *err)
{
    TRY(session_need(s, which, err));
    wait_begin(s, s->o->operation_timeout_s, GRACE_MS);
    NTSTATUS status = dcerpc_binding_handle_call(s->pipe[which]->binding_handle, NULL,
                                                 pipes[which].table, number, mem, r);
    uint32_t value = wait_end(s, status);
    return value == NTS_OK ? RC_OK : broke(s, which, what, value, err);
}

void session_release(struct session *s, enum session_pipe which, uint32_t number, TALLOC_CTX *mem,
                     void *r)
{
    struct err ignored = { 0 };
    if (!session_is_lost(s)) {
        enum rc rc = session_call(s, which, number, mem, r, "closing", &ignored);
        (void)rc;
    }
}

enum rc session_raw(struct session *s, enum session_pipe which, uint32_t number, TALLOC_CTX *mem,
                    const struct wr *in, const char *what, struct rd *ret, struct err *err)
{
    uint8_t *out = NULL;
    size_t size = 0;
    uint32_t flags = 0;
    if (in->bad) {
        return err_setf(err, RC_NOMEM, "%s: the question does not fit", what);
    }
    TRY(session_need(s, which, err));
    wait_begin(s, s->o->operation_timeout_s, GRACE_MS);
    NTSTATUS status =
        dcerpc_binding_handle_raw_call(s->pipe[which]->binding_handle, NULL, number, 0, in->data,
                                       in->size, mem, &out, &size, &flags);
    uint32_t value = wait_end(s, status);
    if (value != NTS_OK) {
        return broke(s, which, what, value, err);
    }
    if ((flags & LIBNDR_FLAG_BIGENDIAN) != 0) {
        return err_setf(err, RC_UNSUPPORTED, "%s: the host answers in big-endian bytes", what);
    }
    *ret = rd_from(out, size);
    return RC_OK;
}
