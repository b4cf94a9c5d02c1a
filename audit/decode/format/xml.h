/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one door to libxml2: bytes that a stranger wrote to a small tree, or to one line that says what is wrong. Nothing outside of
 * the bytes is ever looked at: no document type, no entities but the five of XML itself, no XInclude, no network, no files. */
#ifndef DECODE_FORMAT_XML_H
#define DECODE_FORMAT_XML_H

#include <stdint.h>

#include "audit/base/arena.h"
#include "audit/base/err.h"

#define XML_SIZE_MAX       (16U * 1024 * 1024) /* bytes of a file */
#define XML_DEPTH_MAX      128U                /* collections of preferences nest by registry key */
#define XML_NODES_MAX      400000U
#define XML_ATTRIBUTES_MAX 256U /* of one element */

struct xml_attribute {
    const char *name; /* without its prefix */
    const char *value;
};

struct xml_node {
    const char *name; /* without its prefix */
    const char *
        text; /* of an element without children, without white space around; "" where there are children */
    const struct xml_attribute *attributes;
    size_t attribute_count;
    const struct xml_node *children, *next;
    uint32_t line;
};

/* Initialises libxml2 and loads the code pages (text_prepare); call it in worker_role.prepare, before the sandbox closes.
 * May be called again. RC_UNSUPPORTED names a character set that this machine lacks. */
MUST_USE enum rc xml_prepare(struct err *err);

/* Reads a document in UTF-8, UTF-16 (by its mark or its first characters), or in Shift_JIS (CP932), windows-1252
 * and the other code pages of text.h as its declaration tells. The tree is in the arena. RC_MALFORMED with the line for all that is wrong with the file, also when it is
 * larger than what is looked at or than the arena: a file never ends more than itself. No message repeats what the file holds. */
MUST_USE enum rc xml_parse(const uint8_t *data, size_t n, struct arena *a,
                           const struct xml_node **ret_root, struct err *err);

/* Value of an attribute; NULL = not there. */
const char *xml_attribute(const struct xml_node *node, const char *name);

/* The first child of a name, and the next sibling of the same name as node; NULL = none. Name NULL = any. */
const struct xml_node *xml_child(const struct xml_node *node, const char *name);
const struct xml_node *xml_next(const struct xml_node *node);

/* Text of the first child of a name; NULL = not there. node may be NULL. */
const char *xml_child_text(const struct xml_node *node, const char *name);

#endif
