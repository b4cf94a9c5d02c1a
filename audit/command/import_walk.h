/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folders that somebody else filled, as a bundle: no link is followed, nothing but regular files is opened, no file name breaks
 * the run, and what is too large costs nothing. Everything that was met is on the list, with what became of it. */
#ifndef COMMAND_IMPORT_WALK_H
#define COMMAND_IMPORT_WALK_H

#include "audit/base/arena.h"
#include "audit/base/bundle.h"

#define WALK_FILE_MOST    (UINT64_C(192) << 20) /* bytes of one file */
#define WALK_BUNDLE_MOST  (UINT64_C(208) << 20) /* bytes of all together */
#define WALK_ENTRIES_MOST 100000U               /* files and folders */
#define WALK_DEPTH_MOST   32U

struct walk_limits {
    uint64_t file_most, bundle_most; /* bytes */
    size_t entries_most;
    unsigned depth_most;
};

extern const struct walk_limits walk_limits_default;

/* What is wanted of an entry that a folder has. */
enum walk_wish {
    WALK_TAKE, /* a file: its bytes; a folder: what is in it */
    WALK_NOTE, /* a file of no interest: named, not read */
    WALK_LOG,  /* an event log: handed over open, never in the bundle */
    WALK_PASS  /* not a word about it */
};

struct walk_entry {
    const char *path; /* in the bundle: UTF-8, with slashes */
    enum bundle_state state;
    uint64_t size;
    filetime changed_at;
    uint64_t begin, end; /* where its member is in the bundle; end 0 = it is not in the bundle */
    /* What the artifact row says, where the decoder cannot know it or must not decide; NULL = the decoder tells. */
    const char *artifact_state, *detail;
    bool is_log; /* handed over: who has it speaks of it */
};

struct walk {
    struct arena *a; /* borrowed; paths and entries */
    struct walk_limits limits;
    int fd; /* of the bundle; -1 = none */
    struct bundle_writer writer;
    struct walk_entry *entries;
    size_t count, room;
    size_t files;      /* whose bytes are in the bundle */
    bool is_cut;       /* a limit of entries or depth was reached */
    bool is_too_large; /* a file was left out because of its size */
    /* Called for an event log, open (borrowed); fd is -1 when it could not be, and artifact_state and detail say why. NULL = they are only
     * noted. */
    enum rc (*log)(void *context, int fd, const struct walk_entry *entry, struct err *err);
    void *context;
};

/* Makes the bundle's file in memory. Free with walk_done. */
MUST_USE enum rc walk_begin(struct walk *w, struct arena *a, const struct walk_limits *limits,
                            struct err *err);
void walk_done(struct walk *w); /* also for AUTO() */

/* Ends the bundle and seals it: nobody can change it any more. */
MUST_USE enum rc walk_seal(struct walk *w, struct err *err);

/* Decides about an entry by its path in the bundle. */
typedef enum walk_wish (*walk_filter)(const char *path, bool is_folder, uint64_t size);

/* The folder dir (borrowed) and all below, as filter wishes. at is its path in the bundle; "" = the members have no folder in front,
 * and the folder itself is no member. Not RC_OK only when this machine fails. */
MUST_USE enum rc walk_tree(struct walk *w, int dir, const char *at, walk_filter filter,
                           struct err *err);

/* One file of a folder, by its name as the file system has it. path is its own in the bundle. */
MUST_USE enum rc walk_file(struct walk *w, int dir, const char *name, const char *path,
                           enum walk_wish wish, struct err *err);

/* A folder that was looked into by the caller. */
MUST_USE enum rc walk_folder(struct walk *w, const char *path, bool is_whole, struct err *err);

/* A bundle as the walk's, in which the entries of the list have no bytes; sealed, at its start. The caller closes it. */
MUST_USE enum rc walk_without(const struct walk *w, const bool *left_out, int *ret_fd,
                              struct err *err);

/* The names in a folder as the file system has them and as UTF-8 (never the same one twice), sorted by the former. */
struct walk_name {
    const char *raw;
    const char *text;
    bool is_folder,
        is_file; /* neither: a link, a device, a pipe, or something that cannot be looked at */
    bool is_link;
    bool is_denied; /* it could not even be looked at */
    uint64_t size;
    filetime changed_at;
};

struct walk_names {
    struct walk_name *list;
    size_t count;
    bool is_whole; /* the folder was listed to its end */
};

/* At most `most` names. RC_DENIED when the folder may not be listed, RC_IO when it cannot be. */
MUST_USE enum rc walk_list(int dir, size_t most, struct arena *a, struct walk_names *ret,
                           struct err *err);

/* The entry of that name, whatever its case (ASCII); NULL when there is none. */
const struct walk_name *walk_find(const struct walk_names *names, const char *name);

/* Opens the folder of that name, never through a link; -1 and errno when it cannot be. */
int walk_open_folder(int dir, const char *raw);
/* The same for "a/b/c", each part whatever its case. RC_ABSENT when one is not there; *ret_path as the file system spells it. */
MUST_USE enum rc walk_open_path(int dir, const char *path, struct arena *a, int *ret_fd,
                                const char **ret_path, struct err *err);

/* A name of the file system as UTF-8 that may be a part of a path in a bundle: code page 932 where it is that, else with U+FFFD for
 * what cannot be read. Backslash and colon, which Windows would take for more than a name, become U+FFFD. */
const char *walk_text(struct arena *a, const char *raw);

#endif
