/* SPDX-License-Identifier: GPL-3.0-or-later */
/* diff.csv: one record a finding that moved. Columns: README.md. */
#include "report/csv.h"
#include "report/diff/diff_doc.h"

struct table {
    struct diff_doc *o;
    struct out *out;
};

static const char *const header[] = { "kind",   "why",         "severity", "check", "title",
                                      "name",   "name_before", "subject",  "item",  "finding",
                                      "reason", "evidence",    "source" };

static enum rc record(const struct diff_item *i, void *context, struct err *err)
{
    struct table *t = context;
    const char *cells[] = { i->kind,   i->why,         i->severity, i->check, i->title,
                            i->name,   i->name_before, i->subject,  i->item,  i->finding,
                            i->reason, i->evidence,    i->source };
    return csv_record(t->out, t->o->a, cells, ARRAY_LEN(cells), err);
}

enum rc diff_csv(struct diff_doc *o, struct out *out, struct err *err)
{
    struct table t = { o, out };
    int64_t rest = 0;
    out_text(out, o->bom ? "\xef\xbb\xbf" : "");
    TRY(csv_record(out, o->a, header, ARRAY_LEN(header), err));
    for (int kind = 0; kind < DIFF_KINDS; kind++) {
        TRY(diff_each(o, (enum diff_kind)kind, 0, record, &t, &rest, err));
    }
    return RC_OK;
}
