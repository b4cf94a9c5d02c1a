/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is known by its form: SIDs, GUIDs, times, addresses, distinguished names, paths, ids of findings. */
#include <string.h>

#include "audit/base/ip.h"
#include "report/redact/token.h"
#include "report/redact/value.h"

#define MAC_SIZE 17

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* Bytes at s that look like form: 9 = digit, x = hex digit, anything else itself. */
static bool looks(const char *s, size_t n, const char *form)
{
    size_t i = 0;
    for (; form[i]; i++) {
        if (i >= n || (form[i] == '9'   ? !is_digit(s[i])
                       : form[i] == 'x' ? !is_hex(s[i])
                                        : s[i] != form[i])) {
            return false;
        }
    }
    return true;
}

static bool ends_here(const char *s, size_t n, size_t at)
{
    return at >= n || !token_alnum((unsigned char)s[at]);
}

static size_t span(const char *s, size_t n, const char *of)
{
    size_t i = 0;
    while (i < n && s[i] && strchr(of, s[i])) {
        i++;
    }
    return i;
}

static size_t put_sid(struct redactor *r, const char *s, size_t n)
{
    char text[192];
    if (!looks(s, n, "S-1-9") && !looks(s, n, "s-1-9")) {
        return 0;
    }
    size_t size = 2 + span(s + 2, n - 2, "0123456789-");
    while (size && s[size - 1] == '-') {
        size--;
    }
    if (!ends_here(s, n, size) || !pseudonym_sid(&r->names, s, size, text)) {
        return 0;
    }
    redact_put_text(r, text);
    return size;
}

/* GUIDs that stand in our own sources belong to Windows: subcategories of auditing, rights, default policies. */
static size_t put_guid(struct redactor *r, const char *s, size_t n)
{
    char text[37];
    if (!looks(s, n, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx") || !ends_here(s, n, 36)) {
        return 0;
    }
    if (vocabulary_has(&r->words, s, 36, false)) {
        redact_put(r, s, 36);
        return 36;
    }
    pseudonym_guid(&r->names, s, text);
    redact_put_text(r, text);
    return 36;
}

/* 2026-11-26, with 15:40 or T15:40:19, a fraction, and Z or an offset. */
static size_t put_time(struct redactor *r, const char *s, size_t n)
{
    if (!looks(s, n, "9999-99-99")) {
        return 0;
    }
    size_t size = 10;
    if (size + 6 <= n && (s[size] == 'T' || s[size] == ' ') &&
        looks(s + size + 1, n - size - 1, "99:99")) {
        size += 6;
        size += looks(s + size, n - size, ":99") ? 3 : 0;
        size += size < n && s[size] == '.' ? 1 + span(s + size + 1, n - size - 1, "0123456789") : 0;
        size += size < n && s[size] == 'Z'                                                   ? 1
                : looks(s + size, n - size, "+99:99") || looks(s + size, n - size, "-99:99") ? 6
                                                                                             : 0;
    }
    if (!ends_here(s, n, size)) {
        return 0;
    }
    redact_put(r, s, size);
    return size;
}

static size_t put_ip(struct redactor *r, const char *s, size_t n)
{
    char name[PSEUDONYM_SIZE];
    pseudonym_name(&r->names, REDACT_IP, s, n, name);
    redact_put_text(r, name);
    return n;
}

/* Of version 4 and 6, and of a network card. */
static size_t put_address(struct redactor *r, const char *s, size_t n)
{
    char text[IP_TEXT_MAX];
    struct ip_address address;
    size_t most = n < sizeof(text) ? n : sizeof(text) - 1, dots = 0;
    size_t size = span(s, most, "0123456789.");
    for (size_t i = 0; i < size; i++) {
        dots += s[i] == '.';
    }
    /* What follows an address of version 4 may be a colon. */
    if (dots < 3) {
        size = span(s, most, "0123456789abcdefABCDEF:.");
    }
    while (size > 2 && s[size - 1] == ':' && s[size - 2] != ':') {
        size--;
    }
    while (size && s[size - 1] == '.') {
        size--;
    }
    if (looks(s, n, "xx:xx:xx:xx:xx:xx") || looks(s, n, "xx-xx-xx-xx-xx-xx")) {
        return ends_here(s, n, MAC_SIZE) ? put_ip(r, s, MAC_SIZE) : 0;
    }
    if (size < 3 || !ends_here(s, n, size)) {
        return 0;
    }
    memcpy(text, s, size);
    text[size] = '\0';
    if (!ip_parse(text, &address)) {
        return 0;
    }
    if (strcmp(text, "127.0.0.1") == 0 || strcmp(text, "::1") == 0 ||
        strcmp(text, "0.0.0.0") == 0) {
        redact_put(r, s, size);
        return size;
    }
    return put_ip(r, s, size);
}

/* A drive or a share: to the end of the entry, since paths hold spaces and arguments follow. A path of Unix ends with a space. */
static size_t put_path(struct redactor *r, const char *s, size_t n)
{
    bool is_drive = n >= 3 && ((s[0] | 32) >= 'a' && (s[0] | 32) <= 'z') && s[1] == ':' &&
                    (s[2] == '\\' || s[2] == '/');
    bool is_share = n >= 3 && s[0] == '\\' && s[1] == '\\';
    bool is_variable = n >= 3 && s[0] == '%' && token_alnum((unsigned char)s[1]);
    bool is_unix = n >= 3 && s[0] == '/' && token_alnum((unsigned char)s[1]);
    const char *stop = is_unix ? " |;\n\"" : "|;\n\"";
    size_t size = 0;
    char name[PSEUDONYM_SIZE];
    if (!is_drive && !is_share && !is_variable && !is_unix) {
        return 0;
    }
    while (size < n && !strchr(stop, s[size])) {
        size++;
    }
    if (is_unix && !memchr(s + 1, '/', size - 1)) {
        return 0;
    }
    pseudonym_name(&r->names, REDACT_PATH, s, size, name);
    redact_put_text(r, name);
    return size;
}

static size_t put_finding(struct redactor *r, const char *s, size_t n)
{
    char text[15];
    if (!looks(s, n, "F-xxxxxxxxxxxx") || !ends_here(s, n, 14)) {
        return 0;
    }
    pseudonym_finding(&r->names, s, 14, text);
    redact_put_text(r, text);
    return 14;
}

/* Containers that every directory has. */
static const char *const containers[] = {
    "configuration",
    "schema",
    "services",
    "sites",
    "servers",
    "system",
    "policies",
    "users",
    "computers",
    "builtin",
    "domain controllers",
    "program data",
    "microsoft",
    "ntds settings",
    "adminsdholder",
    "partitions",
    "public key services",
    "enrollment services",
    "certificate templates",
    "aia",
    "cdp",
    "certification authorities",
    "ntauthcertificates",
    "oid",
    "kra",
    "windows nt",
    "directory service",
    "foreignsecurityprincipals",
    "managed service accounts",
    "password settings container",
    "master root keys",
    "group key distribution service",
    "authn policies",
    "authn silos",
    "authn policy configuration",
    "meetings",
    "dfsr-globalsettings",
    "domain system volume",
    "topology",
    "machine",
    "user",
    "rid manager$",
    "infrastructure",
    "accounts",
    "groups",
    "subnets",
    "inter-site transports",
    "ip",
    "smtp",
    "keys",
    "lostandfound",
    "deleted objects",
    "ntds quotas",
    "tpm devices",
    "extended-rights",
    "etc",
    "people",
    "permissions",
    "privileges",
    "hosts",
    "pwpolicies",
    "otp",
    "cosTemplates",
    "kerberos",
    "roles",
    "config",
    "mapping tree",
    "ipaconfig",
};

static bool is_container(const char *s, size_t n)
{
    for (size_t i = 0; i < ARRAY_LEN(containers); i++) {
        size_t m = strlen(containers[i]), k = 0;
        while (m == n && k < n &&
               (s[k] >= 'A' && s[k] <= 'Z' ? s[k] + 32 : s[k]) == containers[i][k]) {
            k++;
        }
        if (m == n && k == n) {
            return true;
        }
    }
    return false;
}

/* Attribute type of an RDN at s: bytes before '=', or 0. */
static size_t rdn_type(const char *s, size_t n)
{
    size_t i = 0;
    while (i < n && i < 40 && (token_alnum((unsigned char)s[i]) || s[i] == '-')) {
        i++;
    }
    return i > 0 && i < n && s[i] == '=' ? i : 0;
}

/* Bytes of an RDN's value: to an unescaped comma or plus, or to what cannot be in one of ours. */
static size_t rdn_value(const char *s, size_t n)
{
    size_t i = 0;
    while (i < n && !strchr(",;|\"\n", s[i])) {
        i += s[i] == '\\' && i + 1 < n ? 2 : 1;
    }
    return i < n ? i : n;
}

static bool is_type(const char *s, size_t n, const char *type)
{
    if (strlen(type) != n) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if ((s[i] | 32) != type[i]) {
            return false;
        }
    }
    return true;
}

static bool begins_dn(const char *s, size_t n)
{
    static const char *const types[] = { "cn",
                                         "ou",
                                         "dc",
                                         "uid",
                                         "o",
                                         "l",
                                         "st",
                                         "c",
                                         "serialnumber",
                                         "emailaddress",
                                         "e",
                                         "krbprincipalname",
                                         "ipatokenuniqueid" };
    size_t type = rdn_type(s, n);
    for (size_t i = 0; type && i < ARRAY_LEN(types); i++) {
        if (is_type(s, type, types[i])) {
            return true;
        }
    }
    return false;
}

/* dc=a,dc=b as a.b; at the end of a DN. */
static size_t domain_of(const char *s, size_t n, char ret[512])
{
    size_t i = 0, used = 0;
    while (i < n) {
        size_t type = rdn_type(s + i, n - i);
        if (!type || !is_type(s + i, type, "dc")) {
            break;
        }
        size_t value = token_length(s + i + type + 1, n - i - type - 1);
        if (!value || used + value + 2 > 512) {
            break;
        }
        used += used > 0;
        ret[used ? used - 1 : 0] = used ? '.' : ret[0];
        memcpy(ret + used, s + i + type + 1, value);
        used += value;
        i += type + 1 + value;
        if (i + 1 < n && s[i] == ',' && rdn_type(s + i + 1, n - i - 1) &&
            is_type(s + i + 1, rdn_type(s + i + 1, n - i - 1), "dc")) {
            i++;
        } else {
            break;
        }
    }
    ret[used < 512 ? used : 511] = '\0';
    return i;
}

static void put_value(struct redactor *r, enum redact_kind kind, const char *s, size_t n)
{
    if (is_container(s, n) || redact_is_standard(s, n)) {
        redact_put(r, s, n);
    } else if (n > 1 && s[0] == '{') {
        redact_scan(r, REDACT_CODE, REDACT_TEXT, s, n);
    } else if (memchr(s, '\\', n)) {
        char name[PSEUDONYM_SIZE]; /* an escape, not DOMAIN\name */
        pseudonym_name(&r->names, kind, s, n, name);
        redact_put_text(r, name);
    } else if (!redact_shape_whole(r, s, n)) {
        redact_name(r, kind == REDACT_TEXT ? redact_kind_of(r, kind, s, n) : kind, s, n);
    }
}

size_t redact_dn(struct redactor *r, const char *s, size_t n)
{
    size_t i = 0;
    if (!begins_dn(s, n)) {
        return 0;
    }
    while (i < n) {
        char domain[512];
        size_t type = rdn_type(s + i, n - i);
        size_t all = domain_of(s + i, n - i, domain);
        if (!type) {
            break;
        }
        redact_put(r, s + i, type + 1);
        if (all) {
            redact_name(r, REDACT_DOMAIN, domain, strlen(domain));
            i += all;
        } else {
            size_t value = rdn_value(s + i + type + 1, n - i - type - 1);
            enum redact_kind kind = is_type(s + i, type, "ou")    ? REDACT_OU
                                    : is_type(s + i, type, "uid") ? REDACT_USER
                                                                  : REDACT_TEXT;
            put_value(r, kind, s + i + type + 1, value);
            i += type + 1 + value;
        }
        size_t next = i < n && s[i] == ',' ? i + 1 + span(s + i + 1, n - i - 1, " ") : n;
        if (next >= n || !rdn_type(s + next, n - next)) {
            break;
        }
        redact_put(r, s + i, next - i);
        i = next;
    }
    return i;
}

void redactor_learn_dn(struct redactor *r, enum redact_kind kind, const char *s, size_t n)
{
    size_t i = 0;
    bool is_first = true;
    while (i < n) {
        char domain[512];
        size_t type = rdn_type(s + i, n - i);
        size_t all = domain_of(s + i, n - i, domain);
        if (!type) {
            return;
        }
        if (all) {
            redactor_learn(r, REDACT_DOMAIN, domain, strlen(domain));
            i += all;
        } else {
            const char *value = s + i + type + 1;
            size_t size = rdn_value(value, n - i - type - 1);
            bool is_unit = is_type(s + i, type, "ou");
            if (!is_container(value, size) && size > 0 && value[0] != '{') {
                redactor_learn(r, is_unit ? REDACT_OU : is_first ? kind : REDACT_TEXT, value, size);
            }
            i += type + 1 + size;
        }
        i += i < n && s[i] == ',' ? 1 : n;
        is_first = false;
    }
}

bool redact_shape_whole(struct redactor *r, const char *s, size_t n)
{
    size_t before = r->size;
    size_t used = put_sid(r, s, n);
    used = used ? used : put_guid(r, s, n);
    used = used ? used : redact_dn(r, s, n);
    if (used == n) {
        return true;
    }
    r->size = before;
    return false;
}

size_t redact_shape(struct redactor *r, const char *s, size_t n, bool at_start)
{
    size_t used = put_sid(r, s, n);
    used = used ? used : put_guid(r, s, n);
    used = used ? used : put_finding(r, s, n);
    used = used ? used : put_time(r, s, n);
    used = used ? used : put_address(r, s, n);
    used = used ? used : redact_dn(r, s, n);
    return used || !at_start ? used : put_path(r, s, n);
}
