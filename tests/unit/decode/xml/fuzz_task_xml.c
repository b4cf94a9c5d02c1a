/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzzes task_xml_read. */
#include <stdlib.h>

#include "audit/decode/format/task_xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    struct task_xml t = { 0 };
    struct err err = { .rc = RC_OK };
    if (!a || xml_prepare(&err) != RC_OK) {
        abort();
    }
    enum rc rc = task_xml_read(data, size, a, &t, &err);
    if (rc != RC_OK && rc != RC_MALFORMED) {
        abort();
    }
    for (size_t i = 0; i < t.action_count; i++) {
        if (t.actions[i].has_password_hint && (t.actions[i].command || t.actions[i].arguments)) {
            abort();
        }
    }
    arena_free(a);
    return 0;
}
