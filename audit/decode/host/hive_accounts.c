/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A SAM hive as local_policy, local_account, local_group, local_group_member and local_fingerprint. */
#include <stdio.h>
#include <string.h>

#include "audit/decode/format/bootkey.h"
#include "audit/decode/format/crypt.h"
#include "audit/decode/format/sam.h"
#include "audit/decode/hint.h"
#include "audit/decode/host/hive_internal.h"

struct accounts {
    struct hive_output *o;
    const char *sid; /* of the machine's own accounts; "" = not told */
    uint64_t unreadable;
};

static enum rc put_policy(struct hive_output *o, const struct sam_domain *d, struct err *err)
{
    struct row row;
    row_begin(&row, ROW_TABLE_LOCALPOLICY);
    row_text(&row, LOCALPOLICY_HOST, o->import->host);
    row_int(&row, LOCALPOLICY_MIN_LENGTH, d->min_length);
    row_int(&row, LOCALPOLICY_HISTORY, d->history_length);
    row_int(&row, LOCALPOLICY_PROPERTIES, d->properties);
    row_int(&row, LOCALPOLICY_MAX_AGE, d->max_age);
    row_int(&row, LOCALPOLICY_MIN_AGE, d->min_age);
    row_int(&row, LOCALPOLICY_THRESHOLD, d->lockout_threshold);
    row_int(&row, LOCALPOLICY_DURATION, d->lockout_duration);
    row_int(&row, LOCALPOLICY_WINDOW, d->lockout_window);
    return hive_put(o, &row, err);
}

static bool is_hint(const char *text)
{
    return text && hint_is_password(text, strlen(text));
}

static enum rc put_account(struct accounts *x, const struct sam_account *account, struct err *err)
{
    char sid[SID_TEXT_MAX + 16];
    struct row row;
    bool in_name = is_hint(account->full_name);
    (void)snprintf(sid, sizeof(sid), "%s-%u", x->sid, account->rid);
    row_begin(&row, ROW_TABLE_LOCALACCOUNT);
    row_text(&row, LOCALACCOUNT_HOST, x->o->import->host);
    row_int(&row, LOCALACCOUNT_RID, account->rid);
    row_text(&row, LOCALACCOUNT_SID, *x->sid ? sid : NULL);
    row_text(&row, LOCALACCOUNT_NAME, account->name);
    row_text(&row, LOCALACCOUNT_FULL_NAME, in_name ? NULL : account->full_name);
    row_text(&row, LOCALACCOUNT_HINT,
             is_hint(account->comment) ? "description"
             : in_name                 ? "full_name"
                                       : NULL);
    if (account->has_facts) {
        row_int(&row, LOCALACCOUNT_FLAGS, account->flags);
        row_int(&row, LOCALACCOUNT_PWD_LAST_SET, account->pwd_last_set);
        row_int(&row, LOCALACCOUNT_LOGON, account->last_logon);
        row_int(&row, LOCALACCOUNT_BAD_COUNT, account->bad_count);
        row_int(&row, LOCALACCOUNT_LOGONS, account->logon_count);
        row_int(&row, LOCALACCOUNT_EXPIRES, account->expires);
    }
    return hive_put(x->o, &row, err);
}

static enum rc put_fingerprint(struct accounts *x, const struct sam_account *account,
                               struct err *err)
{
    static const char *const states[] = {
        [SAM_UNREADABLE] = "unreadable", [SAM_BLANK] = "blank", [SAM_SET] = "set"
    };
    struct row row;
    row_begin(&row, ROW_TABLE_FINGERPRINT);
    row_text(&row, FINGERPRINT_HOST, x->o->import->host);
    row_int(&row, FINGERPRINT_RID, account->rid);
    row_text(&row, FINGERPRINT_STATE, states[account->state]);
    row_text(&row, FINGERPRINT_FINGERPRINT, *account->fingerprint ? account->fingerprint : NULL);
    if (account->is_lm_known) {
        row_bool(&row, FINGERPRINT_LM, account->has_lm);
    }
    if (account->history >= 0) {
        row_int(&row, FINGERPRINT_HISTORY, account->history);
    }
    x->unreadable += account->state == SAM_UNREADABLE;
    return hive_put(x->o, &row, err);
}

static enum rc take_account(void *context, const struct sam_account *account, struct err *err)
{
    struct accounts *x = context;
    const bool *wants = x->o->import->wants;
    if (wants[PART_ACCOUNT]) {
        TRY(put_account(x, account, err));
    }
    return wants[PART_PASSWORD] ? put_fingerprint(x, account, err) : RC_OK;
}

static enum rc take_alias(void *context, const struct sam_alias *alias, struct err *err)
{
    struct accounts *x = context;
    const char *host = x->o->import->host;
    struct row row;
    row_begin(&row, ROW_TABLE_LOCALGROUP);
    row_text(&row, LOCALGROUP_HOST, host);
    row_text(&row, LOCALGROUP_SID, alias->sid);
    row_text(&row, LOCALGROUP_NAME, alias->name);
    if (alias->is_read) {
        row_int(&row, LOCALGROUP_MEMBERS, (int64_t)alias->count);
    }
    TRY(hive_put(x->o, &row, err));
    for (size_t i = 0; i < alias->count; i++) {
        row_begin(&row, ROW_TABLE_LOCALMEMBER);
        row_text(&row, LOCALMEMBER_HOST, host);
        row_text(&row, LOCALMEMBER_GROUP, alias->sid);
        row_text(&row, LOCALMEMBER_SID, alias->members[i]);
        TRY(hive_put(x->o, &row, err));
    }
    return RC_OK;
}

/* The key of the hashes, or NULL and why in err. Not RC_OK: memory. */
static enum rc unlock(struct hive_output *o, struct secret **ret, struct err *why, struct err *err)
{
    uint8_t boot_key[BOOTKEY_SIZE];
    struct hives *hs = o->hives;
    *ret = NULL;
    if (!hs->has_control_set) {
        err_setf(why, RC_ABSENT, "%s",
                 hs->system.why ? hs->system.why : "the SYSTEM hive names no control set");
        return RC_OK;
    }
    enum rc rc = bootkey_read(&hs->system.h, &hs->control_set, boot_key, why);
    if (rc == RC_OK) {
        rc = sam_unlock(&hs->sam.h, boot_key, ret, why);
    }
    crypt_wipe(boot_key, sizeof(boot_key));
    if (hive_is_fatal(rc)) {
        *err = *why;
        return rc;
    }
    return RC_OK;
}

static enum rc read_accounts(struct hive_output *o, struct accounts *x, struct err *err)
{
    struct secret *key AUTO(secret_freep) = NULL;
    struct err why = { .msg = "" }, no_key = { .msg = "" };
    struct hive *sam = &o->hives->sam;
    uint64_t damaged = 0;
    if (o->import->wants[PART_PASSWORD]) {
        TRY(unlock(o, &key, &no_key, err));
    }
    enum rc rc = sam_accounts(&sam->h, key, o->import->key, take_account, x, &damaged, &why);
    if (hive_is_fatal(rc)) {
        *err = why;
        return rc;
    }
    hive_told_of(o, PART_ACCOUNT, sam, rc, damaged, "accounts", &why);
    if (x->unreadable > 0 || (rc == RC_OK && !key)) {
        const char *text = key ? "the passwords of some accounts cannot be read"
                               : arena_printf(o->a, "passwords cannot be compared: %s", no_key.msg);
        hive_told(o, PART_PASSWORD, TOLD_SOME, text ? text : "passwords cannot be compared");
    } else if (rc == RC_OK && !fingerprint_has_key(o->import->key)) {
        hive_told(o, PART_PASSWORD, TOLD_SOME, "there is no key for fingerprints");
    } else {
        hive_told_of(o, PART_PASSWORD, sam, rc, damaged, "accounts", &why);
    }
    return RC_OK;
}

/* Nothing of the SAM is told: why. */
static void tell_none(struct hive_output *o, const char *why)
{
    static const enum host_part parts[] = { PART_POLICY, PART_ACCOUNT, PART_GROUP, PART_PASSWORD };

    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        hive_told(o, parts[i], TOLD_NOTHING, why);
    }
}

enum rc hive_accounts(struct hive_output *o, struct err *err)
{
    struct hive *sam = &o->hives->sam;
    const bool *wants = o->import->wants;
    struct sam_domain domain = { .sid = "" };
    struct err why = { .msg = "" };
    if (!sam->is_open) {
        tell_none(o, sam->why);
        return RC_OK;
    }
    if (o->who.role && strcmp(o->who.role, "controller") == 0) {
        tell_none(o, "a domain controller has no accounts of its own; its SAM hive holds those of "
                     "the restore mode");
        return RC_OK;
    }
    enum rc rc = sam_domain(&sam->h, &domain, &why);
    if (wants[PART_POLICY]) {
        if (domain.has_policy) {
            TRY(put_policy(o, &domain, err));
        }
        hive_told_of(o, PART_POLICY, sam,
                     domain.has_policy ? RC_OK
                     : rc == RC_OK     ? RC_MALFORMED
                                       : rc,
                     0, "password policy", &why);
    }
    struct accounts x = { .o = o, .sid = domain.sid };
    if (wants[PART_ACCOUNT] || wants[PART_PASSWORD]) {
        TRY(read_accounts(o, &x, err));
    }
    if (wants[PART_GROUP]) {
        uint64_t damaged = 0;
        rc = sam_aliases(&sam->h, domain.sid, take_alias, &x, &damaged, &why);
        if (hive_is_fatal(rc)) {
            *err = why;
            return rc;
        }
        hive_told_of(o, PART_GROUP, sam, rc, damaged, "groups", &why);
    }
    return RC_OK;
}
