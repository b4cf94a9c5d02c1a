#!/usr/bin/python3
"""A server that accepts and never says a word. usage: silent.py ADDRESS:PORT…"""
import selectors
import socket
import sys

waiting, held = selectors.DefaultSelector(), []
for where in sys.argv[1:]:
    host, port = where.rsplit(":", 1)
    s = socket.create_server((host, int(port)))
    waiting.register(s, selectors.EVENT_READ)
while True:
    for key, _ in waiting.select():
        held.append(key.fileobj.accept()[0])      # kept open, never read
        del held[:-200]
