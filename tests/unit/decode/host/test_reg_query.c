/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "audit/base/wr.h"
#include "audit/decode/format/reg_query.h"
#include "audit/decode/format/text.h"
#include "tests/support/t.h"

/* Every value as "key|name|type|hex of the data", one a line; keys as "key". */
struct seen {
    struct wr out;
    unsigned values, keys;
    struct err err;
    enum rc rc;
};

static enum rc on_value(void *context, const struct registry_value *v, struct err *err)
{
    struct seen *s = context;
    (void)err;
    s->values++;
    wr_printf(&s->out, "%s|%s|%u|", v->key, v->value, (unsigned)v->type);
    for (size_t i = 0; i < v->size; i++) {
        wr_printf(&s->out, "%02x", v->data[i]);
    }
    wr_u8(&s->out, '\n');
    return RC_OK;
}

static enum rc on_key(void *context, const char *key, struct err *err)
{
    struct seen *s = context;
    (void)err;
    s->keys++;
    wr_printf(&s->out, "%s\n", key);
    return RC_OK;
}

static void read_bytes(struct seen *s, const void *data, size_t n, unsigned code_page)
{
    memset(s, 0, sizeof(*s));
    wr_init(&s->out, 1U << 20);
    const struct reg_query_sink sink = { s, on_value, on_key };
    s->rc = reg_query_read(data, n, code_page, &sink, &s->err);
    wr_u8(&s->out, 0);
}

static const char *text_of(const struct seen *s)
{
    return (const char *)s->out.data;
}

static void reads_every_type(void)
{
    static const char text[] = "\r\n"
                               "HKEY_LOCAL_MACHINE\\SOFTWARE\\X\r\n"
                               "    Number    REG_DWORD    0x1F\r\n"
                               "    Big    REG_DWORD_BIG_ENDIAN    0x1\r\n"
                               "    Long    REG_QWORD    0xffffffffff\r\n"
                               "    Text    REG_SZ    a b\r\n"
                               "    Empty    REG_SZ    \r\n"
                               "    Bare    REG_SZ\r\n"
                               "    Path    REG_EXPAND_SZ    %x%\r\n"
                               "    List    REG_MULTI_SZ    a\\0b\r\n"
                               "    None    REG_MULTI_SZ    \r\n"
                               "    Bytes    REG_BINARY    00FFa0\r\n"
                               "    Nothing    REG_NONE    \r\n"
                               "    Two  words    REG_SZ    x\r\n";
    struct seen s;
    read_bytes(&s, text, sizeof(text) - 1, 0);
    T_EQ_I(s.rc, RC_OK);
    T_EQ_S(text_of(&s), "HKLM\\SOFTWARE\\X\n"
                        "HKLM\\SOFTWARE\\X|Number|4|1f000000\n"
                        "HKLM\\SOFTWARE\\X|Big|5|00000001\n"
                        "HKLM\\SOFTWARE\\X|Long|11|ffffffffff000000\n"
                        "HKLM\\SOFTWARE\\X|Text|1|6100200062000000\n"
                        "HKLM\\SOFTWARE\\X|Empty|1|0000\n"
                        "HKLM\\SOFTWARE\\X|Bare|1|0000\n"
                        "HKLM\\SOFTWARE\\X|Path|2|2500780025000000\n"
                        "HKLM\\SOFTWARE\\X|List|7|61000000620000000000\n"
                        "HKLM\\SOFTWARE\\X|None|7|0000\n"
                        "HKLM\\SOFTWARE\\X|Bytes|3|00ffa0\n"
                        "HKLM\\SOFTWARE\\X|Nothing|0|\n"
                        "HKLM\\SOFTWARE\\X|Two  words|1|78000000\n");
    wr_done(&s.out);
}

/* The word for the default value in code page 932: (既定). Its value is あ. */
static void reads_japanese(void)
{
    static const char text[] = "\r\nHKEY_LOCAL_MACHINE\\SYSTEM\\\x83\x65\r\n"
                               "    (\x8a\xf9\x92\xe8)    REG_SZ    \x82\xa0\r\n";
    struct seen s;
    read_bytes(&s, text, sizeof(text) - 1, 932);
    T_EQ_I(s.rc, RC_OK);
    T_EQ_S(text_of(&s), "HKLM\\SYSTEM\\テ\nHKLM\\SYSTEM\\テ||1|42300000\n");
    wr_done(&s.out);
}

static void a_default_that_is_not_set_is_no_value(void)
{
    static const char text[] = "HKEY_LOCAL_MACHINE\\X\r\n"
                               "    (Standard)    REG_SZ    (Wert nicht gesetzt)\r\n"
                               "    A    REG_SZ    (x)\r\n";
    struct seen s;
    read_bytes(&s, text, sizeof(text) - 1, 0);
    T_EQ_I(s.rc, RC_OK);
    T_EQ_S(text_of(&s), "HKLM\\X\nHKLM\\X|A|1|2800780029000000\n");
    wr_done(&s.out);
}

static void lists_subkeys(void)
{
    static const char text[] = "\r\nHKEY_LOCAL_MACHINE\\X\\A\r\nHKEY_LOCAL_MACHINE\\X\\B C\r\n";
    struct seen s;
    read_bytes(&s, text, sizeof(text) - 1, 0);
    T_EQ_I(s.rc, RC_OK);
    T_EQ_I(s.values, 0);
    T_EQ_S(text_of(&s), "HKLM\\X\\A\nHKLM\\X\\B C\n");
    wr_done(&s.out);
}

static void an_empty_answer_holds_nothing(void)
{
    struct seen s;
    read_bytes(&s, "\r\n", 2, 0);
    T_EQ_I(s.rc, RC_OK);
    T_EQ_I(s.keys + s.values, 0);
    wr_done(&s.out);
}

/* A value's name can look like another value: the line is not read at all. */
static void a_line_with_two_readings_is_not_read(void)
{
    static const char text[] = "HKEY_LOCAL_MACHINE\\X\r\n"
                               "    EnableLUA    REG_DWORD    0x1    REG_SZ    x\r\n"
                               "    A    REG_SZ    y    REG_DWORD    0x1\r\n"
                               "    Good    REG_DWORD    0x2\r\n";
    struct seen s;
    read_bytes(&s, text, sizeof(text) - 1, 0);
    T_EQ_I(s.rc, RC_MALFORMED);
    T_HAS(s.err.msg, "line 2");
    T_EQ_S(text_of(&s), "HKLM\\X\nHKLM\\X|Good|4|02000000\n");
    wr_done(&s.out);
}

static void refuses_what_breaks_the_form(void)
{
    static const char *const lines[] = {
        "    A    REG_DWORD    1",
        "    A    REG_DWORD    0x",
        "    A    REG_DWORD    0x100000000",
        "    A    REG_DWORD    0xg",
        "    A    REG_BINARY    0",
        "    A    REG_BINARY    zz",
        "    A    REG_WHAT    0",
        "    A",
        "ERROR: no such key",
        "    REG_DWORD    0x1",
        "        REG_DWORD    0x1",
        "HKEY_CLASSES_ROOT_X\\A",
    };
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        char text[200];
        int n = snprintf(text, sizeof(text), "HKEY_LOCAL_MACHINE\\X\r\n%s\r\n", lines[i]);
        struct seen s;
        read_bytes(&s, text, (size_t)n, 0);
        if (s.rc != RC_MALFORMED) {
            t_fail(__FILE__, __LINE__, "accepted: %s", lines[i]);
        }
        T_EQ_I(s.values, 0);
        wr_done(&s.out);
    }
}

static void a_value_needs_its_key(void)
{
    static const char text[] = "    A    REG_DWORD    0x1\r\n"
                               "HKEY_NOWHERE\\X\r\n    B    REG_DWORD    0x1\r\n";
    struct seen s;
    read_bytes(&s, text, sizeof(text) - 1, 0);
    T_EQ_I(s.rc, RC_MALFORMED);
    T_EQ_I(s.values, 0);
    wr_done(&s.out);
}

static bool accepts(const uint8_t *p, size_t n, void *context)
{
    struct seen s;
    (void)context;
    read_bytes(&s, p, n, 932);
    wr_done(&s.out);
    return s.rc == RC_OK;
}

static void survives_mutations(void)
{
    static const char text[] = "\r\nHKEY_LOCAL_MACHINE\\SOFTWARE\\X\r\n"
                               "    Number    REG_DWORD    0x1F\r\n"
                               "    List    REG_MULTI_SZ    a\\0b\r\n"
                               "    (\x8a\xf9\x92\xe8)    REG_SZ    \x82\xa0\r\n"
                               "HKEY_LOCAL_MACHINE\\SOFTWARE\\X\\Y\r\n";
    size_t accepted, refused;
    T_OK(accepts((const uint8_t *)text, sizeof(text) - 1, NULL));
    t_mutate((const uint8_t *)text, sizeof(text) - 1, 2000, accepts, NULL, &accepted, &refused);
    T_OK(accepted > 0 && refused > 0);
}

#define TESTS(X)                             \
    X(reads_every_type)                      \
    X(reads_japanese)                        \
    X(a_default_that_is_not_set_is_no_value) \
    X(lists_subkeys)                         \
    X(an_empty_answer_holds_nothing)         \
    X(a_line_with_two_readings_is_not_read)  \
    X(refuses_what_breaks_the_form)          \
    X(a_value_needs_its_key)                 \
    X(survives_mutations)

int main(int argc, char **argv)
{
    static const struct t_case cases[] = { TESTS(T_CASE) };
    struct err err;
    if (text_prepare(&err) != RC_OK) {
        (void)fprintf(stderr, "%s\n", err.msg);
        return 1;
    }
    return t_main(argc, argv, "reg_query", cases, sizeof(cases) / sizeof(cases[0]));
}
