/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words of exports: factors, yes and no, times. English and Japanese, however they are spaced and written. */
#ifndef DECODE_MFA_WORDS_H
#define DECODE_MFA_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/filetime.h"

#define MFA_WORD_MAX 96U

/* What can be compared: lower case, full-width letters as ASCII, without blanks and punctuation; cut to what fits. buf holds
 * MFA_WORD_MAX bytes. The text must be valid UTF-8. Returns buf. */
const char *mfa_word(const char *text, char *buf);

/* The method that the word means (mfa_method.method), or "none" for a word that says that there is none; NULL = not known. */
const char *mfa_method(const char *word);

/* 1, 0, or -1 = neither. */
int mfa_truth(const char *word);

/* ISO 8601, 2026/4/1 9:05, 2026年4月1日, seconds since 1970. False for anything else, and for forms in which day and month may be
 * taken for each other. No zone is taken for UTC. */
bool mfa_time(const char *text, filetime *ret);

/* Whether an unknown word may be shown: nothing that could be a telephone number, an address or a key. */
bool mfa_word_may_show(const char *text);

#endif
