/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/smb/value.h"

#include <string.h>

#include "audit/base/utf.h"
#include "audit/decode/format/script.h"
#include "audit/evidence/row.h"

#define SID_PARTS_MAX 15

void value_sid(const struct dom_sid *sid, char *buf)
{
    uint8_t bytes[8 + 4 * SID_PARTS_MAX];
    buf[0] = '\0';
    if (!sid || sid->num_auths < 0 || sid->num_auths > SID_PARTS_MAX) {
        return;
    }
    size_t n = (size_t)sid->num_auths;
    bytes[0] = sid->sid_rev_num;
    bytes[1] = (uint8_t)n;
    memcpy(bytes + 2, sid->id_auth, 6);
    for (size_t i = 0; i < n; i++) {
        for (size_t b = 0; b < 4; b++) {
            bytes[8 + 4 * i + b] = (uint8_t)(sid->sub_auths[i] >> (8 * b));
        }
    }
    struct rd r = rd_from(bytes, 8 + 4 * n);
    (void)rd_sid(&r, buf);
}

bool value_sid_below(const struct dom_sid *sid, uint32_t rid, struct dom_sid *ret)
{
    if (sid->num_auths < 0 || sid->num_auths >= SID_PARTS_MAX) {
        return false;
    }
    *ret = *sid;
    ret->sub_auths[ret->num_auths++] = rid;
    return true;
}

bool value_sid_equal(const struct dom_sid *a, const struct dom_sid *b)
{
    char left[SID_TEXT_MAX], right[SID_TEXT_MAX];
    value_sid(a, left);
    value_sid(b, right);
    return *left && strcmp(left, right) == 0;
}

const char *value_text(struct arena *a, const char *text, bool empty_is_null)
{
    bool is_changed = false;
    if (!text || (!*text && empty_is_null)) {
        return NULL;
    }
    /* Repairing at most triples the length; what is cut off anyway is not looked at. */
    size_t n = strnlen(text, ROW_TEXT_MAX + 4);
    char *safe = utf8_repair(a, text, n, &is_changed);
    if (safe) {
        safe[utf8_fit(safe, strlen(safe), ROW_TEXT_MAX)] = '\0';
    }
    return safe;
}

const char *value_command(struct arena *a, const char *text)
{
    const char *safe = value_text(a, text, true);
    return safe && script_command(safe, NULL) ? NULL : safe;
}

const char *value_utf16(struct arena *a, const void *bytes, size_t n)
{
    bool is_changed = false;
    size_t most = (size_t)2 * ROW_TEXT_MAX;
    char *safe = utf16le_to_utf8(a, bytes, n > most ? most : n, &is_changed);
    if (safe) {
        safe[utf8_fit(safe, strlen(safe), ROW_TEXT_MAX)] = '\0';
    }
    return safe;
}

filetime value_time(uint64_t nttime)
{
    return nttime > (uint64_t)INT64_MAX ? FILETIME_NEVER : (filetime)nttime;
}
