/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes the first corpora of the fuzz targets regf, regf_log and sam into a folder. Everything in them is made up. */
#include <sys/stat.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/decode/format/regf.h"
#include "audit/decode/format/regf_log.h"
#include "hive_build.h"

static void set(uint8_t *p, uint64_t v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        p[i] = (uint8_t)(v >> (8 * i));
    }
}

/* Up to three pieces as one file. */
static void save(const char *folder, const char *target, const char *name,
                 const void *const piece[3], const size_t size[3])
{
    char path[512];
    (void)snprintf(path, sizeof(path), "%s/%s", folder, target);
    (void)mkdir(path, 0755);
    (void)snprintf(path, sizeof(path), "%s/%s/%s.bin", folder, target, name);
    FILE *f = fopen(path, "wb");
    for (size_t i = 0; f && i < 3; i++) {
        if (size[i] > 0 && fwrite(piece[i], 1, size[i], f) != size[i]) {
            abort();
        }
    }
    if (!f || fclose(f) != 0) {
        abort();
    }
}

static void save_one(const char *folder, const char *target, const char *name,
                     const struct hive_builder *b)
{
    const void *const piece[3] = { b->data, NULL, NULL };
    const size_t size[3] = { b->size, 0, 0 };
    save(folder, target, name, piece, size);
}

/* An account with hashes of either form, of bytes that mean nothing. */
static void put_account(struct hive_builder *b, const char *rid_name, uint32_t rid, unsigned form)
{
    uint8_t f[80] = { 2, 0, 1 }, v[0xcc + 256] = { 0 };
    size_t key = hb_path(b, hb_path(b, 0, "SAM\\Domains\\Account\\Users"), rid_name);
    size_t used = 0;
    set(f + 24, UINT64_C(132000000000000000), 8);
    set(f + 48, rid, 4);
    set(f + 56, 0x214, 2);
    for (size_t i = 0; i < 17; i++) {
        size_t n = i == 1                 ? 10
                   : i >= 13 && form == 1 ? 20
                   : i >= 13 && form == 2 ? 56
                   : i >= 13              ? 4
                                          : 0;
        n = i == 13 && form == 2 ? 24 : n;
        set(v + 12 * i, used, 4);
        set(v + 12 * i + 4, n, 4);
        uint8_t *p = v + 0xcc + used;
        for (size_t k = 0; i >= 13 && k < n; k++) {
            p[k] = (uint8_t)(k * 7 + i);
        }
        if (i == 1) {
            memcpy(p, "u\0s\0e\0r\0s", 10);
        } else if (i >= 13) {
            set(p + 2, form == 2 ? 2 : 1, 2);
        }
        used += (n + 3) & ~(size_t)3;
        used = used > 200 ? 200 : used;
    }
    hb_value(b, key, "F", 3, f, sizeof(f));
    hb_value(b, key, "V", 3, v, sizeof(v));
}

static struct hive_builder *build_sam(uint32_t form)
{
    static const uint8_t sid[24] = {
        1, 4, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3
    };
    uint8_t f[368] = { 3, 0, 1 }, v[48 + 24] = { 0 }, c[52 + 20 + 28] = { 0x20, 2 };
    struct hive_builder *b = hb_new();
    size_t account = hb_path(b, 0, "SAM\\Domains\\Account");
    set(f + 104, form, 4);
    set(f + 108, 112, 4);
    set(f + 112, 48, 4);
    set(f + 116, 32, 4);
    set(v + 16, 24, 4);
    memcpy(v + 48, sid, 24);
    hb_value(b, account, "F", 3, f, sizeof(f));
    hb_value(b, account, "V", 3, v, sizeof(v));
    put_account(b, "000001F4", 500, form);
    put_account(b, "000001F5", 501, 0);
    set(c + 20, 20, 4);
    memcpy(c + 52, "A\0d\0m\0i\0n\0i\0s\0t\0r\0a", 20);
    set(c + 40, 20, 4);
    set(c + 44, 28, 4);
    set(c + 48, 1, 4);
    memcpy(c + 72, sid, 24);
    c[73] = 5;
    hb_value(b, hb_path(b, 0, "SAM\\Domains\\Builtin\\Aliases\\00000220"), "C", 3, c, sizeof(c));
    (void)hb_path(b, account, "Aliases\\Members");
    hb_finish(b);
    return b;
}

static void save_sam(const char *folder, const char *name, const struct hive_builder *sam,
                     const struct hive_builder *rest)
{
    uint8_t head[4];
    set(head, sam->size, 4);
    const void *const piece[3] = { head, sam->data, rest->data };
    const size_t size[3] = { 4, sam->size, rest->size };
    save(folder, "sam", name, piece, size);
}

static void dirty(struct hive_builder *b)
{
    set(b->data + 4, 8, 4);
    hb_seal(b->data);
}

static void save_log(const char *folder, const char *name, struct hive_builder *b,
                     const uint8_t *log, size_t n, uint8_t flag)
{
    uint8_t head[9];
    set(head, b->size, 4);
    set(head + 4, n, 4);
    head[8] = flag;
    const void *const piece[3] = { head, b->data, log };
    const size_t size[3] = { sizeof(head), b->size, n };
    save(folder, "regf_log", name, piece, size);
}

static void save_logs(const char *folder)
{
    static uint8_t log[3 * 4096 + 1024];
    struct hive_builder *b = hb_system();
    size_t bins = b->size - REGF_PAGE;
    dirty(b);
    memcpy(log, b->data, 512);
    set(log + 4, 7, 4);
    set(log + 28, 6, 4);
    set(log + 508, regf_checksum(log), 4);
    uint8_t *e = log + 512;
    memcpy(e, "HvLE", 4);
    set(e + 4, 4608, 4);
    set(e + 12, 7, 4);
    set(e + 16, bins + 4096, 4); /* the hive grows */
    set(e + 20, 1, 4);
    set(e + 44, 4096, 4);
    memcpy(e + 48, b->data + REGF_PAGE, 4096);
    set(e + 24, regf_marvin(e + 40, 4608 - 40), 8);
    set(e + 32, regf_marvin(e, 32), 8);
    save_log(folder, "new", b, log, 512 + 4608, 1);
    memset(log + 512, 0, sizeof(log) - 512);
    memcpy(log + 512, "DIRT\xff", 5);
    memcpy(log + 1024, b->data + REGF_PAGE, 4096);
    set(log + 28, 1, 4);
    set(log + 508, regf_checksum(log), 4);
    save_log(folder, "old", b, log, 1024 + 4096, 0);
    free(b);
}

int main(int argc, char **argv)
{
    const char *folder = argc > 1 ? argv[1] : ".";
    struct hive_builder *system = hb_system(), *rc4 = build_sam(1), *aes = build_sam(2),
                        *loop = hb_new();
    save_one(folder, "regf", "system", system);
    save_one(folder, "regf", "sam", rc4);
    size_t child = hb_key(loop, 0, "CHILD");
    hb_finish(loop);
    hb_poke(loop, loop->keys[child].cell, 20, 1);
    hb_poke(loop, loop->keys[child].cell, 28, loop->keys[0].cell);
    save_one(folder, "regf", "loop", loop);
    save_sam(folder, "rc4", rc4, system);
    save_sam(folder, "aes", aes, system);
    save_logs(folder);
    free(system);
    free(rc4);
    free(aes);
    free(loop);
    return 0;
}
