/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/smb/registry_value.h"

#include <string.h>

#include "audit/collect/smb/value.h"

bool registry_is_secret(const char *name)
{
    static const char *const words[] = { "password", "passwd", "passphrase", "pwd", "secret" };
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (strcasestr(name, words[i])) {
            return true;
        }
    }
    return false;
}

static uint64_t little(const uint8_t *p, size_t n)
{
    uint64_t v = 0;
    for (size_t i = 0; i < n; i++) {
        v |= (uint64_t)p[i] << (8 * i);
    }
    return v;
}

/* Up to the first NUL; of a MULTI_SZ up to the first empty string, with line feeds between. */
static const char *text_of(const struct winreg_answer *answer, bool is_multi, struct arena *a)
{
    size_t n = answer->data_size & ~(size_t)1;
    uint8_t *copy = arena_alloc(a, n > 0 ? n : 2);
    size_t end = 0;
    if (!copy) {
        return NULL;
    }
    if (n > 0) {
        memcpy(copy, answer->data, n);
    }
    for (; end < n; end += 2) {
        bool is_nul = copy[end] == 0 && copy[end + 1] == 0;
        bool is_last = !is_multi || end + 2 >= n || (copy[end + 2] == 0 && copy[end + 3] == 0);
        if (is_nul && is_last) {
            break;
        }
        if (is_nul) {
            copy[end] = '\n';
        }
    }
    return value_utf16(a, copy, end);
}

void registry_put(struct row *row, const struct winreg_answer *answer, bool is_secret,
                  struct arena *a)
{
    size_t n = answer->data ? answer->data_size : 0;
    row_int(row, REGISTRY_TYPE, answer->type);
    row_int(row, REGISTRY_SIZE, answer->size > n ? answer->size : (int64_t)n);
    switch (answer->type) {
    case REGISTRY_DWORD:
        if (n == 4) {
            row_int(row, REGISTRY_NUMBER, (int64_t)little(answer->data, 4));
        }
        break;
    case REGISTRY_QWORD:
        if (n == 8) {
            row_int(row, REGISTRY_NUMBER, (int64_t)little(answer->data, 8));
        }
        break;
    case REGISTRY_SZ:
    case REGISTRY_EXPAND_SZ:
    case REGISTRY_MULTI_SZ:
        /* An empty value comes without bytes: its text is empty, not unknown. */
        if (!is_secret && (n > 0 || answer->size == 0)) {
            row_text(row, REGISTRY_TEXT, text_of(answer, answer->type == REGISTRY_MULTI_SZ, a));
        }
        break;
    default:
        break;
    }
}
