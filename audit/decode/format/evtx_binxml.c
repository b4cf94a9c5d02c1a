/* SPDX-License-Identifier: GPL-3.0-or-later */
/* BinXml to a plan: [MS-EVEN6] 2.2.12, with the names at offsets of the chunk that files have in place of inline ones. */
#include "audit/base/utf.h"
#include "audit/decode/format/evtx_internal.h"

enum token {
    TOKEN_END = 0x00,
    TOKEN_OPEN = 0x01,
    TOKEN_CLOSE_START = 0x02,
    TOKEN_CLOSE_EMPTY = 0x03,
    TOKEN_CLOSE_ELEMENT = 0x04,
    TOKEN_VALUE = 0x05,
    TOKEN_ATTRIBUTE = 0x06,
    TOKEN_CDATA = 0x07,
    TOKEN_CHAR_REF = 0x08,
    TOKEN_ENTITY_REF = 0x09,
    TOKEN_PI_TARGET = 0x0a,
    TOKEN_PI_DATA = 0x0b,
    TOKEN_NORMAL = 0x0d,
    TOKEN_OPTIONAL = 0x0e,
    TOKEN_FRAGMENT = 0x0f,
    TOKEN_MORE = 0x40 /* a flag: attributes or more of the content follow */
};

struct name {
    const uint8_t *text; /* UTF-16LE */
    uint32_t size;       /* bytes */
};

struct pieces {
    struct evtx_piece *first, **end;
};

/* An element that is open. */
struct element {
    struct evtx_place place;
    struct pieces content;
    const struct evtx_piece *name_pieces; /* Name of a Data element, where it is more than a text */
    const char *name;                     /* of the field */
    bool has_elements;
};

struct compile {
    struct evtx_reader *x;
    struct rd r;
    bool has_dependency;
    struct evtx_plan *plan;
    struct evtx_item **items_end;
    uint32_t items;
    const struct evtx_place *outer;
    struct element open[EVTX_DEPTH_MAX];
    uint32_t depth;
};

static bool name_is(const struct name *n, const char *ascii)
{
    size_t count = strlen(ascii);
    if (n->size != count * 2) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (n->text[i * 2] != (uint8_t)ascii[i] || n->text[i * 2 + 1] != 0) {
            return false;
        }
    }
    return true;
}

static const char *utf8(struct compile *c, const uint8_t *text, uint32_t size)
{
    bool changed = false;
    while (size > 1 && text[size - 1] == 0 && text[size - 2] == 0) {
        size -= 2;
    }
    const char *s = utf16le_to_utf8(c->x->plans, text, size, &changed);
    if (!s) {
        rd_fail(&c->r);
    }
    return s;
}

/* A name, at its offset; where that is the place behind the offset, the name is stepped over. */
static struct name read_name(struct compile *c)
{
    uint32_t offset = rd_u32le(&c->r);
    bool is_inline = !c->r.bad && offset == rd_offset(&c->r);
    struct rd r = c->r;
    if (!is_inline) {
        r = offset <= c->x->have ? evtx_view(c->x, offset, c->x->have) : rd_from(NULL, 1);
    }
    rd_skip(&r, 6); /* offset of the next with the same hash, and the hash */
    uint32_t count = rd_u16le(&r);
    struct name n = { .text = count <= EVTX_NAME_MAX ? rd_bytes(&r, (size_t)count * 2) : NULL,
                      .size = count * 2 };
    rd_skip(&r, 2);
    if (r.bad || !n.text || count == 0) {
        rd_fail(&c->r);
        n.text = (const uint8_t *)"";
        n.size = 0;
    } else if (is_inline) {
        c->r.p = r.p;
    }
    return n;
}

static void add_piece(struct compile *c, struct pieces *to, const struct evtx_piece *piece)
{
    struct evtx_piece *copy = arena_alloc(c->x->plans, sizeof(*copy));
    if (!copy) {
        rd_fail(&c->r);
        return;
    }
    *copy = *piece;
    *to->end = copy;
    to->end = &copy->next;
}

static void add_text(struct compile *c, struct pieces *to)
{
    uint32_t count = rd_u16le(&c->r);
    struct evtx_piece p = { .text = rd_bytes(&c->r, (size_t)count * 2), .size = count * 2 };
    if (p.text && count > 0) {
        add_piece(c, to, &p);
    }
}

static void add_entity(struct compile *c, struct pieces *to)
{
    static const struct {
        const char *name;
        uint8_t text[2];
    } entities[] = {
        { "amp", "&" }, { "lt", "<" }, { "gt", ">" }, { "quot", "\"" }, { "apos", "'" }
    };
    struct name n = read_name(c);
    for (size_t i = 0; i < ARRAY_LEN(entities); i++) {
        if (name_is(&n, entities[i].name)) {
            add_piece(c, to, &(struct evtx_piece){ .text = entities[i].text, .size = 2 });
            return;
        }
    }
    rd_fail(&c->r);
}

/* A part of content, of an element or an attribute. False when the token is none. */
static bool read_piece(struct compile *c, uint8_t token, struct pieces *to)
{
    struct evtx_piece p = { .text = NULL };
    switch (token & ~TOKEN_MORE) {
    case TOKEN_VALUE:
        if (rd_u8(&c->r) != EVTX_STRING) {
            rd_fail(&c->r);
        }
        add_text(c, to);
        return true;
    case TOKEN_CDATA:
        add_text(c, to);
        return true;
    case TOKEN_CHAR_REF:
        p.text = rd_bytes(&c->r, 2);
        p.size = 2;
        if (p.text) {
            add_piece(c, to, &p);
        }
        return true;
    case TOKEN_ENTITY_REF:
        add_entity(c, to);
        return true;
    case TOKEN_NORMAL:
    case TOKEN_OPTIONAL:
        p.index = rd_u16le(&c->r);
        p.is_optional = (token & ~TOKEN_MORE) == TOKEN_OPTIONAL;
        rd_skip(&c->r, 1); /* the type: the value has its own */
        add_piece(c, to, &p);
        return true;
    default:
        return false;
    }
}

/* What an element of System, or an attribute of one, says. */
static enum evtx_system system_value(const struct name *element, const struct name *attribute)
{
    static const struct {
        const char *element, *attribute;
        enum evtx_system value;
    } values[] = { { "Provider", "Name", EVTX_SYS_PROVIDER },
                   { "EventID", NULL, EVTX_SYS_EVENT_ID },
                   { "Version", NULL, EVTX_SYS_VERSION },
                   { "Level", NULL, EVTX_SYS_LEVEL },
                   { "Task", NULL, EVTX_SYS_TASK },
                   { "Opcode", NULL, EVTX_SYS_OPCODE },
                   { "Keywords", NULL, EVTX_SYS_KEYWORDS },
                   { "TimeCreated", "SystemTime", EVTX_SYS_TIME },
                   { "EventRecordID", NULL, EVTX_SYS_RECORD },
                   { "Channel", NULL, EVTX_SYS_CHANNEL },
                   { "Computer", NULL, EVTX_SYS_COMPUTER },
                   { "Security", "UserID", EVTX_SYS_USER } };

    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        bool fits = attribute ? values[i].attribute && name_is(attribute, values[i].attribute)
                              : !values[i].attribute;
        if (fits && name_is(element, values[i].element)) {
            return values[i].value;
        }
    }
    return EVTX_SYS_NONE;
}

static const char *join(struct compile *c, const char *path, const char *mark,
                        const struct name *name)
{
    const char *s = utf8(c, name->text, name->size);
    if (s && (*path || *mark)) {
        s = strlen(path) + strlen(s) < EVTX_NAME_MAX * 3
                ? arena_printf(c->x->plans, "%s%s%s%s", path, *path ? "/" : "", mark, s)
                : NULL;
    }
    if (!s) {
        rd_fail(&c->r);
    }
    return s;
}

static struct evtx_place place_of(struct compile *c, const struct evtx_place *parent,
                                  const struct name *name)
{
    struct evtx_place p = { .where = EVTX_AT_NOTHING, .system = EVTX_SYS_NONE, .path = "" };
    switch (parent->where) {
    case EVTX_AT_TOP:
        p.where = name_is(name, "Event") ? EVTX_AT_EVENT : EVTX_AT_NOTHING;
        break;
    case EVTX_AT_EVENT:
        p.where = name_is(name, "System")      ? EVTX_AT_SYSTEM
                  : name_is(name, "EventData") ? EVTX_AT_EVENT_DATA
                  : name_is(name, "UserData")  ? EVTX_AT_USER_DATA
                                               : EVTX_AT_NOTHING;
        break;
    case EVTX_AT_SYSTEM:
        p.where = EVTX_AT_SYSTEM_VALUE;
        p.system = system_value(name, NULL);
        break;
    case EVTX_AT_EVENT_DATA:
        p.where = EVTX_AT_FIELD;
        p.path = name_is(name, "Data") || name_is(name, "ComplexData") ? "" : join(c, "", "", name);
        break;
    case EVTX_AT_USER_DATA: /* its only child is the root, whose name no field has */
        p.where = EVTX_AT_FIELD;
        p.is_user_data = true;
        if (!c->plan->root) {
            c->plan->root = utf8(c, name->text, name->size);
        }
        break;
    case EVTX_AT_FIELD:
        p.where = EVTX_AT_FIELD;
        p.is_user_data = parent->is_user_data;
        p.path = join(c, parent->path, "", name);
        break;
    default:
        break;
    }
    return p;
}

static void add_item(struct compile *c, const struct evtx_item *item)
{
    struct evtx_item *copy =
        c->items < EVTX_FIELDS_MAX ? arena_alloc(c->x->plans, sizeof(*copy)) : NULL;
    if (!copy) {
        rd_fail(&c->r);
        return;
    }
    *copy = *item;
    copy->known = item->name ? evtx_known(c->x->options, item->name) : -1;
    *c->items_end = copy;
    c->items_end = &copy->next;
    c->items++;
}

/* Takes an attribute of the element e, which is called `element`. */
static void take_attribute(struct compile *c, struct element *e, const struct name *element,
                           const struct name *name, const struct evtx_piece *value)
{
    enum evtx_system system = EVTX_SYS_NONE;
    bool is_text = value && value->text && !value->next;
    if (e->place.where == EVTX_AT_SYSTEM_VALUE) {
        system = system_value(element, name);
        if (system != EVTX_SYS_NONE && !c->plan->system[system]) {
            c->plan->system[system] = value;
        }
    } else if (e->place.where == EVTX_AT_FIELD && !e->place.is_user_data) {
        if (name_is(name, "Name") && value) {
            e->name = is_text ? utf8(c, value->text, value->size) : "";
            e->name_pieces = is_text ? NULL : value;
            e->place.path = e->name ? e->name : "";
        }
    } else if (e->place.where == EVTX_AT_FIELD && !name_is(name, "xmlns") &&
               !(name->size >= 12 && memcmp(name->text, "x\0m\0l\0n\0s\0:\0", 12) == 0)) {
        const char *path = join(c, e->place.path, "@", name);
        add_item(c, &(struct evtx_item){ .name = path,
                                         .content = value,
                                         .place = { .where = EVTX_AT_NOTHING },
                                         .is_field = true });
    }
}

static void read_attributes(struct compile *c, struct element *e, const struct name *element)
{
    rd_skip(&c->r, 4); /* size of the list: its end shows itself */
    while (!c->r.bad && rd_left(&c->r) > 0 && (c->r.p[0] & ~TOKEN_MORE) == TOKEN_ATTRIBUTE) {
        rd_skip(&c->r, 1);
        struct name name = read_name(c);
        struct pieces value = { .first = NULL };
        value.end = &value.first;
        while (!c->r.bad && rd_left(&c->r) > 0) {
            struct rd before = c->r;
            if (!read_piece(c, rd_u8(&c->r), &value)) {
                c->r = before;
                break;
            }
        }
        if (!c->r.bad) {
            take_attribute(c, e, element, &name, value.first);
        }
    }
}

static void close_element(struct compile *c)
{
    struct element *e = &c->open[--c->depth];
    const struct evtx_piece *content = e->content.first;
    struct evtx_item item = { .content = content, .place = e->place };
    switch (e->place.where) {
    case EVTX_AT_SYSTEM_VALUE:
        if (e->place.system != EVTX_SYS_NONE && !c->plan->system[e->place.system]) {
            c->plan->system[e->place.system] = content;
        }
        return;
    case EVTX_AT_FIELD:
        item.name = e->name ? e->name : e->place.path;
        item.name_pieces = e->name_pieces;
        item.is_field = content || !e->has_elements;
        break;
    case EVTX_AT_EVENT_DATA:
    case EVTX_AT_USER_DATA:
        item.name = "";
        item.is_field = true;
        break;
    case EVTX_AT_EVENT:
        break;
    default:
        return;
    }
    /* Containers without content of their own are no fields; an empty Data element is one. */
    if (content || (item.is_field && e->place.where == EVTX_AT_FIELD)) {
        add_item(c, &item);
    }
}

static void open_element(struct compile *c, uint8_t token)
{
    const struct evtx_place *parent = c->depth > 0 ? &c->open[c->depth - 1].place : c->outer;
    if (c->depth == EVTX_DEPTH_MAX) {
        rd_fail(&c->r);
        return;
    }
    rd_skip(&c->r,
            c->has_dependency ? 6 : 4); /* and the size, which the end token makes needless */
    struct name name = read_name(c);
    if (c->r.bad) {
        return;
    }
    if (c->depth > 0) {
        c->open[c->depth - 1].has_elements = true;
    }
    struct element *e = &c->open[c->depth];
    *e = (struct element){ .place = place_of(c, parent, &name) };
    e->content.end = &e->content.first;
    c->depth++;
    if (token & TOKEN_MORE) {
        read_attributes(c, e, &name);
    }
    uint8_t end = rd_u8(&c->r);
    if (end == TOKEN_CLOSE_EMPTY) {
        close_element(c);
    } else if (end != TOKEN_CLOSE_START) {
        rd_fail(&c->r);
    }
}

static void read_token(struct compile *c, uint8_t token)
{
    struct pieces nowhere = { .first = NULL };
    nowhere.end = &nowhere.first;
    switch (token & ~TOKEN_MORE) {
    case TOKEN_OPEN:
        open_element(c, token);
        return;
    case TOKEN_CLOSE_ELEMENT:
        if (c->depth == 0) {
            rd_fail(&c->r);
            return;
        }
        close_element(c);
        return;
    case TOKEN_FRAGMENT:
        rd_skip(&c->r, 3);
        return;
    case TOKEN_PI_TARGET:
        (void)read_name(c);
        return;
    case TOKEN_PI_DATA:
        add_text(c, &nowhere);
        return;
    default:
        if (!read_piece(c, token, c->depth > 0 ? &c->open[c->depth - 1].content : &nowhere)) {
            rd_fail(&c->r);
        }
        return;
    }
}

bool evtx_compile(struct evtx_reader *x, struct rd r, const struct evtx_place *place,
                  bool has_dependency, struct evtx_plan *ret)
{
    struct compile c = { .x = x, .r = r, .has_dependency = has_dependency, .outer = place };
    const uint8_t *first = r.p;
    c.plan = ret;
    c.items_end = &ret->items;
    while (!c.r.bad && rd_left(&c.r) > 0) {
        uint8_t token = rd_u8(&c.r);
        if (token == TOKEN_END) {
            break;
        }
        read_token(&c, token);
        if (x->compiled + (size_t)(c.r.p - first) > EVTX_COMPILE_MAX) {
            rd_fail(&c.r);
        }
    }
    x->compiled += (uint32_t)(c.r.p - first) + 64;
    return !c.r.bad && c.depth == 0;
}
