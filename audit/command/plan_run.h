/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What plan, verify and audit have in common: the operator's word on a plan, its making, what is told of it. */
#ifndef COMMAND_PLAN_RUN_H
#define COMMAND_PLAN_RUN_H

#include "audit/command/baseline.h"
#include "audit/command/command.h"
#include "rules/reset/reset.h"

struct plan_inputs {
    struct evaluate_inputs evidence;              /* baseline, time of the incident */
    const char *scope, *batches, *people, *start; /* as given; NULL = what the file holds */
    const char *attestations;                     /* file */
    const char *rapid_by;  /* who allows two resets of krbtgt without the wait */
    const char *without;   /* domain controllers that are gone for good, each with who says so */
    const char *withdrawn; /* such decisions that are taken back, each with who does */
    const char *formats, *lang, *out; /* documents; out NULL = beside the evidence */
    bool bom;
    struct reset_options options; /* filled by plan_inputs_read */
};

/* Rows of these options, for plan and verify. */
#define PLAN_OPTION_ROWS(in)                                                                                            \
    { "baseline",                                                                                                       \
      "FILE",                                                                                                           \
      "evidence file whose plan this one goes on from: states, decisions, versions of secrets",                         \
      &(in)->evidence.baseline,                                                                                         \
      NULL,                                                                                                             \
      false },                                                                                                          \
        { "incident-time",                                                                                              \
          "TIME",                                                                                                       \
          "when the incident was, with its offset (2026-11-22T10:15:00+09:00): resets before it count for nothing",     \
          &(in)->evidence.incident,                                                                                     \
          NULL,                                                                                                         \
          false },                                                                                                      \
        { "scope",                                                                                                      \
          "LIST",                                                                                                       \
          "forest (default), or host:NAME,account:NAME: what the incident reached",                                     \
          &(in)->scope,                                                                                                 \
          NULL,                                                                                                         \
          false },                                                                                                      \
        { "batch", "LIST", "user:200,computer:500: how many at a time", &(in)->batches, NULL, false },                  \
        { "people",      "N",  "how many work at the same time, 1 to 100 (default 1)",                                  \
          &(in)->people, NULL, false },                                                                                 \
        { "start",                                                                                                      \
          "TIME",                                                                                                       \
          "when the work begins, with its offset (default: the time of the evidence)",                                  \
          &(in)->start,                                                                                                 \
          NULL,                                                                                                         \
          false },                                                                                                      \
        { "attestations",                                                                                               \
          "FILE",                                                                                                       \
          "what people say was done where no protocol tells it (rules/reset/README.md)",                                \
          &(in)->attestations,                                                                                          \
          NULL,                                                                                                         \
          false },                                                                                                      \
        { "rapid-krbtgt",                                                                                               \
          "WHO",                                                                                                        \
          "who allows to reset krbtgt twice without the wait; recorded in the plan",                                    \
          &(in)->rapid_by,                                                                                              \
          NULL,                                                                                                         \
          false },                                                                                                      \
        { "without-controller",                                                                                         \
          "LIST",                                                                                                       \
          "NAME=WHO: domain controllers that are gone for good and prove nothing any more, with who says so; recorded", \
          &(in)->without,                                                                                               \
          NULL,                                                                                                         \
          false },                                                                                                      \
        { "withdraw",                                                                                                   \
          "LIST",                                                                                                       \
          "rapid-krbtgt=WHO,without-controller=WHO: take these decisions back, with who does; recorded",                \
          &(in)->withdrawn,                                                                                             \
          NULL,                                                                                                         \
          false },                                                                                                      \
        { "format",       "LIST", "csv, json, md, html, with commas between (default: all)",                            \
          &(in)->formats, NULL,   false },                                                                              \
        { "lang",      "ja|en", "language of the documents (default: that of the environment)",                         \
          &(in)->lang, NULL,    false },                                                                                \
    {                                                                                                                   \
        "bom", NULL, "CSV with a byte order mark, for Excel in Japanese", NULL, &(in)->bom, false                       \
    }

/* Reads and checks what can be without evidence. site_zone as in the site file, for a message; may be NULL. RC_USAGE with a sentence. */
MUST_USE enum rc plan_inputs_read(struct plan_inputs *in, const char *site_zone, struct err *err);

/* plan_decide.c: the decisions of the command line into the store; does not commit. RC_USAGE for a name that no domain controller or more than one has, and
 * when none would be left that can be written to. */
MUST_USE enum rc plan_decide(struct store *store, const struct plan_inputs *in, struct err *err);

/* Makes the plan of an evidence file: goes on from earlier files (in the order of their clocks), takes what the operator says, and writes the plan. kind: plan, verify, audit. A
 * plan and a verification need the time of an incident, an audit does not. RC_USAGE with a sentence for the operator; the file is as before
 * then. out as for evaluate. */
MUST_USE enum rc plan_run(struct rules *rules, const char *evidence, const char *kind,
                          const struct plan_inputs *in, const char *const *earlier,
                          size_t earlier_count, FILE *out, struct reset_totals *ret,
                          struct err *err);

/* plan_documents.c: RC_USAGE for a list of formats with a word that is none; NULL = all. */
MUST_USE enum rc plan_formats(const char *list, struct err *err);

/* Writes the documents that in names, beside the evidence or into in->out, and says so. */
MUST_USE enum rc plan_documents(const char *evidence, const struct plan_inputs *in, FILE *out,
                                struct err *err);

/* plan_tell.c: how far the plan is, for a person at a terminal. */
MUST_USE enum rc plan_tell(const char *evidence, const char *lang, const struct reset_totals *t,
                           FILE *out, struct err *err);

/* 0 all is finished, 1 something is open, 3 what is open cannot be proven. */
int plan_exit_code(const struct reset_totals *t);

#endif
