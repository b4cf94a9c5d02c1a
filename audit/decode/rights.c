/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/rights.h"

#include <string.h>
#include <strings.h>

struct guid_right {
    const char *guid;
    uint32_t access;
    const char *right;
};

/* clang-format off */
/* Object types of entries. Sources: controlAccessRight objects ([MS-ADTS] 5.1.3.2.1, 6.1.1.2.7.1), schemaIDGUID and
 * attributeSecurityGUID of the base schema ([MS-ADA1] to [MS-ADA3]). A property set stands for its attributes. */
static const struct guid_right guid_rights[] = {
    { "1131f6aa-9c07-11d1-f79f-00c04fc2dcd2", ACCESS_CONTROL, "replicate_changes" },
    { "1131f6ad-9c07-11d1-f79f-00c04fc2dcd2", ACCESS_CONTROL, "replicate_all" },
    { "89e95b76-444d-4c62-991a-0facbeda640c", ACCESS_CONTROL, "replicate_filtered" },
    { "00299570-246d-11d0-a768-00aa006e0529", ACCESS_CONTROL, "reset_password" },
    { "0e10c968-78fb-11d2-90d4-00c04f79dc55", ACCESS_CONTROL, "enroll" },
    { "a05b8cc2-17bc-4802-a710-e7c15ab866a2", ACCESS_CONTROL, "autoenroll" },
    { "f3531ec6-6330-4f8e-8d39-7a671fbac605", ACCESS_CONTROL, "read_laps" },

    { "bf9679c0-0de6-11d0-a285-00aa003049e2", ACCESS_SELF, "add_member" },
    { "f3a64788-5306-11d1-a9c5-0000f80367c1", ACCESS_SELF, "write_spn" },
    { "9b026da6-0d3c-465c-8bee-5199d7165cba", ACCESS_SELF, "write_key_credential" },

    { "bf9679c0-0de6-11d0-a285-00aa003049e2", ACCESS_WRITE_PROPERTY, "add_member" },           /* member */
    { "bc0ac240-79a9-11d0-9020-00c04fc2d4cf", ACCESS_WRITE_PROPERTY, "add_member" },           /* Membership */
    { "5b47d60f-6090-40b2-9f37-2a4de88f3063", ACCESS_WRITE_PROPERTY, "write_key_credential" }, /* msDS-KeyCredentialLink */
    { "9b026da6-0d3c-465c-8bee-5199d7165cba", ACCESS_WRITE_PROPERTY, "write_key_credential" }, /* its property set */
    { "3f78c3e5-f79a-46bd-a0b8-9d18116ddc79", ACCESS_WRITE_PROPERTY, "write_delegation" },     /* …ToActOnBehalfOf… */
    { "800d94d7-b7a1-42a1-b14d-7cae1423d07f", ACCESS_WRITE_PROPERTY, "write_delegation" },     /* …AllowedToDelegateTo */
    { "4c164200-20c0-11d0-a768-00aa006e0529", ACCESS_WRITE_PROPERTY, "write_delegation" },     /* User-Account-Restrictions */
    { "4c164200-20c0-11d0-a768-00aa006e0529", ACCESS_WRITE_PROPERTY, "write_uac" },
    { "bf967a68-0de6-11d0-a285-00aa003049e2", ACCESS_WRITE_PROPERTY, "write_uac" },            /* userAccountControl */
    { "f3a64788-5306-11d1-a9c5-0000f80367c1", ACCESS_WRITE_PROPERTY, "write_spn" },            /* servicePrincipalName */
    { "e48d0154-bcf8-11d1-8702-00c04fb96050", ACCESS_WRITE_PROPERTY, "write_spn" },            /* Public-Information */
    { "e48d0154-bcf8-11d1-8702-00c04fb96050", ACCESS_WRITE_PROPERTY, "write_mapping" },
    { "e48d0154-bcf8-11d1-8702-00c04fb96050", ACCESS_WRITE_PROPERTY, "write_delegation" },
    { "00fbf30c-91fe-11d1-aebc-0000f80367c1", ACCESS_WRITE_PROPERTY, "write_mapping" },        /* altSecurityIdentities */
    { "f30e3bbe-9ff0-11d1-b603-0000f80367c1", ACCESS_WRITE_PROPERTY, "write_gplink" },         /* gPLink */
    { "f30e3bbf-9ff0-11d1-b603-0000f80367c1", ACCESS_WRITE_PROPERTY, "write_property" },       /* gPOptions */
    { "f30e3bc1-9ff0-11d1-b603-0000f80367c1", ACCESS_WRITE_PROPERTY, "write_property" },       /* gPCFileSysPath */
    { "bf967a76-0de6-11d0-a285-00aa003049e2", ACCESS_WRITE_PROPERTY, "write_property" },       /* versionNumber */
    { "32ff8ecc-783f-11d2-9916-0000f87a57d4", ACCESS_WRITE_PROPERTY, "write_property" },       /* gPCMachineExtensionNames */
    { "42a75fc6-783f-11d2-9916-0000f87a57d4", ACCESS_WRITE_PROPERTY, "write_property" },       /* gPCUserExtensionNames */
    { "bf9679a8-0de6-11d0-a285-00aa003049e2", ACCESS_WRITE_PROPERTY, "write_property" },       /* scriptPath */
    { "5f202010-79a5-11d0-9020-00c04fc2d4cf", ACCESS_WRITE_PROPERTY, "write_property" },       /* User-Logon */
    { "59ba2f42-79a2-11d0-9020-00c04fc2d3cf", ACCESS_WRITE_PROPERTY, "write_property" },       /* General-Information */
    { "77b5b886-944a-11d1-aebd-0000f80367c1", ACCESS_WRITE_PROPERTY, "write_property" },       /* Personal-Information */
    { "bf967a00-0de6-11d0-a285-00aa003049e2", ACCESS_WRITE_PROPERTY, "write_property" },       /* primaryGroupID */
    { "17eb4278-d167-11d0-b002-0000f80367c1", ACCESS_WRITE_PROPERTY, "write_property" },       /* sIDHistory */
    { "72e39547-7b18-11d1-adef-00c04fd8d5cd", ACCESS_WRITE_PROPERTY, "write_property" },       /* dNSHostName */
    { "20119867-1d04-4ab7-9371-cfc3d5df0afd", ACCESS_WRITE_PROPERTY, "write_property" },       /* …SupportedEncryptionTypes */
    { "888eedd6-ce04-df40-b462-b8a50e41ba38", ACCESS_WRITE_PROPERTY, "write_property" },       /* msDS-GroupMSAMembership */
    { "ea1dddc4-60ff-416e-8cc0-17cee534bce7", ACCESS_WRITE_PROPERTY, "write_property" },       /* …-Certificate-Name-Flag */
    { "d15ef7d8-f226-46db-ae79-b34e560bd12c", ACCESS_WRITE_PROPERTY, "write_property" },       /* msPKI-Enrollment-Flag */
    { "fe17e04b-937d-4f7e-8e0e-9292c8d5683e", ACCESS_WRITE_PROPERTY, "write_property" },       /* msPKI-RA-Signature */
    { "dbd90548-aa37-4202-9966-8c537ba5ce32", ACCESS_WRITE_PROPERTY, "write_property" },       /* …-Application-Policy */
    { "18976af6-3b9e-11d2-90cc-00c04fd91ab1", ACCESS_WRITE_PROPERTY, "write_property" },       /* pKIExtendedKeyUsage */
    { "f9c9a57c-3941-438d-bebf-0edaf2aca187", ACCESS_WRITE_PROPERTY, "write_property" },       /* msDS-OIDToGroupLink */
    { "2a39c5b1-8960-11d1-aebc-0000f80367c1", ACCESS_WRITE_PROPERTY, "write_property" },       /* certificateTemplates */
};

static const struct {
    const char *name;
    const char *guid;
} class_guids[] = {
    { "domainDNS", "19195a5b-6da0-11d0-afd3-00c04fd930c9" },
    { "user", "bf967aba-0de6-11d0-a285-00aa003049e2" },
    { "inetOrgPerson", "4828cc14-1437-45bc-9b07-ad6f015e5f28" },
    { "computer", "bf967a86-0de6-11d0-a285-00aa003049e2" },
    { "group", "bf967a9c-0de6-11d0-a285-00aa003049e2" },
    { "organizationalUnit", "bf967aa5-0de6-11d0-a285-00aa003049e2" },
    { "container", "bf967a8b-0de6-11d0-a285-00aa003049e2" },
    { "groupPolicyContainer", "f30e3bc2-9ff0-11d1-b603-0000f80367c1" },
    { "msDS-ManagedServiceAccount", "ce206244-5827-4a86-ba1c-1c0c386c1b64" },
    { "msDS-GroupManagedServiceAccount", "7b8b558a-93a5-4af7-adca-c017e67f1057" },
    { "pKICertificateTemplate", "e5209ca2-3bba-11d2-90cc-00c04fd91ab1" },
    { "pKIEnrollmentService", "ee4aa692-3bba-11d2-90cc-00c04fd91ab1" },
};

/* clang-format on */

const char *rights_class_guid(const char *name, size_t n)
{
    for (size_t i = 0; i < ARRAY_LEN(class_guids); i++) {
        if (strlen(class_guids[i].name) == n && strncasecmp(class_guids[i].name, name, n) == 0) {
            return class_guids[i].guid;
        }
    }
    return NULL;
}

static uint32_t hash_of(const struct right *r)
{
    uint32_t h = 2166136261U;
    for (size_t i = 0; i < r->sid_size; i++) {
        h = (h ^ r->sid[i]) * 16777619U;
    }
    for (const char *p = r->right; *p; p++) {
        h = (h ^ (uint8_t)*p) * 16777619U;
    }
    for (const char *p = r->scope; *p; p++) {
        h = (h ^ (uint8_t)*p) * 16777619U;
    }
    h = (h ^ (uint32_t)r->inherited) * 16777619U;
    return h ^ h >> 15;
}

static bool same_right(const struct right *a, const struct right *b)
{
    return a->inherited == b->inherited && a->sid_size == b->sid_size &&
           memcmp(a->sid, b->sid, a->sid_size) == 0 && strcmp(a->right, b->right) == 0 &&
           strcmp(a->scope, b->scope) == 0;
}

/* Doubles the table; slots hold row number + 1. */
static bool grow(struct rights *all, struct arena *a)
{
    size_t room = all->room ? all->room * 2 : 64;
    struct right *rows = arena_array(a, room, sizeof(*rows));
    uint32_t *slots = arena_array(a, room * 2, sizeof(*slots));
    if (!rows || !slots) {
        return false;
    }
    if (all->count > 0) {
        memcpy(rows, all->rows, all->count * sizeof(*rows));
    }
    all->rows = rows;
    all->room = room;
    all->slots = slots;
    all->slot_count = room * 2;
    for (size_t i = 0; i < all->count; i++) {
        size_t s = hash_of(&rows[i]) & (all->slot_count - 1);
        while (slots[s]) {
            s = (s + 1) & (all->slot_count - 1);
        }
        slots[s] = (uint32_t)i + 1;
    }
    return true;
}

/* Adds a right, or makes the one that is there effective when this one is. */
static bool add(struct rights *all, struct arena *a, const struct right *r)
{
    if (all->count == all->room && !grow(all, a)) {
        return false;
    }
    size_t s = hash_of(r) & (all->slot_count - 1);
    for (; all->slots[s]; s = (s + 1) & (all->slot_count - 1)) {
        struct right *known = &all->rows[all->slots[s] - 1];
        if (same_right(known, r)) {
            known->inherit_only = known->inherit_only && r->inherit_only;
            return true;
        }
    }
    all->slots[s] = (uint32_t)all->count + 1;
    all->rows[all->count++] = *r;
    return true;
}

struct reading {
    const struct rights_attribute *learnt;
    const char *own_class;
    struct arena *arena;
    struct rights *all;
    struct ace *denials; /* those before the current entry */
    size_t denial_count;
};

static bool same_type(bool has_a, const uint8_t *a, bool has_b, const uint8_t *b)
{
    return has_a == has_b && (!has_a || memcmp(a, b, 16) == 0);
}

/* The bits of a grant that no earlier denial took, on the object itself or (below) on those that inherit. */
static uint32_t granted(const struct reading *x, const struct ace *ace, bool below)
{
    uint8_t plane = below ? ACE_CONTAINER_INHERIT : ACE_INHERIT_ONLY;
    if (((ace->flags & plane) != 0) != below) {
        return 0;
    }
    uint32_t mask = ace_mask_map(ace->mask);
    for (size_t i = 0; i < x->denial_count; i++) {
        const struct ace *d = &x->denials[i];
        if (((d->flags & plane) != 0) != below || d->sid_size != ace->sid_size ||
            memcmp(d->sid, ace->sid, d->sid_size) != 0) {
            continue;
        }
        bool covers_type =
            !d->has_type || same_type(true, d->object_type, ace->has_type, ace->object_type);
        bool covers_class =
            !below || !d->has_inherited ||
            same_type(true, d->inherited_type, ace->has_inherited, ace->inherited_type);
        if (covers_type && covers_class) {
            mask &= ~ace_mask_map(d->mask);
        }
    }
    return mask;
}

static bool emit(const struct reading *x, const struct ace *ace, bool below, const char *word)
{
    struct right r = { .right = word,
                       .sid = ace->sid,
                       .sid_size = ace->sid_size,
                       .inherited = (ace->flags & ACE_INHERITED) != 0,
                       .inherit_only = below };
    memcpy(r.scope, RIGHTS_NO_SCOPE, GUID_TEXT_MAX);
    if (below && ace->has_inherited) {
        struct rd guid = rd_from(ace->inherited_type, 16);
        (void)rd_guid(&guid, r.scope);
    }
    return add(x->all, x->arena, &r);
}

/* An entry for the object as a whole. */
static bool emit_whole(const struct reading *x, const struct ace *ace, bool below, uint32_t mask)
{
    if ((mask & ACCESS_FULL) == ACCESS_FULL) {
        return emit(x, ace, below, "generic_all");
    }
    const uint32_t generic_write = ACCESS_WRITE_PROPERTY | ACCESS_SELF;
    bool writes = (mask & ACCESS_WRITE_PROPERTY) != 0;
    bool is_generic = (mask & generic_write) == generic_write;
    bool only_self = (mask & generic_write) == ACCESS_SELF;

    const struct {
        bool has;
        const char *word;
    } words[] = {
        { (mask & ACCESS_WRITE_DACL) != 0, "write_dacl" },
        { (mask & ACCESS_WRITE_OWNER) != 0, "write_owner" },
        { is_generic, "generic_write" },
        { writes && !is_generic, "write_all_properties" },
        { (mask & ACCESS_CONTROL) != 0, "all_extended_rights" },
        { (mask & ACCESS_CREATE_CHILD) != 0, "create_child" },
        /* Every validated write, without the properties themselves. */
        { only_self, "add_member" },
        { only_self, "write_spn" },
        { only_self, "write_key_credential" },
    };

    bool ok = true;
    for (size_t i = 0; ok && i < ARRAY_LEN(words); i++) {
        ok = !words[i].has || emit(x, ace, below, words[i].word);
    }
    return ok;
}

/* An entry for one attribute, property set, extended right, or class of children. */
static bool emit_typed(const struct reading *x, const struct ace *ace, bool below, uint32_t mask)
{
    char guid[GUID_TEXT_MAX];
    struct rd r = rd_from(ace->object_type, 16);
    (void)rd_guid(&r, guid);
    if (x->own_class && strcmp(guid, x->own_class) == 0) {
        return emit_whole(x, ace, below, mask);
    }
    bool ok = (mask & ACCESS_CREATE_CHILD) == 0 || emit(x, ace, below, "create_child");
    for (size_t i = 0; ok && i < ARRAY_LEN(guid_rights); i++) {
        if ((mask & guid_rights[i].access) != 0 && strcmp(guid, guid_rights[i].guid) == 0) {
            ok = emit(x, ace, below, guid_rights[i].right);
        }
    }
    for (const struct rights_attribute *l = x->learnt; ok && l; l = l->next) {
        uint32_t enough =
            ACCESS_CONTROL | (l->is_confidential ? 0U : (uint32_t)ACCESS_READ_PROPERTY);
        if (strcmp(guid, l->guid) != 0) {
            continue;
        }
        if (l->right && (mask & enough) != 0) {
            ok = emit(x, ace, below, l->right);
        }
        if (ok && l->write && (mask & ACCESS_WRITE_PROPERTY) != 0) {
            ok = emit(x, ace, below, l->write);
        }
    }
    return ok;
}

/* Who may read a Group Policy object and who applies it ([MS-GPOL] 3.2.5.1.6: the extended right Apply-Group-Policy, on the
 * object itself). Denials are told too: a computer holds many SIDs, so that one trustee's denial counts against another's grant. */
static bool emit_policy(const struct reading *x, const struct ace *ace, uint32_t mask)
{
    static const char apply[] = "edacfd8f-ffb3-11d1-b41d-00a0c968f939";
    char guid[GUID_TEXT_MAX] = "";
    struct rd r = rd_from(ace->object_type, 16);
    if (ace->has_type) {
        (void)rd_guid(&r, guid);
    }
    bool denies = ace->kind == ACE_DENY;
    bool is_whole = !ace->has_type || strcmp(guid, x->own_class) == 0;
    bool applies = (mask & ACCESS_CONTROL) != 0 && (is_whole || strcmp(guid, apply) == 0);
    bool reads = (mask & ACCESS_READ_PROPERTY) != 0 && is_whole;
    return (!applies || emit(x, ace, false, denies ? "deny_apply_policy" : "apply_policy")) &&
           (!reads || emit(x, ace, false, denies ? "deny_read_policy" : "read_policy"));
}

static bool is_policy(const struct reading *x)
{
    return x->own_class && strcmp(x->own_class, "f30e3bc2-9ff0-11d1-b603-0000f80367c1") == 0;
}

/* One walk over the list, a callback an entry that grants. */
typedef bool grant_function(const struct reading *x, const struct ace *ace, void *context);

static enum rc walk(struct reading *x, const struct acl *acl, grant_function *grant, void *context,
                    struct err *err)
{
    struct ace_cursor cursor = ace_first(acl);
    struct ace ace;
    enum rc rc = RC_OK;
    x->denials = NULL;
    size_t room = 0;
    bool ok = true;
    while (ok && (rc = ace_next(&cursor, &ace, err)) == RC_OK) {
        if (ace.kind == ACE_ALLOW) {
            ok = grant(x, &ace, context);
        } else if (ace.kind == ACE_DENY) {
            if (x->denial_count == room) {
                room = room ? room * 2 : 16;
                struct ace *more = arena_array(x->arena, room, sizeof(*more));
                if (more && x->denial_count > 0) {
                    memcpy(more, x->denials, x->denial_count * sizeof(*more));
                }
                ok = more != NULL;
                x->denials = more;
            }
            if (ok) {
                x->denials[x->denial_count++] = ace;
            }
            if (ok && is_policy(x) && (ace.flags & ACE_INHERIT_ONLY) == 0) {
                ok = emit_policy(x, &ace, ace_mask_map(ace.mask));
            }
        }
    }
    x->all->entries = acl->count;
    x->all->skipped = cursor.skipped;
    if (!ok) {
        return err_setf(err, RC_NOMEM, "a security descriptor needs more memory than its quota");
    }
    return rc == RC_ABSENT ? RC_OK : rc;
}

static bool grant_rights(const struct reading *x, const struct ace *ace, void *context)
{
    (void)context;
    bool ok = true;
    for (int below = 0; ok && below < 2; below++) {
        uint32_t mask = granted(x, ace, below != 0);
        if (mask != 0) {
            ok = ace->has_type ? emit_typed(x, ace, below != 0, mask)
                               : emit_whole(x, ace, below != 0, mask);
            ok = ok && (below != 0 || !is_policy(x) || emit_policy(x, ace, mask));
        }
    }
    return ok;
}

enum rc rights_read(const struct descriptor *d, const struct rights_attribute *learnt,
                    const char *own_class, struct arena *a, struct rights *ret, struct err *err)
{
    struct rights all;
    memset(&all, 0, sizeof(all));
    struct reading x = { .learnt = learnt, .own_class = own_class, .arena = a, .all = &all };
    TRY(walk(&x, &d->dacl, grant_rights, NULL, err));
    *ret = all;
    return RC_OK;
}

struct wanted {
    uint32_t mask;
    const char *word;
};

static bool grant_mask(const struct reading *x, const struct ace *ace, void *context)
{
    const struct wanted *w = context;
    uint32_t mask = granted(x, ace, false);
    return (mask & w->mask) != w->mask || emit(x, ace, false, w->word);
}

enum rc rights_read_mask(const struct descriptor *d, uint32_t mask, const char *word,
                         struct arena *a, struct rights *ret, struct err *err)
{
    struct rights all;
    struct wanted wanted = { mask, word };
    memset(&all, 0, sizeof(all));
    struct reading x = { .arena = a, .all = &all };
    TRY(walk(&x, &d->dacl, grant_mask, &wanted, err));
    *ret = all;
    return RC_OK;
}
