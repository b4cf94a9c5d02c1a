/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files that a document is made with: style sheet, CSS and the catalogue of messages in both languages. */
#ifndef REPORT_ASSETS_H
#define REPORT_ASSETS_H

#include <libxml/hash.h>
#include <libxml/tree.h>

#include "audit/base/err.h"
#include "report/text.h"

/* libxml2 counts its text in unsigned char; its own BAD_CAST drops const. */
#define XML(s) ((const xmlChar *)(s))

struct assets {
    char folder[4096];
    xmlDoc *messages;
    xmlHashTable *by_id; /* id -> <m> of messages */
};

/* Finds the folder (NULL: share-report/html beside the executable, then ../share/kagimori/report/html) and loads
 * messages.xml. RC_ABSENT names the folders that were tried. Free with assets_done. */
MUST_USE enum rc assets_open(struct assets *s, const char *folder, struct err *err);
void assets_done(struct assets *s); /* for AUTO() */

/* The message in that language, borrowed until assets_done; NULL when the catalogue lacks it. */
const char *assets_message(const struct assets *s, const char *id, enum text_lang lang);

/* The same for an id in two parts ("reset.reason.", "krbtgt"). */
const char *assets_message2(const struct assets *s, const char *prefix, const char *id,
                            enum text_lang lang);

/* A whole text file of the folder (at most 1 MiB), in memory of the arena. */
MUST_USE enum rc assets_file(const struct assets *s, const char *name, struct arena *a,
                             const char **ret, struct err *err);

#endif
