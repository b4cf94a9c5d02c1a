/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The operator REGEXP for checks and views, by PCRE2. Patterns come from checks, text from targets: the limits keep a text
 * that makes a pattern backtrack for ever from stopping the audit. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>

#include "audit/evidence/store_internal.h"

#define REGEXP_MATCH_LIMIT 200000U
#define REGEXP_DEPTH_LIMIT 2000U
#define REGEXP_HEAP_LIMIT  4096U /* KiB */

struct regexp {
    pcre2_code *code;
    pcre2_match_data *match;
    pcre2_match_context *limits;
};

static void regexp_free(void *p)
{
    struct regexp *r = p;
    if (r) {
        pcre2_match_context_free(r->limits);
        pcre2_match_data_free(r->match);
        pcre2_code_free(r->code);
        free(r);
    }
}

static struct regexp *regexp_new(const unsigned char *pattern, size_t size, char *fault,
                                 size_t fault_size)
{
    int number = 0;
    PCRE2_SIZE offset = 0;
    struct regexp *r = calloc(1, sizeof(*r));
    if (!r) {
        (void)snprintf(fault, fault_size, "REGEXP: no memory");
        return NULL;
    }
    r->code = pcre2_compile(
        pattern, size, PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C,
        &number, &offset, NULL);
    if (!r->code) {
        unsigned char text[128] = "";
        (void)pcre2_get_error_message(number, text, sizeof(text));
        (void)snprintf(fault, fault_size, "REGEXP: at character %zu of the pattern: %s",
                       (size_t)offset, (char *)text);
        regexp_free(r);
        return NULL;
    }
    r->match = pcre2_match_data_create_from_pattern(r->code, NULL);
    r->limits = pcre2_match_context_create(NULL);
    if (!r->match || !r->limits) {
        (void)snprintf(fault, fault_size, "REGEXP: no memory");
        regexp_free(r);
        return NULL;
    }
    (void)pcre2_set_match_limit(r->limits, REGEXP_MATCH_LIMIT);
    (void)pcre2_set_depth_limit(r->limits, REGEXP_DEPTH_LIMIT);
    (void)pcre2_set_heap_limit(r->limits, REGEXP_HEAP_LIMIT);
    return r;
}

/* regexp(pattern, text): SQLite's X REGEXP Y is regexp(Y, X). NULL on either side gives NULL. */
static void regexp_call(sqlite3_context *context, int argc, sqlite3_value **argv)
{
    if (argc != 2 || sqlite3_value_type(argv[0]) == SQLITE_NULL ||
        sqlite3_value_type(argv[1]) == SQLITE_NULL) {
        sqlite3_result_null(context);
        return;
    }
    struct regexp *r = sqlite3_get_auxdata(context, 0);
    if (!r) {
        char fault[200];
        const unsigned char *pattern = sqlite3_value_text(argv[0]);
        r = pattern
                ? regexp_new(pattern, (size_t)sqlite3_value_bytes(argv[0]), fault, sizeof(fault))
                : NULL;
        if (!r) {
            sqlite3_result_error(context, pattern ? fault : "REGEXP: no memory", -1);
            return;
        }
        sqlite3_set_auxdata(context, 0, r, regexp_free);
        /* SQLite may have freed it at once, when memory is short. */
        r = sqlite3_get_auxdata(context, 0);
        if (!r) {
            sqlite3_result_error_nomem(context);
            return;
        }
    }
    const unsigned char *text = sqlite3_value_text(argv[1]);
    if (!text) {
        sqlite3_result_error_nomem(context);
        return;
    }
    int rc =
        pcre2_match(r->code, text, (size_t)sqlite3_value_bytes(argv[1]), 0, 0, r->match, r->limits);
    if (rc == PCRE2_ERROR_NOMATCH) {
        sqlite3_result_int(context, 0);
    } else if (rc >= 0) {
        sqlite3_result_int(context, 1);
    } else {
        sqlite3_result_error(
            context, "REGEXP: the pattern takes too many steps on this text: make it simpler", -1);
    }
}

enum rc store_add_regexp(sqlite3 *db, struct err *err)
{
    int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    int sq =
        sqlite3_create_function_v2(db, "regexp", 2, flags, NULL, regexp_call, NULL, NULL, NULL);
    return sq == SQLITE_OK ? RC_OK : store_fail(db, "adding REGEXP", err);
}
