/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the records of one product's export look like. Each reads one object of its JSON into a record that mfa_record_init made; texts borrow
 * from the object or are in the arena. False for an object that is none of its, or in which a value has the wrong type. */
#ifndef DECODE_MFA_SERVICE_H
#define DECODE_MFA_SERVICE_H

#include <jansson.h>

#include "audit/decode/mfa/mfa_rows.h"

enum mfa_service {
    MFA_ENTRA,
    MFA_DUO,
    MFA_OKTA,
    MFA_PLAIN,
    MFA_SERVICE_COUNT /* not known */
};

/* "entra", "duo", "okta", "plain" */
const char *mfa_service_word(enum mfa_service service);

/* userRegistrationDetails of Microsoft Graph. */
bool mfa_entra_record(const json_t *o, struct mfa_record *r, struct arena *a);
/* Users of Duo's Admin API. */
bool mfa_duo_record(const json_t *o, struct mfa_record *r, struct arena *a);
/* Users and factors of Okta's management API. */
bool mfa_okta_record(const json_t *o, struct mfa_record *r, struct arena *a);

/* Which product's the object is; MFA_SERVICE_COUNT = none of these. */
enum mfa_service mfa_service_of(const json_t *o);

/* What follows from a status, as mfa_word makes it; also of tables. */
void mfa_duo_status(struct mfa_record *r, const char *word);
/* False when the factor is not set up, so that there is none. */
bool mfa_okta_state(const char *word, enum mfa_state *ret);
/* Per-user multifactor authentication of Entra ID: enforced, enabled, disabled. */
void mfa_entra_per_user(struct mfa_record *r, const char *word);
/* What registered and capable follow from methods and from each other, where the export does not tell them. */
void mfa_entra_infer(struct mfa_record *r, bool has_methods);

/* Typed reading of members. They return false for a value of the wrong type; one that is not there or null is none. */
bool mfa_get_text(const json_t *o, const char *key, const char **ret); /* NULL or "" = not told */
bool mfa_get_fact(const json_t *o, const char *key, signed char *ret);
bool mfa_get_time(const json_t *o, const char *key,
                  filetime *ret); /* ISO 8601 or seconds since 1970 */

#endif
