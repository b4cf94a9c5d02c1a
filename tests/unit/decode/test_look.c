/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a file is, by its beginning. */
#include <stdlib.h>

#include "audit/decode/look.h"
#include "tests/support/t.h"

static const char *kind(const void *data, size_t size)
{
    const char *k = look_kind(data, size);
    return k ? k : "-";
}

#define KIND(text) kind(text, sizeof(text) - 1)

static void by_marks(void)
{
    T_EQ_S(KIND("ElfFile\0rest"), "evtx");
    T_EQ_S(KIND("ElfFile"), "-"); /* one byte too few */
    T_EQ_S(KIND("regf...."), "hive");
    T_EQ_S(KIND("PReg\1\0\0\0"), "registry_pol");
    T_EQ_S(KIND("Windows Registry Editor Version 5.00\r\n"), "registry_file");
    T_EQ_S(KIND("\xff\xfeW\0i\0n\0d\0o\0w\0s\0 \0R\0e\0g\0i\0s\0t\0r\0y\0 \0E\0d\0i\0t\0o\0r\0"),
           "registry_file");
    T_EQ_S(KIND("REGEDIT4\n"), "registry_file");
    T_EQ_S(KIND("\xef\xbb\xbf<?xml version=\"1.0\"?>"), "preferences");
    T_EQ_S(KIND(""), "-");
    T_EQ_S(KIND("MZ\x90"), "-");
    T_EQ_S(KIND("\xff\xfe"), "-");
    T_EQ_S(KIND("\xef\xbb\xbf"), "-");
}

static void ldif(void)
{
    T_EQ_S(KIND("dn: DC=x\n"), "ldif");
    T_EQ_S(KIND("DN:: REM=\r\n"), "ldif");
    T_EQ_S(KIND("# extended LDIF\n#\n# LDAPv3\n\r\nversion: 1\n"), "ldif");
    T_EQ_S(KIND("# a comment\n that goes on\ndn: DC=x"), "ldif");
    T_EQ_S(KIND("# only comments\n"), "-");
    T_EQ_S(KIND("cn: x\n"), "-");
    T_EQ_S(KIND("d"), "-");
    T_EQ_S(KIND("\n\n\n"), "-");
    T_EQ_S(KIND("hello world\ndn: DC=x\n"), "-");
}

static void samba(void)
{
    T_EQ_S(
        KIND(
            "{\"timestamp\": \"2026-11-25T01:02:03.4+0900\", \"type\": \"Authentication\", \"Authentication\": {"),
        "samba_log");
    T_EQ_S(
        KIND(
            "[2026/11/25 01:02:03.4,  5] ../../lib/audit_logging/audit_logging.c:97(audit_log_json)\n"
            "  JSON Password Change: {\"timestamp\":\"x\",\"type\" :  \"passwordChange\"}\n"),
        "samba_log");
    T_EQ_S(KIND("nothing\r\n{\"type\": \"dsdbChange\", \"timestamp\": \"x\"}\r\n"), "samba_log");
    T_EQ_S(KIND("{\"timestamp\": \"x\", \"type\": \"authentication\"}"), "-");
    T_EQ_S(KIND("{\"timestamp\": \"x\", \"type\": \"Authenticatio"), "-");
    T_EQ_S(KIND("{\"timestamp\": 5, \"type\": \"Authentication\"}"), "-");
    T_EQ_S(KIND("{\"type\": \"Authentication\"}"), "-");
    T_EQ_S(KIND("\"timestamp\": \"x\", \"type\": \"Authentication\"}"), "-");
    T_EQ_S(KIND("{\"timestamp\"\n:\"x\", \"type\": \"Authentication\"}"), "-");
    T_EQ_S(KIND("{\"timestamp\":"), "-");
    T_EQ_S(KIND("{"), "-");
}

/* Of real files, and of all their beginnings. */
static void real_files(void)
{
    static const char *const files[][2] = {
        { "ldap/generated__samba-4-provision/domain.ldif", "ldif" },
        { "hives/log2timeline__plaso/SAM", "hive" },
        { "evtx/omerbenamram__evtx/samples/issue_201.evtx", "evtx" },
    };
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        const char *path = t_shared(files[i][0]);
        size_t size = 0, known = 0;
        uint8_t *data = path ? t_read_file(path, &size) : NULL;
        if (!data) {
            continue;
        }
        for (size_t n = 0; n <= size && n <= 16384; n++) {
            uint8_t *part = malloc(n + 1);
            memcpy(part, data, n);
            const char *k = look_kind(part, n);
            T_OK(!k || strcmp(k, files[i][1]) == 0);
            known += k != NULL;
            free(part);
        }
        T_OK(known > 4000);
        free(data);
    }
}

#define TESTS(X) X(by_marks) X(ldif) X(samba) X(real_files)
T_MAIN("look", TESTS)
