/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The misbehaving half of the fake worker: one function a fault, chosen by its role name. */
#include <sys/socket.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/supervise/frame.h"
#include "audit/supervise/task.h"
#include "audit/supervise/worker.h"
#include "tests/unit/supervise/fake.h"

static struct frame_link conversation = { .state = FRAME_START };
static const char *target = "";

static void send_bytes(const void *p, size_t n)
{
    const uint8_t *at = p;
    while (n > 0) {
        ssize_t sent = send(WORKER_PIPE, at, n, MSG_NOSIGNAL);
        if (sent <= 0) {
            _exit(9);
        }
        at += sent;
        n -= (size_t)sent;
    }
}

/* Sends a frame with a payload that the caller wrote to w behind wr_clear. */
static void send_frame(enum frame_type type, const void *payload, size_t size)
{
    struct wr w;
    wr_init(&w, 1U << 21);
    size_t start = frame_begin(&w, &conversation, type);
    wr_bytes(&w, payload, size);
    frame_end(&w, start);
    send_bytes(w.data, w.size);
    wr_done(&w);
}

static void send_row(const struct row *row)
{
    struct wr w;
    wr_init(&w, 1U << 20);
    row_write(&w, row);
    send_frame(FRAME_ROWS, w.data, w.size);
    wr_done(&w);
}

static void hello(const char *name, uint64_t mark)
{
    struct wr w;
    wr_init(&w, 4096);
    wr_u64be(&w, mark);
    frame_put_text(&w, name);
    frame_put_text(&w, "test");
    send_frame(FRAME_HELLO, w.data, w.size);
    wr_done(&w);
}

static void take_task(void)
{
    static uint8_t buf[1U << 18];
    static struct task task;
    struct frame f;
    struct err err;
    if (recv(WORKER_PIPE, buf, FRAME_HEADER, MSG_WAITALL) != (ssize_t)FRAME_HEADER ||
        frame_header(buf, &f, &err) != RC_OK ||
        recv(WORKER_PIPE, buf, f.size, MSG_WAITALL) != (ssize_t)f.size ||
        frame_permit(&conversation, &f, &err) != RC_OK) {
        _exit(8);
    }
    struct rd r = rd_from(buf, f.size);
    rd_skip(&r, 1);
    if (task_read(&r, arena_new(0), &task, &err) != RC_OK) {
        _exit(8);
    }
    target = task.target;
}

static void ready(void)
{
    static const uint8_t payload[] = { 0, 4, 'n', 'o', 'n', 'e' };
    send_frame(FRAME_READY, payload, sizeof(payload));
}

static void done(uint64_t rows)
{
    struct wr w;
    wr_init(&w, 64);
    wr_u64be(&w, rows);
    send_frame(FRAME_DONE, w.data, w.size);
    wr_done(&w);
}

static void hang(void)
{
    for (;;) {
        (void)pause();
    }
}

static void good_row(unsigned number)
{
    struct row row;
    char guid[40];
    fake_row(&row, guid, number);
    send_row(&row);
}

static void do_hang(void)
{
    good_row(900001);
    hang();
}

static void do_stubborn(void)
{
    (void)signal(SIGTERM, SIG_IGN);
    hang();
}

static void do_rows(void)
{
    for (unsigned i = 0;; i++) {
        good_row(900100 + i % 10);
    }
}

static void do_log(void)
{
    static const uint8_t payload[] = { 1, 0, 2, 'h', 'i' };
    for (;;) {
        send_frame(FRAME_LOG, payload, sizeof(payload));
    }
}

static void do_errors(void)
{
    static char text[4096];
    memset(text, 'x', sizeof(text));
    for (;;) {
        (void)!write(STDERR_FILENO, text, sizeof(text));
    }
}

static void do_length(void)
{
    static const uint8_t header[FRAME_HEADER] = { 0xff, 0xff, 0xff, 0xff, 0, FRAME_ROWS, 0, 1 };
    send_bytes(header, sizeof(header));
    hang();
}

static void do_row_length(void)
{
    static const uint8_t row[] = { 0, 0, 8, 2, 0xff, 0xff, 0xff, 0xff, 'x' };
    send_frame(FRAME_ROWS, row, sizeof(row));
    hang();
}

static void do_table(void)
{
    static const uint8_t row[] = { 0x7f, 0xff, 1, 0 };
    send_frame(FRAME_ROWS, row, sizeof(row));
    hang();
}

static void do_type(void)
{
    struct row row;
    char guid[40];
    fake_row(&row, guid, 900002);
    row_int(&row, HISTORY_SID, 5);
    send_row(&row);
    hang();
}

static void do_sid(void)
{
    struct row row;
    char guid[40];
    fake_row(&row, guid, 900003);
    row_text(&row, HISTORY_SID, "S-1-Administrator");
    send_row(&row);
    hang();
}

static void malformed_row(const char *object, size_t size)
{
    struct row row;
    row_begin(&row, ROW_TABLE_MALFORMED);
    row_text(&row, MALFORMED_SOURCE, "ldap.user");
    row_text(&row, MALFORMED_TARGET, target);
    row_textn(&row, MALFORMED_OBJECT, object, size);
    row_text(&row, MALFORMED_ATTRIBUTE, "a");
    row_text(&row, MALFORMED_REASON, "r");
    send_row(&row);
    hang();
}

static void do_long(void)
{
    static char text[ROW_TEXT_MAX + 1];
    memset(text, 'x', sizeof(text));
    malformed_row(text, sizeof(text));
}

static void do_utf8(void)
{
    malformed_row("\xff\xfe", 2);
}

static void do_worker_row(void)
{
    struct row row;
    row_begin(&row, ROW_TABLE_WORKER);
    row_int(&row, WORKER_TASK, 1);
    row_text(&row, WORKER_ROLE, "kagimori-ldap");
    row_text(&row, WORKER_TARGET, "other");
    row_text(&row, WORKER_END, "done");
    send_row(&row);
    hang();
}

static void do_target(void)
{
    struct row row;
    fake_coverage(&row, "ldap.user", "good-target");
    send_row(&row);
    hang();
}

/* What the sweep is called is no target of it. */
static void do_target_name(void)
{
    struct row row;
    fake_coverage(&row, "net.ports", target);
    send_row(&row);
    hang();
}

/* Answers for a source that nobody asked it for. */
static void do_source(void)
{
    struct row row;
    fake_coverage(&row, "ldap.group", target);
    send_row(&row);
    hang();
}

/* Speaks as another domain controller. */
static void do_server(void)
{
    struct row row;
    row_begin(&row, ROW_TABLE_LOGON);
    row_text(&row, LOGON_GUID, "31b2f340-016d-11d2-945f-000000000001");
    row_text(&row, LOGON_SERVER, "good-target");
    row_int(&row, LOGON_LAST, 0);
    send_row(&row);
    hang();
}

/* Says that its source is complete, and breaks the protocol then. */
static void do_late_lie(void)
{
    struct row row;
    good_row(900004);
    fake_coverage(&row, "ldap.user", target);
    send_row(&row);
    do_sid();
}

static void do_crash(void)
{
    good_row(900005);
    (void)signal(SIGSEGV, SIG_DFL);
    (void)raise(SIGSEGV);
}

static void do_exit(void)
{
    _exit(0);
}

static void do_code(void)
{
    done(0);
    _exit(3);
}

static void do_after(void)
{
    done(0);
    conversation.state = FRAME_RUNNING;
    good_row(900006);
    hang();
}

static void do_linger(void)
{
    done(0);
    hang();
}

static void do_count(void)
{
    good_row(900007);
    done(5);
    hang();
}

static void do_direction(void)
{
    send_frame(FRAME_TASK, "\0", 1);
    hang();
}

static void do_sequence(void)
{
    conversation.from_worker += 7;
    good_row(900008);
    hang();
}

static void do_twice(void)
{
    conversation.state = FRAME_TASKED;
    ready();
    hang();
}

static void do_garbage(void)
{
    static const char text[] = "HTTP/1.1 400 Bad Request\r\n\r\nthis is not a frame at all";
    send_bytes(text, sizeof(text));
    hang();
}

static void do_half(void)
{
    static const uint8_t header[FRAME_HEADER + 4] = { 0, 0, 0, 90, 0, FRAME_ROWS, 0, 1 };
    send_bytes(header, sizeof(header));
    _exit(0);
}

/* Libraries print what targets say. The conversation itself is in order. */
static void do_ansi(void)
{
    (void)printf("\x1b]0;owned\x07 standard output \x1b[2J\n");
    (void)fflush(stdout);
    (void)fprintf(stderr, "\x1b[31mred\x1b[0m \xff\xfe bidi \xe2\x80\xae end without a line feed");
    struct row row;
    fake_coverage(&row, "ldap.user", target);
    send_row(&row);
    done(1);
    _exit(0);
}

static void ask(uint8_t gate)
{
    send_frame(FRAME_ASK, &gate, 1);
}

static void take_go(void)
{
    uint8_t buf[FRAME_HEADER + 3];
    struct frame f;
    struct err err;
    if (recv(WORKER_PIPE, buf, sizeof(buf), MSG_WAITALL) != (ssize_t)sizeof(buf) ||
        frame_header(buf, &f, &err) != RC_OK || frame_permit(&conversation, &f, &err) != RC_OK) {
        _exit(8);
    }
}

/* Tells of a gate that it never asked for: who is refused there could stop the credential of all. */
static void do_told(void)
{
    send_frame(FRAME_TOLD, "\1\1", 2);
    hang();
}

static void do_ask_twice(void)
{
    ask(WORKER_GATE_LOGON);
    ask(WORKER_GATE_TRIAL);
    hang();
}

static void do_gate(void)
{
    ask(9);
    hang();
}

/* Enters one gate and tells of the other. */
static void do_gate_other(void)
{
    ask(WORKER_GATE_LOGON);
    take_go();
    send_frame(FRAME_TOLD, "\2\2", 2);
    hang();
}

static void do_gate_done(void)
{
    ask(WORKER_GATE_LOGON);
    take_go();
    done(0);
    _exit(0);
}

/* Refused at the very moment in which it is told to end: what it says comes when its outcome is settled already. Rows and a second
 * ASK between count for nothing. */
static void do_late_told(void)
{
    sigset_t term;
    int number = 0;
    (void)sigemptyset(&term);
    (void)sigaddset(&term, SIGTERM);
    (void)sigprocmask(SIG_BLOCK, &term, NULL);
    ask(WORKER_GATE_LOGON);
    take_go();
    (void)sigwait(&term, &number);
    good_row(900010);
    send_frame(FRAME_TOLD, "\1\1", 2);
    ask(WORKER_GATE_LOGON);
    _exit(0);
}

/* Before READY: rows are not allowed yet. */
static void do_early(void)
{
    good_row(900009);
    hang();
}

static const struct {
    const char *name;
    void (*run)(void);
    bool is_early;
} faults[] = {
    { "bad-hang", do_hang, false },
    { "bad-stubborn", do_stubborn, false },
    { "bad-rows", do_rows, false },
    { "bad-bytes", do_rows, false },
    { "bad-log", do_log, false },
    { "bad-errors", do_errors, false },
    { "bad-length", do_length, false },
    { "bad-row-length", do_row_length, false },
    { "bad-table", do_table, false },
    { "bad-type", do_type, false },
    { "bad-sid", do_sid, false },
    { "bad-long", do_long, false },
    { "bad-utf8", do_utf8, false },
    { "bad-worker-row", do_worker_row, false },
    { "bad-target", do_target, false },
    { "bad-target-name", do_target_name, false },
    { "bad-source", do_source, false },
    { "bad-server", do_server, false },
    { "bad-late-lie", do_late_lie, false },
    { "bad-crash", do_crash, false },
    { "bad-exit", do_exit, false },
    { "bad-code", do_code, false },
    { "bad-after", do_after, false },
    { "bad-linger", do_linger, false },
    { "bad-count", do_count, false },
    { "bad-direction", do_direction, false },
    { "bad-sequence", do_sequence, false },
    { "bad-twice", do_twice, false },
    { "bad-garbage", do_garbage, false },
    { "bad-half", do_half, false },
    { "bad-ansi", do_ansi, false },
    { "bad-told", do_told, false },
    { "bad-ask-twice", do_ask_twice, false },
    { "bad-gate", do_gate, false },
    { "bad-gate-other", do_gate_other, false },
    { "bad-gate-done", do_gate_done, false },
    { "bad-late-told", do_late_told, false },
    { "bad-early", do_early, true },
};

int main(int argc, char **argv)
{
    if (argc < 1 || strncmp(argv[0], "bad-", 4) != 0) {
        return argc < 1 ? 2 : fake_good(argc, argv);
    }
    if (strcmp(argv[0], "bad-no-hello") == 0) {
        return 0;
    }
    if (strcmp(argv[0], "bad-mute") == 0) {
        hang();
    }
    if (strcmp(argv[0], "bad-version") == 0) {
        hello(argv[0], 1);
        hang();
    }
    hello(argv[0], frame_catalogue_mark());
    take_task();
    for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
        if (strcmp(argv[0], faults[i].name) == 0) {
            if (!faults[i].is_early) {
                ready();
            }
            faults[i].run();
        }
    }
    return 7;
}
