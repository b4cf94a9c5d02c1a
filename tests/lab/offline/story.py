# SPDX-License-Identifier: GPL-3.0-or-later
"""Logs as stories: what happened on a host, in words; the log that Windows would have, in bytes; and a manifest of what is in it.

Times count back from `now` (days, with a fraction), so that ages are the same on any day."""
import collections
import hashlib

import evtx
import events
from events import EVENTS, local_date, never

DAY = 86400
NOBODY, SYSTEM, ANONYMOUS = ("S-1-0-0", "-", "-", 0), ("S-1-5-18", "SYSTEM", "NT AUTHORITY", 0x3E7), ("S-1-5-7", "ANONYMOUS LOGON", "NT AUTHORITY", 0x3E6)
# event → (table of rows_event.def, kind) of audit/decode/event/README.md
KINDS = {n: ("change_event", k) for n, k in {
    4723: "password_change", 4724: "password_reset", 4720: "created", 4741: "created", 4722: "enabled", 4725: "disabled", 4726: "deleted", 4743: "deleted", 4738: "changed",
    4742: "changed", 4740: "locked", 4767: "unlocked", 4781: "renamed", 4728: "member_added", 4732: "member_added", 4756: "member_added", 4729: "member_removed",
    4733: "member_removed", 4757: "member_removed", 4764: "group_type", 4765: "sid_history", 4766: "sid_history_failed", 4780: "admin_acl", 4782: "hash_accessed",
    4793: "policy_api", 4794: "dsrm", 4719: "audit_policy", 4739: "domain_policy", 4713: "kerberos_policy", 4706: "trust_added", 4707: "trust_removed",
    4716: "trust_changed", 5136: "object_modified"}.items()}
KINDS.update({n: ("logon_event", k) for n, k in {
    4624: "logon", 4625: "logon_failed", 4634: "logoff", 4648: "explicit", 4672: "privileges", 4768: "ticket", 4769: "service_ticket", 4771: "preauth_failed",
    4776: "validation", 1149: "rdp_login", 21: "rdp_session", 22: "rdp_session", 24: "rdp_disconnect", 25: "rdp_reconnect"}.items()})
KINDS.update({7045: ("service_event", "installed"), 4697: ("service_event", "installed"), 1102: ("log_event", "cleared"), 104: ("log_event", "log_cleared"),
              1100: ("log_event", "stopped"), 4608: ("log_event", "started"), 4616: ("log_event", "clock")})
WINDOWS_OWN = ("S-1-5-18", "S-1-5-19", "S-1-5-20", "S-1-5-90-", "S-1-5-96-")


def number(*what):
    """A number that looks random and is the same in every build."""
    return int.from_bytes(hashlib.sha256(("kagimori event " + " ".join(map(str, what))).encode()).digest()[:6], "big")


class Account:
    """Whom events are about. sam: flags of [MS-SAMR] 2.2.1.12."""

    def __init__(self, sid, name, domain, display="", uac=0x10):
        self.sid, self.name, self.domain, self.display, self.uac = sid, name, domain, display, uac

    def subject(self, logon=None):
        return self.sid, self.name, self.domain, logon or 0x100000 + number(self.sid, "logon") % 0x7000000

    def target(self, prefix=""):
        return {"TargetUserName": self.name, "TargetDomainName": self.domain, "TargetSid": self.sid}


LATE = float("inf")                               # of what lies behind the used space
Said = collections.namedtuple("Said", "true at event values computer failure number forwarded")


class Log:
    """One channel of one host. language: of its texts. step: [(from, to, seconds)]: while its clock was wrong by so much."""

    def __init__(self, computer, now, language="ja", first=1000, steps=()):
        self.computer, self.now, self.language, self.first, self.steps, self.said, self.jumps = computer, now, language, first, steps, [], []

    def at(self, days):
        return self.now - days * DAY

    def say(self, at, event, failure=False, computer=None, forwarded=None, **fields):
        """at: true time in seconds since 1970."""
        shown = at + sum(s for a, b, s in self.steps if a < at <= b)
        e = EVENTS[event]
        self.said.append(Said(at, shown, e, e.values(fields), computer or self.computer, failure, len(self.said), forwarded))

    def by(self, who):
        sid, name, domain, logon = who.subject() if isinstance(who, Account) else who
        return {"SubjectUserSid": sid, "SubjectUserName": name, "SubjectDomainName": domain, "SubjectLogonId": logon}

    def leave(self, count):
        """The last `count` events that were said are older than the log: they lie behind its used space, where only carving finds them."""
        for i in range(len(self.said) - count, len(self.said)):
            self.said[i] = self.said[i]._replace(true=LATE)

    def jump(self, at, missing):
        """From then on numbers go on `missing` further: records are gone, a chunk of them."""
        self.jumps.append((at, missing))

    # ---- what happens ----

    def logon(self, at, who, kind=3, address="-", workstation="-", package="Kerberos", ntlm="-", key=0, process="-", privileges=None, off=300, caller=NOBODY, port=None):
        logon = 0x200000 + number(self.computer, who.sid, at) % 0x70000000
        self.say(at, 4624, **self.by(caller), TargetUserSid=who.sid, TargetUserName=who.name, TargetDomainName=who.domain, TargetLogonId=logon, LogonType=kind,
                 LogonProcessName={2: "User32 ", 10: "User32 ", 5: "Advapi  "}.get(kind, "NtLmSsp " if package == "NTLM" else "Kerberos"), AuthenticationPackageName=package,
                 WorkstationName=workstation, LmPackageName=ntlm, KeyLength=key, ProcessId=0x2A4 if kind != 3 else 0, ProcessName=process, IpAddress=address,
                 IpPort=str(port or 49152 + number(at) % 16000) if address != "-" else "-", ImpersonationLevel="%%1833", VirtualAccount="%%1843",
                 ElevatedToken="%%1842" if privileges else "%%1843")
        if privileges:
            self.say(at, 4672, **self.by((who.sid, who.name, who.domain, logon)), PrivilegeList=privileges)
        if off:
            self.say(at + off, 4634, TargetUserSid=who.sid, TargetUserName=who.name, TargetDomainName=who.domain, TargetLogonId=logon, LogonType=kind)
        return logon

    def failed(self, at, name, domain="", address="-", workstation="-", kind=3, sub_status=0xC000006A, sid="S-1-0-0", package="NTLM"):
        self.say(at, 4625, failure=True, **self.by(NOBODY), TargetUserSid=sid, TargetUserName=name, TargetDomainName=domain, Status=0xC000006D, FailureReason="%%2313",
                 SubStatus=sub_status, LogonType=kind, LogonProcessName="NtLmSsp ", AuthenticationPackageName=package, WorkstationName=workstation, IpAddress=address,
                 IpPort=str(49152 + number(at, name) % 16000) if address != "-" else "-")

    def of_account(self, who, set_at=None, **more):
        """The fields of 4720, 4738, 4741, 4742: what did not change is "-"."""
        fields = {"PasswordLastSet": local_date(set_at, self.language)} if set_at else {}
        return dict(fields, **more)

    def password_changed(self, at, who):
        self.say(at, 4723, **who.target(), **self.by(who))
        self.say(at, 4738, **who.target(), **self.by(who), **self.of_account(who, at))

    def password_reset(self, at, who, by):
        self.say(at, 4724, **who.target(), **self.by(by))
        self.say(at, 4738, **who.target(), **self.by(by), **self.of_account(who, at))

    def computer_password(self, at, who):
        """A computer changes its own: over the secure channel, which is anonymous."""
        self.say(at, 4742, **who.target(), **self.by(ANONYMOUS), **self.of_account(who, at))

    def created(self, at, who, by, computer=False):
        flags = {"OldUacValue": "0x0", "NewUacValue": "0x80" if computer else "0x15", "UserAccountControl": "\r\n\t\t%%2087" if computer else "\r\n\t\t%%2080\r\n\t\t%%2082\r\n\t\t%%2084"}
        more = dict(SamAccountName=who.name, DisplayName=who.display or "-", PrimaryGroupId="515" if computer else "513", AccountExpires=never(self.language), **flags)
        self.say(at, 4741 if computer else 4720, **who.target(), **self.by(by), **self.of_account(who, at if computer else None, **more))
        if not computer:
            self.say(at, 4722, **who.target(), **self.by(by))
            self.password_reset(at, who, by)

    def uac(self, at, who, old, new, by, set_at=None):
        self.say(at, 4738, **who.target(), **self.by(by), **self.of_account(who, set_at, OldUacValue="0x%x" % old, NewUacValue="0x%x" % new, UserAccountControl="\r\n\t\t%%2092"))

    def member(self, at, event, group, who, dn, by):
        self.say(at, event, MemberName=dn, MemberSid=who.sid, **group.target(), **self.by(by))

    def ticket(self, at, who, address, service="krbtgt"):
        self.say(at, 4768, TargetUserName=who.name, TargetDomainName=who.domain, TargetSid=who.sid, ServiceName=service, TicketOptions=0x40810010, Status=0,
                 TicketEncryptionType=0x12, PreAuthType="2", IpAddress="::ffff:" + address, IpPort=str(49152 + number(at) % 16000), CertIssuerName="", CertSerialNumber="", CertThumbprint="")

    def service_ticket(self, at, who, address, service):
        self.say(at, 4769, TargetUserName="%s@%s" % (who.name, who.domain), TargetDomainName=who.domain, ServiceName=service, TicketOptions=0x40810000, TicketEncryptionType=0x12,
                 IpAddress="::ffff:" + address, IpPort=str(49152 + number(at, service) % 16000))

    def preauth_failed(self, at, who, address, status=0x18):
        self.say(at, 4771, failure=True, TargetUserName=who.name, TargetSid=who.sid, ServiceName="krbtgt/" + who.domain, TicketOptions=0x40810010, Status=status, PreAuthType="2",
                 IpAddress="::ffff:" + address, IpPort=str(49152 + number(at, who.sid) % 16000), CertIssuerName="", CertSerialNumber="", CertThumbprint="")

    def audit_policy(self, at, by, changes, guid=events.USER_MANAGEMENT_GUID):
        self.say(at, 4719, **self.by(by), CategoryId=events.ACCOUNT_MANAGEMENT, SubcategoryId=events.USER_MANAGEMENT, SubcategoryGuid=guid, AuditPolicyChanges=changes)

    def clock(self, at, seconds, by=SYSTEM):
        """The clock is set to another time: told by the log at the time that it shows from then on."""
        shown = at + sum(s for a, b, s in self.steps if a < at <= b)
        self.say(at + 0.5, 4616, **self.by(by), PreviousTime=shown, NewTime=shown + seconds, ProcessId=0x3F0, ProcessName=r"C:\Windows\System32\svchost.exe")

    def cleared(self, at, by):
        self.say(at, 1102, **self.by(by))

    def system_cleared(self, at, by, channel):
        self.say(at, 104, SubjectUserName=by.name, SubjectDomainName=by.domain, Channel=channel, BackupPath="")

    def service(self, at, name, path, account="LocalSystem", automatic=True):
        word = events.SERVICE_WORDS[self.language]
        self.say(at, 7045, ServiceName=name, ImagePath=path, ServiceType=word[0], StartType=word[1 if automatic else 2], AccountName=account)

    # ---- the file ----

    def write(self, **how):
        """(bytes, what is in it). how: as of Evtx.bytes."""
        log, counts, rows, computers, n = evtx.Evtx(self.first), collections.Counter(), collections.Counter(), collections.Counter(), 0
        jumps = sorted(self.jumps)
        said = sorted(self.said, key=lambda s: (s.true, s.number))
        hidden = how["hide"] = sum(s.true == LATE for s in said)
        for i, s in enumerate(said):
            if jumps and s.true >= jumps[0][0]:
                log.next += jumps.pop(0)[1]
                log.new_chunk()                    # as where a chunk was taken out
            following = log.next
            log.add(s.at, s.computer, s.event, s.values, number=following if s.true < LATE else self.first - 500 + i, record_id=s.forwarded, failure=s.failure)
            log.next = following + (s.true < LATE)
            n += 1
            if i < len(said) - hidden:
                counts["%s/%d" % (s.event.provider, s.event.id)] += 1
                computers[s.computer] += 1
            if is_row(s):
                rows["%s/%s" % KINDS[s.event.id]] += 1
        told = {"records": n, "carved": hidden, "counts": dict(sorted(counts.items())), "rows": dict(sorted(rows.items())), "computers": dict(sorted(computers.items())),
                "channel": said[-1].event.channel if said else None, "chunks": len(log.chunks), "per_chunk": [len(c.records) for c in log.chunks],
                "first_at": said[0].at if said else None, "last_at": max(s.at for s in said if s.true < LATE) if said else None, "numbers": [log.chunks[0].records[0][0], log.next - 1] if said else None}
        return log.bytes(**how), told


def is_row(s):
    """Whether the tool keeps it as a row: accounts that only Windows itself uses give no logon_event."""
    if s.event.id not in KINDS:
        return False
    if KINDS[s.event.id][0] != "logon_event":
        return True
    v = dict(zip(s.event.names, s.values))
    sid = v.get("TargetUserSid", v.get("TargetSid"))
    if s.event.id in (4672, 4648):
        sid = v["SubjectUserSid"]
    return not (sid and sid.startswith(WINDOWS_OWN))
