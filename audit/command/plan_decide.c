/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decisions about a plan that the operator gives on the command line; the evidence file keeps them. */
#include <string.h>

#include "audit/base/num.h"
#include "audit/base/utf.h"
#include "audit/command/plan_carry.h"
#include "audit/command/plan_run.h"

enum {
    WHO_MAX = 400,
    NAME_MAX_BYTES = 255
};

static enum rc put(struct store *store, const char *kind, const char *subject, const char *who,
                   const char *note, struct err *err)
{
    struct row row;
    row_begin(&row, ROW_TABLE_RESETDECISION);
    row_text(&row, RESETDECISION_KIND, kind);
    row_text(&row, RESETDECISION_ACTION, "");
    row_text(&row, RESETDECISION_SUBJECT, subject);
    row_text(&row, RESETDECISION_WHO, who);
    row_int(&row, RESETDECISION_AT, plan_clock(store_handle(store)));
    row_text(&row, RESETDECISION_NOTE, note);
    TRY(row_check(&row, err));
    return store_put(store, &row, err);
}

static size_t characters(const char *s)
{
    size_t count = 0;
    for (; *s; s++) {
        count += ((unsigned char)*s & 0xc0) != 0x80 && (unsigned char)*s > ' ';
    }
    return count;
}

/* The name of a person; option only says where it was missed. */
static enum rc check_who(const char *option, const char *example, const char *who, struct err *err)
{
    if (who && utf8_valid(who, strlen(who)) && characters(who) >= 2 && strlen(who) <= WHO_MAX) {
        return RC_OK;
    }
    return err_setf(
        err, RC_USAGE,
        "--%s takes the name of the person who decides it (two characters or more), such as --%s '%s'",
        option, option, example);
}

/* A later decision takes the place of its withdrawal, and the other way round. */
static enum rc forget(struct store *store, const char *kind, const char *subject, struct err *err)
{
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    TRY(store_prepare(store, "replace a decision",
                      "DELETE FROM reset_decision WHERE kind = ?1 AND subject = ?2", &q, err));
    (void)sqlite3_bind_text(q, 1, kind, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(q, 2, subject, -1, SQLITE_STATIC);
    return sqlite3_step(q) == SQLITE_DONE ? RC_OK
                                          : err_setf(err, RC_IO, "cannot replace a decision: %s",
                                                     sqlite3_errmsg(store_handle(store)));
}

static enum rc take_rapid(struct store *store, const char *who, struct err *err)
{
    TRY(check_who("rapid-krbtgt", "佐藤 花子", who, err));
    TRY(forget(store, "rapid_krbtgt_withdrawn", "*", err));
    return put(store, "rapid_krbtgt", "*", who,
               "two resets of krbtgt without the wait between them", err);
}

/* The one domain controller that a DNS name, its first label or a SID means. */
static enum rc find_controller(struct store *store, const char *name, char *ret, size_t size,
                               struct err *err)
{
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    TRY(store_prepare(
        store, "look for a domain controller",
        "SELECT DISTINCT subject FROM controller_state WHERE subject = ?1 OR name = ?1 COLLATE NOCASE OR host = ?1 COLLATE NOCASE"
        " OR substr(name, 1, instr(name, '.') - 1) = ?1 COLLATE NOCASE LIMIT 2",
        &q, err));
    (void)sqlite3_bind_text(q, 1, name, -1, SQLITE_STATIC);
    if (sqlite3_step(q) != SQLITE_ROW) {
        return err_setf(
            err, RC_USAGE,
            "--without-controller: this evidence knows no domain controller '%.80s'; give its DNS name, its short name or its SID",
            name);
    }
    (void)snprintf(ret, size, "%s", (const char *)sqlite3_column_text(q, 0));
    return sqlite3_step(q) != SQLITE_ROW
               ? RC_OK
               : err_setf(
                     err, RC_USAGE,
                     "--without-controller: '%.80s' means more than one domain controller; give its DNS name or its SID",
                     name);
}

/* "NAME=WHO" of a list. */
struct word {
    char name[NAME_MAX_BYTES + 1];
    char who[WHO_MAX + 2];
};

/* Takes the next one off a list; who stays empty when none is given. */
static bool next_word(const char **list, struct word *ret)
{
    if (!*list || !**list) {
        return false;
    }
    size_t all = strcspn(*list, ","), n = strcspn(*list, "=,");
    size_t who = n < all ? all - n - 1 : 0;
    (void)snprintf(ret->name, sizeof(ret->name), "%.*s",
                   (int)(n < sizeof(ret->name) ? n : sizeof(ret->name) - 1), *list);
    (void)snprintf(ret->who, sizeof(ret->who), "%.*s",
                   (int)(who < sizeof(ret->who) ? who : sizeof(ret->who) - 1), *list + all - who);
    *list += all + ((*list)[all] == ',');
    return true;
}

static enum rc take_controller(struct store *store, const struct word *w, struct err *err)
{
    char subject[256];
    TRY(check_who("without-controller", "dc3=佐藤 花子", w->who, err));
    TRY(find_controller(store, w->name, subject, sizeof(subject), err));
    TRY(forget(store, "without_controller_withdrawn", subject, err));
    return put(store, "without_controller", subject, w->who, NULL, err);
}

/* What was decided is taken back by somebody, and that is kept in its place. */
static enum rc take_back(struct store *store, const char *kind, const char *who, struct err *err)
{
    static const char sql[] =
        "INSERT OR REPLACE INTO reset_decision(kind, action, subject, who, at, note)"
        " SELECT kind || '_withdrawn', action, subject, ?2, (SELECT now FROM clock), 'was decided by ' || who FROM reset_decision WHERE kind = ?1";
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    sqlite3_stmt *drop AUTO(store_statement_done) = NULL;
    TRY(store_prepare(store, "withdraw a decision", sql, &q, err));
    TRY(store_prepare(store, "withdraw a decision", "DELETE FROM reset_decision WHERE kind = ?1",
                      &drop, err));
    (void)sqlite3_bind_text(q, 1, kind, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(q, 2, who, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(drop, 1, kind, -1, SQLITE_STATIC);
    if (sqlite3_step(q) != SQLITE_DONE || sqlite3_step(drop) != SQLITE_DONE) {
        return err_setf(err, RC_IO, "cannot withdraw a decision: %s",
                        sqlite3_errmsg(store_handle(store)));
    }
    return sqlite3_changes(store_handle(store)) > 0
               ? RC_OK
               : err_setf(err, RC_USAGE,
                          "--withdraw: nothing was decided that could be withdrawn (%s)", kind);
}

static enum rc withdraw(struct store *store, const char *list, struct err *err)
{
    static const char *const words[] = { "rapid-krbtgt", "without-controller" };
    static const char *const kinds[] = { "rapid_krbtgt", "without_controller" };
    struct word w;
    while (next_word(&list, &w)) {
        size_t i = 0;
        while (i < ARRAY_LEN(words) && strcmp(words[i], w.name) != 0) {
            i++;
        }
        if (i == ARRAY_LEN(words)) {
            return err_setf(
                err, RC_USAGE,
                "--withdraw takes rapid-krbtgt=WHO, without-controller=WHO or both with a comma, not '%.60s'",
                w.name);
        }
        TRY(check_who("withdraw", "rapid-krbtgt=佐藤 花子", w.who, err));
        TRY(take_back(store, kinds[i], w.who, err));
    }
    return RC_OK;
}

static enum rc any_is_left(struct store *store, struct err *err)
{
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    TRY(store_prepare(
        store, "count domain controllers",
        "SELECT 1 FROM controller_state c WHERE c.is_read_only IS NOT 1 AND NOT EXISTS (SELECT 1 FROM reset_decision d"
        " WHERE d.kind = 'without_controller' AND d.subject = c.subject) LIMIT 1",
        &q, err));
    return sqlite3_step(q) == SQLITE_ROW
               ? RC_OK
               : err_setf(
                     err, RC_USAGE,
                     "--without-controller would leave no writable domain controller: a reset could be proven by none; a domain whose controllers are all gone is restored, not reset");
}

enum rc plan_decide(struct store *store, const struct plan_inputs *in, struct err *err)
{
    const char *list = in->without;
    struct word w;
    if (in->withdrawn) {
        TRY(withdraw(store, in->withdrawn, err));
    }
    if (in->rapid_by) {
        TRY(take_rapid(store, in->rapid_by, err));
    }
    while (next_word(&list, &w)) {
        TRY(take_controller(store, &w, err));
    }
    return in->without ? any_is_left(store, err) : RC_OK;
}
