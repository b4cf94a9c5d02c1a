/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/report/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/t.h"

bool fixture_exec(struct store *s, const char *sql)
{
    char *message = NULL;
    if (sqlite3_exec(store_handle(s), sql, NULL, NULL, &message) != SQLITE_OK) {
        (void)fprintf(stderr, "fixture: %s\n", message);
        sqlite3_free(message);
        return false;
    }
    return true;
}

struct store *fixture_open(void)
{
    struct store *s = NULL;
    struct err err;
    size_t size = 0;
    char *sql = (char *)t_read_file(SOURCE_DIR "/tests/golden/report/fixture.sql", &size);
    if (!sql || store_open_memory(&s, &err) != RC_OK || !fixture_exec(s, sql)) {
        (void)fprintf(stderr, "fixture: %s\n", sql ? err.msg : "no fixture.sql");
        store_closep(&s);
    }
    free(sql);
    return s;
}

static bool add_file(struct store *s, const char *path)
{
    size_t size = 0;
    char *sql = (char *)t_read_file(path, &size);
    bool ok = s && sql && fixture_exec(s, sql);
    free(sql);
    return ok;
}

bool fixture_plan(struct store *s)
{
    return add_file(s, SOURCE_DIR "/tests/golden/report/fixture_plan.sql");
}

bool fixture_mfa(struct store *s)
{
    return add_file(s, SOURCE_DIR "/tests/golden/report/fixture_mfa.sql");
}

bool fixture_grades(struct store *s)
{
    return add_file(s, SOURCE_DIR "/tests/golden/report/fixture_grade.sql");
}

bool fixture_chart(struct store *s)
{
    return add_file(s, SOURCE_DIR "/tests/golden/report/fixture_chart.sql");
}

bool fixture_frameworks(struct store *s)
{
    return add_file(s, SOURCE_DIR "/tests/golden/report/fixture_framework.sql");
}

/* Cuts our own script out of a page, byte for byte as its file has it and once: whatever else is a script stays to be found. */
static char *without_script(char *page)
{
    static const char open[] = "<script>", close[] = "</script>";
    size_t size = 0;
    char *own = (char *)t_read_file(SOURCE_DIR "/report/html/report.js", &size);
    char *at = page && own ? strstr(page, own) : NULL;
    size_t before = strlen(open), after = strlen(close);
    if (at && (size_t)(at - page) > before && strncmp(at - before, open, before) == 0 &&
        strncmp(at + size, close, after) == 0) {
        char *from = at + size + after;
        memmove(at - before, from, strlen(from) + 1);
    }
    free(own);
    return page;
}

char *fixture_document(struct store *s, enum report_format format,
                       const struct report_options *options, const char *path)
{
    struct err err;
    size_t size = 0;
    if (report_write(store_handle(s), format, options, path, &err) != RC_OK) {
        (void)fprintf(stderr, "%s: %s\n", err.where, err.msg);
        return NULL;
    }
    char *text = (char *)t_read_file(path, &size);
    return format == REPORT_HTML ? without_script(text) : text;
}

static char folder[] = "/tmp/kagimori-report.XXXXXX";

const char *fixture_folder(void)
{
    static bool made;
    made = made || mkdtemp(folder) != NULL;
    return folder;
}

const char *fixture_path(const char *name)
{
    static char path[64];
    (void)snprintf(path, sizeof(path), "%s/%s", fixture_folder(), name);
    return path;
}

bool fixture_remove(void)
{
    char command[64];
    (void)snprintf(command, sizeof(command), "rm -rf %s", fixture_folder());
    return system(command) == 0; /* NOLINT(cert-env33-c): the folder of this run */
}
