/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of the diagnosis share, and its part about hosts. */
#ifndef COMMAND_DOCTOR_HOSTS_H
#define COMMAND_DOCTOR_HOSTS_H

#include "audit/command/command.h"
#include "audit/supervise/supervise.h"

struct diagnosis {
    const struct site *site;
    struct rules *rules;
    struct store *store;
    const struct site_server *server; /* the first that could be probed; NULL = none */
    bool ja;
    size_t problems; /* what keeps an audit from starting */
    size_t blind;    /* sources that will be unknown */
};

/* A macro, so that the compiler sees both formats. */
#define PICK(d, en, ja_text) ((d)->ja ? (ja_text) : (en))

/* One line of the diagnosis; foreign text in it is made safe. */
void doctor_say(const char *mark, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Sweeps the hosts in scope without a login, logs on to one of them, and says what an audit will not see. secret: of the
 * directory, whose computers may be the scope. */
MUST_USE enum rc doctor_hosts(struct diagnosis *d, struct supervisor *supervisor,
                              const struct secret *secret, struct err *err);

#endif
