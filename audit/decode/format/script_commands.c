/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/format/script_commands.h"

#include <string.h>

#include "audit/base/macros.h"

#define ARGUMENTS_MAX \
    64U /* words behind a program that are looked at: a line of nothing but programs must not cost more */

/* Programs and the switches behind which their password stands: apart ("-p secret"), behind a colon or equals sign, or, where
 * is_joined, at once ("-Psecret"). Case matters where the letter is a capital one. */
struct rule {
    const char *program;
    const char *switches[4];
    const char *word;
    bool is_joined;
};

static const struct rule rules[] = {
    { "psexec", { "-p", "/p" }, "psexec", false },
    { "psexec64", { "-p", "/p" }, "psexec", false },
    { "pskill", { "-p" }, "psexec", false },
    { "psservice", { "-p" }, "psexec", false },
    { "psshutdown", { "-p" }, "psexec", false },
    { "paexec", { "-p" }, "psexec", false },
    { "schtasks", { "/rp", "/p", "-rp", "-p" }, "schtasks", false },
    { "cmdkey", { "/pass", "/p", "-pass" }, "cmdkey", false },
    { "wmic", { "/password", "-password" }, "wmic", false },
    { "sc", { "password", "password=" }, "sc", false },
    { "sqlcmd", { "-P", "/P" }, "sqlcmd", true },
    { "osql", { "-P", "/P" }, "sqlcmd", true },
    { "isql", { "-P", "/P" }, "sqlcmd", true },
    { "bcp", { "-P", "/P" }, "sqlcmd", true },
    { "netdom", { "/pd", "/passwordd", "/po", "/passwordo" }, "netdom", false },
    { "dsadd", { "-pwd", "-p" }, "ldap_bind", false },
    { "dsmod", { "-pwd", "-p" }, "ldap_bind", false },
    { "dsquery", { "-p" }, "ldap_bind", false },
    { "dsget", { "-p" }, "ldap_bind", false },
    { "dsmove", { "-p" }, "ldap_bind", false },
    { "dsrm", { "-p" }, "ldap_bind", false },
    { "ldapsearch", { "-w" }, "ldap_bind", false },
    { "ldapmodify", { "-w" }, "ldap_bind", false },
    { "cpau", { "-p" }, "runas", false },
    { "lsrunas", { "/password" }, "runas", false },
    { "lsrunase", { "/password" }, "runas", false },
    { "runasspc", { "/password" }, "runas", false },
    /* Of any program. */
    { NULL, { "-password", "/password", "--password", "-passwd" }, "password_switch", false },
    { NULL, { "-pw", "-pwd", "/pwd", "/pw" }, "password_switch", false },
    { NULL, { "-pass", "/pass", "--passwd", "-passphrase" }, "password_switch", false },
    { NULL,
      { "-clearpassword", "-plaintextpassword", "--pass", "-adminpassword" },
      "password_switch",
      false },
};

/* The word at i is the switch, and a password comes with it. */
static bool gives(const struct script_words *l, size_t i, const char *name, bool is_joined)
{
    const struct script_word *w = &l->w[i];
    size_t n = strlen(name);
    bool is_capital = is_joined;
    const char *as_written = l->line + w->at;
    if (w->is_quoted || w->n < n ||
        (is_capital ? memcmp(as_written, name, n) != 0 : memcmp(w->s, name, n) != 0)) {
        return false;
    }
    if (w->n == n) {
        return script_is_literal(script_word_at(l, i + 1));
    }
    bool is_parted = w->s[n] == ':' || w->s[n] == '=';
    if (is_parted && w->n == n + 1) {
        return script_is_literal(script_word_at(l, i + 1));
    }
    return (is_parted || is_joined) &&
           script_is_literal_text(w->s + n + is_parted, w->n - n - is_parted);
}

static const char *by_switch(const struct script_words *l, size_t from, const struct rule *rule)
{
    size_t end = from + ARGUMENTS_MAX;
    for (size_t i = from; i < l->count && i < end && !script_ends_command(&l->w[i]); i++) {
        for (size_t k = 0; k < ARRAY_LEN(rule->switches) && rule->switches[k]; k++) {
            if (gives(l, i, rule->switches[k], rule->is_joined)) {
                return rule->word;
            }
        }
    }
    return NULL;
}

#define POSITIONS_MAX 6

/* The words of a command that are no switches, up to its end. */
static size_t positions(const struct script_words *l, size_t from,
                        const struct script_word *ret[POSITIONS_MAX], bool *ret_has_user)
{
    size_t n = 0;
    *ret_has_user = false;
    size_t end = from + ARGUMENTS_MAX;
    for (size_t i = from; i < l->count && i < end && !script_ends_command(&l->w[i]); i++) {
        const struct script_word *w = &l->w[i];
        bool is_switch = !w->is_quoted && w->n > 0 && (w->s[0] == '/' || w->s[0] == '-');
        *ret_has_user = *ret_has_user || (is_switch && w->n > 2 && memcmp(w->s, "/u", 2) == 0);
        /* "2>nul" leaves its number behind. */
        bool is_stream = w->n == 1 && (w->s[0] == '1' || w->s[0] == '2') &&
                         script_word_at(l, i + 1)->is_mark && script_word_at(l, i + 1)->n > 0 &&
                         script_word_at(l, i + 1)->s[0] == '>';
        if (!is_switch && !is_stream && n < POSITIONS_MAX) {
            ret[n++] = w;
        }
    }
    return n;
}

static bool is_path(const struct script_word *w)
{
    return w->n > 2 && (memcmp(w->s, "\\\\", 2) == 0 || memcmp(w->s, "http", 4) == 0 ||
                        memchr(w->s + 1, '\\', w->n - 1) != NULL);
}

static bool is_device(const struct script_word *w)
{
    return w->n > 0 && (w->s[w->n - 1] == ':' || script_word_is(w, "*"));
}

static bool is_variable(const struct script_word *w)
{
    return w->n > 1 && (w->s[0] == '%' || w->s[0] == '!' || w->s[0] == '$');
}

/* net use [device] \\server\share [password | *] [/user:…] */
static const char *net_use(const struct script_words *l, size_t from)
{
    const struct script_word *p[POSITIONS_MAX];
    bool has_user = false;
    size_t n = positions(l, from, p, &has_user);
    if (n == 0) {
        return NULL;
    }
    bool has_device = is_device(p[0]) || (n > 1 && is_variable(p[0]) && !has_user) ||
                      (n > 1 && !is_path(p[0]) && (is_path(p[1]) || is_variable(p[1])));
    size_t password = has_device ? 2 : 1;
    return n > password && script_is_literal(p[password]) ? "net_use" : NULL;
}

/* net user name [password | *] [/add] … */
static const char *net_user(const struct script_words *l, size_t from)
{
    const struct script_word *p[POSITIONS_MAX];
    bool has_user = false;
    size_t n = positions(l, from, p, &has_user);
    return n > 1 && script_is_literal(p[1]) ? "net_user" : NULL;
}

/* ldifde -b user domain password */
static const char *ldifde(const struct script_words *l, size_t from)
{
    size_t end = from + ARGUMENTS_MAX;
    for (size_t i = from; i < l->count && i < end && !script_ends_command(&l->w[i]); i++) {
        if ((script_word_is(&l->w[i], "-b") || script_word_is(&l->w[i], "/b")) &&
            script_is_literal(script_word_at(l, i + 3))) {
            return "ldap_bind";
        }
    }
    return NULL;
}

/* echo password| runas … */
static bool is_piped_into_runas(const struct script_words *l, size_t at)
{
    if (at < 3 || !l->w[at - 1].is_mark || l->w[at - 1].s[0] != '|') {
        return false;
    }
    for (size_t i = at > ARGUMENTS_MAX ? at - ARGUMENTS_MAX : 0; i + 2 < at; i++) {
        if (script_is_program(&l->w[i], "echo") && script_is_literal(&l->w[i + 1])) {
            return true;
        }
    }
    return false;
}

static const char *by_program(const struct script_words *l, size_t i)
{
    const struct script_word *w = &l->w[i];
    const struct script_word *next = script_word_at(l, i + 1);
    const char *word = NULL;
    if (script_is_program(w, "net") || script_is_program(w, "net1")) {
        word = script_word_is(next, "use")                                     ? net_use(l, i + 2)
               : script_word_is(next, "user") || script_word_is(next, "users") ? net_user(l, i + 2)
                                                                               : NULL;
    } else if (script_is_program(w, "ldifde") || script_is_program(w, "csvde")) {
        word = ldifde(l, i + 1);
    } else if (script_is_program(w, "runas")) {
        word = is_piped_into_runas(l, i) ? "runas" : NULL;
    }
    for (size_t k = 0; !word && k < ARRAY_LEN(rules) && rules[k].program; k++) {
        if (script_is_program(w, rules[k].program)) {
            word = by_switch(l, i + 1, &rules[k]);
        }
    }
    return word;
}

/* /p:secret of any program; not /p:Name=Value, which is a property of a build. */
static bool is_short_switch(const struct script_word *w)
{
    return !w->is_quoted && w->n > 3 && memcmp(w->s, "/p:", 3) == 0 && !memchr(w->s, '=', w->n) &&
           script_is_literal_text(w->s + 3, w->n - 3);
}

/* "-p" is the password of many programs and the port, path or profile of many others: what follows tells, where it has letters and
 * digits and is no path, host or number. */
static bool is_bare_switch(const struct script_words *l, size_t i)
{
    const struct script_word *w = script_word_at(l, i + 1);
    size_t letters = 0, digits = 0;
    bool is_switch = script_word_is(&l->w[i], "-p") || script_word_is(&l->w[i], "/p");
    for (size_t k = 0; is_switch && k < w->n; k++) {
        if (memchr("\\/.:=,%$", w->s[k], 9)) {
            return false;
        }
        digits += w->s[k] >= '0' && w->s[k] <= '9';
        letters += w->s[k] >= 'a' && w->s[k] <= 'z';
    }
    return is_switch && w->n >= 6 && letters > 0 && digits > 0 && script_is_literal(w);
}

const char *script_in_command(const struct script_words *l)
{
    const char *word = NULL;
    for (size_t i = 0; i < l->count && !word; i++) {
        word = l->w[i].is_mark ? NULL : by_program(l, i);
    }
    for (size_t k = 0; k < ARRAY_LEN(rules) && !word; k++) {
        for (size_t i = 0; !rules[k].program && i < l->count && !word; i++) {
            for (size_t j = 0; j < ARRAY_LEN(rules[k].switches) && rules[k].switches[j]; j++) {
                if (gives(l, i, rules[k].switches[j], false)) {
                    word = rules[k].word;
                }
            }
        }
    }
    for (size_t i = 0; i < l->count && !word; i++) {
        word = is_short_switch(&l->w[i]) || is_bare_switch(l, i) ? "password_switch" : NULL;
    }
    return word;
}
