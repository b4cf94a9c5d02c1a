/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/both.h"

#include <string.h>

#include "audit/base/arena.h"
#include "report/assets.h"

/* Attributes whose value is a list of ids. */
static const char *const lists_of_ids[] = {
    "for",           "headers",           "list",
    "form",          "aria-labelledby",   "aria-describedby",
    "aria-controls", "aria-owns",         "aria-details",
    "aria-flowto",   "aria-errormessage", "aria-activedescendant"
};

/* Attributes of SVG that may say url(#id). */
static const char *const paints[] = { "fill",   "stroke",     "clip-path",  "mask",
                                      "filter", "marker-end", "marker-mid", "marker-start" };

static bool is_in(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* The words of value, each with the prefix. */
static const char *each_word(struct arena *a, const char *value, const char *prefix)
{
    const char *all = "";
    for (const char *p = value + strspn(value, " \t\n"); *p && all;) {
        size_t n = strcspn(p, " \t\n");
        all = arena_printf(a, "%s%s%s%.*s", all, *all ? " " : "", prefix, (int)n, p);
        p += n;
        p += strspn(p, " \t\n");
    }
    return all;
}

/* The value as it must be in the second language; the value itself when it names no id. NULL: no memory. */
static const char *moved(struct arena *a, const xmlAttr *attr, const char *value,
                         const char *prefix)
{
    static const char url[] = "url(#";
    const char *name = (const char *)attr->name;
    if (strcmp(name, "id") == 0) {
        return arena_printf(a, "%s%s", prefix, value);
    }
    if (is_in(name, lists_of_ids, ARRAY_LEN(lists_of_ids))) {
        return each_word(a, value, prefix);
    }
    if (strcmp(name, "href") == 0 && value[0] == '#' && value[1]) {
        return arena_printf(a, "#%s%s", prefix, value + 1);
    }
    if (is_in(name, paints, ARRAY_LEN(paints)) && strncmp(value, url, strlen(url)) == 0) {
        return arena_printf(a, "%s%s%s", url, prefix, value + strlen(url));
    }
    return value;
}

static bool prefix_attributes(struct arena *a, xmlNode *node, const char *prefix)
{
    for (xmlAttr *attr = node->properties; attr; attr = attr->next) {
        xmlChar *value = xmlNodeListGetString(node->doc, attr->children, 1);
        if (!value) {
            continue; /* empty */
        }
        arena_reset(a);
        const char *now = moved(a, attr, (const char *)value, prefix);
        bool is_same = now && strcmp(now, (const char *)value) == 0;
        xmlFree(value);
        if (is_same) {
            continue;
        }
        xmlNode *text = now ? xmlNewDocText(node->doc, XML(now)) : NULL;
        if (!text) {
            return false;
        }
        if (attr->atype == XML_ATTRIBUTE_ID) {
            (void)xmlRemoveID(node->doc, attr);
        }
        xmlFreeNodeList(attr->children);
        attr->children = attr->last = text;
        text->parent = (xmlNode *)attr;
    }
    return true;
}

/* All elements below top, without recursion: a page is as deep as it likes. */
static bool prefix_below(struct arena *a, xmlNode *top, const char *prefix)
{
    for (xmlNode *n = top->children; n;) {
        if (n->type == XML_ELEMENT_NODE && !prefix_attributes(a, n, prefix)) {
            return false;
        }
        if (n->type == XML_ELEMENT_NODE && n->children) {
            n = n->children;
            continue;
        }
        while (n != top && !n->next) {
            n = n->parent;
        }
        n = n == top ? NULL : n->next;
    }
    return true;
}

static xmlNode *child_named(xmlNode *parent, const char *name)
{
    xmlNode *n = parent ? parent->children : NULL;
    while (n && (n->type != XML_ELEMENT_NODE || strcmp((const char *)n->name, name) != 0)) {
        n = n->next;
    }
    return n;
}

/* html/body/main of a page with @both. */
static xmlNode *main_of(xmlDoc *page)
{
    return child_named(child_named(xmlDocGetRootElement(page), "body"), "main");
}

/* The pages have strings in dictionaries of their own, so what moves is copied; part by part, that never a whole page is there twice. */
static bool move_children(xmlNode *from, xmlNode *to)
{
    for (xmlNode *n = from->children; n;) {
        xmlNode *next = n->next, *copy = xmlDocCopyNode(n, to->doc, 1);
        if (!copy || !xmlAddChild(to, copy)) {
            xmlFreeNode(copy);
            return false;
        }
        xmlUnlinkNode(n);
        xmlFreeNode(n);
        n = next;
    }
    return true;
}

enum rc both_join(xmlDoc *first, xmlDoc *second, const char *prefix, struct err *err)
{
    xmlNode *into = main_of(first), *from = child_named(main_of(second), "div");
    if (!child_named(into, "div") || !from) {
        return err_setf(err, RC_MALFORMED,
                        "the style sheet of the report made no page of two languages");
    }
    struct arena *a AUTO(arena_freep) = arena_new(0);
    xmlNode *to = xmlDocCopyNode(from, first, 2); /* with its attributes, without its children */
    if (!to || !xmlAddChild(into, to)) {
        xmlFreeNode(to);
        return err_setf(err, RC_NOMEM, "no memory for the report");
    }
    bool ok = a && prefix_below(a, from, prefix);
    xmlNode *parts = from->children;
    while (ok && parts) {
        /* The technical part is the one that is large: it moves chapter by chapter. */
        xmlNode *next = parts->next, *shell = xmlDocCopyNode(parts, first, 2);
        ok = shell && xmlAddChild(to, shell) &&
             (parts->type != XML_ELEMENT_NODE || move_children(parts, shell));
        parts = next;
    }
    return ok ? RC_OK : err_setf(err, RC_NOMEM, "no memory for the report");
}
