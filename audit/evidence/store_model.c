/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The schema of this build as a list of texts, in the form in which SQLite keeps them. Cut out of our own SQL: having SQLite make it in memory to read it
 * back takes thirty times as long, and every command that opens a file needs it. */
#include <stdlib.h>
#include <string.h>

#include "audit/evidence/store_internal.h"

extern const unsigned char schema_sql[], views_sql[], derive_sql[];

enum {
    OBJECTS_MOST = 1024
};

static const char blank[] = " \t\r\n";

static struct store_object objects[OBJECTS_MOST];
static struct store_structure model;

/* Past white space and comments. */
static const char *skip(const char *p)
{
    for (;;) {
        p += strspn(p, blank);
        if (p[0] != '-' || p[1] != '-') {
            return p;
        }
        p += strcspn(p, "\n");
    }
}

/* The semicolon of a statement, or the end. */
static const char *end_of(const char *p)
{
    while (*p && *p != ';') {
        if (*p == '\'' || *p == '"') {
            const char *close = strchr(p + 1, *p);
            p = close ? close + 1 : p + strlen(p);
        } else if (p[0] == '-' && p[1] == '-') {
            p += strcspn(p, "\n");
        } else {
            p++;
        }
    }
    return p;
}

/* The next word, without its quotes, in memory of its own; *p moves behind it. */
static char *word(const char **p)
{
    const char *start = skip(*p);
    bool is_quoted = *start == '"';
    start += is_quoted;
    size_t n = strcspn(start, is_quoted ? "\"" : " \t\r\n(;");
    *p = start + n + is_quoted;
    return strndup(start, n);
}

static bool begins(const char **p, const char *with)
{
    size_t n = strlen(with);
    bool is = strncmp(*p, with, n) == 0;
    *p += is ? n : 0;
    return is;
}

/* From the name on, behind `create`, without the white space at the end. */
static char *kept(const char *create, const char *name, const char *end)
{
    while (end > name && strchr(blank, end[-1])) {
        end--;
    }
    size_t n = strlen(create), rest = (size_t)(end - name);
    char *sql = malloc(n + rest + 1);
    if (sql) {
        memcpy(sql, create, n);
        memcpy(sql + n, name, rest);
        sql[n + rest] = '\0';
    }
    return sql;
}

static enum rc add(const char *type, const char *create, const char *name, const char *end,
                   struct err *err)
{
    const char *p = name;
    char *own = word(&p);
    /* logon_pick_ticket and others are made anew when logons are derived. */
    for (size_t i = 0; own && i < model.count; i++) {
        if (strcmp(objects[i].name, own) == 0) {
            free(own);
            return RC_OK;
        }
    }
    struct store_object o = { .type = type, .name = own, .sql = kept(create, name, end) };
    if (strcmp(type, "index") == 0) {
        free(word(&p)); /* ON */
        o.table = word(&p);
    } else {
        o.table = own;
    }
    if (!o.name || !o.table || !o.sql || model.count == OBJECTS_MOST) {
        return err_setf(err, RC_NOMEM, "no memory for the structure of an evidence file");
    }
    objects[model.count++] = o;
    return RC_OK;
}

static enum rc add_statement(const char *p, const char *end, bool only_indexes, struct err *err)
{
    if (begins(&p, "CREATE INDEX ")) {
        (void)begins(&p, "IF NOT EXISTS ");
        return strncmp(p, "temp.", 5) == 0 ? RC_OK : add("index", "CREATE INDEX ", p, end, err);
    }
    if (begins(&p, "CREATE UNIQUE INDEX ")) {
        return add("index", "CREATE UNIQUE INDEX ", p, end, err);
    }
    if (!only_indexes && begins(&p, "CREATE TABLE ")) {
        return add("table", "CREATE TABLE ", p, end, err);
    }
    if (!only_indexes && begins(&p, "CREATE VIEW ")) {
        return add("view", "CREATE VIEW ", p, end, err);
    }
    return RC_OK;
}

static enum rc add_all(const char *p, bool only_indexes, struct err *err)
{
    for (p = skip(p); *p; p = skip(p)) {
        const char *end = end_of(p);
        TRY(add_statement(p, end, only_indexes, err));
        p = end + (*end == ';');
    }
    return RC_OK;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct store_object *)a)->name, ((const struct store_object *)b)->name);
}

static enum rc make(struct err *err)
{
    struct wr w AUTO(wr_done);
    wr_init(&w, 1U << 20);
    TRY(store_tables_sql(&w, err));
    TRY(add_all((const char *)w.data, false, err));
    TRY(add_all((const char *)schema_sql, false, err));
    TRY(add_all((const char *)views_sql, false, err));
    return add_all((const char *)derive_sql, true, err);
}

enum rc store_structure_get(const struct store_structure **ret, struct err *err)
{
    if (!model.objects) {
        model.count = 0;
        TRY(make(err));
        qsort(objects, model.count, sizeof(objects[0]), by_name);
        model.objects = objects;
    }
    *ret = &model;
    return RC_OK;
}
