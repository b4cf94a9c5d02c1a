/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Documents by their words, as --format names them: what the report of one evidence file and that of a group of sites share. */
#ifndef COMMAND_DOCUMENTS_H
#define COMMAND_DOCUMENTS_H

#include "audit/command/command.h"
#include "report/report.h"

struct document {
    const char *word;          /* "html" */
    const char *file;          /* "report.html" */
    report_writer writer;      /* of a group; NULL: format says which document it is */
    enum report_format format; /* of one evidence file */
};

struct document_set {
    const struct document *documents;
    size_t count;
    const char *all; /* every word, with commas between */
    /* Sets err for a word of n bytes that is none of them. */
    enum rc (*unknown)(const char *word, size_t n, struct err *err);
};

/* Writes the documents whose words formats names, with commas between ("all": every one), into the folder in->out, and says on
 * messages (NULL: quietly) which. Nothing is written when a word is unknown (what set->unknown returns); else as report_write. */
MUST_USE enum rc documents_write(const struct document_set *set, sqlite3 *db, const char *formats,
                                 const struct report_options *options,
                                 const struct report_inputs *in, FILE *messages, struct err *err);

/* Writes the one document that formats names to standard output, for a pipe. RC_USAGE for none (NULL) and for several; else as
 * report_stream. */
MUST_USE enum rc documents_stream(const struct document_set *set, sqlite3 *db, const char *formats,
                                  const struct report_options *options, struct err *err);

#endif
