/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Distinguished names as directories send them: plain ([RFC 4514]) or extended ("<GUID=…>;<SID=…>;DN", the control
 * LDAP_SERVER_EXTENDED_DN_OID of [MS-ADTS] 3.1.1.3.4.1.5, GUID and SID as text or as hexadecimal bytes). */
#ifndef DECODE_DNEXT_H
#define DECODE_DNEXT_H

#include "audit/base/sid.h"

struct dn_parts {
    const char *dn; /* plain part, borrowed from the input; not NUL-terminated */
    size_t size;
    char guid[GUID_TEXT_MAX]; /* empty when not told */
    char sid[SID_TEXT_MAX];   /* empty when not told */
};

/* Splits s. False when it starts as an extended DN and breaks that form; an unknown component is left out. */
bool dn_split(const char *s, size_t n, struct dn_parts *ret);

/* Writes the one form that DNs are compared in to buf (NUL-terminated, at most size bytes with NUL): no spaces around '=' and
 * ',', special characters escaped by a backslash rather than in hexadecimal, everything else as it was. False when it does not
 * fit or an escape is broken. */
bool dn_canonical(const char *s, size_t n, char *buf, size_t size);

/* True when s needs no work of dn_canonical. */
bool dn_is_canonical(const char *s, size_t n);

/* "corp.example.test" of "…,DC=corp,DC=example,DC=test" in buf; false when there is no DC component or no room. */
bool dn_dns_name(const char *s, size_t n, char *buf, size_t size);

/* The part of a DN behind its first RDN ("" for a single one), and the value of the first RDN as it is written. */
const char *dn_parent(const char *s, size_t n, size_t *ret_size);
const char *dn_rdn_value(const char *s, size_t n, size_t *ret_size);

/* Compares two DNs byte by byte, ASCII letters in any case. */
bool dn_equal(const char *a, size_t an, const char *b, size_t bn);

#endif
