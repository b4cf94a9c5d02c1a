/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Security templates. */
#include <stdio.h>
#include <stdlib.h>

#include "audit/base/utf.h"
#include "audit/base/wr.h"
#include "audit/decode/format/inf.h"
#include "audit/decode/format/text.h"
#include "shared_files.h"
#include "tests/support/t.h"

struct seen {
    struct wr text;
    struct arena *a;
    size_t sections, settings, values, rights, members, services, holders_by_sid;
};

static void valid(const char *s)
{
    T_OK(s && utf8_valid(s, strlen(s)));
}

static enum rc on_section(void *context, const char *name, struct err *err)
{
    struct seen *s = context;
    (void)err;
    valid(name);
    s->sections++;
    wr_printf(&s->text, "[%s]\n", name);
    return RC_OK;
}

static enum rc on_setting(void *context, const struct inf_setting *v, struct err *err)
{
    struct seen *s = context;
    (void)err;
    valid(v->name);
    T_OK(v->has_number == (v->text == NULL));
    s->settings++;
    wr_printf(&s->text, "%s %s ", v->section, v->name);
    if (v->has_number) {
        wr_printf(&s->text, "= %" PRId64 "\n", v->number);
    } else {
        valid(v->text);
        wr_printf(&s->text, "is '%s'\n", v->text);
    }
    return RC_OK;
}

static enum rc on_registry(void *context, const struct registry_value *v, struct err *err)
{
    struct seen *s = context;
    struct registry_data d;
    (void)err;
    valid(v->key);
    valid(v->value);
    T_EQ_I(v->action, REG_SET);
    T_OK(registry_data(s->a, v, &d));
    s->values++;
    wr_printf(&s->text, "%s|%s type %u size %zu", v->key, v->value, v->type, v->size);
    if (d.has_number) {
        wr_printf(&s->text, " = %" PRId64, d.number);
    }
    wr_printf(&s->text, d.text ? " is '%s'\n" : "%s\n", d.text ? d.text : "");
    arena_reset(s->a);
    return RC_OK;
}

static enum rc on_right(void *context, const char *right, const char *holder, struct err *err)
{
    struct seen *s = context;
    (void)err;
    valid(right);
    valid(holder);
    s->rights++;
    s->holders_by_sid += strncmp(holder, "S-1-", 4) == 0;
    wr_printf(&s->text, "%s to '%s'\n", right, holder);
    return RC_OK;
}

static enum rc on_member(void *context, const struct inf_member *m, struct err *err)
{
    struct seen *s = context;
    (void)err;
    valid(m->group);
    valid(m->member);
    s->members++;
    wr_printf(&s->text, "'%s' %s '%s'\n", m->group, m->is_member_of ? "in" : "has", m->member);
    return RC_OK;
}

static enum rc on_service(void *context, const struct inf_service *v, struct err *err)
{
    struct seen *s = context;
    (void)err;
    valid(v->name);
    valid(v->sddl);
    s->services++;
    wr_printf(&s->text, "service %s start %d sddl %zu\n", v->name,
              v->has_start ? (int)v->start : -1, strlen(v->sddl));
    return RC_OK;
}

static enum rc read_inf(struct seen *s, const void *data, size_t n, unsigned code_page,
                        struct err *err)
{
    const struct inf_sink sink = { s,        on_section, on_setting, on_registry,
                                   on_right, on_member,  on_service };
    *s = (struct seen){ .a = arena_new(0) };
    wr_init(&s->text, 1U << 22);
    *err = (struct err){ .rc = RC_OK };
    return inf_read(data, n, code_page, &sink, err);
}

static const char *text(struct seen *s)
{
    wr_u8(&s->text, 0);
    return s->text.data ? (const char *)s->text.data : "";
}

static void done(struct seen *s)
{
    wr_done(&s->text);
    arena_free(s->a);
}

static const char template[] =
    "[Unicode]\r\nUnicode=yes\r\n[Version]\r\nsignature=\"$CHICAGO$\"\r\nRevision=1\r\n"
    "; a comment\r\n"
    "[System Access]\r\n"
    "minimumpasswordlength = 14\r\n"
    "MinimumPasswordLength = 1\r\n"
    "LockoutDuration = -1\r\n"
    "NewAdministratorName = \"管理者, \"\"x\"\"\"\r\n"
    "NewGuestName = \"123\"\r\n"
    "Unheard = of\r\n"
    "[Kerberos Policy]\r\nMaxTicketAge = 10\r\n"
    "[Event Audit]\r\nAuditLogonEvents = 3\r\n"
    "[Security Log]\r\nMaximumLogSize = 196608\r\n"
    "[application log]\r\nMaximumLogSize = 32768\r\n"
    "[Registry Values]\r\n"
    "MACHINE\\System\\CurrentControlSet\\Control\\Lsa\\LmCompatibilityLevel=4,5\r\n"
    "machine\\Software\\A\\Big=4,4294967295\r\n"
    "MACHINE\\Software\\A\\Minus=4,-1\r\n"
    "MACHINE\\Software\\A\\Quoted=4,\"7\"\r\n"
    "MACHINE\\Software\\A\\S=1,\"a, b\"\r\n"
    "MACHINE\\Software\\A\\Bare=1,a, b\r\n"
    "MACHINE\\Software\\A\\E=2,\"%SystemRoot%\"\r\n"
    "MACHINE\\Software\\A\\B=3,0\r\n"
    "MACHINE\\Software\\A\\B3=3,1,255,16\r\n"
    "MACHINE\\Software\\A\\M=7,one,\"two, three\",\r\n"
    "MACHINE\\Software\\A\\None=7,\r\n"
    "MACHINE\\Software\\A\\=1,\"the default\"\r\n"
    "\"MACHINE\\Software\\A\\with=sign\"=4,1\r\n"
    "MACHINE\\Software\\A\\goes=7,on,\\\r\n"
    "  and on\r\n"
    "MACHINE\\Software\\A\\AutoPassword=1,\"q\"\r\n"
    "USERS\\.DEFAULT\\Software\\A\\U=4,1\r\n"
    "[Privilege Rights]\r\n"
    "SeDebugPrivilege = *S-1-5-32-544,*s-1-5-18, 看護部 ,\"A, B\",S-1-5-11,*x\r\n"
    "sesystemtimeprivilege =\r\n"
    "SeHouseRight = *S-1-1-0\r\n"
    "[Group Membership]\r\n"
    "*S-1-5-32-544__Members = *S-1-5-21-1-2-3-512,DOM\\x\r\n"
    "*S-1-5-32-544__Memberof =\r\n"
    "看護部__memberof = *S-1-5-32-555\r\n"
    "*S-1-5-32-546__Members =\r\n"
    "[Service General Setting]\r\n"
    "\"Spooler\",4,\"D:AR(A;;CC;;;SY)\"\r\n"
    "RemoteRegistry,4\r\n"
    "\"W32Time\"=2,\"\"\r\n"
    "Dhcp=,\"\"\r\n"
    "[Registry Keys]\r\n\"MACHINE\\SOFTWARE\\x\",0,\"D:PAR(A;CI;KR;;;SY)\"\r\nanything\r\n";

static const char template_seen[] =
    "[Unicode]\n[Version]\n[System Access]\n"
    "system_access MinimumPasswordLength = 14\n"
    "system_access LockoutDuration = -1\n"
    "system_access NewAdministratorName is '管理者, \"x\"'\n"
    "system_access NewGuestName is '123'\n"
    "system_access Unheard is 'of'\n"
    "[Kerberos Policy]\nkerberos_policy MaxTicketAge = 10\n"
    "[Event Audit]\nevent_audit AuditLogonEvents = 3\n"
    "[Security Log]\nevent_log Security/MaximumLogSize = 196608\n"
    "[Application Log]\nevent_log Application/MaximumLogSize = 32768\n"
    "[Registry Values]\n"
    "HKLM\\System\\CurrentControlSet\\Control\\Lsa|LmCompatibilityLevel type 4 size 4 = 5\n"
    "HKLM\\Software\\A|Big type 4 size 4 = 4294967295\n"
    "HKLM\\Software\\A|Minus type 4 size 4 = 4294967295\n"
    "HKLM\\Software\\A|Quoted type 4 size 4 = 7\n"
    "HKLM\\Software\\A|S type 1 size 10 is 'a, b'\n"
    "HKLM\\Software\\A|Bare type 1 size 10 is 'a, b'\n"
    "HKLM\\Software\\A|E type 2 size 26 is '%SystemRoot%'\n"
    "HKLM\\Software\\A|B type 3 size 1\n"
    "HKLM\\Software\\A|B3 type 3 size 3\n"
    "HKLM\\Software\\A|M type 7 size 32 is 'one\ntwo, three'\n"
    "HKLM\\Software\\A|None type 7 size 2 is ''\n"
    "HKLM\\Software\\A| type 1 size 24 is 'the default'\n"
    "HKLM\\Software\\A|with=sign type 4 size 4 = 1\n"
    "HKLM\\Software\\A|goes type 7 size 22 is 'on\nand on'\n"
    "HKLM\\Software\\A|AutoPassword type 1 size 4\n"
    "HKU\\.DEFAULT\\Software\\A|U type 4 size 4 = 1\n"
    "[Privilege Rights]\n"
    "SeDebugPrivilege to 'S-1-5-32-544'\n"
    "SeDebugPrivilege to 'S-1-5-18'\n"
    "SeDebugPrivilege to '看護部'\n"
    "SeDebugPrivilege to 'A, B'\n"
    "SeDebugPrivilege to 'S-1-5-11'\n"
    "SeDebugPrivilege to '*x'\n"
    "SeSystemtimePrivilege to ''\n"
    "SeHouseRight to 'S-1-1-0'\n"
    "[Group Membership]\n"
    "'S-1-5-32-544' has 'S-1-5-21-1-2-3-512'\n"
    "'S-1-5-32-544' has 'DOM\\x'\n"
    "'看護部' in 'S-1-5-32-555'\n"
    "'S-1-5-32-546' has ''\n"
    "[Service General Setting]\n"
    "service Spooler start 4 sddl 16\n"
    "service RemoteRegistry start 4 sddl 0\n"
    "service W32Time start 2 sddl 0\n"
    "service Dhcp start -1 sddl 0\n"
    "[Registry Keys]\n";

static void reads_a_template(void)
{
    struct seen s;
    struct err err;
    struct wr wide AUTO(wr_done);
    T_EQ_I(read_inf(&s, template, sizeof(template) - 1, 0, &err), RC_OK);
    T_EQ_S(err.msg, "");
    T_EQ_S(text(&s), template_seen);
    done(&s);
    wr_init(&wide, 1U << 20);
    wr_bytes(&wide, "\xff\xfe", 2);
    text_to_utf16(template, sizeof(template) - 1, &wide);
    T_EQ_I(read_inf(&s, wide.data, wide.size, 0, &err), RC_OK);
    T_EQ_S(text(&s), template_seen);
    done(&s);
    T_EQ_I(read_inf(&s, wide.data + 2, wide.size - 2, 932, &err), RC_OK); /* without its mark */
    T_EQ_S(text(&s), template_seen);
    done(&s);
}

/* secedit of an old Japanese Windows: 看護部 and 表示 in code page 932, where 表 ends in a backslash and ソ in one too. */
static void reads_shift_jis(void)
{
    static const char file[] =
        "[System Access]\r\nNewGuestName = \"\x83\x5c\x95\x5c\"\r\n"
        "[Privilege Rights]\r\nSeBackupPrivilege = \x8a\xc5\x8c\xec\x95\x94,*S-1-5-32-551\r\n"
        "[Group Membership]\r\n\x95\x5c__Members = \x83\x5c\r\n"
        "[Service General Setting]\r\n\x83\x5c,2,\"\"\r\n";
    static const char expected[] = "[System Access]\nsystem_access NewGuestName is 'ソ表'\n"
                                   "[Privilege Rights]\nSeBackupPrivilege to '看護部'\n"
                                   "SeBackupPrivilege to 'S-1-5-32-551'\n"
                                   "[Group Membership]\n'表' has 'ソ'\n"
                                   "[Service General Setting]\nservice ソ start 2 sddl 0\n";
    struct seen s;
    struct err err;
    T_EQ_I(text_prepare(&err), RC_OK);
    T_EQ_I(read_inf(&s, file, sizeof(file) - 1, 0, &err), RC_OK);
    T_EQ_S(text(&s), expected);
    done(&s);
}

static void passes_over_what_it_cannot_read(void)
{
    static const struct {
        const char *line, *message;
    } lines[] = {
        { "[System Access]\nnothing", "no setting" },
        { "[System Access]\n= 3", "no setting" },
        { "[Registry Values]\nMACHINE\\a\\b=4,x", "none of its type" },
        { "[Registry Values]\nMACHINE\\a\\b=4,4294967296", "none of its type" },
        { "[Registry Values]\nMACHINE\\a\\b=4,1,2", "none of its type" },
        { "[Registry Values]\nMACHINE\\a\\b=3,256", "none of its type" },
        { "[Registry Values]\nMACHINE\\a\\b=5,1", "none of its type" },
        { "[Registry Values]\nMACHINE\\a\\b=4", "no registry value" },
        { "[Registry Values]\nELSEWHERE\\a\\b=4,1", "no registry value" },
        { "[Registry Values]\nMACHINE=4,1", "no registry value" },
        { "[Registry Values]\nMACHINE\\b=4,1", "no registry value" },
        { "[Privilege Rights]\nSeDebugPrivilege", "no user right" },
        { "[Group Membership]\nx = y", "no group" },
        { "[Group Membership]\n__Members = y", "no group" },
        { "[Service General Setting]\nSpooler", "no service" },
        { "[Service General Setting]\nSpooler,disabled", "no service" },
        { "[Service General Setting]\nSpooler,5", "no service" },
        { "[Service General Setting]\n\"\",4", "no service" },
        { "[Privilege Rights", "cut off" },
    };

    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        struct seen s;
        struct err err;
        char file[256];
        (void)snprintf(file, sizeof(file), "%s\n[Event Audit]\nAuditLogonEvents = 1\n",
                       lines[i].line);
        T_EQ_I(read_inf(&s, file, strlen(file), 0, &err), RC_MALFORMED);
        T_HAS(err.msg, lines[i].message);
        T_HAS(err.msg, "line ");
        T_HAS(text(&s), "event_audit AuditLogonEvents = 1\n");
        T_EQ_I(s.settings + s.values + s.rights + s.members + s.services, 1);
        done(&s);
    }
    struct seen s;
    struct err err;
    T_EQ_I(read_inf(&s, "", 0, 0, &err), RC_MALFORMED);
    done(&s);
    T_EQ_I(read_inf(&s, "a = b\n", 6, 0, &err), RC_MALFORMED);
    T_HAS(err.msg, "outside");
    done(&s);
}

/* A continuation never takes the next section away, nor the end of the file. */
static void ends_a_continuation(void)
{
    static const char file[] =
        "[Privilege Rights]\nSeBackupPrivilege = a,\\\n[Event Audit]\nAuditLogonEvents = 1\n"
        "[Privilege Rights]\nSeDebugPrivilege = b,\\";
    struct seen s;
    struct err err;
    T_EQ_I(read_inf(&s, file, sizeof(file) - 1, 0, &err), RC_OK);
    T_EQ_S(
        text(&s),
        "[Privilege Rights]\nSeBackupPrivilege to 'a'\n[Event Audit]\nevent_audit AuditLogonEvents = 1\n"
        "[Privilege Rights]\nSeDebugPrivilege to 'b'\n");
    done(&s);
}

static enum rc refuse(void *context, const char *right, const char *holder, struct err *err)
{
    size_t *calls = context;
    (void)right;
    (void)holder;
    return err_setf(err, ++*calls == 1 ? RC_MALFORMED : RC_IO, "no");
}

static void obeys_a_callback(void)
{
    static const char file[] = "[Privilege Rights]\na = 1\nb = 2\nc = 3\n";
    size_t calls = 0;
    struct err err;
    const struct inf_sink sink = { .context = &calls, .right = refuse };
    T_EQ_I(inf_read((const uint8_t *)file, sizeof(file) - 1, 0, &sink, &err), RC_IO);
    T_EQ_I(calls, 2);
}

static bool accepts(const uint8_t *p, size_t n, void *context)
{
    struct seen s;
    struct err err;
    (void)context;
    enum rc rc = read_inf(&s, p, n, 0, &err);
    T_EQ_S(rc == RC_OK ? "malformed" : rc_word(rc), "malformed");
    done(&s);
    return rc == RC_OK;
}

static void survives_every_mutation(void)
{
    size_t accepted = 0, refused = 0;
    t_mutate((const uint8_t *)template, sizeof(template) - 1, 2500, accepts, NULL, &accepted,
             &refused);
    T_OK(accepted > 0 && refused > 0);
}

/* What a script of a few lines counts in the same files: lines of a section, and holders and members by their commas. */
static void reads_real_templates(void)
{
    static const struct {
        const char *path;
        size_t sections, settings, values, rights, members, services;
    } files[] = {
        { GROUPER "{2CE5ACF5-D072-4267-8E45-5C8F8843DEC6}/Machine/" SECEDIT, 10, 29, 78, 42, 3, 1 },
        { GROUPER "{31B2F340-016D-11D2-945F-00C04FB984F9}/MACHINE/" SECEDIT, 5, 15, 1, 0, 0, 0 },
        { GROUPER "{36FA6290-EFEE-4909-845A-4A33A04D3088}/Machine/" SECEDIT, 10, 29, 78, 42, 3, 1 },
        { GROUPER "{5CFC9C70-A964-4FA0-A1EB-91C36271CA98}/Machine/" SECEDIT, 2, 0, 0, 0, 0, 0 },
        { GROUPER "{6AC1786C-016F-11D2-945F-00C04fB984F9}/MACHINE/" SECEDIT, 4, 0, 4, 56, 0, 0 },
        { GROUPER "{DEF162C4-FD6F-4A61-944A-A10FA914872A}/Machine/" SECEDIT, 3, 0, 0, 0, 5, 0 },
        { GROUPER2 "{31B2F340-016D-11D2-945F-00C04FB984F9}/MACHINE/" SECEDIT, 5, 15, 1, 0, 0, 0 },
        { GROUPER2 "{36FA6290-EFEE-4909-845A-4A33A04D3088}/Machine/" SECEDIT, 10, 29, 78, 42, 3,
          1 },
        { GROUPER2 "{6AC1786C-016F-11D2-945F-00C04fB984F9}/MACHINE/" SECEDIT, 4, 0, 4, 56, 0, 0 },
        { NSA_IE "DomainSysvol/GPO/Machine/" SECEDIT, 2, 0, 0, 0, 0, 0 },
        { NSA_FIREWALL "DomainSysvol/GPO/Machine/" SECEDIT, 2, 0, 0, 0, 0, 0 },
        { NSA_WINDOWS "DomainSysvol/GPO/Machine/microsoft/windows nt/SecEdit/GptTmpl.inf", 5, 13,
          41, 35, 0, 0 },
        { SAMBA "Machine/" SECEDIT ".SAMBABACKUP", 11, 5, 4, 5, 2, 1 },
    };

    size_t read_files = 0;
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        const char *path = t_shared(files[i].path);
        size_t n = 0;
        uint8_t *data = path ? t_read_file(path, &n) : NULL;
        struct seen s;
        struct err err;
        if (!data) {
            (void)printf("not there: %s\n", files[i].path);
            continue;
        }
        read_files++;
        T_EQ_I(read_inf(&s, data, n, 0, &err), RC_OK);
        T_EQ_S(err.msg, "");
        T_EQ_I(s.sections, files[i].sections);
        T_EQ_I(s.settings, files[i].settings);
        T_EQ_I(s.values, files[i].values);
        T_EQ_I(s.rights, files[i].rights);
        T_EQ_I(s.members, files[i].members);
        T_EQ_I(s.services, files[i].services);
        done(&s);
        if (n < 4000) {
            size_t accepted = 0, refused = 0;
            t_mutate(data, n, 300, accepts, NULL, &accepted, &refused);
            T_OK(accepted > 0);
        }
        free(data);
    }
    (void)printf("%zu real templates\n", read_files);
}

#define TESTS(X)                       \
    X(reads_a_template)                \
    X(reads_shift_jis)                 \
    X(passes_over_what_it_cannot_read) \
    X(ends_a_continuation)             \
    X(obeys_a_callback)                \
    X(survives_every_mutation)         \
    X(reads_real_templates)
T_MAIN("security templates", TESTS)
