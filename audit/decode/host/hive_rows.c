/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/host/hive_rows.h"

#include "audit/decode/host/hive_internal.h"

/* Texts and values of one thing at a time. */
#define SCRATCH (8U * 1024 * 1024)

enum rc hive_put(struct hive_output *o, const struct row *row, struct err *err)
{
    o->rows++;
    return row_put(o->import->sink, row, err);
}

void hive_told(struct hive_output *o, enum host_part part, int state, const char *why)
{
    struct host_told *told = &o->told[part];
    if (!o->import->wants[part]) {
        return;
    }
    if (state > (int)told->state || (state == (int)told->state && !told->why)) {
        told->state = state == TOLD_ALL ? TOLD_ALL : state == TOLD_SOME ? TOLD_SOME : TOLD_NOTHING;
        told->why = state == TOLD_ALL ? NULL : why;
    }
}

void hive_told_of(struct hive_output *o, enum host_part part, const struct hive *hive, enum rc rc,
                  uint64_t damaged, const char *what, const struct err *err)
{
    const char *text = NULL;
    if (rc != RC_OK) {
        text = arena_printf(o->a, "%s: %s", what, err->msg);
        hive_told(o, part, TOLD_NOTHING, text ? text : what);
    } else if (damaged > 0) {
        text = arena_printf(o->a, "%s: a part of the hive is damaged", what);
        hive_told(o, part, TOLD_SOME, text ? text : what);
    } else {
        hive_told(o, part, hive->why ? TOLD_SOME : TOLD_ALL, hive->why);
    }
}

enum rc hive_rows(const struct host_import *import, const struct host_hives *h, struct arena *a,
                  const char *origin_word, struct host_told told[PART_COUNT], uint64_t *ret_rows,
                  struct err *err)
{
    const bool *wants = import->wants;
    struct hives hs;
    struct hive_output o = {
        .import = import, .hives = &hs, .a = a, .origin_word = origin_word, .told = told
    };
    struct arena *scratch AUTO(arena_freep) = arena_new(SCRATCH);
    if (!scratch) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    o.scratch = scratch;
    TRY(hives_open(&hs, h, a, err));
    hives_identify(&hs, &o.who);
    if (wants[PART_MACHINE]) {
        TRY(hive_machine(&o, err));
    }
    if (wants[PART_POLICY] || wants[PART_ACCOUNT] || wants[PART_GROUP] || wants[PART_PASSWORD]) {
        TRY(hive_accounts(&o, err));
    }
    if (wants[PART_RIGHT] || wants[PART_AUDIT]) {
        TRY(hive_security(&o, err));
    }
    if (wants[PART_SERVICE]) {
        TRY(hive_services(&o, err));
    }
    if (wants[PART_AUTOSTART]) {
        TRY(hive_autostart(&o, err));
    }
    if (wants[PART_REGISTRY]) {
        TRY(hive_plan(&o, err));
    }
    *ret_rows = o.rows;
    return RC_OK;
}
