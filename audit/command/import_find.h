/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a path on the command line is: told by names of files and folders alone; nothing that is in a file is looked at here. */
#ifndef COMMAND_IMPORT_FIND_H
#define COMMAND_IMPORT_FIND_H

#include "audit/command/import_walk.h"

#define FIND_ITEMS_MOST   4096U
#define FIND_FOLDERS_MOST 4096U
#define FIND_DEPTH_MOST   5U

enum import_kind {
    IMPORT_KIT,     /* a folder that audit/kit/collect.cmd made */
    IMPORT_IMAGE,   /* the root of a mounted system volume, or its Windows folder */
    IMPORT_HIVES,   /* a folder with SYSTEM, SAM … */
    IMPORT_BACKUPS, /* backups of policies */
    IMPORT_SYSVOL,  /* a copy of a domain's folder of SYSVOL, or of its Policies folder */
    IMPORT_LDIF,
    IMPORT_EVTX,
    IMPORT_SAMBA, /* one of Samba's JSON audit logs */
    IMPORT_MFA,   /* what a product for second factors exported */
    IMPORT_FILE,  /* a file whose beginning must tell, which the decoder reads */
    IMPORT_GUESS /* likewise, in a folder: a log or an export by its name, which may be of anything */
};

struct import_item {
    enum import_kind kind;
    size_t number;       /* in the order of the command line */
    const char *operand; /* as the operator typed it */
    const char
        *below; /* folder or file below it, bytes of the file system; "" = the operand itself */
    const char *name; /* for people and as origin: name of the operand, and the path below */
    const char
        *prefix; /* stands before the paths of members: "", "Windows/", "Policies/", "NAME/" */
};

struct import_list {
    struct import_item *items;
    size_t count, room;
    bool is_cut; /* more folders were there than are looked at */
};

/* Adds what the operand is, or what is in it. RC_USAGE says what is understood when there is nothing; RC_USAGE, RC_DENIED, RC_IO
 * also for a path that cannot be opened. */
MUST_USE enum rc import_find(const char *operand, struct arena *a, struct import_list *list,
                             struct err *err);

/* Opens the item, links of the operand itself followed and none below. The caller closes it. */
MUST_USE enum rc import_open(const struct import_item *item, int *ret_fd, struct err *err);

/* "a collection kit" */
const char *import_kind_text(enum import_kind kind);

/* The kinds that --help and messages speak of. */
extern const char import_understood[];

/* True for the files that are hives of a host by their name, or logs of one. */
bool import_is_hive(const char *name);

bool import_has_suffix(const char *path, const char *suffix); /* ASCII case does not matter */

#endif
