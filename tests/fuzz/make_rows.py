#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the seeds of the fuzz targets "row" and "frame" into tests/fuzz/corpus/."""
import pathlib
import struct

HERE = pathlib.Path(__file__).parent / "corpus"


def cell(value):
    if value is None:
        return b"\0"
    if isinstance(value, int):
        return b"\1" + struct.pack(">q", value)
    data = value if isinstance(value, bytes) else value.encode()
    return b"\2" + struct.pack(">I", len(data)) + data


def row(table, *values):
    return struct.pack(">HB", table, len(values)) + b"".join(map(cell, values))


GUID = "31b2f340-016d-11d2-945f-00c04fb984f9"
COVERAGE = row(0, "ldap.user", "dc1.example.jp", "complete", None, None, 133000000000000000, 133000000010000000, 300)
MALFORMED = row(1, "ldap.user", "dc1", "CN=病棟", "objectSid", "too short")
HISTORY = row(11, GUID, "S-1-5-21-1-2-3-500")

ROWS = {
    "coverage": COVERAGE,
    "malformed": MALFORMED,
    "several": COVERAGE + HISTORY + MALFORMED,
    "bad-sid": row(11, GUID, "S-1-"),
    "bad-utf8": row(1, "ldap.user", "dc1", b"\xff\xc0\xaf", "a", "b"),
    "short": COVERAGE[:-3],
    "length-lies": COVERAGE[:4] + b"\xff\xff\xff\xff" + COVERAGE[8:],
    "unknown-table": row(4000, 1),
}


def frame(kind, payload=b"", task=0, sequence=0, version=1, length=None):
    size = len(payload) if length is None else length
    return struct.pack(">IHHII", size, kind, version, task, sequence) + payload


def text(value):
    data = value.encode()
    return struct.pack(">H", len(data)) + data


def task(*parameters):
    data = b"\0" + text("kagimori-ldap") + text("dc1") + struct.pack(">IIQQH", 60, 60, 0, 0, len(parameters))
    return data + b"".join(text(k) + text(v) for k, v in parameters)


HELLO = frame(1, struct.pack(">Q", 1) + text("kagimori-ldap") + text("0.1.0"))
TASK = frame(2, task(("host", "dc1"), ("port", "636"), ("source", "ldap.user")), 1, 0)
READY = frame(3, text("seccomp"), 1, 1)
START = HELLO + TASK + READY

FRAMES = {
    "conversation": START + frame(5, COVERAGE + HISTORY, 1, 2) + frame(7, b"\1" + text("message"), 1, 3)
    + frame(9, struct.pack(">Q", 5) + text("users"), 1, 4) + frame(11, struct.pack(">Q", 2), 1, 5),
    "failed": START + frame(13, struct.pack(">Q", 0) + text("denied") + text("dc1") + text("wrong password"), 1, 2),
    "secret": HELLO + TASK + frame(4, b"secret", 1, 1),
    "wrong-state": HELLO + frame(5, COVERAGE, 0, 1),
    "length-lies": HELLO + frame(5, b"x", 0, 1, length=0xFFFFFFFF),
    "wrong-version": frame(1, b"", version=9),
    "cut-off": START[:-5],
    "after-end": START + frame(11, struct.pack(">Q", 0), 1, 2) + frame(5, COVERAGE, 1, 3),
}


def write(target, cases):
    folder = HERE / target
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in cases.items():
        (folder / name).write_bytes(data)


if __name__ == "__main__":
    write("row", ROWS)
    write("frame", FRAMES)
