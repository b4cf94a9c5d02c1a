/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Registry items ([MS-GPPREF] 2.2.1.17): data is text in the file, and becomes what Windows would write. */
#include <string.h>
#include <strings.h>

#include "audit/base/utf.h"
#include "audit/decode/format/gpp.h"

static const struct {
    const char *hive, *root;
} hives[] = {
    { "HKEY_LOCAL_MACHINE", "HKLM" },
    { "HKLM", "HKLM" },
    { "HKEY_CURRENT_USER", "HKCU" },
    { "HKCU", "HKCU" },
    { "HKEY_CLASSES_ROOT", "HKLM\\SOFTWARE\\Classes" },
    { "HKCR", "HKLM\\SOFTWARE\\Classes" },
    { "HKEY_CURRENT_CONFIG", "HKLM\\SYSTEM\\CurrentControlSet\\Hardware Profiles\\Current" },
    { "HKCC", "HKLM\\SYSTEM\\CurrentControlSet\\Hardware Profiles\\Current" },
};

static const struct {
    const char *name;
    uint32_t type;
} types[] = {
    { "REG_SZ", REG_SZ },
    { "REG_EXPAND_SZ", REG_EXPAND_SZ },
    { "REG_BINARY", REG_BINARY },
    { "REG_DWORD", REG_DWORD },
    { "REG_MULTI_SZ", REG_MULTI_SZ },
    { "REG_QWORD", REG_QWORD },
    { "REG_DWORD_LITTLE_ENDIAN", REG_DWORD },
    { "REG_DWORD_BIG_ENDIAN", REG_DWORD_BE },
    { "REG_NONE", REG_NONE },
};

struct bytes {
    uint8_t *p;
    size_t n, room;
};

static void put_unit(struct bytes *b, uint32_t unit)
{
    if (b->n + 2 <= b->room) {
        b->p[b->n++] = (uint8_t)unit;
        b->p[b->n++] = (uint8_t)(unit >> 8);
    }
}

/* UTF-8 never has more bytes than UTF-16 has bytes: two a byte are enough. */
static void put_text(struct bytes *b, const char *s)
{
    for (size_t i = 0, n = strlen(s), size; i < n; i += size) {
        uint32_t cp = 0;
        size = utf8_next(s + i, n - i, &cp);
        if (size == 0) {
            break;
        }
        if (cp >= 0x10000) {
            put_unit(b, 0xd7c0 + (cp >> 10));
            put_unit(b, 0xdc00 | (cp & 0x3ff));
        } else {
            put_unit(b, cp);
        }
    }
    put_unit(b, 0);
}

static int nibble(char c)
{
    return c >= '0' && c <= '9'                     ? c - '0'
           : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10
                                                    : -1;
}

/* Hexadecimal digits, as the file has numbers whatever the console shows. False for anything else. */
static bool number_of(const char *s, size_t digits, uint64_t *ret)
{
    uint64_t v = 0;
    s += s[0] == '0' && (s[1] | 0x20) == 'x' ? 2 : 0;
    size_t n = strlen(s);
    for (size_t i = 0; i < n && n <= digits; i++) {
        if (nibble(s[i]) < 0) {
            return false;
        }
        v = v << 4 | (uint64_t)nibble(s[i]);
    }
    *ret = v;
    return n > 0 && n <= digits;
}

static void put_number(struct bytes *b, const char *s, size_t size, bool is_big)
{
    uint64_t v = 0;
    if (!number_of(s, size * 2, &v)) {
        return;
    }
    for (size_t i = 0; i < size; i++) {
        b->p[is_big ? size - 1 - i : i] = (uint8_t)(v >> (8 * i));
    }
    b->n = size;
}

static void put_binary(struct bytes *b, const char *s)
{
    for (size_t i = 0; s[i] != '\0' && s[i + 1] != '\0'; i += 2) {
        if (nibble(s[i]) < 0 || nibble(s[i + 1]) < 0) {
            b->n = 0;
            return;
        }
        b->p[b->n++] = (uint8_t)(nibble(s[i]) << 4 | nibble(s[i + 1]));
    }
}

/* The list of a MULTI_SZ; value repeats it with spaces between, and stands alone in files of other tools. */
static void put_list(struct bytes *b, const struct xml_node *values, const char *value)
{
    const struct xml_node *first = xml_child(values, "Value");
    if (!values && *value != '\0') {
        put_text(b, value);
    }
    for (const struct xml_node *v = first; v; v = xml_next(v)) {
        put_text(b, v->text);
    }
    put_unit(b, 0);
}

static size_t room_for(const struct xml_node *values, const char *value)
{
    size_t n = 2 * strlen(value) + 16;
    for (const struct xml_node *v = xml_child(values, "Value"); v; v = xml_next(v)) {
        n += 2 * strlen(v->text) + 2;
    }
    return n;
}

static bool take_data(const struct gpp_item *item, struct arena *a, struct registry_value *ret)
{
    const char *value = xml_attribute(item->properties, "value");
    const struct xml_node *values = xml_child(item->properties, "Values");
    value = value ? value : "";
    struct bytes b = { .room = room_for(values, value) };
    b.p = arena_alloc(a, b.room);
    if (!b.p) {
        return false;
    }
    switch (ret->type) {
    case REG_SZ:
    case REG_EXPAND_SZ:
        put_text(&b, value);
        break;
    case REG_MULTI_SZ:
        put_list(&b, values, value);
        break;
    case REG_DWORD:
    case REG_DWORD_BE:
        put_number(&b, value, 4, ret->type == REG_DWORD_BE);
        break;
    case REG_QWORD:
        put_number(&b, value, 8, false);
        break;
    default:
        put_binary(&b, value);
        break;
    }
    ret->data = b.p;
    ret->size = b.n;
    return true;
}

/* The whole key, without slashes around what the file has; NULL = a hive that is not known. */
static const char *key_of(const struct gpp_item *item, struct arena *a, bool *ret_is_nomem)
{
    const char *hive = gpp_property(item, "hive"), *key = gpp_property(item, "key");
    *ret_is_nomem = false;
    key = key ? key + strspn(key, "\\") : "";
    size_t n = strlen(key);
    while (n > 0 && key[n - 1] == '\\') {
        n--;
    }
    for (size_t i = 0; hive && n > 0 && i < ARRAY_LEN(hives); i++) {
        if (strcasecmp(hive, hives[i].hive) == 0) {
            const char *full =
                n < 65536 ? arena_printf(a, "%s\\%.*s", hives[i].root, (int)n, key) : NULL;
            *ret_is_nomem = !full;
            return full;
        }
    }
    return NULL;
}

static bool type_of(const struct gpp_item *item, uint32_t *ret)
{
    const char *type = gpp_property(item, "type");
    for (size_t i = 0; type && i < ARRAY_LEN(types); i++) {
        if (strcasecmp(type, types[i].name) == 0) {
            *ret = types[i].type;
            return true;
        }
    }
    return false;
}

enum gpp_registry gpp_registry(const struct gpp_item *item, struct arena *a,
                               struct registry_value *ret)
{
    bool is_nomem = false;
    const char *hive = gpp_property(item, "hive"), *name = gpp_property(item, "name");
    const char *flag = gpp_property(item, "default");
    bool is_default = flag && strcmp(flag, "1") == 0, is_key = !name && !is_default;
    struct registry_value v = { .key = key_of(item, a, &is_nomem), .value = name ? name : "" };
    if (!v.key) {
        return is_nomem ? GPP_REGISTRY_NOMEM
               : hive && (strcasecmp(hive, "HKEY_USERS") == 0 || strcasecmp(hive, "HKU") == 0)
                   ? GPP_REGISTRY_ELSEWHERE
                   : GPP_REGISTRY_NOTHING;
    }
    v.changed_at = item->changed;
    if (item->action == GPP_DELETE || (is_key && item->action == GPP_REPLACE)) {
        v.action = is_key ? REG_DELETE_KEY : REG_DELETE_VALUE;
        *ret = v;
        return GPP_REGISTRY_VALUE;
    }
    v.action = item->action == GPP_CREATE ? REG_CREATE : REG_SET;
    if (!type_of(item, &v.type)) {
        return GPP_REGISTRY_NOTHING;
    }
    if (!take_data(item, a, &v)) {
        return GPP_REGISTRY_NOMEM;
    }
    *ret = v;
    return GPP_REGISTRY_VALUE;
}
