/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Doubles of what reads preferences and scripts, which have tests of their own. */
#include <stdio.h>

#include "audit/decode/policy/policy_file.h"
#include "import.h"

struct doubles doubles;

enum rc policy_file_preferences(const struct policy_file *f, struct err *err)
{
    doubles.preferences++;
    (void)snprintf(doubles.last_path, sizeof(doubles.last_path), "%s %s", f->half ? f->half : "-",
                   f->path);
    return doubles.answer == RC_OK ? RC_OK : err_setf(err, doubles.answer, "as the test wants it");
}

enum rc policy_file_script(const struct policy_file *f, struct err *err)
{
    struct row row;
    doubles.scripts++;
    row_begin(&row, ROW_TABLE_POLICYSCRIPT);
    row_text(&row, POLICYSCRIPT_PATH, f->sysvol_path);
    row_text(&row, POLICYSCRIPT_STATE, "read");
    return policy_file_put(f, &row, err);
}
