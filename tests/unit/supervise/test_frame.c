/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>

#include "audit/supervise/frame.h"
#include "audit/supervise/task.h"
#include "tests/support/t.h"

/* A whole conversation, both directions in one stream, as each side would write it. */
static void converse(struct wr *w)
{
    struct frame_link link = { .state = FRAME_START };
    size_t at = frame_begin(w, &link, FRAME_HELLO);
    wr_u64be(w, 1);
    frame_put_text(w, "kagimori-ldap");
    frame_put_text(w, "1");
    frame_end(w, at);
    link.task = 7;
    at = frame_begin(w, &link, FRAME_TASK);
    wr_u8(w, FRAME_TASK_SECRET);
    frame_end(w, at);
    frame_end(w, frame_begin(w, &link, FRAME_SECRET));
    frame_end(w, frame_begin(w, &link, FRAME_READY));
    frame_end(w, frame_begin(w, &link, FRAME_ROWS));
    frame_end(w, frame_begin(w, &link, FRAME_ASK));
    frame_end(w, frame_begin(w, &link, FRAME_GO));
    frame_end(w, frame_begin(w, &link, FRAME_TOLD));
    frame_end(w, frame_begin(w, &link, FRAME_ROWS));
    at = frame_begin(w, &link, FRAME_DONE);
    wr_u64be(w, 0);
    frame_end(w, at);
}

/* Reads frames to the end of the bytes; true when all were legal and nothing is left. */
static bool accepts(const uint8_t *p, size_t n, void *context)
{
    struct frame_link link = { .state = FRAME_START };
    struct rd r = rd_from(p, n);
    struct frame f;
    struct err *err = context;
    bool is_whole = true;
    while (is_whole && rd_left(&r) > 0) {
        if (frame_next(&r, &f, &is_whole, err) != RC_OK ||
            (is_whole && frame_permit(&link, &f, err) != RC_OK)) {
            return false;
        }
    }
    return rd_left(&r) == 0 && link.state == FRAME_ENDED;
}

static void reads_what_it_wrote(void)
{
    struct wr w;
    struct err err = { .rc = RC_OK };
    wr_init(&w, 4096);
    converse(&w);
    T_OK(accepts(w.data, w.size, &err));
    size_t accepted = 0, refused = 0;
    t_mutate(w.data, w.size, 0, accepts, &err, &accepted, &refused);
    T_OK(accepted > 0);
    T_OK(refused > w.size);
    wr_done(&w);
}

static void refuse(uint16_t type, enum frame_state state, uint32_t task, uint32_t sequence,
                   const char *part)
{
    struct frame_link link = { .state = state, .task = 3, .seen = 1U << FRAME_SECRET };
    const struct frame f = { .type = type, .task = task, .sequence = sequence };
    struct err err = { .rc = RC_OK };
    T_EQ_I(frame_permit(&link, &f, &err), RC_MALFORMED);
    T_HAS(err.msg, part);
    T_EQ_I(link.state, state);
}

static void permits_by_state(void)
{
    refuse(FRAME_ROWS, FRAME_TASKED, 3, 0, "ROWS frame before it was ready");
    refuse(FRAME_ROWS, FRAME_ENDED, 3, 0, "ROWS frame after its end");
    refuse(FRAME_HELLO, FRAME_GREETED, 3, 0, "HELLO frame before its task");
    refuse(FRAME_DONE, FRAME_START, 3, 0, "DONE frame before its hello");
    refuse(FRAME_SECRET, FRAME_TASKED, 3, 0, "second SECRET frame");
    refuse(FRAME_LOG, FRAME_RUNNING, 3, 1, "LOG frame has number 1, not 0");
    refuse(FRAME_LOG, FRAME_RUNNING, 4, 0, "LOG frame is of task 4, not 3");
    refuse(FRAME_ASK, FRAME_TASKED, 3, 0, "ASK frame before it was ready");
    refuse(FRAME_GO, FRAME_RUNNING, 3, 0, "GO frame answers for a gate that was not asked for");
    refuse(FRAME_TOLD, FRAME_RUNNING, 3, 0, "TOLD frame tells of a gate that was not granted");
    refuse(99, FRAME_RUNNING, 3, 0, "unknown frame while running");
}

static void refuses_headers(void)
{
    static const struct {
        uint8_t bytes[FRAME_HEADER];
        const char *part;
    } cases[] = {
        { { 0, 0x10, 0, 1, 0, FRAME_ROWS, 0, 1 },
          "ROWS frame says it has 1048577 bytes, at most 1048576" },
        { { 0, 0, 0, 9, 0, FRAME_DONE, 0, 1 }, "DONE frame says it has 9 bytes, at most 8" },
        { { 0, 0, 0, 0, 0, FRAME_ROWS, 0, 2 }, "frame of version 2" },
        { { 0, 0, 0, 0, 0, 12, 0, 1 }, "frame of unknown type 12" },
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct frame f;
        struct err err = { .rc = RC_OK };
        T_EQ_I(frame_header(cases[i].bytes, &f, &err), RC_MALFORMED);
        T_HAS(err.msg, cases[i].part);
    }
}

static void cuts_texts_at_characters(void)
{
    char text[FRAME_TEXT_MAX + 64], back[FRAME_TEXT_MAX + 64];
    memset(text, 'x', sizeof(text));
    memcpy(text + FRAME_TEXT_MAX - 1, "\xe6\x9c\xac tail", 9);
    struct wr w;
    wr_init(&w, 1U << 16);
    frame_put_text(&w, text);
    struct rd r = rd_from(w.data, w.size);
    frame_get_text(&r, back, sizeof(back));
    T_OK(rd_done(&r));
    T_EQ_I(strlen(back), FRAME_TEXT_MAX - 1);
    r = rd_from(w.data, w.size);
    frame_get_text(&r, back, 10);
    T_OK(r.bad);
    r = rd_from("\0\2\xff\xfe", 4);
    frame_get_text(&r, back, sizeof(back));
    T_OK(r.bad);
    wr_done(&w);
}

static void sample_task(struct wr *w)
{
    struct err err;
    struct task t = {
        .role = "kagimori-ldap", .target = "dc1.例.jp", .artifact = -1, .deadline_s = 9
    };
    T_EQ_I(task_add(&t, "source", "ldap.user", &err), RC_OK);
    T_EQ_I(task_add(&t, "port", "636", &err), RC_OK);
    T_EQ_I(task_add(&t, "source", "ldap.group", &err), RC_OK);
    T_EQ_I(task_add(&t, "bind_dn", "", &err), RC_OK);
    task_write(w, &t);
}

static bool accepts_task(const uint8_t *p, size_t n, void *context)
{
    struct rd r = rd_from(p, n);
    struct arena *a = arena_new(0);
    struct task t;
    struct err err;
    (void)context;
    bool is_read = a && task_read(&r, a, &t, &err) == RC_OK;
    arena_free(a);
    return is_read;
}

static void tasks_travel(void)
{
    struct wr w;
    struct task t;
    struct err err = { .rc = RC_OK };
    struct arena *a = arena_new(0);
    wr_init(&w, 1U << 16);
    sample_task(&w);
    struct rd r = rd_from(w.data, w.size);
    T_EQ_I(task_read(&r, a, &t, &err), RC_OK);
    T_EQ_S(t.role, "kagimori-ldap");
    T_EQ_S(t.target, "dc1.例.jp");
    T_EQ_I(t.deadline_s, 9);
    T_EQ_I(t.artifact, -1);
    T_EQ_S(task_get(&t, "source"), "ldap.user");
    T_EQ_S(task_get_nth(&t, "source", 1), "ldap.group");
    T_OK(!task_get_nth(&t, "source", 2));
    T_EQ_S(task_get(&t, "bind_dn"), "");
    T_EQ_I(task_get_u32(&t, "port", 1), 636);
    T_EQ_I(task_get_u32(&t, "source", 1), 1);
    T_EQ_I(task_get_u32(&t, "none", 5), 5);
    size_t accepted = 0, refused = 0;
    t_mutate(w.data, w.size, 0, accepts_task, NULL, &accepted, &refused);
    T_OK(accepted > 0);
    T_OK(refused > w.size);
    arena_free(a);
    wr_done(&w);
}

static void limits_parameters(void)
{
    static struct task t;
    struct err err = { .rc = RC_OK };
    for (size_t i = 0; i < TASK_MAX_PARAMETERS; i++) {
        T_EQ_I(task_add(&t, "source", "x", &err), RC_OK);
    }
    T_EQ_I(task_add(&t, "source", "x", &err), RC_LIMIT);
    t.count = 0;
    T_EQ_I(task_add(&t, "ca_file", NULL, &err), RC_USAGE);
}

/* The README shows the table of messages; it is made from the same list. */
#define README_ROW(name, number, states, once, max, doc) { #name, number, max },

static void readme_lists_every_message(void)
{
    static const struct {
        const char *name;
        unsigned number, max;
    } rows[] = { FRAME_MESSAGES(README_ROW) };

    size_t size = 0;
    uint8_t *text = t_read_file(SOURCE_DIR "/audit/supervise/README.md", &size);
    T_OK(text != NULL);
    for (size_t i = 0; text && i < ARRAY_LEN(rows); i++) {
        char want[64];
        (void)snprintf(want, sizeof(want), "| %s | %u |", rows[i].name, rows[i].number);
        T_HAS((const char *)text, want);
        (void)snprintf(want, sizeof(want), "| %u |", rows[i].max);
        T_HAS((const char *)text, want);
    }
    free(text);
}

#define TESTS(X)           \
    X(reads_what_it_wrote) \
    X(permits_by_state)    \
    X(refuses_headers)     \
    X(cuts_texts_at_characters) X(tasks_travel) X(limits_parameters) X(readme_lists_every_message)
T_MAIN("frame", TESTS)
