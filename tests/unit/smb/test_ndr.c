/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions and answers of winreg and srvsvc, against Samba's encoder (tests/golden/smb_calls.tsv). */
#include <stdio.h>
#include <stdlib.h>

#include "audit/collect/smb/registry_value.h"
#include "audit/collect/smb/srvsvc_ndr.h"
#include "audit/collect/smb/value.h"
#include "tests/support/t.h"

struct golden {
    uint8_t bytes[1024];
    size_t size;
};

static bool golden_of(const char *name, struct golden *ret)
{
    size_t size = 0;
    char *text = (char *)t_read_file(SOURCE_DIR "/tests/golden/smb_calls.tsv", &size);
    char wanted[64];
    (void)snprintf(wanted, sizeof(wanted), "\n%s\t", name);
    char *line = text ? strstr(text, wanted) : NULL;
    if (!line && text && strncmp(text, wanted + 1, strlen(wanted + 1)) == 0) {
        line = text - 1;
    }
    ret->size = 0;
    for (char *p = line ? line + strlen(wanted) : NULL;
         p && p[0] != '\n' && ret->size < sizeof(ret->bytes); p += 2) {
        char pair[3] = { p[0], p[1], 0 };
        ret->bytes[ret->size++] = (uint8_t)strtoul(pair, NULL, 16);
    }
    free(text);
    T_OK(ret->size > 0);
    return ret->size > 0;
}

/* Equal but for the numbers of pointers, which are anybody's choice: 0x000200xx there. */
static void expect_like(const struct wr *w, const char *name)
{
    struct golden g;
    if (!golden_of(name, &g)) {
        return;
    }
    T_EQ_I(w->size, g.size);
    for (size_t i = 0; i < g.size && i < w->size; i++) {
        size_t at = i - i % 4;
        bool is_pointer = at + 4 <= g.size && g.bytes[at + 2] == 2 && g.bytes[at + 3] == 0 &&
                          g.bytes[at + 1] == 0 && w->data[at + 2] == 2 && w->data[at + 3] == 0;
        if (!is_pointer) {
            T_EQ_I(w->data[i], g.bytes[i]);
        }
    }
}

static const struct winreg_handle handle = { { 0,    0,    0,    0,    0x04, 0x03, 0x02,
                                               0x01, 0x06, 0x05, 0x08, 0x07, 0x09, 0x0a,
                                               0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x10 } };

static void questions_are_what_samba_would_ask(void)
{
    struct wr w;
    wr_init(&w, 4096);
    winreg_put_open_key(&w, &handle, "SYSTEM\\X\xe9\x8d\xb5", WINREG_ACCESS_WIDE);
    expect_like(&w, "open_key");
    wr_clear(&w);
    winreg_put_open_key(&w, &handle, "AB", WINREG_ACCESS);
    expect_like(&w, "open_key_odd");
    wr_clear(&w);
    winreg_put_open_hklm(&w);
    expect_like(&w, "open_hklm");
    wr_clear(&w);
    srvsvc_put_share_enum(&w, "\\\\host", 7);
    expect_like(&w, "share_enum");
    wr_done(&w);
}

static void strings_outside_the_first_plane_are_pairs(void)
{
    struct wr w;
    struct arena *a AUTO(arena_freep) = arena_new(0);
    size_t size = 0;
    wr_init(&w, 256);
    ndr_put_string(&w, "\xf0\xa0\xae\xb7x");
    T_EQ_I(ndr_units("\xf0\xa0\xae\xb7x"), 3);
    struct rd r = rd_from(w.data, w.size);
    const uint8_t *p = ndr_string(&r, &size);
    T_EQ_I(size, 6);
    T_EQ_S(value_utf16(a, p, size), "\xf0\xa0\xae\xb7x");
    T_OK(rd_done(&r));
    wr_done(&w);
}

static void answers_are_read(void)
{
    struct golden g;
    struct winreg_answer v;
    struct winreg_handle h;
    struct arena *a AUTO(arena_freep) = arena_new(0);
    uint32_t code = 1;
    struct rd r;
    T_OK(golden_of("handle", &g));
    r = rd_from(g.bytes, g.size);
    T_OK(winreg_get_handle(&r, &h, &code));
    T_OK(memcmp(&h, &handle, sizeof(h)) == 0 && code == 0);
    T_OK(golden_of("dword", &g));
    r = rd_from(g.bytes, g.size);
    T_OK(winreg_get_query_value(&r, &v) && rd_done(&r));
    T_OK(v.type == 4 && v.data_size == 4 && v.size == 4 && v.code == 0 && v.data[0] == 1);
    T_OK(golden_of("odd", &g));
    r = rd_from(g.bytes, g.size);
    T_OK(winreg_get_query_value(&r, &v) && rd_done(&r));
    T_OK(v.type == 3 && v.data_size == 3);
    T_OK(golden_of("only_size", &g));
    r = rd_from(g.bytes, g.size);
    T_OK(winreg_get_query_value(&r, &v) && rd_done(&r));
    T_OK(v.type == 1 && !v.data && v.size == 28);
    T_OK(golden_of("more_data", &g));
    r = rd_from(g.bytes, g.size);
    T_OK(winreg_get_query_value(&r, &v) && v.code == 234 && v.size == 70000);
    T_OK(golden_of("enum_key", &g));
    r = rd_from(g.bytes, g.size);
    T_OK(winreg_get_enum_key(&r, &v) && rd_done(&r));
    T_EQ_S(value_utf16(a, v.name, v.name_size), "Sub \xe3\x82\xad\xe3\x83\xbc");
    T_OK(golden_of("enum_value", &g));
    r = rd_from(g.bytes, g.size);
    T_OK(winreg_get_enum_value(&r, &v) && rd_done(&r));
    T_EQ_S(value_utf16(a, v.name, v.name_size), "DefaultPassword");
    T_OK(v.type == 1 && v.size == 28 && !v.data);
}

static void shares_are_read(void)
{
    struct golden g;
    struct srvsvc_shares s;
    struct arena *a AUTO(arena_freep) = arena_new(0);
    T_OK(golden_of("shares", &g));
    struct rd r = rd_from(g.bytes, g.size);
    T_OK(srvsvc_get_share_enum(&r, a, &s) && rd_done(&r));
    T_EQ_I(s.count, 3);
    T_EQ_I(s.code, 234);
    T_EQ_I(s.resume, 9);
    T_EQ_S(value_utf16(a, s.share[0].name, s.share[0].name_size), "C$");
    T_EQ_S(value_utf16(a, s.share[0].remark, s.share[0].remark_size), "Default share");
    T_EQ_I(s.share[0].type, 0x80000000);
    T_EQ_S(value_utf16(a, s.share[1].name, s.share[1].name_size), "\xe5\x85\xb1\xe6\x9c\x89");
    T_EQ_S(value_utf16(a, s.share[2].name, s.share[2].name_size), "IPC$");
    T_OK(s.share[2].remark == NULL);
}

static void counts_larger_than_the_answer_are_refused(void)
{
    static const uint8_t huge[] = { 1,    0,    0, 0, 1, 0, 0, 0, 1,    0,    2, 0,
                                    0xff, 0xff, 0, 0, 1, 0, 2, 0, 0xff, 0xff, 0, 0,
                                    0,    0,    0, 0, 0, 0, 0, 0, 0,    0,    0, 0 };
    static const uint8_t array[] = { 0xff, 0xff, 0xff, 0xff, 0,    0, 0,
                                     0,    0xff, 0xff, 0xff, 0x7f, 1, 2 };
    static const uint8_t offset[] = { 4, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 1, 2, 3, 4 };
    static const uint8_t more[] = { 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 1, 2, 3, 4 };
    struct srvsvc_shares s;
    struct arena *a AUTO(arena_freep) = arena_new(0);
    size_t size = 1;
    struct rd r = rd_from(huge, sizeof(huge));
    T_OK(!srvsvc_get_share_enum(&r, a, &s));
    r = rd_from(array, sizeof(array));
    T_OK(!ndr_array(&r, 2, &size) && r.bad && size == 0);
    r = rd_from(offset, sizeof(offset));
    T_OK(!ndr_array(&r, 1, &size) && r.bad);
    r = rd_from(more, sizeof(more));
    T_OK(!ndr_array(&r, 1, &size) && r.bad);
}

static bool read_as_value(const uint8_t *p, size_t n, void *context)
{
    struct arena *a = context;
    struct winreg_answer v;
    struct row row;
    struct rd r = rd_from(p, n);
    arena_reset(a);
    if (!winreg_get_query_value(&r, &v)) {
        return false;
    }
    row_begin(&row, ROW_TABLE_REGISTRY);
    registry_put(&row, "Name", &v, a);
    return true;
}

static bool read_as_shares(const uint8_t *p, size_t n, void *context)
{
    struct arena *a = context;
    struct srvsvc_shares s;
    struct rd r = rd_from(p, n);
    arena_reset(a);
    return srvsvc_get_share_enum(&r, a, &s);
}

static void mutations_are_read_or_refused(void)
{
    static const char *const values[] = { "dword", "text", "several", "only_size" };
    struct golden g;
    struct arena *a AUTO(arena_freep) = arena_new(0);
    size_t accepted = 0, refused = 0;
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        T_OK(golden_of(values[i], &g));
        T_OK(read_as_value(g.bytes, g.size, a));
        t_mutate(g.bytes, g.size, 2000, read_as_value, a, &accepted, &refused);
        T_OK(accepted > 0 && refused > 0);
    }
    T_OK(golden_of("shares", &g));
    T_OK(read_as_shares(g.bytes, g.size, a));
    t_mutate(g.bytes, g.size, 4000, read_as_shares, a, &accepted, &refused);
    T_OK(accepted > 0 && refused > 0);
}

#define TESTS(X)                                 \
    X(questions_are_what_samba_would_ask)        \
    X(strings_outside_the_first_plane_are_pairs) \
    X(answers_are_read)                          \
    X(shares_are_read)                           \
    X(counts_larger_than_the_answer_are_refused) \
    X(mutations_are_read_or_refused)
T_MAIN("smb_ndr", TESTS)
