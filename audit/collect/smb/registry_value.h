/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A registry value made into the columns of a row, and which values must never be fetched. Pure. */
#ifndef COLLECT_SMB_REGISTRY_VALUE_H
#define COLLECT_SMB_REGISTRY_VALUE_H

#include "audit/base/arena.h"
#include "audit/collect/smb/winreg_ndr.h"
#include "audit/evidence/row.h"

/* Types of values ([MS-RRP] 2.2.9), by names that Samba's headers do not have. */
enum registry_wire_type {
    REGISTRY_SZ = 1,
    REGISTRY_EXPAND_SZ = 2,
    REGISTRY_BINARY = 3,
    REGISTRY_DWORD = 4,
    REGISTRY_MULTI_SZ = 7,
    REGISTRY_QWORD = 11
};

/* The name speaks of a password: of such a value only type and size are asked, and its data only when it is a number, which is
 * a setting (LimitBlankPasswordUse) and no password. */
bool registry_is_secret(const char *name);

/* Sets type, size, number or text of a row from an answer about the value with the name; texts are owned by the arena. No text of
 * which registry_data (decode/format) says that it must not be kept. */
void registry_put(struct row *row, const char *name, const struct winreg_answer *answer,
                  struct arena *a);

#endif
