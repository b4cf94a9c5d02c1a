/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/command/stage.h"

#include <stdio.h>
#include <string.h>

#include "audit/base/log.h"
#include "tests/support/t.h"
#include "tests/unit/command/tree.h"

static void take_line(void *context, enum log_level level, const char *text)
{
    struct stage *s = context;
    size_t n = strlen(s->logged);
    (void)level;
    (void)snprintf(s->logged + n, sizeof(s->logged) - n, "%s\n", text);
}

void stage_begin(struct stage *s, const char *role_directory)
{
    const struct supervise_options how = { .parallel = 1, .role_directory = role_directory };
    struct err err;
    tree_begin();
    s->logged[0] = '\0';
    log_set_sink(take_line, s);
    s->arena = arena_new(0);
    T_EQ_I(store_open_memory(&s->store, &err), RC_OK);
    T_EQ_I(supervisor_new(s->store, &how, &s->supervisor, &err), RC_OK);
}

void stage_end(struct stage *s)
{
    supervisor_free(s->supervisor);
    store_close(s->store);
    arena_free(s->arena);
    log_set_sink(NULL, NULL);
    tree_end();
}

const char *stage_ask(const struct stage *s, const char *sql)
{
    sqlite3_stmt *q = NULL;
    const char *text = "(none)";
    T_EQ_I(sqlite3_prepare_v2(store_handle(s->store), sql, -1, &q, NULL), SQLITE_OK);
    if (sqlite3_step(q) == SQLITE_ROW) {
        text = (const char *)sqlite3_column_text(q, 0);
        text = text ? arena_strdup(s->arena, text) : "(null)";
    }
    (void)sqlite3_finalize(q);
    return text;
}
