/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/entry_view.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "audit/base/num.h"
#include "audit/base/utf.h"

#define OBJECT_MAX 1024 /* malformed_value.object */

static const char *const attribute_names[] = {
#define ENTRY_ATTRIBUTE_NAME(id, name) name,
    ENTRY_ATTRIBUTES(ENTRY_ATTRIBUTE_NAME)
#undef ENTRY_ATTRIBUTE_NAME
};

const struct entry_value *view_value(const struct entry_view *v, enum attribute a)
{
    return view_has(v, a) ? &v->attributes[a]->values[0] : NULL;
}

void view_nomem(struct entry_view *v)
{
    if (v->rc == RC_OK) {
        v->rc = err_setf(v->err, RC_NOMEM, "an entry needs more memory than its quota");
    }
}

void view_put(struct entry_view *v, const struct row *row)
{
    if (v->rc == RC_OK) {
        v->rc = row_put(v->c->sink, row, v->err);
    }
}

/* UTF-8 for a column that must not be NULL: repaired and cut at a character, owned by the scratch arena. */
static const char *safe_text(struct entry_view *v, const char *s, size_t n, size_t max)
{
    bool changed = false;
    if (n > max) {
        n = max;
        while (n > 0 && ((uint8_t)s[n] & 0xc0) == 0x80) {
            n--;
        }
    }
    char *text = utf8_repair(v->c->scratch, s, n, &changed);
    if (!text) {
        view_nomem(v);
        return "";
    }
    /* A repaired byte takes three: cut again. */
    size_t len = strlen(text);
    if (len > max) {
        len = max;
        while (len > 0 && ((uint8_t)text[len] & 0xc0) == 0x80) {
            len--;
        }
        text[len] = '\0';
    }
    return text;
}

void view_malformed(struct entry_view *v, const char *attribute, const char *reason)
{
    struct row row;
    v->c->malformed++;
    row_begin(&row, ROW_TABLE_MALFORMED);
    row_text(&row, MALFORMED_SOURCE, v->c->source);
    row_text(&row, MALFORMED_TARGET, v->c->target);
    row_text(&row, MALFORMED_OBJECT, safe_text(v, v->dn.dn, v->dn.size, OBJECT_MAX));
    row_text(&row, MALFORMED_ATTRIBUTE, attribute);
    row_text(&row, MALFORMED_REASON, reason);
    view_put(v, &row);
}

void view_malformed_at(struct entry_view *v, enum attribute a, const char *reason)
{
    view_malformed(v, attribute_names[a], reason);
}

bool view_int(struct entry_view *v, enum attribute a, int64_t *ret)
{
    const struct entry_value *value = view_value(v, a);
    if (!value) {
        return false;
    }
    if (value->n == 0 || !num_i64((const char *)value->p, value->n, ret)) {
        view_malformed_at(v, a, "not a whole number of 64 bits");
        return false;
    }
    return true;
}

bool view_bool(struct entry_view *v, enum attribute a, bool *ret)
{
    const struct entry_value *value = view_value(v, a);
    if (!value) {
        return false;
    }
    bool is_true = value->n == 4 && strncasecmp((const char *)value->p, "TRUE", 4) == 0;
    bool is_false = value->n == 5 && strncasecmp((const char *)value->p, "FALSE", 5) == 0;
    if (!is_true && !is_false) {
        view_malformed_at(v, a, "neither TRUE nor FALSE");
        return false;
    }
    *ret = is_true;
    return true;
}

bool view_time(struct entry_view *v, enum attribute a, filetime *ret)
{
    int64_t t = 0;
    if (!view_int(v, a, &t)) {
        return false;
    }
    if (t < 0) {
        view_malformed_at(v, a, "a time before 1601");
        return false;
    }
    *ret = t;
    return true;
}

bool view_date(struct entry_view *v, enum attribute a, filetime *ret)
{
    const struct entry_value *value = view_value(v, a);
    filetime t = 0;
    if (!value) {
        return false;
    }
    if (!filetime_from_generalized((const char *)value->p, value->n, &t) || t < 0) {
        view_malformed_at(v, a, "not a generalized time");
        return false;
    }
    *ret = t;
    return true;
}

bool guid_of_value(const struct entry_value *value, char *buf)
{
    if (value->n == GUID_TEXT_MAX - 1) {
        for (size_t i = 0; i < value->n; i++) {
            uint8_t c = value->p[i];
            buf[i] = (char)(c >= 'A' && c <= 'F' ? c | 0x20 : c);
        }
        buf[value->n] = '\0';
        return guid_text_valid(buf);
    }
    struct rd r = rd_from(value->p, value->n);
    return rd_guid(&r, buf) && rd_done(&r);
}

bool sid_of_value(const struct entry_value *value, char *buf)
{
    if (value->n > 4 && value->n < SID_TEXT_MAX && memcmp(value->p, "S-1-", 4) == 0) {
        memcpy(buf, value->p, value->n);
        buf[value->n] = '\0';
        return strlen(buf) == value->n && sid_text_valid(buf);
    }
    struct rd r = rd_from(value->p, value->n);
    return rd_sid(&r, buf) && rd_done(&r) && sid_text_valid(buf);
}

bool view_guid(struct entry_view *v, enum attribute a, char *buf)
{
    const struct entry_value *value = view_value(v, a);
    if (!value) {
        return false;
    }
    if (!guid_of_value(value, buf)) {
        view_malformed_at(v, a, "not a GUID of 16 bytes");
        return false;
    }
    return true;
}

bool view_sid(struct entry_view *v, enum attribute a, char *buf)
{
    const struct entry_value *value = view_value(v, a);
    if (!value) {
        return false;
    }
    if (!sid_of_value(value, buf)) {
        view_malformed_at(v, a, "not a security identifier");
        return false;
    }
    return true;
}

bool view_text_of(struct entry_view *v, enum attribute a, const struct entry_value *value,
                  size_t max)
{
    if (value->n == 0) {
        return false;
    }
    if (value->n > max) {
        view_malformed_at(v, a, "text is longer than a row may hold");
        return false;
    }
    if (!utf8_valid((const char *)value->p, value->n)) {
        view_malformed_at(v, a, "text is not UTF-8");
        return false;
    }
    return true;
}

void put_int(struct entry_view *v, struct row *row, int column, enum attribute a)
{
    int64_t n = 0;
    if (view_int(v, a, &n)) {
        row_int(row, column, n);
    }
}

void put_bool(struct entry_view *v, struct row *row, int column, enum attribute a)
{
    bool b = false;
    if (view_bool(v, a, &b)) {
        row_bool(row, column, b);
    }
}

void put_time(struct entry_view *v, struct row *row, int column, enum attribute a)
{
    filetime t = 0;
    if (view_time(v, a, &t)) {
        row_int(row, column, t);
    }
}

void put_date(struct entry_view *v, struct row *row, int column, enum attribute a)
{
    filetime t = 0;
    if (view_date(v, a, &t)) {
        row_int(row, column, t);
    }
}

static void put_text_upto(struct entry_view *v, struct row *row, int column, enum attribute a,
                          size_t max)
{
    const struct entry_value *value = view_value(v, a);
    if (value && view_text_of(v, a, value, max)) {
        row_textn(row, column, (const char *)value->p, value->n);
    }
}

void put_text(struct entry_view *v, struct row *row, int column, enum attribute a)
{
    put_text_upto(v, row, column, a, ROW_TEXT_MAX);
}

void put_long(struct entry_view *v, struct row *row, int column, enum attribute a)
{
    put_text_upto(v, row, column, a, ROW_LONG_MAX);
}

void put_count(struct entry_view *v, struct row *row, int column, enum attribute a, bool readable)
{
    if (view_has(v, a)) {
        row_int(row, column, (int64_t)v->attributes[a]->count);
    } else if (readable && !v->c->unasked[a]) {
        row_int(row, column, 0);
    }
}

/* Puts a DN in its canonical form; most are canonical as they come and are borrowed. */
static bool put_plain_dn(struct entry_view *v, struct row *row, int column, const char *s, size_t n)
{
    if (dn_is_canonical(s, n)) {
        row_textn(row, column, s, n);
        return n > 0 && n <= ROW_TEXT_MAX;
    }
    char *buf = n <= ROW_TEXT_MAX ? arena_alloc(v->c->scratch, n + 1) : NULL;
    if (!buf && n <= ROW_TEXT_MAX) {
        view_nomem(v);
    }
    if (!buf || !dn_canonical(s, n, buf, n + 1)) {
        return false;
    }
    size_t size = strlen(buf);
    row_textn(row, column, buf, size);
    return size > 0 && utf8_valid(buf, size);
}

bool put_link(struct entry_view *v, struct row *row, const int columns[3], enum attribute a,
              const struct entry_value *value, struct dn_parts *parts)
{
    /* Room for "<GUID=…>;<SID=…>;" before the DN. */
    if (!view_text_of(v, a, value, ROW_TEXT_MAX + 256)) {
        return false;
    }
    if (!dn_split((const char *)value->p, value->n, parts) ||
        !put_plain_dn(v, row, columns[0], parts->dn, parts->size)) {
        view_malformed_at(v, a, "not a distinguished name that a row can hold");
        return false;
    }
    if (columns[1] >= 0 && parts->guid[0]) {
        row_text(row, columns[1], parts->guid);
    }
    if (columns[2] >= 0 && parts->sid[0]) {
        row_text(row, columns[2], parts->sid);
    }
    return true;
}

void put_dn(struct entry_view *v, struct row *row, int column, enum attribute a)
{
    const struct entry_value *value = view_value(v, a);
    struct dn_parts parts;
    if (value && !put_link(v, row, (const int[3]){ column, -1, -1 }, a, value, &parts)) {
        row_text(row, column, NULL);
    }
}

void put_own_dn(struct entry_view *v, struct row *row, int column)
{
    if (!utf8_valid(v->dn.dn, v->dn.size) || !put_plain_dn(v, row, column, v->dn.dn, v->dn.size)) {
        const char *text = safe_text(v, v->dn.dn, v->dn.size, ROW_TEXT_MAX);
        row_text(row, column, text[0] ? text : "?");
        view_malformed(v, "distinguishedName", "not a distinguished name that a row can hold");
    }
}

bool put_identity(struct entry_view *v, struct row *row, int guid_column, int dn_column, char *buf)
{
    if (!view_guid(v, A_OBJECT_GUID, buf)) {
        if (!v->dn.guid[0]) {
            if (!view_has(v, A_OBJECT_GUID)) {
                view_malformed_at(v, A_OBJECT_GUID, "the object came without its objectGUID");
            }
            v->c->lost++;
            return false;
        }
        memcpy(buf, v->dn.guid, GUID_TEXT_MAX);
    }
    row_text(row, guid_column, buf);
    if (dn_column >= 0) {
        put_own_dn(v, row, dn_column);
    }
    return true;
}

bool view_is_class(const struct entry_view *v, const char *name)
{
    size_t n = strlen(name);
    for (size_t i = 0; i < view_count(v, A_OBJECT_CLASS); i++) {
        const struct entry_value *value = &v->attributes[A_OBJECT_CLASS]->values[i];
        if (value->n == n && strncasecmp((const char *)value->p, name, n) == 0) {
            return true;
        }
    }
    return false;
}

static bool kept_copy(struct entry_view *v, struct row_value *cell)
{
    if (cell->kind == ROW_STRING) {
        cell->text = arena_strndup(v->c->kept, cell->text, cell->size);
        if (!cell->text) {
            view_nomem(v);
            return false;
        }
    }
    return true;
}

struct kept_row *row_keep(struct entry_view *v, struct kept_row **list, const struct row *row,
                          int key_column)
{
    const struct row_value *key = &row->v[key_column];
    struct kept_row *kept = *list;
    while (kept && (kept->row.v[key_column].size != key->size ||
                    memcmp(kept->row.v[key_column].text, key->text, key->size) != 0)) {
        kept = kept->next;
    }
    if (!kept) {
        kept = arena_alloc(v->c->kept, sizeof(*kept));
        if (!kept) {
            view_nomem(v);
            return NULL;
        }
        kept->next = *list;
        *list = kept;
    }
    kept->row.table = row->table;
    memcpy(kept->row.v, row->v, row_catalogue(row->table)->count * sizeof(row->v[0]));
    for (size_t i = 0; i < row_catalogue(row->table)->count; i++) {
        if (!kept_copy(v, &kept->row.v[i])) {
            kept->row.v[i].kind = ROW_NULL;
            return NULL;
        }
    }
    return kept;
}
