/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A Windows event log (.evtx): records out of chunks, System's values first, the event's own fields only of the events that are wanted.
 * [MS-EVEN6] 2.2.12 to 2.2.16 (BinXml); the file around it: Metz, "Windows XML Event Log (EVTX) format" of libevtx. The log is read
 * chunk by chunk and never held as a whole; memory does not grow with its size. */
#ifndef DECODE_EVTX_H
#define DECODE_EVTX_H

#include "audit/base/arena.h"
#include "audit/base/err.h"
#include "audit/base/filetime.h"
#include "audit/base/rd.h"

/* [MS-EVEN6] 2.2.12: types of values. With EVTX_ARRAY it is an array of them. */
enum evtx_type {
    EVTX_NULL = 0x00,
    EVTX_STRING = 0x01, /* UTF-16LE */
    EVTX_ANSI = 0x02,
    EVTX_INT8 = 0x03,
    EVTX_UINT8 = 0x04,
    EVTX_INT16 = 0x05,
    EVTX_UINT16 = 0x06,
    EVTX_INT32 = 0x07,
    EVTX_UINT32 = 0x08,
    EVTX_INT64 = 0x09,
    EVTX_UINT64 = 0x0a,
    EVTX_REAL32 = 0x0b,
    EVTX_REAL64 = 0x0c,
    EVTX_BOOL = 0x0d, /* 4 bytes */
    EVTX_BINARY = 0x0e,
    EVTX_GUID = 0x0f,
    EVTX_SIZE = 0x10, /* 4 or 8 bytes */
    EVTX_FILETIME = 0x11,
    EVTX_SYSTEMTIME = 0x12,
    EVTX_SID = 0x13,
    EVTX_HEX32 = 0x14,
    EVTX_HEX64 = 0x15,
    EVTX_HANDLE = 0x20,
    EVTX_BINXML = 0x21,
    EVTX_XML = 0x23, /* a text that is XML itself: [MS-EVEN6] calls it EvtXml */
    EVTX_ARRAY = 0x80
};

/* One value: of the record itself, or a text that stands in its template. data is borrowed from the reader until the callback returns. */
struct evtx_field {
    const char *
        name; /* UTF-8: Name of a Data element; of UserData the path of elements below its root ("SubjectUserSid", "a/b"); "" = Data without a name */
    int known; /* place of the name in evtx_options.names; -1 = not among them */
    enum evtx_type type;
    const uint8_t *data; /* as it lies in the record (little endian; UTF-16LE) */
    uint32_t size;
};

/* A record, System read. Texts are UTF-8, "" where there is none, and live until the callback returns. */
struct evtx_event {
    uint64_t
        record; /* number in the record's head; System's EventRecordID where that is missing or the head's is wrong */
    uint64_t
        event_record_id; /* System/EventRecordID; 0 = none. Differs from record in forwarded logs */
    filetime written_at; /* the record's head */
    filetime at;         /* System/TimeCreated; written_at where there is none */
    uint32_t event_id;
    uint32_t version, level, task, opcode;
    uint64_t keywords; /* bit 52 audit failure, bit 53 audit success */
    const char *provider, *channel, *computer;
    const char *user_sid; /* System/Security UserID; "" = none */
    const char *
        user_data_root; /* each only: name of UserData's only child, such as LogFileCleared; "" = EventData, or none */
    uint64_t offset; /* in the file */
    bool is_carved; /* not reached by the chunk's own count: from damaged or no longer used space */
    bool
        is_unsound; /* the checksum of its chunk or of its chunk's records is wrong, or some of its fields could not be understood */
};

/* What was seen of the log as a whole; kept up to date while it is read. */
struct evtx_totals {
    uint64_t chunks;     /* with the mark ElfChnk, or that should have it by the file's head */
    uint64_t bad_chunks; /* mark or a checksum wrong, or cut off */
    uint64_t records;    /* handed to head, carved ones too */
    uint64_t carved;
    uint64_t
        unreadable; /* records that are there and could not be understood, or not all of their fields */
    uint64_t size; /* bytes read */
    bool is_dirty; /* flag 1 of the file's head, or its counts are older than the chunks */
    bool is_full;  /* flag 2 */
    bool has_head; /* the file's head is sound */
    bool is_cut;   /* the file ends inside of a chunk, or a limit ended it */
};

/* Where bytes come from. read fills up to size bytes from offset and says how many there were: fewer only at the end. next_data (may be NULL)
 * gives the first offset from `offset` on where something may not be zero, so that holes of sparse files cost nothing. */
struct evtx_source {
    enum rc (*read)(void *context, uint64_t offset, void *buf, size_t size, size_t *ret_got,
                    struct err *err);
    uint64_t (*next_data)(void *context, uint64_t offset);
    void *context;
    uint64_t size;
};

struct evtx_options {
    struct evtx_source source;
    /* Names of fields that the caller knows, sorted by strcmp; evtx_field.known is an index into them. */
    const char *const *names;
    size_t name_count;
    bool
        carves; /* also look for records in damaged chunks and behind the used part of sound ones */
    /* Chunks that are put in order by their numbers, 16 bytes each; of a log with more, what lies behind its oldest chunk is read first. 0 = 1 Mi. */
    uint32_t order_most;
    /* Called for every record with System read. *ret_wants: hand its fields to `each`. */
    enum rc (*head)(void *context, const struct evtx_event *e, bool *ret_wants, struct err *err);
    enum rc (*each)(void *context, const struct evtx_event *e, const struct evtx_field *fields,
                    size_t count, struct err *err);
    /* A chunk was done (may be NULL): for progress, and to know that what follows is another one. is_sound: mark and checksums are right and every
     * record that its head counts was understood. */
    enum rc (*chunk)(void *context, uint64_t number, bool is_sound, struct err *err);
    void *context;
};

/* Reads the log from its oldest chunk to its newest (by the record numbers of the chunks' heads, not by their place: logs are rings).
 * RC_MALFORMED when there is neither a head nor a chunk of a log; everything else that is wrong is counted in *ret and costs itself only.
 * Other codes come from source and callbacks. Limits: 16 TiB, depth of elements 32, fields 1024 an event, 64 KiB a value. */
MUST_USE enum rc evtx_read(const struct evtx_options *options, struct evtx_totals *ret,
                           struct err *err);

/* Values of a field as what they are. false = not of such a type, or not well-formed. */
bool evtx_number(
    const struct evtx_field *f,
    uint64_t *ret); /* all whole numbers, hex, bool, size; a text that is a number, also 0x… */
bool evtx_time(const struct evtx_field *f,
               filetime *ret); /* FILETIME, SYSTEMTIME, a text as XML writes times */
/* SID, or a text that is one, as text into buf (SID_TEXT_MAX bytes of sid.h). */
bool evtx_sid(const struct evtx_field *f, char *buf, size_t size);
/* The values of an array one after the other: *at begins at 0. False at the end, and where f is no array. */
bool evtx_array_next(const struct evtx_field *f, uint32_t *at, struct evtx_field *ret);
/* The value as text, as Windows writes it into XML (hex with 0x, times as ISO, GUID in braces and capitals, arrays with commas), UTF-8, in the arena;
 * invalid UTF-16 as U+FFFD, NULL type as "". NULL = no memory. */
const char *evtx_text(const struct evtx_field *f, struct arena *a);

#endif
