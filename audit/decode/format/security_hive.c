/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/format/security_hive.h"

#include <stdio.h>
#include <string.h>

#define SCRATCH    (256U * 1024)
#define VALUE_MAX  65536U
#define CATEGORIES 9U

/* The default value of a key below Policy; *v keeps what is resident. */
static enum rc value_of(struct regf *h, const struct regf_key *from, const char *path,
                        struct arena *a, struct regf_value *v, struct rd *ret, struct err *err)
{
    struct regf_key key;
    const uint8_t *p = NULL;
    TRY(regf_find(h, from, path, &key, err));
    TRY(regf_value(h, &key, "", v, err));
    if (v->size > VALUE_MAX) {
        return err_setf(err, RC_MALFORMED, "Policy\\%s is too large", path);
    }
    TRY(regf_data(h, v, a, &p, err));
    *ret = rd_from(p, v->size);
    return RC_OK;
}

/* True when the value was told; buf "" when it is empty. */
static bool read_sid(struct regf *h, const struct regf_key *policy, const char *path,
                     struct arena *a, char *buf)
{
    struct regf_value v;
    struct rd r;
    struct err ignored;
    buf[0] = '\0';
    if (value_of(h, policy, path, a, &v, &r, &ignored) != RC_OK) {
        return false;
    }
    return rd_left(&r) == 0 || rd_sid(&r, buf);
}

/* u16 length, u16 room, u32 offset, then the text. */
static const char *read_name(struct regf *h, const struct regf_key *policy, const char *path,
                             struct arena *a)
{
    struct regf_value v;
    struct rd r;
    struct err ignored;
    if (value_of(h, policy, path, a, &v, &r, &ignored) != RC_OK) {
        return NULL;
    }
    size_t n = rd_u16le(&r);
    rd_skip(&r, 2);
    size_t offset = rd_u32le(&r);
    struct rd text = rd_at(&r, offset, n);
    const struct regf_name name = { n > 0 && n <= 1024 ? rd_bytes(&text, n) : NULL, n, false };
    return name.p ? regf_name_text(a, &name) : NULL;
}

enum rc security_identity(struct regf *security, struct arena *a, struct security_identity *ret,
                          struct err *err)
{
    struct regf_key policy;
    memset(ret, 0, sizeof(*ret));
    TRY(regf_find(security, NULL, "Policy", &policy, err));
    (void)read_sid(security, &policy, "PolAcDmS", a, ret->account_domain);
    ret->is_domain_told = read_sid(security, &policy, "PolPrDmS", a, ret->domain);
    (void)read_sid(security, &policy, "PolMachineAccountS", a, ret->account);
    ret->domain_name = read_name(security, &policy, "PolPrDmN", a);
    ret->dns_domain = read_name(security, &policy, "PolDnDDN", a);
    return RC_OK;
}

/* Subcategories by the last bytes of their GUID 0cce92xx-69ae-11d9-bed3-505054503030 ([MS-GPAC] 2.2.1.3), in the order of the value. */
static const struct category {
    uint8_t least, count;
    uint8_t subcategory[14];
} categories[CATEGORIES] = {
    { 5, 5, { 0x10, 0x11, 0x12, 0x13, 0x14 } },
    { 9, 11, { 0x15, 0x16, 0x17, 0x18, 0x1b, 0x19, 0x1a, 0x1c, 0x43, 0x47, 0x49 } },
    { 11,
      14,
      { 0x1d, 0x1e, 0x1f, 0x20, 0x27, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x44, 0x45, 0x46 } },
    { 3, 3, { 0x28, 0x29, 0x2a } },
    { 4, 6, { 0x2b, 0x2c, 0x2d, 0x2e, 0x48, 0x4a } },
    { 6, 6, { 0x2f, 0x30, 0x31, 0x32, 0x33, 0x34 } },
    { 6, 6, { 0x35, 0x36, 0x37, 0x38, 0x39, 0x3a } },
    { 4, 4, { 0x3b, 0x3c, 0x3d, 0x3e } },
    { 4, 4, { 0x3f, 0x40, 0x41, 0x42 } },
};

/* The counts at the end of the value; false unless they are those of a known Windows and the value is exactly as long as they say. */
static bool read_counts(const struct rd *value, uint8_t ret[CATEGORIES])
{
    struct rd r = *value;
    uint32_t form = rd_u32le(&r), count = rd_u32le(&r), footer = rd_u32le(&r), sum = 0;
    struct rd counts = rd_at(value, footer, (size_t)CATEGORIES * 2);
    if (form != 0x100 || count != CATEGORIES || counts.bad) {
        return false;
    }
    for (size_t i = 0; i < CATEGORIES; i++) {
        uint32_t n = rd_u16le(&counts);
        if (n < categories[i].least || n > categories[i].count) {
            return false;
        }
        ret[i] = (uint8_t)n;
        sum += n;
    }
    /* One more number stands behind the last subcategory. */
    return footer == 12 + 2 * (sum + 1) && rd_left(value) - footer - (size_t)CATEGORIES * 2 < 4;
}

enum rc security_audit(struct regf *security, security_audit_fn fn, void *context, struct err *err)
{
    struct regf_value v;
    struct rd value;
    uint8_t counts[CATEGORIES];
    struct arena *a AUTO(arena_freep) = arena_new(SCRATCH);
    if (!a) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    TRY(value_of(security, NULL, "Policy\\PolAdtEv", a, &v, &value, err));
    if (!read_counts(&value, counts)) {
        return err_setf(err, RC_UNSUPPORTED,
                        "the audit policy is kept in a form that is not known (Windows before "
                        "Vista, or newer than this program)");
    }
    struct rd check = value;
    rd_skip(&check, 12);
    for (size_t i = 0; i < CATEGORIES; i++) {
        for (size_t k = 0; k < counts[i]; k++) {
            if (rd_u16le(&check) > 3) {
                return err_setf(err, RC_UNSUPPORTED, "the audit policy has unknown settings");
            }
        }
    }
    rd_skip(&value, 12);
    for (size_t i = 0; i < CATEGORIES; i++) {
        for (size_t k = 0; k < counts[i]; k++) {
            char guid[GUID_TEXT_MAX];
            (void)snprintf(guid, sizeof(guid), "0cce92%02x-69ae-11d9-bed3-505054503030",
                           categories[i].subcategory[k]);
            TRY(fn(context, guid, rd_u16le(&value), err));
        }
    }
    return RC_OK;
}

/* Privileges by number ([MS-LSAD] 3.1.1.2.1). */
static const char *const privileges[] = {
    [2] = "SeCreateTokenPrivilege",
    [3] = "SeAssignPrimaryTokenPrivilege",
    [4] = "SeLockMemoryPrivilege",
    [5] = "SeIncreaseQuotaPrivilege",
    [6] = "SeMachineAccountPrivilege",
    [7] = "SeTcbPrivilege",
    [8] = "SeSecurityPrivilege",
    [9] = "SeTakeOwnershipPrivilege",
    [10] = "SeLoadDriverPrivilege",
    [11] = "SeSystemProfilePrivilege",
    [12] = "SeSystemtimePrivilege",
    [13] = "SeProfileSingleProcessPrivilege",
    [14] = "SeIncreaseBasePriorityPrivilege",
    [15] = "SeCreatePagefilePrivilege",
    [16] = "SeCreatePermanentPrivilege",
    [17] = "SeBackupPrivilege",
    [18] = "SeRestorePrivilege",
    [19] = "SeShutdownPrivilege",
    [20] = "SeDebugPrivilege",
    [21] = "SeAuditPrivilege",
    [22] = "SeSystemEnvironmentPrivilege",
    [23] = "SeChangeNotifyPrivilege",
    [24] = "SeRemoteShutdownPrivilege",
    [25] = "SeUndockPrivilege",
    [26] = "SeSyncAgentPrivilege",
    [27] = "SeEnableDelegationPrivilege",
    [28] = "SeManageVolumePrivilege",
    [29] = "SeImpersonatePrivilege",
    [30] = "SeCreateGlobalPrivilege",
    [31] = "SeTrustedCredManAccessPrivilege",
    [32] = "SeRelabelPrivilege",
    [33] = "SeIncreaseWorkingSetPrivilege",
    [34] = "SeTimeZonePrivilege",
    [35] = "SeCreateSymbolicLinkPrivilege",
    [36] = "SeDelegateSessionUserImpersonatePrivilege",
};

/* System access rights by bit ([MS-LSAD] 3.1.1.2.2). */
static const struct {
    uint32_t bit;
    const char *name;
} logons[] = {
    { 0x0001, "SeInteractiveLogonRight" },
    { 0x0002, "SeNetworkLogonRight" },
    { 0x0004, "SeBatchLogonRight" },
    { 0x0010, "SeServiceLogonRight" },
    { 0x0040, "SeDenyInteractiveLogonRight" },
    { 0x0080, "SeDenyNetworkLogonRight" },
    { 0x0100, "SeDenyBatchLogonRight" },
    { 0x0200, "SeDenyServiceLogonRight" },
    { 0x0400, "SeRemoteInteractiveLogonRight" },
    { 0x0800, "SeDenyRemoteInteractiveLogonRight" },
};

struct reading {
    struct regf *h;
    security_right_fn fn;
    void *context;
    struct arena *scratch;
    uint64_t damaged;
};

static enum rc read_privileges(struct reading *r, struct rd value, const char *sid, struct err *err)
{
    uint32_t count = rd_u32le(&value);
    rd_skip(&value, 4);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t low = rd_u32le(&value), high = rd_u32le(&value);
        rd_skip(&value, 4);
        const char *name =
            !value.bad && high == 0 && low < ARRAY_LEN(privileges) ? privileges[low] : NULL;
        if (!name) {
            r->damaged++;
            break;
        }
        TRY(r->fn(r->context, name, sid, err));
    }
    return RC_OK;
}

static enum rc read_account(void *context, const struct regf_key *key, struct err *err)
{
    struct reading *r = context;
    struct regf_value v;
    struct rd value;
    struct err ignored;
    char sid[SID_TEXT_MAX];
    arena_reset(r->scratch);
    const char *name = regf_name_text(r->scratch, &key->name);
    /* The key is named by the SID, and holds it too: where they differ something is wrong. */
    if (!name || value_of(r->h, key, "Sid", r->scratch, &v, &value, &ignored) != RC_OK ||
        !rd_sid(&value, sid) || strcmp(sid, name) != 0) {
        r->damaged++;
        return RC_OK;
    }
    enum rc rc = value_of(r->h, key, "Privilgs", r->scratch, &v, &value, &ignored);
    r->damaged += rc != RC_OK && rc != RC_ABSENT;
    if (rc == RC_OK) {
        TRY(read_privileges(r, value, sid, err));
    }
    rc = value_of(r->h, key, "ActSysAc", r->scratch, &v, &value, &ignored);
    uint32_t bits = rc == RC_OK ? rd_u32le(&value) : 0;
    r->damaged += rc != RC_OK && rc != RC_ABSENT;
    for (size_t i = 0; i < ARRAY_LEN(logons); i++) {
        if (bits & logons[i].bit) {
            TRY(r->fn(r->context, logons[i].name, sid, err));
        }
    }
    return RC_OK;
}

enum rc security_rights(struct regf *security, security_right_fn fn, void *context,
                        uint64_t *ret_damaged, struct err *err)
{
    struct regf_key accounts;
    struct arena *a AUTO(arena_freep) = arena_new(SCRATCH);
    if (!a) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    struct reading r = { .h = security, .fn = fn, .context = context, .scratch = a };
    TRY(regf_find(security, NULL, "Policy\\Accounts", &accounts, err));
    enum rc rc = regf_subkeys(security, &accounts, read_account, &r, ret_damaged, err);
    *ret_damaged += r.damaged;
    return rc;
}
