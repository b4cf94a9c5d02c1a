#!/usr/bin/env python3
"""measure.py FILE COMMAND…: runs the command and writes the peak of memory (KiB) of the largest of its processes to FILE."""
import resource
import subprocess
import sys

code = subprocess.run(sys.argv[2:], stdin=subprocess.DEVNULL).returncode
with open(sys.argv[1], "w", encoding="ascii") as f:
    f.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(code)
