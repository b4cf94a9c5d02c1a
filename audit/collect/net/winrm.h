/* SPDX-License-Identifier: GPL-3.0-or-later */
/* WS-Management without a login ([MS-WSMV] 3.1.4.1.23, DSP0226 11): an empty POST, whose refusal names the schemes, and
 * wsmid:Identify. Pure functions; winrm_talk.c converses. */
#ifndef COLLECT_NET_WINRM_H
#define COLLECT_NET_WINRM_H

#include "audit/base/err.h"
#include "audit/base/wr.h"
#include "audit/collect/net/text.h"

struct winrm_identity {
    char vendor[TEXT_MAX]; /* empty = not told */
    char version[TEXT_MAX];
};

/* host: as the Host field should name it. */
void winrm_put_post(struct wr *w, const char *host, uint16_t port);
void winrm_put_identify(struct wr *w, const char *host, uint16_t port);

/* Reads an IdentifyResponse; RC_ABSENT when the body holds none. Not an XML parser: it looks for three elements whatever their
 * prefix, and takes their text, which is data. */
MUST_USE enum rc winrm_identity_parse(const uint8_t *p, size_t n, struct winrm_identity *ret,
                                      struct err *err);

/* True when a SOAP fault or any other SOAP envelope is in the body: the resource is there. */
bool winrm_is_envelope(const uint8_t *p, size_t n);

#endif
