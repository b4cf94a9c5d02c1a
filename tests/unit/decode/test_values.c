/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/base/wr.h"
#include "audit/decode/dnext.h"
#include "audit/decode/gmsa.h"
#include "audit/decode/gplink.h"
#include "audit/decode/hint.h"
#include "audit/decode/keycred.h"
#include "audit/decode/mapping.h"
#include "audit/decode/replmeta.h"
#include "tests/support/t.h"

#define GUID_HEX  "00112233445566778899AABBCCDDEEFF"
#define GUID_TEXT "33221100-5544-7766-8899-aabbccddeeff"
#define KEY_HEAD  "20000100112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF"

static enum rc read_key(const char *hex, const char *dn, struct key_credential *k, struct err *err)
{
    char text[2048];
    struct arena *a = arena_new(0);
    (void)snprintf(text, sizeof(text), "B:%zu:%s:%s", strlen(hex), hex, dn);
    enum rc rc = keycred_read(text, strlen(text), a, k, err);
    arena_free(a);
    return rc;
}

static void reads_a_key_credential(void)
{
    struct key_credential k;
    struct err err;
    /* KeyID, material, usage NGC, source AD, device, custom information (MFA not used), logon, creation. */
    static const char blob[] = "00020000" KEY_HEAD "040003AABBCCDD"
                               "01000401"
                               "01000500"
                               "100006" GUID_HEX "0200070102"
                               "0800080080C5A2D8E3DC01"
                               "0800090040C5A2D8E3DC01";
    T_EQ_I(read_key(blob, "CN=A,DC=x", &k, &err), RC_OK);
    T_EQ_S(k.key_id, "00112233445566778899aabbccddeeff");
    T_EQ_S(k.usage, "ngc");
    T_EQ_S(k.source, "ad");
    T_EQ_S(k.device, GUID_TEXT);
    T_OK(k.has_flags && k.has_created && k.has_logon);
    T_EQ_I(k.flags, 2);
    T_EQ_I(k.created, INT64_C(0x01dce3d8a2c54000));
    T_EQ_I(k.logon, INT64_C(0x01dce3d8a2c58000));
}

static void reads_the_times_of_entra_keys(void)
{
    struct key_credential k;
    struct err err;
    /* 2020-01-01 00:00 UTC as a .NET DateTime of kind UTC: 637134336000000000 | 1 << 62. */
    static const char blob[] = "00020000" KEY_HEAD "01000501"
                               "08000900007C8B4D8ED748";
    T_EQ_I(read_key(blob, "CN=A", &k, &err), RC_OK);
    T_EQ_S(k.source, "entra");
    char text[32];
    T_EQ_S(filetime_iso(k.created, text, sizeof(text)), "2020-01-01T00:00:00Z");
    T_OK(k.usage == NULL);
}

static void refuses_broken_key_credentials(void)
{
    static const char *const bad[] = {
        "",                                    /* nothing */
        "00030000" KEY_HEAD,                   /* another version */
        "00020000",                            /* no key id */
        "00020000" KEY_HEAD KEY_HEAD,          /* twice */
        "00020000" KEY_HEAD "FF",              /* cut inside an entry */
        "00020000" KEY_HEAD "FFFF03",          /* longer than there is */
        "00020000080001001122334455667700",    /* key id too short */
        "00020000" KEY_HEAD "0F0006" GUID_HEX, /* device id too short */
        "0002000Z",                            /* not hexadecimal */
    };
    struct key_credential k;
    struct err err;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        T_EQ_I(read_key(bad[i], "CN=A", &k, &err), RC_MALFORMED);
    }
    static const char *const forms[] = {
        "",       "B",        "B:",        "B:4:",      "B:3:000:CN=A",
        "B:4:00", "C:2:00:x", "B:-2:00:x", "B:4:00:CN", "B:99999999999:0:x"
    };
    struct arena *a = arena_new(0);
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        T_EQ_I(keycred_read(forms[i], strlen(forms[i]), a, &k, &err), RC_MALFORMED);
    }
    arena_free(a);
}

static bool key_accepts(const uint8_t *p, size_t n, void *context)
{
    struct arena *a = context;
    struct key_credential k;
    struct err err;
    arena_reset(a);
    return keycred_read(p, n, a, &k, &err) == RC_OK && strlen(k.key_id) == 32;
}

static void put_le(struct wr *w, uint64_t v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        wr_u8(w, (uint8_t)(v >> (8 * i)));
    }
}

static void put_meta(struct wr *w, uint32_t id, uint32_t version, uint64_t seconds)
{
    put_le(w, id, 4);
    put_le(w, version, 4);
    put_le(w, seconds, 8);
    wr_bytes(w, "\0\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17", 16);
    put_le(w, 4711, 8);
    put_le(w, 4712, 8);
}

static void metadata_head(struct wr *w, uint32_t version, uint32_t count)
{
    wr_init(w, 1 << 20);
    put_le(w, version, 4);
    put_le(w, 0, 4);
    put_le(w, count, 4);
    put_le(w, 0, 4);
}

static void reads_binary_metadata(void)
{
    struct metadata_ids ids = { { 0x9dda71b0 }, 1 };
    struct metadata m;
    struct err err;
    struct wr w;
    metadata_head(&w, 1, 6);
    put_meta(&w, 0x9005a, 7, 13344000000);
    put_meta(&w, 0x90060, 9, 13344000100);
    put_meta(&w, 0x90081, 2, 50);
    put_meta(&w, 0x90087, 3, 60);
    put_meta(&w, 0x9dda71b0, 5, 70);
    put_meta(&w, 0x90001, 1, UINT64_MAX); /* an attribute that does not matter may hold anything */
    T_EQ_I(metadata_read_binary(w.data, w.size, &ids, &m, &err), RC_OK);
    T_EQ_I(m.slots[METADATA_PASSWORD].version, 7);
    T_EQ_I(m.slots[METADATA_PASSWORD].at, INT64_C(133440000000000000));
    T_EQ_I(m.slots[METADATA_PASSWORD].usn, 4711);
    T_EQ_S(m.slots[METADATA_PASSWORD].origin, "03020100-0504-0706-0809-0a0b0c0d0e0f");
    T_EQ_I(m.slots[METADATA_DATE].version, 9);
    T_EQ_I(m.slots[METADATA_INCOMING].version, 2); /* of a trust in both directions each is kept */
    T_EQ_I(m.slots[METADATA_OUTGOING].version, 3);
    T_EQ_I(m.slots[METADATA_INCOMING].at, 50 * FILETIME_SECOND);
    T_EQ_I(m.slots[METADATA_LAPS].version, 5);
    T_EQ_I(m.slots[METADATA_HISTORY].version, 0);
    ids.laps_count = 0;
    T_EQ_I(metadata_read_binary(w.data, w.size, &ids, &m, &err), RC_OK);
    T_EQ_I(m.slots[METADATA_LAPS].version, 0);
    wr_done(&w);
}

static bool binary_accepts(const uint8_t *p, size_t n, void *context)
{
    struct metadata m;
    struct err err;
    return metadata_read_binary(p, n, context, &m, &err) == RC_OK;
}

static void refuses_broken_metadata(void)
{
    struct metadata_ids ids = { .laps_count = 0 };
    struct metadata m;
    struct err err;
    struct wr w;
    metadata_head(&w, 2, 0);
    T_EQ_I(metadata_read_binary(w.data, w.size, &ids, &m, &err), RC_MALFORMED);
    wr_done(&w);
    metadata_head(&w, 1, 0xffffffff);
    T_EQ_I(metadata_read_binary(w.data, w.size, &ids, &m, &err), RC_MALFORMED);
    wr_done(&w);
    metadata_head(&w, 1, 1);
    put_meta(&w, 0x9005a, 1, UINT64_MAX); /* a time that no calendar has */
    T_EQ_I(metadata_read_binary(w.data, w.size, &ids, &m, &err), RC_MALFORMED);
    wr_u8(&w, 0);
    T_EQ_I(metadata_read_binary(w.data, w.size, &ids, &m, &err), RC_MALFORMED);
    wr_done(&w);
}

#define XML_HEAD "<DS_REPL_ATTR_META_DATA>\n\t"
#define XML_TAIL "\n</DS_REPL_ATTR_META_DATA>\n"
#define XML_BODY                                                                        \
    "<pszAttributeName>unicodePwd</pszAttributeName>\n\t<dwVersion>7</dwVersion>\n\t"   \
    "<ftimeLastOriginatingChange>2026-01-02T03:04:05Z</ftimeLastOriginatingChange>\n\t" \
    "<uuidLastOriginatingDsaInvocationID>33221100-5544-7766-8899-AABBCCDDEEFF"          \
    "</uuidLastOriginatingDsaInvocationID>\n\t<usnOriginatingChange>12345"              \
    "</usnOriginatingChange>\n\t<usnLocalChange>54321</usnLocalChange>\n\t"             \
    "<pszLastOriginatingDsaDN>CN=NTDS &amp; Co</pszLastOriginatingDsaDN>"

static void reads_xml_metadata(void)
{
    struct metadata m = { 0 };
    struct err err;
    static const char text[] = XML_HEAD XML_BODY XML_TAIL; /* with its NUL */
    T_EQ_I(metadata_read_xml(text, sizeof(text), &m, &err), RC_OK);
    T_EQ_I(m.slots[METADATA_PASSWORD].version, 7);
    T_EQ_I(m.slots[METADATA_PASSWORD].usn, 12345);
    T_EQ_S(m.slots[METADATA_PASSWORD].origin, GUID_TEXT);
    char buf[32];
    T_EQ_S(filetime_iso(m.slots[METADATA_PASSWORD].at, buf, sizeof(buf)), "2026-01-02T03:04:05Z");
    /* Elements in another order, empty ones, and a second fragment beside the first. */
    static const char other[] =
        XML_HEAD "<ftimeLastOriginatingChange>2026-02-02T03:04:05Z</ftimeLastOriginatingChange>"
                 "<pszLastOriginatingDsaDN></pszLastOriginatingDsaDN><dwVersion>3</dwVersion>"
                 "<pszAttributeName>ms-Clinic-AdmPwd</pszAttributeName>" XML_TAIL;
    T_EQ_I(metadata_read_xml(other, strlen(other), &m, &err), RC_OK);
    T_EQ_I(m.slots[METADATA_LAPS].version, 3);
    T_EQ_S(m.slots[METADATA_LAPS].origin, "");
    T_EQ_I(m.slots[METADATA_PASSWORD].version, 7);
}

static void refuses_other_xml(void)
{
    static const char *const bad[] = {
        "",
        "<!DOCTYPE x [<!ENTITY e \"y\">]>" XML_HEAD XML_BODY XML_TAIL,
        "<?xml version=\"1.0\"?>" XML_HEAD XML_BODY XML_TAIL,
        XML_HEAD XML_BODY "<!-- x -->" XML_TAIL,
        XML_HEAD XML_BODY "<usnLocalChange>&xxe;</usnLocalChange>" XML_TAIL,
        XML_HEAD XML_BODY,
        XML_HEAD "<dwVersion>7</dwVersion>" XML_TAIL,
        XML_HEAD XML_BODY "<dwVersion>8</dwVersion>" XML_TAIL,
        XML_HEAD XML_BODY XML_TAIL "x",
        "<DS_REPL_VALUE_META_DATA>" XML_BODY "</DS_REPL_VALUE_META_DATA>",
        XML_HEAD
        "<pszAttributeName>a</pszAttributeName><dwVersion>-1</dwVersion>"
        "<ftimeLastOriginatingChange>2026-01-02T03:04:05Z</ftimeLastOriginatingChange>" XML_TAIL,
        XML_HEAD "<pszAttributeName>a</pszAttributeName><dwVersion>1</dwVersion>"
                 "<ftimeLastOriginatingChange>yesterday</ftimeLastOriginatingChange>" XML_TAIL,
        XML_HEAD "<dwVersion>1</pszAttributeName>" XML_TAIL,
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct metadata m = { 0 };
        struct err err;
        T_EQ_I(metadata_read_xml(bad[i], strlen(bad[i]), &m, &err), RC_MALFORMED);
        T_EQ_I(m.slots[METADATA_PASSWORD].version, 0);
    }
}

static void knows_ids_by_oid(void)
{
    uint32_t id = 0;
    static const char oid[] = "1.2.840.113556.1.4.2328";
    T_OK(metadata_id_of_oid(oid, strlen(oid), &id));
    T_EQ_I(id, 0x90918);
    T_OK(!metadata_id_of_oid("1.2.840.113556.1.6.44.1.2", 25, &id));
    T_OK(!metadata_id_of_oid("1.2.840.113556.1.4.", 19, &id));
}

static bool xml_accepts(const uint8_t *p, size_t n, void *context)
{
    struct metadata m = { 0 };
    struct err err;
    (void)context;
    return metadata_read_xml(p, n, &m, &err) == RC_OK;
}

static void survives_damage(void)
{
    size_t accepted = 0, refused = 0;
    struct arena *a = arena_new(0);
    char key[1024];
    (void)snprintf(key, sizeof(key), "B:%zu:%s:CN=A", strlen("00020000" KEY_HEAD "01000401"),
                   "00020000" KEY_HEAD "01000401");
    T_OK(key_accepts((const uint8_t *)key, strlen(key), a));
    t_mutate((const uint8_t *)key, strlen(key), 0, key_accepts, a, &accepted, &refused);
    T_OK(accepted > 0 && refused > 0);

    struct metadata_ids ids = { .laps_count = 0 };
    struct wr w;
    metadata_head(&w, 1, 2);
    put_meta(&w, 0x9005a, 7, 13344000000);
    put_meta(&w, 0x90060, 9, 13344000100);
    T_OK(binary_accepts(w.data, w.size, &ids));
    t_mutate(w.data, w.size, 0, binary_accepts, &ids, &accepted, &refused);
    T_OK(accepted > 0 && refused > 0);
    wr_done(&w);

    static const char xml[] = XML_HEAD XML_BODY XML_TAIL;
    T_OK(xml_accepts((const uint8_t *)xml, strlen(xml), NULL));
    t_mutate((const uint8_t *)xml, strlen(xml), 0, xml_accepts, NULL, &accepted, &refused);
    T_OK(accepted > 0 && refused > 0);
    arena_free(a);
}

static void reads_policy_links(void)
{
    static const char text[] =
        "[LDAP://cn={31B2F340-016D-11D2-945F-00C04FB984F9},cn=policies,cn=system,DC=x;0]"
        "[ldap://CN={6AC1786C-016F-11D2-945F-00C04fB984F9},CN=Policies,CN=System,DC=x;3] ";
    struct gplink_cursor c = { text, strlen(text) };
    struct gplink g;
    struct err err;
    T_EQ_I(gplink_next(&c, &g, &err), RC_OK);
    T_EQ_S(g.gpo_id, "31b2f340-016d-11d2-945f-00c04fb984f9");
    T_EQ_I(g.options, 0);
    T_EQ_I(gplink_next(&c, &g, &err), RC_OK);
    T_EQ_S(g.gpo_id, "6ac1786c-016f-11d2-945f-00c04fb984f9");
    T_EQ_I(g.options, 3);
    T_OK(g.size > 0 && strncmp(g.dn, "CN={6AC1786C", 12) == 0);
    T_EQ_I(gplink_next(&c, &g, &err), RC_ABSENT);
    static const char *const empty[] = { "", " ", "   " };
    for (size_t i = 0; i < ARRAY_LEN(empty); i++) {
        c = (struct gplink_cursor){ empty[i], strlen(empty[i]) };
        T_EQ_I(gplink_next(&c, &g, &err), RC_ABSENT);
    }
    static const char *const bad[] = { "x",
                                       "[",
                                       "[LDAP://;0]",
                                       "[LDAP://CN=x]",
                                       "[LDAP://CN=x;]",
                                       "[LDAP://CN=x;-1]",
                                       "[HTTP://CN=x;0]",
                                       "[LDAP://CN=x;0" };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        c = (struct gplink_cursor){ bad[i], strlen(bad[i]) };
        T_EQ_I(gplink_next(&c, &g, &err), RC_MALFORMED);
    }
}

static void tells_certificate_mappings_apart(void)
{
    static const struct {
        const char *text, *kind;
        bool strong;
    } cases[] = {
        { "X509:<I>DC=x,CN=CA<SR>1200000000ac11", "issuer_serial", true },
        { "X509:<SKI>ddde2ca4b8", "ski", true },
        { "x509:<sha1-pukey>ed913f", "sha1_key", true },
        { "X509:<I>CN=CA<SID>S-1-5-21-1-2-3-1105", "issuer_sid", true },
        { "X509:<I>CN=CA<S>CN=user", "issuer_subject", false },
        /* The name that somebody put into a certificate does not make the mapping strong. */
        { "X509:<I>CN=CA<S>CN=<SR>1234", "issuer_subject", false },
        { "X509:<S>CN=user", "subject", false },
        { "X509: <RFC822>a@b.example", "rfc822", false },
        { "Kerberos:user@REALM", "kerberos", false },
        { "X509:<I>CN=CA", "other", false },
        { "something", "other", false },
        { "", "other", false },
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        bool strong = !cases[i].strong;
        T_EQ_S(mapping_kind(cases[i].text, strlen(cases[i].text), &strong), cases[i].kind);
        T_EQ_I(strong, cases[i].strong);
    }
}

static void splits_distinguished_names(void)
{
    struct dn_parts d;
    static const char extended[] = "<GUID=" GUID_HEX ">;<SID=010100000000000512000000>;CN=A,DC=x";
    T_OK(dn_split(extended, strlen(extended), &d));
    T_EQ_S(d.guid, GUID_TEXT);
    T_EQ_S(d.sid, "S-1-5-18");
    T_EQ_S(d.dn, "CN=A,DC=x");
    static const char text[] = "<guid=" GUID_TEXT ">;<sid=S-1-5-18>;<RMD_X=1>;CN=B";
    T_OK(dn_split(text, strlen(text), &d));
    T_EQ_S(d.guid, GUID_TEXT);
    T_EQ_S(d.sid, "S-1-5-18");
    T_EQ_S(d.dn, "CN=B");
    static const char *const bad[] = { "<GUID=12>;CN=A",       "<GUID=",
                                       "<SID=00>;CN=A",        "<GUID=" GUID_HEX ">CN=A",
                                       "<GUID=" GUID_HEX ">;", "" };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        T_OK(!dn_split(bad[i], strlen(bad[i]), &d));
        T_EQ_S(d.guid, "");
    }
}

static void writes_names_in_one_form(void)
{
    static const char *const cases[][2] = {
        { "CN=A,DC=x", "CN=A,DC=x" },
        { "CN = A , DC = x", "CN=A,DC=x" },
        { "CN=Doe\\2C John,DC=x", "CN=Doe\\, John,DC=x" },
        { "CN=Doe\\, John,DC=x", "CN=Doe\\, John,DC=x" },
        { "CN=\\41;DC=x", "CN=A,DC=x" },
        { "CN=a\\0aCNF:1,DC=x", "CN=a\\0ACNF:1,DC=x" },
        { "CN=a\\0ACNF:1,DC=x", "CN=a\\0ACNF:1,DC=x" },
        { "CN=\\20a\\20,DC=x", "CN=\\ a\\ ,DC=x" },
        { "CN=a=b,DC=x", "CN=a=b,DC=x" },
        { "CN=\\e5\\b1\\b1,DC=x", "CN=山,DC=x" },
    };
    char buf[64];
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        T_OK(dn_canonical(cases[i][0], strlen(cases[i][0]), buf, sizeof(buf)));
        T_EQ_S(buf, cases[i][1]);
        T_OK(dn_is_canonical(buf, strlen(buf)) || strchr(buf, '\\') != NULL);
        if (dn_is_canonical(cases[i][0], strlen(cases[i][0]))) {
            T_EQ_S(cases[i][0], cases[i][1]);
        }
    }
    T_OK(!dn_canonical("CN=a\\", 5, buf, sizeof(buf)));
    T_OK(!dn_canonical("CN=a\\z", 6, buf, sizeof(buf)));
    T_OK(!dn_canonical("CN=abc", 6, buf, 6));
    T_OK(dn_dns_name("CN=A\\,DC=no,DC=corp,dc=example", 30, buf, sizeof(buf)));
    T_EQ_S(buf, "corp.example");
    T_OK(!dn_dns_name("CN=A", 4, buf, sizeof(buf)));
}

static void reads_a_managed_password_id(void)
{
    static const uint8_t id[] = { 1,    0,    0,    0,    'K',  'D',  'S',  'K',  2,    0,    0,
                                  0,    0x6a, 1,    0,    0,    0x10, 0,    0,    0,    0x0b, 0,
                                  0,    0,    0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88,
                                  0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff, 0,    0,    0,    0 };
    char buf[GUID_TEXT_MAX];
    struct err err;
    T_EQ_I(gmsa_root_key(id, sizeof(id), buf, &err), RC_OK);
    T_EQ_S(buf, GUID_TEXT);
    T_EQ_I(gmsa_root_key(id, 39, buf, &err), RC_MALFORMED);
    T_EQ_I(gmsa_root_key(id + 4, sizeof(id) - 4, buf, &err), RC_MALFORMED);
}

static void finds_passwords_in_text(void)
{
    static const char *const yes[] = {
        "PW: Ward3-2024",
        "pass=hospital1",
        "Password: sunshine",
        "ID: ward1 / PW: Ward1234",
        "ID/PW=ward1/Ward1234",
        "初期パスワードはHosp1234です",
        "初期パスワード：Hosp#2024",
        "ﾊﾟｽﾜｰﾄﾞ abc12345",
        "ＰＷ：Ｗａｒｄ１２３４",
        "パスワード「Abcd1234」",
        "暗証番号 1234",
        "暗証番号は０４２７",
        "remote login password is Hello123!",
        "pwd->Spring2025",
        "vendor account, passwd Maint2020",
        "PIN: 4711",
        "passphrase = correct-horse-battery",
    };
    static const char *const no[] = {
        "password reset desk ext. 1234",
        "Password never expires",
        "Password: see vault",
        "password: unknown",
        "Password changed 2024-05-01",
        "PW: 2024/05/01",
        "パスワード変更禁止",
        "パスワードは別紙参照",
        "パスワードは90日ごとに変更",
        "パスワード：2024年4月変更",
        "パスワードは13桁以上",
        "パスポート番号 AB123456",
        "bypass: route12",
        "compass=north12",
        "passenger lift 12345",
        "PW: ********",
        "password is managed by LAPS",
        "password required",
        "サーバー室 2F 電源 PWR: 12V",
        "Built-in account for administering the computer/domain",
        "Key Distribution Center Service Account",
        "Members in this group can have their passwords replicated to read-only controllers",
        "",
    };
    for (size_t i = 0; i < ARRAY_LEN(yes); i++) {
        if (!hint_is_password(yes[i], strlen(yes[i]))) {
            T_EQ_S(yes[i], "a hint");
        }
    }
    for (size_t i = 0; i < ARRAY_LEN(no); i++) {
        if (hint_is_password(no[i], strlen(no[i]))) {
            T_EQ_S(no[i], "no hint");
        }
    }
    T_OK(hint_is_password(yes[0], strlen(yes[0])));
}

static void looks_through_long_text(void)
{
    size_t n = 1 << 20;
    char *text = malloc(n + 32);
    T_OK(text != NULL);
    if (text) {
        memset(text, 'x', n);
        T_OK(!hint_is_password(text, n));
        /* Also where two windows meet. */
        static const size_t places[] = { 4000, 4080, 4090, 4095, 100000, (1 << 20) - 1 };
        for (size_t i = 0; i < ARRAY_LEN(places); i++) {
            memset(text, ' ', n);
            memcpy(text + places[i], " PW: Ward3-2024", 15);
            T_OK(hint_is_password(text, n + 15));
        }
        free(text);
    }
}

#define TESTS(X)                        \
    X(reads_a_key_credential)           \
    X(reads_the_times_of_entra_keys)    \
    X(refuses_broken_key_credentials)   \
    X(reads_binary_metadata)            \
    X(refuses_broken_metadata)          \
    X(reads_xml_metadata)               \
    X(refuses_other_xml)                \
    X(knows_ids_by_oid)                 \
    X(survives_damage)                  \
    X(reads_policy_links)               \
    X(tells_certificate_mappings_apart) \
    X(splits_distinguished_names)       \
    X(writes_names_in_one_form)         \
    X(reads_a_managed_password_id)      \
    X(finds_passwords_in_text)          \
    X(looks_through_long_text)
T_MAIN("values", TESTS)
