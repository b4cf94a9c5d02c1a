#!/usr/bin/python3
"""Servers that misbehave, and banners. usage: peers.py KIND ADDRESS:PORT… [KIND ADDRESS:PORT…]…

mute      accepts and never speaks                 reset    resets the connection at once
drip      one byte a second, without end           late     hangs up after 3 seconds
garbage   64 KiB of random bytes, and as many for every request
flood     random bytes without end, as fast as they are taken
ssh, telnet   a banner, then silence
Random means: the same bytes in every run."""
import asyncio
import random
import socket
import struct
import sys

NOISE = random.Random(20261125).randbytes(65536)


async def serve(kind, reader, writer):
    try:
        if kind == "mute":
            await asyncio.Event().wait()
        elif kind == "reset":
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif kind == "drip":
            for b in NOISE:
                writer.write(bytes([b]))
                await writer.drain()
                await asyncio.sleep(1)
        elif kind == "garbage":
            writer.write(NOISE)
            while await reader.read(65536):
                writer.write(NOISE)
                await writer.drain()
        elif kind == "flood":
            while True:
                writer.write(NOISE)
                await writer.drain()
        elif kind == "late":
            await asyncio.sleep(3)
        elif kind == "ssh":
            writer.write(b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n")
            await reader.read(65536)
            await asyncio.sleep(5)
        elif kind == "telnet":
            writer.write(b"\xff\xfd\x18\xff\xfd\x20\xff\xfd\x23\xff\xfd\x27\r\nNAS-01 login: ")
            while await reader.read(65536):
                pass
    except OSError:
        pass
    finally:
        writer.close()


async def main():
    kind = None
    for word in sys.argv[1:]:
        if ":" not in word:
            kind = word
            continue
        host, port = word.rsplit(":", 1)
        await asyncio.start_server(lambda r, w, kind=kind: serve(kind, r, w), host, int(port))
    await asyncio.Event().wait()


asyncio.run(main())
