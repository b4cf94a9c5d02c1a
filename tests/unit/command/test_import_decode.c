/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file that kills the decoder costs itself only; the whole way of a kit and of policies with a decoder that stands in. */
#include <sys/stat.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "audit/command/import.h"
#include "tests/support/t.h"
#include "tests/unit/command/stage.h"
#include "tests/unit/command/tree.h"

static struct stage stage;
static struct importer importer;
static struct import_outcome outcome;
static struct err err;

static void begin(void)
{
    static const char key[32] = "KEYKEYKEYKEYKEYKEYKEYKEYKEYKEYK";
    static const char *const registry[] = { "HKLM\\A|B" };
    static const char *const sources[] = { "smb.registry", "smb.share" };
    stage_begin(&stage, ROLE_DIRECTORY);
    importer = (struct importer){ .store = stage.store,
                                  .supervisor = stage.supervisor,
                                  .registry = registry,
                                  .registry_count = 1,
                                  .sources = sources,
                                  .source_count = ARRAY_LEN(sources),
                                  .key = secret_new(key, sizeof(key)),
                                  .logs = import_logs_new(),
                                  .now_text = "1" };
    outcome = (struct import_outcome){ 0 };
}

static void end(void)
{
    secret_free(importer.key);
    import_logs_free(importer.logs);
    stage_end(&stage);
}

static const char *ask(const char *sql)
{
    return stage_ask(&stage, sql);
}

static enum rc import(const char *path)
{
    struct import_list list = { 0 };
    T_EQ_I(import_find(tree_path(path), stage.arena, &list, &err), RC_OK);
    T_EQ_I(list.count, 1);
    outcome = (struct import_outcome){ 0 };
    const struct import_item *item = &list.items[0];
    return item->kind == IMPORT_SYSVOL || item->kind == IMPORT_BACKUPS
               ? import_policies(&importer, item, &outcome, stage.arena, &err)
               : import_host(&importer, item, &outcome, stage.arena, &err);
}

/* Reads the logs that wait, as the command does at its end. */
static void read_logs(size_t failed)
{
    importer.failed = 0;
    T_EQ_I(import_logs_read(&importer, &err), RC_OK);
    T_EQ_I(importer.failed, failed);
    import_logs_free(importer.logs);
    importer.logs = import_logs_new();
}

static void a_kit(void)
{
    begin();
    tree_file("k/kit.txt", "name:PC1");
    tree_file("k/hives/SAM", "x");
    tree_file("k/logs/Security.evtx", "channel Security\ncomputer PC1 3 1 2\n");
    T_EQ_I(import("k"), RC_OK);
    T_EQ_S(outcome.host, "pc1");
    T_EQ_I(outcome.files, 2);
    T_OK(!outcome.is_failed);
    T_EQ_S(ask("SELECT host FROM machine_file WHERE origin = 'k' AND reason IS NULL"), "pc1");
    T_EQ_S(ask("SELECT origin FROM host_target WHERE host = 'pc1'"), "kit");
    T_EQ_S(
        ask("SELECT count(*) FROM coverage WHERE target = 'pc1' AND source GLOB 'kit.*' AND state = 'complete'"),
        "10");
    T_EQ_S(
        ask("SELECT group_concat(path) FROM (SELECT path FROM artifact WHERE state = 'decoded' ORDER BY path)"),
        "hives/SAM,kit.txt");
    T_EQ_I(import_close_hosts(&importer, &err), RC_OK);
    T_EQ_S(ask("SELECT group_concat(source) FROM coverage WHERE state = 'not_collected'"),
           "smb.share");
    read_logs(0);
    T_EQ_S(
        ask("SELECT state || ' ' || kind || ' ' || length(sha256) FROM artifact WHERE path = 'logs/Security.evtx'"),
        "decoded evtx 64");
    T_EQ_S(ask("SELECT host FROM event_log WHERE origin = 'k'"), "pc1");
    /* Once more: the same kit, and one host. */
    T_EQ_I(import("k"), RC_OK);
    T_EQ_S(outcome.host, "pc1");
    T_EQ_S(ask("SELECT count(*) FROM host_target"), "1");
    T_EQ_S(ask("SELECT group_concat(origin) FROM machine_file"), "k (2)");
    read_logs(0);
    T_EQ_S(ask("SELECT group_concat(DISTINCT origin) FROM artifact"), "k (2)");
    T_EQ_S(ask("SELECT group_concat(origin || coalesce(reason, '')) FROM event_log"), "k (2)");
    T_EQ_S(ask("SELECT state FROM coverage WHERE target = 'pc1' AND source = 'event.change'"),
           "complete");
    end();
}

static void a_file_that_kills(void)
{
    char path[32];
    begin();
    tree_file("k/kit.txt", "name:PC1");
    for (int i = 0; i < 40; i++) {
        (void)snprintf(path, sizeof(path), "k/tasks/t%02d", i);
        tree_file(path, i == 17 || i == 31 ? "crash" : "fine");
    }
    T_EQ_I(import("k"), RC_OK);
    T_EQ_S(outcome.host, "pc1");
    T_OK(!outcome.is_failed);
    T_EQ_S(
        ask("SELECT group_concat(path) FROM (SELECT path FROM artifact WHERE state = 'malformed' ORDER BY path)"),
        "tasks/t17,tasks/t31");
    T_EQ_S(ask("SELECT DISTINCT detail FROM artifact WHERE state = 'malformed'"),
           "the decoder crashed on it");
    T_EQ_S(ask("SELECT count(*) FROM artifact WHERE state = 'decoded'"), "39");
    T_EQ_S(ask("SELECT count(*) FROM coverage WHERE target = 'pc1' AND state = 'complete'"), "10");
    T_HAS(stage.logged, "tasks/t17: the decoder crashed on it");
    end();
}

/* A hive that is deadly with its log only: the log is left out. */
static void two_that_kill_together(void)
{
    begin();
    tree_file("h/SYSTEM", "name:PC2");
    tree_file("h/SYSTEM.LOG1", "needs:SYSTEM");
    tree_file("h/SAM", "x");
    T_EQ_I(import("h"), RC_OK);
    T_EQ_S(outcome.host, "pc2");
    T_EQ_S(ask("SELECT group_concat(path) FROM artifact WHERE state = 'malformed'"), "SYSTEM.LOG1");
    end();
}

/* Only the one file that says whose it is kills: then it is nobody's, and the command goes on. */
static void the_name_kills(void)
{
    begin();
    tree_file("h/SYSTEM", "crash");
    tree_file("h/SAM", "x");
    T_EQ_I(import("h"), RC_OK);
    T_OK(outcome.is_failed && !outcome.host);
    T_EQ_S(ask("SELECT reason FROM machine_file WHERE origin = 'h'"), "not_identified");
    T_EQ_S(
        ask("SELECT group_concat(path || ' ' || state) FROM (SELECT * FROM artifact ORDER BY path)"),
        "SAM decoded,SYSTEM malformed");
    end();
}

static void policies(void)
{
    static const char a[] = "s/Policies/{31B2F340-016D-11D2-945F-00C04FB984F9}/GPT.INI";
    static const char b[] =
        "s/Policies/{6AC1786C-016F-11D2-945F-00C04fB984F9}/Machine/Registry.pol";
    begin();
    tree_file(a, "x");
    tree_file(b, "crash");
    tree_file("s/scripts/setup.msi", "x");
    tree_link("s/scripts/link.bat", "/etc/passwd");
    T_EQ_I(truncate(tree_path("s/scripts/setup.msi"), 1U << 24), 0);
    T_EQ_I(import("s"), RC_OK);
    T_OK(!outcome.is_failed);
    T_EQ_S(
        ask("SELECT group_concat(path || ' ' || state, '; ') FROM (SELECT * FROM artifact ORDER BY path)"),
        "Policies/{31B2F340-016D-11D2-945F-00C04FB984F9}/GPT.INI decoded; "
        "Policies/{6AC1786C-016F-11D2-945F-00C04fB984F9}/Machine/Registry.pol malformed; "
        "scripts/link.bat refused; scripts/setup.msi ignored");
    T_EQ_S(ask("SELECT target || ' ' || state FROM coverage WHERE source = 'policy.file'"),
           "s complete");
    /* The same path again keeps its name; what went meanwhile is gone. */
    T_EQ_I(unlink(tree_path("s/scripts/link.bat")), 0);
    T_EQ_I(import("s"), RC_OK);
    T_EQ_S(ask("SELECT group_concat(DISTINCT origin) FROM artifact"), "s");
    T_EQ_S(ask("SELECT count(*) FROM artifact WHERE state = 'refused'"), "0");
    end();
}

/* Disks that are mounted one after the other at one place are two imports. */
static void one_mount_point(void)
{
    begin();
    tree_file("mnt/SYSTEM", "name:PC1");
    T_EQ_I(import("mnt"), RC_OK);
    tree_file("mnt/SYSTEM", "name:PC2");
    T_EQ_I(import("mnt"), RC_OK);
    T_EQ_S(
        ask("SELECT group_concat(origin || '=' || host) FROM (SELECT * FROM machine_file ORDER BY origin)"),
        "mnt=pc1,mnt (2)=pc2");
    T_EQ_S(ask("SELECT count(*) FROM host_target"), "2");
    end();
}

/* Two kits of one name without SIDs: the second is not mixed in. */
static void a_conflict(void)
{
    begin();
    tree_file("a/kit.txt", "name:PC1");
    tree_file("b/kit.txt", "name:PC1");
    tree_file("b/more", "x");
    T_EQ_I(import("a"), RC_OK);
    /* Made at another time; else it would be the same kit once more. */
    const struct timespec times[2] = { { .tv_sec = 1700000000 }, { .tv_sec = 1700000000 } };
    T_EQ_I(utimensat(AT_FDCWD, tree_path("b/kit.txt"), times, 0), 0);
    T_EQ_I(import("b"), RC_OK);
    T_OK(outcome.is_failed && !outcome.host);
    T_HAS(outcome.detail, "\"a\" says that it is of the same host");
    T_EQ_S(ask("SELECT reason FROM machine_file WHERE origin = 'b'"), "conflict");
    end();
}

#define TESTS(X)              \
    X(a_kit)                  \
    X(a_file_that_kills)      \
    X(two_that_kill_together) \
    X(the_name_kills)         \
    X(policies) X(one_mount_point) X(a_conflict)
T_MAIN("import decode", TESTS)
