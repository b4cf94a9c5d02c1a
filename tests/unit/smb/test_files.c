/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fetching files without a server: descriptors from text, walking within limits, the fence around connections. */
#include <sys/mman.h>
#include <sys/socket.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "audit/collect/smb/descriptor.h"
#include "audit/collect/smb/fault.h"
#include "audit/collect/smb/fence.h"
#include "audit/collect/smb/fetch.h"
#include "audit/collect/smb/walk.h"
#include "audit/decode/secdesc.h"
#include "tests/support/t.h"

/* ---- descriptors ---- */

#define PLAIN                                                                                 \
    "REVISION:1,OWNER:S-1-5-21-1-2-3-500,GROUP:S-1-5-32-544,ACL:S-1-5-32-544:0/3/0x001f01ff," \
    "ACL:S-1-5-11:1/19/0x001200a9"

static void a_descriptor_is_what_the_text_says(void)
{
    struct wr w AUTO(wr_done);
    struct descriptor d;
    struct ace ace;
    struct err err = { .rc = RC_OK };
    char sid[SID_TEXT_MAX];
    wr_init(&w, BUNDLE_NOTE_MAX);
    T_OK(descriptor_from_text(PLAIN, &w));
    T_EQ_I(descriptor_read(w.data, w.size, &d, &err), RC_OK);
    T_EQ_S(d.owner, "S-1-5-21-1-2-3-500");
    T_EQ_S(d.group, "S-1-5-32-544");
    T_OK(d.has_dacl);
    struct ace_cursor c = ace_first(&d.dacl);
    T_EQ_I(ace_next(&c, &ace, &err), RC_OK);
    ace_trustee(&ace, sid);
    T_EQ_S(sid, "S-1-5-32-544");
    T_EQ_I(ace.mask, 0x1f01ff);
    T_EQ_I(ace.flags, 3);
    T_EQ_I(ace.kind, ACE_ALLOW);
    T_EQ_I(ace_next(&c, &ace, &err), RC_OK);
    T_EQ_I(ace.kind, ACE_DENY);
    T_EQ_I(ace.flags, 19);
    T_EQ_I(ace_next(&c, &ace, &err), RC_ABSENT);
}

static void object_entries_stay_readable(void)
{
    struct wr w AUTO(wr_done);
    struct descriptor d;
    struct ace ace;
    struct err err = { .rc = RC_OK };
    wr_init(&w, BUNDLE_NOTE_MAX);
    T_OK(descriptor_from_text("REVISION:1,OWNER:,GROUP:,ACL:S-1-5-11:5/3/0x00000100", &w));
    T_EQ_I(descriptor_read(w.data, w.size, &d, &err), RC_OK);
    T_EQ_S(d.owner, "");
    struct ace_cursor c = ace_first(&d.dacl);
    T_EQ_I(ace_next(&c, &ace, &err), RC_OK);
    T_OK(!ace.has_type && ace.mask == 0x100);
    T_EQ_I(ace_next(&c, &ace, &err), RC_ABSENT);
}

static void what_is_no_descriptor_is_refused(void)
{
    static const char *const texts[] = {
        "",
        "REVISION:1",
        "REVISION:1,OWNER:S-1-5-18,GROUP:S-1-5-18", /* no list, or an empty one */
        "REVISION:1,ACL:S-1-5-18:0/3/0x",
        "REVISION:1,ACL:S-1-5-18:0/3/0x1ffffffff",
        "REVISION:1,ACL:S-1-5-18:256/3/0x1",
        "REVISION:1,ACL:S-1-5-18:0/256/0x1",
        "REVISION:1,ACL:S-1-5-18:0/3/1",
        "REVISION:1,ACL:S-1-5-18:0/0x1",
        "REVISION:1,ACL:BUILTIN\\Administrators:0/3/0x1", /* a name */
        "REVISION:1,OWNER:EVERYONE,ACL:S-1-5-18:0/3/0x1",
        "REVISION:1,ACL:S-1-5-4294967296:0/3/0x1",
        "REVISION:1,ACL:S-1-5-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15-16:0/3/0x1",
        "REVISION:1,ACL:S-1-5-18:0/3/0x1,nonsense",
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct wr w AUTO(wr_done);
        wr_init(&w, BUNDLE_NOTE_MAX);
        if (descriptor_from_text(texts[i], &w)) {
            t_fail(__FILE__, __LINE__, "taken for a descriptor: %s", texts[i]);
        } else {
            t_pass(__LINE__);
        }
    }
    struct wr small AUTO(wr_done);
    wr_init(&small, 40);
    T_OK(!descriptor_from_text(PLAIN, &small));
}

static void a_list_that_is_too_long_is_refused(void)
{
    static char text[200000] = "REVISION:1";
    size_t n = strlen(text);
    struct wr w AUTO(wr_done);
    while (n < sizeof(text) - 64) {
        n += (size_t)snprintf(text + n, sizeof(text) - n, ",ACL:S-1-5-18:0/3/0x1");
    }
    wr_init(&w, 1U << 20);
    T_OK(!descriptor_from_text(text, &w));
}

/* ---- walking ---- */

/* A tree that is made up: every folder has the same entries, down to a depth. */
struct fake_tree {
    struct walk_tree tree; /* first */
    const struct walk_entry *entries;
    size_t count;
    unsigned lists, reads, lose_at; /* the connection is lost at this call of read; 0 = never */
    const char *denied, *absent;    /* a path that is */
    size_t grown;                   /* bytes that a file has more than was listed */
};

static enum rc fake_list(struct walk_tree *t, const char *path, struct arena *a,
                         struct walk_entry **ret, size_t *ret_count, struct err *err)
{
    struct fake_tree *f = (struct fake_tree *)t;
    f->lists++;
    if (f->denied && strcmp(f->denied, path) == 0) {
        return err_setf(err, RC_DENIED, "denied");
    }
    if (f->absent && strcmp(f->absent, path) == 0) {
        return err_setf(err, RC_ABSENT, "absent");
    }
    *ret = arena_array(a, f->count + 1, sizeof(**ret));
    memcpy(*ret, f->entries, f->count * sizeof(**ret));
    *ret_count = f->count;
    return RC_OK;
}

static enum rc fake_read(struct walk_tree *t, const char *path, uint8_t *buf, size_t room,
                         size_t *ret_size, struct err *err)
{
    struct fake_tree *f = (struct fake_tree *)t;
    f->reads++;
    if (f->lose_at != 0 && f->reads >= f->lose_at) {
        return err_setf(err, RC_UNREACHABLE, "gone");
    }
    if (f->denied && strcmp(f->denied, path) == 0) {
        return err_setf(err, RC_DENIED, "denied");
    }
    *ret_size = 5 + f->grown < room ? 5 + f->grown : room;
    memset(buf, 'x', *ret_size);
    return RC_OK;
}

static size_t fake_describe(struct walk_tree *t, const char *path, uint8_t *buf, size_t room)
{
    (void)t;
    int n = snprintf((char *)buf, room, "%s", path);
    return (size_t)n;
}

struct bundle_file {
    int fd;
    struct bundle_writer out;
    uint8_t *data;
    size_t size;
};

static void begin(struct bundle_file *b, uint64_t most)
{
    struct err err = { .rc = RC_OK };
    b->fd = memfd_create("bundle", 0);
    T_EQ_I(bundle_begin(&b->out, b->fd, most, &err), RC_OK);
}

static void end(struct bundle_file *b, struct bundle_reader *r)
{
    struct err err = { .rc = RC_OK };
    T_EQ_I(bundle_end(&b->out, &err), RC_OK);
    b->size = (size_t)lseek(b->fd, 0, SEEK_END);
    b->data = malloc(b->size);
    T_EQ_I(pread(b->fd, b->data, b->size, 0), (ssize_t)b->size);
    (void)close(b->fd);
    T_EQ_I(bundle_open(r, b->data, b->size, &err), RC_OK);
}

/* States of the members as "path=state …"; the bundle is used up. */
static const char *states(struct bundle_file *b)
{
    static char text[1U << 20];
    static const char *const words[] = { "read", "denied", "failed", "large", "folder", "cut" };
    struct bundle_reader r;
    struct bundle_member m;
    struct err err = { .rc = RC_OK };
    size_t n = 0;
    end(b, &r);
    text[0] = '\0';
    while (bundle_next(&r, &m, &err) == RC_OK && n < sizeof(text) - 256) {
        n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%.*s=%s", n > 0 ? " " : "",
                              (int)m.path_size, m.path, words[m.state]);
        T_OK(m.note_size == 0 ||
             (m.note_size == m.path_size && memcmp(m.note, m.path, m.path_size) == 0));
    }
    T_OK(r.is_whole);
    free(b->data);
    return text;
}

static struct fake_tree tree_of(const struct walk_entry *entries, size_t count)
{
    return (struct fake_tree){ .tree = { fake_list, fake_read, fake_describe },
                               .entries = entries,
                               .count = count };
}

static struct walk *walk_of(struct fake_tree *t, struct bundle_file *b, uint64_t most)
{
    static struct walk w;
    w = (struct walk){
        .tree = &t->tree, .out = &b->out, .most_entries = most, .wants = fetch_wants
    };
    return &w;
}

static const struct walk_entry files[] = {
    { .name = "a.ini", .size = 5, .changed_at = 7 },
    { .name = "b.adm", .size = 5 },
    { .name = "c.xml", .size = (32U << 20) + 1 },
    { .name = "d.bat", .size = (1U << 20) + 1 },
};

static void a_walk_reads_what_matters(void)
{
    struct bundle_file b;
    struct err err = { .rc = RC_OK };
    struct fake_tree t = tree_of(files, ARRAY_LEN(files));
    begin(&b, 0);
    struct walk *w = walk_of(&t, &b, 100);
    T_EQ_I(walk_folder(w, "P", &err), RC_OK);
    T_EQ_I(t.reads, 1);
    T_EQ_I(w->entries, 4);
    T_EQ_I(w->read_files, 1);
    T_EQ_I(w->cut.rc, RC_LIMIT);
    T_EQ_S(states(&b), "P/a.ini=read P/b.adm=large P/c.xml=large P/d.bat=large P=folder");
}

static void names_that_leave_their_folder_are_left_out(void)
{
    static const struct walk_entry bad[] = {
        { .name = "..", .size = 1 },
        { .name = "a/../../b.ini" },
        { .name = "a\\b.ini" },
        { .name = "" },
        { .name = "c:x.ini" },
        { .name = "\xff.ini" },
        { .name = "\xe8\xa8\xad\xe5\xae\x9a \xef\xbd\x88 ok?.ini", .size = 5 },
    };
    struct bundle_file b;
    struct err err = { .rc = RC_OK };
    struct fake_tree t = tree_of(bad, ARRAY_LEN(bad));
    begin(&b, 0);
    struct walk *w = walk_of(&t, &b, 100);
    T_EQ_I(walk_folder(w, "P", &err), RC_OK);
    T_EQ_I(w->cut.rc, RC_MALFORMED);
    T_EQ_S(states(&b), "P/\xe8\xa8\xad\xe5\xae\x9a \xef\xbd\x88 ok?.ini=read P=cut");
}

static void depth_and_number_have_an_end(void)
{
    static const struct walk_entry one[] = { { .name = "d", .is_folder = true } };
    static const struct walk_entry two[] = { { .name = "d", .is_folder = true },
                                             { .name = "e", .is_folder = true } };
    static const struct walk_entry link[] = { { .name = "l", .is_folder = true, .is_link = true } };
    struct bundle_file b;
    struct err err = { .rc = RC_OK };
    struct fake_tree t = tree_of(one, 1);
    begin(&b, 0);
    T_EQ_I(walk_folder(walk_of(&t, &b, 1000), "P", &err), RC_OK);
    T_EQ_I(t.lists, WALK_DEPTH);
    T_HAS(states(&b), "d=cut P/d"); /* the deepest one */
    t = tree_of(two, 2);            /* 2^32 folders */
    begin(&b, 0);
    struct walk *w = walk_of(&t, &b, 1000);
    T_EQ_I(walk_folder(w, "P", &err), RC_OK);
    T_OK(t.lists <= 1001 && w->entries == 1000);
    T_EQ_I(w->cut.rc, RC_LIMIT);
    (void)states(&b);
    t = tree_of(link, 1);
    begin(&b, 0);
    T_EQ_I(walk_folder(walk_of(&t, &b, 1000), "P", &err), RC_OK);
    T_EQ_I(t.lists, 1);
    T_EQ_S(states(&b), "P/l=cut P=folder");
}

static void too_many_files_cut_their_folder(void)
{
    struct bundle_file b;
    struct err err = { .rc = RC_OK };
    struct fake_tree t = tree_of(files, ARRAY_LEN(files));
    begin(&b, 0);
    T_EQ_I(walk_folder(walk_of(&t, &b, 3), "P", &err), RC_OK);
    T_EQ_S(states(&b), "P/a.ini=read P/b.adm=large P/c.xml=large P=cut");
    begin(&b, 0); /* just as many as there are */
    T_EQ_I(walk_folder(walk_of(&t, &b, 4), "P", &err), RC_OK);
    T_HAS(states(&b), "P=folder");
}

static void all_together_have_a_ceiling(void)
{
    static const struct walk_entry big[] = { { .name = "a.ini", .size = 5 },
                                             { .name = "b.ini", .size = 5 } };
    struct bundle_file b;
    struct err err = { .rc = RC_OK };
    struct fake_tree t = tree_of(big, ARRAY_LEN(big));
    t.grown = 700;
    begin(&b, 1200);
    struct walk *w = walk_of(&t, &b, 100);
    T_EQ_I(walk_folder(w, "P", &err), RC_OK);
    T_EQ_I(w->cut.rc, RC_LIMIT);
    T_EQ_S(states(&b), "P/a.ini=read P/b.ini=large P=folder");
    begin(&b, 120); /* not even the names */
    T_EQ_I(walk_folder(walk_of(&t, &b, 100), "P", &err), RC_OK);
    T_OK(b.out.written <= 120);
    (void)states(&b);
}

static void a_file_that_never_ends_is_too_large(void)
{
    struct bundle_file b;
    struct err err = { .rc = RC_OK };
    struct fake_tree t = tree_of(files, 1);
    t.grown = 1U << 20;
    begin(&b, 0);
    T_EQ_I(walk_folder(walk_of(&t, &b, 100), "P", &err), RC_OK);
    T_EQ_S(states(&b), "P/a.ini=large P=folder");
}

static void refusals_are_told_one_by_one(void)
{
    static const struct walk_entry some[] = { { .name = "a.ini", .size = 5 },
                                              { .name = "d", .is_folder = true },
                                              { .name = "z.ini", .size = 5 } };
    struct bundle_file b;
    struct err err = { .rc = RC_OK };
    struct fake_tree t = tree_of(some, ARRAY_LEN(some));
    t.denied = "P/d";
    begin(&b, 0);
    T_EQ_I(walk_folder(walk_of(&t, &b, 100), "P", &err), RC_OK);
    T_EQ_S(states(&b), "P/a.ini=read P/d=cut P/z.ini=read P=folder");
    t.denied = "P/a.ini";
    t.count = 1;
    begin(&b, 0);
    T_EQ_I(walk_folder(walk_of(&t, &b, 100), "P", &err), RC_OK);
    T_EQ_S(states(&b), "P/a.ini=denied P=folder");
    t.denied = "P";
    begin(&b, 0);
    T_EQ_I(walk_folder(walk_of(&t, &b, 100), "P", &err), RC_DENIED);
    T_EQ_S(states(&b), "P=cut");
    t.absent = "P";
    t.denied = NULL;
    begin(&b, 0);
    T_EQ_I(walk_folder(walk_of(&t, &b, 100), "P", &err), RC_ABSENT);
    T_EQ_I(walk_absent(walk_of(&t, &b, 100), "Q", &err), RC_OK);
    T_EQ_S(states(&b), "Q=folder");
}

/* Nothing is asked any more, and no folder that was not read to its end looks whole. */
static void a_lost_connection_ends_the_walk(void)
{
    static const struct walk_entry some[] = { { .name = "a.ini", .size = 5 },
                                              { .name = "d", .is_folder = true },
                                              { .name = "z.ini", .size = 5 } };
    struct bundle_file b;
    struct err err = { .rc = RC_OK };
    struct fake_tree t = tree_of(some, ARRAY_LEN(some));
    t.lose_at = 1;
    begin(&b, 0);
    struct walk *w = walk_of(&t, &b, 100);
    T_EQ_I(walk_folder(w, "P", &err), RC_OK);
    T_EQ_I(w->lost.rc, RC_UNREACHABLE);
    T_EQ_I(t.reads, 1);
    T_EQ_I(t.lists, 1);
    T_EQ_S(states(&b), "P/a.ini=failed P/d=cut P/z.ini=failed P=folder");
}

static void a_single_file_is_put_or_not_there(void)
{
    struct bundle_file b;
    struct err err = { .rc = RC_OK };
    struct fake_tree t = tree_of(NULL, 0);
    begin(&b, 0);
    T_EQ_I(walk_file(walk_of(&t, &b, 100), "ProgramData/ntuser.pol", &err), RC_OK);
    t.denied = "ProgramData/ntuser.pol";
    T_EQ_I(walk_file(walk_of(&t, &b, 100), "ProgramData/ntuser.pol", &err), RC_DENIED);
    T_EQ_S(states(&b), "ProgramData/ntuser.pol=read ProgramData/ntuser.pol=denied");
}

/* ---- the fence ---- */

static int listener(uint16_t *ret_port, const char *address)
{
    struct sockaddr_in at = { .sin_family = AF_INET };
    socklen_t size = sizeof(at);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    (void)inet_pton(AF_INET, address, &at.sin_addr);
    at.sin_port = htons(*ret_port);
    T_EQ_I(bind(fd, (const struct sockaddr *)&at, sizeof(at)), 0);
    T_EQ_I(listen(fd, 8), 0);
    T_EQ_I(getsockname(fd, (struct sockaddr *)&at, &size), 0);
    *ret_port = ntohs(at.sin_port);
    return fd;
}

static int try_connect(const char *address, uint16_t port, int *ret_fd)
{
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port) };
    (void)inet_pton(AF_INET, address, &to.sin_addr);
    *ret_fd = socket(AF_INET, SOCK_STREAM, 0);
    return connect(*ret_fd, (const struct sockaddr *)&to, sizeof(to)) == 0 ? 0 : errno;
}

static void one_connection_passes_the_fence(void)
{
    uint16_t port = 0, other_port = 0;
    int one = listener(&port, "127.0.0.1"), two = listener(&port, "127.0.0.2");
    int other = listener(&other_port, "127.0.0.1"), fd[6];
    T_OK(!fence_close("dc1.hospital.example", "dc1.hospital.example", port));
    T_OK(fence_close("dc1.hospital.example", "127.0.0.1", port));
    T_OK(fence_is_lost());
    T_EQ_I(try_connect("127.0.0.2", port, &fd[0]), ECONNREFUSED); /* another host */
    T_EQ_I(try_connect("127.0.0.1", 445, &fd[1]), ECONNREFUSED);
    T_EQ_I(try_connect("127.0.0.1", port, &fd[2]), 0);
    T_OK(!fence_is_lost());
    T_EQ_I(try_connect("127.0.0.1", port, &fd[3]), ECONNREFUSED); /* a second time */
    T_EQ_I(try_connect("127.0.0.1", other_port, &fd[4]), 0);      /* a KDC, say */
    T_EQ_I(fence_refusals(), 3);
    (void)close(fd[2]);
    T_OK(fence_is_lost());
    fence_open();
    T_EQ_I(try_connect("127.0.0.2", port, &fd[5]), 0);
    const int all[] = { one, two, other, fd[0], fd[1], fd[3], fd[4], fd[5] };
    for (size_t i = 0; i < ARRAY_LEN(all); i++) {
        (void)close(all[i]);
    }
}

static void the_name_means_the_address(void)
{
    struct addrinfo *found = NULL;
    const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
    T_OK(fence_close("dc1.kagimori.invalid", "192.0.2.7", 445));
    T_EQ_I(getaddrinfo("DC1.kagimori.invalid", NULL, &hints, &found), 0);
    struct sockaddr_in at;
    memcpy(&at, found->ai_addr, sizeof(at));
    T_EQ_I(ntohl(at.sin_addr.s_addr), 0xc0000207);
    freeaddrinfo(found);
    T_OK(fence_close("dc1.kagimori.invalid", "fe80::1%lo", 445));
    T_EQ_I(getaddrinfo("dc1.kagimori.invalid", NULL, &hints, &found), 0);
    T_EQ_I(found->ai_family, AF_INET6);
    freeaddrinfo(found);
    fence_open();
}

static void reasons_are_found_in_texts(void)
{
    T_EQ_I(fault_from_text(
               "SPNEGO login failed: The attempted logon is invalid. This is either due to a "
               "bad username or authentication information."),
           0xc000006dU);
    T_EQ_I(fault_from_text("session setup failed: NT_STATUS_ACCOUNT_LOCKED_OUT"), 0xc0000234U);
    T_EQ_I(fault_from_text("anything else"), 0);
}

#define TESTS(X)                                  \
    X(a_descriptor_is_what_the_text_says)         \
    X(object_entries_stay_readable)               \
    X(what_is_no_descriptor_is_refused)           \
    X(a_list_that_is_too_long_is_refused)         \
    X(a_walk_reads_what_matters)                  \
    X(names_that_leave_their_folder_are_left_out) \
    X(depth_and_number_have_an_end)               \
    X(too_many_files_cut_their_folder)            \
    X(all_together_have_a_ceiling)                \
    X(a_file_that_never_ends_is_too_large)        \
    X(refusals_are_told_one_by_one)               \
    X(a_lost_connection_ends_the_walk)            \
    X(a_single_file_is_put_or_not_there)          \
    X(one_connection_passes_the_fence)            \
    X(the_name_means_the_address)                 \
    X(reasons_are_found_in_texts)
T_MAIN("files", TESTS)
