/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "preference_run.h"

#include <stdlib.h>
#include <string.h>

#include "audit/decode/format/crypt.h"
#include "audit/decode/format/fingerprint.h"
#include "audit/decode/format/xml.h"
#include "tests/support/t.h"
#include "tests/unit/decode/xml/policy_double.h"

struct err err;
struct rows rows;

const struct secret *preference_key(void)
{
    static struct secret *key;
    if (!key) {
        key = secret_new("0123456789abcdef0123456789abcdef", FINGERPRINT_KEY_SIZE);
    }
    return key;
}

void preference_prepare(void)
{
    T_EQ_I(xml_prepare(&err), RC_OK);
    T_EQ_I(crypt_prepare(&err), RC_OK);
    err = (struct err){ .rc = RC_OK };
    if (!rows.sink.put) {
        rows_init(&rows);
    }
    rows_clear(&rows);
}

void preference_no_mark(void)
{
    T_EQ_I(rows.refused + double_bad_rows, 0);
    T_OK(strcasestr(err.msg, MARK) == NULL && strcasestr(err.where, MARK) == NULL);
    for (size_t i = 0; i < rows.count; i++) {
        for (size_t k = 0; k < row_catalogue(rows.rows[i].table)->count; k++) {
            const struct row_value *v = &rows.rows[i].v[k];
            if (v->kind == ROW_STRING && strcasestr(v->text, MARK)) {
                t_fail(__FILE__, __LINE__, "the mark is in %s.%s",
                       row_catalogue(rows.rows[i].table)->table,
                       row_catalogue(rows.rows[i].table)->columns[k].name);
            }
        }
    }
}

/* True when a row or the message holds the text. */
static bool is_told(const char *text, size_t n)
{
    bool is_found = memmem(err.msg, strlen(err.msg), text, n) != NULL;
    for (size_t i = 0; i < rows.count; i++) {
        for (size_t k = 0; k < row_catalogue(rows.rows[i].table)->count; k++) {
            const struct row_value *v = &rows.rows[i].v[k];
            is_found = is_found || (v->kind == ROW_STRING && memmem(v->text, v->size, text, n));
        }
    }
    return is_found;
}

/* No encrypted form of a password is told: whoever has it has the password. */
static void no_cipher(const uint8_t *data, size_t size)
{
    static const char name[] = "cpassword=\"";
    const uint8_t *p = data, *end = data + size;
    while ((p = memmem(p, (size_t)(end - p), name, sizeof(name) - 1)) != NULL) {
        p += sizeof(name) - 1;
        const uint8_t *quote = memchr(p, '"', (size_t)(end - p));
        if (quote && quote - p >= 10) {
            T_OK(!is_told((const char *)p, 10));
        }
    }
}

enum rc preference_run_bytes(const void *data, size_t n, const char *half)
{
    preference_prepare();
    uint8_t *copy = malloc(n > 0 ? n : 1);
    if (n > 0) {
        memcpy(copy, data, n);
    }
    enum rc rc = double_preferences(copy, n, half, "Machine/Preferences/x.xml", preference_key(),
                                    &rows.sink, &err);
    no_cipher(copy, n);
    free(copy);
    preference_no_mark();
    return rc;
}

enum rc preference_run(const char *text)
{
    return preference_run_bytes(text, strlen(text), "machine");
}
