/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/format/ini.h"

#include <string.h>
#include <strings.h>

#include "audit/base/num.h"
#include "audit/decode/format/text.h"

#define LINE_MEMORY (16U * 1024 * 1024)
#define SCRIPTS_MAX 4096U

struct ini {
    struct text text;
    char *section; /* owned by section_arena */
    struct arena *a, *section_arena;
    ini_fn fn;
    void *context;
};

static enum rc no_memory(struct err *err)
{
    return err_setf(err, RC_NOMEM, "out of memory");
}

static enum rc on_section(struct ini *f, const char *s, size_t n, struct err *err)
{
    const char *end = memchr(s, ']', n);
    size_t size = end ? (size_t)(end - s) - 1 : 0;
    const char *name = text_trim(s + 1, &size);
    arena_reset(f->section_arena);
    f->section = arena_strndup(f->section_arena, name, size);
    if (!f->section) {
        return no_memory(err);
    }
    return end ? RC_OK : err_setf(err, RC_MALFORMED, "the name of a section is cut off");
}

static enum rc on_line(struct ini *f, struct err *err)
{
    const char *s = NULL;
    size_t n = 0;
    TRY(text_next(&f->text, &s, &n, err));
    s = text_trim(s, &n);
    if (n == 0 || s[0] == ';') {
        return RC_OK;
    }
    if (s[0] == '[') {
        return on_section(f, s, n, err);
    }
    const char *equals = memchr(s, '=', n);
    if (!equals || !f->section) {
        return err_setf(err, RC_MALFORMED,
                        equals ? "a key stands outside of every section"
                               : "this is no key with its value");
    }
    size_t key_size = (size_t)(equals - s), value_size = n - key_size - 1;
    const char *key = text_trim(s, &key_size), *value = text_trim(equals + 1, &value_size);
    key = arena_strndup(f->a, key, key_size);
    value = arena_strndup(f->a, value, value_size);
    return key && value ? f->fn(f->context, f->section, key, value, err) : no_memory(err);
}

static enum rc read_lines(struct ini *f, struct err *err)
{
    struct err bad = { .rc = RC_OK };
    for (;;) {
        enum rc rc = on_line(f, err);
        if (rc == RC_ABSENT) {
            break;
        }
        if (rc == RC_MALFORMED || rc == RC_LIMIT) {
            if (bad.rc == RC_OK) {
                (void)err_prefix(err, "line %u", f->text.number);
                bad = *err;
                bad.rc = RC_MALFORMED;
            }
        } else if (rc != RC_OK) {
            return rc;
        }
        arena_reset(f->a);
    }
    if (bad.rc != RC_OK) {
        *err = bad;
    }
    return bad.rc;
}

enum rc ini_read(const uint8_t *data, size_t n, unsigned code_page, ini_fn fn, void *context,
                 struct err *err)
{
    struct arena *a AUTO(arena_freep) = arena_new(LINE_MEMORY);
    struct arena *section_arena AUTO(arena_freep) = arena_new(LINE_MEMORY);
    struct ini f = { .a = a, .section_arena = section_arena, .fn = fn, .context = context };
    if (!a || !section_arena) {
        return no_memory(err);
    }
    text_open(&f.text, data, n, code_page);
    enum rc rc = read_lines(&f, err);
    text_close(&f.text);
    return rc;
}

struct gpt {
    struct gpt_ini *ret;
    struct arena *a;
};

static enum rc on_gpt(void *context, const char *section, const char *key, const char *value,
                      struct err *err)
{
    struct gpt *g = context;
    if (strcasecmp(section, "General") != 0) {
        return RC_OK;
    }
    if (strcasecmp(key, "Version") == 0 && !g->ret->has_version) {
        g->ret->has_version = num_u32(value, strlen(value), &g->ret->version);
        return g->ret->has_version
                   ? RC_OK
                   : err_setf(err, RC_MALFORMED, "the version of the policy is no number");
    }
    if (strcasecmp(key, "displayName") == 0 && !g->ret->display_name && value[0] != '\0') {
        g->ret->display_name = arena_strdup(g->a, value);
        return g->ret->display_name ? RC_OK : no_memory(err);
    }
    return RC_OK;
}

enum rc gpt_ini_read(const uint8_t *data, size_t n, struct arena *a, struct gpt_ini *ret,
                     struct err *err)
{
    struct gpt g = { ret, a };
    *ret = (struct gpt_ini){ 0 };
    TRY(ini_read(data, n, 0, on_gpt, &g, err));
    return ret->has_version ? RC_OK : err_setf(err, RC_MALFORMED, "GPT.INI has no version");
}

struct scripts {
    struct arena *a;
    struct script_entry *list;
    size_t count, room;
    bool is_full;
};

static bool event_of(const char *section, enum script_event *ret)
{
    static const char *const names[] = { "Startup", "Shutdown", "Logon", "Logoff" };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (strcasecmp(section, names[i]) == 0) {
            *ret = (enum script_event)i;
            return true;
        }
    }
    return false;
}

/* The entry with the event and position. Its two lines stand together, so that the last ones are looked at first; and no more
 * than a few, which keeps a hostile file linear: one with its lines further apart has scripts without commands, and is malformed. */
static struct script_entry *entry_of(struct scripts *s, enum script_event event, uint32_t position)
{
    for (size_t i = s->count; i > 0 && s->count - i < 64; i--) {
        struct script_entry *e = &s->list[i - 1];
        if (e->event == event && e->position == position) {
            return e;
        }
    }
    s->is_full = s->count == SCRIPTS_MAX;
    if (!s->is_full && s->count == s->room) {
        size_t room = s->room ? s->room * 2 : 16;
        struct script_entry *list = arena_array(s->a, room, sizeof(*list));
        if (!list) {
            return NULL;
        }
        if (s->count > 0) {
            memcpy(list, s->list, s->count * sizeof(*list));
        }
        s->list = list;
        s->room = room;
    }
    if (s->is_full) {
        return NULL;
    }
    s->list[s->count] = (struct script_entry){ .event = event, .position = position };
    return &s->list[s->count++];
}

static enum rc on_script(void *context, const char *section, const char *key, const char *value,
                         struct err *err)
{
    struct scripts *s = context;
    enum script_event event = SCRIPT_STARTUP;
    uint32_t position = 0;
    size_t digits = strspn(key, "0123456789");
    bool is_command = strcasecmp(key + digits, "CmdLine") == 0;
    if (!event_of(section, &event)) {
        return RC_OK; /* [ScriptsConfig] */
    }
    if (!num_u32(key, digits, &position) ||
        (!is_command && strcasecmp(key + digits, "Parameters") != 0)) {
        return err_setf(err, RC_MALFORMED, "this is no script and no parameter of one");
    }
    struct script_entry *e = entry_of(s, event, position);
    const char *text = e ? arena_strdup(s->a, value) : NULL;
    if (!text) {
        return s->is_full ? err_setf(err, RC_LIMIT, "more than %u scripts", SCRIPTS_MAX)
                          : no_memory(err);
    }
    const char **slot = is_command ? &e->command : &e->parameters;
    *slot = *slot ? *slot : text;
    return RC_OK;
}

enum rc scripts_ini_read(const uint8_t *data, size_t n, struct arena *a, struct script_entry **ret,
                         size_t *ret_count, struct err *err)
{
    struct scripts s = { .a = a };
    size_t count = 0;
    *ret_count = 0;
    enum rc rc = ini_read(data, n, 0, on_script, &s, err);
    if (rc != RC_OK && rc != RC_MALFORMED) {
        return rc;
    }
    for (size_t i = 0; i < s.count; i++) {
        struct script_entry e = s.list[i];
        if (!e.command || e.command[0] == '\0') {
            bool is_orphan = e.parameters && e.parameters[0] != '\0';
            rc = is_orphan && rc == RC_OK
                     ? err_setf(err, RC_MALFORMED, "parameters belong to no script")
                     : rc;
            continue;
        }
        e.parameters = e.parameters ? e.parameters : "";
        s.list[count++] = e;
    }
    *ret = s.list;
    *ret_count = count;
    return rc;
}
