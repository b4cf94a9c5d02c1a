/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a backup of a Group Policy object says of itself: bkupInfo.xml and manifest.xml (GPOOperations/Manifest), Backup.xml
 * (GPOOperations) of the Group Policy Management Console. */
#ifndef DECODE_FORMAT_BACKUP_XML_H
#define DECODE_FORMAT_BACKUP_XML_H

#include <stdint.h>

#include "audit/base/arena.h"
#include "audit/base/err.h"
#include "audit/base/filetime.h"

struct backup_info {
    const char *gpo_id;       /* lower case, without braces; never NULL */
    const char *display_name; /* NULL = not told */
    const char *domain;       /* DNS name; NULL = not told */
    const char *backup_id;    /* name of the backup's folder, form of gpo_id; NULL = not told */
    filetime time;            /* 0 = not told; the file has no time zone, so it is taken as UTC */
};

/* The policy of a file of any of the three kinds, the first one of a manifest; text in the arena. RC_MALFORMED when it is not such
 * a file or names no policy. */
MUST_USE enum rc backup_xml_read(const uint8_t *data, size_t n, struct arena *a,
                                 struct backup_info *ret, struct err *err);

/* All policies of a manifest.xml (one for the other kinds), in the arena. */
MUST_USE enum rc backup_xml_list(const uint8_t *data, size_t n, struct arena *a,
                                 const struct backup_info **ret, size_t *ret_count,
                                 struct err *err);

#endif
