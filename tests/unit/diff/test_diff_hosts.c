/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Findings of hosts: which host is which in two audits, and what it must have told for a finding of it to be fixed. */
#include "report/diff/diff.h"
#include "tests/support/t.h"
#include "tests/unit/diff/pair.h"

static void hosts_keep_their_findings(void)
{
    const char *before = pair_make(
        "old.db", OF_HOSTS HOST("10.0.0.1", "10.0.0.1", "10.0.0.1", "'S-1-5-21-7-7-7'")
                      HOST("10.0.0.2", "10.0.0.2", "10.0.0.2", "'S-1-5-21-8-8-8'")
                          HOST("10.0.0.3", "10.0.0.3", "10.0.0.3", "NULL")
                              HOST("10.0.0.4", "10.0.0.4", "10.0.0.4", "NULL")
                                  RESULT(1, "fail", "10.0.0.1", "10.0.0.1", "{}")
                                      RESULT(1, "fail", "10.0.0.2", "10.0.0.2", "{}")
                                          RESULT(1, "fail", "10.0.0.3", "10.0.0.3", "{}")
                                              RESULT(1, "fail", "10.0.0.4", "10.0.0.4", "{}"));
    /* 1 moved to another address, 2's address is another machine now, 3 has a name now, 4 is out of scope */
    const char *now =
        pair_make("new.db", OF_HOSTS HOST("nas", "nas", "10.0.0.9", "'S-1-5-21-7-7-7'")
                                HOST("10.0.0.22", "10.0.0.22", "10.0.0.2", "'S-1-5-21-9-9-9'")
                                    HOST("printer", "S-1-5-21-1-2-3-1105", "10.0.0.3", "NULL")
                                        RESULT(1, "fail", "nas", "nas", "{}")
                                            RESULT(1, "pass", "10.0.0.22", "", "")
                                                RESULT(1, "pass", "S-1-5-21-1-2-3-1105", "", ""));
    struct diff d = { 0 };
    if (pair_opened(&d, before, now)) {
        T_EQ_S(pair_kind(&d, "t.fix", "nas"), "same fail");
        T_EQ_S(pair_one(&d, "SELECT subject_before FROM diff_list WHERE subject = 'nas'"),
               "10.0.0.1");
        T_EQ_S(pair_kind(&d, "t.fix", "10.0.0.2"), "hidden scope");
        T_EQ_S(pair_kind(&d, "t.fix", "S-1-5-21-1-2-3-1105"), "fixed fail");
        T_EQ_S(pair_kind(&d, "t.fix", "10.0.0.4"), "hidden scope");
        T_EQ_I(d.count[DIFF_NEW], 0);
        diff_close(&d);
    }
    /* The address passes, but what failed on it came from a log on that could not be made now. */
    (void)pair_exec(
        before,
        "INSERT INTO view_source VALUES('reset_authority', 'dns_name', 'smb.registry');"
        "INSERT INTO coverage(source, target, state) VALUES('smb.registry', '10.0.0.3', 'complete')");
    (void)pair_exec(
        now,
        "INSERT INTO view_source VALUES('reset_authority', 'dns_name', 'smb.registry');"
        "INSERT INTO coverage(source, target, state) VALUES('smb.registry', 'printer', 'denied')");
    if (pair_opened(&d, before, now)) {
        T_EQ_S(pair_kind(&d, "t.fix", "S-1-5-21-1-2-3-1105"), "hidden source");
        diff_close(&d);
    }
}

/* Machines made from one image have one SID: it makes no replaced machine the same as its successor. Nor does the SID of a domain, which all of its controllers have. */
static void a_clone_is_another_host(void)
{
    const char *before = pair_make(
        "old.db", OF_HOSTS HOST("pc1", "S-1-5-21-1-2-3-1101", "10.0.0.1", "'S-1-5-21-7-7-7'")
                      HOST("pc2", "S-1-5-21-1-2-3-1102", "10.0.0.2", "'S-1-5-21-7-7-7'")
                          HOST("dc1", "S-1-5-21-1-2-3-1001", "10.0.0.3", "'S-1-5-21-1-2-3'")
                              HOST("x1", "S-1-5-21-1-2-3-1111", "10.0.0.4", "'S-1-5-21-6-6-6'")
                                  RESULT(1, "fail", "S-1-5-21-1-2-3-1101", "pc1", "{}")
                                      RESULT(1, "fail", "S-1-5-21-1-2-3-1001", "dc1", "{}")
                                          RESULT(1, "fail", "S-1-5-21-1-2-3-1111", "x1", "{}"));
    /* pc1 and dc1 were replaced; x1 joined anew under another name */
    const char *now = pair_make(
        "new.db", OF_HOSTS HOST("pc3", "S-1-5-21-1-2-3-1103", "10.0.0.5", "'S-1-5-21-7-7-7'")
                      HOST("pc2", "S-1-5-21-1-2-3-1102", "10.0.0.2", "'S-1-5-21-7-7-7'")
                          HOST("dc2", "S-1-5-21-1-2-3-1002", "10.0.0.6", "'S-1-5-21-1-2-3'")
                              HOST("x2", "S-1-5-21-1-2-3-1112", "10.0.0.7", "'S-1-5-21-6-6-6'")
                                  RESULT(1, "pass", "S-1-5-21-1-2-3-1103", "", "")
                                      RESULT(1, "pass", "S-1-5-21-1-2-3-1002", "", "")
                                          RESULT(1, "fail", "S-1-5-21-1-2-3-1112", "x2", "{}"));
    struct diff d = { 0 };
    if (pair_opened(&d, before, now)) {
        T_EQ_I(d.count[DIFF_FIXED], 0);
        T_EQ_S(pair_kind(&d, "t.fix", "S-1-5-21-1-2-3-1101"), "hidden scope");
        T_EQ_S(pair_kind(&d, "t.fix", "S-1-5-21-1-2-3-1001"), "hidden scope");
        T_EQ_S(pair_kind(&d, "t.fix", "S-1-5-21-1-2-3-1112"), "same fail");
        diff_close(&d);
    }
}

/* A controller is a host, too, but what it tells of the directory is about everybody; what it tells of itself is not. */
static void a_controller_speaks_for_its_domain(void)
{
    static const struct {
        const char *sql, *fixed, *gone;
    } cases[] = {
        { "SELECT 1", "fixed fail", "gone subject" },
        { "DELETE FROM coverage WHERE source = 'ldap.logon'", "hidden source", "hidden source" },
        { "UPDATE coverage SET target = 'dc2' WHERE source = 'ldap.logon'", "fixed fail",
          "gone subject" },
        { "DELETE FROM coverage WHERE source = 'smb.share'", "fixed fail", "gone subject" },
    };

    static const char controller[] =
        "INSERT INTO host_state(host, subject) VALUES('dc1', 'S-1000');"
        "INSERT INTO view_source VALUES('reset_authority', 'dns_name', 'smb.share');"
        "INSERT INTO coverage(source, target, state) VALUES('smb.share', 'dc1', 'complete');";
    char sql[1024];
    (void)snprintf(sql, sizeof(sql), "%s%s", controller,
                   RESULT(1, "fail", "S-1", "ann", "{}") RESULT(3, "fail", "S-90", "zoe", "{}"));
    const char *before = pair_make("old.db", sql);
    (void)snprintf(sql, sizeof(sql), "%s%s", controller, RESULT(1, "pass", "S-1", "", ""));
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct diff d = { 0 };
        const char *now = pair_make("new.db", sql);
        (void)pair_exec(now, cases[i].sql);
        if (pair_opened(&d, before, now)) {
            T_EQ_S(pair_kind(&d, "t.fix", "S-1"), cases[i].fixed);
            T_EQ_S(pair_kind(&d, "t.gone", "S-90"), cases[i].gone);
            diff_close(&d);
        }
    }
}

/* Its registry tells whether it is Windows: a check that does not apply without it is not done with. */
static void a_host_that_is_vague_keeps_its_findings(void)
{
    static const char told[] =
        "INSERT INTO coverage(source, target, state) VALUES('smb.registry', 'pc', 'complete'), ('smb.registry', 'pc2', 'complete');"
        "INSERT INTO host_state(host, subject) VALUES('pc', 'pc'), ('pc2', 'pc2'); INSERT INTO enrollment_service(guid, dn) VALUES('pc', ''), ('pc2', '');";
    char sql[1024];
    struct diff d = { 0 };
    (void)snprintf(sql, sizeof(sql), "%s%s%s", OF_HOSTS, told,
                   RESULT(3, "fail", "pc", "pc", "{}") RESULT(3, "fail", "pc2", "pc2", "{}"));
    const char *before = pair_make("old.db", sql);
    (void)snprintf(sql, sizeof(sql), "%s%s%s", OF_HOSTS, told,
                   "UPDATE coverage SET state = 'denied' WHERE target = 'pc'");
    if (pair_opened(&d, before, pair_make("new.db", sql))) {
        T_EQ_S(pair_kind(&d, "t.gone", "pc"), "hidden source");
        T_EQ_S(pair_kind(&d, "t.gone", "pc2"), "gone not_applicable");
        diff_close(&d);
    }
    pair_remove();
}

#define TESTS(X)                          \
    X(hosts_keep_their_findings)          \
    X(a_clone_is_another_host)            \
    X(a_controller_speaks_for_its_domain) \
    X(a_host_that_is_vague_keeps_its_findings)
T_MAIN("diff of hosts", TESTS)
