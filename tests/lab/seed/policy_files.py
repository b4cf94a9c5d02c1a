"""The files of a policy as Windows writes them: Registry.pol, GptTmpl.inf, audit.csv, GPT.INI, scripts.ini, preferences.

Own writers, from [MS-GPREG] 2.2.1, [MS-GPSB] 2.2, [MS-GPAC] 2.2.1, [MS-GPPREF] 2.2 and [MS-GPSCR] 2.2. Used by the seed of
the directory and by the offline estate (tests/lab/offline), which keeps copies of applied policies."""
import base64
import struct
from xml.sax.saxutils import quoteattr

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

REG_SZ, REG_EXPAND_SZ, REG_BINARY, REG_DWORD, REG_MULTI_SZ, REG_QWORD = 1, 2, 3, 4, 7, 11
# The key of every cpassword in the world: Microsoft published it ([MS-GPPREF] 2.2.1.1.4).
PUBLISHED_KEY = bytes.fromhex("4e9906e8fcb66cc9faf49310620ffee8f496e806cc057990209b09a433b66c1b")
# extension and tool of each kind of setting, as a policy's directory object lists them
EXTENSIONS = {
    "registry": ("{35378EAC-683F-11D2-A89A-00C04FBBCFA2}", "{D02B1F72-3407-48AE-BA88-E8213C6761F1}"),
    "security": ("{827D319E-6EAC-11D2-A4EA-00C04F79F83A}", "{803E14A0-B4FB-11D0-A0D0-00A0C90F574B}"),
    "audit": ("{F3CCC681-B74C-4060-9F26-CD84525DCA2A}", "{0F3F3735-573D-9804-99E4-AB2A69BA5FD4}"),
    "scripts": ("{42B5FAAE-6536-11D2-AE5A-0000F87571E3}", "{40B6664F-4972-11D1-A7CA-0000F87571E3}"),
    "groups": ("{17D89FEC-5C44-4972-B12D-241CAEF74509}", "{79F92669-4224-476C-9C5C-6EFB4D87DF4A}"),
    "services": ("{91FBB303-0CD5-4055-BF42-E512A681B325}", "{CC5746A9-9B74-4BE5-AE2E-64379C86E0E4}"),
    "tasks": ("{AADCED64-746C-4633-A97C-D61349046527}", "{CAB54552-DEEA-4691-817E-ED4A4D1AFC72}"),
    "registry-preference": ("{B087BE9D-ED37-454F-AF9C-04291E351182}", "{BEE07A6A-EC9F-4659-B8C9-0B1937907C83}"),
    "drives": ("{5794DAFD-BE60-433F-88A2-1A31939AC01F}", "{2EA1A81B-48E5-45E9-8BB7-A6E3AC170006}"),
}
SUBCATEGORIES = {     # GUID is {0cce92XX-69ae-11d9-bed3-505054503030}
    "Security State Change": 0x10, "Security System Extension": 0x11, "System Integrity": 0x12, "Logon": 0x15, "Logoff": 0x16, "Account Lockout": 0x17,
    "Special Logon": 0x1b, "Other Logon/Logoff Events": 0x1c, "Group Membership": 0x49, "File Share": 0x24, "Removable Storage": 0x45,
    "Sensitive Privilege Use": 0x28, "Process Creation": 0x2b, "Plug and Play Events": 0x48, "Audit Policy Change": 0x2f,
    "Authentication Policy Change": 0x30, "MPSSVC Rule-Level Policy Change": 0x32, "User Account Management": 0x35, "Computer Account Management": 0x36,
    "Security Group Management": 0x37, "Directory Service Access": 0x3b, "Directory Service Changes": 0x3c, "Credential Validation": 0x3f,
    "Kerberos Service Ticket Operations": 0x40, "Kerberos Authentication Service": 0x42, "Other Object Access Events": 0x27}
NONE, SUCCESS, FAILURE, BOTH = 0, 1, 2, 3
AUDIT_WORDS = {NONE: "No Auditing", SUCCESS: "Success", FAILURE: "Failure", BOTH: "Success and Failure"}


def subcategory(name):
    return "{0cce92%02x-69ae-11d9-bed3-505054503030}" % SUBCATEGORIES[name]


def utf16(text):
    return text.encode("utf-16-le")


def value_bytes(value, kind=None):
    """Registry type and bytes of a Python value: int is REG_DWORD, str REG_SZ, list REG_MULTI_SZ, bytes REG_BINARY."""
    if isinstance(value, bool) or isinstance(value, int):
        return kind or REG_DWORD, struct.pack("<Q" if kind == REG_QWORD else "<I", value)
    if isinstance(value, str):
        return kind or REG_SZ, utf16(value + "\0")
    if isinstance(value, list):
        return REG_MULTI_SZ, utf16("".join(v + "\0" for v in value) + "\0")
    return kind or REG_BINARY, value


def registry_pol(settings):
    """settings: [(key without hive, value name, value)]; value None deletes, a name such as **delvals. stays as it is."""
    out = b"PReg" + struct.pack("<I", 1)
    for key, name, value in settings:
        if value is None:
            name, kind, data = "**del." + name, REG_SZ, utf16(" \0")
        else:
            kind, data = value_bytes(value)
        out += utf16("[%s\0;%s\0;" % (key, name)) + struct.pack("<I", kind) + utf16(";") + struct.pack("<I", len(data)) + utf16(";") + data + utf16("]")
    return out


def inf_value(value):
    """The right side of a line in [Registry Values]: type,data."""
    if isinstance(value, int):
        return "4,%d" % value
    if isinstance(value, list):
        return "7," + ",".join(value)
    return '1,"%s"' % value


def template(sections, registry=(), rights=None, members=None, services=None):
    """A security template: sections {name: {setting: value}}, registry [(key, name, value)] below HKLM, rights {right: [SID]},
    members {group: ([members], [member of])}, services {name: start}. UTF-16LE with a byte order mark."""
    lines = ["[Unicode]", "Unicode=yes"]
    for name, settings in sections.items():
        lines += ["[%s]" % name] + ["%s = %s" % (k, '"%s"' % v if isinstance(v, str) else v) for k, v in settings.items()]
    if registry:
        lines += ["[Registry Values]"] + ["MACHINE\\%s\\%s=%s" % (k, n, inf_value(v)) for k, n, v in registry]
    if rights is not None:
        lines += ["[Privilege Rights]"] + ["%s = %s" % (r, ",".join("*" + s if s.startswith("S-1-") else s for s in sids)) for r, sids in rights.items()]
    if members:
        lines += ["[Group Membership]"]
        for group, (inside, member_of) in members.items():
            for word, them in (("Memberof", member_of), ("Members", inside)):
                if them is not None:
                    lines.append("*%s__%s = %s" % (group, word, ",".join("*" + s if s.startswith("S-1-") else s for s in them)))
    if services:
        lines += ["[Service General Setting]"] + ['"%s",%d,""' % s for s in services.items()]
    lines += ["[Version]", 'signature="$CHICAGO$"', "Revision=1"]
    return b"\xff\xfe" + utf16("\r\n".join(lines) + "\r\n")


def audit_csv(settings):
    rows = ["Machine Name,Policy Target,Subcategory,Subcategory GUID,Inclusion Setting,Exclusion Setting,Setting Value"]
    rows += [",System,Audit %s,%s,%s,,%d" % (n, subcategory(n), AUDIT_WORDS[v], v or 4) for n, v in settings.items()]
    return ("\r\n".join(rows) + "\r\n").encode()


def gpt_ini(version, name=None, encoding="utf-8"):
    text = "[General]\r\nVersion=%d\r\n" % version
    return (text + ("displayName=%s\r\n" % name if name else "")).encode(encoding)


def scripts_ini(sections, extra=""):
    """sections: {"Startup": [(command, parameters)]}"""
    lines = [extra] if extra else []
    for section, scripts in sections.items():
        lines.append("[%s]" % section)
        for i, (command, parameters) in enumerate(scripts):
            lines += ["%dCmdLine=%s" % (i, command), "%dParameters=%s" % (i, parameters)]
    return b"\xff\xfe" + utf16("\r\n" + "\r\n".join(lines) + "\r\n")


def cpassword(text):
    """Hidden with the published key: AES-256-CBC, no initial vector, padded; base64 without its padding."""
    data = utf16(text)
    n = 16 - len(data) % 16
    e = Cipher(algorithms.AES(PUBLISHED_KEY), modes.CBC(bytes(16))).encryptor()
    return base64.b64encode(e.update(data + bytes([n]) * n) + e.finalize()).decode().rstrip("=")


def element(name, attributes, *children):
    head = "<" + name + "".join(" %s=%s" % (k, quoteattr(str(v))) for k, v in attributes.items() if v is not None)
    return head + ("/>" if not children else ">" + "".join(children) + "</%s>" % name)


def preference(outer, clsid, *items):
    return ('<?xml version="1.0" encoding="utf-8"?>\r\n' + element(outer, {"clsid": clsid}, *items)).encode()


def item(kind, clsid, uid, changed, properties, name=None, inner=(), filters="", **more):
    """One preference; changed: "2013-07-04 01:02:03"."""
    attributes = {"clsid": clsid, "name": name, "image": 2, "changed": changed, "uid": uid}
    attributes.update(more)
    return element(kind, attributes, element("Properties", properties, *inner), filters)
