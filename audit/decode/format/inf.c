/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/format/inf.h"

#include <string.h>
#include <strings.h>

#include "audit/base/num.h"
#include "audit/base/sid.h"
#include "audit/decode/format/fields.h"
#include "audit/decode/format/inf_names.h"
#include "audit/decode/format/text.h"

#define LINE_MEMORY (64U * 1024 * 1024) /* of what one line becomes */

struct inf {
    const struct inf_sink *sink;
    struct text text;
    struct arena *a; /* emptied after each line */
    struct wr line;  /* a line that goes on in the next */
    struct wr data;  /* of a registry value */
    bool is_pending; /* the text's current line was read and not used */
    const char *pending;
    size_t pending_size;
    const struct section *section; /* NULL = none yet, or one that is passed over */
    uint64_t seen[8];              /* settings, by number of the section */
    size_t sections;
    struct err bad; /* the first line that could not be understood */
    bool has_bad;
};

typedef enum rc (*line_fn)(struct inf *f, const char *s, size_t n, struct err *err);

static enum rc on_setting(struct inf *f, const char *s, size_t n, struct err *err);
static enum rc on_registry(struct inf *f, const char *s, size_t n, struct err *err);
static enum rc on_right(struct inf *f, const char *s, size_t n, struct err *err);
static enum rc on_member(struct inf *f, const char *s, size_t n, struct err *err);
static enum rc on_service(struct inf *f, const char *s, size_t n, struct err *err);

static const struct section {
    const char *name;
    line_fn fn;
    const char *word; /* of settings */
    const char *log;  /* before their names */
} sections[] = {
    { "System Access", on_setting, "system_access", NULL },
    { "Kerberos Policy", on_setting, "kerberos_policy", NULL },
    { "Event Audit", on_setting, "event_audit", NULL },
    { "Application Log", on_setting, "event_log", "Application" },
    { "Security Log", on_setting, "event_log", "Security" },
    { "System Log", on_setting, "event_log", "System" },
    { "Registry Values", on_registry, NULL, NULL },
    { "Privilege Rights", on_right, NULL, NULL },
    { "Group Membership", on_member, NULL, NULL },
    { "Service General Setting", on_service, NULL, NULL },
};

static enum rc no_memory(struct err *err)
{
    return err_setf(err, RC_NOMEM, "out of memory");
}

static enum rc no_fields(struct err *err)
{
    return err_setf(err, RC_LIMIT, "the line has more than %u fields", FIELDS_MAX);
}

/* The text before and after the first '=' outside of quotes, without blanks around them. */
static bool split(struct inf *f, const char *s, size_t n, const char **ret_name,
                  const char **ret_value, size_t *ret_size)
{
    size_t at = fields_find(s, n, '=', '='), name_size = at;
    if (at == n) {
        return false;
    }
    const char *name = text_trim(s, &name_size);
    if (name_size >= 2 && name[0] == '"' && name[name_size - 1] == '"') {
        name++;
        name_size -= 2;
    }
    *ret_size = n - at - 1;
    *ret_value = text_trim(s + at + 1, ret_size);
    *ret_name = arena_strndup(f->a, name, name_size);
    return *ret_name && name_size > 0;
}

static enum rc on_setting(struct inf *f, const char *s, size_t n, struct err *err)
{
    struct inf_setting set = { .section = f->section->word };
    const char *name = NULL, *value = NULL;
    size_t size = 0, count = 0, section = (size_t)(f->section - sections);
    if (!split(f, s, n, &name, &value, &size)) {
        return err_setf(err, RC_MALFORMED, "this is no setting");
    }
    int known = inf_setting_name(name, &set.name);
    uint64_t bit = known >= 0 ? UINT64_C(1) << known : 0;
    bool was_seen = (f->seen[section] & bit) != 0;
    f->seen[section] |= bit;
    struct field *fields = fields_split(f->a, value, size, &count);
    if (!fields) {
        return no_fields(err);
    }
    set.has_number = !fields[0].is_quoted && num_i64(value, size, &set.number);
    if (!set.has_number) {
        set.text = fields[0].is_quoted ? fields[0].text : arena_strndup(f->a, value, size);
    }
    if (f->section->log) {
        set.name = arena_printf(f->a, "%s/%s", f->section->log, set.name);
    }
    if (!set.name || (!set.has_number && !set.text)) {
        return no_memory(err);
    }
    return was_seen || !f->sink->setting ? RC_OK : f->sink->setting(f->sink->context, &set, err);
}

/* A SID for "*S-1-…" and "S-1-…", else the text as it is. NULL when memory is short. */
static const char *account(struct inf *f, const char *text)
{
    const char *sid = text[0] == '*' ? text + 1 : text;
    if (sid[0] == 's' && sid[1] == '-') {
        sid = arena_printf(f->a, "S%s", sid + 1);
    }
    return sid && !sid_text_valid(sid) ? text : sid;
}

static enum rc on_right(struct inf *f, const char *s, size_t n, struct err *err)
{
    const char *name = NULL, *value = NULL;
    size_t size = 0, count = 0, holders = 0;
    if (!split(f, s, n, &name, &value, &size)) {
        return err_setf(err, RC_MALFORMED, "this is no user right");
    }
    struct field *fields = fields_split(f->a, value, size, &count);
    if (!fields) {
        return no_fields(err);
    }
    name = inf_right_name(name);
    for (size_t i = 0; f->sink->right && i <= count; i++) {
        bool is_end = i == count;
        const char *holder = is_end ? "" : account(f, fields[i].text);
        if (!holder) {
            return no_memory(err);
        }
        if (is_end ? holders == 0 : holder[0] != '\0') {
            holders++;
            TRY(f->sink->right(f->sink->context, name, holder, err));
        }
    }
    return RC_OK;
}

/* Takes "__Members" or "__Memberof" off the name. */
static bool take_relation(char *name, bool *ret_is_member_of)
{
    static const char *const ends[] = { "__Members", "__Memberof" };
    size_t n = strlen(name);
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        size_t end = strlen(ends[i]);
        if (n > end && strcasecmp(name + n - end, ends[i]) == 0) {
            name[n - end] = '\0';
            *ret_is_member_of = i == 1;
            return true;
        }
    }
    return false;
}

static enum rc on_member(struct inf *f, const char *s, size_t n, struct err *err)
{
    const char *name = NULL, *value = NULL;
    size_t size = 0, count = 0, members = 0;
    struct inf_member m = { 0 };
    char *group = split(f, s, n, &name, &value, &size) ? arena_strdup(f->a, name) : NULL;
    if (!group || !take_relation(group, &m.is_member_of)) {
        return err_setf(err, RC_MALFORMED, "this is no group with its members");
    }
    struct field *fields = fields_split(f->a, value, size, &count);
    m.group = account(f, group);
    if (!fields || !m.group) {
        return no_fields(err);
    }
    for (size_t i = 0; f->sink->member && i <= count; i++) {
        bool is_end = i == count;
        m.member = is_end ? "" : account(f, fields[i].text);
        if (!m.member) {
            return no_memory(err);
        }
        if (is_end ? members == 0 && !m.is_member_of : m.member[0] != '\0') {
            members++;
            TRY(f->sink->member(f->sink->context, &m, err));
        }
    }
    return RC_OK;
}

static enum rc on_service(struct inf *f, const char *s, size_t n, struct err *err)
{
    size_t at = fields_find(s, n, ',', '='), count = 0, ignored = 0;
    if (at == n || at == 0) {
        return err_setf(err, RC_MALFORMED, "this is no service");
    }
    struct field *name = fields_split(f->a, s, at, &ignored);
    struct field *fields = fields_split(f->a, s + at + 1, n - at - 1, &count);
    if (!name || !fields) {
        return no_fields(err);
    }
    struct inf_service v = { .name = name[0].text, .sddl = count > 1 ? fields[1].text : "" };
    v.has_start = num_i64(fields[0].text, strlen(fields[0].text), &v.start);
    if (v.name[0] == '\0' || (!v.has_start && fields[0].text[0] != '\0') || v.start < 0 ||
        v.start > 4) {
        return err_setf(err, RC_MALFORMED, "this is no service with its start");
    }
    return f->sink->service ? f->sink->service(f->sink->context, &v, err) : RC_OK;
}

/* Offset of the '=' before "type,data": a value's name may hold one itself. n when there is none. */
static size_t find_data(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t k = i + 1;
        if (s[i] != '=') {
            continue;
        }
        k += strspn(s + k, " \t");
        size_t digits = strspn(s + k, "0123456789");
        if (digits > 0 && digits <= 3 && s[k + digits + strspn(s + k + digits, " \t")] == ',') {
            return i;
        }
        i = k > i + 1 ? k - 1 : i;
    }
    return n;
}

static const char *registry_key(struct inf *f, const char *path, size_t n)
{
    static const struct {
        const char *from, *to;
    } roots[] = { { "MACHINE\\", "HKLM\\" },
                  { "USERS\\", "HKU\\" },
                  { "CURRENT_USER\\", "HKCU\\" },
                  { "CLASSES_ROOT\\", "HKLM\\SOFTWARE\\Classes\\" } };

    for (size_t i = 0; i < ARRAY_LEN(roots); i++) {
        size_t size = strlen(roots[i].from);
        if (n > size && strncasecmp(path, roots[i].from, size) == 0) {
            return arena_printf(f->a, "%s%.*s", roots[i].to, (int)(n - size), path + size);
        }
    }
    return NULL;
}

static void put_number(struct wr *out, uint64_t v, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        wr_u8(out, (uint8_t)(v >> (8 * i)));
    }
}

/* The bytes that Windows would keep, in f->data. False for data that is none of the type. */
static bool registry_bytes(struct inf *f, uint32_t type, const struct field *fields, size_t count,
                           const char *rest)
{
    int64_t number = 0;
    switch (type) {
    case REG_SZ:
    case REG_EXPAND_SZ:
        rest = fields[0].is_quoted ? fields[0].text : rest;
        text_to_utf16(rest, strlen(rest), &f->data);
        put_number(&f->data, 0, 2);
        return true;
    case REG_MULTI_SZ:
        for (size_t i = 0; i < count; i++) {
            if (fields[i].text[0] != '\0') {
                text_to_utf16(fields[i].text, strlen(fields[i].text), &f->data);
                put_number(&f->data, 0, 2);
            }
        }
        put_number(&f->data, 0, 2);
        return true;
    case REG_BINARY:
        for (size_t i = 0; i < count; i++) {
            if (!num_i64(fields[i].text, strlen(fields[i].text), &number) || number < 0 ||
                number > 255) {
                return false;
            }
            put_number(&f->data, (uint64_t)number, 1);
        }
        return true;
    case REG_DWORD:
        if (!num_i64(fields[0].text, strlen(fields[0].text), &number) || number < INT32_MIN ||
            number > UINT32_MAX) {
            return false;
        }
        put_number(&f->data, (uint64_t)number, 4);
        return count == 1;
    default:
        return false;
    }
}

static enum rc on_registry(struct inf *f, const char *s, size_t n, struct err *err)
{
    size_t at = find_data(s, n), path_size = at, count = 0;
    const char *path = text_trim(s, &path_size);
    if (path_size >= 2 && path[0] == '"' && path[path_size - 1] == '"') {
        path++;
        path_size -= 2;
    }
    const char *slash = memrchr(path, '\\', path_size);
    const char *key = at < n && slash ? registry_key(f, path, (size_t)(slash - path)) : NULL;
    if (!key) {
        return err_setf(err, RC_MALFORMED, "this is no registry value");
    }
    struct registry_value v = { .key = key, .action = REG_SET };
    v.value = arena_strndup(f->a, slash + 1, path_size - (size_t)(slash + 1 - path));
    const char *type = s + at + 1 + strspn(s + at + 1, " \t"), *rest = strchr(type, ',') + 1;
    size_t rest_size = (size_t)(s + n - rest);
    rest = text_trim(rest, &rest_size);
    struct field *fields = fields_split(f->a, rest, rest_size, &count);
    const char *whole = arena_strndup(f->a, rest, rest_size);
    if (!v.value || !fields || !whole) {
        return no_fields(err);
    }
    wr_clear(&f->data);
    if (!num_u32(type, strspn(type, "0123456789"), &v.type) ||
        !registry_bytes(f, v.type, fields, count, whole)) {
        return err_setf(err, RC_MALFORMED, "the data of this registry value is none of its type");
    }
    if (f->data.bad) {
        return no_memory(err);
    }
    v.data = f->data.data;
    v.size = f->data.size;
    return f->sink->registry ? f->sink->registry(f->sink->context, &v, err) : RC_OK;
}

static enum rc on_section(struct inf *f, const char *s, size_t n, struct err *err)
{
    f->section = NULL;
    if (s[n - 1] != ']') {
        return err_setf(err, RC_MALFORMED, "the name of a section is cut off");
    }
    size_t size = n - 2;
    const char *name = text_trim(s + 1, &size);
    name = arena_strndup(f->a, name, size);
    if (!name) {
        return no_memory(err);
    }
    f->sections++;
    for (size_t i = 0; i < ARRAY_LEN(sections); i++) {
        if (strcasecmp(sections[i].name, name) == 0) {
            f->section = &sections[i];
            name = sections[i].name;
        }
    }
    return f->sink->section ? f->sink->section(f->sink->context, name, err) : RC_OK;
}

/* The next line of the file, or the one that was looked at before. */
static enum rc raw_line(struct inf *f, const char **ret, size_t *ret_n, struct err *err)
{
    if (f->is_pending) {
        f->is_pending = false;
        *ret = f->pending;
        *ret_n = f->pending_size;
        return RC_OK;
    }
    TRY(text_next(&f->text, ret, ret_n, err));
    *ret = text_trim(*ret, ret_n);
    return RC_OK;
}

/* True when the line goes on in the next: a backslash ends it. */
static bool goes_on(const char *s, size_t n)
{
    return n > 1 && s[0] != ';' && s[0] != '[' && s[n - 1] == '\\';
}

static bool has_open_quote(const char *s, size_t n)
{
    size_t quotes = 0;
    for (size_t i = 0; i < n; i++) {
        quotes += s[i] == '"';
    }
    return quotes % 2 != 0;
}

/* A line with those that continue it; a section's name is never a continuation. */
static enum rc next_line(struct inf *f, const char **ret, size_t *ret_n, struct err *err)
{
    TRY(raw_line(f, ret, ret_n, err));
    if (!goes_on(*ret, *ret_n) || has_open_quote(*ret, *ret_n)) {
        return RC_OK;
    }
    wr_clear(&f->line);
    bool is_more = true;
    while (is_more) {
        wr_bytes(&f->line, *ret, *ret_n - 1);
        enum rc rc = raw_line(f, ret, ret_n, err);
        if (rc != RC_OK && rc != RC_ABSENT) {
            return rc;
        }
        if (rc == RC_ABSENT || (*ret_n > 0 && (*ret)[0] == '[')) {
            f->is_pending = rc == RC_OK;
            f->pending = *ret;
            f->pending_size = *ret_n;
            break;
        }
        is_more = goes_on(*ret, *ret_n);
        if (!is_more) {
            wr_bytes(&f->line, *ret, *ret_n);
        }
    }
    wr_u8(&f->line, 0);
    if (f->line.bad) {
        return err_setf(err, RC_LIMIT, "a line with its continuations is longer than %u bytes",
                        TEXT_LINE_MAX);
    }
    *ret = (const char *)f->line.data;
    *ret_n = f->line.size - 1;
    return RC_OK;
}

static enum rc one_line(struct inf *f, struct err *err)
{
    const char *s = NULL;
    size_t n = 0;
    TRY(next_line(f, &s, &n, err));
    /* Handlers look for what ends a number in the text behind it, so that the line ends in NUL. */
    char *line = arena_strndup(f->a, s, n);
    if (!line) {
        return no_memory(err);
    }
    if (n == 0 || line[0] == ';') {
        return RC_OK;
    }
    if (line[0] == '[') {
        return on_section(f, line, n, err);
    }
    if (f->sections == 0) {
        return err_setf(err, RC_MALFORMED, "this stands outside of every section");
    }
    return f->section ? f->section->fn(f, line, n, err) : RC_OK;
}

static enum rc read_lines(struct inf *f, struct err *err)
{
    for (;;) {
        enum rc rc = one_line(f, err);
        if (rc == RC_ABSENT) {
            break;
        }
        if ((rc == RC_MALFORMED || rc == RC_LIMIT) && !f->has_bad) {
            f->has_bad = true;
            (void)err_prefix(err, "line %u", f->text.number);
            f->bad = *err;
            f->bad.rc = RC_MALFORMED;
        } else if (rc != RC_OK && rc != RC_MALFORMED && rc != RC_LIMIT) {
            return rc;
        }
        arena_reset(f->a);
    }
    if (f->has_bad) {
        *err = f->bad;
        return RC_MALFORMED;
    }
    return f->sections > 0 ? RC_OK : err_setf(err, RC_MALFORMED, "this is no security template");
}

enum rc inf_read(const uint8_t *data, size_t n, unsigned code_page, const struct inf_sink *sink,
                 struct err *err)
{
    struct inf f = { .sink = sink, .a = arena_new(LINE_MEMORY) };
    if (!f.a) {
        return no_memory(err);
    }
    wr_init(&f.line, (size_t)TEXT_LINE_MAX * 3);
    wr_init(&f.data, (size_t)TEXT_LINE_MAX * 8);
    text_open(&f.text, data, n, code_page);
    enum rc rc = read_lines(&f, err);
    text_close(&f.text);
    wr_done(&f.line);
    wr_done(&f.data);
    arena_free(f.a);
    return rc;
}
