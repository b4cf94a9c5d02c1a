/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which chunks of a Windows event log are wanted, found with a few small reads: a log is a ring of 64 KiB chunks behind a head of
 * 4 KiB, and only its newest part is transferred. Layout: Metz, "Windows XML Event Log (EVTX) format" of libevtx. The head is not
 * believed: while the service has the log open its counts are old, and its flag says so. Where the log lies is the business of
 * ring_source, so that the search can be tested without a server. */
#ifndef COLLECT_SMB_RING_H
#define COLLECT_SMB_RING_H

#include "audit/base/err.h"
#include "audit/base/filetime.h"

#define RING_HEAD       4096U
#define RING_CHUNK      65536U
#define RING_CHUNK_HEAD 536U /* with the head of its first record */

/* No log is larger: what a host says beyond is not asked for. */
#define RING_CHUNK_MOST (UINT32_C(1) << 24)

struct ring_source {
    /* Reads up to size bytes from offset and says how many there were: fewer only at the end. */
    enum rc (*read)(void *context, uint64_t offset, void *buf, size_t size, size_t *ret_got,
                    struct err *err);
    void *context;
    uint64_t size; /* as its host says */
};

enum ring_kind {
    RING_EMPTY, /* never used */
    RING_USED,
    RING_BAD /* neither */
};

/* What the head of a chunk tells. */
struct ring_mark {
    enum ring_kind kind;
    uint64_t first, last; /* identifiers of its first and its last record */
    filetime at;          /* when the first one was written */
    uint64_t
        sign; /* of the first record's head: another log with the same numbers has another one */
};

/* The wanted part: chunks first, first + 1 … (around the end of the ring) up to count. */
struct ring_plan {
    uint32_t chunks; /* of the ring that are in use */
    uint32_t oldest; /* place of its oldest chunk */
    uint32_t skip;   /* older chunks that are not wanted */
    uint32_t count;  /* wanted ones */
    bool is_cut;     /* the limit left out chunks that are young enough */
    bool is_plain;   /* no order was found: the file as it lies, from its start up to the limit */
    filetime from;   /* time of the first wanted record; 0 = not known */
};

/* Reads a chunk's first RING_CHUNK_HEAD bytes (fewer are RING_BAD). */
struct ring_mark ring_read_mark(const uint8_t *p, size_t size);

/* Finds what is wanted: chunks with records from `since` on (0 = all), at most `most` of the newest. RC_MALFORMED when the file
 * is no event log. Other codes come from the source. About 3 × log2(chunks) reads. */
MUST_USE enum rc ring_find(const struct ring_source *s, filetime since, uint32_t most,
                           struct ring_plan *ret, struct err *err);

/* Place in the ring of the wanted chunk number i, from 0. */
uint32_t ring_place(const struct ring_plan *p, uint32_t i);

/* Looks for a chunk that was read before in the ring as it is now. *ret_age is its distance from the oldest one. RC_ABSENT when
 * the ring does not hold it any more, or the log is another one. */
MUST_USE enum rc ring_find_mark(const struct ring_source *s, const struct ring_plan *p,
                                const struct ring_mark *mark, uint32_t *ret_age, struct err *err);

/* Makes a head of RING_HEAD bytes fit a file that holds `count` chunks in their order: its counts and its checksum; all else stays.
 * One that is no log's head stays as it is. */
void ring_fit_head(uint8_t *head, uint32_t count);

#endif
