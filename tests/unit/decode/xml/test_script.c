/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scripts with and without passwords, line by line and as files. */
#include "tests/support/t.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "audit/base/macros.h"
#include "audit/base/wr.h"
#include "audit/decode/format/script.h"
#include "audit/decode/format/text.h"

static const struct {
    const char *line, *word;
} with[] = {
    { "net use Z: \\\\srv\\share Passw0rd /user:dom\\bob", "net_use" },
    { "NET USE \\\\srv\\share /USER:bob Passw0rd /persistent:no", "net_use" },
    { "@net use \\\\srv\\share /user:bob geheim>nul", "net_use" },
    { "if not exist Z:\\ (net use Z: %SERVER%\\share geheim /user:x)", "net_use" },
    { "C:\\Windows\\System32\\net.exe use * \\\\10.0.0.1\\c$ geheim /user:admin", "net_use" },
    { "net use \"Z:\" \"\\\\srv\\my share\" \"two words\" /user:x", "net_use" },
    { "objShell.Run \"net use Z: \\\\srv\\share geheim /user:x\", 0", "net_use" },
    { "net user localadmin Passw0rd /add", "net_user" },
    { "net user Administrator Passw0rd", "net_user" },
    { "net1 user Administrator Passw0rd >nul 2>&1", "net_user" },
    { "echo geheim| runas /user:admin cmd", "runas" },
    { "lsrunase /user:admin /password:geheim /command:x", "runas" },
    { "cpau -u admin -p geheim -ex x.exe", "runas" },
    { "sometool -u admin -p Sommer2024", "password_switch" },
    { "sometool /p Sommer2024", "password_switch" },
    { "psexec \\\\pc1 -u dom\\admin -p geheim cmd", "psexec" },
    { "\\\\srv\\tools\\PsExec64.exe -accepteula \\\\pc1 -u a -p \"ge heim\" cmd", "psexec" },
    { "schtasks /create /tn x /tr y /ru dom\\svc /rp geheim", "schtasks" },
    { "schtasks /change /tn x /rp:\"ge heim\"", "schtasks" },
    { "cmdkey /add:srv /user:dom\\bob /pass:geheim", "cmdkey" },
    { "wmic /node:pc1 /user:admin /password:geheim process list", "wmic" },
    { "wmic /node:pc1 /user:admin /password:\"geheim\" process", "wmic" },
    { "sc config svc obj= dom\\svc password= geheim", "sc" },
    { "$p = ConvertTo-SecureString \"geheim\" -AsPlainText -Force", "powershell_plain" },
    { "$p = ConvertTo-SecureString -String 'geheim' -AsPlainText -Force", "powershell_plain" },
    { "$p = ConvertTo-SecureString -AsPlainText -Force -String geheim", "powershell_plain" },
    { "'geheim' | ConvertTo-SecureString -AsPlainText -Force", "powershell_plain" },
    { "New-ADUser -AccountPassword (ConvertTo-SecureString \"geheim\" -AsPlainText -Force)",
      "powershell_plain" },
    { "$c = New-Object System.Net.NetworkCredential(\"bob\", \"geheim\")",
      "powershell_credential" },
    { "$c = [System.Net.NetworkCredential]::new('bob', 'geheim', 'dom')", "powershell_credential" },
    { "set PASSWORD=geheim", "password_variable" },
    { "@set \"ADMINPW=geheim\"", "password_variable" },
    { "SET DB_PWD=12345678", "password_variable" },
    { "$password = \"geheim\"", "password_variable" },
    { "$Script:AdminPassword='geheim'", "password_variable" },
    { "strPassword = \"geheim\"", "password_variable" },
    { "Const ADMIN_PWD = \"geheim\"", "password_variable" },
    { "var password = 'geheim';", "password_variable" },
    { "objNet.MapNetworkDrive \"Z:\", \"\\\\srv\\share\", False, \"bob\", \"geheim\"",
      "vbs_mapdrive" },
    { "WshNetwork.MapNetworkDrive(\"Z:\", \"\\\\srv\\s\", \"true\", \"bob\", \"geheim\");",
      "vbs_mapdrive" },
    { "\"DefaultPassword\"=\"geheim\"", "autologon" },
    { "reg add \"HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon\" /v DefaultPassword /t REG_SZ /d geheim /f",
      "autologon" },
    { "oReg.RegWrite \"HKLM\\x\\Winlogon\\DefaultPassword\", \"geheim\", \"REG_SZ\"", "autologon" },
    { "Set-ItemProperty $path -Name DefaultPassword -Value 'geheim'", "autologon" },
    { "sqlcmd -S srv -U sa -P geheim -Q \"select 1\"", "sqlcmd" },
    { "osql -S srv -Usa -Pgeheim -i x.sql", "sqlcmd" },
    { "cn.Open \"Provider=SQLOLEDB;Data Source=srv;User ID=sa;Password=geheim;\"",
      "connection_string" },
    { "dsmod user CN=bob -pwd geheim", "ldap_bind" },
    { "ldapsearch -x -D cn=admin -w geheim -b dc=x", "ldap_bind" },
    { "ldifde -i -f x.ldf -b bob dom geheim", "ldap_bind" },
    { "Set o = ns.OpenDSObject(\"LDAP://srv\", \"bob\", \"geheim\", 1)", "ldap_bind" },
    { "netdom join pc1 /domain:h /userd:bob /passwordd:geheim", "netdom" },
    { "plink -ssh bob@srv -pw geheim ls", "password_switch" },
    { "tool.exe /password:geheim", "password_switch" },
    { "tool.exe --password=geheim", "password_switch" },
    { "tool.exe -Password geheim", "password_switch" },
    { "tool.exe /u:bob /p:geheim", "password_switch" },
    { "USE Z: \"\\\\srv\\share\" /USER:bob /PASSWORD:geheim", "password_switch" },
    { "curl -T x ftp://bob:geheim@srv/y", "url" },
    { "open sftp://bob:geheim@srv", "url" },
    { "rem Password: Ward3-2024", "hint" },
    { "rem 初期パスワードはHosp1234", "hint" },
};

static const char *const without[] = {
    "net use Z: \\\\srv\\share",
    "net use",
    "net use Z: \\\\srv\\share /persistent:yes",
    "net use Z: \\\\srv\\share * /user:dom\\bob",
    "net use Z: \\\\srv\\share %PASSWORD% /user:dom\\bob",
    "net use Z: \\\\srv\\share /user:dom\\bob %PW%",
    "net use Z: \\\\srv\\share \"\" /user:guest",
    "net use Z: \"\\\\srv\\my share\" /persistent:no >nul 2>&1",
    "net use Z: \\\\srv\\share 2>nul",
    "net use Z: /delete /yes",
    "net use * /d /y & net use Y: \\\\srv\\other",
    "net use %DRIVE% %SHARE% /user:bob",
    "net use %DRIVE% %SHARE%",
    "net use lpt1: \\\\srv\\printer",
    "net use lpt1 \\\\srv\\printer",
    "net user",
    "net user /domain",
    "net user bob /domain",
    "net user %USERNAME% /domain | find \"Full Name\"",
    "net user bob *",
    "net user bob /active:no",
    "net user bob > users.txt",
    "net localgroup Administrators dom\\bob /add",
    "net stop spooler",
    "runas /savecred /user:admin cmd",
    "runas /user:admin \"cmd /c dir\"",
    "psexec \\\\pc1 -s cmd",
    "psexec \\\\pc1 -u admin -p %PW% cmd",
    "mkdir -p some\\where",
    "tool -p 8080 -p tcp -p profile -p 10.0.0.1 -p srv1.hosp.example -p x1",
    "tool -p %PASS1% /p $secret1",
    "schtasks /create /tn x /tr y /ru SYSTEM /rp \"\"",
    "schtasks /run /tn backup",
    "schtasks /create /ru bob /rp *",
    "cmdkey /list",
    "cmdkey /add:srv /user:bob /pass",
    "wmic os get caption",
    "$p = Read-Host \"Password\" -AsSecureString",
    "$password = Read-Host 'Enter password'",
    "$p = ConvertTo-SecureString $plain -AsPlainText -Force",
    "$p = ConvertTo-SecureString (Get-Content x) -AsPlainText -Force",
    "$c = New-Object PSCredential(\"bob\", (ConvertTo-SecureString $pw -AsPlainText -Force))",
    "$c = New-Object System.Net.NetworkCredential($user, $password)",
    "set PASSWORD=",
    "set PASSWORD=%1",
    "set PASSWORD=%PW1234%",
    "set pass=%1geheim%2",

    "set /p PASSWORD=Enter the password: ",
    "echo %PASSWORD%",
    "if \"%PASSWORD%\"==\"\" goto ask",
    "$passwordLength = \"12\"",
    "Set-ADUser bob -PasswordNeverExpires $true",
    "$PasswordNeverExpires = \"true\"",
    "strPassword = InputBox(\"Password?\")",
    "strPassword = \"\"",
    "strPassword = WScript.Arguments(1)",
    "msgPassword = \"Please type your password\"",
    "strPassword = \"your new one\"",
    "objNet.MapNetworkDrive \"Z:\", \"\\\\srv\\share\"",
    "objNet.MapNetworkDrive \"Z:\", \"\\\\srv\\share\", False, strUser, strPassword",
    "\"DefaultPassword\"=\"\"",
    "\"DefaultPassword\"=-",
    "reg delete \"HKLM\\x\\Winlogon\" /v DefaultPassword /f",
    "reg query \"HKLM\\x\\Winlogon\" /v DefaultPassword",
    "\"DefaultUserName\"=\"bob\"",
    "sqlcmd -S srv -E -p 1 -Q \"select 1\"",
    "cn.Open \"Provider=SQLOLEDB;Data Source=srv;Integrated Security=SSPI;\"",
    "dsmod user CN=bob -pwd * -mustchpwd yes",
    "netdom join pc1 /userd:bob /passwordd:*",
    "msbuild x.sln /p:Configuration=Release",
    "start https://intranet.example/a:b",
    "curl http://%USER%:%PW%@srv/",
    "cd %~dp0",
    "password",
    "",
};

static void knows_lines(void)
{
    for (size_t i = 0; i < ARRAY_LEN(with); i++) {
        const char *word = script_line(with[i].line, strlen(with[i].line));
        if ((word && with[i].word) ? strcmp(word, with[i].word) != 0 : word != with[i].word) {
            t_fail(__FILE__, __LINE__, "%s: %s, not %s", with[i].line, word ? word : "none",
                   with[i].word ? with[i].word : "none");
        } else {
            t_pass(__LINE__);
        }
    }
}

static void raises_no_false_alarm(void)
{
    for (size_t i = 0; i < ARRAY_LEN(without); i++) {
        const char *word = script_line(without[i], strlen(without[i]));
        if (word) {
            t_fail(__FILE__, __LINE__, "%s: %s", without[i], word);
        } else {
            t_pass(__LINE__);
        }
    }
}

static struct script_finding look(const void *data, size_t n)
{
    struct err err = { .rc = RC_OK };
    T_EQ_I(text_prepare(&err), RC_OK);
    struct script_finding f;
    uint8_t *copy = malloc(n > 0 ? n : 1);
    if (n > 0) {
        memcpy(copy, data, n);
    }
    script_look(copy, n, &f);
    free(copy);
    return f;
}

static void looks_at_files(void)
{
    const char batch[] =
        "@echo off\r\nset PW=geheim\r\nnet use Z: \\\\srv\\s ^\r\n  geheim /user:bob\r\n"
        "net use Y: \\\\srv\\t\r\nrem 病棟\r\n";
    struct script_finding f = look(batch, sizeof(batch) - 1);
    T_EQ_I(f.state, SCRIPT_READ);
    T_EQ_S(f.word, "password_variable");
    T_EQ_I(f.lines, 2);
    /* The same in UTF-16, with and without its mark, either way round. */
    for (int form = 0; form < 4; form++) {
        uint8_t wide[sizeof(batch) * 2 + 2];
        size_t n = 0;
        bool is_big = form % 2 == 1;
        if (form < 2) {
            wide[n++] = is_big ? 0xfe : 0xff;
            wide[n++] = is_big ? 0xff : 0xfe;
        }
        for (size_t i = 0; i < sizeof(batch) - 1; i++) {
            uint8_t c = (uint8_t)batch[i] < 0x80 ? (uint8_t)batch[i] : '?';
            wide[n++] = is_big ? 0 : c;
            wide[n++] = is_big ? c : 0;
        }
        f = look(wide, n);
        T_EQ_I(f.state, SCRIPT_READ);
        T_EQ_S(f.word, "password_variable");
        T_EQ_I(f.lines, 2);
    }
    f = look("\xef\xbb\xbfrem 初期パスワードはHosp1234", 4 + 3 + 32);
    T_EQ_S(f.word, "hint");
    const char wide_hint[] = "\xff\xfe\xd1\x30\xb9\x30\xef\x30\xfc\x30\xc9\x30:\0H\0o\0s\0p\0"
                             "1\0"
                             "2\0"
                             "3\0"
                             "4\0";
    f = look(wide_hint, sizeof(wide_hint) - 1);
    T_EQ_S(f.word, "hint");
    /* CP932: its second bytes can be ASCII. */
    const char japanese[] =
        "rem \x95\x5c\x8e\xa6\r\nnet use Z: \\\\srv\\\x95\x5c geheim /user:x\r\n";
    f = look(japanese, sizeof(japanese) - 1);
    T_EQ_S(f.word, "net_use");
    T_EQ_I(f.lines, 1);
    const char hint_932[] = "rem \x8f\x89\x8a\xfa\x83\x70\x83\x58\x83\x8f\x81\x5b\x83\x68\x82\xcd"
                            "Hosp1234\r\n";
    f = look(hint_932, sizeof(hint_932) - 1);
    T_EQ_S(f.word, "hint");
    f = look("net use Z: \\\\srv\\share\r\n", 24);
    T_OK(f.word == NULL);
    T_EQ_I(f.lines, 0);
    f = look("", 0);
    T_EQ_I(f.state, SCRIPT_READ);
    f = look("#@~^XwAAAA==", 12);
    T_EQ_I(f.state, SCRIPT_UNREADABLE);
    f = look("MZ\x90\0\x03\0\0\0\x04", 9);
    T_EQ_I(f.state, SCRIPT_UNREADABLE);
}

/* Repeats a text up to a size and measures. */
static struct script_finding repeated(const char *text, size_t size, const char *foot,
                                      double *ret_seconds)
{
    struct wr w;
    wr_init(&w, 8 << 20);
    while (w.size < size) {
        wr_text(&w, text);
    }
    wr_text(&w, foot);
    clock_t begin = clock();
    struct script_finding f = look(w.data, w.size);
    *ret_seconds = (double)(clock() - begin) / CLOCKS_PER_SEC;
    wr_done(&w);
    return f;
}

static void has_limits(void)
{
    static const char *const hostile[] = { "sc ",
                                           "psexec -p ",
                                           "net use ",
                                           "\"",
                                           "'\" ",
                                           "password=",
                                           "://",
                                           "x://a:",
                                           "(",
                                           "echo ",
                                           "\"net use a b \" ",
                                           "convertto-securestring ",
                                           "^\n",
                                           "pw=\"",
                                           "=",
                                           "パスワード:" };
    double s = 0, slowest = 0;
    for (size_t i = 0; i < ARRAY_LEN(hostile); i++) {
        (void)repeated(hostile[i], SCRIPT_LOOKED_AT / 4, "", &s);
        slowest = s > slowest ? s : slowest;
    }
    T_OK(slowest < 1.0);
    struct script_finding f =
        repeated("dir c:\r\n", SCRIPT_LOOKED_AT + 10, "set PW=geheim\r\n", &s);
    T_EQ_I(f.state, SCRIPT_TOO_LARGE);
    T_OK(f.word == NULL);
    f = repeated("set PW=geheim\r\n", SCRIPT_LOOKED_AT + 10, "", &s);
    T_EQ_I(f.state, SCRIPT_TOO_LARGE);
    T_EQ_S(f.word, "password_variable");
    /* A line longer than what is looked at at once: at its end, and across the border. */
    for (size_t at = 8100; at < 8300; at += 31) {
        f = repeated("x", at, " net use Z: \\\\s\\t geheim /user:x", &s);
        T_EQ_S(f.word, "net_use");
        T_EQ_I(f.lines, 1);
    }
}

static void reads_commands(void)
{
    T_OK(script_command("net.exe", "use Z: \\\\srv\\s geheim /user:x"));
    T_OK(script_command("C:\\tool.exe", "-password geheim"));
    T_OK(script_command("cmd /c set PW=geheim", NULL));
    T_OK(script_command(NULL, "-pw geheim"));
    T_OK(!script_command("net.exe", "use Z: \\\\srv\\s"));
    T_OK(!script_command("calc.exe", NULL));
    T_OK(!script_command(NULL, NULL));
    char longer[SCRIPT_LOOKED_AT / 64];
    memset(longer, 'x', sizeof(longer) - 1);
    longer[sizeof(longer) - 1] = '\0';
    T_OK(script_command("x", longer));
}

static bool accept(const uint8_t *p, size_t n, void *context)
{
    struct script_finding f;
    (void)context;
    script_look(p, n, &f);
    T_OK((f.word != NULL) == (f.lines > 0));
    return f.word != NULL;
}

static void survives_damage(void)
{
    struct wr w;
    size_t found = 0, passed = 0;
    wr_init(&w, 1 << 16);
    for (size_t i = 0; i < 12; i++) {
        wr_text(&w, without[i]);
        wr_text(&w, "\r\n");
    }
    wr_text(&w, with[0].line);
    t_mutate(w.data, w.size, 4000, accept, NULL, &found, &passed);
    T_OK(found > 1000 && passed > 100);
    wr_done(&w);
}

#define TESTS(X)             \
    X(knows_lines)           \
    X(raises_no_false_alarm) \
    X(looks_at_files)        \
    X(has_limits)            \
    X(reads_commands)        \
    X(survives_damage)
T_MAIN("script", TESTS)
