# SPDX-License-Identifier: GPL-3.0-or-later
"""A directory server that misbehaves on purpose: BER, TLS and a few objects, for ldap_bad_input.py."""

import socket
import ssl
import struct
import threading
import time

DOMAIN = "DC=hospital,DC=example"
CONFIGURATION = "CN=Configuration," + DOMAIN
SCHEMA = "CN=Schema," + CONFIGURATION
PAGED = "1.2.840.113556.1.4.319"
SD_FLAGS = "1.2.840.113556.1.4.801"
START_TLS = "1.3.6.1.4.1.1466.20037"


# ---- BER (X.690), definite lengths ----

def tlv(tag, payload):
    n = len(payload)
    if n < 128:
        return bytes([tag, n]) + payload
    size = n.to_bytes((n.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + payload


def seq(*parts, tag=0x30):
    return tlv(tag, b"".join(parts))


def integer(value, tag=0x02):
    return tlv(tag, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def octets(value, tag=0x04):
    return tlv(tag, value.encode() if isinstance(value, str) else value)


def parse(data):
    """[(tag, payload), …] of a concatenation of elements."""
    out, at = [], 0
    while at < len(data):
        tag, n, at = data[at], data[at + 1], at + 2
        if n & 0x80:
            k = n & 0x7f
            n, at = int.from_bytes(data[at:at + k], "big"), at + k
        out.append((tag, data[at:at + n]))
        at += n
    return out


def entry(dn, attributes):
    body = b"".join(seq(octets(name), seq(*[octets(v) for v in values], tag=0x31))
                    for name, values in attributes.items())
    return seq(octets(dn), tlv(0x30, body), tag=0x64)


def done(code=0, text="", tag=0x65):
    return seq(integer(code, 0x0a), octets(""), octets(text), tag=tag)


def page_control(cookie):
    return tlv(0xa0, seq(octets(PAGED), octets(seq(integer(0), octets(cookie)))))


def message(number, operation, controls=b""):
    return seq(integer(number), operation, controls)


# ---- values ----

def sid(*parts):
    return struct.pack("<BB", 1, len(parts) - 1) + parts[0].to_bytes(6, "big") + \
        b"".join(struct.pack("<I", p) for p in parts[1:])


DOMAIN_SID = (5, 21, 1, 2, 3)


def guid(n):
    return n.to_bytes(16, "little")


def user(n, **more):
    out = {"objectClass": ["top", "person", "user"], "objectGUID": [guid(1000 + n)],
           "objectSid": [sid(*DOMAIN_SID, 1000 + n)], "sAMAccountName": ["user%d" % n],
           "userAccountControl": ["512"], "replPropertyMetaData": [struct.pack("<IIII", 1, 0, 0, 0)]}
    out.update(more)
    return "CN=user%d,OU=Staff,%s" % (n, DOMAIN), out


def group(n, members):
    return "CN=group%d,OU=Staff,%s" % (n, DOMAIN), {
        "objectGUID": [guid(5000 + n)], "objectSid": [sid(*DOMAIN_SID, 5000 + n)],
        "sAMAccountName": ["group%d" % n], "groupType": ["-2147483646"], **members}


ROOTDSE = {"defaultNamingContext": [DOMAIN], "rootDomainNamingContext": [DOMAIN],
           "configurationNamingContext": [CONFIGURATION], "schemaNamingContext": [SCHEMA],
           "namingContexts": [DOMAIN], "dnsHostName": ["localhost"], "domainFunctionality": ["7"],
           "supportedCapabilities": ["1.2.840.113556.1.4.800"], "supportedControl": [PAGED, SD_FLAGS]}


class Request:
    def __init__(self, number, tag, payload, controls):
        self.number, self.tag = number, tag
        self.cookie, self.controls = b"", []
        for _, control in controls:
            parts = parse(control)
            oid = parts[0][1].decode()
            self.controls.append(oid)
            if oid == PAGED:
                self.cookie = parse(parse(parts[-1][1])[0][1])[1][1]
        if tag == 0x63:
            parts = parse(payload)
            self.base = parts[0][1].decode()
            self.scope = parts[1][1][0]
            self.filter = parts[6][1]
            self.attributes = [a.decode() for _, a in parse(parts[7][1])]
        elif tag == 0x60:
            parts = parse(payload)
            self.name, self.password = parts[1][1].decode(), parts[2][1]

    def wants(self, name):
        return name in self.attributes


class Server:
    """One listening server; subclasses override what they do wrong."""

    transport = "ldaps"
    page = 1000

    def __init__(self, context):
        self.context = context
        self.binds, self.requests, self.connections = [], [], 0
        self.users = [user(n) for n in range(5)]
        self.groups = [group(1, {"member": [self.users[0][0]]})]
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connections += 1
            threading.Thread(target=self.serve, args=(connection, self.connections), daemon=True).start()

    def close(self):
        self.listener.close()

    def serve(self, connection, number):
        try:
            self.talk(connection, number)
        except (OSError, ssl.SSLError, IndexError, ValueError):
            pass
        finally:
            connection.close()

    def talk(self, connection, number):
        if self.transport == "ldaps":
            connection = self.context.wrap_socket(connection, server_side=True)
        self.number = number
        while True:
            request = self.receive(connection)
            if request is None or request.tag == 0x42:
                connection.close()
                return
            if request.tag == 0x77:
                connection = self.extended(connection, request)
            elif request.tag == 0x60:
                self.binds.append((request.name, bytes(request.password)))
                self.bind(connection, request)
            elif request.tag == 0x63:
                self.requests.append(request)
                self.search(connection, request)

    def receive(self, connection):
        head = self.exactly(connection, 2)
        if not head:
            return None
        n = head[1]
        if n & 0x80:
            n = int.from_bytes(self.exactly(connection, n & 0x7f), "big")
        parts = parse(self.exactly(connection, n))
        controls = parse(parts[2][1]) if len(parts) > 2 else []
        return Request(int.from_bytes(parts[0][1], "big"), parts[1][0], parts[1][1], controls)

    @staticmethod
    def exactly(connection, n):
        data = b""
        while len(data) < n:
            more = connection.recv(n - len(data))
            if not more:
                return b""
            data += more
        return data

    def extended(self, connection, request):
        connection.sendall(message(request.number, done(0, tag=0x78)))
        return self.context.wrap_socket(connection, server_side=True)

    def bind(self, connection, request):
        connection.sendall(message(request.number, done(0, tag=0x61)))

    def objects(self, request):
        if request.base == "":
            return [("", ROOTDSE)]
        if request.wants("sAMAccountName") and request.wants("userAccountControl"):
            return self.users
        if request.wants("member"):
            return self.groups
        if request.base == DOMAIN and request.scope == 0:
            return [(DOMAIN, {"objectGUID": [guid(1)], "objectSid": [sid(*DOMAIN_SID)],
                              "nTSecurityDescriptor": [b"\x01\x00"]})]
        if request.wants("lDAPDisplayName"):
            return [("CN=x," + SCHEMA, {"lDAPDisplayName": ["cn"]})]
        return []

    def search(self, connection, request):
        objects = self.objects(request)
        start = int(request.cookie or b"0")
        page = objects[start:start + self.page]
        for dn, attributes in page:
            wanted = {k: v for k, v in attributes.items()
                      if not request.attributes or request.wants(k) or ";" in k}
            connection.sendall(message(request.number, entry(dn, wanted)))
        more = start + len(page) < len(objects)
        controls = page_control(str(start + len(page)) if more else "") if PAGED in request.controls else b""
        connection.sendall(message(request.number, done(), controls))


class Mute(Server):
    """Says nothing from a given stage on: connect, tls (after the handshake), bind, entry."""

    def __init__(self, context, stage):
        self.stage = stage
        super().__init__(context)

    def talk(self, connection, number):
        if self.stage == "connect":
            time.sleep(60)
        super().talk(connection, number)

    def bind(self, connection, request):
        if self.stage == "tls":
            time.sleep(60)
        super().bind(connection, request)

    def search(self, connection, request):
        if self.stage == "bind":
            time.sleep(60)
        if self.stage == "entry" and request.wants("userAccountControl"):
            data = message(request.number, entry(*self.users[0]))
            connection.sendall(data + data[:len(data) // 2])
            time.sleep(60)
        super().search(connection, request)
