/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Addresses of IPv4 and IPv6 as bytes: parsing, comparing, counting. No sockets. */
#ifndef BASE_IP_H
#define BASE_IP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IP_TEXT_MAX 48

struct ip_address {
    uint8_t bytes[16]; /* network order; IPv4 uses the first four */
    uint8_t size;      /* 4 or 16 */
};

struct ip_range { /* both inclusive, of one family */
    struct ip_address first, last;
};

bool ip_parse(const char *text, struct ip_address *ret);
const char *ip_text(const struct ip_address *a, char buf[IP_TEXT_MAX]);
int ip_compare(const struct ip_address *a, const struct ip_address *b); /* IPv4 before IPv6 */
bool ip_next(struct ip_address *a); /* false at the end of its family */
uint64_t ip_count(const struct ip_address *first, const struct ip_address *last); /* saturates */

/* "192.0.2.10-192.0.2.40": two addresses of one family, the first not above the last. */
bool ip_range_parse(const char *text, struct ip_range *ret);
bool ip_range_has(const struct ip_range *range, const struct ip_address *a);

#endif
