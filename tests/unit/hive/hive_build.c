/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "hive_build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/decode/format/regf.h"

static void set16(uint8_t *p, uint32_t v)
{
    p[0] = (uint8_t)v;
    p[1] = (uint8_t)(v >> 8);
}

static void set32(uint8_t *p, uint32_t v)
{
    set16(p, v);
    set16(p + 2, v >> 16);
}

uint32_t hb_cell(struct hive_builder *b, const void *data, size_t size)
{
    size_t whole = (size + 4 + 7) & ~(size_t)7, at = b->used;
    if (REGF_PAGE + at + whole + REGF_PAGE > HB_ROOM) {
        abort();
    }
    set32(b->data + REGF_PAGE + at, 0U - (uint32_t)whole);
    if (size > 0) {
        memcpy(b->data + REGF_PAGE + at + 4, data, size);
    }
    b->used += whole;
    return (uint32_t)at;
}

void hb_poke(struct hive_builder *b, uint32_t cell, size_t field, uint32_t value)
{
    set32(b->data + REGF_PAGE + cell + 4 + field, value);
}

size_t hb_key_named(struct hive_builder *b, size_t parent, const void *name, size_t size,
                    int is_ascii, const char *class_name)
{
    uint8_t node[76 + 600] = "nk";
    struct hb_key *k = &b->keys[b->count];
    if (b->count == HB_KEYS || size > 600) {
        abort();
    }
    set16(node + 2, (is_ascii ? 0x20U : 0) | (b->count == 0 ? 0x0cU : 0));
    set32(node + 4, 0x12345678);
    set32(node + 8, 0x01d50000);
    set32(node + 16, b->count == 0 ? 0 : b->keys[parent].cell);
    for (size_t at = 28; at <= 48; at += 4) {
        set32(node + at, at == 36 ? 0 : 0xffffffffU);
    }
    if (class_name) {
        uint8_t wide[64];
        size_t n = strlen(class_name);
        for (size_t i = 0; i < n; i++) {
            set16(wide + 2 * i, (uint8_t)class_name[i]);
        }
        set32(node + 48, hb_cell(b, wide, 2 * n));
        set16(node + 74, (uint32_t)(2 * n));
    }
    set16(node + 72, (uint32_t)size);
    memcpy(node + 76, name, size);
    k->cell = hb_cell(b, node, 76 + size);
    if (b->count > 0) {
        struct hb_key *p = &b->keys[parent];
        if (p->below_count == HB_BELOW) {
            abort();
        }
        p->below[p->below_count++] = k->cell;
    }
    return b->count++;
}

size_t hb_key(struct hive_builder *b, size_t parent, const char *name)
{
    return hb_key_named(b, parent, name, strlen(name), 1, NULL);
}

size_t hb_path(struct hive_builder *b, size_t parent, const char *path)
{
    while (*path) {
        size_t n = strcspn(path, "\\"), found = 0;
        for (size_t i = 1; i < b->count && found == 0; i++) {
            const uint8_t *node = b->data + REGF_PAGE + b->keys[i].cell + 4;
            for (size_t k = 0; k < b->keys[parent].below_count; k++) {
                if (b->keys[parent].below[k] == b->keys[i].cell && node[72] == n &&
                    memcmp(node + 76, path, n) == 0) {
                    found = i;
                }
            }
        }
        parent = found ? found : hb_key_named(b, parent, path, n, 1, NULL);
        path += n;
        path += *path == '\\';
    }
    return parent;
}

void hb_value(struct hive_builder *b, size_t key, const char *name, uint32_t type, const void *data,
              size_t size)
{
    uint8_t node[20 + 256] = "vk";
    size_t n = strlen(name);
    struct hb_key *k = &b->keys[key];
    if (n > 256 || k->value_count == HB_BELOW) {
        abort();
    }
    set16(node + 2, (uint32_t)n);
    set32(node + 4, (uint32_t)size | (size <= 4 ? 0x80000000U : 0));
    if (size <= 4) {
        memcpy(node + 8, data, size);
    } else {
        set32(node + 8, hb_cell(b, data, size));
    }
    set32(node + 12, type);
    set16(node + 16, 1);
    memcpy(node + 20, name, n);
    k->values[k->value_count++] = hb_cell(b, node, 20 + n);
}

void hb_text(struct hive_builder *b, size_t key, const char *name, uint32_t type, const char *text)
{
    uint8_t wide[2048];
    size_t n = strlen(text) + 1;
    for (size_t i = 0; i < n && 2 * i + 2 <= sizeof(wide); i++) {
        set16(wide + 2 * i, (uint8_t)text[i]);
    }
    hb_value(b, key, name, type, wide, 2 * n);
}

void hb_number(struct hive_builder *b, size_t key, const char *name, uint32_t number)
{
    uint8_t data[4];
    set32(data, number);
    hb_value(b, key, name, 4, data, 4);
}

void hb_seal(uint8_t *data)
{
    set32(data + 508, regf_checksum(data));
}

static void write_lists(struct hive_builder *b, const struct hb_key *k)
{
    static uint8_t list[4 + 4 * HB_BELOW];
    if (k->below_count > 0) {
        memcpy(list, "li", 2);
        set16(list + 2, (uint32_t)k->below_count);
        for (size_t i = 0; i < k->below_count; i++) {
            set32(list + 4 + 4 * i, k->below[i]);
        }
        hb_poke(b, k->cell, 20, (uint32_t)k->below_count);
        hb_poke(b, k->cell, 28, hb_cell(b, list, 4 + 4 * k->below_count));
    }
    for (size_t i = 0; i < k->value_count; i++) {
        set32(list + 4 * i, k->values[i]);
    }
    if (k->value_count > 0) {
        hb_poke(b, k->cell, 36, (uint32_t)k->value_count);
        hb_poke(b, k->cell, 40, hb_cell(b, list, 4 * k->value_count));
    }
}

void hb_finish(struct hive_builder *b)
{
    for (size_t i = 0; i < b->count; i++) {
        write_lists(b, &b->keys[i]);
    }
    size_t bins = (b->used + 8 + REGF_PAGE - 1) / REGF_PAGE * REGF_PAGE;
    uint8_t *base = b->data, *bin = b->data + REGF_PAGE;
    if (bins > b->used) {
        set32(bin + b->used, (uint32_t)(bins - b->used)); /* a free cell */
    }
    memcpy(bin, "hbin", 4);
    set32(bin + 8, (uint32_t)bins);
    memcpy(base, "regf", 4);
    set32(base + 4, 7);
    set32(base + 8, 7);
    set32(base + 16, 0x01d50000);
    set32(base + 20, 1);
    set32(base + 24, 5);
    set32(base + 32, 1);
    set32(base + 36, b->keys[0].cell);
    set32(base + 40, (uint32_t)bins);
    set32(base + 44, 1);
    b->size = REGF_PAGE + bins;
    hb_seal(base);
}

struct hive_builder *hb_new(void)
{
    struct hive_builder *b = calloc(1, sizeof(*b));
    if (!b) {
        abort();
    }
    b->used = 32;
    (void)hb_key(b, 0, "ROOT");
    return b;
}

struct hive_builder *hb_system(void)
{
    struct hive_builder *b = hb_new();
    hb_number(b, hb_path(b, 0, "Select"), "Current", 2);
    size_t set = hb_path(b, 0, "ControlSet002"), lsa = hb_path(b, set, "Control\\Lsa");
    hb_text(b, hb_path(b, set, "Control\\ComputerName\\ComputerName"), "ComputerName", 1, "PC-7");
    hb_text(b, hb_path(b, set, "Control\\ProductOptions"), "ProductType", 1, "WinNT");
    hb_text(b, hb_path(b, set, "Services\\Tcpip\\Parameters"), "Domain", 1, "corp.example");
    (void)hb_key_named(b, lsa, "JD", 2, 1, "01234567");
    (void)hb_key_named(b, lsa, "Skew1", 5, 1, "89abcdef");
    (void)hb_key_named(b, lsa, "GBG", 3, 1, "fedcba98");
    (void)hb_key_named(b, lsa, "Data", 4, 1, "76543210");
    hb_number(b, lsa, "LmCompatibilityLevel", 5);
    hb_text(b, lsa, "DefaultPassword", 1, "not for evidence");
    size_t service = hb_path(b, set, "Services\\RemoteRegistry");
    hb_number(b, service, "Start", 4);
    hb_number(b, service, "Type", 0x20);
    hb_text(b, service, "ObjectName", 1, "NT AUTHORITY\\LocalService");
    hb_text(b, service, "ImagePath", 2, "%SystemRoot%\\system32\\svchost.exe -k localService");
    service = hb_path(b, set, "Services\\Backup");
    hb_number(b, service, "Start", 2);
    hb_number(b, service, "Type", 0x10);
    hb_text(b, service, "ObjectName", 1, ".\\svc_backup");
    hb_text(b, service, "ImagePath", 2, "C:\\backup\\agent.exe password=Sommer2024!x");
    hb_text(b, hb_path(b, service, "Parameters"), "ServiceDll", 2, "C:\\backup\\agent.dll");
    hb_finish(b);
    return b;
}
