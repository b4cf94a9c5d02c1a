/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the checks want to know of a host's registry and services, held against what a format gives: only what is wished becomes
 * rows, spelled as the checks spell it; what was looked for everywhere and is not there becomes a row that says so. */
#ifndef DECODE_FORMAT_PLAN_H
#define DECODE_FORMAT_PLAN_H

#include "audit/decode/format/registry_value.h"
#include "audit/evidence/row.h"
#include "audit/supervise/task.h"

struct plan;

/* A wish: "HKLM\KEY|VALUE"; VALUE "*" = every value of the key; KEY ending in "\*" = every key directly below. */
struct plan_wish {
    const char *key; /* without the "\*" */
    const char *value;
    bool is_each_subkey;
    bool is_each_value;
};

/* The parameters "registry" and "service" of the task; owned by the arena. RC_USAGE for one that breaks its form. */
MUST_USE enum rc plan_new(struct arena *a, const struct task *task, struct plan **ret,
                          struct err *err);
size_t plan_count(const struct plan *p);
const struct plan_wish *plan_wish(const struct plan *p, size_t i);
size_t plan_service_count(const struct plan *p);
const char *plan_service(const struct plan *p, size_t i);

/* Spells key and value as a wish does that names them (ASCII case does not matter); what no wish names stays. Owned by a, or as
 * they were. */
void plan_spell(const struct plan *p, struct arena *a, const char **key, const char **value);
/* The service as the checks spell it, or NULL when none names it. */
const char *plan_spell_service(const struct plan *p, const char *name);

/* A value that the host has. Kept when a wish names it; the first one of a key and value stays (the more trusted file goes first).
 * v->action must be REG_SET. */
MUST_USE enum rc plan_offer(struct plan *p, const struct registry_value *v, struct err *err);
/* Only whether the host has a value that a wish names, and nothing of what it holds; what was said first stays. */
MUST_USE enum rc plan_tell(struct plan *p, const char *key, const char *value, bool is_there,
                           struct err *err);
/* A key that the host has, whatever its values. */
MUST_USE enum rc plan_offer_key(struct plan *p, const char *key, struct err *err);
/* All that is at this key and below was offered, so that what is not among it is not there. "HKLM\\SYSTEM" for a whole hive. */
MUST_USE enum rc plan_cover(struct plan *p, const char *root, struct err *err);
/* Takes a covering back for a key and all below: part of it could not be read. */
MUST_USE enum rc plan_uncover(struct plan *p, const char *root, struct err *err);

/* A host_registry row for each wish that is settled. *ret_rows = how many; *ret_open = wishes that could not be settled. */
MUST_USE enum rc plan_emit(struct plan *p, const char *host, const char *origin,
                           struct row_sink *sink, uint64_t *ret_rows, uint64_t *ret_open,
                           struct err *err);

#endif
