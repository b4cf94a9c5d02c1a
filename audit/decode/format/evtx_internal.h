/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the event log reader share. A piece of BinXml (a template's definition, or an element that stands in a record by
 * itself) is compiled to a plan: where each value of System comes from, and which fields follow. A record is then only its values,
 * put into a plan. Plans live as long as their chunk. */
#ifndef DECODE_EVTX_INTERNAL_H
#define DECODE_EVTX_INTERNAL_H

#include <string.h>

#include "audit/decode/format/evtx.h"

#define EVTX_FILE_HEAD   4096U
#define EVTX_CHUNK       65536U
#define EVTX_CHUNK_HEAD  512U
#define EVTX_RECORD_HEAD 24U
#define EVTX_RECORD_MIN  28U /* head, and the copy of the size behind the event */

#define EVTX_DEPTH_MAX  32 /* elements in each other */
#define EVTX_NEST_MAX   8  /* BinXml in values of BinXml */
#define EVTX_NESTED_MAX 64 /* values of BinXml an event */
#define EVTX_FIELDS_MAX 1024
#define EVTX_VALUES_MAX 4096 /* of a template instance and what lies in it */
#define EVTX_VALUE_MAX  65536U
#define EVTX_EVENT_MAX  (256U * 1024) /* bytes of all fields of an event */
#define EVTX_NAME_MAX   256U
#define EVTX_COMPILE_MAX \
    (512U * 1024) /* bytes of BinXml compiled a chunk: each template lies there once */
#define EVTX_PLANS 256U

enum evtx_system {
    EVTX_SYS_PROVIDER,
    EVTX_SYS_EVENT_ID,
    EVTX_SYS_VERSION,
    EVTX_SYS_LEVEL,
    EVTX_SYS_TASK,
    EVTX_SYS_OPCODE,
    EVTX_SYS_KEYWORDS,
    EVTX_SYS_TIME,
    EVTX_SYS_RECORD,
    EVTX_SYS_CHANNEL,
    EVTX_SYS_COMPUTER,
    EVTX_SYS_USER,
    EVTX_SYS_COUNT,
    EVTX_SYS_NONE = EVTX_SYS_COUNT
};

/* A part of the content of an element or attribute. */
struct evtx_piece {
    struct evtx_piece *next;
    const uint8_t *text; /* UTF-16LE; NULL = the value at index */
    uint32_t size;
    uint16_t index;
    bool is_optional; /* without the value its element or attribute is not there either */
};

/* Where in an event a piece of BinXml stands: that decides what its elements mean. */
enum evtx_where {
    EVTX_AT_TOP,
    EVTX_AT_EVENT,
    EVTX_AT_SYSTEM,
    EVTX_AT_SYSTEM_VALUE,
    EVTX_AT_EVENT_DATA,
    EVTX_AT_USER_DATA,
    EVTX_AT_FIELD,  /* in an element of EventData, or below UserData */
    EVTX_AT_NOTHING /* RenderingInfo and others that hold no fields */
};

struct evtx_place {
    enum evtx_where where;
    enum evtx_system system; /* EVTX_AT_SYSTEM_VALUE */
    bool is_user_data;       /* EVTX_AT_FIELD */
    const char *path;        /* EVTX_AT_FIELD: name of the field so far */
};

struct evtx_item {
    struct evtx_item *next;
    const char *name;
    int known;
    const struct evtx_piece *name_pieces; /* a name that is itself a value; NULL = name */
    const struct evtx_piece *content;
    struct evtx_place place; /* of the content, should it turn out to be BinXml */
    bool is_field;           /* text becomes a field; else only BinXml counts */
};

struct evtx_plan {
    struct evtx_plan *next; /* of those with the same hash */
    uint32_t offset;        /* of the definition in the chunk */
    const struct evtx_place *place;
    const struct evtx_piece *system[EVTX_SYS_COUNT];
    const char *text
        [EVTX_SYS_COUNT]; /* as UTF-8, where it is text of the template; made when first asked for */
    struct evtx_item *items;
    const char *root; /* of UserData; NULL = none here */
    bool is_bad;
};

struct evtx_value {
    const uint8_t *data;
    uint32_t size;
    enum evtx_type type;
};

struct evtx_values {
    const struct evtx_value *value;
    uint32_t count;
};

/* The last text of a value that seldom changes. */
struct evtx_memo {
    uint32_t size;
    uint8_t raw[512];
    char text[512 / 2 * 3 + 1];
};

struct evtx_reader {
    const struct evtx_options *options;
    struct evtx_totals *totals;
    struct arena *plans;  /* emptied with the chunk */
    struct arena *event;  /* emptied with the record */
    const uint8_t *chunk; /* 64 KiB, zeros behind have */
    uint32_t have;
    uint64_t chunk_at; /* in the file */
    uint32_t compiled; /* bytes */
    struct evtx_plan *plan[EVTX_PLANS];
    struct evtx_value value[EVTX_VALUES_MAX];
    uint32_t value_count;
    struct evtx_field field[EVTX_FIELDS_MAX];
    uint32_t field_count;
    uint32_t field_bytes;
    uint32_t
        part_bytes; /* of texts that were put together and of what they were made of, an event */
    uint32_t nested;
    bool is_strict; /* templates must be those that the record names */
    struct evtx_memo channel, computer;
    char user[192]; /* SID_TEXT_MAX */
};

/* A record whose System was read: what its fields are made of. */
struct evtx_record {
    struct evtx_plan *plan;
    struct evtx_values values;
};

static inline uint16_t evtx_u16(const uint8_t *p)
{
    return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t evtx_u32(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline uint64_t evtx_u64(const uint8_t *p)
{
    return evtx_u32(p) | (uint64_t)evtx_u32(p + 4) << 32;
}

/* A view of the chunk whose offsets count from the chunk; the caller has checked that from <= to <= have. */
static inline struct rd evtx_view(const struct evtx_reader *x, uint32_t from, uint32_t to)
{
    return (struct rd){ .p = x->chunk + from, .end = x->chunk + to, .beg = x->chunk };
}

/* evtx_binxml.c: compiles the BinXml at r. has_dependency: its elements carry a dependency identifier, as those of definitions do. False
 * when it is not well-formed or a limit was met; the plan is then not to be used. */
bool evtx_compile(struct evtx_reader *x, struct rd r, const struct evtx_place *place,
                  bool has_dependency, struct evtx_plan *ret);

/* evtx_template.c */
void evtx_forget_plans(struct evtx_reader *x);
/* Reads the event at [from, to) of the chunk: e's System. is_strict: the template must be the one that the record names, for space that is no
 * longer used. False when it cannot be understood. */
bool evtx_open_record(struct evtx_reader *x, uint32_t from, uint32_t to, bool is_strict,
                      struct evtx_event *e, struct evtx_record *ret);
/* Fills x->field. False when a part could not be understood; what was is there. */
bool evtx_fill_fields(struct evtx_reader *x, const struct evtx_record *record,
                      struct evtx_event *e);

/* evtx_chunk.c: reads the chunk that x holds; *ret_sound as options.chunk says. is_stray: no chunk should be there, so that none is
 * missed. */
MUST_USE enum rc evtx_chunk(struct evtx_reader *x, bool is_stray, bool *ret_sound, struct err *err);

/* Place of the name in options.names, -1 = none. */
int evtx_known(const struct evtx_options *o, const char *name);

#endif
