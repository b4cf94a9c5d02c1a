/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of a probe that an audit does not have; see probe.c. */
#ifndef COLLECT_LDAP_PROBE_H
#define COLLECT_LDAP_PROBE_H

#include "audit/collect/ldap/collect.h"

struct probe_laps {
    unsigned computers;
    unsigned legacy;
    unsigned windows;
};

/* Where the rows of looked-at entries go: checked and dropped. */
struct row_sink *probe_sink(void);

/* Log lines: the connection, who we are, the clocks. */
void probe_greet(struct collect *c);

void probe_look_for_laps(struct probe_laps *laps, const struct entry *entry);
void probe_say_laps(const struct probe_laps *laps);

#endif
