/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The logon guard of a divided audit: where it lies, and what it stopped. */
#include <string.h>

#include "audit/base/log.h"
#include "audit/command/command.h"
#include "audit/command/shard.h"

/* The folder that OUT is in, as it is written: where OUT is a link (to a disk of this machine, say), the shards meet beside the
 * link. */
static const char *beside(const char *out, struct arena *a)
{
    size_t n = strlen(out);
    while (n > 1 && out[n - 1] == '/') {
        n--;
    }
    size_t start = n;
    while (start > 0 && out[start - 1] != '/') {
        start--;
    }
    size_t size = n - start;
    bool is_dots = size > 0 && strspn(out + start, ".") >= size && size <= 2;
    if (is_dots || size == 0) {
        return arena_printf(a, "%.*s/../%s", (int)n, out, GUARD_NAME);
    }
    return arena_printf(a, "%.*s%s", (int)start, out, GUARD_NAME);
}

enum rc shard_guard(const struct shard *s, const struct collect_options *o, struct arena *a,
                    struct guard **ret, struct err *err)
{
    const char *path = o->logon_guard;
    if (!path && s->count < 2) {
        return RC_OK;
    }
    TRY(command_make_folder(o->out, err)); /* OUT/.. is nowhere without it */
    path = path ? path : beside(o->out, a);
    if (!path) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    TRY(guard_open(path, ret, err));
    if (guard_notice(*ret)) {
        log_line(LOG_WARN, "%s", guard_notice(*ret));
    } else if (!o->quiet) {
        log_line(LOG_INFO, "logon guard, which all shards of this audit must share: %s", path);
    }
    return RC_OK;
}

enum rc shard_guard_close(struct guard *guard, struct store *store, struct err *err)
{
    const char *notice = guard ? guard_notice(guard) : NULL;
    if (!notice) {
        return RC_OK;
    }
    log_line(LOG_WARN, "%s", notice);
    TRY(store_commit(store, err));
    /* Texts of gate.c, guard.c and host_smb.c for whoever was turned away before anything was asked. */
    return store_exec(
        store_handle(store),
        "UPDATE coverage SET reason = '" SHARD_GUARD_REASON
        "' WHERE (state = 'not_collected' AND reason = 'limit'"
        " AND (detail LIKE '%audit credential%' OR detail LIKE '%logon guard%'"
        " OR detail LIKE 'other shards let this one%'))"
        " OR (state = 'denied' AND detail LIKE 'the directory refused this account:%')",
        err);
}
