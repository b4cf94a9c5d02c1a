/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/reset/md_text.h"

#include <string.h>

static enum rc no_memory(struct err *err)
{
    return err_setf(err, RC_NOMEM, "no memory for a text of the plan");
}

static bool is_same_letter(char a, char b)
{
    return a == b || (a >= 'A' && a <= 'Z' && a + ('a' - 'A') == b);
}

/* Where GitHub makes a link without any mark: www., http://, an address. */
static bool begins_link(const char *p)
{
    static const char www[] = "ww.";
    if (*p == '@') {
        return true;
    }
    if (*p == ':') {
        return p[1] == '/';
    }
    for (size_t i = 0; i < sizeof(www) - 1; i++) {
        if (!is_same_letter(p[i + 1], www[i])) {
            return false;
        }
    }
    return is_same_letter(*p, 'w');
}

/* What would begin a list or underline a heading where a block begins. */
static const char *put_begin(struct out *o, const char *s)
{
    size_t digits = strspn(s, "0123456789");
    bool is_number = digits > 0 && (s[digits] == '.' || s[digits] == ')');
    if (is_number) {
        out_bytes(o, s, digits);
        s += digits;
    }
    if (is_number || (*s && strchr("-+=", *s))) {
        out_text(o, "\\");
        out_bytes(o, s, 1);
        s++;
    }
    return s;
}

enum rc md_text(struct out *o, struct arena *a, const char *text, size_t most, struct err *err)
{
    const char *s = text_safe(a, text, strlen(text), most);
    if (!s) {
        return no_memory(err);
    }
    s += strspn(s, " ");
    s = put_begin(o, s);
    for (; *s; s++) {
        if (*s == '@' || *s == ':' || *s == 'w' || *s == 'W') {
            if (begins_link(s)) {
                /* A number of the character is never the begin of a link; a backslash would be one for an address. */
                char number[8];
                (void)snprintf(number, sizeof(number), "&#%d;", *s);
                out_text(o, number);
                continue;
            }
        } else if (strchr("\\`*_[]<>&~|#$", *s)) {
            out_text(o, "\\");
        }
        out_bytes(o, s, 1);
    }
    return RC_OK;
}

static size_t longest_run(const char *s)
{
    size_t longest = 0;
    while (*s) {
        size_t n = strspn(s, "`");
        longest = n > longest ? n : longest;
        s += n + (n == 0);
    }
    return longest;
}

static void put_fence(struct out *o, size_t n)
{
    while (n-- > 0) {
        out_text(o, "`");
    }
}

enum rc md_code(struct out *o, struct arena *a, const char *text, struct err *err)
{
    const char *s = text_safe(a, text, strlen(text), TEXT_SHOWN);
    if (!s) {
        return no_memory(err);
    }
    size_t fence = longest_run(s) + 1;
    const char *space = fence > 1 || s[0] == '\0' || s[0] == ' ' ? " " : "";
    put_fence(o, fence);
    out_text(o, space);
    out_text(o, s);
    out_text(o, space);
    put_fence(o, fence);
    return RC_OK;
}

enum rc md_fence(struct out *o, struct arena *a, const char *indent, const char *word,
                 const char *text, struct err *err)
{
    size_t fence = longest_run(text) + 1;
    fence = fence < 3 ? 3 : fence;
    out_text(o, indent);
    put_fence(o, fence);
    out_text(o, word);
    out_text(o, "\n");
    while (*text) {
        size_t n = strcspn(text, "\n");
        const char *s = text_safe(a, text, n, 0);
        if (!s) {
            return no_memory(err);
        }
        out_text(o, indent);
        out_text(o, s);
        out_text(o, "\n");
        text += n + (text[n] == '\n');
    }
    out_text(o, indent);
    put_fence(o, fence);
    out_text(o, "\n");
    return RC_OK;
}
