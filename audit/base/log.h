/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages to the operator on standard error, made safe for a terminal (utf8_display). Used by command/,
 * supervise/ and collect/ only: base, evidence, decode, rules and report return errors and never log. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "audit/base/err.h"

enum log_level {
    LOG_ERROR,
    LOG_WARN,
    LOG_INFO,
    LOG_DEBUG
};

typedef void log_sink(void *context, enum log_level level, const char *text);

void log_set_level(enum log_level level);
void log_set_sink(log_sink *sink,
                  void *context); /* NULL: standard error; a worker sends frames instead */
void log_line(enum log_level level, const char *fmt, ...) PRINTF_LIKE(2, 3);
void log_err(const struct err *err); /* "where: message" at LOG_ERROR */

#endif
