/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starts role executables with nothing open but their pipes and with a short environment. */
#include <sys/pidfd.h>
#include <sys/socket.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "audit/supervise/child.h"
#include "audit/supervise/worker.h"

#define PIPE_ROOM (256 * 1024)

/* Language, time zone and Kerberos; under sanitizers their options too. Nothing else of the operator's environment. */
static bool is_kept(const char *variable)
{
    static const char *const names[] = { "LANG=",
                                         "LC_",
                                         "TZ=",
                                         "KRB5_CONFIG=",
                                         "KRB5CCNAME=",
                                         "KRB5_KTNAME=",
                                         "KRB5_CLIENT_KTNAME=",
#ifdef KAGIMORI_NO_SANDBOX
                                         "ASAN_OPTIONS=",
                                         "UBSAN_OPTIONS=",
                                         "LSAN_OPTIONS="
#endif
    };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (strncmp(variable, names[i], strlen(names[i])) == 0) {
            return true;
        }
    }
    return false;
}

static void environment(char *ret[], size_t room)
{
    static char path[] = "PATH=/usr/bin:/bin";
    size_t n = 0;
    ret[n++] = path;
    for (char **p = environ; *p && n + 1 < room; p++) {
        if (is_kept(*p)) {
            ret[n++] = *p;
        }
    }
    ret[n] = NULL;
}

/* Standard input empty, output and error the error pipe, the conversation at WORKER_PIPE, all else closed. The descriptors
 * of the supervisor are above 2 (supervisor_new sees to it), so that none is overwritten before it is used. */
static int descriptors(posix_spawn_file_actions_t *a, int pipe_fd, int error_fd)
{
    int rc = posix_spawn_file_actions_addopen(a, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    rc |= posix_spawn_file_actions_adddup2(a, error_fd, STDOUT_FILENO);
    rc |= posix_spawn_file_actions_adddup2(a, error_fd, STDERR_FILENO);
    rc |= posix_spawn_file_actions_adddup2(a, pipe_fd, WORKER_PIPE);
    rc |= posix_spawn_file_actions_addclosefrom_np(a, WORKER_PIPE + 1);
    return rc;
}

/* A session of its own: no terminal to ask on, and Ctrl-C reaches the supervisor only, which ends its workers in order. */
static int attributes(posix_spawnattr_t *a)
{
    sigset_t none, all;
    (void)sigemptyset(&none);
    (void)sigfillset(&all);
    int rc = posix_spawnattr_setflags(a, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK |
                                             POSIX_SPAWN_SETSIGDEF);
    rc |= posix_spawnattr_setsigmask(a, &none);
    rc |= posix_spawnattr_setsigdefault(a, &all);
    return rc;
}

static int spawn(struct child *c, const char *path, int pipe_fd, int error_fd)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t how;
    char *env[64], *argv[] = { NULL, NULL };
    char name[64];
    (void)snprintf(name, sizeof(name), "%s", c->task->role);
    argv[0] = name;
    environment(env, ARRAY_LEN(env));
    int e = posix_spawn_file_actions_init(&actions);
    if (e != 0) {
        return e;
    }
    e = posix_spawnattr_init(&how);
    if (e == 0) {
        e = attributes(&how) != 0 || descriptors(&actions, pipe_fd, error_fd) != 0 ? ENOMEM : 0;
        if (e == 0) {
            e = posix_spawn(&c->pid, path, &actions, &how, argv, env);
        }
        (void)posix_spawnattr_destroy(&how);
    }
    (void)posix_spawn_file_actions_destroy(&actions);
    if (e != 0) {
        c->pid = 0;
    }
    return e;
}

/* Both ends of the conversation and of the error pipe; ours does not block. */
static int pipes(struct child *c, int *ret_pipe, int *ret_error)
{
    int pair[2], error[2], room = PIPE_ROOM;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
        return errno;
    }
    c->pipe = pair[0];
    *ret_pipe = pair[1];
    (void)setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
    (void)setsockopt(pair[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
    if (pipe2(error, O_CLOEXEC) != 0) {
        return errno;
    }
    c->errors = error[0];
    *ret_error = error[1];
    return fcntl(c->pipe, F_SETFL, O_NONBLOCK) != 0 || fcntl(c->errors, F_SETFL, O_NONBLOCK) != 0
               ? errno
               : 0;
}

static bool role_valid(const char *role)
{
    return role && role[0] && strlen(role) < 64 &&
           strspn(role, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(role);
}

enum rc child_spawn(struct child *c, const char *directory, struct err *err)
{
    char path[4096];
    AUTO_FD int pipe_fd = -1;
    AUTO_FD int error_fd = -1;
    if (!role_valid(c->task->role) ||
        snprintf(path, sizeof(path), "%s/%s", directory, c->task->role) >= (int)sizeof(path)) {
        return err_setf(err, RC_BUG, "no role executable is called \"%s\"",
                        c->task->role ? c->task->role : "");
    }
    int e = pipes(c, &pipe_fd, &error_fd);
    c->in = e == 0 ? malloc(FRAME_HEADER + FRAME_MAX) : NULL;
    if (e == 0 && !c->in) {
        e = ENOMEM;
    }
    if (e == 0) {
        e = spawn(c, path, pipe_fd, error_fd);
    }
    if (e == 0) {
        c->pidfd = pidfd_open(c->pid, 0);
        e = c->pidfd < 0 ? errno : 0;
    }
    if (e == ENOENT || e == EACCES) {
        return err_setf(
            err, RC_IO,
            "cannot start %s (%s): it belongs beside kagimori or in libexec/kagimori; install again",
            path, strerror(e));
    }
    return e == 0 ? RC_OK : err_setf(err, RC_IO, "cannot start %s: %s", path, strerror(e));
}

void child_close(struct child *c)
{
    auto_fd_close(&c->pidfd);
    auto_fd_close(&c->pipe);
    auto_fd_close(&c->errors);
    c->pidfd = c->pipe = c->errors = -1;
    free(c->in);
    c->in = NULL;
    asked_done(&c->asked);
}

int64_t child_now_ms(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}
