/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a host keeps of preferences, and the scripts of its local policy. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/decode/format/crypt.h"
#include "audit/decode/format/fingerprint.h"
#include "audit/decode/format/text.h"
#include "audit/decode/format/xml.h"
#include "tests/support/t.h"
#include "tests/unit/decode/host/kit.h"
#include "tests/unit/decode/xml/encrypt.h"

#define MARK  "Kagi-Marker7"
#define GPO   "{31B2F340-016D-11D2-945F-00C04FB984F9}"
#define ID    "31b2f340-016d-11d2-945f-00c04fb984f9"
#define OTHER "{6AC1786C-016F-11D2-945F-00C04FB984F9}"
#define UID   "{C0020B90-9FF1-4080-9DB3-5CB0DB0123E8}"
#define KEY   "c0020b90-9ff1-4080-9db3-5cb0db0123e8"

static const struct {
    enum host_kind kind;
    const char *history, *origin;
} places[] = {
    { HOST_KIT, "policy/History/", "kit" },
    { HOST_IMAGE, "ProgramData/Microsoft/Group Policy/History/", "kit" },
    { HOST_CACHE, "ProgramData/Microsoft/Group Policy/History/", "cache" },
};

/* A Groups.xml that sets the password of RID 500; more stands in its item. */
static const char *groups(const char *password, const char *more)
{
    static char text[8192];
    char set[ENCRYPT_MAX];
    encrypt_password(password, ENCRYPT_AS_WINDOWS, set);
    (void)snprintf(
        text, sizeof(text),
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n"
        "<Groups clsid=\"{3125E937-EB16-4b4c-9934-544FC6D24D26}\">"
        "<User name=\"Administrator\" changed=\"2019-01-02 03:04:05\" uid=\"" UID "\">"
        "<Properties action=\"U\" newName=\"\" cpassword=\"%s\" acctDisabled=\"0\" "
        "subAuthority=\"RID_ADMIN\" userName=\"Administrator (組み込み)\"/>%s</User></Groups>",
        set, more);
    return text;
}

static const char *path_of(char buf[256], const char *history, const char *rest)
{
    (void)snprintf(buf, 256, "%s%s", history, rest);
    return buf;
}

static const struct row *password(const struct kit *k, const char *key)
{
    return rows_find(&k->rows, ROW_TABLE_HOSTPASSWORD, HOSTPASSWORD_KEY, key);
}

static size_t of_policies(const struct kit *k)
{
    return rows_count(&k->rows, ROW_TABLE_POLICYPASSWORD) +
           rows_count(&k->rows, ROW_TABLE_POLICYITEM) +
           rows_count(&k->rows, ROW_TABLE_POLICYREGISTRY) +
           rows_count(&k->rows, ROW_TABLE_POLICYSERVICE) +
           rows_count(&k->rows, ROW_TABLE_POLICYMEMBER);
}

static void a_host_keeps_a_password(void)
{
    uint8_t bytes[FINGERPRINT_KEY_SIZE] = { 7 };
    struct secret *key = secret_new(bytes, sizeof(bytes));
    char path[256], first[64] = "";
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        struct kit k;
        kit_init(&k, places[i].kind);
        k.key = key;
        kit_text(&k, path_of(path, places[i].history, GPO "/MACHINE/Preferences/Groups/Groups.xml"),
                 groups(MARK, ""));
        kit_run(&k, "pc1");
        T_EQ_I(k.rc, RC_OK);
        T_EQ_I(k.rows.refused, 0);
        const struct row *p = password(&k, KEY);
        T_EQ_S(cell(p, HOSTPASSWORD_HOST), "pc1");
        T_EQ_S(cell(p, HOSTPASSWORD_GPO), ID);
        T_EQ_S(cell(p, HOSTPASSWORD_HALF), "machine");
        T_EQ_S(cell(p, HOSTPASSWORD_FILE), "MACHINE/Preferences/Groups/Groups.xml");
        T_EQ_S(cell(p, HOSTPASSWORD_ORIGIN), places[i].origin);
        T_EQ_S(cell(p, HOSTPASSWORD_KIND), "local_user");
        T_EQ_S(cell(p, HOSTPASSWORD_RID), "500");
        T_EQ_S(cell(p, HOSTPASSWORD_STATE), "set");
        T_EQ_S(cell(p, HOSTPASSWORD_LENGTH), "12");
        T_EQ_S(cell(p, HOSTPASSWORD_CONDITIONAL), "0");
        T_OK(p && p->v[HOSTPASSWORD_CHANGED].number > 0);
        /* Equal in each place. */
        const char *sign = cell(p, HOSTPASSWORD_FINGERPRINT);
        T_OK(strlen(sign) > 20);
        T_EQ_S(i == 0 ? sign : first, sign);
        (void)snprintf(first, sizeof(first), "%s", sign);
        const struct row *f = rows_find(&k.rows, ROW_TABLE_POLICYFOLDER, POLICYFOLDER_GPO, ID);
        T_EQ_S(cell(f, POLICYFOLDER_KIND), "cache");
        T_EQ_S(cell(f, POLICYFOLDER_STATE), "read");
        T_EQ_S(cell(f, POLICYFOLDER_ORIGIN), "test");
        T_EQ_S(cell(f, POLICYFOLDER_FILES), "1");
        T_EQ_I(of_policies(&k), 0); /* what the policy holds today is SYSVOL's to say */
        const struct row *a = rows_find(&k.rows, ROW_TABLE_ARTIFACT, ARTIFACT_PATH, path);
        T_EQ_S(cell(a, ARTIFACT_STATE), "decoded");
        T_EQ_S(cell(a, ARTIFACT_KIND), "preferences");
        T_EQ_S(cell(a, ARTIFACT_ROWS), "1");
        T_OK(!kit_leaks(&k, MARK));
        /* Without a key no sign; with no host nothing but whose it is. */
        k.key = NULL;
        kit_run(&k, "pc1");
        T_EQ_S(cell(password(&k, KEY), HOSTPASSWORD_FINGERPRINT), "NULL");
        kit_run(&k, NULL);
        T_OK(password(&k, KEY) == NULL);
        T_EQ_I(rows_count(&k.rows, ROW_TABLE_POLICYFOLDER), 0);
        kit_done(&k);
    }
    secret_free(key);
}

static void users_halves_and_targeting_are_told(void)
{
    static const char conditional[] =
        "<Filters><FilterComputer bool=\"AND\" not=\"0\" type=\"NETBIOS\" name=\"X\"/></Filters>";
    static const char sid[] =
        "policy/History/" GPO "/User/S-1-5-21-1-2-3-1104/Preferences/Groups/Groups.xml";
    struct kit k;
    kit_init(&k, HOST_KIT);
    kit_usual(&k);
    kit_text(&k, sid, groups(MARK, conditional));
    kit_run(&k, "pc1");
    T_EQ_I(k.rows.refused, 0);
    T_EQ_S(cell(password(&k, KEY), HOSTPASSWORD_HALF), "user");
    T_EQ_S(cell(password(&k, KEY), HOSTPASSWORD_FILE),
           "User/S-1-5-21-1-2-3-1104/Preferences/Groups/Groups.xml");
    T_EQ_S(cell(password(&k, KEY), HOSTPASSWORD_CONDITIONAL), "1");
    T_OK(!kit_leaks(&k, MARK));
    kit_done(&k);
    kit_init(&k, HOST_IMAGE);
    kit_text(&k,
             "Users/宿直/AppData/Local/Microsoft/Group Policy/History/" GPO
             "/USER/Preferences/Groups/Groups.xml",
             groups(MARK, ""));
    kit_text(&k, "Users/a/AppData/Local/Microsoft/Group Policy/History/" OTHER "/x.xml", "<x/>");
    kit_run(&k, "pc1");
    T_EQ_S(cell(password(&k, KEY), HOSTPASSWORD_HALF), "user");
    T_EQ_I(rows_count(&k.rows, ROW_TABLE_POLICYFOLDER), 1);
    kit_done(&k);
}

static void a_broken_file_costs_itself(void)
{
    struct kit k;
    kit_init(&k, HOST_CACHE);
    kit_text(&k,
             "ProgramData/Microsoft/Group Policy/History/" GPO
             "/Machine/Preferences/Groups/Groups.xml",
             groups(MARK, ""));
    kit_text(&k,
             "ProgramData/Microsoft/Group Policy/History/" GPO
             "/Machine/Preferences/Drives/Drives.xml",
             "<!DOCTYPE x [<!ENTITY a \"" MARK "\">]><Drives>&a;</Drives>");
    kit_text(&k,
             "ProgramData/Microsoft/Group Policy/History/" OTHER
             "/Machine/Preferences/Services/Services.xml",
             "<NTServices><NTService cpassword=\"" MARK);
    kit_text(&k, "ProgramData/Microsoft/Group Policy/History/{no-guid}/Machine/Preferences/x.xml",
             groups(MARK, ""));
    kit_run(&k, "pc1");
    T_EQ_I(k.rc, RC_OK);
    T_EQ_I(k.rows.refused, 0);
    T_EQ_I(rows_count(&k.rows, ROW_TABLE_HOSTPASSWORD), 1);
    T_EQ_I(rows_count(&k.rows, ROW_TABLE_POLICYFOLDER), 2);
    const struct row *f = rows_find(&k.rows, ROW_TABLE_POLICYFOLDER, POLICYFOLDER_GPO, ID);
    T_EQ_S(cell(f, POLICYFOLDER_STATE), "partial");
    T_EQ_S(cell(f, POLICYFOLDER_FILES), "2");
    T_OK(!kit_leaks(&k, MARK));
    kit_done(&k);
}

static const struct row *script(const struct kit *k, const char *location, const char *name)
{
    return rows_find2(&k->rows, ROW_TABLE_AUTOSTART, AUTOSTART_LOCATION, location, AUTOSTART_NAME,
                      name);
}

#define LOCAL "C:\\Windows\\System32\\GroupPolicy\\"

static void scripts_of_the_local_policy_start(void)
{
    struct kit k;
    kit_init(&k, HOST_KIT);
    kit_usual(&k);
    kit_text(&k, "steps.txt",
             "secedit|0\r\ntasks|0\r\nstartup/all-users|0\r\nstartup/users|0\r\n"
             "policy/GroupPolicy|0\r\n");
    kit_utf16(&k, "policy/GroupPolicy/Machine/Scripts/scripts.ini",
              "\r\n[Startup]\r\n0CmdLine=C:\\Kensa\\start.cmd\r\n0Parameters=/q\r\n"
              "1CmdLine=net.exe\r\n1Parameters=use Z: \\\\srv\\x " MARK " /user:y\r\n"
              "[Shutdown]\r\n0CmdLine=stop.cmd\r\n0Parameters=\r\n");
    kit_utf16(&k, "policy/GroupPolicy/User/Scripts/psscripts.ini",
              "\r\n[Logon]\r\n0CmdLine=C:\\Users\\Public\\evil.ps1\r\n0Parameters=\r\n");
    /* The domain's copies are the domain's. */
    kit_utf16(
        &k, "policy/GroupPolicy/DataStore/0/SysVol/x/Policies/" GPO "/Machine/Scripts/scripts.ini",
        "\r\n[Startup]\r\n0CmdLine=domain.cmd\r\n0Parameters=\r\n");
    kit_run(&k, "pc1");
    T_EQ_I(k.rc, RC_OK);
    T_EQ_I(k.rows.refused, 0);
    const struct row *s = script(&k, LOCAL "Machine\\Scripts\\Startup", "scripts.ini/0");
    T_EQ_S(cell(s, AUTOSTART_KIND), "script");
    T_EQ_S(cell(s, AUTOSTART_COMMAND), "C:\\Kensa\\start.cmd /q");
    T_EQ_S(cell(s, AUTOSTART_ACCOUNT), "S-1-5-18");
    T_EQ_S(cell(s, AUTOSTART_HINT), "0");
    s = script(&k, LOCAL "Machine\\Scripts\\Startup", "scripts.ini/1");
    T_EQ_S(cell(s, AUTOSTART_COMMAND), "NULL");
    T_EQ_S(cell(s, AUTOSTART_HINT), "1");
    T_OK(script(&k, LOCAL "Machine\\Scripts\\Shutdown", "scripts.ini/0") != NULL);
    s = script(&k, LOCAL "User\\Scripts\\Logon", "psscripts.ini/0");
    T_EQ_S(cell(s, AUTOSTART_COMMAND), "C:\\Users\\Public\\evil.ps1");
    T_EQ_S(cell(s, AUTOSTART_ACCOUNT), "NULL");
    T_OK(!kit_leaks(&k, MARK));
    T_OK(!kit_leaks(&k, "domain.cmd"));
    T_EQ_S(cell(rows_find(&k.rows, ROW_TABLE_ARTIFACT, ARTIFACT_PATH,
                          "policy/GroupPolicy/Machine/Scripts/scripts.ini"),
                ARTIFACT_KIND),
           "scripts_ini");
    kit_done(&k);
}

static void scripts_of_an_image_and_its_users(void)
{
    struct kit k;
    kit_init(&k, HOST_IMAGE);
    kit_utf16(&k, "Windows/System32/GroupPolicy/Machine/Scripts/scripts.ini",
              "\r\n[Startup]\r\n0CmdLine=a.cmd\r\n0Parameters=\r\nno line of it\r\n");
    kit_utf16(&k, "Windows/System32/GroupPolicyUsers/S-1-5-32-545/User/Scripts/scripts.ini",
              "\r\n[Logoff]\r\n0CmdLine=b.cmd\r\n0Parameters=\r\n");
    kit_run(&k, "pc1");
    T_EQ_I(k.rc, RC_OK);
    T_EQ_I(k.rows.refused, 0);
    T_OK(script(&k, LOCAL "Machine\\Scripts\\Startup", "scripts.ini/0") != NULL);
    T_OK(script(&k, "C:\\Windows\\System32\\GroupPolicyUsers\\S-1-5-32-545\\User\\Scripts\\Logoff",
                "scripts.ini/0") != NULL);
    T_EQ_S(cell(rows_find(&k.rows, ROW_TABLE_ARTIFACT, ARTIFACT_PATH,
                          "Windows/System32/GroupPolicy/Machine/Scripts/scripts.ini"),
                ARTIFACT_STATE),
           "partial");
    T_EQ_S(kit_told(&k, "kit.autostart"), "partial");
    kit_done(&k);
    /* That there are no scripts tells nothing of what else starts. */
    kit_init(&k, HOST_IMAGE);
    kit_text(&k, "Windows/System32/GroupPolicy/gpt.ini", "[General]\r\nVersion=1\r\n");
    kit_run(&k, "pc1");
    T_EQ_S(kit_told(&k, "kit.autostart"), "not_collected");
    kit_done(&k);
}

/* Whatever becomes of the bytes: rows that the supervisor takes, and no marker. */
static void survives_mutations(void)
{
    struct kit k;
    size_t n;
    kit_init(&k, HOST_CACHE);
    kit_text(&k,
             "ProgramData/Microsoft/Group Policy/History/" GPO
             "/Machine/Preferences/Groups/Groups.xml",
             groups(MARK, ""));
    uint8_t *bundle = kit_bundle(&k, &n);
    for (size_t i = 0; i < n * 8; i += 7) {
        bundle[i / 8] ^= (uint8_t)(1U << i % 8);
        kit_run_bundle(&k, bundle, n, "pc1");
        bundle[i / 8] ^= (uint8_t)(1U << i % 8);
        if (k.rows.refused > 0 || (k.rc != RC_OK && k.rc != RC_MALFORMED) || kit_leaks(&k, MARK)) {
            t_fail(__FILE__, __LINE__, "bit %zu: %d, %s", i, (int)k.rc, k.rows.refusal);
        }
    }
    kit_run_bundle(&k, bundle, n, "pc1");
    T_EQ_I(rows_count(&k.rows, ROW_TABLE_HOSTPASSWORD), 1);
    free(bundle);
    kit_done(&k);
}

#define TESTS(X)                           \
    X(a_host_keeps_a_password)             \
    X(users_halves_and_targeting_are_told) \
    X(a_broken_file_costs_itself)          \
    X(scripts_of_the_local_policy_start)   \
    X(scripts_of_an_image_and_its_users)   \
    X(survives_mutations)

int main(int argc, char **argv)
{
    static const struct t_case cases[] = { TESTS(T_CASE) };
    struct err err;
    if (crypt_prepare(&err) != RC_OK || text_prepare(&err) != RC_OK || xml_prepare(&err) != RC_OK) {
        (void)fprintf(stderr, "%s\n", err.msg);
        return 1;
    }
    return t_main(argc, argv, "host history", cases, sizeof(cases) / sizeof(cases[0]));
}
