/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a backup of a policy says of itself, in the files of real backups and in our own. */
#include <stdio.h>
#include <stdlib.h>

#include "audit/decode/format/backup_xml.h"
#include "audit/decode/format/xml.h"
#include "tests/support/t.h"

static struct err err;

static enum rc read_text(const char *text, struct arena *a, struct backup_info *ret)
{
    err = (struct err){ .rc = RC_OK };
    T_EQ_I(xml_prepare(&err), RC_OK);
    return backup_xml_read((const uint8_t *)text, strlen(text), a, ret, &err);
}

#define INSTANCE(gpo, id)                                                                        \
    "<BackupInst><GPOGuid><![CDATA[{" gpo                                                        \
    "}]]></GPOGuid><GPODomain><![CDATA[h.example]]></GPODomain><BackupTime><![CDATA[2026-03-01T" \
    "02:03:04]]></BackupTime><ID><![CDATA[{" id                                                  \
    "}]]></ID><GPODisplayName><![CDATA[病棟 <PC>]]></GPODisplayName></BackupInst>"
#define ONE INSTANCE("356FB116-26CD-4FBF-830B-6D736B802FD7", "A2A38432-E322-437F-9975-B7CC7F16F4AA")
#define TWO INSTANCE("31B2F340-016D-11D2-945F-00C04FB984F9", "B30BE6B3-794A-43CC-B6A4-52C447CEE0A7")
#define NS  "http://www.microsoft.com/GroupPolicy/GPOOperations/Manifest"

static void reads_our_own(void)
{
    char day[32];
    struct arena *a = arena_new(0);
    struct backup_info info = { 0 };
    T_EQ_I(read_text(ONE, a, &info), RC_OK);
    T_EQ_S(info.gpo_id, "356fb116-26cd-4fbf-830b-6d736b802fd7");
    T_EQ_S(info.backup_id, "a2a38432-e322-437f-9975-b7cc7f16f4aa");
    T_EQ_S(info.display_name, "病棟 <PC>");
    T_EQ_S(info.domain, "h.example");
    T_EQ_S(filetime_iso(info.time, day, sizeof(day)), "2026-03-01T02:03:04Z");
    const char manifest[] =
        "<Backups xmlns=\"" NS "\" xmlns:mfst=\"" NS "\" mfst:version=\"1.0\">" ONE
        "<BackupInst><GPOGuid>no guid</GPOGuid></BackupInst>" TWO "</Backups>";
    const struct backup_info *list = NULL;
    size_t count = 0;
    T_EQ_I(backup_xml_list((const uint8_t *)manifest, sizeof(manifest) - 1, a, &list, &count, &err),
           RC_OK);
    T_EQ_I(count, 2);
    T_EQ_S(list[1].gpo_id, "31b2f340-016d-11d2-945f-00c04fb984f9");
    T_EQ_S(list[1].backup_id, "b30be6b3-794a-43cc-b6a4-52c447cee0a7");
    arena_free(a);
}

static void refuses_others(void)
{
    struct arena *a = arena_new(0);
    struct backup_info info = { .gpo_id = "untouched" };
    T_EQ_I(read_text("<Groups/>", a, &info), RC_MALFORMED);
    T_HAS(err.msg, "does not describe a backup");
    T_EQ_I(read_text("<BackupInst><ID>x</ID></BackupInst>", a, &info), RC_MALFORMED);
    T_HAS(err.msg, "does not name its policy");
    T_EQ_I(read_text("<Backups/>", a, &info), RC_MALFORMED);
    T_EQ_I(read_text("<GroupPolicyBackupScheme/>", a, &info), RC_MALFORMED);
    T_EQ_I(read_text("<!DOCTYPE BackupInst>" ONE, a, &info), RC_MALFORMED);
    T_EQ_S(info.gpo_id, "untouched");
    arena_free(a);
}

#define NSA "gpo/nsacyber__Windows-Secure-Host-Baseline/"

static const struct {
    const char *folder, *gpo_id, *name;
} real[] = {
    { NSA "Windows/Group Policy Objects/Computer/{A2A38432-E322-437F-9975-B7CC7F16F4AA}",
      "356fb116-26cd-4fbf-830b-6d736b802fd7", "DoD Windows 10 STIG - Computer (SHB v10.1.0)" },
    { NSA "Windows/Group Policy Objects/User/{B30BE6B3-794A-43CC-B6A4-52C447CEE0A7}", NULL, NULL },
    { NSA "Internet Explorer/Group Policy Objects/Computer/{32D5EEFD-DACE-44DC-BC16-D364B32B0D2A}",
      NULL, NULL },
    { NSA "Internet Explorer/Group Policy Objects/User/{AF749E88-41DD-4DA8-8BD7-5CCEBABB6B75}",
      NULL, NULL },
    { NSA "Windows Firewall/Group Policy Objects/Computer/{3AD8D9F1-7CD7-4A0B-955A-8BBB76E51E23}",
      NULL, NULL },
    { NSA "Chrome/Group Policy Objects/Computer/{403B3DA7-7021-439A-8CA4-B2B0C1138937}", NULL,
      NULL },
};

static enum rc read_real(const char *folder, const char *file, struct arena *a,
                         struct backup_info *ret)
{
    char path[512];
    size_t n = 0;
    (void)snprintf(path, sizeof(path), "%s/%s", folder, file);
    const char *there = t_shared(path);
    uint8_t *data = there ? t_read_file(there, &n) : NULL;
    enum rc rc = data ? backup_xml_read(data, n, a, ret, &err) : RC_ABSENT;
    free(data);
    return rc;
}

static void reads_real_ones(void)
{
    T_EQ_I(xml_prepare(&err), RC_OK);
    for (size_t i = 0; i < ARRAY_LEN(real) && t_shared(real[i].folder); i++) {
        struct arena *a = arena_new(0);
        struct backup_info info = { 0 }, backup = { 0 };
        T_EQ_I(read_real(real[i].folder, "bkupInfo.xml", a, &info), RC_OK);
        T_EQ_I(read_real(real[i].folder, "Backup.xml", a, &backup), RC_OK);
        /* Two files that tell the same. */
        T_EQ_S(info.gpo_id, backup.gpo_id);
        T_EQ_S(info.display_name, backup.display_name);
        T_EQ_S(info.domain, backup.domain);
        T_OK(info.time > 0 && backup.time == 0);
        /* The folder is named after the backup, in capitals. */
        T_OK(info.backup_id && strcasecmp(info.backup_id, strchr(real[i].folder, '{') + 1) < 0);
        if (real[i].name) {
            T_EQ_S(info.gpo_id, real[i].gpo_id);
            T_EQ_S(info.display_name, real[i].name);
        }
        arena_free(a);
    }
}

static bool accept(const uint8_t *p, size_t n, void *context)
{
    struct arena *a = arena_new(1 << 20);
    struct backup_info info = { 0 };
    enum rc rc = backup_xml_read(p, n, a, &info, &err);
    (void)context;
    T_OK(rc == RC_MALFORMED || (rc == RC_OK && info.gpo_id));
    arena_free(a);
    return rc == RC_OK;
}

static void survives_damage(void)
{
    size_t accepted = 0, refused = 0;
    T_EQ_I(xml_prepare(&err), RC_OK);
    T_OK(accept((const uint8_t *)ONE, sizeof(ONE) - 1, NULL));
    t_mutate((const uint8_t *)ONE, sizeof(ONE) - 1, 0, accept, NULL, &accepted, &refused);
    T_OK(accepted > 100 && refused > 500);
}

#define TESTS(X)       \
    X(reads_our_own)   \
    X(refuses_others)  \
    X(reads_real_ones) \
    X(survives_damage)
T_MAIN("backup_xml", TESTS)
