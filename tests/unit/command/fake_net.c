/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stands in for kagimori-net: answers for every host of its list in order, and dies at one whose name begins with "poison". */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/supervise/worker.h"

static enum rc answer(struct worker *w, const struct task *task, const char *host, struct err *err)
{
    const char *source = NULL;
    for (size_t i = 0; (source = task_get_nth(task, "source", i)) != NULL; i++) {
        struct row row;
        row_begin(&row, ROW_TABLE_COVERAGE);
        row_text(&row, COVERAGE_SOURCE, source);
        row_text(&row, COVERAGE_TARGET, host);
        row_text(&row, COVERAGE_STATE, "complete");
        TRY(row_put(worker_sink(w), &row, err));
    }
    return worker_flush(w, err);
}

static enum rc run(struct worker *w, const struct task *task, struct err *err)
{
    static char list[1U << 20];
    ssize_t n = read(worker_artifact(w), list, sizeof(list) - 1);
    char *line = list;
    if (n < 0) {
        return err_setf(err, RC_IO, "no list");
    }
    for (char *end = NULL; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        line[strcspn(line, "\t")] = '\0';
        if (strncmp(line, "poison", 6) == 0) {
            abort();
        }
        TRY(answer(w, task, line, err));
    }
    return RC_OK;
}

int main(int argc, char **argv)
{
    static const struct worker_role role = {
        .name = "kagimori-net", .version = "fake", .sandbox = WORKER_SANDBOX_COLLECTOR, .run = run
    };
    return worker_main(argc, argv, &role);
}
