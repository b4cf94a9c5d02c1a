/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When the incident was, as the operator writes it; and what else is said about an evidence file before it is judged. */
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "audit/base/num.h"
#include "audit/command/baseline.h"

/* Whether a time zone stands behind the time of day. */
static bool has_zone(const char *text)
{
    size_t n = strlen(text);
    return n > 10 && (text[n - 1] == 'Z' || strpbrk(text + 10, "+-") != NULL);
}

/* The filetime of a time that was read as if it were UTC, taken for the local time of this computer. */
static bool from_local(filetime utc, filetime *ret)
{
    time_t seconds = (time_t)filetime_to_unix(utc);
    struct tm parts;
    if (!gmtime_r(&seconds, &parts)) {
        return false;
    }
    parts.tm_isdst = -1;
    seconds = mktime(&parts);
    *ret = filetime_from_unix(seconds);
    return seconds != (time_t)-1;
}

/* Seconds and the time of day may be left out: "2026-11-22", "2026-11-22T10:15", "2026-11-22T10:15+09:00". */
static bool read_time(const char *text, filetime *ret)
{
    char full[48];
    size_t n = strlen(text);
    const char *day_time = n == 10 ? "T00:00:00" : "";
    const char *zone = has_zone(text) ? "" : "Z";
    bool has_seconds = n == 10 || (n >= 19 && text[16] == ':');
    if (n < 10 || n > 34 || (n > 10 && n < 16)) {
        return false;
    }
    if (has_seconds) {
        (void)snprintf(full, sizeof(full), "%s%s%s", text, day_time, zone);
    } else {
        (void)snprintf(full, sizeof(full), "%.16s:00%s%s", text, text + 16, zone);
    }
    if (!filetime_from_iso(full, ret)) {
        return false;
    }
    return has_zone(text) || from_local(*ret, ret);
}

enum rc incident_read(struct evaluate_inputs *inputs, struct err *err)
{
    if (!inputs->incident || read_time(inputs->incident, &inputs->incident_at)) {
        return RC_OK;
    }
    return err_setf(
        err, RC_USAGE,
        "--incident-time is a time such as 2026-11-22T10:15:00+09:00, or 2026-11-22T10:15 in the time "
        "zone of this computer, not '%.40s'",
        inputs->incident);
}

static enum rc set_incident(struct store *store, const struct evaluate_inputs *inputs, FILE *out,
                            struct err *err)
{
    char text[32], iso[32];
    (void)snprintf(text, sizeof(text), "%" PRId64, inputs->incident_at);
    TRY(store_info_set(store, "incident_at", text, err));
    TRY(store_commit(store, err));
    if (out) {
        (void)fprintf(out, "time of the incident: %s\n",
                      filetime_iso(inputs->incident_at, iso, sizeof(iso)));
    }
    return RC_OK;
}

enum rc evaluate_prepare(const char *evidence, const struct evaluate_inputs *inputs, FILE *out,
                         struct err *err)
{
    struct store *store AUTO(store_closep) = NULL;
    uint64_t hosts = 0, secrets = 0;
    if (!inputs->baseline && !inputs->incident) {
        return RC_OK;
    }
    TRY(store_open(evidence, STORE_WRITE, &store, err));
    if (inputs->incident) {
        TRY(set_incident(store, inputs, out, err));
    }
    if (inputs->baseline) {
        TRY(baseline_take(store, inputs->baseline, &hosts, &secrets, err));
        if (out) {
            (void)fprintf(out,
                          "compared with %s: autostart entries of %" PRIu64 " hosts, %" PRIu64
                          " dates of passwords\n",
                          inputs->baseline, hosts, secrets);
        }
    }
    return RC_OK;
}
