/* SPDX-License-Identifier: GPL-3.0-or-later */
/* make_words OUT FILE…: the vocabulary of Kagimori out of its own sources, as a C array of NUL-terminated words. It runs at build time only. Of C the
 * string literals count, of YAML everything but inline tests (made-up names stand there) and comments, of SQL and XML everything. The first byte of a word: c = a code
 * word (a literal of its own, a registry key, a name that a check gives), w = a word of a sentence, j = a run of Japanese. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/redact/token.h"

struct words {
    char **list;
    size_t count, room;
};

static struct words never; /* names of people, of words.yaml */

static void add(struct words *w, char form, const char *s, size_t n)
{
    if (w->count == w->room) {
        w->room = w->room ? w->room * 2 : 65536;
        char **list = realloc(w->list, w->room * sizeof(*list));
        if (!list) {
            exit(1);
        }
        w->list = list;
    }
    char *copy = malloc(n + 2);
    if (!copy) {
        exit(1);
    }
    copy[0] = form;
    memcpy(copy + 1, s, n);
    copy[n + 1] = '\0';
    w->list[w->count++] = copy;
}

static bool is_never(const char *s, size_t n)
{
    for (size_t i = 0; i < never.count; i++) {
        size_t k = 0;
        for (; k < n && never.list[i][k + 1]; k++) {
            char low = (char)(s[k] >= 'A' && s[k] <= 'Z' ? s[k] + 32 : s[k]);
            if (low != never.list[i][k + 1]) {
                break;
            }
        }
        if (k == n && !never.list[i][k + 1]) {
            return true;
        }
    }
    return false;
}

/* A run of Japanese without the names in it: what stands before and behind them. */
static void add_run(struct words *w, const char *s, size_t n)
{
    size_t from = 0;
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < never.count; k++) {
            const char *name = never.list[k] + 1;
            size_t size = strlen(name);
            if ((unsigned char)*name >= 0x80 && size <= n - i && memcmp(s + i, name, size) == 0) {
                if (i > from) {
                    add(w, 'j', s + from, i - from);
                }
                from = i + size;
                i = from - 1;
                break;
            }
        }
    }
    if (n > from) {
        add(w, 'j', s + from, n - from);
    }
}

static void add_text(struct words *w, const char *s, size_t n, bool is_code)
{
    for (size_t i = 0; i < n;) {
        size_t word = token_length(s + i, n - i), foreign = token_foreign(s + i, n - i);
        if (word && !is_never(s + i, word)) {
            add(w, is_code ? 'c' : 'w', s + i, word);
        } else if (foreign) {
            add_run(w, s + i, foreign);
        }
        i += word ? word : foreign ? foreign : 1;
    }
}

/* A literal that is one word, or a key of the registry, is code. */
static void add_literal(struct words *w, const char *s, size_t n)
{
    bool is_code = (n > 0 && token_length(s, n) == n) || (n > 5 && memcmp(s, "HKLM\\", 5) == 0);
    add_text(w, s, n, is_code);
}

static void read_c(struct words *w, const char *s, size_t n)
{
    static char literal[65536];
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '/' && i + 1 < n && s[i + 1] == '*') {
            const char *end = strstr(s + i + 2, "*/");
            i = end ? (size_t)(end - s) + 1 : n;
        } else if (s[i] == '\'') {
            for (i++; i < n && s[i] != '\'' && s[i] != '\n'; i++) {
                i += s[i] == '\\';
            }
        } else if (s[i] == '"') {
            size_t m = 0;
            for (i++; i < n && s[i] != '"' && m < sizeof(literal); i++) {
                bool escaped = s[i] == '\\' && i + 1 < n;
                i += escaped;
                literal[m++] = escaped && s[i] != '\\' && s[i] != '"' ? ' ' : s[i];
            }
            add_literal(w, literal, m);
        }
    }
}

static void read_sql(struct words *w, const char *s, size_t n)
{
    add_text(w, s, n, false);
    for (size_t i = 0; i < n; i++) {
        const char *end = s[i] == '\'' ? memchr(s + i + 1, '\'', n - i - 1) : NULL;
        if (end) {
            size_t m = (size_t)(end - s) - i - 1;
            if (m < 200 && !memchr(s + i + 1, '\n', m)) {
                add_literal(w, s + i + 1, m);
            }
            i = (size_t)(end - s);
        }
    }
}

static bool begins(const char *s, size_t n, const char *word)
{
    return n >= strlen(word) && memcmp(s, word, strlen(word)) == 0;
}

static bool is_code_line(const char *s, size_t n)
{
    static const char *const keys[] = { "id:",      "view:",    "tags:", "severity:",
                                        "value:",   "service:", "key:",  "references:",
                                        "columns:", "show:",    "- id:", "name:" };
    while (n > 0 && *s == ' ') {
        s++;
        n--;
    }
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        if (begins(s, n, keys[i])) {
            return true;
        }
    }
    for (size_t i = 0; i + 5 < n; i++) {
        if (begins(s + i, n - i, "HKLM\\")) {
            return true;
        }
    }
    return false;
}

static void read_yaml(struct words *w, const char *s, size_t n)
{
    bool in_tests = false;
    for (size_t i = 0; i < n;) {
        const char *end = memchr(s + i, '\n', n - i);
        size_t m = end ? (size_t)(end - s) - i : n - i;
        const char *line = s + i;
        i += m + 1;
        if (m > 0 && line[0] != ' ' && line[0] != '#') {
            in_tests = begins(line, m, "tests:") || begins(line, m, "never:");
        }
        if (!in_tests && m > 0 && line[0] != '#') {
            add_text(w, line, m, is_code_line(line, m));
        }
    }
}

/* The names under "never:", before anything else is read. */
static void read_never(const char *s, size_t n)
{
    const char *line = strstr(s, "\nnever:\n");
    for (line = line ? line + strlen("\nnever:\n") : s + n; *line == ' ';) {
        const char *end = strchr(line, '\n');
        size_t m = end ? (size_t)(end - line) : strlen(line);
        for (size_t i = strspn(line, " ") + strlen("value:"); i < m;) {
            size_t word = strcspn(line + i, " \n");
            if (word) {
                add(&never, 'n', line + i, word);
            }
            i += word + 1;
        }
        line += m + (end != NULL);
    }
}

static bool ends(const char *path, const char *suffix)
{
    size_t n = strlen(path), m = strlen(suffix);
    return n > m && strcmp(path + n - m, suffix) == 0;
}

static void read_file(struct words *w, const char *path, bool only_never)
{
    FILE *f = fopen(path, "rb");
    if (!f) {
        (void)fprintf(stderr, "make_words: cannot read %s\n", path);
        exit(1);
    }
    static char text[4 << 20];
    size_t n = fread(text, 1, sizeof(text) - 1, f);
    text[n] = '\0';
    (void)fclose(f);
    if (only_never) {
        read_never(text, n);
    } else if (ends(path, ".sql")) {
        read_sql(w, text, n);
    } else if (ends(path, ".yaml")) {
        read_yaml(w, text, n);
    } else if (ends(path, ".xml") || ends(path, ".xsl")) {
        add_text(w, text, n, false);
    } else {
        read_c(w, text, n);
    }
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void drop(struct words *w)
{
    for (size_t i = 0; i < w->count; i++) {
        free(w->list[i]);
    }
    free(w->list);
}

int main(int argc, char **argv)
{
    struct words w = { 0 };
    for (int i = 2; i < argc; i++) {
        if (ends(argv[i], "redact/words.yaml")) {
            read_file(&w, argv[i], true);
        }
    }
    for (int i = 2; i < argc; i++) {
        read_file(&w, argv[i], false);
    }
    FILE *f = argc > 1 ? fopen(argv[1], "wb") : NULL;
    if (!f || !w.count || !never.count) {
        return 1;
    }
    qsort(w.list, w.count, sizeof(*w.list), by_text);
    (void)fputs(
        "extern const char redact_words[];\nextern const unsigned long redact_words_size;\nconst char redact_words[] = {\n",
        f);
    unsigned long size = 0;
    for (size_t i = 0; i < w.count; i++) {
        if (i > 0 && strcmp(w.list[i], w.list[i - 1]) == 0) {
            continue;
        }
        for (const char *p = w.list[i];; p++, size++) {
            (void)fprintf(f, "%d,", (signed char)*p);
            if (!*p) {
                size++;
                break;
            }
        }
        (void)fputc('\n', f);
    }
    (void)fprintf(f, "};\nconst unsigned long redact_words_size = %lu;\n", size);
    drop(&w); /* the build with sanitizers runs this program, too */
    drop(&never);
    return fclose(f) == 0 ? 0 : 1;
}
