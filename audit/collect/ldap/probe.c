/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `kagimori doctor` wants to hear besides coverage: who we are to the server, how far the clocks are apart, whether LAPS
 * can be seen. A probe runs the sources as an audit does, but takes the first page of each search only, and drops the rows. */
#include "audit/collect/ldap/probe.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "audit/base/log.h"
#include "audit/collect/ldap/kerberos.h"
#include "audit/collect/ldap/reader.h"
#include "audit/collect/ldap/rootdse.h"

/* Kerberos refuses tickets when the clocks are further apart ([MS-KILE] 3.3.1). */
#define SKEW_MOST_S 300

static enum rc drop(struct row_sink *sink, const struct row *row, struct err *err)
{
    (void)sink;
    return row_check(row, err);
}

struct row_sink *probe_sink(void)
{
    static struct row_sink sink = { .put = drop };
    return &sink;
}

static const char *own_name(const struct ldap_options *o)
{
    return o->bind == BIND_SIMPLE ? o->bind_dn : kerberos_client();
}

void probe_greet(struct collect *c)
{
    const char *self = rootdse_whoami(&c->s);
    const char *vendor = rootdse_vendor(&c->s);
    int64_t skew = 0;
    log_line(LOG_INFO, "connected (%s%s%s), bound as %s",
             vendor ? vendor : "directory server of unknown make", *c->s.tls ? ", " : "",
             *c->s.tls      ? c->s.tls
             : c->s.ssf > 0 ? ", sealed by Kerberos"
                            : "",
             self ? self : own_name(c->o));
    if (!rootdse_skew(&c->s, &skew)) {
        log_line(LOG_INFO, "the server does not tell its time");
    } else if (llabs(skew) > SKEW_MOST_S) {
        log_line(
            LOG_WARN,
            "the server's clock is %lld s %s ours: set this machine's clock (NTP), or Kerberos "
            "and every age in the report will be wrong",
            (long long)llabs(skew), skew > 0 ? "ahead of" : "behind");
    } else {
        log_line(LOG_INFO, "the clocks differ by %lld s", (long long)skew);
    }
    if (c->s.dir.is_ad && c->s.dir.token_count == 0) {
        log_line(LOG_WARN, "the server does not tell our groups, so rights cannot be proven");
    }
}

void probe_look_for_laps(struct probe_laps *laps, const struct entry *entry)
{
    laps->computers++;
    laps->legacy += entry_find(entry, "ms-Mcs-AdmPwdExpirationTime") ? 1 : 0;
    laps->windows += entry_find(entry, "msLAPS-PasswordExpirationTime") ? 1 : 0;
}

void probe_say_laps(const struct probe_laps *laps)
{
    if (laps->computers == 0) {
        return;
    }
    if (laps->legacy + laps->windows == 0) {
        log_line(
            LOG_INFO,
            "none of %u computers shows a LAPS expiry date: LAPS is not in use, or the audit "
            "account may not read msLAPS-PasswordExpirationTime and ms-Mcs-AdmPwdExpirationTime",
            laps->computers);
    } else {
        log_line(LOG_INFO,
                 "of %u computers looked at, %u show a Windows LAPS date and %u a legacy LAPS date",
                 laps->computers, laps->windows, laps->legacy);
    }
}
