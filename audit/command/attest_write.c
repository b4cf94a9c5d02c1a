/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers are appended one by one: a file of answers is a record that people keep, so that nothing in it is ever written anew. */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "audit/base/utf.h"
#include "audit/base/wr.h"
#include "audit/command/attest.h"

enum {
    FILE_MOST = 8 << 20 /* as any YAML file */
};

static void close_file(FILE **f)
{
    if (*f) {
        (void)fclose(*f);
    }
}

/* YAML 1.2 5.7: in double quotes all that is not plainly printable may be written by its number. */
static void put_quoted(struct wr *w, const char *s)
{
    size_t n = strlen(s), size = 0;
    uint32_t cp = 0;
    wr_u8(w, '"');
    for (; n > 0; s += size, n -= size) {
        size = utf8_next(s, n, &cp);
        if (size == 0) {
            w->bad = true; /* the input was looked at; never half a text */
            return;
        }
        bool is_plain = (cp >= 0x20 && cp < 0x7f) || (cp > 0xa0 && cp < 0x2000) ||
                        (cp >= 0x2070 && cp < 0xd800) || (cp >= 0xf900 && cp < 0xfe00) ||
                        (cp >= 0xff01 && cp < 0xfff0) || (cp >= 0x1f000 && cp < 0x30000);
        if (cp == '"' || cp == '\\') {
            wr_u8(w, '\\');
        }
        if (is_plain) {
            wr_bytes(w, s, size);
        } else {
            wr_printf(w, cp > 0xffff ? "\\U%08X" : "\\u%04X", cp);
        }
    }
    wr_u8(w, '"');
}

static void put_line(struct wr *w, unsigned indent, const char *key, const char *text)
{
    if (text && text[0]) {
        wr_printf(w, "%*s  %s: ", (int)indent, "", key);
        put_quoted(w, text);
        wr_u8(w, '\n');
    }
}

static void put_entry(struct wr *w, unsigned indent, const struct attest_entry *e)
{
    char day[16];
    wr_printf(w, "%*s- question: %s\n", (int)indent, "", e->question->id);
    wr_printf(w, "%*s  answer: %s\n", (int)indent, "", e->answer);
    put_line(w, indent, "who", e->who);
    wr_printf(w, "%*s  when: %s\n", (int)indent, "", attest_day(e->day, day, sizeof(day)));
    wr_printf(w, "%*s  until: %s\n", (int)indent, "", attest_day(e->last, day, sizeof(day)));
    put_line(w, indent, "evidence", e->evidence);
    put_line(w, indent, "note", e->note);
}

static enum rc read_file(const char *path, struct wr *w, struct err *err)
{
    char block[16384];
    FILE *f AUTO(close_file) = fopen(path, "rbe");
    if (!f && errno == ENOENT) {
        return RC_OK;
    }
    for (size_t n = f ? fread(block, 1, sizeof(block), f) : 0; n > 0;
         n = fread(block, 1, sizeof(block), f)) {
        wr_bytes(w, block, n);
    }
    if (!f || ferror(f)) {
        (void)err_setf(err, RC_IO, "cannot be read: %s", strerror(errno));
        return err_at(err, "%s", path);
    }
    if (w->bad) {
        (void)err_setf(err, RC_USAGE, "is larger than 8 MiB; begin a new file of answers");
        return err_at(err, "%s", path);
    }
    return RC_OK;
}

static bool same(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

/* True when the bytes are a file of answers in which this one is what counts, or is there at least. */
static bool loads(const struct attest *t, const struct wr *w, const struct attest_entry *e)
{
    char *said = NULL;
    size_t size = 0;
    struct err ignored;
    struct answers *a AUTO(answers_freep) = NULL;
    FILE *f = open_memstream(&said, &size);
    if (!f) {
        return false;
    }
    enum rc rc =
        answers_parse(t->rules, t->path, (const char *)w->data, w->size, t->now, &a, f, &ignored);
    (void)fclose(f);
    free(said);
    const struct answer *x = rc == RC_OK ? answers_of(a, e->question) : NULL;
    /* A newer answer in the file may count instead: of another day. */
    return x && (x->day > e->day || (same(x->id, e->answer) && same(x->who, e->who) &&
                                     same(x->evidence, e->evidence) && same(x->note, e->note) &&
                                     x->until == e->last + FILETIME_DAY));
}

/* What is to be written behind the file: the block, with an end of line before it where that is missing. Lists may be indented. */
static bool make_block(const struct attest *t, const struct wr *file, const struct attest_entry *e,
                       struct wr *ret)
{
    static const unsigned indents[] = { 0, 2, 4 };
    struct wr whole AUTO(wr_done);
    wr_init(&whole, FILE_MOST);
    for (size_t i = 0; i < ARRAY_LEN(indents); i++) {
        wr_clear(ret);
        wr_clear(&whole);
        if (file->size == 0) {
            wr_text(ret, "# Answers to the questionnaire / 確認票への回答 (kagimori attest)\n");
        } else if (file->data[file->size - 1] != '\n') {
            wr_u8(ret, '\n');
        }
        put_entry(ret, indents[i], e);
        wr_bytes(&whole, file->data, file->size);
        wr_bytes(&whole, ret->data, ret->size);
        if (!ret->bad && !whole.bad && loads(t, &whole, e)) {
            return true;
        }
    }
    return false;
}

static enum rc write_block(const char *path, const struct wr *block, struct err *err)
{
    struct stat st;
    int fd AUTO_FD = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
    if (fd < 0 || fstat(fd, &st) != 0) {
        (void)err_setf(err, RC_IO, "cannot be written: %s", strerror(errno));
        return err_at(err, "%s", path);
    }
    ssize_t n = write(fd, block->data, block->size);
    int problem = n < 0 ? errno : ENOSPC;
    if (n == (ssize_t)block->size && fsync(fd) == 0) {
        return RC_OK;
    }
    problem = n == (ssize_t)block->size ? errno : problem;
    /* Half an answer would spoil the file. */
    bool is_mended = n <= 0 || ftruncate(fd, st.st_size) == 0;
    (void)err_setf(err, RC_IO, "this answer could not be written: %s%s", strerror(problem),
                   is_mended ? "; those before it are safe" : "; the last lines are broken");
    return err_at(err, "%s", path);
}

/* Before anything is asked. A file that is not there yet needs a folder that takes one. */
static enum rc try_writing(const char *path, struct err *err)
{
    char folder[4096];
    const char *slash = strrchr(path, '/');
    (void)snprintf(folder, sizeof(folder), "%.*s", slash ? (int)(slash - path) + 1 : 1,
                   slash ? path : ".");
    int fd AUTO_FD = open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY);
    if (fd >= 0 || (errno == ENOENT && access(folder, W_OK | X_OK) == 0)) {
        return RC_OK;
    }
    (void)err_setf(err, RC_USAGE, "cannot be written: %s", strerror(errno));
    return err_at(err, "%s", path);
}

enum rc attest_append(const struct attest *t, const struct attest_entry *entry, struct err *err)
{
    struct wr file AUTO(wr_done), block AUTO(wr_done);
    const struct question *q = rules_questions(t->rules);
    const struct attest_entry probe = { q,       q ? q->answers[0].id : "", "?", "", "", t->today,
                                        t->today };
    wr_init(&file, FILE_MOST);
    wr_init(&block, 65536);
    TRY(read_file(t->path, &file, err));
    if (!make_block(t, &file, entry ? entry : &probe, &block)) {
        (void)err_setf(
            err, RC_USAGE,
            "no answer can be appended: write the file as a list of lines that begin with '- question: …', or use a new file");
        return err_at(err, "%s", t->path);
    }
    return entry ? write_block(t->path, &block, err) : try_writing(t->path, err);
}
