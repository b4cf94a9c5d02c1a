/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kagimori: the supervisor's command line. */
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "audit/base/log.h"
#include "audit/command/command.h"
#include "audit/supervise/supervise.h"
#include "audit/yaml/yaml_tree.h"

static const struct command commands[] = {
    { "audit", "collect, evaluate and report in one go", command_audit },
    { "collect", "read the directory, the hosts, their event logs into an evidence file",
      command_collect },
    { "import", "add kits, disk images, hives, event logs, policies, LDIF to an evidence file",
      command_import },
    { "attest", "ask people what no protocol can tell, and keep their answers", command_attest },
    { "evaluate", "judge an evidence file by the checks, without any network", command_evaluate },
    { "plan", "make the reset plan of an incident, and say what of it is proven to be done",
      command_plan },
    { "verify",
      "read again what proves resets, on every domain controller, and go on with the plan",
      command_verify },
    { "report", "write documents from an evaluated evidence file", command_report },
    { "merge", "put shards of an audit, or audits of several sites, together", command_merge },
    { "diff", "say what moved between two audits: new, fixed, changed, no longer visible",
      command_diff },
    { "history", "keep the numbers of every audit in one file, and show trends", command_history },
    { "checks", "lint, list, show, test or describe the checks", command_checks },
    { "waivers", "say which exceptions end soon, have ended, or are not needed any more",
      command_waivers },
    { "doctor", "say before an audit what will work and what will stay unknown", command_doctor },
};

static void print_help(FILE *out)
{
    (void)fprintf(
        out,
        "Kagimori (鍵守) %s: audits the credentials and the hardening of a Windows / Active Directory estate.\n"
        "It only reads. It changes nothing, and it never asks for, prints or keeps a password or a hash.\n\n"
        "usage: kagimori COMMAND [OPTION…]\n\n",
        KAGIMORI_VERSION);
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        (void)fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].summary);
    }
    (void)fprintf(
        out,
        "\n  kagimori COMMAND --help   what a command takes\n"
        "  kagimori --version        version and sandbox\n\n"
        "exit codes: 0 no finding, 1 findings, 2 wrong usage or checks, 3 incomplete (something is unknown),\n"
        "            4 internal error; of a plan: 0 all is finished, 1 something is open, 3 what is open cannot be proven\n");
}

static const char *nearest_command(const char *word)
{
    const char *names[ARRAY_LEN(commands) + 1] = { NULL };
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        names[i] = commands[i].name;
    }
    return yaml_suggest(word, names);
}

/* Passwords pass through this process: nothing of it may end in a core dump or be read by a debugger. */
static void protect_memory(void)
{
    struct rlimit none = { 0, 0 };
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)prctl(PR_SET_DUMPABLE, 0);
    (void)umask(077);
}

/* What was printed and did not arrive is no clean end: a full disk must not look like "nothing new". A reader that went away is none. */
static int end(int code)
{
    struct stat st;
    errno = 0;
    bool is_lost = fflush(stdout) != 0 || ferror(stdout);
    bool is_pipe = fstat(STDOUT_FILENO, &st) == 0 && (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode));
    if (!is_lost || is_pipe || code == EXIT_USAGE || code == EXIT_INTERNAL) {
        return code;
    }
    log_line(LOG_ERROR, "cannot write the output%s%s: free space there, or write it elsewhere",
             errno ? ": " : "", errno ? strerror(errno) : "");
    return EXIT_INTERNAL;
}

static int run(int argc, char **argv)
{
    (void)setlocale(LC_CTYPE, "C.UTF-8");
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
        print_help(argc < 2 ? stderr : stdout);
        return argc < 2 ? EXIT_USAGE : EXIT_CLEAN;
    }
    if (strcmp(argv[1], "--version") == 0) {
        (void)printf("kagimori %s\nsandbox here: %s\n", KAGIMORI_VERSION,
                     supervise_describe_sandbox());
        return EXIT_CLEAN;
    }
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        if (strcmp(argv[1], commands[i].name) == 0) {
            return commands[i].run(argc - 1, argv + 1);
        }
    }
    const char *near = nearest_command(argv[1]);
    log_line(LOG_ERROR, "unknown command \"%s\"%s%s%s; kagimori --help lists them", argv[1],
             near ? " (did you mean " : "", near ? near : "", near ? "?)" : "");
    return EXIT_USAGE;
}

int main(int argc, char **argv)
{
    protect_memory();
    return end(run(argc, argv));
}
