/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folders of a share into a bundle, within limits. Where the files are is the business of a walk_tree, so that the rules can be
 * tested without a server. */
#ifndef COLLECT_SMB_WALK_H
#define COLLECT_SMB_WALK_H

#include "audit/base/arena.h"
#include "audit/base/bundle.h"

struct walk_entry {
    const char *name; /* as the server spells it; not checked */
    uint64_t size;
    filetime changed_at; /* 0 = not known */
    bool is_folder;
    bool is_link; /* a reparse point: not gone into */
};

struct walk_tree {
    /* All entries of a folder but "." and "..", in the arena. RC_UNREACHABLE or RC_TIMEOUT: the connection is gone. */
    enum rc (*list)(struct walk_tree *t, const char *path, struct arena *a, struct walk_entry **ret,
                    size_t *ret_count, struct err *err);
    /* Reads at most room bytes; *ret_size == room means that there may be more. */
    enum rc (*read)(struct walk_tree *t, const char *path, uint8_t *buf, size_t room,
                    size_t *ret_size, struct err *err);
    /* The security descriptor, self-relative, into buf; 0 when it is not told. May be NULL. */
    size_t (*describe)(struct walk_tree *t, const char *path, uint8_t *buf, size_t room);
};

#define WALK_DEPTH 32U

struct walk {
    struct walk_tree *tree;
    struct bundle_writer *out;
    uint64_t most_entries; /* files and folders */
    /* How many bytes of this file are wanted at most; 0 = its bytes are of no interest. */
    uint64_t (*wants)(const char *path, const struct walk_entry *e);
    void (*progress)(void *context, uint64_t entries); /* may be NULL */
    void *context;
    uint64_t entries;    /* seen so far; counts over several walks */
    uint64_t read_files; /* whose bytes are in the bundle */
    struct err lost;     /* why the connection is gone; nothing is asked from then on */
    uint8_t note[BUNDLE_NOTE_MAX];
    struct err
        cut; /* the first thing that could not be listed or kept, or the limit that was met */
};

/* Puts everything below the folder and then the folder itself: FOLDER when all of it is in the bundle, FOLDER_CUT when something is
 * missing. Not RC_OK when the folder itself could not be listed (it is in the bundle as FOLDER_CUT all the same, but for
 * RC_ABSENT), or when the bundle cannot be written. */
MUST_USE enum rc walk_folder(struct walk *w, const char *path, struct err *err);

/* Puts a folder that is not there as an empty one: what could be in it is not there either. */
MUST_USE enum rc walk_absent(struct walk *w, const char *path, struct err *err);

/* Puts one file; RC_ABSENT when it is not there. */
MUST_USE enum rc walk_file(struct walk *w, const char *path, struct err *err);

#endif
