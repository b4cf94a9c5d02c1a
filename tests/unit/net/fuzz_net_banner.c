/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzzes the reading of a banner: its line is text whatever came. */
#include <string.h>

#include "audit/base/utf.h"
#include "audit/collect/net/banner.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct banner banner;
    banner_parse(data, size, &banner);
    if (!utf8_valid(banner.line, strlen(banner.line))) {
        __builtin_trap();
    }
    return 0;
}
