/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Builds event logs by hand: tokens of BinXml as bytes, chunks with right checksums, a file out of chunks. Everything is made up. */
#ifndef TESTS_UNIT_EVTX_LOG_BUILD_H
#define TESTS_UNIT_EVTX_LOG_BUILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LB_CHUNK 65536U
#define LB_TIME  INT64_C(133000000000000000) /* of record 0; each later one a second more */

struct lb {
    uint8_t p[LB_CHUNK];
    uint32_t at;
    uint32_t record;      /* where the open record begins */
    uint32_t last_record; /* where the last closed one does */
    uint64_t first, next; /* numbers */
    bool has_dependency;  /* elements have a dependency identifier: inside of definitions */
};

void lb_start(struct lb *b, uint64_t first);
/* Sets head and checksums. */
void lb_finish(struct lb *b);

void lb_u8(struct lb *b, unsigned v);
void lb_u16(struct lb *b, unsigned v);
void lb_u32(struct lb *b, uint32_t v);
void lb_u64(struct lb *b, uint64_t v);
void lb_poke32(struct lb *b, uint32_t at, uint32_t v);
void lb_utf16(struct lb *b, const char *ascii); /* without a count */

/* A record's head; then its BinXml; then the end, aligned to 8 bytes. */
void lb_record(struct lb *b);
void lb_record_end(struct lb *b);

/* Tokens. */
void lb_fragment(struct lb *b);
void lb_name(struct lb *b, const char *name); /* offset and the name inline */
void lb_open(struct lb *b, const char *name, bool has_attributes);
void lb_attribute(struct lb *b, const char *name, bool is_last);
void lb_attributes_end(struct lb *b,
                       uint32_t at); /* at: place of the list's size, as lb_open left b->at - 4 */
void lb_value(struct lb *b, const char *ascii);
void lb_value_of(struct lb *b, unsigned index, bool is_optional);
void lb_close_start(struct lb *b);
void lb_close_empty(struct lb *b);
void lb_end(struct lb *b);
/* <name>text</name>; <name attribute="text"/> */
void lb_element(struct lb *b, const char *name, const char *text);
void lb_element_of(struct lb *b, const char *name, unsigned index, bool is_optional);
void lb_data(struct lb *b, const char *name, const char *text);
void lb_data_of(struct lb *b, const char *name, unsigned index, bool is_optional);

/* An instance with its definition: begin, its elements, end, which gives the offset of the definition; then its values. */
uint32_t lb_define(struct lb *b, uint32_t identifier);
void lb_define_end(struct lb *b, uint32_t definition);
void lb_instance(struct lb *b, uint32_t identifier, uint32_t definition);

struct lb_value {
    uint8_t type;
    uint16_t size;
    const void *data;
};

void lb_values(struct lb *b, const struct lb_value *values, size_t count);

/* The template of an event: values 0 EventID u16, 1 TimeCreated, 2 EventRecordID u64, 3 Computer, 4 user (optional), 5 BinXml (optional).
 * Provider "Test-Provider", Channel "Security", Level 4, Keywords 0x8020000000000000. As lb_define: the definition's offset. */
uint32_t lb_define_event(struct lb *b);
#define LB_EVENT 0x11111111U
#define LB_DATA  0x22222222U

/* The template of a logon: Data TargetUserName 0 (text), LogonType 1 (u32), IpAddress 2 (optional text), and the text Fixed="as is". */
uint32_t lb_define_logon(struct lb *b);

/* A whole record of these two templates; definitions of 0 are made here and set. user: may be NULL. */
void lb_logon(struct lb *b, unsigned event_id, const char *user, uint32_t *event, uint32_t *logon);

/* A file out of chunks, malloc'd. expected: what its head says about the count of chunks. */
uint8_t *lb_file(const struct lb *const *chunks, size_t count, unsigned expected, unsigned flags,
                 size_t *ret_size);

#endif
