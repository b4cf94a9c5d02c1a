/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/t.h"

#include <stdlib.h>

#include "audit/base/err.h"
#include "audit/base/utf.h"

static const char *shown(const char *s, size_t max)
{
    static char buf[512];
    struct wr w AUTO(wr_done);
    wr_init(&w, 4096);
    utf8_display(&w, s, max);
    wr_u8(&w, 0);
    memcpy(buf, w.data, w.size < sizeof(buf) ? w.size : sizeof(buf) - 1);
    return buf;
}

static void validates_utf8(void)
{
    T_OK(utf8_valid("abcdefghijkl", 12));
    T_OK(utf8_valid("鍵守の監査ツール", strlen("鍵守の監査ツール")));
    T_OK(utf8_valid("\xf4\x8f\xbf\xbf", 4));
    T_OK(!utf8_valid("\xf4\x90\x80\x80", 4)); /* above U+10FFFF */
    T_OK(!utf8_valid("\xed\xa0\x80", 3));     /* a surrogate */
    T_OK(!utf8_valid("\xc0\xaf", 2));         /* overlong */
    T_OK(!utf8_valid("abcdefgh\xff", 9));
    T_OK(!utf8_valid("abc\0def", 7));
    T_OK(!utf8_valid("abcdefgh\0bcdefgh", 16)); /* NUL at the start of a word of eight */
    T_OK(!utf8_valid("\xe3\x81", 2));
}

static void repairs_foreign_bytes(void)
{
    struct arena *a AUTO(arena_freep) = arena_new(0);
    bool changed = false;
    T_EQ_S(utf8_repair(a, "a\xff\0b", 4, &changed), "a\xef\xbf\xbd\xe2\x90\x80"
                                                    "b");
    T_OK(changed);
    T_EQ_S(utf8_repair(a, "日本", 6, &changed), "日本");
    T_OK(!changed);
    T_EQ_S(utf16le_to_utf8(a, "\x75\x93\x88\x5b", 4, &changed), "鍵守");
    T_OK(!changed);
    T_EQ_S(utf16le_to_utf8(a, "\x00\xd8\x41\x00\x01", 5, &changed), "\xef\xbf\xbd"
                                                                    "A");
    T_OK(changed);
    T_EQ_S(utf16le_to_utf8(a, "\x3d\xd8\x00\xde", 4, &changed), "\xf0\x9f\x98\x80");
}

static void shows_text_safely(void)
{
    T_EQ_S(shown("\x1b[31mred\x07", 0), "\\u{1b}[31mred\\u{7}");
    T_EQ_S(shown("abc\xe2\x80\xae"
                 "fdp.exe",
                 0),
           "abc\\u{202e}fdp.exe");
    T_EQ_S(shown("病棟の端末", 3), "病棟の…");
    T_EQ_S(shown("plain", 5), "plain");
    T_EQ_I(utf8_columns("鍵守ab"), 6);
}

static void errors_are_safe_and_cut(void)
{
    struct err err = { 0 };
    char big[2000];
    memset(big, 'x', sizeof(big) - 1);
    big[sizeof(big) - 1] = '\0';
    T_EQ_I(err_setf(&err, RC_DENIED, "name \x1b[2J %s", "\xff"), RC_DENIED);
    T_EQ_S(err.msg, "name \\u{1b}[2J \xef\xbf\xbd");
    T_EQ_I(err_prefix(&err, "dc1"), RC_DENIED);
    T_HAS(err.msg, "dc1: name");
    (void)err_setf(&err, RC_IO, "%s", big);
    T_EQ_I(strlen(err.msg), sizeof(err.msg) - 1);
    T_EQ_S(rc_word(RC_UNTRUSTED), "untrusted");
    for (int rc = RC_OK; rc <= RC_BUG; rc++) {
        T_EQ_I(rc_from_word(rc_word((enum rc)rc)), rc);
    }
}

static void arenas_have_a_ceiling(void)
{
    struct arena *a AUTO(arena_freep) = arena_new(100000);
    T_OK(arena_alloc(a, 90000) != NULL);
    T_OK(arena_alloc(a, 20000) == NULL);
    T_OK(arena_array(a, SIZE_MAX / 2, 4) == NULL);
    arena_reset(a);
    T_EQ_I(arena_used(a), 0);
    T_EQ_S(arena_printf(a, "%d-%s", 7, "x"), "7-x");
    for (int i = 0; i < 1000; i++) {
        char *p = arena_strndup(a, "0123456789", 10);
        T_OK(p != NULL && ((uintptr_t)p % 16) == 0);
    }
    T_OK(arena_alloc(a, SIZE_MAX) == NULL);
}

static void writers_stop_at_the_ceiling(void)
{
    struct wr w AUTO(wr_done);
    wr_init(&w, 8);
    wr_u32be(&w, 0x01020304);
    wr_poke_u32be(&w, 0, 5);
    T_EQ_I(w.data[3], 5);
    wr_text(&w, "abcde");
    T_OK(w.bad);
    T_EQ_I(w.size, 4);
    wr_clear(&w);
    wr_u64be(&w, 1);
    T_OK(!w.bad);
    wr_poke_u32be(&w, 5, 1);
    T_OK(w.bad);
}

#define TESTS(X)                                                             \
    X(validates_utf8)                                                        \
    X(repairs_foreign_bytes)                                                 \
    X(shows_text_safely) X(errors_are_safe_and_cut) X(arenas_have_a_ceiling) \
        X(writers_stop_at_the_ceiling)
T_MAIN("base text", TESTS)
