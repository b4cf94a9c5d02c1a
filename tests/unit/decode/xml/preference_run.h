/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads preferences into rows for the tests. Every password there carries a mark, and no row or message may. */
#ifndef TESTS_UNIT_DECODE_XML_PREFERENCE_RUN_H
#define TESTS_UNIT_DECODE_XML_PREFERENCE_RUN_H

#include "audit/base/secret.h"
#include "tests/unit/decode/rows.h"

#define MARK  "SeCrEtMaRk"
#define UID1  "{C0020B90-9FF1-4080-9DB3-5CB0DB0123E8}"
#define GUID1 "c0020b90-9ff1-4080-9db3-5cb0db0123e8"

#define REG(attributes, inner) \
    "<Registry name=\"n\"><Properties " attributes ">" inner "</Properties></Registry>"
#define WINLOGON "hive=\"HKEY_LOCAL_MACHINE\" key=\"\\SOFTWARE\\W\\\" "

/* Of the last run. */
extern struct err err;
extern struct rows rows;

/* The key of fingerprints, always the same one. */
const struct secret *preference_key(void);
/* Before a run: libraries, and no rows and no error. */
void preference_prepare(void);
/* After a run: all rows were such as the supervisor takes, and the mark is in none and not in the error. */
void preference_no_mark(void);
/* Reads a file of preferences from memory of exactly its size, and looks for the mark and for what was encrypted. */
enum rc preference_run_bytes(const void *data, size_t n, const char *half);
enum rc preference_run(const char *text); /* of the machine's half */

#endif
