/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tasks for kagimori-net: the list of hosts goes to it as a sealed file in memory. */
#include <sys/mman.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "audit/base/log.h"
#include "audit/base/wr.h"
#include "audit/command/command.h"
#include "audit/command/host_collect.h"

#define SWEEP_MOST        16384U /* hosts of one task */
#define SWEEP_HOST_S      15U    /* for the whole conversation with one of them */
#define SWEEP_DEATHS_MOST 64U

/* What is tried on every host. 22 and 23 are for information and for Telnet. */
static const char *const swept_ports[] = { "445", "3389", "5985", "5986", "22", "23" };

struct sweep {
    struct host_collection *c;
    uint32_t *deaths;                      /* of workers, over all the halves */
    const struct host_entry *const *hosts; /* sorted by name */
    size_t count;
};

static enum rc write_list(const struct sweep *s, int *ret_fd, struct err *err)
{
    struct wr w AUTO(wr_done);
    wr_init(&w, 64U << 20);
    for (size_t i = 0; i < s->count; i++) {
        const struct host_entry *e = s->hosts[i];
        bool is_range = strcmp(e->origin, "range") == 0;
        wr_printf(&w, "%s\t%s\t%s%s\t%s\n", e->name, e->address ? e->address : "-",
                  e->is_controller == 1 ? "c" : "", is_range ? "r" : "",
                  e->rdp_ports ? e->rdp_ports : "-");
    }
    AUTO_FD int fd = memfd_create("kagimori-hosts", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0 || w.bad || write(fd, w.data, w.size) != (ssize_t)w.size ||
        fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0 ||
        lseek(fd, 0, SEEK_SET) != 0) {
        return err_setf(err, RC_IO, "cannot make the list of hosts: %s", strerror(errno));
    }
    *ret_fd = fd;
    fd = -1;
    return RC_OK;
}

static enum rc add_number(struct task *t, const char *key, int64_t value, struct arena *a,
                          struct err *err)
{
    const char *text = arena_printf(a, "%" PRId64, value);
    return text ? task_add(t, key, text, err) : err_setf(err, RC_NOMEM, "out of memory");
}

static enum rc add_scope(const struct host_collection *c, struct arena *a, struct task *t,
                         struct err *err)
{
    const struct site_hosts *h = &c->site->hosts;
    for (size_t i = 0; i < ARRAY_LEN(swept_ports); i++) {
        TRY(task_add(t, "port", swept_ports[i], err));
    }
    for (size_t i = 0; i < h->rdp_port_count; i++) {
        TRY(add_number(t, "rdp_port", h->rdp_ports[i], a, err));
    }
    for (size_t i = 0; i < h->exclude_count; i++) {
        char first[IP_TEXT_MAX], last[IP_TEXT_MAX];
        if (h->exclude[i].kind == HOST_SPEC_NAME) {
            continue;
        }
        /* A name in scope may lead to an address that is not. */
        const char *text = arena_printf(a, "%s-%s", ip_text(&h->exclude[i].first, first),
                                        ip_text(&h->exclude[i].last, last));
        TRY(text ? task_add(t, "exclude", text, err) : err_setf(err, RC_NOMEM, "out of memory"));
    }
    for (size_t i = 0; i < c->source_count; i++) {
        if (strncmp(c->sources[i], "net.", 4) == 0) {
            TRY(task_add(t, "source", c->sources[i], err));
        }
    }
    return RC_OK;
}

/* Ports of single hosts stand in the list; the sandbox must let them through, each once. */
static enum rc add_moved_ports(const struct sweep *s, struct arena *a, struct task *t,
                               struct err *err)
{
    for (size_t i = 0; i < s->count; i++) {
        const char *p = s->hosts[i]->rdp_ports;
        while (p && *p && t->count < TASK_MAX_PARAMETERS) {
            size_t n = strcspn(p, ",");
            const char *port = arena_strndup(a, p, n);
            if (!port) {
                return err_setf(err, RC_NOMEM, "out of memory");
            }
            const char *known = NULL;
            size_t k = 0;
            while ((known = task_get_nth(t, "allow_port", k)) != NULL && strcmp(known, port) != 0) {
                k++;
            }
            if (!known) {
                TRY(task_add(t, "allow_port", port, err));
            }
            p += n + (p[n] == ',');
        }
    }
    return RC_OK;
}

static enum rc make_task(const struct sweep *s, struct arena *a, struct task *ret, struct err *err)
{
    const struct site_hosts *h = &s->c->site->hosts;
    const char **targets = arena_array(a, s->count, sizeof(*targets));
    bool *optional = arena_array(a, s->count, sizeof(*optional));
    if (!targets || !optional) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    for (size_t i = 0; i < s->count; i++) {
        targets[i] = s->hosts[i]->name;
        optional[i] = strcmp(s->hosts[i]->origin, "range") == 0;
    }
    *ret = (struct task){ .role = "kagimori-net",
                          .target = s->count == 1 ? targets[0] : "network",
                          .targets = targets,
                          .target_count = s->count,
                          .optional_targets = optional,
                          .artifact = -1,
                          .deadline_s = 600 + (uint32_t)s->count,
                          .silence_s = h->deadline_s + 60 };
    TRY(add_scope(s->c, a, ret, err));
    TRY(add_moved_ports(s, a, ret, err));
    TRY(add_number(ret, "connect_timeout_ms", h->connect_timeout_ms, a, err));
    TRY(add_number(ret, "host_deadline_s",
                   h->deadline_s < SWEEP_HOST_S ? h->deadline_s : SWEEP_HOST_S, a, err));
    TRY(add_number(ret, "rate", h->connects_per_second, a, err));
    return add_number(ret, "now", s->c->now, a, err);
}

/* The hosts of the sweep for which no worker has sent coverage of its own: those that it did not come to, and the one that ended
 * it. A worker's end is told by coverage with the reasons of supervise/README.md. */
static enum rc list_left(const struct sweep *s, struct arena *a, const struct host_entry ***ret,
                         size_t *ret_count, struct err *err)
{
    sqlite3 *db = store_handle(s->c->store);
    sqlite3_stmt *q = NULL;
    const struct host_entry **left = arena_array(a, s->count, sizeof(*left));
    *ret_count = 0;
    if (!left) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    if (sqlite3_prepare_v2(
            db,
            "SELECT 1 FROM coverage WHERE target = ?1 AND source GLOB 'net.*' "
            "AND coalesce(reason, '') NOT IN ('crashed', 'hung', 'flooded', 'lied', 'not_collected')",
            -1, &q, NULL) != SQLITE_OK) {
        return err_setf(err, RC_BUG, "cannot list coverage: %s", sqlite3_errmsg(db));
    }
    for (size_t i = 0; i < s->count; i++) {
        (void)sqlite3_reset(q);
        (void)sqlite3_bind_text(q, 1, s->hosts[i]->name, -1, SQLITE_STATIC);
        if (sqlite3_step(q) != SQLITE_ROW) {
            left[(*ret_count)++] = s->hosts[i];
        }
    }
    (void)sqlite3_finalize(q);
    *ret = left;
    return RC_OK;
}

static enum rc run_sweep(const struct sweep *s, struct err *err);

static enum rc run_halves(const struct sweep *s, struct arena *a, struct err *err)
{
    const struct host_entry **left = NULL;
    size_t count = 0;
    TRY(list_left(s, a, &left, &count, err));
    if (count == 0 || s->count == 1) {
        return RC_OK;
    }
    /* Finding one such host among thousands takes a dozen deaths. Where it takes many more, the worker itself is broken. */
    if (*s->deaths >= SWEEP_DEATHS_MOST) {
        log_line(
            LOG_WARN,
            "the sweep died %u times and is not started again: %zu hosts stay unknown; please report it",
            *s->deaths, count);
        return RC_OK;
    }
    size_t half = (count + 1) / 2;
    const struct sweep first = { s->c, s->deaths, left, half };
    const struct sweep second = { s->c, s->deaths, left + half, count - half };
    TRY(run_sweep(&first, err));
    return second.count > 0 ? run_sweep(&second, err) : RC_OK;
}

static enum rc run_sweep(const struct sweep *s, struct err *err)
{
    struct arena *a AUTO(arena_freep) = arena_new(0);
    AUTO_FD int fd = -1;
    struct task *task = a ? arena_alloc(a, sizeof(*task)) : NULL;
    struct task_end end = { .rc = RC_OK };
    if (!task) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    TRY(make_task(s, a, task, err));
    TRY(write_list(s, &fd, err));
    task->artifact = fd;
    TRY(supervisor_run(s->c->supervisor, task, 1, &end, err));
    TRY(store_commit(s->c->store, err));
    if (end.rc == RC_OK) {
        return RC_OK;
    }
    log_line(LOG_WARN, "%s: %s", task->target, command_detail(task->target, end.detail));
    /* What a worker says itself is no crash: wrong input or a missing file would only be said again. */
    ++*s->deaths;
    bool is_worth = end.rc != RC_USAGE && end.rc != RC_UNSUPPORTED && end.rc != RC_NOMEM;
    return is_worth ? run_halves(s, a, err) : RC_OK;
}

static bool is_settled(const struct host_collection *c, const char *host)
{
    for (size_t i = 0; i < c->source_count; i++) {
        if (strncmp(c->sources[i], "net.", 4) == 0 &&
            !store_is_complete(c->store, c->sources[i], host)) {
            return false;
        }
    }
    return true;
}

enum rc host_sweep(struct host_collection *c, const struct host_entry *entries, size_t count,
                   struct err *err)
{
    const struct host_entry **hosts = arena_array(c->arena, count + 1, sizeof(*hosts));
    size_t open = 0;
    uint32_t deaths = 0;
    if (!hosts) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    for (size_t i = 0; i < count; i++) {
        if (entries[i].rdp_ports || !is_settled(c, entries[i].name)) {
            hosts[open++] = &entries[i];
        }
    }
    for (size_t i = 0; i < open; i += SWEEP_MOST) {
        size_t n = open - i < SWEEP_MOST ? open - i : SWEEP_MOST;
        const struct sweep s = { c, &deaths, hosts + i, n };
        TRY(run_sweep(&s, err));
    }
    return RC_OK;
}
