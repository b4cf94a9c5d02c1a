/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/policy/policy_path.h"

#include <string.h>
#include <strings.h>

static const char samba_end[] = ".SAMBABACKUP";

/* '/' before all others, so that a folder's content stands right behind it. */
static unsigned order(char c)
{
    unsigned char u = (unsigned char)c;
    return u == '/' ? 0 : u >= 'A' && u <= 'Z' ? u + 32U : u;
}

int policy_path_compare(const char *a, size_t a_size, const char *b, size_t b_size)
{
    size_t n = a_size < b_size ? a_size : b_size;
    for (size_t i = 0; i < n; i++) {
        unsigned x = order(a[i]), y = order(b[i]);
        if (x != y) {
            return x < y ? -1 : 1;
        }
    }
    return a_size == b_size ? 0 : a_size < b_size ? -1 : 1;
}

bool policy_path_is(const char *path, size_t n, const char *name)
{
    return strlen(name) == n && strncasecmp(path, name, n) == 0;
}

bool policy_path_is_below(const char *path, size_t n, const char *folder, size_t folder_size)
{
    return n >= folder_size && strncasecmp(path, folder, folder_size) == 0 &&
           (n == folder_size || folder_size == 0 || path[folder_size] == '/');
}

/* The end of the part that begins at i. */
static size_t part_end(const char *path, size_t n, size_t i)
{
    const char *slash = memchr(path + i, '/', n - i);
    return slash ? (size_t)(slash - path) : n;
}

static bool read_guid(const char *s, size_t n, char *buf)
{
    if (n != GUID_TEXT_MAX + 1 || s[0] != '{' || s[n - 1] != '}') {
        return false;
    }
    for (size_t i = 0; i + 2 < n; i++) {
        char c = s[i + 1];
        buf[i] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    buf[n - 2] = '\0';
    return guid_text_valid(buf);
}

bool policy_path_place(const char *path, size_t n, struct policy_place *ret)
{
    bool was_policies = false;
    for (size_t i = 0; i < n;) {
        size_t end = part_end(path, n, i);
        if (read_guid(path + i, end - i, ret->guid)) {
            ret->begin = i;
            ret->end = end;
            ret->is_below_policies = was_policies;
            return true;
        }
        was_policies = policy_path_is(path + i, end - i, "Policies");
        i = end + 1;
    }
    return false;
}

size_t policy_path_plain(const char *path, size_t n)
{
    size_t end = sizeof(samba_end) - 1;
    return n > end && strncasecmp(path + n - end, samba_end, end) == 0 ? n - end : n;
}

/* True when the name ends in "." and one of the words. */
static bool has_extension(const char *path, size_t n, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t size = strlen(words[i]);
        if (n > size + 1 && path[n - size - 1] == '.' &&
            strncasecmp(path + n - size, words[i], size) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_script(const char *path, size_t n)
{
    static const char *const words[] = { "bat", "cmd", "ps1", "psm1", "psd1", "vbs", "vbe",
                                         "wsf", "wsh", "js",  "jse",  "kix",  "au3", "ahk",
                                         "pl",  "py",  "sh",  "hta",  "inc" };
    return has_extension(path, n, words, ARRAY_LEN(words));
}

/* What lies beside scripts and is read by them. */
static bool is_beside_scripts(const char *path, size_t n)
{
    static const char *const words[] = { "txt",  "ini", "reg", "xml", "config",
                                         "conf", "cfg", "csv", "inf", "json" };
    return has_extension(path, n, words, ARRAY_LEN(words));
}

static bool is_preference(const char *rest, size_t n)
{
    static const char *const xml[] = { "xml" };
    return n > 12 && strncasecmp(rest, "Preferences/", 12) == 0 && has_extension(rest, n, xml, 1);
}

enum policy_role policy_path_role(const char *rest, size_t n, const char **ret_half)
{
    static const struct {
        const char *path;
        enum policy_role role;
    } files[] = {
        { "registry.pol", POLICY_REGISTRY_POL },
        { "microsoft/windows nt/secedit/gpttmpl.inf", POLICY_TEMPLATE },
        { "microsoft/windows nt/audit/audit.csv", POLICY_AUDIT_CSV },
        { "scripts/scripts.ini", POLICY_SCRIPTS_INI },
        { "scripts/psscripts.ini", POLICY_SCRIPTS_INI },
    };

    size_t plain = policy_path_plain(rest, n), half = part_end(rest, plain, 0);
    bool is_machine = policy_path_is(rest, half, "Machine");
    *ret_half = is_machine ? "machine" : policy_path_is(rest, half, "User") ? "user" : NULL;
    if (policy_path_is(rest, plain, "GPT.INI")) {
        return POLICY_GPT_INI;
    }
    if (!*ret_half || half == plain) {
        return is_script(rest, plain) ? POLICY_SCRIPT : POLICY_OTHER;
    }
    const char *in_half = rest + half + 1;
    size_t size = plain - half - 1;
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        bool is_of_computer = files[i].role == POLICY_TEMPLATE || files[i].role == POLICY_AUDIT_CSV;
        if (policy_path_is(in_half, size, files[i].path) && (is_machine || !is_of_computer)) {
            return files[i].role;
        }
    }
    if (plain == n && is_preference(in_half, size)) {
        return POLICY_PREFERENCES;
    }
    bool is_in_scripts = size > 8 && strncasecmp(in_half, "Scripts/", 8) == 0;
    return is_script(in_half, size) || (is_in_scripts && is_beside_scripts(in_half, size))
               ? POLICY_SCRIPT
               : POLICY_OTHER;
}

bool policy_path_in_scripts(const char *path, size_t n, size_t *ret_begin)
{
    for (size_t i = 0; i < n;) {
        size_t end = part_end(path, n, i);
        if (policy_path_is(path + i, end - i, "scripts") ||
            policy_path_is(path + i, end - i, "NETLOGON")) {
            *ret_begin = i;
            return true;
        }
        i = end + 1;
    }
    return false;
}

bool policy_path_is_logon_file(const char *path, size_t n, size_t *ret_begin)
{
    return policy_path_in_scripts(path, n, ret_begin) &&
           (is_script(path, n) || is_beside_scripts(path, n));
}
