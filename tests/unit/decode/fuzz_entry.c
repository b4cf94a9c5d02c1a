/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzzes entry_to_rows: the first byte is the class; then values, each as attribute number, u16 size and bytes. Every row must
 * be one that the supervisor accepts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/base/rd.h"
#include "audit/decode/entry.h"

#define MAX_VALUES 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum rc check(struct row_sink *sink, const struct row *row, struct err *err)
{
    (void)sink;
    if (row_check(row, err) != RC_OK) {
        (void)fprintf(stderr, "%s\n", err->msg);
        abort();
    }
    return RC_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rd r = rd_from(data, size);
    enum entry_class class = (enum entry_class)(rd_u8(&r) % ENTRY_CLASS_COUNT);
    const char *const *names = entry_attributes(class);
    size_t name_count = 0;
    while (names[name_count]) {
        name_count++;
    }
    struct entry_value values[MAX_VALUES];
    struct entry_attribute attributes[MAX_VALUES];
    char dn[600] = "CN=a";
    size_t n = 0;
    while (n < MAX_VALUES && rd_left(&r) > 0) {
        uint8_t which = rd_u8(&r);
        size_t length = rd_u16le(&r);
        length = length < rd_left(&r) ? length : rd_left(&r);
        values[n] = (struct entry_value){ rd_bytes(&r, length), length };
        if (which == 255 && values[n].p && length < sizeof(dn)) {
            memcpy(dn, values[n].p, length);
            dn[length] = '\0';
            continue;
        }
        attributes[n] = (struct entry_attribute){ .name = names[which % name_count],
                                                  .values = &values[n],
                                                  .count = 1 };
        /* Values of one attribute that follow each other belong together. */
        if (n > 0 && attributes[n - 1].name == attributes[n].name) {
            attributes[n].values = attributes[n - 1].values;
            attributes[n].count = attributes[n - 1].count + 1;
            attributes[n - 1].count = 0;
        }
        n++;
    }
    struct row_sink sink = { check };
    struct entry entry = { dn, attributes, n };
    struct err err;
    struct entry_context *c = entry_context_new(&sink, "ldap.user", "dc", 0);
    if (c) {
        /* Values never make an entry fail. */
        if (entry_to_rows(c, class, &entry, &err) != RC_OK ||
            entry_to_rows(c, ENTRY_SECURITY, &entry, &err) != RC_OK) {
            abort();
        }
        entry_context_free(c);
    }
    return 0;
}
