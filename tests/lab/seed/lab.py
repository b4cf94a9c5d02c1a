"""Writing into the lab's directory: the database, the clock, the small builders.

Everything goes straight into sam.ldb as the system account, in one transaction, with the
clock set (libfaketime) to the moment at which the change is to have happened."""
import datetime
import hashlib
import os
import struct
import sys

import ldb
from samba import dsdb, param
from samba.auth import system_session
from samba.dcerpc import misc, security
from samba.ndr import ndr_pack, ndr_unpack
from samba.samdb import SamDB

NOW = int(os.environ["LAB_NOW"])          # the true time, in seconds since 1970
DAY = 86400
BASE = os.environ["LAB_BASEDN"]
CONFIG = "CN=Configuration," + BASE
SCHEMA = "CN=Schema," + CONFIG
DOMAIN = os.environ["LAB_DOMAIN"]
SID = os.environ["LAB_DOMAIN_SID"]
STATE = os.environ["LAB_STATE"]
SYSTEM_CONTROLS = ["relax:0"]

_used = set()


def clock(days_ago, seconds=None):
    """From here on it is DAYS_AGO days before now. Never twice the same second, unless
    `seconds` (an offset into that day) is given: then the clock stands still there."""
    at = NOW - int(days_ago * DAY)
    if seconds is None:
        while at in _used:
            at += 1
        _used.add(at)
    else:
        at = at - at % DAY + seconds
    text = datetime.datetime.fromtimestamp(at, datetime.timezone.utc).strftime("%Y-%m-%d %H:%M:%S")
    with open(os.environ["LAB_CLOCK"], "w") as f:
        f.write(text)
    return at


def filetime(days_ago):
    """100 ns since 1601, DAYS_AGO days before now (negative: in the future)."""
    return str((NOW - int(days_ago * DAY) + 11644473600) * 10000000)


def ago(days):
    """GeneralizedTime."""
    t = datetime.datetime.fromtimestamp(NOW - int(days * DAY), datetime.timezone.utc)
    return t.strftime("%Y%m%d%H%M%S.0Z")


def secret(name):
    """A password that exists only in the lab."""
    return "Lab-" + hashlib.sha256(("kagimori lab " + name).encode()).hexdigest()[:20]


def noise(name, n):
    """n bytes that look random and are the same in every build."""
    out = b""
    while len(out) < n:
        out += hashlib.sha256(("kagimori noise %s %d" % (name, len(out))).encode()).digest()
    return out[:n]


def password_file(name, password=None):
    path = os.path.join(STATE, "accounts", name + ".password")
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.write(fd, (password or secret(name)).encode())
    os.close(fd)


lp = param.LoadParm()
lp.load("/etc/samba/smb.conf")
lp.set("dsdb:schema update allowed", "yes")
sam = SamDB("/var/lib/samba/private/sam.ldb", session_info=system_session(), lp=lp)


def dn(text):
    """'OU=x' → full name; 'CN=a,<config>' → in the configuration partition."""
    if text.endswith("<config>"):
        return text[:-8] + CONFIG
    if text.endswith("<schema>"):
        return text[:-8] + SCHEMA
    if text.endswith(BASE):
        return text
    return text + "," + BASE if text else BASE


def rdn(value):
    """The value of a name with everything escaped that means something in a DN."""
    return "".join("\\%02X" % ord(c) if c in ',=+<>#;"\\' else c for c in value)


def add(name, classes, attrs=None, controls=None):
    m = {"dn": dn(name), "objectClass": classes}
    for k, v in (attrs or {}).items():
        if v is None:
            continue
        m[k] = v if isinstance(v, (list, bytes)) else str(v)
    try:
        sam.add(m, controls or SYSTEM_CONTROLS)
    except ldb.LdbError as e:
        raise SystemExit("add %s: %s" % (dn(name), e))
    return dn(name)


def change(name, attrs, flag=ldb.FLAG_MOD_REPLACE, controls=None):
    m = ldb.Message(ldb.Dn(sam, dn(name)))
    for k, v in attrs.items():
        if not isinstance(v, (list, bytes)):
            v = str(v)
        m[k] = ldb.MessageElement(v, flag, k)
    try:
        sam.modify(m, controls or SYSTEM_CONTROLS)
    except ldb.LdbError as e:
        raise SystemExit("change %s %s: %s" % (dn(name), list(attrs), e))


def append(name, attr, values, controls=None):
    change(name, {attr: values if isinstance(values, list) else [values]}, ldb.FLAG_MOD_ADD, controls)


def get(name, attr, scope=ldb.SCOPE_BASE):
    r = sam.search(dn(name), scope, attrs=[attr])
    return r[0].get(attr, idx=0) if attr in r[0] else None


def sid_of(account):
    if account.startswith("S-1-"):
        return account
    r = sam.search(BASE, ldb.SCOPE_SUBTREE, "(sAMAccountName=%s)" % ldb.binary_encode(account), attrs=["objectSid"])
    if len(r) != 1:
        raise SystemExit("no such account: " + account)
    return str(ndr_unpack(security.dom_sid, r[0]["objectSid"][0]))


def dn_of(account):
    r = sam.search(BASE, ldb.SCOPE_SUBTREE, "(sAMAccountName=%s)" % ldb.binary_encode(account), attrs=["cn"])
    if len(r) != 1:
        raise SystemExit("no such account: " + account)
    return str(r[0].dn)


def set_password(name, password):
    change(name, {"unicodePwd": ('"%s"' % password).encode("utf-16-le")})


# userAccountControl
DISABLED, LOCKOUT, NOT_REQUIRED, REVERSIBLE = 0x2, 0x10, 0x20, 0x80
NORMAL, WORKSTATION, SERVER, NEVER_EXPIRES, SMARTCARD = 0x200, 0x1000, 0x2000, 0x10000, 0x40000
UNCONSTRAINED, NOT_DELEGATED, DES_ONLY, NO_PREAUTH, PROTOCOL_TRANSITION = 0x80000, 0x100000, 0x200000, 0x400000, 0x1000000


def first_password(password, created, password_set):
    """Nothing when another follows at once: deriving the keys of a password costs 15 ms."""
    return ('"%s"' % password).encode("utf-16-le") if password_set in (None, created) else None


def user(account, ou, display=None, uac=NORMAL, created=400, password_set=None, logon=3, password=None, cn=None, **attrs):
    """A user created CREATED days ago, whose password is PASSWORD_SET days old and who
    logged on LOGON days ago (None: never)."""
    name = "CN=%s,%s" % (cn or account, ou)
    clock(created)
    a = {"sAMAccountName": account, "userPrincipalName": "%s@%s" % (account, DOMAIN),
         "displayName": display, "userAccountControl": uac & ~SMARTCARD,
         "unicodePwd": first_password(password or secret(account), created, password_set)}
    a.update({k.replace("__", "-"): v for k, v in attrs.items()})
    add(name, "user", a)
    if password_set is not None and password_set != created:
        clock(password_set)
        set_password(name, password or secret(account))
    if uac & SMARTCARD:
        change(name, {"userAccountControl": uac})
    if logon is not None:
        stamp(name, logon)
    return dn(name)


def stamp(name, days, count=20):
    """Last logon."""
    change(name, {"lastLogonTimestamp": filetime(days), "lastLogon": filetime(days), "logonCount": count},
           controls=["relax:0", "bypassoperational:0"])


def computer(account, ou, os_name=None, os_version=None, uac=WORKSTATION, created=700, password_set=12, logon=2, **attrs):
    name = "CN=%s,%s" % (account, ou)
    clock(created)
    fqdn = "%s.%s" % (account.lower(), DOMAIN)
    a = {"sAMAccountName": account + "$", "userAccountControl": uac, "dNSHostName": fqdn,
         "operatingSystem": os_name, "operatingSystemVersion": os_version,
         "servicePrincipalName": ["HOST/" + account, "HOST/" + fqdn],
         "unicodePwd": first_password(secret(account), created, password_set)}
    a.update({k.replace("__", "-"): v for k, v in attrs.items()})
    add(name, "computer", a)
    if password_set is not None and password_set != created:
        clock(password_set)
        set_password(name, secret(account))
    if logon is not None:
        stamp(name, logon)
    return dn(name)


def group(account, ou, members=(), scope="global", created=1500, security_group=True, cn=None, **attrs):
    kinds = {"global": 2, "local": 4, "universal": 8}
    t = kinds[scope] | (-0x80000000 if security_group else 0)
    clock(created)
    name = "CN=%s,%s" % (cn or account, ou)
    a = {"sAMAccountName": account, "groupType": t}
    a.update({k.replace("__", "-"): v for k, v in attrs.items()})
    add(name, "group", a)
    if members:
        join(account, members)
    return dn(name)


def join(group_account, members, days_ago=None):
    if days_ago is not None:
        clock(days_ago)
    append(dn_of(group_account) if "=" not in group_account else group_account,
           "member", [m if "=" in m else dn_of(m) for m in members])


# ---- security descriptors ----

GUID = {
    # extended rights
    "replicate-changes": "1131f6aa-9c07-11d1-f79f-00c04fc2dcd2",
    "replicate-changes-all": "1131f6ad-9c07-11d1-f79f-00c04fc2dcd2",
    "replicate-filtered-set": "89e95b76-444d-4c62-991a-0facbeda640c",
    "reset-password": "00299570-246d-11d0-a768-00aa006e0529",
    "enroll": "0e10c968-78fb-11d2-90d4-00c04f79dc55",
    "autoenroll": "a05b8cc2-17bc-4802-a710-e7c15ab866a2",
    # attributes
    "member": "bf9679c0-0de6-11d0-a285-00aa003049e2",
    "servicePrincipalName": "f3a64788-5306-11d1-a9c5-0000f80367c1",
    "gPLink": "f30e3bbe-9ff0-11d1-b603-0000f80367c1",
    "allowedToAct": "3f78c3e5-f79a-46bd-a0b8-9d18116ddc79",
    "keyCredential": "5b47d60f-6090-40b2-9f37-2a4de88f3063",
    "userAccountControl": "bf967a68-0de6-11d0-a285-00aa003049e2",
    "user": "bf967aba-0de6-11d0-a285-00aa003049e2",
    "computer": "bf967a86-0de6-11d0-a285-00aa003049e2",
    "group": "bf967a9c-0de6-11d0-a285-00aa003049e2",
}


def descriptor(name):
    r = sam.search(dn(name), ldb.SCOPE_BASE, attrs=["nTSecurityDescriptor"], controls=["sd_flags:1:7"])
    return ndr_unpack(security.descriptor, r[0]["nTSecurityDescriptor"][0])


def put_descriptor(name, sd, flags=4):
    change(name, {"nTSecurityDescriptor": ndr_pack(sd)}, controls=["relax:0", "sd_flags:1:%d" % flags])


def allow(name, trustee, rights, guid=None, inherited_by=None, flags="", kind="A"):
    """One access control entry. rights: SDDL letters; guid: what it is limited to."""
    sd = descriptor(name)
    sid = sid_of(trustee)
    g = GUID.get(guid, guid) if guid else ""
    i = GUID.get(inherited_by, inherited_by) if inherited_by else ""
    if g or i:
        ace = "(O%s;%s;%s;%s;%s;%s)" % (kind, flags, rights, g, i, sid)
    else:
        ace = "(%s;%s;%s;;;%s)" % (kind, flags, rights, sid)
    new = security.descriptor.from_sddl("D:" + ace, security.dom_sid(SID)).dacl.aces[0]
    sd.dacl_add(new)
    put_descriptor(name, sd)


def own(name, trustee):
    sd = descriptor(name)
    sd.owner_sid = security.dom_sid(sid_of(trustee))
    put_descriptor(name, sd, 1)


# ---- facts: what was seeded, said where it is seeded; `lab facts` makes the table of FACTS.md ----

facts = []


def fact(topic, subjects, what, verdict="fail"):
    """TOPIC: short name of the matter. SUBJECTS: account names, or 'DN' for other objects."""
    for s in [subjects] if isinstance(subjects, str) else subjects:
        facts.append((topic, s, verdict, what))


def clean(topic, subjects, what=""):
    fact(topic, subjects, what, "pass")


def resolved_facts():
    out = []
    for topic, s, verdict, what in facts:
        if "=" in s or s.startswith("("):
            kind, key = "object", ""
            name = s.replace("," + CONFIG, ",<config>").replace("," + BASE, "")
        else:
            name, kind = s, "account"
            key = sid_of(s).replace(SID + "-", "…-")
        out.append({"topic": topic, "verdict": verdict, "object": name, "kind": kind, "sid": key, "what": what})
    return out
