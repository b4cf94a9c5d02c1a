/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What tables and JSON of any size and shape cost, and what hostile ones do not break. */
#include <stdio.h>
#include <stdlib.h>

#include "audit/decode/mfa/words.h"
#include "tests/support/t.h"
#include "tests/unit/evtx/file_source.h"
#include "tests/unit/mfa/mfa_made.h"

static void expect(const char *text, size_t size, size_t accounts, int64_t unreadable,
                   bool is_whole)
{
    struct made m;
    T_EQ_I(made_read(&m, text, size, NULL), RC_OK);
    T_EQ_I(m.refused, 0);
    T_EQ_I(m.accounts, accounts);
    T_EQ_I(m.unreadable, unreadable);
    T_EQ_I(m.is_whole, is_whole);
    T_EQ_S(m.state, is_whole && unreadable == 0 ? "complete" : "partial");
    made_done(&m);
}

#define EXPECT(text, accounts, unreadable, is_whole) \
    expect(text, sizeof(text) - 1, accounts, unreadable, is_whole)

static void tables(void)
{
    EXPECT("account,method\n", 0, 0, true);
    EXPECT("account,method\ra,SMS\rb,SMS", 2, 0, true);
    EXPECT("\r\n\r\naccount;method\r\n\r\na;SMS\r\n", 1, 0, true);
    EXPECT("sep=;\r\naccount;method\r\na,b;SMS\r\n", 1, 0, true);
    EXPECT("account\tmethod\na\tSMS\n", 1, 0, true);
    EXPECT("\"account\" , \"method\"\n\"a\nb\",\"S\"\"MS\"\n", 1, 0, true);
    EXPECT("account,method\n,SMS\na\n", 1, 1, true);             /* nobody; no factor */
    EXPECT("account,method\na,SMS\nA,sms\na,SMS\n", 1, 0, true); /* three times the same */
    EXPECT("account,method\na,SMS\n\"b,SMS\nc,SMS\n", 1, 1, false);
    EXPECT("account,method\n=cmd|' /C calc'!A0,SMS\n", 1, 0, true);
    EXPECT("account,method\na\0b,SMS\n", 1, 0, true);
    EXPECT("account,method\n\xff\xfe\xfd,SMS\n", 1, 0, true);
}

/* A quote that nobody closes costs its own record, not the rest of a large file. */
static void an_open_quote_ends(void)
{
    struct wr w AUTO(wr_done);
    wr_init(&w, 4U << 20);
    wr_text(&w, "account,method\n\"x,SMS\n");
    for (int i = 0; i < 60000; i++) {
        wr_printf(&w, "user%d,SMS\n", i);
    }
    struct made m;
    T_EQ_I(made_read(&m, w.data, w.size, NULL), RC_OK);
    T_OK(m.accounts > 30000);
    T_EQ_I(m.unreadable, 1);
    T_OK(!m.is_whole);
    made_done(&m);
}

static void long_cells(void)
{
    static char text[16384];
    struct made m;
    (void)snprintf(text, sizeof(text), "account,method,note\na,SMS,%04096d\n%05000d,SMS,\n", 7, 7);
    T_EQ_I(made_read(&m, text, strlen(text), NULL), RC_OK);
    T_EQ_I(m.accounts, 1);
    T_EQ_I(m.unreadable, 1); /* nobody is called so */
    T_EQ_I(m.refused, 0);
    made_done(&m);
}

#define A "{\"userPrincipalName\":\"a@x\",\"isMfaCapable\":true}"
#define B "{\"userPrincipalName\":\"b@x\",\"isMfaCapable\":false}"

static void json_forms(void)
{
    EXPECT("[" A "," B "]", 2, 0, true);
    EXPECT(A "\n" B "\n", 2, 0, true);
    EXPECT("\xef\xbb\xbf" A "\r\n\xef\xbb\xbf" B, 2, 0, true);
    EXPECT("{\"value\" : [" A "]}{\"x\":{\"value\":[1]},\"value\":[" B "],\"y\":[[]]}", 2, 0, true);
    EXPECT("[{\"value\":[" A "]},{\"value\":[" B "]}]", 2, 0, true);
    EXPECT("[[" A "],[],[[" B "]]]", 2, 0, true);
    EXPECT("{\"@odata.context\":\"x#userRegistrationDetails\",\"value\":[]}", 0, 0, true);
    EXPECT("{\"stat\":\"OK\",\"response\":[]}", 0, 0, true);
}

static void json_nonsense(void)
{
    EXPECT("[" A ",5,null,\"x\"," B "]", 2, 3, true);
    EXPECT("[" A ",{\"isMfaCapable\":[{}]}]", 1, 1, true);
    EXPECT("[" A ",{\"userPrincipalName\":\"c@x\",\"userPrincipalName\":\"d@x\"}]", 1, 1, true);
    EXPECT("[" A ",{\"userPrincipalName\":5}]", 1, 1, true);
    EXPECT("[" A ",{\"userPrincipalName\":\"c\0@x\"}]", 1, 1, true);
    EXPECT("[" A ",{\"userPrincipalName\":\"c\\u0000@x\"}]", 1, 1, true);
    EXPECT("[" A ",{\"username\":\"c\",\"status\":\"active\"}]", 1, 1,
           true); /* of another product */
    EXPECT("[" A "}" B, 2, 0, false);
    EXPECT("[" A "," B, 2, 0, false);
    EXPECT(A "{\"userPrincipalName\":\"c@", 1, 1, false);
    EXPECT("{\"value\":[" A "]]", 1, 0, false);
    EXPECT(A " nonsense", 1, 1, false);
    struct made m;
    T_EQ_I(made_read(&m, "{\"a\":1}", 7, NULL), RC_MALFORMED);
    made_done(&m);
}

static void deep_and_long(void)
{
    struct wr w AUTO(wr_done);
    wr_init(&w, 16U << 20);
    wr_text(&w, "[" A ",");
    for (int i = 0; i < 100000; i++) {
        wr_text(&w, "{\"a\":[");
    }
    for (int i = 0; i < 100000; i++) {
        wr_text(&w, "]}");
    }
    wr_text(&w, ",{\"userPrincipalName\":\"c@x\",\"pad\":\"");
    for (int i = 0; i < 200000; i++) {
        wr_text(&w, "0123456789");
    }
    wr_text(&w, "\"}," B "]");
    expect((const char *)w.data, w.size, 2, 2, true);
    wr_clear(&w);
    for (int i = 0; i < 1000; i++) {
        wr_text(&w, "[");
    }
    wr_text(&w, A);
    expect((const char *)w.data, w.size, 1, 0, false);
}

/* A file that is made while it is read: a head, count records, a tail. */
struct stream {
    const char *head, *tail;
    size_t record_size, count;
    void (*record)(size_t i, char *buf, size_t size);
};

static enum rc read_stream(void *context, uint64_t offset, void *buf, size_t size, size_t *ret_got,
                           struct err *err)
{
    const struct stream *s = context;
    size_t head = strlen(s->head), tail = strlen(s->tail), got = 0;
    uint64_t body = (uint64_t)s->record_size * s->count;
    char record[2048];
    (void)err;
    while (got < size) {
        uint64_t at = offset + got;
        const char *p = NULL;
        size_t n = 0;
        if (at < head) {
            p = s->head + at;
            n = head - (size_t)at;
        } else if (at < head + body) {
            size_t skip = (size_t)((at - head) % s->record_size);
            s->record((size_t)((at - head) / s->record_size), record, sizeof(record));
            p = record + skip;
            n = s->record_size - skip;
        } else if (at < head + body + tail) {
            p = s->tail + (at - head - body);
            n = (size_t)(head + body + tail - at);
        } else {
            break;
        }
        n = n < size - got ? n : size - got;
        memcpy((char *)buf + got, p, n);
        got += n;
    }
    *ret_got = got;
    return RC_OK;
}

static void csv_record(size_t i, char *buf, size_t size)
{
    (void)snprintf(buf, size, "HOSPITAL\\user%06zu,%s,2026-04-01,=1+1\n", i % 150000,
                   i % 2 ? "FIDO2" : "SMS  ");
}

static void a_large_table(void)
{
    struct stream s = { "account,method,enrolled,source\n", "", 0, 200000, csv_record };
    char one[256];
    struct made m;
    csv_record(1, one, sizeof(one));
    s.record_size = strlen(one);
    const struct evtx_source source = { .read = read_stream, .context = &s };
    T_EQ_I(made_source(&m, &source, NULL, true), RC_OK);
    T_EQ_I(m.accounts, 150000);
    T_EQ_I(m.methods, 150000);
    T_EQ_S(m.state, "complete");
    T_EQ_I(m.refused, 0);
    made_done(&m);
}

static void json_record(size_t i, char *buf, size_t size)
{
    (void)snprintf(
        buf, size,
        "%c{\"userPrincipalName\":\"user%07zu@x\",\"isMfaRegistered\":true,\"pad\":\"%0900d\"}\n",
        i ? ',' : ' ', i, 0);
}

static void a_large_json(void)
{
    struct stream s = { "{\"value\":[", "]}", 0, 0, json_record };
    char one[2048];
    struct made m;
    json_record(1, one, sizeof(one));
    s.record_size = strlen(one);
    s.count = (64U << 20) / s.record_size;
    const struct evtx_source source = { .read = read_stream, .context = &s };
    T_EQ_I(made_source(&m, &source, NULL, true), RC_OK);
    T_EQ_I(m.accounts, s.count);
    T_EQ_S(m.state, "complete");
    made_done(&m);
    s.tail = "";
    T_EQ_I(made_source(&m, &source, NULL, true), RC_OK);
    T_EQ_I(m.accounts, s.count);
    T_EQ_S(m.state, "partial");
    made_done(&m);
}

static void words(void)
{
    char buf[MFA_WORD_MAX];
    filetime t = 0, same = 0;
    T_EQ_S(mfa_word("ＩＣ カード", buf), "icカード");
    T_EQ_S(mfa_word("token:software:totp", buf), "tokensoftwaretotp");
    T_EQ_S(mfa_method(mfa_word("Windows Hello for Business", buf)), "windows_hello");
    T_OK(mfa_method(mfa_word("something else", buf)) == NULL);
    T_EQ_I(mfa_truth("登録済み"), 1);
    T_EQ_I(mfa_truth("未登録"), 0);
    T_EQ_I(mfa_truth("maybe"), -1);
    T_OK(mfa_time("2026/4/1 9:05", &t) && mfa_time("2026-04-01T09:05:00Z", &same));
    T_EQ_I(t, same);
    T_OK(mfa_time("2026年4月1日", &t) && mfa_time("2026-04-01", &same));
    T_EQ_I(t, same);
    T_OK(!mfa_time("4/1/2026", &t)); /* which is the day? */
    T_OK(!mfa_time("2026/13/1", &t) && !mfa_time("", &t) && !mfa_time("2026/4/1 x", &t));
    T_OK(mfa_word_may_show("brandNewMethod"));
    T_OK(!mfa_word_may_show("090 1234 5678") && !mfa_word_may_show("０９０１２３４"));
    T_OK(!mfa_word_may_show("a@b") && !mfa_word_may_show("JBSWY3DPEHPK3PXP"));
}

static const char *look(const char *text, size_t size)
{
    const char *kind = mfa_look(text, size);
    return kind ? kind : "-";
}

#define LOOK(text) look(text, sizeof(text) - 1)

static void looks(void)
{
    T_EQ_S(LOOK("account,method\n"), "mfa_csv");
    T_EQ_S(LOOK("\"ユーザー プリンシパル名\";\"MFA 対応\"\n"), "mfa_csv");
    T_EQ_S(LOOK("a,b\n1,2\n"), "-");
    T_EQ_S(LOOK("account\n"), "-");
    T_EQ_S(LOOK("user,status\nx,y\n"), "-");
    T_EQ_S(LOOK("[" A "]"), "mfa_json");
    T_EQ_S(LOOK("{\"a\":1}"), "-");
    T_EQ_S(LOOK(""), "-");
    T_EQ_S(LOOK("\xff\xfe[\0{\0\"\0i\0s\0_\0e\0n\0r\0o\0l\0l\0e\0d\0\"\0"), "mfa_json");
}

#define TESTS(X)                                                                              \
    X(tables)                                                                                 \
    X(an_open_quote_ends)                                                                     \
    X(long_cells)                                                                             \
    X(json_forms) X(json_nonsense) X(deep_and_long) X(a_large_table) X(a_large_json) X(words) \
        X(looks)
T_MAIN("mfa_streams", TESTS)
