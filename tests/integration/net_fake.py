# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers for net_bad_input.py: honest ones that answer with what real servers said (tests/golden/net), and ones that misbehave."""

import hashlib
import os
import socket
import ssl
import struct
import subprocess
import threading
import time

GOLDEN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../golden/net")
WORK = None
running = []


def golden(name):
    with open(os.path.join(GOLDEN, name + ".bin"), "rb") as f:
        return f.read()


# ---- the world that they live in ----

HOSTS = "127.0.0.1 localhost\n127.0.0.2 hosts.test\n::1 six.test\n"


def prepare(work):
    """Loopback, a network that drops, names, DNS and a certificate; inside the namespaces only."""
    global WORK
    WORK = work
    run = lambda *a: subprocess.run(a, check=True, stdout=subprocess.DEVNULL)  # noqa: E731
    run("ip", "link", "set", "lo", "up")
    # Somebody who is never there: packets go to a wire that nobody holds the other end of.
    run("ip", "link", "add", "void0", "type", "veth", "peer", "name", "void1")
    run("ip", "link", "set", "void0", "up")
    run("ip", "link", "set", "void1", "up")
    run("ip", "addr", "add", "192.0.2.254/24", "dev", "void0")
    run("ip", "neigh", "replace", "192.0.2.1", "lladdr", "02:00:00:00:00:99", "dev", "void0", "nud", "permanent")
    run("ip", "route", "add", "unreachable", "198.51.100.0/24")
    for name, text in (("hosts", HOSTS), ("resolv.conf", "nameserver 127.0.0.53\n")):
        path = os.path.join(work, name)
        with open(path, "w") as f:
            f.write(text)
        os.chmod(path, 0o644)
        run("mount", "--bind", path, os.path.realpath("/etc/" + name))
    os.chmod(work, 0o755)
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=fake.example",
                    "-keyout", os.path.join(work, "key.pem"), "-out", os.path.join(work, "cert.pem")], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    threading.Thread(target=dns, daemon=True).start()


def key_digest():
    public = subprocess.run(["openssl", "x509", "-in", os.path.join(WORK, "cert.pem"), "-noout", "-pubkey"], check=True,
                            capture_output=True).stdout
    der = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "DER"], input=public, check=True, capture_output=True).stdout
    return hashlib.sha256(der).hexdigest()


def dns():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(("127.0.0.53", 53))
    while True:
        query, peer = s.recvfrom(4096)
        end = query.index(b"\0", 12) + 5
        name = query[12:end - 5].replace(b"\6", b".").lower()
        kind = struct.unpack(">H", query[end - 4:end - 2])[0]
        code, answers = 3, []
        if b"several" in name:
            code, answers = 0, ["127.0.0.7", "127.0.0.3"] if kind == 1 else []
        elif b"empty" in name:
            code = 0
        elif b"broken" in name:
            code = 2
        elif b"wordless" in name:
            continue
        reply = query[:2] + struct.pack(">HHHHH", 0x8180 | code, 1, len(answers), 0, 0) + query[12:end]
        for a in answers:
            reply += b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 60, 4) + socket.inet_aton(a)
        s.sendto(reply, peer)


def context(old=False):
    c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    c.load_cert_chain(os.path.join(WORK, "cert.pem"), os.path.join(WORK, "key.pem"))
    if old:
        c.set_ciphers("ALL:@SECLEVEL=0")
        c.minimum_version = ssl.TLSVersion.TLSv1
    else:
        c.minimum_version = ssl.TLSVersion.TLSv1_2
    return c


# ---- a server ----

def is_held(connection):
    try:
        return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


class Server:
    """Listens until close_all; talk() has one connection."""

    def __init__(self, address, port):
        self.port = port
        self.heard = bytearray()
        self.most_at_once = 0
        self.lock = threading.Lock()
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.listener = socket.socket(family)
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind((address, port))
        self.listener.listen(4096)
        self.open = set()
        running.append(self)
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.handle, args=(connection,), daemon=True).start()

    def handle(self, connection):
        with self.lock:
            # A client that closed one before it opened the next has its end waiting there.
            self.most_at_once = max(self.most_at_once, 1 + sum(is_held(c) for c in self.open))
            self.open.add(connection)
        try:
            self.talk(connection)
        except (OSError, ssl.SSLError, struct.error, ValueError, IndexError):
            pass
        with self.lock:
            self.open.discard(connection)
        connection.close()

    def hear(self, connection, n=65536):
        data = connection.recv(n)
        with self.lock:
            self.heard += data
        return data

    def exactly(self, connection, n):
        data = b""
        while len(data) < n:
            more = self.hear(connection, n - len(data))
            if not more:
                raise OSError("closed")
            data += more
        return data

    def close(self):
        # shutdown wakes the thread in accept, which a close alone does not
        try:
            self.listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.listener.close()
        with self.lock:
            for c in self.open:
                try:
                    c.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass


def close_all():
    for s in running:
        s.close()
    running.clear()
    time.sleep(0.1)


# ---- honest ones ----

class Smb(Server):
    session = None

    def talk(self, c):
        while True:
            size = struct.unpack(">I", self.exactly(c, 4))[0]
            message = self.exactly(c, size)
            if message[:4] == b"\xffSMB":
                c.sendall(golden("smb_old_refused"))
            elif message[12] == 1:
                c.sendall(self.session or golden("smb_session"))
            elif message[64 + 2] == 1:
                c.sendall(golden("smb_lowest"))
            else:
                c.sendall(golden("smb_negotiate"))


class Rdp(Server):
    def answer(self, c, name):
        c.sendall(golden(name))

    def talk(self, c):
        protocols = struct.unpack("<I", self.exactly(c, 19)[15:])[0]
        if protocols != 3:
            self.answer(c, "rdp_shadow_nla_required")
            return
        self.answer(c, "rdp_shadow_nla")
        with context().wrap_socket(c, server_side=True) as t:
            t.recv(1)


def read_request(s, c):
    head = b""
    while b"\r\n\r\n" not in head:
        data = s.hear(c)
        if not data:
            raise OSError("closed")
        head += data
    head, body = head.split(b"\r\n\r\n", 1)
    length = int(head.lower().split(b"content-length:")[1].split(b"\r")[0])
    while len(body) < length:
        body += s.hear(c)
    return head, body


IDENTITY = b"""<s:Envelope xmlns:s="x"><s:Body><wsmid:IdentifyResponse xmlns:wsmid="y"><wsmid:ProductVendor>%s</wsmid:ProductVendor>
<wsmid:ProductVersion>%s</wsmid:ProductVersion></wsmid:IdentifyResponse></s:Body></s:Envelope>"""


class Winrm(Server):
    def reply(self, c, body):
        if b"Identify" in body:
            text = IDENTITY % (b"Kagi Works", b"1.0")
            c.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" %
                      (len(text), text))
        else:
            c.sendall(b"HTTP/1.1 401 \r\nWWW-Authenticate: Negotiate\r\nWWW-Authenticate: Basic realm=\"WSMAN\"\r\n"
                      b"Server: Fake\r\nContent-Length: 0\r\n\r\n")

    def talk(self, c):
        _, body = read_request(self, c)
        self.reply(c, body)


class Https(Winrm):
    def __init__(self, address, port, old=False, cut_old=False):
        self.old = old
        self.cut_old = cut_old
        super().__init__(address, port)

    def talk(self, c):
        if self.cut_old:
            # Like a Windows host without TLS 1.0: it hangs up at a ClientHello that has no supported_versions.
            hello = c.recv(4096, socket.MSG_PEEK)
            if b"\x00\x2b" not in hello:
                return
        with context(self.old).wrap_socket(c, server_side=True) as t:
            super().talk(t)


class Directory(Server):
    def talk(self, c):
        self.hear(c)
        c.sendall(golden("ldap_simple"))


class Directories(Server):
    def talk(self, c):
        with context().wrap_socket(c, server_side=True) as t:
            self.hear(t)
            t.sendall(golden("ldap_sasl_challenge"))
            self.hear(t)
            t.sendall(golden("ldap_sasl_end"))


class Bytes(Server):
    def __init__(self, address, port, data):
        self.data = data
        super().__init__(address, port)

    def talk(self, c):
        c.sendall(self.data)
        self.hear(c)


def honest_smb(address):
    return Smb(address, 445)


def honest_rdp(address, port):
    return Rdp(address, port)


def honest_host(address):
    return [Smb(address, 445), Rdp(address, 3389), Winrm(address, 5985), Https(address, 5986), Directory(address, 389),
            Directory(address, 3268), Directories(address, 636), Bytes(address, 22, b"SSH-2.0-Fake\r\n"),
            Bytes(address, 23, b"\xff\xfd\x18\r\nlogin: ")]


# ---- the others ----

class Silent(Server):
    def talk(self, c):
        while self.hear(c):
            pass


class Close(Server):
    def talk(self, c):
        pass


class Reset(Server):
    def talk(self, c):
        self.hear(c, 1)
        c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class Drip(Server):
    """The beginning of an answer, a byte at a time."""

    def talk(self, c):
        answers = {445: golden("smb_negotiate"), 3389: golden("rdp_xrdp_tls"), 5985: b"HTTP/1.1 401 Unauthorized\r\nServer: drip\r\n",
                   389: golden("ldap_simple"), 3268: golden("ldap_simple")}
        data = answers.get(self.port, b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc\x03\x03" + bytes(1000))
        for byte in data:
            c.sendall(bytes([byte]))
            time.sleep(0.2)


class Garbage(Server):
    def talk(self, c):
        if self.port not in (22, 23):
            self.hear(c)
        c.sendall(b"\x07garbage\x00\xff\xfe" * 40)
        self.hear(c)


class Endless(Server):
    def talk(self, c):
        while True:
            c.sendall(b"AAAAAAAA" * 4096)


class Huge(Server):
    def talk(self, c):
        if self.port in (22, 23):
            return
        self.hear(c)
        c.sendall({445: b"\0\xff\xff\xff\xfeSMB", 3389: b"\3\0\xff\xff\x0e\xd0", 389: b"\x30\x84\xff\xff\xff\xff\2\1\1",
                   3268: b"\x30\x84\x7f\xff\xff\xff\2\1\1", 5985: b"HTTP/1.1 401\r\nContent-Length: 99999999999999999999999\r\n\r\n"
                   }.get(self.port, b"\x16\x03\x03\xff\xff\x02\xff\xff\xff"))
        self.hear(c)


class Cut(Server):
    def talk(self, c):
        if self.port in (22, 23):
            return
        self.hear(c)
        answers = {445: golden("smb_negotiate"), 3389: golden("rdp_xrdp_tls"), 389: golden("ldap_simple"),
                   3268: golden("ldap_simple"), 5985: b"HTTP/1.1 401 Unauth"}
        data = answers.get(self.port, b"\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03" + bytes(40))
        c.sendall(data[:len(data) // 2])


class EndlessHeaders(Server):
    def talk(self, c):
        c.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            c.sendall(b"X-More: and more\r\n" * 100)


class CutAfter(Smb):
    """Answers so many messages in all, then only hangs up."""

    def __init__(self, address, port, count):
        self.left = count
        super().__init__(address, port)

    def talk(self, c):
        size = struct.unpack(">I", self.exactly(c, 4))[0]
        self.exactly(c, size)
        if self.left > 0:
            self.left -= 1
            c.sendall(golden("smb_negotiate"))


class Slow(Rdp):
    def __init__(self, address, port, delay):
        self.delay = delay
        super().__init__(address, port)

    def answer(self, c, name):
        time.sleep(self.delay)
        super().answer(c, name)


class TlsGarbage(Server):
    def talk(self, c):
        self.hear(c)
        c.sendall(b"\x16\x03\x03\x00\x20" + b"\x5a" * 32)
        self.hear(c)


class RdpThenGarbage(Rdp):
    def talk(self, c):
        protocols = struct.unpack("<I", self.exactly(c, 19)[15:])[0]
        self.answer(c, "rdp_shadow_nla" if protocols == 3 else "rdp_shadow_nla_required")
        self.hear(c)
        c.sendall(b"\x16\x03\x03\x00\x20" + b"\x5a" * 32)
        self.hear(c)


class HostileWinrm(Winrm):
    def reply(self, c, body):
        if b"Identify" in body:
            text = IDENTITY % (b"<![CDATA[x]]>" * 0 + b"\x1b[2J\xc2\x85ven\xffdor" + b"A" * 9000, b"&lt;script&gt;\r\n")
            c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(text), text))
        else:
            c.sendall(b"HTTP/1.1 401 x\r\nServer: \x1b[31mred\xe3\x81\r\nWWW-Authenticate: Ba\x00sic, %s\r\nContent-Length: 0\r\n\r\n" %
                      b",".join(b"s%d" % i for i in range(500)))


class HostileSmb(Smb):
    @property
    def session(self):
        return golden("smb_session").replace("RADIO1".encode("utf-16le"), "\x1bR\n\ud800\x07x".encode("utf-16le", "surrogatepass"))


def crowd_kind(last):
    return {0: "silent", 1: "reset", 2: "garbage"}.get(last % 10)


class Crowd(Smb):
    """One listener for a thousand addresses: what a host is like follows from its last number."""

    def __init__(self, port):
        super().__init__("0.0.0.0", port)

    def talk(self, c):
        kind = crowd_kind(int(c.getsockname()[0].split(".")[3]))
        if kind == "silent":
            while self.hear(c):
                pass
        elif kind == "reset":
            c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif kind == "garbage":
            c.sendall(b"who is there?\n")
        else:
            super().talk(c)
