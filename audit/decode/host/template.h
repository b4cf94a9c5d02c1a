/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What security templates say of one host: read one after the other, the later one wins, and then put as rows. */
#ifndef DECODE_HOST_TEMPLATE_H
#define DECODE_HOST_TEMPLATE_H

#include "audit/decode/format/registry_value.h"
#include "audit/decode/host/reading.h"

#define TEMPLATE_HOLDERS_MAX 4096U

struct template_number {
    bool is_set;
    int64_t value; /* in the unit of the file */
};

/* Settings of [System Access] that become a local_policy row. */
enum template_setting {
    TEMPLATE_MIN_LENGTH,
    TEMPLATE_HISTORY,
    TEMPLATE_MAX_AGE, /* days */
    TEMPLATE_MIN_AGE,
    TEMPLATE_THRESHOLD,
    TEMPLATE_DURATION, /* minutes */
    TEMPLATE_WINDOW,
    TEMPLATE_COMPLEXITY,
    TEMPLATE_CLEAR_TEXT,
    TEMPLATE_LOCKOUT_ADMINISTRATORS,
    TEMPLATE_SETTINGS
};

struct template_policy {
    bool is_any;
    struct template_number n[TEMPLATE_SETTINGS];
};

struct template_holder {
    const char *right;
    const char *holder; /* SID, name, or "" = nobody; NULL = a later template says otherwise */
    unsigned template;  /* which one it comes from */
};

struct template_reading {
    struct host_reading *r;
    registry_value_fn registry; /* of [Registry Values]; NULL = not wanted */
    void *registry_context;
    struct template_policy policy;
    struct template_holder *holders;
    size_t holder_count;
    unsigned template;              /* number of the one that is being read */
    struct template_number *starts; /* of each service of the plan */
    const char *administrator,
        *guest;                  /* names of the built-in accounts, as the template tells them */
    bool has_rights, has_access; /* the sections were there */
    bool has_lost;               /* more holders than were kept */
};

MUST_USE enum rc template_begin(struct template_reading *t, struct host_reading *r,
                                struct err *err);
/* Reads one more template, which wins over the former ones: setting by setting, and the holders of each right that it names.
 * As inf_read. */
MUST_USE enum rc template_read(struct template_reading *t, const struct host_file *f,
                               struct err *err);
MUST_USE enum rc template_put_policy(struct host_reading *r, struct host_file *f,
                                     const struct template_policy *p, struct err *err);
/* *ret_lost: holders that have no SID. */
MUST_USE enum rc template_put_rights(struct template_reading *t, struct host_file *f,
                                     size_t *ret_lost, struct err *err);
MUST_USE enum rc template_put_services(struct template_reading *t, struct host_file *f,
                                       const char *origin, struct err *err);
MUST_USE enum rc template_put_audit(struct host_reading *r, struct host_file *f, const char *origin,
                                    const char *subcategory, int setting, struct err *err);

#endif
