/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Preferences and scripts as rows, kind by kind. */
#include <stdio.h>
#include <stdlib.h>

#include "audit/decode/format/fingerprint.h"
#include "preference_run.h"
#include "tests/support/t.h"
#include "tests/unit/decode/xml/encrypt.h"
#include "tests/unit/decode/xml/policy_double.h"

#define UID2  "{E984CD64-1A82-4712-A5D6-E0DA79C43AAA}"
#define GUID2 "e984cd64-1a82-4712-a5d6-e0da79c43aaa"

static void users(void)
{
    char set[ENCRYPT_MAX], text[8192], day[32];
    encrypt_password(MARK "-1234", ENCRYPT_AS_WINDOWS, set);
    (void)snprintf(
        text, sizeof(text),
        "<Groups clsid=\"{3125E937-EB16-4b4c-9934-544FC6D24D26}\">"
        "<User name=\"Administrator (integriert)\" changed=\"2018-12-21 07:39:24\" uid=\"" UID1
        "\">"
        "<Properties action=\"U\" newName=\"\" description=\"x\" cpassword=\"%s\" acctDisabled=\"0\" "
        "subAuthority=\"RID_ADMIN\" userName=\"Administrator (integriert)\"/></User>"
        "<User name=\"Administrator\" uid=\"" UID1
        "\"><Properties action=\"C\" cpassword=\"%s\" acctDisabled=\"1\" "
        "userName=\"Administrator\" description=\"password: " MARK "9\"/></User>"
        "<User name=\"bob\" uid=\"" UID2
        "\" disabled=\"1\"><Properties action=\"D\" cpassword=\"\" userName=\"bob\" "
        "acctDisabled=\"0\"/></User>"
        "<User name=\"tom\"><Properties cpassword=\"%.10s\" userName=\"tom\"/></User></Groups>",
        set, set, set);
    T_EQ_I(preference_run(text), RC_OK);
    T_EQ_I(rows_count(&rows, ROW_TABLE_POLICYPASSWORD), 4);
    T_EQ_I(rows_count(&rows, ROW_TABLE_POLICYITEM), 4);
    const struct row *p = rows_find(&rows, ROW_TABLE_POLICYPASSWORD, POLICYPASSWORD_KEY, GUID1);
    T_EQ_S(cell(p, POLICYPASSWORD_KIND), "local_user");
    T_EQ_S(cell(p, POLICYPASSWORD_RID), "500");
    T_EQ_S(cell(p, POLICYPASSWORD_ACCOUNT), "Administrator (integriert)");
    T_EQ_S(cell(p, POLICYPASSWORD_STATE), "set");
    T_EQ_S(cell(p, POLICYPASSWORD_LENGTH), "15");
    T_EQ_I(strlen(cell(p, POLICYPASSWORD_FINGERPRINT)), FINGERPRINT_TEXT_MAX - 1);
    T_EQ_S(cell(p, POLICYPASSWORD_FILE), "Machine/Preferences/x.xml");
    T_EQ_S(filetime_iso(strtoll(cell(p, POLICYPASSWORD_CHANGED), NULL, 10), day, sizeof(day)),
           "2018-12-21T07:39:24Z");
    /* Two items with one uid; the name does not make a built-in Administrator. */
    const struct row *q =
        rows_find(&rows, ROW_TABLE_POLICYPASSWORD, POLICYPASSWORD_KEY, GUID1 "#2");
    T_EQ_S(cell(q, POLICYPASSWORD_FINGERPRINT), cell(p, POLICYPASSWORD_FINGERPRINT));
    T_EQ_S(cell(q, POLICYPASSWORD_RID), "NULL");
    q = rows_find(&rows, ROW_TABLE_POLICYPASSWORD, POLICYPASSWORD_KEY, GUID2);
    T_EQ_S(cell(q, POLICYPASSWORD_STATE), "empty");
    T_EQ_S(cell(q, POLICYPASSWORD_LENGTH), "0");
    T_EQ_S(cell(q, POLICYPASSWORD_FINGERPRINT), "NULL");
    q = rows_find(&rows, ROW_TABLE_POLICYPASSWORD, POLICYPASSWORD_KEY, "Groups/4");
    T_EQ_S(cell(q, POLICYPASSWORD_STATE), "unreadable");
    T_EQ_S(cell(q, POLICYPASSWORD_LENGTH), "NULL");
    const struct row *i = rows_find(&rows, ROW_TABLE_POLICYITEM, POLICYITEM_KEY, GUID1);
    T_EQ_S(cell(i, POLICYITEM_KIND), "local_user");
    T_EQ_S(cell(i, POLICYITEM_ACTION), "update");
    T_EQ_S(cell(i, POLICYITEM_ENABLED), "1");
    T_EQ_S(cell(i, POLICYITEM_HINT), "0");
    i = rows_find(&rows, ROW_TABLE_POLICYITEM, POLICYITEM_KEY, GUID1 "#2");
    T_EQ_S(cell(i, POLICYITEM_ENABLED), "0");
    T_EQ_S(cell(i, POLICYITEM_HINT), "1");
    T_EQ_S(cell(i, POLICYITEM_ACTION), "create");
    i = rows_find(&rows, ROW_TABLE_POLICYITEM, POLICYITEM_KEY, GUID2);
    T_EQ_S(cell(i, POLICYITEM_ENABLED), "0");
    T_EQ_S(cell(i, POLICYITEM_ACTION), "delete");
    /* Without a key there is no sign. */
    preference_prepare();
    T_EQ_I(double_preferences(text, strlen(text), "user", "x", NULL, &rows.sink, &err), RC_OK);
    q = rows_find(&rows, ROW_TABLE_POLICYPASSWORD, POLICYPASSWORD_KEY, GUID1);
    T_EQ_S(cell(q, POLICYPASSWORD_STATE), "set");
    T_EQ_S(cell(q, POLICYPASSWORD_FINGERPRINT), "NULL");
    T_EQ_S(cell(q, POLICYPASSWORD_HALF), "user");
    preference_no_mark();
}

static void groups(void)
{
    T_EQ_I(
        preference_run(
            "<Groups><Group name=\"Administratoren (integriert)\" uid=\"" UID1
            "\"><Properties action=\"U\" "
            "deleteAllUsers=\"1\" deleteAllGroups=\"1\" groupSid=\"S-1-5-32-544\" groupName=\"Administratoren (integriert)\">"
            "<Members><Member name=\"H\\病棟\" action=\"ADD\" sid=\"S-1-5-21-1-2-3-1104\"/>"
            "<Member name=\"lowpriv\" action=\"REMOVE\" sid=\"\"/><Member name=\"\" action=\"ADD\" sid=\"\"/>"
            "<Member name=\"odd\" action=\"WHAT\"/></Members></Properties></Group>"
            "<Group name=\"fark\"><Properties action=\"U\" groupName=\"fark\" userAction=\"ADD\"/></Group>"
            "<Group disabled=\"1\"><Properties groupName=\"off\"><Members><Member name=\"x\" action=\"ADD\"/></Members>"
            "</Properties></Group><Group><Filters><FilterOs/></Filters><Properties groupName=\"cond\"><Members>"
            "<Member name=\"x\" action=\"ADD\"/></Members></Properties></Group>"
            "<Group><Properties action=\"D\" groupName=\"gone\"><Members><Member name=\"x\" action=\"ADD\"/></Members>"
            "</Properties></Group></Groups>"),
        RC_OK);
    T_EQ_I(rows_count(&rows, ROW_TABLE_POLICYMEMBER), 6);
    T_EQ_I(rows_count(&rows, ROW_TABLE_POLICYITEM), 5);
    const struct row *m =
        rows_find(&rows, ROW_TABLE_POLICYMEMBER, POLICYMEMBER_MEMBER, "S-1-5-21-1-2-3-1104");
    T_EQ_S(cell(m, POLICYMEMBER_GROUP), "S-1-5-32-544");
    T_EQ_S(cell(m, POLICYMEMBER_RELATION), "add");
    T_EQ_S(cell(m, POLICYMEMBER_SOURCE), "preference");
    T_EQ_S(cell(m, POLICYMEMBER_CONDITIONAL), "0");
    m = rows_find(&rows, ROW_TABLE_POLICYMEMBER, POLICYMEMBER_MEMBER, "lowpriv");
    T_EQ_S(cell(m, POLICYMEMBER_RELATION), "remove");
    m = rows_find(&rows, ROW_TABLE_POLICYMEMBER, POLICYMEMBER_RELATION, "remove_users");
    T_EQ_S(cell(m, POLICYMEMBER_MEMBER), "");
    T_OK(rows_find(&rows, ROW_TABLE_POLICYMEMBER, POLICYMEMBER_RELATION, "remove_groups") != NULL);
    m = rows_find(&rows, ROW_TABLE_POLICYMEMBER, POLICYMEMBER_GROUP, "fark");
    T_EQ_S(cell(m, POLICYMEMBER_MEMBER), "%LogonUser%");
    m = rows_find(&rows, ROW_TABLE_POLICYMEMBER, POLICYMEMBER_GROUP, "cond");
    T_EQ_S(cell(m, POLICYMEMBER_CONDITIONAL), "1");
    T_OK(rows_find(&rows, ROW_TABLE_POLICYMEMBER, POLICYMEMBER_GROUP, "off") == NULL);
    T_OK(rows_find(&rows, ROW_TABLE_POLICYMEMBER, POLICYMEMBER_GROUP, "gone") == NULL);
}

static void services(void)
{
    char set[ENCRYPT_MAX], text[4096];
    encrypt_password(MARK, ENCRYPT_AS_WINDOWS, set);
    (void)snprintf(
        text, sizeof(text),
        "<NTServices><NTService name=\"a\"><Properties startupType=\"DISABLED\" serviceName=\"Spooler\" "
        "serviceAction=\"STOP\"/></NTService>"
        "<NTService name=\"b\" uid=\"" UID1
        "\"><Properties startupType=\"NOCHANGE\" serviceName=\"app\" "
        "accountName=\"H\\svc\" cpassword=\"%s\" program=\"C:\\x.exe\" args=\"-password " MARK
        "\"/></NTService>"
        "<NTService disabled=\"1\"><Properties startupType=\"AUTOMATIC\" serviceName=\"off\"/></NTService>"
        "<NTService><Properties startupType=\"AUTOMATIC\" serviceName=\"twice\"/></NTService>"
        "<NTService><Properties startupType=\"DISABLED\" serviceName=\"Twice\"/></NTService>"
        "</NTServices>",
        set);
    T_EQ_I(preference_run(text), RC_OK);
    T_EQ_I(rows_count(&rows, ROW_TABLE_POLICYSERVICE), 4);
    const struct row *s = rows_find(&rows, ROW_TABLE_POLICYSERVICE, POLICYSERVICE_NAME, "Spooler");
    T_EQ_S(cell(s, POLICYSERVICE_START), "4");
    T_EQ_S(cell(s, POLICYSERVICE_ACTION), "stop");
    T_EQ_S(cell(s, POLICYSERVICE_ACCOUNT), "NULL");
    T_EQ_S(cell(s, POLICYSERVICE_CONDITIONAL), "0");
    s = rows_find(&rows, ROW_TABLE_POLICYSERVICE, POLICYSERVICE_NAME, "app");
    T_EQ_S(cell(s, POLICYSERVICE_START), "NULL");
    T_EQ_S(cell(s, POLICYSERVICE_ACCOUNT), "H\\svc");
    /* Two items for one service: which of them wins is not told by one row. */
    s = rows_find(&rows, ROW_TABLE_POLICYSERVICE, POLICYSERVICE_NAME, "twice");
    T_EQ_S(cell(s, POLICYSERVICE_CONDITIONAL), "1");
    const struct row *p =
        rows_find(&rows, ROW_TABLE_POLICYPASSWORD, POLICYPASSWORD_KIND, "service");
    T_EQ_S(cell(p, POLICYPASSWORD_ACCOUNT), "H\\svc");
    T_EQ_S(cell(p, POLICYPASSWORD_RID), "NULL");
    const struct row *i = rows_find(&rows, ROW_TABLE_POLICYITEM, POLICYITEM_NAME, "app");
    T_EQ_S(cell(i, POLICYITEM_HINT), "1");
    T_EQ_S(cell(i, POLICYITEM_COMMAND), "NULL");
    T_EQ_S(cell(i, POLICYITEM_ARGUMENTS), "NULL");
}

static void registry(void)
{
    T_EQ_I(
        preference_run("<RegistrySettings>" REG("action=\"U\" " WINLOGON "name=\"n\" type=\"REG_DWORD\" value=\"0000000A\"", "") "<Collection name=\"c\"><Filters><FilterRunOnce id=\"{x}\"/></Filters><Collection><Collection>" REG(
            "action=\"C\" hive=\"HKEY_CURRENT_USER\" key=\"K\" name=\"m\" type=\"REG_MULTI_SZ\" value=\"a b 病\"",
            "<Values><Value>a</Value><Value>b 病🏥</Value></Values>") "</Collection></Collection></Collection>"
                                                                     "<Collection><Filters/>" REG(
                                                                         "action=\"R\" hive=\"HKEY_CLASSES_ROOT\" key=\".386\" default=\"1\" name=\"\" type=\"REG_SZ\" value=\"é\"",
                                                                         "") "</Collection>" REG("action=\"D\" " WINLOGON
                                                                                                 "name=\"d\"",
                                                                                                 "")
                                                                         REG("action=\"D\" hive=\"HKEY_LOCAL_MACHINE\" key=\"SOFTWARE\\Gone\" default=\"0\" name=\"\"",
                                                                             "") REG("action=\"U\" hive=\"HKEY_LOCAL_MACHINE\" key=\"SOFTWARE\\Empty\" default=\"0\" name=\"\" type=\"\" value=\"\"",
                                                                                     "") REG("action=\"U\" hive=\"HKEY_USERS\" key=\"S-1-5-20\\Environment\" name=\"e\" type=\"REG_SZ\" value=\"x\"",
                                                                                             "") REG("action=\"U\" " WINLOGON
                                                                                                     "name=\"q\" type=\"REG_QWORD\" value=\"0000000100000000\"",
                                                                                                     "")
                                                                             REG("action=\"U\" " WINLOGON
                                                                                 "name=\"b\" type=\"REG_BINARY\" value=\"01FF0000\"",
                                                                                 "") REG("action=\"U\" " WINLOGON
                                                                                         "name=\"bad\" type=\"REG_DWORD\" value=\"1234567890\"",
                                                                                         "") REG("action=\"U\" " WINLOGON
                                                                                                 "name=\"DefaultPassword\" type=\"REG_SZ\" value=\"" MARK
                                                                                                 "\"",
                                                                                                 "")
                                                                                 REG("action=\"U\" " WINLOGON "name=\"bits\" type=\"REG_DWORD\" value=\"1\" bitfield=\"1\"", "<SubProp id=\"a\" value=\"1\" mask=\"1\"/>") "<Collection disabled=\"1\">" REG(
                                                                                     "action=\"U\" " WINLOGON
                                                                                     "name=\"off\" type=\"REG_SZ\" value=\"x\"",
                                                                                     "") "</Collection>" REG("action=\"U\" hive=\"HKEY_NOWHERE\" key=\"x\" name=\"y\" type=\"REG_SZ\" value=\"x\"",
                                                                                                             "")
                                                                                     REG("action=\"U\" " WINLOGON
                                                                                         "name=\"two\" type=\"REG_SZ\" value=\"x\"",
                                                                                         "") "<Registry bypassErrors=\"1\"><Filters><FilterOs/></Filters><Properties action=\"U\" " WINLOGON
                                                                                             "name=\"two\" type=\"REG_SZ\" value=\"y\"/></Registry>"
                                                                                             "</RegistrySettings>"),
        RC_OK);

    static const struct {
        const char *value, *key, *action, *type, *number, *text, *size, *conditional;
    } want[] = {
        { "n", "HKLM\\SOFTWARE\\W", "set", "4", "10", "NULL", "4", "0" },
        { "m", "HKCU\\K", "create", "7", "NULL", "a\nb 病🏥", "18", "1" },
        { "", "HKLM\\SOFTWARE\\Classes\\.386", "set", "1", "NULL", "é", "4", "0" },
        { "d", "HKLM\\SOFTWARE\\W", "delete_value", "NULL", "NULL", "NULL", "NULL", "0" },
        { "", "HKLM\\SOFTWARE\\Gone", "delete_key", "NULL", "NULL", "NULL", "NULL", "0" },
        { "q", "HKLM\\SOFTWARE\\W", "set", "11", "4294967296", "NULL", "8", "0" },
        { "b", "HKLM\\SOFTWARE\\W", "set", "3", "NULL", "NULL", "4", "0" },
        { "bad", "HKLM\\SOFTWARE\\W", "set", "4", "NULL", "NULL", "0", "0" },
        { "DefaultPassword", "HKLM\\SOFTWARE\\W", "set", "1", "NULL", "NULL", "22", "0" },
        { "bits", "HKLM\\SOFTWARE\\W", "set", "4", "1", "NULL", "4", "1" },
        { "two", "HKLM\\SOFTWARE\\W", "set", "1", "NULL", "y", "4", "1" },
    };

    T_EQ_I(rows_count(&rows, ROW_TABLE_POLICYREGISTRY), ARRAY_LEN(want) + 1);
    for (size_t i = 0; i < ARRAY_LEN(want); i++) {
        const struct row *r = rows_find2(&rows, ROW_TABLE_POLICYREGISTRY, POLICYREGISTRY_VALUE,
                                         want[i].value, POLICYREGISTRY_KEY, want[i].key);
        T_EQ_S(cell(r, POLICYREGISTRY_ACTION), want[i].action);
        T_EQ_S(cell(r, POLICYREGISTRY_TYPE), want[i].type);
        T_EQ_S(cell(r, POLICYREGISTRY_NUMBER), want[i].number);
        T_EQ_S(cell(r, POLICYREGISTRY_TEXT), want[i].text);
        T_EQ_S(cell(r, POLICYREGISTRY_SIZE), want[i].size);
        T_EQ_S(cell(r, POLICYREGISTRY_CONDITIONAL), want[i].conditional);
        T_EQ_S(cell(r, POLICYREGISTRY_SOURCE), "preference");
    }
    T_EQ_I(rows_count(&rows, ROW_TABLE_POLICYITEM), 1);
    T_EQ_S(cell(rows_find(&rows, ROW_TABLE_POLICYITEM, -1, ""), POLICYITEM_NAME),
           "S-1-5-20\\Environment");
}

#define V2(name, uid, actions)                                                                                          \
    "<TaskV2 name=\"" name "\" uid=\"" uid "\"><Properties action=\"C\" name=\"" name                                   \
    "\" runAs=\"H\\svc\"><Task version=\"1.2\">"                                                                        \
    "<RegistrationInfo><Description>x</Description></RegistrationInfo><Principals><Principal><UserId>S-1-5-18</UserId>" \
    "</Principal></Principals><Settings><Enabled>true</Enabled></Settings><Actions>" actions                            \
    "</Actions></Task>"                                                                                                 \
    "</Properties></TaskV2>"

static void tasks(void)
{
    T_EQ_I(
        preference_run(
            "<ScheduledTasks><Task name=\"old\" uid=\"" UID1
            "\"><Properties action=\"U\" name=\"old\" "
            "appName=\"C:\\a.exe\" args=\"x\" runAs=\"H\\bob\" enabled=\"0\" comment=\"pw: " MARK
            "1\"/></Task>"
            "<ImmediateTask name=\"now\"><Filters><FilterCollection hidden=\"1\"><FilterOs/></FilterCollection></Filters>"
            "<Properties name=\"now\" appName=\"net.exe\" args=\"use Z: \\\\s\\t " MARK
            " /user:x\"/></ImmediateTask>" V2(
                "new", UID2,
                "<Exec><Command>C:\\b.exe</Command><Arguments>/q</Arguments></Exec>"
                "<Exec><Command>cmd</Command><Arguments>/c set PW=" MARK "</Arguments></Exec>"
                "<ComHandler><ClassId>{A6BA00FE-40E8-477C-B713-C64A14F18ADB}</ClassId></ComHandler>") "<ImmediateTaskV2 name=\"v2now\"><Properties name=\"v2now\"><Task/></Properties></ImmediateTaskV2>"
                                                                                                      "</ScheduledTasks>"),
        RC_OK);
    T_EQ_I(rows_count(&rows, ROW_TABLE_POLICYITEM), 6);
    const struct row *i = rows_find(&rows, ROW_TABLE_POLICYITEM, POLICYITEM_KEY, GUID1);
    T_EQ_S(cell(i, POLICYITEM_KIND), "task");
    T_EQ_S(cell(i, POLICYITEM_COMMAND), "C:\\a.exe");
    T_EQ_S(cell(i, POLICYITEM_ARGUMENTS), "x");
    T_EQ_S(cell(i, POLICYITEM_ACCOUNT), "H\\bob");
    T_EQ_S(cell(i, POLICYITEM_ENABLED), "0");
    T_EQ_S(cell(i, POLICYITEM_HINT), "1");
    i = rows_find(&rows, ROW_TABLE_POLICYITEM, POLICYITEM_NAME, "now");
    T_EQ_S(cell(i, POLICYITEM_KIND), "immediate_task");
    T_EQ_S(cell(i, POLICYITEM_COMMAND), "NULL");
    T_EQ_S(cell(i, POLICYITEM_HINT), "1");
    T_EQ_S(cell(i, POLICYITEM_CONDITIONAL), "1");
    i = rows_find(&rows, ROW_TABLE_POLICYITEM, POLICYITEM_KEY, GUID2);
    T_EQ_S(cell(i, POLICYITEM_COMMAND), "C:\\b.exe");
    T_EQ_S(cell(i, POLICYITEM_HINT), "0");
    T_EQ_S(cell(i, POLICYITEM_ENABLED), "1");
    i = rows_find(&rows, ROW_TABLE_POLICYITEM, POLICYITEM_KEY, GUID2 "/2");
    T_EQ_S(cell(i, POLICYITEM_COMMAND), "NULL");
    T_EQ_S(cell(i, POLICYITEM_HINT), "1");
    i = rows_find(&rows, ROW_TABLE_POLICYITEM, POLICYITEM_KEY, GUID2 "/3");
    T_EQ_S(cell(i, POLICYITEM_COMMAND), "a6ba00fe-40e8-477c-b713-c64a14f18adb");
    i = rows_find(&rows, ROW_TABLE_POLICYITEM, POLICYITEM_NAME, "v2now");
    T_EQ_S(cell(i, POLICYITEM_COMMAND), "NULL");
    T_EQ_S(cell(i, POLICYITEM_HINT), "0");
}

static const struct row *only_item(const char *text)
{
    T_EQ_I(preference_run(text), RC_OK);
    T_EQ_I(rows_count(&rows, ROW_TABLE_POLICYITEM), 1);
    return rows_find(&rows, ROW_TABLE_POLICYITEM, -1, "");
}

static void other_items(void)
{
    char set[ENCRYPT_MAX], text[4096];
    encrypt_password(MARK, ENCRYPT_AS_WINDOWS, set);

    static const struct {
        const char *element, *attributes, *kind, *name, *account;
    } cases[] = {
        { "Drive", "userName=\"H\\bob\" path=\"\\\\s\\t\" letter=\"H\"", "drive", "\\\\s\\t",
          "H\\bob" },
        { "DataSource", "dsn=\"db\" username=\"sa\"", "data_source", "db", "sa" },
        { "SharedPrinter", "path=\"\\\\s\\p\" username=\"bob\"", "printer", "\\\\s\\p", "bob" },
        { "PowerScheme", "name=\"x\"", "other", "n", "NULL" },
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        (void)snprintf(text, sizeof(text),
                       "<R><%s name=\"n\"><Properties action=\"R\" cpassword=\"%s\" %s/></%s></R>",
                       cases[i].element, set, cases[i].attributes, cases[i].element);
        const struct row *r = only_item(text);
        T_EQ_S(cell(r, POLICYITEM_KIND), cases[i].kind);
        T_EQ_S(cell(r, POLICYITEM_NAME), cases[i].name);
        T_EQ_S(cell(r, POLICYITEM_ACCOUNT), cases[i].account);
        T_EQ_S(cell(r, POLICYITEM_ACTION), "replace");
        r = rows_find(&rows, ROW_TABLE_POLICYPASSWORD, POLICYPASSWORD_KIND, cases[i].kind);
        T_EQ_S(cell(r, POLICYPASSWORD_ACCOUNT), cases[i].account);
        T_EQ_S(cell(r, POLICYPASSWORD_STATE), "set");
    }
    const struct row *r =
        only_item("<Shortcuts><Shortcut name=\"s\"><Properties shortcutPath=\"%StartUpDir%\\a\" "
                  "targetPath=\"C:\\cmd.exe\" arguments=\"/c x\"/></Shortcut></Shortcuts>");
    T_EQ_S(cell(r, POLICYITEM_NAME), "%StartUpDir%\\a");
    T_EQ_S(cell(r, POLICYITEM_COMMAND), "C:\\cmd.exe");
    T_EQ_S(cell(r, POLICYITEM_ARGUMENTS), "/c x");
    T_EQ_S(cell(r, POLICYITEM_ENABLED), "NULL");
    r = only_item(
        "<Files><File name=\"f\"><Properties fromPath=\"\\\\s\\x.ps1\" targetPath=\"C:\\x.ps1\"/></File></Files>");
    T_EQ_S(cell(r, POLICYITEM_NAME), "C:\\x.ps1");
    T_EQ_S(cell(r, POLICYITEM_COMMAND), "\\\\s\\x.ps1");
    static const char *const hints[] = {
        "<E><EnvironmentVariable><Properties name=\"DB_PASSWORD\" value=\"" MARK
        "\"/></EnvironmentVariable></E>",
        "<I><Ini><Properties path=\"x.ini\" section=\"s\" property=\"Password\" value=\"" MARK
        "\"/></Ini></I>",
        "<D><DataSource><Properties dsn=\"x\"><Attributes><Attribute name=\"PWD\" value=\"" MARK
        "\"/></Attributes></Properties></DataSource></D>",
        "<D><Drive desc=\"password: " MARK "1\"><Properties path=\"x\"/></Drive></D>",
        "<D><Drive><Properties path=\"x\" userName=\"password: " MARK "1\"/></Drive></D>",
        "<S><Shortcut><Properties targetPath=\"plink.exe\" arguments=\"-pw " MARK
        " host\"/></Shortcut></S>",
        "<S><Shortcut><Properties targetPath=\"x.exe\" arguments=\"/p:" MARK "\"/></Shortcut></S>",
    };
    for (size_t i = 0; i < ARRAY_LEN(hints); i++) {
        T_EQ_S(cell(only_item(hints[i]), POLICYITEM_HINT), "1");
    }
    r = only_item(
        "<E><EnvironmentVariable><Properties name=\"PATH\" value=\"C:\\bin\"/></EnvironmentVariable></E>");
    T_EQ_S(cell(r, POLICYITEM_HINT), "0");
}

static void scripts(void)
{
    const char script[] =
        "@echo off\r\nset PW=" MARK "\r\nnet use Z: \\\\s\\t " MARK " /user:x\r\n";
    preference_prepare();
    T_EQ_I(double_script(script, sizeof(script) - 1, "scripts/logon.bat", &rows.sink, &err), RC_OK);
    preference_no_mark();
    const struct row *r =
        rows_find(&rows, ROW_TABLE_POLICYSCRIPT, POLICYSCRIPT_PATH, "scripts/logon.bat");
    T_EQ_S(cell(r, POLICYSCRIPT_STATE), "read");
    T_EQ_S(cell(r, POLICYSCRIPT_HINT), "password_variable");
    T_EQ_S(cell(r, POLICYSCRIPT_LINES), "2");
    T_EQ_S(cell(r, POLICYSCRIPT_GPO), POLICY_NOWHERE);
    T_EQ_S(cell(r, POLICYSCRIPT_CHANGED), "132000000000000000");
    preference_prepare();
    T_EQ_I(double_script("#@~^XwAAAA==", 12, "scripts/x.vbe", &rows.sink, &err), RC_OK);
    r = rows_find(&rows, ROW_TABLE_POLICYSCRIPT, POLICYSCRIPT_PATH, "scripts/x.vbe");
    T_EQ_S(cell(r, POLICYSCRIPT_STATE), "unreadable");
    T_EQ_S(cell(r, POLICYSCRIPT_HINT), "NULL");
    T_EQ_S(cell(r, POLICYSCRIPT_LINES), "NULL");
}

#define TESTS(X)   \
    X(users)       \
    X(groups)      \
    X(services)    \
    X(registry)    \
    X(tasks)       \
    X(other_items) \
    X(scripts)
T_MAIN("preference", TESTS)
