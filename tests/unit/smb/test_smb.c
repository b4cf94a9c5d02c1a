/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "audit/collect/smb/budget.h"
#include "audit/collect/smb/coverage.h"
#include "audit/collect/smb/fault.h"
#include "audit/collect/smb/registry_value.h"
#include "audit/collect/smb/srvsvc_ndr.h"
#include "audit/collect/smb/value.h"
#include "tests/support/t.h"

/* ---- options ---- */

static enum rc read_options(struct task *t, const char *const *pairs, struct smb_options *ret,
                            struct err *err)
{
    *t = (struct task){ .role = "kagimori-smb" };
    for (; pairs[0]; pairs += 2) {
        T_EQ_I(task_add(t, pairs[0], pairs[1], err), RC_OK);
    }
    return options_from_task(t, ret, err);
}

#define BASIC "host", "pc1.hospital.example", "user", "HOSPITAL\\audit", "source", "smb.machine"

static void options_have_safe_defaults(void)
{
    const char *const pairs[] = { BASIC, NULL };
    struct task t;
    struct smb_options o;
    struct err err = { 0 };
    T_EQ_I(read_options(&t, pairs, &o, &err), RC_OK);
    T_EQ_I(o.port, 445);
    T_EQ_I(o.auth, AUTH_NTLM);
    T_EQ_S(o.domain, "HOSPITAL");
    T_EQ_S(o.name, "audit");
    T_EQ_I(o.trials, 1);
    T_OK(!o.smb1 && !o.remote_registry && !o.blank && !o.is_controller);
    T_EQ_I(o.logon_timeout_s, 20); /* within the supervisor's 30 s for a gate */
    T_EQ_I(o.max_accounts, 20000);
    T_EQ_S(options_right(&o, 0), "SeRemoteInteractiveLogonRight");
    T_EQ_S(options_right(&o, 11), "SeInteractiveLogonRight");
    T_OK(options_right(&o, 12) == NULL);
}

static void options_read_the_forms_of_a_user(void)
{
    static const struct {
        const char *user, *domain, *name;
        enum smb_user_form form;
    } cases[] = {
        { "HOSPITAL\\audit", "HOSPITAL", "audit", USER_DOWN_LEVEL },
        { "audit@hospital.example", "", "audit@hospital.example", USER_PRINCIPAL },
        { ".\\audit", "PC1", "audit", USER_OF_HOST },
        { "D\\a@b", "D", "a@b", USER_DOWN_LEVEL },
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const char *const pairs[] = { "host",   "pc1.hospital.example", "user", cases[i].user,
                                      "source", "smb.machine",          NULL };
        struct task t;
        struct smb_options o;
        struct err err = { 0 };
        T_EQ_I(read_options(&t, pairs, &o, &err), RC_OK);
        T_EQ_S(o.domain, cases[i].domain);
        T_EQ_S(o.name, cases[i].name);
        T_EQ_I(o.form, cases[i].form);
    }
}

static void options_refuse_what_is_wrong(void)
{
    static const struct {
        const char *key, *value, *message;
    } cases[] = {
        { "source", "smb.nothing", "unknown to this collector" },
        { "port", "0", "from 1 to 65535" },
        { "auth", "ntlmv1", "ntlm or kerberos" },
        { "auth", "kerberos", "either a ccache or a keytab" },
        { "computer", "A-NAME-THAT-IS-TOO-LONG", "NetBIOS" },
        { "address", "a b", "IP address" },
        { "registry", "HKLM\\SOFTWARE\\X", "Key|Value" },
        { "registry", "HKCU\\SOFTWARE\\X|Y", "Key|Value" },
        { "registry", "HKLM\\|Y", "Key|Value" },
        { "registry", "HKLM\\*|Y", "Key|Value" },
        { "registry", "HKLM\\A\\|Y", "Key|Value" },
        { "right", "Debug", "SeDebugPrivilege" },
        { "service", "", "key name" },
        { "candidate", "0", "from 1" },
        { "trials", "-1", "whole number" },
        { "blank", "yes", "from 0 to 1" },
        { "source", "smb.reuse", "needs candidates" },
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const char *const pairs[] = { BASIC, cases[i].key, cases[i].value, NULL };
        struct task t;
        struct smb_options o;
        struct err err = { 0 };
        T_EQ_I(read_options(&t, pairs, &o, &err), RC_USAGE);
        T_HAS(err.msg, cases[i].message);
    }
    static const char *const users[] = { "audit", "\\audit", "HOSPITAL\\", "@x", "audit@", "" };
    for (size_t i = 0; i < ARRAY_LEN(users); i++) {
        const char *const pairs[] = {
            "host", "pc1", "user", users[i], "source", "smb.machine", NULL
        };
        struct task t;
        struct smb_options o;
        struct err err = { 0 };
        T_EQ_I(read_options(&t, pairs, &o, &err), RC_USAGE);
        T_HAS(err.msg, "DOMAIN\\user");
    }
}

static void options_take_a_registry_wish_apart(void)
{
    struct smb_registry_wish w;
    T_OK(options_registry_wish("HKLM\\SOFTWARE\\A b|Value", &w));
    T_EQ_I(w.path_size, strlen("SOFTWARE\\A b"));
    T_OK(strncmp(w.path, "SOFTWARE\\A b", w.path_size) == 0);
    T_EQ_S(w.value, "Value");
    T_OK(!w.each_subkey);
    T_OK(options_registry_wish("hklm\\A\\B\\*|*", &w));
    T_OK(w.each_subkey);
    T_EQ_I(w.spelled_size, strlen("hklm\\A\\B"));
    T_EQ_S(w.value, "*");
    T_OK(options_registry_wish("HKLM\\A|", &w)); /* the default value */
    T_EQ_S(w.value, "");
    T_OK(!options_registry_wish("HKLM\\A\xff|B", &w));
}

static void options_name_a_computer(void)
{
    char buf[16];
    options_computer_name("pc1.hospital.example", buf);
    T_EQ_S(buf, "PC1");
    options_computer_name("a-very-long-computer-name.x", buf);
    T_EQ_S(buf, "A-VERY-LONG-COM");
    options_computer_name("10.0.0.1", buf);
    T_EQ_S(buf, ".");
    options_computer_name("fe80::1", buf);
    T_EQ_S(buf, ".");
}

/* ---- budget ---- */

/* A host where a trial is safe. */
static struct budget safe(void)
{
    return (struct budget){ .has_account = true,
                            .allowed = 1,
                            .has_threshold = true,
                            .threshold = 10,
                            .has_count = true,
                            .count = 0,
                            .has_flags = true,
                            .flags = 0x10 };
}

static void expect_forbidden(const struct budget *b, const char *reason)
{
    const char *got = budget_forbids(b);
    if (!reason) {
        T_OK(got == NULL);
    } else {
        T_EQ_S(got, reason);
    }
}

static void budget_counts_the_threshold(void)
{
    for (uint32_t threshold = 0; threshold <= 12; threshold++) {
        for (uint32_t count = 0; count <= 12; count++) {
            struct budget b = safe();
            b.threshold = threshold;
            b.count = count;
            /* After this trial fails, two more failures must still be allowed. */
            bool is_safe = threshold == 0 || (int)threshold - (int)count >= 3;
            expect_forbidden(&b, is_safe ? NULL : "lockout_budget");
        }
    }
    struct budget b = safe();
    b.threshold = UINT32_MAX;
    b.count = UINT32_MAX;
    expect_forbidden(&b, "lockout_budget");
}

static void budget_takes_an_unreadable_threshold_for_three(void)
{
    struct budget b = safe();
    b.has_threshold = false;
    b.threshold = 0; /* nothing was read: not "never locks" */
    expect_forbidden(&b, NULL);
    b.count = 1;
    expect_forbidden(&b, "lockout_budget");
    b.has_count = false;
    expect_forbidden(&b, "count_unreadable");
}

static void budget_needs_the_count(void)
{
    struct budget b = safe();
    b.has_count = false;
    expect_forbidden(&b, "count_unreadable");
    b.threshold = 0;
    expect_forbidden(&b, NULL);
}

static void budget_has_an_order_of_reasons(void)
{
    struct budget b = safe();
    b.has_flags = true;
    b.count = 9;
    expect_forbidden(&b, "lockout_budget");
    b.flags |= 0x400;
    expect_forbidden(&b, "locked");
    b.flags |= 0x1;
    expect_forbidden(&b, "disabled");
    b.has_account = false;
    expect_forbidden(&b, "no_account");
    b.tried = 1;
    expect_forbidden(&b, "one_per_window");
    b.is_stopped = true;
    expect_forbidden(&b, "estate_stopped");
    b.is_answered = true;
    expect_forbidden(&b, "answered");
    b.is_shut_out = true;
    expect_forbidden(&b, "no_account");
    b.may_be_controller = true;
    expect_forbidden(&b, "controller");
    b.is_unreachable = true;
    expect_forbidden(&b, "unreachable");
}

static void budget_never_tries_more_than_allowed(void)
{
    struct budget b = safe();
    b.allowed = 0;
    expect_forbidden(&b, "one_per_window");
    b.allowed = 3;
    b.tried = 2;
    expect_forbidden(&b, NULL);
    b.tried = 3;
    T_EQ_S(budget_forbids_asking(&b), "one_per_window");
}

static void budget_reads_the_answer(void)
{
    static const struct {
        uint32_t status;
        const char *outcome;
        bool answers;
        enum worker_gate_result gate;
    } cases[] = {
        { 0, "accepted", true, WORKER_GATE_OK },
        { 0xc0000071U, "expired", true, WORKER_GATE_OTHER },
        { 0xc0000224U, "must_change", true, WORKER_GATE_OTHER },
        { 0xc000006eU, "restricted", true, WORKER_GATE_OTHER },
        { 0xc000006fU, "restricted", true, WORKER_GATE_OTHER },
        { 0xc000015bU, "logon_type", true, WORKER_GATE_OTHER },
        { 0xc000006dU, "rejected", false, WORKER_GATE_REFUSED },
        { 0xc000006aU, "rejected", false, WORKER_GATE_REFUSED },
        { 0xc0000072U, "disabled", false, WORKER_GATE_OTHER },
        { 0xc0000234U, "locked", false, WORKER_GATE_LOCKED },
        { 0xc0000022U, "failed", false, WORKER_GATE_OTHER },
        { 0xc00000b5U, "failed", false, WORKER_GATE_OTHER },
        { 0xc0000064U, "failed", false, WORKER_GATE_OTHER },
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        T_EQ_S(budget_outcome(cases[i].status), cases[i].outcome);
        T_EQ_I(budget_is_answer(cases[i].outcome), cases[i].answers);
        T_EQ_I(budget_gate(cases[i].status), cases[i].gate);
    }
    T_OK(!budget_is_answer("skipped"));
}

/* ---- faults ---- */

static struct smb_options plain_options(void)
{
    return (struct smb_options){ .host = "pc1.example",
                                 .port = 445,
                                 .connect_timeout_ms = 700,
                                 .operation_timeout_s = 9,
                                 .logon_timeout_s = 9 };
}

static void fault_tells_logons_apart(void)
{
    static const struct {
        uint32_t status;
        enum rc rc;
        enum worker_gate_result gate;
        const char *message;
    } cases[] = {
        { 0xc000006dU, RC_DENIED, WORKER_GATE_REFUSED, "nothing is tried again" },
        { 0xc000006aU, RC_DENIED, WORKER_GATE_REFUSED, "is wrong" },
        { 0xc0000064U, RC_DENIED, WORKER_GATE_REFUSED, "does not exist" },
        { 0xc0000071U, RC_DENIED, WORKER_GATE_OTHER, "has expired" },
        { 0xc0000224U, RC_DENIED, WORKER_GATE_OTHER, "must change" },
        { 0xc0000234U, RC_DENIED, WORKER_GATE_LOCKED, "locked out" },
        { 0xc0000072U, RC_DENIED, WORKER_GATE_OTHER, "disabled" },
        { 0xc000015bU, RC_DENIED, WORKER_GATE_OTHER, "over the network" },
        { 0xc000005eU, RC_UNREACHABLE, WORKER_GATE_OTHER, "no domain controller" },
        { 0xc0000022U, RC_DENIED, WORKER_GATE_OTHER, "denies access" },
        { 0xc00000b5U, RC_TIMEOUT, WORKER_GATE_OTHER, "no answer for 9 s" },
        { 0xc000020dU, RC_UNREACHABLE, WORKER_GATE_OTHER, "reset" },
        { 0xc00000bbU, RC_UNSUPPORTED, WORKER_GATE_OTHER, "SMB1 only" },
        { 0xc0000badU, RC_DENIED, WORKER_GATE_OTHER, "failed" },
    };
    struct smb_options o = plain_options();
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct err err = { 0 };
        T_EQ_I(fault_logon(&o, "D\\u", cases[i].status, &err), cases[i].rc);
        T_EQ_I(fault_gate(&o, cases[i].status), cases[i].gate);
        T_HAS(err.msg, cases[i].message);
        T_EQ_S(err.where, "pc1.example");
    }
    T_EQ_I(fault_gate(&o, 0), WORKER_GATE_OK);
    o.form = USER_PRINCIPAL;
    T_EQ_I(fault_gate(&o, 0xc0000234U), WORKER_GATE_LOCKED);
    o.form = USER_OF_HOST; /* the next host has another account of that name */
    T_EQ_I(fault_gate(&o, 0xc0000234U), WORKER_GATE_REFUSED);
    T_EQ_I(fault_gate(&o, 0xc000006dU), WORKER_GATE_REFUSED);
    T_EQ_I(fault_gate(&o, 0xc0000072U), WORKER_GATE_OTHER);
    T_EQ_S(fault_name(0xc000006dU), "NT_STATUS_LOGON_FAILURE");
}

static void fault_tells_calls_apart(void)
{
    struct smb_options o = plain_options();
    struct err err = { 0 };
    T_EQ_I(fault_call(&o, "reading x", 0xc0000022U, &err), RC_DENIED);
    T_HAS(err.msg, "administrator of the host");
    T_EQ_I(fault_call(&o, "reading x", 0xc0000034U, &err), RC_UNSUPPORTED);
    T_EQ_I(fault_call(&o, "reading x", 0xc003000cU, &err), RC_MALFORMED);
    T_EQ_I(fault_call(&o, "reading x", 0xc00000b5U, &err), RC_TIMEOUT);
    T_EQ_I(fault_call(&o, "reading x", 0xc0000bbbU, &err), RC_UNSUPPORTED);
    T_OK(fault_is_loss(0xc00000b5U) && fault_is_loss(0xc000020dU));
    T_OK(!fault_is_loss(0xc0000022U) && !fault_is_loss(0));
    T_EQ_I(fault_win32(&o, "reading x", 0, &err), RC_OK);
    T_EQ_I(fault_win32(&o, "reading x", 5, &err), RC_DENIED);
    T_EQ_I(fault_win32(&o, "reading x", 2, &err), RC_ABSENT);
    T_EQ_I(fault_win32(&o, "reading x", 1060, &err), RC_ABSENT);
    T_EQ_I(fault_win32(&o, "reading x", 87, &err), RC_UNSUPPORTED);
    T_EQ_I(fault_connect(&o, ETIMEDOUT, &err), RC_TIMEOUT);
    T_HAS(err.msg, "700 ms");
    T_EQ_I(fault_connect(&o, ECONNREFUSED, &err), RC_UNREACHABLE);
}

static void coverage_has_a_state_for_every_end(void)
{
    static const struct {
        enum rc rc;
        uint64_t objects;
        const char *state;
    } cases[] = {
        { RC_OK, 0, "complete" },         { RC_DENIED, 0, "denied" },
        { RC_DENIED, 3, "partial" },      { RC_TIMEOUT, 0, "unreachable" },
        { RC_UNREACHABLE, 1, "partial" }, { RC_UNSUPPORTED, 0, "unsupported" },
        { RC_MALFORMED, 0, "failed" },    { RC_USAGE, 0, "failed" },
        { RC_LIMIT, 0, "not_collected" }, { RC_ABSENT, 0, "absent" },
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        T_EQ_S(coverage_state(cases[i].rc, cases[i].objects), cases[i].state);
    }
}

/* ---- values ---- */

static void value_writes_sids(void)
{
    struct dom_sid sid = { .sid_rev_num = 1,
                           .num_auths = 4,
                           .id_auth = { 0, 0, 0, 0, 0, 5 },
                           .sub_auths = { 21, 1, 2, 3 } };
    struct dom_sid below;
    char text[SID_TEXT_MAX];
    value_sid(&sid, text);
    T_EQ_S(text, "S-1-5-21-1-2-3");
    T_OK(value_sid_below(&sid, 500, &below));
    value_sid(&below, text);
    T_EQ_S(text, "S-1-5-21-1-2-3-500");
    sid.num_auths = 15;
    T_OK(!value_sid_below(&sid, 500, &below));
    sid.num_auths = -1;
    value_sid(&sid, text);
    T_EQ_S(text, "");
    value_sid(NULL, text);
    T_EQ_S(text, "");
}

static void value_cuts_text_at_a_character(void)
{
    struct arena *a AUTO(arena_freep) = arena_new(0);
    char big[ROW_TEXT_MAX + 64];
    for (size_t i = 0; i < sizeof(big) - 1; i++) {
        big[i] = "\xe9\x8d\xb5"[i % 3]; /* a character of three bytes */
    }
    big[sizeof(big) - 1] = '\0';
    const char *text = value_text(a, big, true);
    T_OK(text && strlen(text) <= ROW_TEXT_MAX && strlen(text) % 3 == 0);
    T_EQ_S(value_text(a,
                      "a\xff"
                      "b",
                      true),
           "a\xef\xbf\xbd"
           "b");
    T_OK(value_text(a, "", true) == NULL);
    T_EQ_S(value_text(a, "", false), "");
    T_OK(value_text(a, NULL, false) == NULL);
    T_EQ_S(value_utf16(a, "A\0\x35\x93", 4), "A\xe9\x8c\xb5");
    T_EQ_I(value_time(UINT64_MAX), FILETIME_NEVER);
    T_EQ_I(value_time(5), 5);
}

/* ---- NDR, against Samba's encoder ---- */

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

/* ---- registry values ---- */

static struct row row_of(struct arena *a, uint32_t type, const char *data, size_t n,
                         const char *name)
{
    const struct winreg_answer v = { .type = type,
                                     .data = n > 0 ? (const uint8_t *)data : NULL,
                                     .data_size = n,
                                     .size = (uint32_t)n };
    struct row row;
    row_begin(&row, ROW_TABLE_REGISTRY);
    registry_put(&row, name, &v, a);
    return row;
}

static void expect_text(const struct row *row, const char *want)
{
    const struct row_value *v = &row->v[REGISTRY_TEXT];
    if (!want) {
        T_EQ_I(v->kind, ROW_NULL);
        return;
    }
    T_EQ_I(v->kind, ROW_STRING);
    T_OK(v->kind == ROW_STRING && v->size == strlen(want) && memcmp(v->text, want, v->size) == 0);
}

static void registry_values_become_columns(void)
{
    struct arena *a AUTO(arena_freep) = arena_new(0);
    struct row row = row_of(a, REGISTRY_DWORD, "\xff\xff\xff\xff", 4, "Name");
    T_EQ_I(row.v[REGISTRY_NUMBER].number, 0xffffffffLL);
    row = row_of(a, REGISTRY_QWORD, "\1\0\0\0\0\0\0\x80", 8, "Name");
    T_EQ_I(row.v[REGISTRY_NUMBER].number, INT64_MIN + 1);
    row = row_of(a, REGISTRY_DWORD, "\1\0", 2, "Name"); /* malformed there */
    T_EQ_I(row.v[REGISTRY_NUMBER].kind, ROW_NULL);
    row = row_of(a, REGISTRY_SZ, "a\0b\0\0\0c\0", 8, "Name");
    expect_text(&row, "ab");
    row = row_of(a, REGISTRY_SZ, "a\0b\0", 4, "Name"); /* without a NUL */
    expect_text(&row, "ab");
    row = row_of(a, REGISTRY_SZ, "", 0, "Name");
    expect_text(&row, "");
    row = row_of(a, REGISTRY_MULTI_SZ, "a\0\0\0b\0\0\0\0\0", 10, "Name");
    expect_text(&row, "a\nb");
    row = row_of(a, REGISTRY_MULTI_SZ, "\0\0", 2, "Name");
    expect_text(&row, "");
    row = row_of(a, REGISTRY_BINARY, "abc", 3, "Name");
    expect_text(&row, NULL);
    T_EQ_I(row.v[REGISTRY_SIZE].number, 3);
    row = row_of(a, REGISTRY_SZ, "s\0e\0\0\0", 6, "DefaultPassword");
    expect_text(&row, NULL);
    T_EQ_I(row.v[REGISTRY_SIZE].number, 6);
    row = row_of(a, REGISTRY_DWORD, "\1\0\0\0", 4, "LimitBlankPasswordUse");
    T_EQ_I(row.v[REGISTRY_NUMBER].number, 1);
}

/* What is started with a password behind it: the value is there, and only that. */
static void a_command_with_a_password_is_not_kept(void)
{
    static const char *const with[] = {
        "net use \\\\srv\\x Marker-One7 /user:y",
        "C:\\Tools\\agent.exe --password Marker-Two8",
        "\"C:\\Program Files\\x.exe\" /pwd:Marker-Three9",
        "cmd /c set PASSWORD=Marker-Four1 && start.cmd",
    };
    struct arena *a AUTO(arena_freep) = arena_new(0);
    for (size_t i = 0; i < ARRAY_LEN(with); i++) {
        char wide[256] = { 0 };
        size_t n = strlen(with[i]);
        for (size_t k = 0; k < n; k++) {
            wide[2 * k] = with[i][k];
        }
        for (uint32_t type = REGISTRY_SZ; type <= REGISTRY_EXPAND_SZ; type++) {
            struct row row = row_of(a, type, wide, 2 * n + 2, "Start");
            expect_text(&row, NULL);
            T_EQ_I(row.v[REGISTRY_SIZE].number, 2 * (int64_t)n + 2);
            T_EQ_I(row.v[REGISTRY_TYPE].number, type);
        }
        struct row list = row_of(a, REGISTRY_MULTI_SZ, wide, 2 * n + 2, "Start");
        expect_text(&list, NULL);
    }
    struct row row = row_of(a, REGISTRY_SZ, "x\0.\0e\0x\0e\0 \0/\0q\0\0\0", 18, "Start");
    expect_text(&row, "x.exe /q");
    /* The program of a service and its arguments. */
    for (size_t i = 0; i < ARRAY_LEN(with); i++) {
        T_OK(value_command(a, with[i]) == NULL);
    }
    T_EQ_S(value_command(a, "C:\\Windows\\system32\\svchost.exe -k netsvcs -p"),
           "C:\\Windows\\system32\\svchost.exe -k netsvcs -p");
    T_OK(value_command(a, NULL) == NULL);
}

static void secrets_are_known_by_name(void)
{
    T_OK(registry_is_secret("DefaultPassword") && registry_is_secret("AltDefaultPASSWORD"));
    T_OK(registry_is_secret("svcPwd") && registry_is_secret("SecretKey"));
    T_OK(registry_is_secret("passwd") && registry_is_secret("LimitBlankPasswordUse"));
    T_OK(!registry_is_secret("RunAsPPL") && !registry_is_secret("*") && !registry_is_secret(""));
}

#define TESTS(X)                                      \
    X(options_have_safe_defaults)                     \
    X(options_read_the_forms_of_a_user)               \
    X(options_refuse_what_is_wrong)                   \
    X(options_take_a_registry_wish_apart)             \
    X(options_name_a_computer)                        \
    X(budget_counts_the_threshold)                    \
    X(budget_takes_an_unreadable_threshold_for_three) \
    X(budget_needs_the_count)                         \
    X(budget_has_an_order_of_reasons)                 \
    X(budget_never_tries_more_than_allowed)           \
    X(budget_reads_the_answer)                        \
    X(fault_tells_logons_apart)                       \
    X(fault_tells_calls_apart)                        \
    X(coverage_has_a_state_for_every_end)             \
    X(value_writes_sids)                              \
    X(value_cuts_text_at_a_character)                 \
    X(questions_are_what_samba_would_ask)             \
    X(strings_outside_the_first_plane_are_pairs)      \
    X(answers_are_read)                               \
    X(shares_are_read)                                \
    X(counts_larger_than_the_answer_are_refused)      \
    X(mutations_are_read_or_refused)                  \
    X(registry_values_become_columns)                 \
    X(a_command_with_a_password_is_not_kept)          \
    X(secrets_are_known_by_name)

T_MAIN("smb", TESTS)
