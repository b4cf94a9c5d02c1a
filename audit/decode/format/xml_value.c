/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/format/xml_value.h"

#include <string.h>
#include <strings.h>

#include "audit/base/sid.h"

const char *xml_value_guid(struct arena *a, const char *s)
{
    size_t n = s ? strlen(s) : 0;
    if (n == GUID_TEXT_MAX + 1 && s[0] == '{' && s[n - 1] == '}') {
        s++;
        n -= 2;
    }
    char *copy = n == GUID_TEXT_MAX - 1 ? arena_strndup(a, s, n) : NULL;
    for (size_t i = 0; copy && i < n; i++) {
        copy[i] = (char)(copy[i] >= 'A' && copy[i] <= 'F' ? copy[i] + 32 : copy[i]);
    }
    return copy && guid_text_valid(copy) ? copy : NULL;
}

filetime xml_value_time(const char *s)
{
    char text[32];
    filetime t = 0;
    size_t n = s ? strlen(s) : 0;
    if (n < 19 || n > 40 || (s[10] != ' ' && s[10] != 'T')) {
        return 0;
    }
    memcpy(text, s, 19);
    text[10] = 'T';
    const char *zone = s + 19;
    if (*zone == '.') {
        zone += 1 + strspn(zone + 1, "0123456789");
    }
    size_t zone_size = strlen(zone);
    if (zone_size == 0) {
        zone = "Z";
        zone_size = 1;
    }
    if (zone_size > 6) {
        return 0;
    }
    memcpy(text + 19, zone, zone_size + 1);
    return filetime_from_iso(text, &t) ? t : 0;
}

bool xml_value_true(const char *s)
{
    return s && (strcmp(s, "1") == 0 || strcasecmp(s, "true") == 0);
}
