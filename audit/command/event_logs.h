/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Event logs through the decoder, several at a time, and whose they are: what `kagimori import` and the collection share. Who calls brings
 * the logs as open files and says from which host's place they come; what is in them only the decoder sees. */
#ifndef COMMAND_EVENT_LOGS_H
#define COMMAND_EVENT_LOGS_H

#include "audit/base/arena.h"
#include "audit/supervise/supervise.h"

/* A log that is to be read. Everything is borrowed. */
struct event_log_item {
    const char *origin, *path; /* as of artifact; no two items have the same two */
    const char *form;          /* "evtx", "samba_json" */
    int fd;                    /* read-only, of a regular file; -1 = it could not be opened */
    const char *refusal;       /* without fd: artifact.state (denied, malformed, too_large) */
    /* Why it could not be opened, or why the file is not the whole log (a limit of who fetched it); NULL = nothing is wrong. */
    const char *detail;
    const char
        *note; /* something else for a person, of a log that was read whole; NULL = nothing */
    const char *host; /* of whose place it is: a kit, an image, a share; NULL = its events tell */
    bool is_disputed; /* its place claims a host and is not believed: the log is nobody's */
    const char *channel; /* by its name in this place (event_logs_channel); NULL = not known */
    uint64_t size;
    filetime changed_at; /* 0 = not known */
    filetime since;      /* older events are left out; 0 = none are */
    const char *sha256;  /* NULL or empty = not taken */
    /* Room for 65: SHA-256 is taken there while the log is read, and is sha256 then; NULL = it is not. */
    char *sum;
    const struct secret *
        key; /* of the run, for what was typed as a name (decode/event/event_typed.h); borrowed; NULL = none */
};

/* What became of a log. Texts are in the arena of the call. */
struct event_log_outcome {
    int64_t log;           /* number; 0 = it is no event log, and has no rows */
    const char *host;      /* whose it is; NULL = nobody's, or of several computers */
    const char *reason;    /* as event_log.reason; NULL = its events count */
    const char *name;      /* Computer of its newest events; NULL = none */
    const char *channel;   /* NULL = not known */
    const char *detail;    /* for a person: what is missing or went wrong; NULL = nothing */
    uint64_t events, kept; /* records that were read; those of them that became rows */
    uint64_t rows;
    size_t computers;
    filetime first_at, last_at; /* of its records; 0 = it has none */
    bool is_failed;             /* nothing of it is evidence */
};

/* Gives each log its number, reads them with as many decoders as there are cores, and settles them: event_log.host and reason, artifact
 * rows, coverage of the hosts (event.change, event.logon, event.system, event.rdp). A log of the same origin and path that is there
 * already gives way. One that kills its decoder costs itself only. Of items only sha256, and detail where no sum could be taken, are set. ret has count places. The target of a task is the path, its parameters are
 * format=events, form, log, origin, since (a filetime as a number). Not RC_OK only when the evidence file fails, memory is short, or the operator interrupts. */
MUST_USE enum rc event_logs_decode(struct store *store, struct supervisor *supervisor,
                                   struct event_log_item *items, size_t count,
                                   struct event_log_outcome *ret, struct arena *a, struct err *err);

/* Removes the logs of the origin, of that path or (NULL) all, with every row that came from them, and what coverage said because of them. Call
 * event_logs_settle when all is forgotten. */
MUST_USE enum rc event_logs_forget(struct store *store, const char *origin, const char *path,
                                   struct err *err);

/* The host in scope that is called so by its DNS name (a bare name only of one without a domain); else the name itself in lower case. NULL = it can
 * be the name of none, or two are called so. */
MUST_USE enum rc event_logs_host(struct store *store, const char *name, struct arena *a,
                                 const char **ret, struct err *err);

/* Says anew which logs another one holds as well, and coverage, of the hosts whose logs came or went. Part of event_logs_decode. */
MUST_USE enum rc event_logs_settle(struct store *store, struct err *err);

/* The channel that a file of a host's own folder of logs, or of a kit, is of by its name: "Security.evtx",
 * "Microsoft-Windows-TerminalServices-LocalSessionManager%4Operational.evtx", "Archive-Security-2026-….evtx"; NULL = none of those that are
 * wanted (Security, System, the two of the Terminal Services, ForwardedEvents). Static text. */
const char *event_logs_channel(const char *path);

#endif
