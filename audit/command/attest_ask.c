/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The dialogue of kagimori attest. It is for somebody who is tired: one question at a time, Enter never answers one, what was answered is in the
 * file before the next one is asked. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "audit/base/utf.h"
#include "audit/command/attest.h"

enum {
    LINE_MOST = 8192,
    ANSWERS_SHOWN = QUESTION_MAX_ANSWERS + 1
};

/* How a prompt ended. */
enum step {
    STEP_DONE,
    STEP_SKIP,
    STEP_BACK,
    STEP_QUIT
};

struct sitting {
    struct attest *t;
    struct attest_entry entry;
    char line[LINE_MOST]; /* as read, without its end */
    char who[LINE_MOST], evidence[LINE_MOST], note[LINE_MOST];
    size_t saved;
};

#define SAY(t, en, ja) attest_text((t), (struct text2){ (en), (ja) })

static void tell(const struct attest *t, const char *en, const char *ja)
{
    attest_print(t, 6, SAY(t, en, ja));
}

/* What was typed, when it is text that a file of answers may hold. */
static bool is_good(struct sitting *s, size_t n)
{
    if (!utf8_valid(s->line, n)) {
        tell(s->t, "This is not UTF-8 text. Set the terminal to UTF-8 and type it again.",
             "文字コードが UTF-8 ではありません。端末を UTF-8 に設定して、入力し直してください。");
        return false;
    }
    if (!utf8_is_visible(s->line, n) || strchr(s->line, '\t')) {
        tell(s->t, "There are control characters in it (arrow keys?). Type it again.",
             "制御文字（矢印キーなど）が含まれています。入力し直してください。");
        return false;
    }
    return true;
}

/* One line into s->line; false at the end of the input. */
static bool read_line(struct sitting *s, const char *prompt)
{
    for (;;) {
        (void)fprintf(s->t->out, "%s", prompt);
        (void)fflush(s->t->out);
        if (!fgets(s->line, sizeof(s->line), s->t->in)) {
            (void)fputc('\n', s->t->out);
            return false;
        }
        size_t n = strcspn(s->line, "\n");
        bool is_whole = s->line[n] == '\n' || feof(s->t->in);
        while (n > 0 && (s->line[n - 1] == '\r' || s->line[n - 1] == ' ')) {
            n--;
        }
        s->line[n] = '\0';
        if (!is_whole) {
            for (int c = fgetc(s->t->in); c != '\n' && c != EOF;) {
                c = fgetc(s->t->in);
            }
            tell(s->t, "That is too long.", "長すぎます。");
        } else if (is_good(s, n)) {
            return true;
        }
    }
}

/* Full-width letters and digits, which an input method leaves, as ASCII; the rest as it is. */
static void narrow(const char *s, char *buf, size_t size)
{
    size_t n = strlen(s), at = 0;
    while (n > 0 && at + 5 < size) {
        uint32_t cp = 0;
        size_t k = utf8_next(s, n, &cp);
        k = k ? k : 1;
        if (cp >= 0xff01 && cp <= 0xff5e) {
            buf[at++] = (char)(cp - 0xff01 + 0x21);
        } else if (cp != 0x3000) {
            memcpy(buf + at, s, k);
            at += k;
        }
        s += k;
        n -= k;
    }
    buf[at] = '\0';
}

static bool is_one_of(const char *word, const char *const *words)
{
    for (; *words; words++) {
        if (strcasecmp(word, *words) == 0) {
            return true;
        }
    }
    return false;
}

/* The answers of a question in the order of their numbers; "not applicable" is the last. */
static size_t choices(const struct question *q, const char **ret)
{
    size_t count = 0;
    for (; count < q->count; count++) {
        ret[count] = q->answers[count].id;
    }
    if (q->can_not_apply.en) {
        ret[count++] = ANSWER_NOT_APPLICABLE;
    }
    return count;
}

/* The id that a word means: a number, y or n, the id itself; NULL when it is none. */
static const char *choice_of(const struct question *q, const char *word)
{
    static const char *const yes[] = { "y", "yes", "はい", NULL },
                             *const no[] = { "n", "no", "いいえ", NULL },
                             *const none[] = { "該当なし", "n/a", NULL };
    const char *ids[ANSWERS_SHOWN] = { NULL };
    size_t count = choices(q, ids);
    const char *id = is_one_of(word, yes)    ? "yes"
                     : is_one_of(word, no)   ? "no"
                     : is_one_of(word, none) ? ANSWER_NOT_APPLICABLE
                                             : word;
    for (size_t i = 0; i < count; i++) {
        char number[8];
        (void)snprintf(number, sizeof(number), "%zu", i + 1);
        if (strcasecmp(ids[i], id) == 0 || strcmp(number, word) == 0) {
            return ids[i];
        }
    }
    return NULL;
}

static void show_choices(const struct attest *t, const struct question *q)
{
    const char *ids[ANSWERS_SHOWN] = { NULL };
    size_t count = choices(q, ids);
    for (size_t i = 0; i < count; i++) {
        char line[1024];
        bool is_none = strcmp(ids[i], ANSWER_NOT_APPLICABLE) == 0;
        (void)snprintf(line, sizeof(line), "%s%s",
                       is_none ? SAY(t, "Does not apply: ", "該当なし：") : "",
                       is_none ? attest_text(t, q->can_not_apply) : attest_words(t, q, ids[i]));
        (void)fprintf(t->out, "    %2zu  ", i + 1);
        attest_print_behind(t, 8, line);
    }
}

static void show_previous(const struct attest *t, const struct question *q)
{
    const struct answer *x = answers_of(t->answers, q);
    char line[2048], day[16], last[16];
    if (!x) {
        return;
    }
    bool is_over = attest_state(t, q) == ATTEST_EXPIRED;
    if (strcmp(t->lang, "ja") == 0) {
        (void)snprintf(line, sizeof(line), "前回の回答：%s（%s、%s）。有効期限 %s%s",
                       attest_words(t, q, x->id), x->who, attest_day(x->day, day, sizeof(day)),
                       attest_day(x->until - FILETIME_DAY, last, sizeof(last)),
                       is_over ? "（期限切れ）" : "");
    } else {
        (void)snprintf(line, sizeof(line), "Last answer: %s (%s, %s), %s %s",
                       attest_words(t, q, x->id), x->who, attest_day(x->day, day, sizeof(day)),
                       is_over ? "expired on" : "holds until",
                       attest_day(x->until - FILETIME_DAY, last, sizeof(last)));
    }
    attest_print(t, 6, line);
    if (x->evidence) {
        (void)snprintf(line, sizeof(line), "%s%s", SAY(t, "Its evidence: ", "その証跡："),
                       x->evidence);
        attest_print(t, 6, line);
    }
}

static void show_question(const struct attest *t, const struct question *q, size_t number,
                          size_t count)
{
    char line[4096];
    (void)snprintf(line, sizeof(line), "(%zu/%zu) %s", number, count, attest_text(t, q->text));
    (void)fputc('\n', t->out);
    attest_print(t, 0, line);
    if (q->hint.en) {
        attest_print(t, 6, attest_text(t, q->hint));
    }
    show_previous(t, q);
    show_choices(t, q);
}

static enum step ask_answer(struct sitting *s, const struct question *q)
{
    static const char *const skip[] = { "", "s", NULL }, *const quit[] = { "q", NULL },
                             *const back[] = { "b", NULL }, *const why[] = { "?", NULL };
    const struct attest *t = s->t;
    for (;;) {
        char word[LINE_MOST];
        if (!read_line(s, SAY(t, "  answer> ", "  回答> "))) {
            return STEP_QUIT;
        }
        narrow(s->line, word, sizeof(word));
        s->entry.answer = choice_of(q, word);
        if (s->entry.answer) {
            return STEP_DONE;
        }
        if (is_one_of(word, skip) || is_one_of(word, quit)) {
            return is_one_of(word, quit) ? STEP_QUIT : STEP_SKIP;
        }
        if (is_one_of(word, back)) {
            return STEP_BACK;
        }
        if (is_one_of(word, why)) {
            attest_print(t, 6, attest_text(t, q->why));
            show_choices(t, q);
        } else {
            tell(
                t,
                "Type the number of an answer. Enter skips the question, ? tells why it is asked, b goes back, q ends.",
                "番号で回答してください。Enter でとばす、? で質問の理由、b で前の質問、q で終了します。");
        }
    }
}

/* A text; Enter takes the default, or leaves it empty where it may be. */
static bool ask_text(struct sitting *s, const char *prompt, const char *usual, size_t most,
                     bool is_needed, char *ret)
{
    const struct attest *t = s->t;
    for (;;) {
        if (!read_line(s, prompt)) {
            return false;
        }
        char narrowed[LINE_MOST];
        narrow(s->line, narrowed, sizeof(narrowed));
        const char *text = narrowed[0] ? s->line : usual; /* wide spaces alone are nothing */
        text += strspn(text, " ");
        if (strlen(text) > most) {
            tell(t, "That is too long.", "長すぎます。");
        } else if (is_needed && !text[0]) {
            tell(t, "This is needed.", "入力が必要です。");
        } else {
            (void)snprintf(ret, LINE_MOST, "%s", text);
            return true;
        }
    }
}

static bool ask_who(struct sitting *s)
{
    const struct attest *t = s->t;
    const char *last = answers_last_who(t->answers);
    const char *usual = s->who[0] ? s->who : t->who ? t->who : last ? last : "";
    char kept[LINE_MOST], prompt[LINE_MOST];
    struct wr w AUTO(wr_done);
    (void)snprintf(kept, sizeof(kept), "%s", usual);
    wr_init(&w, LINE_MOST);
    utf8_display(&w, kept, 40);
    wr_u8(&w, 0);
    const char *shown = w.bad ? "" : (const char *)w.data;
    if (shown[0]) {
        (void)snprintf(prompt, sizeof(prompt), "%s [%.400s]> ", SAY(t, "  who", "  回答者"), shown);
    } else {
        (void)snprintf(prompt, sizeof(prompt), "%s",
                       SAY(t, "  who (name and department)> ", "  回答者（氏名と所属）> "));
    }
    return ask_text(s, prompt, kept, ANSWER_WHO_BYTES, true, s->who);
}

/* Evidence only for an answer that speaks well of the organisation; a reason where the question is said not to apply. */
static bool ask_evidence(struct sitting *s, const struct question *q)
{
    const struct attest *t = s->t;
    const struct question_answer *a = question_answer(q, s->entry.answer);
    const char *prompt = SAY(t, "  evidence (Enter: none)> ", "  証跡の場所（Enter で省略）> ");
    s->evidence[0] = s->note[0] = '\0';
    if (a && a->is_pass) {
        if (!ask_text(s, prompt, "", ANSWER_TEXT_BYTES, false, s->evidence)) {
            return false;
        }
        if (q->needs_evidence && !s->evidence[0]) {
            tell(t, "Without evidence this answer does not count and stays unknown. Where is it?",
                 "この質問は、証跡がないと「不明」のままになります。証跡はどこにありますか？");
            if (!ask_text(s, prompt, "", ANSWER_TEXT_BYTES, false, s->evidence)) {
                return false;
            }
        }
    }
    return a ? ask_text(s, SAY(t, "  note (Enter: none)> ", "  備考（Enter で省略）> "), "",
                        ANSWER_TEXT_BYTES, false, s->note)
             : ask_text(s, SAY(t, "  why does it not apply> ", "  該当しない理由> "), "",
                        ANSWER_TEXT_BYTES, true, s->note);
}

static bool ask_until(struct sitting *s, const struct question *q)
{
    const struct attest *t = s->t;
    const filetime usual = t->today + q->valid_days * FILETIME_DAY;
    const filetime most = t->today + (int64_t)ANSWER_MAX_YEARS * 365 * FILETIME_DAY;
    char prompt[128], day[16], word[LINE_MOST];
    (void)snprintf(prompt, sizeof(prompt), "%s [%s]> ", SAY(t, "  holds until", "  有効期限"),
                   attest_day(usual, day, sizeof(day)));
    for (;;) {
        if (!read_line(s, prompt)) {
            return false;
        }
        narrow(s->line, word, sizeof(word));
        for (char *p = word; *p; p++) {
            *p = *p == '/' ? '-' : *p;
        }
        s->entry.last = usual;
        if (!word[0] || (strlen(word) == 10 && filetime_from_iso(word, &s->entry.last) &&
                         s->entry.last >= t->today && s->entry.last <= most)) {
            return true;
        }
        tell(t, "A day from today on and within ten years, such as 2027-11-26.",
             "今日から 10 年以内の日付を、2027-11-26 の形で入力してください。");
    }
}

static enum rc save(struct sitting *s, struct err *err)
{
    struct attest *t = s->t;
    struct answers *again = NULL;
    s->entry.who = s->who;
    s->entry.evidence = s->evidence;
    s->entry.note = s->note;
    s->entry.day = t->today;
    TRY(attest_append(t, &s->entry, err));
    TRY(answers_load(t->rules, t->path, t->now, &again, stderr, err));
    answers_free(t->answers);
    t->answers = again;
    s->saved++;
    tell(t, "Saved.", "保存しました。");
    return RC_OK;
}

static enum rc ask_one(struct sitting *s, const struct question *q, enum step *ret, struct err *err)
{
    s->entry = (struct attest_entry){ .question = q };
    *ret = ask_answer(s, q);
    if (*ret != STEP_DONE) {
        return RC_OK;
    }
    if (!ask_who(s) || !ask_evidence(s, q) || !ask_until(s, q)) {
        tell(s->t, "This answer was not finished, and is not saved.",
             "この回答は途中で終わったため、保存していません。");
        *ret = STEP_QUIT;
        return RC_OK;
    }
    return save(s, err);
}

enum rc attest_ask(struct attest *t, const struct question *const *list, size_t *ret_saved,
                   struct err *err)
{
    struct sitting *s = calloc(1, sizeof(*s)); /* too large for the stack */
    enum rc rc = s ? RC_OK : err_setf(err, RC_NOMEM, "out of memory");
    enum step step = STEP_DONE;
    size_t count = 0;
    while (list[count]) {
        count++;
    }
    *ret_saved = 0;
    for (size_t i = 0; rc == RC_OK && i < count && step != STEP_QUIT;) {
        if (i == 0 || step == STEP_BACK || strcmp(list[i]->group, list[i - 1]->group) != 0) {
            (void)fprintf(t->out, "\n== %s ==\n", attest_text(t, attest_group(list[i])));
        }
        s->t = t;
        show_question(t, list[i], i + 1, count);
        rc = ask_one(s, list[i], &step, err);
        *ret_saved = s->saved;
        i = step == STEP_BACK ? i - (i > 0) : i + 1;
    }
    free(s);
    return rc;
}
