/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kagimori merge: the shards of one audit as one evidence file, or evaluated audits of several sites as a group file. */
#include <sys/resource.h>

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "audit/base/log.h"
#include "audit/command/command.h"
#include "audit/evidence/group.h"
#include "report/redact/redact.h"
#include "rules/passed.h"

struct inputs {
    struct merge_input *list;
    size_t count, shards;
};

static void inputs_done(struct inputs *in)
{
    for (size_t i = 0; i < in->count; i++) {
        merge_input_done(&in->list[i]);
    }
    free(in->list);
}

static enum rc open_all(const char *const *paths, size_t count, struct inputs *in, struct err *err)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) { /* all are open at once */
        files.rlim_cur = files.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &files);
    }
    in->list = calloc(count, sizeof(*in->list));
    if (!in->list) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    for (; in->count < count; in->count++) {
        TRY(merge_input_open(paths[in->count], &in->list[in->count], err));
        in->shards += in->list[in->count].number > 0;
    }
    return RC_OK;
}

static enum rc unite(struct inputs *in, const char *out, bool *ret_incomplete, struct err *err)
{
    struct merge_summary sum;
    TRY(merge_shards(in->list, in->count, out, &sum, err));
    (void)printf("%s: shards of %u, %" PRIu64 " rows\n", out, sum.count, sum.rows);
    if (sum.doubles > 0) {
        (void)printf("%" PRIu64
                     " addresses were hosts with a name in another shard: they count once\n",
                     sum.doubles);
    }
    if (sum.newest - sum.oldest > FILETIME_DAY) {
        log_line(LOG_WARN,
                 "the shards are up to %" PRId64
                 " hours apart: what changed between is told as it was at different times",
                 (sum.newest - sum.oldest) / (FILETIME_DAY / 24));
    }
    if (sum.missing_count > 0) {
        log_line(LOG_WARN,
                 "missing shards of %u: %s: their hosts%s stay unknown; run them, then merge again",
                 sum.count, sum.missing,
                 sum.missing[0] == '1' && (sum.missing[1] == ',' || !sum.missing[1])
                     ? ", and the directory,"
                     : "");
    }
    (void)printf("next: kagimori evaluate %s && kagimori report %s\n", out, out);
    *ret_incomplete = sum.missing_count > 0;
    return RC_OK;
}

static enum rc add_more(sqlite3 *group, int64_t site, sqlite3 *evidence, struct err *err)
{
    TRY(passed_copy(evidence, group, "INSERT OR IGNORE INTO passed VALUES(?1, ?2)", site, err));
    return redact_keep_words(evidence, group, site, err);
}

static enum rc group(struct inputs *in, const char *out, bool is_all, struct err *err)
{
    static const struct group_more more = { add_more };
    size_t kept = 0;
    struct group_site *sites = calloc(in->count, sizeof(*sites));
    if (!sites) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    enum rc rc = group_sites(in->list, in->count, is_all, sites, err);
    if (rc == RC_OK) {
        rc = group_make(sites, in->count, &more, out, err);
    }
    for (size_t i = 0; rc == RC_OK && i < in->count; i++) {
        kept += !sites[i].is_older;
        if (sites[i].is_older) {
            (void)printf(
                "%s is left out: another file is a newer audit of the same site (--all keeps both)\n",
                sites[i].in->path);
        }
    }
    if (rc == RC_OK) {
        (void)printf("%s: %zu sites\nnext: kagimori report %s\n", out, kept, out);
    }
    free(sites);
    return rc;
}

static enum rc merge_all(const char *const *paths, size_t count, bool is_all, bool *ret_incomplete,
                         struct err *err)
{
    struct inputs in AUTO(inputs_done) = { 0 };
    if (access(paths[0], F_OK) ==
        0) { /* before the others are read: perhaps the output was forgotten */
        (void)err_setf(
            err, RC_USAGE,
            "is there already: the first file is the one to make; name one that is not there yet");
        return err_at(err, "%s", paths[0]);
    }
    TRY(open_all(paths + 1, count - 1, &in, err));
    if (in.shards > 0 && in.shards < in.count) {
        return err_setf(
            err, RC_USAGE,
            "some of these files are shards and some are whole audits: merge the shards of each audit first");
    }
    return in.shards > 0 ? unite(&in, paths[0], ret_incomplete, err)
                         : group(&in, paths[0], is_all, err);
}

int command_merge(int argc, char **argv)
{
    bool is_all = false, is_incomplete = false;
    const struct option_row rows[] = {
        { "all", NULL, "of sites: keep older audits of the same site too", NULL, &is_all, false },
    };
    const struct option_table table = {
        "kagimori merge OUT.db IN.db… [--all]",
        "Puts the shards of one audit (collect --shard i/n) together into one evidence file, to be evaluated then; or the evaluated audits of"
        " several sites into one group file, of which kagimori report makes a page a site and a comparison. Exit code 3: a shard is missing.",
        rows,
        ARRAY_LEN(rows),
        2,
        MERGE_INPUTS_MOST + 1
    };
    const char **paths = calloc(MERGE_INPUTS_MOST + 1, sizeof(*paths));
    size_t count = 0;
    struct err err = { .rc = RC_OK };
    int code = paths ? options_parse(argc, argv, &table, paths, &count) : EXIT_INTERNAL;
    if (code < 0) {
        enum rc rc = merge_all(paths, count, is_all, &is_incomplete, &err);
        code = rc != RC_OK ? command_fail(&err) : is_incomplete ? EXIT_INCOMPLETE : EXIT_CLEAN;
    }
    free(paths);
    return code;
}
