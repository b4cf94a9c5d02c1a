/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs one task of kagimori-net under the real supervisor, for tests: net_task EVIDENCE.db HOSTS key=value…
 * HOSTS is a file with the lines that kagimori-net takes (README of the collector). Besides the task's own parameters: deadline_s,
 * silence_s, max_rows. Prints how the task ended; with show=1 also every row, one JSON object a line. */
#include <sys/mman.h>

#include <fcntl.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/base/log.h"
#include "audit/base/num.h"
#include "audit/supervise/supervise.h"

#define HOSTS_ROOM  (64U << 20)
#define TARGETS_MAX 65536U

static bool is_shown;
static char *hosts;
static const char **targets;
static bool *optional;
static size_t hosts_size;

static enum rc read_argument(struct task *t, char *argument, struct err *err)
{
    char *value = strchr(argument, '=');
    uint32_t number = 0;
    if (!value) {
        return err_setf(err, RC_USAGE, "%s: not key=value", argument);
    }
    *value++ = '\0';
    bool is_number = num_u32(value, strlen(value), &number);
    if (strcmp(argument, "show") == 0) {
        is_shown = number == 1;
    } else if (strcmp(argument, "deadline_s") == 0 && is_number) {
        t->deadline_s = number;
    } else if (strcmp(argument, "silence_s") == 0 && is_number) {
        t->silence_s = number;
    } else if (strcmp(argument, "max_rows") == 0 && is_number) {
        t->max_rows = number;
    } else {
        return task_add(t, argument, value, err);
    }
    return RC_OK;
}

static enum rc read_hosts(const char *path, struct task *t, struct err *err)
{
    FILE *f = fopen(path, "rb");
    hosts = malloc(HOSTS_ROOM);
    if (!f || !hosts) {
        return err_setf(err, RC_IO, "%s cannot be read", path);
    }
    hosts_size = fread(hosts, 1, HOSTS_ROOM - 1, f);
    (void)fclose(f);
    hosts[hosts_size] = '\0';
    t->artifact = memfd_create("hosts", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (t->artifact < 0 || write(t->artifact, hosts, hosts_size) != (ssize_t)hosts_size) {
        return err_setf(err, RC_IO, "no memory file for the hosts");
    }
    (void)fcntl(t->artifact, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
    return RC_OK;
}

struct line {
    const char *name;
    bool is_range;
};

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct line *)a)->name, ((const struct line *)b)->name);
}

/* Cuts the copy of the hosts into lines and gives how many there are. */
static size_t cut_lines(struct line *lines)
{
    size_t count = 0;
    char *end = NULL;
    for (char *p = hosts; *p && count < TARGETS_MAX; p = end) {
        end = p + strcspn(p, "\n");
        end += *end == '\n';
        if (end[-1] == '\n') {
            end[-1] = '\0';
        }
        lines[count].is_range = strstr(p, "\tr\t") != NULL;
        p[strcspn(p, "\t")] = '\0';
        lines[count++].name = p;
    }
    return count;
}

/* The names of the lines as the task's targets: sorted, without doubles. Those of ranges need not be answered for. */
static enum rc name_targets(struct task *t, struct err *err)
{
    struct line *lines = calloc(TARGETS_MAX, sizeof(*lines));
    size_t count = lines ? cut_lines(lines) : 0;
    targets = calloc(count + 1, sizeof(*targets));
    optional = calloc(count + 1, sizeof(*optional));
    if (count == 0 || !targets || !optional) {
        free(lines);
        return err_setf(err, RC_USAGE, "no hosts");
    }
    qsort(lines, count, sizeof(*lines), by_name);
    for (size_t i = 0; i < count; i++) {
        if (t->target_count == 0 || strcmp(targets[t->target_count - 1], lines[i].name) != 0) {
            optional[t->target_count] = lines[i].is_range;
            targets[t->target_count++] = lines[i].name;
        }
    }
    free(lines);
    t->targets = targets;
    t->optional_targets = optional;
    return RC_OK;
}

static void print_text(const unsigned char *s)
{
    (void)putchar('"');
    for (; *s; s++) {
        if (*s < 0x20 || *s == '"' || *s == '\\') {
            (void)printf("\\u%04x", (unsigned)*s);
        } else {
            (void)putchar(*s);
        }
    }
    (void)putchar('"');
}

static void print_table(sqlite3 *db, const char *table)
{
    char sql[128];
    sqlite3_stmt *s = NULL;
    (void)snprintf(sql, sizeof(sql), "SELECT * FROM \"%s\"", table);
    (void)sqlite3_prepare_v2(db, sql, -1, &s, NULL);
    while (s && sqlite3_step(s) == SQLITE_ROW) {
        (void)printf("{\"table\":\"%s\"", table);
        for (int i = 0; i < sqlite3_column_count(s); i++) {
            if (sqlite3_column_type(s, i) == SQLITE_NULL) {
                continue;
            }
            (void)printf(",\"%s\":", sqlite3_column_name(s, i));
            if (sqlite3_column_type(s, i) == SQLITE_TEXT) {
                print_text(sqlite3_column_text(s, i));
            } else {
                (void)printf("%" PRId64, (int64_t)sqlite3_column_int64(s, i));
            }
        }
        (void)printf("}\n");
    }
    (void)sqlite3_finalize(s);
}

static void print_rows(const char *path)
{
    static const char *const tables[] = { "host_port", "host_smb",  "host_rdp", "host_winrm",
                                          "host_tls",  "host_ldap", "coverage" };
    sqlite3 *db = NULL;
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK) {
        for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
            print_table(db, tables[i]);
        }
    }
    (void)sqlite3_close(db);
}

static enum rc run(int argc, char **argv, struct err *err)
{
    struct store *store AUTO(store_closep) = NULL;
    struct supervisor *supervisor AUTO(supervisor_freep) = NULL;
    struct supervise_options options = { .role_directory = BUILD_DIR };
    struct task task = { .role = "kagimori-net", .target = "network", .artifact = -1 };
    struct task_end end = { 0 };
    for (int i = 3; i < argc; i++) {
        TRY(read_argument(&task, argv[i], err));
    }
    TRY(read_hosts(argv[2], &task, err));
    TRY(name_targets(&task, err));
    TRY(store_open(argv[1], STORE_CREATE, &store, err));
    TRY(supervisor_new(store, &options, &supervisor, err));
    TRY(supervisor_run(supervisor, &task, 1, &end, err));
    TRY(store_commit(store, err));
    (void)printf("end: %s rows %" PRIu64 " %s\n", rc_word(end.rc), end.rows, end.detail);
    return RC_OK;
}

int main(int argc, char **argv)
{
    struct err err = { 0 };
    if (argc < 4) {
        (void)fprintf(stderr, "usage: net_task EVIDENCE.db HOSTS key=value…\n");
        return 2;
    }
    log_set_level(LOG_INFO);
    enum rc rc = run(argc, argv, &err);
    free(optional);
    free(targets);
    free(hosts);
    if (rc != RC_OK) {
        log_err(&err);
        return 4;
    }
    if (is_shown) {
        print_rows(argv[1]);
    }
    return 0;
}
