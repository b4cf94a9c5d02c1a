/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/base/filetime.h"

#include <stdio.h>
#include <string.h>

filetime filetime_from_unix(int64_t seconds)
{
    int64_t ticks = 0;
    if (__builtin_mul_overflow(seconds, FILETIME_SECOND, &ticks) ||
        __builtin_add_overflow(ticks, FILETIME_UNIX_ZERO, &ticks)) {
        return seconds < 0 ? 0 : FILETIME_NEVER;
    }
    return ticks;
}

int64_t filetime_to_unix(filetime t)
{
    int64_t since = t - FILETIME_UNIX_ZERO;
    return since >= 0 ? since / FILETIME_SECOND
                      : -((-since + FILETIME_SECOND - 1) / FILETIME_SECOND);
}

filetime filetime_now(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return filetime_from_unix(now.tv_sec) + now.tv_nsec / 100;
}

/* Exactly n digits as a number, -1 otherwise. */
static int digits(const char *s, size_t n)
{
    int v = 0;
    for (size_t i = 0; i < n; i++) {
        if (s[i] < '0' || s[i] > '9') {
            return -1;
        }
        v = v * 10 + (s[i] - '0');
    }
    return v;
}

/* Days of the Gregorian calendar. Not timegm(), which reads the time zone's file: a decoder may open none. */
static int64_t days_since_1970(int year, int month, int day)
{
    /* Years that begin in March have their leap day at the end. */
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t m = month <= 2 ? month + 9 : month - 3;
    return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
}

static bool from_parts(const int *part, int64_t offset_seconds, int64_t fraction, filetime *ret)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    for (int i = 0; i < 6; i++) {
        if (part[i] < 0) {
            return false;
        }
    }
    int year = part[0], month = part[1];
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (year < 1601 || month < 1 || month > 12 || part[2] < 1 ||
        part[2] > days[month - 1] + (month == 2 && is_leap) || part[3] > 23 || part[4] > 59 ||
        part[5] > 60) {
        return false;
    }
    int64_t seconds =
        ((days_since_1970(year, month, part[2]) * 24 + part[3]) * 60 + part[4]) * 60 + part[5];
    *ret = filetime_from_unix(seconds - offset_seconds) + fraction;
    return true;
}

/* "Z" or "+hhmm"/"+hh:mm" that ends the text. */
static bool zone(const char *s, size_t n, int64_t *ret_seconds)
{
    if (n == 1 && s[0] == 'Z') {
        *ret_seconds = 0;
        return true;
    }
    bool colon = n == 6 && s[3] == ':';
    if ((n != 5 && !colon) || (s[0] != '+' && s[0] != '-')) {
        return false;
    }
    int hours = digits(s + 1, 2), minutes = digits(s + (colon ? 4 : 3), 2);
    if (hours < 0 || hours > 14 || minutes < 0 || minutes > 59) {
        return false;
    }
    *ret_seconds = (s[0] == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
    return true;
}

/* ".123" as 100 ns; moves *i behind it. */
static bool fraction_of(const char *s, size_t n, size_t *i, int64_t *ret)
{
    int64_t scale = FILETIME_SECOND / 10;
    *ret = 0;
    if (*i >= n || (s[*i] != '.' && s[*i] != ',')) {
        return true;
    }
    size_t first = ++*i;
    while (*i < n && s[*i] >= '0' && s[*i] <= '9') {
        *ret += (s[*i] - '0') * scale;
        scale /= 10;
        ++*i;
    }
    return *i > first;
}

bool filetime_from_generalized(const char *s, size_t n, filetime *ret)
{
    if (n < 15 || n > 40) {
        return false;
    }
    int part[6] = { digits(s, 4),     digits(s + 4, 2),  digits(s + 6, 2),
                    digits(s + 8, 2), digits(s + 10, 2), digits(s + 12, 2) };
    size_t i = 14;
    int64_t fraction = 0, offset = 0;
    return fraction_of(s, n, &i, &fraction) && zone(s + i, n - i, &offset) &&
           from_parts(part, offset, fraction, ret);
}

bool filetime_from_iso(const char *s, filetime *ret)
{
    size_t n = strlen(s);
    if (n < 10 || n > 40 || s[4] != '-' || s[7] != '-') {
        return false;
    }
    int part[6] = { digits(s, 4), digits(s + 5, 2), digits(s + 8, 2), 0, 0, 0 };
    if (n == 10) {
        return from_parts(part, 0, 0, ret);
    }
    if (n < 20 || (s[10] != 'T' && s[10] != ' ') || s[13] != ':' || s[16] != ':') {
        return false;
    }
    part[3] = digits(s + 11, 2);
    part[4] = digits(s + 14, 2);
    part[5] = digits(s + 17, 2);
    size_t i = 19;
    int64_t fraction = 0, offset = 0;
    return fraction_of(s, n, &i, &fraction) && zone(s + i, n - i, &offset) &&
           from_parts(part, offset, fraction, ret);
}

const char *filetime_iso(filetime t, char *buf, size_t size)
{
    time_t seconds = (time_t)filetime_to_unix(t);
    struct tm tm;
    if (t == FILETIME_NEVER) {
        (void)snprintf(buf, size, "never");
    } else if (t == 0) {
        (void)snprintf(buf, size, "not set");
    } else if (!gmtime_r(&seconds, &tm) || strftime(buf, size, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0) {
        (void)snprintf(buf, size, "out of range");
    }
    return buf;
}
