/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/format/xml.h"

#include <libxml/SAX2.h>
#include <libxml/parserInternals.h>
#include <string.h>

#include "audit/base/wr.h"
#include "audit/decode/format/text.h"
#include "audit/decode/format/xml_text.h"

struct open_node {
    struct xml_node *node;
    struct xml_node *last; /* of its children */
};

struct reading {
    xmlParserCtxtPtr parser;
    struct arena *a;
    struct xml_node *root;
    struct open_node open[XML_DEPTH_MAX];
    uint32_t depth;

    struct {
        const xmlChar *given; /* libxml2 has each name once, so that the pointer tells them apart */
        const char *kept;
    } names[256];

    struct wr text; /* of the innermost element, as long as it has no child */
    const char *wrong;
    int error, line; /* the first one of libxml2; what follows it are consequences */
};

enum rc xml_prepare(struct err *err)
{
    xmlInitParser();
    return text_prepare(err);
}

static void stop(struct reading *r, const char *wrong)
{
    if (!r->wrong) {
        r->wrong = wrong;
        xmlStopParser(r->parser);
    }
}

static const char *keep(struct reading *r, const xmlChar *s, size_t n)
{
    const char *copy = arena_strndup(r->a, (const char *)s, n);
    if (!copy) {
        stop(r, "more text than there is room for");
    }
    return copy ? copy : "";
}

/* A name is kept once, as long as another one does not take its place. */
static const char *keep_name(struct reading *r, const xmlChar *name)
{
    size_t slot = ((uintptr_t)name >> 3) % ARRAY_LEN(r->names);
    if (r->names[slot].given != name) {
        r->names[slot].kept = keep(r, name, strlen((const char *)name));
        r->names[slot].given = name;
    }
    return r->names[slot].kept;
}

/* libxml2 gives five pointers an attribute: name, prefix, namespace, first byte and end of the value. */
static void take_attributes(struct reading *r, struct xml_node *node, size_t count,
                            const xmlChar **given)
{
    struct xml_attribute *list =
        count > 0 ? arena_array(r->a, count, sizeof(struct xml_attribute)) : NULL;
    if (count > 0 && !list) {
        stop(r, "more text than there is room for");
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const xmlChar **g = given + 5 * i;
        list[i].name = keep_name(r, g[0]);
        list[i].value = g[4] > g[3] ? keep(r, g[3], (size_t)(g[4] - g[3])) : "";
    }
    node->attributes = list;
    node->attribute_count = count;
}

/* Puts a new node behind what its parent has. */
static void append(struct reading *r, struct xml_node *node)
{
    struct open_node *parent = r->depth > 0 ? &r->open[r->depth - 1] : NULL;
    if (!parent) {
        r->root = node;
        return;
    }
    if (parent->last) {
        parent->last->next = node;
    } else {
        parent->node->children = node;
    }
    parent->last = node;
}

static void start_element(void *context, const xmlChar *name, const xmlChar *prefix,
                          const xmlChar *uri, int namespaces, const xmlChar **namespace_list,
                          int attributes, int defaulted, const xmlChar **given)
{
    struct reading *r = context;
    (void)prefix;
    (void)uri;
    (void)namespaces;
    (void)namespace_list;
    (void)defaulted;
    if (r->wrong) {
        return;
    }
    struct xml_node *node = arena_alloc(r->a, sizeof(*node));
    if (!node || r->depth >= XML_DEPTH_MAX) {
        stop(r, node ? "elements nested too deep" : "more text than there is room for");
        return;
    }
    node->name = keep_name(r, name);
    node->text = "";
    node->line = (uint32_t)xmlSAX2GetLineNumber(r->parser);
    take_attributes(r, node, attributes > 0 ? (size_t)attributes : 0, given);
    append(r, node);
    wr_clear(&r->text);
    r->open[r->depth++] = (struct open_node){ node, NULL };
}

static bool is_space(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void end_element(void *context, const xmlChar *name, const xmlChar *prefix,
                        const xmlChar *uri)
{
    struct reading *r = context;
    (void)name;
    (void)prefix;
    (void)uri;
    if (r->wrong || r->depth == 0) {
        return;
    }
    struct xml_node *node = r->open[--r->depth].node;
    if (!node->children) {
        const uint8_t *p = r->text.data;
        size_t n = r->text.size;
        while (n > 0 && is_space(p[n - 1])) {
            n--;
        }
        while (n > 0 && is_space(*p)) {
            p++;
            n--;
        }
        node->text = n > 0 ? keep(r, p, n) : "";
    }
    wr_clear(&r->text);
}

static void characters(void *context, const xmlChar *s, int n)
{
    struct reading *r = context;
    if (r->wrong || n <= 0) {
        return;
    }
    wr_bytes(&r->text, s, (size_t)n);
    if (r->text.bad) {
        stop(r, "more text than there is room for");
    }
}

/* The scan lets none of these come here; libxml2 has the last word all the same. */
static void document_type(void *context, const xmlChar *name, const xmlChar *external,
                          const xmlChar *system)
{
    (void)name;
    (void)external;
    (void)system;
    stop(context, "a document type or entity, which is refused");
}

#if LIBXML_VERSION >= 21200
typedef const xmlError *error_ptr;
#else
typedef xmlErrorPtr error_ptr;
#endif

/* Its text may repeat what the file holds, and is not looked at. */
static void first_error(void *context, error_ptr error)
{
    struct reading *r = context;
    if (r->error == 0 && error->level >= XML_ERR_ERROR) {
        r->error = error->code;
        r->line = error->line;
    }
}

static const char *say(int code)
{
    switch (code) {
    case XML_ERR_DOCUMENT_EMPTY:
    case XML_ERR_DOCUMENT_START:
        return "no document";
    case XML_ERR_DOCUMENT_END:
        return "something after the end of the document";
    case XML_ERR_TAG_NOT_FINISHED:
    case XML_ERR_GT_REQUIRED:
    case XML_ERR_CDATA_NOT_FINISHED:
    case XML_ERR_COMMENT_NOT_FINISHED:
        return "it is cut off";
    case XML_ERR_TAG_NAME_MISMATCH:
        return "an end tag without its start tag";
    case XML_ERR_UNDECLARED_ENTITY:
    case XML_WAR_UNDECLARED_ENTITY:
        return "a document type or entity, which is refused";
    case XML_ERR_ATTRIBUTE_REDEFINED:
        return "an attribute that is there twice";
    case XML_ERR_INVALID_CHAR:
    case XML_ERR_INVALID_CHARREF:
        return "a character that XML does not have";
    default:
        return "not well-formed";
    }
}

static void parser_free(xmlParserCtxtPtr *parser)
{
    if (*parser) {
        xmlFreeParserCtxt(*parser);
    }
}

static enum rc parse(struct reading *r, const char *text, size_t n, struct err *err)
{
    AUTO(parser_free) xmlParserCtxtPtr parser = xmlCreateMemoryParserCtxt(text, (int)n);
    if (!parser) {
        return err_setf(err, RC_NOMEM, "no memory for an XML file");
    }
    /* Nothing else is called: entities and comments have nowhere to go. */
    *parser->sax = (xmlSAXHandler){
        .initialized = XML_SAX2_MAGIC,
        .startElementNs = start_element,
        .endElementNs = end_element,
        .characters = characters,
        .cdataBlock = characters,
        .ignorableWhitespace = characters,
        .internalSubset = document_type,
        .externalSubset = document_type,
        .serror = first_error,
    };
    parser->userData = r;
    r->parser = parser;
    /* Without NOENT an ampersand in an attribute comes as "&#38;". There are no entities to replace but those of XML. */
    (void)xmlCtxtUseOptions(parser, XML_PARSE_NONET | XML_PARSE_NOENT | XML_PARSE_IGNORE_ENC);
    (void)xmlParseDocument(parser);
    if (r->wrong || !parser->wellFormed || !r->root || r->depth > 0) {
        int line = r->wrong ? xmlSAX2GetLineNumber(parser) : r->line;
        return err_setf(err, RC_MALFORMED, "XML, line %d: %s", line < 1 ? 1 : line,
                        r->wrong ? r->wrong : say(r->error));
    }
    return RC_OK;
}

enum rc xml_parse(const uint8_t *data, size_t n, struct arena *a, const struct xml_node **ret_root,
                  struct err *err)
{
    const char *text = NULL;
    size_t size = 0;
    AUTO(arena_freep) struct arena *scratch = arena_new(8 * (size_t)XML_SIZE_MAX);
    if (!scratch) {
        return err_setf(err, RC_NOMEM, "no memory for an XML file");
    }
    TRY(xml_text(data, n, scratch, &text, &size, err));
    TRY(xml_scan(text, size, err));
    struct reading r = { .a = a };
    wr_init(&r.text, XML_SIZE_MAX * 2);
    enum rc rc = parse(&r, text, size, err);
    wr_done(&r.text);
    if (rc == RC_OK) {
        *ret_root = r.root;
    }
    return rc;
}

const char *xml_attribute(const struct xml_node *node, const char *name)
{
    for (size_t i = 0; node && i < node->attribute_count; i++) {
        if (strcmp(node->attributes[i].name, name) == 0) {
            return node->attributes[i].value;
        }
    }
    return NULL;
}

static const struct xml_node *named(const struct xml_node *node, const char *name)
{
    while (node && name && strcmp(node->name, name) != 0) {
        node = node->next;
    }
    return node;
}

const struct xml_node *xml_child(const struct xml_node *node, const char *name)
{
    return node ? named(node->children, name) : NULL;
}

const struct xml_node *xml_next(const struct xml_node *node)
{
    return named(node->next, node->name);
}

const char *xml_child_text(const struct xml_node *node, const char *name)
{
    const struct xml_node *child = xml_child(node, name);
    return child ? child->text : NULL;
}
