# SPDX-License-Identifier: GPL-3.0-or-later
"""What the hosts' event logs tell: of lab hosts, of the offline estate, forwarded ones, damaged ones. A host does nothing wrong but what stands
here; EVENTS.md says the same for people."""
import os
import struct
import sys
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "seed"))

import evtx
import story
from events import SENSITIVE
from hosts import BY_NAME, DOMAIN, DOMAIN_SID, machine_sid
from story import Account, Log, number

NETBIOS = "KAGIMORI"
RDP_FILES = ("Microsoft-Windows-TerminalServices-RemoteConnectionManager%4Operational", "Microsoft-Windows-TerminalServices-LocalSessionManager%4Operational")
OUTSIDE_BURST, OUTSIDE_GUESS, OUTSIDE_VENDOR = "203.0.113.77", "203.0.113.80", "198.51.100.23"
LEG01, LEG02 = "10.99.1.19", "10.99.1.20"
# Passwords that somebody typed as a user name, or wrote into the path of a service: they must never be seen again.
TYPED = ["Haru no Kaze 9731 zq", "password=Zx9kagityped77", "Zx9!Kagi-typed#77"]
SERVICE_WORD = "Kagi-Svc-Path-4471"
MARKERS = TYPED + [SERVICE_WORD]

faults = []


def fault(matter, host, what):
    """Beside what makes it: goes into the manifest and into EVENTS.md."""
    if (matter, host, what) not in faults:
        faults.append((matter, host, what))


def domain_account(rid, name):
    return Account("%s-%d" % (DOMAIN_SID, rid), name, NETBIOS)


STAFF = domain_account(1108, "sato000")
VENDOR, PRIMARY = domain_account(1349, "vendor-ehr"), domain_account(1477, "primary-da")
XRAY = domain_account(1336, "xray-legacy")


class Logs:
    """The logs of one host: Security, System and those of Remote Desktop where they say something."""

    def __init__(self, name, now, sid=None, language="ja", domain=DOMAIN, days=110, used=0.02, computer=None, workstation=False):
        self.name, self.now, self.sid, self.days, self.used = name, now, sid or machine_sid(name), days, used
        dns = "%s.%s" % (name, domain) if domain else name
        first = 2000 + number(name, "first") % 90000
        self.security, self.system = Log(computer or dns, now, language, first), Log(computer or dns, now, language, first // 3)
        self.rdp_login, self.rdp_session = Log(computer or dns, now, language, 40), Log(computer or dns, now, language, 90)
        self.machine = name
        self.noise(workstation)

    def local(self, rid, name):
        return Account("%s-%d" % (self.sid, rid), name, self.machine)

    def at(self, days):
        return self.now - days * story.DAY

    def noise(self, workstation):
        """People who work: at their own workstation, or at a server's shares; Windows' own services."""
        s, step = self.security, 1.0
        day = self.days
        n = number(self.name) % 200
        staff = domain_account(1108 + n % 23, ("sato", "suzuki", "takahashi", "tanaka", "ito", "watanabe", "yamamoto", "nakamura", "kobayashi", "kato", "yoshida", "yamada", "sasaki",
                                             "yamaguchi", "matsumoto", "inoue", "kimura", "hayashi", "saito", "shimizu", "takasaki", "watanabe2", "yoshikawa")[n % 23] + "%03d" % (n % 23))
        while day > self.used + 0.2:
            at = self.at(day) + number(self.name, int(day * 10)) % 20000 / 10
            if workstation:
                s.logon(at, staff, kind=2, address="127.0.0.1", workstation=self.machine, package="Negotiate", process=r"C:\Windows\System32\svchost.exe", off=8000)
            else:
                s.logon(at, staff, address="10.99.3.%d" % (10 + n), off=900)
            if int(day * 2) % 4 == 0:
                s.logon(at + 20, Account("S-1-5-18", "SYSTEM", "NT AUTHORITY"), kind=5, package="Negotiate", process=r"C:\Windows\System32\services.exe", off=0,
                        caller=("S-1-5-18", self.machine + "$", NETBIOS, 0x3E7))
            self.system.say(at + 5, 7036, param1="Windows Update", param2={"ja": "実行中", "de": "ausgeführt", "en": "running"}[s.language])
            day -= step

    def files(self):
        out = {}
        for name, log in (("Security", self.security), ("System", self.system), (RDP_FILES[0], self.rdp_login), (RDP_FILES[1], self.rdp_session)):
            if log.said or name in ("Security", "System"):
                out[name] = log.write(), log
        return out

    # ---- stories ----

    def burst(self, days, name, address, count, seconds, sid="S-1-0-0", domain="", sub_status=0xC000006A, workstation="-"):
        for i in range(count):
            self.security.failed(self.at(days) + i * seconds / count, name, domain, address, workstation, sid=sid, sub_status=sub_status)

    def remote_desktop(self, days, who, address, privileges=None):
        at, user = self.at(days), "%s\\%s" % (who.domain, who.name)
        self.rdp_login.say(at, 1149, Param1=who.name, Param2=who.domain, Param3=address)
        self.security.logon(at + 2, who, kind=10, address=address, workstation=self.machine, package="Negotiate", process=r"C:\Windows\System32\svchost.exe", privileges=privileges, off=3600)
        self.rdp_session.say(at + 3, 21, User=user, SessionID=3, Address=address)
        self.rdp_session.say(at + 900, 24, User=user, SessionID=3, Address=address)
        self.rdp_session.say(at + 1500, 25, User=user, SessionID=3, Address=address)


def administrator_by_network(logs, days):
    h = BY_NAME[logs.name]
    logs.security.logon(logs.at(days), logs.local(500, h.administrator.name), address=LEG01, workstation="WS-LEG-01", package="NTLM", ntlm="NTLM V2", key=128, privileges=SENSITIVE)
    fault("rid500-network", logs.name, "RID 500 (`%s`) logged on over the network (type 3) from %s (WS-LEG-01), as on SRV-APP01, SRV-EHR12, SRV-RIS16 and MOD-W701" % (h.administrator.name, LEG01))


def lab_hosts(now):
    """{name: Logs} of hosts that serve C$."""
    out = {}

    def host(name, **more):
        out[name] = Logs(name, now, sid=BY_NAME[name].sid, **more)
        return out[name]

    app = host("SRV-APP01")
    app.burst(22.4, "administrator", OUTSIDE_BURST, 45, 360)
    fault("burst", "SRV-APP01", "45 failed logons (4625, C000006A) of `administrator` within 6 minutes from %s, 22 days ago; none succeeded" % OUTSIDE_BURST)
    app.burst(18.3, "hoshu-vendor", OUTSIDE_GUESS, 30, 300)
    app.security.logon(app.at(18.3) + 420, app.local(1002, "hoshu-vendor"), address=OUTSIDE_GUESS, package="NTLM", ntlm="NTLM V2", key=128, privileges=SENSITIVE)
    fault("guessed", "SRV-APP01", "30 failed logons of `hoshu-vendor` within 5 minutes from %s, then it logged on (4624 type 3), 18 days ago" % OUTSIDE_GUESS)
    fault("privileges", "SRV-APP01", "trap: `hoshu-vendor` (1002), which got special privileges (4672) with that logon, is an administrator of this host")
    administrator_by_network(app, 17.2)
    app.remote_desktop(14.6, VENDOR, OUTSIDE_VENDOR, SENSITIVE)
    fault("privileged-logon", "SRV-APP01", "trap: vendor-ehr, a Domain Admin, logged on there by Remote Desktop; but it is a server and no ordinary workstation")
    fault("rdp", "SRV-APP01", "vendor-ehr by Remote Desktop (1149, 4624 type 10, 21, 24, 25) from %s, outside of the hospital, 14 days ago" % OUTSIDE_VENDOR)
    app.system.service(app.at(14.5), "WinUpdateHelper", r"C:\Users\Public\svchost.exe -k netsvcs")
    fault("service", "SRV-APP01", r"new service WinUpdateHelper (7045), a program in C:\Users\Public")

    ehr = host("SRV-EHR12")
    administrator_by_network(ehr, 17.21)
    ehr.system.service(ehr.at(41), "BackupAgent", r"C:\Program Files\Backup\agent.exe /user:backup /password:%s /now" % SERVICE_WORD)
    fault("service", "SRV-EHR12", "new service BackupAgent (7045) with a password in its path, 41 days ago")
    for i in range(20):
        ehr.security.logon(ehr.at(12.1 + i * 0.4), XRAY, address="10.99.1.60", workstation="MOD-XP01", package="NTLM", ntlm="NTLM V1", key=56)
    fault("ntlm1", "SRV-EHR12", "xray-legacy logged on 20 times with NTLM V1 from 10.99.1.60 (MOD-XP01)")

    ris = host("SRV-RIS16")
    administrator_by_network(ris, 17.22)
    ris.security.logon(ris.at(20.3), STAFF, kind=3, address="10.99.3.10", privileges=SENSITIVE)
    fault("privileges", "SRV-RIS16", "sato000, ordinary staff, got special privileges (4672: SeDebugPrivilege and others)")
    for i, word in enumerate(TYPED):
        ris.security.failed(ris.at(21.2 - i * 0.3), word, "", "10.99.3.44", "WS-W10-07", kind=2, sub_status=0xC0000064)
    fault("typed-password", "SRV-RIS16", "three passwords typed as a user name (4625, C0000064): the texts must not be in evidence, reports or messages")

    w701 = host("MOD-W701", workstation=True)
    administrator_by_network(w701, 17.23)

    leg1 = host("WS-LEG-01", workstation=True)
    leg1.security.logon(leg1.at(19.4), PRIMARY, kind=2, address="127.0.0.1", workstation="WS-LEG-01", package="Negotiate", process=r"C:\Windows\System32\svchost.exe", privileges=SENSITIVE)
    fault("privileged-logon", "WS-LEG-01", "primary-da, a Domain Admin, logged on at the console (4624 type 2) of an ordinary workstation, 19 days ago")

    leg2 = host("WS-LEG-02", workstation=True)
    leg2.security.say(leg2.at(13.2), 4648, **leg2.security.by(STAFF), TargetUserName=VENDOR.name, TargetDomainName=NETBIOS, TargetServerName="srv-app01." + DOMAIN, TargetInfo="srv-app01." + DOMAIN,
                      ProcessId=0x1F4C, ProcessName=r"C:\Windows\System32\cmd.exe")
    fault("explicit", "WS-LEG-02", "sato000 used the credentials of vendor-ehr (4648) for srv-app01")

    nol = host("WS-NOL-01", workstation=True, days=15.2)
    nol.security.cleared(nol.at(15.3), nol.local(500, "Administrator"))
    nol.system.system_cleared(nol.at(15.29), nol.local(500, "Administrator"), "Microsoft-Windows-PowerShell/Operational")
    temporary = nol.local(1010, "svc_tmp")
    nol.security.say(nol.at(15.9), 4720, **temporary.target(), **nol.security.by(nol.local(500, "Administrator")), SamAccountName="svc_tmp")
    nol.security.member(nol.at(15.89), 4732, Account("S-1-5-32-544", "Administrators", "Builtin"), temporary, "-", nol.local(500, "Administrator"))
    nol.security.leave(2)
    fault("cleared", "WS-NOL-01", "Security was cleared (1102) 15 days ago by its Administrator, and so was the PowerShell log (104 in System); behind the used space lie two older records: "
          "svc_tmp (1010) was created and put into Administrators")

    hvac = host("SRV-HVAC01", language="de")
    wartung = hvac.local(1005, "wartung")
    hvac.security.password_reset(hvac.at(40.2), wartung, hvac.local(500, "Administrator"))
    hvac.system.service(hvac.at(40.1), "HvacAgent", r'"C:\Program Files\Hvac Agent\agent.exe"')
    fault("service", "SRV-HVAC01", "German Windows: new service HvacAgent (7045) in C:\\Program Files; the local account wartung (1005) was given a password (4724, 4738 with a German date)")

    for clean in (host("SRV-FILE01"), host("WS-W10-01", workstation=True)):
        for i in range(5):
            clean.rdp_session.say(clean.at(60 - i * 9.3), 21, User="KAGIMORI\\sato000", SessionID=1, Address="ローカル")
            clean.rdp_login.say(clean.at(60 - i * 9.3), 258, listenerName="RDP-Tcp")
        fault("clean", clean.name, "clean: 110 days of ordinary logons; logs of Remote Desktop with sessions at the console only (their address is the word for local, in Japanese)")
    return out


def offline(host, now):
    """Logs of a host of the offline estate (estate.py)."""
    at_home = dict(sid=host.sid, domain=host.dns_domain, used=host.collected, workstation=True)
    if host.name == "WS-LEG-03":
        logs = Logs(host.name, now, **at_home)
        logs.burst(12.45, "Administrator", LEG02, 40, 300, sid=host.sid + "-500", domain=host.name)
        fault("burst", "WS-LEG-03", "kit: 40 failed logons of its Administrator (RID 500) within 5 minutes from %s (WS-LEG-02), 12 days ago" % LEG02)
    elif host.label == "WS-W11-05":
        logs = Logs(host.name, now, computer="WS-W11-07." + DOMAIN, **at_home)
        fault("conflict", "WS-W11-05", "the newer kit's logs name another computer, WS-W11-07: they are nobody's")
    elif host.name == "WS-NOL-04":
        logs = Logs(host.name, now, days=16, **at_home)
        logs.security.cleared(logs.at(16.3), logs.local(500, host.administrator.name))
        logs.remote_desktop(13.5, STAFF, "10.99.3.9")
        fault("cleared", "WS-NOL-04", "image: Security was cleared (1102) 16 days ago by its Administrator")
        fault("rdp", "WS-NOL-04", "image: sato000 by Remote Desktop from 10.99.3.9, inside of the hospital")
    else:
        logs = Logs(host.name, now, **dict(at_home, workstation=host.name != "SRV-LAB08"))
    return logs


def forwarded(now):
    """ForwardedEvents: of three computers, with the numbers of their own logs."""
    log = Log("SRV-APP01." + DOMAIN, now, first=1)
    third = domain_account(1109, "suzuki001")
    for i in range(60):
        name = ("SRV-APP01", "SRV-SQL01", "WS-W10-02")[i % 3]
        log.say(log.at(20) + i * 3000, 4634, computer="%s.%s" % (name, DOMAIN), forwarded=7000 * (i % 3 + 1) + i, TargetUserSid=third.sid, TargetUserName=third.name, TargetDomainName=NETBIOS,
                TargetLogonId=0x5000 + i, LogonType=3)
    fault("mixed", "-", "ForwardedEvents.evtx: 60 events (4634) of SRV-APP01, SRV-SQL01 and WS-W10-02, each with the record numbers of its own log")
    return log.write()


def damaged(now):
    """{name: (bytes, what is in it)}: the same log of a computer that nobody knows, damaged in one way each."""
    out = {}
    who = Account(machine_sid("damaged") + "-1001", "kikai", "DAMAGED")

    def log(name, **more):
        x = Log(name, now, "ja", **more)
        for i in range(400):
            x.logon(x.at(30) + i * 5400, who, address="10.99.3.%d" % (10 + i % 9), off=1000)
        return x

    for name, what, how, spoil in (
            ("ring", "once around: the oldest chunk is the fourth", dict(ring=3, full=True), None), ("dirty", "copied while in use", dict(dirty=True), None),
            ("wrong-crc", "the checksum of chunk 2 is wrong, its records are whole", {}, lambda d: evtx.wrong_crc(d, 2)),
            ("wrong-mark", "chunk 3 has no mark", {}, lambda d: evtx.wrong_mark(d, 3)), ("cut", "ends inside of chunk 4", {}, lambda d: evtx.cut(d, 4))):
        data, told = log("DAMAGED-%s" % name.upper()).write(**how)
        lost = {"wrong-mark": (3,), "cut": range(4, told["chunks"])}.get(name, ())
        sound = sum(n for i, n in enumerate(told["per_chunk"]) if i not in lost)
        out[name] = (spoil(data) if spoil else data), dict(told, damage=name, sound=sound)
        fault("damaged", "DAMAGED-%s" % name.upper(), "%s.evtx: %s" % (name, what))
    x = log("DAMAGED-RESET")
    first, told = x.write()
    y = Log("DAMAGED-RESET", now, "ja", first=1)
    for i in range(30):
        y.logon(y.at(4) + i * 600, who, address="10.99.3.10", off=0)
    second, more = y.write()
    data = bytearray(first + second[evtx.HEAD:])
    struct.pack_into("<Q", data, 16, told["chunks"] + more["chunks"] - 1)
    struct.pack_into("<Q", data, 24, 31)
    struct.pack_into("<H", data, 42, told["chunks"] + more["chunks"])
    struct.pack_into("<I", data, 124, zlib.crc32(bytes(data[:120])))
    n = told["records"] + more["records"]
    out["reset"] = bytes(data), dict(told, damage="reset", records=n, sound=n)
    fault("damaged", "DAMAGED-RESET", "reset.evtx: the numbers start again at 1")
    return out
