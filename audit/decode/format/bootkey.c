/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/format/bootkey.h"

#include <stdio.h>
#include <string.h>

#include "audit/decode/format/crypt.h"

enum rc bootkey_control_set(struct regf *system, struct regf_key *ret, struct err *err)
{
    struct regf_key select;
    struct regf_value current;
    char name[16];
    TRY(regf_find(system, NULL, "Select", &select, err));
    TRY(regf_value(system, &select, "Current", &current, err));
    struct rd r = rd_from(current.resident, 4);
    uint32_t number = rd_u32le(&r);
    if (current.type != 4 || current.size != 4 || !current.is_resident || number == 0 ||
        number > 999) {
        return err_setf(err, RC_MALFORMED, "Select\\Current names no control set");
    }
    (void)snprintf(name, sizeof(name), "ControlSet%03u", number);
    return regf_find(system, NULL, name, ret, err);
}

static int digit(uint8_t c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* Eight hexadecimal digits in UTF-16LE; some tools leave a NUL behind them. */
static bool read_part(const struct regf_name *name, uint8_t ret[4])
{
    if (name->size < 16 || name->size > 18) {
        return false;
    }
    for (size_t i = 0; i < 4; i++) {
        int high = digit(name->p[4 * i]), low = digit(name->p[4 * i + 2]);
        if (high < 0 || low < 0 || name->p[4 * i + 1] != 0 || name->p[4 * i + 3] != 0) {
            return false;
        }
        ret[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

enum rc bootkey_read(struct regf *system, const struct regf_key *set, uint8_t ret[BOOTKEY_SIZE],
                     struct err *err)
{
    static const char *const parts[] = { "Control\\Lsa\\JD", "Control\\Lsa\\Skew1",
                                         "Control\\Lsa\\GBG", "Control\\Lsa\\Data" };
    static const uint8_t order[BOOTKEY_SIZE] = { 8, 5, 4, 2,  11, 9,  13, 3,
                                                 0, 6, 1, 12, 14, 10, 15, 7 };
    uint8_t mixed[BOOTKEY_SIZE];
    enum rc rc = RC_OK;
    memset(ret, 0, BOOTKEY_SIZE);
    for (size_t i = 0; i < ARRAY_LEN(parts) && rc == RC_OK; i++) {
        struct regf_key key;
        struct regf_name name = { 0 };
        rc = regf_find(system, set, parts[i], &key, err);
        if (rc == RC_OK) {
            rc = regf_class(system, &key, &name, err);
        }
        if (rc == RC_OK && !read_part(&name, mixed + 4 * i)) {
            rc = err_setf(err, RC_MALFORMED, "the class name of %s is no part of a boot key",
                          parts[i]);
        }
    }
    for (size_t i = 0; i < BOOTKEY_SIZE && rc == RC_OK; i++) {
        ret[i] = mixed[order[i]];
    }
    crypt_wipe(mixed, sizeof(mixed));
    return rc;
}
