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


def write(target, cases):
    folder = HERE / target
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in cases.items():
        (folder / name).write_bytes(data)


if __name__ == "__main__":
    write("row", ROWS)
