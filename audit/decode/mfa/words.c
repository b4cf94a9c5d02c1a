/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/mfa/words.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "audit/base/macros.h"
#include "audit/base/num.h"
#include "audit/base/utf.h"

#define DIGITS_MOST 3U  /* of a word that is shown */
#define KEY_LEAST   16U /* characters of a word without blanks that may be a key */

/* Ideographic space, middle dots, parentheses and colons that Japanese texts set between words. */
static bool is_separator(uint32_t cp)
{
    return cp == 0x3000 || cp == 0x30fb || cp == 0xff65 || cp == 0xa0 || cp == 0xfeff ||
           (cp >= 0x3008 && cp <= 0x3011);
}

const char *mfa_word(const char *text, char *buf)
{
    size_t n = strlen(text), size = 0;
    for (size_t i = 0; i < n;) {
        uint32_t cp = 0;
        size_t len = utf8_next(text + i, n - i, &cp);
        if (len == 0) {
            break;
        }
        uint32_t ascii = cp >= 0xff01 && cp <= 0xff5e ? cp - 0xfee0 : cp;
        if (ascii < 0x80) {
            if (isalnum((int)ascii) && size + 1 < MFA_WORD_MAX) {
                buf[size++] = (char)tolower((int)ascii);
            }
        } else if (!is_separator(cp) && size + len < MFA_WORD_MAX) {
            memcpy(buf + size, text + i, len);
            size += len;
        }
        i += len;
    }
    buf[size] = '\0';
    return buf;
}

int mfa_truth(const char *word)
{
    static const char *const yes[] = { "yes",      "y",        "true",     "t",          "1",
                                       "on",       "enabled",  "enforced", "active",     "enrolled",
                                       "capable",  "required", "bypass",   "registered", "はい",
                                       "有",       "あり",     "有り",     "有効",       "登録",
                                       "登録済み", "登録済",   "登録あり", "済",         "済み",
                                       "対応",     "対応済み", "可能",     "必須",       "強制",
                                       "利用中",   "使用中",   "完了",     "○",          "〇",
                                       "◯",        "●",        "✓",        "✔",          "☑",
                                       "◎",        "可",       "設定済み", "設定済" };
    static const char *const no[] = {
        "no",     "n",           "false",    "f",          "0",      "off",    "disabled",
        "none",   "notenrolled", "inactive", "notcapable", "never",  "na",     "notregistered",
        "いいえ", "無",          "なし",     "無し",       "無効",   "未登録", "登録なし",
        "未",     "非対応",      "未対応",   "不可",       "対象外", "未設定", "未使用",
        "×",      "✕",           "✗",        "☓",          "不要",   "未済",   "notrequired"
    };
    for (size_t i = 0; i < ARRAY_LEN(yes); i++) {
        if (strcmp(word, yes[i]) == 0) {
            return 1;
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(no); i++) {
        if (strcmp(word, no[i]) == 0) {
            return 0;
        }
    }
    return -1;
}

/* The next whole number of the text, and what follows it. */
static bool number(const char **p, unsigned most, unsigned *ret)
{
    size_t n = strspn(*p, "0123456789");
    uint32_t value = 0;
    if (n == 0 || n > 4 || !num_u32(*p, n, &value) || value > most) {
        return false;
    }
    *p += n;
    *ret = value;
    return true;
}

static bool pass(const char **p, const char *what)
{
    size_t n = strlen(what);
    if (strncmp(*p, what, n) != 0) {
        return false;
    }
    *p += n;
    return true;
}

/* "2026/4/1", "2026-4-1", "2026年4月1日", and behind it " 9:05" or " 9:05:33". */
static bool local_form(const char *p, filetime *ret)
{
    unsigned y = 0, m = 0, d = 0, hour = 0, minute = 0, second = 0;
    char iso[48];
    if (!number(&p, 9999, &y) || y < 1970 || !(pass(&p, "/") || pass(&p, "-") || pass(&p, "年")) ||
        !number(&p, 12, &m) || !(pass(&p, "/") || pass(&p, "-") || pass(&p, "月")) ||
        !number(&p, 31, &d)) {
        return false;
    }
    (void)pass(&p, "日");
    p += strspn(p, " T");
    if (*p && (!number(&p, 23, &hour) || !pass(&p, ":") || !number(&p, 59, &minute))) {
        return false;
    }
    if (pass(&p, ":") && !number(&p, 59, &second)) {
        return false;
    }
    (void)snprintf(iso, sizeof(iso), "%04u-%02u-%02uT%02u:%02u:%02uZ", y, m, d, hour, minute,
                   second);
    return *p == '\0' && filetime_from_iso(iso, ret);
}

bool mfa_time(const char *text, filetime *ret)
{
    int64_t seconds = 0;
    size_t n = strlen(text);
    if (n >= 9 && n <= 10 && num_i64(text, n, &seconds)) {
        *ret = filetime_from_unix(seconds);
        return *ret > 0;
    }
    return (n <= 40 && filetime_from_iso(text, ret) && *ret > 0) || local_form(text, ret);
}

bool mfa_word_may_show(const char *text)
{
    size_t digits = 0, n = strlen(text), run = 0, longest = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t cp = 0;
        digits += isdigit((unsigned char)text[i]) != 0;
        run = isalnum((unsigned char)text[i]) ? run + 1 : 0;
        longest = run > longest ? run : longest;
        /* Full-width digits. */
        digits += utf8_next(text + i, n - i, &cp) == 3 && cp >= 0xff10 && cp <= 0xff19;
    }
    return digits <= DIGITS_MOST && longest < KEY_LEAST && !strchr(text, '@');
}
