/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kagimori evaluate: checks over an evidence file, without any network. */
#include <inttypes.h>

#include "audit/base/log.h"
#include "audit/command/baseline.h"
#include "audit/command/command.h"

static void print_totals(FILE *out, const struct rules_totals *t)
{
    (void)fprintf(out,
                  "findings: %" PRIu64 " critical, %" PRIu64 " high, %" PRIu64 " medium, %" PRIu64
                  " low, %" PRIu64 " info\n"
                  "verdicts: %" PRIu64 " pass, %" PRIu64 " fail, %" PRIu64 " unknown, %" PRIu64
                  " waived, %" PRIu64 " not applicable, %" PRIu64 " error\n",
                  t->fail_by_severity[0], t->fail_by_severity[1], t->fail_by_severity[2],
                  t->fail_by_severity[3], t->fail_by_severity[4], t->pass, t->fail, t->unknown,
                  t->waived, t->not_applicable, t->error);
}

enum rc evaluate_run(struct rules *rules, const char *evidence, const char *profile, FILE *out,
                     struct rules_totals *ret, struct err *err)
{
    struct store *store AUTO(store_closep) = NULL;
    TRY(store_open(evidence, STORE_WRITE, &store, err));
    TRY(store_info_set(store, "profile", profile ? profile : "", err));
    TRY(store_commit(store, err));
    TRY(store_derive(store, err));
    TRY(rules_evaluate(rules, evidence, store, ret, err));
    if (out) {
        print_totals(out, ret);
    }
    return RC_OK;
}

/* How it stands, then the totals. The verdicts are in the file whatever comes of this: a mishap is told, and is not one of theirs. */
static void tell(const char *evidence, const struct rules_totals *totals)
{
    struct err err = { .rc = RC_OK };
    const char *lang = NULL;
    sqlite3 *db = NULL;
    (void)command_language(&lang);
    if (store_open_reader(evidence, &db, &err) != RC_OK ||
        report_tell(db, lang, stdout, &err) != RC_OK) {
        log_err(&err);
    }
    (void)sqlite3_close(db);
    (void)printf("\n");
    print_totals(stdout, totals);
}

int command_evaluate(int argc, char **argv)
{
    const char *checks = NULL, *profile = NULL, *waivers = NULL, *fail_on = NULL;
    struct rules *rules AUTO(rules_freep) = NULL; /* the answers point into it */
    struct evaluate_inputs inputs AUTO(evaluate_inputs_done) = { 0 };
    const struct option_row rows[] = {
        { "checks", "DIR", "folder of checks (default: those that came with Kagimori)", &checks,
          NULL, false },
        { "profile", "NAME", "evaluate only this profile's checks", &profile, NULL, false },
        { "waivers", "FILE", "exceptions with reason, approver and expiry", &waivers, NULL, false },
        { "fail-on", "SEVERITY", "exit code 1 from this severity on (default: low)", &fail_on, NULL,
          false },
        { "baseline", "FILE",
          "evidence file of an earlier audit: what starts by itself since then is new, and password dates are compared",
          &inputs.baseline, NULL, false },
        INCIDENT_OPTION_ROW(&inputs.incident),
        ANSWERS_OPTION_ROW(&inputs.answers),
    };
    const struct option_table table = {
        "kagimori evaluate DIR/evidence.db [--checks DIR] [--profile NAME] [--waivers FILE] [--baseline OLD/evidence.db] [--incident-time TIME] [--answers FILE]",
        "Judges the evidence. The results replace earlier ones in the same file.",
        rows,
        ARRAY_LEN(rows),
        1,
        1
    };
    const char *evidence = NULL;
    size_t operands = 0;
    int code = options_parse(argc, argv, &table, &evidence, &operands);
    if (code >= 0) {
        return code;
    }
    if (!command_severity(fail_on)) {
        return EXIT_USAGE;
    }
    struct err err = { .rc = RC_OK };
    struct rules_totals totals = { 0 };
    const struct rules_options which = { .directory = checks,
                                         .profile = profile,
                                         .waivers = waivers };
    if (incident_read(&inputs, &err) != RC_OK ||
        command_load_rules(&which, &rules, &err) != RC_OK ||
        evaluate_answers(rules, &inputs, &err) != RC_OK ||
        evaluate_prepare(evidence, &inputs, stdout, &err) != RC_OK ||
        evaluate_run(rules, evidence, profile, NULL, &totals, &err) != RC_OK) {
        return command_fail(&err);
    }
    tell(evidence, &totals);
    return command_exit_code(&totals, fail_on);
}
