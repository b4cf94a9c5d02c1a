/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The policy files of the domain: fetched from SYSVOL of one domain controller, then decoded. */
#ifndef COMMAND_POLICY_FILES_H
#define COMMAND_POLICY_FILES_H

#include "audit/command/artifact_keep.h"
#include "audit/config/site.h"
#include "audit/supervise/supervise.h"

struct policy_files {
    const struct site *site;
    const struct secret *login;  /* the directory's; NULL with Kerberos */
    bool refused;                /* the directory refused it: it is not tried again */
    const struct secret *key;    /* of the run, for fingerprints (decode/format/fingerprint.h) */
    const char *const *registry; /* "HKLM\\KEY|VALUE", as checks spell what they read */
    size_t registry_count;
    const char *const *services;
    size_t service_count;
    struct arena *arena;
    struct store *store;
    struct supervisor *supervisor;
    struct artifact_keep *keep; /* copies of what was fetched; NULL = none */
};

/* Fetches from the first of the servers that answers, unless this audit has the files already (--resume), and decodes. A login
 * that was refused is not tried at the next one. Coverage "policy.file" says for each server that was asked how it went. Not
 * RC_OK only when the evidence file fails or the operator interrupts. */
MUST_USE enum rc policy_files_collect(const struct policy_files *p,
                                      const struct site_server *servers, size_t count,
                                      struct err *err);

/* For doctor: whether the server's SYSVOL could be read, with one logon and without reading a file. *ret_detail (in the arena) is
 * NULL when it could, else it says why not. */
MUST_USE enum rc policy_files_probe(const struct policy_files *p, const struct site_server *server,
                                    const char **ret_detail, struct err *err);

#endif
