/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Preferences as they come: real files, damaged ones, hostile sizes, and inside the sandbox. */
#include "tests/support/t.h"

#include <sys/wait.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "audit/supervise/sandbox.h"
#include "preference_run.h"
#include "tests/unit/decode/xml/encrypt.h"
#include "tests/unit/decode/xml/policy_double.h"

/* Facts of the manifest: "cpassword non-empty=3 empty=0" for every preference file. */
static void agrees_with_the_manifest(void)
{
    size_t size = 0, files = 0, passwords = 0;
    const char *path = t_shared("MANIFEST.tsv");
    char *manifest = path ? (char *)t_read_file(path, &size) : NULL;
    if (!manifest) {
        return;
    }
    char *rest = NULL;
    for (char *line = strtok_r(manifest, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        const char *fact = strstr(line, "cpassword non-empty=");
        char *tab = strchr(line, '\t');
        if (!fact || !tab || strncmp(line, "gpo/", 4) != 0) {
            continue;
        }
        char *end = NULL;
        long set = strtol(fact + strlen("cpassword non-empty="), &end, 10);
        long empty = strncmp(end, " empty=", 7) == 0 ? strtol(end + 7, NULL, 10) : -1;
        *tab = '\0';
        size_t n = 0;
        const char *there = t_shared(line);
        uint8_t *data = there ? t_read_file(there, &n) : NULL;
        if (!data) {
            continue;
        }
        T_EQ_I(preference_run_bytes(data, n, strstr(line, "/User/") ? "user" : "machine"), RC_OK);
        long got_set = 0, got_empty = 0;
        for (size_t i = 0; i < rows.count; i++) {
            const struct row *r = &rows.rows[i];
            if (r->table == ROW_TABLE_POLICYPASSWORD) {
                /* Those of the files can all be decrypted. */
                got_set += strcmp(cell(r, POLICYPASSWORD_STATE), "set") == 0;
                got_empty += strcmp(cell(r, POLICYPASSWORD_STATE), "empty") == 0;
            }
        }
        T_EQ_I(got_set, set);
        T_EQ_I(got_empty, empty);
        T_OK(rows.count > 0);
        files++;
        passwords += (size_t)set;
        free(data);
    }
    T_OK(files > 30 && passwords > 5);
    free(manifest);
}

static bool accept(const uint8_t *p, size_t n, void *context)
{
    preference_prepare();
    enum rc rc = double_preferences(p, n, context, "x.xml", preference_key(), &rows.sink, &err);
    T_OK(rc == RC_OK || rc == RC_MALFORMED);
    preference_no_mark();
    return rc == RC_OK;
}

static void survives_damage(void)
{
    char set[ENCRYPT_MAX], text[8192], machine[] = "machine";
    size_t accepted = 0, refused = 0;
    encrypt_password(MARK, ENCRYPT_AS_WINDOWS, set);
    (void)snprintf(
        text, sizeof(text),
        "<G><User uid=\"" UID1
        "\" changed=\"2018-12-21 07:39:24\"><Properties action=\"U\" cpassword=\"%s\" "
        "subAuthority=\"RID_ADMIN\"/></User><Collection><Filters><F/></Filters>" REG(
            WINLOGON "name=\"n\" type=\"REG_DWORD\" value=\"0A\"",
            "") "</Collection><Group><Properties groupSid=\"S-1-5-32-544\"><Members><Member sid=\"S-1-1-0\" action=\"ADD\"/>"
                "</Members></Properties></Group></G>",
        set);
    T_OK(accept((const uint8_t *)text, strlen(text), machine));
    t_mutate((const uint8_t *)text, strlen(text), 4000, accept, machine, &accepted, &refused);
    T_OK(accepted > 500 && refused > 500);
}

static void real_files_damaged(void)
{
    static const char *const files[] = {
        "Machine/Preferences/ScheduledTasks/ScheduledTasks.xml",
        "User/Preferences/DataSources/DataSources.xml",
        "User/Preferences/Groups/Groups.xml",
    };
    char path[512], machine[] = "machine";
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        (void)snprintf(
            path, sizeof(path),
            "gpo/Group3r__Group3r/TestSysvol/Policies/{96A25CFB-0CAF-4D19-99D2-D75E966DE5B5}/%s",
            files[i]);
        size_t n = 0, accepted = 0, refused = 0;
        const char *there = t_shared(path);
        uint8_t *data = there ? t_read_file(there, &n) : NULL;
        if (data) {
            t_mutate(data, n, 1500, accept, machine, &accepted, &refused);
            T_OK(accepted > 100 && refused > n - 10);
        }
        free(data);
    }
}

static void hostile_sizes(void)
{
    /* Many items that look alike, a name beyond what a row holds, and what follows a bad item. */
    struct wr w;
    wr_init(&w, 32 << 20);
    wr_text(&w, "<Groups>");
    for (size_t i = 0; i < 60000; i++) {
        wr_text(&w, "<User uid=\"" UID1 "\"><Properties userName=\"u\"/></User>");
    }
    wr_text(&w, "</Groups>");
    clock_t begin = clock();
    T_EQ_I(preference_run_bytes(w.data, w.size, "machine"), RC_OK);
    T_EQ_I(rows_count(&rows, ROW_TABLE_POLICYITEM), 60000);
    T_OK(rows_find(&rows, ROW_TABLE_POLICYITEM, POLICYITEM_KEY, GUID1 "#60000") != NULL);
    T_OK((double)(clock() - begin) / CLOCKS_PER_SEC < 5.0);
    wr_clear(&w);
    wr_text(&w, "<R><Drive><Properties path=\"");
    for (size_t i = 0; i < 2000; i++) {
        wr_text(&w, "病");
    }
    wr_text(
        &w,
        "\"/></Drive>"
        "<Registry><Properties action=\"U\" hive=\"HKLM\" type=\"REG_SZ\" value=\"x\" name=\"n\" key=\"");
    for (size_t i = 0; i < 2000; i++) {
        wr_text(&w, "病");
    }
    wr_text(&w, "\"/></Registry><Drive><Properties path=\"last\"/></Drive></R>");
    T_EQ_I(preference_run_bytes(w.data, w.size, "machine"), RC_MALFORMED);
    T_EQ_I(rows_count(&rows, ROW_TABLE_POLICYITEM), 2);
    T_OK(rows_find(&rows, ROW_TABLE_POLICYITEM, POLICYITEM_NAME, "last") != NULL);
    wr_done(&w);
    /* The sink's own trouble is no fault of the file. */
    preference_prepare();
    rows.fail_after = 1;
    T_EQ_I(
        preference_run(
            "<G><User><Properties userName=\"a\"/></User><User><Properties userName=\"b\"/></User></G>"),
        RC_IO);
    rows.fail_after = 0;
}

static size_t told;

static enum rc count_row(struct row_sink *sink, const struct row *row, struct err *why)
{
    (void)sink;
    told += row->table == ROW_TABLE_POLICYPASSWORD &&
            strcmp(row->v[POLICYPASSWORD_STATE].text, "set") == 0 &&
            row->v[POLICYPASSWORD_FINGERPRINT].kind == ROW_STRING;
    return row_check(row, why);
}

/* All of it where no file can be opened: character sets, ciphers and memory in large pieces. */
static void works_in_the_sandbox(void)
{
    char set[ENCRYPT_MAX];
    struct wr w;
    preference_prepare();
    const struct secret *key = preference_key();
    encrypt_password(MARK, ENCRYPT_AS_WINDOWS, set);
    wr_init(&w, 8 << 20);
    wr_printf(
        &w,
        "<?xml version=\"1.0\" encoding=\"Shift_JIS\"?><Groups><User name=\"\x95\x61\"><Properties cpassword=\"%s\" "
        "description=\"",
        set);
    for (size_t i = 0; i < 3 * 1024 * 1024 / 16; i++) {
        wr_text(&w, "0123456789abcdef");
    }
    wr_text(&w, "\"/></User></Groups>");
    T_OK(!w.bad);
    pid_t child = fork();
    if (child == 0) {
        static const struct worker_role role = { .name = "kagimori-decode",
                                                 .sandbox = WORKER_SANDBOX_DECODER };
        static struct task task;
        struct row_sink sink = { count_row };
        if (sandbox_enter(&role, &task, &err) != RC_OK) {
            _exit(64);
        }
        enum rc rc = double_preferences(w.data, w.size, "user", "x.xml", key, &sink, &err);
        rc = rc == RC_OK ? double_script("set PW=x1y2\n", 12, "x.bat", &sink, &err) : rc;
        _exit(rc != RC_OK ? 32 + (int)rc : told != 1);
    }
    int status = -1;
    T_EQ_I(waitpid(child, &status, 0), child);
    T_OK(WIFEXITED(status));
    T_EQ_I(WIFEXITED(status) ? WEXITSTATUS(status) : -1, 0);
    wr_done(&w);
}

#define TESTS(X)                \
    X(agrees_with_the_manifest) \
    X(survives_damage)          \
    X(real_files_damaged)       \
    X(hostile_sizes)            \
    X(works_in_the_sandbox)
T_MAIN("preference_input", TESTS)
