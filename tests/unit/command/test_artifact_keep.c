/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copies for the record: safe names, private, never over something else, with sums that sha256sum takes. */
#include <sys/stat.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "audit/command/artifact_keep.h"
#include "audit/command/import_walk.h"
#include "tests/support/t.h"
#include "tests/unit/command/tree.h"

static struct err err;

static void safe_names(void)
{
    static const char *const cases[][2] = {
        { "a/b.txt", "a/b.txt" },
        { "\xe6\x97\xa5\xe6\x9c\xac/x", "\xe6\x97\xa5\xe6\x9c\xac/x" },
        { "a//b/", "a/b" },
        { "../x", "%2E%2E/x" },
        { "./x", "%2E/x" },
        { "-rf", "%2Drf" },
        { ".hidden", "%2Ehidden" },
        { "end.", "end%2E" },
        { "end ", "end%20" },
        { "100%", "100%25" },
        { "a\nb", "a%0Ab" },
        { "a\x1b[2Jb", "a%1B[2Jb" },
        { "a\\b", "a%5Cb" },
        { "c:x", "c%3Ax" },
        { "a*?\"<>|", "a%2A%3F%22%3C%3E%7C" },
        { "a\xe2\x80\xae"
          "b",
          "a%E2%80%AE"
          "b" }, /* right-to-left override */
        { "bad\xff", "bad%FF" },
        { "con", "%63on" },
        { "LPT1.txt", "%4CPT1.txt" },
        { "console", "console" },
        { "SHA256SUMS", "%53HA256SUMS" },
        { "", "" },
    };
    char buf[256];
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        T_OK(artifact_safe_path(cases[i][0], buf, sizeof(buf)));
        T_EQ_S(buf, cases[i][1]);
    }
    char small[4], one[600], two[600], a[512], b[512];
    T_OK(!artifact_safe_path("abcd", small, sizeof(small)));
    memset(one, 'x', sizeof(one));
    memset(two, 'x', sizeof(two));
    one[599] = two[599] = '\0';
    two[598] = 'y';
    T_OK(artifact_safe_path(one, a, sizeof(a)) && artifact_safe_path(two, b, sizeof(b)));
    T_OK(strlen(a) < 250 && strcmp(a, b) != 0);
}

static enum walk_wish everything(const char *path, bool is_folder, uint64_t size)
{
    (void)path;
    (void)is_folder;
    (void)size;
    return WALK_TAKE;
}

/* Copies the folder "from" of the tree into its folder "kept". */
static void keep(const char *origin)
{
    struct arena *a = arena_new(0);
    struct walk w;
    int dir = open(tree_path("from"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    T_EQ_I(walk_begin(&w, a, &walk_limits_default, &err), RC_OK);
    T_EQ_I(walk_tree(&w, dir, "", everything, &err), RC_OK);
    T_EQ_I(walk_seal(&w, &err), RC_OK);
    T_EQ_I(artifact_keep(tree_path("kept"), origin, w.fd, &err), RC_OK);
    walk_done(&w);
    arena_free(a);
    (void)close(dir);
}

static bool holds(const char *path, const char *text)
{
    size_t size = 0;
    char *data = (char *)t_read_file(tree_path(path), &size);
    bool same = data && size == strlen(text) && memcmp(data, text, size) == 0;
    free(data);
    return same;
}

static int run_sums(void)
{
    char command[512];
    (void)snprintf(command, sizeof(command), "cd '%s' && sha256sum --strict --quiet -c SHA256SUMS",
                   tree_path("kept"));
    return system(command); /* NOLINT(cert-env33-c): the tool that the file is for */
}

static size_t lines(void)
{
    size_t size = 0, count = 0;
    uint8_t *data = t_read_file(tree_path("kept/SHA256SUMS"), &size);
    for (size_t i = 0; data && i < size; i++) {
        count += data[i] == '\n';
    }
    free(data);
    return count;
}

static void keeps_copies(void)
{
    struct stat st;
    tree_begin();
    tree_file("from/hives/SAM", "sam");
    tree_file("from/empty", "");
    tree_file("from/odd\nname ", "odd");
    keep("kit");
    T_OK(holds("kept/kit/hives/SAM", "sam"));
    T_OK(holds("kept/kit/empty", ""));
    T_OK(holds("kept/kit/odd%0Aname%20", "odd"));
    T_EQ_I(stat(tree_path("kept/kit/hives/SAM"), &st), 0);
    T_EQ_I(st.st_mode & 0777, 0600);
    T_EQ_I(stat(tree_path("kept/kit/hives"), &st), 0);
    T_EQ_I(st.st_mode & 0777, 0700);
    T_EQ_I(lines(), 3);
    T_EQ_I(run_sums(), 0);
    keep("kit"); /* once more: nothing new */
    T_EQ_I(lines(), 3);
    tree_end();
}

static void never_over_something_else(void)
{
    tree_begin();
    tree_file("from/SAM", "one");
    keep("kit");
    tree_file("from/SAM", "two");
    keep("kit");
    T_OK(holds("kept/kit/SAM", "one"));
    T_OK(holds("kept/kit/SAM~2", "two"));
    T_EQ_I(lines(), 2);
    T_EQ_I(run_sums(), 0);
    /* A link that waits where a copy would go is not written through. */
    tree_file("from/NTUSER.DAT", "three");
    tree_file("victim", "precious");
    tree_link("kept/kit/NTUSER.DAT", "../../victim");
    keep("kit");
    T_OK(holds("victim", "precious"));
    T_OK(holds("kept/kit/NTUSER.DAT~2", "three"));
    T_EQ_I(run_sums(), 0);
    tree_end();
}

static void folders_that_are_links(void)
{
    struct artifact_keep *k = NULL;
    tree_begin();
    tree_folder("kept");
    tree_folder("elsewhere");
    tree_link("kept/kit", "../elsewhere");
    tree_file("x", "x");
    int fd = open(tree_path("x"), O_RDONLY | O_CLOEXEC);
    T_EQ_I(artifact_keep_open(tree_path("kept"), &k, &err), RC_OK);
    T_EQ_I(artifact_keep_file(k, "kit", "x", 0, fd, 1, NULL, &err), RC_IO);
    T_OK(access(tree_path("elsewhere/x"), F_OK) != 0);
    char sum[65];
    T_EQ_I(artifact_keep_file(k, "other", "x", 0, fd, 1, sum, &err), RC_OK);
    T_EQ_S(sum, "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881");
    T_EQ_I(artifact_keep_file(k, "other", "y", 0, fd, 2, NULL, &err), RC_IO); /* it is shorter */
    artifact_keep_free(k);
    (void)close(fd);
    T_EQ_I(artifact_keep_open(tree_path("x"), &k, &err), RC_IO);
    T_HAS(err.where, "/x");
    tree_end();
}

#define TESTS(X) \
    X(safe_names) X(keeps_copies) X(never_over_something_else) X(folders_that_are_links)
T_MAIN("artifact keep", TESTS)
