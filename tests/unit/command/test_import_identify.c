/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose files are these? */
#include <stdio.h>

#include "audit/command/import.h"
#include "tests/support/t.h"

#define DOMAIN_SID "S-1-5-21-1-2-3"
#define SID_A      "S-1-5-21-10-11-12"
#define SID_B      "S-1-5-21-20-21-22"

static struct arena *arena;
static struct store *store;
static struct import_decision d;
static struct err err;

struct files {
    const char *origin, *computer, *domain, *machine_sid, *account_sid, *role;
    filetime at;
};

static void begin(void)
{
    arena = arena_new(0);
    T_EQ_I(store_open_memory(&store, &err), RC_OK);
}

static void end(void)
{
    store_close(store);
    arena_free(arena);
}

static void put(struct row *row)
{
    T_EQ_I(row_check(row, &err), RC_OK);
    T_EQ_I(store_put(store, row, &err), RC_OK);
}

static const char *guid_of(int number)
{
    return arena_printf(arena, "00000000-0000-0000-0000-%012d", number);
}

static void put_account(int number, const char *dns_name, int64_t uac)
{
    struct row row;
    row_begin(&row, ROW_TABLE_ACCOUNT);
    row_text(&row, ACCOUNT_GUID, guid_of(number));
    row_text(&row, ACCOUNT_SID, arena_printf(arena, DOMAIN_SID "-%d", number));
    row_text(&row, ACCOUNT_KIND, "computer");
    row_text(&row, ACCOUNT_DN, arena_printf(arena, "CN=PC%d", number));
    row_text(&row, ACCOUNT_DNS, dns_name);
    row_int(&row, ACCOUNT_UAC, uac);
    put(&row);
}

static void put_target(const char *host, const char *guid)
{
    struct row row;
    row_begin(&row, ROW_TABLE_HOST);
    row_text(&row, HOST_HOST, host);
    row_text(&row, HOST_ORIGIN, "site");
    row_text(&row, HOST_ACCOUNT, guid);
    put(&row);
}

static void put_coverage(const char *source, const char *host, const char *state)
{
    struct row row;
    row_begin(&row, ROW_TABLE_COVERAGE);
    row_text(&row, COVERAGE_SOURCE, source);
    row_text(&row, COVERAGE_TARGET, host);
    row_text(&row, COVERAGE_STATE, state);
    put(&row);
}

/* A host that told of itself over the network. */
static void put_machine(const char *host, const char *name, const char *sid, const char *role)
{
    struct row row;
    row_begin(&row, ROW_TABLE_MACHINE);
    row_text(&row, MACHINE_HOST, host);
    row_text(&row, MACHINE_SID, sid);
    row_text(&row, MACHINE_NAME, name);
    row_text(&row, MACHINE_ROLE, role);
    put(&row);
    put_coverage("smb.machine", host, "complete");
}

static const struct import_decision *decide(const struct files *f)
{
    struct row row;
    row_begin(&row, ROW_TABLE_MACHINEFILE);
    row_text(&row, MACHINEFILE_ORIGIN, f->origin);
    row_text(&row, MACHINEFILE_KIND, "kit");
    row_text(&row, MACHINEFILE_COMPUTER, f->computer);
    row_text(&row, MACHINEFILE_DOMAIN, f->domain);
    row_text(&row, MACHINEFILE_MACHINE_SID, f->machine_sid);
    row_text(&row, MACHINEFILE_ACCOUNT_SID, f->account_sid);
    row_text(&row, MACHINEFILE_ROLE, f->role);
    if (f->at) {
        row_int(&row, MACHINEFILE_COLLECTED, f->at);
    }
    put(&row);
    T_EQ_I(import_decide(store, f->origin, arena, &d, &err), RC_OK);
    T_EQ_I(import_settle(store, f->origin, "kit", &d, &err), RC_OK);
    return &d;
}

/* One text of the evidence. */
static const char *ask(const char *sql)
{
    sqlite3_stmt *q = NULL;
    const char *text = "(none)";
    T_EQ_I(sqlite3_prepare_v2(store_handle(store), sql, -1, &q, NULL), SQLITE_OK);
    if (sqlite3_step(q) == SQLITE_ROW) {
        text = (const char *)sqlite3_column_text(q, 0);
        text = text ? arena_strdup(arena, text) : "(null)";
    }
    (void)sqlite3_finalize(q);
    return text;
}

static void account_sid_goes_before_names(void)
{
    begin();
    put_account(1001, "pc1.corp.example", 4096);
    put_target("pc1.corp.example", guid_of(1001));
    put_account(1002, "pc2.corp.example", 4096);
    /* Renamed since: the account says who it is. */
    decide(&(struct files){ "k", "PC2", "corp.example", SID_A, DOMAIN_SID "-1001", "member", 5 });
    T_EQ_S(d.host, "pc1.corp.example");
    T_OK(!d.is_new);
    /* An account that is not in scope yet. */
    decide(&(struct files){ "l", "X", NULL, SID_B, DOMAIN_SID "-1002", "member", 5 });
    T_EQ_S(d.host, "pc2.corp.example");
    T_OK(d.is_new);
    T_EQ_S(
        ask("SELECT origin || ' ' || account_guid || ' ' || is_controller FROM host_target WHERE host = 'pc2.corp.example'"),
        "kit 00000000-0000-0000-0000-000000001002 0");
    end();
}

static void machine_sid_with_the_name(void)
{
    begin();
    put_target("10.0.0.7", NULL);
    put_machine("10.0.0.7", "PC7", SID_A, "standalone");
    decide(&(struct files){ "k", "pc7", NULL, SID_A, NULL, "standalone", 5 });
    T_EQ_S(d.host, "10.0.0.7");
    T_OK(!d.is_new);
    /* A clone has the SID and another name: it is another host. */
    decide(&(struct files){ "l", "PC8", NULL, SID_A, NULL, "standalone", 5 });
    T_EQ_S(d.host, "pc8");
    T_OK(d.is_new);
    T_EQ_S(ask("SELECT count(*) FROM host_target"), "2");
    end();
}

static void names_with_their_domain(void)
{
    begin();
    put_account(1001, "PC1.corp.example", 4096);
    put_target("pc1.corp.example", guid_of(1001));
    decide(&(struct files){ "k", "PC1", "CORP.example", NULL, NULL, NULL, 0 });
    T_EQ_S(d.host, "pc1.corp.example");
    /* A workgroup's PC1 is not the domain's. */
    decide(&(struct files){ "l", "PC1", NULL, SID_B, NULL, "standalone", 0 });
    T_EQ_S(d.host, "pc1");
    T_OK(d.is_new);
    decide(&(struct files){ "m", "DC9", "corp.example", SID_A, NULL, "controller", 0 });
    T_EQ_S(d.host, "dc9.corp.example");
    T_EQ_I(d.is_controller, 1);
    T_EQ_S(ask("SELECT is_controller FROM host_target WHERE host = 'dc9.corp.example'"), "1");
    end();
}

/* Two accounts of one DNS name: neither is guessed. */
static void doubles_are_nobodys(void)
{
    begin();
    put_account(1001, "pc1.corp.example", 4096);
    put_account(1002, "pc1.corp.example", 4096);
    decide(&(struct files){ "k", "PC1", "corp.example", NULL, NULL, NULL, 0 });
    T_EQ_S(d.host, "pc1.corp.example");
    T_OK(d.is_new);
    T_OK(d.account_guid == NULL);
    end();
}

static void no_name_no_host(void)
{
    begin();
    decide(&(struct files){ "k", NULL, NULL, SID_A, NULL, NULL, 0 });
    T_OK(d.host == NULL);
    T_EQ_S(d.reason, "not_identified");
    T_EQ_S(ask("SELECT reason FROM machine_file WHERE origin = 'k' AND host IS NULL"),
           "not_identified");
    decide(&(struct files){ "l", "PC 1\x1b[2J", NULL, SID_A, NULL, NULL, 0 });
    T_OK(d.host == NULL);
    decide(&(struct files){ "m",
                            "\xe5\x8f\x97\xe4\xbb\x98"
                            "01",
                            NULL, SID_A, NULL, NULL, 0 }); /* 受付01 */
    T_EQ_S(d.host, "\xe5\x8f\x97\xe4\xbb\x98"
                   "01");
    T_EQ_I(import_decide(store, "unknown", arena, &d, &err), RC_OK); /* the decoder died */
    T_EQ_S(d.reason, "not_identified");
    T_EQ_I(import_settle(store, "unknown", "image", &d, &err), RC_OK);
    T_EQ_S(ask("SELECT kind FROM machine_file WHERE origin = 'unknown'"), "image");
    end();
}

static void the_newer_kit_counts(void)
{
    begin();
    decide(&(struct files){ "old", "PC1", "corp.example", SID_A, NULL, NULL, 100 });
    T_EQ_S(d.host, "pc1.corp.example");
    decide(&(struct files){ "new", "PC1", "corp.example", SID_A, NULL, NULL, 200 });
    T_EQ_S(d.host, "pc1.corp.example");
    T_EQ_S(d.rival, "old");
    T_OK(d.replaces && !d.is_again);
    T_EQ_S(ask("SELECT reason FROM machine_file WHERE origin = 'old' AND host IS NULL"), "older");
    decide(&(struct files){ "older still", "PC1", "corp.example", SID_A, NULL, NULL, 50 });
    T_OK(d.host == NULL);
    T_EQ_S(d.reason, "older");
    T_OK(!d.host);
    T_EQ_S(d.place, "pc1.corp.example"); /* what its logs tell is still of that host */
    T_HAS(d.why, "\"new\"");
    T_EQ_S(ask("SELECT group_concat(origin) FROM machine_file WHERE host IS NOT NULL"), "new");
    T_EQ_S(ask("SELECT count(*) FROM host_target"), "1");
    end();
}

static void the_same_kit_again(void)
{
    begin();
    decide(&(struct files){ "k", "PC1", NULL, SID_A, NULL, NULL, 100 });
    decide(&(struct files){ "k (2)", "PC1", NULL, SID_A, NULL, NULL, 100 });
    T_EQ_S(d.host, "pc1");
    T_OK(d.is_again);
    T_EQ_S(ask("SELECT group_concat(origin || '=' || host) FROM machine_file"), "k (2)=pc1");
    end();
}

static void two_machines_that_claim_one_host(void)
{
    begin();
    decide(&(struct files){ "first", "PC1", NULL, SID_A, NULL, NULL, 100 });
    decide(&(struct files){ "second", "PC1", NULL, SID_B, NULL, NULL, 200 });
    T_OK(d.host == NULL);
    T_EQ_S(d.reason, "conflict");
    T_HAS(d.why, "\"first\"");
    T_HAS(d.why, "differ");
    T_EQ_S(ask("SELECT host FROM machine_file WHERE origin = 'first'"), "pc1");
    T_EQ_S(ask("SELECT reason FROM machine_file WHERE origin = 'second'"), "conflict");
    /* Not known is not the same. */
    decide(&(struct files){ "third", "PC1", NULL, NULL, NULL, NULL, 300 });
    T_EQ_S(d.reason, "conflict");
    T_HAS(d.why, "not known");
    end();
}

/* The account's SID stands in for one that is not there, not for one that differs. */
static void one_account(void)
{
    begin();
    put_account(1001, "pc1.corp.example", 4096);
    decide(&(struct files){ "a", "PC1", "corp.example", NULL, DOMAIN_SID "-1001", NULL, 100 });
    decide(&(struct files){ "b", "PC1", "corp.example", SID_A, DOMAIN_SID "-1001", NULL, 200 });
    T_EQ_S(d.host, "pc1.corp.example");
    T_EQ_S(d.rival, "a");
    decide(&(struct files){ "c", "PC1", "corp.example", SID_B, DOMAIN_SID "-1001", NULL, 300 });
    T_EQ_S(d.reason, "conflict");
    end();
}

static void the_living_host_contradicts(void)
{
    begin();
    put_target("pc1.corp.example", NULL);
    put_machine("pc1.corp.example", "PC1", SID_A, "member");
    decide(&(struct files){ "k", "PC1", "corp.example", SID_B, NULL, "member", 100 });
    T_OK(d.host == NULL);
    T_EQ_S(d.reason, "conflict");
    T_HAS(d.why, "another machine SID");
    decide(&(struct files){ "l", "PC1", "corp.example", SID_A, NULL, "member", 100 });
    T_EQ_S(d.host, "pc1.corp.example");
    /* A domain controller tells the SID of the domain: nothing contradicts. */
    put_target("dc1.corp.example", NULL);
    put_machine("dc1.corp.example", "CORP", DOMAIN_SID, "controller");
    decide(&(struct files){ "m", "DC1", "corp.example", SID_B, NULL, "controller", 100 });
    T_EQ_S(d.host, "dc1.corp.example");
    end();
}

static void what_the_host_told_is_not_wanted(void)
{
    bool wants[PART_COUNT];
    begin();
    put_target("pc1", NULL);
    put_coverage("smb.registry", "pc1", "complete");
    put_coverage("smb.account", "pc1", "partial");
    T_EQ_I(import_wants(store, "pc1", wants, &err), RC_OK);
    T_OK(!wants[PART_REGISTRY]);
    T_OK(wants[PART_ACCOUNT] && wants[PART_SERVICE] && wants[PART_PASSWORD] &&
         wants[PART_AUTOSTART]);
    decide(&(struct files){ "k", "DC1", NULL, SID_A, NULL, "controller", 100 });
    T_EQ_I(import_wants(store, "dc1", wants, &err), RC_OK);
    T_OK(!wants[PART_ACCOUNT] && !wants[PART_GROUP] && wants[PART_RIGHT]);
    end();
}

static void put_value(const char *host, const char *origin)
{
    struct row row;
    row_begin(&row, ROW_TABLE_REGISTRY);
    row_text(&row, REGISTRY_HOST, host);
    row_text(&row, REGISTRY_KEY, "HKLM\\K");
    row_text(&row, REGISTRY_VALUE, "V");
    row_text(&row, REGISTRY_ORIGIN, origin);
    row_bool(&row, REGISTRY_MISSING, false);
    put(&row);
}

static void put_local(const char *host)
{
    struct row row;
    row_begin(&row, ROW_TABLE_LOCALACCOUNT);
    row_text(&row, LOCALACCOUNT_HOST, host);
    row_int(&row, LOCALACCOUNT_RID, 500);
    put(&row);
}

/* What older files told goes, what hosts told stays. */
static void forgets_what_files_told(void)
{
    bool wants[PART_COUNT];
    begin();
    put_value("a", "kit");
    put_value("a", "rpc");
    put_value("b", "kit");
    put_local("a");
    put_local("b");
    put_coverage("kit.registry", "a", "complete");
    put_coverage("kit.account", "a", "complete");
    put_coverage("kit.registry", "b", "complete");
    put_coverage("smb.account", "b", "partial");
    T_EQ_I(import_wants(store, "a", wants, &err), RC_OK);
    T_EQ_I(import_forget(store, "a", wants, &err), RC_OK);
    T_EQ_I(import_forget(store, "b", wants, &err), RC_OK);
    T_EQ_S(ask("SELECT group_concat(host || origin) FROM host_registry"), "arpc");
    T_EQ_S(ask("SELECT group_concat(host) FROM local_account"),
           "b"); /* it was b itself that told */
    T_EQ_S(ask("SELECT count(*) FROM coverage WHERE source GLOB 'kit.*'"), "0");
    end();
}

static void scope(void)
{
    static const char *const sources[] = { "ldap.user", "net.port", "smb.registry", "smb.account" };
    struct importer im = { .sources = sources, .source_count = ARRAY_LEN(sources) };
    static const char state[] =
        "SELECT group_concat(target || ' ' || state) FROM coverage WHERE source = 'host.scope'";
    begin();
    im.store = store;
    T_EQ_I(import_close_hosts(&im, &err), RC_OK);
    T_EQ_S(ask(state), "(null)"); /* nothing of a host was imported */
    decide(&(struct files){ "k", "PC1", NULL, SID_A, NULL, NULL, 100 });
    put_coverage("kit.registry", "pc1", "complete");
    T_EQ_I(import_close_hosts(&im, &err), RC_OK);
    T_EQ_S(ask(state), "import complete");
    T_EQ_S(
        ask("SELECT group_concat(source || ' ' || state) FROM (SELECT * FROM coverage WHERE target = 'pc1' ORDER BY source)"),
        "kit.registry complete,net.port not_collected,smb.account not_collected");
    decide(&(struct files){ "l", NULL, NULL, SID_A, NULL, NULL, 100 });
    T_EQ_I(import_close_hosts(&im, &err), RC_OK);
    T_EQ_S(ask(state), "import partial");
    end();
}

/* The word of a collection stays. */
static void scope_of_a_collection(void)
{
    static const char *const sources[] = { "smb.account" };
    struct importer im = { .sources = sources, .source_count = 1 };
    begin();
    im.store = store;
    put_coverage("host.scope", "site file", "partial");
    decide(&(struct files){ "k", "DC1", NULL, SID_A, NULL, "controller", 100 });
    T_EQ_I(import_close_hosts(&im, &err), RC_OK);
    T_EQ_S(
        ask("SELECT group_concat(target || ' ' || state) FROM coverage WHERE source = 'host.scope'"),
        "site file partial");
    T_EQ_S(ask("SELECT state FROM coverage WHERE source = 'smb.account' AND target = 'dc1'"),
           "absent");
    end();
}

/* The directory comes after the files. */
static void accounts_that_come_later(void)
{
    struct importer im = { .source_count = 0 };
    begin();
    im.store = store;
    decide(&(struct files){ "k", "PC1", NULL, NULL, DOMAIN_SID "-1001", NULL, 100 });
    decide(&(struct files){ "l", "DC2", "corp.example", NULL, NULL, NULL, 100 });
    decide(&(struct files){ "m", "PC3", "other.example", NULL, NULL, NULL, 100 });
    put_account(1001, "pc1.corp.example", 4096);
    put_account(1002, "DC2.corp.example", 0x2000);
    put_account(1003, "pc3.corp.example", 4096);
    T_EQ_I(import_close_hosts(&im, &err), RC_OK);
    T_EQ_S(
        ask("SELECT group_concat(host || ' ' || coalesce(substr(account_guid, 33), '-') || ' ' || coalesce(is_controller, '-'))"
            " FROM (SELECT * FROM host_target ORDER BY host)"),
        "dc2.corp.example 1002 1,pc1 1001 0,pc3.other.example - -");
    end();
}

#define TESTS(X)                        \
    X(account_sid_goes_before_names)    \
    X(machine_sid_with_the_name)        \
    X(names_with_their_domain)          \
    X(doubles_are_nobodys)              \
    X(no_name_no_host)                  \
    X(the_newer_kit_counts)             \
    X(the_same_kit_again)               \
    X(two_machines_that_claim_one_host) \
    X(one_account)                      \
    X(the_living_host_contradicts)      \
    X(what_the_host_told_is_not_wanted) \
    X(forgets_what_files_told) X(scope) X(scope_of_a_collection) X(accounts_that_come_later)
T_MAIN("import identify", TESTS)
