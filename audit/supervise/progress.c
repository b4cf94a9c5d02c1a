/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/supervise/progress.h"

#include <sys/ioctl.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "audit/base/utf.h"
#include "audit/supervise/child.h"

#define DRAW_EVERY_MS 200

void progress_start(struct progress *p, bool is_wanted)
{
    *p = (struct progress){ .is_on = is_wanted && isatty(STDERR_FILENO),
                            .started_ms = child_now_ms() };
}

static void write_left(struct wr *w, const struct progress *p, const struct progress_now *now,
                       int64_t now_ms)
{
    size_t ended = now->done + now->failed;
    int64_t elapsed = (now_ms - p->started_ms) / 1000;
    if (ended == 0 || ended >= now->total || elapsed < 2) {
        return;
    }
    int64_t left = elapsed * (int64_t)(now->total - ended) / (int64_t)ended;
    if (left >= 120) {
        wr_printf(w, ", about %" PRId64 " min left", (left + 30) / 60);
    } else {
        wr_printf(w, ", about %" PRId64 " s left", left > 0 ? left : 1);
    }
}

/* Cuts at the last character that fits. */
static void cut(char *text, size_t columns)
{
    size_t n = strlen(text);
    while (n > 0 && utf8_columns(text) > columns) {
        do {
            n--;
        } while (n > 0 && ((unsigned char)text[n] & 0xC0U) == 0x80U);
        text[n] = 0;
    }
}

void progress_line(const struct progress *p, const struct progress_now *now, int64_t now_ms,
                   size_t columns, char *buf, size_t size)
{
    struct wr w AUTO(wr_done);
    wr_init(&w, 4096);
    size_t ended = now->done + now->failed;
    if (now->total > 0) {
        wr_printf(&w, "%zu of %zu done", now->done, now->total);
    } else {
        wr_printf(&w, "%zu done", now->done);
    }
    if (now->failed > 0) {
        wr_printf(&w, ", %zu failed", now->failed);
    }
    if (now->total > ended) {
        wr_printf(&w, ", %zu left", now->total - ended);
    }
    if (p->rate >= 1) {
        wr_printf(&w, ", %.0f rows/s", p->rate);
    }
    write_left(&w, p, now, now_ms);
    if (now->target) {
        wr_text(&w, " | ");
        utf8_display(&w, now->target, 40);
        if (now->doing && now->doing[0]) {
            wr_text(&w, ": ");
            utf8_display(&w, now->doing, 40);
            wr_printf(&w, " %" PRIu64, now->doing_count);
        }
    }
    (void)snprintf(buf, size, "%.*s", w.bad ? 0 : (int)w.size, w.data ? (const char *)w.data : "");
    cut(buf, columns);
}

void progress_draw(struct progress *p, const struct progress_now *now)
{
    int64_t ms = child_now_ms();
    if (!p->is_on || ms - p->drawn_ms < DRAW_EVERY_MS) {
        return;
    }
    if (p->drawn_ms > 0) {
        double rate = (double)(now->rows - p->rows_before) * 1000.0 / (double)(ms - p->drawn_ms);
        p->rate = p->rate > 0 ? p->rate * 0.8 + rate * 0.2 : rate;
    }
    p->drawn_ms = ms;
    p->rows_before = now->rows;
    struct winsize size = { .ws_col = 80 };
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 20) {
        size.ws_col = 80;
    }
    char line[1024];
    progress_line(p, now, ms, size.ws_col - 1U, line, sizeof(line));
    (void)fprintf(stderr, "\r%s\033[K", line);
    (void)fflush(stderr);
    p->is_drawn = true;
}

void progress_clear(struct progress *p)
{
    if (p->is_drawn) {
        (void)fputs("\r\033[K", stderr);
        (void)fflush(stderr);
        p->is_drawn = false;
    }
}
