/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GUIDs, times and switches as the XML files of Windows spell them. */
#ifndef DECODE_FORMAT_XML_VALUE_H
#define DECODE_FORMAT_XML_VALUE_H

#include "audit/base/arena.h"
#include "audit/base/filetime.h"

/* A GUID with or without braces as the one text form (base/sid.h), in the arena; NULL for anything else, and for NULL. */
const char *xml_value_guid(struct arena *a, const char *s);

/* "2018-11-06 05:37:03", "2018-11-06T05:37:03", also with a fraction or a zone; without one it is taken as UTC. 0 for anything else. */
filetime xml_value_time(const char *s);

/* "1" and "true" in any case are true; NULL is not. */
bool xml_value_true(const char *s);

#endif
