/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Filters of system calls. A decoder may compute, read what is open and send; anything else kills it. A collector gets what
 * libldap, SASL/GSSAPI, Kerberos, OpenSSL, c-ares, tevent and the resolver of the C library need; what none of them needs
 * kills it, what they merely try fails with EPERM. */
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <string.h>

#include "audit/supervise/sandbox_internal.h"

static const int both[] = {
    SCMP_SYS(read),
    SCMP_SYS(readv),
    SCMP_SYS(pread64),
    SCMP_SYS(write),
    SCMP_SYS(writev),
    SCMP_SYS(lseek),
    SCMP_SYS(close),
    SCMP_SYS(fstat),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(brk),
    SCMP_SYS(madvise),
    SCMP_SYS(futex),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(time),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(nanosleep),
    SCMP_SYS(getrandom),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(sched_yield),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(mlock),
    SCMP_SYS(munlock),
};

static const int collector[] = {
    SCMP_SYS(close_range),  SCMP_SYS(dup),
    SCMP_SYS(dup2),         SCMP_SYS(dup3),
    SCMP_SYS(fcntl),        SCMP_SYS(poll),
    SCMP_SYS(ppoll),        SCMP_SYS(select),
    SCMP_SYS(pselect6),     SCMP_SYS(epoll_create1),
    SCMP_SYS(epoll_ctl),    SCMP_SYS(epoll_wait),
    SCMP_SYS(epoll_pwait),  SCMP_SYS(pipe),
    SCMP_SYS(pipe2),        SCMP_SYS(eventfd2),
    SCMP_SYS(newfstatat),   SCMP_SYS(fstatat64),
    SCMP_SYS(stat),         SCMP_SYS(lstat),
    SCMP_SYS(statx),        SCMP_SYS(statfs),
    SCMP_SYS(fstatfs),      SCMP_SYS(access),
    SCMP_SYS(faccessat),    SCMP_SYS(faccessat2),
    SCMP_SYS(readlink),     SCMP_SYS(readlinkat),
    SCMP_SYS(getdents64),   SCMP_SYS(getcwd),
    SCMP_SYS(umask),        SCMP_SYS(flock),
    SCMP_SYS(mmap),         SCMP_SYS(mprotect),
    SCMP_SYS(mincore),      SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),         SCMP_SYS(sched_getaffinity),
    SCMP_SYS(clock_getres), SCMP_SYS(times),
    SCMP_SYS(getppid),      SCMP_SYS(getuid),
    SCMP_SYS(geteuid),      SCMP_SYS(getgid),
    SCMP_SYS(getegid),      SCMP_SYS(getresuid),
    SCMP_SYS(getresgid),    SCMP_SYS(getgroups),
    SCMP_SYS(uname),        SCMP_SYS(sysinfo),
    SCMP_SYS(getrlimit),    SCMP_SYS(getrusage),
    SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigpending),
    SCMP_SYS(sigaltstack),  SCMP_SYS(connect),
    SCMP_SYS(bind),         SCMP_SYS(getsockname),
    SCMP_SYS(getpeername),  SCMP_SYS(getsockopt),
    SCMP_SYS(setsockopt),   SCMP_SYS(shutdown),
    SCMP_SYS(sendto),       SCMP_SYS(sendmsg),
    SCMP_SYS(sendmmsg),     SCMP_SYS(recvfrom),
    SCMP_SYS(recvmsg),      SCMP_SYS(recvmmsg),
    SCMP_SYS(epoll_create),
};

/* Nothing that a collector links has a reason for these: a process that tries them is no longer ours. */
static const int deadly[] = {
    SCMP_SYS(execve),
    SCMP_SYS(execveat),
    SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(mount),
    SCMP_SYS(umount2),
    SCMP_SYS(pivot_root),
    SCMP_SYS(chroot),
    SCMP_SYS(bpf),
    SCMP_SYS(init_module),
    SCMP_SYS(finit_module),
    SCMP_SYS(delete_module),
    SCMP_SYS(kexec_load),
    SCMP_SYS(kexec_file_load),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(io_uring_setup),
    SCMP_SYS(open_by_handle_at),
    SCMP_SYS(setns),
    SCMP_SYS(unshare),
    SCMP_SYS(reboot),
    SCMP_SYS(swapon),
    SCMP_SYS(acct),
};

/* The C library tries the newer call first and falls back when it is not there. */
static const int absent[] = { SCMP_SYS(clone3), SCMP_SYS(openat2) };

static int rules_for(scmp_filter_ctx filter, uint32_t action, const int *calls, size_t count)
{
    int rc = 0;
    for (size_t i = 0; i < count && rc == 0; i++) {
        rc = seccomp_rule_add(filter, action, calls[i], 0);
    }
    return rc;
}

/* Signals to itself only, which abort() needs. */
static int allow_abort(scmp_filter_ctx filter)
{
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
                            SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid()));
}

static int decoder_rules(scmp_filter_ctx filter)
{
    const scmp_datum_t exec = PROT_EXEC;
    int rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
                              SCMP_A2(SCMP_CMP_MASKED_EQ, exec, 0));
    rc |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                           SCMP_A2(SCMP_CMP_MASKED_EQ, exec, 0));
    /* fstat() of the C library: no path, only what is open. */
    rc |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(newfstatat), 1,
                           SCMP_A3(SCMP_CMP_EQ, AT_EMPTY_PATH));
    return rc;
}

static int collector_sockets(scmp_filter_ctx filter)
{
    static const int domains[] = { AF_INET, AF_INET6 };
    static const int types[] = { SOCK_STREAM, SOCK_DGRAM };
    const scmp_datum_t type_mask = 0xf;
    int rc = 0;
    for (size_t i = 0; i < ARRAY_LEN(domains); i++) {
        for (size_t j = 0; j < ARRAY_LEN(types); j++) {
            rc |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 2,
                                   SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)domains[i]),
                                   SCMP_A1(SCMP_CMP_MASKED_EQ, type_mask, (scmp_datum_t)types[j]));
        }
    }
    /* getaddrinfo() asks the kernel for its addresses (protocol 0 is NETLINK_ROUTE). */
    rc |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 2,
                           SCMP_A0(SCMP_CMP_EQ, AF_NETLINK), SCMP_A2(SCMP_CMP_EQ, 0));
    /* No local daemons: the C library then goes on with files and DNS. */
    rc |= seccomp_rule_add(filter, SCMP_ACT_ERRNO(EAFNOSUPPORT), SCMP_SYS(socket), 1,
                           SCMP_A0(SCMP_CMP_EQ, AF_UNIX));
    return rc;
}

static int collector_rules(scmp_filter_ctx filter)
{
    static const unsigned long requests[] = { FIONREAD, FIONBIO, TCGETS };
    const scmp_datum_t write_flags = O_ACCMODE | O_CREAT | O_TRUNC;
    int rc = rules_for(filter, SCMP_ACT_ALLOW, collector, ARRAY_LEN(collector));
    rc |= rules_for(filter, SCMP_ACT_KILL_PROCESS, deadly, ARRAY_LEN(deadly));
    rc |= rules_for(filter, SCMP_ACT_ERRNO(ENOSYS), absent, ARRAY_LEN(absent));
    rc |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(open), 1,
                           SCMP_A1(SCMP_CMP_MASKED_EQ, write_flags, O_RDONLY));
    rc |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1,
                           SCMP_A2(SCMP_CMP_MASKED_EQ, write_flags, O_RDONLY));
    for (size_t i = 0; i < ARRAY_LEN(requests); i++) {
        rc |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1,
                               SCMP_A1(SCMP_CMP_EQ, requests[i]));
    }
    /* Reads its own limits, sets none. */
    rc |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 2, SCMP_A0(SCMP_CMP_EQ, 0),
                           SCMP_A2(SCMP_CMP_EQ, 0));
    return rc | collector_sockets(filter);
}

enum rc seccomp_enter(enum worker_sandbox kind, struct err *err)
{
    bool is_decoder = kind == WORKER_SANDBOX_DECODER;
    scmp_filter_ctx filter =
        seccomp_init(is_decoder ? SCMP_ACT_KILL_PROCESS : SCMP_ACT_ERRNO(EPERM));
    if (!filter) {
        return err_setf(err, RC_NOMEM, "no memory for the filter of system calls");
    }
    int rc = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    rc |= rules_for(filter, SCMP_ACT_ALLOW, both, ARRAY_LEN(both));
    rc |= allow_abort(filter);
    rc |= is_decoder ? decoder_rules(filter) : collector_rules(filter);
    if (rc == 0) {
        rc = seccomp_load(filter);
    }
    seccomp_release(filter);
    return rc == 0
               ? RC_OK
               : err_setf(err, RC_IO, "cannot load the filter of system calls: %s", strerror(-rc));
}
