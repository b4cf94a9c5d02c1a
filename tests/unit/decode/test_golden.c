/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A whole domain that Samba provisioned, exported by ldbsearch, against what Samba itself says about it. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/decode/ldif_rows.h"
#include "audit/decode/replmeta.h"
#include "audit/decode/sddl.h"
#include "descriptor_text.h"
#include "rows.h"
#include "tests/support/t.h"

#define DOMAIN_LDIF   "ldap/generated__samba-4-provision/domain.ldif"
#define SDDL_TRUTH    "ldap/generated__samba-4-provision/sddl_truth.tsv"
#define METADATA      "ldap/samba-team__samba/source4/selftest/provisions/release-4-1-0rc3/"
#define SID_OF_DOMAIN "S-1-5-21-3044840866-2559209699-3175179322"
#define DN_OF_DOMAIN  "DC=corp,DC=example,DC=test"

struct file_source {
    struct ldif_source source;
    FILE *f;
};

static ssize_t file_read(struct ldif_source *source, void *buf, size_t n)
{
    return (ssize_t)fread(buf, 1, n, ((struct file_source *)(void *)source)->f);
}

static bool file_rewind(struct ldif_source *source)
{
    rewind(((struct file_source *)(void *)source)->f);
    return true;
}

/* The rows of the domain; read once. */
static const struct rows *domain(void)
{
    static struct rows rows;
    static bool done;
    if (!done) {
        const char *path = t_shared(DOMAIN_LDIF);
        struct file_source s = { { file_read, file_rewind }, path ? fopen(path, "rb") : NULL };
        struct err err = { .rc = RC_OK };
        rows_init(&rows);
        T_OK(s.f != NULL);
        if (s.f) {
            const struct ldif_import import = {
                .source = &s.source, .sink = &rows.sink, .target = "domain.ldif", .is_whole = true
            };
            T_EQ_I(ldif_rows(&import, &err), RC_OK);
            (void)fclose(s.f);
        }
        T_EQ_I(rows.refused, 0);
        done = true;
    }
    return &rows;
}

static void reads_every_record(void)
{
    const struct rows *r = domain();
    const struct row *file = rows_find(r, ROW_TABLE_COVERAGE, COVERAGE_SOURCE, "file.ldif");
    T_EQ_S(cell(file, COVERAGE_OBJECTS), "169");
    T_EQ_S(cell(file, COVERAGE_STATE), "complete");
    T_EQ_I(rows_count(r, ROW_TABLE_MALFORMED), 0);
    T_EQ_I(rows_count(r, ROW_TABLE_DESCRIPTOR), 169);
    T_EQ_I(rows_count(r, ROW_TABLE_ACCOUNT), 20);
    T_EQ_I(rows_count(r, ROW_TABLE_SECRET), 20);
    T_EQ_I(rows_count(r, ROW_TABLE_PSO), 1);
    T_EQ_I(rows_count(r, ROW_TABLE_GPO), 2);
}

static const struct row *account(const char *sam)
{
    return rows_find(domain(), ROW_TABLE_ACCOUNT, ACCOUNT_SAM, sam);
}

static void tells_the_seeded_faults(void)
{
    const struct rows *r = domain();
    T_EQ_S(cell(account("staff6"), ACCOUNT_UAC), "4260352"); /* 0x410200 */
    T_EQ_S(cell(account("svc_web"), ACCOUNT_UAC), "524832"); /* 0x80220 */
    T_EQ_S(cell(account("staff5"), ACCOUNT_PWD_LAST_SET), "0");
    T_OK(atol(cell(account("svc_sql"), ACCOUNT_SPNS)) > 0);
    T_EQ_S(cell(account("staff1"), ACCOUNT_SPNS), "0");
    T_EQ_S(cell(account("WS01$"), ACCOUNT_KIND), "computer");
    T_EQ_S(cell(account("krbtgt"), ACCOUNT_RID), "502");
    T_EQ_S(cell(account("t0admin1"), ACCOUNT_PSO_DN),
           "CN=T0PSO,CN=Password Settings Container,CN=System," DN_OF_DOMAIN);
    const struct row *pso = rows_find(r, ROW_TABLE_PSO, -1, NULL);
    T_EQ_S(cell(pso, PSO_MIN_LENGTH), "20");
    T_EQ_S(cell(pso, PSO_MAX_AGE), "-77760000000000");
    T_EQ_S(cell(rows_find(r, ROW_TABLE_PSOTARGET, -1, NULL), PSOTARGET_DN),
           "CN=Domain Admins,CN=Users," DN_OF_DOMAIN);
    const struct row *d = rows_find(r, ROW_TABLE_DOMAIN, -1, NULL);
    T_EQ_S(cell(d, DOMAIN_SID), SID_OF_DOMAIN);
    T_EQ_S(cell(d, DOMAIN_DNS_NAME), "corp.example.test");
    T_EQ_S(cell(d, DOMAIN_THRESHOLD), "0");
    T_EQ_S(cell(d, DOMAIN_MIN_LENGTH), "7");
    T_EQ_S(cell(d, DOMAIN_QUOTA), "10");
    T_EQ_S(cell(d, DOMAIN_SMARTCARD_ROTATION), "NULL");
    const struct row *operators = rows_find(r, ROW_TABLE_GROUP, GROUP_SID, "S-1-5-32-548");
    T_EQ_S(cell(operators, GROUP_MEMBERS), "1");
    T_EQ_S(
        cell(rows_find(r, ROW_TABLE_MEMBER, MEMBER_GROUP, cell(operators, GROUP_GUID)), MEMBER_DN),
        "CN=Staff User8,OU=Staff," DN_OF_DOMAIN);
    T_EQ_S(cell(rows_find(r, ROW_TABLE_LINK, LINK_CONTAINER, cell(d, DOMAIN_GUID)), LINK_GPO_ID),
           "31b2f340-016d-11d2-945f-00c04fb984f9");
}

/* Calls fn with the cells of every line of a table; how many lines there were. */
static size_t each_line(char *data, void (*fn)(char **cells, size_t n))
{
    size_t lines = 0;
    for (char *line = data; line && *line; lines++) {
        char *cells[16];
        size_t n = 0;
        char *end = strchr(line, '\n');
        if (end) {
            *end = '\0';
        }
        for (char *p = line; p && n < ARRAY_LEN(cells);) {
            cells[n++] = p;
            p = strchr(p, '\t');
            if (p) {
                *p++ = '\0';
            }
        }
        fn(cells, n);
        line = end ? end + 1 : NULL;
    }
    return lines;
}

static void same_metadata(char **cells, size_t n)
{
    static const int columns[] = {
        SECRET_GUID,         SECRET_PASSWORD_VERSION, SECRET_PASSWORD_AT,
        SECRET_PASSWORD_USN, SECRET_PASSWORD_ORIGIN,  SECRET_DATE_VERSION,
        SECRET_DATE_AT,      SECRET_HISTORY_VERSION,  SECRET_KERBEROS_VERSION,
        SECRET_UAC_VERSION
    };
    const struct row *row = rows_find(domain(), ROW_TABLE_SECRET, SECRET_GUID, cells[0]);
    T_EQ_I(n, ARRAY_LEN(columns));
    for (size_t i = 0; i < n && i < ARRAY_LEN(columns); i++) {
        T_EQ_S(cell(row, columns[i]), cells[i]);
    }
    T_EQ_S(cell(row, SECRET_FORM), "binary");
}

static void agrees_with_samba_on_metadata(void)
{
    size_t size = 0;
    char *data = (char *)t_read_file(SOURCE_DIR "/tests/golden/domain_metadata.tsv", &size);
    T_OK(data != NULL);
    T_EQ_I(each_line(data, same_metadata), 20);
    free(data);
}

static void same_descriptor(char **cells, size_t n)
{
    struct descriptor d;
    struct err err = { .rc = RC_OK };
    struct wr bytes, text;
    wr_init(&bytes, 1 << 20);
    wr_init(&text, 1 << 20);
    T_EQ_I(n, 2);
    T_EQ_I(sddl_read(cells[1], strlen(cells[1]), SID_OF_DOMAIN, &bytes, &err), RC_OK);
    T_EQ_I(descriptor_read(bytes.data, bytes.size, &d, &err), RC_OK);
    T_OK(descriptor_text(&text, &d, SID_OF_DOMAIN));
    T_EQ_S((const char *)text.data, cells[1]);
    /* The row of the same object in the export. */
    const struct row *row = rows_find(domain(), ROW_TABLE_DESCRIPTOR, DESCRIPTOR_DN, cells[0]);
    T_EQ_S(cell(row, DESCRIPTOR_OWNER), d.owner);
    T_EQ_S(cell(row, DESCRIPTOR_DACL), "present");
    T_EQ_I(atol(cell(row, DESCRIPTOR_ENTRIES)), d.dacl.count);
    wr_done(&bytes);
    wr_done(&text);
}

static void agrees_with_samba_on_descriptors(void)
{
    size_t size = 0;
    const char *path = t_shared(SDDL_TRUTH);
    char *data = path ? (char *)t_read_file(path, &size) : NULL;
    T_OK(data != NULL);
    T_EQ_I(each_line(data, same_descriptor), 5);
    free(data);
}

/* Whether a trustee has a right on the object, itself. */
static bool has_right(const char *object_dn, const char *right, const char *sid)
{
    const struct rows *r = domain();
    const struct row *object = rows_find(r, ROW_TABLE_DESCRIPTOR, DESCRIPTOR_DN, object_dn);
    for (size_t i = 0; i < r->count; i++) {
        const struct row *row = &r->rows[i];
        if (object && row->table == ROW_TABLE_RIGHT &&
            strcmp(cell(row, RIGHT_OBJECT), cell(object, DESCRIPTOR_OBJECT)) == 0 &&
            strcmp(cell(row, RIGHT_RIGHT), right) == 0 &&
            strcmp(cell(row, RIGHT_TRUSTEE), sid) == 0 &&
            strcmp(cell(row, RIGHT_INHERIT_ONLY), "0") == 0) {
            return true;
        }
    }
    return false;
}

static void tells_who_may_do_what(void)
{
    static const char holder[] = "CN=AdminSDHolder,CN=System," DN_OF_DOMAIN;
    T_OK(has_right(DN_OF_DOMAIN, "replicate_all", SID_OF_DOMAIN "-516"));
    T_OK(has_right(DN_OF_DOMAIN, "replicate_changes", SID_OF_DOMAIN "-498"));
    T_OK(!has_right(DN_OF_DOMAIN, "replicate_all", SID_OF_DOMAIN "-498"));
    T_OK(has_right(DN_OF_DOMAIN, "replicate_all", "S-1-5-32-544"));
    T_OK(has_right(DN_OF_DOMAIN, "replicate_filtered", "S-1-5-32-544"));
    T_OK(has_right(DN_OF_DOMAIN, "generic_all", "S-1-5-18"));
    T_OK(!has_right(DN_OF_DOMAIN, "generic_all", "S-1-5-11"));
    T_OK(has_right(holder, "generic_all", SID_OF_DOMAIN "-512"));
    T_OK(has_right(holder, "owner", SID_OF_DOMAIN "-512"));
    T_OK(has_right("CN=Staff User5,OU=Staff," DN_OF_DOMAIN, "generic_all", "S-1-5-32-548"));
    T_OK(has_right("CN=Staff User5,OU=Staff," DN_OF_DOMAIN, "write_property", "S-1-5-10"));
    T_OK(!has_right("CN=Staff User5,OU=Staff," DN_OF_DOMAIN, "reset_password", "S-1-1-0"));
    T_EQ_S(cell(rows_find(domain(), ROW_TABLE_DESCRIPTOR, DESCRIPTOR_DN, holder), DESCRIPTOR_CLASS),
           "adminsdholder");
    T_EQ_S(
        cell(rows_find(domain(), ROW_TABLE_DESCRIPTOR, DESCRIPTOR_NAME, "DC1"), DESCRIPTOR_CLASS),
        "dc");
}

static void put_le(struct wr *w, uint64_t v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        wr_u8(w, (uint8_t)(v >> (8 * i)));
    }
}

/* "name   : 0x00000007 (7)" or "… (0x7)": the hexadecimal number of a line. */
static uint64_t hex_in(const char *line)
{
    const char *p = strstr(line, "0x");
    return p ? strtoull(p, NULL, 16) : UINT64_MAX;
}

/* The entry that was dumped as text, as bytes again: what Samba's own tests expect of the attribute. */
static uint32_t put_dumped(struct wr *w, const char *text, uint32_t wanted, uint32_t *ret_version)
{
    uint32_t count = 0;
    for (const char *p = strstr(text, "attid  "); p; p = strstr(p + 1, "attid  "), count++) {
        const char *version = strstr(p, "version  ");
        const char *usn = strstr(p, "originating_usn");
        const char *local = strstr(p, "local_usn");
        uint32_t id = (uint32_t)hex_in(p);
        put_le(w, id, 4);
        put_le(w, hex_in(version), 4);
        put_le(w, 13000000000, 8);
        wr_bytes(w, "0123456789abcdef", 16);
        put_le(w, hex_in(usn), 8);
        put_le(w, hex_in(local), 8);
        if (id == wanted) {
            *ret_version = (uint32_t)hex_in(version);
        }
    }
    return count;
}

static void reads_ids_of_a_forest(void)
{
    static const char *const files[] = {
        METADATA "expected-replpropertymetadata-before-dbcheck.ldif",
        METADATA "expected-replpropertymetadata-after-dbcheck.ldif",
        METADATA "expected-replpropertymetadata-after-dbcheck3.ldif",
    };
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        struct metadata_ids ids = { { 0x9dda71b0 }, 1 };
        struct metadata m;
        struct err err = { .rc = RC_OK };
        size_t size = 0;
        uint32_t version = 0;
        const char *path = t_shared(files[i]);
        char *text = path ? (char *)t_read_file(path, &size) : NULL;
        T_OK(text != NULL);
        struct wr w;
        wr_init(&w, 1 << 20);
        put_le(&w, 1, 8);
        put_le(&w, 0, 8);
        uint32_t count = text ? put_dumped(&w, text, ids.laps[0], &version) : 0;
        T_OK(count >= 7);
        if (w.size > 8) {
            w.data[8] = (uint8_t)count;
        }
        T_EQ_I(metadata_read_binary(w.data, w.size, &ids, &m, &err), RC_OK);
        T_EQ_I(m.slots[METADATA_LAPS].version, version);
        T_EQ_I(m.slots[METADATA_PASSWORD].version, 0);
        wr_done(&w);
        free(text);
    }
}

#define TESTS(X)                        \
    X(reads_every_record)               \
    X(tells_the_seeded_faults)          \
    X(agrees_with_samba_on_metadata)    \
    X(agrees_with_samba_on_descriptors) \
    X(tells_who_may_do_what)            \
    X(reads_ids_of_a_forest)
T_MAIN("golden", TESTS)
