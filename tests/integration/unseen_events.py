"""What an audit may not have seen of event logs: for unseen.py --events."""
import os
import shutil

from unseen_laws import CHECKS, CLAIMED, NOT_ASKED, TAMPERED, Tool
from unseen_losses import HALF, ODD, ROWS, hosts_lose, lose, second_server, state

# Event logs are known by their number.
EVENT_TABLES = ("event_computer", "event_run", "event_count", "change_event", "logon_event", "service_event", "log_event")
EVENT_SOURCES = ("event.change", "event.logon", "event.system", "event.rdp")
# Source -> tables, which of the logs.
EVENT_ROWS = {
    "event.change": (("change_event", "log_event"), "channel = 'Security'"), "event.logon": (("logon_event",), "channel = 'Security'"),
    "event.system": (("service_event", "log_event"), "channel = 'System'"), "event.rdp": (("logon_event",), "channel LIKE '%TerminalServices%'")}

# Subcategories of auditing, by the first part of their GUIDs.
AUDITED = ("9210", "9211", "9212", "9215", "9216", "9217", "921b", "9228", "922b", "922f", "9230", "9235", "9236", "9237", "923a", "923c", "923f", "9240", "9242")

# What the lab has no good example of.
NEVER_PASSES = {"triage.kerberos.rc4-tickets"}

# Of another directory: a test of its own (23_openldap.sh).
ELSEWHERE = "record.openldap."


def whole_events(db, full):
    """Logs that were not read, not wholly, or of which something is missing: everywhere, on half of the hosts, on one domain controller."""
    orphans = [f"DELETE FROM {t} WHERE log NOT IN (SELECT log FROM event_log)" for t in EVENT_TABLES]
    controllers = [h for (h,) in db.execute("SELECT host FROM host_state WHERE is_controller = 1 ORDER BY host")]
    halves = ["all", 0, 1, *controllers] if full else ["all", 1, controllers[0]]
    for half in halves:
        def mine(column):
            return "1" if half == "all" else HALF.format(column, half) if half in (0, 1) else f"{column} = '{half}'"
        logs = f"log IN (SELECT log FROM event_log WHERE {mine('host')})"

        def say(word, sources=EVENT_SOURCES):
            those = f"source IN ({', '.join(repr(s) for s in sources)}) AND {mine('target')}"
            return f"DELETE FROM coverage WHERE {those}" if word == "never asked" else f"UPDATE coverage SET state = '{word}', reason = '{word}' WHERE {those}"
        everywhere = set(EVENT_SOURCES) if half == "all" else set()
        words = ("denied", "never asked", "failed", "absent", "unreachable", "not_collected") if full else ("denied", "absent")
        for word in words:
            yield f"event logs {word}, hosts: {half}", [f"DELETE FROM event_log WHERE {mine('host')}", *orphans, say(word)], everywhere
        for word in ("never asked", "partial", "failed") if full else ("never asked",):
            yield f"event logs {word}, every row there, hosts: {half}", [say(word)], everywhere
        # One source alone: its rows lie in logs that others share.
        for source, (tables, channel) in EVENT_ROWS.items():
            of = f"log IN (SELECT log FROM event_log WHERE {mine('host')} AND {channel})"
            gone = [f"DELETE FROM {t} WHERE {of}" for t in tables]
            if source != "event.change" and source != "event.logon":
                gone += [f"DELETE FROM event_log WHERE {mine('host')} AND {channel}", *orphans]
            for word in words if full else ("denied",):
                yield f"{source} {word}, hosts: {half}", [*gone, say(word, (source,))], {source} & everywhere
            halved = [f"DELETE FROM {t} WHERE {of} AND rowid % 2 = 0" for t in tables]
            yield f"{source} partial, hosts: {half}", [*halved, say("partial", (source,))], {source} & everywhere
            cut = [*halved, f"UPDATE event_log SET is_whole = 0 WHERE {mine('host')} AND {channel}"]
            yield f"{source} cut, hosts: {half}", [*cut, say("partial", sorted(s for s in EVENT_ROWS if EVENT_ROWS[s][1] == channel))], {source} & everywhere
            yield f"{source} cut, said to be complete, hosts: {half}", cut, CLAIMED
        for t in EVENT_TABLES:
            yield f"event logs partial, hosts: {half}, half of {t}", [f"DELETE FROM {t} WHERE {logs} AND rowid % 2 = 0", say("partial"),
                                                                       f"UPDATE event_log SET is_whole = 0 WHERE {mine('host')}"], set()
        for name, steps in (
                ("not whole", [f"UPDATE event_log SET is_whole = 0 WHERE {mine('host')}"]),
                ("not known to be whole", [f"UPDATE event_log SET is_whole = NULL WHERE {mine('host')}"]),
                ("empty and not whole", [*(f"DELETE FROM {t} WHERE {logs}" for t in EVENT_TABLES), f"UPDATE event_log SET is_whole = 0, records = 0, kept = 0 WHERE {mine('host')}"]),
                ("of nobody (conflict)", [f"UPDATE event_log SET reason = 'conflict', host = NULL WHERE {mine('host')}"]),
                ("of nobody (not_identified)", [f"UPDATE event_log SET reason = 'not_identified', host = NULL WHERE {mine('host')}"]),
                ("of a stranger", [f"UPDATE event_computer SET name = 'stranger.example' WHERE {logs}", f"UPDATE event_log SET host = 'stranger.example' WHERE {mine('host')}"]),
                ("of an unknown channel", [f"UPDATE event_log SET channel = NULL WHERE {mine('host')}"])):
            yield f"event logs {name}, hosts: {half}", [*steps, say("partial" if "whole" in name else "failed")], everywhere
            if full or "whole" not in name:
                yield f"event logs {name}, said to be complete, hosts: {half}", steps, CLAIMED
        # The age limit: what is older was left out, and the source says so.
        for days in (60, 5) if full else (20,):
            at = f"(SELECT max(last_at) FROM event_log) - {days} * 864000000000"
            old = [f"DELETE FROM {t} WHERE {logs} AND at < {at}" for t in ("change_event", "logon_event", "service_event", "log_event")]
            old += [f"DELETE FROM {t} WHERE {logs} AND last_at < {at}" for t in ("event_run", "event_count")]
            old += [f"UPDATE {t} SET first_at = max(first_at, {at}) WHERE {logs}" for t in ("event_run", "event_count", "event_computer", "event_log")]
            yield f"event logs of {days} days, hosts: {half}", [*old, f"UPDATE event_log SET since = {at} WHERE {mine('host')}", say("partial")], everywhere
        # A hole in the middle of each run: half of its time is in no run.
        holes = [f"""INSERT INTO event_run(log, first_record, last_record, first_at, last_at, start, missing)
            SELECT log, (first_record + last_record) / 2 + 2, last_record, first_at + (last_at - first_at) / 4 * 3, last_at, 'jump', 1 FROM event_run
            WHERE {logs} AND last_record > first_record + 8""",
                 f"UPDATE event_run SET last_record = (first_record + last_record) / 2, last_at = first_at + (last_at - first_at) / 4 WHERE {logs} AND start <> 'jump' AND last_record > first_record + 8"]
        gone = [f"DELETE FROM {t} WHERE {logs} AND NOT EXISTS (SELECT 1 FROM event_run r WHERE r.log = {t}.log AND {t}.at BETWEEN r.first_at AND r.last_at)"
                for t in ("change_event", "logon_event", "service_event", "log_event")]
        yield f"event logs with a hole, hosts: {half}", holes, set()
        yield f"event logs with a hole and nothing in it, hosts: {half}", holes + gone, TAMPERED
        yield f"event logs without runs, hosts: {half}", [f"DELETE FROM event_run WHERE {logs}"], set()
        # Records taken out, and everything else as it was: what is not recorded is a finding, never a pass.
        yield f"no change is told, hosts: {half}", [f"DELETE FROM change_event WHERE {logs}"], TAMPERED
        yield f"half of the changes are told, hosts: {half}", [f"DELETE FROM change_event WHERE {logs} AND rowid % 2 = 0"], TAMPERED
    for table in ("host_audit",):
        yield f"{table} not there", [f"DELETE FROM {table}", "DELETE FROM coverage WHERE source = 'kit.audit'", *(f"DELETE FROM {t}" for t, _, _ in ROWS["policy.file"])], {"kit.audit"}
    yield "auditing is off", ["UPDATE host_audit SET setting = 0"], set()
    yield "only failures are audited", ["UPDATE host_audit SET setting = 2"], set()
    yield "every event carved", [f"UPDATE {t} SET is_carved = 1" for t in ("change_event", "log_event")] + ["DELETE FROM event_run"], set()
    yield "logs of domain controllers not in scope", ["DELETE FROM host_target WHERE is_controller", "DELETE FROM coverage WHERE target IN (SELECT host FROM host_state WHERE is_controller)"], set()
    yield "hosts not in scope", ["DELETE FROM host_target", "DELETE FROM coverage WHERE source = 'host.scope'"], set()
    yield "no earlier audit", ["DELETE FROM secret_before"], NOT_ASKED
    yield "half of an earlier audit", [f"DELETE FROM secret_before WHERE subject <> '' AND {ODD.format('subject')} = 1"], set()
    yield "when the earlier audit looked is not told", ["DELETE FROM secret_before WHERE server = ''"], set()
    yield "an earlier audit of one server", ["DELETE FROM secret_before WHERE server = (SELECT max(server) FROM secret_before)"], set()
    yield "no time of the incident", ["DELETE FROM audit_info WHERE name = 'incident_at'"], NOT_ASKED
    yield "one domain controller did not answer", second_server(db), set()
    host = controllers[-1]
    yield "one domain controller did not answer, nor told its log", [*second_server(db), f"DELETE FROM event_log WHERE host = '{host}'", *orphans], set()
    yield "one domain controller is not known", [f"DELETE FROM directory_agent WHERE dns_name = '{host}'", state("ldap.site", "partial")], {"ldap.site"}
    yield "domain controllers without an invocation id", ["UPDATE directory_agent SET invocation_id = NULL"], set()
    yield "domain controllers without a name", ["UPDATE directory_agent SET dns_name = NULL, computer_dn = NULL"], set()
    for source in ("ldap.user", "ldap.computer", "ldap.group", "ldap.foreign", "ldap.metadata", "ldap.site", "ldap.rootdse", "ldap.domain", "ldap.security"):
        for word, kept in [("denied", "none"), ("partial", 0), ("partial", 1), ("unreachable", "all"), ("failed", "none")] if full else [("denied", "none"), ("partial", 0)]:
            yield f"{source} {word}, rows kept: {kept}", lose(source, kept) + [state(source, word)], {source}
    for source in ("smb.group", "smb.machine", "smb.account", "net.smb"):
        yield from hosts_lose(source, [("denied", ("all", 0)), ("never asked", ("all",))])


def prepare_events(tool, db, folder):
    """What a start needs in which everything was seen: hosts that told nothing are not in scope, the others had logs of Remote Desktop too; an audit
    policy, an earlier audit, the time of an incident, and krbtgt reset twice."""
    with db:
        db.execute("DELETE FROM host_target WHERE host NOT IN (SELECT target FROM coverage WHERE source = 'event.change' AND state = 'complete')")
        db.execute("DELETE FROM coverage WHERE source GLOB '*.*' AND substr(source, 1, 4) IN ('net.', 'smb.', 'even', 'kit.') AND target NOT IN (SELECT host FROM host_target)")
        db.execute("UPDATE coverage SET state = 'complete', reason = NULL WHERE source = 'event.rdp'")
        db.execute("DELETE FROM host_audit")
        db.execute("INSERT INTO host_audit(host, subcategory, origin, setting) SELECT t.host, s.subcategory, 'kit', 3 FROM host_target t, (SELECT column1 AS subcategory FROM (VALUES "
                   + ", ".join(f"('0cce{n}-69ae-11d9-bed3-505054503030')" for n in AUDITED) + ")) s")
        db.execute("INSERT OR REPLACE INTO coverage(source, target, state) SELECT 'kit.audit', host, 'complete' FROM host_target")
    first = os.path.join(folder, "first.db")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copyfile(tool.whole, first)
    tool.judge(first)
    ago = dict(db.execute("SELECT 'incident', strftime('%Y-%m-%dT%H:%M:%SZ', now / 10000000 - 11644473600 - 33 * 86400, 'unixepoch') FROM clock"))["incident"]
    Tool(tool.kagimori, folder, tool.whole, ["--incident-time", ago, "--baseline", first], tool.checks).judge(tool.whole)
    with db:
        db.execute("UPDATE secret_before SET password_version = 4, password_at = (SELECT now FROM clock) - 6 * 864000000000 WHERE subject GLOB '*-502'")
        db.execute("UPDATE secret_change SET password_version = 5, password_at = (SELECT now FROM clock) - 4 * 864000000000 WHERE guid = (SELECT guid FROM account WHERE sid GLOB '*-502')")
        db.execute("DELETE FROM audit_info WHERE name = 'derived'")


def event_cases(tool, laws, report):
    """Losses with an exact outcome: logs that were read to their end, and in which nothing can be."""
    silent = [f"DELETE FROM {t}" for t in ("change_event", "logon_event", "host_audit", "policy_audit", "event_count")]
    asked = ("record.sid-history", "record.hash", "record.dsrm", "record.policy", "record.trust", "record.group", "record.account", "record.admin-acl", "record.log.clock",
             "triage.administrator", "triage.logon", "triage.ntlm", "triage.privileged", "triage.kerberos", "triage.remote-desktop")
    for name, steps in (("nothing is known of auditing", silent), ("nothing is audited", ["UPDATE host_audit SET setting = 0", *silent[:2]]),
                        ("only failures are audited", ["UPDATE host_audit SET setting = 2", *silent[:2]])):
        after = laws.named(tool.without([*steps, "DELETE FROM log_event WHERE kind = 'clock'"]))
        # No matter on a server.
        report(f"{name}: nothing passes", [" ".join(k) for k, v in after.items() if v == "pass" and k[0].startswith(asked)
                                           and not (k[0] == "triage.privileged.workstation" and k[1] in laws.servers)])
        report(f"{name}: every check says so", sorted({c for c in laws.sources if c.startswith(asked)} - {k[0] for k, v in after.items() if v == "unknown"} - {"triage.kerberos.rc4-tickets"}))


def event_checks(folder):
    """The checks about events alone, so that a try is quick."""
    own = os.path.join(folder, "checks")
    for name in os.listdir(CHECKS):
        if name in ("records", "triage", "schema"):
            shutil.copytree(os.path.join(CHECKS, name), os.path.join(own, name))
        elif name.endswith(".yaml"):
            os.makedirs(own, exist_ok=True)
            shutil.copy(os.path.join(CHECKS, name), own)
    return own
