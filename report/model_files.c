/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that were taken as evidence: <files><origin …/><problems><file …/></problems></files>. Each with its SHA-256 is in
 * results.json; the page counts them, and names those that could not be read. */
#include "report/model.h"
#include "report/query.h"

#define ORIGINS_SHOWN  100
#define PROBLEMS_SHOWN 50

/* clang-format off */
static const char origins[] =
    "SELECT a.origin, m.kind, m.host, m.reason, m.computer_name AS computer, m.collected_at AS made_at, count(*) AS files,"
    " sum(a.state = 'decoded') AS decoded, sum(a.state IN ('malformed', 'partial', 'denied', 'too_large', 'refused')) AS problems,"
    " sum(a.state = 'unsupported') AS unsupported"
    " FROM artifact a LEFT JOIN machine_file m ON m.origin = a.origin GROUP BY a.origin ORDER BY m.kind IS NULL, problems > 0 DESC, a.origin";

static const char problems[] =
    "SELECT origin, path, state, detail FROM artifact WHERE state IN ('malformed', 'partial', 'denied', 'too_large', 'refused')"
    " ORDER BY state, origin, path";

/* clang-format on */

enum rc model_files(struct model *m, xmlNode *root, struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    bool any = false;
    TRY(query_open(m->db, "SELECT 1 FROM artifact LIMIT 1", &q, err));
    TRY(query_next(q, &any, err));
    if (!any) {
        return RC_OK;
    }
    xmlNode *all = model_node(m, root, "files");
    TRY(model_rows(m, all, "origin", origins, ORIGINS_SHOWN, err));
    return model_rows(m, model_node(m, all, "problems"), "file", problems, PROBLEMS_SHOWN, err);
}
