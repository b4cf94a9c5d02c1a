/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/format/xml_text.h"

#include <string.h>
#include <strings.h>

#include "audit/base/utf.h"
#include "audit/base/wr.h"
#include "audit/decode/format/text.h"
#include "audit/decode/format/xml.h"

#define DECLARATION_MAX 256U
#define NAMESPACES_MAX  64U /* of a whole file: libxml2 looks through all that are in force */

#define UTF8  0U
#define UTF16 1U

/* Names of character sets that come out of Windows, and their code pages. "UTF-16" on bytes that are none is what schtasks writes
 * when its output is redirected: the text is in the code page of the console. */
static const struct {
    const char *name;
    unsigned code_page;
} names[] = {
    { "utf-8", UTF8 },        { "utf8", UTF8 },     { "us-ascii", UTF8 },
    { "ascii", UTF8 },        { "shift_jis", 932 }, { "shift-jis", 932 },
    { "sjis", 932 },          { "x-sjis", 932 },    { "windows-31j", 932 },
    { "cp932", 932 },         { "ms932", 932 },     { "windows-932", 932 },
    { "ibm437", 437 },        { "ibm850", 850 },    { "iso-8859-1", 1252 },
    { "windows-1252", 1252 }, { "utf-16", UTF16 },  { "windows-1250", 1250 },
    { "windows-1251", 1251 }, { "unicode", UTF16 },
};

static enum rc malformed(struct err *err, const char *what)
{
    return err_setf(err, RC_MALFORMED, "XML: %s", what);
}

static enum rc convert(unsigned code_page, const uint8_t *data, size_t n, struct arena *a,
                       const char **ret, size_t *ret_size, struct err *err)
{
    struct wr out;
    wr_init(&out, 3 * (size_t)XML_SIZE_MAX);
    bool is_whole = !memchr(data, 0, n) && text_from_code_page(code_page, data, n, &out);
    char *copy = is_whole && !out.bad ? arena_strndup(a, (const char *)out.data, out.size) : NULL;
    *ret = copy;
    *ret_size = out.size;
    wr_done(&out);
    return copy ? RC_OK
                : malformed(err, is_whole ? "more text than there is room for"
                                          : "bytes that its character set does not have, or a NUL");
}

static enum rc from_utf16(const uint8_t *data, size_t n, bool is_big, struct arena *a,
                          const char **ret, size_t *ret_size, struct err *err)
{
    bool is_changed = n % 2 != 0;
    const uint8_t *little = data;
    if (is_big) {
        uint8_t *copy = arena_alloc(a, n + 1);
        for (size_t i = 0; copy && i + 1 < n; i += 2) {
            copy[i] = data[i + 1];
            copy[i + 1] = data[i];
        }
        little = copy;
    }
    char *text = little && !is_changed ? utf16le_to_utf8(a, little, n, &is_changed) : NULL;
    if (is_changed) {
        return malformed(err, "text that is not UTF-16");
    }
    if (!text) {
        return malformed(err, "more text than there is room for");
    }
    *ret = text;
    *ret_size = strlen(text);
    return RC_OK;
}

/* The index in names of the character set that the declaration tells; SIZE_MAX = it tells one that is not read. */
static size_t declared(const uint8_t *data, size_t n)
{
    char head[DECLARATION_MAX];
    size_t size = 0;
    while (size < n && size + 1 < sizeof(head) && data[size] != '>' && data[size] < 0x80 &&
           data[size] != 0) {
        head[size] = (char)data[size];
        size++;
    }
    head[size] = '\0';
    const char *at = strncmp(head, "<?xml", 5) == 0 ? strstr(head, "encoding") : NULL;
    at = at ? at + strcspn(at, "\"'") : NULL;
    if (!at || *at == '\0') {
        return 0;
    }
    const char quote[] = { *at++, '\0' };
    size_t length = strcspn(at, quote);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (strlen(names[i].name) == length && strncasecmp(names[i].name, at, length) == 0) {
            return i;
        }
    }
    return SIZE_MAX;
}

static enum rc from_bytes(const uint8_t *data, size_t n, struct arena *a, const char **ret,
                          size_t *ret_size, struct err *err)
{
    size_t which = declared(data, n);
    if (which == SIZE_MAX) {
        return malformed(err, "a character set that is not read");
    }
    unsigned code_page = names[which].code_page;
    if (code_page == UTF16) {
        code_page = utf8_valid((const char *)data, n) ? UTF8 : 932;
    }
    if (code_page != UTF8) {
        return convert(code_page, data, n, a, ret, ret_size, err);
    }
    *ret = (const char *)data;
    *ret_size = n;
    return RC_OK;
}

enum rc xml_text(const uint8_t *data, size_t n, struct arena *a, const char **ret, size_t *ret_size,
                 struct err *err)
{
    if (n > XML_SIZE_MAX) {
        return malformed(err, "larger than what is looked at");
    }
    if (n < 4) {
        return malformed(err, "no document");
    }
    if (data[0] == 0xff && data[1] == 0xfe && (data[2] != 0 || data[3] != 0)) {
        TRY(from_utf16(data + 2, n - 2, false, a, ret, ret_size, err));
    } else if (data[0] == 0xfe && data[1] == 0xff) {
        TRY(from_utf16(data + 2, n - 2, true, a, ret, ret_size, err));
    } else if (data[0] == '<' && data[1] == 0 && data[2] != 0 && data[3] == 0) {
        TRY(from_utf16(data, n, false, a, ret, ret_size, err));
    } else if (data[0] == 0 && data[1] == '<' && data[2] == 0 && data[3] != 0) {
        TRY(from_utf16(data, n, true, a, ret, ret_size, err));
    } else if (data[0] == 0xef && data[1] == 0xbb && data[2] == 0xbf) {
        /* The mark wins over the declaration. */
        *ret = (const char *)data + 3;
        *ret_size = n - 3;
    } else {
        TRY(from_bytes(data, n, a, ret, ret_size, err));
    }
    return utf8_valid(*ret, *ret_size)
               ? RC_OK
               : malformed(err, "bytes that its character set does not have, or a NUL");
}

struct scan {
    const char *p, *end;
    uint32_t line, depth;
    uint64_t nodes, namespaces;
    const char *wrong;
};

/* Goes behind the next occurrence of mark. */
static void skip_past(struct scan *s, const char *mark)
{
    size_t n = strlen(mark);
    while (s->p < s->end && ((size_t)(s->end - s->p) < n || memcmp(s->p, mark, n) != 0)) {
        s->line += *s->p++ == '\n';
    }
    s->p += s->p < s->end ? n : 0;
}

static bool at(const struct scan *s, const char *mark)
{
    size_t n = strlen(mark);
    return (size_t)(s->end - s->p) >= n && memcmp(s->p, mark, n) == 0;
}

/* A start tag; s->p is behind its "<". Until the first error libxml2 sees quotes and ends where this does. */
static void start_tag(struct scan *s)
{
    uint32_t attributes = 0;
    char quote = '\0', before = '\0';
    s->nodes++;
    for (; s->p < s->end; s->p++) {
        char c = *s->p;
        s->line += c == '\n';
        if (quote != '\0') {
            quote = c == quote ? '\0' : quote;
            continue;
        }
        if (c == '>') {
            break;
        }
        if (c == '"' || c == '\'') {
            quote = c;
            attributes++;
        }
        s->namespaces += c == 'x' && at(s, "xmlns");
        before = c;
    }
    s->depth += before != '/';
    s->wrong = attributes > XML_ATTRIBUTES_MAX  ? "too many attributes in one element"
               : s->namespaces > NAMESPACES_MAX ? "too many namespaces"
               : s->nodes > XML_NODES_MAX       ? "too many elements"
               : s->depth > XML_DEPTH_MAX       ? "elements nested too deep"
                                                : NULL;
}

enum rc xml_scan(const char *text, size_t n, struct err *err)
{
    struct scan s = { .p = text, .end = text + n, .line = 1 };
    while (s.p < s.end && !s.wrong) {
        if (*s.p != '<') {
            s.line += *s.p++ == '\n';
        } else if (at(&s, "<!--")) {
            s.p += 4;
            skip_past(&s, "-->");
        } else if (at(&s, "<![CDATA[")) {
            skip_past(&s, "]]>");
        } else if (at(&s, "<!")) {
            s.wrong = "a document type or entity, which is refused";
        } else if (at(&s, "<?")) {
            skip_past(&s, "?>");
        } else if (at(&s, "</")) {
            s.depth -= s.depth > 0;
            skip_past(&s, ">");
        } else {
            s.p++;
            start_tag(&s);
        }
    }
    return s.wrong ? err_setf(err, RC_MALFORMED, "XML, line %u: %s", s.line, s.wrong) : RC_OK;
}
