/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "rules/sources.h"

#include "rules/check.h"

size_t rules_checks_of_source(struct rules *r, const char *source, const char **ret_ids, size_t max)
{
    size_t count = 0;
    for (const struct check *c = r->checks; c; c = c->next) {
        if (!c->is_selected || !check_uses_source(r, c, source)) {
            continue;
        }
        if (ret_ids && count < max) {
            ret_ids[count] = c->id;
        }
        count++;
    }
    return count;
}
