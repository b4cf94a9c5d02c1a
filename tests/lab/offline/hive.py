"""A writer of registry hives, from nothing: regf 1.5 with nk, vk, sk, lf/lh and ri lists, class names and big data.

Own code after the format's public descriptions (base block, bins of 4 KiB, cells of a multiple of 8 bytes). A hive that this writes is
read by hivex, Samba, reglookup and others; tests/lab/offline/verify holds it against them."""
import struct

NONE, SZ, EXPAND_SZ, BINARY, DWORD, MULTI_SZ, QWORD = 0, 1, 2, 3, 4, 7, 11
NOWHERE = 0xFFFFFFFF
BIN = 4096
BIG, SEGMENT = 16344, 16344                      # more than this is cut into segments (db)
LIST_MAX = 500                                   # longer lists are split below an ri


def utf16(text):
    return text.encode("utf-16-le", "surrogatepass")


def small(name):
    """Name of a key or value: one byte a character where that is enough."""
    try:
        return name.encode("latin-1"), True
    except UnicodeEncodeError:
        return utf16(name), False


def descriptor():
    """O:BAG:SYD:(A;CI;KA;;;BA)(A;CI;KA;;;SY)(A;CI;KR;;;BU)"""
    def sid(*parts):
        return struct.pack("<BB6s", 1, len(parts), b"\0\0\0\0\0\5") + struct.pack("<%dI" % len(parts), *parts)
    def ace(mask, who):
        return struct.pack("<BBHI", 0, 2, 8 + len(who), mask) + who
    administrators, system, users = sid(32, 544), sid(18), sid(32, 545)
    aces = ace(0xF003F, administrators) + ace(0xF003F, system) + ace(0x20019, users)
    acl = struct.pack("<BBHHH", 2, 0, 8 + len(aces), 3, 0) + aces
    owner = 20
    group = owner + len(administrators)
    return struct.pack("<BBHIIII", 1, 0, 0x8004, owner, group, 0, group + len(system)) + administrators + system + acl


class Key:
    def __init__(self, name):
        self.name, self.values, self.children, self.klass, self.stamp = name, [], {}, None, None

    def child(self, name):
        return self.children.setdefault(name.upper(), Key(name))

    def set(self, name, kind, data):
        self.values = [v for v in self.values if v[0].upper() != name.upper()] + [(name, kind, data)]


class Hive:
    def __init__(self, root, stamp, file_name="", list_kind=b"lf"):
        self.root, self.stamp, self.file_name, self.list_kind = Key(root), stamp, file_name, list_kind

    def key(self, path):
        k = self.root
        for part in [p for p in path.split("\\") if p]:
            k = k.child(part)
        return k

    def set(self, path, name, kind, data):
        self.key(path).set(name, kind, data)

    # ---- cells ----

    def allocate(self, size):
        """Offset of a new cell for `size` bytes of content; a cell stays within its bin."""
        need = (size + 4 + 7) // 8 * 8
        start, total, used = self.bins[-1]
        if used + need > total:
            total = (32 + need + BIN - 1) // BIN * BIN
            self.bins.append([start + self.bins[-1][1], total, 32])
            start, total, used = self.bins[-1]
        self.bins[-1][2] += need
        self.sizes[start + used] = need
        return start + used

    def put(self, content, offset=None):
        offset = self.allocate(len(content)) if offset is None else offset
        self.cells[offset] = content
        return offset

    def data(self, content):
        if len(content) <= BIG:
            return self.put(content)
        parts = [self.put(content[i:i + SEGMENT]) for i in range(0, len(content), SEGMENT)]
        listed = self.put(struct.pack("<%dI" % len(parts), *parts))
        return self.put(struct.pack("<2sHI", b"db", len(parts), listed))

    def value(self, name, kind, data):
        raw, ascii_name = small(name)
        if len(data) <= 4:
            size, where = len(data) | 0x80000000, struct.unpack("<I", data.ljust(4, b"\0"))[0]
        else:
            size, where = len(data), self.data(data)
        return self.put(struct.pack("<2sHIIIHH", b"vk", len(raw), size, where, kind, 1 if ascii_name and raw else 0, 0) + raw)

    def hint(self, name):
        if self.list_kind == b"lh":
            h = 0
            for c in name.upper():
                h = (h * 37 + ord(c)) & 0xFFFFFFFF
            return h
        return struct.unpack("<I", small(name)[0][:4].ljust(4, b"\0"))[0] if small(name)[1] else 0

    def listed(self, children):
        """children: [(name, offset)] in the order of their names."""
        lists = []
        for i in range(0, len(children), LIST_MAX):
            part = children[i:i + LIST_MAX]
            lists.append(self.put(struct.pack("<2sH", self.list_kind, len(part)) + b"".join(struct.pack("<II", o, self.hint(n)) for n, o in part)))
        return lists[0] if len(lists) == 1 else self.put(struct.pack("<2sH", b"ri", len(lists)) + struct.pack("<%dI" % len(lists), *lists))

    def write_key(self, k, parent, is_root=False):
        raw, ascii_name = small(k.name)
        where = self.allocate(76 + len(raw))
        parent = where if is_root else parent     # of the root nothing is asked
        children = [(c.name, self.write_key(c, where)) for _, c in sorted(k.children.items(), key=lambda x: utf16(x[0])[1::2] + utf16(x[0])[::2])]
        values = [self.value(*v) for v in k.values]
        self.users += 1
        names = [utf16(n) for n, _ in children]
        content = struct.pack(
            "<2sHQIIIIIIIIIIIIIIIHH", b"nk", (0x2C if is_root else 0) | (0x20 if ascii_name else 0), k.stamp or self.stamp, 0, parent,
            len(children), 0, self.listed(children) if children else NOWHERE, NOWHERE, len(values),
            self.put(struct.pack("<%dI" % len(values), *values)) if values else NOWHERE, self.security,
            self.put(k.klass) if k.klass else NOWHERE, max(map(len, names), default=0), 0,
            max((len(utf16(v[0])) for v in k.values), default=0), max((len(v[2]) for v in k.values), default=0), 0, len(raw), len(k.klass or b""))
        self.put(content + raw, where)
        return where

    def bytes(self, sequence=(7, 7)):
        self.bins, self.cells, self.sizes, self.users = [[0, BIN, 32]], {}, {}, 0
        sd = descriptor()
        self.security = self.allocate(20 + len(sd))
        root = self.write_key(self.root, NOWHERE, True)
        self.put(struct.pack("<2sHIIII", b"sk", 0, self.security, self.security, self.users, len(sd)) + sd, self.security)
        out = bytearray()
        for start, total, used in self.bins:
            piece = bytearray(total)
            struct.pack_into("<4sIIQQI", piece, 0, b"hbin", start, total, 0, self.stamp if not start else 0, 0)
            for offset, content in [(o, c) for o, c in self.cells.items() if start <= o < start + total]:
                struct.pack_into("<i", piece, offset - start, -self.sizes[offset])
                piece[offset - start + 4:offset - start + 4 + len(content)] = content
            if used < total:
                struct.pack_into("<i", piece, used, total - used)      # the rest is one free cell
            out += piece
        return self.base(root, len(out), sequence) + bytes(out)

    def base(self, root, size, sequence):
        b = bytearray(BIN)
        struct.pack_into("<4sIIQIIIIIII", b, 0, b"regf", sequence[0], sequence[1], self.stamp, 1, 5, 0, 1, root, size, 1)
        name = utf16(self.file_name)[-62:]
        b[48:48 + len(name)] = name
        total = 0
        for (word,) in struct.iter_unpack("<I", bytes(b[:508])):
            total ^= word
        struct.pack_into("<I", b, 508, {0: 1, 0xFFFFFFFF: 0xFFFFFFFE}.get(total, total))
        return bytes(b)
