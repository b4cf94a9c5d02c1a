#!/usr/bin/python3
"""Nothing that was not seen is done: unseen_plan.py KAGIMORI EVIDENCE [--full] [--only REGEX].

Takes an audit, resets every secret of it in a copy (new versions and times, an incident the day before), and makes the reset plan. Then it takes
something away (a source with its rows, a domain controller, a column, what earlier audits saw), makes the plan again and compares. Two laws:
  done    no (action, subject) is done, attested or not needed that was not before; not needed may be what is gone from a source that was read
  gone    a subject that is no longer there leaves something open in its action: it never goes in silence
The same with a second domain controller that holds the old secrets: there, almost nothing is done, and a loss must not change that.
At last the same with a playbook that takes what was not seen for done: the losses must find it.
Without --full the losses are a fixed sample, so that the test ends within a minute of one processor."""
import argparse
import concurrent.futures
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile

import unseen_laws
import unseen_losses

DAY, HOUR = 864000000000, 36000000000
SECRETS = ("password", "date", "history", "kerberos", "laps", "trust", "trust_older")
# What a sample loses: sources that the plan reads only through others, and the columns that prove a reset or name its subject.
BEHIND_IT = {"ldap.rootdse", "ldap.forest", "ldap.service_account", "ldap.foreign", "ldap.security", "ldap.schema", "net.smb"}
SAMPLE = {f"secret_change.{n}" for n in ("password_version", "date_version", "date_at", "kerberos_version", "laps_version", "laps_at", "trust_version", "trust_at")} | {
    "account.sid", "account.uac", "account.pwd_last_set", "account.created_at", "account.managed_password_key", "directory_agent.computer_dn", "directory_agent.is_read_only",
    "directory_agent.dns_name", "directory_server.dsa_dn", "domain_head.sid", "local_account.flags", "local_account.pwd_last_set", "host_target.is_controller", "trusted_domain.direction", "key_credential.created_at"}
FINISHED = ("done", "attested", "not_needed")
# Columns that are keys or that name a source: what loses one is another row.
KEYS = {"guid", "server", "source", "target", "host"}
TABLES = ("secret_change", "account", "directory_agent", "directory_server", "domain_head", "kds_root_key", "key_credential", "trusted_domain",
          "local_account", "password_trial", "host_target", "host_machine", "enrollment_service", "secret_seen", "event_log", "change_event")
# NULL is an answer that rows.def documents.
NOT_SET = set(unseen_losses.NOT_SET) | {
    "secret_change.trust_older_version", "secret_change.trust_older_at",  # there is one secret only
    "host_target.account_guid",  # the host and the computer of the directory are then two subjects
    "account.key_credential_count", "account.certificate_mapping_count", "kds_root_key.created_at",
}
# That there is no such thing: a row of another kind than its action asks for. column -> the actions whose subjects it chooses.
CHOOSES = {"account.kind", "account.uac", "account.rid", "account.primary_group_rid", "account.sid", "account.sam_name", "account.created_at"}


class Tool:
    def __init__(self, kagimori, folder, incident, checks):
        self.kagimori, self.folder, self.incident, self.checks = kagimori, folder, incident, checks

    def plan(self, path):
        """(action, subject) -> state."""
        end = subprocess.run([self.kagimori, "plan", path, "--incident-time", self.incident, "--checks", self.checks, "--format", "csv", "--out", path + ".d"], capture_output=True, text=True, check=False)
        if end.returncode not in (0, 1, 3):
            raise RuntimeError(f"plan ended with {end.returncode}: {end.stderr[-300:]}")
        db = sqlite3.connect(path)
        found = {(a, s): v for a, s, v in db.execute("SELECT a.id, i.subject, i.state FROM reset_item i JOIN reset_action a USING (action_no)")}
        db.close()
        return found

    def without(self, whole, statements):
        fd, path = tempfile.mkstemp(suffix=".db", dir=self.folder)
        os.close(fd)
        try:
            shutil.copyfile(whole, path)
            db = sqlite3.connect(path)
            with db:
                for s in (*statements, "DELETE FROM audit_info WHERE name = 'derived'"):
                    db.execute(s)
            db.close()
            return self.plan(path)
        finally:
            shutil.rmtree(path + ".d", ignore_errors=True)
            for end in ("", "-wal", "-shm"):
                if os.path.exists(path + end):
                    os.unlink(path + end)


def playbook(own, spoil=False):
    """The playbook with the checks that it names alone, since each run reads them all. Spoilt, what is not seen counts as done."""
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../checks")
    shutil.copytree(os.path.join(root, "reset"), os.path.join(own, "reset"))
    named = set()
    for name in os.listdir(os.path.join(own, "reset")):
        with open(os.path.join(own, "reset", name), encoding="utf-8") as f:
            for line in re.findall(r"(?m)^findings: *\[(.*)\]", f.read()):
                named |= {x.strip() for x in line.split(",")}
    pattern = re.compile("(?m)^id: (?:" + "|".join(re.escape(x).replace(r"\*", ".*") for x in sorted(named)) + ") *$")
    for folder, _, names in os.walk(root):
        for name in names:
            path = os.path.join(folder, name)
            if not name.endswith(".yaml") or os.path.basename(folder) in ("reset", "profiles", "schema"):
                continue
            with open(path, encoding="utf-8") as f:
                if folder == root or pattern.search(f.read()):
                    shutil.copy(path, os.path.join(own, name if folder == root else f"{os.path.basename(folder)}-{name}"))
    if not spoil:
        return own
    for name in os.listdir(os.path.join(own, "reset")):
        path = os.path.join(own, "reset", name)
        with open(path, encoding="utf-8") as f:
            text = f.read()
        with open(path, "w", encoding="utf-8") as f:
            f.write(re.sub(r"(?m)^done: (?!attest$)(.+)$", r"done: ((\1) IS NOT 0) AND name IS NOT NULL", text))
    return own


def reset_everything(path, now):
    """Two resets of every secret an hour ago, on every domain controller; the versions of before stay in secret_seen."""
    at = (now - HOUR) // 10000000 * 10000000
    db = sqlite3.connect(path)
    with db:
        # What the audit saw when it was current, after the incident.
        for secret, subject in (("password", "coalesce(a.sid, c.guid)"), ("laps", "coalesce(a.sid, c.guid)"), ("trust", "c.guid")):
            db.execute(f"INSERT OR REPLACE INTO secret_seen SELECT {subject}, '{secret}', max(c.{secret}_version), min({now - 3 * DAY}, max(c.{secret}_at)), {now - DAY // 2}"
                       f" FROM secret_change c LEFT JOIN account a ON a.guid = c.guid WHERE c.{secret}_version IS NOT NULL GROUP BY c.guid")
        for s in SECRETS:
            db.execute(f"UPDATE secret_change SET {s}_version = {s}_version + 2, {s}_at = {at} WHERE {s}_version IS NOT NULL")
        db.execute(f"UPDATE account SET pwd_last_set = {at} WHERE pwd_last_set > 0")
        db.execute(f"UPDATE local_account SET pwd_last_set = {at} WHERE pwd_last_set > 0")
        db.execute("DELETE FROM audit_info WHERE name IN ('derived', 'incident_at')")
        db.execute("UPDATE coverage SET state = 'complete', reason = NULL WHERE source GLOB 'ldap.*' AND target <> 'openldap'")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


def hold_back(path, server):
    """One domain controller has the versions of before."""
    db = sqlite3.connect(path)
    with db:
        for s in SECRETS:
            db.execute(f"UPDATE secret_change SET {s}_version = {s}_version - 2, {s}_at = {s}_at - {10 * DAY} WHERE {s}_version IS NOT NULL AND server = ?", (server,))
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


def sources():
    """A source that was not read: with its rows gone, or half of them."""
    for source, tables in {**unseen_losses.ROWS, **unseen_losses.HOST_ROWS}.items():
        for state, share in (("denied", "1"), ("partial", "unicode(substr(hex({key}), -1)) % 2")):
            steps = [f"DELETE FROM {t} WHERE ({where}) AND {share.format(key=key)}" for t, where, key in tables]
            yield f"{source} {state}", {source}, [*steps, f"UPDATE coverage SET state = '{state}', reason = 'denied' WHERE source = '{source}'"]


def controllers(db):
    for (server,) in db.execute("SELECT DISTINCT server FROM secret_change ORDER BY 1").fetchall():
        lost = [f"DELETE FROM secret_change WHERE server = '{server}'", f"DELETE FROM coverage WHERE source = 'ldap.metadata' AND target = '{server}'"]
        gone = [f"DELETE FROM directory_server WHERE host = '{server}'"]
        site = ["UPDATE coverage SET state = 'partial', reason = 'timeout' WHERE source = 'ldap.site'"]
        agent = f"(SELECT dsa_dn FROM directory_server WHERE host = '{server}')"
        yield f"{server} did not answer", set(), lost + gone
        yield f"{server} told no metadata", set(), lost
        yield f"{server} told half of its metadata", set(), [
            f"DELETE FROM secret_change WHERE server = '{server}' AND rowid % 2", f"UPDATE coverage SET state = 'partial', reason = 'timeout' WHERE source = 'ldap.metadata' AND target = '{server}'"]
        yield f"{server} is not in the list of domain controllers", {"ldap.site"}, [f"DELETE FROM directory_agent WHERE dn = {agent}", *site]
        yield f"{server} is not in that list and did not answer", {"ldap.site"}, [f"DELETE FROM directory_agent WHERE dn = {agent}", *site, *lost, *gone]
    yield "no earlier audit", set(), ["DELETE FROM secret_seen"]


def columns(db):
    for table in TABLES:
        for _, name, _, must, _, key in db.execute(f"PRAGMA table_info({table})").fetchall():
            if not must and not key and name not in KEYS and f"{table}.{name}" not in NOT_SET and \
                    db.execute(f"SELECT 1 FROM {table} WHERE \"{name}\" IS NOT NULL LIMIT 1").fetchone():
                yield f"{table}.{name} is not told", {f"{table}.{name}"}, [f"UPDATE {table} SET \"{name}\" = NULL"]


def broken(before, after, lost, same):
    said = []
    before = {(a, same.get(s, s)): v for (a, s), v in before.items()}
    # Who is taken for less than he is (a group was not told) has another action, which may be proven if his own was.
    finished = {s for (_, s), v in before.items() if v in FINISHED}
    unread = any(s == f"source:{x}" and v not in FINISHED for (_, s), v in after.items() for x in lost)
    open_in = {a for (a, _), v in after.items() if v not in FINISHED}
    for (a, s), v in after.items():
        s = same.get(s, s)
        was = before.get((a, s))
        # What was not needed may be done as well.
        if v in ("done", "attested") and was not in FINISHED and not (was is None and (s in finished or lost & CHOOSES)):
            said.append(f"done: {a} {s} was {was or 'not there'}")
        if v == "not_needed" and was is not None and was not in FINISHED:
            said.append(f"not needed: {a} {s} was {was}")
    now = {(a, same.get(s, s)) for a, s in after}
    if not lost & CHOOSES:
        said += [f"gone: {a} {s} was {v}" for (a, s), v in before.items() if v != "not_needed" and (a, s) not in now and a not in open_in and not unread]
    return said


def is_taken(base, whole, name, read):
    """Is a loss part of the sample? read: the sources that the plan's views name."""
    if re.match(r"dc|no earlier", name):
        return True
    word, how = name.split()[:2]
    if base != whole:
        return word in ("ldap.site", "ldap.metadata", "ldap.domain") and how == "denied" or word in (
            "secret_change.password_version", "directory_agent.computer_dn", "directory_agent.dns_name", "domain_head.sid")
    if how == "denied" or how == "partial":
        return how == "denied" and word in read | BEHIND_IT or word in ("ldap.metadata", "ldap.site", "ldap.user", "ldap.group", "ldap.trust", "smb.account", "smb.machine")
    return word in SAMPLE


def spoilt(tool, whole, folder, same, tries, report):
    """A test that cannot fail is no test."""
    report("a subject that goes in silence is caught", [] if broken({("a", "s"): "ready"}, {}, set(), {}) else ["it is not"])
    bad = Tool(tool.kagimori, folder, tool.incident, playbook(os.path.join(folder, "spoilt"), spoil=True))
    before = bad.without(whole, [])
    for name, lost, steps in tries:
        said = broken(before, bad.without(whole, steps), lost, same)
        report(f"a playbook that takes what was not seen for done is caught: {name}", [] if any(x.startswith("done: ") for x in said) else ["it is not"])


def main():
    p = argparse.ArgumentParser()
    p.add_argument("kagimori")
    p.add_argument("evidence")
    p.add_argument("--full", action="store_true")
    p.add_argument("--only", default="")
    o = p.parse_args()
    failed = 0

    def report(name, said):
        nonlocal failed
        failed += bool(said)
        print(f"{'FAILED' if said else 'ok'} the plan: {name}", *said[:8], sep="\n    " if said else " ", flush=True)

    with tempfile.TemporaryDirectory() as folder:
        whole, behind = os.path.join(folder, "whole.db"), os.path.join(folder, "behind.db")
        source = sqlite3.connect(o.evidence)
        copy = sqlite3.connect(whole)
        source.backup(copy)
        now = int(copy.execute("SELECT value FROM audit_info WHERE name = 'now'").fetchone()[0])
        copy.close()
        incident = subprocess.run(["date", "-u", "-d", f"@{(now - DAY) // 10000000 - 11644473600}", "+%FT%TZ"], capture_output=True, text=True, check=True).stdout.strip()
        tool = Tool(o.kagimori, folder, incident, playbook(os.path.join(folder, "checks")))
        reset_everything(whole, now)
        db = sqlite3.connect(whole)
        same = unseen_laws.aliases(db)
        same["estate"] = db.execute("SELECT sid FROM domain_head").fetchone()[0]
        server = db.execute("SELECT max(server) FROM secret_change").fetchone()[0]
        shutil.copyfile(whole, behind)
        hold_back(behind, server)
        before = {whole: tool.without(whole, []), behind: tool.without(behind, [])}
        done = {k for k, v in before[whole].items() if v == "done"}
        report("much of it is done to start from", [] if len(done) >= 10 else [f"only {len(done)} are done"])
        secret = {k for k in done if k[1].startswith("S-1-5-21-") and before[behind].get(k) == "done"}
        # Of a disabled account nothing needs a new secret; preparing is no secret.
        disabled = {x for (x,) in db.execute("SELECT sid FROM account WHERE uac & 2")}
        report(f"what {server} holds in an older version is done nowhere", [f"{a} {s}" for a, s in secret
               if not a.startswith(("reset.host.", "reset.managed.", "reset.dsrm.", "reset.prepare.")) and s not in disabled])
        tries = [(whole, n, l, s) for n, l, s in (*sources(), *controllers(db), *columns(db))]
        tries += [(behind, f"{n} ({server} holds the old ones)", l, s) for n, l, s in (*sources(), *controllers(db), *columns(db))
                  if n.startswith(("ldap.site", "ldap.domain", "ldap.metadata", "ldap.rootdse", "ldap.forest")) or re.match(r"(directory|domain|secret)_|dc|no earlier", n)]
        read = {x for (x,) in db.execute("SELECT DISTINCT source FROM view_source WHERE view GLOB 'reset_*'")}
        everything = tries
        tries = [t for t in tries if o.full or o.only or is_taken(t[0], whole, t[1], read)]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            jobs = [(base, n, l, pool.submit(tool.without, base, s)) for base, n, l, s in tries if re.search(o.only, n)]
            for base, name, lost, job in jobs:
                report(name, broken(before[base], job.result(), lost, same))
        if not o.only:
            spoilt(tool, behind, folder, same, [t[1:] for t in everything if t[0] == behind and t[1].startswith((f"{server} told no metadata", f"{server} did not answer"))], report)
        db.close()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
