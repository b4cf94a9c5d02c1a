/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/ldap/reader.h"

#include <string.h>
#include <strings.h>

#include "audit/base/utf.h"

void reader_init(struct reader *r, struct arena *arena)
{
    *r = (struct reader){ .arena = arena };
}

/* Room for one more attribute. Arrays grow by doubling and are kept from entry to entry. */
static bool grow_attributes(struct reader *r)
{
    if (r->attribute_count < r->attribute_room) {
        return true;
    }
    size_t room = r->attribute_room ? r->attribute_room * 2 : 128;
    struct entry_attribute *attributes = arena_array(r->arena, room, sizeof(*attributes));
    struct range *ranges = arena_array(r->arena, room, sizeof(*ranges));
    size_t *first = arena_array(r->arena, room, sizeof(*first));
    if (!attributes || !ranges || !first) {
        return false;
    }
    if (r->attribute_count > 0) {
        memcpy(attributes, r->attributes, r->attribute_count * sizeof(*attributes));
        memcpy(ranges, r->ranges, r->attribute_count * sizeof(*ranges));
        memcpy(first, r->first, r->attribute_count * sizeof(*first));
    }
    r->attributes = attributes;
    r->ranges = ranges;
    r->first = first;
    r->attribute_room = room;
    return true;
}

static bool grow_values(struct reader *r)
{
    if (r->value_count < r->value_room) {
        return true;
    }
    size_t room = r->value_room ? r->value_room * 2 : 1024;
    struct entry_value *values = arena_array(r->arena, room, sizeof(*values));
    if (!values) {
        return false;
    }
    if (r->value_count > 0) {
        memcpy(values, r->values, r->value_count * sizeof(*values));
    }
    r->values = values;
    r->value_room = room;
    return true;
}

static enum rc malformed(struct err *err)
{
    return err_setf(err, RC_MALFORMED, "the server sent an entry that is not LDAP");
}

/* Reads the description of the next attribute; *ret_more is false at the end of the entry. */
static enum rc next_attribute(BerElement *ber, struct berval *name, bool *ret_more, struct err *err)
{
    ber_len_t left = 0;
    *ret_more = false;
    if (ber_get_option(ber, LBER_OPT_BER_REMAINING_BYTES, &left) != LBER_OPT_SUCCESS || left == 0) {
        return RC_OK;
    }
    if (ber_scanf(ber, "{m", name) == LBER_ERROR || !name->bv_val) {
        return malformed(err);
    }
    *ret_more = true;
    return RC_OK;
}

/* Appends the values of the set that ber stands at; *ret_full is set when there were too many. */
static enum rc read_values(struct reader *r, BerElement *ber, bool *ret_full, struct err *err)
{
    char *end = NULL;
    ber_len_t size = 0;
    struct berval value = { 0 };
    ber_tag_t tag = ber_first_element(ber, &size, &end);
    for (; tag != LBER_DEFAULT; tag = ber_next_element(ber, &size, end)) {
        if (ber_get_stringbv(ber, &value, LBER_BV_NOTERM) == LBER_ERROR) {
            return malformed(err);
        }
        if (r->value_count >= READER_MAX_VALUES) {
            *ret_full = true;
        } else if (!grow_values(r)) {
            return err_setf(err, RC_LIMIT, "an entry has more values than this process may hold");
        } else {
            r->values[r->value_count++] =
                (struct entry_value){ (const uint8_t *)value.bv_val, value.bv_len };
        }
    }
    return RC_OK;
}

/* Values are addressed once their array no longer moves. */
static void settle(struct reader *r)
{
    for (size_t i = 0; i < r->attribute_count; i++) {
        r->attributes[i].values = r->values + r->first[i];
    }
    r->entry.attributes = r->attributes;
    r->entry.count = r->attribute_count;
}

enum rc reader_read(struct reader *r, BerElement *ber, const struct berval *dn, struct err *err)
{
    struct berval name = { 0 };
    bool more = false;
    r->attribute_count = 0;
    r->value_count = 0;
    r->entry.dn = dn->bv_val ? dn->bv_val : "";
    for (;;) {
        bool full = false;
        TRY(next_attribute(ber, &name, &more, err));
        if (!more) {
            break;
        }
        if (!grow_attributes(r)) {
            return err_setf(err, RC_LIMIT,
                            "an entry has more attributes than this process may hold");
        }
        size_t i = r->attribute_count, before = r->value_count;
        TRY(read_values(r, ber, &full, err));
        if (r->value_count == before) {
            continue; /* Active Directory sends "member" without values beside "member;range=…" */
        }
        r->ranges[i] = range_parse(name.bv_val, name.bv_len);
        name.bv_val[r->ranges[i].name_size] = '\0';
        r->first[i] = before;
        r->attributes[i] = (struct entry_attribute){ .name = name.bv_val,
                                                     .count = r->value_count - before,
                                                     .incomplete = full };
        r->attribute_count++;
    }
    settle(r);
    return RC_OK;
}

/* Moves an attribute's values to the end of the array, so that more can follow them. */
static bool move_to_end(struct reader *r, size_t index)
{
    size_t first = r->first[index], count = r->attributes[index].count;
    if (first + count == r->value_count) {
        return true;
    }
    size_t begin = r->value_count;
    for (size_t i = 0; i < count; i++) {
        if (!grow_values(r)) {
            return false;
        }
        r->values[r->value_count] = r->values[first + i];
        r->value_count++;
    }
    r->first[index] = begin;
    return true;
}

enum rc reader_append(struct reader *r, size_t index, BerElement *ber, struct range *ret_range,
                      struct err *err)
{
    struct berval name = { 0 };
    bool more = false, full = false;
    *ret_range = (struct range){ .kind = RANGE_NONE };
    if (!move_to_end(r, index)) {
        return err_setf(err, RC_LIMIT, "an entry has more values than this process may hold");
    }
    for (;;) {
        TRY(next_attribute(ber, &name, &more, err));
        if (!more) {
            break;
        }
        struct range range = range_parse(name.bv_val, name.bv_len);
        const char *wanted = r->attributes[index].name;
        size_t before = r->value_count;
        TRY(read_values(r, ber, &full, err));
        if (range.kind == RANGE_NONE || ret_range->kind != RANGE_NONE ||
            strlen(wanted) != range.name_size ||
            strncasecmp(wanted, name.bv_val, range.name_size) != 0) {
            r->value_count = before;
            continue;
        }
        *ret_range = range;
        r->attributes[index].count += r->value_count - before;
        r->attributes[index].incomplete = r->attributes[index].incomplete || full;
    }
    settle(r);
    return RC_OK;
}

const struct entry_attribute *entry_find(const struct entry *e, const char *name)
{
    for (size_t i = 0; i < e->count; i++) {
        if (strcasecmp(e->attributes[i].name, name) == 0) {
            return &e->attributes[i];
        }
    }
    return NULL;
}

const char *entry_text(const struct entry *e, const char *name, struct arena *a)
{
    const struct entry_attribute *attribute = entry_find(e, name);
    if (!attribute || attribute->count == 0 ||
        !utf8_valid((const char *)attribute->values[0].p, attribute->values[0].n)) {
        return NULL;
    }
    return arena_strndup(a, (const char *)attribute->values[0].p, attribute->values[0].n);
}

const char *dn_plain(const char *dn)
{
    while (*dn == '<') {
        const char *end = strstr(dn, ">;");
        if (!end) {
            break;
        }
        dn = end + 2;
    }
    return dn;
}
