"""Judges copies of an evidence file in which something was not seen, and holds them against the whole: for unseen*.py and diff_law.py."""
import atexit
import os
import shutil
import sqlite3
import subprocess
import tempfile
import threading

CHECKS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../checks")

# Losses that cannot be told from something that did not happen: only proofs of a change may not appear (a). What nobody asked is not judged (b).
# Where the coverage claims what the logs do not hold, which the supervisor never writes, nothing need be unknown (c).
TAMPERED, NOT_ASKED, CLAIMED = frozenset(["tampered"]), frozenset(["not asked"]), frozenset(["claimed"])

# What is a row only where it is not known who is an administrator of the domain, and passes since the host knows him as its own.
EVENTS_JUDGED = {"ldap.group": ("triage.logon.special-privilege",), "ldap.user": ("triage.logon.special-privilege",)}

# Settings of a service that is known to be off are not applicable; where that is not known, they are judged as if it were on. They
# were read, so that a good one passes: source -> beginning of the check's id.
JUDGED_AS_ON = {"smb.service": ("host.winrm.",)}

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
        # Of unseen_losses. Beside the evidence: Kagimori judges no file that has a table of somebody else.
        self.halves = os.path.join(folder, "halves.db")
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
            if os.path.exists(self.halves):
                db.execute("ATTACH ? AS halves", (self.halves,))
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


class Report:
    def __init__(self):
        self.failed = 0

    def __call__(self, name, said):
        if said:
            self.failed += 1
            print(f"FAILED {name}: {len(said)}: " + "; ".join(sorted(said)[:12]), flush=True)
        else:
            print(f"ok {name}", flush=True)
