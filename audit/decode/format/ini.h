/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The .ini files of a policy: GPT.INI ([MS-GPOL] 2.2.4), scripts.ini and psscripts.ini ([MS-GPSCR] 2.2). */
#ifndef DECODE_FORMAT_INI_H
#define DECODE_FORMAT_INI_H

#include "audit/base/arena.h"
#include "audit/base/err.h"

/* A key of a section; names come as the file spells them, without blanks around them. */
typedef enum rc (*ini_fn)(void *context, const char *section, const char *key, const char *value,
                          struct err *err);

/* Calls fn for each key in the order of the file; comments (;) are passed over. code_page as text_open. RC_MALFORMED with the
 * first line that is none of an .ini file, or for which fn says so, after all others were handed on. */
MUST_USE enum rc ini_read(const uint8_t *data, size_t n, unsigned code_page, ini_fn fn,
                          void *context, struct err *err);

struct gpt_ini {
    bool has_version;
    uint32_t version;         /* user half << 16 | computer half */
    const char *display_name; /* owned by the arena; NULL = none */
};

/* RC_MALFORMED without a version that is a number; the name is then still set when there is one. */
MUST_USE enum rc gpt_ini_read(const uint8_t *data, size_t n, struct arena *a, struct gpt_ini *ret,
                              struct err *err);

enum script_event {
    SCRIPT_STARTUP,
    SCRIPT_SHUTDOWN,
    SCRIPT_LOGON,
    SCRIPT_LOGOFF
};

struct script_entry {
    enum script_event event;
    uint32_t position;      /* 0 is run first */
    const char *command;    /* path as it is written */
    const char *parameters; /* "" = none */
};

/* The scripts of scripts.ini or psscripts.ini; the list is owned by the arena. RC_MALFORMED when a line is none of the format or
 * parameters belong to no script: *ret then holds what could be read. RC_LIMIT above 4096 scripts. */
MUST_USE enum rc scripts_ini_read(const uint8_t *data, size_t n, struct arena *a,
                                  struct script_entry **ret, size_t *ret_count, struct err *err);

#endif
