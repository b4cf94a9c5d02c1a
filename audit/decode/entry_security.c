/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Security descriptors of objects, and those that are values of an attribute, to rows. */
#include <string.h>
#include <strings.h>

#include "audit/decode/entry_view.h"
#include "audit/decode/rights.h"
#include "audit/decode/sddl.h"

#define UAC_SERVER_TRUST    0x2000    /* domain controller */
#define UAC_PARTIAL_SECRETS 0x4000000 /* read-only domain controller */
#define DESCRIPTOR_MAX      ((size_t)1024 * 1024)
#define EVERYONE            "S-1-1-0"

/* Reads the bytes, or the text that ldbsearch writes. */
static enum rc descriptor_of_value(struct entry_view *v, const struct entry_value *value,
                                   struct descriptor *ret, struct err *why)
{
    if (!sddl_looks_like(value->p, value->n)) {
        return descriptor_read(value->p, value->n, ret, why);
    }
    struct wr bytes;
    wr_init(&bytes, DESCRIPTOR_MAX);
    const char *domain = v->c->domain_sid[0] ? v->c->domain_sid : NULL;
    enum rc rc = sddl_read((const char *)value->p, value->n, domain, &bytes, why);
    if (rc == RC_OK) {
        /* The descriptor borrows its bytes: they must live as long as the entry. */
        char *copy = arena_strndup(v->c->scratch, (const char *)bytes.data, bytes.size);
        rc = copy ? descriptor_read(copy, bytes.size, ret, why)
                  : err_setf(why, RC_NOMEM,
                             "a security descriptor needs more memory than its quota");
    }
    wr_done(&bytes);
    return rc;
}

static void put_right(struct entry_view *v, const char *guid, const char *trustee,
                      const struct right *r)
{
    struct row row;
    row_begin(&row, ROW_TABLE_RIGHT);
    row_text(&row, RIGHT_OBJECT, guid);
    row_text(&row, RIGHT_TRUSTEE, trustee);
    row_text(&row, RIGHT_RIGHT, r->right);
    row_bool(&row, RIGHT_INHERITED, r->inherited);
    row_text(&row, RIGHT_SCOPE, r->scope);
    row_bool(&row, RIGHT_INHERIT_ONLY, r->inherit_only);
    view_put(v, &row);
}

static void put_rights(struct entry_view *v, const char *guid, const struct rights *rights)
{
    char sid[SID_TEXT_MAX];
    for (size_t i = 0; i < rights->count; i++) {
        struct rd r = rd_from(rights->rows[i].sid, rights->rows[i].sid_size);
        (void)rd_sid(&r, sid);
        put_right(v, guid, sid, &rights->rows[i]);
    }
}

static void put_whole_right(struct entry_view *v, const char *guid, const char *trustee,
                            const char *word)
{
    put_right(v, guid, trustee, &(struct right){ .right = word, .scope = RIGHTS_NO_SCOPE });
}

static void note_skipped(struct entry_view *v, enum attribute a, const struct rights *rights)
{
    if (rights->skipped > 0) {
        view_malformed_at(v, a,
                          "conditional or unknown access control entries were left out: what "
                          "they grant is not known");
    }
}

/* Who a descriptor in an attribute lets do something. */
static void put_attribute_rights(struct entry_view *v, const char *guid, enum attribute a,
                                 uint32_t mask, const char *word)
{
    const struct entry_value *value = view_value(v, a);
    struct descriptor d;
    struct rights rights;
    struct err why;
    if (!value) {
        return;
    }
    if (descriptor_of_value(v, value, &d, &why) != RC_OK) {
        view_malformed_at(v, a, why.msg);
        return;
    }
    if (!d.has_dacl) {
        put_whole_right(v, guid, EVERYONE, word);
        return;
    }
    if (rights_read_mask(&d, mask, word, v->c->scratch, &rights, &why) != RC_OK) {
        view_malformed_at(v, a, why.msg);
        return;
    }
    put_rights(v, guid, &rights);
    note_skipped(v, a, &rights);
}

void entry_account_rights(struct entry_view *v, const char *guid)
{
    /* [MS-SFU] 3.2.5.2.3: the KDC asks for control access; [MS-ADTS] 3.1.1.4.5.39: the password is read as a property. */
    put_attribute_rights(v, guid, A_ACT_ON_BEHALF, ACCESS_CONTROL, "act_on_behalf");
    put_attribute_rights(v, guid, A_GMSA_MEMBERSHIP, ACCESS_READ_PROPERTY, "read_gmsa");
}

static bool dn_starts(const struct entry_view *v, const char *with)
{
    size_t n = strlen(with);
    return v->dn.size > n && strncasecmp(v->dn.dn, with, n) == 0;
}

static bool dn_contains(const struct entry_view *v, const char *part)
{
    size_t n = strlen(part);
    for (size_t i = 0; i + n <= v->dn.size; i++) {
        if (strncasecmp(v->dn.dn + i, part, n) == 0) {
            return true;
        }
    }
    return false;
}

static const char *descriptor_class(struct entry_view *v)
{
    static const struct {
        const char *class;
        const char *word;
    } classes[] = {
        { "domainDNS", "domain" },
        { "msDS-GroupManagedServiceAccount", "gmsa" },
        { "msDS-DelegatedManagedServiceAccount", "gmsa" },
        { "user", "account" },
        { "inetOrgPerson", "account" },
        { "group", "group" },
        { "organizationalUnit", "ou" },
        { "groupPolicyContainer", "gpo" },
        { "pKICertificateTemplate", "template" },
        { "pKIEnrollmentService", "enrollment_service" },
        { "certificationAuthority", "pki_container" },
    };

    int64_t uac = 0;
    for (size_t i = 0; i < ARRAY_LEN(classes); i++) {
        if (!view_is_class(v, classes[i].class)) {
            continue;
        }
        bool is_dc = strcmp(classes[i].word, "account") == 0 && view_int(v, A_UAC, &uac) &&
                     (uac & (UAC_SERVER_TRUST | UAC_PARTIAL_SECRETS)) != 0;
        return is_dc ? "dc" : classes[i].word;
    }
    if (dn_starts(v, "CN=AdminSDHolder,CN=System,")) {
        return "adminsdholder";
    }
    return dn_starts(v, "CN=Public Key Services,CN=Services,") ||
                   dn_contains(v, ",CN=Public Key Services,CN=Services,")
               ? "pki_container"
               : "other";
}

/* Schema GUID of the object's most derived class, which directories send last. */
static const char *own_class(const struct entry_view *v)
{
    size_t n = view_count(v, A_OBJECT_CLASS);
    if (n == 0) {
        return NULL;
    }
    const struct entry_value *last = &v->attributes[A_OBJECT_CLASS]->values[n - 1];
    return rights_class_guid((const char *)last->p, last->n);
}

/* Fills dacl, owner and counts, and puts the rights. */
static const char *put_descriptor(struct entry_view *v, struct row *row, const char *guid,
                                  const struct descriptor *d)
{
    struct rights rights;
    struct err why;
    row_text(row, DESCRIPTOR_OWNER, d->owner[0] ? d->owner : NULL);
    if (d->owner[0]) {
        put_whole_right(v, guid, d->owner, "owner");
    }
    row_bool(row, DESCRIPTOR_PROTECTED, (d->control & DESCRIPTOR_DACL_PROTECTED) != 0);
    if (!d->has_dacl) {
        put_whole_right(v, guid, EVERYONE, "generic_all");
        return "absent";
    }
    enum rc rc =
        rights_read(d, v->c->rights_attributes, own_class(v), v->c->scratch, &rights, &why);
    if (rc != RC_OK) {
        view_malformed_at(v, A_DESCRIPTOR, why.msg);
        return "malformed";
    }
    row_int(row, DESCRIPTOR_ENTRIES, rights.entries);
    put_rights(v, guid, &rights);
    note_skipped(v, A_DESCRIPTOR, &rights);
    return "present";
}

void entry_security(struct entry_view *v)
{
    struct row row;
    struct descriptor d;
    struct err why;
    char guid[GUID_TEXT_MAX];
    const struct entry_value *value = view_value(v, A_DESCRIPTOR);
    row_begin(&row, ROW_TABLE_DESCRIPTOR);
    if (!put_identity(v, &row, DESCRIPTOR_OBJECT, DESCRIPTOR_DN, guid)) {
        return;
    }
    row_text(&row, DESCRIPTOR_CLASS, descriptor_class(v));
    put_text(v, &row, DESCRIPTOR_NAME, view_has(v, A_DISPLAY_NAME) ? A_DISPLAY_NAME : A_NAME);
    const char *dacl = "unreadable";
    if (value && descriptor_of_value(v, value, &d, &why) == RC_OK) {
        dacl = put_descriptor(v, &row, guid, &d);
    } else if (value) {
        view_malformed_at(v, A_DESCRIPTOR, why.msg);
        dacl = "malformed";
    }
    row_text(&row, DESCRIPTOR_DACL, dacl);
    view_put(v, &row);
}
