#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the first corpora of registry_pol, reg_file, inf, audit_csv and policy_bundle. Run from anywhere; the output is committed."""
import pathlib
import struct

TOP = pathlib.Path(__file__).resolve().parent


def put(target, name, data):
    folder = TOP / target
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())


def wide(text):
    return text.encode("utf-16-le")


def record(key, value, kind, data):
    return (wide("[") + wide(key + "\0") + wide(";") + wide(value + "\0") + wide(";") + struct.pack("<I", kind) + wide(";") +
            struct.pack("<I", len(data)) + wide(";") + data + wide("]"))


POL = b"PReg\1\0\0\0" + b"".join(
    record("Software\\A", value, kind, data) for value, kind, data in (
        ("N", 4, b"\1\0\0\0"), ("表示", 1, wide("表\0")), ("**del.Gone", 1, wide(" \0")), ("**delvals.", 1, wide(" \0")),
        ("**DeleteValues", 1, wide("x;y\0")), ("**DeleteKeys", 1, wide("K\0")), ("**SecureKey", 4, b"\1\0\0\0"),
        ("**soft.New", 4, b"\2\0\0\0"), ("", 0, b""), ("M", 7, wide("a\0b\0\0")), ("Q", 11, b"\1" + bytes(7))))

REG = """Windows Registry Editor Version 5.00

[HKEY_LOCAL_MACHINE\\SOFTWARE\\病院]
@="the \\"default\\" C:\\\\x"
"N"=dword:0000000a
; a comment
"B"=hex:01,02,\\
  0a
"M"=hex(7):61,00,00,00,62,00,00,00,00,00
"gone"=-
"lines"="one
two"

[-HKEY_CURRENT_USER\\x]

""".replace("\n", "\r\n")

INF = """[Unicode]
Unicode=yes
[Version]
signature="$CHICAGO$"
[System Access]
MinimumPasswordLength = 14
NewAdministratorName = "管理者"
[Security Log]
MaximumLogSize = 196608
[Registry Values]
MACHINE\\System\\CurrentControlSet\\Control\\Lsa\\LmCompatibilityLevel=4,5
MACHINE\\Software\\A\\M=7,one,"two, three",\\
 four
MACHINE\\Software\\A\\B=3,1,255
[Privilege Rights]
SeDebugPrivilege = *S-1-5-32-544,看護部
SeTcbPrivilege =
[Group Membership]
*S-1-5-32-544__Members = *S-1-5-21-1-2-3-512
*S-1-5-32-544__Memberof =
[Service General Setting]
"Spooler",4,"D:AR(A;;CC;;;SY)"
""".replace("\n", "\r\n")

CSV = """Machine Name,Policy Target,Subcategory,Subcategory GUID,Inclusion Setting,Exclusion Setting,Setting Value
,System,x,{0CCE923F-69AE-11D9-BED3-505054503030},Success and Failure,,3
"a, b",S-1-5-21-1-2-3-1104,x,{0cce9242-69ae-11d9-bed3-505054503030},,,1
H,,Option:CrashOnAuditFail,,Disabled,,0
""".replace("\n", "\r\n")

SCRIPTS = "[Startup]\r\n0CmdLine=a.bat\r\n0Parameters=/q\r\n[Logon]\r\n0CmdLine=b.ps1\r\n"
GPT = "[General]\r\nVersion=131075\r\ndisplayName=既定\r\n"
GROUPS = ('<?xml version="1.0" encoding="utf-8"?><Groups><User name="x" uid="{11111111-2222-3333-4444-555555555555}">'
          '<Properties action="U" userName="x" cpassword=""/></User></Groups>')
BACKUP = ('<BackupInst xmlns="http://www.microsoft.com/GroupPolicy/GPOOperations/Manifest"><GPOGuid><![CDATA['
          '{31B2F340-016D-11D2-945F-00C04FB984F9}]]></GPOGuid><BackupTime><![CDATA[2026-01-01T00:00:00]]></BackupTime>'
          '</BackupInst>')
# O:BA D:(A;;FA;;;BA)
NOTE = (struct.pack("<BBHIIII", 1, 0, 0x8004, 48, 0, 0, 20) + struct.pack("<BBHHH", 2, 0, 28, 1, 0) +
        struct.pack("<BBHI", 0, 0, 20, 0x1F01FF) + struct.pack("<BB6sI", 1, 1, b"\0\0\0\0\0\5", 18) +
        struct.pack("<BB6sII", 1, 2, b"\0\0\0\0\0\5", 32, 544))


def member(path, data=None, state=0, note=b""):
    path = path.encode()
    body = b"" if data is None else data
    out = struct.pack(">IIQQIIQ", len(path), len(note), len(body), 134000000000000000, state, 0, 0) + path + note
    out += body if state == 0 else b""
    return out + bytes(-len(out) % 8)


def bundle(*members):
    return b"KGBUNDL1" + b"".join(members) + bytes(40)


def folders(*paths):
    return b"".join(member(p, state=4, note=NOTE) for p in paths)


P = "Policies/{31B2F340-016D-11D2-945F-00C04FB984F9}"
B = "{AAAAAAAA-0000-0000-0000-000000000001}"
SYSVOL = bundle(
    folders("Policies", P, P + "/Machine", P + "/Machine/Microsoft", P + "/Machine/Microsoft/Windows NT",
            P + "/Machine/Microsoft/Windows NT/SecEdit", P + "/Machine/Scripts", P + "/User"),
    member(P + "/GPT.INI", GPT.encode()), member(P + "/Machine/Registry.pol", POL),
    member(P + "/Machine/Microsoft/Windows NT/SecEdit/GptTmpl.inf", INF.encode("utf-16")),
    member(P + "/Machine/Scripts/scripts.ini", SCRIPTS.encode()), member(P + "/User/registry.pol", state=1),
    member("scripts/logon.bat", b"net use x: \\\\s\\x\r\n", note=NOTE))
SAVED = bundle(
    folders(B, B + "/DomainSysvol", B + "/DomainSysvol/GPO", B + "/DomainSysvol/GPO/Machine"),
    member(B + "/bkupInfo.xml", BACKUP.encode()), member(B + "/DomainSysvol/GPO/Machine/registry.pol", POL),
    member(B + "/DomainSysvol/GPO/Machine/Preferences/Groups/Groups.xml", GROUPS.encode()))

put("registry_pol", "actions", POL)
put("registry_pol", "empty", b"PReg\1\0\0\0")
put("reg_file", "five", REG.encode("utf-16"))
put("reg_file", "five_utf8", REG)
put("reg_file", "four", b"REGEDIT4\r\n\r\n[HKEY_LOCAL_MACHINE\\\x95\x61]\r\n\"\x95\x5c\"=hex(2):95,5c,00\r\n\r\n")
put("inf", "utf16", INF.encode("utf-16"))
put("inf", "utf8", INF)
put("inf", "shift_jis", INF.encode("cp932"))
put("audit_csv", "policy", CSV)
put("audit_csv", "scripts", SCRIPTS.encode("utf-16"))
put("audit_csv", "gpt", GPT.encode("cp932"))
put("policy_bundle", "sysvol", SYSVOL)
put("policy_bundle", "backup", SAVED)
put("policy_bundle", "nothing", bundle())
