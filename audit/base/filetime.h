/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The unit of time in evidence: filetime, 100 ns since 1601-01-01 UTC ([MS-DTYP] 2.3.3). "Now" is always an
 * argument: verdicts are reproducible. */
#ifndef BASE_FILETIME_H
#define BASE_FILETIME_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "audit/base/macros.h"

typedef int64_t filetime;

#define FILETIME_NEVER     INT64_MAX
#define FILETIME_SECOND    INT64_C(10000000)
#define FILETIME_DAY       (INT64_C(86400) * FILETIME_SECOND)
#define FILETIME_UNIX_ZERO INT64_C(116444736000000000)

filetime filetime_now(void); /* the only clock; called in command/ and collect/, never in rules/ */
filetime filetime_from_unix(int64_t seconds);
int64_t filetime_to_unix(filetime t);

/* "20261122101530.0Z" and the forms of [X.680] 46 that directories send. False when malformed. */
bool filetime_from_generalized(const char *s, size_t n, filetime *ret);

/* "2026-11-22" and "2026-11-22T10:15:30Z" (also with +09:00). False when malformed. */
bool filetime_from_iso(const char *s, filetime *ret);

/* "2026-11-22T10:15:30Z"; "never" for FILETIME_NEVER, "not set" for 0. buf holds at least 24 bytes. */
const char *filetime_iso(filetime t, char *buf, size_t size);

#endif
