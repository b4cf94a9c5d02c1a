#!/usr/bin/python3
"""Out of sight is never fixed: diff_law.py KAGIMORI EVALUATED [--full]. Takes one source after the other out of a copy of the evidence (its coverage,
and the rows that only it gives), judges the copy and compares: no finding may be fixed or gone. Prints "ok"/"FAILED" lines."""
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile

from unseen import ROWS

# Rows that only a host tells, by the family of their source; what is not listed keeps its rows and loses its coverage.
HOST_ROWS = {"registry": ["host_registry"], "account": ["host_account"], "service": ["host_service"], "group": ["host_member"], "sam": ["host_account"],
             "autostart": ["autostart"]}
# Of the offline estate, the sources that findings rest on.
SAMPLE = ("kit.autostart", "kit.registry", "kit.right")


def take_away(path, source):
    db = sqlite3.connect(path)
    there = {name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    db.execute("DELETE FROM coverage WHERE source = ?", (source,))
    for table, condition, _ in ROWS.get(source, []):
        db.execute(f"DELETE FROM {table} WHERE {condition}")
    for table in HOST_ROWS.get(source.split(".")[1], []) if not source.startswith("ldap") else []:
        if table in there:
            db.execute(f"DELETE FROM {table}")
    db.execute("DELETE FROM audit_info WHERE name = 'derived'")
    db.commit()
    db.close()


def main():
    kagimori, whole = sys.argv[1:3]
    told = [s for (s,) in sqlite3.connect(whole).execute("SELECT DISTINCT source FROM coverage WHERE state IN ('complete', 'partial') ORDER BY 1")]
    picked = told if "--full" in sys.argv else [s for s in told if s in SAMPLE] or told[:4]
    failed = hidden = 0
    with tempfile.TemporaryDirectory() as folder:
        for source in picked:
            copy = os.path.join(folder, "copy.db")
            shutil.copy(whole, copy)
            take_away(copy, source)
            subprocess.run([kagimori, "evaluate", copy], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
            subprocess.run([kagimori, "diff", whole, copy, "--format", "json", "--out", folder], stdout=subprocess.DEVNULL, check=False)
            with open(os.path.join(folder, "diff.json"), encoding="utf-8") as f:
                diff = json.load(f)
            wrong = [(f["kind"], f["why"], f["check_id"], f["name"]) for f in diff["findings"] if f["kind"] in ("fixed", "gone")]
            hidden += diff["counts"]["hidden"]
            print(f"FAILED without {source}: {wrong[:5]}" if wrong else f"ok without {source} nothing is fixed or gone, {diff['counts']['hidden']} are out of sight")
            failed |= bool(wrong)
    print("ok findings went out of sight" if hidden else "FAILED nothing went out of sight: the law was not tried")
    return int(failed or not hidden)


if __name__ == "__main__":
    sys.exit(main())
