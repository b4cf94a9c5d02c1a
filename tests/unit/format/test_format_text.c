/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines of Windows text files in the encodings that files come in. */
#include "tests/support/t.h"

#include <stdlib.h>

#include "audit/base/utf.h"
#include "audit/decode/format/fields.h"
#include "audit/decode/format/text.h"

struct expected {
    const char *bytes;
    size_t n;
    unsigned code_page;
    enum text_encoding encoding;
    unsigned found; /* code page */
    const char *lines[4];
};

#define BYTES(s) (s), sizeof(s) - 1

/* パスワード in code page 932 and in UTF-16LE. */
#define SJIS_PASSWORD  "\x83\x70\x83\x58\x83\x8f\x81\x5b\x83\x68"
#define UTF8_PASSWORD  "パスワード"
#define UTF16_PASSWORD "\xd1\x30\xb9\x30\xef\x30\xfc\x30\xc9\x30"

static void check(const struct expected *e)
{
    struct text t;
    struct err err;
    const char *line = NULL;
    size_t n = 0;
    text_open(&t, e->bytes, e->n, e->code_page);
    T_EQ_I(t.encoding, e->encoding);
    T_EQ_I(t.code_page, e->found);
    for (size_t i = 0; i < 4 && e->lines[i]; i++) {
        T_EQ_I(text_next(&t, &line, &n, &err), RC_OK);
        T_EQ_S(line, e->lines[i]);
        T_EQ_I(n, strlen(e->lines[i]));
        T_EQ_I(t.number, i + 1);
    }
    T_EQ_I(text_next(&t, &line, &n, &err), RC_ABSENT);
    text_close(&t);
}

static void tells_encodings_apart(void)
{
    static const struct expected cases[] = {
        { BYTES("a\r\nb\n\nc"), 0, TEXT_UTF8, 0, { "a", "b", "", "c" } },
        { BYTES(""), 0, TEXT_UTF8, 0, { NULL } },
        { BYTES("\xef\xbb\xbf" UTF8_PASSWORD "\r\n"), 932, TEXT_UTF8, 0, { UTF8_PASSWORD } },
        { BYTES(UTF8_PASSWORD), 932, TEXT_UTF8, 0, { UTF8_PASSWORD } },
        { BYTES("\xff\xfe" UTF16_PASSWORD "\r\0\n\0x\0"),
          0,
          TEXT_UTF16LE,
          0,
          { UTF8_PASSWORD, "x" } },
        { BYTES("\xfe\xff\0a\0\n\x30\xd1"), 0, TEXT_UTF16BE, 0, { "a", "パ" } },
        { BYTES("[\0V\0]\0\r\0\n\0" UTF16_PASSWORD),
          932,
          TEXT_UTF16LE,
          0,
          { "[V]", UTF8_PASSWORD } },
        { BYTES("\0[\0V\0]\0\n"), 932, TEXT_UTF16BE, 0, { "[V]" } },
        { BYTES("x=" SJIS_PASSWORD "\r\ny"), 0, TEXT_ANSI, 932, { "x=" UTF8_PASSWORD, "y" } },
        { BYTES("x=" SJIS_PASSWORD), 932, TEXT_ANSI, 932, { "x=" UTF8_PASSWORD } },
        { BYTES("C:\\~ \x95\x5c\n"),
          932,
          TEXT_ANSI,
          932,
          { "C:\\~ 表" } }, /* a trail byte that is a backslash */
        { BYTES("\xb6\xc5 \x93\xfa\x96\x7b\n"), 0, TEXT_ANSI, 932, { "ｶﾅ 日本" } },
        { BYTES("Dom\xe4"
                "nen-Admins f\xfcr \x93h\xf6"
                "chste\x94\n"),
          0,
          TEXT_ANSI,
          1252,
          { "Domänen-Admins für “höchste”" } },
        { BYTES("Administrateurs de l\x92"
                "entr\xe9"
                "e cr\xe9\xe9"
                "e\n"),
          0,
          TEXT_ANSI,
          1252,
          { "Administrateurs de l’entrée créée" } },
        { BYTES("Domaine\xe9"), 0, TEXT_ANSI, 1252, { "Domaineé" } },
        { BYTES("\xcc\xf0"), 1251, TEXT_ANSI, 1251, { "Мр" } },
        { BYTES("\x81\n"), 99, TEXT_ANSI, 1252, { "\xef\xbf\xbd" } },
        { BYTES("a\0b"),
          0,
          TEXT_UTF8,
          0,
          { "a\xe2\x90\x80"
            "b" } },
        { BYTES("\xff\xfe\x00\xd8x\0"), 0, TEXT_UTF16LE, 0, { "\xef\xbf\xbdx" } },
        { BYTES("\xff\xfe\x3d\xd8\x00\xde"), 0, TEXT_UTF16LE, 0, { "😀" } },
        { BYTES("a\xe3\x83\x91 \xe3\x83"), 932, TEXT_UTF8, 0, { "aパ \xef\xbf\xbd\xef\xbf\xbd" } },
    };
    struct err err;
    T_EQ_I(text_prepare(&err), RC_OK);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        check(&cases[i]);
    }
}

static void says_what_it_could_not_read(void)
{
    static const char odd[] = "\xff\xfe"
                              "a\0b";
    struct text t;
    struct err err;
    const char *line = NULL;
    size_t n = 0;
    text_open(&t, odd, sizeof(odd) - 1, 0);
    T_EQ_I(text_next(&t, &line, &n, &err), RC_OK);
    T_EQ_S(line, "a");
    T_OK(t.is_changed);
    T_OK(!t.has_cr);
    text_close(&t);
    text_open(&t, "a\r\n", 3, 0);
    T_EQ_I(text_next(&t, &line, &n, &err), RC_OK);
    T_OK(t.has_cr);
    T_OK(!t.is_changed);
    text_close(&t);
}

static void passes_over_a_line_without_end(void)
{
    size_t n = (size_t)TEXT_LINE_MAX + 5, size = 0;
    char *big = malloc(n);
    struct text t;
    struct err err;
    const char *line = NULL;
    T_OK(big != NULL);
    if (!big) {
        return;
    }
    memset(big, 'x', n);
    memcpy(big + n - 3, "\nab", 3);
    text_open(&t, big, n, 0);
    T_EQ_I(text_next(&t, &line, &size, &err), RC_LIMIT);
    T_EQ_I(text_next(&t, &line, &size, &err), RC_OK);
    T_EQ_S(line, "ab");
    text_close(&t);
    free(big);
}

/* Whatever the bytes are, lines are UTF-8, and their number is bounded. */
static bool lines_are_utf8(const uint8_t *p, size_t n, void *context)
{
    const unsigned *code_page = context;
    struct text t;
    struct err err;
    const char *line = NULL;
    size_t size = 0, lines = 0;
    bool is_changed = false;
    text_open(&t, p, n, *code_page);
    while (text_next(&t, &line, &size, &err) == RC_OK) {
        T_OK(utf8_valid(line, size) && strlen(line) == size);
        T_OK(++lines <= n);
    }
    is_changed = t.is_changed;
    text_close(&t);
    return !is_changed;
}

static void survives_every_mutation(void)
{
    static const char bytes[] = "[\x93\xfa\x96\x7b]\r\n" SJIS_PASSWORD "=\xb6\x5c,\"\x95\x5c\"\r\n";
    static const char wide[] = "\xff\xfe[\0" UTF16_PASSWORD "]\0\r\0\n\0\x3d\xd8\x00\xde=\0";
    static unsigned code_pages[] = { 0, 932, 1252 };
    size_t accepted = 0, refused = 0;
    for (size_t i = 0; i < ARRAY_LEN(code_pages); i++) {
        t_mutate((const uint8_t *)bytes, sizeof(bytes) - 1, 0, lines_are_utf8, &code_pages[i],
                 &accepted, &refused);
        T_OK(accepted > 0);
        T_OK(i == 2 || refused > 0);
        t_mutate((const uint8_t *)wide, sizeof(wide) - 1, 0, lines_are_utf8, &code_pages[i],
                 &accepted, &refused);
        T_OK(accepted > 0 && refused > 0);
    }
}

static void turns_text_to_utf16_and_back(void)
{
    static const char text[] = "a表😀";
    struct wr w AUTO(wr_done);
    bool is_changed = false;
    struct arena *a AUTO(arena_freep) = arena_new(0);
    wr_init(&w, 100);
    text_to_utf16(text, sizeof(text) - 1, &w);
    T_EQ_I(w.size, 8);
    T_EQ_S(a ? utf16le_to_utf8(a, w.data, w.size, &is_changed) : NULL, text);
    T_OK(!is_changed);
}

static void splits_fields(void)
{
    struct arena *a AUTO(arena_freep) = arena_new(0);
    size_t n = 0;
    static const char line[] = " a , \"b, \"\"c\"\"\" ,,\"d\"e, ";
    struct field *f = a ? fields_split(a, line, sizeof(line) - 1, &n) : NULL;
    T_EQ_I(n, 5);
    if (!f || n != 5) {
        return;
    }
    T_EQ_S(f[0].text, "a");
    T_OK(!f[0].is_quoted);
    T_EQ_S(f[1].text, "b, \"c\"");
    T_OK(f[1].is_quoted);
    T_EQ_S(f[2].text, "");
    T_EQ_S(f[3].text, "de");
    T_EQ_S(f[4].text, "");
    f = fields_split(a, "", 0, &n);
    T_OK(f && n == 1 && f[0].text[0] == '\0');
    f = fields_split(a, "\"open, and so on", 16, &n);
    T_OK(f && n == 1);
    T_EQ_S(f ? f[0].text : NULL, "open, and so on");
    char *many = arena_alloc(a, FIELDS_MAX + 1);
    if (many) {
        memset(many, ',', FIELDS_MAX);
        T_OK(fields_split(a, many, FIELDS_MAX, &n) == NULL);
        T_OK(fields_split(a, many, FIELDS_MAX - 1, &n) != NULL);
    }
}

#define TESTS(X)                      \
    X(tells_encodings_apart)          \
    X(says_what_it_could_not_read)    \
    X(passes_over_a_line_without_end) \
    X(survives_every_mutation)        \
    X(turns_text_to_utf16_and_back)   \
    X(splits_fields)
T_MAIN("text", TESTS)
