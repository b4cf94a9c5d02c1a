"""The hives of a Windows host, from its entry in estate.py: SAM with both ways of hiding hashes, SYSTEM, SECURITY, SOFTWARE, NTUSER.DAT.

The passwords are the lab's own. Hashes are made here (MD4, DES) and hidden as Windows does: under the boot key, with RC4 (revision 1)
or AES (revision 2), then with DES under the RID."""
import hashlib
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

import hive
from hive import BINARY, DWORD, EXPAND_SZ, MULTI_SZ, NONE, SZ, Hive, utf16

QWERTY, DIGITS = b"!@#$%^&*()qwertyUIOPAzxcvbnmQQQQQQQQQQQQ)(*@&%\0", b"0123456789012345678901234567890123456789\0"
SCRAMBLE = (8, 5, 4, 2, 11, 9, 13, 3, 0, 6, 1, 12, 14, 10, 15, 7)
NEVER = 0x7FFFFFFFFFFFFFFF
DAY = 86400


def filetime(seconds):
    return int((seconds + 11644473600) * 10000000) if seconds else 0


def sid_bytes(text):
    parts = [int(p) for p in text.split("-")[2:]]
    return struct.pack("<BB", 1, len(parts) - 1) + struct.pack(">Q", parts[0])[2:] + struct.pack("<%dI" % (len(parts) - 1), *parts[1:])


# ---- hashes ----

def md4(data):
    """RFC 1320."""
    def left(x, n):
        return (x << n | x >> 32 - n) & 0xFFFFFFFF
    size = len(data) * 8
    data += b"\x80" + bytes((55 - len(data)) % 64) + struct.pack("<Q", size)
    a, b, c, d = 0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476
    rounds = ((lambda x, y, z: x & y | ~x & z, 0, tuple(range(16)), (3, 7, 11, 19)),
              (lambda x, y, z: x & y | x & z | y & z, 0x5A827999, tuple(i % 4 * 4 + i // 4 for i in range(16)), (3, 5, 9, 13)),
              (lambda x, y, z: x ^ y ^ z, 0x6ED9EBA1, (0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15), (3, 9, 11, 15)))
    for at in range(0, len(data), 64):
        x = struct.unpack("<16I", data[at:at + 64])
        s = [a, b, c, d]
        for f, k, order, shifts in rounds:
            for i, j in enumerate(order):
                n = -i % 4
                s[n] = left((s[n] + f(s[(n + 1) % 4], s[(n + 2) % 4], s[(n + 3) % 4]) + x[j] + k) & 0xFFFFFFFF, shifts[i % 4])
        a, b, c, d = ((p + q) & 0xFFFFFFFF for p, q in zip((a, b, c, d), s))
    return struct.pack("<4I", a, b, c, d)


def crypt(algorithm, mode, data):
    e = Cipher(algorithm, mode).encryptor()
    return e.update(data) + e.finalize()


def spread(key):
    """56 bits as a DES key of 8 bytes; nobody looks at the parity."""
    n = int.from_bytes(key, "big")
    return bytes((n >> 49 - 7 * i & 0x7F) << 1 for i in range(8))


def des(key, data):
    return crypt(algorithms.TripleDES(spread(key) * 3), modes.ECB(), data)


def aes(key, salt, data):
    n = 16 - len(data) % 16
    return crypt(algorithms.AES(key), modes.CBC(salt), data + bytes([n]) * n)


def nt_hash(password):
    return md4(utf16(password))


def lm_hash(password):
    p = password.upper().encode("cp932")[:14].ljust(14, b"\0")
    return b"".join(des(p[i:i + 7], b"KGS!@#$%") for i in (0, 7))


def under_rid(rid, hashed):
    r = struct.pack("<I", rid)
    return des(r + r[:3], hashed[:8]) + des(r[3:] + r + r[:2], hashed[8:])


class Safe:
    """The password key of a SAM, and what it makes of hashes. revision: 1 (RC4), 2 (AES)."""

    def __init__(self, name, revision, boot):
        self.name, self.revision, self.boot = name, revision, boot
        self.key = self.noise("key")

    def noise(self, what):
        return hashlib.sha256(("kagimori offline %s %s" % (self.name, what)).encode()).digest()[:16]

    def key_data(self):
        salt = self.noise("salt")
        if self.revision == 2:
            data, check = aes(self.boot, salt, self.key), aes(self.boot, salt, hashlib.sha256(self.key).digest())
            return struct.pack("<IIII", 2, 16 + 16 + len(data) + len(check), len(check), len(data)) + salt + data + check
        check = hashlib.md5(self.key + DIGITS + self.key + QWERTY).digest()
        rc4 = algorithms.ARC4(hashlib.md5(salt + QWERTY + self.boot + DIGITS).digest())
        return struct.pack("<II", 1, 56) + salt + crypt(rc4, None, self.key + check) + bytes(8)

    def hide(self, rid, hashes, word):
        """hashes: a list, for a history. An empty one is a header only."""
        plain = b"".join(under_rid(rid, h) for h in hashes)
        if self.revision == 2:
            salt = self.noise("%s %d" % (word, rid))
            if not plain:
                return struct.pack("<HHI", 2, 2, 0) + salt
            return struct.pack("<HHI", 2, 2, 16) + salt + aes(self.key, salt, plain)
        if not plain:
            return struct.pack("<HH", 3, 1)
        return struct.pack("<HH", 3, 1) + crypt(algorithms.ARC4(hashlib.md5(self.key + struct.pack("<I", rid) + word + b"\0").digest()), None, plain)


# ---- SAM ----

def packed(fields, count_at=None):
    """Table of offset, length and a number, then the bytes, each on a multiple of 4."""
    head, body = b"", b""
    for data, number in fields:
        head += struct.pack("<III", len(body), len(data), number)
        body += data + bytes(-len(data) % 4)
    return head, body


def user_v(u, safe, host, lm):
    password = host.password_of(u)
    current = [] if password == "" else [nt_hash(password)]
    old_lm = [lm_hash(password)] if lm and password else []
    history = [nt_hash(p) for p in host.history_of(u)]
    full, text = utf16(u.full), utf16(u.text)
    fields = [(hive.descriptor(), 0x10002), (utf16(u.name), 0), (full, 0), (text, 0)] + [(b"", 0)] * 7
    fields += [(struct.pack("<BH", 168, 0)[:1] + b"\0" + b"\xff" * 19, 168), (b"\1\2\0\0\7\0\0\0", 1)]
    fields += [(safe.hide(u.rid, old_lm, b"LMPASSWORD"), 0), (safe.hide(u.rid, current, b"NTPASSWORD"), 0),
               (safe.hide(u.rid, history, b"NTPASSWORDHISTORY"), 0), (safe.hide(u.rid, [], b"LMPASSWORDHISTORY"), 0)]
    head, body = packed(fields)
    return head + body


def user_f(u, host, now):
    return struct.pack("<HHIQQQQQIIIHHHH", 3, 1, 0, filetime(now - u.logon * DAY) if u.logon is not None else 0, 0, filetime(u.set_at(host.name, now)), NEVER, 0,
                       u.rid, 0x201, 0x10 | u.flags, 0, 0, u.bad, 20 if u.logon is not None else 0) + bytes(12)


def domain_f(host, safe, now):
    p = host.policy
    minutes, days = -60 * 10000000, -DAY * 10000000
    age = p["max_age"] * days if p["max_age"] else -NEVER - 1
    duration = -NEVER - 1 if p["duration"] < 0 else p["duration"] * minutes
    properties = (1 if p["complexity"] else 0) | (8 if p.get("locks_administrator") else 0) | (16 if p.get("reversible") else 0)
    key = safe.key_data()
    return struct.pack("<HHIQQqqqqqQIIHHHHIHHII", safe.revision + 1, 1, 0, filetime(now - 900 * DAY), 1, age, p.get("min_age", 1) * days, -NEVER - 1, duration,
                       p["window"] * minutes, 0, 1100, properties, p["length"], p["history"], p["threshold"], 0, 1, 3, 0, 1, 0x10000) + key + bytes(len(key)) + bytes(8)


def domain_v(sid):
    sd = hive.descriptor()
    sd += bytes(-len(sd) % 4)
    body = sd + sid_bytes(sid)
    return struct.pack("<12I", 0, len(sd), 0x10003, len(sd), len(body) - len(sd), 0, len(body), 0, 0, len(body), 0, 0) + body


ALIASES = {544: ("Administrators", "管理者"), 545: ("Users", ""), 546: ("Guests", ""), 551: ("Backup Operators", ""), 555: ("Remote Desktop Users", ""),
           562: ("Distributed COM Users", ""), 580: ("Remote Management Users", "")}


def members_of(host, rid):
    return ["%s-%d" % (host.sid, u.rid) for u in host.all_users() if rid in u.groups] + host.members.get(rid, [])


def make_sam(host, boot, now):
    h = Hive("CMI-CreateHive{899121E8-11D8-44B6-ACEB-301713D5ED8C}" if host.revision == 2 else "SAM", filetime(now - DAY), r"\SystemRoot\System32\Config\SAM",
             b"lh" if host.revision == 2 else b"lf")
    safe = Safe(host.name, host.revision, boot)
    account, builtin = r"SAM\Domains\Account", r"SAM\Domains\Builtin"
    h.set("SAM", "C", BINARY, struct.pack("<II", 0x70000 + host.revision, 1))
    h.set(account, "F", BINARY, domain_f(host, safe, now))
    h.set(account, "V", BINARY, domain_v(host.sid))
    h.set(builtin, "F", BINARY, domain_f(host, Safe(host.name + " builtin", host.revision, boot), now))
    h.set(builtin, "V", BINARY, domain_v("S-1-5-32"))
    users = account + r"\Users"
    h.set(users, "", len(host.all_users()), b"")
    for u in host.all_users():
        h.set(users + r"\%08X" % u.rid, "F", BINARY, user_f(u, host, now))
        h.set(users + r"\%08X" % u.rid, "V", BINARY, user_v(u, safe, host, u.rid in host.lm))
        h.set(users + r"\Names\%s" % u.name, "", u.rid, b"")
    h.set(account + r"\Groups\Names\None", "", 0x201, b"")
    h.key(account + r"\Aliases\Names")
    of = {}
    for rid, (name, text) in ALIASES.items():
        inside = members_of(host, rid)
        binary = b"".join(sid_bytes(s) for s in inside)
        head, body = packed([(hive.descriptor(), 0x10003), (utf16(name), 0), (utf16(text), 0), (binary, len(inside))])
        h.set(builtin + r"\Aliases\%08X" % rid, "C", BINARY, struct.pack("<I", rid) + head + body)
        h.set(builtin + r"\Aliases\Names\%s" % name, "", rid, b"")
        for s in inside:
            of.setdefault(s, []).append(rid)
    for s, rids in of.items():
        domain, last = s.rsplit("-", 1)
        h.set(builtin + r"\Aliases\Members\%s\%08X" % (domain, int(last)), "", len(rids), struct.pack("<%dI" % len(rids), *rids))
    return h.bytes()


# ---- SECURITY ----

RIGHTS = {"SeTcbPrivilege": 7, "SeSecurityPrivilege": 8, "SeTakeOwnershipPrivilege": 9, "SeLoadDriverPrivilege": 10, "SeBackupPrivilege": 17,
          "SeRestorePrivilege": 18, "SeShutdownPrivilege": 19, "SeDebugPrivilege": 20, "SeChangeNotifyPrivilege": 23, "SeImpersonatePrivilege": 29}
LOGONS = {"SeInteractiveLogonRight": 1, "SeNetworkLogonRight": 2, "SeDenyInteractiveLogonRight": 0x40, "SeDenyNetworkLogonRight": 0x80,
          "SeRemoteInteractiveLogonRight": 0x400, "SeDenyRemoteInteractiveLogonRight": 0x800}
# Subcategories in the order of the value, by the last byte of their GUID: those of Windows 7, and what Windows 10 appends to a category.
ORDER = [([0x10, 0x11, 0x12, 0x13, 0x14], []), ([0x15, 0x16, 0x17, 0x18, 0x1B, 0x19, 0x1A, 0x1C, 0x43], [0x47, 0x49]),
         ([0x1D, 0x1E, 0x1F, 0x20, 0x27, 0x21, 0x22, 0x23, 0x24, 0x25, 0x26, 0x44], [0x45, 0x46]), ([0x28, 0x29, 0x2A], []),
         ([0x2B, 0x2C, 0x2D, 0x2E], [0x48, 0x4A]), ([0x2F, 0x30, 0x31, 0x32, 0x33, 0x34], []), ([0x35, 0x36, 0x37, 0x38, 0x39, 0x3A], []),
         ([0x3B, 0x3C, 0x3D, 0x3E], []), ([0x3F, 0x40, 0x41, 0x42], [])]


def audit_value(host):
    """Policy\\PolAdtEv since Windows Vista."""
    modern = host.build_number() >= 10240
    values, counts = [], []
    for old, new in ORDER:
        these = old + (new if modern else [])
        counts.append(len(these))
        values += [host.audit_policy.get(n, 0) for n in these]
    body = struct.pack("<%dH" % len(values), *values) + struct.pack("<H", 0)
    return struct.pack("<HHII", 0x100, 0, len(counts), 12 + len(body)) + body + struct.pack("<9H", *counts)


def lsa_text(text):
    raw = utf16(text)
    return struct.pack("<HHI", len(raw), len(raw) + 2, 8) + raw + b"\0\0" if text else b""


def make_security(host, now):
    h = Hive("CMI-CreateHive{0297523D-B8C1-43DA-8C63-5F5A8F8D5E0A}", filetime(now - DAY), r"emRoot\System32\Config\SECURITY")
    def policy(name, data):
        h.set("Policy\\" + name, "", NONE, data)
    policy("PolRevision", struct.pack("<I", 0x10007))
    policy("PolAcDmN", lsa_text(host.name))
    policy("PolAcDmS", sid_bytes(host.sid))
    member = host.domain_sid is not None
    policy("PolPrDmN", lsa_text("KAGIMORI" if member else "WORKGROUP"))
    policy("PolPrDmS", sid_bytes(host.domain_sid) if member else b"")
    policy("PolDnDDN", lsa_text(host.dns_domain) if member else b"")
    if member and host.build_number() >= 10240:    # older ones do not keep it
        policy("PolMachineAccountS", sid_bytes("%s-%d" % (host.domain_sid, host.account_rid)))
        policy("PolMachineAccountR", struct.pack("<I", host.account_rid))
    if host.build_number() >= 6000:
        policy("PolAdtEv", audit_value(host))
    for sid, rights in host.all_rights().items():
        k = "Accounts\\%s\\" % sid
        policy(k + "Sid", sid_bytes(sid))
        policy(k + "SecDesc", hive.descriptor())
        logons = sum(LOGONS[r] for r in rights if r in LOGONS)
        privileges = [RIGHTS[r] for r in rights if r in RIGHTS]
        if logons:
            policy(k + "ActSysAc", struct.pack("<I", logons))
        if privileges:
            policy(k + "Privilgs", struct.pack("<II", len(privileges), 0) + b"".join(struct.pack("<III", p, 0, 3) for p in privileges))
    # an LSA secret, hidden with nothing: what a decoder must never touch
    h.set(r"Policy\Secrets\DefaultPassword\CurrVal", "", NONE, utf16(host.marker))
    return h.bytes()


# ---- SYSTEM, SOFTWARE, NTUSER ----

def typed(value):
    if isinstance(value, int):
        return DWORD, struct.pack("<I", value & 0xFFFFFFFF)
    if isinstance(value, list):
        return MULTI_SZ, utf16("".join(v + "\0" for v in value) + "\0")
    if isinstance(value, str):
        return SZ, utf16(value + "\0")
    return value.kind, value.data


def fill(h, host, root, inside):
    """The host's registry below HKLM\\root, into `inside` of the hive."""
    for key, values in host.full_registry().items():
        if not key.upper().startswith(root.upper() + "\\"):
            continue
        where = inside + key[len(root):]
        h.key(where)
        for name, value in values.items():
            h.set(where, name, *typed(value))


def make_system(host, boot, now):
    h = Hive("CMI-CreateHive{2A7FB991-7BBE-4F9D-B91E-7CB51D4737F5}", filetime(now - DAY), "SYSTEM", b"lh" if host.revision == 2 else b"lf")
    current = "ControlSet%03d" % host.control_set
    for n, v in (("Current", host.control_set), ("Default", host.control_set), ("Failed", 0), ("LastKnownGood", 3 - host.control_set)):
        h.set("Select", n, DWORD, struct.pack("<I", v))
    fill(h, host, r"HKLM\SYSTEM\CurrentControlSet", current)
    h.set(current + r"\Control\ComputerName\ComputerName", "ComputerName", SZ, utf16(host.name + "\0"))
    h.set(current + r"\Control\ComputerName\ActiveComputerName", "ComputerName", SZ, utf16(host.name + "\0"))
    parameters = current + r"\Services\Tcpip\Parameters"
    h.set(parameters, "Hostname", SZ, utf16(host.name + "\0"))
    h.set(parameters, "NV Hostname", SZ, utf16(host.name + "\0"))
    h.set(parameters, "Domain", SZ, utf16((host.dns_domain or "") + "\0"))
    h.set(current + r"\Control\TimeZoneInformation", "Bias", DWORD, struct.pack("<i", -540))
    # the set that is not current says the opposite of everything that matters
    other = "ControlSet%03d" % (3 - host.control_set)
    h.set(other + r"\Control\Lsa", "LmCompatibilityLevel", DWORD, struct.pack("<I", 0))
    h.set(other + r"\Control\ComputerName\ComputerName", "ComputerName", SZ, utf16("WRONG-SET\0"))
    # the boot key, scrambled, in the class names of four keys
    scrambled = bytearray(16)
    for i, p in enumerate(SCRAMBLE):
        scrambled[p] = boot[i]
    for i, name in enumerate(("JD", "Skew1", "GBG", "Data")):
        h.key(current + r"\Control\Lsa" + "\\" + name).klass = utf16(bytes(scrambled[4 * i:4 * i + 4]).hex())
        h.key(other + r"\Control\Lsa" + "\\" + name).klass = utf16("%08x" % (0x01020304 + i))
    return h.bytes()


def make_software(host, now):
    h = Hive("CMI-CreateHive{199DAFC2-6F16-4946-BF90-5A3FC3A60902}", filetime(now - DAY), "emRoot\\System32\\Config\\SOFTWARE")
    fill(h, host, r"HKLM\SOFTWARE", "")
    # big data: more than one cell of a bin holds
    h.set(r"Kagimori\Lab", "Big", BINARY, bytes(range(256)) * 200)
    h.set(r"Kagimori\Lab", "日本語の値", SZ, utf16("鍵守\0"))
    for i in range(700):                          # two lists below an ri
        h.key(r"Classes\CLSID\{00000000-0000-0000-0000-%012X}" % i)
    return h.bytes()


def make_user(values, now):
    h = Hive("CMI-CreateHive{6A1C4018-979D-4291-A7DC-7AED1C75B67C}", filetime(now - DAY), "\\??\\C:\\Users\\x\\ntuser.dat")
    for name, command in values.items():
        h.set(r"Software\Microsoft\Windows\CurrentVersion\Run", name, SZ, utf16(command + "\0"))
    return h.bytes()


def boot_key(name):
    return hashlib.sha256(("kagimori boot key " + name).encode()).digest()[:16]
