/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "built.h"

#include <sys/mman.h>
#include <sys/stat.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/t.h"

void built_begin(struct built *b)
{
    struct err err;
    *b = (struct built){ .data = NULL };
    T_EQ_I(bundle_begin(&b->w, memfd_create("test", MFD_CLOEXEC), 0, &err), RC_OK);
}

void built_member(struct built *b, const struct bundle_member *m)
{
    struct bundle_member copy = *m;
    struct err err;
    copy.path_size = copy.path_size ? copy.path_size : strlen(copy.path);
    T_EQ_I(bundle_put(&b->w, &copy, &err), RC_OK);
}

void built_file(struct built *b, const char *path, const void *data, size_t n)
{
    const struct bundle_member m = { .path = path,
                                     .data = data,
                                     .size = n,
                                     .state = BUNDLE_READ,
                                     .changed_at = FILETIME_UNIX_ZERO + (filetime)n };
    built_member(b, &m);
}

void built_text(struct built *b, const char *path, const char *text)
{
    built_file(b, path, text, strlen(text));
}

void built_folder(struct built *b, const char *path)
{
    const struct bundle_member m = { .path = path, .state = BUNDLE_FOLDER };
    built_member(b, &m);
}

bool built_tree(struct built *b, const char *real, const char *name)
{
    char below[4096], path[4096];
    DIR *d = opendir(real);
    if (!d) {
        return false;
    }
    built_folder(b, name);
    for (const struct dirent *e; (e = readdir(d)) != NULL;) {
        struct stat st;
        if (e->d_name[0] == '.') {
            continue;
        }
        (void)snprintf(below, sizeof(below), "%s/%s", real, e->d_name);
        (void)snprintf(path, sizeof(path), "%s/%s", name, e->d_name);
        if (stat(below, &st) == 0 && S_ISDIR(st.st_mode)) {
            T_OK(built_tree(b, below, path));
            continue;
        }
        size_t n = 0;
        uint8_t *data = t_read_file(below, &n);
        T_OK(data != NULL);
        built_file(b, path, data, n);
        free(data);
    }
    (void)closedir(d);
    return true;
}

void built_end(struct built *b, bool has_end)
{
    struct err err;
    if (has_end) {
        T_EQ_I(bundle_end(&b->w, &err), RC_OK);
    }
    b->size = (size_t)b->w.written;
    b->data = malloc(b->size);
    T_OK(b->data && pread(b->w.fd, b->data, b->size, 0) == (ssize_t)b->size);
    (void)close(b->w.fd);
}

void built_done(struct built *b)
{
    free(b->data);
    b->data = NULL;
}
