/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/smb/fetch.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "audit/collect/smb/coverage.h"
#include "audit/collect/smb/fault.h"
#include "audit/collect/smb/share.h"

static void beat(void *context, uint64_t entries)
{
    collect_progress(context, entries);
}

/* What holds settings, and what is run: other files (templates for the editor, programs, pictures) are named in the bundle only. */
uint64_t fetch_wants(const char *path, const struct walk_entry *e)
{
    static const char *const settings[] = { "pol", "ini", "inf", "csv", "xml", "cmtx" };
    static const char *const scripts[] = { "bat", "cmd", "ps1",  "psm1",  "psd1", "vbs",
                                           "vbe", "js",  "jse",  "wsf",   "wsh",  "kix",
                                           "reg", "hta", "py",   "pl",    "sh",   "au3",
                                           "txt", "cfg", "conf", "config" };
    const char *slash = strrchr(path, '/');
    const char *dot = strrchr(slash ? slash : path, '.');
    (void)e;
    for (size_t i = 0; dot && i < ARRAY_LEN(settings); i++) {
        if (strcasecmp(dot + 1, settings[i]) == 0) {
            return FETCH_FILE_MOST;
        }
    }
    for (size_t i = 0; dot && i < ARRAY_LEN(scripts); i++) {
        if (strcasecmp(dot + 1, scripts[i]) == 0) {
            return FETCH_SCRIPT_MOST;
        }
    }
    return 0;
}

enum rc fetch_open(struct collect *c, const char *share, bool *ret_not_asked, struct err *err)
{
    struct secret *password AUTO(secret_freep) = NULL;
    uint32_t status = 0;
    *ret_not_asked = false;
    TRY(reach_find(c->o, c->address, err));
    if (c->o->auth == AUTH_NTLM) {
        TRY(secret_unpack(c->pack, 0, &password, err));
        if (secret_size(password) == 0) {
            return err_setf(err, RC_USAGE,
                            "the audit password is empty: an empty password is never sent");
        }
    }
    enum rc rc = worker_gate_enter(c->worker, WORKER_GATE_LOGON, err);
    if (rc != RC_OK) {
        *ret_not_asked = rc == RC_LIMIT;
        return rc;
    }
    rc = share_open(c->address, share, password, &status, err);
    struct err gate = { 0 };
    enum worker_gate_result result = fault_gate(c->o, status);
    if (rc == RC_DENIED && result == WORKER_GATE_OTHER && status == NTS_UNSUCCESSFUL) {
        result =
            WORKER_GATE_REFUSED; /* for a reason that the library did not tell: the worst one */
    }
    if (worker_gate_leave(c->worker, WORKER_GATE_LOGON, result, &gate) != RC_OK) {
        *err = gate;
        return gate.rc;
    }
    return rc;
}

/* *ret_cut says what is missing in a bundle that is there. */
static enum rc fill(struct collect *c, const struct fetch_plan *plan, struct outcome *out,
                    struct err *ret_cut, struct err *err)
{
    static struct walk w; /* has a buffer */
    struct bundle_writer bundle;
    int fd = worker_outbox(c->worker);
    if (fd < 0) {
        return err_setf(err, RC_BUG, "the task has no outbox");
    }
    TRY(fetch_open(c, plan->share, &out->is_not_asked, err));
    TRY(bundle_begin(&bundle, fd, c->o->max_bytes, err));
    w = (struct walk){ .tree = share_tree(plan->base),
                       .out = &bundle,
                       .most_entries = c->o->max_files,
                       .wants = fetch_wants,
                       .progress = beat,
                       .context = c };
    struct err why = { .rc = RC_OK };
    enum rc rc = plan->fetch(&w, &why);
    out->objects = w.entries;
    *ret_cut = w.cut;
    TRY(bundle_end(&bundle, err));
    if (rc != RC_OK && (w.entries == 0 || rc == RC_IO)) {
        *err = why;
        return rc;
    }
    if (rc != RC_OK && ret_cut->rc == RC_OK) {
        *ret_cut = why;
    }
    return RC_OK;
}

static enum rc probe(struct collect *c, const struct fetch_plan *plan, struct outcome *out,
                     struct err *err)
{
    struct arena *a AUTO(arena_freep) = arena_new(0);
    struct walk_entry *list = NULL;
    size_t count = 0;
    TRY(fetch_open(c, plan->share, &out->is_not_asked, err));
    struct walk_tree *tree = share_tree(plan->base);
    TRY(a ? tree->list(tree, "Policies", a, &list, &count, err) : RC_NOMEM);
    out->objects = count;
    return RC_OK;
}

enum rc fetch_cover(struct collect *c, enum smb_source source, const struct outcome *out,
                    const struct err *cut, struct err *err)
{
    struct row row;
    char text[sizeof(out->detail)];
    if (out->rc != RC_OK || c->o->probe) {
        return coverage_put(c->sink, source_name(source), c->target, out, err);
    }
    (void)snprintf(text, sizeof(text), "%s%.400s",
                   cut->rc != RC_OK ? "fetched in part, and not decoded: "
                                    : "fetched, and not decoded",
                   cut->rc != RC_OK ? cut->msg : "");
    row_begin(&row, ROW_TABLE_COVERAGE);
    row_text(&row, COVERAGE_SOURCE, source_name(source));
    row_text(&row, COVERAGE_TARGET, c->target);
    row_text(&row, COVERAGE_STATE, "partial");
    row_text(&row, COVERAGE_REASON, cut->rc != RC_OK ? rc_word(cut->rc) : NULL);
    row_text(&row, COVERAGE_DETAIL, text);
    row_int(&row, COVERAGE_STARTED, out->started);
    row_int(&row, COVERAGE_FINISHED, out->finished);
    row_int(&row, COVERAGE_OBJECTS, (int64_t)out->objects);
    return row_put(c->sink, &row, err);
}

enum rc fetch_run(struct collect *c, struct err *err)
{
    enum smb_source source = c->o->wants[SOURCE_SYSVOL] ? SOURCE_SYSVOL : SOURCE_CACHE;
    struct fetch_plan plan = source == SOURCE_SYSVOL ? sysvol_plan(c->o) : hostcache_plan();
    struct outcome *out = &c->outcome[source];
    struct err e = { .rc = RC_OK }, cut = { .rc = RC_OK };
    c->doing = source;
    c->pulse.beat = NULL;
    out->started = filetime_now();
    out->rc = c->o->probe ? probe(c, &plan, out, &e) : fill(c, &plan, out, &cut, &e);
    out->finished = filetime_now();
    out->why = e.rc;
    if (out->rc != RC_OK) {
        (void)snprintf(out->detail, sizeof(out->detail), "%s", e.msg);
    }
    TRY(fetch_cover(c, source, out, &cut, err));
    TRY(worker_flush(c->worker, err));
    if (out->rc != RC_OK) {
        *err = e;
    }
    return out->rc;
}
