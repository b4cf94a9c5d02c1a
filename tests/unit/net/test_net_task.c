/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "audit/collect/net/coverage.h"
#include "audit/collect/net/options.h"
#include "audit/collect/net/text.h"
#include "audit/collect/net/timers.h"
#include "tests/unit/net/net_support.h"

/* ---- parameters ---- */

static enum rc read_options(const char *const *pairs, struct net_options *ret, struct err *err)
{
    struct task t = { .role = "kagimori-net" };
    for (; pairs[0]; pairs += 2) {
        T_EQ_I(task_add(&t, pairs[0], pairs[1], err), RC_OK);
    }
    return net_options_from_task(&t, ret, err);
}

static void options_have_defaults(void)
{
    const char *const pairs[] = { "source", "net.port", "source", "net.smb", NULL };
    struct net_options o;
    struct err err = { 0 };
    T_EQ_I(read_options(pairs, &o, &err), RC_OK);
    T_OK(o.wants[NET_PORT] && o.wants[NET_SMB] && !o.wants[NET_RDP]);
    T_EQ_I(o.port_count, 6);
    T_EQ_I(o.ports[0], 445);
    T_EQ_I(o.connect_timeout_ms, 2000);
    T_EQ_I(o.answer_timeout_ms, 5000);
    T_EQ_I(o.host_deadline_s, 20);
    T_EQ_I(o.rate, 1000);
    T_EQ_I(o.concurrency, 1000);
    T_EQ_I(o.retries, 0);
    T_OK(o.now > 0);
}

static void options_refuse_what_is_wrong(void)
{
    static const struct {
        const char *pairs[8];
        const char *message;
    } cases[] = { { { NULL }, "no source" },
                  { { "source", "net.dns", NULL }, "net.dns" },
                  { { "source", "net.port", "port", "0", NULL }, "from 1 to 65535" },
                  { { "source", "net.port", "rdp_port", "65536", NULL }, "from 1 to 65535" },
                  { { "source", "net.port", "connect_timeout_ms", "1", NULL },
                    "connect_timeout_ms" },
                  { { "source", "net.port", "concurrency", "0", NULL }, "concurrency" },
                  { { "source", "net.port", "now", "today", NULL }, "filetime" } };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct net_options o;
        struct err err = { 0 };
        T_EQ_I(read_options(cases[i].pairs, &o, &err), RC_USAGE);
        T_HAS(err.msg, cases[i].message);
    }
}

static void ports_count_once(void)
{
    const char *const pairs[] = { "source", "net.port", "port", "22", "port",
                                  "445",    "port",     "22",   NULL };
    struct net_options o;
    struct err err = { 0 };
    T_EQ_I(read_options(pairs, &o, &err), RC_OK);
    T_EQ_I(o.port_count, 2);
}

/* ---- the list of hosts ---- */

static enum rc read_hosts(const char *text, size_t n, struct host_list *ret, struct err *err)
{
    char *copy = malloc(n + 1);
    memcpy(copy, text, n);
    copy[n] = '\0';
    return hosts_parse(copy, n, ret, err);
}

static void hosts_are_read(void)
{
    static const char text[] = "dc1.klinik.example\t10.0.0.1\tc\t-\n"
                               "\xe3\x82\xab\xe3\x83\xab\xe3\x83\x86\t-\t-\t3390,13389\n"
                               "10.1.0.9\t10.1.0.9\tr\t-\n"
                               "v6\tfe80::1\tcr\t";
    struct host_list l;
    struct err err = { 0 };
    T_EQ_I(read_hosts(text, strlen(text), &l, &err), RC_OK);
    T_EQ_I(l.count, 4);
    T_EQ_S(l.hosts[0].name, "dc1.klinik.example");
    T_OK(l.hosts[0].has_address && l.hosts[0].is_controller && !l.hosts[0].is_range);
    T_OK(!l.hosts[1].has_address);
    T_EQ_I(l.hosts[1].rdp_port_count, 2);
    T_EQ_I(l.hosts[1].rdp_ports[1], 13389);
    T_OK(l.hosts[2].is_range);
    T_EQ_I(l.hosts[3].address.any.sa_family, AF_INET6);
    hosts_done(&l);
    T_EQ_I(read_hosts("", 0, &l, &err), RC_OK);
    T_EQ_I(l.count, 0);
    hosts_done(&l);
}

static void malformed_lists_are_our_own_fault(void)
{
    static const char *const bad[] = { "a\t-\t-\n",        "a\t-\t-\t-\t-\n",
                                       "\t-\t-\t-\n",      "a\t10.0.0\t-\t-\n",
                                       "a\t-\tx\t-\n",     "a\t-\t-\t0\n",
                                       "a\t-\t-\t1,\n",    "a\t-\t-\t1,2,3,4,5,6,7,8,9\n",
                                       "a\t-\t-\t70000\n", "a\x1b\t-\t-\t-\n",
                                       "a\r\t-\t-\t-\n",   "-\t-\t-\t-\n",
                                       "a\xff\t-\t-\t-\n", "a\t-\t-\t-\n\nb\t-\t-\t-\n" };

    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct host_list l;
        struct err err = { 0 };
        T_EQ_I(read_hosts(bad[i], strlen(bad[i]), &l, &err), RC_USAGE);
    }
    struct host_list l;
    struct err err = { 0 };
    T_EQ_I(read_hosts("a\0b\t-\t-\t-\n", 10, &l, &err), RC_USAGE);
}

static void a_list_has_a_limit(void)
{
    struct wr w AUTO(wr_done);
    struct host_list l;
    struct err err = { 0 };
    wr_init(&w, 1U << 24);
    for (size_t i = 0; i < HOSTS_MAX; i++) {
        wr_text(&w, "a\t-\t-\t-\n");
    }
    T_EQ_I(read_hosts((const char *)w.data, w.size, &l, &err), RC_OK);
    T_EQ_I(l.count, HOSTS_MAX);
    hosts_done(&l);
    wr_text(&w, "a\t-\t-\t-\n");
    T_EQ_I(read_hosts((const char *)w.data, w.size, &l, &err), RC_USAGE);
    T_HAS(err.msg, "65536");
}

/* ---- texts ---- */

static void texts_are_made_fit(void)
{
    char out[16];
    T_EQ_I(text_clean(out, sizeof(out), "  a\tb\x7f\xc2\x80 ", 9), 2);
    T_EQ_S(out, "ab");
    (void)text_clean(out, sizeof(out), "\xff\xe3\x81", 3);
    T_EQ_S(out, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    (void)text_clean(out, 8, "\xe3\x81\x82\xe3\x81\x82\xe3\x81\x82", 9);
    T_EQ_S(out, "\xe3\x81\x82\xe3\x81\x82");
    (void)text_clean_utf16(out, sizeof(out), "a\0\n\0b", 5);
    T_EQ_S(out, "a"); /* an odd byte is no character */
}

/* ---- deadlines ---- */

static void timers_come_in_order(void)
{
    struct timer timer[50];
    struct timers t = { 0 };
    T_OK(timers_reserve(&t, ARRAY_LEN(timer)));
    for (size_t i = 0; i < ARRAY_LEN(timer); i++) {
        timer[i] = (struct timer){ .at = TIMER_NONE };
        timers_set(&t, &timer[i], (int64_t)(i * 7919 % 101));
    }
    for (size_t i = 0; i < ARRAY_LEN(timer); i += 3) {
        timers_set(&t, &timer[i], (int64_t)(500 - i));
    }
    for (size_t i = 1; i < ARRAY_LEN(timer); i += 5) {
        timers_clear(&t, &timer[i]);
        timers_clear(&t, &timer[i]);
    }
    int64_t last = 0;
    size_t left = 0;
    for (struct timer *first = timers_first(&t); first; first = timers_first(&t), left++) {
        T_OK(first->due_us >= last);
        last = first->due_us;
        timers_clear(&t, first);
    }
    T_EQ_I(left, 40);
    timers_done(&t);
}

/* ---- how a source ends ---- */

static enum rc put_nothing(struct row_sink *sink, const struct row *row, struct err *err)
{
    (void)sink;
    (void)row;
    (void)err;
    return RC_OK;
}

/* An SMB server that answered its first question when the time of its host was over. */
static void what_is_cut_off_is_not_whole(void)
{
    static const bool wants[NET_SOURCE_COUNT] = { [NET_SMB] = true };
    struct row_sink sink = { put_nothing };
    struct err err = { 0 };
    size_t n = 0;
    uint8_t *p = golden("smb_negotiate.bin", &n);
    struct talk *t = talk_new(&smb_protocol, "h", 445, false, wants);
    T_OK(t != NULL);
    if (t) {
        T_EQ_I(t->protocol->on(t, TALK_OPEN), TALK_WAIT);
        T_OK(t->out.size > 100);
        wr_bytes(&t->in, p, n / 2);
        T_EQ_I(t->protocol->on(t, TALK_INPUT), TALK_WAIT);
        wr_bytes(&t->in, p + n / 2, n - n / 2);
        T_EQ_I(t->protocol->on(t, TALK_INPUT), TALK_WAIT);
        t->is_cut = true;
        T_EQ_I(talk_put(t, &sink, &err), RC_OK);
        T_EQ_I(t->end.results[NET_SMB].rc, RC_TIMEOUT);
        T_EQ_I(t->end.results[NET_SMB].objects, 1);
        T_EQ_S(t->end.word, "smb");
    }
    talk_free(t);
    free(p);
}

static struct talk_end talk_of(enum net_source source, enum rc rc, uint64_t objects)
{
    struct talk_end end = { 0 };
    end.results[source] = (struct talk_result){ .is_told = true, .rc = rc, .objects = objects };
    return end;
}

static void sources_end_as_their_ports_do(void)
{
    struct talk_end good = talk_of(NET_RDP, RC_OK, 1), bad = talk_of(NET_RDP, RC_MALFORMED, 0);
    struct talk_end half = talk_of(NET_RDP, RC_TIMEOUT, 1), none = talk_of(NET_RDP, RC_ABSENT, 0);
    struct talk_end untold = { 0 };
    struct visit_port p[2] = { { .number = 3389, .role = ROLE_RDP },
                               { .number = 3390, .role = ROLE_RDP } };
    static const enum port_state O = PORT_OPEN, C = PORT_CLOSED, F = PORT_FILTERED,
                                 U = PORT_UNREACHABLE, L = PORT_LOCAL;

    const struct {
        enum port_state state[2];
        struct talk_end *end[2];
        const char *outcome;
        enum rc reason;
    } cases[] = {
        { { O, O }, { &good, &good }, "complete", RC_OK },
        { { O, C }, { &good, NULL }, "complete", RC_OK },
        { { O, F }, { &good, NULL }, "complete", RC_OK },
        { { O, O }, { &good, &bad }, "partial", RC_MALFORMED },
        { { O, C }, { &half, NULL }, "partial", RC_TIMEOUT },
        { { O, C }, { &bad, NULL }, "failed", RC_MALFORMED },
        { { O, C }, { &untold, NULL }, "failed", RC_BUG },
        { { O, C }, { &none, NULL }, "absent", RC_ABSENT },
        { { C, C }, { NULL, NULL }, "absent", RC_ABSENT },
        { { C, F }, { NULL, NULL }, "unreachable", RC_TIMEOUT },
        { { U, C }, { NULL, NULL }, "unreachable", RC_UNREACHABLE },
        { { L, C }, { NULL, NULL }, "failed", RC_IO },
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct net_outcome o;
        for (size_t k = 0; k < 2; k++) {
            p[k].state = cases[i].state[k];
            p[k].end = cases[i].end[k];
        }
        net_outcome_of(NET_RDP, p, 2, &o);
        T_EQ_S(o.state, cases[i].outcome);
        T_EQ_I(o.reason, cases[i].reason);
    }
}

static void ports_are_seen_when_one_gave_a_sign(void)
{
    struct net_outcome o;
    struct visit_port p[2] = { { .number = 445, .state = PORT_CLOSED },
                               { .number = 22, .state = PORT_FILTERED } };
    net_outcome_of(NET_PORT, p, 2, &o);
    T_EQ_S(o.state, "complete");
    T_EQ_I(o.objects, 2);
    p[0].state = PORT_FILTERED;
    net_outcome_of(NET_PORT, p, 2, &o);
    T_EQ_S(o.state, "unreachable");
    T_EQ_I(o.reason, RC_TIMEOUT);
    p[0].state = PORT_LOCAL;
    net_outcome_of(NET_PORT, p, 2, &o);
    T_EQ_S(o.state, "partial");
    net_outcome_of(NET_LDAP, p, 2, &o);
    T_EQ_S(o.state, "absent");
    T_EQ_S(o.detail, "not a domain controller");
    net_outcome_unresolved(RC_ABSENT, &o);
    T_EQ_S(o.state, "unreachable");
    T_HAS(o.detail, "no address");
    net_outcome_unresolved(RC_DENIED, &o);
    T_EQ_S(o.state, "not_collected");
    T_HAS(o.detail, "excludes");
    net_outcome_unresolved(RC_TIMEOUT, &o);
    T_EQ_S(o.state, "unreachable");
}

#define TESTS(X)                         \
    X(options_have_defaults)             \
    X(options_refuse_what_is_wrong)      \
    X(ports_count_once)                  \
    X(hosts_are_read)                    \
    X(malformed_lists_are_our_own_fault) \
    X(a_list_has_a_limit)                \
    X(texts_are_made_fit)                \
    X(timers_come_in_order)              \
    X(what_is_cut_off_is_not_whole)      \
    X(sources_end_as_their_ports_do)     \
    X(ports_are_seen_when_one_gave_a_sign)
T_MAIN("net task", TESTS)
