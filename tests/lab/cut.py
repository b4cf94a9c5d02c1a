#!/usr/bin/python3
"""A TCP proxy to a real server that cuts the line, or crawls.

usage: cut.py --to HOST --control FILE ADDRESS:PORT…      (forwards each to the same port of HOST)

FILE says what happens to connections made from then on:
    cut N     N bytes of answers are let through, then the connection is reset
    slow N    answers come at N bytes a second
    (absent)  everything is let through"""
import argparse
import asyncio
import socket
import struct

p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
p.add_argument("--to", required=True)
p.add_argument("--control", required=True)
p.add_argument("listen", nargs="+")
a = p.parse_args()


def order():
    try:
        with open(a.control) as f:
            word, n = f.read().split()
        return word, int(n)
    except (OSError, ValueError):
        return "pass", 0


async def requests(reader, writer):
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.write_eof()


async def answers(reader, writer, what, n):
    sent = 0
    while data := await reader.read(max(1, n // 10) if what == "slow" else 65536):
        if what == "cut" and sent + len(data) > n:
            writer.write(data[:n - sent])
            await writer.drain()
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return
        sent += len(data)
        writer.write(data)
        await writer.drain()
        if what == "slow":
            await asyncio.sleep(len(data) / max(1, n))


async def serve(port, client_reader, client_writer):
    what, n = order()
    server_writer = None
    try:
        server_reader, server_writer = await asyncio.open_connection(a.to, port)
        asking = asyncio.create_task(requests(client_reader, server_writer))
        try:
            await answers(server_reader, client_writer, what, n)
        finally:
            asking.cancel()
    except OSError:
        pass
    finally:
        for w in (client_writer, server_writer):
            if w:
                w.close()


async def main():
    for where in a.listen:
        host, port = where.rsplit(":", 1)
        await asyncio.start_server(lambda r, w, port=int(port): serve(port, r, w), host, int(port))
    await asyncio.Event().wait()


asyncio.run(main())
