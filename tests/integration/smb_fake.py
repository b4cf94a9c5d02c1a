# SPDX-License-Identifier: GPL-3.0-or-later
"""A file server that speaks just enough SMB2 (2.1, signed), NTLMv2 and RPC over named pipes to answer whatever a test wants: the
answers of an honest host are packed by Samba's own encoder, the others by hand. Not for use outside tests."""

import hashlib
import hmac
import os
import socket
import struct
import threading

PIPE_TRANSCEIVE = 0x0011c017
OK, PENDING, MORE = 0, 0x103, 0xc0000016
LOGON_FAILURE, DENIED, NOT_FOUND, NOT_SUPPORTED = 0xc000006d, 0xc0000022, 0xc0000034, 0xc00000bb
NDR = bytes.fromhex("045d888aeb1cc9119fe808002b10486002000000")


def md4(data):
    """RFC 1320; OpenSSL has put it away."""
    def f(x, y, z): return (x & y) | (~x & z)
    def g(x, y, z): return (x & y) | (x & z) | (y & z)
    def h(x, y, z): return x ^ y ^ z
    def rol(v, n): return ((v << n) | ((v & 0xffffffff) >> (32 - n))) & 0xffffffff
    size = len(data)
    data += b"\x80" + b"\0" * ((55 - size) % 64) + struct.pack("<Q", size * 8)
    a, b, c, d = 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476
    for at in range(0, len(data), 64):
        x, start = struct.unpack_from("<16I", data, at), (a, b, c, d)
        for i in range(16):
            a, b, c, d = d, rol((a + f(b, c, d) + x[i]) & 0xffffffff, (3, 7, 11, 19)[i % 4]), b, c
        for i in range(16):
            a, b, c, d = d, rol((a + g(b, c, d) + x[i % 4 * 4 + i // 4] + 0x5a827999) & 0xffffffff, (3, 5, 9, 13)[i % 4]), b, c
        for i, k in enumerate((0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15)):
            a, b, c, d = d, rol((a + h(b, c, d) + x[k] + 0x6ed9eba1) & 0xffffffff, (3, 9, 11, 15)[i % 4]), b, c
        a, b, c, d = [(p + q) & 0xffffffff for p, q in zip((a, b, c, d), start)]
    return struct.pack("<4I", a, b, c, d)


def rc4(key, data):
    s, j, out = list(range(256)), 0, bytearray()
    for i in range(256):
        j = (j + s[i] + key[i % len(key)]) & 255
        s[i], s[j] = s[j], s[i]
    i = j = 0
    for byte in data:
        i = (i + 1) & 255
        j = (j + s[i]) & 255
        s[i], s[j] = s[j], s[i]
        out.append(byte ^ s[(s[i] + s[j]) & 255])
    return bytes(out)


def md5(key, data):
    return hmac.new(key, data, hashlib.md5).digest()


def der(tag, data):
    n = len(data)
    size = bytes([n]) if n < 128 else bytes([0x81, n]) if n < 256 else bytes([0x82]) + struct.pack(">H", n)
    return bytes([tag]) + size + data


NTLM_OID = bytes.fromhex("060a2b06010401823702020a")
MECHANISMS = der(0x30, NTLM_OID)
OFFER = der(0x60, bytes.fromhex("06062b0601050502") + der(0xa0, der(0x30, der(0xa0, MECHANISMS))))


class Connection:
    def __init__(self, server, stream):
        self.server, self.stream = server, stream
        self.key = None
        self.challenge = os.urandom(8)
        self.pipes, self.next = {}, 1

    # ---- SMB2 ----

    def receive(self, size):
        data = b""
        while len(data) < size:
            part = self.stream.recv(size - len(data))
            if not part:
                raise OSError("gone")
            data += part
        return data

    def send(self, command, status, message, body, tree=1, sign=True):
        flags = 1 | (8 if sign and self.key else 0)
        packet = struct.pack("<4sHHIHHIIQIIQ16s", b"\xfeSMB", 64, 1, status, command, 64 if command == 0 else 1, flags, 0, message, 0, tree, 77,
                             b"\0" * 16) + body
        if flags & 8:
            mark = hmac.new(self.key, packet, hashlib.sha256).digest()[:16]
            packet = packet[:48] + mark + packet[64:]
        self.stream.sendall(struct.pack(">I", len(packet)) + packet)

    def fail(self, command, status, message):
        self.send(command, status, message, struct.pack("<HHI", 9, 0, 0) + b"\0")

    def run(self):
        while True:
            packet = self.receive(struct.unpack(">I", self.receive(4))[0])
            command = struct.unpack_from("<H", packet, 12)[0]
            message = struct.unpack_from("<Q", packet, 24)[0]
            name = {0: "negotiate", 1: "setup", 3: "tree", 5: "create", 6: "close", 8: "read", 9: "write", 11: "ioctl"}
            handler = getattr(self, name.get(command, "other"))
            handler(command, message, packet)

    def other(self, command, message, packet):
        self.send(command, OK, message, struct.pack("<HH", 4, 0))

    def negotiate(self, command, message, packet):
        self.send(0, OK, message, struct.pack("<HHHH16sIIIIQQHHI", 65, 3, 0x0210, 0, b"G" * 16, 0, 65536, 65536, 65536,
                                              133000000000000000, 0, 128, len(OFFER), 0) + OFFER)

    def tree(self, command, message, packet):
        self.send(3, OK, message, struct.pack("<HBBIII", 16, 2, 0, 0x30, 0, 0x1f01ff))

    def create(self, command, message, packet):
        offset, size = struct.unpack_from("<HH", packet, 64 + 44)
        name = packet[offset:offset + size].decode("utf-16-le").lstrip("\\").lower()
        self.server.opened.append(name)
        handler = self.server.pipes.get(name)
        if handler is None:
            self.fail(5, NOT_FOUND, message)
            return
        self.next += 1
        self.pipes[self.next] = [handler, b""]
        self.send(5, OK, message, struct.pack("<HBBIQQQQQQIIQQII", 89, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0x80, 0, self.next, self.next,
                                              0, 0) + b"\0")

    def close(self, command, message, packet):
        self.pipes.pop(struct.unpack_from("<Q", packet, 64 + 8)[0], None)
        self.send(6, OK, message, struct.pack("<HHIQQQQQQI", 60, 0, 0, 0, 0, 0, 0, 0, 0, 0))

    def write(self, command, message, packet):
        offset, size = struct.unpack_from("<HI", packet, 64 + 2)
        pipe = self.pipes[struct.unpack_from("<Q", packet, 64 + 16)[0]]
        pipe[1] += self.rpc(pipe[0], packet[offset:offset + size])
        self.send(9, OK, message, struct.pack("<HHIIHH", 17, 0, size, 0, 0, 0) + b"\0")

    def read(self, command, message, packet):
        size = struct.unpack_from("<I", packet, 64 + 4)[0]
        pipe = self.pipes[struct.unpack_from("<Q", packet, 64 + 16)[0]]
        data, pipe[1] = pipe[1][:size], pipe[1][size:]
        self.send(8, 0x80000005 if pipe[1] else OK, message, struct.pack("<HBBIII", 17, 80, 0, len(data), 0, 0) + data)

    def ioctl(self, command, message, packet):
        code, file, _, offset, size = struct.unpack_from("<IQQII", packet, 64 + 4)
        most = struct.unpack_from("<I", packet, 64 + 4 + 4 + 16 + 4 + 4 + 4 + 4 + 4)[0]
        if code != PIPE_TRANSCEIVE or file not in self.pipes:
            self.fail(11, NOT_SUPPORTED, message)
            return
        pipe = self.pipes[file]
        pipe[1] += self.rpc(pipe[0], packet[offset:offset + size])
        data, pipe[1] = pipe[1][:most], pipe[1][most:]
        self.send(11, 0x80000005 if pipe[1] else OK, message,
                  struct.pack("<HHIQQIIIIII", 49, 0, code, file, file, 112, 0, 112, len(data), 0, 0) + data)

    # ---- NTLM in SPNEGO ----

    def setup(self, command, message, packet):
        offset, size = struct.unpack_from("<HH", packet, 64 + 12)
        blob = packet[offset:offset + size]
        token = blob[blob.index(b"NTLMSSP\0"):]
        if token[8] == 1:
            info = b"".join(struct.pack("<HH", kind, len(text)) + text for kind, text in
                            ((2, "FAKE".encode("utf-16-le")), (1, "FAKE".encode("utf-16-le")),
                             (7, struct.pack("<Q", 133000000000000000)), (0, b"")))
            name = "FAKE".encode("utf-16-le")
            reply = struct.pack("<8sIHHII8s8sHHI", b"NTLMSSP\0", 2, len(name), len(name), 56, 0x628a8215, self.challenge,
                                b"\0" * 8, len(info), len(info), 56 + len(name)) + b"\x0a\0\x63\x45\0\0\0\x0f" + name + info
            self.reply_setup(message, MORE, der(0xa0, der(0x0a, b"\x01")) + der(0xa1, NTLM_OID) + der(0xa2, der(4, reply)))
            return
        status, self.key = self.authenticate(token)
        if status != OK:
            self.key = None
            self.fail(1, status, message)
            return
        def magic(what):
            return hashlib.md5(self.key + b"session key to server-to-client %s key magic constant\0" % what).digest()
        mark = md5(magic(b"signing"), struct.pack("<I", 0) + MECHANISMS)[:8]
        mic = struct.pack("<I", 1) + rc4(magic(b"sealing"), mark) + struct.pack("<I", 0)
        self.reply_setup(message, OK, der(0xa0, der(0x0a, b"\0")) + der(0xa3, der(4, mic)))

    def reply_setup(self, message, status, fields):
        blob = der(0xa1, der(0x30, fields))
        self.send(1, status, message, struct.pack("<HHHH", 9, 0, 72, len(blob)) + blob)

    def authenticate(self, token):
        def field(at):
            size, _, offset = struct.unpack_from("<HHI", token, at)
            return token[offset:offset + size]
        proof, domain, user = field(20), field(28).decode("utf-16-le"), field(36).decode("utf-16-le")
        self.server.logons.append(user)
        if not user:
            return self.server.anonymous, b"\0" * 16
        if user in self.server.refuse:
            return self.server.refuse[user], None
        if user.lower() not in self.server.users:
            return LOGON_FAILURE, None
        hashed = md5(md4(self.server.users[user.lower()].encode("utf-16-le")), (user.upper() + domain).encode("utf-16-le"))
        if md5(hashed, self.challenge + proof[16:]) != proof[:16]:
            return LOGON_FAILURE, None
        key = md5(hashed, proof[:16])
        flags = struct.unpack_from("<I", token, 60)[0]
        self.user = user
        return OK, rc4(key, field(52)) if flags & 0x40000000 else key

    # ---- RPC ----

    def rpc(self, handler, data):
        kind, call = data[2], struct.unpack_from("<I", data, 12)[0]
        if kind in (11, 14):
            count = data[24]
            results = struct.pack("<HH", 0, 0) + NDR + (struct.pack("<HH", 2, 2) + b"\0" * 20) * (count - 1)
            body = struct.pack("<HHIH", 4280, 4280, 0x1234, 2) + b"x\0"
            body += b"\0" * (-len(body) % 4) + bytes([count, 0, 0, 0]) + results
            return self.pdu(kind + 1, 3, call, body)
        number = struct.unpack_from("<H", data, 22)[0]
        answer = handler(self, number, data[24:])
        if isinstance(answer, int):
            return self.pdu(3, 3, call, struct.pack("<IHBBII", 0, 0, 0, 0, answer, 0))
        out, parts = b"", [answer[i:i + 4000] for i in range(0, len(answer), 4000)] or [b""]
        for i, part in enumerate(parts):
            flags = (1 if i == 0 else 0) | (2 if i == len(parts) - 1 else 0)
            out += self.pdu(2, flags, call, struct.pack("<IHBB", len(answer), 0, 0, 0) + part)
        return out

    def pdu(self, kind, flags, call, body):
        return struct.pack("<BBBB4sHHI", 5, 0, kind, flags, b"\x10\0\0\0", 16 + len(body), 0, call) + body


class Fake:
    """users: name → password; pipes: name → handler(connection, number, stub) that returns a stub or an RPC fault code."""

    def __init__(self, users, pipes, anonymous=DENIED, refuse=None):
        self.users = {k.lower(): v for k, v in users.items()}
        self.pipes, self.anonymous, self.refuse = pipes, anonymous, refuse or {}
        self.logons, self.opened = [], []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.open = []
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                stream, _ = self.listener.accept()
            except OSError:
                return
            stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.open.append(stream)
            threading.Thread(target=self.one, args=(stream,), daemon=True).start()

    def one(self, stream):
        try:
            Connection(self, stream).run()
        except (OSError, struct.error, ValueError, KeyError):
            stream.close()

    def close(self):
        for s in [self.listener, *self.open]:
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            s.close()
