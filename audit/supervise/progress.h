/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The progress line on a terminal. Private to supervise/. */
#ifndef SUPERVISE_PROGRESS_H
#define SUPERVISE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/base/macros.h"

struct progress {
    bool is_on;
    bool is_drawn;
    int64_t started_ms, drawn_ms;
    uint64_t rows_before; /* rows and time of the last line, for the rate */
    double rate;
};

struct progress_now {
    size_t total, done, failed; /* total 0 = not known */
    uint64_t rows;
    const char *target, *doing; /* foreign text; NULL = nothing */
    uint64_t doing_count;
};

void progress_start(struct progress *p, bool is_wanted);

/* Draws at most five times a second. */
void progress_draw(struct progress *p, const struct progress_now *now);

/* Takes the line away, before something else is printed and at the end. */
void progress_clear(struct progress *p);

/* Writes the line for now into buf (UTF-8, safe for a terminal, at most columns wide). */
void progress_line(const struct progress *p, const struct progress_now *now, int64_t now_ms,
                   size_t columns, char *buf, size_t size);

#endif
