/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules/coverage.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum {
    TARGETS_NAMED = 3
};

static const struct {
    const char *word;
    struct text2 text;
} reasons[] = {
    { "denied", { "access denied", "アクセスが拒否されました" } },
    { "unreachable", { "no answer", "応答がありません" } },
    { "timeout", { "the deadline passed", "制限時間を超えました" } },
    { "absent", { "not there", "存在しません" } },
    { "unsupported", { "not supported by the server", "サーバーが対応していません" } },
    { "malformed", { "malformed data", "データの形式が不正です" } },
    { "limit", { "a limit was reached", "上限に達しました" } },
    { "untrusted", { "the server's identity is not proven", "サーバーの証明書を確認できません" } },
    { "usage", { "wrong input", "入力に誤りがあります" } },
    { "not_collected", { "not collected", "収集していません" } },
    { "left", { "left to another shard of this audit", "分割した監査の別の担当分です" } },
    { "guard",
      { "the audit login was refused in this or another shard, and none uses it any more: correct the password, delete the file kagimori-logon.guard, or what --logon-guard names, then run again with --resume",
        "監査用のログインが拒否されたため、分割した監査のすべてで使用を中止しました。正しいパスワードを設定し、kagimori-logon.guard または --logon-guard で指定したファイルを削除してから、--resume を付けて再実行してください" } },
    { "stopped",
      { "the audit was stopped before it came to this: go on with --resume",
        "監査が停止されたため、まだ収集していません。--resume を付けて続きを実行してください" } },
    { "missing", { "its shard was not merged", "担当の分割分が統合されていません" } },
    { "partial", { "it ended early", "途中で終わりました" } },
    { "failed", { "an error", "エラーが発生しました" } },
};

/* What a word means when a host was asked; the first that fits. */
static const struct {
    const char *source; /* how its name begins */
    const char *state, *reason;
    struct text2 text;
} host_reasons[] = {
    { "smb.registry",
      "not_collected",
      "limit",
      { "it was not asked for", "取得が指定されていません" } },
    { "smb.registry",
      "not_collected",
      "absent",
      { "Remote Registry does not run there, and is not started",
        "Remote Registry サービスが実行されていません。本ツールがサービスを開始することはありません" } },
    { "smb.registry",
      "not_collected",
      "denied",
      { "the audit login may not ask whether Remote Registry runs",
        "監査用のログインでは Remote Registry サービスの状態を確認できません" } },
    { "smb.",
      "not_collected",
      "limit",
      { "the audit login was refused elsewhere and is not used any more",
        "監査用のログインが他のホストで拒否されたため、使用を中止しました" } },
    { "ldap.",
      "not_collected",
      "limit",
      { "the audit login was refused elsewhere and is not used any more",
        "監査用のログインが他のホストで拒否されたため、使用を中止しました" } },
    { "policy.",
      "not_collected",
      "limit",
      { "the audit login was refused elsewhere and is not used any more",
        "監査用のログインが他のホストで拒否されたため、使用を中止しました" } },
    { "smb.",
      "denied",
      "denied",
      { "access denied: the audit login was refused, or is no administrator there",
        "アクセスが拒否されました。監査用のログインが拒否されたか、そのホストの管理者ではありません" } },
    { "smb.",
      "unsupported",
      "unsupported",
      { "the host speaks SMB 1.0 only, or lacks this function",
        "ホストが SMB 1.0 にしか対応していないか、この機能がありません" } },
    { "smb.",
      "unreachable",
      "unreachable",
      { "the SMB port is closed, or the connection broke",
        "SMB のポートが閉じているか、接続が切断されました" } },
    { "smb.",
      "unreachable",
      "absent",
      { "its name has no address", "名前に対応する IP アドレスがありません" } },
    { "net.",
      "unreachable",
      "absent",
      { "its name has no address", "名前に対応する IP アドレスがありません" } },
    { "net.", "absent", "absent", { "its ports are closed", "ポートが閉じています" } },
    { "net.",
      "failed",
      "timeout",
      { "the port is open, but silent", "ポートは開いていますが、応答がありません" } },
    { "net.",
      "failed",
      "unreachable",
      { "the connection was closed without an answer", "応答がないまま接続が切断されました" } },
    { "smb.",
      "failed",
      "unreachable",
      { "the connection was closed without an answer", "応答がないまま接続が切断されました" } },
};

static struct text2 reason_text(const char *source, const char *state, const char *reason)
{
    for (size_t i = 0; reason && i < ARRAY_LEN(host_reasons); i++) {
        if (strncmp(source, host_reasons[i].source, strlen(host_reasons[i].source)) == 0 &&
            strcmp(state, host_reasons[i].state) == 0 &&
            strcmp(reason, host_reasons[i].reason) == 0) {
            return host_reasons[i].text;
        }
    }
    const char *const words[] = { reason, state, "failed" };
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        for (size_t k = 0; words[i] && k < ARRAY_LEN(reasons); k++) {
            if (strcmp(reasons[k].word, words[i]) == 0) {
                return reasons[k].text;
            }
        }
    }
    return reasons[ARRAY_LEN(reasons) - 1].text;
}

/* Texts of one source while its rows are read. */
struct gather {
    struct wr en, ja, seen;
    size_t problems, targets;
};

static void gather_done(struct gather *g)
{
    wr_done(&g->en);
    wr_done(&g->ja);
    wr_done(&g->seen);
}

bool coverage_is_by_host(const char *source)
{
    static const char *const families[] = { "net.", "smb.", "kit.", "cache.", "event." };
    for (size_t i = 0; i < ARRAY_LEN(families); i++) {
        if (strncmp(source, families[i], strlen(families[i])) == 0) {
            return true;
        }
    }
    return false;
}

/* Of what was not collected: the word says more than that, and what to do. */
static bool tells_more(const char *source, const char *reason)
{
    static const char *const words[] = { "left", "missing", "guard", "stopped" };
    for (size_t i = 0; i < ARRAY_LEN(words) && reason; i++) {
        if (strcmp(reason, words[i]) == 0) {
            return true;
        }
    }
    /* The directory, or its policy files: why nobody logged on there. */
    return reason && strcmp(reason, "limit") == 0 &&
           (strncmp(source, "ldap.", 5) == 0 || strncmp(source, "policy.", 7) == 0);
}

static void add_problem(struct gather *g, const struct word2 *source, const char *target,
                        const char *state, const char *reason)
{
    if (++g->problems > TARGETS_NAMED) {
        return;
    }
    struct text2 why = reason_text(source->name, state, reason);
    const char *gap = isascii((unsigned char)*source->label.ja) ? " " : "";
    const char *space = g->problems > 1 ? " " : "";
    if (strcmp(state, "not_collected") == 0 && target[0] && coverage_is_by_host(source->name)) {
        wr_printf(&g->en, "%sNot collected from %s: %s", space, target, source->label.en);
        wr_printf(&g->ja, "%s の%s%sを収集していません", target, gap, source->label.ja);
        if (reason) {
            wr_printf(&g->en, " (%s)", why.en);
            wr_printf(&g->ja, "（%s）", why.ja);
        }
        wr_text(&g->en, ".");
        wr_text(&g->ja, "。");
    } else if (strcmp(state, "not_collected") == 0) {
        bool has_more = tells_more(source->name, reason);
        wr_printf(&g->en, has_more ? "%sNot collected: %s (%s)." : "%sNot collected: %s.", space,
                  source->label.en, why.en);
        wr_printf(&g->ja, has_more ? "%sを収集していません（%s）。" : "%sを収集していません。",
                  source->label.ja, why.ja);
    } else if (strcmp(state, "partial") == 0) {
        wr_printf(&g->en, "%sRead only in part from %s: %s (%s).", space, target, source->label.en,
                  why.en);
        wr_printf(&g->ja, "%s から%s%sを一部しか読み取れませんでした（%s）。", target, gap,
                  source->label.ja, why.ja);
    } else {
        wr_printf(&g->en, "%sNot read from %s: %s (%s).", space, target, source->label.en, why.en);
        wr_printf(&g->ja, "%s から%s%sを読み取れませんでした（%s）。", target, gap,
                  source->label.ja, why.ja);
    }
}

static void add_seen(struct gather *g, const char *source, const char *target, filetime at)
{
    char time[32];
    if (++g->targets > TARGETS_NAMED) {
        return;
    }
    wr_text(&g->seen, g->targets > 1 ? "; " : "");
    for (const char *p = source; *p && *p != '.'; p++) {
        wr_u8(&g->seen, (uint8_t)toupper((unsigned char)*p));
    }
    wr_printf(&g->seen, " %s", target);
    if (at > 0) {
        wr_printf(&g->seen, " (%s)", filetime_iso(at, time, sizeof(time)));
    }
}

static void finish_texts(struct gather *g)
{
    if (g->problems > TARGETS_NAMED) {
        wr_printf(&g->en, " And %zu more.", g->problems - TARGETS_NAMED);
        wr_printf(&g->ja, "ほか %zu 件。", g->problems - TARGETS_NAMED);
    }
    if (g->targets > TARGETS_NAMED) {
        wr_printf(&g->seen, "; +%zu", g->targets - TARGETS_NAMED);
    }
}

static void stmt_done(sqlite3_stmt **s)
{
    (void)sqlite3_finalize(*s);
}

static const char *text_of(sqlite3_stmt *s, int column)
{
    const char *text = (const char *)sqlite3_column_text(s, column);
    return text ? text : "";
}

static enum rc fail(sqlite3 *db, struct err *err)
{
    return err_setf(err, RC_MALFORMED, "cannot read what was covered: %s", sqlite3_errmsg(db));
}

static enum rc prepare(sqlite3 *db, const char *sql, sqlite3_stmt **ret, struct err *err)
{
    return sqlite3_prepare_v2(db, sql, -1, ret, NULL) == SQLITE_OK ? RC_OK : fail(db, err);
}

/* Gathers the rows of one source that a statement finds; target: the one that it asks for, or NULL. */
static enum rc gather_rows(sqlite3 *db, sqlite3_stmt *s, const struct word2 *word,
                           const char *target, bool absent_counts, struct gather *g,
                           struct err *err)
{
    (void)sqlite3_bind_text(s, 1, word->name, -1, SQLITE_STATIC);
    if (target) {
        (void)sqlite3_bind_text(s, 2, target, -1, SQLITE_STATIC);
    }
    bool any = false;
    int sq = sqlite3_step(s);
    for (; sq == SQLITE_ROW; sq = sqlite3_step(s)) {
        const char *name = text_of(s, 0), *state = text_of(s, 1);
        bool is_answer =
            strcmp(state, "complete") == 0 || (strcmp(state, "absent") == 0 && absent_counts);
        any = true;
        if (!is_answer) {
            add_problem(g, word, name, state, (const char *)sqlite3_column_text(s, 2));
        }
        if (is_answer || strcmp(state, "partial") == 0) {
            add_seen(g, word->name, name, sqlite3_column_int64(s, 3));
        }
    }
    if (!any) {
        add_problem(g, word, target ? target : "", "not_collected", NULL);
    }
    finish_texts(g);
    return sq == SQLITE_DONE ? RC_OK : fail(db, err);
}

static void gather_begin(struct gather *g)
{
    wr_init(&g->en, 16384);
    wr_init(&g->ja, 16384);
    wr_init(&g->seen, 16384);
}

static enum rc load_source(struct arena *a, sqlite3 *db, const struct word2 *word,
                           struct source_state *ret, struct err *err)
{
    AUTO(gather_done) struct gather g = { 0 };
    AUTO(stmt_done) sqlite3_stmt *s = NULL;
    gather_begin(&g);
    TRY(prepare(
        db,
        "SELECT target, state, reason, finished_at FROM coverage WHERE source = ?1"
        " UNION ALL SELECT host, 'not_collected', NULL, NULL FROM host_state h WHERE ?1 GLOB 'event.*'"
        " AND NOT EXISTS (SELECT 1 FROM coverage c WHERE c.source = ?1 AND c.target = h.host) ORDER BY 1",
        &s, err));
    /* Every host has its event logs, so that one that nobody asked is among the problems. An absence that counts as seen (view source_state) is no problem. */
    TRY(gather_rows(db, s, word, NULL, ret->is_complete, &g, err));
    ret->problems.en = g.problems ? put_take(a, &g.en) : NULL;
    ret->problems.ja = g.problems ? put_take(a, &g.ja) : NULL;
    ret->seen = g.targets ? put_take(a, &g.seen) : NULL;
    return RC_OK;
}

void coverage_done(struct coverage *c)
{
    stmt_done(&c->of_target);
    c->of_target = NULL;
}

static enum rc ask_target(struct coverage *c, sqlite3 *db, const struct word2 *source,
                          const char *target, struct gather *g, struct err *err)
{
    gather_begin(g);
    enum rc rc = gather_rows(db, c->of_target, source, target, false, g, err);
    (void)sqlite3_reset(c->of_target);
    return rc;
}

/* Files of a host (kit.<part>) tell what the same part of SMB would, as in the view host_told. */
static enum rc ask_files(struct coverage *c, sqlite3 *db, const struct word2 *source,
                         const char *target, struct gather *g, struct err *err)
{
    char name[64];
    (void)snprintf(name, sizeof(name), "kit.%s", source->name + strlen("smb."));
    struct word2 files = { name, source->label };
    return ask_target(c, db, &files, target, g, err);
}

enum rc coverage_of_target(struct coverage *c, struct arena *a, sqlite3 *db,
                           const struct word2 *source, const char *target,
                           struct text2 *ret_problem, const char **ret_seen, struct err *err)
{
    AUTO(gather_done) struct gather g = { 0 }, files = { 0 };
    if (!c->of_target) {
        TRY(prepare(db,
                    "SELECT target, state, reason, finished_at FROM coverage "
                    "WHERE source = ?1 AND target = ?2",
                    &c->of_target, err));
    }
    TRY(ask_target(c, db, source, target, &g, err));
    struct gather *best = &g;
    if (c->has_files && g.problems > 0 && strncmp(source->name, "smb.", 4) == 0) {
        TRY(ask_files(c, db, source, target, &files, err));
        best = files.problems == 0 ? &files : &g;
    }
    ret_problem->en = best->problems ? put_take(a, &best->en) : NULL;
    ret_problem->ja = best->problems ? put_take(a, &best->ja) : NULL;
    *ret_seen = best->targets ? put_take(a, &best->seen) : NULL;
    return RC_OK;
}

/* One statement for all of them: the view gathers every source whichever is asked for. */
static enum rc mark_complete(sqlite3 *db, const struct coverage *c, struct err *err)
{
    AUTO(stmt_done) sqlite3_stmt *s = NULL;
    TRY(prepare(db, "SELECT source FROM source_state WHERE complete = 1", &s, err));
    int sq = sqlite3_step(s);
    for (; sq == SQLITE_ROW; sq = sqlite3_step(s)) {
        const char *source = (const char *)sqlite3_column_text(s, 0);
        for (size_t i = 0; source && i < c->count; i++) {
            c->sources[i].is_complete =
                c->sources[i].is_complete || strcmp(c->sources[i].name, source) == 0;
        }
    }
    return sq == SQLITE_DONE ? RC_OK : fail(db, err);
}

enum rc coverage_load(struct arena *a, sqlite3 *db, const struct vocabulary *words,
                      struct coverage *ret, struct err *err)
{
    ret->sources = arena_array(a, words->source_count + 1, sizeof(*ret->sources));
    if (!ret->sources) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    for (ret->count = 0; ret->count < words->source_count; ret->count++) {
        ret->sources[ret->count] = (struct source_state){ .name = words->sources[ret->count].name };
    }
    TRY(mark_complete(db, ret, err));
    for (size_t i = 0; i < ret->count; i++) {
        TRY(load_source(a, db, &words->sources[i], &ret->sources[i], err));
    }
    AUTO(stmt_done) sqlite3_stmt *s = NULL;
    TRY(prepare(db, "SELECT 1 FROM coverage WHERE source GLOB 'kit.*' LIMIT 1", &s, err));
    ret->has_files = sqlite3_step(s) == SQLITE_ROW;
    return RC_OK;
}

const struct source_state *coverage_source(const struct coverage *c, const char *name)
{
    static const struct source_state nobody = {
        .name = "?",
        .problems = { "A source that this version does not know was not collected.",
                      "この版が知らない情報源のため、収集していません。" }
    };
    for (size_t i = 0; i < c->count; i++) {
        if (strcmp(c->sources[i].name, name) == 0) {
            return &c->sources[i];
        }
    }
    return &nobody;
}
