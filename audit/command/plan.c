/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kagimori plan: what must be reset after an incident, in which order, and what of it is proven to be done. */
#include "audit/command/plan_carry.h"
#include "audit/command/plan_run.h"

/* The time zone of the site, for messages about times; empty when the file tells none or cannot be read (which is said later). */
static void zone_of(const char *evidence, char *buf, size_t size)
{
    struct err err;
    sqlite3 *db = NULL;
    buf[0] = '\0';
    if (store_open_reader(evidence, &db, &err) == RC_OK) {
        store_info_get(db, "time_zone", buf, size);
        (void)sqlite3_close(db);
    }
}

static enum rc plan_all(const char *evidence, const char *checks, struct plan_inputs *in,
                        struct reset_totals *ret, struct err *err)
{
    struct rules *rules AUTO(rules_freep) = NULL;
    const struct rules_options which = { .directory = checks, .reset_only = true };
    char zone[80];
    zone_of(evidence, zone, sizeof(zone));
    TRY(plan_inputs_read(in, zone, err));
    TRY(command_load_rules(&which, &rules, err));
    TRY(plan_run(rules, evidence, "plan", in, &in->evidence.baseline, in->evidence.baseline ? 1 : 0,
                 stdout, ret, err));
    TRY(plan_documents(evidence, in, stdout, err));
    return plan_tell(evidence, in->lang, ret, stdout, err);
}

int command_plan(int argc, char **argv)
{
    const char *checks = NULL, *evidence = NULL;
    struct plan_inputs in = { 0 };
    const struct option_row rows[] = {
        { "checks", "DIR",
          "folder of checks with the playbook (default: those that came with Kagimori)", &checks,
          NULL, false },
        { "out", "DIR", "folder for the documents (default: that of the evidence)", &in.out, NULL,
          false },
        PLAN_OPTION_ROWS(&in),
    };
    const struct option_table table = {
        "kagimori plan DIR/evidence.db --incident-time TIME [--scope LIST] [--baseline OLD/evidence.db]",
        "Makes the reset plan of an incident from an evidence file: what must be reset, in which order, and what of it is "
        "proven to be done. Nothing of it is ever carried out by Kagimori. "
        "Exit codes: 0 all is finished, 1 something is open, 3 what is open cannot be proven.",
        rows,
        ARRAY_LEN(rows),
        1,
        1
    };
    size_t operands = 0;
    int code = options_parse(argc, argv, &table, &evidence, &operands);
    if (code >= 0) {
        return code;
    }
    struct err err = { .rc = RC_OK };
    struct reset_totals totals = { 0 };
    if (!command_language(&in.lang)) {
        return EXIT_USAGE;
    }
    if (plan_all(evidence, checks, &in, &totals, &err) != RC_OK) {
        return command_fail(&err);
    }
    return plan_exit_code(&totals);
}
