/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One file of a policy on its way to rows: what the driver (policy_rows.c) hands to whoever knows its format. */
#ifndef DECODE_POLICY_FILE_H
#define DECODE_POLICY_FILE_H

#include "audit/decode/policy/policy_rows.h"

struct policy_file {
    const struct policy_import *import;
    struct arena *arena; /* lives until the file is done */
    const char *gpo_id;  /* POLICY_NOWHERE for a file outside of every policy */
    const char *half;    /* machine, user; NULL outside of both */
    const char *path;    /* in the policy's folder, with slashes, as the file system spells it */
    const char *sysvol_path; /* below the domain's folder */
    const uint8_t *data;
    size_t size;
    filetime changed_at; /* 0 = not known */
    uint64_t *rows;      /* counts what is put */
};

#define POLICY_NOWHERE "00000000-0000-0000-0000-000000000000"

/* Preferences: policy_registry, policy_service, policy_member, policy_item, policy_password. RC_MALFORMED says what is wrong with
 * the file; rows that were put before stay. */
MUST_USE enum rc policy_file_preferences(const struct policy_file *f, struct err *err);

/* A script file: one policy_script row. */
MUST_USE enum rc policy_file_script(const struct policy_file *f, struct err *err);

/* A row with gpo_id set, counted and sent. */
MUST_USE enum rc policy_file_put(const struct policy_file *f, struct row *row, struct err *err);

/* policy_registry row of a value; v->key begins with HKLM\ or HKCU\. Spelled as the plan does. */
MUST_USE enum rc policy_file_registry(const struct policy_file *f, const struct registry_value *v,
                                      const char *source, bool is_conditional, struct err *err);

#endif
