/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Registry values that come one after the other, key by key, as rows: services and what starts by itself. Named and placed as
 * hive_rows names and places the same. */
#ifndef DECODE_HOST_REGISTRY_ROWS_H
#define DECODE_HOST_REGISTRY_ROWS_H

#include "audit/decode/format/registry_value.h"
#include "audit/decode/host/reading.h"

struct registry_rows {
    struct host_reading *r;
    struct host_file *file; /* whose rows are counted */
    struct arena *a;        /* of the current service */
    bool wants_services, wants_autostart;
    bool *seen; /* of each service of the plan */
    /* The service whose values come now. */
    const char *name;
    const char *path, *account, *library;
    bool has_start, has_type;
    uint32_t start, type;
};

/* For one file. RC_NOMEM. End with registry_rows_end, which also puts the last service. */
MUST_USE enum rc registry_rows_begin(struct registry_rows *x, struct host_reading *r,
                                     struct host_file *file, bool *seen, struct err *err);
MUST_USE enum rc registry_rows_key(struct registry_rows *x, const char *key, struct err *err);
MUST_USE enum rc registry_rows_value(struct registry_rows *x, const struct registry_value *v,
                                     struct err *err);
MUST_USE enum rc registry_rows_end(struct registry_rows *x, struct err *err);
void registry_rows_done(struct registry_rows *x); /* frees; also for AUTO() */

/* The keys and values that registry_rows takes for autostart, as wishes of a plan; in a. */
MUST_USE enum rc registry_rows_plan(struct arena *a, struct plan **ret, struct err *err);

/* What follows "HKLM\…\Services\" in a key, or NULL. */
const char *registry_rows_service(const char *key);

/* One autostart row; the command is left out where it looks as if it held a password. */
struct autostart_item {
    const char *kind, *location, *name, *command, *arguments, *account;
    int64_t start;  /* -1 = not told */
    int is_enabled; /* -1 = not told */
    bool has_hint;  /* told by who read it; the command is not kept */
    filetime changed_at;
};

MUST_USE enum rc host_put_autostart(struct host_reading *r, struct host_file *f, struct arena *a,
                                    const struct autostart_item *item, struct err *err);

#endif
