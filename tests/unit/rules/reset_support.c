/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "reset_support.h"

#include <sys/stat.h>

#include <stdlib.h>

const char reset_views[] =
    "CREATE VIEW secret AS SELECT a.sid AS subject, a.sam_name AS name, a.uac AS d, a.admin_count AS s, a.spn_count AS p, a.delegate_count AS g,"
    "    a.lockout_time AS until, a.certificate_mapping_count AS hours, a.encryption_types AS wave, a.display_name AS note,"
    "    strftime('%Y-%m-%dT%H:%M:%SZ', a.created_at / 10000000 - 11644473600, 'unixepoch') AS made_at, a.sid_history_count AS many"
    "    FROM account a WHERE a.kind <> 'other';"
    "CREATE VIEW twice AS SELECT subject, name, d FROM secret UNION ALL SELECT subject, name, 1 - d FROM secret;"
    "CREATE VIEW nobody AS SELECT guid AS subject, name, precedence AS d FROM password_settings;"
    "INSERT INTO view_source VALUES('secret', '', 'ldap.user'), ('secret', 'd', 'ldap.metadata'), ('twice', '', 'ldap.user'), ('nobody', '', 'ldap.pso');"
    "INSERT INTO column_label VALUES('secret', 'd', 'Reset', 'リセット');";

const char reset_playbook[] =
    "phases:\n"
    "  - { id: first, title: { en: First, ja: 一番 } }\n"
    "  - { id: second, title: { en: Second, ja: 二番 } }\n"
    "  - { id: third, title: { en: Third, ja: 三番 } }\n"
    "people:\n"
    "  admin: { en: administrator, ja: 管理者 }\n"
    "places:\n"
    "  desk: { en: desk, ja: 机 }\n"
    "explain:\n"
    "  secret:\n"
    "    open: { en: \"Open[, note {note}].\", ja: \"未完了[、メモ {note}]。\" }\n"
    "    done: { en: \"Reset at {made_at}.\", ja: \"{made_at} にリセット済み。\" }\n";

static const struct {
    const char *key, *text;
} parts[] = {
    { "phase:", "phase: first\n" },
    { "for:", "for: secret\n" },
    { "scope:", "scope: [forest]\n" },
    { "title:", "title: { en: Title, ja: 題名 }\n" },
    { "why:", "why: { en: Why, ja: 理由 }\n" },
    { "who:", "who: admin\n" },
    { "from:", "from: desk\n" },
    { "steps:", "steps:\n  - { en: Do it, ja: 実施する }\n" },
    { "minutes:", "minutes: { once: 10, each: 5 }\n" },
    { "done:", "done: d = 1\n" },
    { "references:", "references: { cisa: CM0001 }\n" },
    { "tests:",
      "tests:\n  - { given: {}, expect: { A: done, B: open, C: suspect, D: attested } }\n" },
};

static bool has_line(const char *lines, const char *key)
{
    for (const char *p = lines; p; p = strchr(p, '\n')) {
        p += *p == '\n';
        if (strncmp(p, key, strlen(key)) == 0) {
            return true;
        }
    }
    return false;
}

const char *an_action(const char *id, const char *lines)
{
    static char text[8][4096];
    static unsigned turn;
    char *buf = text[turn++ % 8];
    size_t n = (size_t)snprintf(buf, sizeof(text[0]), "---\nid: %s\n%s%s", id, lines,
                                lines[0] ? "\n" : "");
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        if (!has_line(lines, parts[i].key)) {
            n += (size_t)snprintf(buf + n, sizeof(text[0]) - n, "%s", parts[i].text);
        }
    }
    return buf;
}

struct loaded reset_folder(const char *playbook, const char *actions)
{
    char path[200];
    struct loaded l = load_begin(a_check(
        "a.one",
        "for: counted\npass: n > 0\ntests:\n  - { given: {}, expect: { A: pass, B: fail, C: unknown } }\n"));
    (void)snprintf(path, sizeof(path), "%s/reset", l.directory);
    T_EQ_I(mkdir(path, 0700), 0);
    if (playbook) {
        load_file(&l, "reset/playbook.yaml", playbook);
    }
    load_file(&l, "reset/actions.yaml", actions);
    return l;
}

void reset_load_now(struct loaded *l)
{
    static char views[8192];
    (void)snprintf(views, sizeof(views), "%s%s", test_views, reset_views);
    struct rules_options options = { .directory = l->directory };
    l->rc = rules_load_with(&options, views, &l->rules, &l->mistakes, &l->err);
}

struct plan_lab reset_lab(const char *actions)
{
    struct plan_lab lab = { .l = reset_folder(reset_playbook, actions) };
    char sql[600];
    reset_load_now(&lab.l);
    print_mistakes(&lab.l);
    T_EQ_I(lab.l.rc, RC_OK);
    T_EQ_I(store_open_memory(&lab.store, &lab.err), RC_OK);
    lab.db = store_handle(lab.store);
    reset_sql(&lab, test_views);
    reset_sql(&lab, reset_views);
    (void)snprintf(
        sql, sizeof(sql),
        "INSERT INTO audit_info VALUES('now', '%" PRId64 "'), ('incident_at', '%" PRId64 "');"
        "INSERT INTO coverage(source, target, state, finished_at) VALUES"
        "('ldap.user', 'dc1.example', 'complete', 1), ('ldap.pso', 'dc1.example', 'complete', 1),"
        "('ldap.metadata', 'dc1.example', 'complete', 1)",
        RESET_NOW, RESET_INCIDENT);
    reset_sql(&lab, sql);
    return lab;
}

void reset_lab_done(struct plan_lab *lab)
{
    store_close(lab->store);
    load_done(&lab->l);
}

void reset_sql(struct plan_lab *lab, const char *sql)
{
    struct err err = { 0 };
    T_EQ_I(store_exec(lab->db, sql, &err), RC_OK);
    T_EQ_S(err.msg, "");
}

void reset_account(struct plan_lab *lab, int rid, const char *name, const char *columns,
                   const char *values)
{
    char sql[1000];
    (void)snprintf(
        sql, sizeof(sql),
        "INSERT INTO account(guid, sid, rid, kind, dn, sam_name%s%s)"
        " VALUES('00000000-0000-0000-0000-%012d', 'S-1-5-21-1-2-3-%d', %d, 'user', 'CN=%s,DC=example', '%s'%s%s)",
        columns[0] ? ", " : "", columns, rid, rid, rid, name, name, columns[0] ? ", " : "", values);
    reset_sql(lab, sql);
}

enum rc reset_make(struct plan_lab *lab, const struct reset_options *options)
{
    lab->totals = (struct reset_totals){ 0 };
    lab->err = (struct err){ 0 };
    return plan_make_on(lab->l.rules, lab->db, lab->store, options, &lab->totals, &lab->err);
}

void reset_plan(struct plan_lab *lab)
{
    const struct reset_options options = { .kind = "plan" };
    T_EQ_I(reset_make(lab, &options), RC_OK);
    T_EQ_S(lab->err.msg, "");
}

const char *reset_query(struct plan_lab *lab, const char *sql)
{
    return query(lab->db, sql);
}

const char *reset_item(struct plan_lab *lab, const char *name, const char *column)
{
    char sql[600];
    const char *slash = strchr(name, '/');
    if (slash) {
        (void)snprintf(
            sql, sizeof(sql),
            "SELECT i.%s FROM reset_item i JOIN reset_action a USING (action_no) WHERE a.id = '%.*s' AND '%s' IN (i.name, i.subject)",
            column, (int)(slash - name), name, slash + 1);
    } else {
        (void)snprintf(sql, sizeof(sql),
                       "SELECT %s FROM reset_item WHERE '%s' IN (name, subject) ORDER BY action_no",
                       column, name);
    }
    return query(lab->db, sql);
}
