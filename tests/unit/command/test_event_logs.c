/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Event logs with a decoder that stands in: whose they are, doubles, what of them counts as seen, logs that kill. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "audit/base/utf.h"
#include "audit/command/event_logs.h"
#include "tests/support/t.h"
#include "tests/unit/command/stage.h"
#include "tests/unit/command/tree.h"

#define MOST 300

/* Two days of a Security log, records 1 to 100. */
#define SECURITY(name)                                                 \
    "channel Security\ncomputer " name " 100 10 58\nrun 1 100 10 58\n" \
    "change 5 4724 12\nchange 90 4723 55\nlogon 50 4624 30\n"

static struct stage stage;
static struct event_log_item items[MOST];
static struct event_log_outcome outcomes[MOST];
static size_t count;
static struct err err;

static void begin(void)
{
    stage_begin(&stage, ROLE_DIRECTORY);
    count = 0;
}

static void end(void)
{
    stage_end(&stage);
}

static const char *ask(const char *sql)
{
    return stage_ask(&stage, sql);
}

static void run(const char *sql)
{
    T_EQ_I(store_exec(store_handle(stage.store), sql, &err), RC_OK);
}

/* A log of the text, in the place of a host or (NULL) alone. */
static struct event_log_item *add(const char *origin, const char *path, const char *host,
                                  const char *text)
{
    struct event_log_item *item = &items[count++];
    const char *file = arena_printf(stage.arena, "%s/%s", origin, path);
    tree_file(file, text);
    *item = (struct event_log_item){ .origin = origin,
                                     .path = path,
                                     .form = strstr(path, ".json") ? "samba_json" : "evtx",
                                     .host = host,
                                     .channel = host ? event_logs_channel(path) : NULL,
                                     .size = strlen(text),
                                     .sha256 = "" };
    item->fd = open(tree_path(file), O_RDONLY | O_CLOEXEC);
    T_OK(item->fd >= 0);
    return item;
}

static void decode(void)
{
    T_EQ_I(
        event_logs_decode(stage.store, stage.supervisor, items, count, outcomes, stage.arena, &err),
        RC_OK);
    for (size_t i = 0; i < count; i++) {
        if (items[i].fd >= 0) {
            (void)close(items[i].fd);
        }
    }
    count = 0;
}

/* "event.change=complete event.logon=partial" of a host */
static const char *covered(const char *host)
{
    return ask(arena_printf(
        stage.arena,
        "SELECT group_concat(source || '=' || state, ' ') FROM (SELECT * FROM coverage WHERE target = '%s' AND source GLOB 'event.*' ORDER BY source)",
        host));
}

static void a_kit_of_a_host(void)
{
    begin();
    run("INSERT INTO host_target(host, origin) VALUES('pc1.corp.example', 'kit')");
    add("k", "logs/Security.evtx", "pc1.corp.example", SECURITY("PC1.corp.example"));
    add("k", "logs/System.evtx", "pc1.corp.example",
        "channel System\ncomputer PC1 10 1 9\ncomputer PC1.corp.example 10 10 20\nrun 1 20 1 20\nbad 2\n");
    add("k", "logs/TerminalServices-LocalSessionManager.evtx", "pc1.corp.example", "run 1 1 1 1\n");
    decode();
    T_EQ_S(outcomes[0].host, "pc1.corp.example");
    T_OK(!outcomes[0].reason && !outcomes[0].detail && !outcomes[0].is_failed);
    T_EQ_I(outcomes[0].events, 100);
    T_EQ_I(outcomes[0].first_at, 10 * INT64_C(3600) * FILETIME_SECOND);
    T_EQ_S(outcomes[1].host, "pc1.corp.example");
    T_EQ_S(outcomes[1].detail, "damaged: 2 of 10 chunks");
    T_EQ_S(outcomes[2].host, "pc1.corp.example");
    T_EQ_S(covered("pc1.corp.example"),
           "event.change=complete event.logon=complete event.rdp=partial event.system=partial");
    T_EQ_S(ask("SELECT reason || ' ' || detail FROM coverage WHERE source = 'event.system'"),
           "malformed logs/System.evtx: damaged: 2 of 10 chunks");
    T_EQ_S(ask("SELECT reason || ' ' || detail FROM coverage WHERE source = 'event.rdp'"),
           "absent the log of RemoteConnectionManager is not there");
    T_EQ_S(
        ask("SELECT group_concat(path || ' ' || kind || ' ' || state || ' ' || rows, '; ') FROM artifact"),
        "logs/Security.evtx evtx decoded 6; logs/System.evtx evtx partial 4; "
        "logs/TerminalServices-LocalSessionManager.evtx evtx decoded 2");
    /* An empty log names no channel: its place does. */
    T_EQ_S(ask("SELECT channel FROM event_log WHERE log = 3"),
           "Microsoft-Windows-TerminalServices-LocalSessionManager/Operational");
    /* The other one comes later: what was said before is said anew. */
    add("k2", "winevt/Microsoft-Windows-TerminalServices-RemoteConnectionManager%4Operational.evtx",
        "pc1.corp.example", "run 1 1 1 1\n");
    decode();
    T_EQ_I(outcomes[0].log, 4);
    T_EQ_S(covered("pc1.corp.example"),
           "event.change=complete event.logon=complete event.rdp=complete event.system=partial");
    end();
}

static void another_computer(void)
{
    begin();
    run("INSERT INTO host_target(host, origin) VALUES('pc1.corp.example', 'kit');"
        "INSERT INTO host_target(host, origin) VALUES('10.0.0.9', 'range');"
        "INSERT INTO host_target(host, origin, account_guid) VALUES('10.0.0.10', 'range', '11111111-1111-1111-1111-111111111111');"
        "INSERT INTO account(guid, kind, sam_name, dn) VALUES('11111111-1111-1111-1111-111111111111', 'computer', 'VERYLONGNAMEOFA$', 'x')");
    add("a", "Security.evtx", "pc1.corp.example", SECURITY("PC2.corp.example"));
    /* Renamed: the newest name counts. */
    add("b", "Security.evtx", "pc1.corp.example",
        "channel Security\ncomputer OLD 50 1 20\ncomputer PC1 5 21 30\n");
    add("c", "Security.evtx", "pc1.corp.example",
        "channel Security\ncomputer PC1 50 1 20\ncomputer NEW 5 21 30\n");
    /* Of an address no name is known. */
    add("d", "Security.evtx", "10.0.0.9", SECURITY("PC9"));
    add("e", "Security.evtx", "10.0.0.10", SECURITY("VERYLONGNAMEOFAMACHINE.corp.example"));
    add("f", "Security.evtx", "10.0.0.10", SECURITY("VERYLONGNAME.corp.example"));
    add("g", "Security.evtx", NULL, SECURITY("PC1.corp.example"))->is_disputed = true;
    decode();
    static const char *const reasons[] = { "conflict", NULL,       "conflict", NULL,
                                           NULL,       "conflict", "conflict" };
    for (size_t i = 0; i < ARRAY_LEN(reasons); i++) {
        T_EQ_S(outcomes[i].reason ? outcomes[i].reason : "", reasons[i] ? reasons[i] : "");
        T_OK(!reasons[i] == !!outcomes[i].host);
    }
    T_HAS(outcomes[0].detail, "newest events are of PC2.corp.example");
    T_EQ_S(ask("SELECT count(*) FROM event_log WHERE reason = 'conflict' AND host IS NULL"), "4");
    T_EQ_S(covered("pc1.corp.example"), "event.change=complete event.logon=complete");
    end();
}

static void single_files(void)
{
    begin();
    run("INSERT INTO host_target(host, origin) VALUES('pc1.corp.example', 'kit');"
        "INSERT INTO host_target(host, origin, account_guid) VALUES('10.0.0.10', 'range', '11111111-1111-1111-1111-111111111111');"
        "INSERT INTO account(guid, kind, dns_name, dn) VALUES('11111111-1111-1111-1111-111111111111', 'computer', 'dc1.corp.example', 'x');"
        "INSERT INTO machine_file(origin, kind, host, computer_name, dns_domain) VALUES('x', 'kit', '10.0.0.11', 'PC11', 'corp.example'),"
        " ('y', 'kit', 'h1', 'PC12', NULL), ('z', 'kit', 'h2', 'PC12', NULL)");
    add("a", "1.evtx", NULL, SECURITY("PC1.Corp.Example"));
    add("b", "2.evtx", NULL, SECURITY("DC1.corp.example"));
    add("c", "3.evtx", NULL, SECURITY("pc11.corp.example"));
    add("d", "4.evtx", NULL,
        SECURITY("PC1")); /* without its domain it is not known to be the same */
    add("e", "5.evtx", NULL, SECURITY("PC12"));
    add("f", "6.evtx", NULL, "channel Security\n");
    add("g", "7.evtx", NULL,
        "channel Security\ncomputer A.x 50 1 100\ncomputer B.x 60 1 101\ncomputer C.x 1 5 90\n");
    add("h", "8.evtx", NULL, "channel ForwardedEvents\ncomputer A.x 50 1 100\n");
    /* Set up with the clock of another zone, then named: one machine. */
    add("i", "9.evtx", NULL,
        "channel Security\ncomputer WIN-X 5 20 21\ncomputer SRV.x 500 12 90\n");
    add("j", "10.evtx", NULL, "channel Security\ncomputer bad/name 5 1 2\n");
    decode();
    static const char *const hosts[] = {
        "pc1.corp.example", "10.0.0.10", "10.0.0.11", "pc1", "", "", "", "", "srv.x", ""
    };
    static const char *const reasons[] = {
        "", "", "", "", "not_identified", "not_identified", "", "", "", "not_identified"
    };
    for (size_t i = 0; i < ARRAY_LEN(hosts); i++) {
        T_EQ_S(outcomes[i].host ? outcomes[i].host : "", hosts[i]);
        T_EQ_S(outcomes[i].reason ? outcomes[i].reason : "", reasons[i]);
    }
    T_EQ_I(outcomes[6].computers, 3);
    /* No host comes into scope by a log. */
    T_EQ_S(ask("SELECT count(*) FROM host_target"), "2");
    T_EQ_S(covered("pc1"), "event.change=complete event.logon=complete");
    T_EQ_S(ask("SELECT count(DISTINCT target) FROM coverage"), "5");
    end();
}

static void logs_that_kill(void)
{
    begin();
    run("INSERT INTO host_target(host, origin) VALUES('pc1', 'kit')");
    add("k", "Security.evtx", "pc1", "crash");
    add("k", "System.evtx", "pc1", "late\nchannel System\ncomputer PC1 10 1 9\nchange 5 4724 12\n");
    add("k", "Other.evtx", "pc1", "lie\nchannel Other\ncomputer PC1 10 1 9\n");
    add("k", "Archive-Security-2026.evtx", "pc1", "none");
    add("s", "dead.evtx", NULL, "crash");
    add("s", "text.evtx", NULL, "none");
    add("s", "empty.evtx", NULL, "");
    add("s", "dumb.evtx", NULL, "dumb");
    struct event_log_item *closed =
        add("k", "TerminalServices-LocalSessionManager.evtx", "pc1", "");
    (void)close(closed->fd);
    closed->fd = -1;
    closed->refusal = "denied";
    closed->detail = "access was refused";
    add("s", "fine.evtx", NULL, SECURITY("PC1"));
    decode();
    for (size_t i = 0; i < 9; i++) {
        T_OK(outcomes[i].is_failed && outcomes[i].rows == 0 && outcomes[i].detail);
    }
    T_OK(!outcomes[9].is_failed);
    T_EQ_S(outcomes[9].host, "pc1");
    T_EQ_S(outcomes[5].detail, "it is no event log");
    T_EQ_S(
        ask("SELECT group_concat(path || ' ' || coalesce(host, reason) || ' ' || is_whole, '; ') FROM"
            " (SELECT * FROM event_log WHERE records IS NULL ORDER BY log)"),
        "Security.evtx pc1 0; System.evtx pc1 0; Other.evtx pc1 0; Archive-Security-2026.evtx pc1 0; "
        "dead.evtx not_identified 0; dumb.evtx not_identified 0; "
        "TerminalServices-LocalSessionManager.evtx pc1 0");
    T_EQ_S(ask("SELECT count(*) FROM change_event"), "2");
    T_EQ_S(ask("SELECT count(*) FROM event_computer"), "1");
    T_EQ_S(
        ask("SELECT group_concat(state) FROM (SELECT state FROM artifact ORDER BY origin, path)"),
        "malformed,malformed,malformed,malformed,denied,malformed,malformed,malformed,decoded,malformed");
    T_EQ_S(covered("pc1"),
           "event.change=partial event.logon=partial event.rdp=denied event.system=failed");
    T_HAS(ask("SELECT detail FROM coverage WHERE source = 'event.change'"),
          "Security.evtx: kagimori-decode crashed");
    T_HAS(stage.logged, "k: System.evtx: kagimori-decode crashed");
    end();
}

/* A path is as long as its volume lets it be; what is told of it ends between two characters. */
static void a_long_path(void)
{
    char path[1600] = "a";
    for (size_t i = 1; i + 3 < sizeof(path); i += 3) {
        memcpy(path + i, "\xe7\x97\x85", 4);
    }
    begin();
    run("INSERT INTO host_target(host, origin) VALUES('pc1', 'kit')");
    add("k", "x.evtx", "pc1", "channel Security\ncomputer PC1 10 1 9\nrun 1 10 1 9\nbad 2\n")
        ->path = path;
    decode();
    const char *detail = ask("SELECT detail FROM coverage WHERE source = 'event.change'");
    T_OK(utf8_valid(detail, strlen(detail)));
    T_HAS(detail, ": damaged: 2 of 10 chunks");
    end();
}

static void once_more(void)
{
    begin();
    add("s", "a.evtx", NULL, SECURITY("PC1"));
    add("s", "b.evtx", NULL, SECURITY("PC2"));
    decode();
    add("s", "a.evtx", NULL, "channel System\ncomputer PC3 100 1 2\nrun 1 5 1 2\n");
    decode();
    T_EQ_I(outcomes[0].log, 3);
    T_EQ_S(ask("SELECT group_concat(log || path || host) FROM event_log"), "2b.evtxpc2,3a.evtxpc3");
    T_EQ_S(ask("SELECT group_concat(DISTINCT log) FROM change_event"), "2");
    T_EQ_S(ask("SELECT group_concat(DISTINCT log) FROM event_computer"), "2,3");
    T_EQ_S(covered("pc1"), "(null)");
    T_EQ_S(covered("pc3"), "event.system=complete");
    /* The last number is free again only when nothing is left of it. */
    T_EQ_I(event_logs_forget(stage.store, "s", NULL, &err), RC_OK);
    T_EQ_I(event_logs_settle(stage.store, &err), RC_OK);
    T_EQ_S(ask("SELECT (SELECT count(*) FROM event_log) + (SELECT count(*) FROM event_run)"
               " + (SELECT count(*) FROM coverage WHERE source GLOB 'event.*')"),
           "0");
    end();
}

static void doubles(void)
{
    begin();
    add("a", "1.evtx", NULL, SECURITY("PC1"));
    /* A piece of it, cut from the middle. */
    add("b", "2.evtx", NULL,
        "channel Security\ncomputer PC1 40 30 56\nrun 50 95 30 56\nchange 90 4723 55\nlogon 50 4624 30\n");
    /* The same numbers, after the log had been cleared. */
    add("c", "3.evtx", NULL,
        "channel Security\ncomputer PC1 40 30 56\nrun 50 95 30 56\nchange 90 4723 54\nlogon 50 4624 30\n");
    /* More at its end: both stay. */
    add("d", "4.evtx", NULL,
        "channel Security\ncomputer PC1 40 30 99\nrun 50 150 30 99\nchange 90 4723 55\nlogon 50 4624 30\n");
    add("e", "5.evtx", NULL, SECURITY("PC2"));
    add("f", "6.evtx", NULL, SECURITY("PC1"));
    /* Nothing of it was kept, and it is no copy: not proven. */
    add("g", "7.evtx", NULL, "channel Security\ncomputer PC1 40 31 55\nrun 51 94 31 55\n");
    decode();
    T_EQ_S(
        ask("SELECT group_concat(path) FROM (SELECT path FROM event_log WHERE reason = 'twice' ORDER BY log)"),
        "2.evtx,6.evtx");
    T_EQ_S(outcomes[1].reason, "twice");
    T_EQ_S(outcomes[1].host, "pc1");
    T_OK(outcomes[1].detail && !outcomes[1].is_failed);
    /* When the larger one goes, the smaller one counts again; of two equal ones the other one. */
    T_EQ_I(event_logs_forget(stage.store, "a", "1.evtx", &err), RC_OK);
    T_EQ_I(event_logs_settle(stage.store, &err), RC_OK);
    T_EQ_S(
        ask("SELECT group_concat(path) FROM (SELECT path FROM event_log WHERE reason = 'twice' ORDER BY log)"),
        "2.evtx");
    T_EQ_I(event_logs_forget(stage.store, "f", "6.evtx", &err), RC_OK);
    T_EQ_I(event_logs_settle(stage.store, &err), RC_OK);
    /* 4.evtx holds it, too. */
    T_EQ_S(
        ask("SELECT group_concat(path) FROM (SELECT path FROM event_log WHERE reason = 'twice' ORDER BY log)"),
        "2.evtx");
    end();
}

static void samba(void)
{
    begin();
    add("a", "password.json", "dc1", "channel Security\ncount 4723 passwordChange\nrun 1 5 1 2\n");
    add("b", "auth.json", "dc2", "channel Security\ncount 4624 Authentication\nrun 1 5 1 2\n");
    add("c", "both.json", "dc3",
        "channel Security\ncount 4625 Authentication\ncount 5136 dsdbChange\nrun 1 6 1 2\n");
    add("d", "cut.json", "dc4",
        "channel Security\ncount 4625 Authentication\nbad 1\nrun 1 6 1 2\n");
    add("e", "groups.json", "dc5", "channel Security\ncount 4728 groupChange\nrun 1 6 1 2\n");
    decode();
    T_EQ_S(covered("dc5"), "(null)");
    T_EQ_S(covered("dc1"), "event.change=complete");
    T_EQ_S(covered("dc2"), "event.logon=complete");
    T_EQ_S(covered("dc3"), "event.change=complete event.logon=complete");
    T_EQ_S(covered("dc4"), "event.logon=partial");
    T_EQ_S(ask("SELECT group_concat(DISTINCT kind) FROM artifact"), "samba_log");
    T_EQ_S(ask("SELECT detail FROM artifact WHERE path = 'cut.json'"), "damaged: 1 of 10 lines");
    end();
}

static void limits(void)
{
    begin();
    struct event_log_item *item = add("a", "Security.evtx", "pc1", SECURITY("PC1"));
    item->since = 5000;
    add("b", "Security.evtx", "pc2", SECURITY("PC2"))->detail =
        "only the newest 4 GiB were fetched";
    decode();
    T_EQ_S(ask("SELECT since FROM event_log WHERE log = 1"), "5000");
    T_EQ_S(
        ask("SELECT group_concat(target || state || coalesce(reason, '') || detail, '; ') FROM coverage WHERE source = 'event.change'"),
        "pc1completeSecurity.evtx: older events were left out on purpose; "
        "pc2partialmalformedSecurity.evtx: only the newest 4 GiB were fetched");
    T_EQ_S(ask("SELECT group_concat(state) FROM artifact"), "decoded,partial");
    T_EQ_S(ask("SELECT group_concat(is_whole) FROM event_log"), "1,0");
    end();
}

static void hundreds(void)
{
    char name[32];
    begin();
    for (size_t i = 0; i < MOST; i++) {
        (void)snprintf(name, sizeof(name), "%zu.evtx", i);
        add("many", arena_strdup(stage.arena, name), NULL, i % 50 == 7 ? "crash" : SECURITY("PC1"));
    }
    decode();
    T_EQ_S(ask("SELECT count(*) FROM event_log"), "300");
    T_EQ_S(ask("SELECT count(*) FROM event_log WHERE reason = 'not_identified'"), "6");
    T_EQ_S(ask("SELECT count(*) FROM event_log WHERE reason = 'twice'"), "293");
    T_EQ_S(covered("pc1"), "event.change=complete event.logon=complete");
    end();
}

static void channels_by_name(void)
{
    begin();
    T_EQ_S(event_logs_channel("winevt/Logs/Security.evtx"), "Security");
    T_EQ_S(event_logs_channel("SYSTEM.EVTX"), "System");
    T_EQ_S(event_logs_channel("a/Archive-Security-2026-01-02-03-04-05-678.evtx"), "Security");
    T_OK(event_logs_channel("a/Security-2026.evtx") == NULL);
    T_OK(event_logs_channel("Security/x.evtx") == NULL);
    T_OK(event_logs_channel("Application.evtx") == NULL);
    T_OK(event_logs_channel("") == NULL);
    end();
}

/* Sums are taken in a thread while decoders run; of a file that ends early there is none, and a person hears it. */
static void sums(void)
{
    char sum[3][65] = { "x", "x", "x" };
    begin();
    add("f", "a.evtx", NULL, "computer pc1 1 1 1\nrun 1 1 1 1\n")->sum = sum[0];
    add("f", "b.evtx", NULL, "computer pc1 1 1 1\nrun 1 1 1 1\n")->sum = sum[1];
    items[1].size += 1;
    add("f", "c.evtx", NULL, "computer pc1 1 1 1\nrun 1 1 1 1\n");
    struct event_log_item *gone = add("f", "d.evtx", NULL, "");
    gone->sum = sum[2];
    (void)close(gone->fd);
    gone->fd = -1;
    gone->refusal = "denied";
    gone->detail = "Permission denied";
    decode();
    T_EQ_S(ask("SELECT sha256 FROM artifact WHERE path = 'a.evtx'"),
           "6ff12192966659d851f96755ae5d80af9c16d678923e0b135f6e39a6398d8b98");
    T_EQ_S(items[0].sha256, sum[0]);
    T_EQ_S(ask("SELECT sha256 FROM artifact WHERE path = 'b.evtx'"), "(null)");
    T_EQ_S(items[1].detail, "it could not be read to its end");
    T_EQ_S(ask("SELECT sha256 FROM artifact WHERE path = 'c.evtx'"), "(null)");
    T_OK(items[2].detail == NULL);
    T_EQ_S(items[3].detail, "Permission denied");
    end();
}

#define TESTS(X)        \
    X(a_kit_of_a_host)  \
    X(another_computer) \
    X(single_files)     \
    X(a_long_path)      \
    X(logs_that_kill)   \
    X(once_more)        \
    X(doubles) X(samba) X(limits) X(hundreds) X(channels_by_name) X(sums)
T_MAIN("event logs", TESTS)
