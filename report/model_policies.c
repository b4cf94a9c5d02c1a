/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Group Policy: <policies …totals><policy …><enforced/><editor/><writer/></policy> and what reaches whom,
 * <class …><computer/><reach …/></class></policies>. Left out when no policy object and no policy folder is in the evidence.
 * Never a password: their number is all that is read. */
#include <string.h>

#include "report/model.h"
#include "report/query.h"

#define POLICIES_SHOWN  100
#define CLASSES_SHOWN   30
#define REACHES_SHOWN   60
#define COMPUTERS_SHOWN 10
#define NAMES_SHOWN     5

/* clang-format off */
/* Who else may edit a policy, by the same rights as gpo.edited_by and gpo.files_edited_by; their names are told one by one. */
#define EDITS "u.inherit_only = 0 AND u.right_group IN ('takeover', 'write_property', 'create_child')"

/* Policies of the directory and of SYSVOL, then those that only a backup or another copy tells of. The worst first: passwords,
 * other people's hands, files that are not there or do not belong. The flags at the end are counted and not shown. */
static const char policy_rows[] =
    "WITH copy AS (SELECT f.gpo_id, max(f.display_name) AS name FROM policy_folder f WHERE f.kind <> 'sysvol'"
    " AND NOT EXISTS (SELECT 1 FROM policy_known k WHERE k.gpo_id = f.gpo_id) GROUP BY f.gpo_id),"
    " p AS MATERIALIZED (SELECT g.subject AS id, g.guid AS guid, g.name, g.is_orphan AS orphan, g.link_count AS links, g.disabled_link_count AS off_links,"
    " CASE WHEN c.computers IS NOT NULL OR c.is_linked THEN c.applies END AS applies, coalesce(c.doubtful, 0) AS doubtful, g.user_half_off AS user_off, g.computer_half_off AS computer_off, g.has_wmi_filter AS wmi,"
    " coalesce(g.folder_state, 'unread') AS folder, g.version_matches AS same, g.computer_version AS computer, g.user_version AS user,"
    " g.folder_computer_version AS folder_computer, g.folder_user_version AS folder_user, g.password_count AS passwords, g.unreadable_password_count AS blanks,"
    " CASE s.dacl WHEN 'absent' THEN 1 WHEN 'present' THEN EXISTS (SELECT 1 FROM unexpected_right u WHERE u.object_guid = g.guid AND " EDITS ") END AS edited,"
    " s.dacl = 'absent' AS open, EXISTS (SELECT 1 FROM sysvol_writer w WHERE w.gpo_id = g.subject) AS written"
    " FROM gpo g LEFT JOIN policy_computers c ON c.gpo_id = g.subject LEFT JOIN security_descriptor s ON s.object_guid = g.guid"
    " UNION ALL SELECT c.gpo_id, NULL, coalesce(c.name, c.gpo_id), NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, 'copy', NULL, NULL, NULL, NULL, NULL,"
    " (SELECT count(*) FROM policy_password w WHERE w.gpo_id = c.gpo_id AND w.state = 'set'), 0, NULL, NULL, 0 FROM copy c)"
    " SELECT id, name, orphan, links, off_links, applies, doubtful, user_off, computer_off, wmi, folder, same, computer, user, folder_computer, folder_user,"
    " passwords, blanks, open, guid, edited, written FROM p"
    " ORDER BY CASE WHEN passwords > 0 THEN 1 WHEN edited OR written THEN 2 WHEN folder IN ('missing', 'denied', 'malformed', 'partial') THEN 3 WHEN orphan THEN 4"
    " WHEN same = 0 THEN 5 WHEN edited IS NULL OR folder = 'unread' THEN 6 WHEN links = 0 THEN 7 ELSE 8 END, applies DESC, name COLLATE NOCASE, id";

static const char enforced_rows[] =
    "SELECT coalesce(o.name, o.dn) FROM policy_link l JOIN organizational_unit o ON o.guid = l.container_guid"
    " WHERE l.gpo_id = ?1 AND coalesce(l.options, 0) & 3 = 2 ORDER BY 1";
static const char editor_rows[] = "SELECT DISTINCT u.trustee FROM unexpected_right u WHERE u.object_guid = ?1 AND " EDITS " ORDER BY 1";
static const char writer_rows[] = "SELECT DISTINCT w.trustee FROM sysvol_writer w WHERE w.gpo_id = ?1 ORDER BY 1";

/* Computers with the same list are one class; the domain itself, which domain controllers take account policies from, comes first. */
static const char class_rows[] =
    "SELECT t.class_no, count(a.guid) AS computers, sum(s.is_controller = 1) AS controllers, count(d.guid) AS domains, max(coalesce(d.dns_name, d.dn)) AS domain"
    " FROM policy_target t LEFT JOIN account a ON a.guid = t.guid LEFT JOIN account_state s ON s.guid = t.guid LEFT JOIN domain_head d ON d.guid = t.guid"
    " WHERE t.class_no IS NOT NULL GROUP BY t.class_no ORDER BY domains DESC, computers DESC, t.class_no";
static const char computer_rows[] =
    "SELECT coalesce(s.name, a.sam_name, a.dn) FROM policy_target t JOIN account a ON a.guid = t.guid LEFT JOIN account_state s ON s.guid = t.guid"
    " WHERE t.class_no = ?1 ORDER BY 1 COLLATE NOCASE";
static const char reach_rows[] =
    "SELECT r.gpo_id AS id, coalesce((SELECT p.display_name FROM policy_object p WHERE p.gpo_id = r.gpo_id), r.gpo_id) AS name, r.place, r.state, r.reason,"
    " r.is_enforced AS enforced, (SELECT coalesce(o.name, o.dn) FROM organizational_unit o WHERE o.guid = r.container_guid) AS at"
    " FROM policy_reach r WHERE r.class_no = ?1 ORDER BY r.place IS NULL, r.place, 2 COLLATE NOCASE, r.gpo_id";

/* clang-format on */

enum column {
    ID,
    LINKS = 3,
    FOLDER = 10,
    SAME,
    PASSWORDS = 16,
    OPEN = 18,
    GUID,
    EDITED,
    WRITTEN
};

struct totals {
    int64_t policies, passwords, edited, unlinked, lost, differ;
};

static bool is_true(sqlite3_stmt *q, int column)
{
    return sqlite3_column_int64(q, column) > 0;
}

/* One element a row of sql, each column as attribute; ?1 is the number, or the text when there is one. At most limit rows, the
 * attribute "rest_ELEMENT" of parent counts the others. */
static enum rc add_rows(struct model *m, xmlNode *parent, const char *element, const char *sql,
                        const char *text, int64_t number, int64_t limit, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    TRY(query_open(m->db, sql, &q, err));
    int code = text ? sqlite3_bind_text(q, 1, text, -1, SQLITE_TRANSIENT)
                    : sqlite3_bind_int64(q, 1, number);
    int64_t rows = 0;
    for (bool row = code == SQLITE_OK; row; rows++) {
        TRY(query_next(q, &row, err));
        if (!row) {
            break;
        }
        arena_reset(m->a);
        xmlNode *node = rows < limit ? model_node(m, parent, element) : NULL;
        int columns = sqlite3_column_count(q);
        for (int i = 0; node && i < columns; i++) {
            model_column(m, node, columns == 1 ? "name" : sqlite3_column_name(q, i), q, i);
        }
    }
    if (rows > limit) {
        char rest[32];
        (void)snprintf(rest, sizeof(rest), "rest_%s", element);
        model_count(m, parent, rest, rows - limit);
    }
    return RC_OK;
}

static enum rc add_policy(struct model *m, xmlNode *all, sqlite3_stmt *q, struct err *err)
{
    xmlNode *policy = model_node(m, all, "policy");
    for (int i = ID; i < GUID; i++) {
        model_column(m, policy, sqlite3_column_name(q, i), q, i);
    }
    TRY(add_rows(m, policy, "enforced", enforced_rows, query_text(q, ID), 0, NAMES_SHOWN, err));
    if (is_true(q, OPEN)) {
        model_attr(m, model_node(m, policy, "editor"), "name", "Everyone");
    } else if (is_true(q, EDITED)) {
        TRY(add_rows(m, policy, "editor", editor_rows, query_text(q, GUID), 0, NAMES_SHOWN, err));
    }
    return is_true(q, WRITTEN)
               ? add_rows(m, policy, "writer", writer_rows, query_text(q, ID), 0, NAMES_SHOWN, err)
               : RC_OK;
}

static void count_policy(struct totals *t, sqlite3_stmt *q)
{
    const char *folder = query_text(q, FOLDER);
    t->policies++;
    t->passwords += is_true(q, PASSWORDS);
    t->edited += is_true(q, EDITED) || is_true(q, WRITTEN);
    t->unlinked += sqlite3_column_type(q, LINKS) != SQLITE_NULL && !is_true(q, LINKS);
    t->lost += strcmp(folder, "read") != 0 && strcmp(folder, "copy") != 0;
    t->differ += sqlite3_column_type(q, SAME) != SQLITE_NULL && !is_true(q, SAME);
}

static enum rc add_policies(struct model *m, xmlNode *all, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    struct totals t = { 0 };
    TRY(query_open(m->db, policy_rows, &q, err));
    for (bool row = true;;) {
        TRY(query_next(q, &row, err));
        if (!row) {
            break;
        }
        arena_reset(m->a);
        count_policy(&t, q);
        if (t.policies <= POLICIES_SHOWN) {
            TRY(add_policy(m, all, q, err));
        }
    }
    model_count(m, all, "count", t.policies);
    model_count(m, all, "passwords", t.passwords);
    model_count(m, all, "edited", t.edited);
    model_count(m, all, "lost", t.lost);
    model_count(m, all, "differ", t.differ);
    model_count(m, all, "unlinked", t.unlinked);
    model_count(m, all, "rest", t.policies > POLICIES_SHOWN ? t.policies - POLICIES_SHOWN : 0);
    return RC_OK;
}

static enum rc add_classes(struct model *m, xmlNode *all, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    int64_t classes = 0, computers = 0;
    TRY(query_open(m->db, class_rows, &q, err));
    for (bool row = true;;) {
        TRY(query_next(q, &row, err));
        if (!row) {
            break;
        }
        arena_reset(m->a);
        if (++classes > CLASSES_SHOWN) {
            computers += sqlite3_column_int64(q, 1);
            continue;
        }
        xmlNode *class = model_node(m, all, "class");
        int64_t number = sqlite3_column_int64(q, 0);
        for (int i = 1; i < sqlite3_column_count(q); i++) {
            model_column(m, class, sqlite3_column_name(q, i), q, i);
        }
        TRY(add_rows(m, class, "computer", computer_rows, NULL, number, COMPUTERS_SHOWN, err));
        TRY(add_rows(m, class, "reach", reach_rows, NULL, number, REACHES_SHOWN, err));
    }
    model_count(m, all, "rest_classes", classes > CLASSES_SHOWN ? classes - CLASSES_SHOWN : 0);
    model_count(m, all, "rest_computers", computers);
    return RC_OK;
}

enum rc model_policies(struct model *m, xmlNode *root, struct err *err)
{
    int64_t any = 0;
    TRY(query_number(
        m->db,
        "SELECT EXISTS (SELECT 1 FROM policy_object) OR EXISTS (SELECT 1 FROM policy_folder)", &any,
        err));
    if (!any) {
        return RC_OK;
    }
    xmlNode *all = model_node(m, root, "policies");
    TRY(add_policies(m, all, err));
    return add_classes(m, all, err);
}
