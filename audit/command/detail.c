/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "audit/command/command.h"

const char *command_detail(const char *host, const char *detail)
{
    size_t n = strlen(host);
    bool is_named = strncmp(detail, host, n) == 0 && strncmp(detail + n, ": ", 2) == 0;
    return is_named ? detail + n + 2 : detail;
}
