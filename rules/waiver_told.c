/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `kagimori waivers check` prints: for a person, safe for a terminal, in both languages; or JSON. */
#include <inttypes.h>
#include <string.h>

#include "audit/base/utf.h"
#include "rules/waiver_state.h"

enum {
    TEXT_MOST = 120 /* characters of a text that somebody wrote */
};

static const struct {
    unsigned flag;
    const char *word;
    struct text2 label;
} states[] = {
    { WAIVER_EXPIRED, "expired", { "expired", "期限切れ" } },
    { WAIVER_ORPHANED, "orphaned", { "orphaned", "対象なし" } },
    { WAIVER_UNUSED, "unused", { "unused", "不要" } },
    { WAIVER_EXPIRING, "expiring", { "expiring", "期限間近" } },
    { WAIVER_TOO_LONG, "too_long", { "too long", "期間が長い" } },
    { WAIVER_NOBODY, "nobody", { "incomplete", "記載不備" } },
};

static const struct text2 in_force = { "in force", "有効" };

static const struct {
    const char *word; /* for JSON */
    struct text2 text;
} causes[] = {
    [WAIVER_NO_CHECK] = { "no_check",
                          { "No check of this version has that id. Look it up with kagimori checks list, or remove the waiver.",
                            "この ID のチェックはありません。kagimori checks list で確認し、修正するか削除してください。" } },
    [WAIVER_NO_SUBJECT] = { "no_subject",
                            { "The evidence has no such subject: it is gone or was renamed. Remove the waiver or correct it.",
                              "証拠ファイルにこの対象はありません（削除または名前の変更）。例外承認を修正するか削除してください。" } },
    [WAIVER_NO_FINDING] = { "no_finding",
                            { "No result of the evidence has this id: its subject is gone, or the check does not judge it any more. Remove the waiver.",
                              "証拠ファイルにこの ID の結果はありません（対象の削除、またはチェックの対象外）。例外承認を削除してください。" } },
    [WAIVER_NO_GROUP] = { "no_group",
                          { "The site file of this audit names no account of this group that is certain. Complete the site file, or remove the waiver.",
                            "この監査のサイト設定には、確実に特定できる該当アカウントがありません。サイト設定を補うか、例外承認を削除してください。" } },
    [WAIVER_NO_EVIDENCE] = { "no_evidence", { NULL, NULL } },
    [WAIVER_NOT_EVALUATED] = { "not_evaluated",
                               { "Not told whether it is needed: the evidence was evaluated without its check.",
                                 "この証拠ファイルでは該当するチェックが評価されていないため、必要かどうかは分かりません。" } },
    [WAIVER_NOT_SEEN] = { "not_seen",
                          { "Not told whether it is needed: what its check reads was not completely seen.",
                            "チェックに必要な情報がすべては読み取られていないため、必要かどうかは分かりません。" } },
    [WAIVER_UNKNOWN_NOW] = { "unknown_now",
                             { "Not told whether it is needed: the verdict of its subject is unknown at present.",
                               "対象の判定が現在「不明」のため、必要かどうかは分かりません。" } },
};

static const char *pick(const struct text2 *t, bool ja)
{
    return ja ? t->ja : t->en;
}

static void put_foreign(struct wr *w, const char *text)
{
    struct wr one AUTO(wr_done);
    wr_init(&one, 1U << 16);
    utf8_display(&one, text, TEXT_MOST);
    for (size_t i = 0; i < one.size; i++) {
        wr_u8(w, one.data[i] == '\n' || one.data[i] == '\t' ? ' ' : one.data[i]);
    }
}

static void line(FILE *out, const char *text)
{
    (void)fprintf(out, "          %s\n", text);
}

static void print_head(const struct waiver_state_of *s, bool ja, FILE *out)
{
    struct wr w AUTO(wr_done);
    const char *label = pick(&in_force, ja);
    wr_init(&w, 1U << 16);
    for (size_t i = 0; i < ARRAY_LEN(states); i++) {
        if (s->states & states[i].flag) {
            label = pick(&states[i].label, ja);
            break;
        }
    }
    wr_text(&w, label);
    size_t columns = utf8_columns(label);
    wr_printf(&w, "%*s", columns < 12 ? (int)(12 - columns) : 1, "");
    if (s->waiver->finding) {
        wr_text(&w, s->waiver->finding);
    } else {
        put_foreign(&w, s->waiver->check);
        wr_text(&w, "  ");
        put_foreign(&w, s->waiver->subject);
        wr_text(&w, s->waiver->item ? "  " : "");
        put_foreign(&w, s->waiver->item ? s->waiver->item : "");
    }
    (void)fprintf(out, ja ? "%4u 行目  %.*s\n" : "line %-4u %.*s\n", s->waiver->line, (int)w.size,
                  w.data ? (const char *)w.data : "");
}

static void print_dates(const struct waiver_state_of *s, bool ja, FILE *out)
{
    struct wr w AUTO(wr_done);
    wr_init(&w, 1U << 16);
    wr_printf(&w, ja ? "期限 %s、承認者：" : "until %s, approved by ", s->waiver->expires);
    put_foreign(&w, s->waiver->approver);
    wr_text(&w, ja ? "、理由：" : ", because: ");
    put_foreign(&w, s->waiver->reason);
    (void)fprintf(out, "          %.*s\n", (int)w.size, w.data ? (const char *)w.data : "");
}

static void print_findings(const struct waiver_state_of *s, bool ja, FILE *out)
{
    if (s->failing == 0) {
        return;
    }
    (void)fprintf(out, "          ");
    if (s->states & WAIVER_EXPIRED) {
        (void)fprintf(out,
                      ja ? "%" PRIu64 " 件が再び指摘されています。\n"
                         : "%" PRIu64 " of its findings came back.\n",
                      s->failing);
    } else {
        (void)fprintf(out,
                      ja ? "該当する指摘は %" PRIu64 " 件です。\n"
                         : "Findings that it means: %" PRIu64 ".\n",
                      s->failing);
    }
}

static void print_notes(const struct waiver_state_of *s, bool ja, FILE *out)
{
    if (s->states & WAIVER_EXPIRED) {
        line(
            out,
            ja ? "期限が過ぎたため無効です。対策するか、改めて承認を得てください。"
               : "Its day has passed, so it counts no more. Mend what it means, or have it approved anew.");
    }
    if (s->states & WAIVER_EXPIRING) {
        (void)fprintf(out,
                      ja ? "          あと %" PRId64 " 日で無効になります。\n"
                         : "          It ends in %" PRId64 " days.\n",
                      s->days);
    }
    if (s->states & WAIVER_TOO_LONG) {
        (void)fprintf(
            out,
            ja ? "          %d 日を超えて有効です。少なくとも年に 1 回は見直してください。\n"
               : "          It holds for more than %d days. Decide again at least once a year.\n",
            WAIVER_LONGEST_DAYS);
    }
    if (s->states & WAIVER_NOBODY) {
        line(out, ja ? "承認者と理由を、監査で説明できるように記載してください。"
                     : "Write down a person and a reason that an auditor can follow.");
    }
    if (s->states & WAIVER_UNUSED) {
        line(out, ja ? "該当する指摘はもうありません。例外承認を削除してください。"
                     : "Nothing that it means fails any more. Remove the waiver.");
    }
    if (s->states & WAIVER_COVERED) {
        line(out, ja ? "対象をより限定した例外承認が優先されています。"
                     : "Waivers that say more exactly what they mean count instead.");
    }
    if (s->cause != WAIVER_CAUSE_NONE && causes[s->cause].text.en) {
        line(out, pick(&causes[s->cause].text, ja));
    }
    if (s->cause == WAIVER_NO_FINDING && s->is_incomplete) {
        line(
            out,
            ja ? "ただし、すべては読み取られていません。読み取れなかった範囲はレポートで確認してください。"
               : "But not everything was seen; the report says what was not.");
    }
}

static void print_totals(const struct waivers_options *o, const struct waiver_state_of *all,
                         size_t count, bool ja, FILE *out)
{
    size_t open = 0;
    for (size_t i = 0; i < count; i++) {
        open += (all[i].states & WAIVER_OPEN) != 0;
    }
    (void)fprintf(out,
                  ja ? "例外承認 %zu 件、対応が必要 %zu 件\n"
                     : "%zu waivers, %zu ask for something to be done\n",
                  count, open);
    if (!o->evidence && count > 0) {
        (void)fprintf(
            out, "%s\n",
            ja ? "証拠ファイルが指定されていないため、対象が存在するか、まだ必要かは確認していません（--evidence で指定）。"
               : "Without --evidence nobody can tell whether their subjects still exist, or whether they are still needed.");
    }
}

static void put_states(struct wr *w, const struct waiver_state_of *s)
{
    bool first = true;
    wr_text(w, ", \"states\": [");
    for (size_t i = 0; i < ARRAY_LEN(states); i++) {
        if (s->states & states[i].flag) {
            wr_printf(w, "%s\"%s\"", first ? "" : ", ", states[i].word);
            first = false;
        }
    }
    wr_text(w, first ? "\"in_force\"]" : "]");
}

static void print_json(const struct waiver_state_of *all, size_t count, FILE *out)
{
    struct wr w AUTO(wr_done);
    wr_init(&w, 256U << 20);
    wr_text(&w, "[");
    for (size_t i = 0; i < count; i++) {
        const struct waiver_state_of *s = &all[i];
        wr_printf(&w, "%s\n  {\"line\": %u", i ? "," : "", s->waiver->line);
        put_states(&w, s);
        put_json_field(&w, "check", s->waiver->check);
        put_json_field(&w, "subject", s->waiver->subject);
        put_json_field(&w, "item", s->waiver->item);
        put_json_field(&w, "finding", s->waiver->finding);
        put_json_field(&w, "expires", s->waiver->expires);
        put_json_field(&w, "approver", s->waiver->approver);
        put_json_field(&w, "reason", s->waiver->reason);
        put_json_field(&w, "cause", s->cause ? causes[s->cause].word : NULL);
        wr_printf(&w, ", \"days\": %" PRId64 ", \"findings\": %" PRIu64 ", \"covered\": %s}",
                  s->days, s->failing, s->states & WAIVER_COVERED ? "true" : "false");
    }
    wr_text(&w, "\n]\n");
    (void)fwrite(w.data, 1, w.bad ? 0 : w.size, out);
}

void waivers_print(const struct waivers_options *o, const struct waiver_state_of *all, size_t count,
                   FILE *out)
{
    bool ja = strcmp(o->lang, "ja") == 0;
    if (o->format == RULES_JSON) {
        print_json(all, count, out);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        print_head(&all[i], ja, out);
        print_dates(&all[i], ja, out);
        print_findings(&all[i], ja, out);
        print_notes(&all[i], ja, out);
    }
    print_totals(o, all, count, ja, out);
}
