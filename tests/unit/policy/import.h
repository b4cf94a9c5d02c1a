/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs the driver over a built bundle. */
#ifndef TESTS_UNIT_POLICY_IMPORT_H
#define TESTS_UNIT_POLICY_IMPORT_H

#include "audit/decode/policy/policy_rows.h"
#include "built.h"
#include "tests/unit/decode/rows.h"

/* Calls of the doubles for preferences and scripts since the last import. */
struct doubles {
    size_t preferences, scripts;
    char last_path[256];
    enum rc answer; /* of preferences */
};
extern struct doubles doubles;

struct how {
    const char *const *skip, *const *only;
    size_t skip_count, only_count;
    const char *const *wishes; /* for the plan: "registry", "HKLM\\…|V", … in pairs */
    size_t wish_count;         /* values and keys together */
    size_t fail_after;
};

/* Ends the bundle and reads it; how may be NULL. */
enum rc import(struct built *b, const struct how *how, struct rows *rows, struct err *err);
enum rc import_bytes(const void *data, size_t n, const struct how *how, struct rows *rows,
                     struct err *err);

#endif
