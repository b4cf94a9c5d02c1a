/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/ldap/range.h"

#include <string.h>
#include <strings.h>

#include "audit/base/num.h"

/* "0-1499" or "1500-*" */
static void parse_bounds(const char *p, size_t n, struct range *r)
{
    const char *dash = memchr(p, '-', n);
    r->kind = RANGE_BAD;
    if (!dash || !num_u32(p, (size_t)(dash - p), &r->low)) {
        return;
    }
    const char *high = dash + 1;
    size_t left = n - (size_t)(high - p);
    if (left == 1 && *high == '*') {
        r->kind = RANGE_LAST;
    } else if (num_u32(high, left, &r->high) && r->high >= r->low && r->high < UINT32_MAX) {
        r->kind = RANGE_PART;
    }
}

struct range range_parse(const char *description, size_t n)
{
    static const char word[] = "range=";
    struct range r = { RANGE_NONE, n, 0, 0 };
    const char *end = description + n;
    const char *option = memchr(description, ';', n);
    if (!option) {
        return r;
    }
    r.name_size = (size_t)(option - description);
    while (option && ++option <= end) {
        const char *next = memchr(option, ';', (size_t)(end - option));
        size_t size = (size_t)((next ? next : end) - option);
        if (size >= sizeof(word) - 1 && strncasecmp(option, word, sizeof(word) - 1) == 0) {
            parse_bounds(option + sizeof(word) - 1, size - (sizeof(word) - 1), &r);
            return r;
        }
        option = next;
    }
    return r;
}

bool range_follows(const struct range *done, const struct range *next)
{
    return done->kind == RANGE_PART && next->low == done->high + 1 &&
           (next->kind == RANGE_LAST || (next->kind == RANGE_PART && next->high >= next->low));
}
