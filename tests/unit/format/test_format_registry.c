/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Registry.pol, .reg files and what of a registry value becomes evidence. */
#include <stdio.h>
#include <stdlib.h>

#include "audit/base/utf.h"
#include "audit/base/wr.h"
#include "audit/decode/format/reg_file.h"
#include "audit/decode/format/registry_pol.h"
#include "audit/decode/format/text.h"
#include "audit/evidence/row.h"
#include "shared_files.h"
#include "tests/support/t.h"

/* What was handed on, one line a value. */
struct seen {
    struct wr text;
    size_t count, deletions, keys;
    bool is_quiet;
    struct arena *a;
};

static enum rc on_value(void *context, const struct registry_value *v, struct err *err)
{
    static const char *const words[] = { "set", "create", "delete_value", "delete_values",
                                         "delete_key" };
    struct seen *s = context;
    struct registry_data d = { 0 };
    (void)err;
    s->count++;
    s->deletions += v->action != REG_SET && v->action != REG_CREATE;
    T_OK(utf8_valid(v->key, strlen(v->key)) && utf8_valid(v->value, strlen(v->value)));
    T_OK(strncmp(v->key, "HK", 2) == 0);
    T_OK(registry_data(s->a, v, &d));
    T_OK(!d.text || (utf8_valid(d.text, strlen(d.text)) && strlen(d.text) <= ROW_TEXT_MAX));
    if (!s->is_quiet) {
        wr_printf(&s->text, "%s %s|%s type %u size %zu", words[v->action], v->key, v->value,
                  v->type, v->size);
        if (d.has_number) {
            wr_printf(&s->text, " number %" PRId64, d.number);
        }
        if (d.text) {
            wr_printf(&s->text, " text %s", d.text);
        }
        wr_text(&s->text, "\n");
    }
    arena_reset(s->a);
    return RC_OK;
}

static enum rc on_key(void *context, const char *key, struct err *err)
{
    struct seen *s = context;
    (void)err;
    s->keys++;
    T_OK(utf8_valid(key, strlen(key)));
    if (!s->is_quiet) {
        wr_printf(&s->text, "key %s\n", key);
    }
    return RC_OK;
}

static void seen_init(struct seen *s, bool is_quiet)
{
    *s = (struct seen){ .is_quiet = is_quiet, .a = arena_new(0) };
    wr_init(&s->text, 1U << 20);
}

static const char *seen_text(struct seen *s)
{
    wr_u8(&s->text, 0);
    return s->text.data ? (const char *)s->text.data : "";
}

static void seen_done(struct seen *s)
{
    wr_done(&s->text);
    arena_free(s->a);
}

/* Builds a Registry.pol: text is UTF-8, data as it is. */
static void record(struct wr *w, const char *key, const char *value, uint32_t type,
                   const void *data, size_t n)
{
    static const uint8_t open[] = { '[', 0 }, semicolon[] = { ';', 0 }, close[] = { ']', 0 },
                         nul[] = { 0, 0 };
    uint32_t numbers[2] = { type, (uint32_t)n };
    if (w->size == 0) {
        wr_bytes(w, "PReg\1\0\0\0", 8);
    }
    wr_bytes(w, open, 2);
    text_to_utf16(key, strlen(key), w);
    wr_bytes(w, nul, 2);
    wr_bytes(w, semicolon, 2);
    text_to_utf16(value, strlen(value), w);
    wr_bytes(w, nul, 2);
    for (size_t i = 0; i < 2; i++) {
        wr_bytes(w, semicolon, 2);
        for (unsigned k = 0; k < 4; k++) {
            wr_u8(w, (uint8_t)(numbers[i] >> (8 * k)));
        }
    }
    wr_bytes(w, semicolon, 2);
    wr_bytes(w, data, n);
    wr_bytes(w, close, 2);
}

#define WIDE(s) s, sizeof(s) - 1

static void reads_every_action(void)
{
    struct wr w AUTO(wr_done);
    struct seen s;
    struct err err;
    wr_init(&w, 1U << 16);
    record(&w, "Software\\A", "N", REG_DWORD, "\1\0\0\0", 4);
    record(&w, "Software\\A", "表示", REG_SZ, WIDE("\x68\x88\0\0"));
    record(&w, "Software\\A", "**del.Gone", REG_SZ, WIDE(" \0\0\0"));
    record(&w, "Software\\A", "**DELVALS.", REG_SZ, WIDE(" \0\0\0"));
    record(&w, "Software\\A", "**DeleteValues", REG_SZ, WIDE("x\0;\0;\0y\0\0\0"));
    record(&w, "Software\\A", "**DeleteKeys", REG_SZ, WIDE("K\0\0\0"));
    record(&w, "Software\\A", "**SecureKey", REG_DWORD, "\1\0\0\0", 4);
    record(&w, "Software\\A", "**soft.New", REG_DWORD, "\2\0\0\0", 4);
    record(&w, "Software\\Made", "", REG_NONE, "", 0);
    record(&w, "Software\\A", "M", REG_MULTI_SZ, WIDE("a\0\0\0b\0\0\0\0\0"));
    record(&w, "Software\\A", "AutoPassword", REG_SZ, WIDE("q\0\0\0"));
    seen_init(&s, false);
    T_EQ_I(registry_pol_read(w.data, w.size, "HKLM", on_value, &s, &err), RC_OK);
    T_EQ_S(seen_text(&s), "set HKLM\\Software\\A|N type 4 size 4 number 1\n"
                          "set HKLM\\Software\\A|表示 type 1 size 4 text 表\n"
                          "delete_value HKLM\\Software\\A|Gone type 0 size 0\n"
                          "delete_values HKLM\\Software\\A| type 0 size 0\n"
                          "delete_value HKLM\\Software\\A|x type 0 size 0\n"
                          "delete_value HKLM\\Software\\A|y type 0 size 0\n"
                          "delete_key HKLM\\Software\\A\\K| type 0 size 0\n"
                          "create HKLM\\Software\\A|New type 4 size 4 number 2\n"
                          "set HKLM\\Software\\A|M type 7 size 10 text a\nb\n"
                          "set HKLM\\Software\\A|AutoPassword type 1 size 4\n");
    seen_done(&s);
    seen_init(&s, true);
    T_EQ_I(registry_pol_read(w.data, w.size - 2, "HKCU", on_value, &s, &err), RC_MALFORMED);
    T_HAS(err.msg, "record at byte");
    T_EQ_I(s.count, 9);
    T_EQ_I(registry_pol_read(w.data, 7, "HKCU", on_value, &s, &err), RC_MALFORMED);
    T_EQ_I(registry_pol_read(NULL, 0, "HKCU", on_value, &s, &err), RC_MALFORMED);
    seen_done(&s);
}

static void refuses_names_that_cannot_be(void)
{
    struct wr w AUTO(wr_done);
    struct seen s;
    struct err err;
    char name[5000];
    memset(name, 'k', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    wr_init(&w, 1U << 16);
    record(&w, "A", name, REG_SZ, "", 0);
    seen_init(&s, true);
    T_EQ_I(registry_pol_read(w.data, w.size, "HKLM", on_value, &s, &err), RC_MALFORMED);
    T_EQ_I(s.count, 0);
    seen_done(&s);
}

static bool accepts_pol(const uint8_t *p, size_t n, void *context)
{
    struct seen s;
    struct err err;
    (void)context;
    seen_init(&s, true);
    enum rc rc = registry_pol_read(p, n, "HKLM", on_value, &s, &err);
    T_OK(rc == RC_OK || rc == RC_MALFORMED);
    T_OK(s.count <= n);
    seen_done(&s);
    return rc == RC_OK;
}

/* Numbers of entries and deletions are those of MANIFEST.tsv, which another parser counted. */
static void reads_real_policies(void)
{
    static const struct {
        const char *path, *root;
        size_t entries, bare, deletions; /* bare: only makes a key */
    } files[] = {
        { GROUPER "{2CE5ACF5-D072-4267-8E45-5C8F8843DEC6}/Machine/Registry.pol", "HKLM", 6, 0, 0 },
        { GROUPER "{31B2F340-016D-11D2-945F-00C04FB984F9}/MACHINE/Registry.pol", "HKLM", 4, 2, 0 },
        { GROUPER "{36FA6290-EFEE-4909-845A-4A33A04D3088}/Machine/Registry.pol", "HKLM", 6, 0, 0 },
        { GROUPER "{5CFC9C70-A964-4FA0-A1EB-91C36271CA98}/Machine/Registry.pol", "HKLM", 77, 25,
          0 },
        { GROUPER2 "{31B2F340-016D-11D2-945F-00C04FB984F9}/MACHINE/Registry.pol", "HKLM", 4, 2, 0 },
        { GROUPER2 "{36FA6290-EFEE-4909-845A-4A33A04D3088}/Machine/Registry.pol", "HKLM", 6, 0, 0 },
        { NSA_CHROME "DomainSysvol/GPO/Machine/registry.pol", "HKLM", 45, 0, 8 },
        { NSA_IE "DomainSysvol/GPO/Machine/registry.pol", "HKLM", 134, 0, 0 },
        { NSA_IE_USER "DomainSysvol/GPO/User/registry.pol", "HKCU", 5, 0, 0 },
        { NSA_FIREWALL "DomainSysvol/GPO/Machine/registry.pol", "HKLM", 24, 0, 0 },
        { NSA_WINDOWS "DomainSysvol/GPO/Machine/registry.pol", "HKLM", 87, 0, 5 },
        { NSA_USER "DomainSysvol/GPO/User/registry.pol", "HKCU", 3, 0, 0 },
        { SAMBA "Machine/Registry.pol.SAMBABACKUP", "HKLM", 76, 35, 0 },
        { SAMBA "User/Registry.pol.SAMBABACKUP", "HKCU", 36, 11, 0 },
    };

    size_t accepted = 0, refused = 0;
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        const char *path = t_shared(files[i].path);
        size_t n = 0;
        uint8_t *data = path ? t_read_file(path, &n) : NULL;
        if (!data) {
            (void)printf("not there: %s\n", files[i].path);
            continue;
        }
        struct seen s;
        struct err err = { .rc = RC_OK };
        seen_init(&s, true);
        T_EQ_I(registry_pol_read(data, n, files[i].root, on_value, &s, &err), RC_OK);
        T_EQ_I(s.count, files[i].entries - files[i].bare);
        T_EQ_I(s.deletions, files[i].deletions);
        seen_done(&s);
        if (n < 8192) {
            t_mutate(data, n, 500, accepts_pol, NULL, &accepted, &refused);
            T_OK(accepted > 0 && refused > n / 2);
        }
        free(data);
    }
}

static const char reg5[] = "Windows Registry Editor Version 5.00\r\n"
                           "\r\n"
                           "[HKEY_LOCAL_MACHINE\\SOFTWARE\\病院]\r\n"
                           "@=\"the \\\"default\\\" C:\\\\x\"\r\n"
                           "\"N\"=dword:0000000a\r\n"
                           "; a comment\r\n"
                           "\"B\"=hex:01,02,\\\r\n"
                           "  0a\r\n"
                           "\"M\"=hex(7):61,00,00,00,62,00,\\\r\n"
                           "  00,00,00,00\r\n"
                           "\"Q\"=hex(b):01,00,00,00,00,00,00,00\r\n"
                           "\"E\"=hex(2):25,00,00,00\r\n"
                           "\"Z\"=hex(0):\r\n"
                           "\"DefaultPassword\"=\"q\"\r\n"
                           "\"gone\"=-\r\n"
                           "\"lines\"=\"one\r\n"
                           "[HKEY_LOCAL_MACHINE\\\\no key]\"\r\n"
                           "\r\n"
                           "[HKEY_LOCAL_MACHINE\\SOFTWARE\\病院\\empty]\r\n"
                           "\r\n"
                           "[-HKEY_CURRENT_USER\\x]\r\n"
                           "\"ignored\"=\"of a key that is deleted\"\r\n"
                           "\r\n"
                           "[HKEY_USERS\\S-1-5-18\\a]\r\n"
                           "\"=\\\\\"=\"v\"\r\n"
                           "\r\n";

static const char reg5_seen[] =
    "key HKLM\\SOFTWARE\\病院\n"
    "set HKLM\\SOFTWARE\\病院| type 1 size 38 text the \"default\" C:\\x\n"
    "set HKLM\\SOFTWARE\\病院|N type 4 size 4 number 10\n"
    "set HKLM\\SOFTWARE\\病院|B type 3 size 3\n"
    "set HKLM\\SOFTWARE\\病院|M type 7 size 10 text a\nb\n"
    "set HKLM\\SOFTWARE\\病院|Q type 11 size 8 number 1\n"
    "set HKLM\\SOFTWARE\\病院|E type 2 size 4 text %\n"
    "set HKLM\\SOFTWARE\\病院|Z type 0 size 0\n"
    "set HKLM\\SOFTWARE\\病院|DefaultPassword type 1 size 4\n"
    "delete_value HKLM\\SOFTWARE\\病院|gone type 0 size 0\n"
    "set HKLM\\SOFTWARE\\病院|lines type 1 size 66 text one\r\n[HKEY_LOCAL_MACHINE\\no key]\n"
    "key HKLM\\SOFTWARE\\病院\\empty\n"
    "delete_key HKCU\\x| type 0 size 0\n"
    "key HKU\\S-1-5-18\\a\n"
    "set HKU\\S-1-5-18\\a|=\\ type 1 size 4 text v\n";

static void reads_an_export(void)
{
    struct wr wide AUTO(wr_done);
    struct seen s;
    struct err err = { .rc = RC_OK };
    bool is_whole = false;
    wr_init(&wide, 1U << 16);
    wr_bytes(&wide, "\xff\xfe", 2);
    text_to_utf16(reg5, sizeof(reg5) - 1, &wide);
    seen_init(&s, false);
    const struct reg_file_sink sink = { &s, on_value, on_key };
    T_EQ_I(reg_file_read(wide.data, wide.size, 0, &sink, &is_whole, &err), RC_OK);
    T_EQ_S(err.msg, "");
    T_OK(is_whole);
    T_EQ_S(seen_text(&s), reg5_seen);
    seen_done(&s);
}

static void reads_an_old_export_in_shift_jis(void)
{
    /* 病院 is 95 61 89 40: its trail bytes are a letter and an at sign. 表 ends in a backslash. */
    static const char reg4[] = "REGEDIT4\r\n\r\n[HKEY_LOCAL_MACHINE\\\x95\x61\x89\x40]\r\n"
                               "\"\x95\x5c\"=\"\x95\x5c\"\r\n"
                               "\"M\"=hex(7):95,5c,00,61,00,00\r\n\r\n";
    struct seen s;
    struct err err = { .rc = RC_OK };
    bool is_whole = false;
    T_EQ_I(text_prepare(&err), RC_OK);
    seen_init(&s, false);
    const struct reg_file_sink sink = { &s, on_value, on_key };
    T_EQ_I(reg_file_read((const uint8_t *)reg4, sizeof(reg4) - 1, 932, &sink, &is_whole, &err),
           RC_OK);
    T_OK(is_whole);
    T_EQ_S(seen_text(&s), "key HKLM\\病院\n"
                          "set HKLM\\病院|表 type 1 size 4 text 表\n"
                          "set HKLM\\病院|M type 7 size 10 text 表\na\n");
    seen_done(&s);
}

static void says_where_an_export_breaks(void)
{
    static const struct {
        const char *text, *message;
        size_t values;
    } files[] = {
        { "", "no .reg file", 0 },
        { "[HKEY_LOCAL_MACHINE\\a]\r\n", "no .reg file", 0 },
        { "REGEDIT4\n[HKEY_LOCAL_MACHINE\\a]\n\"a\"=dword:1\n\"b\"=nothing\n\"c\"=dword:2\n\n",
          "line 4", 2 },
        { "REGEDIT4\n[HKEY_LOCAL_MACHINE\\a]\n\"a\"=hex:01,zz\n\n", "no byte", 0 },
        { "REGEDIT4\n[HKEY_LOCAL_MACHINE\\a]\n\"a\"=hex:01,\\\n", "cut off", 0 },
        { "REGEDIT4\n[HKEY_LOCAL_MACHINE\\a]\n\"a\"=\"b\n", "cut off", 0 },
        { "REGEDIT4\n[HKEY_LOCAL_MACHINE\\a\n\"a\"=\"b\"\n\n", "cut off", 0 },
        { "REGEDIT4\n[SOMEWHERE\\a]\n\"a\"=\"b\"\n\n", "root", 0 },
        { "REGEDIT4\n[HKEY_LOCAL_MACHINE\\a]\n\"a\"=\"b\" c\n\n", "follows", 0 },
    };

    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        struct seen s;
        struct err err = { .rc = RC_OK };
        bool is_whole = true;
        seen_init(&s, true);
        const struct reg_file_sink sink = { &s, on_value, on_key };
        T_EQ_I(reg_file_read((const uint8_t *)files[i].text, strlen(files[i].text), 0, &sink,
                             &is_whole, &err),
               RC_MALFORMED);
        T_HAS(err.msg, files[i].message);
        T_EQ_I(s.count, files[i].values);
        T_OK(!is_whole);
        seen_done(&s);
    }
}

/* An export that was cut off at any place proves no absence: but for where one key ends and the next begins, which no reader of
 * the file alone can tell (the kit's manifest has its SHA-256). */
static void a_cut_export_is_not_whole(void)
{
    size_t whole = 0, borders = 0;
    for (size_t n = 0; n < sizeof(reg5) - 1; n++) {
        struct seen s;
        struct err err;
        bool is_whole = true;
        seen_init(&s, true);
        const struct reg_file_sink sink = { &s, on_value, on_key };
        enum rc rc = reg_file_read((const uint8_t *)reg5, n, 0, &sink, &is_whole, &err);
        T_OK(rc == RC_OK || !is_whole);
        bool is_border = n >= 4 && memcmp(reg5 + n - 4, "\r\n\r\n", 4) == 0;
        bool is_near = n >= 3 && (memcmp(reg5 + n - 3, "\n\r\n", 3) == 0 ||
                                  memcmp(reg5 + n - 3, "\r\n\r", 3) == 0);
        whole += is_whole;
        borders += is_border;
        T_OK(!is_whole || is_border || is_near);
        seen_done(&s);
    }
    T_OK(whole > 0 && borders == 4);
}

static bool accepts_reg(const uint8_t *p, size_t n, void *context)
{
    struct seen s;
    struct err err;
    bool is_whole = false;
    (void)context;
    seen_init(&s, true);
    const struct reg_file_sink sink = { &s, on_value, on_key };
    enum rc rc = reg_file_read(p, n, 932, &sink, &is_whole, &err);
    T_EQ_S(rc == RC_OK ? "malformed" : rc_word(rc), "malformed");
    seen_done(&s);
    return is_whole;
}

static void survives_damaged_exports(void)
{
    size_t accepted = 0, refused = 0;
    t_mutate((const uint8_t *)reg5, sizeof(reg5) - 1, 3000, accepts_reg, NULL, &accepted, &refused);
    T_OK(accepted > 0 && refused > 0);
}

static void keeps_of_a_value_what_evidence_may_hold(void)
{
    static const struct {
        const char *name;
        uint32_t type;
        const char *data;
        size_t n;
        bool has_number;
        int64_t number;
        const char *text;
    } values[] = {
        { "a", REG_DWORD, "\xff\xff\xff\xff", 4, true, 4294967295, NULL },
        { "a", REG_DWORD, "\1\0\0", 3, false, 0, NULL },
        { "a", REG_DWORD, "\1\0\0\0\0", 5, false, 0, NULL },
        { "a", REG_DWORD_BE, "\0\0\1\0", 4, true, 256, NULL },
        { "a", REG_QWORD, "\1\0\0\0\0\0\0\x80", 8, true, INT64_MIN + 1, NULL },
        { "a", REG_QWORD, "\1\0\0\0", 4, false, 0, NULL },
        { "a", REG_SZ, "", 0, false, 0, "" },
        { "a", REG_SZ, "\0\0", 2, false, 0, "" },
        { "a", REG_SZ, "x\0y\0", 4, false, 0, "xy" },
        { "a", REG_SZ, "x\0\0\0y\0", 6, false, 0, "x" },
        { "a", REG_SZ, "x\0y", 3, false, 0, "x" },
        { "a", REG_EXPAND_SZ, "%\0\0\0", 4, false, 0, "%" },
        { "a", REG_MULTI_SZ, "", 0, false, 0, "" },
        { "a", REG_MULTI_SZ, "\0\0", 2, false, 0, "" },
        { "a", REG_MULTI_SZ, "x\0\0\0y\0\0\0\0\0", 10, false, 0, "x\ny" },
        { "a", REG_MULTI_SZ, "x\0\0\0y\0", 6, false, 0, "x\ny" },
        { "a", REG_MULTI_SZ, "x\0\0\0", 4, false, 0, "x" },
        { "a", REG_BINARY, "x\0", 2, false, 0, NULL },
        { "a", REG_NONE, "x\0", 2, false, 0, NULL },
        { "DefaultPassWord", REG_SZ, "x\0", 2, false, 0, NULL },
        { "BootPassphrase", REG_MULTI_SZ, "x\0", 2, false, 0, NULL },
        { "PasswordExpiryWarning", REG_DWORD, "\5\0\0\0", 4, true, 5, NULL },
    };
    struct arena *a AUTO(arena_freep) = arena_new(0);
    for (size_t i = 0; a && i < ARRAY_LEN(values); i++) {
        struct registry_data d = { 0 };
        const struct registry_value v = { .key = "HKLM\\k",
                                          .value = values[i].name,
                                          .type = values[i].type,
                                          .data = (const uint8_t *)values[i].data,
                                          .size = values[i].n };
        T_OK(registry_data(a, &v, &d));
        T_EQ_I(d.has_number, values[i].has_number);
        T_EQ_I(d.number, values[i].number);
        if (values[i].text) {
            T_EQ_S(d.text, values[i].text);
        } else {
            T_OK(d.text == NULL);
        }
    }
}

static void cuts_long_text_at_a_character(void)
{
    struct arena *a AUTO(arena_freep) = arena_new(0);
    struct wr w AUTO(wr_done);
    struct registry_data d = { 0 };
    wr_init(&w, 1U << 20);
    wr_bytes(&w, "x\0", 2);
    for (size_t i = 0; i < 3000; i++) {
        text_to_utf16("表", 3, &w);
    }
    const struct registry_value v = {
        .key = "HKLM\\k", .value = "v", .type = REG_SZ, .data = w.data, .size = w.size
    };
    T_OK(a && registry_data(a, &v, &d));
    T_EQ_I(d.text ? strlen(d.text) : 0, 4096); /* 1 + 1365 * 3 */
    T_OK(d.text && utf8_valid(d.text, strlen(d.text)));
}

#define TESTS(X)                               \
    X(reads_every_action)                      \
    X(refuses_names_that_cannot_be)            \
    X(reads_real_policies)                     \
    X(reads_an_export)                         \
    X(reads_an_old_export_in_shift_jis)        \
    X(says_where_an_export_breaks)             \
    X(a_cut_export_is_not_whole)               \
    X(survives_damaged_exports)                \
    X(keeps_of_a_value_what_evidence_may_hold) \
    X(cuts_long_text_at_a_character)
T_MAIN("registry formats", TESTS)
