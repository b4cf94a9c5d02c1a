/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A bundle of SYSVOL (or of a copy or of backups of policies) as rows: policy_*, artifact, coverage. */
#ifndef DECODE_POLICY_ROWS_H
#define DECODE_POLICY_ROWS_H

#include "audit/base/bundle.h"
#include "audit/base/secret.h"
#include "audit/decode/format/plan.h"

/* Paths of the members are below the domain's folder of SYSVOL: "Policies/{GUID}/Machine/Registry.pol", "scripts/logon.bat"; or
 * below a folder of backups: "{id}/bkupInfo.xml", "{id}/DomainSysvol/GPO/Machine/registry.pol", with any folders above. Case of
 * file names does not matter. A member's note is its security descriptor. */
struct policy_import {
    const void *bundle; /* borrowed */
    size_t bundle_size;
    struct row_sink *sink;
    const char *target;       /* of coverage: the server, or the name of the import */
    const char *origin;       /* of policy_folder and artifact */
    const struct secret *key; /* for fingerprints; NULL = none are made */
    struct plan *plan;        /* spelling of keys, values and services */
    const char *const
        *skip; /* GUIDs of policies whose content is known from a better place (backups only) */
    size_t skip_count;
    /* Members whose path begins with one of these are read, and the folders on the way to them; none = all. Coverage then speaks of
     * these only. */
    const char *const *only;
    size_t only_count;
    void (*progress)(void *context, uint64_t files); /* may be NULL */
    void *context;
};

/* Two folders of one policy: SYSVOL is preferred to a backup, the newer to the older; the others are ignored. A policy is "read" only
 * where folders were listed: the bundle must have a BUNDLE_FOLDER member for the policy's folder and for every folder in it that
 * has members. "policy.file_right": complete when every member came with its descriptor.
 *
 * Reads every member; one that is malformed costs its policy the state "partial" and itself. Coverage: "policy.file" for target,
 * complete when the bundle is whole, its folders were listed to their ends and no policy is partial. Not RC_OK when the bundle
 * itself is damaged beyond its first member, or the sink fails. */
MUST_USE enum rc policy_rows(const struct policy_import *import, struct err *err);

#endif
