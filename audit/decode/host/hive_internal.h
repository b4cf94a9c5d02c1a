/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between the files that make rows of hives. */
#ifndef DECODE_HIVE_INTERNAL_H
#define DECODE_HIVE_INTERNAL_H

#include "audit/decode/format/regf.h"
#include "audit/decode/host/hive_rows.h"

/* One hive, opened. */
struct hive {
    struct regf h;
    bool is_open;
    const char *
        why; /* in the arena: why it is not open, or cannot be trusted to be whole; NULL = it is open and whole */
};

struct hives {
    const struct host_hives *bytes;
    struct arena *a;
    struct hive system, software, sam, security;
    struct regf_key control_set;
    bool has_control_set;
};

/* What the rows of one host share. */
struct hive_output {
    const struct host_import *import;
    struct hives *hives;
    struct arena *a;       /* lives as long as told */
    struct arena *scratch; /* reset for each thing that is read */
    const char *origin_word;
    struct host_identity who;
    struct host_told *told;
    uint64_t rows;
    uint64_t autostarts;
};

/* Recovers and opens a hive; name is for the reader ("SYSTEM"). RC_NOMEM only. */
MUST_USE enum rc hive_open(struct arena *a, const struct hive_bytes *bytes, const char *name,
                           struct hive *ret, struct err *err);
MUST_USE enum rc hives_open(struct hives *hs, const struct host_hives *bytes, struct arena *a,
                            struct err *err);

/* A text (SZ, EXPAND_SZ, MULTI_SZ joined by line feeds) or number of a key; NULL and false when it is not there, not one or not
 * readable. The text is in the arena, fits into a row, and is not empty. */
const char *hive_text(struct hive *hive, const struct regf_key *key, const char *name,
                      struct arena *a);
bool hive_number(struct hive *hive, const struct regf_key *key, const char *name, uint32_t *ret);

/* As hive_text at a path below from (NULL = the root). */
const char *hive_text_at(struct hive *hive, const struct regf_key *from, const char *path,
                         const char *name, struct arena *a);

/* The name, cut to what a row holds; NULL when memory is short. */
const char *hive_name(struct arena *a, const struct regf_name *name);

/* What the opened hives say of whose they are; see hive_identity. */
void hives_identify(struct hives *hs, struct host_identity *ret);

/* Counts and sends a row. */
MUST_USE enum rc hive_put(struct hive_output *o, const struct row *row, struct err *err);

/* Raises told[part]; printf-like why, NULL only with TOLD_ALL. A part that was told better already keeps its words. */
void hive_told(struct hive_output *o, enum host_part part, int state, const char *why);

/* As hive_told for what came of reading a hive: TOLD_ALL when rc is RC_OK, nothing was damaged and the hive is whole. what: "accounts". */
void hive_told_of(struct hive_output *o, enum host_part part, const struct hive *hive, enum rc rc,
                  uint64_t damaged, const char *what, const struct err *err);

MUST_USE enum rc hive_machine(struct hive_output *o, struct err *err);
MUST_USE enum rc hive_accounts(struct hive_output *o, struct err *err);
MUST_USE enum rc hive_security(struct hive_output *o, struct err *err);
MUST_USE enum rc hive_services(struct hive_output *o, struct err *err);
MUST_USE enum rc hive_autostart(struct hive_output *o, struct err *err);
MUST_USE enum rc hive_plan(struct hive_output *o, struct err *err);

/* Something that starts by itself. */
struct autostart {
    const char *kind, *location, *name, *command, *account;
    int64_t start;  /* -1 = not told */
    int is_enabled; /* -1 = not told */
    filetime changed_at;
};

MUST_USE enum rc hive_put_autostart(struct hive_output *o, const struct autostart *item,
                                    struct err *err);
/* Those that SYSTEM tells: services, drivers, packages. *damaged grows by what could not be read. */
MUST_USE enum rc hive_system_autostart(struct hive_output *o, uint64_t *damaged, struct err *err);

/* True for errors that end the import: the sink or memory, not the bytes. */
static inline bool hive_is_fatal(enum rc rc)
{
    return rc != RC_OK && rc != RC_MALFORMED && rc != RC_ABSENT && rc != RC_UNSUPPORTED &&
           rc != RC_UNTRUSTED;
}

#endif
