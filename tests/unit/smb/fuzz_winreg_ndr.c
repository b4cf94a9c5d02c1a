/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Target: winreg_get_enum_key, _enum_value, _query_value, _handle, registry_put. The first byte picks the call. A row that comes
 * out must be one that the supervisor takes. */
#include <stdlib.h>

#include "audit/collect/smb/registry_value.h"
#include "audit/collect/smb/value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct winreg_answer *v, struct arena *a)
{
    struct row row;
    struct err err;
    row_begin(&row, ROW_TABLE_REGISTRY);
    row_text(&row, REGISTRY_HOST, "host");
    row_text(&row, REGISTRY_KEY, "HKLM\\A");
    row_text(&row, REGISTRY_VALUE, v->name ? value_utf16(a, v->name, v->name_size) : "x");
    row_text(&row, REGISTRY_ORIGIN, "rpc");
    row_bool(&row, REGISTRY_MISSING, false);
    registry_put(&row, "Name", v, a);
    if (row_check(&row, &err) != RC_OK) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    if (a && size > 0) {
        struct rd r = rd_from(data + 1, size - 1);
        struct winreg_answer v;
        struct winreg_handle h;
        uint32_t code = 0;
        bool ok = data[0] % 4 == 0   ? winreg_get_enum_key(&r, &v)
                  : data[0] % 4 == 1 ? winreg_get_enum_value(&r, &v)
                  : data[0] % 4 == 2 ? winreg_get_query_value(&r, &v)
                                     : winreg_get_handle(&r, &h, &code);
        if (ok && data[0] % 4 != 3) {
            check(&v, a);
        }
    }
    arena_free(a);
    return 0;
}
