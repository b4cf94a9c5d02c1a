/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/command/named_accounts.h"
#include "audit/evidence/store_internal.h"
#include "tests/support/t.h"

static int64_t number(struct store *s, const char *sql)
{
    int64_t n = -1;
    T_OK(store_number(store_handle(s), sql, &n));
    return n;
}

#define READ \
    "SELECT count(*) FROM coverage WHERE source = 'site.account' AND target = 'site' AND state = 'complete'"

/* A resumed audit may have another site file: what that one no longer names is gone. */
static void replaces_them_as_a_whole(void)
{
    struct site_named first[] = { { "honey", "bait", NULL, false },
                                  { "vendor", "pacs", NULL, true } };
    struct site_named second[] = { { "break_glass", "bg", "SIEM rule 12", false } };
    struct site site = { .named = first, .named_count = ARRAY_LEN(first) };
    struct err err = { .rc = RC_OK };
    struct store *s = NULL;
    T_EQ_I(store_open_memory(&s, &err), RC_OK);
    T_EQ_I(named_accounts_put(&site, s, &err), RC_OK);
    T_EQ_I(number(s, "SELECT count(*) FROM named_account"), 2);
    T_EQ_I(
        number(
            s,
            "SELECT count(*) FROM named_account WHERE purpose = 'vendor' AND entry = 'pacs' AND kind = 'group' AND note IS NULL"),
        1);
    T_EQ_I(store_derive(s, &err), RC_OK);
    site.named = second;
    site.named_count = ARRAY_LEN(second);
    T_EQ_I(named_accounts_put(&site, s, &err), RC_OK);
    T_EQ_I(number(s, "SELECT count(*) FROM named_account"), 1);
    T_EQ_I(
        number(
            s,
            "SELECT count(*) FROM named_account WHERE purpose = 'break_glass' AND kind = 'account' AND note = 'SIEM rule 12'"),
        1);
    T_EQ_I(number(s, READ), 1);
    /* what was derived before is out of date */
    T_EQ_I(number(s, "SELECT count(*) FROM audit_info WHERE name = 'derived'"), 0);
    store_close(s);
}

/* That a site file names nobody is an answer too. */
static void tells_that_nobody_is_named(void)
{
    struct site site = { .named_count = 0 };
    struct err err = { .rc = RC_OK };
    struct store *s = NULL;
    T_EQ_I(store_open_memory(&s, &err), RC_OK);
    T_EQ_I(named_accounts_put(&site, s, &err), RC_OK);
    T_EQ_I(number(s, "SELECT count(*) FROM named_account"), 0);
    T_EQ_I(number(s, READ), 1);
    store_close(s);
}

#define TESTS(X) X(replaces_them_as_a_whole) X(tells_that_nobody_is_named)
T_MAIN("named accounts", TESTS)
