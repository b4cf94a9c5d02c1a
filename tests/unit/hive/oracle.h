/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every key and value of a hive as text, one a line, as this program's reader sees them and as libhivex does. */
#ifndef TESTS_UNIT_HIVE_ORACLE_H
#define TESTS_UNIT_HIVE_ORACLE_H

#include "audit/base/wr.h"
#include "audit/decode/format/regf.h"

struct tally {
    uint64_t keys, values, damaged;
    unsigned depth;
};

/* Data is written as its length and a hash: no test output contains what a hive holds. */
struct tally dump_regf(struct regf *h, struct wr *out);
/* False when hivex refuses the file. */
bool dump_hivex(const char *path, struct wr *out);

#endif
