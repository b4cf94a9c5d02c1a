#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the seeds of the fuzz target "evidence" into tests/fuzz/corpus/evidence: edits of the file that the target makes (page, offset, length, bytes)."""
import pathlib
import struct

HERE = pathlib.Path(__file__).parent / "corpus" / "evidence"


def edit(page, offset, data):
    return struct.pack(">HHB", page, offset, len(data)) + data


def cut(page, offset=0):
    return struct.pack(">HHB", page, offset, 0)


SEEDS = {
    "untouched": b"",
    "version": edit(0, 60, struct.pack(">I", 6)),
    "newer": edit(0, 60, struct.pack(">I", 99)),
    "page_size": edit(0, 16, b"\x02\x00"),
    "wal": edit(0, 18, b"\x02\x02"),
    "encoding": edit(0, 56, struct.pack(">I", 2)),
    "schema_format": edit(0, 44, struct.pack(">I", 9)),
    "schema_child_twice": edit(0, 108, struct.pack(">I", 3)),
    "schema_cells": edit(0, 103, b"\xff\xff"),
    "schema_itself": edit(0, 108, struct.pack(">I", 1)),
    "cut_header": cut(0, 60),
    "cut_schema": cut(3, 100),
    "cut_middle": cut(300),
    "leaf_becomes_inner": b"".join(edit(page, 0, b"\x05") for page in range(440, 520)),
    "cells": b"".join(edit(page, 3, b"\x00\xff") for page in range(440, 520)),
    "cell_pointers": b"".join(edit(page, 8, b"\x03\xff\x00\x01") for page in range(400, 560, 2)),
    "noise": b"".join(edit(page, 0, bytes((page * 7 + i * 13) & 255 for i in range(40))) for page in range(1, 60, 7)),
    "not_a_database": edit(0, 0, b"MZ"),
    "short": b"SQLite format 3\0" + bytes(84),
}
HERE.mkdir(parents=True, exist_ok=True)
for name, data in SEEDS.items():
    (HERE / name).write_bytes(data)
