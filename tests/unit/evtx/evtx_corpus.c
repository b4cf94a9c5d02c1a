/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes the first corpus of the fuzz target evtx into a folder. Everything in it is made up.
 *   evtx_corpus tests/fuzz/corpus */
#include <sys/stat.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/evtx/log_build.h"

static struct lb b;

static void save(const char *folder, const char *name)
{
    char path[512];
    (void)snprintf(path, sizeof(path), "%s/evtx", folder);
    (void)mkdir(path, 0755);
    (void)snprintf(path, sizeof(path), "%s/evtx/%s.bin", folder, name);
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(b.p + 512, 1, b.at - 512, f) != b.at - 512 || fclose(f) != 0) {
        abort();
    }
}

static void make_elements(void)
{
    lb_start(&b, 1);
    lb_record(&b);
    lb_fragment(&b);
    lb_open(&b, "Event", false);
    lb_close_start(&b);
    lb_open(&b, "System", false);
    lb_close_start(&b);
    lb_element(&b, "EventID", "104");
    lb_end(&b);
    lb_open(&b, "UserData", false);
    lb_close_start(&b);
    lb_open(&b, "Root", true);
    uint32_t list = b.at - 4;
    lb_attribute(&b, "Mode", true);
    lb_value(&b, "all");
    lb_attributes_end(&b, list);
    lb_close_start(&b);
    lb_open(&b, "a", false);
    lb_close_start(&b);
    lb_value(&b, "x");
    lb_u8(&b, 0x49);
    lb_name(&b, "amp");
    lb_u8(&b, 0x48);
    lb_u16(&b, 0x42);
    lb_u8(&b, 0x07);
    lb_u16(&b, 1);
    lb_utf16(&b, "y");
    lb_end(&b);
    lb_end(&b);
    lb_end(&b);
    lb_end(&b);
    lb_u8(&b, 0);
    lb_record_end(&b);
}

/* A value of each type, then an array of each. */
static void make_values(unsigned array)
{
    static const uint8_t bytes[16] = { 1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0, 65, 0, 0, 0 };
    struct lb_value values[0x16] = { { 0x06, 2, bytes } };
    lb_start(&b, 1);
    lb_record(&b);
    lb_fragment(&b);
    uint32_t definition = lb_define(&b, LB_EVENT);
    lb_open(&b, "Event", false);
    lb_close_start(&b);
    lb_open(&b, "System", false);
    lb_close_start(&b);
    lb_element_of(&b, "EventID", 0, false);
    lb_end(&b);
    lb_open(&b, "EventData", false);
    lb_close_start(&b);
    for (unsigned i = 1; i < 0x16; i++) {
        lb_data_of(&b, "v", i, i % 2);
        values[i] = (struct lb_value){ (uint8_t)(i | array), 16, bytes };
    }
    lb_end(&b);
    lb_end(&b);
    lb_define_end(&b, definition);
    lb_values(&b, values, 0x16);
    lb_record_end(&b);
}

int main(int argc, char **argv)
{
    uint32_t event = 0, logon = 0;
    if (argc != 2) {
        return 2;
    }
    lb_start(&b, 1);
    lb_logon(&b, 4624, "alice", &event, &logon);
    lb_logon(&b, 4625, "bob", &event, &logon);
    save(argv[1], "logons");
    make_elements();
    save(argv[1], "elements");
    make_values(0);
    save(argv[1], "values");
    make_values(0x80);
    save(argv[1], "arrays");
    return 0;
}
