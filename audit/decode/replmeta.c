/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/replmeta.h"

#include <string.h>
#include <strings.h>

#include "audit/base/num.h"

#define ENTRY_SIZE 48

/* ids of the base schema: default prefix table, the same in every forest. */
enum {
    ID_DSA_SIGNATURE = 0x2004a,
    ID_UAC = 0x90008,
    ID_UNICODE_PWD = 0x9005a,
    ID_NT_HISTORY = 0x9005e,
    ID_PWD_LAST_SET = 0x90060,
    ID_SUPPLEMENTAL = 0x9007d,
    ID_TRUST_INCOMING = 0x90081,
    ID_TRUST_OUTGOING = 0x90087,
    ID_KEY_CREDENTIAL = 0x90918
};

static int slot_of_id(uint32_t id, const struct metadata_ids *ids)
{
    switch (id) {
    case ID_UNICODE_PWD:
        return METADATA_PASSWORD;
    case ID_PWD_LAST_SET:
        return METADATA_DATE;
    case ID_NT_HISTORY:
        return METADATA_HISTORY;
    case ID_SUPPLEMENTAL:
        return METADATA_KERBEROS;
    case ID_UAC:
        return METADATA_UAC;
    case ID_KEY_CREDENTIAL:
        return METADATA_KEYS;
    case ID_TRUST_INCOMING:
        return METADATA_INCOMING;
    case ID_TRUST_OUTGOING:
        return METADATA_OUTGOING;
    case ID_DSA_SIGNATURE:
        return METADATA_BACKUP;
    default:
        for (size_t i = 0; i < ids->laps_count; i++) {
            if (ids->laps[i] == id) {
                return METADATA_LAPS;
            }
        }
        return -1;
    }
}

/* Of two attributes in one slot the one that was changed last counts. */
static void keep_newer(struct metadata_change *slot, const struct metadata_change *change)
{
    if (slot->version == 0 || change->at > slot->at) {
        *slot = *change;
    }
}

static bool time_of_seconds(uint64_t seconds, filetime *ret)
{
    if (seconds > (uint64_t)(INT64_MAX / FILETIME_SECOND)) {
        return false;
    }
    *ret = (filetime)seconds * FILETIME_SECOND;
    return true;
}

bool metadata_id_of_oid(const char *oid, size_t n, uint32_t *ret)
{
    static const char prefix[] = "1.2.840.113556.1.4.";
    uint32_t last = 0;
    if (n < sizeof(prefix) || memcmp(oid, prefix, sizeof(prefix) - 1) != 0 ||
        !num_u32(oid + sizeof(prefix) - 1, n - sizeof(prefix) + 1, &last) || last >= 0x4000) {
        return false;
    }
    *ret = 0x90000U | last;
    return true;
}

enum rc metadata_read_binary(const void *data, size_t n, const struct metadata_ids *ids,
                             struct metadata *ret, struct err *err)
{
    struct rd r = rd_from(data, n);
    uint32_t version = rd_u32le(&r);
    rd_skip(&r, 4);
    uint32_t count = rd_u32le(&r);
    rd_skip(&r, 4);
    if (r.bad) {
        return err_setf(err, RC_MALFORMED, "replication metadata is shorter than its head");
    }
    if (version != 1) {
        return err_setf(err, RC_MALFORMED, "replication metadata has version %u, not 1", version);
    }
    if (rd_left(&r) / ENTRY_SIZE != count || rd_left(&r) % ENTRY_SIZE != 0) {
        return err_setf(err, RC_MALFORMED,
                        "replication metadata of %zu bytes cannot hold %u entries", n, count);
    }
    struct metadata m;
    memset(&m, 0, sizeof(m));
    for (uint32_t i = 0; i < count && !r.bad; i++) {
        uint32_t id = rd_u32le(&r);
        int slot = slot_of_id(id, ids);
        if (slot < 0) {
            rd_skip(&r, ENTRY_SIZE - 4);
            continue;
        }
        struct metadata_change change;
        change.version = rd_u32le(&r);
        uint64_t seconds = rd_u64le(&r);
        (void)rd_guid(&r, change.origin);
        uint64_t usn = rd_u64le(&r);
        rd_skip(&r, 8);
        if (!time_of_seconds(seconds, &change.at) || usn > INT64_MAX) {
            return err_setf(err, RC_MALFORMED,
                            "replication metadata of attribute 0x%x is out of range", id);
        }
        change.usn = (int64_t)usn;
        if (change.version > 0) {
            keep_newer(&m.slots[slot], &change);
        }
    }
    *ret = m;
    return RC_OK;
}

bool metadata_is_laps_password(const char *name, size_t n)
{
    static const char *const names[] = { "msLAPS-Password", "msLAPS-EncryptedPassword",
                                         "msLAPS-EncryptedDSRMPassword" };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (strlen(names[i]) == n && strncasecmp(names[i], name, n) == 0) {
            return true;
        }
    }
    /* The legacy attribute may have been renamed: ms-<organisation>-AdmPwd. */
    static const char end[] = "-AdmPwd";
    const size_t e = sizeof(end) - 1;
    return n > 3 + e && strncasecmp(name, "ms-", 3) == 0 && strncasecmp(name + n - e, end, e) == 0;
}

/* The fixed shape of a fragment, as elements with plain text. */
struct xml_text {
    const char *p;
    size_t n;
};

struct fragment {
    struct xml_text name;
    struct xml_text version;
    struct xml_text time;
    struct xml_text origin;
    struct xml_text usn;
};

static int slot_of_name(const char *name, size_t n)
{
    static const struct {
        const char *name;
        enum metadata_slot slot;
    } known[] = {
        { "unicodePwd", METADATA_PASSWORD },
        { "pwdLastSet", METADATA_DATE },
        { "ntPwdHistory", METADATA_HISTORY },
        { "supplementalCredentials", METADATA_KERBEROS },
        { "userAccountControl", METADATA_UAC },
        { "msDS-KeyCredentialLink", METADATA_KEYS },
        { "trustAuthIncoming", METADATA_INCOMING },
        { "trustAuthOutgoing", METADATA_OUTGOING },
        { "dSASignature", METADATA_BACKUP },
    };

    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        if (strlen(known[i].name) == n && strncasecmp(known[i].name, name, n) == 0) {
            return (int)known[i].slot;
        }
    }
    return metadata_is_laps_password(name, n) ? (int)METADATA_LAPS : -1;
}

static void skip_space(struct xml_text *t)
{
    while (t->n > 0 && memchr(" \t\r\n", t->p[0], 4)) {
        t->p++;
        t->n--;
    }
}

/* "<name>" or "</name>" at the start; moves behind it. */
static bool take_tag(struct xml_text *t, bool is_end, struct xml_text *ret_name)
{
    size_t lead = is_end ? 2 : 1;
    if (t->n <= lead || t->p[0] != '<' || (t->p[1] == '/') != is_end) {
        return false;
    }
    const char *close = memchr(t->p, '>', t->n);
    if (!close) {
        return false;
    }
    ret_name->p = t->p + lead;
    ret_name->n = (size_t)(close - ret_name->p);
    for (size_t i = 0; i < ret_name->n; i++) {
        char c = ret_name->p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!letter) {
            return false; /* attributes, comments, DOCTYPE, processing instructions */
        }
    }
    t->n -= (size_t)(close + 1 - t->p);
    t->p = close + 1;
    return ret_name->n > 0;
}

/* Text up to the next tag. An entity other than the predefined ones is refused; the text that we use never needs one, so they
 * are not decoded. */
static bool take_text(struct xml_text *t, struct xml_text *ret)
{
    static const char *const entities[] = { "&amp;", "&lt;", "&gt;", "&quot;", "&apos;" };
    const char *open = memchr(t->p, '<', t->n);
    if (!open) {
        return false;
    }
    *ret = (struct xml_text){ t->p, (size_t)(open - t->p) };
    for (size_t i = 0; i < ret->n; i++) {
        bool known = ret->p[i] != '&';
        for (size_t k = 0; !known && k < ARRAY_LEN(entities); k++) {
            size_t len = strlen(entities[k]);
            known = ret->n - i >= len && memcmp(ret->p + i, entities[k], len) == 0;
        }
        if (!known || ret->p[i] == '\0') {
            return false;
        }
    }
    t->p += ret->n;
    t->n -= ret->n;
    return true;
}

static bool text_is(const struct xml_text *t, const char *s)
{
    return t->n == strlen(s) && memcmp(t->p, s, t->n) == 0;
}

static struct xml_text *field_of(struct fragment *f, const struct xml_text *name)
{
    return text_is(name, "pszAttributeName")                     ? &f->name
           : text_is(name, "dwVersion")                          ? &f->version
           : text_is(name, "ftimeLastOriginatingChange")         ? &f->time
           : text_is(name, "uuidLastOriginatingDsaInvocationID") ? &f->origin
           : text_is(name, "usnOriginatingChange")               ? &f->usn
                                                                 : NULL;
}

static bool read_fragment(struct xml_text t, struct fragment *f)
{
    struct xml_text outer, name, end, text;
    skip_space(&t);
    if (!take_tag(&t, false, &outer) || !text_is(&outer, "DS_REPL_ATTR_META_DATA")) {
        return false;
    }
    skip_space(&t);
    while (t.n > 1 && t.p[1] != '/') {
        if (!take_tag(&t, false, &name) || !take_text(&t, &text) || !take_tag(&t, true, &end) ||
            end.n != name.n || memcmp(end.p, name.p, name.n) != 0) {
            return false;
        }
        struct xml_text *field = field_of(f, &name);
        if (field && field->p) {
            return false; /* twice: which one holds? */
        }
        if (field) {
            *field = text;
        }
        skip_space(&t);
    }
    if (!take_tag(&t, true, &end) || !text_is(&end, "DS_REPL_ATTR_META_DATA")) {
        return false;
    }
    skip_space(&t);
    if (t.n > 0 && t.p[0] == '\0') {
        t.p++;
        t.n--;
    }
    skip_space(&t);
    return t.n == 0 && f->name.p && f->version.p && f->time.p;
}

static bool change_of(const struct fragment *f, struct metadata_change *change)
{
    char time[48];
    memset(change, 0, sizeof(*change));
    if (f->time.n >= sizeof(time) || !num_u32(f->version.p, f->version.n, &change->version)) {
        return false;
    }
    memcpy(time, f->time.p, f->time.n);
    time[f->time.n] = '\0';
    if (!filetime_from_iso(time, &change->at) || change->at < 0) {
        return false;
    }
    if (f->usn.p && (!num_i64(f->usn.p, f->usn.n, &change->usn) || change->usn < 0)) {
        return false;
    }
    if (f->origin.n == GUID_TEXT_MAX - 1) {
        for (size_t i = 0; i < f->origin.n; i++) {
            char c = f->origin.p[i];
            change->origin[i] = (char)(c >= 'A' && c <= 'F' ? c | 0x20 : c);
        }
        return guid_text_valid(change->origin);
    }
    return f->origin.n == 0;
}

enum rc metadata_read_xml(const void *data, size_t n, struct metadata *m, struct err *err)
{
    struct fragment f;
    struct metadata_change change;
    memset(&f, 0, sizeof(f));
    if (n == 0 || !read_fragment((struct xml_text){ data, n }, &f)) {
        return err_setf(err, RC_MALFORMED, "not a DS_REPL_ATTR_META_DATA fragment");
    }
    if (!change_of(&f, &change)) {
        return err_setf(err, RC_MALFORMED,
                        "replication metadata has a version, time, id or number "
                        "that cannot be read");
    }
    int slot = slot_of_name(f.name.p, f.name.n);
    if (slot >= 0 && change.version > 0) {
        keep_newer(&m->slots[slot], &change);
    }
    return RC_OK;
}
