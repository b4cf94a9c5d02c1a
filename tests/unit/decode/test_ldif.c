/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/decode/ldif_rows.h"
#include "rows.h"
#include "tests/support/t.h"

struct memory_source {
    struct ldif_source source;
    const uint8_t *p;
    size_t n;
    size_t at;
    size_t step; /* bytes a read; 0 = as many as asked */
    bool fails;
};

static ssize_t memory_read(struct ldif_source *source, void *buf, size_t n)
{
    struct memory_source *s = (struct memory_source *)(void *)source;
    if (s->fails) {
        return -1;
    }
    size_t left = s->n - s->at;
    n = n < left ? n : left;
    n = s->step && n > s->step ? s->step : n;
    memcpy(buf, s->p + s->at, n);
    s->at += n;
    return (ssize_t)n;
}

static bool memory_rewind(struct ldif_source *source)
{
    ((struct memory_source *)(void *)source)->at = 0;
    return true;
}

static struct memory_source memory(const void *p, size_t n)
{
    return (struct memory_source){ { memory_read, memory_rewind }, p, n, 0, 0, false };
}

/* All records as text: "dn{name=v1|v2 (incomplete)…}", refusals as "!line: message". */
static const char *dump_step(const char *text, size_t n, size_t step, size_t max_record)
{
    static char out[8192];
    struct memory_source s = memory(text, n);
    s.step = step;
    struct ldif *l = ldif_new(&s.source, max_record);
    struct ldif_record r;
    struct err err = { .rc = RC_OK };
    size_t used = 0;
    enum rc rc;
    out[0] = '\0';
    while ((rc = ldif_next(l, &r, &err)) == RC_OK || rc == RC_MALFORMED) {
        if (rc == RC_MALFORMED) {
            used +=
                (size_t)snprintf(out + used, sizeof(out) - used, "!%s: %s\n", err.where, err.msg);
            continue;
        }
        used += (size_t)snprintf(out + used, sizeof(out) - used, "%s{", r.entry.dn);
        for (size_t i = 0; i < r.entry.count; i++) {
            const struct entry_attribute *a = &r.entry.attributes[i];
            used +=
                (size_t)snprintf(out + used, sizeof(out) - used, "%s%s=", i ? " " : "", a->name);
            for (size_t k = 0; k < a->count; k++) {
                used += (size_t)snprintf(out + used, sizeof(out) - used, "%s%.*s", k ? "|" : "",
                                         (int)a->values[k].n, (const char *)a->values[k].p);
            }
            used +=
                (size_t)snprintf(out + used, sizeof(out) - used, "%s", a->incomplete ? "+" : "");
        }
        used += (size_t)snprintf(out + used, sizeof(out) - used, "}%s%s\n",
                                 r.bad_attribute ? " bad " : "",
                                 r.bad_attribute ? r.bad_attribute : "");
    }
    if (rc != RC_ABSENT) {
        used += (size_t)snprintf(out + used, sizeof(out) - used, "!!%s: %s", err.where, err.msg);
    }
    ldif_free(l);
    return out;
}

static const char *dump(const char *text)
{
    return dump_step(text, strlen(text), 0, 0);
}

static void reads_what_tools_write(void)
{
    /* ldapsearch, with folding, comments and its own records. */
    T_EQ_S(
        dump("# extended LDIF\n#\n# LDAPv3\n#  folded comment\n\n"
             "dn: CN=A,DC=corp,DC=exa\n mple\nobjectClass: top\nobjectClass: user\ncn:: 5bGx\n"
             "info: a: b\n\n# search result\nsearch: 2\nresult: 0 Success\n\n# numResponses: 2\n"),
        "CN=A,DC=corp,DC=example{objectClass=top|user cn=山 info=a: b}\n");
    /* ldifde: CRLF, change type add, a version line, values that are not beside each other. */
    T_EQ_S(dump("version: 1\r\ndn: CN=B\r\nchangetype: add\r\na: 1\r\nb: 2\r\na: 3\r\n\r\n\r\n"
                "dn:: Q049Qw==\r\na:x"),
           "CN=B{a=1|3 b=2}\nCN=C{a=x}\n");
    T_EQ_S(dump("\xef\xbb\xbf"
                "dn: CN=D\ncontrol: 1.2.3 true\na:\n"),
           "CN=D{a=}\n");
    T_EQ_S(dump(""), "");
    T_EQ_S(dump("\n\n# nothing\n"), "");
    /* A dn: without name is the rootDSE. */
    T_EQ_S(dump("dn:\nvendorName: x\n"), "{vendorName=x}\n");
}

static void reads_the_same_in_any_pieces(void)
{
    static const char text[] =
        "dn: CN=A\r\nobjectClass: to\r\n p\r\ncn:: 5b\r\n Gx\r\n\r\ndn: CN=B\r\nx: y";
    for (size_t step = 1; step < 12; step++) {
        T_EQ_S(dump_step(text, strlen(text), step, 0), "CN=A{objectClass=top cn=山}\nCN=B{x=y}\n");
    }
}

static void joins_ranges(void)
{
    T_EQ_S(dump("dn: CN=G\nmember;range=0-1: a\nmember;range=0-1: b\nmember;range=2-*: c\n"),
           "CN=G{member=a|b|c}\n");
    T_EQ_S(dump("dn: CN=G\nmember;range=0-1: a\nmember;range=0-1: b\n"), "CN=G{member=a|b+}\n");
    T_EQ_S(dump("dn: CN=G\nmember;range=0-1: a\nmember;range=5-*: c\n"), "CN=G{member=a|c+}\n");
    T_EQ_S(dump("dn: CN=G\nmember;range=x: a\n"), "CN=G{member=a+}\n");
    T_EQ_S(dump("dn: CN=G\nuserCertificate;binary: a\nusercertificate: b\n"),
           "CN=G{userCertificate=a|b}\n");
}

static void drops_secrets(void)
{
    static const char text[] =
        "dn: CN=A\nunicodePwd:: AAAA\nmsLAPS-Password: x\ncn: A\nms-Mcs-AdmPwd: y\n";
    struct memory_source s = memory(text, strlen(text));
    struct ldif *l = ldif_new(&s.source, 0);
    struct ldif_record r;
    struct err err;
    T_EQ_I(ldif_next(l, &r, &err), RC_OK);
    T_EQ_I(r.entry.count, 1);
    T_EQ_I(ldif_secrets(l), 3);
    T_EQ_S(ldif_first_secret(l), "unicodePwd");
    ldif_free(l);
}

static void leaves_broken_records_out(void)
{
    T_EQ_S(dump("cn: A\n\ndn: CN=B\na: 1\n"),
           "!line 1: the record does not begin with its name (dn:)\nCN=B{a=1}\n");
    T_EQ_S(dump("dn: CN=A\nnonsense\n\ndn: CN=B\na: 1\n"),
           "!line 1: a line is not of the form \"attribute: value\"\nCN=B{a=1}\n");
    T_EQ_S(dump("dn:: ???\n\ndn: CN=B\na: 1\n"),
           "!line 1: its name (dn:) cannot be read\nCN=B{a=1}\n");
    T_EQ_S(dump("dn:: QQBC\na: 1\n"), "!line 1: its name (dn:) holds a NUL\n");
    T_EQ_S(dump("dn: CN=A\na:: ??\nb:: QQ=\nc:: QQ==\nd:< file:///etc/passwd\n"),
           "CN=A{a=+ b=+ c=A d=+} bad a\n");
    /* Too large, and the next one is read again. */
    static char big[5000];
    (void)snprintf(big, sizeof(big), "dn: CN=A\na: %01500d\n\ndn: CN=B\na: 1\n", 7);
    T_EQ_S(dump_step(big, strlen(big), 0, 1000),
           "!line 1: the entry is larger than this tool reads\nCN=B{a=1}\n");
    (void)snprintf(big, sizeof(big), "dn: CN=A\na: %04000d\n\ndn: CN=B\na: 1\n", 7);
    T_EQ_S(dump_step(big, strlen(big), 0, 100), "!line 1: a line is too long\nCN=B{a=1}\n");
}

static void refuses_other_files(void)
{
    static const char utf16[] = "\xff\xfe"
                                "d\0n\0:\0";
    T_HAS(dump_step(utf16, sizeof(utf16), 0, 0), "UTF-16");
    T_HAS(dump_step("d\0n\0:\0 \0", 8, 0, 0), "iconv");
    T_HAS(dump("dn: CN=A\nchangetype: modify\nreplace: a\na: 1\n"),
          "!!line 2: the file holds changes");
    T_HAS(dump("dn: CN=A\nchangetype: delete\n"), "holds changes");
    T_HAS(dump("version: 2\ndn: CN=A\n"), "!!line 1: the file is of an LDIF version other than 1");
    struct memory_source s = memory("", 0);
    s.fails = true;
    struct ldif *l = ldif_new(&s.source, 0);
    struct ldif_record r;
    struct err err;
    T_EQ_I(ldif_next(l, &r, &err), RC_IO);
    ldif_free(l);
}

static const char domain_text[] =
    "dn: CN=A,CN=Users,DC=x\nobjectClass: user\nobjectGUID: 33221100-5544-7766-8899-aabbccddeeff\n"
    "userAccountControl: 512\nbadPwdCount: 0\nunicodePwd:: AAAA\n\n"
    "dn: CN=G,DC=x\nobjectClass: group\nobjectGUID:: ABEiM0RVZneImaq7zN3u/w==\ngroupType: 2\n\n"
    "nonsense\n\n"
    "dn: CN=ms-LAPS-Password,CN=Schema,CN=Configuration,DC=x\nobjectClass: attributeSchema\n"
    "lDAPDisplayName: msLAPS-Password\nmsDS-IntId: -1000\nattributeID: 1.2.3\n\n"
    "dn: CN=Other,CN=Schema,CN=Configuration,DC=x\nobjectClass: attributeSchema\nlDAPDisplayName: carLicense\n\n"
    "dn: DC=DomainDnsZones,DC=x\nobjectClass: domainDNS\nobjectGUID:: ABEiM0RVZneImaq7zN3u/w==\n";

static enum rc import(const char *text, size_t n, struct rows *rows, bool whole, struct err *err)
{
    struct memory_source s = memory(text, n);
    rows_init(rows);
    const struct ldif_import i = {
        .source = &s.source, .sink = &rows->sink, .target = "export.ldif", .is_whole = whole
    };
    return ldif_rows(&i, err);
}

static void turns_a_file_into_rows(void)
{
    struct rows rows;
    struct err err;
    T_EQ_I(import(domain_text, strlen(domain_text), &rows, false, &err), RC_OK);
    const struct row *a = rows_find(&rows, ROW_TABLE_ACCOUNT, -1, NULL);
    T_EQ_S(cell(a, ACCOUNT_UAC), "512");
    T_EQ_S(cell(a, ACCOUNT_SERVER), "export.ldif");
    /* No servicePrincipalName anywhere in the file: that this account has none is not known. */
    T_EQ_S(cell(a, ACCOUNT_SPNS), "NULL");
    T_EQ_S(cell(a, ACCOUNT_RBCD), "NULL");
    T_EQ_S(cell(rows_find(&rows, ROW_TABLE_GROUP, -1, NULL), GROUP_MEMBERS), "NULL");
    T_EQ_S(cell(rows_find(&rows, ROW_TABLE_ATTRIBUTE, -1, NULL), ATTRIBUTE_INTERNAL), "4294966296");
    T_EQ_I(rows_count(&rows, ROW_TABLE_ATTRIBUTE), 1);
    T_EQ_I(rows_count(&rows, ROW_TABLE_DOMAIN), 0);
    T_EQ_I(rows_count(&rows, ROW_TABLE_MALFORMED), 1);
    const struct row *c = rows_find(&rows, ROW_TABLE_COVERAGE, COVERAGE_SOURCE, "ldap.user");
    T_EQ_S(cell(c, COVERAGE_STATE), "partial");
    T_EQ_S(cell(c, COVERAGE_OBJECTS), "1");
    c = rows_find(&rows, ROW_TABLE_COVERAGE, COVERAGE_SOURCE, "file.ldif");
    T_EQ_S(cell(c, COVERAGE_STATE), "partial");
    T_EQ_S(cell(c, COVERAGE_REASON), "malformed");
    T_HAS(cell(c, COVERAGE_DETAIL), "unicodePwd");
    T_EQ_I(rows.refused, 0);
    rows_done(&rows);
}

static void believes_in_a_whole_export_only_when_told(void)
{
    static const char text[] = "dn: CN=A,DC=x\nobjectClass: user\n"
                               "objectGUID: 33221100-5544-7766-8899-aabbccddeeff\n\n";
    static const char cut[] = "dn: CN=A,DC=x\nobjectClass: user\n"
                              "objectGUID: 33221100-5544-7766-8899-aabbccddeeff\n\n"
                              "search: 2\nresult: 4 Size limit exceeded\n";

    const struct {
        const char *text;
        bool whole;
        const char *state;
    } cases[] = { { text, false, "partial" },
                  { text, true, "complete" },
                  { cut, true, "partial" } };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct rows rows;
        struct err err;
        T_EQ_I(import(cases[i].text, strlen(cases[i].text), &rows, cases[i].whole, &err), RC_OK);
        T_EQ_S(cell(rows_find(&rows, ROW_TABLE_COVERAGE, COVERAGE_SOURCE, "ldap.user"),
                    COVERAGE_STATE),
               cases[i].state);
        rows_done(&rows);
    }
}

struct counted {
    size_t rows; /* of the intact file */
};

static bool imports(const uint8_t *p, size_t n, void *context)
{
    struct counted *c = context;
    struct rows rows;
    struct err err;
    enum rc rc = import((const char *)p, n, &rows, true, &err);
    size_t malformed = rows_count(&rows, ROW_TABLE_MALFORMED);
    T_EQ_I(rows.refused, 0);
    bool accepted = rc == RC_OK && malformed <= 1 && rows.count >= c->rows;
    rows_done(&rows);
    return accepted;
}

static void survives_damage(void)
{
    struct counted c = { .rows = 8 };
    size_t accepted = 0, refused = 0;
    const uint8_t *p = (const uint8_t *)domain_text;
    T_OK(imports(p, strlen(domain_text), &c));
    t_mutate(p, strlen(domain_text), 4000, imports, &c, &accepted, &refused);
    T_OK(accepted > 0);
    T_OK(refused > 0);
}

#define TESTS(X)                                 \
    X(reads_what_tools_write)                    \
    X(reads_the_same_in_any_pieces)              \
    X(joins_ranges)                              \
    X(drops_secrets)                             \
    X(leaves_broken_records_out)                 \
    X(refuses_other_files)                       \
    X(turns_a_file_into_rows)                    \
    X(believes_in_a_whole_export_only_when_told) \
    X(survives_damage)
T_MAIN("ldif", TESTS)
