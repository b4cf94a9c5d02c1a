/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the results rest on: servers, sources but those of hosts, values left out, processes; waivers; the reset list in numbers. */
#include "report/model.h"
#include "report/query.h"

#define COVERAGE_SHOWN  500
#define MALFORMED_SHOWN 50
#define WORKERS_SHOWN   100

enum rc model_scope(struct model *m, xmlNode *root, struct err *err)
{
    TRY(model_rows(
        m, model_node(m, root, "waivers"), "waiver",
        "SELECT check_id, subject, item, finding, reason, approver, expires, state, used, fits, line FROM waiver ORDER BY expires, waiver_no",
        COVERAGE_SHOWN, err));
    TRY(model_rows(
        m, model_node(m, root, "servers"), "server",
        "SELECT host, dns_name, domain_dn, domain_level, transport, tls_version, authentication, vendor, clock,"
        " clock_skew_seconds FROM directory_server ORDER BY host",
        COVERAGE_SHOWN, err));
    TRY(model_rows(
        m, model_node(m, root, "coverage"), "source",
        "SELECT source, target, state, reason, detail, objects, finished_at FROM coverage c"
        " WHERE NOT ((source GLOB 'net.*' OR source GLOB 'smb.*' OR source GLOB 'kit.*' OR source GLOB 'cache.*') AND EXISTS (SELECT 1 FROM host_target t WHERE t.host = c.target))"
        " ORDER BY CASE state WHEN 'complete' THEN 1 WHEN 'absent' THEN 1 ELSE 0 END, source, target",
        COVERAGE_SHOWN, err));
    TRY(model_files(m, root, err));
    TRY(model_rows(m, model_node(m, root, "malformed"), "value",
                   "SELECT source, target, object, attribute, reason FROM malformed_value"
                   " ORDER BY source, target, object, attribute",
                   MALFORMED_SHOWN, err));
    return model_rows(
        m, model_node(m, root, "workers"), "worker",
        "SELECT role, target, sandbox, version, outcome, detail, rows FROM worker_run ORDER BY task",
        WORKERS_SHOWN, err);
}
