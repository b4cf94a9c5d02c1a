"""What an audit may not have seen of the directory, of policies and of hosts, as statements over its evidence: (name, statements, sources)."""
import zlib

# What only this source gives: (table, condition, the column that names the object a row belongs to).
OF_ACCOUNT = ("account_logon", "secret_change", "service_principal", "delegation_target", "sid_history", "key_credential",
              "certificate_mapping")


def of_kind(*kinds):
    words = ", ".join(f"'{k}'" for k in kinds)
    mine = f"guid IN (SELECT guid FROM account WHERE kind IN ({words}))"
    return [(t, mine, "guid") for t in OF_ACCOUNT] + [("account", f"kind IN ({words})", "guid")]


ROWS = {
    "ldap.rootdse": [("directory_server", "1", "host")],
    "ldap.schema": [("schema_attribute", "1", "name")],
    "ldap.forest": [("forest", "1", "configuration_dn")],
    "ldap.domain": [("domain_head", "1", "guid")],
    "ldap.trust": [("trusted_domain", "1", "guid")] + of_kind("trust"),
    "ldap.site": [("directory_agent", "1", "guid"), ("site", "1", "guid")],
    "ldap.ou": [("policy_link", "1", "container_guid"), ("organizational_unit", "1", "guid")],
    "ldap.gpo": [("policy_object", "1", "guid")],
    "ldap.pso": [("password_settings_target", "1", "pso_guid"), ("password_settings", "1", "guid")],
    "ldap.silo": [("authentication_policy", "1", "guid")],
    "ldap.group": [("membership", "1", "group_guid"), ("directory_group", "1", "guid")],
    "ldap.foreign": [("foreign_principal", "1", "guid")],
    "ldap.user": of_kind("user", "other"),
    "ldap.computer": of_kind("computer"),
    "ldap.service_account": of_kind("gmsa", "smsa", "dmsa"),
    "ldap.logon": [("account_logon", "1", "guid")],
    "ldap.metadata": [("secret_change", "1", "guid")],
    "ldap.pki": [("certificate_usage", "1", "template_guid"), ("enrollment_offer", "1", "service_guid"),
                 ("certificate_template", "1", "guid"), ("enrollment_service", "1", "guid"), ("issuance_policy", "1", "guid")],
    "ldap.kds": [("kds_root_key", "1", "guid")],
    # The right to act on behalf and to read a managed password stand in attributes of the account itself.
    "policy.file": [(t, "1", "gpo_id") for t in ("policy_folder", "policy_file_right", "policy_registry", "policy_template", "policy_right",
                                                 "policy_member", "policy_service", "policy_audit", "policy_item", "policy_password", "policy_script")],
    "ldap.security": [("access_right", "\"right\" NOT IN ('act_on_behalf', 'read_gmsa')", "object_guid"),
                      ("security_descriptor", "1", "object_guid")],
}

# The same for hosts: every row stands under the host's name.
HOST_ROWS = {source: [(t, "1", "host") for t in tables] for source, tables in {
    "net.port": ["host_port"], "net.smb": ["host_smb"], "net.rdp": ["host_rdp"], "net.winrm": ["host_winrm"], "net.tls": ["host_tls"],
    "net.ldap": ["host_ldap"], "smb.machine": ["host_machine"], "smb.policy": ["local_policy"], "smb.account": ["local_account"],
    "smb.group": ["local_group_member", "local_group"], "smb.right": ["local_right"], "smb.service": ["host_service"],
    "smb.registry": ["host_registry"], "smb.anonymous": ["host_anonymous"], "smb.reuse": ["password_trial"]}.items()}

# Columns in which NULL is an answer that rows.def documents: then a verdict may change. Everything else that is NULL was not
# read. table.column -> why.
NOT_SET = {
    "event_log.channel": "the supervisor counts no such log for any source: whole_events loses it together with its coverage",
    "event_log.since": "nothing was left out", "logon_event.address": "none, or the machine itself: then the source is the workstation, or the host",
    "logon_event.workstation": "not told: then the source is the address, or the host", "event_log.reason": "the log counts", "event_run.missing": "how many are missing is shown only",
    "change_event.attribute": "most changes have none", "change_event.sets_password_date": "not among what changed",
    "account.admin_count": "an account that never was privileged has none",
    "account.encryption_types": "not set: the domain's default applies",
    "account.laps_legacy_expires_at": "not set: LAPS does not manage the computer, which is a finding of its own",
    "account.laps_expires_at": "not set: LAPS does not manage the computer, which is a finding of its own",
    "account.password_hint_attribute": "no text looks like a password: the decoder looked",
    "account.secondary_krbtgt_number": "not the key of a read-only domain controller",
    "directory_group.admin_count": "a group that never was privileged has none",
    "logon_event.account_sid": "the name stands for it: a finding stays, under another key", "logon_event.subject_sid": "likewise",
    "logon_event.account_name": "a finding stays, under its source; sources that tried names are then unknown",
    "logon_event.account_domain": "names are compared without it", "logon_event.sub_status": "the status tells the reason, or hides which",
    "logon_event.package": "where it is not told, LmPackageName alone says that it was NTLM",
    "service_event.name": "a service without a name is one all the same", "service_event.path": "not told, or not kept: has_password_hint says so",
    "forest.ds_heuristics": "not set: every switch has its default",
    "issuance_policy.group_dn": "the policy grants no group",
    "organizational_unit.gp_options": "not set: inheritance is not blocked",
    "policy_item.action": "not told: it is taken for one that is in force",
    "policy_password.rid": "the preference does not name the built-in Administrator by its number",
    "policy_registry.number": "a value that is no number", "policy_registry.text": "a value that is no text",
    "policy_registry.type": "of a deletion", "policy_registry.size": "of a deletion",
    "policy_script.password_hint": "no line looks like a password: the decoder looked",
    "policy_service.account": "the preference sets none", "policy_service.start": "the policy does not set it",
    "policy_template.number": "a setting that is no number", "policy_template.text": "a setting that is a number",
    "policy_object.machine_extensions": "not told: which extensions a policy has, its files say",
    "policy_object.wmi_filter": "the policy has no WMI filter",
    "secret_change.password_at": "the secret was never set, so that it shares no second with others",
}

# Halves are made by what is the same in every build of the lab: GUIDs are not, so that what is named by one is told by its DN.
ODD = "coalesce((SELECT p.odd FROM unseen_half p WHERE p.id = {0}), (unicode(substr({0}, 8, 1)) + length({0})) % 2)"


def make_halves(db, tool):
    db.execute("ATTACH ? AS halves", (tool.halves,))
    with db:
        db.execute("CREATE TABLE IF NOT EXISTS halves.unseen_half(id TEXT PRIMARY KEY, odd INTEGER) WITHOUT ROWID")
        for (table,) in db.execute("SELECT name FROM main.sqlite_schema WHERE type = 'table'").fetchall():
            if {"guid", "dn"} <= {c[1] for c in db.execute(f"PRAGMA table_info({table})")}:
                rows = db.execute(f"SELECT guid, dn FROM {table} WHERE guid IS NOT NULL AND dn IS NOT NULL").fetchall()
                db.executemany("INSERT OR IGNORE INTO unseen_half VALUES(?, ?)", [(g, zlib.crc32(d.lower().encode()) % 2) for g, d in rows])


def lose(source, kept):
    """Statements that take away the rows of a source: none, half of its objects (0 or 1) or all of them are kept."""
    if kept == "all":
        return []
    half = "" if kept == "none" else f" AND {ODD} = {kept}"
    return [f"DELETE FROM {t} WHERE ({where})" + half.format(key) for t, where, key in ROWS[source]]


def state(source, word):
    return f"UPDATE coverage SET state = '{word}', reason = '{word}' WHERE source = '{source}'"


HALF = "(unicode(substr({0}, 6, 1)) + unicode(substr({0}, 9, 1)) + length({0})) % 2 = {1}"


def hosts_lose(source, losses):
    """What hosts (all, or those of one half) did not tell, in every way that a coverage row can say it."""
    for word, halves in losses:
        for half in halves:
            where = {"host": "1" if half == "all" else HALF.format("host", half)}
            where["target"] = "1" if half == "all" else HALF.format("target", half)
            gone = [f"DELETE FROM {t} WHERE {where['host']}" for t, _, _ in HOST_ROWS[source]]
            say = f"DELETE FROM coverage WHERE source = '{source}' AND {where['target']}" if word == "never asked" else (
                f"UPDATE coverage SET state = '{word}', reason = '{word}' WHERE source = '{source}' AND {where['target']}")
            yield f"{source} {word}, hosts: {half}", gone + [say], {source}


def whole_hosts(full):
    for source in HOST_ROWS:
        every = ("all", 0, 1)
        yield from hosts_lose(source, [(w, every) for w in ("denied", "never asked", "partial", "unreachable", "failed")] if full
                              else [("denied", (0, 1)), ("never asked", ("all",))])
    everything = [f"DELETE FROM {t}" for rows in HOST_ROWS.values() for t, _, _ in rows]
    yield "no host told anything", everything + ["DELETE FROM coverage WHERE source GLOB 'net.*' OR source GLOB 'smb.*'"], set(HOST_ROWS)
    yield "the directory told no computer", ["DELETE FROM account WHERE kind = 'computer'", state("ldap.computer", "denied")], {"ldap.computer"}
    yield "the list of hosts is not whole", [state("host.scope", "partial")], {"host.scope"}
    yield "hosts were not in scope", ["DELETE FROM host_target", "DELETE FROM coverage WHERE source = 'host.scope'"], {"host.scope"}


def whole_sources(full):
    for source in ROWS:
        kinds = [("denied", "none"), ("partial", 0), ("partial", 1), ("unreachable", "all"), ("absent", "none")]
        for word, kept in kinds if full else kinds[:3]:
            # These may lack in a directory: "absent" is an answer.
            if word != "absent" or source not in ("ldap.trust", "ldap.silo", "ldap.pki", "ldap.kds"):
                yield f"{source} {word}, rows kept: {kept}", lose(source, kept) + [state(source, word)], {source}
        yield f"{source} never asked", lose(source, "none") + [f"DELETE FROM coverage WHERE source = '{source}'"], {source}


def single_columns(db, sources, full):
    """Every column of evidence that may be NULL and holds something here."""
    for table, key in sorted({(t, k) for rows in sources.values() for t, _, k in rows}):
        for _, name, _, must, _, primary in db.execute(f"PRAGMA table_info({table})"):
            if must or primary or not db.execute(f'SELECT count("{name}") FROM {table}').fetchone()[0]:
                continue
            word = f"{table}.{name}"
            # A fifth of the columns, always the same ones.
            if word in NOT_SET or not (full or zlib.crc32(word.encode()) % 5 == 0):
                continue
            yield f"{word} NULL", [f'UPDATE {table} SET "{name}" = NULL'], set()
            if full:
                half = f"{key} % 2" if key == "log" else ODD.format(key)
                yield (f"{word} NULL in half of the rows", [f'UPDATE {table} SET "{name}" = NULL WHERE {half} = 1'], set())


def special(db):
    everything = set(ROWS)
    yield "no coverage at all, every row there", ["DELETE FROM coverage"], everything
    yield "all unreachable, every row there", ["UPDATE coverage SET state = 'unreachable'"], everything
    yield "one group read in part", ["UPDATE directory_group SET members_complete = 0 WHERE rid = 512",
                                     "DELETE FROM membership WHERE group_guid IN (SELECT guid FROM directory_group WHERE rid = 512)",
                                     state("ldap.group", "partial")], {"ldap.group"}
    yield "every group read in part", ["UPDATE directory_group SET members_complete = 0"], set()
    yield "members by name only, foreign principals denied", [
        "UPDATE membership SET member_guid = NULL, member_sid = NULL"] + lose("ldap.foreign", "none") + [
            state("ldap.foreign", "denied")], {"ldap.foreign"}
    for word in ("malformed", "unreadable"):
        yield f"descriptors {word}", [f"UPDATE security_descriptor SET dacl = '{word}', owner_sid = NULL"] + lose(
            "ldap.security", "none")[:1], set()


def second_server(db):
    host = db.execute("SELECT host FROM directory_server ORDER BY host DESC LIMIT 1").fetchone()[0]
    return ([f"DELETE FROM {t} WHERE server = '{host}'" for t in ("account_logon", "secret_change")]
            + [f"DELETE FROM directory_server WHERE host = '{host}'",
               f"UPDATE coverage SET state = 'unreachable' WHERE target = '{host}'"])
