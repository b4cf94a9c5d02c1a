#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""kagimori-smb against peers that misbehave: each case must end in time, with the right coverage and a message that helps, and
with at most one authentication. Needs neither lab nor root.

usage: smb_bad_input.py [BUILD_DIR [CASE…]]"""

import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, "../../build/release"))
WORK = tempfile.mkdtemp(prefix="kagimori-smb-")
PASSWORD = "a password that only this test knows"
CANDIDATE = "a candidate that only this test knows"
SOURCES = ["smb.machine", "smb.account", "smb.anonymous", "smb.reuse"]


def check(condition, text):
    if not condition:
        raise AssertionError(text)


# ---- a peer ----

class Peer:
    """Listens on loopback; every connection runs talk(connection) in a thread of its own."""

    def __init__(self, talk, family=socket.AF_INET):
        self.talk = talk
        self.setups = []  # bodies of session setups
        self.connections = 0
        self.listener = socket.socket(family, socket.SOCK_STREAM)
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(("::1" if family == socket.AF_INET6 else "127.0.0.1", 0))
        self.listener.listen(16)
        self.port = self.listener.getsockname()[1]
        self.done = False
        self.open = []
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while not self.done:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            self.open.append(connection)
            threading.Thread(target=self.one, args=(connection,), daemon=True).start()

    def one(self, connection):
        try:
            self.talk(self, connection)
        except OSError:
            pass

    def close(self):
        self.done = True
        for s in [self.listener, *self.open]:
            s.close()


def hold(connection, seconds=30):
    """Says nothing until the other side goes away."""
    connection.settimeout(seconds)
    while connection.recv(65536):
        pass


def frame(data):
    return struct.pack(">I", len(data)) + data


def receive(connection):
    head = b""
    while len(head) < 4:
        part = connection.recv(4 - len(head))
        if not part:
            raise OSError("gone")
        head += part
    size, data = struct.unpack(">I", head)[0], b""
    while len(data) < size:
        part = connection.recv(size - len(data))
        if not part:
            raise OSError("gone")
        data += part
    return data


def smb2(command, status, message, body, session=0):
    return struct.pack("<4sHHIHHIIQIIQ16s", b"\xfeSMB", 64, 1, status, command, 1, 1, 0, message, 0, 0, session,
                       b"\0" * 16) + body


def negotiated(dialect=0x0210, mode=1, blob=b"", offset=128, size=None):
    return struct.pack("<HHHH16sIIIIQQHHI", 65, mode, dialect, 0, b"G" * 16, 0x7, 1 << 20, 1 << 20, 1 << 20,
                       133000000000000000, 0, offset, len(blob) if size is None else size, 0) + blob


def spnego():
    """NegTokenInit2 that offers NTLMSSP alone."""
    ntlm = bytes.fromhex("060a2b06010401823702020a")
    inner = b"\x30" + bytes([4 + len(ntlm)]) + b"\xa0" + bytes([2 + len(ntlm)]) + b"\x30" + bytes([len(ntlm)]) + ntlm
    token = bytes.fromhex("06062b0601050502") + b"\xa0" + bytes([len(inner)]) + inner
    return b"\x60" + bytes([len(token)]) + token


def number_of(request):
    return struct.unpack_from("<Q", request, 24)[0]


def command_of(request):
    return struct.unpack_from("<H", request, 12)[0]


def setup_with(status):
    """Negotiates honestly and answers every session setup with one status."""
    def talk(peer, connection):
        while True:
            request = receive(connection)
            if command_of(request) == 0:
                connection.sendall(frame(smb2(0, 0, number_of(request), negotiated(blob=spnego()))))
            else:
                peer.setups.append(request)
                connection.sendall(frame(smb2(1, status, number_of(request), struct.pack("<HHI", 9, 0, 0) + b"\0")))
    return talk


# ---- one run ----

class Run:
    count = 0

    def __init__(self, peer=None, limit=15, sources=SOURCES, **parameters):
        Run.count += 1
        given = {"host": "host.hospital.example", "address": "127.0.0.1", "port": peer.port if peer else 445,
                 "user": "HOSPITAL\\audit", "secret_file": os.path.join(WORK, "password"),
                 "candidate_file": os.path.join(WORK, "candidate"), "connect_timeout_ms": "1000",
                 "operation_timeout_s": "2"}
        given.update(parameters)
        begun = time.monotonic()
        done = subprocess.run(
            [os.path.join(BUILD, "smb_task"), os.path.join(WORK, "e%d.db" % Run.count),
             *["%s=%s" % p for p in given.items() if p[1]], *["source=" + s for s in sources]],
            capture_output=True, text=True, timeout=limit + 30)
        self.seconds = time.monotonic() - begun
        if peer:
            peer.close()
        self.text = done.stdout + done.stderr
        check(done.returncode == 0, "smb_task ended with %d: %s" % (done.returncode, self.text))
        check(self.seconds <= limit, "took %.1f s" % self.seconds)
        self.rows = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        for secret in (PASSWORD, CANDIDATE):
            check(secret not in self.text, "a secret was printed")

    def of(self, table, **where):
        return [r for r in self.rows if r["table"] == table and all(r.get(k) == v for k, v in where.items())]

    def expect(self, source, state, reason=None, says=""):
        found = self.of("coverage", source=source)
        check(len(found) == 1, "%s has %d coverage rows: %s" % (source, len(found), self.text))
        row = found[0]
        check(row["state"] == state and (reason is None or row.get("reason") == reason),
              "%s is %s (%s): %s" % (source, row["state"], row.get("reason"), row.get("detail")))
        check(says in row.get("detail", ""), "%s says \"%s\", not \"%s\"" % (source, row.get("detail"), says))

    def expect_gone(self, state="unreachable", reason=None, says=""):
        """Nothing could be asked, and no candidate was tried."""
        self.expect("smb.machine", state, reason, says)
        self.expect("smb.account", state, reason)
        trials = self.of("password_trial")
        check(len(trials) == 1 and trials[0]["outcome"] == "skipped" and trials[0].get("reason") == "unreachable"
              and "tried_at" not in trials[0], "trials: %s" % trials)


# ---- cases ----

def closed_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    r = Run(None, port=port)
    r.expect_gone("unreachable", "unreachable", "nothing listens on port")
    r.expect("smb.anonymous", "unreachable", "unreachable")


def unknown_name():
    r = Run(None, limit=40, host="no-such-host.invalid", address="")
    r.expect_gone("unreachable", "unreachable", "does not resolve")


def dropped_packets():
    # An address of the documentation's range: no route, or nobody who answers.
    r = Run(None, address="192.0.2.1", connect_timeout_ms="300", limit=8)
    r.expect_gone("unreachable")


def accepts_and_is_silent():
    peer = Peer(lambda p, c: hold(c))
    r = Run(peer)
    r.expect_gone("unreachable", "timeout", "no answer for 2 s")


def closes_at_once():
    r = Run(Peer(lambda p, c: c.close()))
    r.expect_gone("unreachable", "unreachable")


def resets():
    def talk(peer, connection):
        connection.recv(1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
    r = Run(Peer(talk))
    r.expect_gone("unreachable", "unreachable")


def speaks_http():
    def talk(peer, connection):
        connection.sendall(b"HTTP/1.0 400 Bad Request\r\nContent-Length: 0\r\n\r\n" * 20)
        hold(connection)
    Run(Peer(talk)).expect("smb.machine", "unreachable")


def garbage():
    def talk(peer, connection):
        for n in (1, 7, 64, 200):
            connection.sendall(frame(bytes((i * 7 + n) & 255 for i in range(n))))
        hold(connection)
    r = Run(Peer(talk))
    check(r.of("coverage", source="smb.machine")[0]["state"] in ("unreachable", "failed"), r.text)


def huge_length():
    def talk(peer, connection):
        connection.sendall(b"\x00\xff\xff\xff" + b"\xfeSMB" + b"A" * 100000)
        hold(connection)
    r = Run(Peer(talk))
    check(r.of("coverage", source="smb.machine")[0]["state"] in ("unreachable", "failed"), r.text)


def floods_with_empty_frames():
    def talk(peer, connection):
        while True:
            connection.sendall(b"\x85\0\0\0" * 4096)
    r = Run(Peer(talk))
    check(r.of("coverage", source="smb.machine")[0]["state"] in ("unreachable", "failed"), r.text)


def drips():
    def talk(peer, connection):
        for byte in frame(smb2(0, 0, 0, negotiated(blob=spnego()))):
            connection.sendall(bytes([byte]))
            time.sleep(0.2)
        hold(connection)
    Run(Peer(talk)).expect_gone("unreachable", "timeout")


def odd_negotiation():
    for body in (negotiated(dialect=0x7777), negotiated(dialect=0), negotiated(offset=65535, size=65535),
                 negotiated(blob=spnego(), size=65535), negotiated()[:40], b"", b"\xff" * 2000,
                 negotiated(dialect=0x0311, blob=spnego())):
        def talk(peer, connection, body=body):
            request = receive(connection)
            connection.sendall(frame(smb2(0, 0, number_of(request), body)))
            hold(connection)
        r = Run(Peer(talk), sources=["smb.machine"])
        check(r.of("coverage", source="smb.machine")[0]["state"] != "complete", r.text)


def silent_after_negotiation():
    def talk(peer, connection):
        request = receive(connection)
        connection.sendall(frame(smb2(0, 0, number_of(request), negotiated(blob=spnego()))))
        hold(connection)
    Run(Peer(talk)).expect_gone("unreachable", "timeout")


def refused_logons():
    cases = {0xc000006d: "is wrong", 0xc000006a: "is wrong", 0xc0000064: "does not exist", 0xc0000071: "has expired",
             0xc0000224: "must change its password", 0xc0000234: "is locked out", 0xc0000072: "is disabled",
             0xc0000193: "later expiry date", 0xc000015b: "no right to log on over the network",
             0xc000006f: "logon hours", 0xc0000418: "NTLM is blocked", 0xc000018d: "trust with the domain is broken",
             0xc000005e: "no domain controller"}
    for status, says in cases.items():
        peer = Peer(setup_with(status))
        r = Run(peer, sources=["smb.machine", "smb.account"])
        state = "unreachable" if status == 0xc000005e else "denied"
        r.expect("smb.machine", state, state, says)
        r.expect("smb.account", state, state, says)
        check(len(peer.setups) == 1, "%d session setups after %08x" % (len(peer.setups), status))


def refused_logon_means_no_trial():
    peer = Peer(setup_with(0xc000006d))
    r = Run(peer, sources=["smb.machine", "smb.reuse"], trials="10")
    trials = r.of("password_trial")
    check([t["outcome"] for t in trials] == ["skipped"] and trials[0]["reason"] == "no_account", str(trials))
    check(len(peer.setups) == 1, "%d session setups" % len(peer.setups))


def never_clear_text():
    """A server that can do nothing but plain passwords gets none."""
    peer = Peer(setup_with(0xc000006d))
    Run(peer, sources=["smb.machine"])
    check(len(peer.setups) == 1, "%d session setups" % len(peer.setups))
    for request in peer.setups:
        check(b"NTLMSSP\0" in request, "no NTLMSSP in the session setup")
        for secret in (PASSWORD.encode(), PASSWORD.encode("utf-16-le")):
            check(secret not in request, "the password was sent")


def over_ipv6():
    peer = Peer(setup_with(0xc0000234), socket.AF_INET6)
    r = Run(peer, sources=["smb.machine"], address="::1")
    r.expect("smb.machine", "denied", "denied", "is locked out")


def wrong_parameters():
    for key, value, says in (("user", "audit", "DOMAIN\\user"), ("auth", "ntlm1", "ntlm or kerberos"),
                             ("registry", "HKCU\\X|Y", "HKLM"), ("port", "70000", "whole number"),
                             ("trials", "x", "whole number")):
        r = Run(Peer(lambda p, c: hold(c)), sources=["smb.machine"], **{key: value})
        r.expect("smb.machine", "failed", "usage", says)


def empty_password():
    with open(os.path.join(WORK, "empty"), "w") as f:
        f.write("\n")
    os.chmod(f.name, 0o600)
    peer = Peer(setup_with(0))
    r = Run(peer, sources=["smb.machine"], secret_file="")
    r.expect("smb.machine", "failed", "usage", "is empty")
    check(not peer.setups, "an empty password was sent")


CASES = [closed_port, unknown_name, dropped_packets, accepts_and_is_silent, closes_at_once, resets, speaks_http, garbage,
         huge_length, floods_with_empty_frames, drips, odd_negotiation, silent_after_negotiation, refused_logons,
         refused_logon_means_no_trial, never_clear_text, over_ipv6, wrong_parameters, empty_password]


def main():
    wanted = sys.argv[2:]
    failed = 0
    for name, text in (("password", PASSWORD), ("candidate", CANDIDATE)):
        with open(os.path.join(WORK, name), "w") as f:
            f.write(text + "\n")
        os.chmod(f.name, 0o600)
    for case in CASES:
        if wanted and case.__name__ not in wanted:
            continue
        begun = time.monotonic()
        name = case.__name__.replace("_", " ")
        try:
            case()
            print("ok smb: %s (%.1f s)" % (name, time.monotonic() - begun), flush=True)
        except (AssertionError, subprocess.TimeoutExpired, OSError, ValueError) as e:
            failed += 1
            print("FAILED smb: %s: %s" % (name, e), flush=True)
    shutil.rmtree(WORK, ignore_errors=True)
    print("smb_bad_input: %d cases, %d failed" % (len(wanted) or len(CASES), failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
