/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/command/tree.h"

#include <sys/stat.h>

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/support/t.h"

static char root[64];

static int drop(const char *path, const struct stat *st, int type, struct FTW *f)
{
    (void)st;
    (void)type;
    (void)f;
    return remove(path);
}

void tree_begin(void)
{
    (void)snprintf(root, sizeof(root), "/tmp/kagimori-tree-XXXXXX");
    T_OK(mkdtemp(root) != NULL);
}

void tree_end(void)
{
    T_EQ_I(nftw(root, drop, 16, FTW_DEPTH | FTW_PHYS), 0);
}

const char *tree_root(void)
{
    return root;
}

const char *tree_path(const char *path)
{
    static char bufs[4][8192];
    static unsigned next;
    char *buf = bufs[next++ % 4];
    (void)snprintf(buf, sizeof(bufs[0]), "%s/%s", root, path);
    return buf;
}

void tree_folder(const char *path)
{
    char full[8192];
    (void)snprintf(full, sizeof(full), "%s/%s", root, path);
    for (char *p = full + strlen(root) + 1; *p; p++) {
        if (*p == '/') {
            *p = '\0';
            (void)mkdir(full, 0700);
            *p = '/';
        }
    }
    (void)mkdir(full, 0700);
}

void tree_bytes(const char *path, const void *data, size_t size)
{
    char above[4096];
    (void)snprintf(above, sizeof(above), "%s", path);
    char *slash = strrchr(above, '/');
    if (slash) {
        *slash = '\0';
        tree_folder(above);
    }
    int fd = open(tree_path(path), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    T_OK(fd >= 0);
    T_EQ_I(write(fd, data, size), size);
    (void)close(fd);
}

void tree_file(const char *path, const char *content)
{
    tree_bytes(path, content, strlen(content));
}

void tree_link(const char *path, const char *to)
{
    T_EQ_I(symlink(to, tree_path(path)), 0);
}
