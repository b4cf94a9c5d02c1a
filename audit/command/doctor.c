/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kagimori doctor: before an audit, what will work, what will stay unknown, and what would change that. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/base/log.h"
#include "audit/base/utf.h"
#include "audit/command/command.h"
#include "audit/command/directory_task.h"
#include "audit/command/doctor_advice.h"
#include "audit/command/doctor_hosts.h"
#include "audit/command/openldap_collect.h"
#include "audit/command/policy_files.h"
#include "rules/sources.h"

void doctor_say(const char *mark, const char *fmt, ...)
{
    char raw[2048];
    struct wr w AUTO(wr_done);
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(raw, sizeof(raw), fmt, ap);
    va_end(ap);
    wr_init(&w, 65536);
    utf8_display(&w, raw, 0);
    (void)printf("%-4s %.*s\n", mark, (int)w.size, (const char *)w.data);
}

static const char *column(sqlite3_stmt *q, int i)
{
    const unsigned char *text = sqlite3_column_text(q, i);
    return text ? (const char *)text : "";
}

static void say_server(const struct diagnosis *d, const char *host)
{
    sqlite3_stmt *q = NULL;
    const char *sql =
        "SELECT coalesce(vendor,''), coalesce(transport,''), coalesce(tls_version,''), clock_skew_seconds,"
        " coalesce(authentication,''), coalesce(domain_dn,'') FROM directory_server WHERE host=?1";
    if (sqlite3_prepare_v2(store_handle(d->store), sql, -1, &q, NULL) == SQLITE_OK) {
        (void)sqlite3_bind_text(q, 1, host, -1, SQLITE_STATIC);
        if (sqlite3_step(q) == SQLITE_ROW) {
            doctor_say(" ok", "%s: %s, %s %s, %s, %s", host, column(q, 0), column(q, 1),
                       column(q, 2), column(q, 4), column(q, 5));
            int64_t skew = sqlite3_column_int64(q, 3);
            if (sqlite3_column_type(q, 3) != SQLITE_NULL && llabs(skew) > 120) {
                doctor_say(
                    "!",
                    PICK(
                        d,
                        "%s: its clock differs from this machine's by %" PRId64
                        " seconds; Kerberos stops at 300: set this machine's clock",
                        "%s: 時計がこの端末と %" PRId64
                        " 秒ずれています。300 秒を超えると Kerberos が使えません。時刻を合わせてください"),
                    host, skew);
            }
        }
    }
    (void)sqlite3_finalize(q);
}

/* One server's sources: what will be unknown, which checks hang on it, what would change it. */
static void say_sources(struct diagnosis *d, const char *host)
{
    sqlite3_stmt *q = NULL;
    const char *sql =
        "SELECT source, state, coalesce(detail,'') FROM coverage WHERE target=?1 ORDER BY source";
    size_t readable = 0;
    if (sqlite3_prepare_v2(store_handle(d->store), sql, -1, &q, NULL) != SQLITE_OK) {
        return;
    }
    (void)sqlite3_bind_text(q, 1, host, -1, SQLITE_STATIC);
    while (sqlite3_step(q) == SQLITE_ROW) {
        const char *source = column(q, 0);
        const struct source_advice *advice = source_advice(source);
        if (strcmp(column(q, 1), "complete") == 0) {
            readable++;
            continue;
        }
        size_t checks = rules_checks_of_source(d->rules, source, NULL, 0);
        const char *name = advice ? PICK(d, advice->name_en, advice->name_ja) : source;
        doctor_say("?",
                   PICK(d, "%s: %s (%s) will be unknown: %s", "%s：%s（%s）は未確認になります：%s"),
                   host, name, source, column(q, 2));
        doctor_say("",
                   PICK(d, "checks that will be unknown for it: %zu",
                        "このため未確認になるチェック：%zu 件"),
                   checks);
        if (advice) {
            doctor_say("", PICK(d, "to change that: %s", "対処：%s"),
                       PICK(d, advice->advice_en, advice->advice_ja));
        }
        d->blind++;
    }
    (void)sqlite3_finalize(q);
    doctor_say(" ok",
               PICK(d, "%s: %zu kinds of evidence can be read", "%s：%zu 種類の情報を読み取れます"),
               host, readable);
}

/* What is asked of a server: of OpenLDAP and FreeIPA what only those have, of the others the rest. */
static enum rc add_sources(const struct diagnosis *d, const struct site *site, struct task *task,
                           struct err *err)
{
    size_t count = 0;
    if (site != d->site) {
        const struct other_directory *kind = other_directory_of(d->site, site);
        for (size_t i = 0; i < kind->count; i++) {
            TRY(directory_task_source(task, kind->sources[i], err));
        }
        TRY(site->base ? task_add(task, "base", site->base, err) : RC_OK);
        return site->accesslog ? task_add(task, "accesslog", site->accesslog, err) : RC_OK;
    }
    const char *const *sources = rules_sources(d->rules, &count);
    for (size_t i = 0; i < count; i++) {
        if (strncmp(sources[i], "ldap.", 5) == 0 && !openldap_is_source(sources[i])) {
            TRY(directory_task_source(task, sources[i], err));
        }
    }
    return RC_OK;
}

static enum rc probe_server(struct diagnosis *d, struct supervisor *supervisor,
                            const struct site *site, const struct site_server *server,
                            const struct secret *secret, bool *ret_refused, struct err *err)
{
    struct arena *a AUTO(arena_freep) = arena_new(0);
    struct task task;
    struct task_end end = { .rc = RC_OK };
    if (!a) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    TRY(directory_task(site, server, secret, filetime_now(), a, &task, err));
    TRY(task_add(&task, "probe", "1", err));
    TRY(site != d->site ? task_add(&task, "gate", "none", err) : RC_OK);
    TRY(add_sources(d, site, &task, err));
    TRY(supervisor_run(supervisor, &task, 1, &end, err));
    *ret_refused = end.rc == RC_DENIED;
    if (end.rc != RC_OK) {
        doctor_say("NO", "%s: %s", server->host, command_detail(server->host, end.detail));
        d->problems++;
        return RC_OK;
    }
    say_server(d, server->host);
    say_sources(d, server->host);
    d->server = d->server || site != d->site ? d->server : server;
    return RC_OK;
}

/* The policy files lie on the same servers and are opened with the same login, but over SMB. */
static enum rc probe_policies(struct diagnosis *d, struct supervisor *supervisor,
                              const struct secret *secret, struct err *err)
{
    struct arena *a AUTO(arena_freep) = arena_new(0);
    const struct policy_files p = {
        .site = d->site, .login = secret, .arena = a, .store = d->store, .supervisor = supervisor
    };
    const char *why = NULL;
    if (!a) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    TRY(policy_files_probe(&p, d->server, &why, err));
    if (!why) {
        doctor_say(" ok",
                   PICK(d, "%s: the policy files (SYSVOL) can be read",
                        "%s：GPO のファイル（SYSVOL）を読み取れます"),
                   d->server->host);
        return RC_OK;
    }
    doctor_say("?",
               PICK(d, "%s: the policy files (SYSVOL) will be unknown: %s",
                    "%s：GPO のファイル（SYSVOL）は未確認になります：%s"),
               d->server->host, why);
    doctor_say(
        "", "%s",
        PICK(
            d,
            "to change that: open TCP 445 to a domain controller, and log on with name@domain or Kerberos",
            "対処：ドメイン コントローラーの TCP 445 に到達できるようにし、name@domain 形式のユーザー名または Kerberos を使用してください"));
    d->blind++;
    return RC_OK;
}

static enum rc probe_servers(struct diagnosis *d, struct supervisor *supervisor,
                             const struct site *site, const struct secret *secret,
                             bool *ret_refused, struct err *err)
{
    for (size_t i = 0; i < site->server_count && !*ret_refused; i++) {
        TRY(probe_server(d, supervisor, site, &site->servers[i], secret, ret_refused, err));
    }
    if (*ret_refused) {
        doctor_say(
            "!", "%s",
            PICK(
                d,
                "no further server is tried with a login that was refused, so that the audit account is not locked out",
                "ログオンを拒否されたため、監査用アカウントがロックアウトされないよう、残りのサーバーには接続しません"));
    }
    return RC_OK;
}

/* Servers of a kind of their own, with their own login. */
static enum rc probe_others(struct diagnosis *d, struct supervisor *supervisor,
                            const struct site *servers, const struct secret *secret,
                            struct err *err)
{
    bool refused = false;
    return servers ? probe_servers(d, supervisor, servers, secret, &refused, err) : RC_OK;
}

static enum rc probe_all(struct diagnosis *d, struct err *err)
{
    struct secret *secret AUTO(secret_freep) = NULL, *openldap AUTO(secret_freep) = NULL,
                          *freeipa AUTO(secret_freep) = NULL;
    const struct site *site = d->site;
    struct supervisor *supervisor AUTO(supervisor_freep) = NULL;
    const struct supervise_options how = { .parallel = 1 };
    bool refused = false;
    TRY(site_secret(site, &secret, err));
    TRY(site->openldap ? site_secret(site->openldap, &openldap, err) : RC_OK);
    TRY(site->freeipa ? site_secret(site->freeipa, &freeipa, err) : RC_OK);
    doctor_say(" ok", "%s",
               PICK(d, "the password or ticket that the site file names is there",
                    "サイト ファイルが示す資格情報を読み取れました"));
    TRY(store_open_memory(&d->store, err));
    TRY(supervisor_new(d->store, &how, &supervisor, err));
    TRY(probe_servers(d, supervisor, site, secret, &refused, err));
    TRY(probe_others(d, supervisor, site->openldap, openldap, err));
    TRY(probe_others(d, supervisor, site->freeipa, freeipa, err));
    if (d->server && !refused) {
        TRY(probe_policies(d, supervisor, secret, err));
    }
    if (d->site->hosts.is_wanted) {
        TRY(doctor_hosts(d, supervisor, secret, err));
    }
    return RC_OK;
}

static int diagnose(struct diagnosis *d, struct err *err)
{
    size_t sources = 0;
    (void)rules_sources(d->rules, &sources);
    doctor_say(" ok", PICK(d, "site file %s: %zu server(s)", "サイト ファイル %s：サーバー %zu 台"),
               d->site->path,
               d->site->server_count + (d->site->openldap ? d->site->openldap->server_count : 0) +
                   (d->site->freeipa ? d->site->freeipa->server_count : 0));
    doctor_say(
        " ok",
        PICK(d, "%zu checks, from %zu kinds of evidence", "チェック %zu 件、情報源 %zu 種類"),
        rules_count(d->rules), sources);
    doctor_say(" ok", "%s: %s",
               PICK(d, "sandbox of the collectors", "収集プロセスの隔離（サンドボックス）"),
               supervise_describe_sandbox());
    enum rc rc = probe_all(d, err);
    store_close(d->store);
    d->store = NULL;
    if (rc != RC_OK) {
        return command_fail(err);
    }
    if (d->problems > 0) {
        doctor_say("NO",
                   PICK(d, "%zu thing(s) stand in the way of an audit: see the lines marked NO",
                        "監査の妨げになる問題があります：%zu 件（NO の行を参照）"),
                   d->problems);
        return EXIT_INCOMPLETE;
    }
    if (d->blind > 0) {
        doctor_say("?",
                   PICK(d, "an audit will work; %zu kind(s) of evidence will be unknown",
                        "監査は実行できます。未確認になる情報：%zu 種類"),
                   d->blind);
        return EXIT_INCOMPLETE;
    }
    doctor_say(" ok", "%s", PICK(d, "ready for an audit", "監査を実行できます"));
    return EXIT_CLEAN;
}

int command_doctor(int argc, char **argv)
{
    const char *site_path = NULL, *checks = NULL, *profile = NULL, *lang = NULL;
    const struct option_row rows[] = {
        { "site", "FILE", "the site file", &site_path, NULL, true },
        { "checks", "DIR", "folder of checks (default: those that came with Kagimori)", &checks,
          NULL, false },
        { "profile", "NAME", "look only at what this profile's checks need", &profile, NULL,
          false },
        { "lang", "ja|en", "language of the diagnosis (default: that of the environment)", &lang,
          NULL, false },
    };
    const struct option_table table = {
        "kagimori doctor --site FILE [--lang ja|en]",
        "Checks the site file, names, ports, certificates, clocks, the login and the rights of the audit "
        "account, and says what an audit with them will not see. Logs in once per server.",
        rows,
        ARRAY_LEN(rows),
        0,
        0
    };
    size_t operands = 0;
    int code = options_parse(argc, argv, &table, NULL, &operands);
    if (code >= 0) {
        return code;
    }
    if (!command_language(&lang)) {
        return EXIT_USAGE;
    }
    struct err err = { .rc = RC_OK };
    struct arena *a AUTO(arena_freep) = arena_new(0);
    struct rules *rules AUTO(rules_freep) = NULL;
    struct site site;
    const struct rules_options which = { .directory = checks, .profile = profile };
    if (!a || command_load_site(site_path, a, &site, &err) != RC_OK ||
        command_load_rules(&which, &rules, &err) != RC_OK) {
        return command_fail(&err);
    }
    struct diagnosis d = { .site = &site, .rules = rules, .ja = strcmp(lang, "ja") == 0 };
    return diagnose(&d, &err);
}
