/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The options of a task of kagimori-smb. */
#include "audit/collect/smb/options.h"
#include "tests/support/t.h"

static enum rc read_options(struct task *t, const char *const *pairs, struct smb_options *ret,
                            struct err *err)
{
    *t = (struct task){ .role = "kagimori-smb" };
    for (; pairs[0]; pairs += 2) {
        T_EQ_I(task_add(t, pairs[0], pairs[1], err), RC_OK);
    }
    return options_from_task(t, ret, err);
}

#define BASIC "host", "pc1.hospital.example", "user", "HOSPITAL\\audit", "source", "smb.machine"

static void options_have_safe_defaults(void)
{
    const char *const pairs[] = { BASIC, NULL };
    struct task t;
    struct smb_options o;
    struct err err = { 0 };
    T_EQ_I(read_options(&t, pairs, &o, &err), RC_OK);
    T_EQ_I(o.port, 445);
    T_EQ_I(o.auth, AUTH_NTLM);
    T_EQ_S(o.domain, "HOSPITAL");
    T_EQ_S(o.name, "audit");
    T_EQ_I(o.trials, 1);
    T_OK(!o.smb1 && !o.remote_registry && !o.blank && !o.is_controller);
    T_EQ_I(o.logon_timeout_s, 20); /* within the supervisor's 30 s for a gate */
    T_EQ_I(o.max_accounts, 20000);
    T_EQ_S(options_right(&o, 0), "SeRemoteInteractiveLogonRight");
    T_EQ_S(options_right(&o, 11), "SeInteractiveLogonRight");
    T_OK(options_right(&o, 12) == NULL);
}

static void options_read_the_forms_of_a_user(void)
{
    static const struct {
        const char *user, *domain, *name;
        enum smb_user_form form;
    } cases[] = {
        { "HOSPITAL\\audit", "HOSPITAL", "audit", USER_DOWN_LEVEL },
        { "audit@hospital.example", "", "audit@hospital.example", USER_PRINCIPAL },
        { ".\\audit", "PC1", "audit", USER_OF_HOST },
        { "D\\a@b", "D", "a@b", USER_DOWN_LEVEL },
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const char *const pairs[] = { "host",   "pc1.hospital.example", "user", cases[i].user,
                                      "source", "smb.machine",          NULL };
        struct task t;
        struct smb_options o;
        struct err err = { 0 };
        T_EQ_I(read_options(&t, pairs, &o, &err), RC_OK);
        T_EQ_S(o.domain, cases[i].domain);
        T_EQ_S(o.name, cases[i].name);
        T_EQ_I(o.form, cases[i].form);
    }
}

static void options_refuse_what_is_wrong(void)
{
    static const struct {
        const char *key, *value, *message;
    } cases[] = {
        { "source", "smb.nothing", "unknown to this collector" },
        { "port", "0", "from 1 to 65535" },
        { "auth", "ntlmv1", "ntlm or kerberos" },
        { "auth", "kerberos", "either a ccache or a keytab" },
        { "computer", "A-NAME-THAT-IS-TOO-LONG", "NetBIOS" },
        { "address", "a b", "IP address" },
        { "registry", "HKLM\\SOFTWARE\\X", "Key|Value" },
        { "registry", "HKCU\\SOFTWARE\\X|Y", "Key|Value" },
        { "registry", "HKLM\\|Y", "Key|Value" },
        { "registry", "HKLM\\*|Y", "Key|Value" },
        { "registry", "HKLM\\A\\|Y", "Key|Value" },
        { "right", "Debug", "SeDebugPrivilege" },
        { "service", "", "key name" },
        { "candidate", "0", "from 1" },
        { "trials", "-1", "whole number" },
        { "blank", "yes", "from 0 to 1" },
        { "source", "smb.reuse", "needs candidates" },
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const char *const pairs[] = { BASIC, cases[i].key, cases[i].value, NULL };
        struct task t;
        struct smb_options o;
        struct err err = { 0 };
        T_EQ_I(read_options(&t, pairs, &o, &err), RC_USAGE);
        T_HAS(err.msg, cases[i].message);
    }
    static const char *const users[] = { "audit", "\\audit", "HOSPITAL\\", "@x", "audit@", "" };
    for (size_t i = 0; i < ARRAY_LEN(users); i++) {
        const char *const pairs[] = {
            "host", "pc1", "user", users[i], "source", "smb.machine", NULL
        };
        struct task t;
        struct smb_options o;
        struct err err = { 0 };
        T_EQ_I(read_options(&t, pairs, &o, &err), RC_USAGE);
        T_HAS(err.msg, "DOMAIN\\user");
    }
}

static void options_take_a_registry_wish_apart(void)
{
    struct smb_registry_wish w;
    T_OK(options_registry_wish("HKLM\\SOFTWARE\\A b|Value", &w));
    T_EQ_I(w.path_size, strlen("SOFTWARE\\A b"));
    T_OK(strncmp(w.path, "SOFTWARE\\A b", w.path_size) == 0);
    T_EQ_S(w.value, "Value");
    T_OK(!w.each_subkey);
    T_OK(options_registry_wish("hklm\\A\\B\\*|*", &w));
    T_OK(w.each_subkey);
    T_EQ_I(w.spelled_size, strlen("hklm\\A\\B"));
    T_EQ_S(w.value, "*");
    T_OK(options_registry_wish("HKLM\\A|", &w)); /* the default value */
    T_EQ_S(w.value, "");
    T_OK(!options_registry_wish("HKLM\\A\xff|B", &w));
}

static void options_name_a_computer(void)
{
    char buf[16];
    options_computer_name("pc1.hospital.example", buf);
    T_EQ_S(buf, "PC1");
    options_computer_name("a-very-long-computer-name.x", buf);
    T_EQ_S(buf, "A-VERY-LONG-COM");
    options_computer_name("10.0.0.1", buf);
    T_EQ_S(buf, ".");
    options_computer_name("fe80::1", buf);
    T_EQ_S(buf, ".");
}

#define TESTS(X)                          \
    X(options_have_safe_defaults)         \
    X(options_read_the_forms_of_a_user)   \
    X(options_refuse_what_is_wrong)       \
    X(options_take_a_registry_wish_apart) \
    X(options_name_a_computer)
T_MAIN("smb_options", TESTS)
