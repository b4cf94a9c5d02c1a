/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <strings.h>

#include "audit/command/event_logs_parts.h"

const char *event_logs_channel(const char *path)
{
    static const struct {
        const char *file, *channel;
    } known[] = { { "Security", "Security" },
                  { "System", "System" },
                  { "ForwardedEvents", "ForwardedEvents" },
                  { "Microsoft-Windows-TerminalServices-RemoteConnectionManager%4Operational",
                    EVENT_RDP_CONNECTIONS },
                  { "TerminalServices-RemoteConnectionManager", EVENT_RDP_CONNECTIONS },
                  { "Microsoft-Windows-TerminalServices-LocalSessionManager%4Operational",
                    EVENT_RDP_SESSIONS },
                  { "TerminalServices-LocalSessionManager", EVENT_RDP_SESSIONS } };

    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    bool is_archive = strncasecmp(name, "Archive-", 8) == 0;
    name += is_archive ? 8 : 0;
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        size_t n = strlen(known[i].file);
        if (strncasecmp(name, known[i].file, n) == 0 &&
            (strcasecmp(name + n, ".evtx") == 0 || (is_archive && name[n] == '-'))) {
            return known[i].channel;
        }
    }
    return NULL;
}
