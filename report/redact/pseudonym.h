/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Made-up names, SIDs and GUIDs under a key: HMAC-SHA-256 (RFC 2104) of the real one, so that the same name has the same pseudonym in every document that
 * was made with this key, and nobody without it can try names. */
#ifndef REPORT_REDACT_PSEUDONYM_H
#define REPORT_REDACT_PSEUDONYM_H

#include "audit/base/err.h"
#include "report/redact/table.h"

enum {
    PSEUDONYM_KEY_SIZE = 32,
    PSEUDONYM_SHORT = 10, /* base32 characters: 50 bits */
    PSEUDONYM_LONG = 16,  /* of the second of two names that would be called alike */
    PSEUDONYM_SIZE = 32   /* room for kind, dash and letters */
};

enum redact_kind {
    REDACT_TEXT,
    REDACT_USER,
    REDACT_HOST,
    REDACT_GROUP,
    REDACT_DOMAIN,
    REDACT_OU,
    REDACT_POLICY,
    REDACT_IP,
    REDACT_PATH
};

struct pseudonyms {
    void *mac, *context; /* EVP_MAC, EVP_MAC_CTX with the key */
    struct arena *a;
    struct table taken;   /* letters -> text: the name that has them */
    struct table letters; /* name -> text */
    uint32_t *rounds;     /* what the round function gave, plus 1 */
    bool
        bad; /* memory was short, or libcrypto failed: what was written since then is not to be used */
};

MUST_USE enum rc pseudonyms_open(struct pseudonyms *p, const unsigned char key[PSEUDONYM_KEY_SIZE],
                                 struct err *err);
void pseudonyms_done(struct pseudonyms *p);

/* "user" and so on; the kind of such a word, REDACT_TEXT of any other. */
const char *pseudonym_kind_word(enum redact_kind kind);
enum redact_kind pseudonym_kind_of(const char *word);

/* "user-k3m9…" for a name; it has the same letters whatever its kind and the case of its ASCII letters. */
void pseudonym_name(struct pseudonyms *p, enum redact_kind kind, const char *s, size_t n,
                    char ret[PSEUDONYM_SIZE]);

/* A SID in its usual spelling: those that every Windows has, and RIDs below 1000, stay ([MS-DTYP] 2.4.2.4). ret holds 192 bytes. False: not a SID. */
MUST_USE bool pseudonym_sid(struct pseudonyms *p, const char *s, size_t n, char ret[192]);

/* RIDs of 1000 and more, one to one. */
int64_t pseudonym_rid(struct pseudonyms *p, int64_t rid);

/* 36 bytes in, 36 out, with NUL; in whatever case. */
void pseudonym_guid(struct pseudonyms *p, const char *s, char ret[37]);

/* "F-" and 12 hex digits of such an id. */
void pseudonym_finding(struct pseudonyms *p, const char *s, size_t n, char ret[15]);

#endif
