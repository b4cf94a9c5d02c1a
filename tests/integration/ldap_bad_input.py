#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""kagimori-ldap against servers that misbehave: each case must end in time, with the right coverage and a message that helps.

usage: ldap_bad_input.py [BUILD_DIR [CASE…]]"""

import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import struct

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from ldap_fake import *  # noqa: E402,F403

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, "../../build/release"))
WORK = tempfile.mkdtemp(prefix="kagimori-ldap-")
HOST = "dc1.hospital.example"  # not "localhost", which libldap takes for this machine's own name
PASSWORD = "a password that only this test knows"


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, cwd=WORK, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)


def authority(name):
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-keyout", name + ".key", "-out", name + ".pem", "-subj", "/CN=" + name,
            "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign")


def certificate(name, san, days="2"):
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", name + ".key",
            "-out", name + ".csr", "-subj", "/CN=" + name)
    with open(os.path.join(WORK, name + ".ext"), "w") as f:
        f.write("subjectAltName=%s\nextendedKeyUsage=serverAuth\n" % san)
    openssl("x509", "-req", "-in", name + ".csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
            "-out", name + ".pem", "-days", days, "-extfile", name + ".ext")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.path.join(WORK, name + ".pem"), os.path.join(WORK, name + ".key"))
    return context


class Run:
    """The evidence of one run of kagimori-ldap."""

    count = 0

    def __init__(self, server, sources, limit=20, **parameters):
        Run.count += 1
        self.server = server
        self.file = os.path.join(WORK, "e%d.db" % Run.count)
        given = {"host": HOST, "address": "127.0.0.1", "port": str(server.port), "bind_dn": "audit@hospital.example",
                 "ca_file": os.path.join(WORK, "ca.pem"), "secret_file": os.path.join(WORK, "password"),
                 "network_timeout_s": "2", "operation_timeout_s": "2", "transport": server.transport}
        given.update({k: str(v) for k, v in parameters.items()})
        begun = time.monotonic()
        self.result = subprocess.run(
            [os.path.join(BUILD, "ldap_task"), self.file, *["%s=%s" % p for p in given.items() if p[1]],
             *["source=" + s for s in sources]], capture_output=True, text=True, timeout=limit + 20)
        self.seconds = time.monotonic() - begun
        server.close()
        self.database = sqlite3.connect(self.file)
        self.database.text_factory = bytes
        self.text = self.result.stdout + self.result.stderr
        if self.seconds > limit:
            raise AssertionError("took %.1f s" % self.seconds)
        check(self.result.returncode == 0, "ldap_task ended with %d: %s" % (self.result.returncode, self.text))
        outcome = self.rows("SELECT outcome, detail FROM worker_run")
        check(outcome and outcome[0][0] in ("done", "failed"), "the worker ended as %s" % outcome)

    def rows(self, sql):
        return [tuple(v.decode("utf-8", "strict") if isinstance(v, bytes) else v for v in r)
                for r in self.database.execute(sql)]

    def coverage(self, source):
        found = self.rows("SELECT state, reason, detail, objects FROM coverage WHERE source = '%s'" % source)
        check(len(found) == 1, "%s has %d coverage rows" % (source, len(found)))
        return found[0]

    def expect(self, source, state, reason=None, says="", objects=None):
        got = self.coverage(source)
        check(got[0] == state and got[1] == reason, "%s is %s (%s): %s" % (source, got[0], got[1], got[2]))
        check(says in (got[2] or ""), "%s says \"%s\", not \"%s\"" % (source, got[2], says))
        if objects is not None:
            check(got[3] == objects, "%s has %s objects, not %s" % (source, got[3], objects))

    def count_of(self, table):
        return self.rows("SELECT count(*) FROM %s" % table)[0][0]


def check(condition, text):
    if not condition:
        raise AssertionError(text)


# ---- cases ----

def honest(good):
    r = Run(Server(good), ["ldap.rootdse", "ldap.user", "ldap.group", "ldap.metadata"])
    r.expect("ldap.rootdse", "complete")
    r.expect("ldap.user", "complete", objects=5)
    r.expect("ldap.group", "complete", objects=1)
    check(r.count_of("account") == 5, "accounts")
    check(r.rows("SELECT tls_version FROM directory_server")[0][0].startswith("TLSv1."), "TLS version")
    check(PASSWORD not in r.text, "the password was printed")


def pages(good):
    server = Server(good)
    server.users = [user(n) for n in range(2503)]
    server.page = 100
    r = Run(server, ["ldap.user"], page_size=100)
    r.expect("ldap.user", "complete", objects=2503)
    check(r.count_of("account") == 2503, "accounts")


def no_paging(good):
    class Plain(Server):
        def objects(self, request):
            if request.base == "":
                return [("", {"namingContexts": [DOMAIN], "objectClass": ["top", "OpenLDAProotDSE"]})]
            return super().objects(request)
    r = Run(Plain(good), ["ldap.rootdse", "ldap.user", "ldap.pso", "ldap.site", "ldap.security", "ldap.metadata",
                          "ldap.logon", "ldap.kds"])
    r.expect("ldap.user", "complete", objects=5)
    for source in ("ldap.pso", "ldap.site", "ldap.security", "ldap.logon", "ldap.kds"):
        r.expect(source, "unsupported", "unsupported")
    check(r.rows("SELECT vendor FROM directory_server") == [("OpenLDAP",)], "vendor")


def refused_binds(good):
    cases = {"525": "does not exist", "52e": "password or the name", "530": "logon hours", "532": "has expired",
             "533": "is disabled", "701": "expiry date", "773": "must change", "775": "locked out"}
    for data, says in cases.items():
        class Refusing(Server):
            def bind(self, connection, request):
                connection.sendall(message(request.number, done(49, "80090308: LdapErr: DSID-0C090446, comment: "
                                   "AcceptSecurityContext error, data %s, v4563" % data, tag=0x61)))
        server = Refusing(good)
        r = Run(server, ["ldap.user", "ldap.group"])
        r.expect("ldap.user", "denied", "denied", says)
        r.expect("ldap.group", "denied", "denied", says)
        check(len(server.binds) == 1, "%d binds after data %s" % (len(server.binds), data))
        check(PASSWORD not in r.text, "the password was printed")


def stronger_auth(good):
    class Strict(Server):
        def bind(self, connection, request):
            connection.sendall(message(request.number, done(8, "00002028: LdapErr: DSID-0C090202", tag=0x61)))
    r = Run(Strict(good), ["ldap.user"])
    r.expect("ldap.user", "denied", "denied", "transport gssapi")


def empty_password(good):
    with open(os.path.join(WORK, "empty"), "w") as f:
        f.write("\n")
    os.chmod(f.name, 0o600)
    server = Server(good)
    try:
        r = Run(server, ["ldap.user"], secret_file=f.name)
        check(r.coverage("ldap.user")[0] != "complete", "an empty password was taken")
    except AssertionError as e:
        check("ended with" in str(e), str(e))  # refused before the task
    check(not server.binds, "an empty password was sent")


def closed_port(good):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    r = Run(Server(good), ["ldap.user"], port=port)
    r.expect("ldap.user", "unreachable", "unreachable", "nothing listens on port")


def unknown_name(good):
    r = Run(Server(good), ["ldap.user"], limit=60, address="", host="no-such-host.invalid")
    r.expect("ldap.user", "unreachable", "unreachable", "does not resolve")


def silent(good):
    r = Run(Mute(good, "connect"), ["ldap.user"])
    r.expect("ldap.user", "unreachable", "timeout", "no TLS answer within 2 s")
    r = Run(Mute(good, "tls"), ["ldap.user"])
    r.expect("ldap.user", "unreachable", "timeout", "no answer")
    r = Run(Mute(good, "bind"), ["ldap.user", "ldap.group"])
    r.expect("ldap.user", "unreachable", "timeout", "no answer for 2 s")
    r.expect("ldap.group", "unreachable", "timeout", "no answer for 2 s")
    r = Run(Mute(good, "entry"), ["ldap.user", "ldap.group"])
    r.expect("ldap.user", "partial", "timeout", "no answer for 2 s", objects=1)
    r.expect("ldap.group", "complete")


def slow_drip(good):
    class Drip(Server):
        def search(self, connection, request):
            if request.wants("userAccountControl"):
                for byte in message(request.number, entry(*self.users[0])):
                    connection.sendall(bytes([byte]))
                    time.sleep(0.3)
            super().search(connection, request)
    r = Run(Drip(good), ["ldap.user", "ldap.group"])
    r.expect("ldap.user", "unreachable", "timeout")
    r.expect("ldap.group", "complete")


def certificates(good):
    server = Server(good)
    r = Run(server, ["ldap.user"], ca_file=os.path.join(WORK, "other.pem"))
    r.expect("ldap.user", "failed", "untrusted", "unknown authority")
    check("CN=ca" in r.coverage("ldap.user")[2], "the issuer is not named")
    check(not server.binds, "a password was sent to an unproven server")
    for name, says in (("wrong", "is for elsewhere.example, not for " + HOST), ("expired", "expired on 20")):
        server = Server(CONTEXTS[name])
        r = Run(server, ["ldap.user"])
        r.expect("ldap.user", "failed", "untrusted", says)
        check(not server.binds, "a password was sent to an unproven server")
    server = Server(good)
    r = Run(server, ["ldap.user"], ca_file=os.path.join(WORK, "password"))
    r.expect("ldap.user", "failed", "usage", "holds no certificate")
    r = Run(Server(good), ["ldap.user"], ca_file=os.path.join(WORK, "not-there.pem"))
    r.expect("ldap.user", "failed", "usage", "cannot be read")


def old_tls(good):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.path.join(WORK, "good.pem"), os.path.join(WORK, "good.key"))
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    r = Run(Server(context), ["ldap.user"], tls_min="1.3")
    r.expect("ldap.user", "failed", "untrusted", "tls_min")


def plain_on_tls_port(good):
    class Chatty(Server):
        def talk(self, connection, number):
            connection.sendall(b"HTTP/1.0 400 Bad Request\r\n\r\n")
    r = Run(Chatty(good), ["ldap.user"])
    r.expect("ldap.user", "unreachable", "unreachable", "check that LDAPS is on")


class Start(Server):
    transport = "starttls"


def start_tls(good):
    r = Run(Start(good), ["ldap.user", "ldap.rootdse"])
    r.expect("ldap.user", "complete")
    check(r.rows("SELECT transport FROM directory_server") == [("starttls",)], "transport")

    class Unwilling(Start):
        def extended(self, connection, request):
            connection.sendall(message(request.number, done(52, "no certificate", tag=0x78)))
            return connection
    server = Unwilling(good)
    r = Run(server, ["ldap.user"])
    r.expect("ldap.user", "unsupported", "unsupported", "refused StartTLS")
    check(not server.binds, "a password was sent in clear text")

    class Injecting(Start):
        def extended(self, connection, request):
            connection.sendall(message(request.number, done(0, tag=0x78)) +
                               message(request.number + 1, done(0, tag=0x61)))
            return self.context.wrap_socket(connection, server_side=True)
    server = Injecting(good)
    r = Run(server, ["ldap.user"])
    check(r.coverage("ldap.user")[0] == "unreachable", "bytes from before TLS were believed")
    check(not server.binds, "a password was sent after bytes from before TLS")


class Cutting(Server):
    cuts = 1

    def search(self, connection, request):
        if request.wants("userAccountControl") and self.number <= self.cuts:
            for dn, attributes in self.users[:3]:
                connection.sendall(message(request.number, entry(dn, attributes)))
            data = message(request.number, entry(*self.users[3]))
            connection.sendall(data[:20])
            connection.close()
        super().search(connection, request)


def cut_inside_a_page(good):
    server = Cutting(good)
    r = Run(server, ["ldap.group", "ldap.user", "ldap.pki"])
    r.expect("ldap.group", "complete")
    r.expect("ldap.user", "partial", "unreachable", "what was read until then is kept", objects=3)
    check(r.count_of("account") == 3, "what came was not kept")
    r.expect("ldap.pki", "complete")
    check(server.connections == 2 and len(server.binds) == 2, "no new connection for the rest")


def cut_twice(good):
    class Twice(Server):
        def search(self, connection, request):
            if request.base != "":
                connection.close()
            super().search(connection, request)
    server = Twice(good)
    r = Run(server, ["ldap.group", "ldap.user", "ldap.gpo"])
    for source in ("ldap.group", "ldap.user", "ldap.gpo"):
        r.expect(source, "unreachable", "unreachable")
    check(len(server.binds) == 2, "%d binds" % len(server.binds))


def reconnect_refused(good):
    class Changing(Cutting):
        def bind(self, connection, request):
            code = 0 if len(self.binds) == 1 else 49
            connection.sendall(message(request.number, done(code, "data 775", tag=0x61)))
    server = Changing(good)
    r = Run(server, ["ldap.user", "ldap.site", "ldap.security"])
    r.expect("ldap.user", "partial", "unreachable", objects=3)
    r.expect("ldap.security", "denied", "denied", "connecting again")
    check(len(server.binds) == 2, "%d binds" % len(server.binds))


class Ranging(Server):
    """Gives members in ranges of two."""
    total = 7

    def objects(self, request):
        for a in request.attributes:
            if a.startswith("member;range="):
                low = int(re.match(r"member;range=(\d+)-", a).group(1))
                return [group(1, self.members(low))]
        if request.wants("member"):
            return [group(1, {"member": [], **self.members(0)})]
        return super().objects(request)

    def members(self, low):
        high = min(low + 1, self.total - 1)
        end = "*" if high == self.total - 1 else str(high)
        return {"member;range=%d-%s" % (low, end): ["CN=m%d,%s" % (n, DOMAIN) for n in range(low, high + 1)]}


def ranges(good):
    r = Run(Ranging(good), ["ldap.group"])
    r.expect("ldap.group", "complete", objects=1)
    check(r.count_of("membership") == 7, "members")
    check(r.rows("SELECT member_count, members_complete FROM directory_group") == [(7, 1)], "count")


def endless_ranges(good):
    class Looping(Ranging):
        def members(self, low):
            return {"member;range=0-1": ["CN=m0," + DOMAIN, "CN=m1," + DOMAIN]}

    class Growing(Ranging):
        def members(self, low):
            return {"member;range=%d-%d" % (low, low): ["CN=m%d,%s" % (low, DOMAIN)]}

    class Vanishing(Ranging):
        def members(self, low):
            return super().members(0) if low == 0 else {"cn": ["x"]}

    class Nonsense(Ranging):
        def members(self, low):
            return {"member;range=5-1": ["CN=m0," + DOMAIN]}
    for kind in (Looping, Growing, Vanishing, Nonsense):
        r = Run(kind(good), ["ldap.group"], limit=40)
        r.expect("ldap.group", "partial", "limit", "did not give all")
        check(r.rows("SELECT members_complete FROM directory_group") == [(0,)], "%s was taken as complete" % kind)


def range_cut(good):
    class Cut(Ranging):
        def members(self, low):
            if low > 0:
                raise OSError("cut")
            return super().members(low)
    r = Run(Cut(good), ["ldap.group", "ldap.user"])
    r.expect("ldap.group", "partial", "unreachable")
    check(r.rows("SELECT members_complete FROM directory_group") == [(0,)], "taken as complete")
    r.expect("ldap.user", "complete")


def endless_pages(good):
    class Empty(Server):
        def search(self, connection, request):
            if request.wants("userAccountControl"):
                connection.sendall(message(request.number, done(), page_control("again")))
            else:
                super().search(connection, request)
    r = Run(Empty(good), ["ldap.user", "ldap.group"])
    r.expect("ldap.user", "partial", "limit", "without end")
    r.expect("ldap.group", "complete")

    class Endless(Server):
        def search(self, connection, request):
            if request.wants("userAccountControl"):
                for one in self.users:
                    connection.sendall(message(request.number, entry(*one)))
                connection.sendall(message(request.number, done(), page_control("again")))
            else:
                super().search(connection, request)
    r = Run(Endless(good), ["ldap.user", "ldap.group"], max_objects=5000)
    r.expect("ldap.user", "partial", "limit", "max_objects")
    r.expect("ldap.group", "complete")


def malformed_ber(good):
    inner = entry("CN=x," + DOMAIN, {"objectClass": ["user"]})
    bad = [b"\x00" * 64, b"\xff" * 64, b"\x30\x84\x7f\xff\xff\xff\x02\x01", b"\x30\x80\x00\x00",
           b"\x30\x88\xff\xff\xff\xff\xff\xff\xff\xff",
           message(3, inner.replace(b"\x04\x04user", b"\x04\x7fuser")), message(3, b"\x64\x03\x04\x7f\x41"), message(3, tlv(0x64, octets("CN=a") + b"\x30\x7f\x30"))]
    for data in bad:
        class Broken(Server):
            def search(self, connection, request):
                if request.wants("userAccountControl"):
                    connection.sendall(data.replace(b"\x02\x01\x03", b"\x02\x01" + bytes([request.number]), 1))
                    time.sleep(3)
                    connection.close()
                super().search(connection, request)
        r = Run(Broken(good), ["ldap.user", "ldap.group"])
        state, reason, detail, _ = r.coverage("ldap.user")
        check(state in ("failed", "unreachable") and reason in ("malformed", "unreachable", "timeout"),
              "%r: %s %s %s" % (data[:16], state, reason, detail))
        r.expect("ldap.group", "complete")


def broken_cookie(good):
    class Broken(Server):
        def search(self, connection, request):
            if request.wants("userAccountControl"):
                control = tlv(0xa0, seq(octets(PAGED), octets(b"\x30\x7f\x02\x01")))
                connection.sendall(message(request.number, entry(*self.users[0])))
                connection.sendall(message(request.number, done(), control))
            else:
                super().search(connection, request)
    r = Run(Broken(good), ["ldap.user", "ldap.group"])
    check(r.coverage("ldap.user")[0] != "complete", "a broken page control was taken as the end")


def server_limits(good):
    for code, reason in ((4, "limit"), (11, "limit"), (3, "timeout"), (50, "denied"), (1, "denied"), (80, "unreachable")):
        class Limited(Server):
            def search(self, connection, request):
                if request.wants("userAccountControl"):
                    connection.sendall(message(request.number, entry(*self.users[0])))
                    connection.sendall(message(request.number, done(code, "a limit")))
                else:
                    super().search(connection, request)
        r = Run(Limited(good), ["ldap.user", "ldap.group"])
        r.expect("ldap.user", "partial", reason, objects=1)
        r.expect("ldap.group", "complete")


def busy(good):
    class Busy(Server):
        refused = 0

        def search(self, connection, request):
            if request.wants("userAccountControl") and self.refused < 1:
                self.refused += 1
                connection.sendall(message(request.number, done(51, "busy")))
            else:
                super().search(connection, request)
    r = Run(Busy(good), ["ldap.user"])
    r.expect("ldap.user", "complete", objects=5)


def hostile_values(good):
    text = {"script": "<script>alert(1)</script>", "ansi": "\x1b[2J\x1b[31mred", "rtl": "\u202eexe.fdp\u2066",
            "formula": "=cmd|'/c calc'!A1", "nul": "a\x00b"}
    server = Server(good)
    server.users = [user(1, displayName=[text["script"]], sAMAccountName=[text["ansi"]]),
                    user(2, displayName=[text["rtl"]], userPrincipalName=[text["formula"]]),
                    user(3, objectSid=[b"\x01\x05\x00\x00"]),
                    user(4, objectSid=[b"\x01\xff" + b"\x00" * 60]),
                    user(5, displayName=[b"\xff\xfe broken \xc0\x80"]),
                    user(6, description=["password: " + "x" * (1 << 20)], displayName=["y" * (1 << 20)]),
                    user(7, userAccountControl=["99999999999999999999"], pwdLastSet=["-5"], whenCreated=["yesterday"]),
                    user(8, replPropertyMetaData=[b"\xff" * 500]),
                    user(9, objectGUID=[b"short"]),
                    user(10, servicePrincipalName=["x/%d" % n for n in range(3000)]),
                    user(11, displayName=[text["nul"]])]
    server.users.append(("CN=\x1b[31m<b>\u202e,OU=\x07," + DOMAIN, user(12)[1]))
    server.groups = [group(1, {"member": ["not a name", b"\xff\xff", "CN=ok," + DOMAIN]})]
    r = Run(server, ["ldap.user", "ldap.group"])
    # One of them has no identity, so that it is in no table: then not everybody was seen.
    r.expect("ldap.user", "partial", "malformed", objects=12)
    r.expect("ldap.group", "complete")
    check(r.rows("SELECT members_complete FROM directory_group") == [(0,)], "members without a name were forgotten")
    check(r.count_of("account") >= 10, "only %d accounts" % r.count_of("account"))
    check(r.count_of("malformed_value") >= 6, "only %d malformed values" % r.count_of("malformed_value"))
    check("\x1b" not in r.text and "\u202e" not in r.text, "control characters reached the terminal")
    check(r.rows("SELECT count(*) FROM account WHERE display_name = '<script>alert(1)</script>'") == [(1,)],
          "text is data, and kept as it is")


def hostile_descriptors(good):
    good_sd = struct.pack("<BBHIIII", 1, 0, 0x8004, 20, 0, 0, 36) + sid(5, 32, 544) + struct.pack("<BBHHH", 2, 0, 8, 0, 0)
    bad = [b"", b"\x01", good_sd[:19], struct.pack("<BBHIIII", 1, 0, 0x8004, 0xfffffff0, 0, 0, 20),
           struct.pack("<BBHIIII", 1, 0, 0x8004, 20, 20, 20, 20) + b"\xff" * 40,
           good_sd[:-8] + struct.pack("<BBHHH", 2, 0, 0xffff, 0xffff, 0), b"\xff" * 70000]

    class Described(Server):
        def objects(self, request):
            if request.wants("nTSecurityDescriptor") and request.scope == 2:
                return [("OU=o%d,%s" % (n, DOMAIN),
                         {"objectClass": ["top", "organizationalUnit"], "objectGUID": [guid(900 + n)],
                          "nTSecurityDescriptor": [value]}) for n, value in enumerate([good_sd] + bad)]
            if request.wants("nTSecurityDescriptor") and request.scope == 0:
                return [(request.base, {"objectClass": ["top", "domainDNS"], "objectGUID": [guid(800)],
                                        "objectSid": [sid(*DOMAIN_SID)], "nTSecurityDescriptor": [good_sd]})]
            return super().objects(request)
    r = Run(Described(good), ["ldap.security", "ldap.group"])
    state = r.coverage("ldap.security")[0]
    check(state in ("complete", "partial", "unsupported"), state)
    r.expect("ldap.group", "complete")


def unreadable_parts(good):
    class Closed(Server):
        def objects(self, request):
            if request.wants("nTSecurityDescriptor") and request.scope == 2:
                return [("OU=o," + DOMAIN, {"objectClass": ["organizationalUnit"], "objectGUID": [guid(9)]})]
            if request.wants("userAccountControl") and request.wants("sAMAccountName"):
                return [(dn, {k: v for k, v in a.items() if k != "replPropertyMetaData"}) for dn, a in self.users]
            return super().objects(request)
    r = Run(Closed(good), ["ldap.user", "ldap.metadata", "ldap.security", "ldap.pso", "ldap.kds", "ldap.gpo",
                           "ldap.site", "ldap.computer"])
    r.expect("ldap.user", "complete")
    r.expect("ldap.metadata", "denied", "denied", "5 of 5 accounts")
    check(r.coverage("ldap.security")[0] != "complete", "unreadable descriptors count as seen")
    for source in ("ldap.pso", "ldap.gpo", "ldap.site", "ldap.computer"):
        r.expect(source, "denied", "denied")


def secrets_are_never_asked_for(good):
    server = Server(good)
    sources = ["rootdse", "schema", "forest", "domain", "trust", "site", "ou", "gpo", "pso", "silo", "group", "foreign",
               "user", "computer", "service_account", "logon", "metadata", "pki", "kds", "security"]
    Run(server, ["ldap." + s for s in sources])
    probe = Server(good)
    Run(probe, [], probe="1")
    asked = {a.lower() for r in server.requests + probe.requests for a in r.attributes}
    check(len(asked) > 80, "only %d attributes were asked for" % len(asked))
    secret = re.compile(r"pwd$|password$|^supplementalcredentials|pwdhistory$|^trustauth|^initialauth|rootkeydata|"
                        r"^currentvalue|^priorvalue|^mslaps-(?!passwordexpirationtime$)|admpwd(?!expirationtime$)|"
                        r"recoverypassword|^unixuserpassword|[*+@]")
    found = sorted(a for a in asked if secret.search(a))
    check(not found, "asked for %s" % found)
    check(all(r.attributes for r in server.requests), "a request without attributes asks for everything")


CASES = [honest, pages, no_paging, refused_binds, stronger_auth, empty_password, closed_port, unknown_name, silent,
         slow_drip, certificates, old_tls, plain_on_tls_port, start_tls, cut_inside_a_page, cut_twice,
         reconnect_refused, ranges, endless_ranges, range_cut, endless_pages, malformed_ber, broken_cookie,
         server_limits, busy, hostile_values, hostile_descriptors, unreadable_parts, secrets_are_never_asked_for]
CONTEXTS = {}


def main():
    with open(os.path.join(WORK, "password"), "w") as f:
        f.write(PASSWORD + "\n")
    os.chmod(f.name, 0o600)
    authority("ca")
    authority("other")
    CONTEXTS["expired"] = certificate("expired", "DNS:" + HOST, "0")
    CONTEXTS["wrong"] = certificate("wrong", "DNS:elsewhere.example")
    good = certificate("good", "DNS:" + HOST)
    time.sleep(1.1)  # until the expired one has expired
    wanted = sys.argv[2:]
    failed = 0
    for case in CASES:
        if wanted and case.__name__ not in wanted:
            continue
        begun = time.monotonic()
        try:
            case(good)
            print("ok ldap: %s (%.1f s)" % (case.__name__.replace("_", " "), time.monotonic() - begun), flush=True)
        except (AssertionError, subprocess.TimeoutExpired, sqlite3.Error) as e:
            failed += 1
            print("FAILED ldap: %s: %s" % (case.__name__.replace("_", " "), e), flush=True)
    shutil.rmtree(WORK, ignore_errors=True)
    print("ldap_bad_input: %d cases, %d failed" % (len(wanted) or len(CASES), failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
