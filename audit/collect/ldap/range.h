/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The range option of an attribute description ([MS-ADTS] 3.1.1.3.1.3.3): "member;range=0-1499" and, at the
 * end, "member;range=1500-*". */
#ifndef COLLECT_LDAP_RANGE_H
#define COLLECT_LDAP_RANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/base/macros.h"

enum range_kind {
    RANGE_NONE, /* no range option */
    RANGE_PART, /* more values follow */
    RANGE_LAST, /* the last of them */
    RANGE_BAD   /* a range option that makes no sense */
};

struct range {
    enum range_kind kind;
    size_t name_size; /* of the attribute's name, without any option */
    uint32_t low;
    uint32_t high; /* of RANGE_PART */
};

/* Reads an attribute description of n bytes. */
struct range range_parse(const char *description, size_t n);

/* True when next continues what ended with done: the server goes on where it stopped and does not walk in circles. */
bool range_follows(const struct range *done, const struct range *next);

#endif
