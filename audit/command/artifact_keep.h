/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copies of what was read, for the record (--keep-artifacts): DIR/<origin>/<path>, private, never over something else, with a file
 * SHA256SUMS for `sha256sum -c`. Names come from targets: what a file system or a terminal may misread is written as %XX. */
#ifndef COMMAND_ARTIFACT_KEEP_H
#define COMMAND_ARTIFACT_KEEP_H

#include <stdatomic.h>

#include "audit/base/err.h"
#include "audit/base/filetime.h"

struct artifact_keep;

/* Opens DIR, which is made when missing. Free with artifact_keep_free. */
MUST_USE enum rc artifact_keep_open(const char *dir, struct artifact_keep **ret, struct err *err);
void artifact_keep_free(struct artifact_keep *k);
void artifact_keep_freep(struct artifact_keep **k); /* for AUTO() */

/* Copies every member of a bundle (audit/base/bundle.h) that has bytes. The descriptor is borrowed and stays where it stands. */
MUST_USE enum rc artifact_keep_bundle(struct artifact_keep *k, const char *origin, int bundle_fd,
                                      struct err *err);

/* Copies one file: size bytes from the start of fd (borrowed). ret_sha256 (65 characters, may be NULL) gets their SHA-256 in hex. */
MUST_USE enum rc artifact_keep_file(struct artifact_keep *k, const char *origin, const char *path,
                                    filetime changed_at, int fd, uint64_t size, char *ret_sha256,
                                    struct err *err);

/* All at once, for who has one bundle: opens DIR, copies, closes. */
MUST_USE enum rc artifact_keep(const char *dir, const char *origin, int bundle_fd, struct err *err);

/* SHA-256 of size bytes from the start of fd, in hex. RC_IO when there are fewer, RC_LIMIT as soon as *stop (may be NULL) is true. */
MUST_USE enum rc artifact_sha256(int fd, uint64_t size, const atomic_bool *stop, char ret[65],
                                 struct err *err);

/* The path as it is kept: parts apart, each safe; empty when nothing is left of it. buf holds size bytes. False when it does not
 * fit. */
bool artifact_safe_path(const char *path, char *buf, size_t size);

#endif
