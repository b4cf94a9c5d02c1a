/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the two files of the book share: event_book.c counts, event_book_close.c tells. */
#ifndef DECODE_EVENT_BOOK_INTERNAL_H
#define DECODE_EVENT_BOOK_INTERNAL_H

#include "audit/decode/event/event_rows.h"

#define BOOK_NAME_BYTES 512U   /* of a provider, a computer, a channel; more is cut */
#define BOOK_SLOTS      16384U /* of a table; power of two, four times what is kept at most */

struct span {
    filetime first, last; /* last 0 = nothing yet */
};

struct name {
    char *text;
    uint32_t hash;
    uint64_t records;
    struct span span;
    filetime clock;      /* greatest time since the clock last went back */
    uint64_t own_number; /* EventRecordID of its last record in order; 0 = none */
};

/* Different texts with numbers from 0. */
struct names {
    struct name *list;
    uint32_t count, most;
    uint32_t last;              /* most likely the next one too */
    uint32_t slots[BOOK_SLOTS]; /* number + 1; 0 = free */
};

struct tally {
    uint32_t provider, id;
    uint64_t events;
    struct span span;
};

/* A carved record: the same one may still come where it is in use. */
struct ghost {
    uint64_t record;
    filetime at;
    int64_t part;
};

enum start {
    START_BEGIN,
    START_JUMP,
    START_RESET,
    START_DAMAGED,
    START_BACK
};

struct run {
    uint64_t first, last;
    uint64_t missing; /* UINT64_MAX = not known */
    struct span span;
    enum start start;
};

struct event_book {
    const struct event_import *import;
    const char *form;
    bool is_text; /* numbers are lines: what lies between two is no gap */

    struct names computers, providers;
    struct tally *tallies;
    uint32_t tally_count;
    uint32_t tally_slots[BOOK_SLOTS];

    struct run *runs; /* the last one is open */
    size_t run_count, run_room;
    bool is_full;                /* no more runs: the last one must not grow over a gap */
    bool has_before;             /* there was a record, also an older one than wanted */
    bool is_damaged, is_back;    /* since then */
    uint64_t before, own_before; /* number and EventRecordID of the last record */
    int64_t part, parts;         /* of records in order now; greatest that was given */
    size_t again;                /* first of the runs since numbers last started again */

    struct ghost *ghosts;
    uint32_t ghost_count;
    uint32_t ghost_slots[BOOK_SLOTS];
    bool is_ghost; /* the record now replaces what was carved of it */

    char channel[BOOK_NAME_BYTES];
    bool is_channel_carved;
    struct span span;
    uint64_t records, kept;
    bool is_over;    /* a limit was met */
    bool has_damage; /* a chunk or a line could not be read */
    bool has_older;
};

#endif
