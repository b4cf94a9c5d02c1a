/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one task asks of kagimori-smb: its parameters, checked once. README.md lists them. */
#ifndef COLLECT_SMB_OPTIONS_H
#define COLLECT_SMB_OPTIONS_H

#include "audit/base/filetime.h"
#include "audit/supervise/task.h"

/* The sources in the order in which they are read: what later ones need comes first. The last three fetch files, and stand alone in
 * their task: they have a connection of their own. */
#define SMB_SOURCES(X)            \
    X(MACHINE, "smb.machine")     \
    X(POLICY, "smb.policy")       \
    X(ACCOUNT, "smb.account")     \
    X(GROUP, "smb.group")         \
    X(RIGHT, "smb.right")         \
    X(SERVICE, "smb.service")     \
    X(SHARE, "smb.share")         \
    X(REGISTRY, "smb.registry")   \
    X(ANONYMOUS, "smb.anonymous") \
    X(REUSE, "smb.reuse")         \
    X(SYSVOL, "policy.file")      \
    X(CACHE, "smb.cache")         \
    X(EVENTLOG, "smb.event_log")

enum smb_source {
#define SMB_SOURCE_ENUM(name, word) SOURCE_##name,
    SMB_SOURCES(SMB_SOURCE_ENUM)
#undef SMB_SOURCE_ENUM
    SOURCE_COUNT
};

/* "smb.account" */
const char *source_name(enum smb_source source);

enum smb_auth {
    AUTH_NTLM, /* NTLMv2 inside SPNEGO */
    AUTH_KERBEROS
};

/* How the name of the account is written; decides what goes into the NTLM message. */
enum smb_user_form {
    USER_DOWN_LEVEL, /* DOMAIN\user */
    USER_PRINCIPAL,  /* user@realm */
    USER_OF_HOST     /* .\user: an account of the host itself */
};

/* What is asked of one key of HKEY_LOCAL_MACHINE. */
struct smb_registry_wish {
    const char *spelled; /* "HKLM\…\Key" or "HKLM\…\Key\*", as given, without the value */
    size_t spelled_size; /* without a trailing "\*" */
    const char *path;    /* below HKLM; borrowed from spelled */
    size_t path_size;    /* without a trailing "\*" */
    bool each_subkey;    /* the value of every subkey */
    const char *value;   /* name, or "*": every value of the key; "" is the default value */
};

#define SMB_MAX_CANDIDATES 64

struct smb_options {
    const char *host;     /* names it in evidence and messages; its Kerberos service */
    const char *address;  /* where to connect when it is not what host resolves to; may be NULL */
    const char *computer; /* its NetBIOS name, for .\user; NULL: first label of host */
    uint16_t port;
    enum smb_auth auth;
    enum smb_user_form form;
    const char *user;      /* as given, for messages; NULL with Kerberos */
    char domain[256];      /* for USER_DOWN_LEVEL and USER_OF_HOST */
    const char *name;      /* the part after the backslash, or user itself for USER_PRINCIPAL */
    const char *principal; /* whose key of the keytab */
    const char *ccache;
    const char *keytab;
    bool wants[SOURCE_COUNT];
    bool is_controller; /* the directory says that it is a domain controller */
    bool remote_registry;
    bool smb1;
    const struct task *task; /* service, right, registry: read in place */
    uint32_t
        candidates[SMB_MAX_CANDIDATES]; /* numbers in the order of the secret's parts 1, 2, … */
    size_t candidate_count;
    bool blank;      /* the blank password is candidate 0 */
    uint32_t trials; /* most trials on this host in this run */
    uint32_t connect_timeout_ms;
    uint32_t operation_timeout_s; /* opening a pipe, one call: each */
    uint32_t logon_timeout_s;     /* logging on; within the supervisor's deadline for a gate */
    uint32_t max_accounts;
    const char *domain_dns; /* of policy.file: the domain's folder in SYSVOL */
    uint32_t max_files;     /* files and folders that are fetched */
    uint64_t max_bytes;     /* of all that is fetched */
    size_t log_count;       /* of smb.event_log: logs, by the task's parameters "file" */
    uint32_t log_chunks;    /* most chunks of 64 KiB of one log */
    filetime since;         /* older events are not wanted; 0 = all are */
    const char *origin;     /* names the files in evidence */
    bool probe;             /* only whether the files could be read */
    filetime now;
};

/* Most that one task fetches; the role's outbox has room for a little more. */
#define FETCH_MAX_MIB 1023U

/* Most of one log; its outbox is a file on a disk, and bounded by the same parameter (worker_role.outbox_parameter), with room for what an
 * earlier task left in it. */
#define EVENTLOG_MAX_MIB   16384U
#define EVENTLOG_PARAMETER "outbox_mebibytes"

/* True for a task that fetches files instead of asking questions. */
bool options_fetches(const struct smb_options *o);

/* Name of the n-th log that the task asks for ("Security.evtx"), one of those that are known; NULL past the end. */
const char *options_log(const struct smb_options *o, size_t n);

/* Checks every parameter; RC_USAGE names the one that is wrong. Text is borrowed from the task, which must outlive it. */
MUST_USE enum rc options_from_task(const struct task *task, struct smb_options *ret,
                                   struct err *err);

/* The n-th name of a right to ask for, NULL past the end: the task's, or the default ones when it names none. */
const char *options_right(const struct smb_options *o, size_t n);

/* Takes one "HKLM\…\Key|Value" apart. False when it is not of that form. */
bool options_registry_wish(const char *text, struct smb_registry_wish *ret);

/* "dc1.hospital.example" → "DC1"; "." for an address. buf: at least 16 bytes. */
void options_computer_name(const char *host, char *buf);

#endif
