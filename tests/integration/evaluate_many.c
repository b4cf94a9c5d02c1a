/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Judges many evidence files with checks that are loaded once, for the tests that take things away (unseen.py): evaluate_many CHECKS [PROFILE].
 * Reads paths, one a line; each is judged in a process of its own, as `kagimori evaluate PATH` would, and answered by a line: "ok" or "error". */
#include <sys/wait.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/base/log.h"
#include "rules/rules.h"

static enum rc judge(struct rules *rules, const char *path, const char *profile, struct err *err)
{
    struct store *store AUTO(store_closep) = NULL;
    struct rules_totals totals = { 0 };
    TRY(store_open(path, STORE_WRITE, &store, err));
    TRY(store_info_set(store, "profile", profile ? profile : "", err));
    TRY(store_commit(store, err));
    TRY(store_derive(store, err));
    return rules_evaluate(rules, path, store, &totals, err);
}

/* A crash is the child's own, and is told. */
static bool judge_apart(struct rules *rules, const char *path, const char *profile)
{
    struct err err = { .rc = RC_OK };
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        enum rc rc = judge(rules, path, profile, &err);
        if (rc != RC_OK) {
            log_err(&err);
        }
        _exit(rc == RC_OK ? 0 : 1);
    }
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
           WEXITSTATUS(status) == 0;
}

int main(int argc, char **argv)
{
    struct rules *rules AUTO(rules_freep) = NULL;
    const struct rules_mistake *mistakes = NULL;
    struct err err = { .rc = RC_OK };
    char *line = NULL;
    size_t size = 0;
    ssize_t length = 0;
    if (argc < 2 || argc > 3) {
        (void)fprintf(stderr, "usage: evaluate_many CHECKS [PROFILE] <PATHS\n");
        return 2;
    }
    const char *profile = argc == 3 ? argv[2] : NULL;
    const struct rules_options options = { .directory = argv[1], .profile = profile };
    if (rules_load(&options, &rules, &mistakes, &err) != RC_OK) {
        for (; mistakes; mistakes = mistakes->next) {
            (void)fprintf(stderr, "%s\n", mistakes->text);
        }
        log_err(&err);
        return 2;
    }
    while ((length = getline(&line, &size, stdin)) > 0) {
        line[length - 1] = '\0';
        (void)printf("%s\n", judge_apart(rules, line, profile) ? "ok" : "error");
        (void)fflush(stdout);
    }
    free(line);
    return 0;
}
