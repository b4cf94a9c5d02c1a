/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/group/progress.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/evidence/group.h"
#include "audit/evidence/store.h"
#include "report/diff/diff.h"
#include "report/query.h"

extern const unsigned char group_progress_sql[];

enum {
    FILES_MOST = 1000 /* in a folder */
};

static const char tables[] =
    "CREATE TEMP TABLE group_pair(site INTEGER PRIMARY KEY, other INTEGER NOT NULL UNIQUE) STRICT;"
    "CREATE TEMP TABLE group_before(other INTEGER PRIMARY KEY, site INTEGER, name_en TEXT, name_ja TEXT, file TEXT, now INTEGER, grade TEXT, score INTEGER) STRICT;"
    "CREATE TEMP TABLE group_change(site INTEGER, kind TEXT, check_id TEXT, finding TEXT, was_row INTEGER, now_row INTEGER) STRICT;"
    "CREATE TEMP TABLE group_told(site INTEGER, kind TEXT, check_id TEXT, severity TEXT, rank INTEGER, title_en TEXT, title_ja TEXT, finding TEXT, name TEXT) STRICT;"
    "CREATE TEMP TABLE group_run(site INTEGER, at INTEGER, grade TEXT, score INTEGER, seen INTEGER, critical INTEGER, high INTEGER, medium INTEGER, low INTEGER,"
    " unknown INTEGER, PRIMARY KEY(site, at)) STRICT, WITHOUT ROWID;";

/* {1}: the schema whose sites are ours, {2}: the other one. A SID that is not there is like another that is not. */
static const char pair[] =
    "DELETE FROM group_pair; INSERT OR IGNORE INTO group_pair SELECT n.site, o.site FROM {1}.site n JOIN {2}.site o ON o.domain_sid IS n.domain_sid"
    " WHERE (n.domain_sid IS NOT NULL AND (SELECT count(*) FROM {1}.site x WHERE x.domain_sid = n.domain_sid) = 1"
    "  AND (SELECT count(*) FROM {2}.site x WHERE x.domain_sid = n.domain_sid) = 1)"
    " OR (o.name_en IS n.name_en AND o.name_ja IS n.name_ja"
    "  AND (SELECT count(*) FROM {1}.site x WHERE x.domain_sid IS n.domain_sid AND x.name_en IS n.name_en AND x.name_ja IS n.name_ja) = 1"
    "  AND (SELECT count(*) FROM {2}.site x WHERE x.domain_sid IS n.domain_sid AND x.name_en IS n.name_en AND x.name_ja IS n.name_ja) = 1)";

#define FAILED(SEVERITY)                                                                                                              \
    "(SELECT coalesce(sum(n.subjects), 0) FROM {1}.site_check_count n JOIN {1}.site_check_info c ON c.site = n.site AND c.check_no =" \
    " n.check_no WHERE n.site = s.site AND n.verdict = 'fail' AND c.severity = '" SEVERITY "')"

/* The numbers of each site of a schema. {2}: how its sites are called here. */
static const char run[] =
    "INSERT OR IGNORE INTO group_run SELECT {2}, s.now, g.grade, g.score, g.seen_percent, " FAILED(
        "critical") ", " FAILED("high") ", " FAILED("medium") ", " FAILED("low") ","
                                                                                 " (SELECT coalesce(sum(n.subjects), 0) FROM {1}.site_check_count n WHERE n.site = s.site AND n.verdict = 'unknown')"
                                                                                 " FROM {1}.site s {3} LEFT JOIN {1}.site_grade g ON g.site = s.site AND g.theme = ''";

/* Runs sql with {1} {2} {3} put in: names of schemas and columns of ours. */
static enum rc run_with(sqlite3 *db, const char *sql, const char *const put[3], struct err *err)
{
    sqlite3_str *s = sqlite3_str_new(db);
    for (const char *p = sql; *p; p++) {
        if (p[0] == '{' && p[1] >= '1' && p[1] <= '3' && p[2] == '}') {
            sqlite3_str_appendall(s, put[p[1] - '1']);
            p += 2;
        } else {
            sqlite3_str_appendchar(s, 1, *p);
        }
    }
    char *text = sqlite3_str_finish(s);
    enum rc rc = text ? store_exec(db, text, err) : err_setf(err, RC_NOMEM, "out of memory");
    sqlite3_free(text);
    return rc;
}

static enum rc make_pairs(sqlite3 *db, const char *ours, const char *theirs, struct err *err)
{
    return run_with(db, pair, (const char *const[3]){ ours, theirs, "" }, err);
}

enum rc progress_begin(sqlite3 *db, struct err *err)
{
    TRY(store_exec(db, tables, err));
    return diff_add_functions(db, err);
}

static const char before_rows[] =
    "INSERT INTO group_before SELECT o.site, p.site, o.name_en, o.name_ja, o.file, o.now, g.grade, g.score FROM before.site o"
    " LEFT JOIN group_pair p ON p.other = o.site LEFT JOIN before.site_grade g ON g.site = o.site AND g.theme = ''";

static enum rc compare(sqlite3 *db, struct err *err)
{
    int64_t pairs = 0;
    TRY(make_pairs(db, "main", "before", err));
    TRY(query_number(db, "SELECT count(*) FROM group_pair", &pairs, err));
    if (pairs == 0) {
        return err_setf(err, RC_USAGE,
                        "no site of it is one of this group (no domain in common): name an earlier "
                        "group file of the same sites");
    }
    TRY(store_exec(db, before_rows, err));
    return store_exec(db, (const char *)group_progress_sql, err);
}

enum rc progress_compare(sqlite3 *db, const char *path, bool *ret_swapped, struct err *err)
{
    int64_t newer = 0;
    TRY(group_attach(db, path, "before", err));
    enum rc rc = compare(db, err);
    if (rc != RC_OK) {
        return err->where[0] ? rc : err_at(err, "%s", path);
    }
    TRY(query_number(
        db, "SELECT count(*) FROM site s JOIN group_before b ON b.site = s.site AND b.now > s.now",
        &newer, err));
    *ret_swapped = newer > 0;
    return store_exec(db, "DETACH before", err);
}

static int is_database(const struct dirent *entry)
{
    size_t n = strlen(entry->d_name);
    return n > 3 && strcmp(entry->d_name + n - 3, ".db") == 0;
}

/* The numbers of one more file, where it is a group file. */
static enum rc add_run(sqlite3 *db, const char *path, const char *ours, size_t *runs,
                       size_t *skipped, struct err *err)
{
    struct err why = { .rc = RC_OK };
    if (!group_is(path)) {
        return RC_OK;
    }
    if (group_attach(db, path, "more", &why) != RC_OK) {
        ++*skipped;
        return RC_OK;
    }
    enum rc rc = make_pairs(db, ours, "more", err);
    if (rc == RC_OK) {
        static const char *const put[3] = { "more", "p.site",
                                            "JOIN group_pair p ON p.other = s.site" };
        rc = run_with(db, run, put, err);
    }
    ++*runs;
    TRY(store_exec(db, "DETACH more", rc == RC_OK ? err : &why));
    return rc;
}

static enum rc add_runs(sqlite3 *db, const char *folder, struct dirent *const *list, int count,
                        const char *ours, size_t *ret_skipped, struct err *err)
{
    static const char *const put[3] = { "main", "s.site", "" };
    size_t runs = 0;
    for (int i = 0; i < count && i < FILES_MOST; i++) {
        char path[4096];
        int n = snprintf(path, sizeof(path), "%s/%s", folder, list[i]->d_name);
        if (n > 0 && (size_t)n < sizeof(path)) {
            TRY(add_run(db, path, ours, &runs, ret_skipped, err));
        }
    }
    if (runs == 0) {
        (void)err_setf(err, RC_USAGE,
                       "no group file in it that this Kagimori can read: keep the files that "
                       "kagimori merge makes in one folder (NAME.db)");
        return err_at(err, "%s", folder);
    }
    return run_with(db, run, put, err); /* today's */
}

static enum rc keep_pairs(sqlite3 *db, struct err *err)
{
    return store_exec(db, "CREATE TEMP TABLE group_kept AS SELECT * FROM group_pair", err);
}

static enum rc restore_pairs(sqlite3 *db, struct err *err)
{
    return store_exec(
        db,
        "DELETE FROM group_pair; INSERT INTO group_pair SELECT * FROM group_kept; DROP TABLE group_kept",
        err);
}

static enum rc trend(sqlite3 *db, const char *folder, const char *ours, size_t *ret_skipped,
                     struct err *err)
{
    struct dirent **list = NULL;
    int count = scandir(folder, &list, is_database, alphasort);
    if (count < 0) {
        (void)err_setf(err, RC_USAGE,
                       "the history of a group is a folder with its earlier group files");
        return err_at(err, "%s", folder);
    }
    enum rc rc = keep_pairs(db, err);
    if (rc == RC_OK) {
        rc = add_runs(db, folder, list, count, ours, ret_skipped, err);
    }
    for (int i = 0; i < count; i++) {
        free(list[i]);
    }
    free((void *)list);
    return rc == RC_OK ? restore_pairs(db, err) : rc;
}

enum rc progress_trend(sqlite3 *db, const char *folder, const char *original, size_t *ret_skipped,
                       struct err *err)
{
    *ret_skipped = 0;
    if (!original) {
        return trend(db, folder, "main", ret_skipped, err);
    }
    TRY(group_attach(db, original, "original", err));
    TRY(trend(db, folder, "original", ret_skipped, err));
    return store_exec(db, "DETACH original", err);
}
