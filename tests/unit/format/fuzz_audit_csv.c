/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzzes audit_csv_read, and the .ini files of a policy with the same bytes. */
#include <stdlib.h>
#include <string.h>

#include "audit/base/sid.h"
#include "audit/base/utf.h"
#include "audit/decode/format/audit_csv.h"
#include "audit/decode/format/ini.h"
#include "audit/decode/format/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum rc on_entry(void *context, const struct audit_csv_entry *e, struct err *err)
{
    (void)context;
    (void)err;
    if (!guid_text_valid(e->subcategory) || e->setting < 0 || e->setting > 4) {
        abort();
    }
    return RC_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a AUTO(arena_freep) = arena_new(0);
    struct script_entry *list = NULL;
    struct gpt_ini gpt;
    size_t count = 0;
    struct err err;
    if (!a || text_prepare(&err) != RC_OK) {
        return 0;
    }
    enum rc rc = audit_csv_read(data, size, 932, on_entry, NULL, &err);
    if (rc != RC_OK && rc != RC_MALFORMED) {
        abort();
    }
    rc = scripts_ini_read(data, size, a, &list, &count, &err);
    for (size_t i = 0; i < count; i++) {
        if (!utf8_valid(list[i].command, strlen(list[i].command)) ||
            !utf8_valid(list[i].parameters, strlen(list[i].parameters))) {
            abort();
        }
    }
    rc = gpt_ini_read(data, size, a, &gpt, &err);
    if (rc == RC_OK && !gpt.has_version) {
        abort();
    }
    return 0;
}
