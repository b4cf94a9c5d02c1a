/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages in the shape that Samba 4.17 writes them, and what is read of them. */
#ifndef TESTS_DECODE_EVENT_SAMBA_MADE_H
#define TESTS_DECODE_EVENT_SAMBA_MADE_H

#include "audit/decode/event/event_rows.h"
#include "tests/unit/decode/rows.h"

#define DOMAIN "S-1-5-21-3141592653-589793238-462643383"
#define SID_OF "\"" DOMAIN "-1105\""
#define TX_A   "d1de454c-7f6c-48d0-805f-b0a4f2513bce"
#define TX_B   "89a47cf7-2aa2-412f-acdc-19ad9f905389"
#define AT     "2026-11-26T04:46:05.556630+0000"
#define AT_13H "2026-11-26T13:46:05.556630+0900" /* the same */

#define MESSAGE(at, type, body)                                   \
    "{\"timestamp\": \"" at "\", \"type\": \"" type "\", \"" type \
    "\": {\"version\": {\"major\": 1, \"minor\": 1}, " body "}}"
#define CHANGE(at, id, action, code, tx)                                                     \
    MESSAGE(at, "passwordChange",                                                            \
            "\"eventId\": " id ", \"statusCode\": " code ", \"status\": \"Success\", "       \
            "\"remoteAddress\": \"ipv4:10.99.0.1:59030\", \"userSid\": \"" DOMAIN "-500\", " \
            "\"dn\": \"CN=ward3,CN=Users,DC=h,DC=example\", \"action\": \"" action "\", "    \
            "\"transactionId\": \"" tx                                                       \
            "\", \"sessionId\": \"614f46ac-5117-4dc0-8244-68ed0a3da679\"")
#define TRANSACTION(action, tx, more)                                        \
    MESSAGE(AT, "dsdbTransaction",                                           \
            "\"action\": \"" action "\", \"transactionId\": \"" tx "\"" more \
            ", \"duration\": 111582")
#define LOGON(id, status, service, how, given, became, sid, password)                             \
    MESSAGE(AT, "Authentication",                                                                 \
            "\"eventId\": " id ", \"logonId\": \"19d86ab0bbf31ac2\", \"logonType\": 3, "          \
            "\"status\": \"" status "\", \"localAddress\": null, "                                \
            "\"remoteAddress\": \"ipv6:fd99:1::7:46932\", \"serviceDescription\": \"" service     \
            "\", \"authDescription\": \"" how                                                     \
            "\", \"clientDomain\": null, \"clientAccount\": " given                               \
            ", \"workstation\": \"WS7\", \"becameAccount\": " became ", \"becameDomain\": null, " \
            "\"becameSid\": " sid ", \"mappedAccount\": null, \"mappedDomain\": null, "           \
            "\"passwordType\": " password ", \"duration\": 48477")

struct memory {
    const uint8_t *p;
    size_t n;
    uint64_t hole_end; /* 0 = none; before it are zeros, then p */
    size_t reads;
};

struct fixture {
    struct rows rows;
    struct memory memory;
    struct event_import import;
    struct err err;
    enum rc rc;
};

/* Reads text behind a hole, which the caller frees by rows_done(&f->rows); f->rc says how it ended. No row may be refused. */
void read_bytes(struct fixture *f, const void *text, size_t n, uint64_t hole_end);
/* Reads a text that is a log. */
void read_text(struct fixture *f, const char *text);
/* The one row of a table. */
const struct row *only(const struct fixture *f, enum row_table table);
/* Cell of the log's own row. */
const char *log_cell(const struct fixture *f, int column);

#endif
