#!/usr/bin/python3
"""Nothing that was not seen passes: unseen.py KAGIMORI EVIDENCE [--hosts|--events] [--full] [--only REGEX].

Takes an audit in which everything was seen, makes copies in which something was not, evaluates each copy and compares the
verdicts with those of the whole. Prints "ok"/"FAILED" lines, one a loss. Four laws for every copy:
  pass    no (check, subject, item) passes that did not pass before
  gone    a failed one that is no longer there leaves an unknown in its check: it never goes in silence
  silent  a check whose subjects come from a lost source says unknown somewhere
  letter  no grade becomes an A or a B by it that it was not before
Without --full the losses are sampled, so that the test ends within a minute; --full tries them all (about five minutes).
With --hosts it is hosts that tell less, all of them or half: each answers for itself alone. Not all need to have told everything.
With --events it is their event logs: whole ones, their events, columns of them."""
import argparse
import atexit
import concurrent.futures
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import zlib

CHECKS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../checks")

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

# Event logs are known by their number.
EVENT_TABLES = ("event_computer", "event_run", "event_count", "change_event", "logon_event", "service_event", "log_event")
EVENT_SOURCES = ("event.change", "event.logon", "event.system", "event.rdp")
# Source -> tables, which of the logs.
EVENT_ROWS = {
    "event.change": (("change_event", "log_event"), "channel = 'Security'"), "event.logon": (("logon_event",), "channel = 'Security'"),
    "event.system": (("service_event", "log_event"), "channel = 'System'"), "event.rdp": (("logon_event",), "channel LIKE '%TerminalServices%'")}
# Subcategories of auditing, by the first part of their GUIDs.
AUDITED = ("9210", "9211", "9212", "9215", "9216", "9217", "921b", "9228", "922b", "922f", "9230", "9235", "9236", "9237", "923a", "923c", "923f", "9240", "9242")
# Losses that cannot be told from something that did not happen: only proofs of a change may not appear (a). What nobody asked is not judged (b).
# Where the coverage claims what the logs do not hold, which the supervisor never writes, nothing need be unknown (c).
TAMPERED, NOT_ASKED, CLAIMED = frozenset(["tampered"]), frozenset(["not asked"]), frozenset(["claimed"])
# What is a row only where it is not known who is an administrator of the domain, and passes since the host knows him as its own.
EVENTS_JUDGED = {"ldap.group": ("triage.logon.special-privilege",), "ldap.user": ("triage.logon.special-privilege",)}

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
    "logon_event.account_domain": "names are compared without it", "logon_event.address": "none, or the machine itself",
    "logon_event.workstation": "not told: the source is the host", "logon_event.sub_status": "the status tells the reason, or hides which",
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


# Settings of a service that is known to be off are not applicable; where that is not known, they are judged as if it were on. They
# were read, so that a good one passes: source -> beginning of the check's id.
JUDGED_AS_ON = {"smb.service": ("host.winrm.",)}
# The same where only policies tell whether a host's Remote Desktop and WinRM are on.
JUDGED_AS_ON_BY_POLICY = {s: ("host.rdp.", "host.winrm.") for s in (
    "policy.file", "ldap.ou", "ldap.gpo", "ldap.group", "ldap.security", "ldap.site", "ldap.computer")}


# What the lab has no good example of.
NEVER_PASSES = {"triage.kerberos.rc4-tickets"}
# Of another directory: a test of its own (23_openldap.sh).
ELSEWHERE = "record.openldap."
# Checks that pass by a record of a change, and those that ask only where an incident or an earlier audit is known.
PROVEN = ("record.password.unrecorded", "record.computer.unrecorded", "record.krbtgt.")
ASKED = ("record.password.privileged-unchanged", "record.password.unchanged", "record.computer.unchanged", "record.password.forged", "record.krbtgt.")


class Verdicts(dict):
    """(check, subject, item) -> verdict; letters: theme -> grade."""
    letters = {}


class Tool:
    """Judges evidence files. Checks are loaded once for many tries (evaluate_many, built beside kagimori); with other arguments, and where it is
    not built, kagimori evaluate does it."""

    def __init__(self, kagimori, folder, whole, arguments=(), checks="", profile=""):
        self.kagimori, self.folder, self.whole, self.arguments = kagimori, folder, whole, list(arguments)
        self.checks, self.profile, self.own = checks, profile, threading.local()
        self.many = os.path.join(os.path.dirname(os.path.abspath(kagimori)), "evaluate_many")

    def evaluate(self, path):
        words = [*(("--checks", self.checks) if self.checks else ()), *(("--profile", self.profile) if self.profile else ()), *self.arguments]
        end = subprocess.run([self.kagimori, "evaluate", path, *words], capture_output=True, text=True, check=False)
        if end.returncode not in (0, 1, 3):
            raise RuntimeError(f"evaluate ended with {end.returncode}: {end.stderr[-300:]}")

    def evaluate_quickly(self, path):
        if not hasattr(self.own, "process"):
            self.own.process = process = subprocess.Popen([self.many, self.checks or CHECKS, *([self.profile] if self.profile else [])],
                                                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            atexit.register(process.communicate)  # it ends with its input; waited for, so that its seconds count
        self.own.process.stdin.write(path + "\n")
        self.own.process.stdin.flush()
        said = self.own.process.stdout.readline()
        if said != "ok\n":
            raise RuntimeError(f"evaluate_many said {said!r}")

    def judge(self, path):
        """The verdicts: (check, subject, item) -> verdict."""
        if self.arguments or not os.access(self.many, os.X_OK):
            self.evaluate(path)
        else:
            self.evaluate_quickly(path)
        db = sqlite3.connect(path)
        found = Verdicts({(c, s, i): v for c, s, i, v in db.execute(
            "SELECT c.id, r.subject, r.item, r.verdict FROM result r JOIN check_info c USING (check_no)")})
        found.letters = dict(db.execute("SELECT theme, grade FROM grade"))
        db.close()
        return found

    def without(self, statements):
        """Verdicts over a copy in which the statements were run."""
        fd, path = tempfile.mkstemp(suffix=".db", dir=self.folder)
        os.close(fd)
        try:
            shutil.copyfile(self.whole, path)
            db = sqlite3.connect(path)
            attach_halves(db, self.folder)
            with db:
                for s in (*statements, "DELETE FROM audit_info WHERE name = 'derived'"):
                    db.execute(s)
            db.close()
            return self.judge(path)
        finally:
            for end in ("", "-wal", "-shm"):
                if os.path.exists(path + end):
                    os.unlink(path + end)


def aliases(db):
    """Other keys of the same thing: what loses its SID goes by its GUID, a link without a GUID by the name of its policy."""
    same = {}
    for sql in ("SELECT guid, sid FROM account", "SELECT guid, sid FROM directory_group", "SELECT guid, sid FROM domain_head",
                "SELECT guid, partner_sid FROM trusted_domain", "SELECT guid, gpo_id FROM policy_object",
                "SELECT gpo_dn, gpo_id FROM policy_link",
                "SELECT t.host, a.sid FROM host_target t JOIN account a ON a.guid = t.account_guid",
                "SELECT a.guid, c.sid FROM directory_agent a JOIN account c ON c.dn = a.computer_dn COLLATE NOCASE"):
        for other, key in db.execute(sql):
            if key:
                same[other] = key
    return same


def view_sources(db):
    """Check -> the sources that its subjects come from."""
    own = {}
    for view, source in db.execute("SELECT view, source FROM view_source WHERE column_name = ''"):
        own.setdefault(view, set()).add(source)
    return {check: own.get(view, set()) for check, view in db.execute("SELECT id, view FROM check_info")}


class Laws:
    def __init__(self, before, same, sources, judged_as_on=None, is_strict=False):
        """is_strict: an unknown that was there before is no answer to a loss."""
        self.is_strict = is_strict
        self.same, self.sources, self.judged_as_on = same, sources, judged_as_on or JUDGED_AS_ON
        self.before, self.letters = self.named(before), getattr(before, "letters", {})
        # A member that is reported in the group nearest to him is reported in an outer one when the nearer is not seen.
        self.items = {(c, i) for (c, _, i), v in self.before.items() if v == "pass" and i}

    def named(self, verdicts):
        return {(c, self.same.get(s, s), self.same.get(i, i)): v for (c, s, i), v in verdicts.items()}

    def broken(self, after, lost):
        """What breaks a law, as sentences. lost: sources that were not seen to their end."""
        return self.broken_letters(after, lost) + self.broken_verdicts(after, lost)

    def broken_letters(self, after, lost):
        """A letter that was - or worse may become no A and no B; what only looks as if it were not there is not told."""
        if lost in (TAMPERED, NOT_ASKED, CLAIMED):
            return []
        return [f"letter: theme '{theme}' was {self.letters.get(theme, '-')}, is {now}" for theme, now in getattr(after, "letters", {}).items()
                if now in "AB" and (self.letters.get(theme, "-") == "-" or self.letters[theme] > now)]

    def broken_verdicts(self, after, lost):
        after = self.named(after)
        unknown = {k[0] for k, v in after.items() if v == "unknown" and (not self.is_strict or self.before.get(k) != "unknown")}
        if lost == TAMPERED:
            return [f"pass: {' '.join(k)} was {self.before.get(k, 'not there')}" for k, v in after.items()
                    if v == "pass" and self.before.get(k) != "pass" and k[0].startswith(PROVEN)]
        if lost == NOT_ASKED:
            unknown |= {k[0] for k in self.before if k[0].startswith(ASKED)}
        if self.is_strict:
            return self.broken_events(after, lost, unknown)
        said = [f"error: {' '.join(k)}" for k, v in after.items() if v == "error"]
        for k, v in after.items():
            as_on = k not in self.before and any(k[0].startswith(self.judged_as_on.get(source, "-")) for source in lost)
            if v == "pass" and self.before.get(k) != "pass" and not as_on and (k in self.before or (k[0], k[2]) not in self.items):
                said.append(f"pass: {' '.join(k)} was {self.before.get(k, 'not there')}")
        for k, v in self.before.items():
            if v == "fail" and k not in after and k[0] not in unknown:
                said.append(f"gone: {' '.join(k)}")
        return said + [f"silent: {c}" for c, own in self.sources.items() if own & lost and c not in unknown]



    def broken_events(self, after, lost, unknown):
        """The same for rows whose keys are made of what events tell: one that is told less of is there under another key."""
        gone = {k for k in self.before if k not in after}
        renamed = {(c, s) for c, s, i in gone if self.before[c, s, i] == "pass"}
        said = [f"error: {' '.join(k)}" for k, v in after.items() if v == "error"]
        for k, v in after.items():
            as_on = k not in self.before and any(k[0].startswith(EVENTS_JUDGED.get(source, "-")) for source in lost)
            if v == "pass" and self.before.get(k) != "pass" and not as_on and "stranger.example" not in k[1] + k[2] and not (k not in self.before and k[:2] in renamed):
                said.append(f"pass: {' '.join(k)} was {self.before.get(k, 'not there')}")
        if lost == CLAIMED:
            return said
        failed = {k[0] for k, v in after.items() if v == "fail" and k not in self.before}
        said += [f"gone: {' '.join(k)}" for k in gone if self.before[k] == "fail" and k[0] not in unknown | failed]
        return said + [f"silent: {c}" for c, own in self.sources.items() if own & lost and c not in unknown]


# Halves are made by what is the same in every build of the lab: GUIDs are not, so that what is named by one is told by its DN.
ODD = "coalesce((SELECT p.odd FROM unseen_half p WHERE p.id = {0}), (unicode(substr({0}, 8, 1)) + length({0})) % 2)"


# They stand beside the evidence: Kagimori judges no file that has a table of somebody else.
def attach_halves(db, folder):
    db.execute("ATTACH ? AS halves", (os.path.join(folder, "halves.db"),))


def make_halves(db, folder):
    attach_halves(db, folder)
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


class Report:
    def __init__(self):
        self.failed = 0

    def __call__(self, name, said):
        if said:
            self.failed += 1
            print(f"FAILED {name}: {len(said)}: " + "; ".join(sorted(said)[:12]), flush=True)
        else:
            print(f"ok {name}", flush=True)


def single_cases(tool, of_all, laws, db, report):
    """Losses with an exact outcome; of_all: the tool and the laws with every check."""
    nothing = of_all[0].without([s for source in ROWS for s in lose(source, "none")] + ["UPDATE coverage SET state = 'unreachable'"])
    report("an audit that saw nothing judges nothing", [f"{v}: {' '.join(k)}" for k, v in nothing.items() if v != "unknown"])
    report("and every check says so", sorted(set(of_all[1].sources) - {k[0] for k in nothing}))
    for name, steps, lost in special(db):
        report(f"{name}, with every check", of_all[1].broken(of_all[0].without(steps), lost))
    # The built-in Administrator, unused as far as all servers know, and then as far as one of two knows.
    quiet = ["UPDATE account_logon SET last_logon = 0", "UPDATE account SET logon_timestamp = created_at"]
    rid500 = ("ad.administrator.recent-use", db.execute("SELECT sid FROM account WHERE sid GLOB '*-500'").fetchone()[0], "")
    both, one = tool.without(quiet).get(rid500), tool.without(quiet + second_server(db)).get(rid500)
    report("a domain controller that did not answer may know of a logon",
           [] if (both, one) == ("pass", "unknown") else [f"with both servers {both}, with one {one}"])
    after = laws.named(tool.without(second_server(db)))
    report("a domain controller that did not answer: nothing turns to pass",
           [" ".join(k) for k, v in after.items() if v == "pass" and laws.before.get(k) != "pass"])
    # A key that cannot be understood is a key.
    guid, sid, dn = db.execute("SELECT a.guid, a.sid, a.dn FROM account a JOIN key_credential k USING (guid)").fetchone()
    after = tool.without([f"DELETE FROM key_credential WHERE guid = '{guid}'",
                          f"INSERT INTO malformed_value VALUES('ldap.user', 'x', '{dn}', 'msDS-KeyCredentialLink', 'x')"])
    # ad.key.privileged asks whose the key is, and that is known.
    verdicts = {v for (c, s, _), v in after.items() if s == sid and c.startswith("ad.key.") and c != "ad.key.privileged"}
    report("a key credential that could not be understood", [] if verdicts == {"unknown"} else [str(verdicts)])
    # Group checks of one group whose members were not all told.
    after = tool.without(["UPDATE directory_group SET members_complete = 0 WHERE rid = 518"])
    key = ("ad.privileged.schema-admins-empty", db.execute("SELECT sid FROM directory_group WHERE rid = 518").fetchone()[0], "")
    report("a group whose members were not all told", [] if after.get(key) == "unknown" else [str(after.get(key))])
    # Objects whose descriptors are not readable have no verdict about rights.
    after = tool.without(["UPDATE security_descriptor SET dacl = 'malformed', owner_sid = NULL"])
    report("malformed descriptors pass nowhere", [" ".join(k) for k, v in after.items()
                                                  if v == "pass" and k[0].startswith(("ad.rights.", "ad.laps.readers"))
                                                  and laws.sources[k[0]] & {"ldap.ou", "ldap.computer"}])


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


def policy_stands_in(tool, evidence, full, report):
    """Hosts that told nothing, with Group Policy: what is lost of that turns nothing to pass either."""
    whole = os.path.join(tool.folder, "policy.db")
    shutil.copyfile(evidence, whole)
    db = sqlite3.connect(whole)
    make_halves(db, tool.folder)
    with db:
        for tables in HOST_ROWS.values():
            for t, _, _ in tables:
                db.execute(f"DELETE FROM {t}")
        db.execute("UPDATE coverage SET state = 'unreachable' WHERE source GLOB 'net.*' OR source GLOB 'smb.*' OR source GLOB 'kit.*'")
        db.execute("DELETE FROM audit_info WHERE name = 'derived'")
    if not db.execute("SELECT count(*) FROM policy_folder").fetchone()[0]:
        report("an audit without the files of policies", [])
        return
    only = Tool(tool.kagimori, tool.folder, whole, checks=tool.checks, profile=tool.profile)
    laws = Laws(only.judge(whole), aliases(db), {}, JUDGED_AS_ON_BY_POLICY)
    for source in ("policy.file", "ldap.ou", "ldap.gpo", "ldap.group", "ldap.security", "ldap.site", "ldap.computer"):
        for word, kept in [("denied", "none"), ("partial", 0), ("partial", 1)] if full else [("partial", 0)]:
            report(f"policy stands in, {source} {word}, rows kept: {kept}",
                   laws.broken(only.without(lose(source, kept) + [state(source, word)]), {source}))
    # A folder that was not wholly read says nothing of what is lost in it.
    report("policy stands in, folders read in part", laws.broken(only.without(
        ["UPDATE policy_folder SET state = 'partial'", "DELETE FROM policy_registry WHERE rowid % 2 = 0", state("policy.file", "partial")]), {"policy.file"}))


def touched_checks(folder, db):
    """A folder of checks with a profile "touched": those that the directory's evidence can answer. What only hosts, logs and people answer is
    unknown here from the start, whatever is taken away of the directory: tests of their own try that, and single_cases all of them."""
    own = os.path.join(folder, "touched")
    shutil.copytree(CHECKS, own, ignore=lambda at, names: {"reset", "frameworks", "schema"} & set(names))
    sources = view_sources(db)
    judged = {c for (c,) in db.execute("SELECT DISTINCT id FROM check_info JOIN check_count USING (check_no) WHERE verdict <> 'unknown' AND subjects > 0")}
    ids = sorted(c for c, of in sources.items() if c in judged or of & set(ROWS))
    with open(os.path.join(own, "profiles", "touched.yaml"), "w", encoding="utf-8") as f:
        f.write('title: { en: "touched", ja: "試験用" }\nwhy: { en: "A test.", ja: "試験用です。" }\ninclude: [' + ", ".join(ids) + "]\n")
    return own


def event_checks(folder):
    """The checks about events alone, so that a try is quick."""
    root, own = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../checks"), os.path.join(folder, "checks")
    for name in os.listdir(root):
        if name in ("records", "triage", "schema"):
            shutil.copytree(os.path.join(root, name), os.path.join(own, name))
        elif name.endswith(".yaml"):
            os.makedirs(own, exist_ok=True)
            shutil.copy(os.path.join(root, name), own)
    return own


def main():
    p = argparse.ArgumentParser()
    p.add_argument("kagimori")
    p.add_argument("evidence")
    p.add_argument("--full", action="store_true")
    p.add_argument("--hosts", action="store_true")
    p.add_argument("--events", action="store_true")
    p.add_argument("--only", default="")
    o = p.parse_args()
    report = Report()
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as folder:
        whole = os.path.join(folder, "whole.db")
        shutil.copyfile(o.evidence, whole)
        tool = Tool(o.kagimori, folder, whole, profile="hosts" if o.hosts else "", checks=event_checks(folder) if o.events else "")
        db = sqlite3.connect(whole)
        make_halves(db, folder)
        if o.hosts:
            # Where a host loses something, Group Policy stands in for it: a law of its own (policy_stands_in). Here it says nothing.
            with db:
                for t, _, _ in ROWS["policy.file"]:
                    db.execute(f"DELETE FROM {t}")
                db.execute("DELETE FROM audit_info WHERE name = 'derived'")
        if o.events:
            prepare_events(tool, db, folder)
        before = tool.judge(whole)
        of_all = tool, Laws(before, aliases(db), view_sources(db))
        if not o.hosts and not o.events:
            tool = Tool(o.kagimori, folder, whole, checks=touched_checks(folder, db), profile="touched")
            before = tool.judge(whole)
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        laws = Laws(before, aliases(db), view_sources(db), is_strict=o.events)
        laws.servers = {laws.same.get(s, s) for (s,) in db.execute("SELECT subject FROM host_state WHERE is_server = 1 OR is_controller = 1")}
        # No server of OpenLDAP or FreeIPA is named, and that is an answer; neither was anything imported, nor is there a questionnaire.
        unseen = db.execute("SELECT count(*) FROM coverage WHERE state <> 'complete' AND target NOT IN ('openldap', 'freeipa')").fetchone()[0]
        if o.hosts:
            rows = db.execute("SELECT count(*) FROM host_registry").fetchone()[0]
            report("the audit to start from saw hosts", [] if rows and before else ["no host told its registry"])
            nothing = tool.without([f"DELETE FROM {t}" for all_of in HOST_ROWS.values() for t, _, _ in all_of] + [
                "UPDATE coverage SET state = 'unreachable' WHERE source GLOB 'net.*' OR source GLOB 'smb.*'"])
            report("hosts that told nothing pass nothing, whatever the directory says of them",
                   [f"{v}: {' '.join(k)}" for k, v in nothing.items() if v != "unknown"])
            tries = [*whole_hosts(o.full), *single_columns(db, HOST_ROWS, o.full)]
        elif o.events:
            known = {k[0] for k, v in before.items() if v == "pass"}
            report("the audit to start from saw event logs", [f"nothing passes: {c}" for c in sorted(laws.sources) if c.startswith(("record.", "triage."))
                                                                 and not c.startswith(ELSEWHERE) and c not in known | NEVER_PASSES])
            columns = {"event": [(t, "1", "log") for t in ("event_log", *EVENT_TABLES)] + [("secret_before", "1", "subject"), ("secret_change", "1", "guid")]}
            tries = [*whole_events(db, o.full), *single_columns(db, columns, o.full)]
            # A third of them, always the same ones.
            tries = [t for t in tries if o.full or zlib.crc32(t[0].encode()) % 3 == 0]
        else:
            report("the audit to start from saw everything", [] if unseen == 0 and before else [f"{unseen} sources were not seen"])
            tries = [*whole_sources(o.full), *single_columns(db, ROWS, o.full)]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            jobs = [(name, lost, pool.submit(tool.without, steps)) for name, steps, lost in tries if re.search(o.only, name)]
            for name, lost, job in jobs:
                report(name, laws.broken(job.result(), lost))
        if o.hosts and not o.only:
            policy_stands_in(tool, o.evidence, o.full, report)
        if o.events and not o.only:
            event_cases(tool, laws, report)
        if not o.only and not o.hosts and not o.events:
            single_cases(tool, of_all, laws, db, report)
        db.close()
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
