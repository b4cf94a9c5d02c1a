/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "audit/base/log.h"
#include "audit/command/command.h"
#include "audit/yaml/yaml_tree.h"

#define HELP_COLUMN 26
#define HELP_WIDTH  110

/* What an option does, beside it or, where its name is long, below it; lines end between words. */
static void print_help(int column, const char *help)
{
    if (column >= HELP_COLUMN) {
        (void)printf("\n");
        column = 0;
    }
    (void)printf("%*s", HELP_COLUMN - column, "");
    column = HELP_COLUMN;
    for (const char *p = help; *p;) {
        size_t n = strcspn(p, " ");
        size_t gap = column > HELP_COLUMN ? 1 : 0;
        if (gap > 0 && (size_t)column + gap + n > HELP_WIDTH) {
            (void)printf("\n%*s", HELP_COLUMN, "");
            column = HELP_COLUMN;
            gap = 0;
        }
        (void)printf("%s%.*s", gap > 0 ? " " : "", (int)n, p);
        column += (int)(gap + n);
        p += n + (p[n] == ' ');
    }
    (void)printf("\n");
}

static int print_options(const struct option_table *t)
{
    (void)printf("usage: %s\n\n%s\n\n", t->usage, t->about);
    for (size_t i = 0; i < t->count; i++) {
        const struct option_row *row = &t->rows[i];
        char left[64];
        int n = snprintf(left, sizeof(left), "  --%s%s%s", row->name, row->argument ? " " : "",
                         row->argument ? row->argument : "");
        (void)printf("%s", left);
        print_help(n, row->help);
    }
    (void)printf("  --help%*sthis text\n", HELP_COLUMN - 8, "");
    return EXIT_CLEAN;
}

static const char *nearest_option(const struct option_table *t, const char *word)
{
    const char *names[33] = { NULL };
    for (size_t i = 0; i < t->count && i < ARRAY_LEN(names) - 1; i++) {
        names[i] = t->rows[i].name;
    }
    return yaml_suggest(word, names);
}

/* Takes one "--name", "--name value" or "--name=value" at argv[*i]; false after reporting a mistake. */
static bool take_option(int argc, char **argv, int *i, const struct option_table *t)
{
    const char *word = argv[*i] + 2;
    const char *equals = strchr(word, '=');
    size_t n = equals ? (size_t)(equals - word) : strlen(word);
    for (size_t k = 0; k < t->count; k++) {
        const struct option_row *row = &t->rows[k];
        if (strlen(row->name) != n || strncmp(row->name, word, n) != 0) {
            continue;
        }
        if (!row->argument) {
            if (equals) {
                log_line(LOG_ERROR, "--%s takes no value", row->name);
                return false;
            }
            *row->flag = true;
            return true;
        }
        const char *value = equals ? equals + 1 : (*i + 1 < argc ? argv[++*i] : NULL);
        if (!value || value[0] == '\0') {
            log_line(LOG_ERROR, "--%s needs %s", row->name, row->argument);
            return false;
        }
        *row->value = value;
        return true;
    }
    char name[64];
    (void)snprintf(name, sizeof(name), "%.*s", (int)n, word);
    const char *near = nearest_option(t, name);
    log_line(LOG_ERROR, "unknown option --%s%s%s%s; usage: %s", name,
             near ? " (did you mean --" : "", near ? near : "", near ? "?)" : "", t->usage);
    return false;
}

int options_parse(int argc, char **argv, const struct option_table *table, const char **operands,
                  size_t *ret_operands)
{
    size_t count = 0;
    bool only_operands = false;
    for (int i = 1; i < argc; i++) {
        if (!only_operands && strcmp(argv[i], "--") == 0) {
            only_operands = true;
        } else if (!only_operands && strcmp(argv[i], "--help") == 0) {
            return print_options(table);
        } else if (!only_operands && strncmp(argv[i], "--", 2) == 0) {
            if (!take_option(argc, argv, &i, table)) {
                return EXIT_USAGE;
            }
        } else if (count < table->operands_max) {
            operands[count++] = argv[i];
        } else {
            log_line(LOG_ERROR, "\"%s\" is too much; usage: %s", argv[i], table->usage);
            return EXIT_USAGE;
        }
    }
    if (count < table->operands_min) {
        log_line(LOG_ERROR, "something is missing; usage: %s", table->usage);
        return EXIT_USAGE;
    }
    for (size_t k = 0; k < table->count; k++) {
        if (table->rows[k].must && !*table->rows[k].value) {
            log_line(LOG_ERROR, "--%s is needed; usage: %s", table->rows[k].name, table->usage);
            return EXIT_USAGE;
        }
    }
    *ret_operands = count;
    return -1;
}
