/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/command/host_reasons.h"

#include <string.h>

#include "audit/base/log.h"

static struct host_reason *find(struct host_reasons *r, const char *text)
{
    for (size_t i = 0; i < r->count; i++) {
        if (strcmp(r->list[i].text, text) == 0) {
            return &r->list[i];
        }
    }
    const char *copy = r->count < HOST_REASONS ? arena_strdup(r->arena, text) : NULL;
    if (!copy) {
        return NULL;
    }
    r->list[r->count] = (struct host_reason){ .text = copy };
    return &r->list[r->count++];
}

void host_reasons_add(struct host_reasons *r, const char *host, const char *reason)
{
    struct host_reason *found = find(r, reason);
    const char *name =
        found && found->count < HOST_REASON_NAMES ? arena_strdup(r->arena, host) : NULL;
    if (!found) {
        r->others++;
        return;
    }
    if (found->count < HOST_REASON_NAMES) {
        found->names[found->count] = name ? name : "…";
    }
    found->count++;
}

const char *host_reasons_line(const struct host_reasons *r, size_t i, const char *what)
{
    const struct host_reason *reason = &r->list[i];
    const char *names = reason->names[0];
    if (reason->count == 1) {
        return arena_printf(r->arena, "%s: %s: %s", names, what, reason->text);
    }
    for (size_t k = 1; names && k < reason->count && k < HOST_REASON_NAMES; k++) {
        names = arena_printf(r->arena, "%s, %s", names, reason->names[k]);
    }
    return names ? arena_printf(r->arena, "%s: %zu hosts (%s%s): %s", what, reason->count, names,
                                reason->count > HOST_REASON_NAMES ? ", …" : "", reason->text)
                 : NULL;
}

void host_reasons_tell(const struct host_reasons *r, const char *what)
{
    for (size_t i = 0; i < r->count; i++) {
        const char *line = host_reasons_line(r, i, what);
        if (line) {
            log_line(LOG_WARN, "%s", line);
        }
    }
    if (r->others > 0) {
        log_line(LOG_WARN, "%s: %zu further hosts with other reasons are named in the report only",
                 what, r->others);
    }
}
