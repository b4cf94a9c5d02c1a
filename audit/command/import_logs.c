/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Event logs of all items: they wait, open, until it is known which hosts there are, and are read at the end, several at a time. A log may be
 * as large as a disk: it never comes into memory or into a bundle. */
#include <sys/resource.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/base/log.h"
#include "audit/command/import.h"

#define FILES_MOST 65536U /* that may be open at a time */

struct waiting {
    struct event_log_item log;
    const struct import_item *item;
    bool has_path; /* it is one file of several: its path is told */
    char sha256[65];
};

struct import_logs {
    struct arena *a;
    struct waiting *list;
    size_t count, room;
};

struct import_logs *import_logs_new(void)
{
    struct import_logs *l = calloc(1, sizeof(*l));
    struct rlimit files;
    if (!l || !(l->a = arena_new(256U << 20))) {
        free(l);
        return NULL;
    }
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < FILES_MOST) {
        files.rlim_cur = files.rlim_max < FILES_MOST ? files.rlim_max : FILES_MOST;
        (void)setrlimit(RLIMIT_NOFILE, &files);
    }
    return l;
}

void import_logs_free(struct import_logs *l)
{
    if (l) {
        for (size_t i = 0; i < l->count; i++) {
            auto_fd_close(&l->list[i].log.fd);
        }
        free(l->list);
        arena_free(l->a);
        free(l);
    }
}

void import_logs_freep(struct import_logs **l)
{
    import_logs_free(*l);
}

size_t import_logs_count(const struct import_logs *l)
{
    return l->count;
}

static enum rc grow(struct import_logs *l, struct err *err)
{
    size_t room = l->room ? l->room * 2 : 64;
    if (l->count < l->room) {
        return RC_OK;
    }
    struct waiting *list = reallocarray(l->list, room, sizeof(*list));
    if (!list) {
        return err_setf(err, RC_NOMEM, "out of memory for %zu event logs", l->count);
    }
    l->list = list;
    l->room = room;
    return RC_OK;
}

enum rc import_logs_take(struct importer *im, const struct import_item *item,
                         const struct event_log_item *log, struct err *err)
{
    struct import_logs *l = im->logs;
    TRY(grow(l, err));
    struct waiting *w = &l->list[l->count];
    *w = (struct waiting){ .log = *log, .item = item };
    w->log.origin = arena_strdup(l->a, log->origin);
    w->log.path = arena_strdup(l->a, log->path);
    w->log.detail = log->detail ? arena_strdup(l->a, log->detail) : NULL;
    w->log.since = im->since;
    w->log.key = im->key;
    w->has_path =
        item->kind == IMPORT_KIT || item->kind == IMPORT_IMAGE || item->kind == IMPORT_HIVES;
    w->log.channel = w->has_path ? event_logs_channel(log->path) : NULL;
    if (!w->log.origin || !w->log.path || (log->detail && !w->log.detail)) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    w->log.fd = log->fd < 0 ? -1 : fcntl(log->fd, F_DUPFD_CLOEXEC, 3);
    if (log->fd >= 0 && w->log.fd < 0) {
        w->log.refusal = "malformed";
        w->log.detail =
            "too many event logs were given at a time: import them in several goes, or raise ulimit -n";
    }
    l->count++;
    return RC_OK;
}

enum rc import_logs_place(struct importer *im, size_t first, const char *host, bool is_disputed,
                          struct err *err)
{
    struct import_logs *l = im->logs;
    const char *name = host ? arena_strdup(l->a, host) : NULL;
    for (size_t i = first; i < l->count; i++) {
        l->list[i].log.host = name;
        l->list[i].log.is_disputed = is_disputed;
    }
    return host && !name ? err_setf(err, RC_NOMEM, "out of memory") : RC_OK;
}

uint64_t import_holes(int fd, uint64_t size)
{
    uint64_t holes = 0;
    off_t at = 0, end = (off_t)size;
    while (at < end) {
        off_t data = lseek(fd, at, SEEK_DATA);
        if (data < 0) {
            /* Nothing but a hole to its end; or a file system that knows none. */
            return errno == ENXIO ? holes + (uint64_t)(end - at) : holes;
        }
        holes += (uint64_t)((data < end ? data : end) - at);
        at = lseek(fd, data, SEEK_HOLE);
        if (at < 0 || at <= data) {
            break;
        }
    }
    return holes;
}

/* A copy where copies are kept; SHA-256 of others is taken while they are read. */
static enum rc record(struct importer *im, struct waiting *w, struct err *err)
{
    struct event_log_item *log = &w->log;
    struct err why;
    if (log->fd < 0) {
        return RC_OK;
    }
    if (import_holes(log->fd, log->size) > IMPORT_HOLES_MOST) {
        log->note = im->keep
                        ? "most of the file is not on its disk: no SHA-256, and no copy was kept"
                        : "most of the file is not on its disk: no SHA-256";
        log_line(LOG_WARN, "%s: %s: %s", log->origin, log->path, log->note);
        return RC_OK;
    }
    if (!im->keep) {
        log->sum = w->sha256;
        return RC_OK;
    }
    if (artifact_sha256(log->fd, log->size, NULL, w->sha256, &why) != RC_OK) {
        w->sha256[0] = '\0';
        log->detail = "it could not be read to its end";
        return RC_OK;
    }
    log->sha256 = w->sha256;
    return artifact_keep_file(im->keep, log->origin, log->path, log->changed_at, log->fd, log->size,
                              w->sha256, err);
}

/* Whether the operator has to look: nothing of it is evidence, or whose it is is not clear. */
static bool is_open(const struct event_log_outcome *o)
{
    return o->is_failed || (o->events > 0 && o->reason && strcmp(o->reason, "twice") != 0);
}

/* Samba's logs do not say whose they are: the operator does. */
static enum rc name_host(struct importer *im, struct err *err)
{
    struct import_logs *l = im->logs;
    const char *host = NULL;
    if (im->log_host) {
        TRY(event_logs_host(im->store, im->log_host, l->a, &host, err));
    }
    for (size_t i = 0; i < l->count; i++) {
        struct event_log_item *log = &l->list[i].log;
        if (!log->host && !log->is_disputed && strcmp(log->form, "samba_json") == 0) {
            log->host = host;
        }
    }
    return RC_OK;
}

static enum rc read_list(struct importer *im, struct event_log_item *items,
                         struct event_log_outcome *outcomes, struct err *err)
{
    struct import_logs *l = im->logs;
    TRY(name_host(im, err));
    for (size_t i = 0; i < l->count; i++) {
        TRY(record(im, &l->list[i], err));
        items[i] = l->list[i].log;
    }
    enum rc rc = event_logs_decode(im->store, im->supervisor, items, l->count, outcomes, l->a, err);
    if (rc == RC_LIMIT) {
        return err_setf(
            err, rc,
            "stopped by the operator; what was read is kept: import the event logs again for the rest");
    }
    TRY(rc);
    for (size_t i = 0; i < l->count; i++) {
        const struct waiting *w = &l->list[i];
        import_tell_log(w->item, w->has_path ? w->log.path : NULL, &outcomes[i], l->a);
        im->failed += is_open(&outcomes[i]);
    }
    return RC_OK;
}

enum rc import_logs_read(struct importer *im, struct err *err)
{
    size_t count = im->logs->count;
    enum rc rc = RC_OK;
    if (count == 0) {
        return event_logs_settle(im->store, err); /* others may have given way */
    }
    struct event_log_item *items = calloc(count, sizeof(*items));
    struct event_log_outcome *outcomes = calloc(count, sizeof(*outcomes));
    rc = items && outcomes ? read_list(im, items, outcomes, err)
                           : err_setf(err, RC_NOMEM, "out of memory for %zu event logs", count);
    free(items);
    free(outcomes);
    return rc;
}
