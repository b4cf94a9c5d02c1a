"""Makes the hosts of hosts.py.

usage: host_build.py files DIRECTORY NAME…   what must be there before a host's namespaces: smb.conf, accounts of its Unix, services, shares
       host_build.py fill NAME               inside them: passdb, aliases, policy, rights, machine SID, registry
       host_build.py farm TEMPLATE DIRECTORY N   copies of a made host, each with a machine SID of its own

Samba's files other than passdb are written directly: each of its tools takes as long to start as the whole host takes here."""
import os
import shutil
import struct
import subprocess
import sys

import tdb
from hosts import *

VAR = "/var/lib/samba/"
GROUPS = {ADMINISTRATORS: "Administrators", USERS: "Users", GUESTS: "Guests", BACKUP: "Backup Operators", RDP_USERS: "Remote Desktop Users",
          DCOM_USERS: "Distributed COM Users", WINRM_USERS: "Remote Management Users"}
# the bits of Samba's privileges (gen_ndr/security.h)
PRIVILEGES = {"SeRemoteShutdownPrivilege": 0x100, "SeBackupPrivilege": 0x200, "SeRestorePrivilege": 0x400, "SeTakeOwnershipPrivilege": 0x800,
              "SeLoadDriverPrivilege": 0x4000, "SeDebugPrivilege": 0x200000, "SeImpersonatePrivilege": 0x8000000}
EVERYTHING = 0x1FFFFFF0


def put(path, text, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    os.chmod(path, mode)


def files(top, names):
    for name in names:
        h, d = BY_NAME[name], os.path.join(top, name)
        for sub in ("samba/private", "cache", "log", "run", "etc"):
            os.makedirs(os.path.join(d, sub), exist_ok=True)
        addresses = [a + m for a, m in ((h.ipv4, "/24"), (h.ipv6, "/64")) if a and a != "-"]
        options = {"netbios name": h.name, "workgroup": "KAGIMORI" if h.in_directory else "WORKGROUP", "server role": "standalone server", "passdb backend": "tdbsam",
                   "server string": "", "interfaces": " ".join(addresses), "bind interfaces only": "yes", "smb ports": "445",
                   "log level": "1 auth_json_audit:3@/var/log/samba/auth.json", "log file": "/var/log/samba/smbd.log", "max log size": "0",
                   "load printers": "no", "printcap name": "/dev/null", "disable spoolss": "no" if spooler(h) else "yes",
                   "guest account": "nobody", "svcctl list": " ".join(n for n in h.services if n not in ("Spooler", "RemoteRegistry", "NETLOGON")),
                   "check password script": "/bin/true" if h.policy["complexity"] else "", "unix charset": "UTF-8", "dos charset": "CP932",
                   "deadtime": "0", "multicast dns register": "no"}
        options.update(smb_options(h))
        conf = "[global]\n" + "".join("    %s = %s\n" % o for o in options.items())
        admins = " ".join('"%s"' % u.name for u in h.all_users() if ADMINISTRATORS in u.groups)
        for share, path in (("C$", "c"), ("ADMIN$", "c/Windows")):
            conf += "\n[%s]\n    path = /srv/%s\n    valid users = %s\n    force user = root\n    read only = yes\n" % (share, path, admins)
        for share, comment in h.shares.items():
            os.makedirs(os.path.join(d, "srv", share), exist_ok=True)
            put(os.path.join(d, "srv", share, "readme.txt"), "A share of the lab.\n")
            conf += "\n[%s]\n    path = /srv/%s\n    comment = %s\n    read only = yes\n" % (share, share, comment)
            conf += "    guest ok = yes\n" if comment == "guest" else "    valid users = %s\n" % admins
        put(d + "/etc/smb.conf", conf)
        own = {"RemoteRegistry": "Remote Registry Service", "Spooler": "Print Spooler", "NETLOGON": "Net Logon"}     # what Samba calls them
        put(d + "/etc/services", "".join("%s|%s|%d|%d|%s|%s\n" % ((n, SERVICES[n][0]) + s + (SERVICES[n][1], own.get(n, n))) for n, s in h.services.items()))
        if "RestrictRemoteSam" in h.full_registry().get(LSA, {}):
            put(d + "/etc/restricted", "")
        os.makedirs(d + "/srv/c/Windows/System32/config", exist_ok=True)
        os.makedirs(d + "/srv/c/Users/Public", exist_ok=True)
        os.chmod(d + "/etc", 0o755)
        users = "".join("%s:x:%d:20513::/:/bin/false\n" % (u.name, 20000 + u.rid) for u in h.all_users())
        put(d + "/unix/passwd", "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n" + users)
        put(d + "/unix/group", "root:x:0:\nnogroup:x:65534:\nnone:x:20513:\n" + "".join("alias%d:x:%d:\n" % (g, 30000 + g) for g in GROUPS))
        put(d + "/unix/shadow", "root:*:19000::::::\n", 0o600)
        put(d + "/unix/nsswitch.conf", "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\n")


def spooler(h):
    return h.services.get("Spooler", (STOPPED, 0))[0] == RUNNING


# ---- Samba's own files ----

def store(path, records, mode=0o600):
    t = tdb.Tdb(path, 0, tdb.DEFAULT, os.O_CREAT | os.O_RDWR, mode)
    for k, v in records.items():
        t.store(k, v)
    t.close()


def sid_bytes(text):
    """struct dom_sid in memory: always 15 sub-authorities."""
    parts = [int(x) for x in text.split("-")[3:]]
    return struct.pack("<BB", 1, len(parts)) + (5).to_bytes(6, "big") + struct.pack("<15I", *(parts + [0] * (15 - len(parts))))


def groups(h):
    """group_mapping.tdb: the aliases, and what each SID is a member of."""
    out, member_of = {}, {}
    for g, name in GROUPS.items():
        out[b"UNIXGROUP/S-1-5-32-%d\0" % g] = struct.pack("<II", 30000 + g, 4) + name.encode() + b"\0\0"
    for u in h.all_users():
        for g in u.groups:
            member_of.setdefault("%s-%d" % (h.sid, u.rid), []).append(g)
    for g, sids in h.members.items():
        for s in sids:
            member_of.setdefault(s, []).append(g)
    for s, gs in member_of.items():
        out[b"MEMBEROF/%s\0" % s.encode()] = " ".join("S-1-5-32-%d" % g for g in gs).encode() + b"\0"
    return out


def policy(h):
    p = h.policy
    never = 0xFFFFFFFF
    values = {"bad lockout attempt": p["threshold"], "lockout duration": p["duration"], "reset count minutes": p["window"], "min password length": p["length"],
              "password history": p["history"], "maximum password age": p["max_age"] * DAY if p["max_age"] else never, "minimum password age": 0,
              "user must logon to change password": 0, "disconnect time": never, "refuse machine password change": 0}
    out = {k.encode() + b"\0": struct.pack("<I", v & never) for k, v in values.items()}
    out[b"INFO/version\0"] = struct.pack("<I", 1)
    rights = {"S-1-5-32-544": EVERYTHING, "S-1-5-32-551": PRIVILEGES["SeBackupPrivilege"] | PRIVILEGES["SeRestorePrivilege"], "S-1-1-0": 0}
    for sid, names in h.rights.items():
        rights[sid] = sum(PRIVILEGES[n] for n in names)
    for sid, bits in rights.items():
        out[b"PRIV_" + sid.encode() + b"\0"] = struct.pack("<Q", bits)
    return out


def value(v):
    if isinstance(v, Raw):
        return v.kind, v.data
    if isinstance(v, int):
        return 4, struct.pack("<I", v & 0xFFFFFFFF)
    if isinstance(v, list):
        return 7, ("".join(x + "\0" for x in v if x) + "\0").encode("utf-16-le")
    return 1, (v + "\0").encode("utf-16-le", "surrogatepass")


def registry(h):
    """The registry is a tdb: a record a key with the names of its subkeys, another with its values."""
    keys = {k: {} for k in ("HKLM", "HKU", "HKCR", "HKCU", "HKPD", "HKPT")}
    values = {}
    for path, content in h.full_registry().items():
        parts = path.split("\\")
        for i in range(1, len(parts)):
            keys.setdefault("\\".join(parts[:i]).upper(), {}).setdefault(parts[i].upper(), parts[i])
        keys.setdefault(path.upper(), {})
        values[path.upper()] = content
    out = {b"INFO/version\0": struct.pack("<I", 3)}
    for path, children in keys.items():
        out[path.encode() + b"\0"] = struct.pack("<I", len(children)) + b"".join(c.encode() + b"\0" for c in children.values())
    for path, content in values.items():
        blob = struct.pack("<I", len(content))
        for n, v in content.items():
            kind, data = value(v)
            blob += n.encode() + b"\0" + struct.pack("<II", kind, len(data)) + data
        out[b"SAMBA_REGVAL\\" + path.encode() + b"\0"] = blob
    return out


def accounts(h, now):
    from samba.credentials import Credentials
    from samba.dcerpc import security
    from samba.samba3 import passdb, param
    param.get_context().load("/etc/samba/smb.conf")
    passdb.set_secrets_dir(VAR + "private")
    db = passdb.PDB("tdbsam:" + VAR + "private/passdb.tdb")
    hashes = Credentials()
    crowd = h.users if len(h.users) > 1000 else []
    for u in [h.administrator, h.guest, h.audit_user()] + (crowd and [User(crowd[0].name, TEMPLATE_RID)] or h.users):
        s = passdb.Samu()
        s.username, s.nt_username, s.domain, s.full_name, s.acct_desc = u.name, "", h.name, u.full, u.text
        s.user_sid = security.dom_sid("%s-%d" % (h.sid, u.rid))
        s.acct_ctrl = 0x10 | u.flags
        hashes.set_password(secret("%s on %s" % (u.name, h.name)) if u.password is None else u.password)
        if not (u.password is None and u.flags & NOT_REQUIRED):
            s.nt_passwd = hashes.get_nt_hash()
        s.pass_last_set_time = u.set_at(h.name, now)
        if u.logon is not None:
            s.logon_time = now - u.logon * DAY
            s.logon_count = 12
        if u.bad:
            s.bad_password_count, s.bad_password_time = u.bad, now - 60
        db.add_sam_account(s)
    if crowd:            # in another process: one that has the file open cannot open it again
        subprocess.run([sys.executable, __file__, "crowd", h.name], check=True)


TEMPLATE_RID = 0x7A5B5C5D


def copy_users(name):
    """Samba takes 20 ms an account: thousands are copies of one record, with names of the same length."""
    h = BY_NAME[name]
    crowd, now = h.users, int(os.environ["LAB_NOW"])
    t = tdb.Tdb(VAR + "private/passdb.tdb", 0, tdb.DEFAULT, os.O_RDWR, 0o600)
    key, name = b"USER_%s\0" % crowd[0].name.encode(), crowd[0].name.encode()
    record, rid = t.get(key), struct.pack("<I", TEMPLATE_RID)
    assert record.count(rid) == 1
    t.delete(key)
    t.delete(b"RID_%08x\0" % TEMPLATE_RID)
    t.transaction_start()
    for u in crowd:
        mine = record.replace(rid, struct.pack("<I", u.rid)).replace(name, u.name.encode())
        mine = mine[:16] + struct.pack("<I", u.set_at(h.name, now)) + mine[20:]       # the fifth time is that of the password
        t.store(b"USER_%s\0" % u.name.encode(), mine)
        t.store(b"RID_%08x\0" % u.rid, u.name.encode() + b"\0")
    t.transaction_commit()
    t.close()


def fill(name):
    h = BY_NAME[name]
    now = int(os.environ["LAB_NOW"])
    os.environ["TDB_NO_FSYNC"] = "1"
    store(VAR + "private/secrets.tdb", {b"SECRETS/SID/" + h.name.encode(): sid_bytes(h.sid)})
    store(VAR + "group_mapping.tdb", groups(h))
    store(VAR + "account_policy.tdb", policy(h))
    store(VAR + "%s.tdb" % "registry", registry(h))
    accounts(h, now)


def farm(template, top, n):
    h = BY_NAME["FARM"]
    for i in range(1, n + 1):
        d = os.path.join(top, "farm-%03d" % i)
        sid = machine_sid("farm %d" % i)
        shutil.copytree(template, d)
        store(d + "/samba/private/secrets.tdb", {b"SECRETS/SID/" + h.name.encode(): sid_bytes(sid)})
        t = tdb.Tdb(d + "/samba/group_mapping.tdb", 0, tdb.DEFAULT, os.O_RDWR, 0o600)
        for k in list(t.keys()):
            if h.sid.encode() in k:
                t.store(k.replace(h.sid.encode(), sid.encode()), t.get(k))
                t.delete(k)
        t.close()
        with open(d + "/etc/smb.conf", encoding="utf-8") as f:
            text = f.read()
        put(d + "/etc/smb.conf", text.replace("interfaces = " + h.ipv4 + "/24", "interfaces = 10.99.2.%d/24" % (i + 1)))


if sys.argv[1] == "files":
    files(sys.argv[2], sys.argv[3:])
elif sys.argv[1] == "crowd":
    copy_users(sys.argv[2])
elif sys.argv[1] == "fill":
    fill(sys.argv[2])
else:
    farm(sys.argv[2], sys.argv[3], int(sys.argv[4]))
