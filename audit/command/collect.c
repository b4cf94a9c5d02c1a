/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kagimori collect: one server is read in full, every other domain controller for what only it knows. */
#include <sys/random.h>

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/base/log.h"
#include "audit/base/num.h"
#include "audit/command/command.h"
#include "audit/command/directory_task.h"
#include "audit/command/host_collect.h"
#include "audit/command/named_accounts.h"
#include "audit/command/openldap_collect.h"
#include "audit/command/policy_files.h"
#include "audit/command/shard.h"
#include "audit/decode/format/fingerprint.h"
#include "audit/supervise/supervise.h"

/* Sources that are not replicated: each domain controller answers for itself. */
static const char *const own_sources[] = { "ldap.rootdse", "ldap.logon", "ldap.metadata" };

/* Read in every audit, whatever the checks: the reset plan, last logons and later comparisons stand on them. */
static const char *const core_sources[] = { "ldap.rootdse", "ldap.schema",   "ldap.domain",
                                            "ldap.user",    "ldap.computer", "ldap.service_account",
                                            "ldap.group",   "ldap.trust",    "ldap.site",
                                            "ldap.logon",   "ldap.metadata" };

struct collection {
    const struct site *site;
    const char *const *sources;
    size_t count;
    const struct secret *secret;
    bool refused;               /* a server refused the login */
    const struct secret *key;   /* of the run, for fingerprints of passwords in files */
    struct artifact_keep *keep; /* copies of what is fetched; NULL = none */
    filetime now;
    struct arena *arena;
    struct store *store;
    struct supervisor *supervisor;
    struct shard shard;
};

static bool is_among(const char *source, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(list[i], source) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_own(const char *source)
{
    return is_among(source, own_sources, ARRAY_LEN(own_sources));
}

/* What the checks need and the core, without repeats; in the arena. */
static enum rc all_sources(const char *const *wanted, size_t count, bool is_narrow, struct arena *a,
                           struct collection *c, struct err *err)
{
    const char **list = arena_array(a, count + ARRAY_LEN(core_sources), sizeof(*list));
    if (!list) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    for (size_t i = 0; i < ARRAY_LEN(core_sources); i++) {
        /* Nothing is proven by a last logon, and each domain controller would be asked for all of them. */
        if (!is_narrow || strcmp(core_sources[i], "ldap.logon") != 0 ||
            is_among(core_sources[i], wanted, count)) {
            list[c->count++] = core_sources[i];
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (strncmp(wanted[i], "ldap.", 5) == 0 && !openldap_is_source(wanted[i]) &&
            !is_among(wanted[i], core_sources, ARRAY_LEN(core_sources))) {
            list[c->count++] = wanted[i];
        }
    }
    c->sources = list;
    return RC_OK;
}

/* True when the source needs no more asking: this server told it, or (replicated ones) any server did. */
static bool is_settled(const struct collection *c, const char *source, const char *host)
{
    if (is_own(source)) {
        return store_is_complete(c->store, source, host);
    }
    sqlite3_stmt *q = NULL;
    bool found = false;
    if (sqlite3_prepare_v2(store_handle(c->store),
                           "SELECT 1 FROM coverage WHERE source=?1 AND state='complete'", -1, &q,
                           NULL) == SQLITE_OK) {
        (void)sqlite3_bind_text(q, 1, source, -1, SQLITE_STATIC);
        found = sqlite3_step(q) == SQLITE_ROW;
    }
    (void)sqlite3_finalize(q);
    return found;
}

/* A task for one server with the sources that are still open; *ret_open = how many. */
static enum rc task_for(const struct collection *c, const struct site_server *server, bool own_only,
                        struct task *ret, size_t *ret_open, struct err *err)
{
    *ret_open = 0;
    TRY(directory_task(c->site, server, c->secret, c->now, c->arena, ret, err));
    for (size_t i = 0; i < c->count; i++) {
        if ((!own_only || is_own(c->sources[i])) && !is_settled(c, c->sources[i], server->host)) {
            TRY(directory_task_source(ret, c->sources[i], err));
            ++*ret_open;
        }
    }
    return RC_OK;
}

/* Asks the named servers in their order until one has been reached and asked for everything. */
static enum rc read_in_full(struct collection *c, size_t *ret_primary, bool *ret_any,
                            struct err *err)
{
    *ret_any = false;
    for (size_t i = 0; i < c->site->server_count && !*ret_any; i++) {
        struct task task;
        struct task_end end = { .rc = RC_OK };
        size_t open = 0;
        TRY(task_for(c, &c->site->servers[i], false, &task, &open, err));
        if (open > 0) {
            TRY(supervisor_run(c->supervisor, &task, 1, &end, err));
        }
        if (end.rc == RC_OK || end.rows > 0) {
            *ret_primary = i;
            *ret_any = true;
        }
        if (end.rc != RC_OK) {
            log_line(LOG_WARN, "%s: %s", c->site->servers[i].host,
                     command_detail(c->site->servers[i].host, end.detail));
        }
        /* RC_LIMIT before anything was read: the gate lets nobody log on, because another shard was refused. */
        if (end.rc == RC_DENIED || (end.rc == RC_LIMIT && end.rows == 0)) {
            /* The same wrong password at the next server could lock the audit account. */
            c->refused = true;
            log_line(LOG_WARN, "the other servers are not tried with a login that was refused");
            return RC_OK;
        }
    }
    return RC_OK;
}

static bool is_listed(const struct site_server *list, size_t count, const char *host)
{
    for (size_t i = 0; i < count; i++) {
        if (strcasecmp(list[i].host, host) == 0) {
            return true;
        }
    }
    return false;
}

/* The other servers of the site file and the domain controllers that the directory names, without the primary. */
static enum rc list_others(const struct collection *c, size_t primary, struct site_server **ret,
                           size_t *ret_count, struct err *err)
{
    const size_t most = 512;
    struct site_server *list = arena_array(c->arena, most, sizeof(*list));
    sqlite3_stmt *q = NULL;
    *ret_count = 0;
    if (!list) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    for (size_t i = 0; i < c->site->server_count; i++) {
        if (i != primary) {
            list[(*ret_count)++] = c->site->servers[i];
        }
    }
    *ret = list;
    if (!c->site->discover) {
        return RC_OK;
    }
    /* The primary may be named differently in the site file: its own NTDS Settings object tells. */
    const char *sql =
        "SELECT d.dns_name FROM directory_agent d WHERE d.dns_name IS NOT NULL AND NOT EXISTS("
        "SELECT 1 FROM directory_server s WHERE lower(s.dsa_dn)=lower(d.dn) AND s.host=?1) ORDER BY 1";
    if (sqlite3_prepare_v2(store_handle(c->store), sql, -1, &q, NULL) != SQLITE_OK) {
        return err_setf(err, RC_BUG, "cannot list domain controllers: %s",
                        sqlite3_errmsg(store_handle(c->store)));
    }
    (void)sqlite3_bind_text(q, 1, c->site->servers[primary].host, -1, SQLITE_STATIC);
    while (sqlite3_step(q) == SQLITE_ROW && *ret_count < most) {
        const char *name = arena_strdup(c->arena, (const char *)sqlite3_column_text(q, 0));
        bool usable =
            name &&
            strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_") ==
                strlen(name);
        if (usable && !is_listed(c->site->servers, c->site->server_count, name) &&
            !is_listed(list, *ret_count, name)) {
            list[(*ret_count)++] = (struct site_server){ .host = name };
        }
    }
    (void)sqlite3_finalize(q);
    return RC_OK;
}

static enum rc read_others(const struct collection *c, size_t primary, struct err *err)
{
    struct site_server *others = NULL;
    size_t count = 0, tasks_count = 0;
    TRY(list_others(c, primary, &others, &count, err));
    struct task *tasks = arena_array(c->arena, count + 1, sizeof(*tasks));
    struct task_end *ends = arena_array(c->arena, count + 1, sizeof(*ends));
    if (!tasks || !ends) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    for (size_t i = 0; i < count; i++) {
        size_t open = 0;
        TRY(task_for(c, &others[i], true, &tasks[tasks_count], &open, err));
        tasks_count += open > 0;
    }
    if (tasks_count == 0) {
        return RC_OK;
    }
    TRY(supervisor_run(c->supervisor, tasks, tasks_count, ends, err));
    for (size_t i = 0; i < tasks_count; i++) {
        if (ends[i].rc != RC_OK) {
            log_line(LOG_WARN, "%s: %s", tasks[i].target,
                     command_detail(tasks[i].target, ends[i].detail));
        }
    }
    return RC_OK;
}

/* Opens or makes the file and settles the audit's clock: a resumed audit keeps the time it began with. */
static enum rc open_evidence(const struct site *site, const struct collect_options *options,
                             struct arena *a, struct store **ret, filetime *ret_now,
                             struct err *err)
{
    const char *path = command_path(a, options->out, "evidence.db");
    char text[32] = "";
    int64_t kept = 0;
    if (!path) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    TRY(command_make_folder(options->out, err));
    TRY(store_open(path, options->resume ? STORE_RESUME : STORE_CREATE, ret, err));
    store_info_get(store_handle(*ret), "now", text, sizeof(text));
    *ret_now = filetime_now();
    if (text[0] && num_i64(text, strlen(text), &kept)) {
        *ret_now = kept;
        return RC_OK;
    }
    (void)snprintf(text, sizeof(text), "%" PRId64, *ret_now);
    TRY(store_info_set(*ret, "now", text, err));
    TRY(store_info_set(*ret, "started_at", text, err));
    TRY(store_info_set(*ret, "tool_version", KAGIMORI_VERSION, err));
    TRY(store_info_set(*ret, "organisation_en", site->organisation_en, err));
    TRY(store_info_set(*ret, "organisation_ja", site->organisation_ja, err));
    if (site->time_zone) {
        TRY(store_info_set(*ret, "time_zone", site->time_zone, err));
    }
    TRY(store_info_set(*ret, "supervisor_sandbox", supervise_describe_sandbox(), err));
    return store_commit(*ret, err);
}

static bool ask_operator(void *context, const char *message)
{
    char answer[16] = "";
    (void)context;
    if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO)) {
        return false;
    }
    (void)fprintf(
        stderr,
        "\n%s\nGo on using it? Each further refusal may count against a lockout policy. [y/N] ",
        message);
    return fgets(answer, sizeof(answer), stdin) && (answer[0] == 'y' || answer[0] == 'Y');
}

static enum rc read_candidates(const struct site_hosts *h, struct secret **list, size_t *ret_count,
                               struct err *err)
{
    size_t dropped = 0;
    *ret_count = 0;
    if (h->candidates_file) {
        return secret_lines_from_file(h->candidates_file, list, SECRET_LINES_MAX, ret_count,
                                      &dropped, err);
    }
    if (h->candidates_fd >= 0) {
        return secret_lines_from_fd(h->candidates_fd, list, SECRET_LINES_MAX, ret_count, &dropped,
                                    err);
    }
    if (h->candidates_prompt) {
        return secret_lines_from_prompt("Candidate password (empty line ends): ", list,
                                        SECRET_LINES_MAX, ret_count, &dropped, err);
    }
    if (!h->blank) {
        return err_setf(
            err, RC_USAGE,
            "--test-password-reuse needs hosts: password_reuse: in the site file, with the candidates");
    }
    return RC_OK;
}

/* What the operator has to give, before one packet is sent. */
struct inputs {
    struct secret *directory, *openldap, *freeipa, *login;
    struct secret *candidates[SECRET_LINES_MAX];
    size_t candidate_count;
};

static void inputs_done(struct inputs *in)
{
    secret_free(in->directory);
    secret_free(in->openldap);
    secret_free(in->freeipa);
    secret_free(in->login);
    secret_lines_free(in->candidates, in->candidate_count);
}

static enum rc read_inputs(const struct site *site, const struct collect_options *options,
                           struct inputs *in, struct err *err)
{
    TRY(site_secret(site, &in->directory, err));
    TRY(site->openldap ? site_secret(site->openldap, &in->openldap, err) : RC_OK);
    TRY(site->freeipa ? site_secret(site->freeipa, &in->freeipa, err) : RC_OK);
    if (!site->hosts.is_wanted &&
        (options->test_reuse || options->remote_registry || options->policy_cache)) {
        return err_setf(
            err, RC_USAGE,
            "--remote-registry, --policy-cache and --test-password-reuse are about hosts, and the site file has none: add hosts:");
    }
    bool is_all = options->event_logs && strcmp(options->event_logs, "all") == 0;
    if (options->event_logs && !is_all && strcmp(options->event_logs, "controllers") != 0) {
        return err_setf(err, RC_USAGE, "--event-logs is \"%s\": write controllers or all",
                        options->event_logs);
    }
    if (is_all && !site->hosts.is_wanted) {
        return err_setf(
            err, RC_USAGE,
            "--event-logs all is about hosts, and the site file has none: add hosts:, or write controllers");
    }
    TRY(site_host_secret(site, &in->login, err));
    if (options->test_reuse) {
        TRY(read_candidates(&site->hosts, in->candidates, &in->candidate_count, err));
    }
    return RC_OK;
}

/* The policy files: of the server that was read in full, or of the next one that answers. */
static enum rc read_policies(const struct collection *c, struct rules *rules, size_t primary,
                             struct err *err)
{
    struct policy_files p = { .site = c->site,
                              .login = c->secret,
                              .refused = c->refused,
                              .key = c->key,
                              .keep = c->keep,
                              .arena = c->arena,
                              .store = c->store,
                              .supervisor = c->supervisor };
    struct site_server *others = NULL;
    size_t count = 0;
    TRY(list_others(c, primary, &others, &count, err));
    struct site_server *all = arena_array(c->arena, count + 1, sizeof(*all));
    if (!all) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    all[0] = c->site->servers[primary];
    memcpy(all + 1, others, count * sizeof(*all));
    p.registry = rules_registry(rules, &p.registry_count);
    p.services = rules_services(rules, &p.service_count);
    return policy_files_collect(&p, all, count + 1, err);
}

static enum rc read_directory(struct collection *c, struct rules *rules, bool *ret_any,
                              struct err *err)
{
    size_t primary = 0;
    if (!c->site->is_directory) {
        return RC_OK;
    }
    TRY(read_in_full(c, &primary, ret_any, err));
    if (shard_is_follower(&c->shard)) {
        return RC_OK;
    }
    if (*ret_any) {
        TRY(read_others(c, primary, err));
    } else {
        log_line(
            LOG_WARN,
            "no server could be read: all that the directory would tell is unknown; kagimori doctor says why");
    }
    return read_policies(c, rules, primary, err);
}

/* Never kept: signs of one run say nothing about those of another. */
static enum rc make_key(struct secret **ret, struct err *err)
{
    uint8_t bytes[FINGERPRINT_KEY_SIZE];
    if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes)) {
        return err_setf(err, RC_IO, "this machine has no random numbers: %s", strerror(errno));
    }
    *ret = secret_new(bytes, sizeof(bytes));
    explicit_bzero(bytes, sizeof(bytes));
    return *ret ? RC_OK : err_setf(err, RC_NOMEM, "out of memory");
}

static enum rc read_hosts(struct collection *c, struct rules *rules,
                          const struct collect_options *options, const struct inputs *in,
                          bool *ret_any, struct err *err)
{
    struct host_collection h = { .site = c->site,
                                 .remote_registry = options->remote_registry,
                                 .test_reuse = options->test_reuse,
                                 .policy_cache = options->policy_cache,
                                 .event_logs = options->event_logs,
                                 .out = options->out,
                                 .shard = c->shard,
                                 .key = c->key,
                                 .keep = c->keep,
                                 .login = in->login,
                                 .directory = in->directory,
                                 .directory_refused = c->refused,
                                 .candidates = in->candidates,
                                 .candidate_count = in->candidate_count,
                                 .now = c->now,
                                 .arena = c->arena,
                                 .store = c->store,
                                 .supervisor = c->supervisor };
    TRY(host_sources(rules, c->arena, &h.sources, &h.source_count, err));
    h.registry = rules_registry(rules, &h.registry_count);
    h.services = rules_services(rules, &h.service_count);
    TRY(c->site->hosts.is_wanted ? host_collect(&h, ret_any, err) : RC_OK);
    return h.event_logs ? host_events(&h, err) : RC_OK;
}

/* What another shard leaves to the first, and what each needs itself: to know the hosts. */
static enum rc leave_directory(struct collection *c, struct err *err)
{
    static const char *const needed[] = { "ldap.rootdse", "ldap.domain", "ldap.computer" };
    static const char *const files[] = { "policy.file", "policy.file_right" };
    const struct site *const others[] = { c->site->openldap, c->site->freeipa };
    const char **own = arena_array(c->arena, ARRAY_LEN(needed), sizeof(*own));
    size_t kept = 0;
    if (!shard_is_follower(&c->shard)) {
        return RC_OK;
    }
    if (!own) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    for (size_t i = 0; c->site->is_directory && i < c->count; i++) {
        if (is_among(c->sources[i], needed, ARRAY_LEN(needed))) {
            own[kept++] = c->sources[i];
        } else {
            TRY(shard_leave(&c->shard, c->store, c->sources[i], c->site->servers[0].host, 1, err));
        }
    }
    for (size_t i = 0; c->site->is_directory && i < ARRAY_LEN(files); i++) {
        TRY(shard_leave(&c->shard, c->store, files[i], c->site->servers[0].host, 1, err));
    }
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        const struct other_directory *d = others[i] ? other_directory_of(c->site, others[i]) : NULL;
        for (size_t k = 0; d && k < d->count; k++) {
            TRY(shard_leave(&c->shard, c->store, d->sources[k], others[i]->servers[0].host, 1,
                            err));
        }
    }
    c->sources = own;
    c->count = kept;
    return store_commit(c->store, err);
}

/* What the limits of one process cannot bound over several is refused. */
static enum rc check_shard(const struct shard *s, const struct site *site,
                           const struct collect_options *options, struct err *err)
{
    if (s->count > 1 && !site->hosts.is_wanted) {
        return err_setf(err, RC_USAGE,
                        "--shard divides hosts, and the site file has none: add hosts:");
    }
    if (s->count > 1 && options->test_reuse) {
        return err_setf(
            err, RC_USAGE,
            "--test-password-reuse goes with no --shard: one lockout must end the trials everywhere, and shards do not know of each other;"
            " make the trials in an audit of their own");
    }
    return RC_OK;
}

enum rc collect_run(const struct site *site, struct rules *rules,
                    const struct collect_options *options, bool *ret_any, struct err *err)
{
    struct arena *a AUTO(arena_freep) = arena_new(0);
    AUTO(inputs_done) struct inputs in = { 0 };
    struct secret *key AUTO(secret_freep) = NULL;
    struct artifact_keep *keep AUTO(artifact_keep_freep) = NULL;
    struct store *store AUTO(store_closep) = NULL;
    struct guard *guard AUTO(guard_closep) = NULL;
    struct supervisor *supervisor AUTO(supervisor_freep) = NULL;
    struct supervise_options how = { .parallel = site->parallel,
                                     .progress = !options->quiet && isatty(STDERR_FILENO),
                                     .ask_operator = ask_operator };
    struct collection c = { .site = site, .arena = a };
    bool any_host = false, any_openldap = false;
    char text[32];
    size_t count = 0;
    *ret_any = false;
    if (!a) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    const char *const *sources = rules_sources(rules, &count);
    /* Last logons tell which computers of the directory are in scope. */
    bool needs_logons = site->hosts.from_directory && site->hosts.inactive_days > 0;
    TRY(shard_parse(options->shard, &c.shard, err));
    TRY(check_shard(&c.shard, site, options, err));
    TRY(all_sources(sources, count, options->only_proof && !needs_logons, a, &c, err));
    TRY(read_inputs(site, options, &in, err));
    TRY(shard_guard(&c.shard, options, a, &guard, err));
    how.guard = guard;
    TRY(open_evidence(site, options, a, &store, &c.now, err));
    TRY(shard_tell(&c.shard, site, options, sources, count, store, err));
    TRY(supervisor_new(store, &how, &supervisor, err));
    TRY(options->keep ? artifact_keep_open(options->keep, &keep, err) : RC_OK);
    c.keep = keep;
    TRY(make_key(&key, err));
    c.key = key;
    c.secret = in.directory;
    c.store = store;
    c.supervisor = supervisor;
    TRY(named_accounts_put(site, store, err));
    TRY(leave_directory(&c, err));
    TRY(read_directory(&c, rules, ret_any, err));
    TRY(shard_is_follower(&c.shard)
            ? RC_OK
            : openldap_collect(site, &(struct other_secrets){ in.openldap, in.freeipa }, c.now,
                               store, supervisor, &any_openldap, err));
    if (site->hosts.is_wanted || options->event_logs) {
        TRY(read_hosts(&c, rules, options, &in, &any_host, err));
    }
    *ret_any = *ret_any || any_host || any_openldap;
    (void)snprintf(text, sizeof(text), "%" PRId64, filetime_now());
    TRY(store_info_set(store, "finished_at", text, err));
    TRY(shard_guard_close(guard, store, err));
    return store_commit(store,
                        err); /* what follows from the rows is worked out once, by evaluate */
}

int command_collect(int argc, char **argv)
{
    const char *site_path = NULL, *checks = NULL, *profile = NULL;
    struct collect_options how = { 0 };
    const struct option_row rows[] = {
        { "site", "FILE", "the site file", &site_path, NULL, true },
        { "out", "DIR", "folder for evidence.db, made when missing", &how.out, NULL, true },
        { "checks", "DIR",
          "checks that decide what is read (default: those that came with Kagimori)", &checks, NULL,
          false },
        { "profile", "NAME", "read only what this profile's checks need", &profile, NULL, false },
        SHARD_OPTION_ROWS(&how),
        COLLECT_OPTION_ROWS(&how),
    };
    const struct option_table table = {
        "kagimori collect --site FILE --out DIR [--resume]",
        "Reads the directory and the hosts of the site file into DIR/evidence.db. Nothing is changed on any of them.",
        rows,
        ARRAY_LEN(rows),
        0,
        0
    };
    size_t operands = 0;
    int code = options_parse(argc, argv, &table, NULL, &operands);
    if (code >= 0) {
        return code;
    }
    struct err err = { .rc = RC_OK };
    struct arena *a AUTO(arena_freep) = arena_new(0);
    struct rules *rules AUTO(rules_freep) = NULL;
    struct site site;
    const struct rules_options which = { .directory = checks, .profile = profile };
    if (!a || command_load_site(site_path, a, &site, &err) != RC_OK ||
        command_load_rules(&which, &rules, &err) != RC_OK) {
        return command_fail(&err);
    }
    bool any = false;
    if (collect_run(&site, rules, &how, &any, &err) != RC_OK) {
        return command_fail(&err);
    }
    return any ? EXIT_CLEAN : EXIT_INCOMPLETE;
}
