/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records as values put into plans: template instances of [MS-EVEN6] 2.2.12, whose definitions lie anywhere in the chunk, and elements
 * that stand in a record by themselves, which are plans without values. */
#include "audit/base/num.h"
#include "audit/base/sid.h"
#include "audit/base/utf.h"
#include "audit/decode/format/evtx_internal.h"

#define TOKEN_INSTANCE  0x0c
#define TOKEN_FRAGMENT  0x0f
#define DEFINITION_HEAD 24U /* offset of the next, GUID, size */

int evtx_known(const struct evtx_options *o, const char *name)
{
    size_t low = 0, high = o->name_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(name, o->names[middle]);
        if (order == 0) {
            return (int)middle;
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return -1;
}

void evtx_forget_plans(struct evtx_reader *x)
{
    memset(x->plan, 0, sizeof(x->plan));
    arena_reset(x->plans);
    x->compiled = 0;
}

/* The plan of the definition at an offset, for a place; compiled when it is met first, also when that fails. */
static struct evtx_plan *plan_at(struct evtx_reader *x, uint32_t offset,
                                 const struct evtx_place *place)
{
    struct evtx_plan **at =
        &x->plan[(offset ^ offset >> 8 ^ (uint32_t)((uintptr_t)place >> 5)) % EVTX_PLANS];
    for (; *at; at = &(*at)->next) {
        if ((*at)->offset == offset && (*at)->place == place) {
            return (*at)->is_bad ? NULL : *at;
        }
    }
    if (x->compiled > EVTX_COMPILE_MAX) {
        return NULL;
    }
    struct evtx_plan *plan = arena_alloc(x->plans, sizeof(*plan));
    if (!plan) {
        return NULL;
    }
    plan->offset = offset;
    plan->place = place;
    uint32_t body = offset + DEFINITION_HEAD;
    uint32_t size = evtx_u32(x->chunk + offset + 20);
    plan->is_bad = size > x->have - body ||
                   !evtx_compile(x, evtx_view(x, body, body + size), place, true, plan);
    *at = plan;
    return plan->is_bad ? NULL : plan;
}

/* Descriptors and data of an instance's values, put behind those that are in use. */
static bool read_values(struct evtx_reader *x, struct rd *r, struct evtx_values *ret)
{
    uint32_t count = rd_u32le(r);
    if (r->bad || count > EVTX_VALUES_MAX - x->value_count || (size_t)count * 4 > rd_left(r)) {
        return false;
    }
    const uint8_t *descriptor = rd_bytes(r, (size_t)count * 4);
    struct evtx_value *value = &x->value[x->value_count];
    const uint8_t *data = r->p;
    size_t left = rd_left(r);
    for (uint32_t i = 0; i < count; i++, descriptor += 4) {
        uint32_t size = evtx_u16(descriptor);
        if (size > left) {
            return false;
        }
        value[i] = (struct evtx_value){ .data = data,
                                        .size = size,
                                        .type = (enum evtx_type)descriptor[2] };
        data += size;
        left -= size;
    }
    r->p = data;
    x->value_count += count;
    *ret = (struct evtx_values){ .value = value, .count = count };
    return true;
}

/* The instance at r, behind its token. */
static struct evtx_plan *read_instance(struct evtx_reader *x, struct rd *r,
                                       const struct evtx_place *place, struct evtx_values *ret)
{
    rd_skip(r, 1);
    uint32_t identifier = rd_u32le(r), offset = rd_u32le(r);
    if (r->bad || offset > x->have || DEFINITION_HEAD > x->have - offset) {
        return NULL;
    }
    if (offset == rd_offset(r)) { /* the record that defines it */
        rd_skip(r, DEFINITION_HEAD);
        rd_skip(r, evtx_u32(x->chunk + offset + 20));
    }
    if (x->is_strict && evtx_u32(x->chunk + offset + 4) != identifier) {
        return NULL;
    }
    return read_values(x, r, ret) ? plan_at(x, offset, place) : NULL;
}

/* An element by itself. Directly in a record its elements have no dependency identifiers, whatever wrote it; should that not be
 * well-formed, they may. */
static struct evtx_plan *plan_of_element(struct evtx_reader *x, const struct rd *r,
                                         const struct evtx_place *place)
{
    for (int has_dependency = 0; has_dependency <= 1; has_dependency++) {
        struct evtx_plan *plan =
            x->compiled <= EVTX_COMPILE_MAX ? arena_alloc(x->plans, sizeof(*plan)) : NULL;
        if (!plan || evtx_compile(x, *r, place, has_dependency != 0, plan)) {
            return plan;
        }
    }
    return NULL;
}

/* BinXml in a record or a value: what stands before its one instance or element is stepped over. */
static struct evtx_plan *read_binxml(struct evtx_reader *x, struct rd r,
                                     const struct evtx_place *place, struct evtx_values *ret)
{
    *ret = (struct evtx_values){ .count = 0 };
    for (int before = 0; before < 4 && rd_left(&r) > 0 && r.p[0] == TOKEN_FRAGMENT; before++) {
        rd_skip(&r, 4);
    }
    if (rd_left(&r) > 0 && r.p[0] == TOKEN_INSTANCE) {
        rd_skip(&r, 1);
        return read_instance(x, &r, place, ret);
    }
    return plan_of_element(x, &r, place);
}

/* A value out of several parts, as one text in UTF-16LE. */
static bool put_parts(struct evtx_reader *x, const struct evtx_piece *piece,
                      const struct evtx_values *values, struct evtx_field *ret)
{
    struct wr out;
    wr_init(&out, EVTX_VALUE_MAX);
    bool is_good = x->part_bytes <= EVTX_EVENT_MAX;
    for (; piece && is_good && !out.bad; piece = piece->next) {
        if (piece->text) {
            wr_bytes(&out, piece->text, piece->size);
            continue;
        }
        struct evtx_field part = { .type = EVTX_NULL };
        if (piece->index < values->count) {
            const struct evtx_value *v = &values->value[piece->index];
            part = (struct evtx_field){ .type = v->type, .data = v->data, .size = v->size };
        }
        if (part.type == EVTX_STRING) {
            wr_bytes(&out, part.data, part.size & ~1U);
            continue;
        }
        /* Of what turns into no text the reading counts: it takes time as well. */
        x->part_bytes += part.size;
        const char *s = x->part_bytes <= EVTX_EVENT_MAX ? evtx_text(&part, x->event) : NULL;
        is_good = s != NULL;
        for (; s && *s && !out.bad; s++) { /* numbers, times and SIDs: ASCII */
            wr_u8(&out, (uint8_t)*s < 0x80 ? (uint8_t)*s : '?');
            wr_u8(&out, 0);
        }
    }
    x->part_bytes += (uint32_t)out.size;
    is_good = is_good && !out.bad && x->part_bytes <= EVTX_EVENT_MAX;
    uint8_t *copy = is_good ? arena_alloc(x->event, out.size) : NULL;
    if (copy && out.size > 0) {
        memcpy(copy, out.data, out.size);
    }
    ret->type = EVTX_STRING;
    ret->data = copy;
    ret->size = copy ? (uint32_t)out.size : 0;
    wr_done(&out);
    return copy != NULL;
}

/* The content of an element or attribute. *ret_is_there: false where a value is missing without which there is no such element. */
static bool put_content(struct evtx_reader *x, const struct evtx_piece *piece,
                        const struct evtx_values *values, struct evtx_field *ret,
                        bool *ret_is_there)
{
    static const uint8_t nothing[1];
    *ret_is_there = true;
    ret->type = EVTX_NULL;
    ret->data = nothing;
    ret->size = 0;
    if (!piece) {
        return true;
    }
    if (piece->next) {
        return put_parts(x, piece, values, ret);
    }
    if (piece->text) {
        ret->type = EVTX_STRING;
        ret->data = piece->text;
        ret->size = piece->size;
        return true;
    }
    if (piece->index < values->count) {
        const struct evtx_value *v = &values->value[piece->index];
        ret->type = v->type;
        ret->data = v->data;
        ret->size = v->size;
    }
    *ret_is_there = !piece->is_optional || ret->type != EVTX_NULL;
    return true;
}

static uint64_t system_number(struct evtx_reader *x, const struct evtx_record *record,
                              enum evtx_system which)
{
    struct evtx_field f = { .known = -1 };
    bool is_there = false;
    uint64_t v = 0;
    return put_content(x, record->plan->system[which], &record->values, &f, &is_there) &&
                   evtx_number(&f, &v)
               ? v
               : 0;
}

static const char *system_text(struct evtx_reader *x, const struct evtx_record *record,
                               enum evtx_system which, struct evtx_memo *memo)
{
    struct evtx_plan *plan = record->plan;
    const struct evtx_piece *piece = plan->system[which];
    bool is_literal = piece && piece->text && !piece->next, is_there = false;
    struct evtx_field f = { .known = -1 };
    if (plan->text[which]) {
        return plan->text[which];
    }
    if (!put_content(x, piece, &record->values, &f, &is_there)) {
        return "";
    }
    if (memo && memo->size == f.size && f.size > 0 && f.type == EVTX_STRING &&
        memcmp(memo->raw, f.data, f.size) == 0) {
        return memo->text;
    }
    const char *s = evtx_text(&f, is_literal ? x->plans : x->event);
    if (s && is_literal) {
        plan->text[which] = s;
    } else if (s && memo && f.type == EVTX_STRING && f.size <= sizeof(memo->raw) &&
               strlen(s) < sizeof(memo->text)) {
        memo->size = f.size;
        memcpy(memo->raw, f.data, f.size);
        memcpy(memo->text, s, strlen(s) + 1);
        return memo->text;
    }
    return s ? s : "";
}

bool evtx_open_record(struct evtx_reader *x, uint32_t from, uint32_t to, bool is_strict,
                      struct evtx_event *e, struct evtx_record *ret)
{
    static const struct evtx_place top = { .where = EVTX_AT_TOP, .system = EVTX_SYS_NONE };
    struct evtx_field f = { .known = -1 };
    bool is_there = false;
    if (arena_used(x->event) > 0) {
        arena_reset(x->event);
    }
    x->value_count = 0;
    x->nested = 0;
    x->part_bytes = 0;
    x->is_strict = is_strict;
    ret->plan = read_binxml(x, evtx_view(x, from, to), &top, &ret->values);
    if (!ret->plan || !ret->plan->system[EVTX_SYS_EVENT_ID]) {
        return false;
    }
    e->event_id = (uint32_t)system_number(x, ret, EVTX_SYS_EVENT_ID);
    e->version = (uint32_t)system_number(x, ret, EVTX_SYS_VERSION);
    e->level = (uint32_t)system_number(x, ret, EVTX_SYS_LEVEL);
    e->task = (uint32_t)system_number(x, ret, EVTX_SYS_TASK);
    e->opcode = (uint32_t)system_number(x, ret, EVTX_SYS_OPCODE);
    e->keywords = system_number(x, ret, EVTX_SYS_KEYWORDS);
    e->event_record_id = system_number(x, ret, EVTX_SYS_RECORD);
    e->provider = system_text(x, ret, EVTX_SYS_PROVIDER, NULL);
    e->channel = system_text(x, ret, EVTX_SYS_CHANNEL, &x->channel);
    e->computer = system_text(x, ret, EVTX_SYS_COMPUTER, &x->computer);
    e->user_data_root = "";
    e->user_sid = "";
    if (put_content(x, ret->plan->system[EVTX_SYS_USER], &ret->values, &f, &is_there) &&
        f.size > 0 && evtx_sid(&f, x->user, sizeof(x->user))) {
        e->user_sid = x->user;
    }
    if (!put_content(x, ret->plan->system[EVTX_SYS_TIME], &ret->values, &f, &is_there) ||
        !evtx_time(&f, &e->at)) {
        e->at = e->written_at;
    }
    return true;
}

static bool add_field(struct evtx_reader *x, const struct evtx_item *item,
                      const struct evtx_values *values, struct evtx_field *f)
{
    bool is_there = true;
    f->name = item->name;
    f->known = item->known;
    if (item->name_pieces) {
        struct evtx_field name = { .known = -1 };
        if (!put_content(x, item->name_pieces, values, &name, &is_there) ||
            name.size > EVTX_NAME_MAX * 2 || !(f->name = evtx_text(&name, x->event))) {
            f->name = "";
            return false;
        }
        f->known = evtx_known(x->options, f->name);
    }
    if (x->field_count == EVTX_FIELDS_MAX || f->size > EVTX_VALUE_MAX ||
        f->size > EVTX_EVENT_MAX - x->field_bytes) {
        return false;
    }
    x->field_bytes += f->size;
    x->field[x->field_count++] = *f;
    return true;
}

/* NOLINTNEXTLINE(misc-no-recursion): at most EVTX_NEST_MAX deep, EVTX_NESTED_MAX times an event */
static bool run(struct evtx_reader *x, const struct evtx_plan *plan,
                const struct evtx_values *values, unsigned depth, struct evtx_event *e)
{
    bool is_good = true;
    if (plan->root) {
        e->user_data_root = plan->root;
    }
    for (const struct evtx_item *item = plan->items; item; item = item->next) {
        struct evtx_field f = { .known = -1 };
        bool is_there = false;
        if (!put_content(x, item->content, values, &f, &is_there)) {
            is_good = false;
        } else if (f.type == EVTX_BINXML) {
            struct evtx_values inner;
            const struct evtx_plan *nested = NULL;
            if (f.size > 0 && depth < EVTX_NEST_MAX && x->nested++ < EVTX_NESTED_MAX) {
                uint32_t from = (uint32_t)(f.data - x->chunk);
                nested = read_binxml(x, evtx_view(x, from, from + f.size), &item->place, &inner);
            }
            is_good &= f.size == 0 || (nested && run(x, nested, &inner, depth + 1, e));
        } else if (item->is_field && is_there) {
            is_good &= add_field(x, item, values, &f);
        }
    }
    return is_good;
}

bool evtx_fill_fields(struct evtx_reader *x, const struct evtx_record *record, struct evtx_event *e)
{
    x->field_count = 0;
    x->field_bytes = 0;
    return run(x, record->plan, &record->values, 0, e);
}
