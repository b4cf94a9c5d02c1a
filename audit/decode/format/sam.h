/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A SAM hive: the accounts, groups and password policy of a machine itself. The values F, V and C are those that the SAM server
 * keeps; nobody published them, the layouts are what several independent readers agree on, checked against real hives. A
 * password hash never leaves sam.c: it becomes a fingerprint, or the word "blank", and is wiped. */
#ifndef DECODE_FORMAT_SAM_H
#define DECODE_FORMAT_SAM_H

#include "audit/base/secret.h"
#include "audit/base/sid.h"
#include "audit/decode/format/fingerprint.h"
#include "audit/decode/format/regf.h"

/* SAM\Domains\Account. */
struct sam_domain {
    char sid[SID_TEXT_MAX]; /* of the machine's own accounts; "" = not told */
    bool has_policy;
    int64_t max_age, min_age, lockout_duration, lockout_window; /* negative 100 ns, as kept */
    uint32_t properties;
    uint16_t min_length, history_length, lockout_threshold;
};

/* What can be read is set; RC_MALFORMED or RC_ABSENT (in err: which) when neither policy nor SID can be. */
MUST_USE enum rc sam_domain(struct regf *sam, struct sam_domain *ret, struct err *err);

/* The key that the hashes of this hive are encrypted with, itself encrypted with the boot key of the machine's SYSTEM. Both forms
 * carry a checksum (RC4: MD5 over the key; AES: SHA-256 of the key), so RC_UNTRUSTED means for sure that the SYSTEM is
 * another machine's (or that its boot key is not in the registry). *ret is owned by the caller (secret_free). */
MUST_USE enum rc sam_unlock(struct regf *sam, const uint8_t boot_key[16], struct secret **ret,
                            struct err *err);

struct sam_account {
    uint32_t rid;
    const char *name, *full_name, *comment; /* UTF-8; NULL = not told; until the callback returns */
    bool has_facts;                         /* the numbers below were read */
    uint16_t flags; /* acct_flags of [MS-SAMR] 2.2.1.12: the SAM keeps the same bits */
    uint16_t bad_count, logon_count;
    filetime pwd_last_set, last_logon, expires;

    enum {
        SAM_UNREADABLE, /* a hash is there and cannot be decrypted, or the account's V cannot be read */
        SAM_BLANK,      /* the empty password, or no hash at all: known also without the key */
        SAM_SET
    } state;

    char fingerprint[FINGERPRINT_TEXT_MAX]; /* "" = none could be made */
    bool has_lm, is_lm_known; /* an LM hash other than that of the empty password is kept */
    int64_t history;          /* former passwords; -1 = not told */
};

typedef enum rc (*sam_account_fn)(void *context, const struct sam_account *account,
                                  struct err *err);

/* Every account. key: of sam_unlock, or NULL: then only blank passwords are told. fingerprint: key of the run, or NULL. *ret_damaged =
 * accounts that could not be read at all. RC_ABSENT and RC_MALFORMED when there is no list of accounts. */
MUST_USE enum rc sam_accounts(struct regf *sam, const struct secret *key,
                              const struct secret *fingerprint, sam_account_fn fn, void *context,
                              uint64_t *ret_damaged, struct err *err);

struct sam_alias {
    char sid[SID_TEXT_MAX];
    const char *name;           /* NULL = not told */
    const char *const *members; /* SIDs in text, until the callback returns */
    size_t count;
    bool is_read; /* all members were */
};

typedef enum rc (*sam_alias_fn)(void *context, const struct sam_alias *alias, struct err *err);

/* The groups of Builtin (S-1-5-32-…) and, when account_sid is not "", those of the machine itself. */
MUST_USE enum rc sam_aliases(struct regf *sam, const char *account_sid, sam_alias_fn fn,
                             void *context, uint64_t *ret_damaged, struct err *err);

/* For sam_alias.c: the RID that is the name of a key, eight hexadecimal digits; false for others (Names, Members). */
bool sam_rid(const struct regf_name *name, uint32_t *ret);

/* The bytes of a value, borrowed or in the arena. */
MUST_USE enum rc sam_bytes(struct regf *sam, const struct regf_key *key, const char *name,
                           struct arena *a, struct rd *ret, struct err *err);

#endif
