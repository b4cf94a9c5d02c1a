/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where checks lie and how their files are read. */
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "rules/check.h"

enum {
    MAX_FILES = 4096,
    MAX_DEPTH = 6,
    MAX_SIZE = 8 << 20
};

enum rc rules_default_directory(struct arena *a, const char **ret, struct err *err)
{
    static const char *const places[] = { "share-checks", "../share/kagimori/checks" };
    char exe[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
    if (n <= 0) {
        return err_setf(err, RC_IO,
                        "cannot tell where this program lies: %s; give the folder of checks",
                        strerror(errno));
    }
    exe[n] = '\0';
    char *slash = strrchr(exe, '/');
    if (slash) {
        *slash = '\0';
    }
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        const char *path = arena_printf(a, "%s/%s", exe, places[i]);
        if (!path) {
            return err_setf(err, RC_NOMEM, "out of memory");
        }
        if (access(path, R_OK | X_OK) == 0) {
            *ret = path;
            return RC_OK;
        }
    }
    return err_setf(err, RC_ABSENT, "there are no checks beside %s; give their folder", exe);
}

static void file_done(FILE **f)
{
    if (*f) {
        (void)fclose(*f);
    }
}

enum rc rules_read_file(struct arena *a, const char *path, struct rules_file *ret, struct err *err)
{
    AUTO(file_done) FILE *f = fopen(path, "rbe");
    struct wr w AUTO(wr_done);
    char block[16384];
    wr_init(&w, MAX_SIZE);
    if (!f) {
        (void)err_setf(err, RC_IO, "cannot open the file: %s", strerror(errno));
        return err_at(err, "%s", path);
    }
    for (size_t n = fread(block, 1, sizeof(block), f); n > 0;
         n = fread(block, 1, sizeof(block), f)) {
        wr_bytes(&w, block, n);
    }
    if (ferror(f)) {
        (void)err_setf(err, RC_IO, "cannot read the file: %s", strerror(errno));
        return err_at(err, "%s", path);
    }
    if (w.bad) {
        (void)err_setf(err, RC_LIMIT, "the file is larger than 8 MiB; split it into several files");
        return err_at(err, "%s", path);
    }
    ret->size = w.size;
    ret->path = arena_strdup(a, path);
    ret->bytes = put_take(a, &w);
    return ret->path && ret->bytes
               ? RC_OK
               : err_setf(err, RC_NOMEM, "out of memory while reading %s", path);
}

const struct yaml_node *rules_read_yaml(struct rules *r, const char *path, struct rules_file **ret)
{
    struct err err;
    struct yaml_node *root = NULL;
    struct rules_file *file = arena_alloc(r->arena, sizeof(*file));
    *ret = file;
    if (!file || rules_read_file(r->arena, path, file, &err) != RC_OK ||
        yaml_tree_parse(path, file->bytes, file->size, r->arena, &root, &err) != RC_OK) {
        if (file) {
            mistake_err(&r->mistakes, &err);
        }
        return NULL;
    }
    return root;
}

struct found {
    struct arena *arena;
    const char **paths;
    size_t count;
    struct err *err;
};

/* Folders and files of the checks' folder that hold no checks. */
static bool is_other(const char *name, unsigned depth)
{
    static const char *const others[] = { "profiles",   "schema",    "reset",       "frameworks",
                                          "management", "tags.yaml", "sources.yaml" };
    for (size_t i = 0; depth == 0 && i < ARRAY_LEN(others); i++) {
        if (strcmp(others[i], name) == 0) {
            return true;
        }
    }
    return name[0] == '.';
}

static bool is_yaml(const char *name)
{
    size_t n = strlen(name);
    return n > 5 && strcmp(name + n - 5, ".yaml") == 0;
}

static enum rc walk(struct found *f, const char *path, unsigned depth);

static enum rc take(struct found *f, const char *path, const char *name, unsigned depth)
{
    struct stat st;
    const char *full = arena_printf(f->arena, "%s/%s", path, name);
    if (!full) {
        return err_setf(f->err, RC_NOMEM, "out of memory");
    }
    if (stat(full, &st) != 0) {
        (void)err_setf(f->err, RC_IO, "cannot read it: %s", strerror(errno));
        return err_at(f->err, "%s", full);
    }
    if (S_ISDIR(st.st_mode)) {
        return walk(f, full, depth + 1);
    }
    if (S_ISREG(st.st_mode) && is_yaml(name)) {
        if (f->count == MAX_FILES) {
            return err_setf(f->err, RC_LIMIT, "more than %d files of checks", MAX_FILES);
        }
        f->paths[f->count++] = full;
    }
    return RC_OK;
}

static enum rc walk(struct found *f, const char *path, unsigned depth)
{
    DIR *d = depth < MAX_DEPTH ? opendir(path) : NULL;
    if (!d) {
        (void)err_setf(f->err, RC_IO, "cannot read the folder: %s",
                       depth < MAX_DEPTH ? strerror(errno) : "nested too deep");
        return err_at(f->err, "%s", path);
    }
    enum rc rc = RC_OK;
    for (struct dirent *e = readdir(d); e && rc == RC_OK; e = readdir(d)) {
        if (!is_other(e->d_name, depth)) {
            rc = take(f, path, e->d_name, depth);
        }
    }
    (void)closedir(d);
    return rc;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

enum rc rules_find_files(struct arena *a, const char *path, const char ***ret, size_t *ret_count,
                         struct err *err)
{
    struct found f = { .arena = a, .err = err };
    struct stat st;
    f.paths = arena_array(a, MAX_FILES, sizeof(char *));
    if (!f.paths) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    if (stat(path, &st) != 0) {
        (void)err_setf(err, RC_USAGE, "there is no such folder or file of checks: %s",
                       strerror(errno));
        return err_at(err, "%s", path);
    }
    if (S_ISREG(st.st_mode)) {
        f.paths[f.count++] = path;
    } else {
        TRY(walk(&f, path, 0));
    }
    qsort(f.paths, f.count, sizeof(char *), by_text);
    *ret = f.paths;
    *ret_count = f.count;
    return RC_OK;
}
