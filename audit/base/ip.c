/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/base/ip.h"

#include <arpa/inet.h>
#include <string.h>

bool ip_parse(const char *text, struct ip_address *ret)
{
    *ret = (struct ip_address){ .size = 4 };
    if (inet_pton(AF_INET, text, ret->bytes) == 1) {
        return true;
    }
    ret->size = 16;
    return inet_pton(AF_INET6, text, ret->bytes) == 1;
}

const char *ip_text(const struct ip_address *a, char buf[IP_TEXT_MAX])
{
    if (!inet_ntop(a->size == 4 ? AF_INET : AF_INET6, a->bytes, buf, IP_TEXT_MAX)) {
        buf[0] = '\0';
    }
    return buf;
}

int ip_compare(const struct ip_address *a, const struct ip_address *b)
{
    if (a->size != b->size) {
        return a->size < b->size ? -1 : 1;
    }
    return memcmp(a->bytes, b->bytes, a->size);
}

bool ip_next(struct ip_address *a)
{
    for (size_t i = a->size; i-- > 0;) {
        if (++a->bytes[i] != 0) {
            return true;
        }
    }
    return false;
}

/* The last eight bytes as a number; all of an IPv4 address. */
static uint64_t low_part(const struct ip_address *a)
{
    uint64_t v = 0;
    for (size_t i = a->size > 8 ? a->size - 8U : 0; i < a->size; i++) {
        v = v << 8 | a->bytes[i];
    }
    return v;
}

uint64_t ip_count(const struct ip_address *first, const struct ip_address *last)
{
    if (first->size != last->size || ip_compare(first, last) > 0) {
        return 0;
    }
    if (first->size == 16 && memcmp(first->bytes, last->bytes, 8) != 0) {
        return UINT64_MAX;
    }
    uint64_t n = low_part(last) - low_part(first);
    return n == UINT64_MAX ? n : n + 1;
}

bool ip_range_parse(const char *text, struct ip_range *ret)
{
    const char *hyphen = strchr(text, '-');
    char first[IP_TEXT_MAX] = "";
    size_t n = hyphen ? (size_t)(hyphen - text) : sizeof(first);
    if (n >= sizeof(first)) {
        return false;
    }
    memcpy(first, text, n);
    return ip_parse(first, &ret->first) && ip_parse(hyphen + 1, &ret->last) &&
           ret->first.size == ret->last.size && ip_compare(&ret->first, &ret->last) <= 0;
}

bool ip_range_has(const struct ip_range *range, const struct ip_address *a)
{
    return ip_compare(&range->first, a) <= 0 && ip_compare(a, &range->last) <= 0;
}
