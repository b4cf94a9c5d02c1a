/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_UNIT_DECODE_XML_POLICY_DOUBLE_H
#define TESTS_UNIT_DECODE_XML_POLICY_DOUBLE_H

#include "audit/decode/policy/policy_file.h"

/* Rows that broke their catalogue by anything but the length of a text. */
extern size_t double_bad_rows;

/* Hands one file on as the driver does. */
enum rc double_preferences(const void *data, size_t n, const char *half, const char *path,
                           const struct secret *key, struct row_sink *sink, struct err *err);
enum rc double_script(const void *data, size_t n, const char *path, struct row_sink *sink,
                      struct err *err);

#endif
