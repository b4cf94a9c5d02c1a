/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The supervisor from inside: what supervise.c and loop.c share. Nobody else includes this. */
#ifndef SUPERVISE_SUPERVISE_INTERNAL_H
#define SUPERVISE_SUPERVISE_INTERNAL_H

#include "audit/supervise/gate.h"
#include "audit/supervise/supervise.h"


struct supervisor {
    struct store *store;
    uint32_t parallel;
    bool is_progress_wanted;
    char directory[4096]; /* empty: beside this executable */
    int64_t number;       /* of the last task */
    struct gates gates;
    bool (*ask_operator)(void *context, const char *message);
    void *ask_context;
};

/* Where the executable of a role is: the named directory, beside this executable, or ../libexec/kagimori. */
void supervisor_role_directory(const struct supervisor *s, const char *role, char *buf,
                               size_t size);

#endif
