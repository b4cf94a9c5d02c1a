/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/supervise/guard_file.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "audit/base/filetime.h"
#include "audit/base/num.h"

#define HEAD      "kagimori logon guard 1 (delete this file only after the audit password was corrected)"
#define WORDS_MAX 7U /* of a line */

static const char *const kinds[] = { "free", "under-way", "refused", "interrupted", "locked-out" };

void guard_file_word(char *ret, size_t size, const char *text)
{
    size_t n = 0;
    for (; text[n] && n + 1 < size; n++) {
        ret[n] = text[n] > ' ' && text[n] <= '~' ? text[n] : '?';
    }
    if (n == 0) {
        ret[n++] = '-';
    }
    ret[n] = '\0';
}

/* One line, filled up with spaces. */
static void put_line(char *line, const char *text)
{
    size_t n = strlen(text);
    memset(line, ' ', GUARD_LINE);
    memcpy(line, text, n < GUARD_LINE - 1 ? n : GUARD_LINE - 1);
    line[GUARD_LINE - 1] = '\n';
}

void guard_file_write(const struct guard_content *c, char ret[GUARD_SIZE])
{
    char text[GUARD_LINE];
    put_line(ret, HEAD);
    for (unsigned i = 0; i < GUARD_SLOTS; i++) {
        const struct guard_slot *s = &c->slots[i];
        (void)snprintf(text, sizeof(text), "slot %u %s", i + 1, kinds[s->kind]);
        if (s->kind != GUARD_FREE) {
            (void)snprintf(text, sizeof(text), "slot %u %s %s %s %" PRIu32 " %s", i + 1,
                           kinds[s->kind], s->at, s->machine, s->process, s->target);
        }
        put_line(ret + (i + 1) * GUARD_LINE, text);
    }
}

/* Cuts a line at its spaces; how many words, or 0 when there are too many or other bytes than printable ASCII. */
static size_t split(char *line, char *words[WORDS_MAX])
{
    size_t count = 0;
    for (char *p = line; *p;) {
        size_t n = strcspn(p, " ");
        if (n > 0 && count == WORDS_MAX) {
            return 0;
        }
        if (n > 0) {
            words[count++] = p;
        }
        p += n;
        if (*p) {
            *p++ = '\0';
        }
    }
    return count;
}

static bool take(char *ret, size_t size, const char *word)
{
    size_t n = strlen(word);
    if (n >= size) {
        return false;
    }
    guard_file_word(ret, size, word);
    return memcmp(ret, word, n + 1) == 0;
}

/* "slot 1 refused TIME MACHINE PROCESS TARGET" */
static bool read_slot(const char *p, struct guard_slot *ret)
{
    char line[GUARD_LINE + 1] = "", *words[WORDS_MAX];
    int64_t process = 0;
    filetime at = 0;
    memcpy(line, p, GUARD_LINE - 1); /* a NUL in it ends it early, which the comparison sees */
    size_t count = split(line, words), kind = 0;
    if (count != 3 && count != WORDS_MAX) {
        return false;
    }
    while (kind < ARRAY_LEN(kinds) && strcmp(words[2], kinds[kind]) != 0) {
        kind++;
    }
    if (kind == ARRAY_LEN(kinds) || (kind == GUARD_FREE) != (count == 3)) {
        return false;
    }
    *ret = (struct guard_slot){ .kind = (enum guard_kind)kind };
    if (kind == GUARD_FREE) {
        return true;
    }
    bool is_fit = take(ret->at, sizeof(ret->at), words[3]) && filetime_from_iso(ret->at, &at) &&
                  take(ret->machine, sizeof(ret->machine), words[4]) &&
                  num_i64(words[5], strlen(words[5]), &process) && process >= 0 &&
                  process <= UINT32_MAX && take(ret->target, sizeof(ret->target), words[6]);
    ret->process = (uint32_t)process;
    return is_fit;
}

enum rc guard_file_read(const char *p, size_t n, struct guard_content *ret, struct err *err)
{
    struct guard_content c = { 0 };
    char again[GUARD_SIZE];
    *ret = (struct guard_content){ 0 };
    if (n != GUARD_SIZE) {
        return err_setf(err, RC_MALFORMED, "it has %s%zu bytes, not %u",
                        n > GUARD_SIZE ? "more than " : "", n > GUARD_SIZE ? n - 1 : n, GUARD_SIZE);
    }
    for (unsigned i = 0; i < GUARD_SLOTS; i++) {
        if (!read_slot(p + (i + 1) * GUARD_LINE, &c.slots[i])) {
            return err_setf(err, RC_MALFORMED, "its line %u is none of a logon guard", i + 2);
        }
    }
    /* There is one way to write each content: anything else was not written by a guard. */
    guard_file_write(&c, again);
    if (memcmp(again, p, GUARD_SIZE) != 0) {
        return err_setf(err, RC_MALFORMED, "it is not what a logon guard looks like");
    }
    *ret = c;
    return RC_OK;
}
