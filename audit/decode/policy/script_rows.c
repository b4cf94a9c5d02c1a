/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/format/script.h"
#include "audit/decode/policy/policy_file.h"

enum rc policy_file_script(const struct policy_file *f, struct err *err)
{
    static const char *const states[] = {
        [SCRIPT_READ] = "read", [SCRIPT_UNREADABLE] = "unreadable", [SCRIPT_TOO_LARGE] = "too_large"
    };
    struct script_finding found;
    struct row row;
    script_look(f->data, f->size, &found);
    row_begin(&row, ROW_TABLE_POLICYSCRIPT);
    row_text(&row, POLICYSCRIPT_PATH, f->sysvol_path);
    row_text(&row, POLICYSCRIPT_STATE, states[found.state]);
    row_text(&row, POLICYSCRIPT_HINT, found.word);
    if (found.word) {
        row_int(&row, POLICYSCRIPT_LINES, found.lines);
    }
    if (f->changed_at > 0) {
        row_int(&row, POLICYSCRIPT_CHANGED, f->changed_at);
    }
    return policy_file_put(f, &row, err);
}
