/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzzes backup_xml_read and backup_xml_list: every policy that comes out has an id, and texts are UTF-8. */
#include <stdlib.h>
#include <string.h>

#include "audit/base/sid.h"
#include "audit/base/utf.h"
#include "audit/decode/format/backup_xml.h"
#include "audit/decode/format/xml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_text(const char *s)
{
    return !s || utf8_valid(s, strlen(s));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a AUTO(arena_freep) = arena_new(0);
    const struct backup_info *list = NULL;
    struct backup_info one;
    size_t count = 0;
    struct err err;
    if (!a || xml_prepare(&err) != RC_OK) {
        return 0;
    }
    enum rc first = backup_xml_read(data, size, a, &one, &err);
    enum rc rc = backup_xml_list(data, size, a, &list, &count, &err);
    if ((first != RC_OK && first != RC_MALFORMED) || (rc == RC_OK) != (first == RC_OK)) {
        abort();
    }
    for (size_t i = 0; rc == RC_OK && i < count; i++) {
        if (!list[i].gpo_id || !guid_text_valid(list[i].gpo_id) || !is_text(list[i].display_name) ||
            !is_text(list[i].domain)) {
            abort();
        }
    }
    return 0;
}
