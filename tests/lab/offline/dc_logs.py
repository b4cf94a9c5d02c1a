# SPDX-License-Identifier: GPL-3.0-or-later
"""The domain controllers' logs, from the directory's own truth: for every secret that changed within the reach, what Windows would have written
on the controller where it changed, in that second; then what is wrong (faults). Runs in the namespaces of dc1, which need not be up."""
import datetime
import struct

import events
import host_logs
from host_logs import DOMAIN, DOMAIN_SID, NETBIOS, fault
from story import DAY, Account, Log, number

REACH, REACH2 = 113, 41                            # days: dc1; dc2, whose log was cleared then
UNICODE_PWD, PWD_LAST_SET, UAC = 0x9005A, 0x90060, 0x90008
EPOCH = 11644473600
MANAGED = (b"msDS-GroupManagedServiceAccount", b"msDS-ManagedServiceAccount")


class Subject(Account):
    """An account of the directory: created, secret, date: seconds since 1970; origin: invocation id of the secret's controller."""
    created = secret = date = uac_at = 0
    origin, is_computer, is_controller, is_smartcard, last_set, dn = None, False, False, False, 0, ""


def metadata(blob):
    """replPropertyMetaData: attribute → (time in seconds since 1970, originating invocation id as bytes)."""
    count, = struct.unpack_from("<I", blob, 8)
    out = {}
    for i in range(count):
        attribute, _, time, origin = struct.unpack_from("<IIQ16s", blob, 16 + 48 * i)
        if attribute in (UNICODE_PWD, PWD_LAST_SET, UAC):
            out[attribute] = time - EPOCH, origin
    return out


def read(sam, base):
    """{name: Subject}, {invocation id: name of its controller}."""
    import ldb                                     # not there when only names of this file are needed
    from samba.dcerpc import security
    from samba.ndr import ndr_unpack
    agents = {}
    for r in sam.search("CN=Sites,CN=Configuration," + base, ldb.SCOPE_SUBTREE, "(objectClass=nTDSDSA)", attrs=["invocationId"]):
        agents[bytes(r["invocationId"][0])] = r.dn.get_component_value(1).lower()
    found = {}
    for r in sam.search(base, ldb.SCOPE_SUBTREE, "(&(objectClass=user)(objectSid=*))",
                        attrs=["sAMAccountName", "objectSid", "objectClass", "whenCreated", "userAccountControl", "displayName", "pwdLastSet", "replPropertyMetaData"]):
        name = str(r["sAMAccountName"][0])
        uac = int(r["userAccountControl"][0])
        s = Subject(str(ndr_unpack(security.dom_sid, r["objectSid"][0])), name, NETBIOS, str(r.get("displayName", idx=0) or ""))
        s.created = datetime.datetime.strptime(str(r["whenCreated"][0]), "%Y%m%d%H%M%S.0Z").replace(tzinfo=datetime.timezone.utc).timestamp()
        m = metadata(bytes(r["replPropertyMetaData"][0]))
        s.secret, s.origin = m.get(UNICODE_PWD, (0, None))
        s.date, _ = m.get(PWD_LAST_SET, (0, None))
        s.uac_at, _ = m.get(UAC, (0, None))
        s.dn, s.last_set = str(r.dn), int(str(r.get("pwdLastSet", idx=0) or 0))
        s.is_computer = b"computer" in [bytes(c) for c in r["objectClass"]] or bool(uac & 0x800)
        s.is_controller = bool(uac & 0x2000)
        s.is_smartcard = bool(uac & 0x40000)
        found[name] = s
    return found, agents


def records(log, s, who):
    """What Windows wrote when this account's secret, or only its date, changed."""
    helpdesk, admin = who["helpdesk1"], who["tier0-suzuki"]
    if abs(s.created - s.secret) <= 2 and not s.is_controller:      # that one was a computer before
        log.created(s.secret, s, admin, s.is_computer)
    elif s.is_computer:
        log.computer_password(s.secret, s)
    elif s.is_smartcard and s.uac_at == s.secret:
        log.uac(s.secret, s, 0x10, 0x1010, admin)
    elif number(s.sid, "how") % 8 == 0 or s.name.startswith(("svc-", "tier0-")):
        log.password_reset(s.secret, s, admin if s.name.startswith("tier0-") else helpdesk)
    else:
        log.password_changed(s.secret, s)


def date_only(log, s, who):
    """pwdLastSet moved and the secret did not: somebody set "must change", or took it back."""
    by = who["helpdesk-tanaka"]
    log.say(s.date, 4738, **s.target(), **log.by(by), PasswordLastSet="%%1794")
    if s.last_set:
        log.say(s.date, 4738, **s.target(), **log.by(by), **log.of_account(s, s.date))


def work(log, now, who, reach, sessions, server):
    """Ordinary staff: tickets, logons for policies, now and then an administrator at work. The last of it is a minute ago."""
    staff = sorted((s for s in who.values() if s.name[-3:].isdigit() and not s.name.startswith("krbtgt")), key=lambda s: s.sid)
    total = int(reach * sessions)
    for i in range(total):
        at = now - reach * DAY + (i + 0.5) * DAY / sessions + number(server, i) % 1000
        if at > now - 120:
            continue
        s = staff[number(server, i, "who") % len(staff)]
        address = "10.99.3.%d" % (10 + number(s.sid) % 200)
        log.ticket(at, s, address)
        log.service_ticket(at + 1, s, address, "SRV-FILE01$")
        log.logon(at + 2, s, address=address, off=30)
    for i in range(int(reach / 6)):
        log.logon(now - (i * 6 + 2.5) * DAY, who["tier0-sato"], address="10.99.0.50", privileges=events.SENSITIVE, off=1200)
    log.logon(now - 60, staff[0], address="10.99.3.10", off=20)


def first_controller(now, who, agents):
    log = Log("dc1." + DOMAIN, now, first=812345)
    begin = now - REACH * DAY
    unrecorded = {"watanabe120", "chokusetsu"}
    for s in who.values():
        if agents.get(s.origin, "dc1") != "dc1":
            continue
        if begin < s.secret < now and s.name not in unrecorded:
            records(log, s, who)
        if begin < s.date < now and s.date > s.secret + 5:
            date_only(log, s, who)
    fault("unrecorded", "dc1", "watanabe120's password changed 20 days ago, inside of the reach, and no record of dc1 says so")
    fault("unrecorded", "dc1", "chokusetsu's secret was written directly 80 days ago: no record either")
    fault("date-only", "dc1", "nise-koushin (20 days ago), nise-svc (35), must-change (7): 4738 with PasswordLastSet and no record of a password, as it was")
    at = now - 26.3 * DAY
    log.say(at, 4724, **who["ito073"].target(), **log.by(who["helpdesk2"]))
    fault("no-change", "dc1", "a reset of ito073 by helpdesk2 (4724) 26 days ago that the directory does not know: its secret is 66 days old")
    # Auditing switched off for 20 hours around the changes of 47 days ago; their records do not exist.
    lost = who["yamamoto006"].secret
    off, on = lost - 9 * 3600, lost + 11 * 3600
    log.said = [x for x in log.said if not (off < x.true < on and x.event.id in (4720, 4722, 4723, 4724, 4725, 4738, 4781))]
    log.audit_policy(off, who["old-admin"], events.SUCCESS_REMOVED)
    log.audit_policy(on, who["tier0-sato"], events.SUCCESS_ADDED)
    names = sorted(s.name for s in who.values() if off < s.secret < on and not s.is_computer)
    fault("audit-off", "dc1", "User Account Management was not audited for 20 hours, 47 days ago (4719: Success removed by old-admin, added again by tier0-sato): nothing is known about the "
          "passwords of %s" % ", ".join(names))
    domain_admins = Account(DOMAIN_SID + "-512", "Domain Admins", NETBIOS)
    log.member(now - 17.4 * DAY, 4728, domain_admins, who["vendor-ehr"], who["vendor-ehr"].dn, who["helpdesk-tanaka"])
    fault("privileged-member", "dc1", "vendor-ehr was added to Domain Admins (4728) by helpdesk-tanaka, 17 days ago")
    log.say(now - 38.2 * DAY, 4794, **log.by(who["old-admin"]), Workstation="DC1", Status=0)
    fault("dsrm", "dc1", "the DSRM password was set (4794) by old-admin, 38 days ago")
    log.say(now - 57.3 * DAY, 4765, SourceUserName="KENSA\\Domain Admins", SourceSid="S-1-5-21-1000000008-998244352-271828183-512", **who["togo-shadow"].target(), **log.by(who["old-admin"]))
    fault("sid-history", "dc1", "SID history was added to togo-shadow (4765) by old-admin, 57 days ago")
    log.say(now - 54.4 * DAY, 4716, DomainName="group-hospital.example", DomainSid="S-1-5-21-1000000016-998244352-271828183", **log.by(who["old-admin"]), TdoType=2, TdoDirection=3,
            TdoAttributes=0x48, SidFilteringEnabled="%%1796")
    fault("trust", "dc1", "the trust with group-hospital.example was changed (4716) by old-admin, 54 days ago")
    log.say(now - 62.1 * DAY, 4781, OldTargetUserName="suport-da", NewTargetUserName="primary-da", TargetDomainName=NETBIOS, TargetSid=who["primary-da"].sid, **log.by(who["old-admin"]))
    fault("renamed", "dc1", "suport-da was renamed to primary-da (4781), a Domain Admin, by old-admin, 62 days ago")
    log.say(now - 75.2 * DAY, 4739, DomainPolicyChanged="ロックアウト ポリシー", DomainName=NETBIOS, DomainSid=DOMAIN_SID, **log.by(who["old-admin"]), LockoutThreshold="10")
    fault("domain-policy", "dc1", "the domain's lockout policy was changed (4739) by old-admin, 75 days ago")
    log.say(now - 12.9 * DAY, 4740, TargetUserName="kagimori-audit-locked", TargetDomainName="WS-W10-03", TargetSid=who["kagimori-audit-locked"].sid, **log.by(("S-1-5-18", "DC1$", NETBIOS, 0x3E7)))
    log.say(now - 12.8 * DAY, 4767, **who["kagimori-audit-locked"].target(), **log.by(who["helpdesk1"]))
    sprayed = sorted((s for s in who.values() if s.name[-3:].isdigit() and 100 <= int(s.name[-3:]) < 140), key=lambda s: s.name)
    for i, s in enumerate(sprayed):
        log.preauth_failed(now - 12.5 * DAY + i * 10, s, host_logs.LEG02)
    fault("spray", "dc1", "one wrong password each for %d accounts of the staff (numbers 100 to 139; 4771, 0x18) within 7 minutes from %s (WS-LEG-02), 12 days ago" % (len(sprayed), host_logs.LEG02))
    work(log, now, who, REACH, 8, "dc1")
    return log


def second_controller(now, who, agents):
    """Not much happens there, and much of that is wrong."""
    wrong = now - 16.2 * DAY, now - 16.1 * DAY
    log = Log("dc2." + DOMAIN, now, first=48213, steps=[wrong + (3 * 3600,)])
    begin = now - REACH2 * DAY
    log.cleared(begin, who["old-admin"])
    fault("cleared", "dc2", "Security was cleared (1102) by old-admin 41 days ago: its reach begins there")
    log.jump(now - 24.2 * DAY, 412)
    fault("jump", "dc2", "412 record numbers are missing, 24 days ago")
    log.clock(wrong[0], 3 * 3600, who["old-admin"])
    log.clock(wrong[1], -3 * 3600)
    fault("clock", "dc2", "the clock was 3 hours fast for 2.4 hours, 16 days ago: set by old-admin (4616), set back by Windows (4616, and times go back)")
    for s in who.values():
        if agents.get(s.origin) == "dc2" and begin < s.secret < now:
            records(log, s, who)
    work(log, now, who, REACH2 - 0.1, 4, "dc2")
    return log


def system_log(name, now, reach):
    log = Log("%s.%s" % (name, DOMAIN), now, first=3000)
    for i in range(int(reach)):
        log.say(now - (i + 0.3) * DAY, 7036, param1="Windows Update", param2="実行中")
    return log


def controllers(sam, base, now, both=True):
    """{name: {"Security": Log, "System": Log}}"""
    who, agents = read(sam, base)
    out = {"dc1": {"Security": first_controller(now, who, agents), "System": system_log("dc1", now, REACH)}}
    if both:
        out["dc2"] = {"Security": second_controller(now, who, agents), "System": system_log("dc2", now, REACH2)}
    return out
