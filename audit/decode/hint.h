/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Free text in which somebody wrote a password: "PW: Ward3-2024", "初期パスワードはHosp1234". Only yes or no comes out. */
#ifndef DECODE_HINT_H
#define DECODE_HINT_H

#include <stdbool.h>
#include <stddef.h>

/* True when the UTF-8 text (n bytes; broken bytes are skipped) names a password in English or Japanese and a word that can be
 * one follows it. Talk about passwords ("password reset desk ext. 1234", "パスワード変更禁止") is not a hint. */
bool hint_is_password(const char *text, size_t n);

#endif
