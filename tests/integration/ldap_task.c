/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs one task of kagimori-ldap under the real supervisor, for tests: ldap_task EVIDENCE.db key=value…
 * Besides the task's own parameters: secret_file, target, deadline_s, silence_s. Prints how the task ended. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "audit/base/log.h"
#include "audit/base/num.h"
#include "audit/supervise/supervise.h"

static enum rc read_argument(struct task *t, struct secret **secret, char *argument,
                             struct err *err)
{
    char *value = strchr(argument, '=');
    uint32_t number = 0;
    if (!value) {
        return err_setf(err, RC_USAGE, "%s: not key=value", argument);
    }
    *value++ = '\0';
    if (strcmp(argument, "secret_file") == 0) {
        return secret_from_file(value, secret, err);
    }
    if (strcmp(argument, "target") == 0) {
        t->target = value;
        return RC_OK;
    }
    if (strcmp(argument, "deadline_s") == 0 && num_u32(value, strlen(value), &number)) {
        t->deadline_s = number;
        return RC_OK;
    }
    if (strcmp(argument, "silence_s") == 0 && num_u32(value, strlen(value), &number)) {
        t->silence_s = number;
        return RC_OK;
    }
    return task_add(t, argument, value, err);
}

static enum rc run(int argc, char **argv, struct err *err)
{
    struct secret *secret AUTO(secret_freep) = NULL;
    struct store *store AUTO(store_closep) = NULL;
    struct supervisor *supervisor AUTO(supervisor_freep) = NULL;
    struct supervise_options options = { .role_directory = BUILD_DIR };
    struct task task = { .role = "kagimori-ldap", .artifact = -1 };
    struct task_end end = { 0 };
    for (int i = 2; i < argc; i++) {
        TRY(read_argument(&task, &secret, argv[i], err));
    }
    task.secret = secret;
    if (!task.target) {
        task.target = task_get(&task, "host");
    }
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
    if (argc < 3) {
        (void)fprintf(stderr, "usage: ldap_task EVIDENCE.db key=value…\n");
        return 2;
    }
    log_set_level(LOG_INFO);
    if (run(argc, argv, &err) != RC_OK) {
        log_err(&err);
        return 4;
    }
    return 0;
}
