/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/keycred.h"

#include <string.h>

#include "audit/base/num.h"

#define VERSION_2     0x200U
#define KEY_ID_BYTES  16
#define TICKS_TO_1601 INT64_C(504911232000000000) /* 100 ns from year 1 to 1601 */
#define TICKS_MASK \
    INT64_C(0x3fffffffffffffff) /* the two high bits of a .NET DateTime say its kind */

enum {
    ENTRY_KEY_ID = 1,
    ENTRY_KEY_USAGE = 4,
    ENTRY_KEY_SOURCE = 5,
    ENTRY_DEVICE_ID = 6,
    ENTRY_CUSTOM = 7,
    ENTRY_LAST_LOGON = 8,
    ENTRY_CREATED = 9
};

static const char *usage_word(uint8_t usage)
{
    switch (usage) {
    case 1:
        return "ngc";
    case 2:
        return "stk";
    case 3:
        return "bitlocker";
    case 7:
        return "fido";
    case 8:
        return "fek";
    default:
        return "other";
    }
}

static void read_key_id(struct rd *r, struct key_credential *k)
{
    static const char hex[] = "0123456789abcdef";
    const uint8_t *p = rd_bytes(r, KEY_ID_BYTES);
    for (size_t i = 0; p && i < KEY_ID_BYTES; i++) {
        k->key_id[2 * i] = hex[p[i] >> 4];
        k->key_id[2 * i + 1] = hex[p[i] & 15];
    }
}

/* One entry's value. Values that are longer than their form are left with their head, as later versions may append. */
static void read_entry(uint8_t id, struct rd *r, struct key_credential *k)
{
    switch (id) {
    case ENTRY_KEY_ID:
        read_key_id(r, k);
        break;
    case ENTRY_KEY_USAGE:
        k->usage = rd_left(r) == 1 ? usage_word(rd_u8(r)) : "other";
        break;
    case ENTRY_KEY_SOURCE:
        k->source = rd_u8(r) == 0 ? "ad" : "entra";
        break;
    case ENTRY_DEVICE_ID:
        (void)rd_guid(r, k->device);
        break;
    case ENTRY_CUSTOM:
        (void)rd_u8(r); /* version */
        k->flags = rd_u8(r);
        k->has_flags = true;
        break;
    case ENTRY_LAST_LOGON:
        k->logon = (filetime)rd_u64le(r);
        k->has_logon = true;
        break;
    case ENTRY_CREATED:
        k->created = (filetime)rd_u64le(r);
        k->has_created = true;
        break;
    default:
        break; /* key hash and key material are not looked at */
    }
}

/* Keys that Entra ID wrote carry .NET times; a time that is still not one is dropped. */
static void settle_time(const struct key_credential *k, filetime *t, bool *has)
{
    if (*has && k->source && strcmp(k->source, "entra") == 0) {
        *t = (*t & TICKS_MASK) - TICKS_TO_1601;
    }
    *has = *has && *t >= 0;
}

static enum rc read_blob(struct rd r, struct key_credential *k, struct err *err)
{
    uint32_t version = rd_u32le(&r);
    uint32_t seen = 0;
    if (r.bad || version != VERSION_2) {
        return err_setf(err, RC_MALFORMED, "key credential has version 0x%x, not 0x200", version);
    }
    while (rd_left(&r) > 0 && !r.bad) {
        uint16_t size = rd_u16le(&r);
        uint8_t id = rd_u8(&r);
        struct rd value = rd_sub(&r, size);
        if (r.bad) {
            break;
        }
        if (id < 32 && (seen & 1U << id) != 0) {
            return err_setf(err, RC_MALFORMED, "key credential has entry %u twice", id);
        }
        seen |= id < 32 ? 1U << id : 0;
        read_entry(id, &value, k);
        if (value.bad) {
            return err_setf(err, RC_MALFORMED, "key credential has an entry %u of %u bytes", id,
                            size);
        }
    }
    if (r.bad) {
        return err_setf(err, RC_MALFORMED, "key credential ends inside an entry");
    }
    if (!k->key_id[0]) {
        return err_setf(err, RC_MALFORMED, "key credential has no key id");
    }
    settle_time(k, &k->logon, &k->has_logon);
    settle_time(k, &k->created, &k->has_created);
    return RC_OK;
}

static int hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "B:<digits>:" at the start; false when it is not there or promises more than there is. */
static bool binary_head(const uint8_t *p, size_t n, size_t *ret_at, size_t *ret_digits)
{
    uint64_t digits = 0;
    if (n < 4 || (p[0] != 'B' && p[0] != 'b') || p[1] != ':') {
        return false;
    }
    const uint8_t *colon = memchr(p + 2, ':', n - 2);
    if (!colon || !num_u64((const char *)p + 2, (size_t)(colon - p) - 2, &digits)) {
        return false;
    }
    *ret_at = (size_t)(colon - p) + 1;
    *ret_digits = (size_t)digits;
    return digits % 2 == 0 && digits < n - *ret_at && p[*ret_at + digits] == ':';
}

enum rc keycred_read(const void *data, size_t n, struct arena *a, struct key_credential *ret,
                     struct err *err)
{
    const uint8_t *p = data;
    size_t at = 0, digits = 0;
    struct key_credential k;
    memset(&k, 0, sizeof(k));
    if (!binary_head(p, n, &at, &digits)) {
        return err_setf(err, RC_MALFORMED, "not a DN with binary part (B:<digits>:<hex>:<name>)");
    }
    uint8_t *bytes = arena_alloc(a, digits / 2);
    if (!bytes) {
        return err_setf(err, RC_NOMEM, "a key credential needs more memory than its quota");
    }
    for (size_t i = 0; i < digits; i += 2) {
        int high = hex_digit(p[at + i]), low = hex_digit(p[at + i + 1]);
        if (high < 0 || low < 0) {
            return err_setf(err, RC_MALFORMED, "the binary part is not hexadecimal");
        }
        bytes[i / 2] = (uint8_t)(high << 4 | low);
    }
    TRY(read_blob(rd_from(bytes, digits / 2), &k, err));
    *ret = k;
    return RC_OK;
}
