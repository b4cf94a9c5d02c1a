/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The shares of the host, over the session that is there anyway. */
#include "audit/collect/smb/shares.h"

#include "audit/collect/smb/fault.h"
#include "audit/collect/smb/srvsvc_ndr.h"
#include "audit/collect/smb/value.h"

#define ARENA_MAX (8U * 1024 * 1024)

/* Pages of a server that never says that it is done. */
#define MOST_PAGES 64

static const char what[] = "listing the shares";

static enum rc ask(struct session *s, TALLOC_CTX *mem, struct arena *a, uint32_t resume,
                   struct srvsvc_shares *ret, struct err *err)
{
    struct wr in AUTO(wr_done) = { 0 };
    struct rd out;
    char *server = talloc_asprintf(mem, "\\\\%s", s->o->host);
    if (!server) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    wr_init(&in, 4096);
    srvsvc_put_share_enum(&in, server, resume);
    TRY(session_raw(s, PIPE_SRVSVC, SRVSVC_SHARE_ENUM, mem, &in, what, &out, err));
    if (!srvsvc_get_share_enum(&out, a, ret)) {
        return err_setf(err, RC_MALFORMED, "%s: the answer breaks its format", what);
    }
    return ret->code == WIN32_MORE_DATA ? RC_OK : fault_win32(s->o, what, ret->code, err);
}

enum rc shares_ask(struct session *s, struct err *err)
{
    struct srvsvc_shares shares = { 0 };
    struct arena *a AUTO(arena_freep) = arena_new(ARENA_MAX);
    TALLOC_CTX *mem = talloc_new(s->mem);
    enum rc rc = a ? ask(s, mem, a, 0, &shares, err) : err_setf(err, RC_NOMEM, "out of memory");
    talloc_free(mem);
    return rc;
}

static enum rc put(struct collect *c, const struct srvsvc_shares *shares, struct arena *a,
                   uint64_t *ret_objects, struct err *err)
{
    struct row row;
    for (size_t i = 0; i < shares->count; i++) {
        const struct srvsvc_share *s = &shares->share[i];
        if (!s->name) {
            continue;
        }
        const char *remark = s->remark ? value_utf16(a, s->remark, s->remark_size) : NULL;
        row_begin(&row, ROW_TABLE_SHARE);
        row_text(&row, SHARE_HOST, c->target);
        row_text(&row, SHARE_NAME, value_utf16(a, s->name, s->name_size));
        row_int(&row, SHARE_TYPE, s->type);
        row_text(&row, SHARE_REMARK, remark && *remark ? remark : NULL);
        TRY(row_put(c->sink, &row, err));
        *ret_objects += 1;
    }
    return RC_OK;
}

enum rc collect_shares(struct collect *c, uint64_t *ret_objects, struct err *err)
{
    struct srvsvc_shares shares = { .code = WIN32_MORE_DATA };
    struct arena *a AUTO(arena_freep) = arena_new(ARENA_MAX);
    enum rc rc = a ? RC_OK : err_setf(err, RC_NOMEM, "out of memory");
    for (int page = 0; rc == RC_OK && shares.code == WIN32_MORE_DATA; page++) {
        uint32_t resume = shares.resume;
        if (page == MOST_PAGES) {
            return err_setf(err, RC_LIMIT, "%s: the host does not come to an end", what);
        }
        TALLOC_CTX *mem = talloc_new(c->s.mem);
        arena_reset(a);
        shares = (struct srvsvc_shares){ 0 };
        rc = ask(&c->s, mem, a, resume, &shares, err);
        if (rc == RC_OK) {
            rc = put(c, &shares, a, ret_objects, err);
        }
        talloc_free(mem);
    }
    return rc;
}
