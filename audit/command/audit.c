/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kagimori audit: collect, evaluate, report. */
#include <string.h>

#include "audit/base/log.h"
#include "audit/command/plan_run.h"

struct audit_options {
    const char *site, *out, *checks, *profile, *waivers, *lang, *fail_on;
    bool bom;
    const char *previous, *history;
    struct collect_options collect;
    struct evaluate_inputs inputs;
};

static bool has_incident(const char *evidence)
{
    struct err err;
    sqlite3 *db = NULL;
    char text[32] = "";
    if (store_open_reader(evidence, &db, &err) == RC_OK) {
        store_info_get(db, "incident_at", text, sizeof(text));
        (void)sqlite3_close(db);
    }
    return text[0] != '\0';
}

/* The findings stand whatever comes of the plan: what the operator said wrongly of it is told, and the report goes on. */
static enum rc make_plan(struct rules *rules, const char *evidence, const struct audit_options *o,
                         struct err *err)
{
    /* reset-plan.csv comes with the report. */
    const char *lang = strcmp(o->lang, "both") == 0 ? "ja" : o->lang;
    struct plan_inputs in = { .lang = lang, .bom = o->bom, .formats = "html", .out = o->out };
    struct reset_totals totals;
    if (!reset_has_playbook(rules)) {
        return RC_OK;
    }
    enum rc rc = plan_run(rules, evidence, "audit", &in, &o->inputs.baseline,
                          o->inputs.baseline ? 1 : 0, NULL, &totals, err);
    if (rc == RC_USAGE) {
        log_line(LOG_WARN,
                 "no reset plan was made: %s%s%s; kagimori plan makes it from this evidence",
                 err->where, err->where[0] ? ": " : "", err->msg);
        return RC_OK;
    }
    TRY(rc);
    return has_incident(evidence) ? plan_documents(evidence, &in, stdout, err) : RC_OK;
}

/* An audit before that cannot be compared with is a mistake to be told before the first packet. */
static enum rc check_previous(const char *path, struct err *err)
{
    sqlite3 *db = NULL;
    enum rc rc = path ? store_open_pair(path, NULL, &db, err) : RC_OK;
    (void)sqlite3_close(db);
    return rc;
}

/* A history that does not take the run spoils no document; it is told when they are written. */
static enum rc write_documents(const char *evidence, const struct audit_options *o, struct err *err)
{
    struct err refused = { .rc = RC_OK };
    bool is_noted =
        o->history && history_note(o->history, evidence, false, stdout, &refused) == RC_OK;
    const struct report_inputs documents = { .out = o->out,
                                             .lang = o->lang,
                                             .bom = o->bom,
                                             .previous = o->previous,
                                             .history = is_noted ? o->history : NULL };
    TRY(report_run(evidence, &documents, stdout, err));
    *err = refused.rc == RC_OK ? *err : refused;
    return refused.rc;
}

static enum rc audit_run(struct audit_options *o, struct rules_totals *ret, struct err *err)
{
    struct arena *a AUTO(arena_freep) = arena_new(0);
    struct rules *rules AUTO(rules_freep) = NULL;
    struct site site;
    if (!a) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    /* All mistakes of the operator come out before one packet is sent. */
    enum rc site_rc = command_load_site(o->site, a, &site, err);
    const struct rules_options which = {
        .directory = o->checks,
        .profile = o->profile,
        .waivers = o->waivers ? o->waivers : (site_rc == RC_OK ? site.waivers : NULL)
    };
    struct err rules_err = { .rc = RC_OK };
    enum rc rules_rc = command_load_rules(&which, &rules, &rules_err);
    if (site_rc != RC_OK) {
        return site_rc;
    }
    if (rules_rc != RC_OK) {
        *err = rules_err;
        return rules_rc;
    }
    o->inputs.answers = o->inputs.answers ? o->inputs.answers : site.answers;
    struct evaluate_inputs inputs AUTO(evaluate_inputs_done) = o->inputs; /* before the rules */
    TRY(evaluate_answers(rules, &inputs, err));
    TRY(check_previous(o->previous, err));
    struct collect_options how = o->collect;
    how.out = o->out;
    bool any = false; /* without any server all is unknown, which the verdicts say */
    TRY(collect_run(&site, rules, &how, &any, err));
    const char *evidence = command_path(a, o->out, "evidence.db");
    if (!evidence) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    TRY(evaluate_prepare(evidence, &inputs, stdout, err));
    TRY(evaluate_run(rules, evidence, o->profile, stdout, ret, err));
    TRY(make_plan(rules, evidence, o, err));
    return write_documents(evidence, o, err);
}

int command_audit(int argc, char **argv)
{
    struct audit_options o = { 0 };
    const struct option_row rows[] = {
        { "site", "FILE", "the site file (audit/config/site.example.yaml explains it)", &o.site,
          NULL, true },
        { "out", "DIR", "folder for evidence and documents, made when missing", &o.out, NULL,
          true },
        { "profile", "NAME", "pre-incident, post-incident, or another of checks/profiles",
          &o.profile, NULL, false },
        { "checks", "DIR", "folder of checks (default: those that came with Kagimori)", &o.checks,
          NULL, false },
        { "waivers", "FILE", "exceptions with reason, approver and expiry", &o.waivers, NULL,
          false },
        LANGUAGES_OPTION_ROW(&o.lang),
        { "bom", NULL, "CSV with a byte order mark, for Excel in Japanese", NULL, &o.bom, false },
        { "fail-on", "SEVERITY", "exit code 1 from this severity on (default: low)", &o.fail_on,
          NULL, false },
        { "baseline", "FILE", "evidence file of an earlier audit to compare with",
          &o.inputs.baseline, NULL, false },
        { "previous", "FILE",
          "evidence file of the audit before: the report shows what moved since", &o.previous, NULL,
          false },
        { "history", "FILE", "add this audit to a history file; the report shows trends",
          &o.history, NULL, false },
        INCIDENT_OPTION_ROW(&o.inputs.incident),
        ANSWERS_OPTION_ROW(&o.inputs.answers),
        SHARD_OPTION_ROWS(&o.collect),
        COLLECT_OPTION_ROWS(&o.collect),
    };
    const struct option_table table = {
        "kagimori audit --site FILE --out DIR [--profile NAME] [--resume] [--lang ja|en|both]",
        "Reads the directory and the hosts of the site file, judges them by the checks and writes the report. Nothing "
        "is changed on any of them.",
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
    if (!command_languages(&o.lang) || !command_severity(o.fail_on)) {
        return EXIT_USAGE;
    }
    struct err err = { .rc = RC_OK };
    struct rules_totals totals = { 0 };
    if (incident_read(&o.inputs, &err) != RC_OK || audit_run(&o, &totals, &err) != RC_OK) {
        return command_fail(&err);
    }
    return command_exit_code(&totals, o.fail_on);
}
