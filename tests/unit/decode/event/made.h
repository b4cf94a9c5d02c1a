/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Events from literals, as rows. */
#ifndef TESTS_UNIT_DECODE_EVENT_MADE_H
#define TESTS_UNIT_DECODE_EVENT_MADE_H

#include "audit/decode/event/event_fields.h"

#define MADE_FIELDS 64
#define MADE_BYTES  65536U

#define AUDITING "Microsoft-Windows-Security-Auditing"
#define EVENTLOG "Microsoft-Windows-Eventlog"
#define SERVICES "Service Control Manager"
#define RDP      "Microsoft-Windows-TerminalServices-RemoteConnectionManager"
#define SESSIONS "Microsoft-Windows-TerminalServices-LocalSessionManager"

struct made {
    struct evtx_event event;
    struct evtx_field fields[MADE_FIELDS];
    size_t count;
    char names[MADE_FIELDS][64];
    uint8_t bytes[MADE_BYTES];
    size_t size;
    struct event_reading reading;
    struct secret *key; /* of made-up bytes */
    struct row row;
    bool is_row; /* false = the event gave none, or is not wanted */
};

/* An event of fields "Name=value\n…" (texts of ASCII), record 7 of log 1, into m->row; failure by the audit keyword. A row that the
 * supervisor would refuse fails the test. made_done frees what the row borrows. */
void made(struct made *m, const char *provider, uint32_t id, const char *fields);
void made_failure(struct made *m, const char *provider, uint32_t id, const char *fields);
void made_done(struct made *m);

#endif
