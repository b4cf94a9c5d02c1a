/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folders that mean harm: links, pipes, names, sizes. */
#include <sys/mman.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "audit/command/import_walk.h"
#include "tests/support/t.h"
#include "tests/unit/command/tree.h"

static struct arena *arena;
static struct walk walk;
static struct err err;
static const char *only; /* the one path that the filter takes; NULL = all */

static enum walk_wish filter(const char *path, bool is_folder, uint64_t size)
{
    (void)size;
    return !only || is_folder || strcmp(path, only) == 0 ? WALK_TAKE : WALK_PASS;
}

static void begin(void)
{
    tree_begin();
    only = NULL;
    arena = arena_new(0);
    walk = (struct walk){ .fd = -1 };
}

static void end(void)
{
    walk_done(&walk);
    arena_free(arena);
    tree_end();
}

static void gather(const struct walk_limits *limits, const char *at)
{
    int dir = open(tree_root(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    T_OK(dir >= 0);
    T_EQ_I(walk_begin(&walk, arena, limits, &err), RC_OK);
    T_EQ_I(walk_tree(&walk, dir, at, filter, &err), RC_OK);
    (void)close(dir);
}

static const struct walk_entry *entry(const char *path)
{
    static const struct walk_entry none = { .path = "", .state = BUNDLE_FAILED };
    for (size_t i = 0; i < walk.count; i++) {
        if (strcmp(walk.entries[i].path, path) == 0) {
            return &walk.entries[i];
        }
    }
    t_fail(__FILE__, __LINE__, "no entry %s", path);
    return &none;
}

/* The member of that path in a sealed bundle: its state, and its bytes as a string in buf. */
static enum bundle_state member(int fd, const char *path, char *buf, size_t room)
{
    struct stat st;
    struct bundle_reader b;
    struct bundle_member m;
    enum bundle_state state = BUNDLE_FOLDER_CUT;
    bool found = false;
    buf[0] = '\0';
    T_EQ_I(fstat(fd, &st), 0);
    uint8_t *data = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    T_EQ_I(bundle_open(&b, data, (size_t)st.st_size, &err), RC_OK);
    while (bundle_next(&b, &m, &err) == RC_OK) {
        if (m.path_size == strlen(path) && memcmp(m.path, path, m.path_size) == 0) {
            found = true;
            state = m.state;
            (void)snprintf(buf, room, "%.*s", m.data ? (int)m.size : 0,
                           m.data ? (const char *)m.data : "");
        }
    }
    T_OK(b.is_whole);
    T_OK(found);
    (void)munmap(data, (size_t)st.st_size);
    return state;
}

static void a_plain_folder(void)
{
    char buf[64];
    begin();
    tree_file("a/b.txt", "hello");
    tree_file("empty", "");
    gather(&walk_limits_default, "");
    T_EQ_I(walk_seal(&walk, &err), RC_OK);
    T_EQ_I(member(walk.fd, "a/b.txt", buf, sizeof(buf)), BUNDLE_READ);
    T_EQ_S(buf, "hello");
    T_EQ_I(member(walk.fd, "empty", buf, sizeof(buf)), BUNDLE_READ);
    T_EQ_I(member(walk.fd, "a", buf, sizeof(buf)), BUNDLE_FOLDER);
    T_EQ_I(walk.files, 2);
    T_OK(write(walk.fd, "x", 1) < 0); /* nobody changes it any more */
    end();
}

static void links_are_not_followed(void)
{
    begin();
    tree_file("real/x", "x");
    tree_link("real/loop", "..");
    tree_link("out", "/etc");
    tree_link("passwd", "/etc/passwd");
    tree_link("dead", "nowhere");
    gather(&walk_limits_default, "top");
    T_EQ_I(walk.count, 7); /* top, real, its file, and four links */
    T_EQ_S(entry("top/passwd")->artifact_state, "refused");
    T_EQ_I(entry("top/passwd")->state, BUNDLE_FAILED);
    T_EQ_I(entry("top/passwd")->size, 0);
    T_HAS(entry("top/out")->detail, "link");
    T_EQ_S(entry("top/real/loop")->artifact_state, "refused");
    T_EQ_S(entry("top/dead")->artifact_state, "refused");
    T_EQ_I(entry("top")->state, BUNDLE_FOLDER);
    end();
}

static void pipes_and_sockets_do_not_block(void)
{
    begin();
    T_EQ_I(mkfifo(tree_path("pipe"), 0600), 0);
    tree_file("x", "x");
    gather(&walk_limits_default, "");
    T_EQ_S(entry("pipe")->artifact_state, "refused");
    T_HAS(entry("pipe")->detail, "only files are read");
    T_EQ_I(entry("x")->state, BUNDLE_READ);
    end();
}

/* 4 GiB of nothing: neither read nor written. */
static void a_sparse_file_costs_nothing(void)
{
    struct timespec from, to;
    struct stat st;
    char buf[8];
    begin();
    tree_file("SYSTEM", "");
    tree_file("SAM", "y");
    T_EQ_I(truncate(tree_path("SYSTEM"), INT64_C(4) << 30), 0);
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
    gather(&walk_limits_default, "");
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
    T_OK(to.tv_sec - from.tv_sec < 2);
    T_EQ_I(entry("SYSTEM")->state, BUNDLE_TOO_LARGE);
    T_EQ_I(entry("SYSTEM")->size, INT64_C(4) << 30);
    T_OK(walk.is_too_large);
    T_EQ_I(walk_seal(&walk, &err), RC_OK);
    T_EQ_I(fstat(walk.fd, &st), 0);
    T_OK(st.st_size < 1024);
    T_EQ_I(member(walk.fd, "SYSTEM", buf, sizeof(buf)), BUNDLE_TOO_LARGE);
    T_EQ_I(member(walk.fd, "SAM", buf, sizeof(buf)), BUNDLE_READ);
    end();
}

static void limits(void)
{
    const struct walk_limits small = {
        .file_most = 100, .bundle_most = 400, .entries_most = 5, .depth_most = 2
    };
    char big[100], path[16], buf[128];
    memset(big, 'x', sizeof(big));
    begin();
    for (int i = 0; i < 4; i++) {
        (void)snprintf(path, sizeof(path), "f%d", i);
        tree_bytes(path, big, sizeof(big));
    }
    gather(&small, "");
    T_EQ_I(entry("f0")->state, BUNDLE_READ);
    T_EQ_I(entry("f3")->state, BUNDLE_TOO_LARGE); /* has no room beside the others */
    T_HAS(entry("f3")->detail, "together");
    T_EQ_I(walk_seal(&walk, &err), RC_OK);
    T_EQ_I(member(walk.fd, "f3", buf, sizeof(buf)), BUNDLE_TOO_LARGE);
    walk_done(&walk);
    for (int i = 4; i < 9; i++) {
        (void)snprintf(path, sizeof(path), "f%d", i);
        tree_file(path, "");
    }
    gather(&small, "top");
    T_OK(walk.is_cut);
    T_OK(walk.count <= 6);
    T_EQ_I(entry("top")->state, BUNDLE_FOLDER_CUT); /* what is not among its members may be there */
    end();
}

static void deep_folders_end(void)
{
    const struct walk_limits shallow = {
        .file_most = 100, .bundle_most = 0, .entries_most = 1000, .depth_most = 2
    };
    begin();
    tree_file("1/2/3/4/x", "x");
    gather(&shallow, "");
    T_OK(walk.is_cut);
    T_EQ_I(entry("1/2")->state, BUNDLE_FOLDER);
    T_EQ_I(entry("1/2/3")->state, BUNDLE_FOLDER_CUT);
    T_EQ_I(walk.files, 0);
    end();
}

/* Code page 932, other bytes, what Windows would take for a path, two names that become one. */
static void names(void)
{
    char buf[64];
    begin();
    tree_file("\x93\xfa\x96{/\x83\x65\x83X\x83g.xml",
              "jp"); /* 日本/テスト.xml, with a backslash's byte in none */
    tree_file("\x83\x5c\x83t\x83g", "so"); /* ソフト: its second byte is a backslash */
    tree_file("bad\xff\xfe", "b");
    tree_file("a\\..\\b", "c");
    tree_file("C:x", "d");
    tree_file("x\xff", "1");
    tree_file("x\xfe", "2");
    tree_file("line\nfeed", "n");
    gather(&walk_limits_default, "");
    T_EQ_I(entry("日本/テスト.xml")->state, BUNDLE_READ);
    T_EQ_I(entry("ソフト")->state, BUNDLE_READ);
    T_EQ_I(entry("bad\xef\xbf\xbd\xef\xbf\xbd")->state, BUNDLE_READ);
    T_EQ_I(entry("a\xef\xbf\xbd..\xef\xbf\xbd"
                 "b")
               ->state,
           BUNDLE_READ);
    T_EQ_I(entry("C\xef\xbf\xbdx")->state, BUNDLE_READ);
    T_EQ_I(entry("x\xef\xbf\xbd")->state, BUNDLE_READ);
    T_EQ_I(entry("x\xef\xbf\xbd~2")->state, BUNDLE_READ);
    T_EQ_I(walk.files, 8);
    for (size_t i = 0; i < walk.count; i++) {
        T_OK(bundle_path_valid(walk.entries[i].path, strlen(walk.entries[i].path)));
    }
    T_EQ_I(walk_seal(&walk, &err), RC_OK);
    T_EQ_I(member(walk.fd, "日本/テスト.xml", buf, sizeof(buf)), BUNDLE_READ);
    T_EQ_S(buf, "jp");
    end();
}

static void unreadable(void)
{
    if (geteuid() == 0) {
        return; /* root reads everything */
    }
    begin();
    tree_file("closed", "x");
    tree_file("shut/x", "x");
    T_EQ_I(chmod(tree_path("closed"), 0), 0);
    T_EQ_I(chmod(tree_path("shut"), 0), 0);
    gather(&walk_limits_default, "");
    T_EQ_I(entry("closed")->state, BUNDLE_DENIED);
    T_EQ_I(entry("shut")->state, BUNDLE_FOLDER_CUT);
    T_EQ_I(chmod(tree_path("shut"), 0700), 0);
    end();
}

static void shorter_than_it_said(void)
{
    /* /proc tells no size; a file of /sys tells 4096 and has less: it "became shorter". */
    static const char file[] = "/sys/kernel/mm/transparent_hugepage/enabled";
    struct stat st;
    char buf[8];
    if (stat(file, &st) != 0 || st.st_size < 512) {
        return;
    }
    begin();
    int dir = open("/sys/kernel/mm/transparent_hugepage", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    T_EQ_I(walk_begin(&walk, arena, &walk_limits_default, &err), RC_OK);
    T_EQ_I(walk_file(&walk, dir, "enabled", "before", WALK_TAKE, &err), RC_OK);
    (void)close(dir);
    tree_file("after", "after");
    dir = open(tree_root(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    T_EQ_I(walk_file(&walk, dir, "after", "after", WALK_TAKE, &err), RC_OK);
    (void)close(dir);
    T_EQ_I(entry("before")->state, BUNDLE_FAILED);
    T_HAS(entry("before")->detail, "shorter");
    T_EQ_I(walk_seal(&walk, &err), RC_OK);
    T_EQ_I(member(walk.fd, "before", buf, sizeof(buf)), BUNDLE_FAILED);
    T_EQ_I(member(walk.fd, "after", buf, sizeof(buf)), BUNDLE_READ);
    T_EQ_S(buf, "after");
    end();
}

static int handed[8];
static size_t handed_count;

static enum rc take_log(void *context, int fd, const struct walk_entry *e, struct err *why)
{
    T_OK(context == &walk && e->is_log);
    (void)why;
    handed[handed_count++] = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 3);
    return RC_OK;
}

/* However large: it is handed over open, and its bytes are not in the bundle. */
static void logs_are_handed_over(void)
{
    char first = 0;
    begin();
    tree_file("a.evtx", "E");
    T_EQ_I(truncate(tree_path("a.evtx"), INT64_C(20) << 30), 0);
    tree_link("b.evtx", "a.evtx");
    int dir = open(tree_root(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    T_EQ_I(walk_begin(&walk, arena, &walk_limits_default, &err), RC_OK);
    walk.log = take_log;
    walk.context = &walk;
    handed_count = 0;
    T_EQ_I(walk_file(&walk, dir, "a.evtx", "logs/a.evtx", WALK_LOG, &err), RC_OK);
    T_EQ_I(walk_file(&walk, dir, "b.evtx", "logs/b.evtx", WALK_LOG, &err), RC_OK);
    T_EQ_I(walk_file(&walk, dir, "c.evtx", "logs/c.evtx", WALK_LOG, &err), RC_OK);
    T_EQ_I(handed_count, 1);
    T_EQ_I(pread(handed[0], &first, 1, 0), 1);
    T_EQ_I(first, 'E');
    (void)close(handed[0]);
    T_OK(walk.writer.written < 1024);
    T_EQ_I(walk.files, 0);
    T_EQ_I(entry("logs/a.evtx")->size, INT64_C(20) << 30);
    T_OK(entry("logs/a.evtx")->is_log && !entry("logs/a.evtx")->artifact_state);
    T_EQ_S(entry("logs/b.evtx")->artifact_state, "refused");
    T_OK(!entry("logs/b.evtx")->is_log && !entry("logs/c.evtx")->is_log);
    /* Where nobody takes them they are noted. */
    walk.log = NULL;
    T_EQ_I(walk_file(&walk, dir, "a.evtx", "x.evtx", WALK_LOG, &err), RC_OK);
    T_EQ_S(entry("x.evtx")->artifact_state, "ignored");
    (void)close(dir);
    end();
}

static void without(void)
{
    char buf[64];
    bool left_out[8] = { false };
    int fd = -1;
    begin();
    tree_file("a", "aaa");
    tree_file("b", "bbb");
    tree_file("c", "ccc");
    gather(&walk_limits_default, "");
    T_EQ_I(walk_seal(&walk, &err), RC_OK);
    left_out[1] = true;
    T_EQ_I(walk_without(&walk, left_out, &fd, &err), RC_OK);
    T_EQ_I(member(fd, "a", buf, sizeof(buf)), BUNDLE_READ);
    T_EQ_S(buf, "aaa");
    T_EQ_I(member(fd, "b", buf, sizeof(buf)), BUNDLE_FAILED);
    T_EQ_S(buf, "");
    T_EQ_I(member(fd, "c", buf, sizeof(buf)), BUNDLE_READ);
    T_EQ_S(buf, "ccc");
    T_EQ_I(lseek(fd, 0, SEEK_CUR), 0);
    (void)close(fd);
    end();
}

static void paths_of_any_case(void)
{
    const char *spelled = NULL;
    int fd = -1;
    begin();
    tree_file("Windows/SYSTEM32/Config/SAM", "x");
    tree_link("Windows/link", "SYSTEM32");
    int dir = open(tree_root(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    T_EQ_I(walk_open_path(dir, "windows/System32/config", arena, &fd, &spelled, &err), RC_OK);
    T_EQ_S(spelled, "Windows/SYSTEM32/Config");
    (void)close(fd);
    fd = -1;
    T_EQ_I(walk_open_path(dir, "windows/link", arena, &fd, &spelled, &err), RC_ABSENT);
    T_EQ_I(walk_open_path(dir, "windows/..", arena, &fd, &spelled, &err), RC_ABSENT);
    T_EQ_I(walk_open_path(dir, "windows/nowhere", arena, &fd, &spelled, &err), RC_ABSENT);
    T_EQ_I(fd, -1);
    (void)close(dir);
    end();
}

#define TESTS(X)                      \
    X(a_plain_folder)                 \
    X(links_are_not_followed)         \
    X(pipes_and_sockets_do_not_block) \
    X(a_sparse_file_costs_nothing)    \
    X(limits)                         \
    X(deep_folders_end)               \
    X(names)                          \
    X(unreadable) X(shorter_than_it_said) X(logs_are_handed_over) X(without) X(paths_of_any_case)
T_MAIN("import walk", TESTS)
