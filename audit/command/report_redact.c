/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kagimori report --redact. */
#include <openssl/crypto.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/base/log.h"
#include "audit/command/command.h"
#include "audit/evidence/group.h"
#include "report/redact/redact.h"

static enum rc make_copy(const char *evidence, const char *copy,
                         const unsigned char key[REDACT_KEY_SIZE], struct err *err)
{
    sqlite3 *db = NULL;
    TRY(group_is(evidence) ? group_open_reader(evidence, &db, err)
                           : store_open_reader(evidence, &db, err));
    enum rc rc = redact_copy(db, copy, key, err);
    (void)sqlite3_close(db);
    return rc;
}

/* A copy in the output folder; "" = none was made. */
struct temporary {
    char path[4096];
};

enum {
    COPY,
    BEFORE
};

/* Here, so that a signal finds them. */
static struct temporary temporaries[2];

static void temporaries_drop(void)
{
    for (size_t i = 0; i < ARRAY_LEN(temporaries); i++) {
        if (temporaries[i].path[0]) {
            (void)unlink(temporaries[i].path);
        }
    }
}

/* Ends as it would have without us (SA_RESETHAND), when the handler is left. */
static void on_signal(int number)
{
    temporaries_drop();
    (void)raise(number);
}

/* What people stop with leaves no copy behind. What was ignored before (nohup) stays so. */
static void catch_signals(void)
{
    static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
    struct sigaction ours = { .sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND }, before;
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler == SIG_DFL) {
            (void)sigaction(numbers[i], &ours, NULL);
        }
    }
}

static enum rc name_copy(struct temporary *t, const char *out, const char *word, struct err *err)
{
    const char *folder = getenv("TMPDIR");
    if (strcmp(out, "-") == 0) {
        out = folder && folder[0] ? folder : "/tmp";
    }
    int n = snprintf(t->path, sizeof(t->path), "%s/.kagimori-%s-%ld.db", out, word, (long)getpid());
    if (n < 0 || (size_t)n >= sizeof(t->path)) {
        t->path[0] = '\0';
        return err_setf(err, RC_USAGE, "the path of the output folder is too long");
    }
    return RC_OK;
}

/* redact.key in the folder of the evidence file. */
static const char *default_key(const char *evidence, struct arena *a)
{
    const char *slash = strrchr(evidence, '/');
    return slash ? arena_printf(a, "%.*sredact.key", (int)(slash - evidence) + 1, evidence)
                 : arena_strdup(a, "redact.key");
}

static enum rc make_copies(const char *evidence, const struct report_inputs *in,
                           const unsigned char key[REDACT_KEY_SIZE], struct err *err)
{
    TRY(name_copy(&temporaries[COPY], in->out, "redacted", err));
    TRY(make_copy(evidence, temporaries[COPY].path, key, err));
    if (in->previous) {
        TRY(name_copy(&temporaries[BEFORE], in->out, "redacted-before", err));
        TRY(make_copy(in->previous, temporaries[BEFORE].path, key, err));
    }
    return RC_OK;
}

static enum rc write_redacted(const char *evidence, const struct report_inputs *in,
                              const unsigned char key[REDACT_KEY_SIZE], FILE *messages,
                              struct err *err)
{
    struct report_inputs told = *in;
    told.is_redacted = true;
    told.original = evidence;
    catch_signals();
    enum rc rc = make_copies(evidence, in, key, err);
    if (rc == RC_OK) {
        told.previous = in->previous ? temporaries[BEFORE].path : NULL;
        rc = report_run(temporaries[COPY].path, &told, messages, err);
    }
    temporaries_drop();
    return rc;
}

enum rc report_redacted(const char *evidence, const struct report_inputs *in, FILE *messages,
                        struct err *err)
{
    struct arena *a AUTO(arena_freep) = arena_new(0);
    unsigned char key[REDACT_KEY_SIZE];
    const char *file = in->redact_key ? in->redact_key : a ? default_key(evidence, a) : NULL;
    if (!file) {
        return err_setf(err, RC_NOMEM, "out of memory");
    }
    TRY(redact_key(file, key, err));
    enum rc rc = write_redacted(evidence, in, key, messages, err);
    OPENSSL_cleanse(key, sizeof(key));
    if (rc == RC_OK && messages) {
        (void)fprintf(
            messages,
            "the pseudonyms belong to the key %s: keep it, and give it to nobody who gets these documents\n",
            file);
    }
    return rc;
}
