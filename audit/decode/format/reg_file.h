/* SPDX-License-Identifier: GPL-3.0-or-later */
/* .reg files, as reg export writes them: "Windows Registry Editor Version 5.00" (UTF-16) and REGEDIT4 (a code page). There is no
 * document of Microsoft's that defines them beyond "How to add, modify, or delete registry subkeys and values by using a .reg
 * file" (KB 310516). */
#ifndef DECODE_FORMAT_REG_FILE_H
#define DECODE_FORMAT_REG_FILE_H

#include "audit/decode/format/registry_value.h"

struct reg_file_sink {
    void *context;
    registry_value_fn value; /* also of "[-key]" and "name"=- ; may be NULL */
    /* Every key of the file, also one without values: what an export does not list below its root is not there. May be NULL. */
    enum rc (*key)(void *context, const char *key, struct err *err);
};

/* Reads all of it; *ret_whole tells that the file ends as an export does, with an empty line, and every line was understood: only
 * then what it does not hold is not there. code_page as text_open. RC_MALFORMED with the first line that breaks the form, or
 * for which a callback says so, after all others were handed on. */
MUST_USE enum rc reg_file_read(const uint8_t *data, size_t n, unsigned code_page,
                               const struct reg_file_sink *sink, bool *ret_whole, struct err *err);

/* A key as registry_value.h spells it: "HKEY_LOCAL_MACHINE\\SOFTWARE" and "HKLM\\SOFTWARE" become "HKLM\\SOFTWARE". NULL for
 * another root, or when memory is short. */
const char *reg_file_key(struct arena *a, const char *path, size_t n);

#endif
