/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Event logs on their way through the command: where they are found, whose place they are of, what is recorded of them as files. */
#include <sys/resource.h>
#include <sys/stat.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "audit/command/import.h"
#include "tests/support/t.h"
#include "tests/unit/command/stage.h"
#include "tests/unit/command/tree.h"

#define SECURITY(name) "channel Security\ncomputer " name " 3 1 2\nrun 1 3 1 2\nchange 2 4724 1\n"

static struct stage stage;
static struct importer importer;
static struct err err;

static void begin(void)
{
    static const char key[32] = "KEYKEYKEYKEYKEYKEYKEYKEYKEYKEYK";
    stage_begin(&stage, ROLE_DIRECTORY);
    importer = (struct importer){ .store = stage.store,
                                  .supervisor = stage.supervisor,
                                  .key = secret_new(key, sizeof(key)),
                                  .logs = import_logs_new(),
                                  .now_text = "1" };
}

static void end(void)
{
    artifact_keep_free(importer.keep);
    secret_free(importer.key);
    import_logs_free(importer.logs);
    stage_end(&stage);
}

static const char *ask(const char *sql)
{
    return stage_ask(&stage, sql);
}

/* All that is found there, then the logs; as the command does. */
static void import(const char *path, size_t failed)
{
    struct import_list list = { 0 };
    importer.failed = 0;
    T_EQ_I(import_find(tree_path(path), stage.arena, &list, &err), RC_OK);
    for (size_t i = 0; i < list.count; i++) {
        struct import_outcome outcome = { 0 };
        struct import_item *item = &list.items[i];
        bool is_host =
            item->kind == IMPORT_KIT || item->kind == IMPORT_IMAGE || item->kind == IMPORT_HIVES;
        T_EQ_I(is_host ? import_host(&importer, item, &outcome, stage.arena, &err)
                       : import_single(&importer, item, &outcome, stage.arena, &err),
               RC_OK);
        importer.failed += outcome.is_failed;
    }
    T_EQ_I(import_logs_read(&importer, &err), RC_OK);
    T_EQ_I(importer.failed, failed);
    import_logs_free(importer.logs);
    importer.logs = import_logs_new();
}

static const char *logs(void)
{
    return ask(
        "SELECT group_concat(origin || '/' || path || '=' || coalesce(host, '-') || coalesce(' ' || reason, ''), '; ')"
        " FROM (SELECT * FROM event_log ORDER BY origin, path)");
}

static const char *files(void)
{
    return ask("SELECT group_concat(path || ' ' || coalesce(kind, '-') || ' ' || state, '; ')"
               " FROM (SELECT * FROM artifact ORDER BY origin, path)");
}

static void a_folder_of_several_hosts(void)
{
    begin();
    tree_file("f/one.evtx", SECURITY("PC1.x"));
    tree_file("f/sub/two.EVTX", SECURITY("PC2.x"));
    tree_file("f/sub/text.evtx", "none");
    tree_file("f/sub/nothing.evtx", "");
    tree_file("f/sub/kills.evtx", "crash");
    tree_file("f/auth.log", "samba_log x\ncomputer DC1.x 3 1 2\ncount 4624 Authentication\n");
    tree_file("f/audit.json", "samba_log x\ncomputer DC1.x 3 1 2\ncount 4724 passwordChange\n");
    tree_file("f/setup.log", "something else");
    tree_file("f/readme.txt", "samba_log x");
    import("f", 3);
    T_EQ_S(logs(),
           "f/audit.json/audit.json=dc1.x; f/auth.log/auth.log=dc1.x; f/one.evtx/one.evtx=pc1.x; "
           "f/sub/kills.evtx/kills.evtx=- not_identified; f/sub/two.EVTX/two.EVTX=pc2.x");
    T_EQ_S(files(),
           "audit.json samba_log decoded; auth.log samba_log decoded; one.evtx evtx decoded; "
           "setup.log something ignored; kills.evtx evtx malformed; nothing.evtx evtx malformed; "
           "text.evtx evtx malformed; two.EVTX evtx decoded");
    T_EQ_S(
        ask("SELECT group_concat(source || state) FROM (SELECT * FROM coverage WHERE target = 'dc1.x' ORDER BY source)"),
        "event.changecomplete,event.logoncomplete");
    T_EQ_S(ask("SELECT count(*) FROM artifact WHERE length(sha256) = 64"), "7");
    T_HAS(stage.logged, "kills.evtx");
    /* The same once more changes nothing; what became something else meanwhile leaves nothing. */
    tree_file("f/auth.log", "something else");
    import("f", 3);
    T_EQ_S(logs(), "f/audit.json/audit.json=dc1.x; f/one.evtx/one.evtx=pc1.x; "
                   "f/sub/kills.evtx/kills.evtx=- not_identified; f/sub/two.EVTX/two.EVTX=pc2.x");
    T_EQ_S(ask("SELECT group_concat(source || state) FROM coverage WHERE target = 'dc1.x'"),
           "event.changecomplete");
    T_EQ_S(ask("SELECT count(*) FROM change_event"), "2");
    end();
}

static void by_another_name(void)
{
    begin();
    tree_file("log.bin", "evtx\n" SECURITY("PC1"));
    tree_file("samba", "samba_log\ncomputer PC2 3 1 2\n");
    import("log.bin", 0);
    import("samba", 0);
    T_EQ_S(logs(), "log.bin/log.bin=pc1; samba/samba=pc2");
    T_EQ_S(ask("SELECT group_concat(form) FROM event_log"), "evtx,samba_json");
    end();
}

/* Samba's logs name no computer. */
static void whose_logs_they_are_by_the_operator(void)
{
    begin();
    T_EQ_I(store_exec(store_handle(stage.store),
                      "INSERT INTO host_target(host, origin) VALUES('dc1.corp.example', 'file')",
                      &err),
           RC_OK);
    tree_file("s/auth.log", "samba_log\nsilent 5\ncount 4624 Authentication\n");
    tree_file("s/w.evtx", SECURITY("PC1"));
    import("s", 1);
    T_EQ_S(logs(), "s/auth.log/auth.log=- not_identified; s/w.evtx/w.evtx=pc1");
    importer.log_host = "DC1.corp.example";
    import("s", 0);
    T_EQ_S(logs(), "s/auth.log/auth.log=dc1.corp.example; s/w.evtx/w.evtx=pc1");
    end();
}

static void a_volume(void)
{
    begin();
    tree_file("c/Windows/System32/config/SYSTEM", "name:PC1");
    tree_file("c/Windows/System32/winevt/Logs/Security.evtx",
              "channel Security\ncomputer OLD 4 1 2\ncomputer PC1.x 3 2 3\nrun 1 7 1 3\n");
    tree_file("c/Windows/System32/winevt/Logs/Archive-Security-2026-01.evtx",
              "channel Security\ncomputer OLD 5 1 1\n");
    tree_file("c/Windows/System32/winevt/Logs/System.evtx", "channel System\ncomputer PC7 3 1 2\n");
    tree_file("c/Windows/System32/winevt/Logs/ForwardedEvents.evtx",
              "channel Security\ncomputer PC2.x 5 1 2\ncomputer PC3.x 5 1 2\n");
    tree_file("c/Windows/System32/winevt/Logs/Application.evtx", "crash");
    import("c", 1);
    /* The archive is from before the host was renamed, as the newer log tells. */
    T_EQ_S(logs(), "c/Windows/System32/winevt/Logs/Archive-Security-2026-01.evtx=pc1; "
                   "c/Windows/System32/winevt/Logs/ForwardedEvents.evtx=-; "
                   "c/Windows/System32/winevt/Logs/Security.evtx=pc1; "
                   "c/Windows/System32/winevt/Logs/System.evtx=- conflict");
    T_EQ_S(ask("SELECT kind || ' ' || state FROM artifact WHERE path LIKE '%Application.evtx'"),
           "evtx ignored");
    end();
}

static void set_time(const char *path, time_t at)
{
    const struct timespec times[2] = { { .tv_sec = at }, { .tv_sec = at } };
    T_EQ_I(utimensat(AT_FDCWD, tree_path(path), times, 0), 0);
}

/* Of another kit of the same name it is not known that it is of the same machine: its logs are nobody's. */
static void a_kit_that_is_not_believed(void)
{
    begin();
    tree_file("a/kit.txt", "name:PC1");
    tree_file("a/logs/Security.evtx", SECURITY("PC1"));
    tree_file("b/kit.txt", "name:PC1");
    tree_file("b/logs/Security.evtx", SECURITY("PC1"));
    tree_file("b/logs/System.evtx", "none");
    tree_file("d/SAM", "x");
    tree_file("d/Security.evtx", SECURITY("PC5"));
    set_time("b/kit.txt", 1700000000);
    import("a", 0);
    import("b", 3);
    /* Files that do not say of which host they are: their logs may. */
    import("d", 1);
    T_EQ_S(logs(),
           "a/logs/Security.evtx=pc1; b/logs/Security.evtx=- conflict; d/Security.evtx=pc5");
    end();
}

/* The place says whose an unreadable log is, and so what is not known of that host. */
static void a_log_of_a_kit_that_cannot_be_read(void)
{
    begin();
    tree_file("k/kit.txt", "name:PC1");
    tree_file("k/logs/Security.evtx", "none");
    tree_file("k/logs/System.evtx", "crash");
    import("k", 2);
    T_EQ_S(logs(), "k/logs/Security.evtx=pc1; k/logs/System.evtx=pc1");
    T_EQ_S(
        ask("SELECT group_concat(source || ' ' || state, '; ') FROM (SELECT * FROM coverage WHERE source GLOB 'event.*' ORDER BY source)"),
        "event.change failed; event.logon failed; event.system failed");
    end();
}

/* Seconds of the processor, of this process and of the workers that have ended. */
static int64_t used(void)
{
    struct rusage own, workers;
    T_EQ_I(getrusage(RUSAGE_SELF, &own), 0);
    T_EQ_I(getrusage(RUSAGE_CHILDREN, &workers), 0);
    return own.ru_utime.tv_sec + own.ru_stime.tv_sec + workers.ru_utime.tv_sec +
           workers.ru_stime.tv_sec;
}

static void twenty_gigabytes_of_nothing(void)
{
    begin();
    tree_file("s/big.evtx", SECURITY("PC1"));
    T_EQ_I(truncate(tree_path("s/big.evtx"), INT64_C(20) << 30), 0);
    tree_file("s/small.evtx", SECURITY("PC2"));
    T_EQ_I(truncate(tree_path("s/small.evtx"), INT64_C(64) << 20), 0);
    T_EQ_I(artifact_keep_open(tree_path("kept"), &importer.keep, &err), RC_OK);
    int64_t before = used();
    import("s", 0);
    T_OK(used() - before < 10);
    T_EQ_S(
        ask("SELECT group_concat(path || ' ' || size || ' ' || coalesce(length(sha256), detail), '; ') FROM artifact"),
        "big.evtx 21474836480 most of the file is not on its disk: no SHA-256, and no copy was kept; "
        "small.evtx 67108864 64");
    T_OK(access(tree_path("kept/s/big.evtx/big.evtx"), F_OK) != 0);
    T_OK(access(tree_path("kept/s/small.evtx/small.evtx"), F_OK) == 0);
    T_HAS(stage.logged, "s/big.evtx: big.evtx: most of the file");
    end();
}

static void copies_and_the_age_limit(void)
{
    begin();
    tree_file("k/kit.txt", "name:PC1");
    tree_file("k/logs/Security.evtx", SECURITY("PC1"));
    T_EQ_I(artifact_keep_open(tree_path("kept"), &importer.keep, &err), RC_OK);
    importer.since = 777;
    import("k", 0);
    T_OK(access(tree_path("kept/k/logs/Security.evtx"), F_OK) == 0);
    T_OK(access(tree_path("kept/k/kit.txt"), F_OK) == 0);
    T_EQ_S(ask("SELECT since FROM event_log"), "777");
    T_EQ_S(
        ask("SELECT DISTINCT state || coalesce(reason, '') FROM coverage WHERE source GLOB 'event.*'"),
        "complete");
    end();
}

#define TESTS(X)                           \
    X(a_folder_of_several_hosts)           \
    X(by_another_name)                     \
    X(whose_logs_they_are_by_the_operator) \
    X(a_volume)                            \
    X(a_kit_that_is_not_believed)          \
    X(a_log_of_a_kit_that_cannot_be_read) X(twenty_gigabytes_of_nothing) X(copies_and_the_age_limit)
T_MAIN("import logs", TESTS)
