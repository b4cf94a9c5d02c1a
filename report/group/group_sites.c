/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Documents that are those of one site, site by site: findings.csv, checks.csv, findings.jsonl, findings.ocsf.jsonl, junit.xml. */
#include <string.h>

#include "audit/evidence/group.h"
#include "report/csv.h"
#include "report/group/group.h"
#include "report/json_writer.h"
#include "report/output/output.h"
#include "report/query.h"
#include "report/report.h"

struct part {
    sqlite3 *db; /* which shows the site */
    const struct report_options *options;
    struct out *o;
    int64_t site, suites;
    const char *name;
    bool is_first;
    sqlite3_stmt *q; /* number, name in the language, names */
};

static enum rc each_site(struct part *p, enum rc (*write)(struct part *p, struct err *err),
                         struct err *err)
{
    AUTO(query_done) sqlite3_stmt *q = NULL;
    TRY(query_open(
        p->db,
        "SELECT s.site, " GROUP_NAME("?1") ", s.name_en, s.name_ja FROM site s ORDER BY s.site", &q,
        err));
    (void)sqlite3_bind_int(q, 1, strcmp(p->options->lang, "ja") == 0);
    p->q = q;
    p->is_first = true;
    for (bool row = true;; p->is_first = false) {
        TRY(query_next(q, &row, err));
        if (!row) {
            return RC_OK;
        }
        p->site = sqlite3_column_int64(q, 0);
        p->name = query_text(q, 1);
        TRY(group_select(p->db, p->site, err));
        TRY(write(p, err));
    }
}

/* {"number": 1, "name": {"en": …, "ja": …}}; NULL where memory is short. */
static json_t *site_object(const struct part *p)
{
    return json_pack("{s:o, s:o}", "number", writer_cell(p->q, 0), "name", writer_both(p->q, 2));
}

static enum rc no_memory(struct err *err)
{
    return err_setf(err, RC_NOMEM, "no memory for the document of a group");
}

static enum rc write_csv(struct part *p, struct err *err)
{
    return csv_site_findings(p->db, p->options, p->name, p->is_first, p->o, err);
}

static enum rc write_checks(struct part *p, struct err *err)
{
    return output_checks_csv_site(p->db, p->options, p->name, p->is_first, p->o, err);
}

static enum rc write_jsonl(struct part *p, struct err *err)
{
    json_t *site = site_object(p);
    return site ? output_jsonl_site(p->db, site, p->o, err) : no_memory(err);
}

static enum rc write_ocsf(struct part *p, struct err *err)
{
    json_t *site = site_object(p);
    return site ? output_ocsf_site(p->db, p->options, site, p->o, err) : no_memory(err);
}

static enum rc write_junit(struct part *p, struct err *err)
{
    return output_junit_site(p->db, p->options, p->name, &p->suites, p->o, err);
}

enum rc group_csv(sqlite3 *db, const struct report_options *options, struct out *o, struct err *err)
{
    struct part p = { .db = db, .options = options, .o = o };
    return each_site(&p, write_csv, err);
}

enum rc group_checks_csv(sqlite3 *db, const struct report_options *options, struct out *o,
                         struct err *err)
{
    struct part p = { .db = db, .options = options, .o = o };
    return each_site(&p, write_checks, err);
}

enum rc group_jsonl(sqlite3 *db, const struct report_options *options, struct out *o,
                    struct err *err)
{
    struct part p = { .db = db, .options = options, .o = o };
    return each_site(&p, write_jsonl, err);
}

enum rc group_ocsf(sqlite3 *db, const struct report_options *options, struct out *o,
                   struct err *err)
{
    struct part p = { .db = db, .options = options, .o = o };
    return each_site(&p, write_ocsf, err);
}

enum rc group_junit(sqlite3 *db, const struct report_options *options, struct out *o,
                    struct err *err)
{
    struct part p = { .db = db, .options = options, .o = o };
    out_text(o, OUTPUT_JUNIT_HEAD);
    TRY(each_site(&p, write_junit, err));
    out_text(o, OUTPUT_JUNIT_FOOT);
    return RC_OK;
}
