#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""terminal.py KEYS COMMAND…: runs the command on a terminal of 80 columns and types KEYS (\\n is Enter, \\x03 is Ctrl-C), a line at each
prompt ("> "); prints what the terminal showed, ends with the command's exit code, 99 when it waits for something else."""
import os
import pty
import select
import struct
import sys
import fcntl
import termios

keys = [line + "\n" for line in sys.argv[1].split("\\n")]
keys[-1] = keys[-1][:-1]
pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
shown, since = b"", 0
while True:
    ready, _, _ = select.select([fd], [], [], 20)
    if not ready:
        os.kill(pid, 9)
        os.waitpid(pid, 0)
        sys.stdout.buffer.write(shown)
        sys.exit(99)
    try:
        data = os.read(fd, 65536)
    except OSError:
        break
    if not data:
        break
    shown += data
    if shown.endswith(b"> ") and len(shown) > since and keys:
        line = keys.pop(0).replace("\\x03", "\x03")
        since = len(shown) + len(line.encode()) + 1
        if line:
            os.write(fd, line.encode())
        elif not keys:
            os.kill(pid, 15)
_, status = os.waitpid(pid, 0)
sys.stdout.buffer.write(shown.replace(b"\r\n", b"\n"))
sys.exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))
