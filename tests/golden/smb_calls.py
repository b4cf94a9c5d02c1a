#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes questions and answers of the registry and share calls with Samba's own encoder: an independent oracle for
audit/collect/smb/winreg_ndr.c and srvsvc_ndr.c.

Run from the top of the tree with Debian's python3-samba; the output is committed (smb_calls.tsv: name, bytes in hex; the answers
also as tests/fuzz/corpus/winreg_ndr/*.bin and srvsvc_ndr/*.bin, with the byte before them that the fuzz targets take as the
call)."""
import pathlib

from samba.dcerpc import misc, srvsvc, winreg
from samba.ndr import ndr_pack_in, ndr_pack_out

HANDLE = misc.policy_handle()
HANDLE.uuid = misc.GUID("01020304-0506-0708-090a-0b0c0d0e0f10")
ENUM_KEY, ENUM_VALUE, QUERY_VALUE, HANDLE_ONLY = 0, 1, 2, 3
lines, files = [], {}


def question(name, call):
    lines.append((name, ndr_pack_in(call)))


def answer(name, call, target, kind):
    data = ndr_pack_out(call)
    lines.append((name, data))
    files[(target, name)] = bytes([kind]) + data


def text(value):
    s = winreg.String()
    s.name = value
    return s


def name_buffer(kind, value, size):
    b = kind()
    b.name, b.size = value, size
    return b


def open_key(path, access):
    r = winreg.OpenKey()
    r.in_parent_handle, r.in_keyname, r.in_options, r.in_access_mask = HANDLE, text(path), 0, access
    return r


def value_answer(data, kind, code=0, size=None):
    r = winreg.QueryValue()
    r.out_type = kind
    if data is not None:
        r.out_data = list(data)
        r.out_data_length = len(data)
    else:
        r.out_data_length = 0
    r.out_data_size = len(data) if size is None else size
    r.result = code
    return r


question("open_key", open_key("SYSTEM\\X\u9375", 0x20119))
question("open_key_odd", open_key("AB", 0x20019))

r = winreg.OpenHKLM()
r.in_access_mask = 0x20019
r.in_system_name = None
question("open_hklm", r)
r.out_handle = HANDLE
r.result = 0
answer("handle", r, "winreg_ndr", HANDLE_ONLY)

answer("dword", value_answer(b"\x01\0\0\0", 4), "winreg_ndr", QUERY_VALUE)
answer("qword", value_answer(bytes(range(8)), 11), "winreg_ndr", QUERY_VALUE)
answer("text", value_answer("c:\\one.exe\0".encode("utf-16-le"), 1), "winreg_ndr", QUERY_VALUE)
answer("several", value_answer("one\0\u9375\0\0".encode("utf-16-le"), 7), "winreg_ndr", QUERY_VALUE)
answer("odd", value_answer(b"abc", 3), "winreg_ndr", QUERY_VALUE)
answer("only_size", value_answer(None, 1, size=28), "winreg_ndr", QUERY_VALUE)
answer("more_data", value_answer(None, 1, 234, 70000), "winreg_ndr", QUERY_VALUE)

r = winreg.EnumKey()
r.out_name = name_buffer(winreg.StringBuf, "Sub \u30ad\u30fc", 1024)
r.out_keyclass = name_buffer(winreg.StringBuf, "", 1024)
r.out_last_changed_time = 133000000000000000
r.result = 0
answer("enum_key", r, "winreg_ndr", ENUM_KEY)

r = winreg.EnumValue()
r.out_name = name_buffer(winreg.ValNameBuf, "DefaultPassword", 32768)
r.out_type, r.out_size, r.out_length = 1, 28, 0
r.result = 0
answer("enum_value", r, "winreg_ndr", ENUM_VALUE)

r = srvsvc.NetShareEnumAll()
r.in_server_unc = "\\\\host"
ctr = srvsvc.NetShareInfoCtr()
ctr.level = 1
ctr1 = srvsvc.NetShareCtr1()
ctr1.count, ctr1.array = 0, None
ctr.ctr = ctr1
r.in_info_ctr, r.in_max_buffer, r.in_resume_handle = ctr, 0xffffffff, 7
question("share_enum", r)


def share(name, kind, remark):
    s = srvsvc.NetShareInfo1()
    s.name, s.type, s.comment = name, kind, remark
    return s


ctr1 = srvsvc.NetShareCtr1()
ctr1.array = [share("C$", 0x80000000, "Default share"), share("\u5171\u6709", 0, ""), share("IPC$", 0x80000003, None)]
ctr1.count = 3
ctr.ctr = ctr1
r.out_info_ctr, r.out_totalentries, r.out_resume_handle = ctr, 3, 9
r.result = 234
answer("shares", r, "srvsvc_ndr", 0)

root = pathlib.Path("tests")
with open(root / "golden/smb_calls.tsv", "w") as f:
    for name, data in lines:
        f.write("%s\t%s\n" % (name, data.hex()))
for (target, name), data in files.items():
    folder = root / "fuzz/corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / (name + ".bin")).write_bytes(data if target == "winreg_ndr" else data[1:])
