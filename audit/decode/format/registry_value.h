/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One registry value as any of the formats gives it (Registry.pol, .reg, reg query, GptTmpl.inf, Registry.xml, a hive), and what of
 * it becomes evidence. */
#ifndef DECODE_FORMAT_REGISTRY_VALUE_H
#define DECODE_FORMAT_REGISTRY_VALUE_H

#include "audit/base/arena.h"
#include "audit/base/err.h"
#include "audit/base/filetime.h"

enum registry_action {
    REG_SET,
    REG_CREATE, /* only where it is not there */
    REG_DELETE_VALUE,
    REG_DELETE_VALUES, /* all values of the key */
    REG_DELETE_KEY
};

enum registry_type {
    REG_NONE = 0,
    REG_SZ = 1,
    REG_EXPAND_SZ = 2,
    REG_BINARY = 3,
    REG_DWORD = 4,
    REG_DWORD_BE = 5,
    REG_LINK = 6,
    REG_MULTI_SZ = 7,
    REG_QWORD = 11
};

struct registry_value {
    const char *
        key; /* UTF-8, "HKLM\\SOFTWARE\\…", "HKCU\\…", "HKU\\S-1-…\\…"; the current control set is CurrentControlSet */
    const char *value; /* "" = the default value */
    enum registry_action action;
    uint32_t type;
    const uint8_t *data; /* as Windows keeps it: little endian, UTF-16LE with its NUL */
    size_t size;
    filetime changed_at; /* last write of the key; 0 = not known */
};

/* Called for every value in the order of the file; all is borrowed until it returns. Anything but RC_OK ends the reading. */
typedef enum rc (*registry_value_fn)(void *context, const struct registry_value *v,
                                     struct err *err);

/* What of a value becomes evidence, as host_registry and policy_registry keep it. */
struct registry_data {
    bool has_number;
    int64_t number; /* of DWORD, DWORD_BE and QWORD of the right size */
    const char *
        text; /* of SZ, EXPAND_SZ, and of MULTI_SZ joined by line feeds; cut at ROW_TEXT_MAX bytes at a character's end; NULL = no
                         text, or one that is not kept (then its size says that there is one) */
};

/* Fills *ret; text is in the arena. The one place that decides which text becomes evidence: none of a value whose name speaks of a
 * password, and none that reads like a command with a password in it (script.h), whatever its key and name: a Run key, a
 * service, a screen saver. False when memory is short. */
bool registry_data(struct arena *a, const struct registry_value *v, struct registry_data *ret);

/* The same with every text, for whoever looks for passwords itself (autostart) and never for a row as it is. */
bool registry_content(struct arena *a, const struct registry_value *v, struct registry_data *ret);

/* True for a name such as DefaultPassword: the text of such a value is never kept. */
bool registry_is_password(const char *value_name);

#endif
