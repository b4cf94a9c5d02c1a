/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The preference files of Group Policy ([MS-GPPREF] 2.2): their items in the order of the file, with what decides whether they apply.
 * What an item sets stays in its tree; registry items are turned into values. */
#ifndef DECODE_FORMAT_GPP_H
#define DECODE_FORMAT_GPP_H

#include "audit/base/filetime.h"
#include "audit/decode/format/registry_value.h"
#include "audit/decode/format/xml.h"

enum gpp_kind {
    GPP_USER,
    GPP_GROUP,
    GPP_SERVICE,
    GPP_TASK, /* Task and TaskV2 */
    GPP_IMMEDIATE_TASK,
    GPP_REGISTRY,
    GPP_DRIVE,
    GPP_DATA_SOURCE,
    GPP_PRINTER,
    GPP_FILE,
    GPP_FOLDER,
    GPP_SHORTCUT,
    GPP_INI,
    GPP_ENVIRONMENT,
    GPP_OTHER
};

enum gpp_action {
    GPP_NOT_TOLD,
    GPP_CREATE,
    GPP_REPLACE,
    GPP_UPDATE,
    GPP_DELETE
};

struct gpp_item {
    enum gpp_kind kind;
    const struct xml_node *node;       /* the item's element */
    const struct xml_node *properties; /* NULL = it has none */
    const char *
        key; /* uid (a GUID in the one text form where it is one), else its place in the file; a uid that occurs again gets
                        "#2": no two items of a file have the same */
    const char *name; /* NULL = not told */
    enum gpp_action action;
    filetime changed; /* 0 = not told; the file has no time zone, so it is taken as UTC */
    bool is_disabled; /* the item, a collection above or the whole file is switched off */
    bool
        is_conditional; /* item-level targeting of it or a collection above, or it is applied once */
};

/* The items of a file; all in the arena. RC_MALFORMED when it is no XML; a file of a kind that is not known has items of kind
 * GPP_OTHER. */
MUST_USE enum rc gpp_read(const uint8_t *data, size_t n, struct arena *a,
                          const struct gpp_item **ret, size_t *ret_count, struct err *err);

/* An attribute of the properties; NULL = not there or empty. */
const char *gpp_property(const struct gpp_item *item, const char *name);

enum gpp_registry {
    GPP_REGISTRY_VALUE,
    GPP_REGISTRY_NOTHING,   /* it sets nothing (an empty key), or does not say what */
    GPP_REGISTRY_ELSEWHERE, /* below HKEY_USERS, of one named account */
    GPP_REGISTRY_NOMEM
};

/* A registry item as a value: HKLM\… or HKCU\…, with HKEY_CLASSES_ROOT as HKLM\SOFTWARE\Classes. Fills *ret, in the arena, only for
 * GPP_REGISTRY_VALUE. */
enum gpp_registry gpp_registry(const struct gpp_item *item, struct arena *a,
                               struct registry_value *ret);

#endif
