/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kits and volumes that a test makes: members in memory, a bundle of them, and the rows that come of it. */
#ifndef TESTS_UNIT_DECODE_HOST_KIT_H
#define TESTS_UNIT_DECODE_HOST_KIT_H

#include "audit/base/wr.h"
#include "audit/decode/host/host_rows.h"
#include "tests/unit/decode/rows.h"

#define KIT_FILES_MAX 64U

struct kit_file {
    const char *path; /* borrowed */
    uint8_t *data;
    size_t size;
    enum bundle_state state;
};

struct kit {
    struct kit_file files[KIT_FILES_MAX];
    size_t count;
    const char *wishes[32]; /* "registry=…", "service=…"; borrowed */
    size_t wish_count;
    enum host_kind kind;
    const struct secret *key; /* of fingerprints; borrowed, may be NULL */
    bool has_manifest;        /* one is made, of all files but kit_after_manifest's */
    size_t in_manifest;       /* files up to here; 0 = all */
    struct rows rows;
    enum rc rc;
    struct err err;
};

void kit_init(struct kit *k, enum host_kind kind);
void kit_done(struct kit *k);
void kit_bytes(struct kit *k, const char *path, const void *data, size_t n);
void kit_text(struct kit *k, const char *path, const char *text);  /* as it is */
void kit_utf16(struct kit *k, const char *path, const char *text); /* UTF-16LE with its mark */
void kit_folder(struct kit *k, const char *path);                  /* listed to its end */
void kit_wish(struct kit *k, const char *wish);
/* Takes a file away. */
void kit_drop(struct kit *k, const char *path);
/* kit.txt, steps.txt and asked.txt of an administrator's kit, secedit.inf, auditpol.csv, registry, tasks, startup folders. */
void kit_usual(struct kit *k);

/* The bundle; free(). */
uint8_t *kit_bundle(struct kit *k, size_t *ret_size);
/* Decodes with every part wanted; host may be NULL. */
void kit_run(struct kit *k, const char *host);
void kit_run_bundle(struct kit *k, uint8_t *bundle, size_t n, const char *host);

/* State of kit.<part> (or cache.<part>) in the rows; "(no row)" without one. */
const char *kit_told(const struct kit *k, const char *source);
/* True when the text is in any row, or in the error. */
bool kit_leaks(const struct kit *k, const char *text);

#endif
