#!/usr/bin/python3
"""An LDAPS front whose certificate has expired; behind it the real server.

usage: badtls.py --cert FILE --key FILE --to HOST:PORT ADDRESS:PORT"""
import argparse
import asyncio
import ssl

p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
p.add_argument("--cert", required=True)
p.add_argument("--key", required=True)
p.add_argument("--to", required=True)
p.add_argument("listen")
a = p.parse_args()
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(a.cert, a.key)


async def copy(reader, writer):
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()


async def serve(client_reader, client_writer):
    host, port = a.to.rsplit(":", 1)
    server_reader, server_writer = await asyncio.open_connection(host, int(port))
    tasks = [asyncio.create_task(copy(client_reader, server_writer)), asyncio.create_task(copy(server_reader, client_writer))]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for t in tasks:
        t.cancel()
    for w in (client_writer, server_writer):
        w.close()


async def main():
    host, port = a.listen.rsplit(":", 1)
    await asyncio.start_server(serve, host, int(port), ssl=context)
    await asyncio.Event().wait()


asyncio.run(main())
