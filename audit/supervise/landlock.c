/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Landlock by system call: the headers of the oldest system that we build on know only the first two versions of its ABI, so
 * the newer rights are written here (Linux Documentation/userspace-api/landlock.rst). */
#include <sys/stat.h>
#include <sys/syscall.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "audit/base/num.h"
#include "audit/supervise/sandbox_internal.h"

#define LL_READ_FILE   (UINT64_C(1) << 2)
#define LL_READ_DIR    (UINT64_C(1) << 3)
#define LL_CONNECT_TCP (UINT64_C(1) << 1)

#define LL_CREATE  444
#define LL_ADD     445
#define LL_ENFORCE 446

struct ll_ruleset {
    uint64_t fs, net, scoped;
};

struct ll_path {
    uint64_t allowed;
    int32_t fd;
} __attribute__((packed));

struct ll_port {
    uint64_t allowed, port;
};

int landlock_abi(void)
{
    long abi = syscall(LL_CREATE, NULL, 0, 1);
    return abi > 0 ? (int)abi : 0;
}

/* All rights that this ABI can withhold. */
static struct ll_ruleset everything(int abi, size_t *ret_size)
{
    static const unsigned fs_bits[] = { 0, 13, 14, 15, 15, 16 };
    struct ll_ruleset r = { .fs = (UINT64_C(1) << fs_bits[abi < 5 ? abi : 5]) - 1 };
    *ret_size = 8;
    if (abi >= 4) {
        r.net = 3; /* bind and connect */
        *ret_size = 16;
    }
    if (abi >= 6) {
        r.scoped = 3; /* abstract sockets and signals of others */
        *ret_size = 24;
    }
    return r;
}

/* A path that is not there needs no rule. */
static void allow_read(int ruleset, const char *path)
{
    AUTO_FD int fd = open(path, O_PATH | O_CLOEXEC);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) != 0) {
        return;
    }
    struct ll_path rule = { .allowed =
                                S_ISDIR(st.st_mode) ? LL_READ_FILE | LL_READ_DIR : LL_READ_FILE,
                            .fd = fd };
    (void)syscall(LL_ADD, ruleset, 1, &rule, 0);
}

/* "FILE:/tmp/krb5cc_0" and plain paths; kinds of cache that are not files need no rule. */
static void allow_named(int ruleset, const char *name)
{
    if (!name) {
        return;
    }
    static const char *const kinds[] = { "FILE:", "DIR:", "WRFILE:" };
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (strncmp(name, kinds[i], strlen(kinds[i])) == 0) {
            name += strlen(kinds[i]);
            break;
        }
    }
    if (name[0] == ':') {
        name++; /* DIR::/path/to/one */
    }
    if (name[0]) {
        allow_read(ruleset, name);
    }
}

/* Every path of a list with colons, as in KRB5_CONFIG. */
static void allow_list(int ruleset, const char *list)
{
    char path[1024];
    while (list && *list) {
        size_t n = strcspn(list, ":");
        if (n > 0 && n < sizeof(path)) {
            memcpy(path, list, n);
            path[n] = 0;
            allow_read(ruleset, path);
        }
        list += n + (list[n] == ':');
    }
}

static void allow_files(int ruleset, const struct task *task)
{
    static const char *const paths[] = { "/etc",
                                         "/usr",
                                         "/lib",
                                         "/lib64",
                                         "/opt",
                                         "/run/systemd/resolve",
                                         "/run/resolvconf",
                                         "/run/NetworkManager",
                                         "/var/lib/sss/pubconf",
                                         "/proc/sys/crypto",
                                         "/dev/null",
                                         "/dev/urandom",
                                         "/dev/random" };
    static const char *const keys[] = { "ca_file", "ccache", "keytab" };
    static const char *const variables[] = { "KRB5CCNAME", "KRB5_KTNAME", "KRB5_CLIENT_KTNAME" };
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        allow_read(ruleset, paths[i]);
    }
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        allow_named(ruleset, task_get(task, keys[i]));
        allow_named(ruleset, getenv(variables[i]));
    }
    allow_list(ruleset, getenv("KRB5_CONFIG"));
}

static void allow_port(int ruleset, uint64_t port)
{
    const struct ll_port rule = { .allowed = LL_CONNECT_TCP, .port = port };
    (void)syscall(LL_ADD, ruleset, 2, &rule, 0);
}

/* What the role names, and what the parameters give that it names. */
static void allow_ports(int ruleset, const struct worker_role *role, const struct task *task)
{
    for (const uint16_t *port = role->ports; port && *port; port++) {
        allow_port(ruleset, *port);
    }
    for (const char *const *key = role->port_parameters; key && *key; key++) {
        const char *value = NULL;
        for (size_t i = 0; (value = task_get_nth(task, *key, i)) != NULL; i++) {
            uint32_t port = 0;
            if (num_u32(value, strlen(value), &port) && port > 0 && port < 65536) {
                allow_port(ruleset, port);
            }
        }
    }
}

enum rc landlock_enter(const struct worker_role *role, const struct task *task, struct err *err)
{
    int abi = landlock_abi();
    if (abi == 0) {
        return err_setf(err, RC_UNSUPPORTED, "the kernel has no Landlock");
    }
    size_t size = 0;
    struct ll_ruleset all = everything(abi, &size);
    AUTO_FD int ruleset = (int)syscall(LL_CREATE, &all, size, 0);
    if (ruleset < 0) {
        return err_setf(err, RC_IO, "cannot make a Landlock rule set: %s", strerror(errno));
    }
    if (role->sandbox == WORKER_SANDBOX_COLLECTOR) {
        allow_files(ruleset, task);
        if (abi >= 4) {
            allow_ports(ruleset, role, task);
        }
    }
    if (syscall(LL_ENFORCE, ruleset, 0) != 0) {
        return err_setf(err, RC_IO, "cannot enforce Landlock: %s", strerror(errno));
    }
    return RC_OK;
}
