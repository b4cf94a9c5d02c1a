/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/collect/smb/winreg_ndr.h"

#include <string.h>

/* Bytes that a server may fill with a name: keys have 255 characters at most, values 16383 ([MS-RRP] 2.2). */
#define KEY_NAME_ROOM   1024U
#define VALUE_NAME_ROOM 32768U

static void put_handle(struct wr *w, const struct winreg_handle *handle)
{
    wr_bytes(w, handle->bytes, sizeof(handle->bytes));
}

/* RRP_UNICODE_STRING: lengths with the NUL, pointer, text. */
static void put_text(struct wr *w, const char *text)
{
    uint16_t bytes = (uint16_t)(2 * (ndr_units(text) + 1));
    ndr_put_u16(w, bytes);
    ndr_put_u16(w, bytes);
    ndr_put_pointer(w);
    ndr_put_string(w, text);
}

/* An empty one with room for an answer. */
static void put_room(struct wr *w, uint32_t bytes)
{
    ndr_put_u16(w, 2);
    ndr_put_u16(w, (uint16_t)bytes);
    ndr_put_pointer(w);
    ndr_put_u32(w, bytes / 2);
    ndr_put_u32(w, 0);
    ndr_put_u32(w, 1);
    ndr_put_u16(w, 0);
}

static void put_number(struct wr *w, uint32_t v)
{
    ndr_put_pointer(w);
    ndr_put_u32(w, v);
}

void winreg_put_open_hklm(struct wr *w)
{
    ndr_put_u32(w, 0); /* the server's name: not looked at */
    ndr_put_u32(w, WINREG_ACCESS);
}

void winreg_put_open_key(struct wr *w, const struct winreg_handle *parent, const char *path,
                         uint32_t access)
{
    put_handle(w, parent);
    put_text(w, path);
    ndr_put_u32(w, 0); /* options */
    ndr_put_u32(w, access);
}

void winreg_put_close_key(struct wr *w, const struct winreg_handle *key)
{
    put_handle(w, key);
}

void winreg_put_enum_key(struct wr *w, const struct winreg_handle *key, uint32_t index)
{
    put_handle(w, key);
    ndr_put_u32(w, index);
    put_room(w, KEY_NAME_ROOM);
    ndr_put_pointer(w); /* the class of the key: must be there, is not looked at */
    put_room(w, KEY_NAME_ROOM);
    ndr_put_u32(w, 0); /* time of the last change: not wanted */
}

void winreg_put_enum_value(struct wr *w, const struct winreg_handle *key, uint32_t index)
{
    put_handle(w, key);
    ndr_put_u32(w, index);
    put_room(w, VALUE_NAME_ROOM);
    put_number(w, 0);  /* type */
    ndr_put_u32(w, 0); /* no room for data */
    put_number(w, 0);
    put_number(w, 0);
}

void winreg_put_query_value(struct wr *w, const struct winreg_handle *key, const char *name,
                            uint32_t room)
{
    put_handle(w, key);
    put_text(w, name);
    put_number(w, 0); /* type */
    if (room == 0) {
        ndr_put_u32(w, 0);
    } else {
        ndr_put_pointer(w);
        ndr_put_u32(w, room);
        ndr_put_u32(w, 0);
        ndr_put_u32(w, 0);
    }
    put_number(w, room);
    put_number(w, 0);
}

bool winreg_get_handle(struct rd *r, struct winreg_handle *ret, uint32_t *ret_code)
{
    const uint8_t *p = rd_bytes(r, sizeof(ret->bytes));
    uint32_t code = ndr_u32(r);
    if (r->bad) {
        return false;
    }
    memcpy(ret->bytes, p, sizeof(ret->bytes));
    *ret_code = code;
    return true;
}

static const uint8_t *get_text(struct rd *r, size_t *ret_size)
{
    (void)ndr_u16(r); /* lengths, which the array repeats */
    (void)ndr_u16(r);
    *ret_size = 0;
    return ndr_pointer(r) ? ndr_string(r, ret_size) : NULL;
}

static uint32_t get_number(struct rd *r)
{
    return ndr_pointer(r) ? ndr_u32(r) : 0;
}

static bool done(const struct rd *r, const struct winreg_answer *a, struct winreg_answer *ret)
{
    if (r->bad) {
        return false;
    }
    *ret = *a;
    return true;
}

bool winreg_get_enum_key(struct rd *r, struct winreg_answer *ret)
{
    struct winreg_answer a = { 0 };
    size_t ignored = 0;
    a.name = get_text(r, &a.name_size);
    if (ndr_pointer(r)) {
        (void)get_text(r, &ignored);
    }
    if (ndr_pointer(r)) {
        (void)ndr_u32(r); /* a FILETIME: two numbers */
        (void)ndr_u32(r);
    }
    a.code = ndr_u32(r);
    return done(r, &a, ret);
}

static void get_value(struct rd *r, struct winreg_answer *a)
{
    a->type = get_number(r);
    if (ndr_pointer(r)) {
        a->data = ndr_array(r, 1, &a->data_size);
    }
    a->size = get_number(r);
    (void)get_number(r); /* bytes that came, which the array repeats */
    a->code = ndr_u32(r);
}

bool winreg_get_enum_value(struct rd *r, struct winreg_answer *ret)
{
    struct winreg_answer a = { 0 };
    a.name = get_text(r, &a.name_size);
    get_value(r, &a);
    return done(r, &a, ret);
}

bool winreg_get_query_value(struct rd *r, struct winreg_answer *ret)
{
    struct winreg_answer a = { 0 };
    get_value(r, &a);
    return done(r, &a, ret);
}
