/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names: what they consist of, and which ones every Windows has. */
#include <string.h>

#include "audit/base/ip.h"
#include "report/redact/token.h"
#include "report/redact/value.h"

/* They tell nothing of the estate; a renamed one is not among them. */
static const char *const standard[] = {
    "administrator",
    "guest",
    "krbtgt",
    "defaultaccount",
    "wdagutilityaccount",
    "support_388945a0",
    "administrators",
    "users",
    "guests",
    "power users",
    "account operators",
    "server operators",
    "print operators",
    "backup operators",
    "replicator",
    "remote desktop users",
    "network configuration operators",
    "performance monitor users",
    "performance log users",
    "distributed com users",
    "iis_iusrs",
    "cryptographic operators",
    "event log readers",
    "certificate service dcom access",
    "rds remote access servers",
    "rds endpoint servers",
    "rds management servers",
    "hyper-v administrators",
    "access control assistance operators",
    "remote management users",
    "storage replica administrators",
    "pre-windows 2000 compatible access",
    "incoming forest trust builders",
    "windows authorization access group",
    "terminal server license servers",
    "system managed accounts group",
    "device owners",
    "domain admins",
    "domain users",
    "domain guests",
    "domain computers",
    "domain controllers",
    "cert publishers",
    "schema admins",
    "enterprise admins",
    "group policy creator owners",
    "read-only domain controllers",
    "enterprise read-only domain controllers",
    "cloneable domain controllers",
    "protected users",
    "key admins",
    "enterprise key admins",
    "ras and ias servers",
    "allowed rodc password replication group",
    "denied rodc password replication group",
    "dnsadmins",
    "dnsupdateproxy",
    "everyone",
    "authenticated users",
    "anonymous logon",
    "interactive",
    "network",
    "batch",
    "service",
    "dialup",
    "self",
    "creator owner",
    "creator group",
    "owner rights",
    "this organization",
    "system",
    "localsystem",
    "local system",
    "local service",
    "network service",
    "localservice",
    "networkservice",
    "local account",
    "local account and member of administrators group",
    "nt authority",
    "nt service",
    "nt virtual machine",
    "builtin",
    "workgroup",
    "autorite nt",
    "window manager",
    "font driver host",
    "iis apppool",
    "console logon",
    "default domain policy",
    "default domain controllers policy",
    "default-first-site-name",
    "-",
    ".",
    "*",
    "?",
    "nobody",
    "none",
};

static size_t lowered(const char *s, size_t n, char *ret, size_t size)
{
    if (n >= size) {
        return 0;
    }
    for (size_t i = 0; i < n; i++) {
        ret[i] = (char)(s[i] >= 'A' && s[i] <= 'Z' ? s[i] + 32 : s[i]);
    }
    ret[n] = '\0';
    return n;
}

bool redact_is_standard(const char *s, size_t n)
{
    char low[96];
    if (!lowered(s, n, low, sizeof(low))) {
        return false;
    }
    for (size_t i = 0; i < ARRAY_LEN(standard); i++) {
        if (strcmp(standard[i], low) == 0) {
            return true;
        }
    }
    return false;
}

const struct table_entry *redact_known(const struct redactor *r, const char *s, size_t n)
{
    char low[512];
    if (!lowered(s, n, low, sizeof(low))) {
        return NULL;
    }
    struct table_entry *e = table_find(&r->dictionary, table_hash(low, n), low, n);
    if (e) {
        e->is_used = true;
    }
    return e;
}

void redactor_learn_word(struct redactor *r, enum redact_kind kind, const char *s, size_t n)
{
    char low[512];
    if (n < 2 || !lowered(s, n, low, sizeof(low)) || redact_is_standard(s, n)) {
        return;
    }
    /* A short number is never a name where other numbers are. */
    bool is_number = strspn(low, "0123456789") == n;
    if (is_number && n < 4) {
        return;
    }
    struct table_entry *e = table_put(&r->dictionary, r->a, low, n);
    if (!e) {
        r->names.bad = true;
        return;
    }
    if (!e->value) {
        e->value = (int)kind + 1;
    }
    r->longest = n > r->longest ? n : r->longest;
}

static bool is_address(const char *s, size_t n)
{
    char text[IP_TEXT_MAX];
    struct ip_address address;
    return lowered(s, n, text, sizeof(text)) && ip_parse(text, &address);
}

void redactor_learn(struct redactor *r, enum redact_kind kind, const char *s, size_t n)
{
    const char *mark = memchr(s, '\\', n);
    if (n == 0 || is_address(s, n) || (n > 3 && memcmp(s, "S-1-", 4) == 0)) {
        return;
    }
    if (mark) {
        redactor_learn(r, REDACT_DOMAIN, s, (size_t)(mark - s));
        redactor_learn(r, kind, mark + 1, n - (size_t)(mark - s) - 1);
        return;
    }
    mark = memchr(s, '@', n);
    if (mark && mark > s) {
        redactor_learn(r, kind, s, (size_t)(mark - s));
        redactor_learn(r, REDACT_DOMAIN, mark + 1, n - (size_t)(mark - s) - 1);
        return;
    }
    if (s[n - 1] == '$') {
        redactor_learn(r, kind == REDACT_USER ? REDACT_HOST : kind, s, n - 1);
        return;
    }
    redactor_learn_word(r, kind, s, n);
    mark = memchr(s, '.', n);
    if (kind == REDACT_HOST && mark && mark > s) {
        redactor_learn_word(r, REDACT_HOST, s, (size_t)(mark - s));
        redactor_learn_word(r, REDACT_DOMAIN, mark + 1, n - (size_t)(mark - s) - 1);
    }
}

enum redact_kind redact_kind_of(const struct redactor *r, enum redact_kind kind, const char *s,
                                size_t n)
{
    const struct table_entry *e = redact_known(r, s, n);
    return e ? (enum redact_kind)(e->value - 1) : kind;
}

bool redactor_learn_standard(struct redactor *r)
{
    for (size_t i = 0; i < ARRAY_LEN(standard); i++) {
        size_t n = strlen(standard[i]);
        struct table_entry *e = n > 3 ? table_put(&r->dictionary, r->a, standard[i], n) : NULL;
        if (n > 3 && !e) {
            return false;
        }
        if (e) {
            e->value = REDACT_TEXT + 1;
            r->longest = n > r->longest ? n : r->longest;
        }
    }
    return true;
}

static void put_pseudonym(struct redactor *r, enum redact_kind kind, const char *s, size_t n)
{
    char text[PSEUDONYM_SIZE];
    pseudonym_name(&r->names, kind, s, n, text);
    redact_put_text(r, text);
}

void redact_name(struct redactor *r, enum redact_kind kind, const char *s, size_t n)
{
    if (n == 0) {
        return;
    }
    if (redact_is_standard(s, n)) {
        redact_put(r, s, n);
        return;
    }
    const char *mark = memchr(s, '\\', n);
    if (mark) {
        redact_name(r, REDACT_DOMAIN, s, (size_t)(mark - s));
        redact_put(r, "\\", 1);
        redact_name(r, kind, mark + 1, n - (size_t)(mark - s) - 1);
        return;
    }
    mark = memchr(s, '@', n);
    if (mark && mark > s) {
        redact_name(r, kind, s, (size_t)(mark - s));
        redact_put(r, "@", 1);
        redact_name(r, REDACT_DOMAIN, mark + 1, n - (size_t)(mark - s) - 1);
        return;
    }
    if (s[n - 1] == '$' && n > 1) {
        redact_name(r, kind == REDACT_USER ? REDACT_HOST : kind, s, n - 1);
        redact_put(r, "$", 1);
        return;
    }
    mark = memchr(s, '.', n);
    if (kind == REDACT_HOST && mark && mark > s && mark + 1 < s + n && !is_address(s, n)) {
        put_pseudonym(r, REDACT_HOST, s, (size_t)(mark - s));
        redact_put(r, ".", 1);
        put_pseudonym(r, REDACT_DOMAIN, mark + 1, n - (size_t)(mark - s) - 1);
        return;
    }
    if (is_address(s, n) || !redact_shape_whole(r, s, n)) {
        put_pseudonym(r, is_address(s, n) ? REDACT_IP : kind, s, n);
    }
}
