#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the first corpora of the targets reg_query and host_bundle. Run from anywhere; the output is committed."""
import hashlib
import pathlib
import struct

TOP = pathlib.Path(__file__).resolve().parent
LSA = r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\Lsa"


def put(target, name, data):
    folder = TOP / target
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(data)


def bundle(files, kind):
    out = b"KGBUNDL1"
    for path, data in list(files.items()):
        p = path.encode()
        out += struct.pack(">IIQQII", len(p), 0, len(data), 116444736000000000, 0, 0) + p + data
        out += bytes(-len(out) % 8)
    return bytes([kind]) + out + struct.pack(">IIQQII", 0, 0, 0, 0, 0, 0)


def utf16(text):
    return b"\xff\xfe" + text.encode("utf-16-le")


GPO = "{31B2F340-016D-11D2-945F-00C04FB984F9}"
GROUPS = (b'<Groups clsid="{3125E937-EB16-4b4c-9934-544FC6D24D26}"><User name="A" changed="2019-01-02 03:04:05" uid="{C0020B90-9FF1-4080-9DB3-5CB0DB0123E8}">'
          b'<Properties action="U" cpassword="" subAuthority="RID_ADMIN" userName="A"/></User></Groups>')
SCRIPTS = utf16("[Startup]\r\n0CmdLine=a.cmd\r\n0Parameters=/q\r\n")
KIT = {
    "kit.txt": "computer=検査\r\ncodepage=932\r\nadministrator=yes\r\nfinished=2026-11-25T01:02:03Z\r\n".encode("cp932"),
    "steps.txt": b"tasks|0\r\nstartup/users|0\r\n",
    "asked.txt": b"registry\\run.txt|HKLM\\SOFTWARE\\Winlogon|*\r\n",
    "present.txt": b"HKLM\\SOFTWARE\\Winlogon|DefaultPassword=present\r\nHKLM\\SOFTWARE\\Policies\\X|*=absent\r\n",
    "secedit.inf": utf16("[System Access]\r\nMinimumPasswordLength = 7\r\nNewGuestName = \"G\"\r\n[Privilege Rights]\r\n"
                         "SeDebugPrivilege = *S-1-5-32-544,G\r\n[Registry Values]\r\nMACHINE\\Software\\Policies\\X\\A=4,1\r\n"),
    "auditpol.csv": b"PC1,System,x,{0CCE9215-69AE-11D9-BED3-505054503030},x,,1\r\n",
    "registry/lsa.reg": utf16("Windows Registry Editor Version 5.00\r\n\r\n[%s]\r\n\"A\"=dword:00000005\r\n\r\n" % LSA),
    "registry/run.txt": b"\r\nHKEY_LOCAL_MACHINE\\SOFTWARE\\Winlogon\r\n    A    REG_SZ    b\r\n\r\n",
    "tasks/a/b": utf16("<Task xmlns=\"http://schemas.microsoft.com/windows/2004/02/mit/task\"><Triggers><BootTrigger/></Triggers>"
                       "<Actions><Exec><Command>x</Command></Exec></Actions></Task>"),
    "startup/users.txt": b"C:\\Users\\a|b.lnk\r\n",
    "policy/GroupPolicy/Machine/Scripts/scripts.ini": SCRIPTS,
    "policy/History/" + GPO + "/Machine/Preferences/Groups/Groups.xml": GROUPS,
    "policy/templates/gpt00000.dom": b"[Service General Setting]\r\n\"Spooler\",4,\"\"\r\n",
}
POL = b"PReg\1\0\0\0" + "[Software\\Policies\\X\0;A\0;".encode("utf-16-le") + b"\4\0\0\0;\0\4\0\0\0;\0\1\0\0\0" + "]".encode("utf-16-le")
CACHE = {
    "ProgramData/Microsoft/Group Policy/History/" + GPO + "/Machine/Preferences/Groups/Groups.xml": GROUPS,
    "ProgramData/ntuser.pol": POL,
    "Windows/security/templates/policies/gpt00000.dom": KIT["secedit.inf"],
    "Windows/security/templates/policies/gpt00001.inf": KIT["policy/templates/gpt00000.dom"],
    "Windows/security/audit/audit.csv": KIT["auditpol.csv"],
}
IMAGE = {**CACHE, "Windows/System32/config/SYSTEM": b"regf", "Windows/System32/Tasks/a": KIT["tasks/a/b"],
         "Windows/System32/GroupPolicyUsers/S-1-5-32-545/User/Scripts/psscripts.ini": SCRIPTS,
         "Users/a/NTUSER.DAT": b"regf",
         "Users/a/AppData/Local/Microsoft/Group Policy/History/" + GPO + "/User/Preferences/Groups/Groups.xml": GROUPS,
         "ProgramData/Microsoft/Windows/Start Menu/Programs/Startup/a.lnk": b""}
SIGNED = {**KIT, "manifest.txt": "".join("%s *%s\r\n" % (hashlib.sha256(d).hexdigest(), p.replace("/", "\\")) for p, d in KIT.items()).encode()}

put("host_bundle", "kit", bundle(KIT, 0))
put("host_bundle", "kit-manifest", bundle(SIGNED, 0))
put("host_bundle", "image", bundle(IMAGE, 1))
put("host_bundle", "hives", bundle({"SYSTEM": b"regf", "SAM": b""}, 2))
put("host_bundle", "cache", bundle(CACHE, 3))
put("reg_query", "small", b"\r\nHKEY_LOCAL_MACHINE\\SOFTWARE\\X\r\n    Number    REG_DWORD    0x1F\r\n    List    REG_MULTI_SZ    a\\0b\r\n"
    + "    (既定)    REG_SZ    あ\r\n".encode("cp932"))
