/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stands in for kagimori-decode. Event logs: fake_events.h. Single files: kind is their first word. Else an artifact row for each member with bytes, machine_file as a member "name:…" tells it, coverage as
 * asked. It dies at a member that begins with "crash", and at "needs:PATH" where that member has bytes. */
#include <sys/mman.h>
#include <sys/stat.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/base/bundle.h"
#include "audit/supervise/worker.h"
#include "tests/unit/command/fake_events.h"

static bool begins(const struct bundle_member *m, const char *word)
{
    size_t n = strlen(word);
    return m->data && m->size >= n && memcmp(m->data, word, n) == 0;
}

static bool has_bytes(const uint8_t *data, size_t size, const char *path, size_t path_size)
{
    struct bundle_reader b;
    struct bundle_member m;
    struct err err;
    bool found = false;
    if (bundle_open(&b, data, size, &err) == RC_OK) {
        while (bundle_next(&b, &m, &err) == RC_OK) {
            found = found ||
                    (m.data && m.path_size == path_size && memcmp(m.path, path, path_size) == 0);
        }
    }
    return found;
}

static void behave(const struct bundle_member *m, const uint8_t *data, size_t size)
{
    bool is_deadly = begins(m, "crash");
    if (begins(m, "needs:")) {
        is_deadly = has_bytes(data, size, (const char *)m->data + 6, (size_t)m->size - 6);
    }
    if (is_deadly) {
        abort();
    }
}

static enum rc put_machine(struct worker *w, const struct task *task, const struct bundle_member *m,
                           struct err *err)
{
    struct row row;
    row_begin(&row, ROW_TABLE_MACHINEFILE);
    row_text(&row, MACHINEFILE_ORIGIN, task_get(task, "origin"));
    row_text(&row, MACHINEFILE_KIND, task_get(task, "kind"));
    row_textn(&row, MACHINEFILE_COMPUTER, (const char *)m->data + 5, (size_t)m->size - 5);
    row_int(&row, MACHINEFILE_COLLECTED, m->changed_at);
    return row_put(worker_sink(w), &row, err);
}

static enum rc put_member(struct worker *w, const struct task *task, const struct bundle_member *m,
                          struct err *err)
{
    struct row row;
    if (m->state != BUNDLE_READ) {
        return RC_OK;
    }
    row_begin(&row, ROW_TABLE_ARTIFACT);
    row_text(&row, ARTIFACT_ORIGIN, task_get(task, "origin"));
    row_textn(&row, ARTIFACT_PATH, m->path, m->path_size);
    row_text(&row, ARTIFACT_STATE, "decoded");
    TRY(row_put(worker_sink(w), &row, err));
    return begins(m, "name:") ? put_machine(w, task, m, err) : RC_OK;
}

/* Coverage for each part, and that the key came along. */
static enum rc put_end(struct worker *w, const struct task *task, struct err *err)
{
    const char *source = NULL;
    for (size_t i = 0; (source = task_get_nth(task, "source", i)) != NULL; i++) {
        struct row row;
        row_begin(&row, ROW_TABLE_COVERAGE);
        row_text(&row, COVERAGE_SOURCE, source);
        row_text(&row, COVERAGE_TARGET, task->target);
        row_text(&row, COVERAGE_STATE, "complete");
        TRY(row_put(worker_sink(w), &row, err));
    }
    return worker_secret(w) && secret_size(worker_secret(w)) == 32
               ? RC_OK
               : err_setf(err, RC_BUG, "no key");
}

static enum rc look(struct worker *w, const struct task *task, struct err *err)
{
    struct row row;
    char text[16] = "";
    ssize_t n = pread(worker_artifact(w), text, sizeof(text) - 1, 0);
    text[n > 0 ? n : 0] = '\0';
    text[strcspn(text, " \n")] = '\0';
    row_begin(&row, ROW_TABLE_ARTIFACT);
    row_text(&row, ARTIFACT_ORIGIN, task_get(task, "origin"));
    row_text(&row, ARTIFACT_PATH, task->target);
    row_text(&row, ARTIFACT_KIND, text[0] ? text : NULL);
    row_text(&row, ARTIFACT_STATE, "ignored");
    return row_put(worker_sink(w), &row, err);
}

static enum rc run(struct worker *w, const struct task *task, struct err *err)
{
    struct stat st;
    struct bundle_reader b;
    struct bundle_member m;
    const char *format = task_get(task, "format");
    if (format && strcmp(format, "events") == 0) {
        return fake_events(w, task, err);
    }
    if (format && strcmp(format, "look") == 0) {
        return look(w, task, err);
    }
    if (fstat(worker_artifact(w), &st) != 0) {
        return err_setf(err, RC_IO, "no bundle");
    }
    size_t size = (size_t)st.st_size;
    const uint8_t *data = mmap(NULL, size, PROT_READ, MAP_PRIVATE, worker_artifact(w), 0);
    TRY(bundle_open(&b, data, size, err));
    while (bundle_next(&b, &m, err) == RC_OK) {
        behave(&m, data, size);
        TRY(put_member(w, task, &m, err));
    }
    return b.is_whole ? put_end(w, task, err) : RC_MALFORMED;
}

int main(int argc, char **argv)
{
    static const struct worker_role role = {
        .name = "kagimori-decode", .version = "fake", .sandbox = WORKER_SANDBOX_DECODER, .run = run
    };
    return worker_main(argc, argv, &role);
}
