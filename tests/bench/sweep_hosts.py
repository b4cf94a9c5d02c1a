#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hosts of bench sweep: listen (in their namespace), list (for net_task), compare what both found with what is there."""

import select
import socket
import sqlite3
import sys
import xml.etree.ElementTree as ElementTree

PORTS = (445, 3389, 5985, 5986, 22, 23)
ADDRESSES = ["10.77.%d.%d" % (4 + i // 256, i % 256) for i in range(1024)]


def is_dropped(i):
    return i % 64 >= 48


def is_open(i, port):
    return i % {445: 2, 3389: 3, 5985: 5, 5986: 11, 22: 7, 23: 13}[port] == 0


def truth():
    return {(a, p): "filtered" if is_dropped(i) else "open" if is_open(i, p) else "closed"
            for i, a in enumerate(ADDRESSES) for p in PORTS}


def listen():
    poll = select.epoll()
    listeners = {}
    for (address, port), state in truth().items():
        if state == "open":
            s = socket.create_server((address, port), backlog=64)
            s.setblocking(False)
            listeners[s.fileno()] = s
            poll.register(s.fileno(), select.EPOLLIN)
    print("ready", flush=True)
    while True:
        for fd, _ in poll.poll():
            try:
                listeners[fd].accept()[0].close()
            except OSError:
                pass


def from_evidence(path):
    database = sqlite3.connect("file:%s?mode=ro" % path, uri=True)
    return {(host, port): "filtered" if state == "unreachable" else state
            for host, port, state in database.execute("SELECT host, port, state FROM host_port")}


def from_nmap(path):
    found = {}
    for host in ElementTree.parse(path).getroot().iter("host"):
        address = host.find("address").get("addr")
        here = {int(p.get("portid")): p.find("state").get("state") for p in host.iter("port")}
        rest = [e.get("state") for e in host.iter("extraports")]
        for port in PORTS:
            found[address, port] = here.get(port) or (rest[0] if len(rest) == 1 else "?")
    return found


def compare(evidence, xml):
    there, ours, peers = truth(), from_evidence(evidence), from_nmap(xml)
    bad = [(k, ours.get(k), peers.get(k), v) for k, v in there.items() if not ours.get(k) == peers.get(k) == v]
    if bad or len(ours) != len(there):
        print("%d of %d differ, such as (port, ours, nmap, there): %s" % (len(bad), len(there), bad[:5]))
        return 1
    count = lambda state: sum(v == state for v in there.values())  # noqa: E731
    print("open=%d closed=%d dropped=%d" % (count("open"), count("closed"), count("filtered")))
    return 0


if sys.argv[1] == "listen":
    listen()
elif sys.argv[1] == "list":
    for a in ADDRESSES:
        print("%s\t%s\t-\t-" % (a, a))
else:
    sys.exit(compare(sys.argv[2], sys.argv[3]))
