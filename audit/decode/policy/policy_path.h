/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the path of a file tells: whose policy it is of, which half, and what kind of file. Windows takes names in any case. */
#ifndef DECODE_POLICY_PATH_H
#define DECODE_POLICY_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/sid.h"

enum policy_role {
    POLICY_OTHER, /* of no interest */
    POLICY_GPT_INI,
    POLICY_REGISTRY_POL,
    POLICY_TEMPLATE,
    POLICY_AUDIT_CSV,
    POLICY_SCRIPTS_INI,
    POLICY_PREFERENCES,
    POLICY_BACKUP_XML,
    POLICY_SCRIPT
};

/* Order of paths without regard to ASCII case; what is below a folder follows the folder. */
int policy_path_compare(const char *a, size_t a_size, const char *b, size_t b_size);

bool policy_path_is(const char *path, size_t n, const char *name);
/* True when the path is the folder, or below it; all is below the empty one. */
bool policy_path_is_below(const char *path, size_t n, const char *folder, size_t folder_size);

/* The first part of the path that is "{GUID}" (a policy's folder or a backup's). */
struct policy_place {
    size_t begin, end;        /* of that part in the path */
    bool is_below_policies;   /* the part before it is "Policies" */
    char guid[GUID_TEXT_MAX]; /* lower case, without braces */
};

bool policy_path_place(const char *path, size_t n, struct policy_place *ret);

/* Kind of file by its path in a policy's folder; *ret_half is "machine", "user" or NULL. Also of the raw files of Samba's
 * generalised backup ("GPT.INI.SAMBABACKUP"). */
enum policy_role policy_path_role(const char *rest, size_t n, const char **ret_half);

/* True for a file below the scripts folder of a domain (NETLOGON) in which somebody may have left a password; *ret_begin is where
 * the folder's name stands. */
bool policy_path_is_logon_file(const char *path, size_t n, size_t *ret_begin);
/* Where the name of the scripts folder stands in the path of something in it, or of itself. */
bool policy_path_in_scripts(const char *path, size_t n, size_t *ret_begin);

/* Without the end that Samba's generalised backup adds. */
size_t policy_path_plain(const char *path, size_t n);

#endif
