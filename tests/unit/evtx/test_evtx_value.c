/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values as text, number, time and SID; and as arrays. */
#include "audit/base/sid.h"
#include "audit/decode/format/evtx.h"
#include "tests/support/t.h"

#define BYTES(...) (const uint8_t[]){ __VA_ARGS__ }, sizeof((const uint8_t[]){ __VA_ARGS__ })

static const struct {
    enum evtx_type type;
    const uint8_t *data;
    uint32_t size;
    const char *text;
    int64_t number; /* -77: none */
} values[] = {
    { EVTX_NULL, BYTES(0), "", -77 },
    { EVTX_STRING, BYTES('a', 0, 0x42, 0x30, 0, 0), "a\xe3\x81\x82", -77 },
    { EVTX_STRING, BYTES('-', 0), "-", -77 },
    { EVTX_STRING, BYTES('4', 0, '2', 0), "42", 42 },
    { EVTX_STRING, BYTES('0', 0, 'x', 0, '1', 0, 'F', 0), "0x1F", 31 },
    { EVTX_STRING, BYTES('0', 0, 'x', 0), "0x", -77 },
    { EVTX_STRING, BYTES('-', 0, '5', 0), "-5", -5 },
    { EVTX_STRING, BYTES('a', 0, 'b'), "a", -77 },
    { EVTX_ANSI, BYTES('a', 0xe9, 0), "a\xef\xbf\xbd", -77 },
    { EVTX_ANSI, BYTES('7', 0), "7", 7 },
    { EVTX_INT8, BYTES(0xff), "-1", -1 },
    { EVTX_UINT8, BYTES(0xff), "255", 255 },
    { EVTX_INT16, BYTES(0xfe, 0xff), "-2", -2 },
    { EVTX_UINT16, BYTES(0xfe, 0xff), "65534", 65534 },
    { EVTX_INT32, BYTES(0, 0, 0, 0x80), "-2147483648", INT32_MIN },
    { EVTX_UINT32, BYTES(0, 0, 0, 0x80), "2147483648", 2147483648 },
    { EVTX_INT64, BYTES(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), "-1", -1 },
    { EVTX_UINT64, BYTES(1, 0, 0, 0, 1, 0, 0, 0), "4294967297", 4294967297 },
    { EVTX_REAL32, BYTES(0, 0, 0xc0, 0x3f), "1.5", -77 },
    { EVTX_REAL64, BYTES(0, 0, 0, 0, 0, 0, 0xf0, 0xff), "-1.#INF", -77 },
    { EVTX_BOOL, BYTES(1, 0, 0, 0), "true", 1 },
    { EVTX_BOOL, BYTES(0, 0, 0, 0), "false", 0 },
    { EVTX_BINARY, BYTES(0, 0xab), "00AB", -77 },
    { EVTX_GUID,
      BYTES(0x25, 0x96, 0x84, 0x54, 0x78, 0x54, 0x94, 0x49, 0xa5, 0xba, 0x3e, 0x3b, 3, 0x28, 0xc3,
            0xd),
      "{54849625-5478-4994-A5BA-3E3B0328C30D}", -77 },
    { EVTX_SIZE, BYTES(0x4c, 2, 0, 0, 0, 0, 0, 0), "0x24c", 588 },
    { EVTX_SIZE, BYTES(0x4c, 2, 0, 0), "0x24c", 588 },
    { EVTX_FILETIME, BYTES(0, 0, 0, 0, 0, 0, 0, 0), "1601-01-01T00:00:00.0000000Z", -77 },
    { EVTX_FILETIME, BYTES(0x22, 0xc1, 0x61, 0xa6, 0xfc, 0xee, 0xd5, 0x01),
      "2020-02-29T12:34:56.7891234Z", -77 },
    { EVTX_FILETIME, BYTES(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), "FFFFFFFFFFFFFFFF",
      -77 },
    { EVTX_SYSTEMTIME, BYTES(0xe4, 7, 2, 0, 6, 0, 29, 0, 12, 0, 34, 0, 56, 0, 0x15, 3),
      "2020-02-29T12:34:56.7890000Z", -77 },
    { EVTX_SYSTEMTIME, BYTES(0xe4, 7, 2, 0, 6, 0, 30, 0, 12, 0, 34, 0, 56, 0, 0x15, 3),
      "E40702000600"
      "1E000C00220038001503",
      -77 },
    { EVTX_SID, BYTES(1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0), "S-1-5-18", -77 },
    { EVTX_SID, BYTES(1, 2, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0), "010200000000000512000000", -77 },
    { EVTX_HEX32, BYTES(0x15, 0, 0, 0), "0x15", 21 },
    { EVTX_HEX64, BYTES(0xe7, 3, 0, 0, 0, 0, 0, 0), "0x3e7", 999 },
    { EVTX_UINT32, BYTES(1, 2), "0102", -77 },
    { (enum evtx_type)0x55, BYTES(1, 2), "0102", -77 },
    { EVTX_ARRAY | EVTX_STRING, BYTES('a', 0, 0, 0, 'b', 0, 0, 0), "a,b", -77 },
    { EVTX_ARRAY | EVTX_STRING, BYTES('a', 0, 0, 0, 'b', 0), "a,b", -77 },
    { EVTX_ARRAY | EVTX_ANSI, BYTES('a', 0, 0, 'b', 0), "a,,b", -77 },
    { EVTX_ARRAY | EVTX_UINT16, BYTES(1, 0, 2, 0), "1,2", -77 },
    { EVTX_ARRAY | EVTX_UINT16, BYTES(1, 0, 2), "010002", -77 },
    { EVTX_ARRAY | EVTX_SID,
      BYTES(1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 5, 19, 0, 0, 0),
      "S-1-5-18,S-1-5-19", -77 },
    { EVTX_ARRAY | EVTX_BINARY, BYTES(1, 2), "0102", -77 },
    { EVTX_ARRAY | EVTX_HEX64, BYTES(1, 0, 0, 0, 0, 0, 0, 0), "0x1", -77 },
};

static void are_texts_and_numbers(void)
{
    struct arena *a = arena_new(0);
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        struct evtx_field f = { .type = values[i].type,
                                .data = values[i].data,
                                .size = values[i].size };
        uint64_t number = 0;
        T_EQ_S(evtx_text(&f, a), values[i].text);
        bool is_number = evtx_number(&f, &number);
        T_EQ_I(is_number ? (int64_t)number : -77, values[i].number);
    }
    arena_free(a);
}

static struct evtx_field text(const char *ascii, uint8_t *buf)
{
    uint32_t n = 0;
    for (; *ascii; ascii++) {
        buf[n++] = (uint8_t)*ascii;
        buf[n++] = 0;
    }
    return (struct evtx_field){ .type = EVTX_STRING, .data = buf, .size = n };
}

static void are_times(void)
{
    uint8_t buf[512];
    filetime t = 0;
    struct evtx_field f = text("2021-11-19T16:52:33.837335000Z", buf);
    T_OK(evtx_time(&f, &t));
    T_EQ_I(t, INT64_C(132818143538373350));
    f = text("19.11.2021", buf);
    T_OK(!evtx_time(&f, &t));
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        f = (struct evtx_field){ .type = values[i].type,
                                 .data = values[i].data,
                                 .size = values[i].size };
        bool is_time = strlen(values[i].text) == 28 && values[i].text[4] == '-';
        T_EQ_I(evtx_time(&f, &t), is_time);
    }
}

static void are_sids(void)
{
    uint8_t buf[512];
    char sid[SID_TEXT_MAX], small[8];
    struct evtx_field f = text("S-1-5-21-1-2-3-500", buf);
    T_OK(evtx_sid(&f, sid, sizeof(sid)));
    T_EQ_S(sid, "S-1-5-21-1-2-3-500");
    T_OK(!evtx_sid(&f, small, sizeof(small)));
    f = text("%{S-1-5-18}", buf);
    T_OK(!evtx_sid(&f, sid, sizeof(sid)));
    size_t good = 0;
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        f = (struct evtx_field){ .type = values[i].type,
                                 .data = values[i].data,
                                 .size = values[i].size };
        good += evtx_sid(&f, sid, sizeof(sid));
    }
    T_EQ_I(good, 1);
    T_EQ_S(sid, "");
}

#define TESTS(X) X(are_texts_and_numbers) X(are_times) X(are_sids)

T_MAIN("evtx_value", TESTS)
