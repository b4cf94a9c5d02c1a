/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions and answers for a terminal. Japanese has no spaces, so that its lines break between any two characters but before a closing mark. */
#include <string.h>

#include "audit/base/utf.h"
#include "audit/base/wr.h"
#include "audit/command/attest.h"

/* What may not begin a line, and what may not end one. */
static bool is_closing(uint32_t cp)
{
    static const uint32_t marks[] = { 0x3001, 0x3002, 0xff0c, 0xff0e, 0xff01, 0xff1f, 0xff09,
                                      0x300d, 0x300f, 0x3011, 0xff3d, 0x30fc, 0x3005, 0xff1a,
                                      0x30fb, ')',    ',',    '.',    '!',    '?' };
    for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
        if (marks[i] == cp) {
            return true;
        }
    }
    return (cp >= 0x3041 && cp <= 0x30ff) &&
           (cp == 0x3083 || cp == 0x3085 || cp == 0x3087 || cp == 0x3063 || cp == 0x30e3 ||
            cp == 0x30e5 || cp == 0x30e7 || cp == 0x30c3);
}

static bool is_opening(uint32_t cp)
{
    return cp == 0xff08 || cp == 0x300c || cp == 0x300e || cp == 0x3010 || cp == '(';
}

static bool is_wide(uint32_t cp)
{
    return cp >= 0x2e80 && cp != 0xfeff;
}

/* Bytes from s to the next place where a line may break, behind the spaces that are there. */
static size_t piece(const char *s)
{
    uint32_t before = 0, cp = 0;
    size_t n = strlen(s), i = 0;
    while (i < n) {
        size_t size = utf8_next(s + i, n - i, &cp);
        size = size ? size : 1;
        bool breaks = i > 0 && !is_closing(cp) && !is_opening(before) &&
                      (is_wide(cp) || is_wide(before) || (before == ' ' && cp != ' '));
        if (breaks || cp == '\n') {
            return i > 0 ? i : size;
        }
        before = cp;
        i += size;
    }
    return n;
}

static size_t columns_of(const char *s, size_t n)
{
    char buf[512];
    if (n >= sizeof(buf)) {
        return n;
    }
    memcpy(buf, s, n);
    buf[n] = '\0';
    return utf8_columns(buf);
}

/* Foreign text as it may be shown; line feeds stay. */
static const char *safe(struct wr *w, const char *text)
{
    for (const char *p = text; *p;) {
        char line[4096];
        size_t n = strcspn(p, "\n");
        (void)snprintf(line, sizeof(line), "%.*s", (int)utf8_fit(p, n, sizeof(line) - 1), p);
        utf8_display(w, line, 0);
        if (p[n]) {
            wr_u8(w, '\n');
        }
        p += n + (p[n] != '\0');
    }
    wr_u8(w, 0);
    return w->bad ? "" : (const char *)w->data;
}

void attest_print_behind(const struct attest *t, unsigned indent, const char *text)
{
    struct wr w AUTO(wr_done);
    wr_init(&w, 1U << 20);
    const char *p = safe(&w, text);
    size_t column = indent;
    while (*p) {
        size_t n = piece(p), width = columns_of(p, n);
        size_t shown = n;
        while (shown > 0 && p[shown - 1] == ' ') {
            shown--;
        }
        bool is_end = *p == '\n';
        if (is_end || (column > indent && column + columns_of(p, shown) > t->width)) {
            (void)fprintf(t->out, "\n%*s", (int)indent, "");
            column = indent;
        }
        if (!is_end) {
            (void)fwrite(p, 1, n, t->out);
            column += width;
        }
        p += n;
    }
    (void)fputc('\n', t->out);
}

void attest_print(const struct attest *t, unsigned indent, const char *text)
{
    (void)fprintf(t->out, "%*s", (int)indent, "");
    attest_print_behind(t, indent, text);
}

static void cell(const struct attest *t, const char *text, size_t width)
{
    size_t n = utf8_columns(text);
    (void)fprintf(t->out, "%s%*s", text, n < width ? (int)(width - n) : 1, "");
}

static const struct text2 states[ATTEST_STATES] = { { "open", "未回答" },
                                                    { "expired", "期限切れ" },
                                                    { "unproven", "証跡なし" },
                                                    { "expires", "期限間近" },
                                                    { "answered", "回答済み" } };

static void print_answer(const struct attest *t, const struct question *q, const struct answer *x)
{
    struct wr w AUTO(wr_done);
    wr_init(&w, 65536);
    if (x) {
        bool is_ja = strcmp(t->lang, "ja") == 0;
        utf8_display(&w, attest_words(t, q, x->id), 24);
        wr_text(&w, is_ja ? "（" : " (");
        utf8_display(&w, x->who, 24);
        wr_text(&w, is_ja ? "）" : ")");
    }
    (void)fwrite(w.data ? w.data : (const uint8_t *)"", 1, w.size, t->out);
    (void)fputc('\n', t->out);
}

void attest_list(const struct attest *t, const struct question *const *list)
{
    char day[16];
    size_t width = 10;
    for (size_t i = 0; list[i]; i++) {
        width = strlen(list[i]->id) > width ? strlen(list[i]->id) : width;
    }
    cell(t, attest_text(t, (struct text2){ "State", "状態" }), 10);
    cell(t, attest_text(t, (struct text2){ "Until", "有効期限" }), 12);
    cell(t, attest_text(t, (struct text2){ "Question", "質問" }), width + 2);
    (void)fprintf(t->out, "%s\n",
                  attest_text(t, (struct text2){ "Answer (by)", "回答（回答者）" }));
    for (size_t i = 0; list[i]; i++) {
        const struct answer *x = answers_of(t->answers, list[i]);
        cell(t, attest_text(t, states[attest_state(t, list[i])]), 10);
        cell(t, x ? attest_day(x->until - FILETIME_DAY, day, sizeof(day)) : "-", 12);
        cell(t, list[i]->id, width + 2);
        print_answer(t, list[i], x);
    }
}

void attest_totals(const struct attest *t, const struct question *const *list)
{
    size_t count[ATTEST_STATES] = { 0 }, all = 0;
    for (; list[all]; all++) {
        count[attest_state(t, list[all])]++;
    }
    if (strcmp(t->lang, "ja") == 0) {
        (void)fprintf(
            t->out,
            "全 %zu 問：回答済み %zu、%d 日以内に期限切れ %zu、期限切れ %zu、証跡なし %zu、未回答 %zu\n",
            all, count[ATTEST_ANSWERED], t->days, count[ATTEST_EXPIRES], count[ATTEST_EXPIRED],
            count[ATTEST_BARE], count[ATTEST_OPEN]);
    } else {
        (void)fprintf(
            t->out,
            "%zu questions: %zu answered, %zu expire within %d days, %zu expired, %zu without evidence, %zu open\n",
            all, count[ATTEST_ANSWERED], count[ATTEST_EXPIRES], t->days, count[ATTEST_EXPIRED],
            count[ATTEST_BARE], count[ATTEST_OPEN]);
    }
}
