/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/secdesc.h"

#include <string.h>

/* Types of entries ([MS-DTYP] 2.4.4.1). */
enum {
    TYPE_ALLOWED = 0x00,
    TYPE_DENIED = 0x01,
    TYPE_ALLOWED_OBJECT = 0x05,
    TYPE_DENIED_OBJECT = 0x06
};

enum {
    OBJECT_TYPE_PRESENT = 0x1,
    INHERITED_TYPE_PRESENT = 0x2
};

#define HEAD_SIZE     20
#define ACL_HEAD_SIZE 8
#define ACE_HEAD_SIZE 4

static enum rc read_sid_at(const struct rd *r, uint32_t offset, const char *whose, char *buf,
                           struct err *err)
{
    buf[0] = '\0';
    if (offset == 0) {
        return RC_OK;
    }
    size_t whole = (size_t)(r->end - r->beg);
    struct rd sid = offset < whole ? rd_at(r, offset, whole - offset) : rd_at(r, whole, 1);
    if (offset < HEAD_SIZE || !rd_sid(&sid, buf) || !sid_text_valid(buf)) {
        buf[0] = '\0';
        return err_setf(err, RC_MALFORMED,
                        "security descriptor: the SID of its %s at offset %u is broken", whose,
                        offset);
    }
    return RC_OK;
}

static enum rc read_acl_at(const struct rd *r, uint32_t offset, struct acl *ret, struct err *err)
{
    size_t whole = (size_t)(r->end - r->beg);
    struct rd head = offset < whole ? rd_at(r, offset, whole - offset) : rd_at(r, whole, 1);
    uint8_t revision = rd_u8(&head);
    rd_skip(&head, 1);
    uint16_t size = rd_u16le(&head);
    uint16_t count = rd_u16le(&head);
    rd_skip(&head, 2);
    if (head.bad || offset < HEAD_SIZE || size < ACL_HEAD_SIZE) {
        return err_setf(err, RC_MALFORMED,
                        "security descriptor: no access control list at offset %u", offset);
    }
    if (revision < 2 || revision > 4) {
        return err_setf(err, RC_MALFORMED, "access control list has revision %u", revision);
    }
    ret->entries = rd_sub(&head, size - ACL_HEAD_SIZE);
    ret->count = count;
    if (ret->entries.bad) {
        return err_setf(err, RC_MALFORMED, "access control list of %u bytes does not fit", size);
    }
    return RC_OK;
}

enum rc descriptor_read(const void *data, size_t n, struct descriptor *ret, struct err *err)
{
    struct rd r = rd_from(data, n);
    struct descriptor d;
    memset(&d, 0, sizeof(d));
    uint8_t revision = rd_u8(&r);
    rd_skip(&r, 1);
    d.control = rd_u16le(&r);
    uint32_t owner = rd_u32le(&r);
    uint32_t group = rd_u32le(&r);
    uint32_t sacl = rd_u32le(&r);
    uint32_t dacl = rd_u32le(&r);
    if (r.bad || revision != 1 || (d.control & DESCRIPTOR_SELF_RELATIVE) == 0) {
        return err_setf(err, RC_MALFORMED, "not a self-relative security descriptor of revision 1");
    }
    TRY(read_sid_at(&r, owner, "owner", d.owner, err));
    TRY(read_sid_at(&r, group, "group", d.group, err));
    if ((d.control & DESCRIPTOR_SACL_PRESENT) != 0 && sacl != 0) {
        TRY(read_acl_at(&r, sacl, &d.sacl, err));
        d.has_sacl = true;
    }
    if ((d.control & DESCRIPTOR_DACL_PRESENT) != 0 && dacl != 0) {
        TRY(read_acl_at(&r, dacl, &d.dacl, err));
        d.has_dacl = true;
    }
    *ret = d;
    return RC_OK;
}

struct ace_cursor ace_first(const struct acl *acl)
{
    return (struct ace_cursor){ .r = acl->entries, .left = acl->count };
}

static void read_types(struct rd *r, struct ace *ace)
{
    uint32_t flags = rd_u32le(r);
    if ((flags & OBJECT_TYPE_PRESENT) != 0) {
        const uint8_t *p = rd_bytes(r, 16);
        if (p) {
            memcpy(ace->object_type, p, 16);
            ace->has_type = true;
        }
    }
    if ((flags & INHERITED_TYPE_PRESENT) != 0) {
        const uint8_t *p = rd_bytes(r, 16);
        if (p) {
            memcpy(ace->inherited_type, p, 16);
            ace->has_inherited = true;
        }
    }
}

/* The SID at r: its bytes, checked as rd_sid would. */
static bool read_trustee(struct rd *r, struct ace *ace)
{
    const uint8_t *p = r->p;
    if (rd_left(r) < 8 || p[0] != 1 || p[1] < 1 || p[1] > 15) {
        return false;
    }
    ace->sid_size = 8 + (size_t)p[1] * 4;
    ace->sid = rd_bytes(r, ace->sid_size);
    return ace->sid != NULL;
}

enum rc ace_next(struct ace_cursor *c, struct ace *ret, struct err *err)
{
    if (c->left == 0) {
        return RC_ABSENT;
    }
    struct ace ace;
    memset(&ace, 0, sizeof(ace));
    ace.type = rd_u8(&c->r);
    ace.flags = rd_u8(&c->r);
    uint16_t size = rd_u16le(&c->r);
    struct rd body = rd_sub(&c->r, size < ACE_HEAD_SIZE ? SIZE_MAX : (size_t)size - ACE_HEAD_SIZE);
    if (body.bad) {
        return err_setf(err, RC_MALFORMED, "access control entry of %u bytes does not fit its list",
                        size);
    }
    bool has_types = ace.type == TYPE_ALLOWED_OBJECT || ace.type == TYPE_DENIED_OBJECT;
    bool is_allow = ace.type == TYPE_ALLOWED || ace.type == TYPE_ALLOWED_OBJECT;
    bool is_deny = ace.type == TYPE_DENIED || ace.type == TYPE_DENIED_OBJECT;
    ace.kind = is_allow ? ACE_ALLOW : is_deny ? ACE_DENY : ACE_SKIPPED;
    c->left--;
    if (ace.kind == ACE_SKIPPED) {
        c->skipped++;
        *ret = ace;
        return RC_OK;
    }
    ace.mask = rd_u32le(&body);
    if (has_types) {
        read_types(&body, &ace);
    }
    if (body.bad || !read_trustee(&body, &ace)) {
        return err_setf(err, RC_MALFORMED,
                        "access control entry of type %u is shorter than its fields", ace.type);
    }
    *ret = ace;
    return RC_OK;
}

uint32_t ace_mask_map(uint32_t mask)
{
    uint32_t m = mask & ACCESS_FULL;
    if ((mask & ACCESS_GENERIC_ALL) != 0) {
        m |= ACCESS_FULL;
    }
    if ((mask & ACCESS_GENERIC_READ) != 0) {
        m |= ACCESS_READ_CONTROL | ACCESS_LIST | ACCESS_READ_PROPERTY | ACCESS_LIST_OBJECT;
    }
    if ((mask & ACCESS_GENERIC_WRITE) != 0) {
        m |= ACCESS_READ_CONTROL | ACCESS_SELF | ACCESS_WRITE_PROPERTY;
    }
    if ((mask & ACCESS_GENERIC_EXECUTE) != 0) {
        m |= ACCESS_READ_CONTROL | ACCESS_LIST;
    }
    return m;
}

void ace_trustee(const struct ace *ace, char *buf)
{
    struct rd r = rd_from(ace->sid, ace->sid ? ace->sid_size : 0);
    (void)rd_sid(&r, buf);
}
