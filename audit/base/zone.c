/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/base/zone.h"

#include <stdio.h>
#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* +09:00. TZ counts westwards, so that the sign turns round. */
static bool fixed(const char *p, char *buf, size_t size)
{
    if (strlen(p) != 6 || (p[0] != '+' && p[0] != '-') || !is_digit(p[1]) || !is_digit(p[2]) ||
        p[3] != ':' || !is_digit(p[4]) || !is_digit(p[5])) {
        return false;
    }
    int hours = (p[1] - '0') * 10 + (p[2] - '0'), minutes = (p[4] - '0') * 10 + (p[5] - '0');
    if (hours > 14 || minutes > 59) {
        return false;
    }
    int n = snprintf(buf, size, "<UTC%s>%c%02d:%02d", p, p[0] == '+' ? '-' : '+', hours, minutes);
    /* POSIX lets only letters, digits and signs stand between < and >. */
    char *colon = n > 0 && (size_t)n < size ? strchr(buf, ':') : NULL;
    if (colon) {
        memmove(colon, colon + 1, strlen(colon));
    }
    return colon != NULL;
}

/* Parts of letters, digits, _ + - with / between them, each of which begins with a letter: no dot, nothing absolute. */
static bool is_zone_file(const char *name)
{
    bool begins = true;
    for (const char *p = name; *p; p++) {
        bool good =
            begins ? is_letter(*p) : is_letter(*p) || is_digit(*p) || strchr("_+-/", *p) != NULL;
        if (!good) {
            return false;
        }
        begins = *p == '/';
    }
    return !begins;
}

bool zone_environment(const char *name, char *buf, size_t size)
{
    size_t length = strlen(name);
    if (length == 0 || length >= ZONE_MAX - 8) {
        return false;
    }
    if (strncmp(name, "UTC", 3) == 0 && (name[3] == '+' || name[3] == '-')) {
        return fixed(name + 3, buf, size);
    }
    if (strcmp(name, "UTC") != 0 && !is_zone_file(name)) {
        return false;
    }
    int n =
        strcmp(name, "UTC") == 0 ? snprintf(buf, size, "UTC0") : snprintf(buf, size, ":%s", name);
    return n > 0 && (size_t)n < size;
}
