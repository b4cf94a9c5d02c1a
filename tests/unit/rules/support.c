/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"

#include <dirent.h>
#include <stdlib.h>

const char test_views[] =
    "CREATE VIEW thing AS SELECT sid AS subject, sam_name AS name, uac, admin_count, encryption_types AS level, display_name,"
    "    CASE WHEN (SELECT complete FROM source_state WHERE source = 'ldap.pso') THEN spn_count END AS borrowed FROM account;"
    "CREATE VIEW pair AS SELECT g.sid AS subject, g.sam_name AS name, m.member_sid AS item, a.uac AS uac"
    "    FROM membership m JOIN directory_group g ON g.guid = m.group_guid LEFT JOIN account a ON a.guid = m.member_guid;"
    "CREATE VIEW counted AS WITH all_of(n) AS (SELECT count(*) FROM account) SELECT 'domain' AS subject, 'domain' AS name, n FROM all_of;"
    "CREATE VIEW other AS SELECT guid AS subject, name, precedence FROM password_settings;"
    "CREATE VIEW helper AS SELECT guid AS subject, sam_name AS name FROM account;"
    "INSERT INTO view_source VALUES('thing', '', 'ldap.user'), ('thing', 'borrowed', 'ldap.pso'), ('pair', '', 'ldap.group'),"
    "    ('counted', '', 'ldap.user'), ('other', '', 'ldap.pso');"
    "INSERT INTO column_label VALUES('thing', 'uac', 'Flags', 'フラグ'), ('thing', 'level', 'Level', 'レベル'),"
    "    ('thing', 'borrowed', 'Borrowed', '借用');";

struct loaded load_begin(const char *checks)
{
    struct loaded l = { .directory = "/tmp/kagimori-rules-XXXXXX" };
    T_OK(mkdtemp(l.directory) != NULL);
    load_file(&l, "checks.yaml", checks);
    return l;
}

void load_file(const struct loaded *l, const char *name, const char *text)
{
    char path[200];
    (void)snprintf(path, sizeof(path), "%s/%s", l->directory, name);
    FILE *f = fopen(path, "w");
    T_OK(f != NULL);
    if (f) {
        T_EQ_I(fwrite(text, 1, strlen(text), f), strlen(text));
        T_EQ_I(fclose(f), 0);
    }
}

void load_now(struct loaded *l, const char *profile, const char *waivers)
{
    char path[200];
    struct rules_options options = { .directory = l->directory, .profile = profile };
    if (waivers) {
        (void)snprintf(path, sizeof(path), "%s/%s", l->directory, waivers);
        options.waivers = path;
    }
    l->rc = rules_load_with(&options, test_views, &l->rules, &l->mistakes, &l->err);
}

struct loaded load_text(const char *checks)
{
    struct loaded l = load_begin(checks);
    load_now(&l, NULL, NULL);
    return l;
}

static void remove_all(const char *path)
{
    DIR *d = opendir(path);
    for (struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d)) {
        char full[512];
        if (e->d_name[0] != '.') {
            (void)snprintf(full, sizeof(full), "%s/%s", path, e->d_name);
            if (remove(full) != 0) {
                remove_all(full);
                (void)remove(full);
            }
        }
    }
    if (d) {
        (void)closedir(d);
    }
    (void)remove(path);
}

void load_done(struct loaded *l)
{
    rules_free(l->rules);
    l->rules = NULL;
    remove_all(l->directory);
}

const char *a_check(const char *id, const char *lines)
{
    static char text[4][8192];
    static unsigned turn;
    char *buf = text[turn++ % 4];
    (void)snprintf(
        buf, sizeof(text[0]),
        "---\nid: %s\nseverity: high\ntags: [password, pre-incident]\n"
        "title: { en: Title, ja: 題名 }\nwhy: { en: Why, ja: 理由 }\nfix: { en: Fix, ja: 対策 }\n"
        "references: { cis: \"1.1\" }\n%s\n",
        id, lines);
    return buf;
}

size_t mistakes_with(const struct loaded *l, const char *part)
{
    size_t count = 0;
    for (const struct rules_mistake *m = l->mistakes; m; m = m->next) {
        count += strstr(m->text, part) != NULL;
    }
    return count;
}

void print_mistakes(const struct loaded *l)
{
    for (const struct rules_mistake *m = l->mistakes; m; m = m->next) {
        (void)fprintf(stderr, "%s\n", m->text);
    }
    if (l->rc != RC_OK) {
        (void)fprintf(stderr, "%s: %s\n", l->err.where, l->err.msg);
    }
}

const char *query(sqlite3 *db, const char *sql)
{
    static char text[4][4096];
    static unsigned turn;
    char *buf = text[turn++ % 4];
    sqlite3_stmt *s = NULL;
    buf[0] = '\0';
    if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK) {
        (void)snprintf(buf, sizeof(text[0]), "error: %s", sqlite3_errmsg(db));
    } else if (sqlite3_step(s) == SQLITE_ROW && sqlite3_column_text(s, 0)) {
        (void)snprintf(buf, sizeof(text[0]), "%s", (const char *)sqlite3_column_text(s, 0));
    }
    (void)sqlite3_finalize(s);
    return buf;
}
