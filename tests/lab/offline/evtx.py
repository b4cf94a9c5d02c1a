# SPDX-License-Identifier: GPL-3.0-or-later
"""A writer of Windows event logs (.evtx): file head, chunks of 64 KiB with their tables of names and templates, checksums, records in BinXml.

As the event log service writes them: a record is an instance of a template that holds System; what the event itself says is BinXml in one of
its values, with a template of its own. A template is written where it is used first in a chunk, and referred to from there on; so are names.
[MS-EVEN6] 2.2.12 (BinXml); Metz, "Windows XML Event Log (EVTX) format". What each event says is in events.py."""
import hashlib
import struct
import zlib

CHUNK, HEAD, TABLES = 65536, 4096, 512
EPOCH = 11644473600                               # seconds from 1601 to 1970
EVENT_NS = "http://schemas.microsoft.com/win/2004/08/events/event"

# name → (type in the template, type of the value); LSASS declares sizes and hands over hexadecimal numbers
TYPES = {"str": (0x01, 0x01), "u8": (0x04, 0x04), "u16": (0x06, 0x06), "i32": (0x07, 0x07), "u32": (0x08, 0x08), "u64": (0x0A, 0x0A), "bool": (0x0D, 0x0D),
         "bin": (0x0E, 0x0E), "guid": (0x0F, 0x0F), "size": (0x10, 0x15), "ft": (0x11, 0x11), "sid": (0x13, 0x13), "hex32": (0x14, 0x14), "hex64": (0x15, 0x15)}
NUMBERS = {"u8": "<B", "u16": "<H", "i32": "<i", "u32": "<I", "u64": "<Q", "bool": "<I", "size": "<Q", "hex32": "<I", "hex64": "<Q"}
NULL = b""


def filetime(seconds):
    """100 ns since 1601."""
    return int(round((seconds + EPOCH) * 10 ** 7))


def sid_bytes(text):
    parts = text.split("-")
    return struct.pack("<BB", 1, len(parts) - 3) + int(parts[2]).to_bytes(6, "big") + b"".join(struct.pack("<I", int(p)) for p in parts[3:])


def guid_bytes(text):
    a, b, c, d, e = text.strip("{}").split("-")
    return struct.pack("<IHH", int(a, 16), int(b, 16), int(c, 16)) + bytes.fromhex(d + e)


def encoded(kind, value):
    """(type of the value, bytes). None is the null type."""
    if value is None:
        return 0x00, NULL
    declared, written = TYPES[kind]
    if kind == "str":
        data = (value + "\0").encode("utf-16-le", "surrogatepass")
    elif kind == "sid":
        data = sid_bytes(value)
    elif kind == "guid":
        data = guid_bytes(value)
    elif kind == "ft":
        data = struct.pack("<Q", filetime(value))
    elif kind == "bin":
        data = value
    else:
        data = struct.pack(NUMBERS[kind], value)
    return written, data


def name_hash(name):
    h = 0
    for c in name:
        h = (h * 65599 + ord(c)) & 0xFFFFFFFF
    return h & 0xFFFF


# ---- templates: ("element", name, dependency, [(attribute, value)], [child]); a value is ("text", text) or ("sub", number, type, optional) ----

def element(name, attributes=(), children=(), dependency=0xFFFF):
    return ("element", name, dependency, tuple(attributes), tuple(children))


def text(value):
    return ("text", value)


def sub(number, kind, optional=True):
    return ("sub", number, TYPES[kind][0] if kind in TYPES else kind, optional)


BINXML = 0x21


def system(provider, guid, channel, computer, source=None):
    """The outer template. Of Security's own provider the name is a value, as LSASS has it; others have it in the template."""
    security = provider == "Microsoft-Windows-Security-Auditing"
    if security:
        name = [("Name", sub(14, "str")), ("Guid", sub(15, "guid"))]
    else:
        name = [("Name", text(provider))] + ([("Guid", text(guid))] if guid else []) + ([("EventSourceName", text(source))] if source else [])
    last = 17 if security else 19
    head = element("System", children=[
        element("Provider", name), element("EventID", [("Qualifiers", sub(4, "u16"))], [sub(3, "u16")], 3), element("Version", (), [sub(11, "u8")], 11),
        element("Level", (), [sub(0, "u8")], 0), element("Task", (), [sub(2, "u16")], 2), element("Opcode", (), [sub(1, "u8")], 1),
        element("Keywords", (), [sub(5, "hex64")], 5), element("TimeCreated", [("SystemTime", sub(6, "ft"))]),
        element("EventRecordID", (), [sub(10, "u64")], 10),
        element("Correlation", [("ActivityID", sub(7, "guid")), ("RelatedActivityID", sub(13 if security else 18, "guid"))]),
        element("Execution", [("ProcessID", sub(8, "u32")), ("ThreadID", sub(9, "u32"))]),
        element("Channel", (), [sub(16, "str") if security else text(channel)], 16 if security else 0xFFFF), element("Computer", (), [text(computer)]),
        element("Security", [("UserID", sub(12, "sid"))])])
    return last, lambda has_user_data: element("Event", [("xmlns", text(EVENT_NS))], [
        head, element("UserData", (), [sub(last, BINXML)], last) if has_user_data else sub(last, BINXML)])


def event_data(fields):
    return element("EventData", (), [element("Data", [("Name", text(n))] if n else (), [sub(i, k, False)]) for i, (n, k) in enumerate(fields)])


def user_data(root, namespace, fields):
    return element(root, [("xmlns", text(namespace))], [element(n, (), [sub(i, k, False)]) for i, (n, k) in enumerate(fields)])


class Chunk:
    def __init__(self, number):
        self.data = bytearray(CHUNK)
        self.free, self.last, self.number = TABLES, 0, number
        self.names, self.templates, self.records = {}, {}, []

    # ---- parts; every one writes at self.at and moves it ----

    def put(self, data):
        if self.at + len(data) > CHUNK:
            raise OverflowError
        self.data[self.at:self.at + len(data)] = data
        self.at += len(data)

    def chain(self, place):
        """Puts what begins at self.at at the head of the list whose head is at `place`."""
        before = self.data[place:place + 4]
        self.changed.append((place, bytes(before)))
        struct.pack_into("<I", self.data, place, self.at)
        return bytes(before)

    def name(self, name):
        """Offset of the name; it follows at once where the chunk does not have it yet."""
        if name in self.names:
            self.put(struct.pack("<I", self.names[name]))
            return
        self.put(struct.pack("<I", self.at + 4))
        self.fresh.append((self.names, name))
        self.names[name] = self.at
        h = name_hash(name)
        before = self.chain(128 + h % 64 * 4)
        self.put(before + struct.pack("<HH", h, len(name)) + (name + "\0").encode("utf-16-le"))

    def value(self, v):
        if v[0] == "text":
            data = v[1].encode("utf-16-le")
            self.put(struct.pack("<BBH", 5, 1, len(data) // 2) + data)
        elif v[0] == "sub":
            self.put(struct.pack("<BHB", 0x0E if v[3] else 0x0D, v[1], v[2]))
        else:
            self.element(v)

    def element(self, e):
        _, name, dependency, attributes, children = e
        self.put(struct.pack("<BHI", 0x41 if attributes else 1, dependency, 0))
        size_at = self.at - 4
        self.name(name)
        if attributes:
            self.put(b"\0\0\0\0")
            list_at = self.at
            for i, (n, v) in enumerate(attributes):
                self.put(b"\x46" if i + 1 < len(attributes) else b"\x06")
                self.name(n)
                self.value(v)
            struct.pack_into("<I", self.data, list_at - 4, self.at - list_at)
        if children:
            self.put(b"\x02")
            for c in children:
                self.value(c)
            self.put(b"\x04")
        else:
            self.put(b"\x03")
        struct.pack_into("<I", self.data, size_at, self.at - size_at - 4)

    def instance(self, tree, values):
        """A template's instance: the template, where it is new, and the values. A value may be a function that writes it."""
        identity = self.identity(tree)
        self.put(b"\x0f\x01\x01\x00\x0c\x01" + identity[:4])
        if id(tree) in self.templates:           # events.py keeps them: hashing a whole tree takes longer than all else
            self.put(struct.pack("<I", self.templates[id(tree)]))
        else:
            self.put(struct.pack("<I", self.at + 4))
            self.fresh.append((self.templates, id(tree)))
            self.templates[id(tree)] = self.at
            before = self.chain(384 + struct.unpack("<I", identity[:4])[0] % 32 * 4)
            self.put(before + identity + b"\0\0\0\0")
            begin = self.at
            self.put(b"\x0f\x01\x01\x00")
            self.element(tree)
            self.put(b"\x00")
            struct.pack_into("<I", self.data, begin - 4, self.at - begin)
        self.put(struct.pack("<I", len(values)))
        table = self.at
        self.put(b"".join(struct.pack("<HBB", 0 if callable(v) else len(v[1]), BINXML if callable(v) else v[0], 0) for v in values))
        for i, v in enumerate(values):
            if callable(v):
                begin = self.at
                v()
                struct.pack_into("<H", self.data, table + 4 * i, self.at - begin)
            else:
                self.put(v[1])
        self.put(b"\x00")

    cache = {}

    @classmethod
    def identity(cls, tree):
        if id(tree) not in cls.cache:
            cls.cache[id(tree)] = tree, hashlib.md5(repr(tree).encode()).digest()
        return cls.cache[id(tree)][1]

    def add(self, number, written, outer, values, inner, inner_values, last):
        """A record, or False where there is no room for it: the chunk is as it was then."""
        self.at, self.changed, self.fresh = self.free, [], []
        try:
            self.put(struct.pack("<4sIQQ", b"**\0\0", 0, number, filetime(written)))
            values = list(values)
            values[last] = lambda: self.instance(inner, inner_values)
            self.instance(outer, values)
            size = -(-(self.at + 4 - self.free) // 8) * 8
            self.put(bytes(size - 4 - (self.at - self.free)) + struct.pack("<I", size))
        except OverflowError:
            for place, before in reversed(self.changed):
                self.data[place:place + 4] = before
            for table, key in self.fresh:
                del table[key]
            self.data[self.free:] = bytes(CHUNK - self.free)
            return False
        struct.pack_into("<I", self.data, self.free + 4, size)
        self.last, self.free = self.free, self.at
        self.records.append((number, self.last, self.at))
        return True

    def finish(self, counted=None):
        """Head and checksums. counted: how many of its records it says it has; the others lie behind the used space."""
        counted = len(self.records) if counted is None else counted
        records = self.records[:counted]
        first, last = (records[0][0], records[-1][0]) if records else (0xFFFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF)
        at, free = (records[-1][1], records[-1][2]) if records else (0, TABLES)
        d = self.data
        struct.pack_into("<8sQQQQIII", d, 0, b"ElfChnk\0", first if records else 1, last, first if records else 1, last, 128, at, free)
        struct.pack_into("<I", d, 52, zlib.crc32(bytes(d[TABLES:free])))
        struct.pack_into("<I", d, 124, zlib.crc32(bytes(d[:120]) + bytes(d[128:TABLES])))
        return bytes(d)


class Evtx:
    """A log in the making. Records are numbered from `first`; `number` of add() says otherwise (jumps, resets)."""

    def __init__(self, first=1):
        self.chunks, self.next = [Chunk(0)], first

    def add(self, at, computer, event, values, number=None, record_id=None, written=None, process=(652, 700), user=None, failure=False):
        """event: of events.py. values: in the order of its fields."""
        number = self.next if number is None else number
        self.next = number + 1
        last, outer = event.outer(computer)
        keywords = event.keywords if not failure else 0x8010000000000000
        v = [(4, bytes([event.level])), (4, bytes([event.opcode])), (6, struct.pack("<H", event.task)), (6, struct.pack("<H", event.id)),
             (6, struct.pack("<H", event.qualifiers)) if event.qualifiers else (0, NULL), (0x15, struct.pack("<Q", keywords)), (0x11, struct.pack("<Q", filetime(at))),
             (0, NULL), (8, struct.pack("<I", process[0])), (8, struct.pack("<I", process[1])), (0x0A, struct.pack("<Q", number if record_id is None else record_id)),
             (4, bytes([event.version])), encoded("sid", user), (0, NULL)]
        if last == 17:
            v += [(1, event.provider.encode("utf-16-le")), (0x0F, guid_bytes(event.guid)), (1, event.channel.encode("utf-16-le")), (0, NULL)]
        else:
            v += [(0, NULL)] * 6
        args = (number, at if written is None else written, outer, v, event.inner(), [encoded(k, x) for (_, k), x in zip(event.fields, values)], last)
        if not self.chunks[-1].add(*args):
            self.chunks.append(Chunk(len(self.chunks)))
            if not self.chunks[-1].add(*args):
                raise ValueError("event %d does not fit into a chunk" % event.id)
        return number

    def new_chunk(self):
        """What follows begins in a chunk of its own."""
        if self.chunks[-1].records:
            self.chunks.append(Chunk(len(self.chunks)))

    def bytes(self, ring=0, dirty=False, hide=0, full=False):
        """The file. ring: place of the oldest chunk (the log was once around). hide: records at the end that the last chunk does not count, which
        carving finds. dirty: copied while in use; its head knows one chunk less, if it has two."""
        parts = [c.finish(len(c.records) - hide if c is self.chunks[-1] else None) for c in self.chunks]
        n = len(parts)
        parts = [parts[(i - ring) % n] for i in range(n)]
        first, last, known = ring % n, (ring - 1) % n, n
        following = self.next
        if dirty and n > 1 and not ring:
            last, known, following = n - 2, n - 1, self.chunks[-1].records[0][0]
        head = bytearray(HEAD)
        struct.pack_into("<8sQQQIHHHH", head, 0, b"ElfFile\0", first, last, following, 128, 1, 3, HEAD, known)
        struct.pack_into("<I", head, 120, (1 if dirty else 0) | (2 if full else 0))
        struct.pack_into("<I", head, 124, zlib.crc32(bytes(head[:120])))
        return bytes(head) + b"".join(parts)


# ---- damage: copies of a file's bytes with something wrong ----

def wrong_crc(data, chunk):
    """The checksum of that chunk's records does not fit; its records are whole."""
    at = HEAD + chunk * CHUNK
    d = bytearray(data)
    d[at + 52] ^= 0xFF
    struct.pack_into("<I", d, at + 124, zlib.crc32(bytes(d[at:at + 120]) + bytes(d[at + 128:at + TABLES])))
    return bytes(d)


def wrong_mark(data, chunk):
    """That chunk does not begin as chunks do."""
    at = HEAD + chunk * CHUNK
    return data[:at] + b"\0" * 8 + data[at + 8:]


def cut(data, chunk, rest=30000):
    """The file ends inside of that chunk."""
    return data[:HEAD + chunk * CHUNK + rest]
