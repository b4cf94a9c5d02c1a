/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/diff/diff_rename.h"

#include <stdlib.h>
#include <string.h>

#define TEXT_MAX 4096 /* longer ones are compared byte by byte */

enum {
    ENTRIES_MAX = 256
};

void renames_free(void *renames)
{
    struct renames *r = renames;
    for (unsigned i = 0; r && i < r->count; i++) {
        free(r->list[i].was);
        free(r->list[i].now);
    }
    free(r);
}

static char lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

static char *lowered(const unsigned char *s)
{
    char *copy = s ? strdup((const char *)s) : NULL;
    for (char *p = copy; p && *p; p++) {
        *p = lower(*p);
    }
    return copy;
}

/* The longest first, so that no name is taken for the beginning of another. Beyond the limit (a whole estate renamed) the rest is told as changed. */
static void read_names(struct renames *r, sqlite3 *db)
{
    sqlite3_stmt *q = NULL;
    r->is_read = true;
    if (sqlite3_prepare_v2(db, "SELECT was, now FROM temp.diff_name ORDER BY length(was) DESC, was",
                           -1, &q, NULL) != SQLITE_OK) {
        return;
    }
    while (r->count < sizeof(r->list) / sizeof(r->list[0]) && sqlite3_step(q) == SQLITE_ROW) {
        r->list[r->count].was = lowered(sqlite3_column_text(q, 0));
        r->list[r->count].now = lowered(sqlite3_column_text(q, 1));
        r->count += r->list[r->count].was && r->list[r->count].now;
    }
    (void)sqlite3_finalize(q);
}

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' ||
           (unsigned char)c >= 0x80;
}

/* The rename whose old name stands at s as a whole word; NULL when none does. */
static const char *renamed(const struct renames *r, const char *s, size_t *ret_used)
{
    for (unsigned i = 0; i < r->count; i++) {
        size_t n = strlen(r->list[i].was);
        if (strncmp(s, r->list[i].was, n) == 0 && !is_name_char(s[n])) {
            *ret_used = n;
            return r->list[i].now;
        }
    }
    return NULL;
}

/* In small letters, names as they are now; false when there is no room. */
static bool translate(const struct renames *r, const char *s, char *out, size_t size)
{
    char low[TEXT_MAX];
    size_t n = strlen(s), used = 0;
    if (n >= sizeof(low)) {
        return false;
    }
    for (size_t i = 0; i <= n; i++) {
        low[i] = lower(s[i]);
    }
    for (size_t i = 0; i < n;) {
        size_t taken = 1;
        bool fresh = i == 0 || !is_name_char(low[i - 1]);
        const char *now = fresh ? renamed(r, low + i, &taken) : NULL;
        size_t more = now ? strlen(now) : 1;
        if (used + more >= size) {
            return false;
        }
        memcpy(out + used, now ? now : low + i, more);
        used += more;
        i += taken;
    }
    out[used] = '\0';
    return true;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Cuts a text into its entries, sorted; their number, 0 = too many. */
static size_t entries(char *text, char **ret)
{
    size_t count = 0;
    for (char *p = text; p;) {
        if (count == ENTRIES_MAX) {
            return 0;
        }
        ret[count++] = p;
        char *end = strpbrk(p, ",;");
        while (end && end[1] != ' ') {
            end = strpbrk(end + 1, ",;");
        }
        p = end ? end + 2 : NULL;
        if (end) {
            *end = '\0';
        }
    }
    qsort(ret, count, sizeof(*ret), by_text);
    return count;
}

bool renames_equal(struct renames *r, sqlite3 *db, const char *before, const char *now)
{
    static const struct renames none;
    char was[TEXT_MAX], is[TEXT_MAX], *olds[ENTRIES_MAX], *news[ENTRIES_MAX];
    if (!r->is_read) {
        read_names(r, db);
    }
    if (!translate(r, before, was, sizeof(was)) || !translate(&none, now, is, sizeof(is))) {
        return false;
    }
    size_t count = entries(was, olds);
    if (count == 0 || count != entries(is, news)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (strcmp(olds[i], news[i]) != 0) {
            return false;
        }
    }
    return true;
}
