/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/evtx/log_build.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define HEAD      512U
#define FILE_HEAD 4096U

void lb_u8(struct lb *b, unsigned v)
{
    if (b->at >= LB_CHUNK) {
        abort();
    }
    b->p[b->at++] = (uint8_t)v;
}

static void put(struct lb *b, uint64_t v, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        lb_u8(b, (unsigned)(v >> (8 * i) & 0xff));
    }
}

void lb_u16(struct lb *b, unsigned v)
{
    put(b, v, 2);
}

void lb_u32(struct lb *b, uint32_t v)
{
    put(b, v, 4);
}

void lb_u64(struct lb *b, uint64_t v)
{
    put(b, v, 8);
}

static void set(uint8_t *p, uint64_t v, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        p[i] = (uint8_t)(v >> (8 * i));
    }
}

void lb_poke32(struct lb *b, uint32_t at, uint32_t v)
{
    set(b->p + at, v, 4);
}

void lb_start(struct lb *b, uint64_t first)
{
    memset(b, 0, sizeof(*b));
    b->at = HEAD;
    b->first = b->next = first;
}

void lb_finish(struct lb *b)
{
    memcpy(b->p, "ElfChnk", 8);
    set(b->p + 8, b->first, 8);
    set(b->p + 16, b->next - 1, 8);
    set(b->p + 24, b->first, 8);
    set(b->p + 32, b->next - 1, 8);
    set(b->p + 40, 128, 4);
    set(b->p + 44, b->last_record, 4);
    set(b->p + 48, b->at, 4);
    set(b->p + 52, crc32(0, b->p + HEAD, b->at - HEAD), 4);
    set(b->p + 124, crc32(crc32(0, b->p, 120), b->p + 128, HEAD - 128), 4);
}

void lb_utf16(struct lb *b, const char *ascii)
{
    for (; *ascii; ascii++) {
        lb_u16(b, (unsigned char)*ascii);
    }
}

void lb_record(struct lb *b)
{
    b->record = b->at;
    lb_u32(b, 0x2a2a);
    lb_u32(b, 0);
    lb_u64(b, b->next);
    lb_u64(b, (uint64_t)(LB_TIME + (int64_t)b->next * 10000000));
}

void lb_record_end(struct lb *b)
{
    while ((b->at + 4 - b->record) % 8 != 0) {
        lb_u8(b, 0);
    }
    uint32_t size = b->at + 4 - b->record;
    lb_u32(b, size);
    lb_poke32(b, b->record + 4, size);
    b->last_record = b->record;
    b->next++;
}

void lb_fragment(struct lb *b)
{
    lb_u32(b, 0x0001010f);
}

void lb_name(struct lb *b, const char *name)
{
    lb_u32(b, b->at + 4);
    lb_u32(b, 0);
    lb_u16(b, 0x1234);
    lb_u16(b, (unsigned)strlen(name));
    lb_utf16(b, name);
    lb_u16(b, 0);
}

void lb_open(struct lb *b, const char *name, bool has_attributes)
{
    lb_u8(b, has_attributes ? 0x41 : 0x01);
    if (b->has_dependency) {
        lb_u16(b, 0xffff);
    }
    lb_u32(b, 0); /* nobody needs the size */
    lb_name(b, name);
    if (has_attributes) {
        lb_u32(b, 0);
    }
}

void lb_attribute(struct lb *b, const char *name, bool is_last)
{
    lb_u8(b, is_last ? 0x06 : 0x46);
    lb_name(b, name);
}

void lb_attributes_end(struct lb *b, uint32_t at)
{
    lb_poke32(b, at, b->at - at - 4);
}

void lb_value(struct lb *b, const char *ascii)
{
    lb_u8(b, 0x05);
    lb_u8(b, 0x01);
    lb_u16(b, (unsigned)strlen(ascii));
    lb_utf16(b, ascii);
}

void lb_value_of(struct lb *b, unsigned index, bool is_optional)
{
    lb_u8(b, is_optional ? 0x0e : 0x0d);
    lb_u16(b, index);
    lb_u8(b, 0x01);
}

void lb_close_start(struct lb *b)
{
    lb_u8(b, 0x02);
}

void lb_close_empty(struct lb *b)
{
    lb_u8(b, 0x03);
}

void lb_end(struct lb *b)
{
    lb_u8(b, 0x04);
}

void lb_element(struct lb *b, const char *name, const char *text)
{
    lb_open(b, name, false);
    lb_close_start(b);
    lb_value(b, text);
    lb_end(b);
}

void lb_element_of(struct lb *b, const char *name, unsigned index, bool is_optional)
{
    lb_open(b, name, false);
    lb_close_start(b);
    lb_value_of(b, index, is_optional);
    lb_end(b);
}

static void open_with(struct lb *b, const char *element, const char *attribute)
{
    lb_open(b, element, true);
    uint32_t list = b->at - 4;
    lb_attribute(b, attribute, true);
    lb_attributes_end(b, list);
}

static void open_data(struct lb *b, const char *name)
{
    open_with(b, "Data", "Name");
    lb_value(b, name);
    lb_close_start(b);
}

void lb_data(struct lb *b, const char *name, const char *text)
{
    open_data(b, name);
    lb_value(b, text);
    lb_end(b);
}

void lb_data_of(struct lb *b, const char *name, unsigned index, bool is_optional)
{
    open_data(b, name);
    lb_value_of(b, index, is_optional);
    lb_end(b);
}

void lb_instance(struct lb *b, uint32_t identifier, uint32_t definition)
{
    lb_u8(b, 0x0c);
    lb_u8(b, 0x01);
    lb_u32(b, identifier);
    lb_u32(b, definition);
}

uint32_t lb_define(struct lb *b, uint32_t identifier)
{
    lb_instance(b, identifier, b->at + 10);
    uint32_t definition = b->at;
    lb_u32(b, 0);
    lb_u32(b, identifier); /* a GUID begins with what the instance calls it */
    lb_u32(b, 0);
    lb_u64(b, 0);
    lb_u32(b, 0);
    lb_fragment(b);
    b->has_dependency = true;
    return definition;
}

void lb_define_end(struct lb *b, uint32_t definition)
{
    lb_u8(b, 0);
    lb_poke32(b, definition + 20, b->at - definition - 24);
    b->has_dependency = false;
}

void lb_values(struct lb *b, const struct lb_value *values, size_t count)
{
    lb_u32(b, (uint32_t)count);
    for (size_t i = 0; i < count; i++) {
        lb_u16(b, values[i].size);
        lb_u8(b, values[i].type);
        lb_u8(b, 0);
    }
    for (size_t i = 0; i < count; i++) {
        for (unsigned k = 0; k < values[i].size; k++) {
            lb_u8(b, ((const uint8_t *)values[i].data)[k]);
        }
    }
}

uint32_t lb_define_event(struct lb *b)
{
    uint32_t definition = lb_define(b, LB_EVENT);
    open_with(b, "Event", "xmlns");
    lb_value(b, "http://schemas.microsoft.com/win/2004/08/events/event");
    lb_close_start(b);
    lb_open(b, "System", false);
    lb_close_start(b);
    open_with(b, "Provider", "Name");
    lb_value(b, "Test-Provider");
    lb_close_empty(b);
    lb_element_of(b, "EventID", 0, false);
    lb_element(b, "Level", "4");
    lb_element(b, "Keywords", "0x8020000000000000");
    open_with(b, "TimeCreated", "SystemTime");
    lb_value_of(b, 1, false);
    lb_close_empty(b);
    lb_element_of(b, "EventRecordID", 2, false);
    lb_element(b, "Channel", "Security");
    lb_element_of(b, "Computer", 3, false);
    open_with(b, "Security", "UserID");
    lb_value_of(b, 4, true);
    lb_close_empty(b);
    lb_end(b);
    lb_value_of(b, 5, true);
    lb_end(b);
    lb_define_end(b, definition);
    return definition;
}

uint32_t lb_define_logon(struct lb *b)
{
    uint32_t definition = lb_define(b, LB_DATA);
    lb_open(b, "EventData", false);
    lb_close_start(b);
    lb_data_of(b, "TargetUserName", 0, false);
    lb_data_of(b, "LogonType", 1, false);
    lb_data_of(b, "IpAddress", 2, true);
    lb_data(b, "Fixed", "as is");
    lb_end(b);
    lb_define_end(b, definition);
    return definition;
}

static uint16_t utf16(uint8_t *buf, const char *ascii)
{
    uint16_t n = 0;
    for (; *ascii && n < 256; ascii++) {
        buf[n++] = (uint8_t)*ascii;
        buf[n++] = 0;
    }
    return n;
}

void lb_logon(struct lb *b, unsigned event_id, const char *user, uint32_t *event, uint32_t *logon)
{
    static const uint8_t sid[] = { 1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0 }, three[] = { 3, 0, 0, 0 };
    uint8_t id[2], time[8], number[8], computer[256], name[256];
    set(id, event_id, 2);
    set(time, (uint64_t)(LB_TIME + (int64_t)b->next * 10000000), 8);
    set(number, b->next, 8);
    lb_record(b);
    lb_fragment(b);
    if (*event) {
        lb_instance(b, LB_EVENT, *event);
    } else {
        *event = lb_define_event(b);
    }
    const struct lb_value values[] = { { 0x06, 2, id },
                                       { 0x11, 8, time },
                                       { 0x0a, 8, number },
                                       { 0x01, utf16(computer, "PC-1.example"), computer },
                                       { 0x13, sizeof(sid), sid },
                                       { 0x21, 0, "" } };
    uint32_t at = b->at;
    lb_values(b, values, 6);
    uint32_t inner = b->at;
    lb_fragment(b);
    if (*logon) {
        lb_instance(b, LB_DATA, *logon);
    } else {
        *logon = lb_define_logon(b);
    }
    const struct lb_value data[] = { { 0x01, user ? utf16(name, user) : (uint16_t)0, name },
                                     { 0x08, 4, three },
                                     { 0x00, 0, "" } };
    lb_values(b, data, 3);
    set(b->p + at + 4 + (size_t)5 * 4, b->at - inner, 2);
    lb_record_end(b);
}

uint8_t *lb_file(const struct lb *const *chunks, size_t count, unsigned expected, unsigned flags,
                 size_t *ret_size)
{
    *ret_size = FILE_HEAD + count * LB_CHUNK;
    uint8_t *file = calloc(1, *ret_size);
    uint64_t next = 1;
    if (!file) {
        abort();
    }
    for (size_t i = 0; i < count; i++) {
        memcpy(file + FILE_HEAD + i * LB_CHUNK, chunks[i]->p, LB_CHUNK);
        next = chunks[i]->next > next ? chunks[i]->next : next;
    }
    memcpy(file, "ElfFile", 8);
    set(file + 16, count ? count - 1 : 0, 8);
    set(file + 24, next, 8);
    set(file + 32, 128, 4);
    set(file + 36, 1, 2);
    set(file + 38, 3, 2);
    set(file + 40, FILE_HEAD, 2);
    set(file + 42, expected, 2);
    set(file + 120, flags, 4);
    set(file + 124, crc32(0, file, 120), 4);
    return file;
}
