/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/command/verify_kept.h"

#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/base/log.h"
#include "audit/command/plan_carry.h"

enum {
    MOST_KEPT = 512
};

struct kept {
    const char *path;
    filetime at;
    bool is_planned, is_baseline;
};

static void close_reader(sqlite3 **db)
{
    (void)sqlite3_close(*db);
}

static bool same_file(const char *a, const char *b)
{
    struct stat x, y;
    return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* Opening it for writing waits for nobody else's writing, and puts the write-ahead log into the file. */
static enum rc settle(const char *path, filetime *ret_at, struct err *err)
{
    struct store *store AUTO(store_closep) = NULL;
    TRY(store_open(path, STORE_WRITE, &store, err));
    *ret_at = plan_clock(store_handle(store));
    return RC_OK;
}

static const char *kept_name(struct arena *a, const char *dir, filetime at)
{
    time_t seconds = (time_t)filetime_to_unix(at ? at : filetime_now());
    struct tm parts;
    char stamp[32] = "";
    if (!gmtime_r(&seconds, &parts) ||
        strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", &parts) == 0) {
        return NULL;
    }
    return arena_printf(a, "%s/evidence-%s.db", dir, stamp);
}

enum rc verify_keep(struct arena *a, const char *dir, const char **baseline, const char **ret_kept,
                    struct err *err)
{
    filetime at = 0;
    const char *path = arena_printf(a, "%s/evidence.db", dir);
    *ret_kept = NULL;
    if (!path) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    if (access(path, F_OK) != 0) {
        return RC_OK;
    }
    bool is_baseline = same_file(path, *baseline);
    TRY(settle(path, &at, err));
    const char *to = kept_name(a, dir, at);
    if (!to) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    /* link(2), unlike rename(2), never takes the place of another file. */
    if (link(path, to) != 0 || unlink(path) != 0) {
        (void)err_setf(err, errno == EEXIST ? RC_USAGE : RC_IO, "cannot put it aside as %s: %s", to,
                       strerror(errno));
        return err_at(err, "%s", path);
    }
    *baseline = is_baseline ? to : *baseline;
    *ret_kept = to;
    return RC_OK;
}

static bool is_kept_name(const char *name)
{
    return strncmp(name, "evidence-", 9) == 0 &&
           strlen(name) == strlen("evidence-20261126T084102Z.db") &&
           strspn(name + 9, "0123456789TZ") == 16 && strcmp(name + 25, ".db") == 0;
}

static enum rc look_at(struct kept *k, struct err *err)
{
    sqlite3 *db AUTO(close_reader) = NULL;
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    TRY(store_open_reader(k->path, &db, err));
    k->at = plan_clock(db);
    k->is_planned =
        sqlite3_prepare_v2(db, "SELECT 1 FROM reset_item LIMIT 1", -1, &q, NULL) == SQLITE_OK &&
        sqlite3_step(q) == SQLITE_ROW;
    return RC_OK;
}

static int by_clock(const void *x, const void *y)
{
    const struct kept *a = x, *b = y;
    return a->at != b->at ? (a->at > b->at) - (a->at < b->at) : strcmp(a->path, b->path);
}

/* Whatever else lies in the folder is nobody's business; a kept file that cannot be read is told and left out. */
static enum rc list_kept(struct arena *a, const char *dir, const char *baseline, struct kept *list,
                         size_t *count, struct err *err)
{
    DIR *d = opendir(dir);
    struct err why;
    for (struct dirent *e = d ? readdir(d) : NULL; e && *count < MOST_KEPT; e = readdir(d)) {
        struct kept k = { .path = is_kept_name(e->d_name) ? arena_printf(a, "%s/%s", dir, e->d_name)
                                                          : NULL };
        if (!k.path || same_file(k.path, baseline)) {
            continue;
        }
        if (look_at(&k, &why) == RC_OK) {
            list[(*count)++] = k;
        } else {
            log_line(LOG_WARN, "an earlier verification is left out: %s: %s", why.where, why.msg);
        }
    }
    if (d) {
        (void)closedir(d);
    }
    (void)err;
    return RC_OK;
}

enum rc verify_earlier(struct arena *a, const char *dir, const char *baseline,
                       const char *const **ret, size_t *ret_count, struct err *err)
{
    struct kept *list = arena_array(a, MOST_KEPT + 1, sizeof(*list));
    const char **paths = arena_array(a, MOST_KEPT + 1, sizeof(*paths));
    size_t count = 0, first = 0;
    *ret_count = 0;
    if (!list || !paths) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    TRY(list_kept(a, dir, baseline, list, &count, err));
    list[count] = (struct kept){ .path = baseline, .is_baseline = true };
    TRY(look_at(&list[count], err));
    count++;
    qsort(list, count, sizeof(*list), by_clock);
    for (size_t i = 0; i < count; i++) {
        first = list[i].is_planned && !list[i].is_baseline ? i : first;
    }
    for (size_t i = 0; i < count; i++) {
        if (i >= first || list[i].is_baseline) {
            paths[(*ret_count)++] = list[i].path;
        }
    }
    *ret = paths;
    return RC_OK;
}
