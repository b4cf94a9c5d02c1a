/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hives of one host as rows, and what they say of whose they are. */
#ifndef DECODE_HIVE_ROWS_H
#define DECODE_HIVE_ROWS_H

#include "audit/decode/host/host_rows.h"

/* A hive and its transaction logs as they lie in the bundle. data NULL = not there. Recovery writes into data (a private mapping). */
struct hive_bytes {
    uint8_t *data;
    size_t size;
    const uint8_t *log[2];
    size_t log_size[2];
};

#define HOST_USERS_MAX 256

struct host_hives {
    struct hive_bytes system, software, sam, security;

    struct {
        const char *name; /* of the profile's folder */
        struct hive_bytes hive;
    } users[HOST_USERS_MAX]; /* NTUSER.DAT */

    size_t user_count;
};

/* Whose the files are, as far as they say; text in the arena, NULL and 0 = not told. */
struct host_identity {
    const char *computer_name, *dns_domain;
    const char *machine_sid, *domain_sid, *account_sid;
    const char *role; /* controller, member, standalone */
    int64_t build;
    filetime collected_at;
};

/* How much of a part the files told. */
struct host_told {
    enum {
        TOLD_NOTHING,
        TOLD_SOME,
        TOLD_ALL
    } state;

    const char *why; /* for a person, when it is not all */
};

/* Why autostart is never TOLD_ALL by hives: tasks and startup folders are files. told[PART_AUTOSTART].why is this very pointer when
 * the hives told all that they can. */
extern const char hive_rows_autostart_rest[];

/* Adds to *ret what the hives say of the identity; what is set already stays. RC_MALFORMED only when no hive could be read. */
MUST_USE enum rc hive_identity(const struct host_hives *h, struct arena *a,
                               struct host_identity *ret, struct err *err);

/* Puts rows for every wanted part that the hives tell (import->host is set), offers registry values to import->plan and covers the
 * roots that were readable ("HKLM\\SYSTEM", "HKLM\\SOFTWARE", with the current control set as CurrentControlSet), and raises told[part].
 * A hive that is malformed costs its own parts; told says why. Not RC_OK only when the sink fails or memory is short. */
MUST_USE enum rc hive_rows(const struct host_import *import, const struct host_hives *h,
                           struct arena *a, const char *origin_word, /* kit, cache */
                           struct host_told told[PART_COUNT], uint64_t *ret_rows, struct err *err);

#endif
