/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The six reading calls of the remote registry ([MS-RRP] 3.1.5): questions and answers as bytes. */
#ifndef COLLECT_SMB_WINREG_NDR_H
#define COLLECT_SMB_WINREG_NDR_H

#include "audit/collect/smb/ndr.h"

enum winreg_call {
    WINREG_OPEN_HKLM = 2,
    WINREG_CLOSE_KEY = 5,
    WINREG_ENUM_KEY = 9,
    WINREG_ENUM_VALUE = 10,
    WINREG_OPEN_KEY = 15,
    WINREG_QUERY_VALUE = 17
};

/* KEY_READ: looking only; KEY_WOW64_64KEY: at the 64-bit view on every host. */
#define WINREG_ACCESS      0x00020019U
#define WINREG_ACCESS_WIDE 0x00020119U

struct winreg_handle {
    uint8_t bytes[20];
};

/* What EnumKey, EnumValue and QueryValue answer; texts and data are borrowed from the answer. */
struct winreg_answer {
    const uint8_t *name; /* UTF-16LE; NULL for QueryValue */
    size_t name_size;
    uint32_t type;
    const uint8_t *data; /* NULL: none came */
    size_t data_size;
    uint32_t size; /* of the value, whether or not it came */
    uint32_t code; /* Win32 */
};

void winreg_put_open_hklm(struct wr *w);
void winreg_put_open_key(struct wr *w, const struct winreg_handle *parent, const char *path,
                         uint32_t access);
void winreg_put_close_key(struct wr *w, const struct winreg_handle *key);
void winreg_put_enum_key(struct wr *w, const struct winreg_handle *key, uint32_t index);

/* Name, type and size of a value; its data is never asked for here. */
void winreg_put_enum_value(struct wr *w, const struct winreg_handle *key, uint32_t index);

/* room: bytes of data that may come; 0 asks for type and size alone. */
void winreg_put_query_value(struct wr *w, const struct winreg_handle *key, const char *name,
                            uint32_t room);

/* All return false when the bytes break the format; nothing is written then. */
bool winreg_get_handle(struct rd *r, struct winreg_handle *ret, uint32_t *ret_code);
bool winreg_get_enum_key(struct rd *r, struct winreg_answer *ret);
bool winreg_get_enum_value(struct rd *r, struct winreg_answer *ret);
bool winreg_get_query_value(struct rd *r, struct winreg_answer *ret);

#endif
