/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Target: a file of attestations, over a playbook of two actions and a few accounts. What was taken has a key that is there, and no mistake is written
 * with a control character. */
#include <stdlib.h>
#include <string.h>

#include "rules/reset/attest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct store *store;
static struct rules rules;

static const char estate[] =
    "INSERT INTO audit_info VALUES('now', '134398161300000000'), ('incident_at', '134390000000000000');"
    "INSERT INTO account(guid, sid, rid, kind, dn, sam_name, uac) VALUES('a', 'S-1-5-21-1-2-3-500', 500, 'user', 'CN=a', 'a', 512),"
    " ('b', 'S-1-5-21-1-2-3-502', 502, 'user', 'CN=b', 'b', 514), ('c', 'S-1-5-21-1-2-3-1000', 1000, 'computer', 'CN=c', 'c$', 4096);";

static const char playbook[] =
    "phases: [ { id: a, title: { en: A, ja: あ } } ]\n"
    "people: { x: { en: X, ja: あ } }\n"
    "places: { y: { en: Y, ja: あ } }\n"
    "---\n{ id: reset.a, phase: a, for: reset_account, scope: [forest], title: { en: T, ja: あ }, why: { en: W, ja: あ }, who: x, from: y,"
    " steps: [ { en: S, ja: あ } ], minutes: { once: 1 }, done: is_changed, references: { ms: x },"
    " tests: [ { given: {}, expect: { A: done, B: open } } ] }\n"
    "---\n{ id: reset.b, phase: a, for: reset_administrator, scope: [host], title: { en: T, ja: あ }, why: { en: W, ja: あ }, who: x, from: y,"
    " steps: [ { en: S, ja: あ } ], minutes: { once: 1 }, done: attest, references: { ms: x },"
    " tests: [ { given: {}, expect: { A: attested, B: open } } ] }\n";

static bool begin(void)
{
    struct err err = { 0 };
    struct yaml_node *root = NULL;
    const struct rules_file file = { "playbook.yaml", playbook, sizeof(playbook) - 1 };
    rules.arena = arena_new(0);
    if (!rules.arena || store_open_memory(&store, &err) != RC_OK ||
        catalogue_load(rules.arena, store_handle(store), &rules.catalogue, &err) != RC_OK ||
        store_exec(store_handle(store), estate, &err) != RC_OK ||
        store_derive(store, &err) != RC_OK ||
        yaml_tree_parse(file.path, file.bytes, file.size, rules.arena, &root, &err) != RC_OK) {
        return false;
    }
    rules.tail = &rules.checks;
    rules.mistakes.arena = rules.arena;
    struct yaml_node *actions = root->next;
    root->next = NULL;
    playbook_parse(&rules, &file, root, actions);
    return rules.playbook && rules.playbook->actions && rules.mistakes.count == 0;
}

static void must(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void check(enum rc rc)
{
    sqlite3_stmt *q AUTO(store_statement_done) = NULL;
    struct err err = { 0 };
    if (store_prepare(
            store, "count decisions",
            "SELECT count(*), count(CASE WHEN subject = '*' OR subject GLOB 'source:*' OR subject GLOB 'S-1-5-21-1-2-3-*' THEN 1 END) FROM reset_decision",
            &q, &err) == RC_OK &&
        sqlite3_step(q) == SQLITE_ROW) {
        must(sqlite3_column_int(q, 0) == sqlite3_column_int(q, 1));
        must(rc == RC_OK || sqlite3_column_int(q, 0) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = { 0 };
    char *said = NULL;
    size_t length = 0;
    if (size > 65536) {
        return 0;
    }
    must(store || begin());
    FILE *f = open_memstream(&said, &length);
    if (!f) {
        return 0;
    }
    const struct rules_file file = { "fuzz.yaml", (const char *)data, size };
    enum rc rc = attest_take(&rules, &file, store, 0, f, &err);
    (void)fclose(f);
    for (size_t i = 0; i < length; i++) {
        must((unsigned char)said[i] >= ' ' || said[i] == '\n');
    }
    free(said);
    check(rc);
    must(store_exec(store_handle(store), "DELETE FROM reset_decision", &err) == RC_OK);
    return 0;
}
