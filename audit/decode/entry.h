/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Directory entries to evidence rows: one mapping for the live collector (kagimori-ldap) and for files (LDIF in
 * kagimori-decode), so that both give the same rows. Pure: no network, no files, no clock. */
#ifndef DECODE_ENTRY_H
#define DECODE_ENTRY_H

#include "audit/evidence/row.h"

/* What an entry is asked for as. The class decides which attributes are requested and which rows come out. */
enum entry_class {
    ENTRY_DOMAIN,  /* the domain head */
    ENTRY_ACCOUNT, /* users, computers, managed service accounts, trust accounts */
    ENTRY_GROUP,
    ENTRY_FOREIGN,
    ENTRY_PSO,
    ENTRY_TRUST,
    ENTRY_DSA,    /* NTDS Settings */
    ENTRY_SERVER, /* server objects above them: names for ENTRY_DSA */
    ENTRY_SITE,
    ENTRY_OU,
    ENTRY_GPO,
    ENTRY_SILO, /* authentication policies and silos */
    ENTRY_TEMPLATE,
    ENTRY_ENROLLMENT,
    ENTRY_ISSUANCE,
    ENTRY_KDS,
    ENTRY_FOREST, /* CN=Directory Service, the schema head, optional features: merged into one forest row */
    ENTRY_ATTRIBUTE, /* attributeSchema */
    ENTRY_SECURITY, /* nTSecurityDescriptor of any object, to security_descriptor and access_right rows */
    ENTRY_LOGON,   /* non-replicated attributes of accounts */
    ENTRY_PPOLICY, /* account of OpenLDAP: an attribute that is not there may be hidden */
    ENTRY_PPOLICY_READABLE, /* likewise, one that the server let us search in: what is not there does not exist */
    ENTRY_PPOLICY_WITH,    /* likewise, and it has a password */
    ENTRY_PPOLICY_WITHOUT, /* likewise, and it has none */
    ENTRY_ACCESS_WRITE,    /* OpenLDAP's access log: somebody set a password */
    ENTRY_ACCESS_BIND,     /* OpenLDAP's access log: a login that failed */
    ENTRY_ACCESS_TIME,     /* OpenLDAP's access log: only that there was something then; no row */
    /* The second of a kind, here and below: the server let us search for what is not there, so that it does not exist. */
    ENTRY_LDAP_POLICY, /* password policy of OpenLDAP */
    ENTRY_LDAP_POLICY_READABLE,
    ENTRY_OTP_OWNER, /* account of OpenLDAP with a token; before its tokens */
    ENTRY_OTP_TOKEN,
    ENTRY_OTP_TOKEN_READABLE,
    ENTRY_LDAP_GROUP, /* group of OpenLDAP or FreeIPA */
    ENTRY_LDAP_GROUP_READABLE,
    ENTRY_IPA_SETTINGS,
    ENTRY_IPA_SETTINGS_READABLE,
    ENTRY_IPA_USER,
    ENTRY_IPA_USER_READABLE, /* lock, password, authentication types */
    ENTRY_IPA_USER_LOGIN,    /* and failed and successful logons, which FreeIPA shows to fewer */
    ENTRY_IPA_USER_FACTORS,  /* and pass keys and certificates */
    ENTRY_IPA_ORDER,         /* which policy has which precedence; before the policies */
    ENTRY_IPA_POLICY,
    ENTRY_IPA_POLICY_READABLE,
    ENTRY_IPA_TOKEN,
    ENTRY_IPA_TOKEN_READABLE,
    ENTRY_CLASS_COUNT
};

struct entry_value {
    const uint8_t *p;
    size_t n;
};

struct entry_attribute {
    const char *name; /* without options such as ;range= or ;binary */
    const struct entry_value *values;
    size_t count;
    bool incomplete; /* ranged retrieval stopped early */
};

struct entry {
    const char *dn; /* UTF-8; plain, or extended "<GUID=…>;<SID=…>;DN" */
    const struct entry_attribute *attributes;
    size_t count;
};

struct entry_context; /* schema ids learnt (LAPS attribute ids, schema GUIDs), limits, counters */

/* source and target go into rows (malformed_value, server columns); borrowed for the context's life. */
MUST_USE struct entry_context *entry_context_new(struct row_sink *sink, const char *source,
                                                 const char *target, filetime now);
void entry_context_free(struct entry_context *c);

/* What entries of an access log were, since entry_context_log. */
struct entry_log_span {
    uint64_t records;    /* whose time could be read */
    uint64_t unreadable; /* whose time could not */
    uint64_t rows;
    filetime first_at, last_at; /* 0 = none */
};

/* ENTRY_ACCESS_… entries are of this log (event_log.log) from here on, and counted anew. */
void entry_context_log(struct entry_context *c, int64_t log);
struct entry_log_span entry_context_span(const struct entry_context *c);

/* The default policy of a database of OpenLDAP (olcPPolicyDefault), before the policies: the others are none then. Copied. RC_NOMEM. */
MUST_USE enum rc entry_context_default_policy(struct entry_context *c, const char *dn,
                                              struct err *err);

void entry_context_source(struct entry_context *c,
                          const char *source); /* what is being read from here on */

/* Attributes to request for a class, ending with NULL. None is secret. ENTRY_ACCOUNT gives account, secret_change and
 * account_logon rows in one search; ENTRY_LOGON is for the other domain controllers. Both ask for the binary
 * replPropertyMetaData; from a server that does not tell it, request msDS-ReplAttributeMetaData as well: it is mapped too. */
const char *const *entry_attributes(enum entry_class class);

/* True for every attribute that must never be requested (reference/guidance.md 2.5 and 3.2: unicodePwd, msLAPS-Password, …). */
bool entry_attribute_is_secret(const char *name);

/* Maps one entry to rows. ENTRY_DOMAIN also takes cross references (nCName, nETBIOSName), ENTRY_SERVER completes ENTRY_DSA and
 * several ENTRY_FOREST objects make one row: in any order, a row that is completed is put again and replaces itself. A malformed value becomes a malformed_value row and a NULL column, never a failure; not RC_OK only
 * when the sink fails or memory is short. ENTRY_ATTRIBUTE entries must come before the classes that need their ids (LAPS
 * metadata, access rights on LAPS and key credentials). */
MUST_USE enum rc entry_to_rows(struct entry_context *c, enum entry_class class,
                               const struct entry *entry, struct err *err);

uint64_t entry_context_malformed(const struct entry_context *c); /* values left out so far */

/* Objects left out so far, because they came without their GUID or SID: what was read is then not all. */
uint64_t entry_context_lost(const struct entry_context *c);

#endif
