/* SPDX-License-Identifier: GPL-3.0-or-later */
/* derive_reset.sql against a model: secrets that change, replicate and are looked at in random order. What it calls proven must be true. */
#include <stdlib.h>

#include "audit/base/filetime.h"
#include "support.h"

enum {
    CONTROLLERS = 3,
    CHANGES = 12
};

#define SECOND FILETIME_SECOND
#define BEGIN  INT64_C(134000000000000000)

struct model {
    int64_t at[CHANGES]; /* version i + 1 was made then */
    int count;           /* versions so far */
    int holds[CONTROLLERS];
    int64_t now, incident;
    int record;
};

static unsigned seed = 20261122;

static int pick(int n)
{
    seed = seed * 1103515245U + 12345U;
    return (int)(seed >> 16) % n;
}

static struct store *store;
static char sql[4000];

static void run(const char *text)
{
    struct err err = { 0 };
    T_EQ_I(store_exec(store_handle(store), text, &err), RC_OK);
    if (err.msg[0]) {
        (void)fprintf(stderr, "%s\n%s\n", err.msg, text);
    }
}

static int64_t number(const char *text)
{
    const char *v = query(store_handle(store), text);
    return v[0] ? strtoll(v, NULL, 10) : -1;
}

static void begin(void)
{
    run("DELETE FROM account_state; DELETE FROM controller_state; DELETE FROM directory_agent; DELETE FROM secret_seen; DELETE FROM secret_change;"
        "DELETE FROM password_event; DELETE FROM coverage; DELETE FROM domain_head;"
        "INSERT INTO account_state(kind, guid, subject, name, may_be_privileged) VALUES('user', 'a', 'S-1-5-21-1-2-3-500', 'A', 0);"
        "INSERT INTO domain_head(guid, sid, dn) VALUES('d', 'S-1-5-21-1-2-3', 'DC=example');"
        "INSERT INTO coverage(source, target, state) VALUES('ldap.site', 'dc0', 'complete')");
    for (int i = 0; i < CONTROLLERS; i++) {
        (void)snprintf(
            sql, sizeof(sql),
            "INSERT INTO directory_agent(guid, dn, computer_dn) VALUES('n%d', 'CN=n%d', 'CN=DC%d,OU=Domain Controllers,DC=example');"
            "INSERT INTO controller_state VALUES('n%d', 'S-1-5-21-1-2-3-%d', 'dc%d', 'dc%d', 'dc%d', NULL, 0)",
            i, i, i, i, 1000 + i, i, i, i);
        run(sql);
    }
}

static void change(struct model *m, bool is_recorded)
{
    int where = pick(CONTROLLERS);
    if (m->count == CHANGES || m->holds[where] != m->count) {
        return; /* without conflicts: who changes has the newest */
    }
    m->now += (1 + pick(40)) * SECOND;
    m->at[m->count++] = m->now;
    m->holds[where] = m->count;
    /* The clocks of domain controllers are some seconds apart, and several may record it. */
    for (int i = 0; is_recorded && i <= pick(2); i++) {
        (void)snprintf(sql, sizeof(sql),
                       "INSERT INTO password_event VALUES('a', 'dc%d', %" PRId64
                       ", 1, %d, 0, 4724, 'password_reset', 0, NULL, NULL, NULL)",
                       (where + i) % CONTROLLERS, m->at[m->count - 1] + i * 3 * SECOND,
                       ++m->record);
        run(sql);
    }
}

static void replicate(struct model *m)
{
    int from = pick(CONTROLLERS), to = pick(CONTROLLERS);
    m->now += pick(20) * SECOND;
    m->holds[to] = m->holds[from] > m->holds[to] ? m->holds[from] : m->holds[to];
}

/* Some of the domain controllers tell; then what is derived is compared with what is so. */
static void look(struct model *m)
{
    int newest = 0, seen = 0;
    m->now += pick(30) * SECOND;
    run("DELETE FROM secret_change; DELETE FROM coverage WHERE source = 'ldap.metadata'");
    for (int i = 0; i < CONTROLLERS; i++) {
        if (pick(4) == 0) {
            continue;
        }
        seen++;
        newest = m->holds[i] > newest ? m->holds[i] : newest;
        (void)snprintf(
            sql, sizeof(sql),
            "INSERT INTO secret_change(guid, server, form, password_version, password_at) VALUES('a', 'dc%d', 'binary', %d, %" PRId64
            ");"
            "INSERT INTO coverage(source, target, state) VALUES('ldap.metadata', 'dc%d', 'complete')",
            i, m->holds[i], m->at[m->holds[i] - 1], i);
        run(sql);
    }
    (void)snprintf(sql, sizeof(sql),
                   "INSERT OR REPLACE INTO audit_info VALUES('now', '%" PRId64
                   "'), ('incident_at', '%" PRId64 "')",
                   m->now, m->incident);
    run(sql);
    struct err err = { 0 };
    T_EQ_I(store_derive_reset(store, &err), RC_OK);
    T_EQ_S(err.msg, "");
    if (newest == 0) {
        T_EQ_I(number("SELECT count(*) FROM reset_secret"), 0);
        return;
    }
    int since = 0;
    bool is_everywhere = true;
    for (int i = 0; i < m->count; i++) {
        since += m->at[i] >= m->incident;
    }
    for (int i = 0; i < CONTROLLERS; i++) {
        is_everywhere = is_everywhere && m->holds[i] == m->count;
    }
    int64_t least = number("SELECT resets_least FROM reset_secret"),
            most = number("SELECT resets_most FROM reset_secret");
    bool said = number("SELECT confirmed = controllers FROM reset_secret") == 1;
    if (least > since || (most >= 0 && most < since) || (most >= 0 && least > most) ||
        (said && !is_everywhere)) {
        t_fail(__FILE__, __LINE__,
               "least %" PRId64 ", most %" PRId64 ", true %d of %d; everywhere %d, true %d", least,
               most, since, m->count, said, is_everywhere);
    }
    T_EQ_I(number("SELECT version FROM reset_secret"), newest);
    T_EQ_I(said, seen == CONTROLLERS && is_everywhere);
    T_EQ_I(number("SELECT first_at FROM reset_secret") == -1 ||
               number("SELECT first_at FROM reset_secret") >= m->incident,
           1);
}

/* What can be proven when nothing hides: with an audit before the incident and all that tell, the number is exact. */
static void proves_what_is_so(void)
{
    int exact = 0, looks = 0;
    struct err err = { 0 };
    T_EQ_I(store_open_memory(&store, &err), RC_OK);
    for (int round = 0; round < 250; round++) {
        struct model m = { .now = BEGIN, .count = 1, .incident = INT64_MAX };
        bool is_recorded = pick(3) == 0;
        m.at[0] = BEGIN - 5 * SECOND;
        for (int i = 0; i < CONTROLLERS; i++) {
            m.holds[i] = 1;
        }
        begin();
        int incident = pick(12);
        for (int step = 0; step < 30; step++) {
            if (step == incident) {
                /* Apart from changes, so that the clocks of records do not matter. */
                m.now += 60 * SECOND;
                m.incident = m.now;
                m.now += 60 * SECOND;
            }
            switch (pick(4)) {
            case 0:
                change(&m, is_recorded);
                break;
            case 1:
                look(&m);
                looks++;
                break;
            default:
                replicate(&m);
                break;
            }
        }
        exact += number("SELECT resets_least = resets_most FROM reset_secret") == 1;
    }
    T_OK(looks > 1000);
    T_OK(exact > 50); /* it does not say "nothing" all the time */
    store_close(store);
}

#define TESTS(X) X(proves_what_is_so)
T_MAIN("rules_reset_history", TESTS)
