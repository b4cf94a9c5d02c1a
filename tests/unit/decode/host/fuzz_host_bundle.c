/* SPDX-License-Identifier: GPL-3.0-or-later */
/* host_rows on any bundle, as each kind: no row that the supervisor would refuse. The first byte chooses the kind. */
#include <stdlib.h>
#include <string.h>

#include "audit/decode/format/crypt.h"
#include "audit/decode/format/text.h"
#include "audit/decode/format/xml.h"
#include "audit/decode/host/host_rows.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum rc check(struct row_sink *sink, const struct row *row, struct err *err)
{
    (void)sink;
    if (row_check(row, err) != RC_OK) {
        abort();
    }
    return RC_OK;
}

static void decode(const uint8_t *data, size_t size, enum host_kind kind)
{
    static const char *const wishes[] = { "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa|*",
                                          "HKLM\\SOFTWARE\\Winlogon|DefaultPassword",
                                          "HKLM\\SOFTWARE\\Policies\\X|A" };
    struct task t = { .artifact = -1 };
    struct row_sink sink = { check };
    struct err err;
    struct arena *a AUTO(arena_freep) = arena_new(0);
    uint8_t *copy = malloc(size + 1);
    if (!a || !copy) {
        abort();
    }
    memcpy(copy, data, size);
    for (size_t i = 0; i < ARRAY_LEN(wishes); i++) {
        t.parameters[t.count++] = (struct task_parameter){ "registry", wishes[i] };
    }
    t.parameters[t.count++] = (struct task_parameter){ "service", "Spooler" };
    struct host_import import = { .bundle = copy,
                                  .bundle_size = size,
                                  .sink = &sink,
                                  .kind = kind,
                                  .origin = "fuzz",
                                  .host = "pc1" };
    for (int i = 0; i < PART_COUNT; i++) {
        import.wants[i] = true;
    }
    enum rc rc = plan_new(a, &t, &import.plan, &err);
    rc = rc == RC_OK ? host_rows(&import, &err) : rc;
    if (rc == RC_BUG) {
        abort();
    }
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool is_ready;
    struct err err;
    if (!is_ready && (crypt_prepare(&err) != RC_OK || text_prepare(&err) != RC_OK ||
                      xml_prepare(&err) != RC_OK)) {
        abort();
    }
    is_ready = true;
    if (size > 0) {
        decode(data + 1, size - 1, (enum host_kind)(data[0] % 4));
    }
    return 0;
}
