/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/policy/policy_right.h"

#include <string.h>

#include "audit/decode/secdesc.h"

#define TRUSTEES_MAX 128U /* each entry is held against all before it */

/* Access to files ([MS-DTYP] 2.4.3, [MS-FSCC] has the names): what of it changes something. */
#define FILE_WRITE         0x2U  /* write data, or add a file */
#define FILE_APPEND        0x4U  /* append data, or add a folder */
#define FILE_DELETE_CHILD  0x40U /* delete what is in the folder */
#define FILE_ALL           0x1f01ffU
#define FILE_GENERIC_WRITE 0x120116U

struct grant {
    const uint8_t *sid;
    size_t sid_size;
    uint32_t own, inherited; /* masks */
    uint32_t denied;
};

struct grants {
    struct grant list[TRUSTEES_MAX];
    size_t count;
};

static const struct {
    uint32_t mask;
    const char *right;
} rights[] = {
    { FILE_WRITE | FILE_APPEND | FILE_DELETE_CHILD, "write" },
    { ACCESS_DELETE, "delete" },
    { ACCESS_WRITE_DACL, "write_dacl" },
    { ACCESS_WRITE_OWNER, "write_owner" },
};

static uint32_t map_mask(uint32_t mask)
{
    mask |= mask & ACCESS_GENERIC_ALL ? FILE_ALL : 0;
    mask |= mask & ACCESS_GENERIC_WRITE ? FILE_GENERIC_WRITE : 0;
    return mask;
}

static struct grant *grant_of(struct grants *g, const struct ace *ace)
{
    for (size_t i = 0; i < g->count; i++) {
        struct grant *known = &g->list[i];
        if (known->sid_size == ace->sid_size && memcmp(known->sid, ace->sid, ace->sid_size) == 0) {
            return known;
        }
    }
    if (g->count == TRUSTEES_MAX) {
        return NULL;
    }
    g->list[g->count] = (struct grant){ .sid = ace->sid, .sid_size = ace->sid_size };
    return &g->list[g->count++];
}

static enum rc read_entries(const struct descriptor *d, struct grants *g, struct err *err)
{
    struct ace_cursor c = ace_first(&d->dacl);
    struct ace ace;
    for (;;) {
        enum rc rc = ace_next(&c, &ace, err);
        if (rc == RC_ABSENT) {
            return RC_OK;
        }
        TRY(rc);
        if (ace.kind == ACE_SKIPPED || (ace.flags & ACE_INHERIT_ONLY) != 0) {
            continue;
        }
        struct grant *of = grant_of(g, &ace);
        if (!of) {
            return err_setf(err, RC_MALFORMED, "the descriptor names more than %u trustees",
                            TRUSTEES_MAX);
        }
        uint32_t mask = map_mask(ace.mask);
        if (ace.kind == ACE_DENY) {
            of->denied |= mask;
        } else if ((ace.flags & ACE_INHERITED) != 0) {
            of->inherited |= mask & ~of->denied;
        } else {
            of->own |= mask & ~of->denied;
        }
    }
}

static enum rc put(const struct policy_file *f, const char *sid, const char *right,
                   bool is_inherited, struct err *err)
{
    struct row row;
    row_begin(&row, ROW_TABLE_POLICYFILERIGHT);
    row_text(&row, POLICYFILERIGHT_PATH, f->sysvol_path);
    row_text(&row, POLICYFILERIGHT_TRUSTEE, sid);
    row_text(&row, POLICYFILERIGHT_RIGHT, right);
    row_bool(&row, POLICYFILERIGHT_INHERITED, is_inherited);
    return policy_file_put(f, &row, err);
}

static enum rc put_rights(const struct policy_file *f, const char *sid, uint32_t own,
                          uint32_t inherited, struct err *err)
{
    for (size_t i = 0; i < ARRAY_LEN(rights); i++) {
        bool is_own = (own & rights[i].mask) != 0;
        if (is_own || (inherited & rights[i].mask) != 0) {
            TRY(put(f, sid, rights[i].right, !is_own, err));
        }
    }
    return RC_OK;
}

enum rc policy_right_rows(const struct policy_file *f, const uint8_t *note, size_t n,
                          struct err *err)
{
    struct descriptor d;
    struct grants g = { .count = 0 };
    TRY(descriptor_read(note, n, &d, err));
    if (d.has_dacl) {
        TRY(read_entries(&d, &g, err));
    }
    if (d.owner[0]) {
        TRY(put(f, d.owner, "owner", false, err));
    }
    if (!d.has_dacl) {
        return put_rights(f, "S-1-1-0", FILE_ALL, 0, err);
    }
    for (size_t i = 0; i < g.count; i++) {
        char sid[SID_TEXT_MAX];
        struct rd r = rd_from(g.list[i].sid, g.list[i].sid_size);
        if (rd_sid(&r, sid)) {
            TRY(put_rights(f, sid, g.list[i].own, g.list[i].inherited, err));
        }
    }
    return RC_OK;
}
