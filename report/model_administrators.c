/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Built-in Administrators that share a password, or may: <cluster …><host …/></cluster>, and the others in numbers. */
#include "report/model.h"
#include "report/query.h"

#define CLUSTERS_SHOWN 50

/* clang-format off */
static const char totals[] =
    "SELECT count(*) AS hosts, coalesce(max(cluster), 0) AS clusters,"
    " coalesce(sum(cluster IS NULL AND is_shared = 0), 0) AS \"unique\","
    " coalesce(sum(cluster IS NULL AND is_shared IS NULL AND account_sid IS NOT NULL), 0) AS no_sign,"
    " coalesce(sum(cluster IS NULL AND is_shared IS NULL AND account_sid IS NULL), 0) AS unread"
    " FROM builtin_administrator";

/* Columns up to by_machine_sid are of the cluster, the others of the host. */
static const char cluster_rows[] =
    "SELECT b.cluster AS number, b.cluster_hosts AS hosts,"
    " sum(b.proof = 'proven') OVER w AS proven,"
    " sum(b.basis = 'fingerprint') OVER w AS by_fingerprint,"
    " sum(b.basis = 'candidate') OVER w AS by_candidate,"
    " sum(b.basis = 'policy_password') OVER w AS by_policy_password,"
    " sum(b.basis = 'password_set_time') OVER w AS by_password_set_time,"
    " sum(b.basis = 'machine_sid') OVER w AS by_machine_sid,"
    " b.name, b.account_name AS account, b.is_enabled AS enabled, l.pwd_last_set AS set_at, b.password_age_days AS age,"
    " b.laps_kind AS laps, CASE WHEN b.laps_is_current = 0 THEN 'expired' WHEN b.laps_manages_account = 0 THEN 'other'"
    " WHEN b.laps_manages_account = 1 THEN 'current' ELSE 'unclear' END AS laps_state,"
    " CASE WHEN b.password_is_blank = 1 THEN 'blank' WHEN b.accepts_candidate = 0 THEN 'none' END AS trial, b.candidate, b.basis, b.proof"
    " FROM builtin_administrator b LEFT JOIN local_account l ON l.host = b.target AND l.rid = 500"
    " WHERE b.cluster IS NOT NULL WINDOW w AS (PARTITION BY b.cluster) ORDER BY b.cluster, b.proof, b.basis, b.name";

/* clang-format on */

/* Columns of one row from first to before end as attributes. */
static void put_columns(struct model *m, xmlNode *node, sqlite3_stmt *q, int first, int end)
{
    for (int i = first; node && i < end; i++) {
        model_column(m, node, sqlite3_column_name(q, i), q, i);
    }
}

static enum rc add_clusters(struct model *m, xmlNode *all, struct err *err)
{
    enum {
        NUMBER,
        OF_HOST = 8
    };

    AUTO(query_done) sqlite3_stmt *q = NULL;
    TRY(query_open(m->db, cluster_rows, &q, err));
    xmlNode *cluster = NULL;
    int64_t last = 0;
    for (size_t shown = 0;; shown++) {
        bool row = false;
        TRY(query_next(q, &row, err));
        if (!row || sqlite3_column_int64(q, NUMBER) > CLUSTERS_SHOWN) {
            return RC_OK;
        }
        arena_reset(m->a);
        if (sqlite3_column_int64(q, NUMBER) != last) {
            last = sqlite3_column_int64(q, NUMBER);
            shown = 0;
            cluster = model_node(m, all, "cluster");
            put_columns(m, cluster, q, NUMBER, OF_HOST);
        }
        if (shown < m->limit) {
            put_columns(m, model_node(m, cluster, "host"), q, OF_HOST, sqlite3_column_count(q));
        }
    }
}

enum rc model_administrators(struct model *m, xmlNode *root, struct err *err)
{
    xmlNode *all = model_node(m, root, "administrators");
    AUTO(query_done) sqlite3_stmt *q = NULL;
    bool row = false;
    TRY(query_open(m->db, totals, &q, err));
    TRY(query_next(q, &row, err));
    arena_reset(m->a);
    put_columns(m, all, q, 0, row ? sqlite3_column_count(q) : 0);
    return add_clusters(m, all, err);
}
