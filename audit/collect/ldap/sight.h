/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Would we see it if it were there? Judges from a container's own security descriptor whether an account sees every object
 * of a class that could stand in it ([MS-ADTS] 5.1.3.3). Says yes only when that is certain. */
#ifndef COLLECT_LDAP_SIGHT_H
#define COLLECT_LDAP_SIGHT_H

#include <stdbool.h>

#include "audit/base/macros.h"

/* Tells whether the account's token holds a SID (text). */
typedef bool sight_holds(const void *context, const char *sid);

/* True when the DACL lets the token list the container and hands on to objects of the class (schema GUID, text) the right to
 * read all properties, without which a search does not find them. False for a malformed descriptor, for a DACL that is absent
 * or holds entries of a kind that is not understood, and as soon as any entry denies the token one of the two. A child that
 * blocks inheritance stays out of sight; that is the limit of this proof. */
bool sight_is_certain(const void *descriptor, size_t size, const char *class_guid,
                      sight_holds *holds, const void *context);

#endif
