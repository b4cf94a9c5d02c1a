/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When the incident was, as the operator writes it; and what else is said about an evidence file before it is judged. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "audit/base/num.h"
#include "audit/base/zone.h"
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

/* "2026-11-22T10:15:00+09:00": a local time, read in the time zone of this process. */
static const char *with_offset(const char *text, char *buf, size_t size)
{
    filetime t = 0;
    struct tm parts;
    char offset[16] = "";
    time_t seconds = read_time(text, &t) ? (time_t)filetime_to_unix(t) : 0;
    if (!localtime_r(&seconds, &parts) || strftime(buf, size, "%Y-%m-%dT%H:%M:%S", &parts) == 0 ||
        strftime(offset, sizeof(offset), "%z", &parts) != 5) {
        return "?";
    }
    size_t n = strlen(buf);
    (void)snprintf(buf + n, size - n, "%.3s:%.2s", offset, offset + 3);
    return buf;
}

static const char *with_site_offset(const char *text, const char *zone, char *buf, size_t size)
{
    char value[ZONE_MAX], before[256] = "";
    const char *now = getenv("TZ");
    if (!zone_environment(zone, value, sizeof(value)) || (now && strlen(now) >= sizeof(before))) {
        return NULL;
    }
    (void)snprintf(before, sizeof(before), "%s", now ? now : "");
    (void)setenv("TZ", value, 1);
    tzset();
    const char *ret = with_offset(text, buf, size);
    (void)(now ? setenv("TZ", before, 1) : unsetenv("TZ"));
    tzset();
    return ret;
}

enum rc incident_read_exact(const char *option, const char *text, const char *site_zone,
                            filetime *ret, struct err *err)
{
    char here[64], there[64];
    if (!text) {
        return RC_OK;
    }
    if (!read_time(text, ret)) {
        return err_setf(
            err, RC_USAGE,
            "--%s is a time with its offset, such as 2026-11-22T10:15:00+09:00, not '%.40s'",
            option, text);
    }
    if (has_zone(text)) {
        return RC_OK;
    }
    const char *site =
        site_zone && site_zone[0] ? with_site_offset(text, site_zone, there, sizeof(there)) : NULL;
    return err_setf(
        err, RC_USAGE,
        "--%s '%.40s' does not say of which time zone it is; write it with its offset: %s (time zone of this computer)%s%s%s%s%s",
        option, text, with_offset(text, here, sizeof(here)), site ? " or " : "", site ? site : "",
        site ? " (time zone of the site, " : "", site ? site_zone : "", site ? ")" : "");
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
    if (!inputs->baseline && !inputs->incident && !inputs->taken) {
        return RC_OK;
    }
    TRY(store_open(evidence, STORE_WRITE, &store, err));
    if (inputs->incident) {
        TRY(set_incident(store, inputs, out, err));
    }
    if (inputs->taken) {
        TRY(evaluate_put_answers(store, inputs, out, err));
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
