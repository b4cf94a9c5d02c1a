/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/format/sam.h"

#include <string.h>

#include "audit/base/utf.h"
#include "audit/decode/format/crypt.h"

#define HASH    16U
#define ACCOUNT "SAM\\Domains\\Account"

/* Texts and big values of one account. */
#define SCRATCH (1024U * 1024)

/* V of an account: 17 entries of (offset, length, unused), offsets from behind them. */
enum {
    V_ENTRY = 12,
    V_BASE = 0xcc,
    V_NAME = 1,
    V_FULL_NAME = 2,
    V_COMMENT = 3,
    V_LM = 13,
    V_NT = 14,
    V_NT_HISTORY = 15
};

/* A name fits into a row; a comment is only searched for a password. */
#define NAME_BYTES    2048U
#define COMMENT_BYTES 65536U

/* Windows keeps up to 24 former passwords. */
#define HISTORY_MAX 64U

bool sam_rid(const struct regf_name *name, uint32_t *ret)
{
    size_t step = name->is_latin ? 1 : 2;
    if (name->size != 8 * step) {
        return false;
    }
    *ret = 0;
    for (size_t i = 0; i < 8; i++) {
        uint8_t c = name->p[i * step];
        bool is_letter = (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
        if ((!is_letter && (c < '0' || c > '9')) || (step == 2 && name->p[2 * i + 1] != 0)) {
            return false;
        }
        *ret = *ret << 4 | (is_letter ? (c & 7U) + 9U : c & 15U);
    }
    return true;
}

enum rc sam_bytes(struct regf *sam, const struct regf_key *key, const char *name, struct arena *a,
                  struct rd *ret, struct err *err)
{
    struct regf_value v;
    const uint8_t *p = NULL;
    TRY(regf_value(sam, key, name, &v, err));
    if (v.size > SCRATCH / 2) {
        return err_setf(err, RC_MALFORMED, "value %s is too large", name);
    }
    TRY(regf_data(sam, &v, a, &p, err));
    /* A resident value lies in v, which goes away: all that are wanted here are longer. */
    if (v.is_resident) {
        return err_setf(err, RC_MALFORMED, "value %s is too short", name);
    }
    *ret = rd_from(p, v.size);
    return RC_OK;
}

static bool read_policy(struct rd r, struct sam_domain *ret)
{
    rd_skip(&r, 24);
    ret->max_age = (int64_t)rd_u64le(&r);
    ret->min_age = (int64_t)rd_u64le(&r);
    rd_skip(&r, 8);
    ret->lockout_duration = (int64_t)rd_u64le(&r);
    ret->lockout_window = (int64_t)rd_u64le(&r);
    rd_skip(&r, 12);
    ret->properties = rd_u32le(&r);
    ret->min_length = rd_u16le(&r);
    ret->history_length = rd_u16le(&r);
    ret->lockout_threshold = rd_u16le(&r);
    return !r.bad;
}

/* V of a domain: 4 entries of (offset, length, unused), offsets from behind them; the second is the SID. */
static void read_sid(const struct rd *v, char *buf)
{
    struct rd entry = rd_at(v, 12, 8);
    size_t offset = rd_u32le(&entry), n = rd_u32le(&entry);
    struct rd r = rd_at(v, entry.bad || offset > SCRATCH ? SIZE_MAX : 48 + offset, n);
    if (!rd_sid(&r, buf) || !rd_done(&r) || strncmp(buf, "S-1-5-21-", 9) != 0) {
        buf[0] = '\0';
    }
}

enum rc sam_domain(struct regf *sam, struct sam_domain *ret, struct err *err)
{
    struct regf_key account;
    struct rd r;
    memset(ret, 0, sizeof(*ret));
    struct arena *a AUTO(arena_freep) = arena_new(SCRATCH);
    if (!a) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    TRY(regf_find(sam, NULL, ACCOUNT, &account, err));
    enum rc f = sam_bytes(sam, &account, "F", a, &r, err);
    ret->has_policy = f == RC_OK && read_policy(r, ret);
    enum rc v = sam_bytes(sam, &account, "V", a, &r, err);
    if (v == RC_OK) {
        read_sid(&r, ret->sid);
    }
    if (ret->has_policy || *ret->sid) {
        return RC_OK;
    }
    return err_setf(err, f == RC_ABSENT && v == RC_ABSENT ? RC_ABSENT : RC_MALFORMED,
                    "the SAM hive tells neither its policy nor its SID");
}

static const char key_words[] = "!@#$%^&*()qwertyUIOPAzxcvbnmQQQQQQQQQQQQ)(*@&%";
static const char key_digits[] = "0123456789012345678901234567890123456789";

/* MD5 of up to four parts, one after the other. */
struct part {
    const void *p;
    size_t n;
};

static bool md5_of(const struct part *parts, size_t count, uint8_t ret[16])
{
    uint8_t all[160];
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        if (parts[i].n > sizeof(all) - used) {
            return false;
        }
        memcpy(all + used, parts[i].p, parts[i].n);
        used += parts[i].n;
    }
    bool good = crypt_md5(all, used, ret);
    crypt_wipe(all, sizeof(all));
    return good;
}

static bool unlock_rc4(struct rd r, const uint8_t *boot_key, uint8_t ret[HASH])
{
    uint8_t rc4_key[16], sum[16], plain[32];
    rd_skip(&r, 4);
    const uint8_t *salt = rd_bytes(&r, 16), *data = rd_bytes(&r, 32);
    if (!data) {
        return false;
    }
    const struct part how[] = { { salt, 16 },
                                { key_words, sizeof(key_words) },
                                { boot_key, 16 },
                                { key_digits, sizeof(key_digits) } };
    bool good = md5_of(how, ARRAY_LEN(how), rc4_key) && crypt_rc4(rc4_key, 16, data, 32, plain);
    const struct part check[] = { { plain, 16 },
                                  { key_digits, sizeof(key_digits) },
                                  { plain, 16 },
                                  { key_words, sizeof(key_words) } };
    good = good && md5_of(check, ARRAY_LEN(check), sum) && memcmp(sum, plain + 16, 16) == 0;
    memcpy(ret, plain, HASH);
    crypt_wipe(rc4_key, sizeof(rc4_key));
    crypt_wipe(plain, sizeof(plain));
    crypt_wipe(sum, sizeof(sum));
    return good;
}

static bool unlock_aes(struct rd r, const uint8_t *boot_key, uint8_t ret[HASH])
{
    uint8_t plain[32], check[48], sum[32];
    rd_skip(&r, 4);
    uint32_t check_size = rd_u32le(&r), data_size = rd_u32le(&r);
    const uint8_t *salt = rd_bytes(&r, 16), *data = rd_bytes(&r, 32), *sealed = rd_bytes(&r, 48);
    if (!sealed || data_size != 32 || check_size != 48) {
        return false;
    }
    /* Both are encrypted by themselves with the same salt. */
    bool good = crypt_aes_cbc(boot_key, 16, salt, data, 32, plain) &&
                crypt_aes_cbc(boot_key, 16, salt, sealed, 48, check) &&
                crypt_sha256(plain, HASH, sum) && memcmp(sum, check, 32) == 0;
    memcpy(ret, plain, HASH);
    crypt_wipe(plain, sizeof(plain));
    crypt_wipe(check, sizeof(check));
    crypt_wipe(sum, sizeof(sum));
    return good;
}

enum rc sam_unlock(struct regf *sam, const uint8_t boot_key[16], struct secret **ret,
                   struct err *err)
{
    struct regf_key account;
    struct rd f;
    uint8_t key[HASH] = { 0 };
    struct arena *a AUTO(arena_freep) = arena_new(SCRATCH);
    if (!a) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    TRY(regf_find(sam, NULL, ACCOUNT, &account, err));
    TRY(sam_bytes(sam, &account, "F", a, &f, err));
    rd_skip(&f, 104);
    uint32_t revision = rd_u32le(&f);
    if (f.bad || revision < 1 || revision > 2) {
        return err_setf(err, RC_UNSUPPORTED,
                        "the key of the password hashes is kept in an unknown form");
    }
    bool good = revision == 1 ? unlock_rc4(f, boot_key, key) : unlock_aes(f, boot_key, key);
    if (!good) {
        crypt_wipe(key, sizeof(key));
        return err_setf(err, RC_UNTRUSTED,
                        "the SYSTEM hive does not open the SAM hive: it is another machine's, or "
                        "its boot key is kept outside of the registry");
    }
    *ret = secret_new(key, sizeof(key));
    crypt_wipe(key, sizeof(key));
    return *ret ? RC_OK : err_setf(err, RC_NOMEM, "out of memory");
}

/* Seven bytes become a DES key of eight, the top seven bits of each. */
static void spread(const uint8_t from[7], uint8_t ret[8])
{
    uint64_t bits = 0;
    for (size_t i = 0; i < 7; i++) {
        bits = bits << 8 | from[i];
    }
    for (size_t i = 0; i < 8; i++) {
        ret[i] = (uint8_t)((bits >> (49 - 7 * i) & 0x7fU) << 1);
    }
}

/* The inner layer: each half is encrypted with a key that is made of the RID. */
static bool peel(uint32_t rid, const uint8_t sealed[HASH], uint8_t ret[HASH])
{
    static const uint8_t first[7] = { 0, 1, 2, 3, 0, 1, 2 }, second[7] = { 3, 0, 1, 2, 3, 0, 1 };
    uint8_t bytes[4], raw[7], key[8];
    bool good = true;
    for (size_t i = 0; i < 4; i++) {
        bytes[i] = (uint8_t)(rid >> (8 * i));
    }
    for (size_t half = 0; half < 2; half++) {
        for (size_t i = 0; i < 7; i++) {
            raw[i] = bytes[half == 0 ? first[i] : second[i]];
        }
        spread(raw, key);
        good = crypt_des_block(key, sealed + 8 * half, ret + 8 * half) && good;
    }
    return good;
}

/* The hashes of one entry of V, without their outer layer. */
struct sealed {
    uint8_t bytes[HASH * (HISTORY_MAX + 1)];
    size_t count;
};

/* label: with its NUL. The RC4 form says nothing of itself, so the key must have been proven; the AES form ends in its padding. */
static bool open_entry(struct rd r, const uint8_t *key, uint32_t rid, const char *label,
                       size_t label_size, struct sealed *ret)
{
    uint8_t number[4], rc4_key[16];
    rd_skip(&r, 2);
    uint16_t revision = rd_u16le(&r);
    if (revision == 1) {
        size_t n = rd_left(&r);
        for (size_t i = 0; i < 4; i++) {
            number[i] = (uint8_t)(rid >> (8 * i));
        }
        const struct part how[] = { { key, HASH }, { number, 4 }, { label, label_size } };
        ret->count = n / HASH;
        bool good = n % HASH == 0 && n <= sizeof(ret->bytes) &&
                    md5_of(how, ARRAY_LEN(how), rc4_key) &&
                    crypt_rc4(rc4_key, 16, rd_bytes(&r, n), n, ret->bytes);
        crypt_wipe(rc4_key, sizeof(rc4_key));
        return good;
    }
    rd_skip(&r, 4);
    const uint8_t *salt = rd_bytes(&r, 16);
    size_t n = rd_left(&r);
    if (revision != 2 || !salt || n < 2 * HASH || n % HASH != 0 || n > sizeof(ret->bytes) ||
        !crypt_aes_cbc(key, HASH, salt, rd_bytes(&r, n), n, ret->bytes)) {
        return false;
    }
    ret->count = n / HASH - 1;
    for (size_t i = n - HASH; i < n; i++) {
        if (ret->bytes[i] != HASH) {
            return false;
        }
    }
    return true;
}

/* An entry of V; a faulty view when it lies outside. */
static struct rd entry_of(const struct rd *v, size_t index)
{
    struct rd head = rd_at(v, index * V_ENTRY, 8);
    size_t offset = rd_u32le(&head), n = rd_u32le(&head);
    return rd_at(v, head.bad || offset > SCRATCH ? SIZE_MAX : V_BASE + offset, n);
}

/* True when the entry holds no hash: nothing, or only the head of its form. The next entry must begin where it ends, so that a length
 * that was damaged does not make a password blank. */
static bool is_empty(const struct rd *v, size_t index)
{
    struct rd heads = rd_at(v, index * V_ENTRY, 2 * (size_t)V_ENTRY);
    struct rd r = entry_of(v, index);
    size_t offset = rd_u32le(&heads), n = rd_u32le(&heads);
    rd_skip(&heads, 4);
    size_t next = rd_u32le(&heads);
    rd_skip(&r, 2);
    uint16_t revision = n > 0 ? rd_u16le(&r) : 0;
    bool is_head = n == 0 || (revision == 1 && n == 4) || (revision == 2 && n == 24);
    return !heads.bad && is_head && next == ((offset + n + 3) & ~(size_t)3) &&
           !entry_of(v, index).bad;
}

/* The LM hash of the empty password: DES of a constant under a key of zeros, twice. Known to everybody, so no secret. */
static const uint8_t lm_blank[HASH] = { 0xaa, 0xd3, 0xb4, 0x35, 0xb5, 0x14, 0x04, 0xee,
                                        0xaa, 0xd3, 0xb4, 0x35, 0xb5, 0x14, 0x04, 0xee };

struct reading {
    struct regf *sam;
    const struct secret *key, *fingerprint;
    sam_account_fn fn;
    void *context;
    struct arena *scratch;
    uint64_t damaged;
};

static void read_lm(const struct rd *v, const uint8_t *key, struct sam_account *account)
{
    struct rd lm = entry_of(v, V_LM);
    struct sealed s;
    uint8_t plain[HASH];
    if (is_empty(v, V_LM)) {
        account->is_lm_known = true;
    } else if (!lm.bad && key &&
               open_entry(lm, key, account->rid, "LMPASSWORD", sizeof("LMPASSWORD"), &s)) {
        account->is_lm_known = peel(account->rid, s.bytes, plain);
        account->has_lm = account->is_lm_known && memcmp(plain, lm_blank, HASH) != 0;
        crypt_wipe(plain, sizeof(plain));
    }
    crypt_wipe(&s, sizeof(s));
}

/* The first of the history may be the password itself: only others are former ones. Both are compared as they are sealed with the
 * RID, which is the same for both. */
static void read_history(const struct rd *v, const uint8_t *key, const uint8_t *current,
                         struct sam_account *account)
{
    static const char label[] = "NTPASSWORDHISTORY";
    struct rd r = entry_of(v, V_NT_HISTORY);
    struct sealed s;
    if (is_empty(v, V_NT_HISTORY)) {
        account->history = 0;
    } else if (!r.bad && key && open_entry(r, key, account->rid, label, sizeof(label), &s)) {
        bool is_current = s.count > 0 && current && memcmp(s.bytes, current, HASH) == 0;
        account->history = (int64_t)s.count - is_current;
    }
    crypt_wipe(&s, sizeof(s));
}

static void read_password(struct reading *r, const struct rd *v, struct sam_account *account)
{
    static const char label[] = "NTPASSWORD";
    const uint8_t *key =
        r->key && secret_size(r->key) == HASH ? (const uint8_t *)secret_bytes(r->key) : NULL;
    struct rd nt = entry_of(v, V_NT);
    struct sealed s = { .count = 0 };
    uint8_t plain[HASH];
    read_lm(v, key, account);
    if (is_empty(v, V_NT)) {
        /* A password that only LM knows is not the empty one. */
        account->state = account->is_lm_known && !account->has_lm ? SAM_BLANK : SAM_UNREADABLE;
    } else if (!nt.bad && key && open_entry(nt, key, account->rid, label, sizeof(label), &s) &&
               s.count == 1 && peel(account->rid, s.bytes, plain)) {
        account->state = fingerprint_is_blank(plain) ? SAM_BLANK : SAM_SET;
        if (account->state == SAM_SET && fingerprint_has_key(r->fingerprint) &&
            !fingerprint_nt(r->fingerprint, plain, account->fingerprint)) {
            account->state = SAM_UNREADABLE;
        }
    }
    crypt_wipe(plain, sizeof(plain));
    read_history(v, key, s.count == 1 ? s.bytes : NULL, account);
    crypt_wipe(&s, sizeof(s));
}

static filetime time_of(uint64_t t)
{
    return t > (uint64_t)INT64_MAX ? FILETIME_NEVER : (filetime)t;
}

/* F of an account; its RID must be that of the key. */
static bool read_facts(struct rd r, struct sam_account *account)
{
    rd_skip(&r, 8);
    account->last_logon = time_of(rd_u64le(&r));
    rd_skip(&r, 8);
    account->pwd_last_set = time_of(rd_u64le(&r));
    account->expires = time_of(rd_u64le(&r));
    rd_skip(&r, 8);
    uint32_t rid = rd_u32le(&r);
    rd_skip(&r, 4);
    account->flags = rd_u16le(&r);
    rd_skip(&r, 6);
    account->bad_count = rd_u16le(&r);
    account->logon_count = rd_u16le(&r);
    return !r.bad && rid == account->rid;
}

/* A text of at most so many bytes in UTF-16: the rest is not looked at. */
static const char *text_of(struct arena *a, const struct rd *v, size_t index, size_t most)
{
    struct rd r = entry_of(v, index);
    size_t n = rd_left(&r) < most ? rd_left(&r) : most;
    const uint8_t *p = n > 1 ? rd_bytes(&r, n) : NULL;
    struct regf_name name = { p, n, false };
    return p ? regf_name_text(a, &name) : NULL;
}

static enum rc read_account(void *context, const struct regf_key *key, struct err *err)
{
    struct reading *r = context;
    struct sam_account account = { .state = SAM_UNREADABLE, .history = -1 };
    struct err ignored;
    struct rd f, v;
    if (!sam_rid(&key->name, &account.rid)) {
        return RC_OK;
    }
    arena_reset(r->scratch);
    enum rc has_f = sam_bytes(r->sam, key, "F", r->scratch, &f, &ignored);
    enum rc has_v = sam_bytes(r->sam, key, "V", r->scratch, &v, &ignored);
    account.has_facts = has_f == RC_OK && read_facts(f, &account);
    if (has_v == RC_OK) {
        account.name = text_of(r->scratch, &v, V_NAME, NAME_BYTES);
        account.full_name = text_of(r->scratch, &v, V_FULL_NAME, NAME_BYTES);
        account.comment = text_of(r->scratch, &v, V_COMMENT, COMMENT_BYTES);
        read_password(r, &v, &account);
    }
    r->damaged += !account.has_facts || !account.name;
    return r->fn(r->context, &account, err);
}

enum rc sam_accounts(struct regf *sam, const struct secret *key, const struct secret *fingerprint,
                     sam_account_fn fn, void *context, uint64_t *ret_damaged, struct err *err)
{
    struct regf_key users;
    struct arena *a AUTO(arena_freep) = arena_new(SCRATCH);
    if (!a) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    struct reading r = { .sam = sam,
                         .key = key,
                         .fingerprint = fingerprint,
                         .fn = fn,
                         .context = context,
                         .scratch = a };
    TRY(regf_find(sam, NULL, ACCOUNT "\\Users", &users, err));
    enum rc rc = regf_subkeys(sam, &users, read_account, &r, ret_damaged, err);
    *ret_damaged += r.damaged;
    return rc;
}
