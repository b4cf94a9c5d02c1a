/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the mapping files (entry_*.c) share: an entry with its attributes by number, and typed reading of values into
 * rows. A value that cannot be understood becomes a malformed_value row and leaves the column NULL; a failing sink is
 * kept in the view and returned once by entry_to_rows. Private to the folder. */
#ifndef DECODE_ENTRY_VIEW_H
#define DECODE_ENTRY_VIEW_H

#include "audit/base/arena.h"
#include "audit/base/sid.h"
#include "audit/base/utf.h"
#include "audit/decode/dnext.h"
#include "audit/decode/entry.h"
#include "audit/decode/entry_attributes.def"
#include "audit/decode/replmeta.h"

enum attribute {
#define ENTRY_ATTRIBUTE_ENUM(id, name) A_##id,
    ENTRY_ATTRIBUTES(ENTRY_ATTRIBUTE_ENUM)
#undef ENTRY_ATTRIBUTE_ENUM
    ATTRIBUTE_COUNT
};

#define ATTRIBUTE_SLOTS 512 /* power of two, at least twice ATTRIBUTE_COUNT */

struct rights_attribute;
struct kept_row; /* a row that later entries complete */
struct domain_name;
struct known_name; /* what a distinguished name stands for, for entries that come later */
struct directory_server;

struct entry_context {
    struct row_sink *sink;
    const char *source;
    const char *target;
    filetime now;
    uint64_t malformed;
    uint64_t lost; /* objects without what identifies them */
    int64_t log;   /* of ENTRY_ACCESS_… entries */
    struct entry_log_span span;
    struct arena *scratch;          /* reset for every entry */
    struct arena *kept;             /* what must outlive an entry: a few objects of each kind */
    uint8_t slots[ATTRIBUTE_SLOTS]; /* attribute number + 1 by hash of its name */
    bool unasked
        [ATTRIBUTE_COUNT]; /* a file in which the attribute never occurs tells nothing by its absence */
    struct metadata_ids ids;
    const struct rights_attribute
        *rights_attributes; /* attributes with a schema id of the forest's own */
    char domain_sid
        [SID_TEXT_MAX]; /* of the domain head; for names in descriptors that came as text */
    struct kept_row *domains;
    struct kept_row *agents;
    struct kept_row *forest;
    struct domain_name *domain_names;
    struct directory_server *servers;
    struct known_name **names; /* owners of tokens, precedences of policies */
    bool has_default_policy;   /* names holds the defaults */
};

struct entry_view {
    struct entry_context *c;
    const struct entry *entry;
    struct dn_parts dn; /* plain DN and, from an extended one, GUID and SID */
    const struct entry_attribute *attributes[ATTRIBUTE_COUNT]; /* NULL: not there */
    enum rc rc; /* of the sink or memory, sticky; its message is in err */
    struct err *err;
};

/* The number of an attribute by name (any case, options after ';' ignored), or ATTRIBUTE_COUNT. */
enum attribute entry_attribute_number(const struct entry_context *c, const char *name);

/* True when the entry carries at least one value of the attribute. */
static inline bool view_has(const struct entry_view *v, enum attribute a)
{
    return v->attributes[a] && v->attributes[a]->count > 0;
}

static inline size_t view_count(const struct entry_view *v, enum attribute a)
{
    return v->attributes[a] ? v->attributes[a]->count : 0;
}

const struct entry_value *view_value(const struct entry_view *v,
                                     enum attribute a); /* first, or NULL */

/* Notes a value that was left out; reason in English. */
void view_malformed(struct entry_view *v, const char *attribute, const char *reason);
void view_malformed_at(struct entry_view *v, enum attribute a, const char *reason);

void view_put(struct entry_view *v, const struct row *row);
void view_nomem(struct entry_view *v);

/* Typed values; false when absent or malformed (then noted). */
bool view_int(struct entry_view *v, enum attribute a, int64_t *ret);
bool view_bool(struct entry_view *v, enum attribute a, bool *ret);
bool view_time(struct entry_view *v, enum attribute a,
               filetime *ret); /* decimal FILETIME, not negative */
bool view_date(struct entry_view *v, enum attribute a, filetime *ret); /* generalized time */
bool view_guid(struct entry_view *v, enum attribute a, char *buf);     /* GUID_TEXT_MAX */
bool view_sid(struct entry_view *v, enum attribute a, char *buf);      /* SID_TEXT_MAX */

/* Text of one value when it is UTF-8 without NUL and at most max bytes; else noted. Empty text counts as absent. */
bool view_text_of(struct entry_view *v, enum attribute a, const struct entry_value *value,
                  size_t max);

/* 16 bytes, or the 36 characters that ldbsearch writes. */
bool guid_of_value(const struct entry_value *value, char *buf);
bool sid_of_value(const struct entry_value *value, char *buf);

/* The same into a column, which stays NULL when there is nothing to put. Texts are borrowed from the entry. */
void put_int(struct entry_view *v, struct row *row, int column, enum attribute a);
void put_bool(struct entry_view *v, struct row *row, int column, enum attribute a);
void put_time(struct entry_view *v, struct row *row, int column, enum attribute a);
void put_date(struct entry_view *v, struct row *row, int column, enum attribute a);
void put_text(struct entry_view *v, struct row *row, int column, enum attribute a);
void put_long(struct entry_view *v, struct row *row, int column, enum attribute a);
void put_dn(struct entry_view *v, struct row *row, int column,
            enum attribute a); /* plain, canonical */
void put_count(struct entry_view *v, struct row *row, int column, enum attribute a, bool readable);

/* The object's identity: guid column from objectGUID or the extended DN; false (and noted) when there is none. buf as view_guid. */
bool put_identity(struct entry_view *v, struct row *row, int guid_column, int dn_column, char *buf);

/* The entry's own DN, into a column that must not be NULL. */
void put_own_dn(struct entry_view *v, struct row *row, int column);

/* A DN of a linked value as plain DN in a column, with GUID and SID columns where the server told them (-1: no such column).
 * False when the value is not a DN that a row can carry. parts must outlive the row. */
bool put_link(struct entry_view *v, struct row *row, const int columns[3], enum attribute a,
              const struct entry_value *value, struct dn_parts *parts);

/* True when objectClass names the class (any case). */
bool view_is_class(const struct entry_view *v, const char *name);

/* A deep copy of a row in the context's kept memory, found again by the text of its column; NULL when memory is short. */
struct kept_row {
    struct kept_row *next;
    struct row row;
};

struct kept_row *row_keep(struct entry_view *v, struct kept_row **list, const struct row *row,
                          int key_column);

/* Mapping of each class, in its file. */
void entry_account(struct entry_view *v);
void entry_logon(struct entry_view *v);
void entry_logon_row(struct entry_view *v, const char *guid);
void entry_sid_history(struct entry_view *v, const char *guid);
void entry_metadata(struct entry_view *v,
                    const char *guid); /* a secret_change row when there is metadata */
void entry_account_rights(struct entry_view *v,
                          const char *guid); /* descriptors kept in attributes */

/* Replication metadata of the entry, from whichever form it came in; false when there is none. */
bool view_metadata(struct entry_view *v, struct metadata *ret, const char **ret_form);

void entry_group(struct entry_view *v);
void entry_foreign(struct entry_view *v);
void entry_domain(struct entry_view *v);
void entry_pso(struct entry_view *v);
void entry_ou(struct entry_view *v);
void entry_links(struct entry_view *v, const char *kind);
void entry_gpo(struct entry_view *v);
void entry_silo(struct entry_view *v);
void entry_trust(struct entry_view *v);
void entry_dsa(struct entry_view *v);
void entry_server(struct entry_view *v);
void entry_site(struct entry_view *v);
void entry_template(struct entry_view *v);
void entry_enrollment(struct entry_view *v);
void entry_issuance(struct entry_view *v);
void entry_kds(struct entry_view *v);
void entry_forest(struct entry_view *v);
void entry_attribute_schema(struct entry_view *v);
void entry_security(struct entry_view *v);
void entry_ppolicy(struct entry_view *v);
void entry_ppolicy_readable(struct entry_view *v);
void entry_ppolicy_with(struct entry_view *v);
void entry_ppolicy_without(struct entry_view *v);
void entry_access_write(struct entry_view *v);
void entry_access_bind(struct entry_view *v);
void entry_access_time(struct entry_view *v);
void entry_ldap_policy(struct entry_view *v);
void entry_ldap_policy_readable(struct entry_view *v);
void entry_otp_owner(struct entry_view *v);
void entry_otp_token(struct entry_view *v);
void entry_otp_token_readable(struct entry_view *v);
void entry_ldap_group(struct entry_view *v);
void entry_ldap_group_readable(struct entry_view *v);
void entry_ipa_settings(struct entry_view *v);
void entry_ipa_settings_readable(struct entry_view *v);
void entry_ipa_user(struct entry_view *v);
void entry_ipa_user_readable(struct entry_view *v);
void entry_ipa_user_login(struct entry_view *v);
void entry_ipa_user_factors(struct entry_view *v);
void entry_ipa_order(struct entry_view *v);
void entry_ipa_policy(struct entry_view *v);
void entry_ipa_policy_readable(struct entry_view *v);
void entry_ipa_token(struct entry_view *v);
void entry_ipa_token_readable(struct entry_view *v);

/* Notes what a distinguished name stands for: kind is one letter of ours, text is copied; the later one counts. False when memory is
 * short (then noted in the view). */
bool name_note(struct entry_view *v, char kind, const char *dn, size_t size, const char *text);

/* What was noted, or NULL. Case does not count. */
const char *name_find(const struct entry_context *c, char kind, const char *dn, size_t size);

/* An attribute that is not there is this number, where the server let us search for it. */
void put_int_or(struct entry_view *v, struct row *row, int column, enum attribute a, bool readable,
                int64_t absent);
void put_bool_or(struct entry_view *v, struct row *row, int column, enum attribute a, bool readable,
                 bool absent);
void put_date_or_none(struct entry_view *v, struct row *row, int column, enum attribute a,
                      bool readable); /* none: 0 */

#endif
