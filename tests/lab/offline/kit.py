"""What collect.cmd leaves behind (audit/kit/README.md), from a host's entry: texts as Windows writes them."""
import hashlib
import os
import re
import struct
import time
from xml.sax.saxutils import escape

import evtx
import host_logs
import policy_files
import sam
from hosts import BUILDS, DISABLED, Raw, SERVICES

COLLECT = os.environ.get("KIT_COLLECT") or os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "audit", "kit", "collect.cmd")
LONG = "HKEY_LOCAL_MACHINE"
TYPES = {0: "REG_NONE", 1: "REG_SZ", 2: "REG_EXPAND_SZ", 3: "REG_BINARY", 4: "REG_DWORD", 7: "REG_MULTI_SZ", 11: "REG_QWORD"}
BOM = b"\xff\xfe"
WORDS = {0: "監査なし", 1: "成功", 2: "失敗", 3: "成功および失敗"}
NAMES = {v: k for k, v in policy_files.SUBCATEGORIES.items()}


def wanted():
    """What collect.cmd takes: [(kind, name, key, value)], kind root, key, value or presence."""
    out, variable = [], ""
    with open(COLLECT, encoding="ascii") as f:
        for line in f:
            m = re.match(r'set "key=(.*)"\s*$', line.strip())
            if m:
                variable = m.group(1)
            m = re.match(r'call :(root|key|value|presence) (\S+) "([^"]*)"\s*(\S*)', line.strip())
            if m:
                kind, name, key, value = m.groups()
                if key.startswith("HKLM") or key == "%key%":
                    out.append((kind, name, key.replace("%key%", variable), value))
    return out


class Registry:
    """A host's registry with the keys above those that have values."""

    def __init__(self, host):
        self.values, self.spelling = {}, {}
        for key, values in host.full_registry().items():
            parts = key.split("\\")
            for i in range(1, len(parts) + 1):
                self.spelling.setdefault("\\".join(parts[:i]).upper(), "\\".join(parts[:i]))
                self.values.setdefault("\\".join(parts[:i]).upper(), {})
            self.values[key.upper()].update(values)
        for name, v in (("Hostname", host.name), ("Domain", host.dns_domain or "")):
            self.put(r"HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters", name, v)
        self.put(r"HKLM\SYSTEM\CurrentControlSet\Control\ComputerName\ComputerName", "ComputerName", host.name)

    def put(self, key, name, value):
        parts = key.split("\\")
        for i in range(1, len(parts) + 1):
            self.spelling.setdefault("\\".join(parts[:i]).upper(), "\\".join(parts[:i]))
            self.values.setdefault("\\".join(parts[:i]).upper(), {})
        self.values[key.upper()][name] = value

    def below(self, key):
        k = key.upper()
        return sorted(x for x in self.values if x == k or x.startswith(k + "\\"))


def quoted(text):
    return '"%s"' % text.replace("\\", "\\\\").replace('"', '\\"')


def wrapped(head, data):
    """hex:… in lines of 80 characters, as regedit breaks them."""
    line, out = head, []
    for i, b in enumerate(data):
        piece = "%02x" % b + ("," if i + 1 < len(data) else "")
        if len(line) + len(piece) > 77:
            out.append(line + "\\")
            line = "  "
        line += piece
    return "\r\n".join(out + [line])


def exported(name, value):
    left = quoted(name) if name else "@"
    kind, data = sam.typed(value)
    if kind == 4 and len(data) == 4:
        return "%s=dword:%08x" % (left, struct.unpack("<I", data)[0])
    if kind == 1 and isinstance(value, str):
        return "%s=%s" % (left, quoted(value))
    return wrapped("%s=hex%s:" % (left, "" if kind == 3 else "(%x)" % kind), data)


def reg_export(hive, root):
    keys = hive.below(root)
    if not keys:
        return None
    text = "Windows Registry Editor Version 5.00\r\n"
    for k in keys:
        key = hive.spelling[k]
        text += "\r\n[%s]\r\n" % (LONG + key[4:])
        text += "".join(exported(n, v) + "\r\n" for n, v in hive.values[k].items())
    return BOM + sam.utf16(text + "\r\n")


def queried(name, value):
    kind, data = sam.typed(value)
    if kind == 4 and len(data) == 4:
        shown = "0x%x" % struct.unpack("<I", data)[0]
    elif isinstance(value, list):
        shown = "\\0".join(value)
    elif isinstance(value, str):
        shown = value
    elif kind in (1, 2):
        shown = data.decode("utf-16-le", "replace").rstrip("\0")
    else:
        shown = data.hex().upper()
    return "    %s    %s    %s\r\n" % (name or "(既定)", TYPES.get(kind, "REG_NONE"), shown)


def reg_query(hive, key, codepage, value=None):
    k = key.upper()
    if k not in hive.values:
        return None
    found = {n: v for n, v in hive.values[k].items() if value is None or n.upper() == value.upper()}
    if value is not None and not found:
        return None
    # the heading is spelled as it was asked for
    text = "\r\n%s\r\n" % (LONG + key[4:]) + "".join(queried(n, v) for n, v in found.items()) + "\r\n"
    if value is None:
        text += "".join(LONG + hive.spelling[x][4:] + "\r\n" for x in hive.below(key) if x.count("\\") == k.count("\\") + 1)
    return text.encode("cp%d" % codepage, "replace")


# ---- secedit, auditpol ----

def secedit(host, hive):
    p, a, g = host.policy, host.administrator, host.guest
    access = {"MinimumPasswordAge": p.get("min_age", 1), "MaximumPasswordAge": p["max_age"] or -1, "MinimumPasswordLength": p["length"],
              "PasswordComplexity": int(p["complexity"]), "PasswordHistorySize": p["history"], "LockoutBadCount": p["threshold"]}
    if p["threshold"]:
        access.update(ResetLockoutCount=p["window"], LockoutDuration=p["duration"])
    if host.build_number() >= 9600:
        access["AllowAdministratorLockout"] = int(bool(p.get("locks_administrator")))
    access.update(RequireLogonToChangePassword=0, ForceLogoffWhenHourExpire=0, NewAdministratorName=a.name, NewGuestName=g.name,
                  ClearTextPassword=int(bool(p.get("reversible"))), LSAAnonymousNameLookup=0, EnableAdminAccount=int(not a.flags & DISABLED),
                  EnableGuestAccount=int(not g.flags & DISABLED))
    rights = {}
    for sid, names in host.all_rights().items():
        for r in names:
            rights.setdefault(r, []).append(sid)
    members = {"S-1-5-32-%d" % rid: (["%s" % n if n.startswith("S-1-") else n for n in inside(host, rid)], []) for rid in (544, 545, 546, 551, 555)}
    values = []
    for key, names in ((r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System", ("EnableLUA", "ConsentPromptBehaviorAdmin")),
                       (r"HKLM\SYSTEM\CurrentControlSet\Control\Lsa", ("LmCompatibilityLevel", "NoLMHash"))):
        values += [(key[5:], n, hive.values[key.upper()][n]) for n in names if n in hive.values.get(key.upper(), {})]
    return policy_files.template({"System Access": access, "Event Audit": dict.fromkeys(("AuditSystemEvents", "AuditLogonEvents"), 0)}, registry=values,
                                 rights={r: sorted(s) for r, s in sorted(rights.items())}, members=members,
                                 services={n: s for n, (_, s) in host.services.items()})


def inside(host, rid):
    """As secedit writes them: local accounts by name, others by SID."""
    return [u.name for u in host.all_users() if rid in u.groups] + host.members.get(rid, [])


def auditpol(host):
    numbers = [n for old, new in sam.ORDER for n in old + (new if host.build_number() >= 10240 else [])]
    japanese = host.codepage == 932
    head = "コンピューター名,ポリシー ターゲット,サブカテゴリ,サブカテゴリ GUID,包含設定,除外設定,設定値" if japanese else \
        "Machine Name,Policy Target,Subcategory,Subcategory GUID,Inclusion Setting,Exclusion Setting,Setting Value"
    rows = [head]
    for n in numbers:
        s = host.audit_policy.get(n, 0)
        name = NAMES.get(n, "0x%x" % n)
        rows.append("%s,System,%s,{0CCE92%02X-69AE-11D9-BED3-505054503030},%s,,%d" % (
            host.name, ("ログオン" if n == 0x15 else name) if japanese else name, n, WORDS[s] if japanese else policy_files.AUDIT_WORDS[s], s))
    for option in ("CrashOnAuditFail", "FullPrivilegeAuditing", "AuditBaseObjects", "AuditBaseDirectories"):
        rows.append("%s,,Option:%s,,%s,,0" % (host.name, option, "無効" if japanese else "Disabled"))
    return ("\r\n".join(rows) + "\r\n").encode("cp932" if japanese else "ascii")


# ---- tasks, event logs ----

def task(command, arguments, account, enabled, uri):
    principal = "<UserId>%s</UserId>" % escape(account)
    return BOM + sam.utf16(
        '<?xml version="1.0" encoding="UTF-16"?>\r\n<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">\r\n'
        "  <RegistrationInfo><Date>2024-05-06T07:08:09</Date><Author>鍵守</Author><URI>\\%s</URI></RegistrationInfo>\r\n"
        "  <Triggers><LogonTrigger><Enabled>true</Enabled></LogonTrigger></Triggers>\r\n"
        '  <Principals><Principal id="Author">%s<RunLevel>HighestAvailable</RunLevel></Principal></Principals>\r\n'
        "  <Settings><Enabled>%s</Enabled><Hidden>false</Hidden></Settings>\r\n"
        '  <Actions Context="Author"><Exec><Command>%s</Command><Arguments>%s</Arguments></Exec></Actions>\r\n</Task>\r\n' % (
            escape(uri), principal, str(enabled).lower(), escape(command), escape(arguments)))


def event_logs(host, now):
    """{"Security": bytes, …} of a host of the estate (host_logs.py)."""
    logs = {channel: written[0] for channel, (written, _) in host_logs.offline(host, now).files().items()}
    if host.folder == "hostile":
        logs["Security"] = evtx.cut(evtx.wrong_mark(logs["Security"], 0), 0)
    return logs


# ---- the folder ----

def stamp(seconds, form="%Y-%m-%dT%H:%M:%SZ"):
    return time.strftime(form, time.gmtime(seconds))


def kit(host, now):
    """{path: bytes} of the folder, with slashes, and its name."""
    at = now - host.collected * 86400
    hive = Registry(host)
    files, steps, asked, present = {}, ["folder|0"], [], []
    files["secedit.inf"], files["auditpol.csv"] = secedit(host, hive), auditpol(host)
    steps += ["secedit|0", "auditpol|0"]
    for kind, name, key, value in wanted():
        if kind == "root":
            data = reg_export(hive, key)
            if data is None:
                present.append("%s|*=absent" % key)
            else:
                files["registry/%s.reg" % name] = data
                asked.append("registry\\%s.reg|%s" % (name, key))
        elif kind == "key":
            data = reg_query(hive, key, host.codepage)
            if data is None:
                present.append("%s|*=absent" % key)
            else:
                files["registry/%s.txt" % name] = data
                asked.append("registry\\%s.txt|%s|*" % (name, key))
        else:
            there = reg_query(hive, key, host.codepage, value)
            if kind == "presence" or there is None:
                present.append("%s|%s=%s" % (key, value, "absent" if there is None else "present"))
            else:
                path = "registry/%s.txt" % name
                files[path] = files.get(path, b"") + there
                asked.append("registry\\%s.txt|%s|%s" % (name, key, value))
        steps.append("registry/%s%s|0" % (name, "/" + value if kind == "value" else ""))
    for path, t in host.tasks.items():
        files["tasks/" + path.replace("\\", "/")] = task(*t, path)
    steps += ["tasks|0", "policy/GroupPolicy|2", "policy/templates|2", "policy/History|2", "policy/ntuser.pol|2"]
    menu = r"Microsoft\Windows\Start Menu\Programs\Startup"
    lines = {"all-users": [], "users": []}
    for who, name in host.startup:
        where = r"C:\ProgramData" + "\\" + menu if who == "all" else r"C:\Users\%s\AppData\Roaming\%s" % (who, menu)
        lines["all-users" if who == "all" else "users"].append("%s|%s\r\n" % (where, name))
    for n, text in lines.items():
        files["startup/%s.txt" % n] = "".join(text).encode("cp%d" % host.codepage, "replace")
        steps.append("startup/%s|0" % n)
    logs = event_logs(host, now)
    for log in ("Security", "System"):
        files["logs/%s.evtx" % log] = logs[log]
        steps.append("logs/%s|0" % log)
    if host.with_sam:
        for n, data in hives(host, now).items():
            if n != "SOFTWARE":
                files["hives/" + n] = data
                steps.append("hive/%s|0" % n)
    files["present.txt"] = "".join(p + "\r\n" for p in present).encode()
    files["asked.txt"] = "".join(a + "\r\n" for a in asked).encode()
    files["steps.txt"] = "".join(s + "\r\n" for s in steps).encode()
    files["kit.txt"] = "".join(x + "\r\n" for x in (
        "kagimori-kit=1", "computer=" + host.name, "domain=" + (host.dns_domain or ""), "codepage=%d" % host.codepage, "started=" + stamp(at),
        "sam=" + ("yes" if host.with_sam else "no"), "administrator=yes", "windows=Microsoft Windows [Version %s.%s]" % (
            {"6.1": "6.1", "5.1": "5.1"}.get(BUILDS[host.build][1], "10.0"), BUILDS[host.build][2]), "finished=" + stamp(at + 240))).encode()
    files["manifest.txt"] = manifest(files)
    return "kagimori-%s-%s" % (host.name, stamp(at, "%Y%m%d-%H%M%S")), files


def manifest(files, codepage="cp932"):
    return "".join("%s *%s\r\n" % (hashlib.sha256(d).hexdigest(), p.replace("/", "\\")) for p, d in sorted(files.items())).encode(codepage)


def hives(host, now):
    boot = sam.boot_key(host.label)
    return {"SAM": sam.make_sam(host, boot, now), "SYSTEM": sam.make_system(host, boot, now), "SECURITY": sam.make_security(host, now),
            "SOFTWARE": sam.make_software(host, now)}
