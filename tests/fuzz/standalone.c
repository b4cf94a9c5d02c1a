/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs a fuzz target over files and folders without a fuzzer, so that every corpus is a regression test in every build. */
#include <sys/stat.h>

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/mutate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t ran;

static void run_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f) {
        return;
    }
    uint8_t *data = malloc(1U << 20);
    if (data) {
        size_t n = fread(data, 1, 1U << 20, f);
        uint8_t *exact = malloc(n ? n : 1);
        if (exact) {
            memcpy(exact, data, n);
            (void)LLVMFuzzerTestOneInput(exact, n);
            ran++;
        }
        free(exact);
    }
    free(data);
    (void)fclose(f);
}

static void run_path(const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0) {
        return;
    }
    if (!S_ISDIR(st.st_mode)) {
        run_file(path);
        return;
    }
    DIR *d = opendir(path);
    for (struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d)) {
        char full[4096];
        if (e->d_name[0] != '.' &&
            snprintf(full, sizeof(full), "%s/%s", path, e->d_name) < (int)sizeof(full)) {
            run_path(full);
        }
    }
    if (d) {
        (void)closedir(d);
    }
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "-mutate") == 0) {
        return mutate_files(argv + 2, (size_t)argc - 2);
    }
    for (int i = 1; i < argc; i++) {
        if (argv[i][0] != '-') {
            run_path(argv[i]);
        }
    }
    (void)printf("%zu inputs\n", ran);
    return ran > 0 ? 0 : 1;
}
