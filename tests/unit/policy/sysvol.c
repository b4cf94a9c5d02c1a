/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sysvol.h"

#include <stdio.h>
#include <string.h>

#include "audit/decode/sddl.h"
#include "tests/support/t.h"

const char sysvol_pol[] = "PReg\1\0\0\0"
                          "[\0S\0\\\0A\0\0\0;\0V\0\0\0;\0\4\0\0\0;\0\4\0\0\0;\0\7\0\0\0]\0";
_Static_assert(sizeof(sysvol_pol) - 1 == SYSVOL_POL_SIZE, "the size of sysvol_pol");

const char sysvol_template[] =
    "[Unicode]\r\nUnicode=yes\r\n[System Access]\r\nLockoutBadCount = 5\r\n"
    "[Registry Values]\r\nMACHINE\\Software\\A\\B=4,1\r\nUSERS\\x\\B=4,1\r\n"
    "[Privilege Rights]\r\nSeDebugPrivilege = *S-1-5-32-544\r\nSeTcbPrivilege =\r\n"
    "[Group Membership]\r\n*S-1-5-32-544__Members = *S-1-5-21-1-2-3-512\r\n"
    "[Service General Setting]\r\n\"spooler\",4,\"\"\r\n";

void sysvol_folders(struct built *b, const char *policy)
{
    static const char *const below[] = { "",
                                         "/Machine",
                                         "/Machine/Microsoft",
                                         "/Machine/Microsoft/Windows NT",
                                         "/Machine/Microsoft/Windows NT/SecEdit",
                                         "/Machine/Microsoft/Windows NT/Audit",
                                         "/Machine/Scripts",
                                         "/Machine/Scripts/Startup",
                                         "/Machine/Preferences",
                                         "/Machine/Preferences/Groups",
                                         "/User",
                                         "/User/Scripts" };
    char path[256];
    for (size_t i = 0; i < ARRAY_LEN(below); i++) {
        (void)snprintf(path, sizeof(path), "%s%s", policy, below[i]);
        built_folder(b, path);
    }
}

void sysvol_policy(struct built *b)
{
    built_folder(b, "Policies");
    sysvol_folders(b, FOLDER);
    built_text(b, FOLDER "/gpt.ini", "[General]\r\nVersion=131075\r\ndisplayName=既定\r\n");
    built_file(b, FOLDER "/Machine/Registry.pol", sysvol_pol, SYSVOL_POL_SIZE);
    built_file(b, FOLDER "/User/registry.POL", sysvol_pol, SYSVOL_POL_SIZE);
    built_text(b, FOLDER SECEDIT "/GptTmpl.inf", sysvol_template);
    built_text(b, FOLDER "/Machine/Microsoft/Windows NT/Audit/audit.csv",
               ",System,x,{0CCE923F-69AE-11D9-BED3-505054503030},y,,3\r\n");
    built_text(b, FOLDER "/Machine/Scripts/scripts.ini",
               "[Startup]\r\n0CmdLine=a.bat\r\n0Parameters=/q\r\n1CmdLine=net\r\n"
               "1Parameters=use x: \\\\s\\x /user:dom\\u Sommer2024\r\n");
    built_text(b, FOLDER "/User/Scripts/psscripts.ini",
               "[Logon]\r\n0CmdLine=b.ps1\r\n0Parameters=-password anything\r\n");
    built_text(b, FOLDER "/Machine/Preferences/Groups/Groups.xml", "<Groups/>");
    built_text(b, FOLDER "/Machine/Scripts/Startup/a.bat", "echo");
    built_text(b, FOLDER "/Machine/comment.cmtx", "<x/>");
}

void sysvol_note(struct built *b, const char *path, const char *sddl, enum bundle_state state)
{
    struct wr note;
    struct err err;
    wr_init(&note, BUNDLE_NOTE_MAX);
    T_EQ_I(sddl_read(sddl, strlen(sddl), "S-1-5-21-1-2-3", &note, &err), RC_OK);
    const struct bundle_member m = { .path = path,
                                     .state = state,
                                     .note = note.data,
                                     .note_size = note.size,
                                     .data = (const uint8_t *)"",
                                     .size = 0 };
    built_member(b, &m);
    wr_done(&note);
}
