/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tasks for kagimori-smb, one a host, made when there is a place for them. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "audit/base/log.h"
#include "audit/command/command.h"
#include "audit/command/coverage_row.h"
#include "audit/command/directory_task.h"
#include "audit/command/host_collect.h"

struct smb_host {
    const char *name;
    const char *address;
    bool is_controller;
    bool speaks; /* SMB answered; else reason and detail say why not */
    const char *state, *reason, *detail;
};

struct smb_feed {
    struct task_feed feed; /* first */
    struct host_collection *c;
    struct smb_host *hosts;
    size_t count, next;
    struct secret *pack, *pack_without; /* with the candidates, and without */
    struct secret
        *pack_directory; /* for domain controllers, where hosts have a login of their own */
    const char *numbers[SECRET_LINES_MAX + 1];
    const char *now, *trials, *connect_timeout;
    struct err err; /* the first failure of making a task */
    uint64_t failed;
};

/* On a domain controller the accounts are the domain's: the directory tells them, and trials would spend its lockout budget. */
static bool is_of_members(const char *source)
{
    static const char *const sources[] = { "smb.account", "smb.group", "smb.reuse" };
    for (size_t i = 0; i < ARRAY_LEN(sources); i++) {
        if (strcmp(sources[i], source) == 0) {
            return true;
        }
    }
    return false;
}

/* An account of the hosts themselves does not exist on a domain controller: the directory's audit account is used there. */
static bool uses_directory(const struct host_collection *c, const struct smb_host *h)
{
    const char *user = c->site->hosts.login.user;
    return h->is_controller && user && strncmp(user, ".\\", 2) == 0;
}

/* The account of user@realm or DOMAIN\user, without whose it is. */
static const char *account_of(const char *user, size_t *ret_size)
{
    const char *slash = strchr(user, '\\');
    const char *name = slash ? slash + 1 : user;
    *ret_size = strcspn(name, "@");
    return name;
}

/* True when the directory refused what would be tried here again. */
static bool was_refused(const struct host_collection *c, const struct smb_host *h)
{
    const char *login = c->site->hosts.login.user, *directory = c->site->user;
    size_t n = 0, m = 0;
    if (!c->directory_refused || uses_directory(c, h)) {
        return c->directory_refused;
    }
    if (!login || !directory || strncmp(login, ".\\", 2) == 0) {
        return false;
    }
    const char *a = account_of(login, &n), *b = account_of(directory, &m);
    return n == m && strncasecmp(a, b, n) == 0;
}

/* Why this source is not asked of this host at all; NULL when it is. */
static const char *refused(const struct host_collection *c, const struct smb_host *h,
                           const char *source, const char **ret_state)
{
    *ret_state = "not_collected";
    if (h->is_controller && is_of_members(source)) {
        *ret_state = "absent";
        return "a domain controller has no accounts of its own: the directory tells the domain's";
    }
    if (strcmp(source, "smb.anonymous") != 0 && !c->site->hosts.has_login) {
        return "the site file names no credential for hosts";
    }
    if (strcmp(source, "smb.anonymous") != 0 && uses_directory(c, h) && !site_can_log_on(c->site)) {
        return "the login for hosts is an account of the hosts themselves, and the directory's is none to log on with: write user: name@domain";
    }
    if (strcmp(source, "smb.anonymous") != 0 && was_refused(c, h)) {
        *ret_state = "denied";
        return "the directory refused this account: it is not tried again, so that it is not locked out";
    }
    if (strcmp(source, "smb.reuse") == 0 && !c->test_reuse) {
        return "--test-password-reuse was not given";
    }
    if (strcmp(source, "smb.registry") == 0 && !c->remote_registry) {
        return "--remote-registry was not given";
    }
    return NULL;
}

/* Whether there is anything to ask of this host; coverage for what is not. */
static enum rc sort_out(struct smb_feed *f, const struct smb_host *h, bool *ret_any,
                        struct err *err)
{
    struct host_collection *c = f->c;
    *ret_any = false;
    for (size_t i = 0; i < c->source_count; i++) {
        const char *source = c->sources[i], *state = NULL;
        if (strncmp(source, "smb.", 4) != 0 || store_is_complete(c->store, source, h->name)) {
            continue;
        }
        const char *why = refused(c, h, source, &state);
        if (why) {
            TRY(command_coverage(c->store, source, h->name, state, state, why, err));
        } else if (!h->speaks) {
            TRY(command_coverage(c->store, source, h->name, h->state, h->reason, h->detail, err));
        } else {
            *ret_any = true;
        }
    }
    return RC_OK;
}

enum rc host_add_login(const struct host_collection *c, bool is_controller, struct task *t,
                       bool *ret_directory, struct err *err)
{
    const struct site *site = c->site;
    const struct site_login *login = &site->hosts.login;
    const struct smb_host h = { .is_controller = is_controller };
    bool by_directory = uses_directory(c, &h);
    const struct task_parameter hosts[] = { { "auth", login->is_kerberos ? "kerberos" : "ntlm" },
                                            { "user", login->user },
                                            { "principal", login->principal },
                                            { "ccache", login->ccache },
                                            { "keytab", login->keytab } };
    *ret_directory = by_directory;
    if (by_directory) {
        return directory_task_logon(t, site, c->arena, err);
    }
    for (size_t i = 0; site->hosts.has_login && i < ARRAY_LEN(hosts); i++) {
        if (hosts[i].value) {
            TRY(task_add(t, hosts[i].key, hosts[i].value, err));
        }
    }
    return RC_OK;
}

static enum rc add_login(const struct smb_feed *f, const struct smb_host *h, struct task *t,
                         struct err *err)
{
    bool by_directory = false;
    TRY(host_add_login(f->c, h->is_controller, t, &by_directory, err));
    t->secret = by_directory ? f->pack_directory : f->pack_without;
    return RC_OK;
}

static enum rc add_trials(const struct smb_feed *f, const struct smb_host *h, struct task *t,
                          struct err *err)
{
    if (!f->c->test_reuse || h->is_controller) {
        return RC_OK;
    }
    t->secret = f->pack;
    TRY(task_add(t, "trials", f->trials, err));
    if (f->c->site->hosts.blank) {
        TRY(task_add(t, "blank", "1", err));
    }
    for (size_t i = 0; i < f->c->candidate_count; i++) {
        TRY(task_add(t, "candidate", f->numbers[i + 1], err));
    }
    return RC_OK;
}

static enum rc add_probes(const struct smb_feed *f, const struct smb_host *h, struct task *t,
                          struct err *err)
{
    const struct host_collection *c = f->c;
    const char *state = NULL;
    for (size_t i = 0; i < c->source_count; i++) {
        if (strncmp(c->sources[i], "smb.", 4) == 0 && !refused(c, h, c->sources[i], &state) &&
            !store_is_complete(c->store, c->sources[i], h->name)) {
            TRY(task_add(t, "source", c->sources[i], err));
        }
    }
    for (size_t i = 0; i < c->service_count; i++) {
        TRY(task_add(t, "service", c->services[i], err));
    }
    if (!c->remote_registry) {
        return RC_OK;
    }
    TRY(task_add(t, "remote_registry", "1", err));
    for (size_t i = 0; i < c->registry_count; i++) {
        TRY(task_add(t, "registry", c->registry[i], err));
    }
    return RC_OK;
}

static enum rc make_task(const struct smb_feed *f, const struct smb_host *h, struct task *t,
                         struct err *err)
{
    const struct site_hosts *hosts = &f->c->site->hosts;
    t->role = "kagimori-smb";
    t->target = h->name;
    t->artifact = -1;
    t->deadline_s = hosts->deadline_s;
    t->silence_s = hosts->deadline_s;
    TRY(task_add(t, "host", h->name, err));
    if (h->address) {
        TRY(task_add(t, "address", h->address, err));
    }
    TRY(task_add(t, "connect_timeout_ms", f->connect_timeout, err));
    TRY(task_add(t, "now", f->now, err));
    if (h->is_controller) {
        TRY(task_add(t, "is_controller", "1", err));
    }
    TRY(add_login(f, h, t, err));
    TRY(add_trials(f, h, t, err));
    return add_probes(f, h, t, err);
}

static bool feed_next(struct task_feed *feed, struct task *ret)
{
    struct smb_feed *f = (struct smb_feed *)feed;
    while (f->next < f->count && f->err.rc == RC_OK) {
        const struct smb_host *h = &f->hosts[f->next++];
        bool any = false;
        if (sort_out(f, h, &any, &f->err) == RC_OK && any &&
            make_task(f, h, ret, &f->err) == RC_OK) {
            return true;
        }
    }
    return false;
}

static void feed_ended(struct task_feed *feed, const struct task *task, const struct task_end *end)
{
    struct smb_feed *f = (struct smb_feed *)feed;
    const char *detail = command_detail(task->target, end->detail);
    /* What stops the credential is said once, at the end, and not for every host that is left. */
    const char *stopped = supervisor_gate_message(f->c->supervisor, WORKER_GATE_LOGON);
    if (end->rc == RC_OK || (stopped && strcmp(stopped, detail) == 0)) {
        return;
    }
    if (++f->failed <= 20) {
        log_line(LOG_WARN, "%s: %s", task->target, detail);
    } else if (f->failed == 21) {
        log_line(LOG_WARN, "further hosts that could not be asked are named in the report only");
    }
}

/* Every host in scope, with where its SMB port answered, or why it is not asked. */
static enum rc list_hosts(struct smb_feed *f, struct err *err)
{
    static const char sql[] = "SELECT t.host, coalesce(p.address, t.address), t.is_controller = 1,"
                              "  s.host IS NOT NULL, v.state, v.reason, v.detail, p.state"
                              " FROM host_target t LEFT JOIN host_smb s ON s.host = t.host"
                              "  LEFT JOIN host_port p ON p.host = t.host AND p.port = 445"
                              "  LEFT JOIN coverage v ON v.source = 'net.smb' AND v.target = t.host"
                              " WHERE ?1 IS NULL OR t.host = ?1 ORDER BY t.host";
    sqlite3 *db = store_handle(f->c->store);
    struct arena *a = f->c->arena;
    sqlite3_stmt *q = NULL;
    size_t room = 0;
    TRY(store_commit(f->c->store, err));
    if (sqlite3_prepare_v2(db, "SELECT count(*) FROM host_target", -1, &q, NULL) == SQLITE_OK &&
        sqlite3_step(q) == SQLITE_ROW) {
        room = (size_t)sqlite3_column_int64(q, 0);
    }
    (void)sqlite3_finalize(q);
    f->hosts = arena_array(a, room + 1, sizeof(*f->hosts));
    if (!f->hosts || sqlite3_prepare_v2(db, sql, -1, &q, NULL) != SQLITE_OK) {
        return err_setf(err, f->hosts ? RC_BUG : RC_NOMEM, "cannot list the hosts: %s",
                        sqlite3_errmsg(db));
    }
    (void)sqlite3_bind_text(q, 1, f->c->only, -1, SQLITE_STATIC);
    while (f->count < room && sqlite3_step(q) == SQLITE_ROW) {
        const char *text[8], *name = (const char *)sqlite3_column_text(q, 0);
        if (!name || !shard_owns(&f->c->shard, name, sqlite3_column_int(q, 2) == 1)) {
            continue;
        }
        for (int i = 0; i < 8; i++) {
            text[i] = (const char *)sqlite3_column_text(q, i);
            text[i] = text[i] ? arena_strdup(a, text[i]) : NULL;
        }
        bool is_closed = text[7] && strcmp(text[7], "closed") == 0;
        f->hosts[f->count++] = (struct smb_host){
            .name = text[0],
            .address = text[1],
            .is_controller = sqlite3_column_int(q, 2) == 1,
            .speaks = sqlite3_column_int(q, 3) == 1,
            .state = text[4] && strcmp(text[4], "failed") == 0 ? "failed" : "unreachable",
            .reason = text[5] && !is_closed ? text[5] : "unreachable",
            .detail = is_closed ? "its SMB port (445) is closed: a firewall, or no file sharing"
                      : text[6] ? text[6]
                                : "its SMB port (445) does not answer",
        };
    }
    (void)sqlite3_finalize(q);
    f->feed.total = f->count;
    return RC_OK;
}

static enum rc pack_secrets(struct smb_feed *f, struct err *err)
{
    const struct host_collection *c = f->c;
    const struct secret *parts[SECRET_LINES_MAX + 1] = { NULL };
    struct secret *empty AUTO(secret_freep) = secret_new("", 0);
    if (!empty) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    parts[0] = c->login ? c->login : empty;
    for (size_t i = 0; i < c->candidate_count; i++) {
        parts[i + 1] = c->candidates[i];
        f->numbers[i + 1] = arena_printf(c->arena, "%zu", i + 1);
        if (!f->numbers[i + 1]) {
            return err_setf(err, RC_NOMEM, "out of memory");
        }
    }
    TRY(secret_pack(parts, 1, &f->pack_without, err));
    const struct secret *const directory[] = { c->directory ? c->directory : empty };
    TRY(secret_pack(directory, 1, &f->pack_directory, err));
    return secret_pack(parts, c->candidate_count + 1, &f->pack, err);
}

enum rc host_ask(struct host_collection *c, struct err *err)
{
    const struct site_hosts *h = &c->site->hosts;
    struct smb_feed *f = arena_alloc(c->arena, sizeof(*f));
    if (!f) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    *f = (struct smb_feed){
        .feed = { .next = feed_next, .ended = feed_ended, .parallel = h->parallel },
        .c = c,
        .now = arena_printf(c->arena, "%" PRId64, c->now),
        .trials = arena_printf(c->arena, "%u", h->trials),
        .connect_timeout = arena_printf(c->arena, "%u", h->connect_timeout_ms)
    };
    if (!f->now || !f->trials || !f->connect_timeout) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    TRY(list_hosts(f, err));
    enum rc rc = pack_secrets(f, err);
    if (rc == RC_OK) {
        rc = supervisor_run_feed(c->supervisor, &f->feed, err);
    }
    secret_free(f->pack);
    secret_free(f->pack_without);
    secret_free(f->pack_directory);
    if (rc == RC_OK && f->err.rc != RC_OK) {
        *err = f->err;
        rc = f->err.rc;
    }
    TRY(rc);
    return store_commit(c->store, err);
}
