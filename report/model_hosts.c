/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hosts, one row each instead of one a source: what the network showed, whether the login worked, what was read and why not more;
 * and the results that are unknown because of their host alone. */
#include <string.h>

#include "report/model.h"
#include "report/query.h"

#define HOSTS_SHOWN         200
#define HOSTS_OF_KIND_SHOWN 20

/* clang-format off */
/* What is read of a host over SMB. Trials of passwords are no reading; they are told with the built-in Administrators. Policies that
 * the host keeps are a second way to what its registry tells, and its event logs tell of what was. */
#define OF(FAMILY)      "(c.source > '" FAMILY ".' AND c.source < '" FAMILY "/')" /* GLOB of each row would cost more than reading it */
#define SMB_PART        OF("smb") " AND c.source NOT IN ('smb.reuse', 'smb.cache', 'smb.event_log')"

/* Coverage of one host in one row. An absence is an answer of the network, and of a domain controller that has no accounts of its
 * own. */
static const char asked[] =
    "CREATE TEMP TABLE host_told AS WITH asked AS MATERIALIZED (SELECT c.target,"
    " max(CASE c.source WHEN 'net.port' THEN c.state END) AS port,"
    " max(CASE c.source WHEN 'net.port' THEN c.reason END) AS port_reason,"
    " max(CASE c.source WHEN 'net.port' THEN c.detail END) AS port_detail,"
    " max(CASE c.source WHEN 'net.smb' THEN c.state END) AS smb,"
    " max(CASE c.source WHEN 'net.smb' THEN c.reason END) AS smb_reason,"
    " max(CASE c.source WHEN 'net.rdp' THEN c.state END) AS rdp,"
    " max(CASE c.source WHEN 'net.winrm' THEN c.state END) AS winrm,"
    " max(CASE c.source WHEN 'net.tls' THEN c.state END) AS tls,"
    " max(CASE WHEN " OF("net") " AND c.state NOT IN ('complete', 'absent') THEN c.detail END) AS net_detail,"
    " sum(" OF("net") " AND c.state NOT IN ('complete', 'absent')) AS odd_ports,"
    " max(CASE c.source WHEN 'smb.machine' THEN c.state END) AS machine,"
    " max(CASE c.source WHEN 'smb.machine' THEN c.detail END) AS machine_detail,"
    " max(CASE c.source WHEN 'smb.registry' THEN c.state END) AS registry,"
    " max(CASE WHEN " SMB_PART " AND c.state = 'denied' THEN c.detail END) AS denied_detail,"
    " max(CASE WHEN " SMB_PART " AND c.state NOT IN ('complete', 'absent') THEN c.detail END) AS smb_detail,"
    " sum(" SMB_PART " AND c.state = 'denied') AS denied,"
    " group_concat(CASE WHEN " SMB_PART " AND c.state = 'complete' THEN substr(c.source, 5) END) AS got,"
    " group_concat(CASE WHEN " SMB_PART " AND c.state <> 'complete'"
    " AND (c.state <> 'absent' OR NOT EXISTS (SELECT 1 FROM host_state h WHERE h.host = c.target AND h.is_controller = 1)) THEN substr(c.source, 5) END) AS missing,"
    " group_concat(CASE WHEN " OF("kit") " AND c.state = 'complete' THEN substr(c.source, 5) END) AS files_got,"
    " group_concat(CASE WHEN " OF("kit") " AND c.state NOT IN ('complete', 'absent') THEN substr(c.source, 5) END) AS files_missing,"
    " max(CASE WHEN " OF("kit") " AND c.state NOT IN ('complete', 'absent') THEN c.detail END) AS files_detail,"
    " sum(NOT " OF("kit") ") AS network"
    " FROM coverage c WHERE " OF("net") " OR " OF("smb") " OR " OF("kit")
    " GROUP BY c.target)";

/* What else speaks for a host: files of it (the newest), policies that it keeps where its registry was not told, or what Group Policy
 * sets: for its registry where it answered, else alone. */
static const char speaks[] =
    ", speaks AS MATERIALIZED (SELECT t.host, coalesce(f.kind, CASE"
    " WHEN a.registry IS NOT 'complete' AND EXISTS (SELECT 1 FROM host_registry r WHERE r.host = t.host AND r.origin = 'cache') THEN 'cache'"
    " WHEN coalesce(a.registry, '') NOT IN ('complete', 'partial') AND EXISTS (SELECT 1 FROM host_state h JOIN policy_result p ON p.class_no = h.policy_class"
    " WHERE h.host = t.host) THEN CASE a.port WHEN 'complete' THEN 'settings' ELSE 'policy' END END) AS files, f.files_at"
    " FROM host_target t LEFT JOIN asked a ON a.target = t.host"
    " LEFT JOIN (SELECT host, kind, max(coalesce(collected_at, 0)) AS newest, collected_at AS files_at FROM machine_file"
    " WHERE host IS NOT NULL AND kind <> 'cache' GROUP BY host) f ON f.host = t.host)";

/* why: the first thing that stood in the way, a word of host.why.* in messages.xml; detail: the same as the collector words it. */
static const char told[] =
    " SELECT s.*,"
    " CASE WHEN why IN ('silent', 'no_address', 'excluded', 'shard') THEN port_detail"
    " WHEN why IN ('rights', 'partly', 'registry') THEN coalesce(denied_detail, smb_detail)"
    " WHEN why = 'ports' THEN net_detail WHEN why = 'offline' THEN files_detail WHEN why <> 'read' THEN coalesce(machine_detail, net_detail) END AS detail"
    " FROM (SELECT t.host, t.address, t.origin, a.*, p.files, p.files_at, CASE"
    " WHEN t.origin = 'kit' THEN 'offline' WHEN coalesce(a.network, 0) = 0 THEN CASE WHEN a.target IS NULL THEN 'not_asked' ELSE 'offline' END"
    " WHEN a.machine IN ('complete', 'partial') THEN CASE"
    " WHEN a.missing IS NULL THEN CASE WHEN a.odd_ports > 0 THEN 'ports' ELSE 'read' END"
    " WHEN a.denied > 0 THEN 'rights' WHEN a.missing = 'registry' THEN 'registry' ELSE 'partly' END"
    " WHEN a.port = 'not_collected' THEN CASE WHEN a.port_reason IN ('left', 'missing') THEN 'shard' ELSE 'excluded' END"
    " WHEN a.port = 'unreachable' THEN CASE a.port_reason WHEN 'absent' THEN 'no_address' ELSE 'silent' END"
    " WHEN a.machine = 'denied' THEN 'login'"
    " WHEN a.machine = 'unsupported' THEN 'dialect'"
    " WHEN a.smb IN ('failed', 'partial') THEN CASE a.smb_reason WHEN 'malformed' THEN 'malformed' WHEN 'timeout' THEN 'slow'"
    " WHEN 'unreachable' THEN 'hangs_up' ELSE 'failed' END"
    " WHEN a.smb IN ('absent', 'unreachable') THEN 'closed'"
    " WHEN coalesce(a.machine, 'not_collected') = 'not_collected' THEN 'no_login' ELSE 'failed' END AS why"
    " FROM host_target t JOIN speaks p ON p.host = t.host LEFT JOIN asked a ON a.target = t.host) s";

/* The worst first; of each kind at least some, so that many hosts that were switched off do not hide the few that refused. */
static const char host_rows[] =
    "WITH rank(why, rank) AS (VALUES ('malformed', 1), ('slow', 2), ('hangs_up', 3), ('failed', 4), ('login', 5), ('dialect', 6), ('closed', 7),"
    " ('silent', 8), ('no_address', 9), ('not_asked', 10), ('rights', 11), ('partly', 12), ('registry', 13), ('ports', 14), ('no_login', 15),"
    " ('excluded', 16), ('offline', 17), ('read', 18), ('shard', 10))"
    " SELECT t.host AS name, t.address, t.origin, t.why, k.rank, t.smb, t.rdp, t.winrm, t.tls, t.got, t.missing, t.detail, t.files, t.files_at,"
    " t.files_got, t.files_missing,"
    " CASE WHEN t.machine IN ('complete', 'partial') THEN CASE m.is_administrator WHEN 1 THEN 'administrator' WHEN 0 THEN 'user' ELSE 'yes' END"
    " WHEN t.machine = 'denied' THEN 'refused' WHEN coalesce(t.machine, 'not_collected') = 'not_collected' THEN 'not_tried'"
    " ELSE 'impossible' END AS login"
    " FROM host_told t JOIN rank k ON k.why = t.why LEFT JOIN host_machine m ON m.host = t.host"
    " ORDER BY row_number() OVER (PARTITION BY t.why, t.files ORDER BY t.host) > 10, k.rank, t.host";

/* Hosts that did not answer and hosts without an address are one kind here; one that told all that it was asked lacks what nobody
 * asked, or what is not there. */
static const char unknown_rows[] =
    "WITH mine AS MATERIALIZED (SELECT h.host, count(DISTINCT r.check_no) AS checks, count(*) AS results,"
    " max(CASE WHEN ?1 THEN r.reason_ja ELSE r.reason_en END) AS reason FROM result r"
    " JOIN check_info c USING (check_no) JOIN host_state h ON h.subject = r.subject AND instr(r.reason_en, h.host) > 0"
    " WHERE r.verdict = 'unknown' AND r.verdict <> 'pass' AND " MODEL_IS_OF_HOSTS " GROUP BY h.host),"
    " kind AS (SELECT CASE t.why WHEN 'no_address' THEN 'silent' WHEN 'read' THEN 'partly' ELSE t.why END AS why, coalesce(t.detail, m.reason) AS detail, m.*"
    " FROM mine m CROSS JOIN host_told t ON t.host = m.host)"
    " SELECT why, count(*) OVER w AS hosts, sum(results) OVER w AS total, host AS name, checks, results, detail FROM kind"
    " WINDOW w AS (PARTITION BY why) ORDER BY total DESC, why, results DESC, host";

/* clang-format on */

/* What is told of each host, once for both parts that ask for it. Put together in the model's arena: no compiler need take a string that long. */
static enum rc tell(struct model *m, struct err *err)
{
    const char *sql = arena_printf(m->a,
                                   "DROP TABLE IF EXISTS temp.host_told; %s%s%s;"
                                   " CREATE UNIQUE INDEX temp.host_told_host ON host_told(host)",
                                   asked, speaks, told);
    return sql ? query_scratch(m->db, sql, err)
               : err_setf(err, RC_NOMEM, "no memory for the report");
}

/* How many hosts there are of a word of host.why or host.from. */
struct kinds {
    char names[32][16];
    int64_t hosts[32];
};

static void count_kind(struct kinds *k, const char *name)
{
    for (size_t i = 0; name[0] && i < ARRAY_LEN(k->names); i++) {
        if (!k->names[i][0]) {
            (void)snprintf(k->names[i], sizeof(k->names[i]), "%s", name);
        }
        if (strcmp(k->names[i], name) == 0) {
            k->hosts[i]++;
            return;
        }
    }
}

static void put_kinds(struct model *m, xmlNode *list, const char *element, const struct kinds *k)
{
    for (size_t i = 0; i < ARRAY_LEN(k->names) && k->names[i][0]; i++) {
        arena_reset(m->a);
        xmlNode *kind = model_node(m, list, element);
        model_attr(m, kind, "name", k->names[i]);
        model_count(m, kind, "hosts", k->hosts[i]);
    }
}

/* One pass over all hosts, for what is counted and for those that are listed; after model_host_unknowns. */
enum rc model_hosts(struct model *m, xmlNode *root, struct err *err)
{
    enum {
        WHY = 3,
        FILES = 12
    };

    AUTO(query_done) sqlite3_stmt *q = NULL;
    xmlNode *hosts = model_node(m, root, "hosts");
    xmlNode *all = model_node(m, hosts, "kinds");
    struct kinds why = { 0 }, files = { 0 };
    TRY(query_open(m->db, host_rows, &q, err));
    int64_t shown = 0;
    for (bool row = true;; shown++) {
        TRY(query_next(q, &row, err));
        if (!row) {
            break;
        }
        count_kind(&why, query_text(q, WHY));
        count_kind(&files, query_text(q, FILES));
        if (shown < HOSTS_SHOWN) {
            (void)model_row(m, hosts, "host", q);
        }
    }
    put_kinds(m, all, "kind", &why);
    put_kinds(m, all, "files", &files);
    model_count(m, hosts, "rest", shown > HOSTS_SHOWN ? shown - HOSTS_SHOWN : 0);
    return RC_OK;
}

enum rc model_host_unknowns(struct model *m, xmlNode *all, struct err *err)
{
    enum {
        WHY,
        HOSTS,
        TOTAL,
        NAME,
        CHECKS,
        RESULTS,
        DETAIL
    };

    AUTO(query_done) sqlite3_stmt *q = NULL;
    TRY(tell(m, err));
    TRY(query_open(m->db, unknown_rows, &q, err));
    (void)sqlite3_bind_int(q, 1, m->lang == TEXT_JA);
    xmlNode *kind = NULL;
    char last[32] = "";
    for (size_t shown = 0;; shown++) {
        bool row = false;
        TRY(query_next(q, &row, err));
        if (!row) {
            return RC_OK;
        }
        arena_reset(m->a);
        if (strcmp(last, query_text(q, WHY)) != 0) {
            (void)snprintf(last, sizeof(last), "%s", query_text(q, WHY));
            shown = 0;
            kind = model_node(m, all, "hosts");
            for (int i = WHY; i <= TOTAL; i++) {
                model_column(m, kind, sqlite3_column_name(q, i), q, i);
            }
        }
        xmlNode *host = shown < HOSTS_OF_KIND_SHOWN ? model_node(m, kind, "host") : NULL;
        for (int i = NAME; host && i <= DETAIL; i++) {
            model_column(m, host, sqlite3_column_name(q, i), q, i);
        }
    }
}
