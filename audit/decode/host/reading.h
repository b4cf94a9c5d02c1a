/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of this folder share while a host's bundle is read: its members and what became of each, what is known of the
 * host, and how much of each part was told. */
#ifndef DECODE_HOST_READING_H
#define DECODE_HOST_READING_H

#include "audit/decode/host/hive_rows.h"

#define HOST_FILES_MAX 131072U

/* One member of the bundle. */
struct host_file {
    const char *path;  /* as the bundle spells it */
    const char *lower; /* in lower case (ASCII), for comparisons */
    const uint8_t *data;
    size_t size;
    uint64_t told_size; /* of one that was left out */
    filetime changed_at;
    enum bundle_state bundle;
    const char *kind;  /* artifact.kind; NULL = of no interest */
    const char *state; /* artifact.state; NULL = not looked at so far */
    const char *detail;
    bool
        is_barred; /* its rows must not be used: the manifest says otherwise, or its name is there twice */
    uint64_t rows;
    char sha256[65];
};

/* What kit.txt says; NULL = not told. */
struct host_kit {
    const char *computer, *domain;
    filetime started, finished;
    bool is_administrator;
    bool has_manifest;
};

/* One line of steps.txt. */
struct host_step {
    const char *name;
    int64_t code;
};

struct host_reading {
    const struct host_import *import;
    struct arena *a;         /* everything below; the plan has its own */
    struct arena *scratch;   /* emptied for each value */
    struct host_file *files; /* sorted by lower */
    size_t count;
    const char
        *base; /* folder in which the layout begins, in lower case with its slash; "" = the top */
    const char *windows; /* the same of the Windows folder of an image or of caches */
    const char *word;    /* origin of rows: kit, cache */
    unsigned code_page;  /* of text without a mark; 0 = not known */
    struct host_kit kit;
    struct host_step *steps;
    size_t step_count;
    struct host_identity who;
    struct host_hives hives;
    bool has_hives, has_system,
        has_software; /* the hives were read, and tell better what exports tell, too */

    struct {
        struct host_file *file;
        const struct hive_bytes *bytes;
    } hive_files[4];

    size_t hive_file_count;
    struct host_told told[PART_COUNT];
    uint64_t rows[PART_COUNT];
    bool *services_seen;   /* of each service of the plan: an export has it */
    bool has_all_services; /* a whole export of the services, made by an administrator */
    struct plan *
        places; /* the keys that start something, as a plan: whether the exports tell all of them; NULL = not asked */
    /* Of the autostart part, which comes from several places. */
    struct host_told autostart_registry, autostart_tasks, autostart_folders, autostart_scripts;
    uint64_t files_done;
};

/* Reads the members, sorts them and makes their checksums. RC_MALFORMED when the bundle is damaged or cut off. */
MUST_USE enum rc host_files_open(struct host_reading *r, struct err *err);
/* The file at base + path (lower case, with slashes), or NULL; also NULL for one that could not be read or is barred. */
struct host_file *host_file_find(const struct host_reading *r, const char *base, const char *path);
/* The files below base + path, which ends in a slash: *ret_count from the result on, with folders and those that are barred. */
struct host_file *host_files_below(const struct host_reading *r, const char *base, const char *path,
                                   size_t *ret_count);
/* True when the folder (without a slash at its end) was listed to its end, and so were those below it. */
bool host_folder_is_whole(const struct host_reading *r, const char *base, const char *path);
/* True for a file that may be read. */
bool host_file_usable(const struct host_file *f);
/* Notes how the reading of a file ended: rc of its decoder, whose rows are counted in f->rows. RC_MALFORMED is noted and becomes
 * RC_OK; all other codes go on. */
MUST_USE enum rc host_file_end(struct host_reading *r, struct host_file *f, const char *kind,
                               enum rc rc, struct err *err);
/* One artifact row for each file. */
MUST_USE enum rc host_files_put(struct host_reading *r, struct err *err);
const char *host_name_of(const char *path); /* what follows the last slash */

/* Puts a row and counts it for the file, which may be NULL. */
MUST_USE enum rc host_put(struct host_reading *r, struct host_file *f, const struct row *row,
                          struct err *err);
/* Foreign text into a column: cut at ROW_TEXT_MAX bytes at a character's end. NULL and "" leave it NULL. */
void host_text(struct row *row, int column, const char *text);
/* Raises what is known of a part; why is kept when it is not all. */
void host_raise(struct host_told *told, int state, const char *why);
/* Takes back: what was told was not all. */
void host_lower(struct host_told *told, const char *why);
/* True when rows of the part are wanted and it was not told in full so far. */
bool host_wants(const struct host_reading *r, enum host_part part);

/* plan_offer; what a plan cannot hold is RC_MALFORMED: it is not told, and costs no more than that. */
MUST_USE enum rc host_offer(struct plan *plan, const struct registry_value *v, struct err *err);

/* kit.c: kit.txt and steps.txt; what the manifest says of each file. */
MUST_USE enum rc host_kit_open(struct host_reading *r, struct err *err);
/* 0 = the step went well, other codes as steps.txt has them, -1 = it is not there. */
int64_t host_kit_step(const struct host_reading *r, const char *name);

/* image.c: where the layout begins, and the hives in it. */
MUST_USE enum rc host_layout(struct host_reading *r, struct err *err);

/* exports.c: .reg files and answers of reg query of a kit. What they cover goes first, so that hives may say better; what
 * they hold goes after the hives, which are more trusted. */
MUST_USE enum rc host_exports_cover(struct host_reading *r, struct err *err);
MUST_USE enum rc host_exports_offer(struct host_reading *r, struct err *err);
/* True when the exports tell of each key that starts something for the whole machine. */
MUST_USE enum rc host_exports_told(struct host_reading *r, bool *ret, struct err *err);

/* template.c: secedit.inf and auditpol.csv of a kit. */
MUST_USE enum rc host_templates(struct host_reading *r, struct err *err);

/* cache.c: what a host keeps of the policies that were applied to it. */
MUST_USE enum rc host_caches(struct host_reading *r, struct err *err);

/* history.c: passwords in the preferences that a host keeps of the policies that were applied to it. */
MUST_USE enum rc host_history(struct host_reading *r, struct err *err);

/* task_rows.c, startup.c and scripts.c: scheduled tasks, startup folders, scripts of the local policy. */
MUST_USE enum rc host_tasks(struct host_reading *r, struct err *err);
MUST_USE enum rc host_startup(struct host_reading *r, struct err *err);
MUST_USE enum rc host_scripts(struct host_reading *r, struct err *err);

#endif
