#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""kagimori-smb behind a successful logon: a host whose RPC answers are honest (packed by Samba's own encoder), strange or hostile.
Proves what an ordinary server cannot show: thresholds that cannot be read, a Remote Registry that is stopped, ten thousand
accounts, answers with impossible lengths. Needs python3-samba, neither lab nor root.

usage: smb_hostile.py [BUILD_DIR [CASE…]]"""

import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
import time

from samba.dcerpc import lsa, misc, samr, security, svcctl
from samba.ndr import ndr_pack_out, ndr_unpack_in

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from smb_fake import DENIED, Fake  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, "../../build/release"))
WORK = tempfile.mkdtemp(prefix="kagimori-smb-")
PASSWORD = "a password that only this test knows"
UNKNOWN_CALL = 0x1c010002
NO_SUCH_ALIAS, NO_SUCH_USER, MORE_ENTRIES, LOCKED = 0xc0000151, 0xc0000064, 0x105, 0xc0000234
HANDLE = misc.policy_handle()
HANDLE.uuid = misc.GUID("01020304-0506-0708-090a-0b0c0d0e0f10")

# Every call that kagimori-smb may make, by pipe: reading, opening for reading, closing.
ALLOWED = {"lsarpc": {0, 7, 11, 15, 35, 36, 44, 45, 46}, "samr": {1, 7, 8, 13, 27, 28, 33, 34, 36, 57},
           "svcctl": {0, 6, 15, 16, 17}, "srvsvc": {15}, "winreg": {2, 5, 9, 10, 15, 17}}


def check(condition, text):
    if not condition:
        raise AssertionError(text)


def text(value, kind=lsa.String):
    s = kind()
    s.string = value
    return s


class Host:
    """An honest host; a test changes what it wants."""

    def __init__(self):
        self.sid, self.domain_sid = "S-1-5-21-1-2-3", None
        self.admin = "boss"
        self.threshold, self.count, self.flags = 5, 0, 0x10  # threshold None: cannot be read
        self.readable = True  # RID 500
        self.accounts = [(500, "boss"), (501, "Guest"), (1001, "audit")]
        self.endless = False
        self.service, self.service_code = 4, 0
        self.passwords = {"audit": PASSWORD, "boss": "the right one"}
        self.refuse = {}
        self.logged_on = None  # what GetUserName says when it lies
        self.replace = {}  # (pipe, number) → function(honest answer) → answer
        self.calls, self.masks = [], []
        self.cache = {}

    def handler(self, pipe):
        def handle(connection, number, stub):
            self.calls.append((pipe, number))
            answer = getattr(self, pipe)(connection, number, stub)
            change = self.replace.get((pipe, number))
            return change(answer) if change else answer
        return handle

    def fake(self):
        f = Fake(self.passwords, {p: self.handler(p) for p in ("lsarpc", "samr", "svcctl", "winreg")}, refuse=self.refuse)
        return f

    def lsarpc(self, connection, number, stub):
        if number == 44:
            r = lsa.OpenPolicy2()
            r.out_handle, r.result = HANDLE, 0
            return ndr_pack_out(r)
        if number == 7:
            r = lsa.QueryInfoPolicy()
            ndr_unpack_in(r, stub)
            info = lsa.DomainInfo()
            account = r.in_level == 5
            info.name.string = "WARD7" if account else "HOSPITAL"
            sid = self.sid if account else self.domain_sid
            info.sid = security.dom_sid(sid) if sid else None
            r.out_info, r.result = info, 0
            return ndr_pack_out(r)
        if number == 45:
            r = lsa.GetUserName()
            r.out_account_name = text(self.logged_on or connection.user)
            r.out_authority_name, r.result = None, 0
            return ndr_pack_out(r)
        return UNKNOWN_CALL

    def samr(self, connection, number, stub):
        if number == 57:
            r = samr.Connect2()
            r.out_connect_handle, r.result = HANDLE, 0
        elif number == 7:
            r = samr.OpenDomain()
            r.out_domain_handle, r.result = HANDLE, 0
        elif number == 1:
            r = samr.Close()
            r.out_handle, r.result = HANDLE, 0
        elif number == 8:
            r = samr.QueryDomainInfo()
            ndr_unpack_in(r, stub)
            if r.in_level == 12 and self.threshold is None:
                return struct.pack("<II", 0, DENIED)
            info = samr.DomInfo12() if r.in_level == 12 else samr.DomInfo1()
            if r.in_level == 12:
                info.lockout_threshold = self.threshold
            r.out_info, r.result = info, 0
        elif number == 13:
            return self.enumerate(stub)
        elif number == 34:
            r = samr.OpenUser()
            ndr_unpack_in(r, stub)
            self.rid = r.in_rid
            r.out_user_handle = HANDLE
            r.result = 0 if self.readable or self.rid != 500 else DENIED
        elif number == 36:
            return self.user()
        elif number == 27:
            r = samr.OpenAlias()
            r.out_alias_handle, r.result = HANDLE, NO_SUCH_ALIAS
        else:
            return UNKNOWN_CALL
        return ndr_pack_out(r)

    def enumerate(self, stub):
        r = samr.EnumDomainUsers()
        ndr_unpack_in(r, stub)
        start = 0 if self.endless else r.in_resume_handle
        page = self.accounts[start:start + 1000]
        array, entries = samr.SamArray(), []
        for rid, name in page:
            e = samr.SamEntry()
            e.idx, e.name = rid, text(name)
            entries.append(e)
        array.entries, array.count = entries, len(entries)
        r.out_sam, r.out_num_entries, r.out_resume_handle = array, len(page), start + len(page)
        r.result = MORE_ENTRIES if self.endless or start + len(page) < len(self.accounts) else 0
        return ndr_pack_out(r)

    def user(self):
        is_admin = self.rid == 500
        key = (is_admin, self.count, self.flags)
        if key not in self.cache:
            r = samr.QueryUserInfo()
            info = samr.UserInfo21()
            info.account_name = text(self.admin if is_admin else "somebody")
            info.full_name, info.description = text("Some Body"), text("PW: Ward3-2024")
            info.acct_flags = self.flags if is_admin else 0x10
            info.bad_password_count = self.count if is_admin else 0
            info.last_password_change = 133000000000000001
            r.in_level = 21
            r.out_info, r.result = info, 0
            self.cache[key] = ndr_pack_out(r)
        return self.cache[key]

    def svcctl(self, connection, number, stub):
        if number == 15:
            r = svcctl.OpenSCManagerW()
            ndr_unpack_in(r, stub)
            self.masks.append(r.in_access_mask)
            r.out_handle, r.result = HANDLE, 0
        elif number == 16:
            r = svcctl.OpenServiceW()
            ndr_unpack_in(r, stub)
            self.masks.append(r.in_access_mask)
            r.out_handle, r.result = HANDLE, self.service_code
        elif number == 6:
            r = svcctl.QueryServiceStatus()
            status = svcctl.SERVICE_STATUS()
            status.state = self.service
            r.out_service_status, r.result = status, 0
        elif number == 0:
            r = svcctl.CloseServiceHandle()
            r.out_handle, r.result = HANDLE, 0
        else:
            return UNKNOWN_CALL
        return ndr_pack_out(r)

    def winreg(self, connection, number, stub):
        if number in (2, 15, 5):
            return b"\0" * 20 + struct.pack("<I", 0)
        return b"\xff" * 200


class Run:
    count = 0

    def __init__(self, host, sources, limit=30, candidates=0, **parameters):
        Run.count += 1
        fake = host.fake()
        if candidates:
            count_failures(host, fake)
        given = {"host": "ward7.hospital.example", "address": "127.0.0.1", "port": fake.port, "user": "HOSPITAL\\audit",
                 "secret_file": os.path.join(WORK, "password"), "operation_timeout_s": "2", "connect_timeout_ms": "2000"}
        given.update(parameters)
        begun = time.monotonic()
        done = subprocess.run(
            [os.path.join(BUILD, "smb_task"), os.path.join(WORK, "e%d.db" % Run.count),
             *["%s=%s" % p for p in given.items() if p[1]], *["source=" + s for s in sources],
             *["candidate_file=" + os.path.join(WORK, "c%d" % i) for i in range(1, candidates + 1)]],
            capture_output=True, text=True, timeout=limit + 60)
        self.seconds = time.monotonic() - begun
        fake.close()
        self.fake, self.host, self.text = fake, host, done.stdout + done.stderr
        check(done.returncode == 0, "smb_task ended with %d: %s" % (done.returncode, self.text[-2000:]))
        check("crashed" not in self.text and "hung" not in self.text and "lied" not in self.text, self.text[-2000:])
        check(self.seconds <= limit, "took %.1f s" % self.seconds)
        self.rows = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        check("the right one" not in self.text and PASSWORD not in self.text and "not this" not in self.text,
              "a secret was printed")
        check(fake.logons.count("audit") == 1, "the audit account logged on %d times" % fake.logons.count("audit"))
        for pipe, number in host.calls:
            check(number in ALLOWED[pipe], "call %d of %s was made" % (number, pipe))
        check(set(host.masks) <= {5}, "access masks %s" % host.masks)

    def of(self, table, **where):
        return [r for r in self.rows if r["table"] == table and all(r.get(k) == v for k, v in where.items())]

    def state(self, source):
        found = self.of("coverage", source=source)
        check(len(found) == 1, "%s has %d coverage rows" % (source, len(found)))
        return found[0]

    def expect(self, source, state, says=""):
        row = self.state(source)
        check(row["state"] == state and says in row.get("detail", ""), str(row))

    def outcomes(self):
        return [(t["outcome"], t.get("reason")) for t in sorted(self.of("password_trial"), key=lambda t: t["candidate"])]

    def tries(self):
        return self.fake.logons.count(self.host.admin)


def count_failures(host, fake):
    """Each failed logon of RID 500 counts; a threshold that is there locks, whether or not it can be read."""
    check_before = fake.users

    class Users(dict):
        def __contains__(self, name):
            if name == host.admin:
                host.count += 1
                if host.count > 3:
                    host.flags |= 0x400
            return name in check_before

        def __getitem__(self, name):
            return check_before[name]
    fake.users = Users()


# ---- cases ----

def honest():
    r = Run(Host(), ["smb.machine", "smb.policy", "smb.account", "smb.group"])
    for source in ("smb.machine", "smb.policy", "smb.account", "smb.group"):
        r.expect(source, "complete")
    check(r.of("host_machine")[0]["role"] == "standalone", str(r.of("host_machine")))
    check(r.of("local_account", rid=500)[0]["pwd_last_set"] == 133000000000000001, "not to the 100 ns")
    check(r.of("local_account", rid=1001)[0]["password_hint_attribute"] == "description", "hint")
    check("Ward3-2024" not in r.text, "the hint's text was kept")


def ten_thousand_accounts():
    h = Host()
    h.accounts = [(1000 + n, "user%05d" % n) for n in range(10000)]
    r = Run(h, ["smb.account"], limit=120)
    r.expect("smb.account", "complete")
    check(len(r.of("local_account")) == 10000, "%d accounts" % len(r.of("local_account")))


def accounts_without_end():
    h = Host()
    h.endless = True
    r = Run(h, ["smb.account"], max_accounts="50")
    r.expect("smb.account", "partial", "more than 50 accounts")


def unreadable_accounts_are_rows_without_settings():
    h = Host()
    h.readable = False
    r = Run(h, ["smb.account"])
    r.expect("smb.account", "partial", "1 of 3 accounts")
    check("flags" not in r.of("local_account", rid=500)[0], "flags that were not read")


def impossible_answers():
    calls = [("lsarpc", 44), ("lsarpc", 7), ("samr", 57), ("samr", 7), ("samr", 8), ("samr", 13), ("samr", 34), ("samr", 36),
             ("samr", 27), ("svcctl", 15), ("svcctl", 16), ("svcctl", 6)]
    changes = {"empty": lambda a: b"", "short": lambda a: a[:len(a) // 2] if isinstance(a, bytes) else a,
               "ones": lambda a: b"\xff" * 400, "counts": lambda a: struct.pack("<I", 0x00020000) * 100,
               "huge": lambda a: b"\x01\0\0\0" + b"\xff\xff\xff\x0f" * 2000, "fault": lambda a: 0x1c00001b}
    for call in calls:
        for name, change in changes.items():
            h = Host()
            h.replace[call] = change
            r = Run(h, ["smb.machine", "smb.policy", "smb.account", "smb.group", "smb.service"], service="X")
            states = {r.state(s)["state"] for s in ("smb.machine", "smb.policy", "smb.account", "smb.group", "smb.service")}
            check(states != {"complete"}, "%s of %s: everything complete" % (name, call))


def a_call_without_an_answer():
    h = Host()
    gate = threading.Event()

    def stall(answer):
        gate.wait(20)
        return answer
    h.replace[("samr", 13)] = stall
    r = Run(h, ["smb.machine", "smb.account"], limit=20)
    gate.set()
    r.expect("smb.machine", "complete")
    r.expect("smb.account", "unreachable", "no answer for 2 s")


def the_registry_pipe_stays_shut():
    wish = "HKLM\\SOFTWARE\\X|Y"
    for change in (lambda h: setattr(h, "service", 1), lambda h: setattr(h, "service", 2),
                   lambda h: setattr(h, "service_code", 1060), lambda h: setattr(h, "service_code", 5),
                   lambda h: h.replace.__setitem__(("svcctl", 6), lambda a: b""),
                   lambda h: h.replace.__setitem__(("svcctl", 15), lambda a: 0x1c00001b)):
        for more in ({}, {"is_controller": "1"}):
            h = Host()
            change(h)
            r = Run(h, ["smb.registry"], remote_registry="1", registry=wish, **more)
            r.expect("smb.registry", "not_collected", "left alone")
            check("winreg" not in r.fake.opened, "the pipe was opened")
    r = Run(Host(), ["smb.registry"], registry=wish)
    r.expect("smb.registry", "not_collected", "--remote-registry")
    check("winreg" not in r.fake.opened, "the pipe was opened")
    r = Run(Host(), ["smb.registry"], remote_registry="1", registry=wish)  # it can be seen to be opened
    check("winreg" in r.fake.opened, "the pipe was not opened")
    r.expect("smb.registry", "failed", "breaks its format")


def ten_candidates_and_a_threshold():
    for threshold, tried in ((3, 1), (4, 2), (5, 3), (1, 0), (2, 0)):
        h = Host()
        h.threshold = threshold
        r = Run(h, ["smb.reuse"], candidates=10, trials="10")
        check(r.tries() == tried, "threshold %d: %d tries" % (threshold, r.tries()))
        check(r.outcomes()[tried:] == [("skipped", "lockout_budget")] * (10 - tried), str(r.outcomes()))
        check(h.flags & 0x400 == 0, "locked")


def ten_candidates_and_a_threshold_that_cannot_be_read():
    h = Host()
    h.threshold = None
    r = Run(h, ["smb.reuse"], candidates=10, trials="10")
    check(r.tries() == 1 and h.flags & 0x400 == 0, "%d tries" % r.tries())
    check(r.outcomes() == [("rejected", None)] + [("skipped", "lockout_budget")] * 9, str(r.outcomes()))
    check(all("lockout_threshold" not in t for t in r.of("password_trial")), "a threshold that was not read")
    h = Host()
    h.threshold, h.count = None, 1
    r = Run(h, ["smb.reuse"], candidates=2, trials="10")
    check(r.tries() == 0 and r.outcomes() == [("skipped", "lockout_budget")] * 2, str(r.outcomes()))


def no_threshold():
    h = Host()
    h.threshold = 0
    r = Run(h, ["smb.reuse"], candidates=3)
    check(r.tries() == 1 and r.outcomes()[1:] == [("skipped", "one_per_window")] * 2, str(r.outcomes()))
    h = Host()
    h.threshold, h.admin, h.passwords = 0, "boss", {"audit": PASSWORD, "boss": "not this 2"}
    r = Run(h, ["smb.reuse"], candidates=4, trials="10")
    check(r.outcomes() == [("rejected", None), ("accepted", None), ("skipped", "answered"), ("skipped", "answered")],
          str(r.outcomes()))


def accounts_that_are_not_tried():
    for change, reason in ((lambda h: setattr(h, "flags", 0x11), "disabled"), (lambda h: setattr(h, "flags", 0x410), "locked"),
                           (lambda h: setattr(h, "readable", False), "no_account"),
                           (lambda h: setattr(h, "domain_sid", h.sid), "controller"),
                           (lambda h: h.replace.__setitem__(("samr", 57), lambda a: struct.pack("<5II", 0, 0, 0, 0, 0, DENIED)),
                            "no_account"),
                           (lambda h: h.replace.__setitem__(("lsarpc", 44), lambda a: struct.pack("<5II", 0, 0, 0, 0, 0, DENIED)),
                            "no_account"),
                           (lambda h: h.replace.__setitem__(("samr", 36), lambda a: b""), "no_account")):
        h = Host()
        change(h)
        r = Run(h, ["smb.reuse"], candidates=2, trials="10")
        check(r.tries() == 0 and r.outcomes() == [("skipped", reason)] * 2, "%s: %s" % (reason, r.outcomes()))


def answers_of_a_trial():
    for status, outcome, rest in ((0xc0000071, "expired", "answered"), (0xc0000224, "must_change", "answered"),
                                  (0xc000006e, "restricted", "answered"), (0xc000015b, "logon_type", "answered"),
                                  (0xc0000072, "disabled", None), (LOCKED, "locked", "estate_stopped")):
        h = Host()
        h.threshold, h.refuse = 0, {"boss": status}
        r = Run(h, ["smb.reuse"], candidates=2, trials="10")
        want = [(outcome, None), ("skipped", rest) if rest else (outcome, None)]
        check(r.outcomes() == want, "%08x: %s" % (status, r.outcomes()))


def a_session_of_somebody_else_accepts_nothing():
    h = Host()
    h.passwords["boss"], h.logged_on = "not this 1", "Guest"
    r = Run(h, ["smb.reuse"], candidates=1)
    check(r.outcomes() == [("failed", None)], str(r.outcomes()))


CASES = [honest, ten_thousand_accounts, accounts_without_end, unreadable_accounts_are_rows_without_settings, impossible_answers,
         a_call_without_an_answer, the_registry_pipe_stays_shut, ten_candidates_and_a_threshold,
         ten_candidates_and_a_threshold_that_cannot_be_read, no_threshold, accounts_that_are_not_tried, answers_of_a_trial,
         a_session_of_somebody_else_accepts_nothing]


def main():
    wanted = sys.argv[2:]
    failed = 0
    for name, value in [("password", PASSWORD)] + [("c%d" % i, "not this %d" % i) for i in range(1, 11)]:
        with open(os.path.join(WORK, name), "w") as f:
            f.write(value + "\n")
        os.chmod(f.name, 0o600)
    for case in CASES:
        if wanted and case.__name__ not in wanted:
            continue
        begun = time.monotonic()
        name = case.__name__.replace("_", " ")
        try:
            case()
            print("ok smb hostile: %s (%.1f s)" % (name, time.monotonic() - begun), flush=True)
        except (AssertionError, subprocess.TimeoutExpired, OSError, ValueError, KeyError, IndexError) as e:
            failed += 1
            print("FAILED smb hostile: %s: %s: %s" % (name, type(e).__name__, str(e)[-1500:]), flush=True)
    shutil.rmtree(WORK, ignore_errors=True)
    print("smb_hostile: %d cases, %d failed" % (len(wanted) or len(CASES), failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
