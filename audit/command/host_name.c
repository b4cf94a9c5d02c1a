/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/command/host_name.h"

#include <string.h>

#include "audit/base/utf.h"

#define NAME_MOST 255U

const char *command_host_name(struct arena *a, const char *text)
{
    char *name = text ? arena_strdup(a, text) : NULL;
    size_t n = name ? strlen(name) : 0;
    if (n == 0 || n > NAME_MOST || !utf8_valid(name, n) || !utf8_is_visible(name, n) ||
        strpbrk(name, " /\\\t\n\"'<>|*?")) {
        return NULL;
    }
    for (char *p = name; *p; p++) {
        *p = (char)(*p >= 'A' && *p <= 'Z' ? *p + 32 : *p);
    }
    return name;
}
