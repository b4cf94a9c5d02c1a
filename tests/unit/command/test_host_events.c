/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Event logs on their way: the spool and what an interrupted audit finds in it; whose logs are asked for, and what is said of the others. */
#include <sys/stat.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "audit/command/host_events.h"
#include "tests/support/t.h"

/* ---- the spool ---- */

struct place {
    char out[64];
    struct event_spool spool;
    struct err err;
};

static void place_open(struct place *p)
{
    *p = (struct place){ .out = "/tmp/kagimori-spool-XXXXXX" };
    T_OK(mkdtemp(p->out) != NULL);
    T_EQ_I(event_spool_open(p->out, &p->spool, &p->err), RC_OK);
}

/* Nothing but the folder itself may be left. */
static void place_close(struct place *p)
{
    event_spool_close(&p->spool);
    T_EQ_I(rmdir(p->out), 0);
}

static void put(const struct spool_host *h, const char *log, const char *text)
{
    struct err err;
    int fd AUTO_FD = -1;
    T_EQ_I(spool_host_file(h, log, &fd, &err), RC_OK);
    T_EQ_I(write(fd, text, strlen(text)), (int64_t)strlen(text));
}

static const char *get(const struct spool_host *h, const char *log, uint64_t size)
{
    static char text[64];
    struct err err;
    int fd AUTO_FD = -1;
    if (spool_host_read(h, log, size, &fd, &err) != RC_OK) {
        return rc_word(err.rc);
    }
    ssize_t n = read(fd, text, sizeof(text) - 1);
    text[n > 0 ? n : 0] = '\0';
    T_OK(write(fd, "x", 1) < 0); /* nobody changes it from now on */
    return text;
}

static void what_was_fetched_is_found_again(void)
{
    struct place p;
    struct spool_host h;
    struct stat st;
    char path[200];
    place_open(&p);
    T_EQ_I(spool_host_open(&p.spool, "dc1.example", "since 1", &h, &p.err), RC_OK);
    T_OK(spool_host_is_empty(&h));
    put(&h, "Security.evtx", "0123456789");
    T_OK(!spool_host_is_empty(&h));
    (void)snprintf(path, sizeof(path), "%s/spool/dc1.example/Security.evtx", p.out);
    T_EQ_I(stat(path, &st), 0);
    T_EQ_I(st.st_mode & 0777, 0600);
    spool_host_close(&h);
    T_EQ_I(spool_host_open(&p.spool, "dc1.example", "since 1", &h, &p.err), RC_OK);
    T_EQ_S(get(&h, "Security.evtx", 8), "01234567");
    T_EQ_S(get(&h, "Security.evtx", 9), "malformed"); /* cut for good */
    T_EQ_S(get(&h, "System.evtx", 0), "io");
    spool_host_close(&h);
    /* Another question: what answered the old one is gone. */
    T_EQ_I(spool_host_open(&p.spool, "dc1.example", "since 2", &h, &p.err), RC_OK);
    T_OK(spool_host_is_empty(&h));
    T_EQ_S(get(&h, "Security.evtx", 1), "io");
    spool_host_drop(&p.spool, &h);
    place_close(&p);
}

static void names_of_hosts_stay_in_the_spool(void)
{
    static const char *const names[] = { "..", "../x", "a/b", "", ".", "-rf", "con", "ホスト" };
    struct place p;
    struct spool_host h;
    place_open(&p);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        enum rc rc = spool_host_open(&p.spool, names[i], "q", &h, &p.err);
        T_OK(rc == RC_OK || rc == RC_IO);
        if (rc == RC_OK) {
            put(&h, "System.evtx", "1");
            spool_host_drop(&p.spool, &h);
        }
    }
    place_close(&p); /* nothing beside it */
}

static void a_folder_of_others_is_not_used(void)
{
    struct place p;
    struct event_spool again;
    char path[200], other[200];
    place_open(&p);
    (void)snprintf(path, sizeof(path), "%s/spool", p.out);
    (void)snprintf(other, sizeof(other), "%s/other", p.out);
    T_EQ_I(chmod(path, 0755), 0);
    T_EQ_I(event_spool_open(p.out, &again, &p.err), RC_IO);
    event_spool_close(&p.spool);
    T_EQ_I(mkdir(other, 0700), 0);
    T_EQ_I(symlink("other", path), 0);
    T_EQ_I(event_spool_open(p.out, &again, &p.err), RC_IO);
    (void)unlink(path);
    (void)rmdir(other);
    T_EQ_I(rmdir(p.out), 0);
}

/* ---- whose ---- */

struct hosts {
    struct arena *a;
    struct store *store;
    struct site site;
    struct host_collection c;
    struct err err;
    char asked[400];
};

static void hosts_open(struct hosts *h, const char *which, const char *user, bool has_login)
{
    static const char rows[] =
        "INSERT INTO host_target(host, origin, is_controller) VALUES ('dc1.x', 'directory', 1), ('srv1.x', 'site', 0),"
        " ('srv2.x', 'site', 0), ('srv3.x', 'site', NULL), ('kit.x', 'kit', 0);"
        "INSERT INTO coverage(source, target, state, reason, detail) VALUES ('smb.machine', 'dc1.x', 'complete', NULL, NULL),"
        " ('smb.machine', 'srv1.x', 'complete', NULL, NULL), ('smb.machine', 'srv2.x', 'complete', NULL, NULL),"
        " ('smb.machine', 'srv3.x', 'unreachable', 'unreachable', 'no answer');"
        "INSERT INTO host_machine(host, is_administrator) VALUES ('dc1.x', 1), ('srv1.x', 1), ('srv2.x', 0);"
        "INSERT INTO directory_server(host, dns_name, dsa_dn) VALUES ('10.0.0.1', 'DC1.x', 'CN=a'), ('dc2.x', 'dc2.x', 'CN=b'), ('ldap.x', NULL, NULL);";
    *h = (struct hosts){ .a = arena_new(0) };
    h->site.user = user;
    h->site.hosts.has_login = has_login;
    T_EQ_I(store_open_memory(&h->store, &h->err), RC_OK);
    T_EQ_I(store_exec(store_handle(h->store), rows, &h->err), RC_OK);
    h->c = (struct host_collection){
        .site = &h->site, .event_logs = which, .arena = h->a, .store = h->store
    };
}

static void hosts_close(struct hosts *h)
{
    store_close(h->store);
    arena_free(h->a);
}

/* "dc1.x dc2.x*": with a star where the directory's login is used. */
static const char *asked(struct hosts *h)
{
    struct events_host *list = NULL;
    size_t count = 0, n = 0;
    T_EQ_I(events_list_hosts(&h->c, &list, &count, &h->err), RC_OK);
    h->asked[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        n += (size_t)snprintf(h->asked + n, sizeof(h->asked) - n, "%s%s%s", n > 0 ? " " : "",
                              list[i].name, list[i].by_directory ? "*" : "");
    }
    return h->asked;
}

static const char *state(struct hosts *h, const char *source, const char *target)
{
    static char text[200];
    sqlite3_stmt *q = NULL;
    (void)snprintf(text, sizeof(text), "none");
    if (sqlite3_prepare_v2(
            store_handle(h->store),
            "SELECT state || coalesce(' ' || reason, '') FROM coverage WHERE source = ?1 AND target = ?2",
            -1, &q, NULL) == SQLITE_OK) {
        (void)sqlite3_bind_text(q, 1, source, -1, SQLITE_STATIC);
        (void)sqlite3_bind_text(q, 2, target, -1, SQLITE_STATIC);
        if (sqlite3_step(q) == SQLITE_ROW) {
            (void)snprintf(text, sizeof(text), "%s", (const char *)sqlite3_column_text(q, 0));
        }
    }
    (void)sqlite3_finalize(q);
    return text;
}

static void who_is_asked(void)
{
    static const struct {
        const char *which, *user;
        bool has_login, refused;
        const char *want;
    } cases[] = { { "all", "a@x", true, false, "dc1.x dc2.x* srv1.x" },
                  { "controllers", "a@x", true, false, "dc1.x dc2.x*" },
                  { "controllers", "X\\a", false, false, "dc1.x* dc2.x*" },
                  { "controllers", "CN=a,DC=x", true, false, "dc1.x" },
                  { "controllers", "a@x", true, true, "dc1.x" },
                  { "controllers", "a@x", false, true, "" } };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct hosts h;
        hosts_open(&h, cases[i].which, cases[i].user, cases[i].has_login);
        h.c.directory_refused = cases[i].refused;
        T_EQ_S(asked(&h), cases[i].want);
        hosts_close(&h);
    }
}

static void what_is_said_of_the_others(void)
{
    struct hosts h;
    hosts_open(&h, "all", "CN=a,DC=x", true);
    T_EQ_I(events_cover_others(&h.c, &h.err), RC_OK);
    T_EQ_I(events_cover_sources(&h.c, &h.err), RC_OK);
    T_EQ_S(state(&h, EVENTS_SOURCE, "srv2.x"), "denied denied");
    T_EQ_S(state(&h, "event.logon", "srv2.x"), "denied denied");
    T_EQ_S(state(&h, EVENTS_SOURCE, "srv3.x"), "unreachable unreachable");
    T_EQ_S(state(&h, "event.rdp", "srv3.x"), "unreachable unreachable");
    T_EQ_S(state(&h, EVENTS_SOURCE, "dc2.x"), "not_collected not_collected");
    T_EQ_S(state(&h, EVENTS_SOURCE, "dc1.x"), "none"); /* which is asked */
    T_EQ_S(state(&h, EVENTS_SOURCE, "kit.x"), "none");
    T_EQ_S(state(&h, EVENTS_SOURCE, "ldap.x"), "none");
    hosts_close(&h);
    hosts_open(&h, "controllers", "a@x", true);
    h.c.directory_refused = true;
    T_EQ_I(events_cover_others(&h.c, &h.err), RC_OK);
    T_EQ_S(state(&h, EVENTS_SOURCE, "srv2.x"), "none");
    T_EQ_S(state(&h, EVENTS_SOURCE, "dc2.x"), "denied denied");
    hosts_close(&h);
}

static void what_the_logs_would_have_told(void)
{
    struct hosts h;
    hosts_open(&h, "all", "a@x", true);
    T_EQ_I(
        store_exec(
            store_handle(h.store),
            "INSERT INTO coverage(source, target, state, reason) VALUES ('" EVENTS_SOURCE
            "', 'dc1.x', 'complete', NULL),"
            " ('" EVENTS_SOURCE "', 'dc2.x', 'partial', 'unreachable'), ('" EVENTS_SOURCE
            "', 'srv1.x', 'failed', 'io'),"
            " ('event.change', 'dc1.x', 'partial', 'limit');"
            "INSERT INTO event_log(log, origin, path, form, channel, reason) VALUES (1, 'dc1.x', 'p', 'evtx', 'System', 'conflict')",
            &h.err),
        RC_OK);
    T_EQ_I(events_cover_sources(&h.c, &h.err), RC_OK);
    T_EQ_S(state(&h, "event.change", "dc1.x"), "partial limit"); /* the decoder's word stays */
    T_EQ_S(state(&h, "event.rdp", "dc1.x"), "absent absent");
    T_EQ_S(state(&h, "event.system", "dc1.x"),
           "failed untrusted"); /* it is there, and not its own */
    T_EQ_S(state(&h, "event.rdp", "dc2.x"),
           "unreachable unreachable"); /* cut: not known, not absent */
    T_EQ_S(state(&h, "event.rdp", "srv1.x"), "failed io");
    hosts_close(&h);
}

#define TESTS(X)                        \
    X(what_was_fetched_is_found_again)  \
    X(names_of_hosts_stay_in_the_spool) \
    X(a_folder_of_others_is_not_used)   \
    X(who_is_asked) X(what_is_said_of_the_others) X(what_the_logs_would_have_told)
T_MAIN("event logs of hosts", TESTS)
