/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What somebody typed where a name belongs, and no account has it: often enough a password. */
#ifndef DECODE_EVENT_TYPED_H
#define DECODE_EVENT_TYPED_H

#include <stdbool.h>

#include "audit/base/secret.h"

#define EVENT_TYPED_MAX 32U

/* What of it may be kept, into buf: a name that everybody tries (admin, test, backup …) as it is, in lower case; anything else as "?" and eight
 * hexadecimal digits, equal for equal texts under one key, which exists for one run only. false = nothing: there is no key, or OpenSSL
 * refuses. */
bool event_typed(const struct secret *key, const char *text, char buf[EVENT_TYPED_MAX]);

#endif
