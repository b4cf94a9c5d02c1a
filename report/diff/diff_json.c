/* SPDX-License-Identifier: GPL-3.0-or-later */
/* diff.json, in both languages; its schema is diff.schema.json. Text is as the target sent it. */
#include "report/diff/diff_doc.h"
#include "report/json_writer.h"

/* clang-format off */
static const char findings_sql[] =
    "SELECT kind, why, check_id, severity, title_en, title_ja, view, subject, subject_before, item, name, name_before, finding, reason_en, reason_ja, detail AS unread_source,"
    " source, change, evidence FROM diff_list"
    " WHERE kind <> 'same' ORDER BY CASE kind WHEN 'new' THEN 0 WHEN 'unwaived' THEN 1 WHEN 'changed' THEN 2 WHEN 'fixed' THEN 3 WHEN 'hidden' THEN 4 WHEN 'gone' THEN 5"
    " WHEN 'rejudged' THEN 6 WHEN 'judged' THEN 7 ELSE 8 END, rank, check_id, subject, item";
static const char lost_sql[] =
    "SELECT k.id AS check_id, k.severity, l.reason_en, l.reason_ja, l.subjects FROM diff_lost l JOIN diff_check k USING (c) ORDER BY k.rank, k.id, l.reason_en";
static const char renamed_sql[] = "SELECT subject, before, now FROM diff_renamed ORDER BY subject";
static const char unread_sql[] =
    "SELECT source, target, state FROM diff_unread WHERE side = 'now' ORDER BY source, target";

/* clang-format on */

static json_t *time_of(int64_t now)
{
    char text[32];
    if (now <= 0) {
        return json_null();
    }
    (void)filetime_iso(now, text, sizeof(text));
    return json_string(text);
}

static json_t *side(const struct diff_side *s)
{
    return json_pack("{s:o, s:s, s:s}", "now", time_of(s->now), "profile", s->profile,
                     "tool_version", s->tool);
}

static json_t *counts(const struct diff *d)
{
    json_t *all = json_object();
    for (int kind = 0; kind < DIFF_KINDS; kind++) {
        (void)json_object_set_new(all, diff_kind_word((enum diff_kind)kind),
                                  json_integer(d->count[kind]));
    }
    (void)json_object_set_new(all, "same", json_integer(d->same));
    (void)json_object_set_new(all, "same_waived", json_integer(d->same_waived));
    (void)json_object_set_new(all, "lost", json_integer(d->lost));
    (void)json_object_set_new(all, "seen", json_integer(d->seen));
    (void)json_object_set_new(all, "renamed", json_integer(d->renamed));
    return all;
}

/* The last two columns are JSON by themselves. */
static json_t *finding(sqlite3_stmt *q)
{
    json_t *row = writer_row(q);
    int count = sqlite3_column_count(q);
    (void)json_object_set_new(row, "change", writer_embedded(q, count - 2));
    (void)json_object_set_new(row, "evidence", writer_embedded(q, count - 1));
    return row;
}

enum rc diff_json(struct diff_doc *o, struct out *out, struct err *err)
{
    const struct diff *d = o->d;
    AUTO(writer_done) struct writer w;
    writer_init(&w, out, err);
    out_text(out, "{");
    TRY(writer_member(&w, "schema", json_string("kagimori.diff/1")));
    TRY(writer_member(&w, "before", side(&d->before)));
    TRY(writer_member(&w, "now", side(&d->now)));
    TRY(writer_member(&w, "same_estate", json_boolean(!d->is_foreign)));
    TRY(writer_member(&w, "swapped", json_boolean(d->is_swapped)));
    TRY(writer_member(&w, "other_build", json_boolean(d->other_build)));
    TRY(writer_member(&w, "counts", counts(d)));
    TRY(writer_rows(&w, d->db, "findings", findings_sql, -1, finding));
    TRY(writer_rows(&w, d->db, "lost", lost_sql, -1, writer_row));
    TRY(writer_rows(&w, d->db, "renamed", renamed_sql, -1, writer_row));
    TRY(writer_rows(&w, d->db, "unread", unread_sql, -1, writer_row));
    out_text(out, "\n}\n");
    return RC_OK;
}
