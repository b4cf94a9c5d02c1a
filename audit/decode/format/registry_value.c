/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/format/registry_value.h"

#include <string.h>

#include "audit/base/utf.h"
#include "audit/decode/format/script.h"
#include "audit/evidence/row.h"

bool registry_is_password(const char *value_name)
{
    static const char *const words[] = { "password", "passwd", "passphrase", "pwd", "secret" };
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (strcasestr(value_name, words[i])) {
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
static char *text_of(struct arena *a, const uint8_t *data, size_t size, bool is_multi)
{
    bool is_changed = false;
    size_t n = size & ~(size_t)1, end = 0;
    n = n > (size_t)ROW_TEXT_MAX * 2 ? (size_t)ROW_TEXT_MAX * 2 : n;
    uint8_t *copy = arena_alloc(a, n > 0 ? n : 2);
    if (!copy) {
        return NULL;
    }
    if (n > 0) {
        memcpy(copy, data, n);
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
    char *text = utf16le_to_utf8(a, copy, end, &is_changed);
    if (text) {
        text[utf8_fit(text, strlen(text), ROW_TEXT_MAX)] = '\0';
    }
    return text;
}

bool registry_content(struct arena *a, const struct registry_value *v, struct registry_data *ret)
{
    *ret = (struct registry_data){ 0 };
    switch (v->type) {
    case REG_DWORD:
        ret->has_number = v->size == 4;
        ret->number = ret->has_number ? (int64_t)little(v->data, 4) : 0;
        return true;
    case REG_DWORD_BE:
        ret->has_number = v->size == 4;
        for (size_t i = 0; ret->has_number && i < 4; i++) {
            ret->number = (ret->number << 8) | v->data[i];
        }
        return true;
    case REG_QWORD:
        ret->has_number = v->size == 8;
        ret->number = ret->has_number ? (int64_t)little(v->data, 8) : 0;
        return true;
    case REG_SZ:
    case REG_EXPAND_SZ:
    case REG_MULTI_SZ:
        ret->text = text_of(a, v->data, v->size, v->type == REG_MULTI_SZ);
        return ret->text != NULL;
    default:
        return true;
    }
}

bool registry_data(struct arena *a, const struct registry_value *v, struct registry_data *ret)
{
    if (!registry_content(a, v, ret)) {
        return false;
    }
    if (ret->text && (registry_is_password(v->value) || script_command(ret->text, NULL))) {
        ret->text = NULL;
    }
    return true;
}
