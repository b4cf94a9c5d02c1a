/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The well-behaved half of the fake worker, through worker_main. What it does is said by the parameters of its task:
 * "rows" (how many a source), "try" (something that a sandbox should forbid), "after" (what it does in the end). */
#include <sys/mman.h>
#include <sys/socket.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/base/log.h"
#include "audit/base/num.h"
#include "audit/supervise/worker.h"
#include "tests/unit/supervise/fake.h"

void fake_row(struct row *row, char guid[40], unsigned number)
{
    (void)snprintf(guid, 40, "31b2f340-016d-11d2-945f-%012x", number);
    row_begin(row, ROW_TABLE_HISTORY);
    row_text(row, HISTORY_GUID, guid);
    row_text(row, HISTORY_SID, "S-1-5-21-1-2-3-500");
}

void fake_coverage(struct row *row, const char *source, const char *target)
{
    row_begin(row, ROW_TABLE_COVERAGE);
    row_text(row, COVERAGE_SOURCE, source);
    row_text(row, COVERAGE_TARGET, target);
    row_text(row, COVERAGE_STATE, "complete");
    row_int(row, COVERAGE_OBJECTS, getpid());
}

static enum rc denied(const char *what, struct err *err)
{
    return err_setf(err, RC_DENIED, "%s: %s", what, strerror(errno));
}

static enum rc try_open(const char *path, int flags, struct err *err)
{
    AUTO_FD int fd = open(path, flags, 0600);
    return fd >= 0 ? RC_OK : denied("open", err);
}

static enum rc try_connect(const char *port, struct err *err)
{
    uint32_t number = 0;
    (void)num_u32(port, strlen(port), &number);
    AUTO_FD int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)number) };
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0) {
        return denied("socket", err);
    }
    return connect(fd, (const struct sockaddr *)&to, sizeof(to)) == 0 ? RC_OK
                                                                      : denied("connect", err);
}

static enum rc try_exec(struct err *err)
{
    char name[] = "true";
    char *const argv[] = { name, NULL };
    (void)execv("/bin/true", argv);
    return denied("exec", err);
}

static enum rc try_fork(struct err *err)
{
    pid_t pid = fork();
    if (pid == 0) {
        _exit(0);
    }
    return pid > 0 ? RC_OK : denied("fork", err);
}

static enum rc try_code(struct err *err)
{
    void *p =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return p != MAP_FAILED ? RC_OK : denied("mmap", err);
}

static enum rc try_it(const struct task *task, struct err *err)
{
    const char *what = task_get(task, "try");
    const char *path = task_get(task, "path");
    if (!what) {
        return RC_OK;
    }
    if (strcmp(what, "read") == 0) {
        return try_open(path, O_RDONLY, err);
    }
    if (strcmp(what, "write") == 0) {
        return try_open(path, O_WRONLY | O_CREAT, err);
    }
    if (strcmp(what, "connect") == 0) {
        return try_connect(task_get(task, "to"), err);
    }
    if (strcmp(what, "unix") == 0) {
        AUTO_FD int fd = socket(AF_UNIX, SOCK_STREAM, 0);
        return fd >= 0 ? RC_OK : denied("socket", err);
    }
    if (strcmp(what, "exec") == 0) {
        return try_exec(err);
    }
    if (strcmp(what, "fork") == 0) {
        return try_fork(err);
    }
    return strcmp(what, "code") == 0 ? try_code(err) : err_setf(err, RC_BUG, "unknown trial");
}

static void wait_ms(const struct task *task, const char *key)
{
    (void)usleep(task_get_u32(task, key, 0) * 1000);
}

/* Goes through the gate that the task names; the coverage row says from when to when it was inside. */
static enum rc pass_gate(struct worker *w, const struct task *task, struct err *err)
{
    enum worker_gate gate = (enum worker_gate)task_get_u32(task, "gate", 0);
    const char *inside = task_get(task, "inside");
    struct row row;
    wait_ms(task, "before_ms");
    TRY(worker_gate_enter(w, gate, err));
    filetime started = filetime_now();
    wait_ms(task, "hold_ms");
    if (inside && strcmp(inside, "die") == 0) {
        abort();
    }
    while (inside && strcmp(inside, "hang") == 0) {
        worker_progress(w, "still here", 1);
        (void)usleep(100000);
    }
    if (inside) {
        return err_setf(err, RC_UNREACHABLE, "left inside");
    }
    fake_coverage(&row, "ldap.user", task->target);
    row_int(&row, COVERAGE_STARTED, started);
    row_int(&row, COVERAGE_FINISHED, filetime_now());
    TRY(worker_gate_leave(w, gate, (enum worker_gate_result)task_get_u32(task, "result", 0), err));
    return row_put(worker_sink(w), &row, err);
}

/* One row and all coverage rows of one target of a sweep; "stop_at" names the one where it goes wrong, between the two. */
static enum rc sweep_one(struct worker *w, const struct task *task, const char *target,
                         struct err *err)
{
    struct row row;
    const char *source = NULL, *stop_at = task_get(task, "stop_at");
    bool stops = stop_at && strcmp(stop_at, target) == 0;
    row_begin(&row, ROW_TABLE_PORT);
    row_text(&row, PORT_HOST, target);
    row_int(&row, PORT_PORT, 445);
    row_text(&row, PORT_STATE, "open");
    TRY(row_put(worker_sink(w), &row, err));
    if (stops) {
        TRY(worker_flush(w, err));
        abort();
    }
    for (size_t i = 0; (source = task_get_nth(task, "source", i)) != NULL; i++) {
        fake_coverage(&row, source, target);
        TRY(row_put(worker_sink(w), &row, err));
    }
    return RC_OK;
}

/* Goes through the targets that its artifact lists, one a line, but for those of a parameter "skip". */
static enum rc sweep(struct worker *w, const struct task *task, struct err *err)
{
    AUTO_FD int fd = dup(worker_artifact(w));
    FILE *list = fd >= 0 ? fdopen(fd, "r") : NULL;
    const char *skip = task_get(task, "skip");
    char line[256];
    enum rc rc = list ? RC_OK : err_setf(err, RC_IO, "no list");
    while (rc == RC_OK && fgets(line, sizeof(line), list)) {
        line[strcspn(line, "\n")] = 0;
        if (!skip || strcmp(skip, line) != 0) {
            rc = sweep_one(w, task, line, err);
        }
    }
    if (list) {
        fd = -1;
        (void)fclose(list);
    }
    return rc;
}

/* The secret and the artifact must be what the test gave. */
static enum rc check_gifts(struct worker *w, const struct task *task, struct err *err)
{
    char text[64] = "";
    const struct secret *s = worker_secret(w);
    if (task_get(task, "secret") && (!s || strcmp(secret_bytes(s), FAKE_SECRET) != 0)) {
        return err_setf(err, RC_BUG, "the secret did not arrive");
    }
    const char *content = task_get(task, "artifact");
    if (content &&
        (pread(worker_artifact(w), text, sizeof(text) - 1, 0) < 0 || strcmp(text, content) != 0)) {
        return err_setf(err, RC_BUG, "the artifact did not arrive");
    }
    if (!content && !task_get(task, "sweep") && worker_artifact(w) >= 0) {
        return err_setf(err, RC_BUG, "an artifact arrived that nobody sent");
    }
    return RC_OK;
}

static enum rc send_source(struct worker *w, const struct task *task, const char *source,
                           struct err *err)
{
    static unsigned number;
    struct row row;
    char guid[40];
    uint32_t count = task_get_u32(task, "rows", 10);
    for (uint32_t i = 0; i < count; i++) {
        fake_row(&row, guid, task_get_u32(task, "first", 0) + number++);
        TRY(row_put(worker_sink(w), &row, err));
        worker_progress(w, "rows", i);
    }
    const char *silent = task_get(task, "silent");
    if (silent && strcmp(silent, source) == 0) {
        return worker_flush(w, err);
    }
    fake_coverage(&row, source, task->target);
    return row_put(worker_sink(w), &row, err);
}

/* Each outbox gets its number; "large" more than the task's parameter lets it have. */
static enum rc fill_outboxes(struct worker *w, const char *wish, struct err *err)
{
    static const char bytes[1U << 20];
    for (size_t i = 0; worker_outbox_at(w, i) >= 0; i++) {
        char text[2] = { (char)('0' + i), 0 };
        if (write(worker_outbox_at(w, i), text, 1) != 1) {
            return denied("write", err);
        }
    }
    for (int i = 0; strcmp(wish, "large") == 0; i++) {
        if (write(worker_outbox(w), bytes, sizeof(bytes)) != (ssize_t)sizeof(bytes)) {
            return err_setf(err, RC_LIMIT, "%d", i);
        }
    }
    return RC_OK;
}

/* Writes so many bytes into its outbox. */
static enum rc fill_outbox(struct worker *w, const struct task *task, struct err *err)
{
    static const char bytes[4096] = "fetched";
    int fd = worker_outbox(w);
    const char *wish = task_get(task, "outbox");
    if (!wish) {
        return fd < 0 ? RC_OK : err_setf(err, RC_BUG, "an outbox arrived that nobody sent");
    }
    if (task_get(task, "each")) {
        return fill_outboxes(w, wish, err);
    }
    if (strcmp(wish, "seal") == 0) {
        return fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL) == 0 ? RC_OK : denied("seal", err);
    }
    for (uint32_t left = task_get_u32(task, "outbox", 0); left > 0;) {
        size_t n = left < sizeof(bytes) ? left : sizeof(bytes);
        ssize_t done = write(fd, bytes, n);
        if (done <= 0) {
            return denied("write", err);
        }
        left -= (uint32_t)done;
    }
    return RC_OK;
}

static enum rc run(struct worker *w, const struct task *task, struct err *err)
{
    const char *source = NULL;
    TRY(check_gifts(w, task, err));
    TRY(fill_outbox(w, task, err));
    TRY(try_it(task, err));
    if (task_get(task, "sweep")) {
        return sweep(w, task, err);
    }
    if (task_get(task, "gate")) {
        return pass_gate(w, task, err);
    }
    log_line(LOG_WARN, "a message \x1b[31m of %s", task->target);
    for (size_t i = 0; (source = task_get_nth(task, "source", i)) != NULL; i++) {
        TRY(send_source(w, task, source, err));
    }
    const char *after = task_get(task, "after");
    while (after && strcmp(after, "hang") == 0) {
        (void)sleep(1);
    }
    return after && strcmp(after, "deny") == 0 ? err_setf(err, RC_DENIED, "wrong password") : RC_OK;
}

int fake_good(int argc, char **argv)
{
    bool is_decoder = strcmp(argv[0], "good-decoder") == 0;
    static const uint16_t ports[] = { 389, 0 };
    static const char *const port_parameters[] = { "port", "rdp_port", NULL };
    struct worker_role role = { .name = argv[0],
                                .version = "test",
                                .sandbox =
                                    is_decoder ? WORKER_SANDBOX_DECODER : WORKER_SANDBOX_COLLECTOR,
                                .outbox_max = 1U << 20,
                                .outbox_parameter = "outbox_mebibytes",
                                .ports = ports,
                                .port_parameters = port_parameters,
                                .run = run };
    if (strcmp(argv[0], "good-recluse") == 0) {
        role.ports = NULL;
        role.port_parameters = NULL;
    }
    return worker_main(argc, argv, &role);
}
