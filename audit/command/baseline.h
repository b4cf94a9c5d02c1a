/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an earlier audit saw, where this one has to tell what is new. */
#ifndef COMMAND_BASELINE_H
#define COMMAND_BASELINE_H

#include <stdio.h>

#include "audit/base/filetime.h"
#include "audit/evidence/store.h"
#include "rules/answers.h"

/* Copies the autostart entries and the replication metadata of secrets from the evidence file at path, which was evaluated before, into
 * the store in place of what was copied earlier. *ret_hosts = hosts that told what they start, *ret_secrets = copies of secrets' dates. RC_ABSENT, RC_UNSUPPORTED for a file that cannot be compared with. */
MUST_USE enum rc baseline_take(struct store *store, const char *path, uint64_t *ret_hosts,
                               uint64_t *ret_secrets, struct err *err);

/* Copies the rows of a statement over another evidence file, whose columns are those of the table, each of them checked; adds to *ret_count. Does
 * not commit. RC_UNSUPPORTED when the statement does not fit the file, RC_MALFORMED for a row that breaks the catalogue. */
MUST_USE enum rc baseline_rows(sqlite3 *from, struct store *to, enum row_table table,
                               const char *sql, uint64_t *ret_count, struct err *err);

/* What the operator says about the evidence before it is judged. */
struct evaluate_inputs {
    const char *
        baseline; /* evidence file of an earlier audit; NULL = none, what was copied earlier stays */
    const char *incident;  /* as it was given; NULL = none, what was said earlier stays */
    filetime incident_at;  /* set by incident_read */
    const char *answers;   /* file of answers; NULL = none, what was answered earlier stays */
    struct answers *taken; /* set by evaluate_answers */
};

/* Reads the file of answers; every mistake of it goes to standard error (RC_USAGE). The rules must outlive the inputs. */
MUST_USE enum rc evaluate_answers(const struct rules *rules, struct evaluate_inputs *inputs,
                                  struct err *err);
void evaluate_inputs_done(struct evaluate_inputs *inputs); /* frees the answers; also for AUTO() */
/* evaluate_prepare's part of it: replaces the answers of the evidence. inputs->taken is not NULL. */
MUST_USE enum rc evaluate_put_answers(struct store *store, const struct evaluate_inputs *inputs,
                                      FILE *out, struct err *err);

#define ANSWERS_OPTION_ROW(path)                                                                   \
    {                                                                                              \
        "answers", "FILE", "answers to the questionnaire (kagimori attest asks them)", path, NULL, \
            false                                                                                  \
    }

/* Reads --incident-time: "2026-11-22T10:15+09:00" (seconds may stand there, Z is UTC), or without an offset the local time of this computer; a
 * date alone is its first moment. inputs->incident NULL is fine. RC_USAGE with a sentence for the operator. */
MUST_USE enum rc incident_read(struct evaluate_inputs *inputs, struct err *err);

/* As incident_read for plan and verify: what a plan stands on must not depend on where it is typed, so that an offset (Z or +09:00) is asked for.
 * Without one the sentence holds the two readings, by the clock of this computer and by that of the site (site_zone as in the site file; may be NULL), to copy from.
 * option names the option for the message; text NULL leaves *ret. */
MUST_USE enum rc incident_read_exact(const char *option, const char *text, const char *site_zone,
                                     filetime *ret, struct err *err);

/* Puts all of it into the evidence file, and says to out (may be NULL) what was taken. */
MUST_USE enum rc evaluate_prepare(const char *evidence, const struct evaluate_inputs *inputs,
                                  FILE *out, struct err *err);

#endif
