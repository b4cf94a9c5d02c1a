/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passwords in preferences: that they are there, whose, how long and which are equal. */
#include <string.h>

#include "audit/decode/format/cpassword.h"
#include "audit/decode/policy/preference.h"

static const char *kind_of(enum gpp_kind kind)
{
    switch (kind) {
    case GPP_USER:
        return "local_user";
    case GPP_SERVICE:
        return "service";
    case GPP_TASK:
        return "task";
    case GPP_IMMEDIATE_TASK:
        return "immediate_task";
    case GPP_DRIVE:
        return "drive";
    case GPP_DATA_SOURCE:
        return "data_source";
    case GPP_PRINTER:
        return "printer";
    default:
        return "other";
    }
}

/* The number of a built-in account; the name beside it is only text. 0 = none. */
static int rid_of(const struct gpp_item *item)
{
    const char *s = item->kind == GPP_USER ? gpp_property(item, "subAuthority") : NULL;
    return !s                                                     ? 0
           : strcmp(s, "RID_ADMIN") == 0 || strcmp(s, "500") == 0 ? 500
           : strcmp(s, "RID_GUEST") == 0 || strcmp(s, "501") == 0 ? 501
                                                                  : 0;
}

static enum rc password(const struct preference *p, const char *text, size_t number,
                        struct err *err)
{
    static const char *const states[] = {
        [CPASSWORD_SET] = "set", [CPASSWORD_EMPTY] = "empty", [CPASSWORD_UNREADABLE] = "unreadable"
    };
    struct cpassword c;
    struct row row;
    cpassword_read(text, strlen(text), p->file->import->key, &c);
    const char *key =
        number == 1 ? p->item->key : arena_printf(p->file->arena, "%s/%zu", p->item->key, number);
    row_begin(&row, ROW_TABLE_POLICYPASSWORD);
    row_text(&row, POLICYPASSWORD_HALF, p->half);
    preference_text(&row, POLICYPASSWORD_FILE, p->file->path);
    preference_text(&row, POLICYPASSWORD_KEY, key);
    row_text(&row, POLICYPASSWORD_KIND, kind_of(p->item->kind));
    preference_text(&row, POLICYPASSWORD_ACCOUNT, preference_account(p->item));
    if (rid_of(p->item) != 0) {
        row_int(&row, POLICYPASSWORD_RID, rid_of(p->item));
    }
    row_text(&row, POLICYPASSWORD_STATE, states[c.state]);
    if (c.state != CPASSWORD_UNREADABLE) {
        row_int(&row, POLICYPASSWORD_LENGTH, c.length);
    }
    preference_text(&row, POLICYPASSWORD_FINGERPRINT, c.fingerprint);
    row_bool(&row, POLICYPASSWORD_CONDITIONAL, p->is_conditional);
    if (p->item->changed > 0) {
        row_int(&row, POLICYPASSWORD_CHANGED, p->item->changed);
    }
    return policy_file_put(p->file, &row, err);
}

/* Wherever in the item; XML_DEPTH_MAX bounds how deep. */
static enum rc search(const struct preference *p, const struct xml_node *node, size_t *number,
                      struct err *err)
{
    for (size_t i = 0; i < node->attribute_count; i++) {
        if (strcmp(node->attributes[i].name, "cpassword") == 0) {
            ++*number;
            TRY(password(p, node->attributes[i].value, *number, err));
        }
    }
    for (const struct xml_node *child = node->children; child; child = child->next) {
        TRY(search(p, child, number, err));
    }
    return RC_OK;
}

enum rc preference_passwords(const struct preference *p, struct err *err)
{
    size_t number = 0;
    return search(p, p->item->node, &number, err);
}
