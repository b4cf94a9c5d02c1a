/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SMB messages before a logon: SMB2 NEGOTIATE and the first SESSION_SETUP ([MS-SMB2] 2.2.3 to 2.2.6), and the SMB1 NEGOTIATE of
 * [MS-CIFS] 2.2.4.52 for the one question whether a server still speaks it. Pure functions over bytes; smb_talk.c converses. */
#ifndef COLLECT_NET_SMB_H
#define COLLECT_NET_SMB_H

#include "audit/base/err.h"
#include "audit/base/filetime.h"
#include "audit/base/rd.h"
#include "audit/base/sid.h"
#include "audit/base/wr.h"

#define SMB_FRAME_BAD       SIZE_MAX
#define SMB_MESSAGE_MAX     32768U /* far above any answer to what is asked here */
#define SMB_MORE_PROCESSING 0xc0000016U
#define SMB_NOT_SUPPORTED   0xc00000bbU

struct smb_negotiated {
    uint32_t status; /* not 0: nothing else counts */
    uint16_t dialect;
    uint16_t security_mode; /* 1 signing enabled, 2 required */
    uint32_t capabilities;
    uint16_t cipher; /* 0 = none */
    char guid[GUID_TEXT_MAX];
    filetime clock;      /* 0 = not told */
    filetime started;    /* 0 = not told */
    char mechanisms[96]; /* empty = not told */
};

struct smb_old {
    bool is_offered;       /* the server chose NT LM 0.12 */
    uint8_t security_mode; /* 4 signing enabled, 8 required */
    filetime clock;        /* 0 = not told */
};

struct smb_session {
    uint32_t status;
    struct rd token; /* a view of the message */
};

/* Whole size of the message that n bytes of a stream begin with, its 4 bytes of length included; 0 = more bytes are needed,
 * SMB_FRAME_BAD = this is not SMB over TCP, or longer than SMB_MESSAGE_MAX. */
size_t smb_frame(const uint8_t *p, size_t n);

/* Requests, framed. random: 48 bytes for the client's GUID and the salt. */
void smb_put_negotiate(struct wr *w, const uint16_t *dialects, size_t count,
                       const uint8_t random[48]);
void smb_put_session_setup(struct wr *w, const void *token, size_t n);
void smb_put_negotiate_old(struct wr *w);

/* Answers, without the 4 bytes of length. RC_MALFORMED when they are not what was asked for; RC_UNSUPPORTED when an SMB2
 * question was answered in SMB1. */
MUST_USE enum rc smb_negotiate_parse(struct rd r, struct smb_negotiated *ret, struct err *err);
MUST_USE enum rc smb_session_parse(struct rd r, struct smb_session *ret, struct err *err);
MUST_USE enum rc smb_old_parse(struct rd r, struct smb_old *ret, struct err *err);

#endif
