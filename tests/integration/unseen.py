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
import concurrent.futures
import os
import re
import shutil
import sqlite3
import sys
import tempfile
import zlib

from unseen_events import ELSEWHERE, EVENT_TABLES, NEVER_PASSES, event_cases, event_checks, prepare_events, whole_events
from unseen_laws import CHECKS, Laws, Report, Tool, aliases, view_sources
from unseen_losses import HOST_ROWS, ROWS, lose, make_halves, second_server, single_columns, special, state, whole_hosts, whole_sources

# The same where only policies tell whether a host's Remote Desktop and WinRM are on.
JUDGED_AS_ON_BY_POLICY = {s: ("host.rdp.", "host.winrm.") for s in (
    "policy.file", "ldap.ou", "ldap.gpo", "ldap.group", "ldap.security", "ldap.site", "ldap.computer")}


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


def policy_stands_in(tool, evidence, full, report):
    """Hosts that told nothing, with Group Policy: what is lost of that turns nothing to pass either."""
    whole = os.path.join(tool.folder, "policy.db")
    shutil.copyfile(evidence, whole)
    db = sqlite3.connect(whole)
    make_halves(db, tool)
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
        make_halves(db, tool)
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
