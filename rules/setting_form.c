/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A registry value, a service, a policy setting of a host as an ordinary condition. A setting that was not read has no row, so
 * that its value is NULL: unknown. One that is known not to be set has a row that says so; only then `else` and `when_missing`
 * count. */
#include <inttypes.h>
#include <string.h>

#include "rules/short_form.h"

#define MAX_LAYERS 4 /* a value and what holds in its place, such as policy before preference */

struct layer {
    const char *key; /* NULL for services and policies */
    const char *value;
};

struct setting {
    struct form *f;
    const char *view;
    const char *column; /* of the view, that holds a layer's value */
    struct layer layers[MAX_LAYERS];
    size_t count;
};

static void put_literal(struct wr *w, const struct yaml_node *n)
{
    int64_t number = 0;
    if (yaml_is_null(n)) {
        wr_text(w, "NULL");
    } else if (yaml_integer(n, &number)) {
        wr_printf(w, "%" PRId64, number);
    } else {
        put_sql_text(w, n->text);
    }
}

/* { from: 26100, is: 1, server: true }: what absence means from that build on; `is: null` where nobody has said. */
static bool put_case(struct setting *s, struct wr *w, const struct yaml_node *item)
{
    static const struct key_spec keys[] = { { "from", true, NULL, NULL },
                                            { "is", true, NULL, NULL },
                                            { "server", false, NULL, NULL } };
    struct mistakes *m = &s->f->r->mistakes;
    const struct check *c = s->f->c;
    if (item->kind != YAML_MAP) {
        mistake_node(m, c->file, item, c->id,
                     "a case of 'when_missing' is { from: BUILD, is: VALUE }");
        return false;
    }
    fields_check_keys(m, c->file, item, c->id, keys, ARRAY_LEN(keys));
    const struct yaml_node *from = yaml_get(item, "from"), *is = yaml_get(item, "is"),
                           *server = yaml_get(item, "server");
    int64_t build = 0;
    bool on = false;
    if (!from || !is || is->kind != YAML_SCALAR || !yaml_integer(from, &build) ||
        (server && !yaml_bool(server, &on))) {
        mistake_node(m, c->file, item, c->id,
                     "'from' is a build number, 'is' a value, 'server' true or false");
        return false;
    }
    wr_printf(w, " WHEN \"%s\".os_build >= %" PRId64, c->view, build);
    if (server) {
        wr_printf(w, " AND \"%s\".is_server = %d", c->view, on);
    }
    wr_text(w, " THEN ");
    put_literal(w, is);
    return true;
}

/* What stands for a setting that is known not to be set: nothing, a value, or a value by build, the newest first. */
static void put_when_missing(struct setting *s, struct wr *w)
{
    const struct yaml_node *n = yaml_get(s->f->node, "when_missing");
    if (!n) {
        wr_text(w, "NULL");
    } else if (n->kind == YAML_SCALAR) {
        put_literal(w, n);
    } else if (n->kind == YAML_LIST && n->first) {
        bool good = true;
        wr_text(w, "CASE");
        for (const struct yaml_node *item = n->first; item && good; item = item->next) {
            good = put_case(s, w, item);
        }
        wr_text(w, good ? " END" : " WHEN 0 THEN 0 END");
    } else {
        mistake_node(&s->f->r->mistakes, s->f->c->file, n, s->f->c->id,
                     "'when_missing' is a value, or a list of { from: BUILD, is: VALUE }");
        wr_text(w, "NULL");
    }
}

/* (SELECT CASE WHEN v.is_missing THEN <the next layer> ELSE v.data END FROM …), to the last layer. */
static void put_layer(struct setting *s, struct wr *w, size_t i, const char *column,
                      const char *at_end) /* column: of v, at_end: NULL = when_missing */
{
    if (i == s->count) {
        if (at_end) {
            wr_text(w, at_end);
        } else {
            put_when_missing(s, w);
        }
        return;
    }
    const struct layer *l = &s->layers[i];
    wr_text(w, "(SELECT CASE WHEN v.is_missing THEN ");
    put_layer(s, w, i + 1, column, at_end);
    wr_printf(w, " ELSE %s END FROM %s v WHERE v.host = \"%s\".subject AND v.", column, s->view,
              s->f->c->view);
    if (l->key) {
        wr_text(w, "key = ");
        put_sql_text(w, l->key);
        wr_text(w, " AND v.");
    }
    wr_printf(w, "%s = ", s->column);
    put_sql_text(w, l->value);
    wr_text(w, ")");
}

static const char *chain(struct setting *s, const char *column, const char *at_end)
{
    struct wr w AUTO(wr_done);
    wr_init(&w, 65536);
    put_layer(s, &w, 0, column, at_end);
    const char *text = put_take(s->f->r->arena, &w);
    return text ? text : "NULL";
}

/* The evidence shows which layer decided, its value, and where that was read. */
static void add_extras(struct setting *s)
{
    struct check *c = s->f->c;
    const struct layer *first = &s->layers[0];
    if (s->count == 0 || !first->value) {
        return;
    }
    c->setting = first->key ? arena_printf(s->f->r->arena, "%s\\%s", first->key, first->value)
                            : first->value;
    struct wr w AUTO(wr_done);
    wr_init(&w, 65536);
    put_sql_text(&w, c->setting ? c->setting : "");
    const char *name = put_take(s->f->r->arena, &w);
    c->extras[0] =
        (struct extra){ "setting", chain(s, first->key ? "v.key || '\\' || v.value" : "v.service",
                                         name ? name : "NULL") };
    c->extras[1] = (struct extra){ "setting_data", chain(s, "v.data", NULL) };
    c->extras[2] = (struct extra){ "setting_origin", chain(s, "v.origin", "'missing'") };
    c->extras[3] = (struct extra){ "setting_policy", chain(s, "v.policy", "NULL") };
    c->extra_count = 4;
}

static void add_layer(struct setting *s, const struct yaml_node *node, const char *key,
                      const char *value)
{
    if (!value) {
        return;
    }
    if (s->count == MAX_LAYERS) {
        mistake_node(&s->f->r->mistakes, s->f->c->file, node, s->f->c->id,
                     "at most %d settings in one chain of 'else'", MAX_LAYERS);
        return;
    }
    s->layers[s->count++] = (struct layer){ key, value };
}

static void add_else(struct setting *s)
{
    static const struct key_spec keys[] = { { "key", true, NULL, NULL },
                                            { "value", true, NULL, NULL } };
    struct mistakes *m = &s->f->r->mistakes;
    struct check *c = s->f->c;
    const struct yaml_node *n = yaml_get(s->f->node, "else");
    const struct yaml_node *item = n && n->kind == YAML_LIST ? n->first : n;
    for (; item; item = n->kind == YAML_LIST ? item->next : NULL) {
        if (item->kind != YAML_MAP) {
            mistake_node(m, c->file, item, c->id,
                         "'else' is { key: …, value: … }, or a list of them");
            return;
        }
        fields_check_keys(m, c->file, item, c->id, keys, ARRAY_LEN(keys));
        const char *key = field_text(m, c->file, item, "key", c->id);
        const char *value = field_text(m, c->file, item, "value", c->id);
        if (key && value) {
            probes_add_registry(s->f->r, c, item, key, value);
            add_layer(s, item, key, value);
        }
    }
}

void form_registry(struct form *f)
{
    static const struct key_spec keys[] = {
        { "key", true, NULL, NULL },    { "value", true, NULL, NULL },
        { "else", false, NULL, NULL },  { "when_missing", false, NULL, NULL },
        { "expect", true, NULL, NULL },
    };
    struct setting s = { .f = f, .view = "registry_value", .column = "value" };
    fields_check_keys(&f->r->mistakes, f->c->file, f->node, f->c->id, keys, ARRAY_LEN(keys));
    f->c->view = f->c->view ? f->c->view : "host";
    const char *key = form_text(f, "key"), *value = form_text(f, "value");
    if (key && value) {
        probes_add_registry(f->r, f->c, f->node, key, value);
        add_layer(&s, f->node, key, value);
    }
    add_else(&s);
    form_expectation(f, "expect", chain(&s, "v.data", NULL));
    add_extras(&s);
}

void form_service(struct form *f)
{
    static const struct key_spec keys[] = { { "name", true, NULL, NULL },
                                            { "when_missing", false, NULL, NULL },
                                            { "start", false, NULL, NULL },
                                            { "state", false, NULL, NULL } };
    struct setting s = { .f = f, .view = "service_state", .column = "service" };
    fields_check_keys(&f->r->mistakes, f->c->file, f->node, f->c->id, keys, ARRAY_LEN(keys));
    f->c->view = f->c->view ? f->c->view : "host";
    const char *name = form_text(f, "name");
    bool by_start = yaml_get(f->node, "start"), by_state = yaml_get(f->node, "state");
    if (name) {
        probes_add_service(f->r, f->c, f->node, name);
        add_layer(&s, f->node, NULL, name);
    }
    if (!by_start && !by_state) {
        mistake_node(&f->r->mistakes, f->c->file, f->node, f->c->id,
                     "a service needs 'start' or 'state': start: \"= 4\", state: \"= 1\"");
        wr_text(&f->w, "NULL");
    }
    if (by_start) {
        form_expectation(f, "start", chain(&s, "v.data", NULL));
    }
    wr_text(&f->w, by_start && by_state ? " AND " : "");
    if (by_state) {
        /* A service that is not there does not run. */
        form_expectation(f, "state",
                         chain(&s, "v.state", yaml_get(f->node, "when_missing") ? "1" : "NULL"));
    }
    add_extras(&s);
}

void form_policy(struct form *f)
{
    static const struct key_spec keys[] = { { "name", true, NULL, NULL },
                                            { "when_missing", false, NULL, NULL },
                                            { "expect", true, NULL, NULL } };
    struct setting s = { .f = f, .view = "policy_value", .column = "item" };
    fields_check_keys(&f->r->mistakes, f->c->file, f->node, f->c->id, keys, ARRAY_LEN(keys));
    f->c->view = f->c->view ? f->c->view : "host";
    add_layer(&s, f->node, NULL, form_text(f, "name"));
    form_expectation(f, "expect", chain(&s, "v.data", NULL));
}
