#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the first corpora of the targets gpp, task_xml, cpassword and script. Run from anywhere; the output is committed.
The passwords are encrypted with the key that [MS-GPPREF] 2.2.1.1.4 publishes, and are nobody's."""
import base64
import pathlib
import subprocess

TOP = pathlib.Path(__file__).resolve().parent
KEY = "4e9906e8fcb66cc9faf49310620ffee8f496e806cc057990209b09a433b66c1b"
UID = "{C0020B90-9FF1-4080-9DB3-5CB0DB0123E8}"


def put(target, name, data):
    folder = TOP / target
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())


def encrypt(text):
    out = subprocess.run(["openssl", "enc", "-aes-256-cbc", "-K", KEY, "-iv", "0" * 32], input=text.encode("utf-16-le"),
                         capture_output=True, check=True).stdout
    return base64.b64encode(out).decode().rstrip("=")


PASSWORD = encrypt("Corpus-2026")
ITEMS = {
    "groups": f'<Groups><User uid="{UID}" changed="2018-12-21 07:39:24"><Properties action="U" cpassword="{PASSWORD}" '
              'subAuthority="RID_ADMIN" userName="Administrator (built-in)" acctDisabled="0"/></User><Group disabled="1">'
              '<Properties groupSid="S-1-5-32-544" groupName="x" deleteAllUsers="1"><Members><Member name="a" action="ADD" '
              'sid="S-1-1-0"/></Members></Properties></Group></Groups>',
    "services": f'<NTServices><NTService><Properties serviceName="s" startupType="DISABLED" serviceAction="STOP" '
                f'accountName="a" cpassword="{PASSWORD}" program="p" args="-pw x"/></NTService></NTServices>',
    "registry": '<RegistrySettings><Collection><Filters><FilterRunOnce/></Filters><Registry><Properties action="U" '
                'hive="HKEY_LOCAL_MACHINE" key="K" name="n" type="REG_MULTI_SZ" value="a b"><Values><Value>a</Value>'
                '<Value>b</Value></Values></Properties></Registry></Collection><Registry><Properties action="D" '
                'hive="HKEY_CURRENT_USER" key="K" name="" default="1" type="REG_DWORD" value="0000000A"/></Registry>'
                '<Registry><Properties action="C" hive="HKEY_CLASSES_ROOT" key="K" name="b" type="REG_BINARY" value="01ff"/>'
                '</Registry></RegistrySettings>',
    "others": f'<R><Drive><Properties path="p" cpassword=""/></Drive><DataSource><Properties dsn="d" username="u" '
              f'cpassword="{PASSWORD}"><Attributes><Attribute name="PWD" value="x"/></Attributes></Properties></DataSource>'
              '<Shortcut><Properties shortcutPath="s" targetPath="t" arguments="a"/></Shortcut><Ini><Properties path="i" '
              'property="Password" value="v"/></Ini></R>',
}
TASK = ('<Task version="1.4" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task"><RegistrationInfo><URI>\\x</URI>'
        '<Date>2026-01-02T03:04:05</Date><Description>d</Description></RegistrationInfo><Triggers><BootTrigger/>'
        '<LogonTrigger><Enabled>false</Enabled></LogonTrigger></Triggers><Principals><Principal id="A"><UserId>S-1-5-18</UserId>'
        '<RunLevel>HighestAvailable</RunLevel></Principal></Principals><Settings><Hidden>true</Hidden></Settings>'
        '<Actions Context="A"><Exec><Command>net.exe</Command><Arguments>use Z: \\\\s\\t geheim /user:x</Arguments></Exec>'
        '<ComHandler><ClassId>{A6BA00FE-40E8-477C-B713-C64A14F18ADB}</ClassId></ComHandler></Actions></Task>')
SCRIPTS = {
    "batch": "@echo off\r\nset PW=geheim\r\nnet use Z: \\\\s\\t ^\r\n geheim /user:x\r\nnet user bob geheim /add\r\n"
             "schtasks /create /ru x /rp geheim\r\npsexec -p geheim\r\n",
    "powershell": "$p = ConvertTo-SecureString 'geheim' -AsPlainText -Force\n$c = New-Object Net.NetworkCredential('a','geheim')\n",
    "vbs": 'n.MapNetworkDrive "Z:", "\\\\s\\t", False, "a", "geheim"\r\npw = "geheim"\r\no.OpenDSObject("L", "a", "geheim", 1)\r\n',
    "reg": 'Windows Registry Editor Version 5.00\r\n\r\n"DefaultPassword"="geheim"\r\n',
}

for name, text in ITEMS.items():
    put("gpp", name, '<?xml version="1.0" encoding="utf-8"?>\n' + text)
put("gpp", "task", f'<ScheduledTasks><TaskV2 uid="{UID}"><Properties runAs="x" cpassword="{PASSWORD}">{TASK}</Properties></TaskV2>'
                   '<ImmediateTask><Properties appName="a" args="b" comment="c"/></ImmediateTask></ScheduledTasks>')
put("gpp", "doctype", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
put("gpp", "shift_jis", '<?xml version="1.0" encoding="Shift_JIS"?><Groups><User name="病"/></Groups>'.encode("cp932"))
put("task_xml", "utf8", TASK)
put("task_xml", "utf16", b"\xff\xfe" + ('<?xml version="1.0" encoding="UTF-16"?>' + TASK).encode("utf-16-le"))
put("cpassword", "set", PASSWORD)
put("cpassword", "empty", encrypt(""))
put("cpassword", "padded", PASSWORD + "==")
for name, text in SCRIPTS.items():
    put("script", name, text)
put("script", "utf16", b"\xff\xfe" + SCRIPTS["vbs"].encode("utf-16-le"))
