/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The members of a bundle in the order of their paths, and the policies that their folders are. Nobody but policy_rows.c and its
 * own .c file include this. */
#ifndef DECODE_POLICY_LIST_H
#define DECODE_POLICY_LIST_H

#include "audit/decode/policy/policy_path.h"
#include "audit/decode/policy/policy_rows.h"

#define POLICY_MEMBERS_MAX 262144U

struct policy {
    const char *path; /* its folder, borrowed from the bundle; empty = the top of the bundle */
    size_t path_size;
    size_t first, count; /* its members in the list */
    bool is_backup;
    bool is_below_policies;
    bool is_named; /* gpo_id is known */
    char gpo_id[GUID_TEXT_MAX];
    const char *display_name, *domain; /* owned by the list's arena */
    filetime backup_time;
    filetime changed_at; /* newest of its files; 0 = not known */
    int64_t files;
    const char *passed_over; /* why nothing of it is read; NULL = it is read */
    /* What reading it showed. */
    bool has_version;
    uint32_t version;
    bool is_partial, is_denied, is_malformed;
};

struct policy_member {
    struct bundle_member m;
    struct policy *policy; /* NULL = of none */
    bool is_double;        /* another member's path differs in case only */
};

struct policy_list {
    struct arena *a;
    struct policy_member *members;
    size_t count;
    struct policy *policies;
    size_t policy_count;
    bool is_whole;   /* the bundle has its end */
    bool is_damaged; /* the bundle broke behind these members */
    bool is_cut;     /* there are more members than are looked at */
};

/* Reads the members; the list borrows from the bundle. RC_MALFORMED when not even the first can be read. */
MUST_USE enum rc policy_list_read(struct policy_list *l, const struct policy_import *import,
                                  struct err *err);

/* What stands behind the policy's folder in the path of one of its members; "" for the folder itself. */
const char *policy_list_rest(const struct policy *p, const struct bundle_member *m, size_t *ret_n);

/* The member with the path, or NULL. */
const struct policy_member *policy_list_find(const struct policy_list *l, const char *path,
                                             size_t n);

/* True when the folder that the path is in was listed to its end; the top of the bundle counts as such. */
bool policy_list_is_listed(const struct policy_list *l, const char *path, size_t n);

#endif
