/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kagimori plan: what must be reset after an incident, in which order, and what of it is proven to be done. */
#include <inttypes.h>

#include "audit/base/log.h"
#include "audit/command/baseline.h"
#include "audit/command/command.h"
#include "rules/reset/reset.h"

static void print_totals(const struct reset_totals *t)
{
    char buf[32];
    (void)printf("reset plan: %" PRIu64 " subjects, %" PRIu64 " done or attested, %" PRIu64
                 " suspect, %" PRIu64 " that this evidence cannot prove, %" PRIu64 " regressions\n",
                 t->items, t->finished, t->suspect, t->unseen, t->regressions);
    if (t->finish_at) {
        (void)printf("earliest end by the schedule: %s\n",
                     filetime_iso(t->finish_at, buf, sizeof(buf)));
    }
}

int command_plan(int argc, char **argv)
{
    const char *checks = NULL, *evidence = NULL;
    struct evaluate_inputs inputs = { 0 };
    struct reset_options options = { .kind = "plan" };
    const struct option_row rows[] = {
        { "checks", "DIR",
          "folder of checks with the playbook (default: those that came with Kagimori)", &checks,
          NULL, false },
        { "scope", "LIST", "forest (default), or host:NAME,account:NAME: what the incident reached",
          &options.scope, NULL, false },
        { "batch", "LIST", "user:200,computer:500: how many at a time", &options.batches, NULL,
          false },
        INCIDENT_OPTION_ROW(&inputs.incident),
    };
    const struct option_table table = { "kagimori plan DIR/evidence.db --incident-time TIME",
                                        "Makes the reset plan.",
                                        rows,
                                        ARRAY_LEN(rows),
                                        1,
                                        1 };
    size_t operands = 0;
    int code = options_parse(argc, argv, &table, &evidence, &operands);
    if (code >= 0) {
        return code;
    }
    struct err err = { .rc = RC_OK };
    struct rules *rules AUTO(rules_freep) = NULL;
    struct store *store AUTO(store_closep) = NULL;
    struct reset_totals totals = { 0 };
    const struct rules_options which = { .directory = checks };
    if (incident_read(&inputs, &err) != RC_OK ||
        command_load_rules(&which, &rules, &err) != RC_OK ||
        evaluate_prepare(evidence, &inputs, stdout, &err) != RC_OK ||
        store_open(evidence, STORE_WRITE, &store, &err) != RC_OK ||
        reset_plan_make(rules, evidence, store, &options, &totals, &err) != RC_OK) {
        return command_fail(&err);
    }
    print_totals(&totals);
    return totals.items > totals.finished ? EXIT_FINDINGS : EXIT_CLEAN;
}
