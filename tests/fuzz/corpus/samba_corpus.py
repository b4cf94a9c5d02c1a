#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the seeds of the fuzz target "samba_log"."""
import json
import pathlib

HERE = pathlib.Path(__file__).parent / "samba_log"
T = ["%08x-0000-4000-8000-000000000000" % i for i in range(1, 4)]


def line(kind, at="2026-11-26T04:46:05.556630+0000", **body):
    return json.dumps({"timestamp": at, "type": kind, kind: {"version": {"major": 1, "minor": 1}, **body}})


def password(event, action, status, transaction, **more):
    return line("passwordChange", eventId=event, statusCode=status, status="Success", remoteAddress="ipv4:10.0.0.1:51234",
                userSid="S-1-5-21-1-2-3-500", dn="CN=w,DC=h", action=action, transactionId=transaction, **more)


def logon(event, status, service, how, password_type, **more):
    return line("Authentication", eventId=event, logonType=3, status=status, remoteAddress="ipv6:fd00::7:4000",
                serviceDescription=service, authDescription=how, passwordType=password_type, **more)


SEEDS = {
    "changes": [
        "  " + password(4724, "Reset", 0, T[0]), "  " + password(4723, "Change", 19, T[1]),
        line("dsdbTransaction", action="rollback", transactionId=T[0]), line("dsdbTransaction", action="commit", transactionId=T[1]),
        line("dsdbChange", "2026-11-26T13:46:05.5+0900", operation="Modify", statusCode=0, dn="<GUID=" + T[2] + ">;<SID=S-1-5-21-1-2-3-9>;CN=w",
             transactionId=T[2], attributes={"pwdLastSet": {"actions": [{"action": "replace", "values": [{"value": "0"}]}]}}),
        line("groupChange", eventId=4728, action="Added", statusCode=0, group="CN=g", user="CN=w", transactionId=T[2]),
        line("replicatedUpdate", statusCode=0),
    ],
    "logons": [
        "JSON Authentication: " + logon(4625, "NT_STATUS_NO_SUCH_USER", "Kerberos KDC", "AS-REQ", None, clientAccount="w@H"),
        logon(4624, "NT_STATUS_OK", "SamLogon", "network", "NTLMv1", becameSid="S-1-5-21-1-2-3-9", becameAccount="w"),
        logon(4625, "NT code 0xc0000064", "LDAP", "simple bind", "Plaintext", mappedAccount="w", workstation="WS"),
        line("Authorization", account="w"),
    ],
    "broken": [
        "[2026/11/26 13:05:09.123456,  5] audit_logging.c:95(audit_log_json)", "  " + password(4724, "Reset", 0, T[0])[:90] + " +>",
        "  " + logon(4624, "NT_STATUS_OK", "SMB2", "NTLMSSP", "NTLMv2"), "  " + password(4724, "Reset", 0, T[0])[90:], "\0\0\0{\"timest",
    ],
}
HERE.mkdir(exist_ok=True)
for name, lines in SEEDS.items():
    (HERE / name).write_text("\n".join(lines) + "\n")
