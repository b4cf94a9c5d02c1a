/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/decode/format/backup_xml.h"

#include <string.h>

#include "audit/base/sid.h"
#include "audit/decode/format/xml.h"
#include "audit/decode/format/xml_value.h"

static const char *told(const struct xml_node *node, const char *name)
{
    const char *text = xml_child_text(node, name);
    return text && *text != '\0' ? text : NULL;
}

/* BackupInst of bkupInfo.xml and manifest.xml. */
static bool take_instance(const struct xml_node *node, struct arena *a, struct backup_info *ret)
{
    *ret = (struct backup_info){
        .gpo_id = xml_value_guid(a, told(node, "GPOGuid")),
        .display_name = told(node, "GPODisplayName"),
        .domain = told(node, "GPODomain"),
        .backup_id = xml_value_guid(a, told(node, "ID")),
        .time = xml_value_time(told(node, "BackupTime")),
    };
    return ret->gpo_id != NULL;
}

/* GroupPolicyBackupScheme of Backup.xml. */
static bool take_scheme(const struct xml_node *root, struct arena *a, struct backup_info *ret)
{
    const struct xml_node *settings =
        xml_child(xml_child(root, "GroupPolicyObject"), "GroupPolicyCoreSettings");
    *ret = (struct backup_info){
        .gpo_id = xml_value_guid(a, told(settings, "ID")),
        .display_name = told(settings, "DisplayName"),
        .domain = told(settings, "Domain"),
    };
    return ret->gpo_id != NULL;
}

static size_t count_of(const struct xml_node *node)
{
    size_t n = 0;
    for (; node; node = xml_next(node)) {
        n++;
    }
    return n;
}

enum rc backup_xml_list(const uint8_t *data, size_t n, struct arena *a,
                        const struct backup_info **ret, size_t *ret_count, struct err *err)
{
    const struct xml_node *root = NULL;
    TRY(xml_parse(data, n, a, &root, err));
    bool is_scheme = strcmp(root->name, "GroupPolicyBackupScheme") == 0;
    bool is_manifest = strcmp(root->name, "Backups") == 0;
    if (!is_scheme && !is_manifest && strcmp(root->name, "BackupInst") != 0) {
        return err_setf(err, RC_MALFORMED, "XML that does not describe a backup of a policy");
    }
    const struct xml_node *first = is_manifest ? xml_child(root, "BackupInst") : root;
    struct backup_info *list = arena_array(a, count_of(first) + 1, sizeof(*list));
    if (!list) {
        return err_setf(err, RC_MALFORMED, "a manifest of more policies than there is room for");
    }
    size_t count = 0;
    for (const struct xml_node *node = first; node; node = is_manifest ? xml_next(node) : NULL) {
        count +=
            is_scheme ? take_scheme(node, a, &list[count]) : take_instance(node, a, &list[count]);
    }
    if (count == 0) {
        return err_setf(err, RC_MALFORMED, "a backup that does not name its policy");
    }
    *ret = list;
    *ret_count = count;
    return RC_OK;
}

enum rc backup_xml_read(const uint8_t *data, size_t n, struct arena *a, struct backup_info *ret,
                        struct err *err)
{
    const struct backup_info *list = NULL;
    size_t count = 0;
    TRY(backup_xml_list(data, n, a, &list, &count, err));
    *ret = list[0];
    return RC_OK;
}
