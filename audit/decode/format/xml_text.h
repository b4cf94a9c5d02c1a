/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What happens to an XML file before libxml2 sees it: its character set becomes UTF-8, and a scan refuses what libxml2 would be
 * slow or too willing with. Nobody but xml.c includes this. */
#ifndef DECODE_FORMAT_XML_TEXT_H
#define DECODE_FORMAT_XML_TEXT_H

#include <stdint.h>

#include "audit/base/arena.h"
#include "audit/base/err.h"

/* The file as valid UTF-8 without a mark; in the arena, or borrowed from data. RC_MALFORMED when it is not what it says. */
MUST_USE enum rc xml_text(const uint8_t *data, size_t n, struct arena *a, const char **ret,
                          size_t *ret_size, struct err *err);

/* Refuses a document type, and more nodes, depth, attributes or namespaces than xml.h allows. RC_MALFORMED with the line. What it
 * lets pass need not be well-formed. */
MUST_USE enum rc xml_scan(const char *text, size_t n, struct err *err);

#endif
