/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A registry hive in memory (Maxim Suhanov's "Windows registry file format specification", versions 1.3 to 1.6): keys, values, class
 * names, read where they lie and never copied whole. Every offset is hostile. A cell that cannot be read costs its key or value
 * and is counted, because only where nothing above was damaged may something be called absent. Security descriptors and volatile
 * keys are not looked at. A list that leads back to an ancestor cannot be followed: a child must name its parent. */
#ifndef DECODE_FORMAT_REGF_H
#define DECODE_FORMAT_REGF_H

#include "audit/base/arena.h"
#include "audit/base/err.h"
#include "audit/base/filetime.h"
#include "audit/base/rd.h"

#define REGF_DEPTH_MAX 512U
#define REGF_PAGE      4096U
#define REGF_LINK      0x10U /* flag of a key that points to another one */

struct regf {
    const uint8_t *bins; /* hive bins data, borrowed; all offsets count from here */
    size_t size;         /* bytes of it that are there */
    uint32_t root, minor;
    filetime written_at; /* 0 = not known */
    bool is_dirty;       /* its last write was not finished, and no transaction log completed it */
    bool is_whole;       /* the file has all its hive bins, each with its own header */
    uint64_t damaged;    /* cells and lists that could not be read so far */
    uint64_t
        steps; /* list entries that may still be visited: a hostile hive does not cost more time than a large one */
};

/* A name as the hive keeps it: Latin-1 or UTF-16LE; borrowed. */
struct regf_name {
    const uint8_t *p;
    size_t size;
    bool is_latin;
};

struct regf_key {
    struct regf_name name;
    uint32_t cell;
    uint16_t flags;
    uint16_t class_size;
    unsigned depth; /* of the root 0 */
    filetime written_at;
    uint32_t subkey_count, subkey_list, value_count, value_list, class_cell;
};

struct regf_value {
    struct regf_name name; /* size 0 = the default value */
    uint32_t type, size;
    uint32_t cell; /* of the data; meaningless when size is at most 4 and is_resident */
    bool is_resident;
    uint8_t resident[4];
};

/* data is borrowed and must stay. RC_MALFORMED when it is no hive or its root key cannot be read, RC_UNSUPPORTED for a version that
 * is not 1.3 to 1.6. A hive that is dirty, cut off or damaged elsewhere opens: look at regf_is_sound. */
MUST_USE enum rc regf_open(struct regf *h, const void *data, size_t size, struct err *err);

/* True when the file is as Windows left it, so that a list in it that can be read is the whole list. */
bool regf_is_sound(const struct regf *h);

MUST_USE enum rc regf_root(struct regf *h, struct regf_key *ret, struct err *err);

/* The key at a path below from (NULL = the root), "ControlSet001\\Control\\Lsa" in UTF-8; the case of ASCII letters does not matter.
 * RC_ABSENT: it is not there, and every list on the way was read without fault. RC_MALFORMED: that cannot be told, or a key on
 * the way is a link. */
MUST_USE enum rc regf_find(struct regf *h, const struct regf_key *from, const char *path,
                           struct regf_key *ret, struct err *err);

/* Called for each thing that could be read, in the order of the hive. Anything but RC_OK ends the reading and is returned. */
typedef enum rc (*regf_key_fn)(void *context, const struct regf_key *key, struct err *err);
typedef enum rc (*regf_value_fn)(void *context, const struct regf_value *value, struct err *err);

/* The keys directly below. *ret_damaged = how many entries and lists could not be read, 0 = it was all of them. */
MUST_USE enum rc regf_subkeys(struct regf *h, const struct regf_key *key, regf_key_fn fn,
                              void *context, uint64_t *ret_damaged, struct err *err);
MUST_USE enum rc regf_values(struct regf *h, const struct regf_key *key, regf_value_fn fn,
                             void *context, uint64_t *ret_damaged, struct err *err);

/* The value with the name ("" = the default value), with RC_ABSENT and RC_MALFORMED as for regf_find. */
MUST_USE enum rc regf_value(struct regf *h, const struct regf_key *key, const char *name,
                            struct regf_value *ret, struct err *err);

/* The value's v->size bytes: borrowed from the hive or from *v, or (big data) joined in the arena. RC_MALFORMED counts as damaged. */
MUST_USE enum rc regf_data(struct regf *h, const struct regf_value *v, struct arena *a,
                           const uint8_t **ret, struct err *err);

/* The class name of a key. RC_ABSENT when it has none. */
MUST_USE enum rc regf_class(struct regf *h, const struct regf_key *key, struct regf_name *ret,
                            struct err *err);

/* True when the name is the UTF-8 text, but for the case of ASCII letters. */
bool regf_name_is(const struct regf_name *name, const char *text, size_t n);

/* The name in UTF-8, owned by the arena; a lone surrogate becomes U+FFFD, NUL becomes U+2400. NULL when memory is short. */
char *regf_name_text(struct arena *a, const struct regf_name *name);

/* The checksum of the first 508 bytes of a base block. */
uint32_t regf_checksum(const uint8_t *base);

/* For regf_value.c: what is in the allocated cell at the offset; false (and counted) when there is none. */
bool regf_cell(struct regf *h, uint32_t offset, struct rd *ret);

#endif
