#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""kagimori-net against hosts that misbehave on every port: each costs its own deadline and nothing else, every other host is seen
whole. Needs neither the lab nor root: it runs in a network and mount namespace of its own, with its own names and DNS.

usage: net_bad_input.py [BUILD_DIR [CASE…]]"""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import net_fake as fake  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, "../../build/release"))
WORK = tempfile.mkdtemp(prefix="kagimori-net-") if os.environ.get("NET_INSIDE") else None
ALL = ["net.port", "net.smb", "net.rdp", "net.winrm", "net.tls", "net.ldap"]
PORTS = {"net.smb": (445,), "net.rdp": (3389,), "net.winrm": (5985, 5986), "net.tls": (3389, 5986, 636),
         "net.ldap": (389, 636, 3268)}


def check(condition, text):
    if not condition:
        raise AssertionError(text)


class Run:
    """The evidence of one run of kagimori-net over some hosts: (name, address or "-", flags or "-", ports or "-")."""

    count = 0

    def __init__(self, hosts, sources=ALL, outcome="done", **parameters):
        Run.count += 1
        self.file = os.path.join(WORK, "e%d.db" % Run.count)
        listing = os.path.join(WORK, "hosts%d" % Run.count)
        with open(listing, "wb") as f:
            for h in hosts:
                f.write(h if isinstance(h, bytes) else ("\t".join((tuple(h) + ("-",) * 4)[:4]) + "\n").encode())
        given = {"connect_timeout_ms": 1000, "answer_timeout_ms": 2500, "host_deadline_s": 30, "rate": 0, "allow_port": 3390}
        given.update(parameters)
        self.result = subprocess.run(
            [os.path.join(BUILD, "net_task"), self.file, listing, *["%s=%s" % p for p in given.items()],
             *["source=" + s for s in sources]], capture_output=True, timeout=300)
        self.text = (self.result.stdout + self.result.stderr).decode("utf-8", "replace")
        check(self.result.returncode == 0, "net_task ended with %d: %s" % (self.result.returncode, self.text))
        self.database = sqlite3.connect(self.file)
        got = self.rows("SELECT outcome, detail FROM worker_run")
        check(got and got[0][0] == outcome, "the worker ended as %s" % got)

    def rows(self, sql):
        return [tuple(r) for r in self.database.execute(sql)]

    def one(self, sql):
        rows = self.rows(sql)
        check(len(rows) == 1, "%d rows from: %s" % (len(rows), sql))
        return rows[0]

    def coverage(self, host, source):
        return self.one("SELECT state, reason, detail, objects FROM coverage WHERE source = '%s' AND target = '%s'" % (source, host))

    def expect(self, host, source, state, reason=None, says=""):
        got = self.coverage(host, source)
        check(got[0] == state and (reason == "*" or got[1] == reason), "%s of %s is %s" % (source, host, got))
        check(says in (got[2] or ""), "%s of %s says \"%s\", not \"%s\"" % (source, host, got[2], says))

    def expect_whole(self, host, sources=ALL):
        for source in sources:
            self.expect(host, source, "complete")


GOOD = ("good", "127.0.0.2", "c")


def good_host(address="127.0.0.2"):
    return fake.honest_host(address)


# ---- cases ----

def honest():
    servers = good_host()
    r = Run([GOOD])
    r.expect_whole("good")
    check(r.one("SELECT smb1_offered, dialect, lowest_dialect, signing_required, netbios_name FROM host_smb") ==
          (0, 0x311, 0x202, 1, "RADIO1"), "host_smb")
    check(r.one("SELECT accepts_standard, accepts_tls, accepts_nla, requires_nla, failure_code FROM host_rdp") == (0, 0, 1, 1, 5),
          "host_rdp")
    check(r.rows("SELECT port, is_wsman, status, schemes, offers_basic, identifies_anonymously, vendor FROM host_winrm ORDER BY 1") ==
          [(5985, 1, 401, "basic,negotiate", 1, 1, "Kagi Works"), (5986, 1, 401, "basic,negotiate", 1, 1, "Kagi Works")], "host_winrm")
    check([p for p, in r.rows("SELECT port FROM host_tls ORDER BY 1")] == [636, 3389, 5986], "host_tls")
    check(len(set(r.rows("SELECT key_sha256, is_self_signed, accepts_old, subject FROM host_tls"))) == 1, "one certificate")
    check(r.rows("SELECT DISTINCT key_sha256 FROM host_tls")[0][0] == fake.key_digest(), "the key's digest")
    check(r.rows("SELECT port, requires_signing, requires_channel_binding FROM host_ldap ORDER BY 1") ==
          [(389, 1, None), (636, None, 0), (3268, 1, None)], "host_ldap")
    check(dict(r.rows("SELECT port, banner FROM host_port WHERE banner IS NOT NULL")) == {22: "SSH-2.0-Fake", 23: "login:"}, "banners")
    check(dict(r.rows("SELECT port, protocol FROM host_port")) ==
          {445: "smb", 3389: "rdp", 5985: "winrm", 5986: "winrm", 22: "ssh", 23: "telnet", 389: "ldap", 636: "ldap", 3268: "ldap"},
          "protocols")
    heard = b"".join(bytes(s.heard) for s in servers if s.port == 445)
    check(b"NTLMSSP\0\1\0\0\0" in heard, "no NTLM negotiate was sent")
    check(b"NTLMSSP\0\3\0\0\0" not in heard, "a logon was attempted over SMB")
    check(all(s.most_at_once <= 1 for s in servers), "two connections to one port at a time")
    check(b"Authorization" not in b"".join(bytes(s.heard) for s in servers), "credentials were sent over HTTP")


def bind_names_are_made_up():
    servers = good_host()
    Run([GOOD], ["net.ldap"])
    Run([GOOD], ["net.ldap"])
    heard = [bytes(s.heard) for s in servers if s.port in (389, 3268)]
    names = [h[i:i + 25] for h in heard for i in range(len(h)) if h.startswith(b"CN=kagimori-", i)]
    check(len(names) == 4 and len(set(names)) == 4, "names of binds: %s" % names)


def each_port(server, expected="failed", reason="*"):
    """A host that misbehaves everywhere in one way, beside an honest one."""
    good_host()
    for port in (22, 23, 389, 445, 636, 3268, 3389, 5985, 5986):
        server("127.0.0.9", port)
    r = Run([("bad", "127.0.0.9", "c"), GOOD])
    r.expect_whole("good")
    r.expect("bad", "net.port", "complete")
    check(set(r.rows("SELECT state FROM host_port WHERE host = 'bad'")) == {("open",)}, "states")
    for source in ALL[1:]:
        r.expect("bad", source, expected, reason)
    for table in ("host_smb", "host_rdp", "host_winrm", "host_tls", "host_ldap"):
        check(r.rows("SELECT count(*) FROM %s WHERE host = 'bad'" % table) == [(0,)], "rows in " + table)
    return r


def silent():
    r = each_port(fake.Silent, reason="timeout")
    check(set(r.rows("SELECT protocol FROM host_port WHERE host = 'bad'")) == {("silent",)}, "protocol")


def slow_drip():
    each_port(fake.Drip)


def resetting():
    each_port(fake.Reset)


def closing_at_once():
    each_port(fake.Close)


def garbage():
    r = each_port(fake.Garbage)
    for source in ("net.smb", "net.rdp", "net.winrm", "net.tls", "net.ldap"):
        check(r.coverage("bad", source)[1] in ("malformed",), "%s: %s" % (source, r.coverage("bad", source)))


def endless():
    each_port(fake.Endless)


def huge_lengths():
    each_port(fake.Huge)


def cut_inside_a_message():
    each_port(fake.Cut)


def endless_headers():
    good_host()
    fake.EndlessHeaders("127.0.0.9", 5985)
    r = Run([("bad", "127.0.0.9"), GOOD])
    r.expect_whole("good")
    r.expect("bad", "net.winrm", "failed", "malformed", "16 KiB")


def half_a_conversation():
    good_host()
    fake.CutAfter("127.0.0.9", 445, 1)  # answers the negotiation, then hangs up
    r = Run([("bad", "127.0.0.9"), GOOD])
    r.expect_whole("good")
    r.expect("bad", "net.smb", "partial", "unreachable")
    row = r.one("SELECT dialect, smb1_offered, lowest_dialect, netbios_name FROM host_smb WHERE host = 'bad'")
    check(row[0] == 0x311 and row[1:] == (None, None, None), "what was not told: %s" % (row,))


def slow_answers_end_at_the_host_deadline():
    good_host()
    fake.Slow("127.0.0.9", 3389, 2.2)
    r = Run([("bad", "127.0.0.9"), GOOD], host_deadline_s=5, answer_timeout_ms=20000)
    r.expect_whole("good")
    r.expect("bad", "net.rdp", "partial", "timeout")
    check(r.one("SELECT accepts_nla, requires_nla FROM host_rdp WHERE host = 'bad'")[0] is None, "what was not asked is told")


def tls_with_garbage():
    good_host()
    fake.TlsGarbage("127.0.0.9", 5986)
    fake.RdpThenGarbage("127.0.0.9", 3389)
    r = Run([("bad", "127.0.0.9"), GOOD])
    r.expect_whole("good")
    r.expect("bad", "net.rdp", "complete")
    r.expect("bad", "net.tls", "failed", "malformed")
    r.expect("bad", "net.winrm", "failed", "malformed")


def old_tls():
    good_host()
    fake.Https("127.0.0.9", 5986, old=True)
    fake.Https("127.0.0.10", 5986, cut_old=True)
    r = Run([("old", "127.0.0.9"), ("cut", "127.0.0.10"), GOOD])
    check(dict(r.rows("SELECT host, accepts_old FROM host_tls WHERE port = 5986")) == {"good": 0, "old": 1, "cut": 0}, "accepts_old")


def hostile_texts():
    good_host()
    fake.HostileWinrm("127.0.0.9", 5985)
    fake.HostileSmb("127.0.0.9", 445)
    fake.Bytes("127.0.0.9", 22, b"\x1b]0;owned\x07SSH\xff\xc2\x85 " + b"\xe3\x81\x82" * 500 + b"\n")
    r = Run([("bad", "127.0.0.9"), GOOD])
    r.expect_whole("good")
    r.expect("bad", "net.winrm", "complete")
    r.expect("bad", "net.smb", "complete")
    texts = [t for row in r.rows("SELECT server, vendor, version FROM host_winrm WHERE host = 'bad'") for t in row]
    texts += [t for row in r.rows("SELECT netbios_name, netbios_domain FROM host_smb WHERE host = 'bad'") for t in row]
    texts += [r.one("SELECT banner FROM host_port WHERE host = 'bad' AND port = 22")[0]]
    check(all(texts), "texts: %s" % texts)
    check(not any(ord(c) < 32 or 127 <= ord(c) < 160 for t in texts for c in t), "control characters: %s" % texts)
    check(len(texts[-1]) == 200, "the banner has %d characters" % len(texts[-1]))


def names_and_addresses():
    good_host()
    good_host("127.0.0.3")
    r = Run([("several.test", "-", "c"), ("nothing.test", "-", "c"), ("empty.test",), ("broken.test",), ("not a name",),
             ("wordless.test",), ("hosts.test", "-", "c")])
    r.expect_whole("several.test")
    r.expect_whole("hosts.test")
    check(r.rows("SELECT DISTINCT address FROM host_port WHERE host = 'several.test'") == [("127.0.0.3",)], "address")
    for name in ("nothing.test", "empty.test", "not a name"):
        for source in ALL:
            r.expect(name, source, "unreachable", "absent", "resolves to no address")
    r.expect("broken.test", "net.port", "unreachable", "unreachable")
    r.expect("wordless.test", "net.port", "unreachable", "timeout")
    check(r.rows("SELECT DISTINCT host FROM host_port ORDER BY 1") == [("hosts.test",), ("several.test",)], "hosts with ports")


def ipv6():
    fake.honest_host("::1")
    r = Run([("six", "::1", "c"), ("six.test", "-", "c")])
    r.expect_whole("six")
    r.expect_whole("six.test")
    check(r.rows("SELECT DISTINCT address FROM host_port") == [("::1",)], "address")


def closed_and_ranges():
    good_host()
    fake.honest_smb("127.0.0.5")
    r = Run([("closed", "127.0.0.7"), ("127.0.0.8", "127.0.0.8", "r"), ("127.0.0.5", "127.0.0.5", "r"), GOOD,
             ("nothing.test", "-", "r")])
    r.expect("closed", "net.port", "complete")
    r.expect("closed", "net.smb", "absent", "absent", "445")
    r.expect("closed", "net.ldap", "absent", "absent", "not a domain controller")
    r.expect("127.0.0.5", "net.smb", "complete")
    for table, column in (("host_port", "host"), ("coverage", "target")):
        check(r.rows("SELECT count(*) FROM %s WHERE %s IN ('127.0.0.8', 'nothing.test')" % (table, column)) == [(0,)], "nobody has rows")


def excluded():
    good_host()
    good_host("127.0.0.3")
    r = Run([GOOD, ("several.test", "-"), ("hidden", "127.0.0.3")], exclude="127.0.0.3-127.0.0.3")
    r.expect_whole("good")
    # The name has another address too, at which nothing listens: only that one was asked.
    check(("127.0.0.3",) not in r.rows("SELECT DISTINCT address FROM host_port"), "an excluded address was asked")
    for source in ALL:
        r.expect("hidden", source, "not_collected", "denied", "excludes")


def dropped():
    good_host()
    r = Run([("away", "192.0.2.1"), ("unreachable", "198.51.100.1"), GOOD], connect_timeout_ms=300)
    r.expect_whole("good")
    r.expect("away", "net.port", "unreachable", "timeout")
    r.expect("away", "net.smb", "unreachable", "timeout", "445")
    r.expect("unreachable", "net.port", "unreachable", "unreachable")
    check(set(r.rows("SELECT host, state FROM host_port WHERE host != 'good'")) ==
          {("away", "filtered"), ("unreachable", "unreachable")}, "states")


def further_rdp_ports():
    good_host()
    fake.honest_rdp("127.0.0.5", 3390)
    fake.honest_rdp("127.0.0.5", 13389)
    r = Run([("more", "127.0.0.5", "-", "3390"), GOOD], ["net.rdp"], rdp_port=13389)
    check([p for p, in r.rows("SELECT port FROM host_rdp WHERE host = 'more' ORDER BY 1")] == [3390, 13389], "ports")
    r.expect("more", "net.rdp", "complete")
    check(r.rows("SELECT count(*) FROM host_port") == [(0,)], "ports were not asked for")


def malformed_lists():
    for line in (b"name\n", b"name\t10.0.0\t-\t-\n", b"a\t-\t-\t-\nb\t-\tz\t-\n"):
        r = Run([line], outcome="failed")
        check("host list" in r.text, r.text)


def a_thousand():
    """Every tenth is silent, every tenth resets, every tenth speaks garbage, the others are honest; all at once."""
    fake.Crowd(445)
    hosts = [("h%d" % i, "127.1.%d.%d" % (i // 250, i % 250 + 1)) for i in range(1000)]
    r = Run(hosts, ["net.port", "net.smb"], port=445, answer_timeout_ms=15000, host_deadline_s=120)
    got = dict(r.rows("SELECT target, state FROM coverage WHERE source = 'net.smb'"))
    check(len(got) == 1000, "%d hosts" % len(got))
    for i in range(1000):
        want = "failed" if fake.crowd_kind(i % 250 + 1) else "complete"
        check(got["h%d" % i] == want, "h%d is %s, not %s: %s" % (i, got["h%d" % i], want, r.coverage("h%d" % i, "net.smb")))
    # The silent ones hold their sockets to the end; if they held up the others, these would have finished after them.
    finished = dict(r.rows("SELECT target, finished_at FROM coverage WHERE source = 'net.smb'"))
    last_good = max(finished["h%d" % i] for i in range(1000) if fake.crowd_kind(i % 250 + 1) != "silent")
    last_silent = max(finished["h%d" % i] for i in range(1000) if fake.crowd_kind(i % 250 + 1) == "silent")
    check(last_good < last_silent, "an honest host waited for a silent one")


def few_sockets():
    """A silent host keeps the only free socket no longer than its own deadline."""
    good_host()
    fake.Silent("127.0.0.9", 445)
    r = Run([("bad", "127.0.0.9"), GOOD], concurrency=1)
    r.expect("bad", "net.smb", "failed", "timeout")
    r.expect_whole("good")


def slowly():
    """With a low rate everything is asked all the same, and nobody loses time by waiting for us."""
    good_host()
    r = Run([GOOD], rate=8, host_deadline_s=3)
    r.expect_whole("good")


CASES = [honest, bind_names_are_made_up, silent, slow_drip, resetting, closing_at_once, garbage, endless, huge_lengths,
         cut_inside_a_message, endless_headers, half_a_conversation, slow_answers_end_at_the_host_deadline, tls_with_garbage, old_tls,
         hostile_texts, names_and_addresses, ipv6, closed_and_ranges, excluded, dropped, further_rdp_ports, malformed_lists, a_thousand,
         few_sockets, slowly]


def enter():
    """Starts itself again inside namespaces of its own."""
    how = ["unshare", "--net", "--mount"] + ([] if os.geteuid() == 0 else ["--map-root-user"])
    os.environ["NET_INSIDE"] = "1"
    os.execvp(how[0], how + [sys.executable, os.path.abspath(__file__), BUILD, *sys.argv[2:]])


def main():
    if not os.environ.get("NET_INSIDE"):
        enter()
    fake.prepare(WORK)
    wanted = sys.argv[2:]
    failed = 0
    for case in CASES:
        if wanted and case.__name__ not in wanted:
            continue
        begun = time.monotonic()
        try:
            case()
            print("ok net: %s (%.1f s)" % (case.__name__.replace("_", " "), time.monotonic() - begun), flush=True)
        except (AssertionError, subprocess.TimeoutExpired, sqlite3.Error, OSError) as e:
            failed += 1
            print("FAILED net: %s: %s" % (case.__name__.replace("_", " "), e), flush=True)
        finally:
            fake.close_all()
    shutil.rmtree(WORK, ignore_errors=True)
    print("net_bad_input: %d cases, %d failed" % (len(wanted) or len(CASES), failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
