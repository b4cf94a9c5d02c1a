/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What comes from a host, made fit for a row: SIDs as text, text as safe UTF-8 of bounded length, times that fit. */
#ifndef COLLECT_SMB_VALUE_H
#define COLLECT_SMB_VALUE_H

#include "audit/base/arena.h"
#include "audit/base/filetime.h"
#include "audit/base/sid.h"
#include "audit/collect/smb/samba.h"

/* Samba's structure as "S-1-5-…"; buf: SID_TEXT_MAX bytes. NULL gives an empty text. */
void value_sid(const struct dom_sid *sid, char *buf);

/* sid with one more sub-authority. False when it has all 15. */
bool value_sid_below(const struct dom_sid *sid, uint32_t rid, struct dom_sid *ret);

bool value_sid_equal(const struct dom_sid *a, const struct dom_sid *b);

/* A copy fit for a TEXT column: repaired, at most ROW_TEXT_MAX bytes, cut at a character. NULL stays NULL; an empty text too
 * when empty_is_null. Owned by the arena, NULL also past its ceiling. */
const char *value_text(struct arena *a, const char *text, bool empty_is_null);

/* The same of a program with its arguments; NULL also where it looks as if a password were among them (decode/format/script.h). */
const char *value_command(struct arena *a, const char *text);

/* UTF-16LE of n bytes in the same way. */
const char *value_utf16(struct arena *a, const void *bytes, size_t n);

/* NTTIME to what a TIME column takes: past the end of the calendar is never. */
filetime value_time(uint64_t nttime);

#endif
