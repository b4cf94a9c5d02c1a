/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/format/gpp.h"

#include <stdlib.h>
#include <string.h>

#include "audit/decode/format/xml_value.h"

static const struct {
    const char *element;
    enum gpp_kind kind;
} elements[] = {
    { "User", GPP_USER },
    { "Group", GPP_GROUP },
    { "NTService", GPP_SERVICE },
    { "Task", GPP_TASK },
    { "TaskV2", GPP_TASK },
    { "ImmediateTask", GPP_IMMEDIATE_TASK },
    { "ImmediateTaskV2", GPP_IMMEDIATE_TASK },
    { "Registry", GPP_REGISTRY },
    { "Drive", GPP_DRIVE },
    { "DataSource", GPP_DATA_SOURCE },
    { "SharedPrinter", GPP_PRINTER },
    { "PortPrinter", GPP_PRINTER },
    { "LocalPrinter", GPP_PRINTER },
    { "File", GPP_FILE },
    { "Folder", GPP_FOLDER },
    { "Shortcut", GPP_SHORTCUT },
    { "Ini", GPP_INI },
    { "EnvironmentVariable", GPP_ENVIRONMENT },
};

struct reading {
    struct arena *a;
    const struct xml_node *root;
    struct gpp_item *items; /* NULL while they are only counted */
    size_t count;
};

static bool is_collection(const struct xml_node *node)
{
    return strcmp(node->name, "Collection") == 0;
}

/* What stands beside items: conditions and properties of the collection itself. */
static bool is_part(const struct xml_node *node)
{
    return strcmp(node->name, "Filters") == 0 || strcmp(node->name, "Properties") == 0;
}

/* Item-level targeting; FilterRunOnce is among it. */
static bool has_conditions(const struct xml_node *node)
{
    for (const struct xml_node *f = xml_child(node, "Filters"); f; f = xml_next(f)) {
        if (f->children) {
            return true;
        }
    }
    return false;
}

static enum gpp_action action_of(const struct xml_node *properties)
{
    const char *s = xml_attribute(properties, "action");
    switch (s ? *s : '\0') {
    case 'C':
        return GPP_CREATE;
    case 'R':
        return GPP_REPLACE;
    case 'U':
        return GPP_UPDATE;
    case 'D':
        return GPP_DELETE;
    default:
        return GPP_NOT_TOLD;
    }
}

static const char *key_of(struct reading *r, const struct xml_node *node)
{
    const char *uid = xml_attribute(node, "uid");
    const char *guid = xml_value_guid(r->a, uid);
    if (guid) {
        return guid;
    }
    return uid && *uid != '\0' && strlen(uid) < 128
               ? uid
               : arena_printf(r->a, "%.64s/%zu", r->root->name, r->count + 1);
}

static bool take(struct reading *r, const struct xml_node *node, bool is_disabled,
                 bool is_conditional)
{
    struct gpp_item *item = &r->items[r->count];
    const char *name = xml_attribute(node, "name");
    *item = (struct gpp_item){
        .kind = GPP_OTHER,
        .node = node,
        .properties = xml_child(node, "Properties"),
        .key = key_of(r, node),
        .name = name && *name != '\0' ? name : NULL,
        .changed = xml_value_time(xml_attribute(node, "changed")),
        .is_disabled = is_disabled || xml_value_true(xml_attribute(node, "disabled")),
        .is_conditional = is_conditional || has_conditions(node),
    };
    item->action = action_of(item->properties);
    for (size_t i = 0; i < ARRAY_LEN(elements); i++) {
        if (strcmp(elements[i].element, node->name) == 0) {
            item->kind = elements[i].kind;
        }
    }
    return item->key != NULL;
}

/* Goes through a collection and those in it; XML_DEPTH_MAX bounds how deep. False when memory is short. */
static bool walk(struct reading *r, const struct xml_node *node, bool is_disabled,
                 bool is_conditional)
{
    is_disabled = is_disabled || xml_value_true(xml_attribute(node, "disabled"));
    is_conditional = is_conditional || has_conditions(node);
    for (const struct xml_node *child = node->children; child; child = child->next) {
        if (is_collection(child)) {
            if (!walk(r, child, is_disabled, is_conditional)) {
                return false;
            }
        } else if (!is_part(child)) {
            if (r->items && !take(r, child, is_disabled, is_conditional)) {
                return false;
            }
            r->count++;
        }
    }
    return true;
}

static int by_key(const void *x, const void *y)
{
    const struct gpp_item *const *a = x, *const *b = y;
    int order = strcmp((*a)->key, (*b)->key);
    return order != 0 ? order : (*a > *b) - (*a < *b);
}

/* Two items with one uid would be one row. */
static bool part_keys(struct reading *r)
{
    struct gpp_item **sorted = arena_array(r->a, r->count + 1, sizeof(struct gpp_item *));
    for (size_t i = 0; sorted && i < r->count; i++) {
        sorted[i] = &r->items[i];
    }
    if (!sorted) {
        return false;
    }
    qsort(sorted, r->count, sizeof(struct gpp_item *), by_key);
    const char *last = "";
    for (size_t i = 0, same = 1; i < r->count; i++) {
        same = i > 0 && strcmp(sorted[i]->key, last) == 0 ? same + 1 : 1;
        last = sorted[i]->key;
        sorted[i]->key = same > 1 ? arena_printf(r->a, "%s#%zu", last, same) : last;
        if (!sorted[i]->key) {
            return false;
        }
    }
    return true;
}

enum rc gpp_read(const uint8_t *data, size_t n, struct arena *a, const struct gpp_item **ret,
                 size_t *ret_count, struct err *err)
{
    struct reading r = { .a = a };
    TRY(xml_parse(data, n, a, &r.root, err));
    (void)walk(&r, r.root, false, false);
    r.items = arena_array(a, r.count + 1, sizeof(*r.items));
    r.count = 0;
    if (!r.items || !walk(&r, r.root, false, false) || !part_keys(&r)) {
        return err_setf(err, RC_MALFORMED,
                        "a preference file of more items than there is room for");
    }
    *ret = r.items;
    *ret_count = r.count;
    return RC_OK;
}

const char *gpp_property(const struct gpp_item *item, const char *name)
{
    const char *s = xml_attribute(item->properties, name);
    return s && *s != '\0' ? s : NULL;
}
