/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bundles for tests, in memory. */
#ifndef TESTS_UNIT_POLICY_BUILT_H
#define TESTS_UNIT_POLICY_BUILT_H

#include "audit/base/bundle.h"

struct built {
    struct bundle_writer w;
    uint8_t *data; /* after built_end */
    size_t size;
};

void built_begin(struct built *b);
void built_member(struct built *b,
                  const struct bundle_member *m); /* path_size may be 0: of a NUL-terminated path */
void built_file(struct built *b, const char *path, const void *data, size_t n);
void built_text(struct built *b, const char *path, const char *text);
void built_folder(struct built *b, const char *path);
/* The folder at the real path and all below, as name: folders before what is in them. False when it is not there. */
bool built_tree(struct built *b, const char *real, const char *name);
void built_end(struct built *b, bool has_end); /* reads it back */
void built_done(struct built *b);

#endif
