/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/ldif.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "audit/base/num.h"
#include "audit/base/utf.h"

#define CHUNK          ((size_t)64 * 1024)
#define MAX_ATTRIBUTES 4096 /* of one entry */
#define NAME_MAX_SIZE  256

/* Values are kept as offsets while an entry grows, since its buffer moves. */
struct span {
    size_t at;
    size_t n;
    size_t attribute;
};

struct named {
    size_t name; /* offset in the buffer, NUL-terminated */
    size_t count;
    size_t first; /* in the list of values, once they are sorted by attribute */
    bool has_range;
    bool is_last_range;
    bool has_gap;
};

struct ldif {
    struct ldif_source *source;
    size_t max_record;
    uint64_t line; /* lines read so far */
    uint8_t chunk[CHUNK];
    size_t at;
    size_t have;
    bool ended;
    bool begun;
    struct wr text;   /* one unfolded line */
    struct wr record; /* names and values of one entry */
    struct span *spans;
    size_t span_count;
    size_t span_room;
    struct named *names;
    size_t name_count;
    size_t name_room;
    struct entry_attribute *attributes;
    struct entry_value *values;
    size_t value_room;
    size_t dn; /* offset */
    bool has_dn;
    bool is_bad;         /* the record is left out */
    uint64_t first_line; /* of the record */
    const char *bad_reason;
    size_t bad_name; /* offset + 1 */
    const char *reason;
    uint64_t secrets;
    char first_secret[64];
    uint32_t result;
};

struct ldif *ldif_new(struct ldif_source *source, size_t max_record)
{
    struct ldif *l = calloc(1, sizeof(*l));
    if (l) {
        l->source = source;
        l->max_record = max_record ? max_record : LDIF_MAX_RECORD;
        wr_init(&l->text, l->max_record * 2); /* base64 takes a third more than its bytes */
        wr_init(&l->record, l->max_record);
    }
    return l;
}

void ldif_free(struct ldif *l)
{
    if (l) {
        wr_done(&l->text);
        wr_done(&l->record);
        free(l->spans);
        free(l->names);
        free(l->attributes);
        free(l->values);
        free(l);
    }
}

void ldif_freep(struct ldif **l)
{
    ldif_free(*l);
    *l = NULL;
}

uint64_t ldif_secrets(const struct ldif *l)
{
    return l->secrets;
}

const char *ldif_first_secret(const struct ldif *l)
{
    return l->first_secret[0] ? l->first_secret : NULL;
}

uint32_t ldif_result(const struct ldif *l)
{
    return l->result;
}

/* Makes room for one more in an array that doubles. */
static bool grow(void **array, size_t count, size_t *room, size_t size)
{
    if (count < *room) {
        return true;
    }
    size_t more = *room ? *room * 2 : 64;
    void *moved = reallocarray(*array, more, size);
    if (moved) {
        *array = moved;
        *room = more;
    }
    return moved != NULL;
}

static enum rc fill(struct ldif *l, struct err *err)
{
    if (l->at < l->have || l->ended) {
        return RC_OK;
    }
    ssize_t n = l->source->read(l->source, l->chunk, sizeof(l->chunk));
    if (n < 0) {
        return err_setf(err, RC_IO, "cannot read the file: %s", strerror(errno));
    }
    l->at = 0;
    l->have = (size_t)n;
    l->ended = n == 0;
    return RC_OK;
}

/* Drops the byte order mark of UTF-8, refuses those of UTF-16. Also the first look at the file. */
static enum rc check_encoding(struct ldif *l, struct err *err)
{
    TRY(fill(l, err));
    l->begun = true;
    const uint8_t *p = l->chunk;
    bool is_utf16 =
        l->have >= 2 && ((p[0] == 0xff && p[1] == 0xfe) || (p[0] == 0xfe && p[1] == 0xff));
    /* Without a mark the second byte of ASCII text is NUL. */
    is_utf16 = is_utf16 || (l->have >= 2 && (p[0] == 0 || p[1] == 0));
    if (is_utf16) {
        return err_setf(
            err, RC_UNSUPPORTED,
            "the file is UTF-16: export it again with ldifde without -u, or convert it with "
            "iconv -f UTF-16 -t UTF-8");
    }
    if (l->have >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0) {
        l->at = 3;
    }
    return RC_OK;
}

/* Appends one physical line without its end to l->text. */
static enum rc take_physical(struct ldif *l, struct err *err)
{
    for (;;) {
        TRY(fill(l, err));
        if (l->ended) {
            return RC_OK;
        }
        const uint8_t *p = l->chunk + l->at;
        const uint8_t *end = memchr(p, '\n', l->have - l->at);
        size_t n = end ? (size_t)(end - p) : l->have - l->at;
        wr_bytes(&l->text, p, n);
        l->at += n + (end ? 1 : 0);
        if (end) {
            return RC_OK;
        }
    }
}

/* The next line with its continuations in l->text. RC_ABSENT at the end. */
static enum rc take_line(struct ldif *l, struct err *err)
{
    wr_clear(&l->text);
    TRY(fill(l, err));
    if (l->ended) {
        return RC_ABSENT;
    }
    for (;;) {
        l->line++;
        TRY(take_physical(l, err));
        if (l->text.size > 0 && l->text.data[l->text.size - 1] == '\r') {
            l->text.size--;
        }
        TRY(fill(l, err));
        /* A continuation of an empty line would be a line of spaces: some editors leave them. */
        bool is_empty = l->text.size == 0 && !l->text.bad;
        if (l->ended || is_empty || l->chunk[l->at] != ' ') {
            return RC_OK;
        }
        l->at++;
    }
}

static void spoil(struct ldif *l, const char *reason)
{
    if (!l->is_bad) {
        l->is_bad = true;
        l->reason = reason;
    }
}

static int base64_digit(uint8_t c)
{
    return c >= 'A' && c <= 'Z'   ? c - 'A'
           : c >= 'a' && c <= 'z' ? c - 'a' + 26
           : c >= '0' && c <= '9' ? c - '0' + 52
           : c == '+'             ? 62
           : c == '/'             ? 63
                                  : -1;
}

/* Appends the decoded bytes; false when the text is not base64 with its padding. */
static bool put_base64(struct wr *out, const uint8_t *p, size_t n)
{
    while (n > 0 && p[n - 1] == ' ') {
        n--;
    }
    if (n % 4 != 0) {
        return false;
    }
    for (size_t i = 0; i < n; i += 4) {
        int d[4];
        size_t pad = i + 4 < n ? 0 : p[i + 2] == '=' ? 2 : p[i + 3] == '=' ? 1 : 0;
        for (size_t k = 0; k < 4; k++) {
            d[k] = k < 4 - pad ? base64_digit(p[i + k]) : p[i + k] == '=' ? 0 : -1;
        }
        if ((d[0] | d[1] | d[2] | d[3]) < 0) {
            return false;
        }
        uint32_t v =
            (uint32_t)d[0] << 18 | (uint32_t)d[1] << 12 | (uint32_t)d[2] << 6 | (uint32_t)d[3];
        uint8_t bytes[3] = { (uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v };
        wr_bytes(out, bytes, 3 - pad);
    }
    return true;
}

struct line {
    const uint8_t *name;
    size_t name_size;
    const uint8_t *value;
    size_t value_size;
    char form; /* ' ' as it is, ':' base64, '<' in another file */
};

/* "name: value", "name:: base64", "name:< url". */
static bool split_line(const struct ldif *l, struct line *ret)
{
    const uint8_t *p = l->text.data;
    size_t n = l->text.size;
    const uint8_t *colon = memchr(p, ':', n);
    if (!colon || colon == p) {
        return false;
    }
    ret->name = p;
    ret->name_size = (size_t)(colon - p);
    ret->value = colon + 1;
    ret->value_size = n - ret->name_size - 1;
    ret->form = ' ';
    if (ret->value_size > 0 && (ret->value[0] == ':' || ret->value[0] == '<')) {
        ret->form = (char)ret->value[0];
        ret->value++;
        ret->value_size--;
    }
    while (ret->value_size > 0 && ret->value[0] == ' ') {
        ret->value++;
        ret->value_size--;
    }
    for (size_t i = 0; i < ret->name_size; i++) {
        uint8_t c = ret->name[i];
        bool ok = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  strchr("-.;=*_", c);
        if (!ok || c == '\0') {
            return false;
        }
    }
    return ret->name_size < NAME_MAX_SIZE;
}

static bool name_is(const struct line *line, const char *name)
{
    return strlen(name) == line->name_size &&
           strncasecmp((const char *)line->name, name, line->name_size) == 0;
}

/* Appends a value to the record with a NUL behind it; its offset and size. */
static bool put_value(struct ldif *l, const struct line *line, size_t *ret_at, size_t *ret_n)
{
    size_t at = l->record.size;
    bool ok = line->form == ' ';
    if (line->form == ':') {
        ok = put_base64(&l->record, line->value, line->value_size);
    } else if (ok) {
        wr_bytes(&l->record, line->value, line->value_size);
    }
    if (!ok && !l->record.bad) {
        l->record.size = at;
        return false;
    }
    *ret_at = at;
    *ret_n = l->record.size - at;
    wr_u8(&l->record, 0);
    return true;
}

/* The attribute of that name (options left out) in the record, added when it is new; NULL when memory or room is short. */
static struct named *named_of(struct ldif *l, const char *name, size_t n)
{
    for (size_t i = l->name_count; i > 0; i--) {
        struct named *known = &l->names[i - 1];
        const char *text = (const char *)l->record.data + known->name;
        if (strlen(text) == n && strncasecmp(text, name, n) == 0) {
            return known;
        }
    }
    if (l->name_count >= MAX_ATTRIBUTES ||
        !grow((void **)&l->names, l->name_count, &l->name_room, sizeof(*l->names))) {
        return NULL;
    }
    struct named *added = &l->names[l->name_count++];
    *added = (struct named){ .name = l->record.size };
    wr_bytes(&l->record, name, n);
    wr_u8(&l->record, 0);
    return l->record.bad ? NULL : added;
}

/* ";range=low-high" among the options: whether the values so far are the ones before it, and whether it is the last. */
static void note_range(struct named *a, const char *name, size_t n)
{
    static const char key[] = ";range=";
    const size_t k = sizeof(key) - 1;
    for (size_t i = 0; i + k < n; i++) {
        if (strncasecmp(name + i, key, k) != 0) {
            continue;
        }
        const char *low = name + i + k;
        size_t rest = n - i - k;
        const char *dash = memchr(low, '-', rest);
        uint64_t first = 0;
        if (!dash || !num_u64(low, (size_t)(dash - low), &first)) {
            a->has_gap = true;
            return;
        }
        a->has_range = true;
        a->is_last_range = dash + 1 < name + n && dash[1] == '*';
        /* Each line of a range repeats it: its low end is at most what is there already. */
        a->has_gap = a->has_gap || first > a->count;
        return;
    }
}

static void note_bad_value(struct ldif *l, const struct named *a, const char *reason)
{
    if (l->bad_name == 0) {
        l->bad_name = a->name + 1;
        l->bad_reason = reason;
    }
}

static void add_value(struct ldif *l, const struct line *line)
{
    char name[NAME_MAX_SIZE];
    memcpy(name, line->name, line->name_size);
    name[line->name_size] = '\0';
    if (entry_attribute_is_secret(name)) {
        l->secrets++;
        if (!l->first_secret[0]) {
            size_t n =
                strlen(name) < sizeof(l->first_secret) ? strlen(name) : sizeof(l->first_secret) - 1;
            memcpy(l->first_secret, name, n);
        }
        return;
    }
    struct named *a = named_of(l, name, strcspn(name, ";"));
    if (!a || !grow((void **)&l->spans, l->span_count, &l->span_room, sizeof(*l->spans))) {
        spoil(l, "the entry has too many attributes or values");
        return;
    }
    note_range(a, name, line->name_size);
    if (line->form == '<') {
        note_bad_value(l, a, "the value is in another file (:<), which is not read");
        a->has_gap = true;
        return;
    }
    struct span span = { .attribute = (size_t)(a - l->names) };
    if (!put_value(l, line, &span.at, &span.n)) {
        note_bad_value(l, a, "the value is not base64");
        a->has_gap = true;
        return;
    }
    l->spans[l->span_count++] = span;
    a->count++;
}

/* A record that begins otherwise than with a DN: the version, or what ldapsearch says about its search. */
static enum rc read_head(struct ldif *l, const struct line *line, struct err *err)
{
    uint32_t n = 0;
    if (name_is(line, "version")) {
        if (line->value_size != 1 || line->value[0] != '1') {
            return err_setf(err, RC_UNSUPPORTED, "the file is of an LDIF version other than 1");
        }
    } else if (name_is(line, "result")) {
        size_t digits = 0;
        while (digits < line->value_size && line->value[digits] >= '0' &&
               line->value[digits] <= '9') {
            digits++;
        }
        if (num_u32((const char *)line->value, digits, &n) && n != 0) {
            l->result = n;
        }
    } else if (!name_is(line, "search") && !name_is(line, "ref") && !name_is(line, "matchedDN") &&
               !name_is(line, "text") && !name_is(line, "pagedresults") &&
               !name_is(line, "control")) {
        spoil(l, "the record does not begin with its name (dn:)");
    }
    return RC_OK;
}

static enum rc read_line(struct ldif *l, struct err *err)
{
    struct line line;
    size_t n = 0;
    if (l->text.bad) {
        spoil(l, "a line is too long");
        return RC_OK;
    }
    if (!split_line(l, &line)) {
        spoil(l, "a line is not of the form \"attribute: value\"");
        return RC_OK;
    }
    if (!l->has_dn && name_is(&line, "dn")) {
        l->has_dn = true;
        if (line.form == '<' || !put_value(l, &line, &l->dn, &n)) {
            spoil(l, "its name (dn:) cannot be read");
        } else if (!l->record.bad && memchr(l->record.data + l->dn, '\0', n)) {
            spoil(l, "its name (dn:) holds a NUL");
        }
        return RC_OK;
    }
    if (!l->has_dn) {
        return read_head(l, &line, err);
    }
    if (name_is(&line, "changetype") &&
        (line.value_size != 3 || strncasecmp((const char *)line.value, "add", 3) != 0)) {
        return err_setf(err, RC_UNSUPPORTED,
                        "the file holds changes, not entries: export with ldifde -f or ldapsearch");
    }
    if (!name_is(&line, "changetype") && !name_is(&line, "control") && !l->is_bad) {
        add_value(l, &line);
    }
    return RC_OK;
}

static void begin_record(struct ldif *l)
{
    wr_clear(&l->record);
    l->span_count = 0;
    l->name_count = 0;
    l->has_dn = false;
    l->first_line = 0;
    l->is_bad = false;
    l->bad_name = 0;
    l->bad_reason = NULL;
    l->dn = 0;
}

/* Offsets become pointers: values are laid out attribute by attribute, in their order. */
static enum rc end_record(struct ldif *l, struct ldif_record *ret, struct err *err)
{
    if (l->record.bad) {
        spoil(l, "the entry is larger than this tool reads");
    }
    if (l->is_bad) {
        (void)err_setf(err, RC_MALFORMED, "%s", l->reason);
        return err_at(err, "line %llu", (unsigned long long)l->first_line);
    }
    free(l->attributes);
    l->attributes = calloc(l->name_count + 1, sizeof(*l->attributes));
    if (l->span_count > l->value_room) {
        free(l->values);
        l->values = calloc(l->span_count, sizeof(*l->values));
        l->value_room = l->values ? l->span_count : 0;
    }
    if (!l->attributes || l->span_count > l->value_room) {
        return err_setf(err, RC_NOMEM, "no memory for an entry");
    }
    size_t first = 0;
    for (size_t i = 0; i < l->name_count; i++) {
        struct named *a = &l->names[i];
        a->first = first;
        first += a->count;
        l->attributes[i] = (struct entry_attribute){
            .name = (const char *)l->record.data + a->name,
            .values = l->values ? l->values + a->first : NULL,
            .incomplete = a->has_gap || (a->has_range && !a->is_last_range),
        };
    }
    for (size_t i = 0; i < l->span_count; i++) {
        const struct span *s = &l->spans[i];
        struct entry_attribute *a = &l->attributes[s->attribute];
        l->values[l->names[s->attribute].first + a->count++] =
            (struct entry_value){ l->record.data + s->at, s->n };
    }
    *ret = (struct ldif_record){
        .entry = { (const char *)l->record.data + l->dn, l->attributes, l->name_count },
        .line = l->first_line,
        .bad_attribute = l->bad_name ? (const char *)l->record.data + l->bad_name - 1 : NULL,
        .bad_reason = l->bad_reason,
    };
    return RC_OK;
}

enum rc ldif_next(struct ldif *l, struct ldif_record *ret, struct err *err)
{
    err->where[0] = '\0';
    if (!l->begun) {
        TRY(check_encoding(l, err));
    }
    begin_record(l);
    for (;;) {
        uint64_t line = l->line + 1;
        enum rc rc = take_line(l, err);
        if (rc == RC_OK && (l->text.size > 0 || l->text.bad)) {
            if (l->text.bad || l->text.data[0] != '#') {
                l->first_line = l->first_line ? l->first_line : line;
                rc = read_line(l, err);
            }
            if (rc == RC_OK) {
                continue;
            }
        }
        if (rc != RC_OK && rc != RC_ABSENT) {
            return err_at(err, "line %llu", (unsigned long long)l->line);
        }
        if (l->has_dn || l->is_bad) {
            return end_record(l, ret, err); /* a following call finds the end again */
        }
        if (rc == RC_ABSENT) {
            return RC_ABSENT;
        }
        begin_record(l);
    }
}
