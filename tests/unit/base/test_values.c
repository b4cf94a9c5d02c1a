/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <sys/stat.h>

#include <fcntl.h>
#include <stdlib.h>

#include "audit/base/filetime.h"
#include "audit/base/num.h"
#include "audit/base/secret.h"
#include "audit/base/sid.h"
#include "audit/base/zone.h"
#include "tests/support/t.h"

static void reads_within_bounds(void)
{
    static const uint8_t bytes[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
    struct rd r = rd_from(bytes, sizeof(bytes));
    T_EQ_I(rd_u16le(&r), 0x0201);
    T_EQ_I(rd_u16be(&r), 0x0304);
    struct rd sub = rd_sub(&r, 2);
    T_EQ_I(rd_u8(&sub), 5);
    T_OK(!rd_done(&sub));
    struct rd at = rd_at(&r, 6, 2);
    T_EQ_I(rd_u16be(&at), 0x0708);
    T_OK(rd_done(&at));
    T_OK(rd_at(&r, 7, 2).bad);
    T_OK(rd_at(&r, SIZE_MAX, 2).bad);
    T_EQ_I(rd_u32le(&r), 0); /* only two bytes are left: the fault stays */
    T_OK(r.bad);
    T_EQ_I(rd_u8(&r), 0);
    T_EQ_I(rd_left(&r), 0);
}

static void reads_sids(void)
{
    static const uint8_t admin[] = { 1, 5, 0, 0, 0, 0, 0,   5,   21,  0,   0,    0, 1, 0,
                                     0, 0, 2, 0, 0, 0, 255, 255, 255, 255, 0xf4, 1, 0, 0 };
    char text[SID_TEXT_MAX], domain[SID_TEXT_MAX];
    uint32_t rid = 0;
    struct rd r = rd_from(admin, sizeof(admin));
    T_OK(rd_sid(&r, text) && rd_done(&r));
    T_EQ_S(text, "S-1-5-21-1-2-4294967295-500");
    T_OK(sid_rid(text, &rid));
    T_EQ_I(rid, 500);
    T_OK(sid_domain(text, domain));
    T_EQ_S(domain, "S-1-5-21-1-2-4294967295");
    for (size_t n = 0; n < sizeof(admin); n++) {
        r = rd_from(admin, n);
        T_OK(!rd_sid(&r, text));
        T_EQ_S(text, "");
    }
    static const uint8_t many[] = { 1, 255, 0, 0, 0, 0, 0, 5 };
    r = rd_from(many, sizeof(many));
    T_OK(!rd_sid(&r, text));
    T_OK(!sid_rid("S-1-5", &rid));
    T_OK(sid_text_valid("S-1-5-32-544"));
    T_OK(!sid_text_valid("S-1-5-"));
    T_OK(!sid_text_valid("S-1-5-32-4294967296"));
    T_OK(!sid_text_valid("S-1-5-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1"));
    T_OK(!sid_text_valid("Domain Admins"));
}

static void reads_guids(void)
{
    static const uint8_t raw[16] = { 0x40, 0xf3, 0xb2, 0x31, 0x6d, 0x01, 0xd2, 0x11,
                                     0x94, 0x5f, 0,    0xc0, 0x4f, 0xb9, 0x84, 0xf9 };
    char text[GUID_TEXT_MAX];
    struct rd r = rd_from(raw, sizeof(raw));
    T_OK(rd_guid(&r, text));
    T_EQ_S(text, "31b2f340-016d-11d2-945f-00c04fb984f9");
    T_OK(guid_text_valid(text));
    T_OK(!guid_text_valid("31B2F340-016d-11d2-945f-00c04fb984f9"));
    T_OK(!guid_text_valid("31b2f340-016d-11d2-945f-00c04fb984f"));
    r = rd_from(raw, 15);
    T_OK(!rd_guid(&r, text));
}

static void reads_times(void)
{
    filetime t = 0;
    char buf[32];
    T_OK(filetime_from_generalized("20261122101530.0Z", 17, &t));
    T_EQ_S(filetime_iso(t, buf, sizeof(buf)), "2026-11-22T10:15:30Z");
    T_OK(filetime_from_generalized("20261122191530.5+0900", 21, &t));
    T_EQ_I(t % FILETIME_SECOND, 5000000);
    T_EQ_S(filetime_iso(t, buf, sizeof(buf)), "2026-11-22T10:15:30Z");
    T_OK(filetime_from_iso("2024-02-29", &t));
    T_OK(!filetime_from_iso("2026-02-29", &t));
    T_OK(!filetime_from_iso("2026-13-01", &t));
    T_OK(!filetime_from_iso("2026-11-22T10:15:30", &t));
    T_OK(!filetime_from_generalized("20261122101530", 14, &t));
    T_EQ_I(filetime_from_unix(0), FILETIME_UNIX_ZERO);
    T_EQ_I(filetime_to_unix(filetime_from_unix(-5)), -5);
    T_EQ_I(filetime_from_unix(INT64_MAX), FILETIME_NEVER);
    T_EQ_S(filetime_iso(0, buf, sizeof(buf)), "not set");
    T_EQ_S(filetime_iso(FILETIME_NEVER, buf, sizeof(buf)), "never");
}

static void reads_numbers_whole(void)
{
    int64_t v = 0;
    uint32_t u = 0;
    T_OK(num_i64("-9223372036854775808", 20, &v) && v == INT64_MIN);
    T_OK(num_i64("9223372036854775807", 19, &v) && v == INT64_MAX);
    T_OK(!num_i64("9223372036854775808", 19, &v));
    T_OK(!num_i64("12 ", 3, &v));
    T_OK(!num_i64("-", 1, &v));
    T_OK(!num_i64("", 0, &v));
    T_OK(!num_u32("4294967296", 10, &u));
    T_OK(num_u32("4294967295", 10, &u));
}

static void password_files_must_be_private(void)
{
    char path[] = "/tmp/kagimori-secret-XXXXXX";
    int fd = mkstemp(path);
    T_OK(fd >= 0 && write(fd, "hunter2\r\nmore\n", 14) == 14);
    struct err err = { 0 };
    struct secret *s AUTO(secret_freep) = NULL;
    T_OK(fchmod(fd, 0640) == 0);
    T_EQ_I(secret_from_file(path, &s, &err), RC_USAGE);
    T_HAS(err.msg, "chmod 600");
    T_OK(fchmod(fd, 0600) == 0);
    T_EQ_I(secret_from_file(path, &s, &err), RC_OK);
    T_EQ_S(s ? secret_bytes(s) : NULL, "hunter2");
    T_EQ_I(s ? secret_size(s) : 0, 7);
    (void)unlink(path);
    (void)close(fd);
    struct secret *none = NULL;
    T_EQ_I(secret_from_file("/nonexistent", &none, &err), RC_IO);
}

static void zones_stay_in_their_folder(void)
{
    static const char *const bad[] = {
        "",          "/etc/passwd", "../../etc/passwd", "Asia/../../x", "Asia//Tokyo",
        "Asia/",     ":Asia/Tokyo", "Asia/Tokyo\n",     "JST-9",        "UTC+9",
        "UTC+15:00", "UTC+09:60",   "UTC+09:000",       "A/B C",        "日本"
    };
    char buf[ZONE_MAX];
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        bool is_name =
            strcmp(bad[i], "JST-9") == 0; /* a name as any other: no such file is there */
        T_EQ_I(zone_environment(bad[i], buf, sizeof(buf)), is_name);
    }
    T_OK(zone_environment("Asia/Tokyo", buf, sizeof(buf)));
    T_EQ_S(buf, ":Asia/Tokyo");
    T_OK(zone_environment("America/Argentina/Buenos_Aires", buf, sizeof(buf)));
    T_OK(zone_environment("UTC", buf, sizeof(buf)));
    T_EQ_S(buf, "UTC0");
    T_OK(zone_environment("UTC+09:00", buf, sizeof(buf)));
    T_EQ_S(buf, "<UTC+0900>-09:00");
    T_OK(zone_environment("UTC-03:30", buf, sizeof(buf)));
    T_EQ_S(buf, "<UTC-0330>+03:30");
    T_OK(!zone_environment("UTC+09:00", buf, 8));
    T_OK(!zone_environment("Asia/Tokyo", buf, 8));
    char longest[2 * ZONE_MAX];
    memset(longest, 'a', sizeof(longest));
    longest[sizeof(longest) - 1] = '\0';
    T_OK(!zone_environment(longest, buf, sizeof(buf)));
}

#define TESTS(X)                                                            \
    X(reads_within_bounds)                                                  \
    X(reads_sids)                                                           \
    X(reads_guids)                                                          \
    X(reads_times) X(reads_numbers_whole) X(password_files_must_be_private) \
        X(zones_stay_in_their_folder)
T_MAIN("base values", TESTS)
