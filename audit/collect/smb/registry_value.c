/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Samba's headers have the names of the types too, so that only this file sees those of decode/format. */
#include "audit/collect/smb/registry_value.h"

#include "audit/decode/format/registry_value.h"

_Static_assert((int)REGISTRY_SZ == (int)REG_SZ && (int)REGISTRY_DWORD == (int)REG_DWORD &&
                   (int)REGISTRY_QWORD == (int)REG_QWORD &&
                   (int)REGISTRY_MULTI_SZ == (int)REG_MULTI_SZ,
               "both are the numbers of [MS-RRP] 2.2.9");

bool registry_is_secret(const char *name)
{
    return registry_is_password(name);
}

void registry_put(struct row *row, const char *name, const struct winreg_answer *answer,
                  struct arena *a)
{
    size_t n = answer->data ? answer->data_size : 0;
    const struct registry_value v = {
        .key = "", .value = name, .type = answer->type, .data = answer->data, .size = n
    };
    struct registry_data data = { 0 };
    row_int(row, REGISTRY_TYPE, answer->type);
    row_int(row, REGISTRY_SIZE, answer->size > n ? answer->size : (int64_t)n);
    if (!registry_data(a, &v, &data)) {
        return; /* memory is short: what it holds stays unknown */
    }
    if (data.has_number) {
        row_int(row, REGISTRY_NUMBER, data.number);
    }
    /* An empty value comes without bytes: its text is empty, not unknown. */
    if (n > 0 || answer->size == 0) {
        row_text(row, REGISTRY_TEXT, data.text);
    }
}
