/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "rows.h"
#include "tests/support/t.h"

#define GUID_HEX  "00112233445566778899aabbccddeeff"
#define GUID_TEXT "33221100-5544-7766-8899-aabbccddeeff"
#define SID_HEX   "010500000000000515000000010000000200000003000000f4010000"
#define SID_TEXT  "S-1-5-21-1-2-3-500"
#define DN        "CN=山田 太郎,OU=病棟,DC=corp,DC=example,DC=test"

static struct rows rows;
static struct built_entry built;

static struct entry_context *begin(void)
{
    rows_init(&rows);
    return entry_context_new(&rows.sink, "ldap.account", "dc1.corp.example.test", 0);
}

static void end(struct entry_context *c)
{
    T_EQ_I(rows.refused, 0);
    if (rows.refused > 0) {
        T_EQ_S(rows.refusal, "");
    }
    entry_context_free(c);
    rows_done(&rows);
}

static void map(struct entry_context *c, enum entry_class class, const char *dn, const char *text)
{
    struct err err;
    enum rc rc = entry_to_rows(c, class, build_entry(&built, dn, text), &err);
    T_EQ_I(rc, RC_OK);
}

static void maps_an_account(void)
{
    struct entry_context *c = begin();
    map(c, ENTRY_ACCOUNT, DN,
        "objectClass: top\nobjectClass: person\nobjectClass: user\nobjectGUID:: " GUID_HEX
        "\nobjectSid:: " SID_HEX "\nsamaccountname: yamada\nuserAccountControl: 66048\n"
        "pwdLastSet: 133000000000000000\naccountExpires: 9223372036854775807\n"
        "whenCreated: 20260102030405.0Z\nadminCount: 1\ndescription: PW: Ward3-2024\n"
        "servicePrincipalName: HTTP/a\nservicePrincipalName: HTTP/b\n"
        "sIDHistory:: " SID_HEX "\nlastLogon: 0\nbadPwdCount: 3\nlockoutTime: -1");
    const struct row *a = rows_find(&rows, ROW_TABLE_ACCOUNT, ACCOUNT_GUID, GUID_TEXT);
    T_EQ_S(cell(a, ACCOUNT_SID), SID_TEXT);
    T_EQ_S(cell(a, ACCOUNT_RID), "500");
    T_EQ_S(cell(a, ACCOUNT_KIND), "user");
    T_EQ_S(cell(a, ACCOUNT_DN), DN);
    T_EQ_S(cell(a, ACCOUNT_SAM), "yamada");
    T_EQ_S(cell(a, ACCOUNT_UAC), "66048");
    T_EQ_S(cell(a, ACCOUNT_PWD_LAST_SET), "133000000000000000");
    T_EQ_S(cell(a, ACCOUNT_EXPIRES), "9223372036854775807");
    T_EQ_S(cell(a, ACCOUNT_LOGON), "NULL");
    T_EQ_S(cell(a, ACCOUNT_LOCKOUT), "NULL");
    T_EQ_S(cell(a, ACCOUNT_SPNS), "2");
    T_EQ_S(cell(a, ACCOUNT_DELEGATES), "0");
    T_EQ_S(cell(a, ACCOUNT_RBCD), "0");
    T_EQ_S(cell(a, ACCOUNT_HISTORY), "1");
    T_EQ_S(cell(a, ACCOUNT_HINT), "description");
    T_EQ_S(cell(a, ACCOUNT_SERVER), "dc1.corp.example.test");
    T_EQ_I(rows_count(&rows, ROW_TABLE_PRINCIPAL), 2);
    T_EQ_S(cell(rows_find(&rows, ROW_TABLE_HISTORY, -1, NULL), HISTORY_SID), SID_TEXT);
    const struct row *logon = rows_find(&rows, ROW_TABLE_LOGON, LOGON_GUID, GUID_TEXT);
    T_EQ_S(cell(logon, LOGON_BAD_COUNT), "3");
    T_EQ_S(cell(logon, LOGON_LAST), "0");
    /* lockoutTime -1 is no time: noted, and the column stays NULL. */
    T_EQ_I(entry_context_malformed(c), 1);
    T_EQ_S(cell(rows_find(&rows, ROW_TABLE_MALFORMED, -1, NULL), MALFORMED_ATTRIBUTE),
           "lockoutTime");
    end(c);
}

static void tells_kinds_of_accounts_apart(void)
{
    static const struct {
        const char *classes, *uac, *kind;
    } cases[] = {
        { "objectClass: user\nobjectClass: computer", "4096", "computer" },
        { "objectClass: user\nobjectClass: computer\nobjectClass: msDS-GroupManagedServiceAccount",
          "4096", "gmsa" },
        { "objectClass: computer\nobjectClass: msDS-ManagedServiceAccount", "4096", "smsa" },
        { "objectClass: computer\nobjectClass: msDS-DelegatedManagedServiceAccount", "4096",
          "dmsa" },
        { "objectClass: user", "2080", "trust" },
        { "objectClass: INETORGPERSON", "512", "user" },
        { "objectClass: contact", "512", "other" },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct entry_context *c = begin();
        char text[512];
        (void)snprintf(text, sizeof(text), "%s\nobjectGUID:: " GUID_HEX "\nuserAccountControl: %s",
                       cases[i].classes, cases[i].uac);
        map(c, ENTRY_ACCOUNT, DN, text);
        T_EQ_S(cell(rows_find(&rows, ROW_TABLE_ACCOUNT, -1, NULL), ACCOUNT_KIND), cases[i].kind);
        end(c);
    }
}

static void leaves_what_it_cannot_read_unknown(void)
{
    struct entry_context *c = begin();
    /* Nothing but an id is readable: no count is 0. */
    map(c, ENTRY_ACCOUNT, DN, "objectClass: user\nobjectGUID:: " GUID_HEX);
    const struct row *a = rows_find(&rows, ROW_TABLE_ACCOUNT, -1, NULL);
    T_EQ_S(cell(a, ACCOUNT_UAC), "NULL");
    T_EQ_S(cell(a, ACCOUNT_SPNS), "NULL");
    T_EQ_S(cell(a, ACCOUNT_RBCD), "NULL");
    T_EQ_I(rows_count(&rows, ROW_TABLE_LOGON), 0);
    T_EQ_I(rows_count(&rows, ROW_TABLE_SECRET), 0);
    end(c);
}

#define CHANGE(name, version, time)                                                               \
    "msDS-ReplAttributeMetaData: <DS_REPL_ATTR_META_DATA><pszAttributeName>" name                 \
    "</pszAttributeName><dwVersion>" version "</dwVersion><ftimeLastOriginatingChange>2026-01-02" \
    "T0" time ":00:00Z</ftimeLastOriginatingChange></DS_REPL_ATTR_META_DATA>\n"
/* replPropertyMetaData: head, then id, version, seconds, and what does not matter here. */
#define HEAD_OF_TWO "01000000000000000200000000000000"
#define ENTRY(id, version, second)                       \
    id "000900" version "000000" second "00000000000000" \
       "00000000000000000000000000000000"                \
       "00000000000000000000000000000000"
#define BINARY(x) "replPropertyMetaData:: " x "\n"

/* A trust in both directions has two secrets: the row says how old the older one is. */
static void keeps_both_secrets_of_a_trust(void)
{
    static const struct {
        const char *metadata, *version, *older, *form;
    } cases[] = {
        { CHANGE("trustAuthIncoming", "5", "3") CHANGE("trustAuthOutgoing", "7", "4"), "7", "5",
          "xml" },
        { CHANGE("trustAuthOutgoing", "5", "3") CHANGE("trustAuthIncoming", "7", "4"), "7", "5",
          "xml" },
        { CHANGE("trustAuthOutgoing", "5", "3"), "5", "NULL", "xml" },
        { CHANGE("trustAuthIncoming", "5", "3"), "5", "NULL", "xml" },
        { CHANGE("trustAuthIncoming", "5", "3") CHANGE("trustAuthOutgoing", "6", "3"), "5", "6",
          "xml" },
        { BINARY(HEAD_OF_TWO ENTRY("81", "02", "32") ENTRY("87", "03", "3c")), "3", "2", "binary" },
        { BINARY(HEAD_OF_TWO ENTRY("81", "02", "3c") ENTRY("87", "03", "32")), "2", "3", "binary" },
        { BINARY(HEAD_OF_TWO ENTRY("81", "02", "3c") ENTRY("58", "03", "32")), "2", "NULL",
          "binary" },
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct entry_context *c = begin();
        char text[1200];
        (void)snprintf(text, sizeof(text),
                       "objectClass: trustedDomain\nobjectGUID:: " GUID_HEX "\n%s",
                       cases[i].metadata);
        text[strlen(text) - 1] = '\0';
        map(c, ENTRY_TRUST, DN, text);
        const struct row *r = rows_find(&rows, ROW_TABLE_SECRET, SECRET_GUID, GUID_TEXT);
        T_OK(r != NULL);
        if (r) {
            T_EQ_S(cell(r, SECRET_TRUST_VERSION), cases[i].version);
            T_EQ_S(cell(r, SECRET_TRUST_OLDER_VERSION), cases[i].older);
            T_EQ_S(cell(r, SECRET_FORM), cases[i].form);
            T_EQ_I(strcmp(cell(r, SECRET_TRUST_OLDER_AT), "NULL") == 0,
                   strcmp(cases[i].older, "NULL") == 0);
        }
        end(c);
    }
}

static void notes_hostile_values_and_goes_on(void)
{
    struct entry_context *c = begin();
    static char text[6000];
    (void)snprintf(
        text, sizeof(text),
        "objectClass: user\nobjectGUID:: " GUID_HEX
        "\nobjectSid:: 0105000000\nsAMAccountName:: c3\nuserAccountControl: 12x\n"
        "pwdLastSet: 99999999999999999999\nwhenCreated: yesterday\n"
        "msDS-KeyCredentialLink: B:4:00\nreplPropertyMetaData:: 0100\ndisplayName: %05000d",
        1);
    map(c, ENTRY_ACCOUNT, "CN=\xff\xfe,DC=x", text);
    const struct row *a = rows_find(&rows, ROW_TABLE_ACCOUNT, -1, NULL);
    T_EQ_S(cell(a, ACCOUNT_SID), "NULL");
    T_EQ_S(cell(a, ACCOUNT_SAM), "NULL");
    T_EQ_S(cell(a, ACCOUNT_UAC), "NULL");
    T_EQ_S(cell(a, ACCOUNT_DISPLAY), "NULL");
    T_EQ_S(cell(a, ACCOUNT_DN), "CN=\xef\xbf\xbd\xef\xbf\xbd,DC=x");
    T_EQ_I(entry_context_malformed(c), 9);
    T_EQ_I(rows_count(&rows, ROW_TABLE_MALFORMED), 9);
    /* Without any identity there is no row at all. */
    rows_clear(&rows);
    map(c, ENTRY_ACCOUNT, DN, "objectClass: user\nobjectGUID:: 0011");
    T_EQ_I(rows_count(&rows, ROW_TABLE_ACCOUNT), 0);
    T_EQ_I(rows_count(&rows, ROW_TABLE_MALFORMED), 1);
    T_EQ_I(entry_context_lost(c), 1);
    end(c);
}

static void takes_identity_from_an_extended_dn(void)
{
    struct entry_context *c = begin();
    map(c, ENTRY_GROUP, "<GUID=" GUID_TEXT ">;<SID=S-1-5-32-544>;CN=Administrators,DC=x",
        "groupType: -2147483643\nmember: <GUID=" GUID_HEX ">;<SID=" SID_HEX
        ">;CN=A,DC=x\nmember: CN=B\\2C C , DC=x\nmember: <GUID=zz>;CN=C,DC=x");
    const struct row *g = rows_find(&rows, ROW_TABLE_GROUP, GROUP_GUID, GUID_TEXT);
    T_EQ_S(cell(g, GROUP_DN), "CN=Administrators,DC=x");
    T_EQ_S(cell(g, GROUP_MEMBERS), "3");
    T_EQ_S(cell(g, GROUP_COMPLETE), "0"); /* one member could not be told */
    const struct row *m = rows_find(&rows, ROW_TABLE_MEMBER, MEMBER_DN, "CN=A,DC=x");
    T_EQ_S(cell(m, MEMBER_GUID), GUID_TEXT);
    T_EQ_S(cell(m, MEMBER_SID), SID_TEXT);
    T_EQ_S(cell(rows_find(&rows, ROW_TABLE_MEMBER, MEMBER_DN, "CN=B\\, C,DC=x"), MEMBER_GUID),
           "NULL");
    T_EQ_I(rows_count(&rows, ROW_TABLE_MEMBER), 2);
    end(c);
}

static void maps_the_domain_head_with_its_links(void)
{
    struct entry_context *c = begin();
    map(c, ENTRY_DOMAIN, "DC=corp,DC=example,DC=test",
        "objectClass: domainDNS\nobjectGUID:: " GUID_HEX
        "\nobjectSid:: 010400000000000515000000010000000200000003000000\nminPwdLength: 7\n"
        "maxPwdAge: -9223372036854775808\nlockoutThreshold: 0\npwdProperties: 1\nname: corp\n"
        "msDS-ExpirePasswordsOnSmartCardOnlyAccounts: TRUE\n"
        "gPLink: [LDAP://cn={31B2F340-016D-11D2-945F-00C04FB984F9},cn=policies,cn=system,DC=corp;2]"
        "[LDAP://CN=x,DC=corp;1]");
    const struct row *d = rows_find(&rows, ROW_TABLE_DOMAIN, DOMAIN_GUID, GUID_TEXT);
    T_EQ_S(cell(d, DOMAIN_SID), "S-1-5-21-1-2-3");
    T_EQ_S(cell(d, DOMAIN_DNS_NAME), "corp.example.test");
    T_EQ_S(cell(d, DOMAIN_MAX_AGE), "-9223372036854775808");
    T_EQ_S(cell(d, DOMAIN_QUOTA), "NULL");
    T_EQ_S(cell(d, DOMAIN_SMARTCARD_ROTATION), "1");
    T_EQ_S(cell(d, DOMAIN_NETBIOS), "NULL");
    const struct row *l = rows_find(&rows, ROW_TABLE_LINK, LINK_POSITION, "0");
    T_EQ_S(cell(l, LINK_GPO_ID), "31b2f340-016d-11d2-945f-00c04fb984f9");
    T_EQ_S(cell(l, LINK_OPTIONS), "2");
    T_EQ_S(cell(rows_find(&rows, ROW_TABLE_LINK, LINK_POSITION, "1"), LINK_GPO_ID), "NULL");
    T_EQ_S(cell(rows_find(&rows, ROW_TABLE_OU, -1, NULL), OU_KIND), "domain");
    /* The cross reference comes later and completes the row. */
    map(c, ENTRY_DOMAIN, "CN=CORP,CN=Partitions,CN=Configuration,DC=corp",
        "objectClass: crossRef\nnCName: DC=corp,DC=example,DC=test\nnETBIOSName: CORP");
    d = rows_find(&rows, ROW_TABLE_DOMAIN, DOMAIN_GUID, GUID_TEXT);
    T_EQ_S(cell(d, DOMAIN_NETBIOS), "CORP");
    T_EQ_S(cell(d, DOMAIN_MIN_LENGTH), "7");
    end(c);
}

static void merges_forest_settings(void)
{
    struct entry_context *c = begin();
    map(c, ENTRY_FOREST, "CN=Schema,CN=Configuration,DC=x", "objectClass: dMD\nobjectVersion: 88");
    map(c, ENTRY_FOREST, "CN=Directory Service,CN=Windows NT,CN=Services,CN=Configuration,DC=x",
        "objectClass: nTDSService\ndSHeuristics: 0000002\nmsDS-Other-Settings: A=1\n"
        "msDS-Other-Settings: B=2\ntombstoneLifetime: 180");
    map(c, ENTRY_FOREST,
        "CN=Recycle Bin Feature,CN=Optional Features,CN=Directory Service,CN=Windows NT,CN=Services,"
        "CN=Configuration,DC=x",
        "objectClass: msDS-OptionalFeature\n"
        "msDS-OptionalFeatureGUID:: d8dc6d76d0ac5e44f3b9a7f9b6744f2a");
    const struct row *f =
        rows_find(&rows, ROW_TABLE_FOREST, FOREST_CONFIGURATION_DN, "CN=Configuration,DC=x");
    T_EQ_S(cell(f, FOREST_SCHEMA), "88");
    T_EQ_S(cell(f, FOREST_HEURISTICS), "0000002");
    T_EQ_S(cell(f, FOREST_OTHER), "A=1;B=2");
    T_EQ_S(cell(f, FOREST_RECYCLE_BIN), "0");
    end(c);
}

static void joins_servers_and_their_agents_in_any_order(void)
{
    static const char server[] = "CN=DC1,CN=Servers,CN=Tokyo,CN=Sites,CN=Configuration,DC=x";
    static const char server_text[] =
        "objectGUID:: " GUID_HEX "\ndNSHostName: dc1.x\nserverReference: CN=DC1,OU=DCs,DC=x";
    static const char agent[] =
        "CN=NTDS Settings,CN=DC1,CN=Servers,CN=Tokyo,CN=Sites,CN=Configuration,DC=x";
    static const char agent_text[] =
        "objectClass: nTDSDSA\nobjectGUID:: " GUID_HEX "\ninvocationId:: " GUID_HEX "\noptions: 1";
    for (int order = 0; order < 2; order++) {
        struct entry_context *c = begin();
        map(c, order ? ENTRY_DSA : ENTRY_SERVER, order ? agent : server,
            order ? agent_text : server_text);
        map(c, order ? ENTRY_SERVER : ENTRY_DSA, order ? server : agent,
            order ? server_text : agent_text);
        const struct row *d = rows_find(&rows, ROW_TABLE_DSA, DSA_GUID, GUID_TEXT);
        T_EQ_S(cell(d, DSA_DNS_NAME), "dc1.x");
        T_EQ_S(cell(d, DSA_COMPUTER_DN), "CN=DC1,OU=DCs,DC=x");
        T_EQ_S(cell(d, DSA_SERVER_DN), server);
        T_EQ_S(cell(d, DSA_SITE), "Tokyo");
        T_EQ_S(cell(d, DSA_INVOCATION), GUID_TEXT);
        T_EQ_S(cell(d, DSA_READ_ONLY), "0");
        end(c);
    }
}

static void maps_certificate_services(void)
{
    struct entry_context *c = begin();
    map(c, ENTRY_TEMPLATE, "CN=Web,CN=Certificate Templates,DC=x",
        "objectGUID:: " GUID_HEX "\ncn: Web\nmsPKI-Certificate-Name-Flag: 1\n"
        "pKIExtendedKeyUsage: 1.3.6.1.5.5.7.3.2\nmsPKI-Certificate-Policy: 1.2.3");
    map(c, ENTRY_ENROLLMENT, "CN=CA,DC=x",
        "objectGUID:: " GUID_HEX "\ncn: CA\ncertificateTemplates: Web\ncertificateTemplates: User");
    map(c, ENTRY_ISSUANCE, "CN=1.AB,CN=OID,DC=x",
        "objectGUID:: " GUID_HEX "\nflags: 2\nmsPKI-Cert-Template-OID: 1.2.3\n"
        "msDS-OIDToGroupLink: <GUID=" GUID_HEX ">;CN=G,DC=x");
    map(c, ENTRY_ISSUANCE, "CN=2.AB,CN=OID,DC=x",
        "objectGUID:: " GUID_HEX "\nflags: 1\nmsPKI-Cert-Template-OID: 1.2.4");
    map(c, ENTRY_KDS, "CN=" GUID_TEXT ",DC=x",
        "objectGUID:: " GUID_HEX "\ncn: " GUID_TEXT "\nwhenCreated: 20260102030405.0Z");
    T_EQ_S(cell(rows_find(&rows, ROW_TABLE_TEMPLATE, -1, NULL), TEMPLATE_NAME_FLAG), "1");
    T_EQ_S(cell(rows_find(&rows, ROW_TABLE_USAGE, USAGE_KIND, "eku"), USAGE_OID),
           "1.3.6.1.5.5.7.3.2");
    T_EQ_S(cell(rows_find(&rows, ROW_TABLE_USAGE, USAGE_KIND, "issuance"), USAGE_OID), "1.2.3");
    T_EQ_I(rows_count(&rows, ROW_TABLE_OFFER), 2);
    T_EQ_I(rows_count(&rows, ROW_TABLE_ISSUANCE), 1);
    T_EQ_S(cell(rows_find(&rows, ROW_TABLE_ISSUANCE, -1, NULL), ISSUANCE_GROUP_GUID), GUID_TEXT);
    T_EQ_S(cell(rows_find(&rows, ROW_TABLE_KDS, -1, NULL), KDS_ID), GUID_TEXT);
    end(c);
}

static void returns_what_the_sink_says(void)
{
    struct entry_context *c = begin();
    struct err err;
    rows.fail_after = 1;
    enum rc rc = entry_to_rows(c, ENTRY_ACCOUNT,
                               build_entry(&built, DN,
                                           "objectClass: user\nobjectGUID:: " GUID_HEX
                                           "\nservicePrincipalName: a\nservicePrincipalName: b"),
                               &err);
    T_EQ_I(rc, RC_IO);
    T_HAS(err.msg, "the sink is full");
    end(c);
}

/* The list that the integration tests hold against the servers' logs, kept apart from the tool's own. */
static void knows_every_secret_of_the_list(void)
{
    FILE *f = fopen(SOURCE_DIR "/tests/integration/secret_attributes", "r");
    T_OK(f != NULL);
    if (!f) {
        return;
    }
    char line[256];
    int names = 0;
    while (fgets(line, sizeof(line), f)) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] && line[0] != '#') {
            names++;
            if (!entry_attribute_is_secret(line)) {
                T_EQ_S(line, "known to entry_attribute_is_secret");
            }
        }
    }
    (void)fclose(f);
    T_OK(names > 60);
}

static void never_asks_for_a_secret(void)
{
    static const char *const secret[] = {
        "unicodePwd",
        "UNICODEPWD",
        "dBCSPwd",
        "ms-Mcs-AdmPwd",
        "ms-Hospital-AdmPwd",
        "ms-Mcs-AdmPwdHistory",
        "msLAPS-Password",
        "msLAPS-EncryptedPassword",
        "msLAPS-EncryptedDSRMPassword",
        "msLAPS-CurrentPasswordVersion",
        "msDS-ManagedPassword",
        "supplementalCredentials",
        "trustAuthIncoming",
        "pwdHistory",
        "userPassword",
        "reqMod",
        "REQOLD",
        "oathSecret",
        "ipatokenOTPkey",
        "userPassword;lang-ja",
        "msKds-RootKeyData",
        "unicodePwd;binary",
    };
    static const char *const open[] = { "ms-Mcs-AdmPwdExpirationTime",
                                        "msLAPS-PasswordExpirationTime",
                                        "pwdLastSet",
                                        "msDS-ManagedPasswordId",
                                        "member",
                                        "ms-DS-MachineAccountQuota" };
    for (size_t i = 0; i < sizeof(secret) / sizeof(secret[0]); i++) {
        T_OK(entry_attribute_is_secret(secret[i]));
    }
    for (size_t i = 0; i < sizeof(open) / sizeof(open[0]); i++) {
        T_OK(!entry_attribute_is_secret(open[i]));
    }
    for (int class = 0; class < ENTRY_CLASS_COUNT; class ++) {
        const char *const *list = entry_attributes((enum entry_class) class);
        T_OK(list[0] != NULL);
        for (size_t i = 0; list[i]; i++) {
            T_OK(!entry_attribute_is_secret(list[i]));
            T_OK(strcmp(list[i], "*") != 0 && strcmp(list[i], "+") != 0);
            for (size_t k = 0; k < i; k++) {
                T_OK(strcasecmp(list[i], list[k]) != 0);
            }
        }
    }
}

#define TESTS(X)                                   \
    X(maps_an_account)                             \
    X(tells_kinds_of_accounts_apart)               \
    X(leaves_what_it_cannot_read_unknown)          \
    X(keeps_both_secrets_of_a_trust)               \
    X(notes_hostile_values_and_goes_on)            \
    X(takes_identity_from_an_extended_dn)          \
    X(maps_the_domain_head_with_its_links)         \
    X(merges_forest_settings)                      \
    X(joins_servers_and_their_agents_in_any_order) \
    X(maps_certificate_services)                   \
    X(returns_what_the_sink_says)                  \
    X(knows_every_secret_of_the_list)              \
    X(never_asks_for_a_secret)
T_MAIN("entry", TESTS)
