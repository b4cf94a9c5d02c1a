/* SPDX-License-Identifier: GPL-3.0-or-later */
/* audit.csv, GPT.INI, scripts.ini. */
#include <stdio.h>
#include <stdlib.h>

#include "audit/base/sid.h"
#include "audit/base/utf.h"
#include "audit/base/wr.h"
#include "audit/decode/format/audit_csv.h"
#include "audit/decode/format/ini.h"
#include "audit/decode/format/text.h"
#include "shared_files.h"
#include "tests/support/t.h"

struct seen {
    char text[4096];
    size_t count, sum;
};

static enum rc on_entry(void *context, const struct audit_csv_entry *e, struct err *err)
{
    struct seen *s = context;
    size_t n = strlen(s->text);
    (void)err;
    T_OK(guid_text_valid(e->subcategory));
    T_OK(e->setting >= 0 && e->setting <= 4);
    s->count++;
    s->sum += (size_t)e->setting;
    (void)snprintf(s->text + n, sizeof(s->text) - n, "%.8s=%d ", e->subcategory, e->setting);
    return RC_OK;
}

#define ROW(target, guid, value) "H," target ",words," guid ",more words,," value "\r\n"
#define GUID_A                   "{0CCE923F-69AE-11D9-BED3-505054503030}"
#define GUID_B                   "{0cce9242-69ae-11d9-bed3-505054503030}"
#define HEADER                                                                                     \
    "Machine Name,Policy Target,Subcategory,Subcategory GUID,Inclusion Setting,Exclusion Setting," \
    "Setting Value\r\n"

static void reads_audit_policies(void)
{
    static const struct {
        const char *file;
        enum rc rc;
        const char *seen;
    } files[] = {
        { HEADER ROW("System", GUID_A, "3") ROW("System", GUID_B, "0"), RC_OK,
          "0cce923f=3 0cce9242=0 " },
        { ROW("System", GUID_A, "1"), RC_OK, "0cce923f=1 " }, /* no header */
        { "", RC_OK, "" },
        { HEADER, RC_OK, "" },
        { HEADER ROW("System", GUID_A, "1") ROW("S-1-5-21-1-2-3-1104", GUID_B, "4")
              ROW("DOM\\taro", GUID_B, "2"),
          RC_OK, "0cce923f=1 " },
        { HEADER ROW("S-1-5-21-1-2-3-1104", GUID_A, "2") ROW("System", GUID_A, "1"), RC_OK,
          "0cce923f=1 " },
        { HEADER ROW("System", GUID_A, "1") ROW("System", GUID_A, "0"), RC_OK, "0cce923f=1 " },
        { HEADER ROW(
              "System", GUID_A,
              "1") "H,,Option:CrashOnAuditFail,,Disabled,,0\r\nH,,RegistryGlobalSacl,,,,\r\n",
          RC_OK, "0cce923f=1 " },
        { HEADER "\"H, x\",System,\"a, \"\"b\"\"\"," GUID_A ",\"y, z\",,2\r\n", RC_OK,
          "0cce923f=2 " },
        { "Setting Value,Subcategory GUID,Policy Target,x\r\n3," GUID_A ",System,\r\n", RC_OK,
          "0cce923f=3 " },
        { "コンピューター名,ポリシー ターゲット,サブカテゴリ,サブカテゴリ GUID,包含設定,除外設定,設定値\r\n" ROW(
              "システム", GUID_A, "3") ROW("太郎", GUID_B, "1"),
          RC_OK, "0cce923f=3 " },
        { HEADER ROW("System", GUID_A, "5") ROW("System", GUID_B, "1"), RC_MALFORMED,
          "0cce9242=1 " },
        { HEADER ROW("System", GUID_A, "") ROW("System", GUID_B, "1"), RC_MALFORMED,
          "0cce9242=1 " },
        { HEADER ROW("System", GUID_A, "Success") ROW("System", GUID_B, "1"), RC_MALFORMED,
          "0cce9242=1 " },
        { HEADER ROW("System", "{no guid}", "1") ROW("System", GUID_B, "1"), RC_MALFORMED,
          "0cce9242=1 " },
        { HEADER "H,System\r\n" ROW("System", GUID_B, "1"), RC_MALFORMED, "0cce9242=1 " },
        { "what is this\r\n", RC_MALFORMED, "" },
    };

    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        struct seen s = { .count = 0 };
        struct err err = { .rc = RC_OK };
        T_EQ_I(audit_csv_read((const uint8_t *)files[i].file, strlen(files[i].file), 0, on_entry,
                              &s, &err),
               files[i].rc);
        T_EQ_S(s.text, files[i].seen);
    }
}

/* 設定値 in code page 932, as auditpol /backup writes its header in Japanese. */
static void reads_shift_jis(void)
{
    static const char file[] =
        "\x83\x7d\x83\x56\x83\x93\x96\xbc,\x83\x5c,a,b,c,d,\x90\xdd\x92\xe8\x92\x6c\r\n"
        "PC1,System,\x8e\x91\x8a\x69," GUID_A ",\x90\xac\x8c\xf7,,1\r\n";
    struct seen s = { .count = 0 };
    struct err err;
    T_EQ_I(text_prepare(&err), RC_OK);
    T_EQ_I(audit_csv_read((const uint8_t *)file, sizeof(file) - 1, 0, on_entry, &s, &err), RC_OK);
    T_EQ_S(s.text, "0cce923f=1 ");
}

static bool accepts_csv(const uint8_t *p, size_t n, void *context)
{
    struct seen s = { .count = 0 };
    struct err err;
    (void)context;
    enum rc rc = audit_csv_read(p, n, 932, on_entry, &s, &err);
    T_OK(rc == RC_OK || rc == RC_MALFORMED);
    return rc == RC_OK;
}

static void reads_real_audit_policies(void)
{
    static const struct {
        const char *path;
        size_t count, sum;
    } files[] = {
        { NSA_WINDOWS "DomainSysvol/GPO/Machine/microsoft/windows nt/Audit/audit.csv", 21, 47 },
        { SAMBA "Machine/Microsoft/Windows NT/Audit/audit.csv.SAMBABACKUP", 2, 3 },
    };

    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        const char *path = t_shared(files[i].path);
        size_t n = 0, accepted = 0, refused = 0;
        uint8_t *data = path ? t_read_file(path, &n) : NULL;
        struct seen s = { .count = 0 };
        struct err err;
        if (!data) {
            (void)printf("not there: %s\n", files[i].path);
            continue;
        }
        T_EQ_I(audit_csv_read(data, n, 0, on_entry, &s, &err), RC_OK);
        T_EQ_I(s.count, files[i].count);
        T_EQ_I(s.sum, files[i].sum);
        t_mutate(data, n, 2000, accepts_csv, NULL, &accepted, &refused);
        T_OK(accepted > 0 && refused > 0);
        free(data);
    }
}

static void reads_gpt_ini(void)
{
    static const struct {
        const char *file;
        enum rc rc;
        bool has_version;
        uint32_t version;
        const char *name;
    } files[] = {
        { "[General]\r\nVersion=459137\r\ndisplayName=New Group Policy Object\r\n", RC_OK, true,
          459137, "New Group Policy Object" },
        { "[GENERAL]\nversion = 4294967295\n", RC_OK, true, 4294967295, NULL },
        { "[General]\nDISPLAYNAME=看護部\nVersion=0\n", RC_OK, true, 0, "看護部" },
        { "[General]\nVersion=1\nVersion=2\n", RC_OK, true, 1, NULL },
        { "[General]\nVersion=4294967296\ndisplayName=x\n", RC_MALFORMED, false, 0, "x" },
        { "[General]\nVersion=\n", RC_MALFORMED, false, 0, NULL },
        { "[Other]\nVersion=1\n", RC_MALFORMED, false, 0, NULL },
        { "Version=1\n", RC_MALFORMED, false, 0, NULL },
        { "", RC_MALFORMED, false, 0, NULL },
    };
    struct arena *a AUTO(arena_freep) = arena_new(0);
    for (size_t i = 0; a && i < ARRAY_LEN(files); i++) {
        struct gpt_ini g;
        struct err err;
        T_EQ_I(gpt_ini_read((const uint8_t *)files[i].file, strlen(files[i].file), a, &g, &err),
               files[i].rc);
        T_EQ_I(g.has_version, files[i].has_version);
        T_EQ_I(g.version, files[i].version);
        T_EQ_S(g.display_name ? g.display_name : "(none)",
               files[i].name ? files[i].name : "(none)");
    }
}

static void reads_real_gpt_inis(void)
{
    static const struct {
        const char *path;
        uint32_t version;
    } files[] = {
        { GROUPER "{2CE5ACF5-D072-4267-8E45-5C8F8843DEC6}/gpt.ini", 65545 },
        { GROUPER "{31B2F340-016D-11D2-945F-00C04FB984F9}/GPT.INI", 3 },
        { GROUPER "{36FA6290-EFEE-4909-845A-4A33A04D3088}/GPT.INI", 459137 },
        { GROUPER "{5CFC9C70-A964-4FA0-A1EB-91C36271CA98}/GPT.INI", 524316 },
        { GROUPER "{6AC1786C-016F-11D2-945F-00C04fB984F9}/GPT.INI", 1 },
        { GROUPER "{96A25CFB-0CAF-4D19-99D2-D75E966DE5B5}/GPT.INI", 786446 },
        { GROUPER "{DEF162C4-FD6F-4A61-944A-A10FA914872A}/GPT.INI", 2 },
        { GROUPER "{F1EB7588-E641-4676-B2A5-C706B671368A}/GPT.INI", 1 },
        { GROUPER2 "{31B2F340-016D-11D2-945F-00C04FB984F9}/GPT.INI", 3 },
        { GROUPER2 "{36FA6290-EFEE-4909-845A-4A33A04D3088}/GPT.INI", 459137 },
        { GROUPER2 "{6AC1786C-016F-11D2-945F-00C04fB984F9}/GPT.INI", 1 },
        { GROUPER2 "{96A25CFB-0CAF-4D19-99D2-D75E966DE5B5}/GPT.INI", 786446 },
        { GROUPER2 "{F1EB7588-E641-4676-B2A5-C706B671368A}/GPT.INI", 1 },
        { SAMBA "GPT.INI.SAMBABACKUP", 1179715 },
    };
    struct arena *a AUTO(arena_freep) = arena_new(0);
    for (size_t i = 0; a && i < ARRAY_LEN(files); i++) {
        const char *path = t_shared(files[i].path);
        size_t n = 0;
        uint8_t *data = path ? t_read_file(path, &n) : NULL;
        struct gpt_ini g = { .has_version = false };
        struct err err;
        if (!data) {
            (void)printf("not there: %s\n", files[i].path);
            continue;
        }
        T_EQ_I(gpt_ini_read(data, n, a, &g, &err), RC_OK);
        T_EQ_I(g.version, files[i].version);
        free(data);
    }
}

static void list_scripts(const struct script_entry *list, size_t count, char *buf, size_t size)
{
    buf[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        size_t n = strlen(buf);
        (void)snprintf(buf + n, size - n, "%d/%u %s|%s\n", (int)list[i].event, list[i].position,
                       list[i].command, list[i].parameters);
    }
}

static void reads_scripts(void)
{
    static const struct {
        const char *file;
        enum rc rc;
        const char *seen;
    } files[] = {
        { "\r\n[Startup]\r\n0CmdLine=a.bat\r\n0Parameters=x y\r\n1CmdLine=\\\\s\\b.ps1\r\n1Parameters=\r\n[Logoff]\r\n"
          "0CmdLine=c\r\n",
          RC_OK, "0/0 a.bat|x y\n0/1 \\\\s\\b.ps1|\n3/0 c|\n" },
        { "[logon]\n0parameters=p=q\n0cmdline = a.bat\n[ScriptsConfig]\nStartExecutePSFirst=true\n",
          RC_OK, "2/0 a.bat|p=q\n" },
        { "[Shutdown]\n0CmdLine=表.bat\n", RC_OK, "1/0 表.bat|\n" },
        { "", RC_OK, "" },
        { "[Startup]\n0CmdLine=\n0Parameters=\n", RC_OK, "" },
        { "[Startup]\n0Parameters=x\n", RC_MALFORMED, "" },
        { "[Startup]\nCmdLine=x\n0CmdLine=y\n", RC_MALFORMED, "0/0 y|\n" },
        { "[Startup]\n4294967296CmdLine=x\n0CmdLine=y\n", RC_MALFORMED, "0/0 y|\n" },
        { "[Startup]\n0Cmd=x\n0CmdLine=y\n", RC_MALFORMED, "0/0 y|\n" },
        { "no section=x\n[Startup]\n0CmdLine=y\n", RC_MALFORMED, "0/0 y|\n" },
        { "[Startup]\nnothing\n0CmdLine=y\n", RC_MALFORMED, "0/0 y|\n" },
        { "[Startup\n0CmdLine=y\n", RC_MALFORMED, "" },
    };
    struct arena *a AUTO(arena_freep) = arena_new(0);
    for (size_t i = 0; a && i < ARRAY_LEN(files); i++) {
        struct script_entry *list = NULL;
        size_t count = 0;
        char buf[1024];
        struct err err;
        T_EQ_I(scripts_ini_read((const uint8_t *)files[i].file, strlen(files[i].file), a, &list,
                                &count, &err),
               files[i].rc);
        list_scripts(list, count, buf, sizeof(buf));
        T_EQ_S(buf, files[i].seen);
    }
}

static bool accepts_scripts(const uint8_t *p, size_t n, void *context)
{
    struct arena *a AUTO(arena_freep) = arena_new(0);
    struct script_entry *list = NULL;
    size_t count = 0;
    struct err err;
    (void)context;
    enum rc rc = a ? scripts_ini_read(p, n, a, &list, &count, &err) : RC_NOMEM;
    T_OK(rc == RC_OK || rc == RC_MALFORMED);
    for (size_t i = 0; i < count; i++) {
        T_OK(utf8_valid(list[i].command, strlen(list[i].command)));
        T_OK(utf8_valid(list[i].parameters, strlen(list[i].parameters)));
    }
    return rc == RC_OK;
}

static void reads_real_scripts(void)
{
    static const struct {
        const char *path;
        size_t count;
    } files[] = {
        { GROUPER "{2CE5ACF5-D072-4267-8E45-5C8F8843DEC6}/Machine/Scripts/scripts.ini", 2 },
        { GROUPER "{2CE5ACF5-D072-4267-8E45-5C8F8843DEC6}/User/Scripts/scripts.ini", 3 },
        { GROUPER "{36FA6290-EFEE-4909-845A-4A33A04D3088}/Machine/Scripts/scripts.ini", 2 },
        { GROUPER "{36FA6290-EFEE-4909-845A-4A33A04D3088}/User/Scripts/scripts.ini", 3 },
        { GROUPER "{5CFC9C70-A964-4FA0-A1EB-91C36271CA98}/User/Scripts/scripts.ini", 3 },
        { GROUPER "{F1EB7588-E641-4676-B2A5-C706B671368A}/Machine/Scripts/scripts.ini", 1 },
        { GROUPER2 "{36FA6290-EFEE-4909-845A-4A33A04D3088}/Machine/Scripts/scripts.ini", 2 },
        { GROUPER2 "{36FA6290-EFEE-4909-845A-4A33A04D3088}/User/Scripts/scripts.ini", 3 },
        { GROUPER2 "{F1EB7588-E641-4676-B2A5-C706B671368A}/Machine/Scripts/scripts.ini", 1 },
        { SAMBA "Machine/Scripts/scripts.ini.SAMBABACKUP", 2 },
        { SAMBA "Machine/Scripts/psscripts.ini.SAMBABACKUP", 0 },
        { SAMBA "User/Scripts/scripts.ini.SAMBABACKUP", 1 },
    };
    struct arena *a AUTO(arena_freep) = arena_new(0);
    for (size_t i = 0; a && i < ARRAY_LEN(files); i++) {
        const char *path = t_shared(files[i].path);
        size_t n = 0, count = 0, accepted = 0, refused = 0;
        uint8_t *data = path ? t_read_file(path, &n) : NULL;
        struct script_entry *list = NULL;
        struct err err;
        if (!data) {
            (void)printf("not there: %s\n", files[i].path);
            continue;
        }
        T_EQ_I(scripts_ini_read(data, n, a, &list, &count, &err), RC_OK);
        T_EQ_I(count, files[i].count);
        t_mutate(data, n, 0, accepts_scripts, NULL, &accepted, &refused);
        T_OK(n == 0 || (accepted > 0 && refused > 0));
        free(data);
    }
}

/* Many scripts whose lines stand far apart must not cost the square of their number. */
static void stops_at_too_many_scripts(void)
{
    struct wr w AUTO(wr_done);
    struct arena *a AUTO(arena_freep) = arena_new(0);
    struct script_entry *list = NULL;
    size_t count = 0;
    struct err err;
    wr_init(&w, 1U << 20);
    wr_text(&w, "[Startup]\n");
    for (unsigned i = 0; i < 5000; i++) {
        wr_printf(&w, "%uCmdLine=x\n", i);
    }
    enum rc rc = a ? scripts_ini_read(w.data, w.size, a, &list, &count, &err) : RC_NOMEM;
    T_EQ_I(rc, RC_MALFORMED);
    T_HAS(err.msg, "more than 4096 scripts");
    T_EQ_I(count, 4096);
}

#define TESTS(X)                 \
    X(reads_audit_policies)      \
    X(reads_shift_jis)           \
    X(reads_real_audit_policies) \
    X(reads_gpt_ini)             \
    X(reads_real_gpt_inis)       \
    X(reads_scripts)             \
    X(reads_real_scripts)        \
    X(stops_at_too_many_scripts)
T_MAIN("audit.csv and .ini files", TESTS)
