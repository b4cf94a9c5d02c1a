/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/smb/srvsvc_ndr.h"

/* Name, type and remark of one entry, before the texts. */
#define ENTRY_BYTES 12

#define LEVEL 1

void srvsvc_put_share_enum(struct wr *w, const char *server, uint32_t resume)
{
    ndr_put_pointer(w);
    ndr_put_string(w, server);
    ndr_put_u32(w, LEVEL);
    ndr_put_u32(w, LEVEL); /* which member of the union */
    ndr_put_pointer(w);
    ndr_put_u32(w, 0); /* no entries go there */
    ndr_put_u32(w, 0);
    ndr_put_u32(w, UINT32_MAX); /* as many bytes as it likes to send */
    ndr_put_pointer(w);
    ndr_put_u32(w, resume);
}

static void get_entries(struct rd *r, struct arena *a, struct srvsvc_shares *s)
{
    uint32_t count = ndr_u32(r);
    if (!ndr_pointer(r)) {
        return;
    }
    uint32_t most = ndr_u32(r);
    if (r->bad || count > most || count > rd_left(r) / ENTRY_BYTES) {
        rd_fail(r);
        return;
    }
    s->share = arena_array(a, count > 0 ? count : 1, sizeof(*s->share));
    if (!s->share) {
        rd_fail(r);
        return;
    }
    /* First all fixed parts, then the texts in the same order: which ones come is told by the pointers. */
    struct rd texts = *r;
    rd_skip(&texts, (size_t)most * ENTRY_BYTES);
    for (uint32_t i = 0; i < count && !r->bad && !texts.bad; i++) {
        struct srvsvc_share *share = &s->share[i];
        bool has_name = ndr_pointer(r);
        share->type = ndr_u32(r);
        bool has_remark = ndr_pointer(r);
        share->name = has_name ? ndr_string(&texts, &share->name_size) : NULL;
        share->remark = has_remark ? ndr_string(&texts, &share->remark_size) : NULL;
    }
    if (r->bad || count != most) {
        rd_fail(&texts); /* entries without texts of their own would put the rest out of step */
    }
    *r = texts;
    s->count = count;
}

bool srvsvc_get_share_enum(struct rd *r, struct arena *a, struct srvsvc_shares *ret)
{
    struct srvsvc_shares s = { 0 };
    uint32_t level = ndr_u32(r);
    uint32_t which = ndr_u32(r);
    if (level != LEVEL || which != LEVEL) {
        rd_fail(r);
    }
    if (ndr_pointer(r)) {
        get_entries(r, a, &s);
    }
    (void)ndr_u32(r); /* how many there are in all */
    if (ndr_pointer(r)) {
        s.resume = ndr_u32(r);
    }
    s.code = ndr_u32(r);
    if (r->bad) {
        return false;
    }
    *ret = s;
    return true;
}
