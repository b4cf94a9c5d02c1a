/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scripts and command lines in which somebody left a password. Only the word of the pattern and how many lines match come out,
 * never text. Batch, PowerShell, VBScript, JScript, KiXtart and .reg files are looked at alike: the patterns tell them apart. */
#ifndef DECODE_FORMAT_SCRIPT_H
#define DECODE_FORMAT_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SCRIPT_LOOKED_AT (1024U * 1024) /* bytes of a script */

enum script_state {
    SCRIPT_READ,
    SCRIPT_UNREADABLE, /* an encoded script (.vbe, .jse), or bytes that are no text */
    SCRIPT_TOO_LARGE   /* only the first SCRIPT_LOOKED_AT bytes were looked at */
};

struct script_finding {
    enum script_state state;
    /* Of the first line that matches: net_use, net_user, runas, psexec, schtasks, cmdkey, wmic, sqlcmd, netdom, ldap_bind,
     * powershell_plain, powershell_credential, password_variable, password_switch, connection_string, url, vbs_mapdrive, autologon,
     * hint (free text, see decode/hint.h); NULL = none. */
    const char *word;
    uint32_t lines; /* that match; a line that goes on in the next one is one */
};

/* Looks at a script in any encoding that text.h reads; text_prepare must have been called, or Japanese of a code page is passed
 * over. */
void script_look(const uint8_t *data, size_t n, struct script_finding *ret);

/* The word for one command line (UTF-8, n bytes; only the first 8 KiB are looked at), or NULL. */
const char *script_line(const char *line, size_t n);

/* True when program and arguments of a command, read as one line, look as if they hold a password, or when both are too long to
 * tell. Either may be NULL. */
bool script_command(const char *program, const char *arguments);

#endif
