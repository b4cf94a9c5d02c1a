/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of `kagimori import` share: one run of the command, and one item of it. */
#ifndef COMMAND_IMPORT_H
#define COMMAND_IMPORT_H

#include "audit/command/artifact_keep.h"
#include "audit/command/event_logs.h"
#include "audit/command/import_find.h"
#include "audit/decode/host/host_rows.h"
#include "audit/supervise/supervise.h"

/* One run of the command. */
struct importer {
    struct store *store;
    struct supervisor *supervisor;
    const char *const *registry; /* what the checks want of hosts: "HKLM\\KEY|VALUE" */
    size_t registry_count;
    const char *const *services;
    size_t service_count;
    const char *const *sources; /* that the checks need: of them net.* and smb.* */
    size_t source_count;
    struct secret *key;         /* of the fingerprints of this run; never written */
    struct artifact_keep *keep; /* NULL = no copies are kept */
    filetime now;
    const char *now_text;
    filetime since;       /* events before it are left out; 0 = none */
    const char *log_host; /* whose logs are that do not tell it themselves; NULL = nobody's */
    const char *const *mfa_columns; /* "account=HEADER", as the operator named them */
    size_t mfa_column_count;
    struct import_logs *logs; /* that wait to be read */
    size_t failed;            /* items that are no evidence, or whose host is not clear */
};

/* What became of an item, for the line that tells. */
struct import_outcome {
    const char *host;   /* whose it is; NULL = nobody's, or not a host's */
    const char *detail; /* what is missing or went wrong; NULL = nothing */
    size_t files;
    uint64_t rows;
    bool is_failed;  /* nothing of it is evidence */
    bool is_waiting; /* an event log: its own line tells at the end */
    bool is_told;    /* its own line was printed */
};

/* import_tell.c: lines for the operator. */
void import_tell(const struct import_item *item, const struct import_outcome *o, struct arena *a);
/* path = of a log among other files of the item; NULL = the item is the log. */
void import_tell_log(const struct import_item *item, const char *path,
                     const struct event_log_outcome *o, struct arena *a);

/* import_logs.c: event logs, which wait until all hosts are known. */

/* Bytes of the file that its disk does not hold. A file with more than IMPORT_HOLES_MOST of them is neither hashed nor copied. */
#define IMPORT_HOLES_MOST (UINT64_C(1) << 30)
uint64_t import_holes(int fd, uint64_t size);

struct import_logs;

struct import_logs *import_logs_new(
    void); /* NULL = no memory. May open more files from then on than a process usually may */
void import_logs_free(struct import_logs *l);
void import_logs_freep(struct import_logs **l);
size_t import_logs_count(const struct import_logs *l);

/* The log (fd is duplicated, texts are copied) waits. The item must stay. */
MUST_USE enum rc import_logs_take(struct importer *im, const struct import_item *item,
                                  const struct event_log_item *log, struct err *err);
/* Whose place the logs from number first on are of; is_disputed as of event_log_item. */
MUST_USE enum rc import_logs_place(struct importer *im, size_t first, const char *host,
                                   bool is_disputed, struct err *err);
/* Reads them all, and tells of each. Their SHA-256 is taken first, but of files with more than 1 GiB of holes. */
MUST_USE enum rc import_logs_read(struct importer *im, struct err *err);

/* import_decode.c: runs kagimori-decode over a bundle. */

/* Makes the task (zeroed but for artifact -1), but for its artifact; all that it borrows must live as long as the run. */
typedef enum rc (*import_task_fn)(void *context, struct task *ret, struct err *err);

struct import_run {
    struct importer *importer;
    struct walk *walk; /* sealed */
    const char *origin;
    import_task_fn make;
    void *context;
    bool *
        left_out; /* an entry of the walk each: the decoder did not survive it; set here, kept over several runs */
    int fd; /* of the bundle without these; -1 = the walk's own. The owner closes it */
};

/* Runs the task over the bundle. Where the decoder crashes, hangs, floods or lies, the file that does it is found and left out, so that
 * it costs itself only; its artifact row says so. end->rc is not RC_OK when nothing helped. Not RC_OK only when the evidence file
 * fails or the operator interrupts. */
MUST_USE enum rc import_decode(struct import_run *run, struct task_end *end, struct err *err);

/* Adds what the checks want of a host's registry and services. */
MUST_USE enum rc import_add_plan(const struct importer *im, struct task *t, struct err *err);

/* Artifact rows for what the decoder cannot tell: what was refused, noted, what killed it; and for every file that it
 * was given and did not speak of. Call it when the last run is over. */
MUST_USE enum rc import_put_artifacts(struct import_run *run, struct err *err);

/* import_host.c: kits, volumes, hives. */
MUST_USE enum rc import_host(struct importer *im, const struct import_item *item,
                             struct import_outcome *ret, struct arena *a, struct err *err);

/* Coverage for what nobody told of hosts that files speak of, and of the list of hosts. Once, at the end. */
MUST_USE enum rc import_close_hosts(struct importer *im, struct err *err);

/* import_file.c: policies, and single files. */
MUST_USE enum rc import_policies(struct importer *im, const struct import_item *item,
                                 struct import_outcome *ret, struct arena *a, struct err *err);
MUST_USE enum rc import_single(struct importer *im, struct import_item *item,
                               struct import_outcome *ret, struct arena *a, struct err *err);

/* import_mfa.c: exports of products for second factors. */

struct import_export {
    const char *origin; /* also its path: so that two files of one name are two */
    int fd;             /* of the file itself; borrowed */
    uint64_t size;
    filetime changed_at;
};

/* Reads it where it lies, through the decoder, and tells. Its SHA-256 is taken, and a copy kept where copies are. */
MUST_USE enum rc import_mfa(struct importer *im, const struct import_item *item,
                            const struct import_export *x, struct import_outcome *ret,
                            struct arena *a, struct err *err);
/* Splits "account=HEADER,method=HEADER"; RC_USAGE for a word that is none. The list is the arena's. */
MUST_USE enum rc import_mfa_columns(const char *text, struct arena *a, const char *const **ret,
                                    size_t *ret_count, struct err *err);

/* What an export held, for the line that tells. */
struct import_mfa_told {
    const char *service, *form, *charset; /* service NULL = nothing of it is evidence */
    int64_t accounts, methods, unreadable;
    bool is_whole;
    const char *words; /* for factors that are not known; NULL = none */
    const char *detail;
};

void import_tell_mfa(const struct import_item *item, const struct import_mfa_told *t,
                     struct arena *a);

/* import_origin.c */

/* A name for the item under which nothing is in the evidence yet: its own, or with a number behind. With may_replace an import of the
 * same path before gives its name back, and its artifact, policy_folder and mfa rows and its event logs are removed: it is imported again. */
MUST_USE enum rc import_origin(struct importer *im, const struct import_item *item,
                               bool may_replace, struct arena *a, const char **ret,
                               struct err *err);

/* import_identify.c: whose the files are. */

struct import_decision {
    const char *host;         /* NULL = nobody's */
    bool is_new;              /* the host is not in scope yet */
    const char *account_guid; /* its computer account; NULL = not known */
    int is_controller;        /* 1, 0, -1 = not known */
    const char *reason; /* of machine_file: not_identified, conflict, older; NULL with a host */
    const char *
        place; /* whose event logs lie among the files: the host, also where newer files of it count; NULL = nobody's */
    const char *rival; /* origin of other files of this host */
    bool replaces;     /* the rival is the older one */
    bool is_again;     /* and it is the same import once more */
    const char *why;   /* for a person, with a reason */
};

/* Decides by the machine_file row of the origin, and what the evidence knows. Not RC_OK when there is no memory or no such table. */
MUST_USE enum rc import_decide(struct store *store, const char *origin, struct arena *a,
                               struct import_decision *ret, struct err *err);

/* Writes what was decided: machine_file.host and reason, a new host_target, the rival's reason. */
MUST_USE enum rc import_settle(struct store *store, const char *origin, const char *kind,
                               const struct import_decision *d, struct err *err);

/* Which parts are wanted of files of the host: those that it did not tell by itself. */
MUST_USE enum rc import_wants(struct store *store, const char *host, bool wants[PART_COUNT],
                              struct err *err);

/* Removes what older files told of these parts of the host. */
MUST_USE enum rc import_forget(struct store *store, const char *host, const bool wants[PART_COUNT],
                               struct err *err);

/* "registry" */
const char *import_part_word(enum host_part part);

#endif
