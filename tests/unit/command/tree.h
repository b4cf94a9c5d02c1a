/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A folder of a test's own, with what the test puts in. */
#ifndef TESTS_UNIT_COMMAND_TREE_H
#define TESTS_UNIT_COMMAND_TREE_H

#include <stddef.h>

void tree_begin(void); /* makes the folder */
void tree_end(void);   /* removes it with all in it */
const char *tree_root(void);

/* Path below the folder; one of 4 static buffers. */
const char *tree_path(const char *path);

void tree_folder(const char *path);                    /* with those above it */
void tree_file(const char *path, const char *content); /* likewise */
void tree_bytes(const char *path, const void *data, size_t size);
void tree_link(const char *path, const char *to);

#endif
