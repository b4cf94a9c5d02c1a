/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_FUZZ_MUTATE_H
#define TESTS_FUZZ_MUTATE_H

#include <stddef.h>
#include <stdint.h>

/* Feeds every mutation of the files to the fuzz target; one line "ok …" or "FAILED …" a file. Not 0 when one failed. */
int mutate_files(char **paths, size_t count);

#endif
