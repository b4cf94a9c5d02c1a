/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kagimori verify: reads again what proves resets, on every domain controller, and goes on with the plan of an earlier file. */
#include <string.h>
#include <unistd.h>

#include "audit/base/log.h"
#include "audit/command/plan_carry.h"
#include "audit/command/plan_run.h"
#include "audit/command/verify_kept.h"

struct verify_options {
    const char *site, *out, *checks;
    struct collect_options collect;
    struct plan_inputs plan;
};

/* All mistakes of the operator that can be seen without the network come out before one packet is sent. */
static enum rc read_all(struct verify_options *o, struct arena *a, struct site *site,
                        struct rules **rules, struct err *err)
{
    sqlite3 *db = NULL;
    const struct rules_options which = { .directory = o->checks, .reset_only = true };
    TRY(command_load_site(o->site, a, site, err));
    TRY(plan_inputs_read(&o->plan, site->time_zone, err));
    TRY(store_open_reader(o->plan.evidence.baseline, &db, err));
    (void)sqlite3_close(db);
    TRY(command_load_rules(&which, rules, err));
    TRY(o->plan.attestations
            ? reset_attest_load(*rules, o->plan.attestations, NULL, filetime_now(), stderr, err)
            : RC_OK);
    return rules_select_reset_only(*rules, err);
}

/* Of which domain the servers are is known by its SID only when they were asked before: the verification before tells. */
static enum rc check_before(struct arena *a, const struct verify_options *o, struct err *err)
{
    const char *before = command_path(a, o->out, "evidence.db");
    if (!before) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    return access(before, F_OK) == 0 ? plan_check_domain(before, o->plan.evidence.baseline, err)
                                     : RC_OK;
}

static enum rc verify_all(struct verify_options *o, struct reset_totals *ret, struct err *err)
{
    struct arena *a AUTO(arena_freep) = arena_new(0);
    struct rules *rules AUTO(rules_freep) = NULL;
    struct site site;
    const char *kept = NULL;
    const char *const *earlier = NULL;
    size_t count = 0;
    bool any = false; /* without any server nothing is proven, which the plan says */
    if (!a) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    TRY(read_all(o, a, &site, &rules, err));
    TRY(check_before(a, o, err));
    if (!o->collect.resume) {
        TRY(verify_keep(a, o->out, &o->plan.evidence.baseline, &kept, err));
    }
    if (kept) {
        (void)printf("the verification before is kept as %s\n", kept);
    }
    o->collect.out = o->out;
    o->collect.only_proof = true;
    TRY(collect_run(&site, rules, &o->collect, &any, err));
    const char *evidence = command_path(a, o->out, "evidence.db");
    if (!evidence) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    TRY(verify_earlier(a, o->out, o->plan.evidence.baseline, &earlier, &count, err));
    TRY(plan_run(rules, evidence, "verify", &o->plan, earlier, count, stdout, ret, err));
    TRY(plan_documents(evidence, &o->plan, stdout, err));
    return plan_tell(evidence, o->plan.lang, ret, stdout, err);
}

int command_verify(int argc, char **argv)
{
    struct verify_options o = { 0 };
    const struct option_row rows[] = {
        { "site", "FILE", "the site file", &o.site, NULL, true },
        { "out", "DIR",
          "folder for evidence.db and the documents, made when missing; a file of before is kept beside it",
          &o.out, NULL, true },
        { "checks", "DIR",
          "folder of checks with the playbook (default: those that came with Kagimori)", &o.checks,
          NULL, false },
        PLAN_OPTION_ROWS(&o.plan),
        COLLECT_OPTION_ROWS(&o.collect),
    };
    const struct option_table table = {
        "kagimori verify --site FILE --baseline OLD/evidence.db --out DIR",
        "Reads again what proves resets, on every domain controller that answers, and goes on with the reset plan of an "
        "earlier file: what is done, what is open, what only looks done. Nothing is changed on any of them. "
        "Exit codes: 0 all is finished, 1 something is open, 3 what is open cannot be proven.",
        rows,
        ARRAY_LEN(rows),
        0,
        0
    };
    size_t operands = 0;
    int code = options_parse(argc, argv, &table, NULL, &operands);
    if (code >= 0) {
        return code;
    }
    struct err err = { .rc = RC_OK };
    struct reset_totals totals = { 0 };
    if (!o.plan.evidence.baseline) {
        log_line(
            LOG_ERROR,
            "--baseline is missing: the evidence file with the plan to go on from (kagimori plan makes it)");
        return EXIT_USAGE;
    }
    if (!command_language(&o.plan.lang)) {
        return EXIT_USAGE;
    }
    o.plan.out = o.out;
    if (verify_all(&o, &totals, &err) != RC_OK) {
        return command_fail(&err);
    }
    return plan_exit_code(&totals);
}
