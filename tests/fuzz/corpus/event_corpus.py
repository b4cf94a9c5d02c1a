#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the first corpus of the target event_rows: a Windows log of one chunk with the kinds of events that become rows, once whole and
once cut behind its last record. Run from anywhere; the output is committed."""
import pathlib
import struct
import zlib

TOP = pathlib.Path(__file__).resolve().parent / "event_rows"
AUDITING, EVENTLOG = "Microsoft-Windows-Security-Auditing", "Microsoft-Windows-Eventlog"
SID = bytes((1, 5, 0, 0, 0, 0, 0, 5)) + struct.pack("<5I", 21, 1, 2, 3, 500)
SYSTEM = bytes((1, 1, 0, 0, 0, 0, 0, 5)) + struct.pack("<I", 18)
TEXT, U8, U16, U32, U64, GUID, TIME, SID_TYPE, HEX32, HEX64 = 1, 4, 6, 8, 10, 15, 17, 19, 20, 21


def utf16(s):
    return s.encode("utf-16-le")


class Chunk:
    def __init__(self):
        self.data = bytearray(512)
        self.records = 0

    def name(self, out, base, name):
        """A name that stands where it is used."""
        h = 0
        for c in name:
            h = (h * 65599 + ord(c)) & 0xffff
        out += struct.pack("<I", base + len(out) + 4) + struct.pack("<IHH", 0, h, len(name)) + utf16(name) + b"\0\0"

    def element(self, out, base, name, attributes, content):
        """attributes: (name, text or index of a value); content: a text, (index, type), None, or a list of (name, attributes, content)."""
        out += struct.pack("<BH", 0x41 if attributes else 0x01, 0xffff)
        size_at = len(out)
        out += bytes(4)
        self.name(out, base, name)
        if attributes:
            list_at = len(out)
            out += bytes(4)
            for i, (key, value) in enumerate(attributes):
                out += bytes((0x46 if i + 1 < len(attributes) else 0x06,))
                self.name(out, base, key)
                self.value(out, value)
            out[list_at:list_at + 4] = struct.pack("<I", len(out) - list_at - 4)
        if content is None:
            out += b"\3"
        else:
            out += b"\2"
            if isinstance(content, list):
                for child in content:
                    self.element(out, base, *child)
            else:
                self.value(out, content)
            out += b"\4"
        out[size_at:size_at + 4] = struct.pack("<I", len(out) - size_at - 4)

    def value(self, out, value):
        if isinstance(value, str):
            out += struct.pack("<BBH", 5, 1, len(value)) + utf16(value)
        else:
            out += struct.pack("<BHB", 0x0e, *value)

    def event(self, provider, event_id, fields, root=None, keywords=0x8020000000000000, at=134000000000000000):
        """fields: (name, type, bytes)."""
        self.records += 1
        start = len(self.data)
        out = bytearray(struct.pack("<IIQQ", 0x2a2a, 0, self.records, at)) + b"\x0f\1\1\0"
        values = [(U16, struct.pack("<H", event_id)), (HEX64, struct.pack("<Q", keywords)), (TIME, struct.pack("<Q", at)),
                  (U64, struct.pack("<Q", self.records)), (SID_TYPE, SYSTEM)]
        system = [("Provider", [("Name", provider)], None), ("EventID", [], (0, U16)), ("Keywords", [], (1, HEX64)),
                  ("TimeCreated", [("SystemTime", (2, TIME))], None), ("EventRecordID", [], (3, U64)),
                  ("Channel", [], "Security"), ("Computer", [], "DC1.hosp.example"), ("Security", [("UserID", (4, SID_TYPE))], None)]
        data = []
        for name, kind, value in fields:
            here = (len(values), kind)
            data.append((name, [], here) if root else ("Data", [("Name", name)], here))
            values.append((kind, value))
        body = ("UserData", [], [(root, [], data or None)]) if root else ("EventData", [], data or None)
        definition = start + len(out) + 10
        out += struct.pack("<BBII", 0x0c, 1, event_id, definition)
        out += struct.pack("<I", 0) + struct.pack("<I", event_id) + bytes(12)
        size_at = len(out)
        out += bytes(4) + b"\x0f\1\1\0"
        self.element(out, start, "Event", [], [("System", [], system), body])
        out += b"\0"
        out[size_at:size_at + 4] = struct.pack("<I", len(out) - size_at - 4)
        out += struct.pack("<I", len(values)) + b"".join(struct.pack("<HBB", len(v), k, 0) for k, v in values)
        out += b"".join(v for _, v in values)
        size = len(out) + 4
        out[4:8] = struct.pack("<I", size)
        self.data += out + struct.pack("<I", size)
        self.last = start

    def log(self):
        free = len(self.data)
        body = bytes(self.data[512:])
        head = bytearray(self.data[:512])
        head[:8] = b"ElfChnk\0"
        head[8:56] = struct.pack("<QQQQIIII", 1, self.records, 1, self.records, 128, self.last, free, zlib.crc32(body))
        head[124:128] = struct.pack("<I", zlib.crc32(bytes(head[:120]) + bytes(head[128:512])))
        file = bytearray(b"ElfFile\0" + struct.pack("<QQQIHHHH", 0, 0, self.records + 1, 128, 1, 3, 4096, 1) + bytes(4096 - 44))
        file[124:128] = struct.pack("<I", zlib.crc32(bytes(file[:120])))
        return bytes(file + head) + body


def text(name, value):
    return name, TEXT, utf16(value)


def main():
    subject = [("SubjectUserSid", SID_TYPE, SID), text("SubjectUserName", "Administrator"), text("SubjectDomainName", "HOSP"),
               ("SubjectLogonId", HEX64, struct.pack("<Q", 0x3e99d6))]
    target = [text("TargetUserName", "taro"), text("TargetDomainName", "HOSP"), ("TargetSid", SID_TYPE, SID)]
    c = Chunk()
    c.event(AUDITING, 4624, subject + [("TargetUserSid", SID_TYPE, SID), ("LogonType", U32, struct.pack("<I", 3)),
                                       text("LmPackageName", "NTLM V1"), text("IpAddress", "::ffff:10.0.0.1"), text("IpPort", "49152")])
    c.event(AUDITING, 4625, [("TargetUserSid", SID_TYPE, bytes((1, 1)) + bytes(10)), text("TargetUserName", "no name"),
                             ("Status", HEX32, struct.pack("<I", 0xc000006d)), ("SubStatus", HEX32, struct.pack("<I", 0xc0000064))],
            keywords=0x8010000000000000)
    c.event(AUDITING, 4724, target + subject)
    c.event(AUDITING, 4738, target + subject + [text("PasswordLastSet", "2/5/2022 2:17:40 PM"), text("UserAccountControl", "%%2050"),
                                                ("OldUacValue", HEX32, struct.pack("<I", 21))])
    c.event(AUDITING, 4719, subject + [("SubcategoryGuid", GUID, bytes(range(16))), text("AuditPolicyChanges", "%%8448, %%8450")])
    c.event(AUDITING, 4713, subject + [text("KerberosPolicyChange", "KerMaxT: 0x1 (0x2); KerMaxR: 0x3 (0x4);")])
    c.event(AUDITING, 4739, subject + [text("DomainName", "HOSP"), text("LockoutThreshold", "0")])
    c.event(AUDITING, 4672, subject + [text("PrivilegeList", "SeSecurityPrivilege\r\n\t\t\tSeDebugPrivilege")])
    c.event(AUDITING, 4616, subject + [("PreviousTime", TIME, struct.pack("<Q", 134000000000000000)),
                                       ("NewTime", TIME, struct.pack("<Q", 133000000000000000))])
    c.event(AUDITING, 4768, target + [text("ServiceName", "krbtgt"), ("Status", HEX32, bytes(4)), text("PreAuthType", "15")])
    c.event(AUDITING, 4697, subject + [text("ServiceName", "x"), text("ServiceFileName", "cmd /c x.exe"),
                                       ("ServiceType", HEX32, struct.pack("<I", 16))])
    c.event(AUDITING, 5136, subject + [("ObjectGUID", GUID, bytes(range(16))), text("OperationType", "%%14674")])
    c.event(EVENTLOG, 1102, subject, root="LogFileCleared", keywords=0x4020000000000000)
    c.event("Microsoft-Windows-TerminalServices-LocalSessionManager", 21, [text("User", "HOSP\\taro"), text("Address", "LOCAL")],
            root="EventXML", at=133990000000000000)
    log = c.log()
    TOP.mkdir(exist_ok=True)
    (TOP / "whole.evtx").write_bytes(log + bytes(4096 + 65536 - len(log)))
    (TOP / "cut.evtx").write_bytes(log)


main()
