/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A bundle: many files in one descriptor, so that a folder of policies or the hives of a host are one artifact. Written by a
 * collector or by `kagimori import`, read by the decoder. Form: the mark, then members, each on a multiple of 8 bytes: u32 length of
 * the path, u32 length of the note, u64 size, u64 modification time, u32 state, u32 zero, path, note, bytes, zeros up to 8; a
 * member without a path ends the bundle. Big endian. A bundle that was cut off has no end, and says so. */
#ifndef BASE_BUNDLE_H
#define BASE_BUNDLE_H

#include "audit/base/err.h"
#include "audit/base/filetime.h"
#include "audit/base/rd.h"

#define BUNDLE_PATH_MAX 4096U
#define BUNDLE_NOTE_MAX 65536U

enum bundle_state {
    BUNDLE_READ,      /* its bytes follow */
    BUNDLE_DENIED,    /* access was refused */
    BUNDLE_FAILED,    /* it could not be read to its end */
    BUNDLE_TOO_LARGE, /* left out; size tells how large it is */
    BUNDLE_FOLDER, /* a folder that was listed to its end: what is not among the members is not there */
    BUNDLE_FOLDER_CUT /* a folder that was listed in part, or not at all */
};

struct bundle_member {
    const char
        *path; /* UTF-8, with slashes, without a leading one; never empty; not NUL-terminated */
    size_t path_size;
    const uint8_t *
        note; /* by agreement of writer and reader: a security descriptor, self-relative ([MS-DTYP] 2.4.6) */
    size_t note_size;
    enum bundle_state state;
    uint64_t size;
    filetime changed_at; /* 0 = not known */
    const uint8_t *data; /* size bytes when the state is BUNDLE_READ, else NULL */
};

/* True for a path that stays below its folder: UTF-8, no empty part, no "." and "..", no backslash, colon or NUL, not absolute. */
bool bundle_path_valid(const char *path, size_t n);

struct bundle_writer {
    int fd;           /* borrowed; written from where it stands */
    uint64_t written; /* bytes */
    uint64_t most;    /* ceiling in bytes; 0 = none */
};

/* Writes the mark. */
MUST_USE enum rc bundle_begin(struct bundle_writer *w, int fd, uint64_t most, struct err *err);

/* Writes a member whose bytes are in memory (data may be NULL where none follow). RC_LIMIT when it does not fit (nothing of it was
 * written, go on with the next), RC_USAGE for a path that is not valid. */
MUST_USE enum rc bundle_put(struct bundle_writer *w, const struct bundle_member *m,
                            struct err *err);

/* As bundle_put with m->size bytes from a descriptor, from its start; m->data is not looked at. A file that became shorter is
 * filled up with zeros and *ret_short set. */
MUST_USE enum rc bundle_put_file(struct bundle_writer *w, const struct bundle_member *m, int from,
                                 bool *ret_short, struct err *err);
MUST_USE enum rc bundle_end(struct bundle_writer *w, struct err *err);

struct bundle_reader {
    struct rd r;
    bool is_whole; /* the end was there */
};

/* data is borrowed and must stay. RC_MALFORMED when it is no bundle. */
MUST_USE enum rc bundle_open(struct bundle_reader *b, const void *data, size_t size,
                             struct err *err);

/* The next member, borrowed. RC_ABSENT at the end (look at is_whole then), RC_MALFORMED when the rest cannot be read. */
MUST_USE enum rc bundle_next(struct bundle_reader *b, struct bundle_member *ret, struct err *err);

#endif
