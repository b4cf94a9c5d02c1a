#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Event logs of which only the heads are real, for tests of what is fetched: rings of any size, and what became of them.
usage: evtx_ring.py make FILE CHUNKS [OLDEST_PLACE] [SPARE]  a ring; one chunk of 100 records an hour, the newest now
       evtx_ring.py turn FILE N                               N more chunks are written over the oldest ones
       evtx_ring.py list FILE                                 first and last record of every chunk, and whether the head fits
"""
import os, struct, sys, time, zlib

CHUNK = 65536
FILETIME = 116444736000000000


def chunk(first, at):
    b = bytearray(b"ElfChnk\0" + struct.pack("<QQQQIIII", first, first + 99, first, first + 99, 128, 512, 536, 0))
    b += bytes(512 - len(b))
    b += struct.pack("<IIQQ", 0x2A2A, 24, first, int(at) * 10**7 + FILETIME)
    return bytes(b)


def head(chunks, first, last, following, flags=1):
    b = b"ElfFile\0" + struct.pack("<QQQIHHHH", first, last, following, 128, 1, 3, 4096, chunks & 0xFFFF)
    b += bytes(120 - len(b))
    return b + struct.pack("<II", flags, zlib.crc32(b))


def marks(f):
    size = os.fstat(f.fileno()).st_size
    for place in range((size - 4096) // CHUNK):
        f.seek(4096 + place * CHUNK)
        b = f.read(536)
        if b[:8] == b"ElfChnk\0":
            yield place, struct.unpack("<QQ", b[24:40])
        else:
            yield place, None


def make(path, chunks, oldest=0, spare=0):
    now = time.time()
    with open(path, "wb") as f:
        f.write(head(1, 0, 0, 1))  # old, as of a log that is in use
        f.truncate(4096 + (chunks + spare) * CHUNK)
        for age in range(chunks):
            f.seek(4096 + (oldest + age) % chunks * CHUNK)
            f.write(chunk(5001 + age * 100, now - (chunks - 1 - age) * 3600))


def turn(path, count):
    with open(path, "r+b") as f:
        all_of = [(m[0], place) for place, m in marks(f) if m]
        newest, place = max(all_of)
        for i in range(1, count + 1):
            f.seek(4096 + (place + i) % len(all_of) * CHUNK)
            f.write(chunk(newest + i * 100, time.time()))


def show(path):
    with open(path, "rb") as f:
        b = f.read(128)
        first, last = struct.unpack("<QQ", b[8:24])
        fits = struct.unpack("<I", b[124:128])[0] == zlib.crc32(b[:120])
        print("head", first, last, struct.unpack("<H", b[42:44])[0], "fits" if fits else "wrong")
        for _, m in marks(f):
            print(*(m or ("none",)))


if __name__ == "__main__":
    what, path = sys.argv[1:3]
    rest = [int(a) for a in sys.argv[3:]]
    {"make": make, "turn": turn, "list": show}[what](path, *rest)
