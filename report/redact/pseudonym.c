/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/redact/pseudonym.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ROUNDS = 6
};

static const char *const kinds[] = { "text", "user",   "host", "group", "domain",
                                     "ou",   "policy", "ip",   "path" };

const char *pseudonym_kind_word(enum redact_kind kind)
{
    return kinds[kind];
}

enum redact_kind pseudonym_kind_of(const char *word)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (strcmp(kinds[i], word) == 0) {
            return (enum redact_kind)i;
        }
    }
    return REDACT_TEXT;
}

enum rc pseudonyms_open(struct pseudonyms *p, const unsigned char key[PSEUDONYM_KEY_SIZE],
                        struct err *err)
{
    memset(p, 0, sizeof(*p));
    char digest[] = "SHA256";
    OSSL_PARAM how[] = { OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                         OSSL_PARAM_construct_end() };
    p->a = arena_new(1024U * 1024 * 1024);
    p->mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    p->context = p->mac ? EVP_MAC_CTX_new(p->mac) : NULL;
    p->rounds = calloc((size_t)ROUNDS << 16, sizeof(*p->rounds));
    if (!p->a || !p->rounds) {
        return err_setf(err, RC_NOMEM, "no memory for pseudonyms");
    }
    if (!p->context || EVP_MAC_init(p->context, key, PSEUDONYM_KEY_SIZE, how) != 1) {
        return err_setf(err, RC_BUG, "libcrypto has no HMAC with SHA-256");
    }
    return RC_OK;
}

void pseudonyms_done(struct pseudonyms *p)
{
    EVP_MAC_CTX_free(p->context);
    EVP_MAC_free(p->mac);
    table_done(&p->taken);
    table_done(&p->letters);
    free(p->rounds);
    arena_freep(&p->a);
}

/* use keeps names, SIDs, … apart. */
static void digest(struct pseudonyms *p, char use, const void *s, size_t n, unsigned char ret[32])
{
    size_t got = 0;
    const char before[2] = { use, 0 };
    EVP_MAC_CTX *c = EVP_MAC_CTX_dup(p->context);
    if (!c || EVP_MAC_update(c, (const unsigned char *)before, 2) != 1 ||
        EVP_MAC_update(c, s, n) != 1 || EVP_MAC_final(c, ret, &got, 32) != 1 || got != 32) {
        memset(ret, 0, 32);
        p->bad = true;
    }
    EVP_MAC_CTX_free(c);
}

static uint32_t number(const unsigned char *d)
{
    return (uint32_t)d[0] << 24 | (uint32_t)d[1] << 16 | (uint32_t)d[2] << 8 | d[3];
}

/* RFC 4648 in lower case. */
static void base32(const unsigned char d[32], size_t letters, char *ret)
{
    uint32_t bits = 0;
    size_t have = 0, used = 0;
    for (size_t i = 0; i < letters; i++) {
        if (have < 5) {
            bits = bits << 8 | d[used++];
            have += 8;
        }
        ret[i] = "abcdefghijklmnopqrstuvwxyz234567"[bits >> (have - 5) & 31];
        have -= 5;
    }
    ret[letters] = '\0';
}

/* The letters of a name in lower case. */
static const char *letters_of(struct pseudonyms *p, const char *name, size_t n)
{
    struct table_entry *e = table_put(&p->letters, p->a, name, n);
    if (e && !e->text) {
        unsigned char d[32];
        char text[PSEUDONYM_LONG + 1];
        digest(p, 'n', name, n, d);
        base32(d, PSEUDONYM_SHORT, text);
        struct table_entry *other = table_put(&p->taken, p->a, text, PSEUDONYM_SHORT);
        if (other && other->text) {
            base32(d, PSEUDONYM_LONG, text);
        } else if (other) {
            other->text = e->key;
        }
        e->text = other ? arena_strdup(p->a, text) : NULL;
    }
    p->bad |= !e || !e->text;
    return e && e->text ? e->text : "";
}

void pseudonym_name(struct pseudonyms *p, enum redact_kind kind, const char *s, size_t n,
                    char ret[PSEUDONYM_SIZE])
{
    char small[512], *low = n < sizeof(small) ? small : malloc(n);
    if (!low) {
        p->bad = true;
        ret[0] = '\0';
        return;
    }
    for (size_t i = 0; i < n; i++) {
        low[i] = (char)(s[i] >= 'A' && s[i] <= 'Z' ? s[i] + 32 : s[i]);
    }
    (void)snprintf(ret, PSEUDONYM_SIZE, "%s-%s", kinds[kind], letters_of(p, low, n));
    if (low != small) {
        free(low);
    }
}

/* A permutation of 32 bits: a Feistel network of six rounds (Luby and Rackoff), its round function the HMAC. */
static uint32_t permuted(struct pseudonyms *p, uint32_t x)
{
    uint32_t left = x >> 16, right = x & 0xffff;
    for (unsigned char round = 0; round < ROUNDS; round++) {
        uint32_t *known = &p->rounds[(size_t)round << 16 | right];
        if (!*known) {
            unsigned char d[32];
            const unsigned char in[3] = { round, (unsigned char)(right >> 8),
                                          (unsigned char)right };
            digest(p, 'r', in, sizeof(in), d);
            *known = (number(d) & 0xffff) + 1;
        }
        uint32_t next = left ^ (*known - 1);
        left = right;
        right = next;
    }
    return left << 16 | right;
}

int64_t pseudonym_rid(struct pseudonyms *p, int64_t rid)
{
    if (rid < 1000 || rid > UINT32_MAX) {
        return rid < 1000 ? rid : rid & 0x3ff;
    }
    /* Walks on until it is out of the small ones, so that it stays one to one. */
    uint32_t x = (uint32_t)rid;
    for (int i = 0; i < 64; i++) {
        x = permuted(p, x);
        if (x >= 1000) {
            break;
        }
    }
    return x;
}

struct sid_parts {
    uint32_t part[16];
    size_t count;
};

/* S-1-A-B…: part[0] is the authority. */
static bool parse_sid(const char *s, size_t n, struct sid_parts *ret)
{
    memset(ret, 0, sizeof(*ret));
    if (n < 7 || (s[0] != 'S' && s[0] != 's') || memcmp(s + 1, "-1-", 3) != 0) {
        return false;
    }
    for (size_t i = 4; i < n;) {
        uint64_t x = 0;
        size_t begin = i;
        for (; i < n && s[i] >= '0' && s[i] <= '9' && i - begin < 11; i++) {
            x = x * 10 + (uint64_t)(s[i] - '0');
        }
        if (i == begin || x > UINT32_MAX || ret->count >= ARRAY_LEN(ret->part) ||
            (i < n && s[i] != '-')) {
            return false;
        }
        ret->part[ret->count++] = (uint32_t)x;
        if (i < n && ++i == n) {
            return false;
        }
    }
    return ret->count >= 2;
}

/* Those that every Windows has: no part tells one estate from another. */
static bool is_everywhere(const struct sid_parts *s)
{
    if (s->part[0] == 5 && s->part[1] == 21) {
        return false;
    }
    if (s->part[0] == 5 && (s->part[1] == 5 || s->part[1] >= 80)) {
        return s->count == 2 && s->part[1] < 1000;
    }
    for (size_t i = 1; i < s->count; i++) {
        if (s->part[i] >= 1000 && s->part[0] != 16 && s->part[0] != 18) {
            return false;
        }
    }
    return s->count <= 3;
}

bool pseudonym_sid(struct pseudonyms *p, const char *s, size_t n, char ret[192])
{
    struct sid_parts sid;
    if (!parse_sid(s, n, &sid)) {
        return false;
    }
    bool in_domain = sid.part[0] == 5 && sid.part[1] == 21 && sid.count >= 5;
    size_t from = 2, to = sid.count;
    if (in_domain) {
        to = 5;
        for (size_t i = 5; i < sid.count; i++) {
            sid.part[i] = (uint32_t)pseudonym_rid(p, sid.part[i]);
        }
    }
    if (!is_everywhere(&sid)) {
        unsigned char d[32];
        digest(p, 's', sid.part + from, (to > from ? to - from : 0) * sizeof(sid.part[0]), d);
        for (size_t i = from; i < to; i++) {
            /* More than seven of them repeat: what counts is that they are made up. */
            sid.part[i] = number(d + (i - from) % 8 * 4);
        }
    }
    int at = snprintf(ret, 192, "S-1");
    for (size_t i = 0; i < sid.count; i++) {
        at += snprintf(ret + at, (size_t)(192 - at), "-%u", sid.part[i]);
    }
    return true;
}

void pseudonym_guid(struct pseudonyms *p, const char *s, char ret[37])
{
    char low[36];
    unsigned char d[32];
    for (size_t i = 0; i < 36; i++) {
        low[i] = (char)(s[i] >= 'A' && s[i] <= 'Z' ? s[i] + 32 : s[i]);
    }
    digest(p, 'g', low, sizeof(low), d);
    (void)snprintf(ret, 37, "%08x-%04x-4%03x-8%03x-%08x%04x", number(d), number(d + 4) & 0xffff,
                   number(d + 8) & 0xfff, number(d + 12) & 0xfff, number(d + 16),
                   number(d + 20) & 0xffff);
}

void pseudonym_finding(struct pseudonyms *p, const char *s, size_t n, char ret[15])
{
    char low[32] = { 0 };
    unsigned char d[32];
    for (size_t i = 0; i < n && i < sizeof(low); i++) {
        low[i] = (char)(s[i] >= 'A' && s[i] <= 'Z' ? s[i] + 32 : s[i]);
    }
    digest(p, 'f', low, n < sizeof(low) ? n : sizeof(low), d);
    (void)snprintf(ret, 15, "F-%08x%04x", number(d), number(d + 4) & 0xffff);
}
