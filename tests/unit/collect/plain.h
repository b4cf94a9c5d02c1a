/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The options of an ordinary task of kagimori-ldap, for its tests. */
#ifndef TESTS_UNIT_COLLECT_PLAIN_H
#define TESTS_UNIT_COLLECT_PLAIN_H

#include "audit/collect/ldap/options.h"

static inline struct ldap_options plain_options(void)
{
    return (struct ldap_options){ .host = "dc1.example",
                                  .port = 636,
                                  .transport = TRANSPORT_LDAPS,
                                  .network_timeout_s = 7,
                                  .operation_timeout_s = 9 };
}

#endif
