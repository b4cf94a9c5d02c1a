/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "audit/base/utf.h"
#include "audit/decode/format/bootkey.h"
#include "audit/decode/format/regf_log.h"
#include "audit/decode/format/registry_value.h"
#include "audit/decode/host/hive_internal.h"

/* No text that becomes a row needs more. */
#define TEXT_BYTES (64U * 1024)

enum rc hive_open(struct arena *a, const struct hive_bytes *bytes, const char *name,
                  struct hive *ret, struct err *err)
{
    struct regf_recovery recovery = { .state = REGF_CLEAN };
    uint8_t *data = bytes->data;
    size_t size = bytes->size;
    struct err why;
    *ret = (struct hive){ .is_open = false };
    if (!data) {
        ret->why = arena_printf(a, "there is no %s hive", name);
        return ret->why ? RC_OK : err_setf(err, RC_NOMEM, "out of memory");
    }
    enum rc rc = regf_recover(&data, &size, bytes->log, bytes->log_size, a, &recovery, &why);
    if (rc == RC_OK) {
        rc = regf_open(&ret->h, data, size, &why);
    }
    ret->is_open = rc == RC_OK;
    if (rc != RC_OK) {
        ret->why = arena_printf(a, "the %s hive cannot be read: %s", name, why.msg);
    } else if (recovery.why) {
        ret->why = arena_printf(a, "the %s hive may lack its last changes: %s", name, recovery.why);
    } else if (!regf_is_sound(&ret->h)) {
        ret->why = arena_printf(a, "the %s hive is damaged or cut off", name);
    }
    return rc == RC_OK && regf_is_sound(&ret->h) ? RC_OK
           : ret->why                            ? RC_OK
                                                 : err_setf(err, RC_NOMEM, "out of memory");
}

enum rc hives_open(struct hives *hs, const struct host_hives *bytes, struct arena *a,
                   struct err *err)
{
    struct err ignored;
    *hs = (struct hives){ .bytes = bytes, .a = a };
    TRY(hive_open(a, &bytes->system, "SYSTEM", &hs->system, err));
    TRY(hive_open(a, &bytes->software, "SOFTWARE", &hs->software, err));
    TRY(hive_open(a, &bytes->sam, "SAM", &hs->sam, err));
    TRY(hive_open(a, &bytes->security, "SECURITY", &hs->security, err));
    hs->has_control_set = hs->system.is_open &&
                          bootkey_control_set(&hs->system.h, &hs->control_set, &ignored) == RC_OK;
    return RC_OK;
}

const char *hive_text(struct hive *hive, const struct regf_key *key, const char *name,
                      struct arena *a)
{
    struct registry_value v = { .value = "" };
    struct registry_data data;
    struct regf_value value;
    struct err ignored;
    if (regf_value(&hive->h, key, name, &value, &ignored) != RC_OK || value.size > TEXT_BYTES ||
        regf_data(&hive->h, &value, a, &v.data, &ignored) != RC_OK) {
        return NULL;
    }
    v.type = value.type;
    v.size = value.size;
    return registry_content(a, &v, &data) && data.text && *data.text ? data.text : NULL;
}

const char *hive_text_at(struct hive *hive, const struct regf_key *from, const char *path,
                         const char *name, struct arena *a)
{
    struct regf_key key;
    struct err ignored;
    return hive->is_open && regf_find(&hive->h, from, path, &key, &ignored) == RC_OK
               ? hive_text(hive, &key, name, a)
               : NULL;
}

bool hive_number(struct hive *hive, const struct regf_key *key, const char *name, uint32_t *ret)
{
    struct regf_value value;
    struct err ignored;
    if (regf_value(&hive->h, key, name, &value, &ignored) != RC_OK || value.type != REG_DWORD ||
        value.size != 4 || !value.is_resident) {
        return false;
    }
    struct rd r = rd_from(value.resident, 4);
    *ret = rd_u32le(&r);
    return true;
}

const char *hive_name(struct arena *a, const struct regf_name *name)
{
    char *text = regf_name_text(a, name);
    if (text) {
        text[utf8_fit(text, strlen(text), ROW_TEXT_MAX)] = '\0';
    }
    return text;
}
