#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares the event logs in an evidence file with what their writer says it wrote.

usage: event_manifest.py EVIDENCE FOLDER [--controllers]     FOLDER: of `lab event-logs`, with manifest.json; only the logs of domain
                                             controllers, which were read from their C$
       event_manifest.py --markers FOLDER    texts that must never be seen again, as leaks.py reads them

Of a sound file: events by number, rows by kind, computers, channel, oldest and newest time. Of a damaged one: what its sound chunks hold, at
least, and no more than was written. Prints one "ok" or "FAILED" line a file."""
import json
import os
import sqlite3
import sys

TABLES = ("change_event", "logon_event", "service_event", "log_event")


def seconds(t):
    return None if t is None else t / 10 ** 7 - 11644473600


def compare(db, log, told):
    row = db.execute("SELECT channel, records, carved, first_at, last_at, is_dirty, is_whole, bad_chunks, unreadable FROM event_log WHERE log = ?", (log,)).fetchone()
    channel, records, carved, first, last, dirty, whole, bad, unreadable = row
    errors = []

    def same(what, got, want):
        if got != want:
            errors.append("%s: %s, not %s" % (what, got, want))

    if told.get("damage") in ("wrong-mark", "cut"):
        if not told["sound"] <= records <= told["records"]:
            errors.append("%d events, not %d to %d" % (records, told["sound"], told["records"]))
        same("whole", whole, 0)
        return errors
    same("events", records, told["records"])
    same("unreadable", unreadable or 0, 0)
    if told.get("damage") == "wrong-crc":
        same("bad chunks", bad, 1)
        return errors
    if told.get("damage") == "dirty":
        same("dirty", dirty, 1)
    if told.get("damage") == "reset":
        # chunks are read in the order of their numbers: the new ones come first, and the time goes back
        same("runs", db.execute("SELECT count(*), sum(start = 'begin') FROM event_run WHERE log = ?", (log,)).fetchone(), (2, 1))
        return errors
    same("channel", channel, told["channel"])
    same("carved", carved or 0, told["carved"])
    same("bad chunks", bad or 0, 0)
    if told["first_at"] and not told["carved"]:
        for name, got, want in (("oldest", seconds(first), told["first_at"]), ("newest", seconds(last), told["last_at"])):
            if got is None or abs(got - want) > 0.001:
                errors.append("%s: %s, not %s" % (name, got, want))
    same("counts", {"%s/%d" % (p, i): n for p, i, n in db.execute("SELECT provider, event_id, events FROM event_count WHERE log = ?", (log,))}, told["counts"])
    rows = {"%s/%s" % (t, k): n for t in TABLES for k, n in db.execute("SELECT kind, count(*) FROM %s WHERE log = ? GROUP BY kind" % t, (log,))}
    same("rows", rows, told["rows"])
    names = {n.lower(): c for n, c in db.execute("SELECT name, records FROM event_computer WHERE log = ?", (log,))}
    if not told["carved"]:
        same("computers", names, {n.lower(): c for n, c in told["computers"].items()})
    return errors


def main():
    folder = sys.argv[2]
    with open(os.path.join(folder, "manifest.json"), encoding="utf-8") as f:
        manifest = json.load(f)
    if sys.argv[1] == "--markers":
        print("\n".join("word " + m for m in manifest["markers"]))
        return 0
    db = sqlite3.connect("file:%s?mode=ro" % sys.argv[1], uri=True)
    failed = False
    for path, told in sorted(manifest["files"].items()):
        if "--controllers" in sys.argv:
            if not path.startswith("controllers/"):
                continue
            host, name = path.split("/")[1:]
            logs = db.execute("SELECT log FROM event_log WHERE host LIKE ? AND path LIKE ?", (host + ".%", "%" + name)).fetchall()
        else:
            logs = db.execute("SELECT log FROM event_log WHERE '/' || origin LIKE '%' || ?", ("/" + path.replace("%", "_"),)).fetchall()
        if not told["records"]:                     # an empty log may be no row
            continue
        errors = compare(db, logs[0][0], told) if len(logs) == 1 else ["%d logs with this path" % len(logs)]
        failed |= bool(errors)
        print("%s event log %s" % ("FAILED" if errors else "ok", path))
        for e in errors:
            print("    " + e[:600])
    return int(failed)


sys.exit(main())
