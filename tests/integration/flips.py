#!/usr/bin/python3
"""Damaged evidence files: flips.py KAGIMORI EVIDENCE COUNT SEED. evaluate and report either work or say what is wrong (exit code
2 or 4 and a message); they never crash, hang or pass what the whole file does not. Prints "ok"/"FAILED" lines."""
import os
import random
import shutil
import subprocess
import sys
import tempfile

kagimori, evidence, count, seed = os.path.abspath(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
failed = 0


def run(folder, *args):
    try:
        end = subprocess.run([kagimori, *args], capture_output=True, timeout=60, check=False, cwd=folder)
    except subprocess.TimeoutExpired:
        return "hangs"
    if end.returncode in (0, 1, 3):
        return ""
    if end.returncode in (2, 4) and b"kagimori: error: " in end.stderr:
        return ""
    return f"{args[0]}: exit code {end.returncode}: {end.stderr[-600:].decode(errors='replace')}"


def damage(data, what, rnd):
    if what == "cut":
        return data[:rnd.randrange(len(data))]
    if what == "page":
        at = rnd.randrange(len(data) // 8192) * 8192
        return data[:at] + rnd.randbytes(8192) + data[at + 8192:]
    bits = bytearray(data)
    for _ in range(1 if what == "bit" else 64):
        # Half of the flips go to the first pages, where the schema is.
        at = rnd.randrange(len(bits) if rnd.random() < 0.5 else 65536)
        bits[at] ^= 1 << rnd.randrange(8)
    return bytes(bits)


with open(evidence, "rb") as f:
    whole = f.read()
outcomes = {"bit": [], "bits": [], "cut": [], "page": []}
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "evidence.db")
    for i in range(count):
        rnd = random.Random(seed + i)
        what = list(outcomes)[i % 4]
        with open(path, "wb") as f:
            f.write(damage(whole, what, rnd))
        said = run(folder, "evaluate", path)
        said = said or run(folder, "report", path, "--out", os.path.join(folder, "out"))
        if said:
            outcomes[what].append(f"seed {seed + i}: {said}")
        for end in ("-wal", "-shm", "-journal"):
            if os.path.exists(path + end):
                os.unlink(path + end)
        shutil.rmtree(os.path.join(folder, "out"), ignore_errors=True)
for what, said in outcomes.items():
    name = {"bit": "one flipped bit", "bits": "64 flipped bits", "cut": "a file that ends early", "page": "a page of noise"}[what]
    if said:
        failed = 1
        print(f"FAILED {name}: " + "; ".join(said[:3]))
    else:
        print(f"ok {name}: results or a message")
sys.exit(failed)
