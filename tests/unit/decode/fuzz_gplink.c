/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzzes gplink_next, dn_split, dn_canonical and hint_is_password: text of a directory. */
#include <stdlib.h>
#include <string.h>

#include "audit/decode/dnext.h"
#include "audit/decode/gplink.h"
#include "audit/decode/hint.h"
#include "audit/decode/mapping.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    struct gplink_cursor c = { text, size };
    struct gplink link;
    struct dn_parts parts;
    struct err err;
    bool strong = false;
    while (gplink_next(&c, &link, &err) == RC_OK) {
        if (link.gpo_id[0] && !guid_text_valid(link.gpo_id)) {
            abort();
        }
    }
    (void)hint_is_password(text, size);
    (void)mapping_kind(text, size, &strong);
    if (dn_split(text, size, &parts)) {
        char *once = malloc(parts.size + 1), *twice = malloc(parts.size + 1);
        char dns[256];
        /* Never longer than it came, and stable. */
        if (once && twice && dn_canonical(parts.dn, parts.size, once, parts.size + 1) &&
            memchr(parts.dn, '\0', parts.size) == NULL &&
            (!dn_canonical(once, strlen(once), twice, parts.size + 1) ||
             strcmp(once, twice) != 0)) {
            abort();
        }
        (void)dn_dns_name(parts.dn, parts.size, dns, sizeof(dns));
        free(once);
        free(twice);
    }
    return 0;
}
