/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/reset/plan_report.h"

#include "report/reset/plan.h"

static enum rc write_document(sqlite3 *db, enum plan_format format,
                              const struct report_options *options, struct out *o, struct err *err)
{
    switch (format) {
    case PLAN_CSV:
        return plandoc_csv(db, options, o, err);
    case PLAN_JSON:
        return plandoc_json(db, options, o, err);
    case PLAN_MARKDOWN:
        return plandoc_markdown(db, options, o, err);
    case PLAN_HTML:
        return plandoc_html(db, options, o, err);
    }
    return err_setf(err, RC_BUG, "no such format of a plan: %d", (int)format);
}

enum rc plan_report_write(sqlite3 *db, enum plan_format format,
                          const struct report_options *options, const char *path, struct err *err)
{
    enum text_lang lang = TEXT_EN;
    if (!text_lang_from(options->lang, &lang)) {
        return err_setf(err, RC_USAGE, "a plan is in \"ja\" or \"en\", not in \"%s\"",
                        options->lang ? options->lang : "");
    }
    int64_t actions = 0;
    TRY(query_number(db, "SELECT count(*) FROM reset_action", &actions, err));
    if (actions == 0) {
        (void)err_setf(err, RC_USAGE,
                       "the evidence holds no reset plan: run `kagimori plan` on it first");
        return err_at(err, "%s", path);
    }
    AUTO(text_zone_end) struct zone_before zone = { 0 };
    text_zone_begin(&zone, db);
    AUTO(out_done) struct out o = { 0 };
    TRY(out_open(&o, path, err));
    TRY(write_document(db, format, options, &o, err));
    return out_commit(&o, err);
}
