/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One host is logged on to, once: a wrong password is found here, and not on every host of an audit. */
#include "audit/command/doctor_hosts.h"

#include <inttypes.h>
#include <string.h>

#include "audit/command/directory_task.h"
#include "audit/command/host_collect.h"

static int64_t count(const struct diagnosis *d, const char *sql)
{
    sqlite3_stmt *q = NULL;
    int64_t n = 0;
    if (sqlite3_prepare_v2(store_handle(d->store), sql, -1, &q, NULL) == SQLITE_OK &&
        sqlite3_step(q) == SQLITE_ROW) {
        n = sqlite3_column_int64(q, 0);
    }
    (void)sqlite3_finalize(q);
    return n;
}

/* First column of the first row in the arena; NULL when there is none. */
static const char *first_text(const struct diagnosis *d, struct arena *a, const char *sql,
                              const char *parameter)
{
    sqlite3_stmt *q = NULL;
    const char *text = NULL;
    if (sqlite3_prepare_v2(store_handle(d->store), sql, -1, &q, NULL) == SQLITE_OK) {
        (void)sqlite3_bind_text(q, 1, parameter, -1, SQLITE_STATIC);
        if (sqlite3_step(q) == SQLITE_ROW && sqlite3_column_type(q, 0) != SQLITE_NULL) {
            text = arena_strdup(a, (const char *)sqlite3_column_text(q, 0));
        }
    }
    (void)sqlite3_finalize(q);
    return text;
}

/* The computers of the directory, when they are the scope. */
static enum rc read_computers(struct diagnosis *d, struct supervisor *supervisor,
                              const struct secret *secret, struct arena *a, struct err *err)
{
    struct task *task = arena_alloc(a, sizeof(*task));
    struct task_end end = { .rc = RC_OK };
    if (!task) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    TRY(directory_task(d->site, d->server, secret, filetime_now(), a, task, err));
    TRY(directory_task_source(task, "ldap.computer", err));
    return supervisor_run(supervisor, task, 1, &end, err);
}

static void say_reach(struct diagnosis *d, struct arena *a)
{
    int64_t all = count(d, "SELECT count(*) FROM host_target");
    int64_t answering =
        count(d, "SELECT count(DISTINCT host) FROM host_port WHERE state IN ('open', 'closed')");
    int64_t smb = count(d, "SELECT count(*) FROM host_smb");
    doctor_say(all > 0 ? " ok" : "?",
               PICK(d, "hosts in scope: %" PRId64 "; %" PRId64 " answer, %" PRId64 " speak SMB",
                    "対象ホスト：%" PRId64 " 台（応答 %" PRId64 " 台、SMB %" PRId64 " 台）"),
               all, answering, smb);
    if (answering < all) {
        const char *names = first_text(
            d, a,
            "SELECT group_concat(host, ', ') FROM (SELECT t.host FROM host_target t WHERE ?1 IS NULL AND NOT EXISTS"
            " (SELECT 1 FROM host_port p WHERE p.host = t.host AND p.state IN ('open', 'closed')) ORDER BY 1 LIMIT 8)",
            NULL);
        doctor_say("?",
                   PICK(d,
                        "%" PRId64 " host(s) do not answer, and all about them will be unknown: %s",
                        "応答がなく、すべて未確認になるホスト：%" PRId64 " 台（%s）"),
                   all - answering, names ? names : "");
        doctor_say(
            "", "%s",
            PICK(
                d,
                "to change that: switch them on, and run from a network that reaches TCP 445, 3389 and 5985 on them",
                "対処：電源を入れ、TCP 445・3389・5985 に到達できるネットワークから実行してください"));
        d->blind++;
    }
}

static void say_login(struct diagnosis *d, struct arena *a, const char *host)
{
    const char *state = first_text(
        d, a, "SELECT state FROM coverage WHERE source = 'smb.machine' AND target = ?1", host);
    const char *detail = first_text(
        d, a, "SELECT detail FROM coverage WHERE source = 'smb.machine' AND target = ?1", host);
    const char *is_administrator =
        first_text(d, a, "SELECT is_administrator FROM host_machine WHERE host = ?1", host);
    if (!state || strcmp(state, "complete") != 0) {
        doctor_say("NO", PICK(d, "%s: the login for hosts: %s", "%s：ホスト用の資格情報：%s"), host,
                   detail ? command_detail(host, detail) : "?");
        d->problems++;
        return;
    }
    doctor_say(
        " ok",
        PICK(d, "%s: the login for hosts is accepted", "%s：ホスト用の資格情報でログオンできます"),
        host);
    if (!is_administrator || strcmp(is_administrator, "1") != 0) {
        doctor_say(
            "?",
            PICK(
                d,
                "%s: the audit account is no administrator there: local accounts, services and registry may be unknown",
                "%s：監査用アカウントが管理者ではないため、ローカル アカウント・サービス・レジストリが未確認になる場合があります"),
            host);
        d->blind++;
    }
}

static enum rc try_login(struct diagnosis *d, struct host_collection *h, struct err *err)
{
    static const char *const sources[] = { "smb.machine" };
    struct secret *secret AUTO(secret_freep) = NULL;
    if (!d->site->hosts.has_login) {
        doctor_say(
            "?", "%s",
            PICK(
                d,
                "the site file names no credential for hosts: their accounts, policies, services and registry will be unknown",
                "サイト ファイルにホスト用の資格情報がないため、ホストのアカウント・ポリシー・サービス・レジストリは未確認になります"));
        d->blind++;
        return RC_OK;
    }
    TRY(site_host_secret(d->site, &secret, err));
    h->only = first_text(
        d, h->arena,
        "SELECT s.host FROM host_smb s JOIN host_target t ON t.host = s.host WHERE ?1 IS NULL"
        " ORDER BY t.is_controller IS 1, s.dialect IS NULL, s.host LIMIT 1",
        NULL);
    if (!h->only) {
        doctor_say("?", "%s",
                   PICK(d, "no host speaks SMB, so that the login for hosts cannot be tried",
                        "SMB に応答するホストがないため、ホスト用の資格情報を確認できません"));
        d->blind++;
        return RC_OK;
    }
    h->login = secret;
    h->sources = sources;
    h->source_count = ARRAY_LEN(sources);
    TRY(host_ask(h, err));
    say_login(d, h->arena, h->only);
    return RC_OK;
}

enum rc doctor_hosts(struct diagnosis *d, struct supervisor *supervisor,
                     const struct secret *secret, struct err *err)
{
    static const char *const sources[] = { "net.port", "net.smb" };
    struct arena *a AUTO(arena_freep) = arena_new(0);
    if (!a) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    struct host_collection h = { .site = d->site,
                                 .sources = sources,
                                 .source_count = ARRAY_LEN(sources),
                                 .now = filetime_now(),
                                 .arena = a,
                                 .store = d->store,
                                 .supervisor = supervisor,
                                 .directory = secret };
    if (d->site->hosts.from_directory && d->server) {
        TRY(read_computers(d, supervisor, secret, a, err));
    }
    TRY(host_find(&h, err));
    say_reach(d, a);
    return try_login(d, &h, err);
}
