/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A bundle of a host's files (a kit, an image, hives, the policy caches of its admin share) as rows of that host. */
#ifndef DECODE_HOST_ROWS_H
#define DECODE_HOST_ROWS_H

#include "audit/base/bundle.h"
#include "audit/base/secret.h"
#include "audit/decode/format/plan.h"

enum host_kind {
    HOST_KIT,   /* folder of audit/kit/collect.cmd (audit/kit/README.md describes it) */
    HOST_IMAGE, /* root of a mounted system volume, or its Windows folder */
    HOST_HIVES, /* a folder with SYSTEM, SOFTWARE, SAM, SECURITY and their logs */
    HOST_CACHE  /* what its admin share gave: paths as in an image */
};

/* What is wanted; each has a source "kit.<part>" for coverage. */
#define HOST_PARTS(X)       \
    X(MACHINE, "machine")   \
    X(REGISTRY, "registry") \
    X(SERVICE, "service")   \
    X(POLICY, "policy")     \
    X(ACCOUNT, "account")   \
    X(GROUP, "group")       \
    X(RIGHT, "right") X(AUDIT, "audit") X(AUTOSTART, "autostart") X(PASSWORD, "password")

enum host_part {
#define PART_ENUM(name, word) PART_##name,
    HOST_PARTS(PART_ENUM)
#undef PART_ENUM
    PART_COUNT
};

struct host_import {
    const void *bundle; /* borrowed; private mapping, may be written */
    size_t bundle_size;
    struct row_sink *sink;
    enum host_kind kind;
    const char *origin; /* of artifact and machine_file */
    const char
        *host; /* NULL = only find out whose it is: artifact and machine_file rows, nothing else */
    bool wants[PART_COUNT]; /* parts that the host has not told by itself */
    unsigned code_page; /* of text without a mark, where the kit does not say it; 0 = not known */
    const struct secret *key; /* for fingerprints; NULL = none are made */
    struct plan *plan;
    void (*progress)(void *context, uint64_t files); /* may be NULL */
    void *context;
};

/* Coverage: "kit.<part>" ("cache.<part>" for HOST_CACHE) for the host, for each wanted part: complete, partial, or not_collected
 * with what is missing in detail. Not RC_OK when the bundle is damaged or the sink fails. */
MUST_USE enum rc host_rows(const struct host_import *import, struct err *err);

#endif
