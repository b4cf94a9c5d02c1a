/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole numbers from text, all of it or nothing: no spaces, no sign for unsigned, no overflow. */
#ifndef BASE_NUM_H
#define BASE_NUM_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/base/macros.h"

bool num_i64(const char *s, size_t n, int64_t *ret);
bool num_u64(const char *s, size_t n, uint64_t *ret);
bool num_u32(const char *s, size_t n, uint32_t *ret);

#endif
