/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One value of a column, made safe to share: JSON member by member, what audit_info holds by name. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "report/redact/parts.h"

static json_t *redact_json(struct redactor *r, json_t *value, const struct column_rule *column,
                           const struct column_rule *member, const char *key);

static json_t *redact_members(struct redactor *r, json_t *value, const struct column_rule *column)
{
    const char *key = NULL;
    json_t *one = NULL, *all = json_object();
    json_object_foreach (value, key, one) {
        /* Members are columns of our views; of others, only a word of ours may be seen. */
        const char *shown = redactor_text(r, REDACT_SENTENCE, REDACT_TEXT, key, strlen(key));
        char *name = shown ? strdup(shown) : NULL;
        json_t *made =
            name ? redact_json(
                       r, one, column,
                       column->rule == REDACT_CODE ? column_rule_of("evidence", key) : column, key)
                 : NULL;
        if (!made || json_object_set_new(all, name, made) != 0) {
            r->names.bad = true;
        }
        free(name);
    }
    return all;
}

static json_t *redact_json(struct redactor *r, json_t *value, const struct column_rule *column,
                           const struct column_rule *member, const char *key)
{
    if (json_is_object(value)) {
        return redact_members(r, value, column);
    }
    if (json_is_array(value)) {
        json_t *all = json_array(), *one = NULL;
        size_t i = 0;
        json_array_foreach (value, i, one) {
            if (json_array_append_new(all, redact_json(r, one, column, member, key)) != 0) {
                r->names.bad = true;
            }
        }
        return all;
    }
    if (json_is_string(value)) {
        const char *shown = redactor_text(r, member->rule, member->kind, json_string_value(value),
                                          json_string_length(value));
        return shown ? json_string(shown) : NULL;
    }
    return json_is_integer(value) && column_is_rid(key)
               ? json_integer(pseudonym_rid(&r->names, json_integer_value(value)))
               : json_incref(value);
}

char *parts_cell(struct redactor *r, const struct column_rule *rule, const char *s, size_t n)
{
    if (!rule->is_json) {
        const char *shown = redactor_text(r, rule->rule, rule->kind, s, n);
        return shown ? strdup(shown) : NULL;
    }
    json_t *value = json_loadb(s, n, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    json_t *made = value ? redact_json(r, value, rule, rule, "") : NULL;
    char *text = made ? json_dumps(made, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;
    if (!value) { /* no JSON: as what people wrote */
        const char *shown = redactor_text(r, REDACT_FREE, REDACT_TEXT, s, n);
        text = shown ? strdup(shown) : NULL;
    }
    json_decref(value);
    json_decref(made);
    return text;
}

/* What audit_info holds by name: what a document needs to be read at all stays. */
enum redact_rule parts_info_rule(const char *name)
{
    static const char *const kept[] = {
        "schema_version",  "views",       "derived",   "tool_version",   "now",
        "started_at",      "finished_at", "time_zone", "password_reuse", "checks_all",
        "checks_left_out", "incident_at"
    };
    for (size_t i = 0; i < ARRAY_LEN(kept); i++) {
        if (strcmp(kept[i], name) == 0) {
            return REDACT_KEEP;
        }
    }
    return strncmp(name, "organisation", 12) == 0    ? REDACT_NAME
           : strcmp(name, "operator_note") == 0      ? REDACT_FREE
           : strcmp(name, "supervisor_sandbox") == 0 ? REDACT_SENTENCE
                                                     : REDACT_CODE;
}
