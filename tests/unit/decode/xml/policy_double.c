/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stands in for the driver of policy files: what it does with a row, and no more. */
#include "tests/unit/decode/xml/policy_double.h"

#include <string.h>

size_t double_bad_rows;

enum rc policy_file_put(const struct policy_file *f, struct row *row, struct err *err)
{
    row_text(row, 0, f->gpo_id);
    enum rc rc = row_check(row, err);
    if (rc != RC_OK) {
        double_bad_rows += strstr(err->msg, "too long") == NULL;
        return rc;
    }
    ++*f->rows;
    return row_put(f->import->sink, row, err);
}

enum rc policy_file_registry(const struct policy_file *f, const struct registry_value *v,
                             const char *source, bool is_conditional, struct err *err)
{
    static const char *const actions[] = { "set", "create", "delete_value", "delete_values",
                                           "delete_key" };
    struct registry_data data = { 0 };
    struct row row;
    if (strncmp(v->key, "HKLM\\", 5) != 0 && strncmp(v->key, "HKCU\\", 5) != 0) {
        return err_setf(err, RC_BUG, "a key of neither HKLM nor HKCU");
    }
    row_begin(&row, ROW_TABLE_POLICYREGISTRY);
    if (v->action <= REG_CREATE) {
        if (!registry_data(f->arena, v, &data)) {
            return err_setf(err, RC_NOMEM, "no memory");
        }
        row_int(&row, POLICYREGISTRY_TYPE, v->type);
        row_int(&row, POLICYREGISTRY_SIZE, (int64_t)v->size);
        row_text(&row, POLICYREGISTRY_TEXT, data.text);
    }
    if (data.has_number) {
        row_int(&row, POLICYREGISTRY_NUMBER, data.number);
    }
    row_text(&row, POLICYREGISTRY_HALF, f->half ? f->half : "machine");
    row_text(&row, POLICYREGISTRY_KEY, v->key);
    row_text(&row, POLICYREGISTRY_VALUE, v->value);
    row_text(&row, POLICYREGISTRY_SOURCE, source);
    row_text(&row, POLICYREGISTRY_ACTION, actions[v->action]);
    row_bool(&row, POLICYREGISTRY_CONDITIONAL, is_conditional);
    return policy_file_put(f, &row, err);
}

enum rc double_preferences(const void *data, size_t n, const char *half, const char *path,
                           const struct secret *key, struct row_sink *sink, struct err *err)
{
    uint64_t count = 0;
    AUTO(arena_freep) struct arena *a = arena_new(0);
    const struct policy_import import = { .sink = sink, .key = key };
    const struct policy_file f = { .import = &import,
                                   .arena = a,
                                   .gpo_id = "11111111-2222-3333-4444-555555555555",
                                   .half = half,
                                   .path = path,
                                   .sysvol_path = path,
                                   .data = data,
                                   .size = n,
                                   .rows = &count };
    return a ? policy_file_preferences(&f, err) : err_setf(err, RC_NOMEM, "no memory");
}

enum rc double_script(const void *data, size_t n, const char *path, struct row_sink *sink,
                      struct err *err)
{
    uint64_t count = 0;
    const struct policy_import import = { .sink = sink };
    const struct policy_file f = { .import = &import,
                                   .gpo_id = POLICY_NOWHERE,
                                   .path = path,
                                   .sysvol_path = path,
                                   .data = data,
                                   .size = n,
                                   .changed_at = 132000000000000000,
                                   .rows = &count };
    return policy_file_script(&f, err);
}
