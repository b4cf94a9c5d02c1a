/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes small registry hives, sound ones and such that no Windows would write. */
#ifndef TESTS_UNIT_HIVE_BUILD_H
#define TESTS_UNIT_HIVE_BUILD_H

#include <stddef.h>
#include <stdint.h>

#define HB_ROOM  (256U * 1024)
#define HB_KEYS  2048U
#define HB_BELOW 1024U

struct hb_key {
    uint32_t cell;
    uint32_t below[HB_BELOW], values[HB_BELOW];
    size_t below_count, value_count;
};

struct hive_builder {
    uint8_t data[HB_ROOM]; /* base block and one hive bin */
    size_t size;           /* of the whole, after hb_finish */
    size_t used;           /* of the bin */
    struct hb_key keys[HB_KEYS];
    size_t count;
};

struct hive_builder *hb_new(void); /* with a root key, number 0; free() it */

/* The number of a new key below another. Names are ASCII, or UTF-16LE when utf16_size is not 0. */
size_t hb_key(struct hive_builder *b, size_t parent, const char *name);
size_t hb_key_named(struct hive_builder *b, size_t parent, const void *name, size_t size,
                    int is_ascii, const char *class_name);
/* A path of new keys below the parent, "A\\B"; keys that are there are used. Only ASCII. */
size_t hb_path(struct hive_builder *b, size_t parent, const char *path);
void hb_value(struct hive_builder *b, size_t key, const char *name, uint32_t type, const void *data,
              size_t size);
void hb_text(struct hive_builder *b, size_t key, const char *name, uint32_t type, const char *text);
void hb_number(struct hive_builder *b, size_t key, const char *name, uint32_t number);

/* A cell with these bytes; its offset. */
uint32_t hb_cell(struct hive_builder *b, const void *data, size_t size);
/* Writes lists, base block and checksum. After it b->data, b->size are the hive; may be called again after changes to base fields. */
void hb_finish(struct hive_builder *b);
void hb_seal(uint8_t *data); /* the checksum alone */

/* Writes a number into the key node at a field (offset in the node). */
void hb_poke(struct hive_builder *b, uint32_t cell, size_t field, uint32_t value);

/* A little SYSTEM hive with a control set, class names of the boot key, services. */
struct hive_builder *hb_system(void);

#endif
