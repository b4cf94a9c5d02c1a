/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why a question is unknown. What somebody said earlier is told with it: it is where the next person begins. */
#include <string.h>

#include "rules/ask.h"

/* The answer in the words of the question; its id when the question has it no more. */
static struct text2 words_of(const struct question *q, const char *id)
{
    const struct question_answer *a = question_answer(q, id);
    if (a && a->text.en && a->text.ja) {
        return a->text;
    }
    return strcmp(id, ANSWER_NOT_APPLICABLE) == 0 ? (struct text2){ "Does not apply", "該当なし" }
                                                  : (struct text2){ id, id };
}

static bool day_of(const char *text, filetime *ret)
{
    return text && filetime_from_iso(text, ret);
}

static struct text2 dated(struct arena *a, const struct text2 *words, const char *const *shown,
                          filetime now)
{
    filetime day = 0;
    const char *who = shown[ASK_WHO] ? shown[ASK_WHO] : "?";
    const char *on = shown[ASK_ANSWERED_ON], *until = shown[ASK_VALID_UNTIL];
    if (now == 0) {
        return (struct text2){
            "Somebody has answered, but the evidence does not say when it was made, so that no answer can be in force.",
            "回答はありますが、監査データに作成日時がないため、有効期限を判定できません。"
        };
    }
    if (day_of(on, &day) && day > now + 14 * (FILETIME_DAY / 24)) {
        return (struct text2){
            arena_printf(a, "The answer \"%s\" of %s is dated in the future: %s.", words->en, who,
                         on),
            arena_printf(a, "%sの回答「%s」は日付が未来です（%s）。", who, words->ja, on)
        };
    }
    if (day_of(until, &day) && day + FILETIME_DAY <= now) {
        return (struct text2){
            arena_printf(
                a, "The answer \"%s\" of %s (%s) expired on %s. Ask again: run kagimori attest.",
                words->en, who, on ? on : "?", until),
            arena_printf(
                a,
                "%sの回答「%s」（%s）は %s で有効期限が切れました。kagimori attest で再度回答してください。",
                who, words->ja, on ? on : "?", until)
        };
    }
    return (struct text2){ NULL, NULL };
}

struct text2 ask_reason(struct arena *a, const struct question *q, const char *const *shown,
                        filetime now)
{
    static const struct text2 nobody = {
        "Nobody has answered this question: run kagimori attest.",
        "まだ誰も回答していません。kagimori attest で回答してください。"
    };
    const char *answer = shown[ASK_ANSWER], *who = shown[ASK_WHO] ? shown[ASK_WHO] : "?";
    if (!answer) {
        return nobody;
    }
    const struct text2 words = words_of(q, answer);
    struct text2 text = dated(a, &words, shown, now);
    bool is_known = question_answer(q, answer) != NULL;
    if (!text.en && is_known) {
        text.en = arena_printf(
            a, "%s says \"%s\" and names no evidence, without which this answer does not count.",
            who, words.en);
        text.ja = arena_printf(
            a, "%sの回答「%s」に証跡がありません。この質問では証跡のない回答は認められません。",
            who, words.ja);
    } else if (!text.en) {
        text.en = arena_printf(
            a, "The answer \"%s\" of %s is none of this question: run kagimori attest.", words.en,
            who);
        text.ja = arena_printf(
            a,
            "%sの回答「%s」はこの質問の選択肢にありません。kagimori attest で再度回答してください。",
            who, words.ja);
    }
    return text.en && text.ja ? text
                              : (struct text2){ "The reason could not be written: out of memory.",
                                                "メモリ不足のため理由を記録できませんでした。" };
}
