/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "audit/base/utf.h"

static enum log_level threshold = LOG_INFO;
static log_sink *sink;
static void *sink_context;

void log_set_level(enum log_level level)
{
    threshold = level;
}

void log_set_sink(log_sink *to, void *context)
{
    sink = to;
    sink_context = context;
}

static void to_stderr(enum log_level level, const char *text)
{
    static const char *const marks[] = { "error: ", "warning: ", "", "debug: " };
    struct wr w AUTO(wr_done);
    wr_init(&w, 65536);
    wr_text(&w, "kagimori: ");
    wr_text(&w, marks[level]);
    utf8_display(&w, text, 0);
    wr_text(&w, "\n");
    (void)fwrite(w.data, 1, w.size, stderr);
}

void log_line(enum log_level level, const char *fmt, ...)
{
    char raw[4096];
    if (level > threshold) {
        return;
    }
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(raw, sizeof(raw), fmt, ap);
    va_end(ap);
    if (sink) {
        sink(sink_context, level, raw);
    } else {
        to_stderr(level, raw);
    }
}

void log_err(const struct err *err)
{
    if (err->where[0]) {
        log_line(LOG_ERROR, "%s: %s", err->where, err->msg);
    } else {
        log_line(LOG_ERROR, "%s", err->msg);
    }
}
