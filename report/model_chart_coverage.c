/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whom LAPS and second factors reach. Each computer and each account is in one part only; what is not known is a part of its own. */
#include <string.h>

#include "report/chart.h"
#include "report/query.h"

#define BARS_MOST 4

/* clang-format off */
/* Enabled computers with Windows, without domain controllers: as the check ad.laps.missing, but also those that did not log on for long. Who may be one is not known. The view
 * computer would compute a hundred columns of each. */
static const char laps[] =
    "WITH c AS (SELECT w.is_server AS server, s.uac IS NULL OR w.is_windows IS NULL OR s.is_controller IS NULL AS dark,"
    " a.laps_expires_at AS own, a.laps_legacy_expires_at AS old FROM account_state s JOIN account a ON a.guid = s.guid LEFT JOIN computer_system w ON w.guid = s.guid"
    " WHERE s.kind = 'computer' AND s.uac & 2 IS NOT 2 AND s.is_controller IS NOT 1 AND w.is_windows IS NOT 0"
    " AND NOT EXISTS (SELECT 1 FROM service_principal n WHERE n.guid = s.guid AND (n.name LIKE 'MSClusterVirtualServer/%' OR n.name LIKE '%/autologon.microsoftazuread-sso.com')))"
    " SELECT CASE server WHEN 0 THEN 0 WHEN 1 THEN 1 ELSE 2 END AS kind,"
    " CASE WHEN coalesce(nullif(own, 0), nullif(old, 0)) <= (SELECT now FROM clock) THEN 2"
    " WHEN own > 0 THEN 0 WHEN old > 0 THEN 1 WHEN dark THEN 4 ELSE 3 END AS part, count(*) FROM c GROUP BY 1, 2";

/* The worst that is known of an account comes first: bypassed counts before enforced. Counted here, row by row: SQLite would sort them to group them. */
static const char factors[] =
    "SELECT is_privileged, is_remote, is_vendor, 1, is_privileged IS NULL, CASE WHEN is_registered = 0 THEN 3 WHEN is_bypassed = 1 THEN 2 WHEN is_registered IS NULL THEN 4"
    " WHEN is_enforced = 1 THEN 0 ELSE 1 END FROM mfa_state WHERE is_enabled IS NOT 0 AND is_break_glass IS NOT 1 AND is_honey IS NOT 1";

/* clang-format on */

/* Rows of bar, part and number. *ret_sum: of all. */
static enum rc read_bars(struct chart *c, const char *sql, struct chart_bar *bars, int64_t *ret_sum,
                         struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    struct model_limit l = { .most = SIZE_MAX };
    *ret_sum = 0;
    TRY(query_open(c->m->db, sql, &q, err));
    while (model_next(q, &l, err)) {
        int bar = sqlite3_column_int(q, 0), part = sqlite3_column_int(q, 1);
        bars[bar].part[part] += sqlite3_column_int64(q, 2);
        *ret_sum += sqlite3_column_int64(q, 2);
    }
    return l.rc;
}

/* A column a bar: 1 = the account belongs to it. The last column is the part. */
static enum rc read_factors(struct chart *c, struct chart_bar *bars, int64_t *ret_sum,
                            struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    struct model_limit l = { .most = SIZE_MAX };
    TRY(query_open(c->m->db, factors, &q, err));
    while (model_next(q, &l, err)) {
        int part = sqlite3_column_int(q, BARS_MOST + 1);
        for (int bar = 0; bar <= BARS_MOST; bar++) {
            bars[bar].part[bar == BARS_MOST ? CHART_UNKNOWN : part] +=
                sqlite3_column_int(q, bar) == 1;
        }
    }
    *ret_sum = (int64_t)l.shown;
    return l.rc;
}

static void drop(struct chart *c)
{
    xmlUnlinkNode(c->node);
    xmlFreeNode(c->node);
}

/* The directory was asked for computers: then none is an answer. */
static const char asked[] = "SELECT count(*) FROM coverage WHERE source = 'ldap.computer'";
static const char unseen[] =
    "SELECT NOT coalesce((SELECT min(complete) FROM source_state WHERE source = 'ldap.computer'), 0)";

enum rc chart_laps(struct model *m, xmlNode *charts, struct err *err)
{
    AUTO(chart_done) struct chart c;
    struct chart_bar bars[3] = { 0 };
    int64_t sum = 0, is_asked = 0, is_partial = 0;
    TRY(chart_open(&c, m, charts, "laps", err));
    TRY(read_bars(&c, laps, bars, &sum, err));
    TRY(query_number(m->db, asked, &is_asked, err));
    TRY(query_number(m->db, unseen, &is_partial, err));
    const char *const names[CHART_TONES] = { chart_word(&c, "chart.laps.windows"),
                                             chart_word(&c, "chart.laps.legacy"),
                                             chart_word(&c, "chart.laps.expired"),
                                             chart_word(&c, "chart.laps.none"),
                                             chart_word(&c, "chart.unknown") };
    bars[0].label = chart_word(&c, "chart.laps.client");
    bars[1].label = chart_word(&c, "chart.laps.server");
    bars[2].label = chart_word(&c, "chart.laps.either");
    bool either = false;
    for (size_t i = 0; i < CHART_TONES; i++) {
        either = either || bars[2].part[i] > 0;
    }
    int height = 0;
    if (sum > 0) {
        height =
            chart_bars(&c, 4, chart_word(&c, "chart.laps.computers"), bars, either ? 3 : 2, names);
        chart_note(&c, chart_word(&c, "chart.laps.note"));
    }
    if (is_partial) {
        chart_note(&c, chart_word(&c, is_asked ? "chart.laps.partial" : "chart.laps.unread"));
    }
    chart_close(&c, height);
    if (sum == 0 && !is_asked) {
        drop(&c);
    }
    return RC_OK;
}

enum rc chart_mfa(struct model *m, xmlNode *charts, struct err *err)
{
    AUTO(chart_done) struct chart c;
    /* The last one is not drawn: of whom it is not known whether they are administrators. */
    struct chart_bar bars[BARS_MOST + 1] = { 0 };
    int64_t sum = 0;
    TRY(chart_open(&c, m, charts, "mfa", err));
    TRY(read_factors(&c, bars, &sum, err));
    if (sum == 0) {
        drop(&c);
        return RC_OK;
    }
    int64_t unplaced = bars[BARS_MOST].part[CHART_UNKNOWN];
    const char *const names[CHART_TONES] = { chart_word(&c, "chart.mfa.enforced"),
                                             chart_word(&c, "chart.mfa.registered"),
                                             chart_word(&c, "chart.mfa.bypassed"),
                                             chart_word(&c, "chart.mfa.without"),
                                             chart_word(&c, "chart.unknown") };
    bars[0].label = chart_word(&c, "mfa.population.privileged");
    bars[1].label = chart_word(&c, "chart.mfa.remote");
    bars[2].label = chart_word(&c, "mfa.population.vendor");
    bars[3].label = chart_word(&c, "mfa.population.everyone");
    int height = chart_bars(&c, 4, chart_word(&c, "mfa.population"), bars, BARS_MOST, names);
    chart_note(&c, chart_word(&c, "chart.mfa.note"));
    if (unplaced > 0) {
        chart_note(&c, chart_say(&c, "chart.mfa.unplaced", chart_number(&c, unplaced), NULL, NULL));
    }
    chart_close(&c, height);
    return RC_OK;
}
