#!/usr/bin/python3
"""Out of sight is never fixed: diff_law.py KAGIMORI EVALUATED [--full] [--only=REGEX]. Takes one source after the other out of a copy of the evidence (its coverage,
and the rows that only it gives), judges the copy and compares: no finding may be fixed or gone. So it is when event logs roll over, which were read to
their end all the same. Prints "ok"/"FAILED" lines."""
import concurrent.futures
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile

import unseen_events
import unseen_laws
import unseen_losses

# What a kit or an image tells lies in the tables of what a host tells by itself, by the family of the source.
FAMILY = {"sam": "account", "member": "group"}
# One of each kind: a class of the directory, what decides whether a check applies, registry, accounts, services, a port, logs.
SAMPLE = ("ldap.user", "ldap.computer", "host.scope", "kit.registry", "kit.account", "kit.service", "smb.account", "smb.service", "net.smb", "event.change", "event.logon")
EVENTS_AT = ("change_event", "logon_event", "service_event", "log_event")


def take_away(db, source):
    """Statements that take a source away."""
    there = {name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    yield from (f"DELETE FROM {t} WHERE {where}" for t, where, _ in unseen_losses.ROWS.get(source, []))
    group, family = source.split(".")
    mine = f"host IN (SELECT target FROM coverage WHERE source = '{source}')"
    if group in ("net", "smb"):
        tables = [t for t, _, _ in unseen_losses.HOST_ROWS.get(source, [])]
    else:
        tables = [t for t, _, _ in unseen_losses.HOST_ROWS.get("smb." + FAMILY.get(family, family), [])] + [family, "host_" + family]
    if group not in ("ldap", "event"):
        yield from (f"DELETE FROM {t} WHERE {mine}" for t in dict.fromkeys(tables) if t in there and any(c[1] == "host" for c in db.execute(f"PRAGMA table_info({t})")))
    tables, channel = unseen_events.EVENT_ROWS.get(source, ((), ""))
    yield from (f"DELETE FROM {t} WHERE log IN (SELECT log FROM event_log WHERE {channel} AND {mine})" for t in tables)
    yield f"DELETE FROM coverage WHERE source = '{source}'"


def roll_over(db):
    """Statements after which logs hold only what followed the newest event that somebody would look at: they were overwritten, and read to their end."""
    # Each log by its own last event: nothing older is there.
    last = "(SELECT max(l.last_at) FROM event_log l WHERE l.log = {0}.log)"
    yield from (f"DELETE FROM {t} WHERE at < {last.format(t)}" for t in EVENTS_AT)
    yield from (f"DELETE FROM {t} WHERE last_at < {last.format(t)}" for t in ("event_run", "event_count"))
    yield from (f"UPDATE {t} SET first_at = max(first_at, {last.format(t)})" for t in ("event_run", "event_count", "event_computer"))
    yield "UPDATE event_run SET missing = NULL"
    yield "UPDATE event_log SET first_at = last_at"


def copy_of(tool, whole, steps):
    """A judged copy of a file in which the steps were taken."""
    fd, copy = tempfile.mkstemp(suffix=".db", dir=tool.folder)
    os.close(fd)
    shutil.copyfile(whole, copy)
    db = sqlite3.connect(copy)
    with db:
        for s in (*steps, "DELETE FROM audit_info WHERE name = 'derived'"):
            db.execute(s)
    db.close()
    tool.judge(copy)
    return copy


def compare(tool, name, steps, first=()):
    """How the whole differs from a copy in which the steps were taken; first: steps that both take, so that the whole is a copy as well."""
    before = copy_of(tool, tool.whole, first) if first else tool.whole
    copy = copy_of(tool, before, steps)
    out = copy + ".d"
    end = subprocess.run([tool.kagimori, "diff", before, copy, "--format", "json", "--out", out, "--quiet"], capture_output=True, text=True, check=False)
    for path in (copy, *([before] if first else ())):
        os.unlink(path)
    try:
        with open(os.path.join(out, "diff.json"), encoding="utf-8") as f:
            diff = json.load(f)
    except OSError:
        return name, [f"diff ended with {end.returncode}: {end.stderr[-300:]}"], {}
    return name, [(f["kind"], f["why"], f["check_id"], f["name"]) for f in diff["findings"] if f["kind"] in ("fixed", "gone")], diff


def main():
    kagimori, whole = sys.argv[1:3]
    db = sqlite3.connect(whole)
    told = [s for (s,) in db.execute("SELECT DISTINCT source FROM coverage WHERE state IN ('complete', 'partial') ORDER BY 1")]
    picked = told if "--full" in sys.argv else [s for s in told if s in SAMPLE] or told[:4]
    only = [a.removeprefix("--only=") for a in sys.argv[3:] if a.startswith("--only=")]
    picked = [s for s in picked if not only or any(re.fullmatch(o, s) for o in only)]
    tries = [(f"without {s}", [*take_away(db, s)]) for s in picked]
    # A directory that never tells all: each audit reads such a source in part, and this one less of it.
    in_part = [s for s in picked if s in unseen_losses.ROWS and ("--full" in sys.argv or s in ("ldap.computer", "ldap.security"))]
    tries += [(f"without the rows of {s}, which both read in part", [t for t in take_away(db, s) if "FROM coverage" not in t],
               [f"UPDATE coverage SET state = 'partial' WHERE source = '{s}' AND state = 'complete'"]) for s in in_part]
    if db.execute("SELECT 1 FROM event_log LIMIT 1").fetchone():
        tries.append(("with logs that rolled over", [*roll_over(db)]))
    failed = hidden = 0
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as folder:
        tool = unseen_laws.Tool(kagimori, folder, whole)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for name, wrong, diff in pool.map(lambda t: compare(tool, *t), tries):
                count = diff["counts"]["hidden"] if diff else 0
                hidden += count
                print(f"FAILED {name}: {wrong[:8]}" if wrong else f"ok {name} nothing is fixed or gone, {count} are out of sight", flush=True)
                failed |= bool(wrong)
                if "logs that rolled" in name and not any(f["kind"] == "hidden" and f["why"] == "log" for f in diff.get("findings", [])):
                    print("FAILED no finding of an event went out of sight: the law of logs was not tried")
                    failed = 1
    print("ok findings went out of sight" if hidden else "FAILED nothing went out of sight: the law was not tried")
    return int(failed or not hidden)


if __name__ == "__main__":
    sys.exit(main())
