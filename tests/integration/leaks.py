#!/usr/bin/python3
"""Looks for secrets in what a run leaves behind.

usage: leaks.py SECRETS PATH…      SECRETS: lines "word TEXT" and "hash HEX". Every file at and below each PATH is searched for each word
                                   (UTF-8, UTF-16, CP932, JSON escapes, base64 and hex of it) and each hash (raw, hex in both cases, base64), also across the
                                   pages of a database and inside its compressed parts as far as they are deflate. Prints "PATH: kind number".
       leaks.py --self-test SECRETS   "found" when a planted one of each kind is seen"""
import base64
import json
import os
import re
import subprocess
import sys
import tempfile
import zlib


def needles(path):
    found = []
    with open(path, encoding="utf-8") as f:
        for number, line in enumerate(f, 1):
            kind, _, text = line.rstrip("\n").partition(" ")
            # of what is not ASCII also as code page 932 and as JSON escapes; a set, as most words are the same in all of them
            raws = sorted({text.encode(), text.encode("utf-16-le"), text.encode("cp932", "replace"), json.dumps(text)[1:-1].encode()}) if kind == "word" else [bytes.fromhex(text)]
            for raw in raws:
                found += [(raw, "%s %d" % (kind, number)), (raw.hex().encode(), "%s %d, hex" % (kind, number)),
                          (raw.hex().upper().encode(), "%s %d, hex" % (kind, number))]
                # whatever bytes stand before it, these characters of its base64 stay
                for shift in (0, 1, 2):
                    part = base64.b64encode(bytes(shift) + raw)
                    part = part[4 if shift else 0:len(part) // 4 * 4 - 4]
                    if len(part) >= 12:
                        found.append((part, "%s %d, base64" % (kind, number)))
    return found


def parts(data):
    """The bytes, and every deflate stream in them that is large enough to matter."""
    yield data
    for m in re.finditer(rb"\x78[\x01\x9c\xda]|\x1f\x8b\x08", data):
        try:
            piece = zlib.decompressobj(47).decompress(data[m.start():], 1 << 26)
        except zlib.error:
            continue
        if len(piece) > 64:
            yield piece


def search(paths, wanted):
    """All of it as hex digits, a line a piece, for grep, which looks for a thousand words as fast as for one."""
    names = {n.hex().encode(): w for n, w in wanted}
    where, hits = [], set()
    with tempfile.TemporaryDirectory() as d:
        with open(os.path.join(d, "needles"), "wb") as f:
            f.write(b"\n".join(names))
        with open(os.path.join(d, "hay"), "wb") as f:
            for top in paths:
                for path in [top] if os.path.isfile(top) else [os.path.join(b, n) for b, _, ns in os.walk(top) for n in ns]:
                    if os.path.islink(path) or not os.path.isfile(path):
                        continue
                    with open(path, "rb") as g:
                        for piece in parts(g.read()):
                            f.write(piece.hex().encode() + b"\n")
                            where.append(path)
        out = subprocess.run(["grep", "-anoF", "-f", os.path.join(d, "needles"), os.path.join(d, "hay")], stdout=subprocess.PIPE, check=False, env={"LC_ALL": "C"})
        if out.returncode > 1:
            sys.exit("grep failed")
        for line in out.stdout.splitlines():
            number, _, needle = line.partition(b":")
            hits.add((where[int(number) - 1], names[needle]))
    return sorted(hits)


def self_test(wanted):
    kinds = {}
    for needle, name in wanted:
        kinds.setdefault(re.sub(r" \d+", "", name), needle)
    with tempfile.TemporaryDirectory() as d:
        for i, needle in enumerate(kinds.values()):
            with open(os.path.join(d, str(i)), "wb") as f:
                f.write(b"x" * 5000 + needle + b"y" * 5000)
        with open(os.path.join(d, "deflated"), "wb") as f:
            f.write(b"z" * 100 + zlib.compress(b"x" * 500 + wanted[0][0] + b"y" * 500))
        return len({p for p, _ in search([d], wanted)}) == len(kinds) + 1


def main():
    if sys.argv[1] == "--self-test":
        print("found" if self_test(needles(sys.argv[2])) else "not found")
        return 0
    hits = search(sys.argv[2:], needles(sys.argv[1]))
    for path, what in hits:
        print("%s: %s" % (path, what))
    return int(bool(hits))


sys.exit(main())
