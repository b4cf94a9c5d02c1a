/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines for a terminal: wide characters, breaks, cuts; colours only where they were asked for; a stream that fails. */
#include <stdio.h>
#include <stdlib.h>

#include "audit/base/utf.h"
#include "report/output/columns.h"
#include "tests/support/t.h"
#include "tests/unit/report/fixture.h"

static void texts_are_cut_by_columns(void)
{
    struct arena *a = arena_new(0);
    T_EQ_S(columns_cut(a, "abcdef", 6), "abcdef");
    T_EQ_S(columns_cut(a, "abcdefg", 6), "abcde…");
    T_EQ_S(columns_cut(a, "病院の端末", 10), "病院の端末");
    T_EQ_S(columns_cut(a, "病院の端末群", 10), "病院の端…");
    T_EQ_S(columns_cut(a, "病院の端末群", 9), "病院の端…");
    T_EQ_S(columns_cut(a, "病院の端末群", 8), "病院の…");
    T_EQ_S(columns_cut(a, "ab", 1), "…");
    T_EQ_S(columns_cut(a, "", 3), "");
    arena_free(a);
}

static void lines_break_where_they_may(void)
{
    T_EQ_I(columns_line("one two three", 20), 13);
    T_EQ_I(columns_line("one two three", 9), 8);
    T_EQ_I(columns_line("one two", 7), 7);
    T_EQ_I(columns_line("incomprehensible", 5), 5);
    T_EQ_I(columns_line("端末の台数", 6), 9);
    /* A full stop stays with its sentence, a long English word behind Japanese goes to the next line. */
    T_EQ_I(columns_line("端末の。台数", 6), 6);
    T_EQ_I(columns_line("端末 Administrator", 10), 7);
    T_EQ_I(columns_line("", 10), 0);
}

static char *summary(struct store *s, bool with_colours)
{
    static const struct report_options ja = { .lang = "ja" };
    struct err err;
    size_t size = 0;
    FILE *f = fopen(fixture_path("lines"), "w");
    T_OK(f && report_summary(store_handle(s), &ja, with_colours, f, &err) == RC_OK);
    T_OK(f && fclose(f) == 0); /* the stream was left open */
    return (char *)t_read_file(fixture_path("lines"), &size);
}

static void colours_only_repeat_words(void)
{
    struct store *s = fixture_open();
    if (!s) {
        T_OK(false);
        return;
    }
    char *plain = summary(s, false), *coloured = summary(s, true);
    T_OK(!strchr(plain, '\x1b'));
    T_OK(strstr(coloured, "\x1b[1;31m緊急\x1b[0m") != NULL);
    char *to = coloured;
    for (char *p = coloured; *p; p++) {
        if (*p == '\x1b') {
            p += strcspn(p, "m");
        } else {
            *to++ = *p;
        }
    }
    *to = '\0';
    T_EQ_S(coloured, plain);
    for (char *line = strtok_r(plain, "\n", &to); line; line = strtok_r(NULL, "\n", &to)) {
        T_OK(utf8_columns(line) <= 80);
    }
    free(plain);
    free(coloured);
    store_closep(&s);
}

static void a_full_pipe_is_a_failure(void)
{
    static const struct report_options en = { .lang = "en" };
    struct store *s = fixture_open();
    struct err err;
    FILE *full = fopen("/dev/full", "w");
    T_OK(s && full);
    if (s && full) {
        T_EQ_I(report_stream(store_handle(s), REPORT_JSONL, &en, full, &err), RC_IO);
        T_HAS(err.where, "-");
        (void)fclose(full);
        T_OK(fixture_exec(s, "DELETE FROM check_info"));
        T_EQ_I(report_stream(store_handle(s), REPORT_JSONL, &en, stderr, &err), RC_USAGE);
    }
    store_closep(&s);
    T_OK(fixture_remove());
}

#define TESTS(X)                  \
    X(texts_are_cut_by_columns)   \
    X(lines_break_where_they_may) \
    X(colours_only_repeat_words)  \
    X(a_full_pipe_is_a_failure)

T_MAIN("report_columns", TESTS)
