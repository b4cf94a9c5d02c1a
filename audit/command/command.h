/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the subcommands share: option tables, exit codes, the steps that several commands take. One file a subcommand; a
 * subcommand turns argv into options and calls the other folders. */
#ifndef COMMAND_COMMAND_H
#define COMMAND_COMMAND_H

#include <stdio.h>

#include "audit/config/site.h"
#include "rules/rules.h"

/* Exit codes, documented in the manual and in --help. */
enum exit_code {
    EXIT_CLEAN = 0,      /* no finding at or above the threshold */
    EXIT_FINDINGS = 1,   /* findings */
    EXIT_USAGE = 2,      /* wrong usage, site file or checks */
    EXIT_INCOMPLETE = 3, /* some subjects are unknown */
    EXIT_INTERNAL = 4    /* an error of Kagimori or of this machine */
};

struct command {
    const char *name;
    const char *summary;
    int (*run)(int argc, char **argv); /* argv[0] is the subcommand */
};

/* One long option. Flags set *flag; options with a value set *value. */
struct option_row {
    const char *name;     /* without the dashes */
    const char *argument; /* shown in help, NULL = a flag */
    const char *help;
    const char **value;
    bool *flag;
    bool must; /* a value has to be given */
};

struct option_table {
    const char *usage; /* "kagimori audit --site site.yaml --out DIR" */
    const char *about; /* a paragraph */
    const struct option_row *rows;
    size_t count;
    size_t operands_min, operands_max;
};

/* Parses argv[1…]; operands go to operands[] (operands_max places). Returns -1 to go on, else the exit code (help was shown,
 * or a mistake was reported with a suggestion). */
int options_parse(int argc, char **argv, const struct option_table *table, const char **operands,
                  size_t *ret_operands);

int command_audit(int argc, char **argv);
int command_collect(int argc, char **argv);
int command_import(int argc, char **argv);
int command_merge(int argc, char **argv);
int command_evaluate(int argc, char **argv);
int command_plan(int argc, char **argv);
int command_verify(int argc, char **argv);
int command_report(int argc, char **argv);
int command_diff(int argc, char **argv);
int command_history(int argc, char **argv);
int command_doctor(int argc, char **argv);
int command_attest(int argc, char **argv);
int command_checks(int argc, char **argv);
int command_waivers(int argc, char **argv);

/* Loads the site file; lists its mistakes on standard error. */
MUST_USE enum rc command_load_site(const char *path, struct arena *a, struct site *ret,
                                   struct err *err);

/* Loads checks and profile; lists all mistakes on standard error. */
MUST_USE enum rc command_load_rules(const struct rules_options *options, struct rules **ret,
                                    struct err *err);

/* Reports err and turns its code into an exit code. */
int command_fail(const struct err *err);

/* True for "ja" and "en"; reports anything else. NULL becomes the language of the environment. */
bool command_language(const char **lang);
/* The same, but "both" is allowed too: report.html then holds Japanese and English, and every other document is Japanese. */
bool command_languages(const char **lang);

/* The message of a task without the host that many begin with, for a line that names the host itself. */
const char *command_detail(const char *host, const char *detail);

/* "DIR/name" in the arena. */
const char *command_path(struct arena *a, const char *dir, const char *name);

/* Makes the folder of the output (mode 0700) when it is not there. RC_USAGE, or RC_IO for a full disk, says what to do. */
MUST_USE enum rc command_make_folder(const char *path, struct err *err);

struct collect_options {
    const char *out; /* directory of evidence.db */
    bool resume;
    bool quiet;
    bool only_proof;      /* of a verification: leave out what no proof stands on */
    bool remote_registry; /* read the registry of hosts where its service runs already */
    bool test_reuse;      /* try the operator's candidate passwords with built-in Administrators */
    bool policy_cache;    /* fetch the policies that hosts keep from their share of drive C */
    const char *event_logs; /* "controllers" or "all": whose event logs are read; NULL = nobody's */
    const char *shard;      /* "2/4"; NULL = the whole audit */
    const char *logon_guard; /* file that shards share; NULL = beside out for a shard, else none */
    const char *keep;        /* folder for copies of the files that are fetched; NULL = none */
};

/* Collects what the checks need into out/evidence.db. The file is complete in itself even when servers fail; not RC_OK only
 * when nothing could be started, the file failed or the operator interrupted. *ret_any: at least one server or host was read. */
MUST_USE enum rc collect_run(const struct site *site, struct rules *rules,
                             const struct collect_options *options, bool *ret_any, struct err *err);

/* Rows of the options above, for the commands that collect. */
#define COLLECT_OPTION_ROWS(options)                                                                                 \
    {                                                                                                                \
        "resume", NULL, "go on with an audit that was interrupted", NULL, &(options)->resume, false                  \
    },                                                                                                               \
        { "quiet", NULL, "no progress line", NULL, &(options)->quiet, false },                                       \
        { "remote-registry",                                                                                         \
          NULL,                                                                                                      \
          "read the registry of hosts, where its service runs already (it is never started)",                        \
          NULL,                                                                                                      \
          &(options)->remote_registry,                                                                               \
          false },                                                                                                   \
        { "policy-cache",                                                                                            \
          NULL,                                                                                                      \
          "read the policies that hosts keep, from their administrators' share of drive C",                          \
          NULL,                                                                                                      \
          &(options)->policy_cache,                                                                                  \
          false },                                                                                                   \
        { "event-logs",                                                                                              \
          "controllers|all",                                                                                         \
          "read event logs, from the administrators' share of domain controllers or of all hosts",                   \
          &(options)->event_logs,                                                                                    \
          NULL,                                                                                                      \
          false },                                                                                                   \
        { "keep-artifacts", "DIR", "keep copies of the files that are fetched, for the record",                      \
          &(options)->keep, NULL,  false },                                                                          \
    {                                                                                                                \
        "test-password-reuse", NULL,                                                                                 \
            "try the site file's candidate passwords with the built-in Administrators, within their lockout policy", \
            NULL, &(options)->test_reuse, false                                                                      \
    }

#define SHARD_OPTION_ROWS(options)                                                                                                            \
    { "shard",                                                                                                                                \
      "i/n",                                                                                                                                  \
      "only one part of the hosts, of n that batch jobs read; the first reads the directory (kagimori merge)",                                \
      &(options)->shard,                                                                                                                      \
      NULL,                                                                                                                                   \
      false },                                                                                                                                \
    {                                                                                                                                         \
        "logon-guard", "FILE",                                                                                                                \
            "file through which all shards together stop after two refused logons (default: kagimori-logon.guard in the folder above --out)", \
            &(options)->logon_guard, NULL, false                                                                                              \
    }

#define INCIDENT_OPTION_ROW(text)                                                                                                                   \
    {                                                                                                                                               \
        "incident-time", "TIME",                                                                                                                    \
            "when the incident was (2026-11-22T10:15:00+09:00, or local time without an offset): what was not changed since then counts as stolen", \
            text, NULL, false                                                                                                                       \
    }

/* Of the commands that write report.html; goes with command_languages. */
#define LANGUAGES_OPTION_ROW(text)                                                                                                         \
    {                                                                                                                                      \
        "lang", "ja|en|both",                                                                                                              \
            "language of the documents (default: that of the environment); both: Japanese and English in report.html, Japanese elsewhere", \
            text, NULL, false                                                                                                              \
    }

/* Evaluates and prints the totals to out (NULL: quietly). */
MUST_USE enum rc evaluate_run(struct rules *rules, const char *evidence, const char *profile,
                              FILE *out, struct rules_totals *ret, struct err *err);

/* What `report` is told, and `audit` of its documents. */
struct report_inputs {
    const char *formats; /* "html,csv,…" or "all"; NULL = those of a usual audit */
    const char *out;     /* folder; "-" = one document to standard output */
    const char *lang;    /* "ja", "en" or, where both are allowed, "both" */
    bool bom;
    const char *previous, *history; /* report.h; NULL = none */
    bool redact;                    /* pseudonyms instead of names (report/redact) */
    const char *redact_key; /* file of their key; NULL = redact.key beside the evidence file */
    bool
        is_redacted; /* set by report_redacted: the evidence is such a copy, and the names of the documents say so */
    const char *original; /* likewise: what it is a copy of, else NULL */
};

/* Path of a document in the output folder: "report.html", of a redacted one "report.redacted.html". NULL when memory is short. */
const char *report_path(struct arena *a, const struct report_inputs *in, const char *file);

/* Writes documents from an evaluated evidence file; says on messages (NULL: quietly) which, then how it stands in some 25 lines. */
MUST_USE enum rc report_run(const char *evidence, const struct report_inputs *in, FILE *messages,
                            struct err *err);

/* Makes redacted copies of the evidence files in the output folder, has report_run write the documents from them, and removes them again, also when that fails. */
MUST_USE enum rc report_redacted(const char *evidence, const struct report_inputs *in,
                                 FILE *messages, struct err *err);

/* The same of a group file (kagimori merge): all but reset and timeline; previous is a group file, history a folder with some. */
MUST_USE enum rc report_group_run(const char *file, const struct report_inputs *in, FILE *messages,
                                  struct err *err);

struct diff_group_result {
    int64_t worst_new; /* 0 critical … 4 info; 5 = nothing is new */
    bool is_hidden;    /* something is no longer visible */
};

/* What moved between two group files, in text (NULL: nowhere); is_all: every finding. */
MUST_USE enum rc diff_group_run(const char *before, const char *now, const char *lang, bool is_all,
                                FILE *to, struct diff_group_result *ret, struct err *err);

/* Adds evaluated evidence to a history file, and says so on messages (NULL: quietly). */
MUST_USE enum rc history_note(const char *path, const char *evidence, bool is_forced,
                              FILE *messages, struct err *err);
/* How an evaluated evidence file stands, in some 25 lines; in colours where to is a terminal that wants them. */
MUST_USE enum rc report_tell(sqlite3 *db, const char *lang, FILE *to, struct err *err);

/* True for a severity word and for NULL; reports anything else. */
bool command_severity(const char *word);

/* Exit code for totals and a threshold severity word (NULL = low). */
int command_exit_code(const struct rules_totals *totals, const char *fail_on);

#endif
