/* SPDX-License-Identifier: GPL-3.0-or-later */
/* OpenLDAP: the accounts with what the password policy overlay keeps of them, and the access log's records of passwords that were set.
 *
 * What slapd hides is as if it were not there, in results and in filters: a filter item about an attribute that the account may not search
 * is Undefined (RFC 4511 4.5.1.7), and so is its negation. "There is one, or there is none" holds therefore exactly where the account may
 * tell; only of entries found that way an attribute that did not come counts as not there. Of userPassword and reqMod the server is asked
 * by filter whether they are there or how they begin, never for a value. */
#include <string.h>
#include <strings.h>

#include "audit/collect/ldap/collect.h"
#include "audit/collect/ldap/probe.h"
#include "audit/collect/ldap/reader.h"
#include "audit/collect/ldap/rootdse.h"
#include "audit/collect/ldap/search.h"
#include "audit/collect/ldap/tree.h"

#define READABLE                   \
    EITHER("pwdChangedTime")       \
    EITHER("pwdReset")             \
    EITHER("pwdAccountLockedTime") \
    EITHER("pwdFailureTime")       \
    EITHER("pwdGraceUseTime")
#define ACCOUNTS                                                                                \
    "(|(userPassword=*)(pwdChangedTime=*)(objectClass=posixAccount)(objectClass=shadowAccount)" \
    "(objectClass=simpleSecurityObject))"

/* ---- accounts ---- */

static const struct hidden_question asked[] = {
    { "pwdChangedTime", "(&" ACCOUNTS "(pwdChangedTime=*))" },
    { "pwdReset", "(&" ACCOUNTS "(pwdReset=*))" },
    { "pwdAccountLockedTime", "(&" ACCOUNTS "(pwdAccountLockedTime=*))" },
    { "pwdFailureTime", "(&" ACCOUNTS "(pwdFailureTime=*))" },
    { "pwdGraceUseTime", "(&" ACCOUNTS "(pwdGraceUseTime=*))" },
};

/* OpenLDAP's own overlays are asked of no other server. */
static enum rc look_around(struct collect *c, struct tree *t, struct err *err)
{
    if (c->s.dir.vendor != VENDOR_OPENLDAP) {
        return err_setf(err, RC_UNSUPPORTED, "the server is not OpenLDAP: it has no such overlay");
    }
    return tree_look(c, t, err);
}

enum rc collect_ppolicy(struct collect *c, uint64_t *ret_objects, struct err *err)
{
    /* A later one knows more of the same entries, and its rows replace the earlier ones. */
    static const struct fetch fetches[] = {
        { .class = ENTRY_PPOLICY, .filter = ACCOUNTS },
        { .class = ENTRY_PPOLICY_READABLE, .filter = "(&" ACCOUNTS READABLE ")" },
        { .class = ENTRY_PPOLICY_WITHOUT, .filter = "(&" ACCOUNTS READABLE "(!(userPassword=*)))" },
        { .class = ENTRY_PPOLICY_WITH, .filter = "(&" ACCOUNTS READABLE "(userPassword=*))" },
    };

    struct tree t;
    uint64_t found[ARRAY_LEN(fetches)] = { 0 }, hidden = 0;
    TRY(look_around(c, &t, err));
    if (!c->s.dir.can_ppolicy) {
        (void)err_setf(err, RC_ABSENT, "the server has no password policy overlay (slapo-ppolicy)");
        return err_at(err, "%s", c->o->host);
    }
    for (size_t i = 0; i < ARRAY_LEN(fetches); i++) {
        TRY(tree_fetch(c, &t, &fetches[i], &found[i], err));
        *ret_objects = found[0];
    }
    if (found[0] == 0) {
        return collect_hidden(c, err,
                              "no account is visible: name the base of the accounts in the site "
                              "file, and let the audit account read there");
    }
    TRY(tree_hidden(c, &t, asked, ARRAY_LEN(asked), &hidden, err));
    if (hidden > 0 || found[1] < found[0]) {
        return collect_hidden(
            c, err,
            "of %llu accounts the attributes of the password policy (pwdChangedTime, pwdReset, "
            "pwdAccountLockedTime, pwdFailureTime, pwdGraceUseTime) are not all readable: let the "
            "audit account read them",
            (unsigned long long)(hidden > 0 ? hidden : found[0] - found[1]));
    }
    return RC_OK;
}

/* ---- the access log ---- */

static enum rc found_one(void *context, const struct entry *e, struct err *err)
{
    (void)e;
    return collect_hidden(context, err,
                          "the access log has records, and the account may not search them by "
                          "reqMod: grant it search (not read) on reqMod, read on the rest");
}

/* No record that can be searched by what was written: because there is none, or because the account may not? */
static enum rc prove_empty(struct collect *c, const char *log, struct err *err)
{
    static const char *const attributes[] = { "reqStart", NULL };
    struct search q = { .what = source_name(c->doing),
                        .base = log,
                        .scope = LDAP_SCOPE_ONELEVEL,
                        .filter = "(objectClass=auditModify)",
                        .attributes = attributes,
                        .take = found_one,
                        .context = c };
    return search_run(&c->s, &q, err);
}

/* Everything that is read of the log, in its three parts. */
struct reading {
    struct entry_log_span all;    /* every change that could be searched by what was written */
    struct entry_log_span writes; /* passwords */
    struct entry_log_span binds;
    bool is_whole;
};

static enum rc read_part(struct collect *c, const char *log, enum entry_class class,
                         const char *filter, struct entry_log_span *ret, uint64_t *ret_objects,
                         struct err *err)
{
    struct fetch f = {
        .class = class, .base = log, .scope = LDAP_SCOPE_ONELEVEL, .filter = filter
    };
    entry_context_log(c->entries, c->o->log);
    enum rc rc = collect_fetch(c, &f, ret_objects, err);
    *ret = entry_context_span(c->entries);
    if (rc == RC_OK && ret->unreadable > 0) {
        (void)err_setf(err, RC_MALFORMED,
                       "%llu records of the access log have no time that can be read",
                       (unsigned long long)ret->unreadable);
        return err_at(err, "%s", c->o->host);
    }
    return rc;
}

/* Later parts are read although an earlier one was cut: what came tells something. */
static enum rc read_log(struct collect *c, const char *log, struct reading *r,
                        uint64_t *ret_objects, struct err *err)
{
    struct {
        enum entry_class class;
        const char *filter;
        struct entry_log_span *span;
    } const parts[] = {
        { ENTRY_ACCESS_TIME, "(&(objectClass=auditModify)(reqMod=*))", &r->all },
        { ENTRY_ACCESS_WRITE,
          "(&(|(objectClass=auditModify)(objectClass=auditAdd))(reqMod=userPassword:*))",
          &r->writes },
        { ENTRY_ACCESS_BIND, "(&(objectClass=auditBind)(reqResult=49))", &r->binds },
    };

    struct err first = { .rc = RC_OK };
    for (size_t i = 0; i < ARRAY_LEN(parts) && !c->s.lost; i++) {
        struct err e = { .rc = RC_OK };
        enum rc rc =
            read_part(c, log, parts[i].class, parts[i].filter, parts[i].span, ret_objects, &e);
        if (rc == RC_ABSENT) {
            return collect_hidden(c, err,
                                  "the access log %.200s is not visible: let the audit account "
                                  "read it, without reqMod and reqOld",
                                  log);
        }
        if (rc != RC_OK && first.rc == RC_OK) {
            first = e;
        }
        if (i == 0 && rc == RC_OK && parts[i].span->records == 0) {
            TRY(prove_empty(c, log, err));
        }
    }
    if (first.rc != RC_OK) {
        *err = first;
        return err->rc;
    }
    r->is_whole = !c->s.lost;
    return RC_OK;
}

static enum rc put_run(const struct collect *c, const struct entry_log_span *s, struct err *err)
{
    struct row row;
    const int64_t tick = FILETIME_SECOND / 1000000; /* as entry_openldap.c numbers the records */
    row_begin(&row, ROW_TABLE_EVENTRUN);
    row_int(&row, EVENTRUN_LOG, c->o->log);
    row_int(&row, EVENTRUN_FIRST, s->first_at / tick);
    row_int(&row, EVENTRUN_LAST, s->last_at / tick);
    row_int(&row, EVENTRUN_FIRST_AT, s->first_at);
    row_int(&row, EVENTRUN_LAST_AT, s->last_at);
    row_text(&row, EVENTRUN_START, "begin");
    TRY(row_put(c->sink, &row, err));
    row_begin(&row, ROW_TABLE_EVENTCOUNT);
    row_int(&row, EVENTCOUNT_LOG, c->o->log);
    row_text(&row, EVENTCOUNT_PROVIDER, "slapd auditModify");
    row_int(&row, EVENTCOUNT_ID, 0);
    row_int(&row, EVENTCOUNT_EVENTS, (int64_t)s->records);
    row_int(&row, EVENTCOUNT_FIRST_AT, s->first_at);
    row_int(&row, EVENTCOUNT_LAST_AT, s->last_at);
    return row_put(c->sink, &row, err);
}

/* slapd removes old records for good (logpurge): the log begins with the oldest one that is there. */
static enum rc put_log(const struct collect *c, const char *log, const struct reading *r,
                       struct err *err)
{
    const struct entry_log_span *s = &r->all;
    struct row row;
    row_begin(&row, ROW_TABLE_EVENTLOG);
    row_int(&row, EVENTLOG_LOG, c->o->log);
    row_text(&row, EVENTLOG_ORIGIN, c->o->origin);
    row_text(&row, EVENTLOG_PATH, log);
    row_text(&row, EVENTLOG_FORM, "accesslog");
    row_text(&row, EVENTLOG_CHANNEL, "accesslog");
    row_int(&row, EVENTLOG_RECORDS, (int64_t)s->records);
    row_int(&row, EVENTLOG_KEPT, (int64_t)(r->writes.rows + r->binds.rows));
    row_int(&row, EVENTLOG_UNREADABLE,
            (int64_t)(s->unreadable + r->writes.unreadable + r->binds.unreadable));
    row_bool(&row, EVENTLOG_WHOLE, r->is_whole);
    if (s->records > 0) {
        row_int(&row, EVENTLOG_FIRST_AT, s->first_at);
        row_int(&row, EVENTLOG_LAST_AT, s->last_at);
    }
    TRY(row_put(c->sink, &row, err));
    row_begin(&row, ROW_TABLE_EVENTCOMPUTER);
    row_int(&row, EVENTCOMPUTER_LOG, c->o->log);
    row_int(&row, EVENTCOMPUTER_COMPUTER, 0);
    row_text(&row, EVENTCOMPUTER_NAME, ""); /* the log does not say whose it is */
    row_int(&row, EVENTCOMPUTER_RECORDS, (int64_t)s->records);
    TRY(row_put(c->sink, &row, err));
    return s->records > 0 ? put_run(c, s, err) : RC_OK;
}

enum rc collect_accesslog(struct collect *c, uint64_t *ret_objects, struct err *err)
{
    struct tree t;
    struct reading r = { .is_whole = false };
    TRY(look_around(c, &t, err));
    if (t.log_count == 0 && t.hidden > 0) {
        return collect_hidden(c, err,
                              "no access log is visible, and neither is a database that may be "
                              "one: let the audit account read it, without reqMod and reqOld");
    }
    if (t.log_count == 0) {
        (void)err_setf(err, RC_ABSENT, "the server has no access log overlay (slapo-accesslog)");
        return err_at(err, "%s", c->o->host);
    }
    if (t.log_count > 1) {
        (void)err_setf(err, RC_UNSUPPORTED,
                       "the server has %zu access logs: name the one of the accounts in the site "
                       "file (accesslog)",
                       t.log_count);
        return err_at(err, "%s", c->o->host);
    }
    enum rc rc = read_log(c, t.logs[0], &r, ret_objects, err);
    if (!c->o->probe && (rc == RC_OK || *ret_objects > 0)) {
        struct err ours = { .rc = RC_OK };
        if (put_log(c, t.logs[0], &r, &ours) != RC_OK) {
            *err = ours;
            return err->rc;
        }
    }
    return rc;
}
