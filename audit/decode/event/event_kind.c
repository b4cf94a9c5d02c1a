/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which events of Windows are wanted. An event is its provider and its number: the same number of another provider is another event. */
#include <stdlib.h>
#include <string.h>

#include "audit/decode/event/event_fields.h"

#define AUDITING "Microsoft-Windows-Security-Auditing"
#define EVENTLOG "Microsoft-Windows-Eventlog"
#define SERVICES "Service Control Manager"
#define RDP      "Microsoft-Windows-TerminalServices-RemoteConnectionManager"
#define SESSIONS "Microsoft-Windows-TerminalServices-LocalSessionManager"

/* Sorted by number, each of which is here once. */
static const struct event_kind kinds[] = {
    { 21, SESSIONS, "rdp_session", event_logon },
    { 22, SESSIONS, "rdp_session", event_logon },
    { 24, SESSIONS, "rdp_disconnect", event_logon },
    { 25, SESSIONS, "rdp_reconnect", event_logon },
    { 104, EVENTLOG, "log_cleared", event_log },
    { 1100, EVENTLOG, "stopped", event_log },
    { 1101, EVENTLOG, "dropped", event_log },
    { 1102, EVENTLOG, "cleared", event_log },
    { 1104, EVENTLOG, "full", event_log },
    { 1149, RDP, "rdp_login", event_logon },
    { 4608, AUDITING, "started", event_log },
    { 4616, AUDITING, "clock", event_log },
    { 4624, AUDITING, "logon", event_logon },
    { 4625, AUDITING, "logon_failed", event_logon },
    { 4634, AUDITING, "logoff", event_logon },
    { 4647, AUDITING, "logoff", event_logon },
    { 4648, AUDITING, "explicit", event_logon },
    { 4672, AUDITING, "privileges", event_logon },
    { 4697, AUDITING, "installed", event_service },
    { 4706, AUDITING, "trust_added", event_change },
    { 4707, AUDITING, "trust_removed", event_change },
    { 4713, AUDITING, "kerberos_policy", event_change },
    { 4716, AUDITING, "trust_changed", event_change },
    { 4719, AUDITING, "audit_policy", event_change },
    { 4720, AUDITING, "created", event_change },
    { 4722, AUDITING, "enabled", event_change },
    { 4723, AUDITING, "password_change", event_change },
    { 4724, AUDITING, "password_reset", event_change },
    { 4725, AUDITING, "disabled", event_change },
    { 4726, AUDITING, "deleted", event_change },
    { 4728, AUDITING, "member_added", event_change },
    { 4729, AUDITING, "member_removed", event_change },
    { 4732, AUDITING, "member_added", event_change },
    { 4733, AUDITING, "member_removed", event_change },
    { 4738, AUDITING, "changed", event_change },
    { 4739, AUDITING, "domain_policy", event_change },
    { 4740, AUDITING, "locked", event_change },
    { 4741, AUDITING, "created", event_change },
    { 4742, AUDITING, "changed", event_change },
    { 4743, AUDITING, "deleted", event_change },
    { 4756, AUDITING, "member_added", event_change },
    { 4757, AUDITING, "member_removed", event_change },
    { 4764, AUDITING, "group_type", event_change },
    { 4765, AUDITING, "sid_history", event_change },
    { 4766, AUDITING, "sid_history_failed", event_change },
    { 4767, AUDITING, "unlocked", event_change },
    { 4768, AUDITING, "ticket", event_logon },
    { 4769, AUDITING, "service_ticket", event_logon },
    { 4771, AUDITING, "preauth_failed", event_logon },
    { 4776, AUDITING, "validation", event_logon },
    { 4780, AUDITING, "admin_acl", event_change },
    { 4781, AUDITING, "renamed", event_change },
    { 4782, AUDITING, "hash_accessed", event_change },
    { 4793, AUDITING, "policy_api", event_change },
    { 4794, AUDITING, "dsrm", event_change },
    { 5136, AUDITING, "object_modified", event_change },
    { 5137, AUDITING, "object_created", event_change },
    { 5141, AUDITING, "object_deleted", event_change },
    { 7045, SERVICES, "installed", event_service },
};

static int by_id(const void *key, const void *entry)
{
    uint32_t id = *(const uint32_t *)key;
    const struct event_kind *k = entry;
    return id < k->id ? -1 : id > k->id;
}

const struct event_kind *event_kind_find(const char *provider, uint32_t id)
{
    const struct event_kind *k = bsearch(&id, kinds, ARRAY_LEN(kinds), sizeof(kinds[0]), by_id);
    return k && strcmp(k->provider, provider) == 0 ? k : NULL;
}
