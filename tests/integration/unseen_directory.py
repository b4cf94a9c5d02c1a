#!/usr/bin/python3
"""Nothing that was not seen passes, of second factors, named accounts, answers, OpenLDAP and FreeIPA: unseen_directory.py KAGIMORI [--full] [--only REGEX].

Makes an evidence file in which everything was seen: a small Active Directory, an OpenLDAP and a FreeIPA server, a site file's names, three exports
(imported by the tool itself) and an answer to every question. Then something is taken away, and the verdicts are compared. Laws for every loss:
  pass    no (check, subject, item) passes that did not pass before
  fail    none fails that passed or was unknown before: who is not named by what was cut short is not without
  gone    a failed one that is no longer there leaves an unknown in its check
  silent  a check whose subjects come from a lost source says unknown somewhere
Without --full half of the losses of columns are tried, always the same ones."""
import argparse
import concurrent.futures
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import zlib

import unseen_laws
import unseen_losses

DAY = 864000000000
DOMAIN = "S-1-5-21-1-2-3"
# Table -> the source of its rows.
TABLES = {
    "account": "ldap.user", "account_logon": "ldap.logon", "secret_change": "ldap.metadata", "key_credential": "ldap.user", "certificate_mapping": "ldap.user",
    "directory_group": "ldap.group", "membership": "ldap.group", "named_account": "site.account", "attestation": "attest.answer",
    "mfa_export": "mfa.export", "mfa_account": "mfa.export", "mfa_method": "mfa.export",
    "ppolicy_account": "ldap.ppolicy", "ldap_password_policy": "ldap.password_policy", "otp_token": "ldap.otp",
    "ldap_group": "ldap.directory_group", "ldap_member": "ldap.directory_group", "ldap_account": "ldap.ipa", "ipa_settings": "ldap.ipa",
    "directory_agent": "ldap.site", "directory_server": "ldap.rootdse", "domain_head": "ldap.domain",
}
# What FreeIPA's server told stands under ldap.ipa, whatever table it is in; its groups under ldap.directory_group.
OF_IPA = ("ldap_password_policy", "otp_token")
# NULL is an answer that rows.def documents, or what it stands for is told by something else.
NOT_SET = set(unseen_losses.NOT_SET) | {
    "named_account.note", "attestation.note", "attestation.evidence", "mfa_account.updated_at", "mfa_account.used_at", "mfa_method.told", "mfa_method.enrolled_at",
    "mfa_method.used_at", "mfa_account.id", "mfa_account.kind", "mfa_account.is_enabled", "mfa_account.is_admin", "mfa_export.charset",
    "mfa_account.domain", "mfa_account.is_bypassed", "otp_token.owner_dn", "ldap_group.sid", "ldap_account.policy_dn", "ppolicy_account.policy_dn", "otp_token.not_before", "otp_token.not_after",
}


class Maker:
    """Rows with what must be there, by the names of columns."""

    def __init__(self, db):
        self.db, self.n = db, 0
        self.now = int(db.execute("SELECT value FROM audit_info WHERE name = 'now'").fetchone()[0])

    def guid(self):
        self.n += 1
        return f"{self.n:08x}-0000-4000-8000-{self.n * 7919:012x}"

    def row(self, table, **given):
        for _, name, kind, must, _, primary in self.db.execute(f"PRAGMA table_info({table})"):
            if (must or primary) and name not in given:
                given[name] = self.guid() if name == "guid" else 0 if kind == "INTEGER" else "x"
        names = ", ".join(f'"{n}"' for n in given)
        self.db.execute(f"INSERT INTO {table}({names}) VALUES({', '.join('?' * len(given))})", list(given.values()))
        return given

    def covered(self, target, *sources, state="complete"):
        for s in sources:
            self.db.execute("INSERT OR REPLACE INTO coverage(source, target, state, finished_at) VALUES(?, ?, ?, ?)", (s, target, state, self.now))


def active_directory(m):
    m.row("domain_head", sid=DOMAIN, dn="DC=ward,DC=example", dns_name="ward.example", netbios_name="WARD", rotates_smartcard_secrets=1, created_at=m.now - 900 * DAY)
    m.row("directory_server", host="dc1.ward.example", dns_name="dc1.ward.example", dsa_dn="CN=NTDS Settings,CN=DC1", domain_dn="DC=ward,DC=example")
    m.row("directory_agent", dn="CN=NTDS Settings,CN=DC1", dns_name="dc1.ward.example", invocation_id=m.guid())
    groups = {}
    for name, rid in (("Domain Admins", 512), ("Domain Users", 513), ("VPN", 2001), ("Vendors", 2002), ("Inner", 2003)):
        groups[name] = m.row("directory_group", sid=f"{DOMAIN}-{rid}", rid=rid, dn=f"CN={name},DC=ward,DC=example", sam_name=name, group_type=-2147483646, members_complete=1)
    rid = 3000
    for name, groups_of, more in (
            ("a-strong", "A", {}), ("a-sms", "A", {}), ("a-bypass", "A", {}), ("a-without", "A", {}), ("a-none", "A", {}), ("a-smart", "A", {"uac": 0x40200}), ("a-key", "A", {}),
            ("a-cert", "A", {}), ("a-twice", "A", {}), ("a-off", "A", {"uac": 514}), ("glass1", "A", {"logon": 0}), ("glass2", "A", {}), ("honey1", "", {"logon": 0, "bad": 0}), ("honey2", "", {}), ("honey3", "A", {"logon": 0, "bad": 0}),
            ("v-good", "V", {}), ("v-bad", "V", {}), ("v-deep", "I", {}), ("v-none", "V", {}), ("m-good", "M", {}), ("m-old", "M", {"logon": 300}), ("m-bad", "M", {}),
            ("nurse", "", {}), ("n-bypass", "", {}), ("n-none", "", {})):
        rid += 1
        logon, bad = more.get("logon", 2), more.get("bad", 3)
        a = m.row("account", sid=f"{DOMAIN}-{rid}", rid=rid, kind="user", dn=f"CN={name},DC=ward,DC=example", sam_name=name, upn=f"{name}@ward.example", uac=more.get("uac", 512), primary_group_rid=513,
                  pwd_last_set=m.now - 40 * DAY, created_at=m.now - 500 * DAY, logon_timestamp=m.now - logon * DAY if logon else None, spn_count=0, admin_count=None, server="dc1.ward.example")
        m.row("account_logon", guid=a["guid"], server="dc1.ward.example", last_logon=m.now - logon * DAY if logon else 0, bad_password_at=m.now - bad * DAY if bad else 0)
        m.row("secret_change", guid=a["guid"], server="dc1.ward.example", form="binary", password_version=2, password_at=m.now - 40 * DAY, date_at=m.now - 40 * DAY)
        for letter, group in (("A", "Domain Admins"), ("V", "VPN"), ("M", "Vendors"), ("I", "Inner")):
            if letter == groups_of:
                m.row("membership", group_guid=groups[group]["guid"], member_dn=a["dn"], member_guid=a["guid"], member_sid=a["sid"])
        if name == "a-key":
            m.row("key_credential", guid=a["guid"], key_id="1" * 32, usage="ngc", key_source="entra", device_id=m.guid(), created_at=m.now - 200 * DAY, flags=0)
            m.row("key_credential", guid=a["guid"], key_id="2" * 32, usage="fido", key_source="entra", device_id=m.guid(), created_at=m.now - 200 * DAY, flags=2)
        if name == "a-cert":
            m.row("certificate_mapping", guid=a["guid"], position=0, kind="issuer_serial", is_strong=1)
            m.row("certificate_mapping", guid=a["guid"], position=1, kind="issuer_subject", is_strong=0)
    m.row("membership", group_guid=groups["VPN"]["guid"], member_dn=groups["Inner"]["dn"], member_guid=groups["Inner"]["guid"], member_sid=groups["Inner"]["sid"])
    m.covered("dc1.ward.example", "ldap.rootdse", "ldap.domain", "ldap.user", "ldap.group", "ldap.logon", "ldap.metadata", "ldap.site", "ldap.pso", "ldap.silo", "ldap.computer",
              "ldap.service_account", "ldap.foreign", "ldap.trust")
    m.covered("site", "site.account")
    for purpose, kind, entry, note in (
            ("remote_access", "group", "CN=VPN,DC=ward,DC=example", None), ("vendor", "group", "Vendors", None), ("break_glass", "account", "glass1", "SIEM rule 12"), ("break_glass", "account", "glass2", None),
            ("honey", "account", "honey1", None), ("honey", "account", f"{DOMAIN}-3014", None), ("honey", "account", "honey3@ward.example", None),
            ("remote_access", "account", "nobody-here", None), ("privileged", "account", "uid=root,dc=bed", None), ("remote_access", "account", "uid=plain,dc=bed", None)):
        m.row("named_account", purpose=purpose, kind=kind, entry=entry, note=note)


def openldap(m):
    m.row("directory_server", host="ldap1.bed", dns_name="ldap1.bed", vendor="OpenLDAP")
    for name, more in (("root", {}), ("otp", {}), ("plain", {}), ("loose", {"policy_dn": "cn=weak,dc=bed"}), ("lost", {"policy_dn": "cn=gone,dc=bed"}), ("locked", {"locked_at": m.now - DAY}),
                       ("expired", {"changed_at": m.now - 600 * DAY})):
        m.row("ppolicy_account", server="ldap1.bed", dn=f"uid={name},dc=bed", name=name, **{"has_password": 1, "created_at": m.now - 700 * DAY, "modified_at": m.now - 9 * DAY, "changed_at": m.now - 10 * DAY,
              "must_change": 0, "locked_at": 0, "failures": 0, "last_failure_at": None, "grace_uses": 0, **more})
    good = {"min_length": 14, "quality": 2, "history": 24, "max_age_s": 90 * 86400, "min_age_s": 86400, "locks": 1, "max_failures": 5, "failure_interval_s": 1800, "lockout_duration_s": 1800, "grace": 0, "must_change": 1, "safe_modify": 1}
    weak = {"min_length": 4, "quality": 0, "history": 0, "max_age_s": 900 * 86400, "min_age_s": 0, "locks": 0, "max_failures": 0, "failure_interval_s": 60, "lockout_duration_s": 60, "grace": 9, "must_change": 0, "safe_modify": 0}
    half = {**good, "max_failures": 9, "min_length": 9, "failure_interval_s": 60, "lockout_duration_s": 60, "max_age_s": 0, "quality": 1}
    for name, default, values in (("default", 1, good), ("weak", 0, weak), ("unused", 0, half)):
        m.row("ldap_password_policy", server="ldap1.bed", dn=f"cn={name},dc=bed", name=name, form="ppolicy", is_default=default, **values)
    for name, owner in (("token", "otp"), ("spare", "root")):
        m.row("otp_token", server="ldap1.bed", dn=f"cn={name},dc=bed", owner_dn=f"uid={owner},dc=bed", kind="totp", form="openldap", is_disabled=0, is_used=1)
    m.row("ldap_group", server="ldap1.bed", dn="cn=staff,dc=bed", name="staff", is_whole=1)
    m.row("ldap_member", server="ldap1.bed", group_dn="cn=staff,dc=bed", member_dn="uid=plain,dc=bed")
    m.covered("ldap1.bed", "ldap.rootdse", "ldap.ppolicy", "ldap.password_policy", "ldap.otp", "ldap.directory_group")
    m.covered("ldap1.bed", "ldap.accesslog", state="absent")
    for s in ("ldap.ppolicy", "ldap.accesslog", "ldap.password_policy", "ldap.otp"):
        m.covered("openldap", s, state="absent")


def freeipa(m, settings="otp,password", server="ipa1.bay"):
    base = "dc=bay"
    if not m.db.execute("SELECT 1 FROM directory_server WHERE host = ?", (server,)).fetchone():
        m.row("directory_server", host=server, dns_name=server, vendor="389 Project")
    m.row("ipa_settings", server=server, dn=f"cn=ipaConfig,cn=etc,{base}", auth_types=settings, options="KDC:Disable Lockout")
    for n, (name, more) in enumerate((
            ("chief", {"auth_types": "otp"}), ("deputy", {"auth_types": "otp,password", "failures": 7, "last_failure_at": m.now - 1000000}), ("key", {"auth_types": "passkey", "passkeys": 1}), ("card", {"auth_types": "pkinit", "mappings": 1}),
            ("inner", {"auth_types": "otp"}), ("bare", {"auth_types": "otp"}), ("plain", {}), ("never", {"expires_at": 0}), ("gone", {"ends_at": m.now - 9 * DAY}), ("off", {"is_enabled": 0}), ("far", {"auth_types": "radius", "has_radius": 1}))):
        m.row("ldap_account", server=server, dn=f"uid={name},cn=users,{base}", name=name, principal=f"{name}@BAY", sid=f"S-1-5-21-7-8-9-{1000 + n}", **{
            "is_enabled": 1, "auth_types": "", "created_at": m.now - 800 * DAY, "changed_at": m.now - 20 * DAY, "expires_at": m.now + 70 * DAY, "ends_at": 0, "logon_at": m.now - 2 * DAY, "failures": 0,
            "last_failure_at": 0, "has_radius": 0, "passkeys": 0, "mappings": 0, **more})
    for name, sid, members in (("admins", "S-1-5-21-7-8-9-512", ("uid=chief,cn=users", "uid=deputy,cn=users", "uid=key,cn=users", "uid=card,cn=users", "cn=lead,cn=groups")), ("lead", "S-1-5-21-7-8-9-2000", ("uid=inner,cn=users",)),
                               ("nurses", "S-1-5-21-7-8-9-2001", ("uid=plain,cn=users", "uid=deputy,cn=users"))):
        m.row("ldap_group", server=server, dn=f"cn={name},cn=groups,{base}", name=name, sid=sid, is_whole=1)
        for member in members:
            m.row("ldap_member", server=server, group_dn=f"cn={name},cn=groups,{base}", member_dn=f"{member},{base}")
    good = {"min_length": 14, "min_classes": 3, "history": 24, "max_age_s": 90 * 86400, "min_age_s": 3600, "locks": 1, "max_failures": 5, "failure_interval_s": 1800, "lockout_duration_s": 1800, "grace": 0, "dictionary": 1, "user_check": 1}
    weak = {**good, "min_length": 5, "history": 0, "max_age_s": 0, "max_failures": 9, "failure_interval_s": 60, "lockout_duration_s": 60}
    for name, default, precedence, values in (("global_policy", 1, None, weak), ("admins", 0, 1, good), ("nurses", 0, 2, {**weak, "locks": 0, "max_failures": 0})):
        m.row("ldap_password_policy", server=server, dn=f"cn={name},cn=BAY,{base}", name=name, form="ipa", is_default=default, precedence=precedence, **values)
    for name, owner, more in (("t1", "chief", {}), ("t2", "deputy", {}), ("t3", "inner", {}), ("t-old", "plain", {"not_after": m.now - DAY}), ("t-off", "bare", {"is_disabled": 1})):
        m.row("otp_token", server=server, dn=f"ipatokenuniqueid={name},cn=otp,{base}", owner_dn=f"uid={owner},cn=users,{base}", kind="totp", form="ipa", **{"is_disabled": 0, "not_before": m.now - 90 * DAY, "not_after": m.now + 900 * DAY, "is_used": 1, **more})
    m.covered(server, "ldap.rootdse", "ldap.ipa", "ldap.directory_group")
    m.covered("freeipa", "ldap.ipa", "ldap.directory_group", state="absent")


def exports(folder):
    """Three products; a-none and n-none are in none of them, v-none neither."""
    who = {"a-strong": (1, ["fido2SecurityKey"]), "a-sms": (1, ["mobilePhone"]), "a-without": (0, []), "a-off": (0, []), "glass2": (0, []), "v-good": (1, ["softwareOneTimePasscode"]), "v-bad": (0, []), "v-deep": (1, ["softwareOneTimePasscode"]),
           "m-good": (1, ["fido2SecurityKey"]), "m-bad": (0, []), "nurse": (1, ["softwareOneTimePasscode"])}
    entra = [{"id": f"7c9e6679-7425-40de-944b-{n:012x}", "userPrincipalName": f"{name}@ward.example", "userType": "member", "isAdmin": False, "isMfaRegistered": bool(has), "isMfaCapable": bool(has), "methodsRegistered": methods,
              "lastUpdatedDateTime": "2026-11-20T01:02:03Z"} for n, (name, (has, methods)) in enumerate(who.items())]
    duo = [{"user_id": f"DU{n:016}", "username": name, "status": status, "is_enrolled": True, "phones": [{"type": "Mobile", "activated": True, "capabilities": ["push"]}], "tokens": [], "webauthncredentials": []}
           for n, (name, status) in enumerate((("a-bypass", "bypass"), ("n-bypass", "bypass"), ("a-strong", "active"), ("WARD\\nurse", "active")))]
    for name, text in (("entra.json", json.dumps({"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#reports/authenticationMethods/userRegistrationDetails", "value": entra})),
                       ("duo.json", json.dumps({"stat": "OK", "response": duo})), ("cards.csv", "account,method,enrolled\na-twice,TOTP,2026-04-01\nm-old,hardware token,2026-04-01\nstranger,TOTP,2026-04-01\nWARD\\v-good,SMS,2026-04-01\n")):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as f:
            f.write(text)
    return [os.path.join(folder, n) for n in ("entra.json", "duo.json", "cards.csv")]


def own_checks(folder):
    root, own = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../checks"), os.path.join(folder, "checks")
    for name in ("mfa", "ipa", "openldap", "attest", "accounts", "schema"):
        shutil.copytree(os.path.join(root, name), os.path.join(own, name))
    for name in os.listdir(os.path.join(own, "accounts")):
        if name != "named.yaml":
            os.unlink(os.path.join(own, "accounts", name))
    for name in os.listdir(root):
        if name.endswith(".yaml"):
            shutil.copy(os.path.join(root, name), own)
    return own


def make(kagimori, folder, checks, name, settings):
    path = os.path.join(folder, name)
    subprocess.run([kagimori, "import", path, *exports(folder)], check=True, capture_output=True)
    tool = unseen_laws.Tool(kagimori, folder, path, checks=checks)
    tool.judge(path)
    db = sqlite3.connect(path)
    m = Maker(db)
    with db:
        active_directory(m)
        openldap(m)
        freeipa(m, settings)
        for question, answers in db.execute("SELECT id, answers FROM check_info WHERE answers IS NOT NULL").fetchall():
            good = [a["id"] for a in json.loads(answers) if a["verdict"] == "pass"][0]
            m.row("attestation", question=question, answer=good, who="lab", at=m.now - DAY, until=m.now + 300 * DAY, evidence="folder 1")
        m.covered("answers.yaml", "attest.answer")
        db.execute("DELETE FROM audit_info WHERE name = 'derived'")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return tool, db


# What this audit has no good example of.
NEVER_PASSES = {"ad.key.privileged", "ad.mapping.privileged", "ipa.lockout.switched-on", "mfa.coverage.target", "account.named.one-purpose"}
# An export that is cut short or of which records name nobody fails these, and means to.
MAY_FAIL = {"mfa.export.broken"}
# What was attested of exports that nobody ever imported holds: then they said that none is in use. Records without a name are nobody's.
ATTESTED = re.compile(r"mfa.export never asked|mfa_account.(upn|name|sid) NULL|account.(sam_name|sid) NULL")


class Laws(unseen_laws.Laws):
    def said(self, what, after, lost):
        said = super().broken(after, lost)
        said += [f"fail: {' '.join(k)} was {self.before[k]}" for k, v in self.named(after).items() if v == "fail" and self.before.get(k) in ("pass", "unknown") and k[0] not in MAY_FAIL]
        # Single records that nobody understood do not make what is known of everybody else uncertain.
        if "records that nobody understood" in what:
            said = [s for s in said if "mfa.privileged.phishable" not in s]
        if ATTESTED.match(what):
            said = [s for s in said if s.startswith(("pass", "error", "silent")) or ("mfa.export.unjoined" not in s and "mfa.bypass" not in s and not what.startswith("mfa.export never"))]
        return said


def mine(table, source):
    if table in OF_IPA:
        return f"form {'=' if source == 'ldap.ipa' else '<>'} 'ipa'"
    return "1"


def tables_of(source):
    return [t for t, s in TABLES.items() if s == source] + (list(OF_IPA) if source == "ldap.ipa" else [])


def whole_sources(full):
    for source in sorted(set(TABLES.values())):
        gone = [f"DELETE FROM {t} WHERE {mine(t, source)}" for t in tables_of(source)]
        # Named as nothing but a server that was asked: an absence is said of "openldap" and "freeipa" alone.
        def say(word):
            return f"UPDATE coverage SET state = '{word}', reason = '{word}' WHERE source = '{source}' AND target NOT IN ('openldap', 'freeipa')"
        never = f"DELETE FROM coverage WHERE source = '{source}'"
        for word in ("denied", "failed", "unreachable") if full else ("denied",):
            yield f"{source} {word}, no rows", [*gone, say(word)], {source}
        yield f"{source} failed, every row there", [say("failed")], {source}
        yield f"{source} partial, every row there", [say("partial")], {source}
        yield f"{source} never asked", [*gone, never], {source}
        yield f"{source} without coverage, every row there", [never], {source}
        cut = ["UPDATE mfa_export SET is_whole = 0"] if source == "mfa.export" else []
        for half in (0, 1):
            yield f"{source} partial, half {half}", cut + [f"DELETE FROM {t} WHERE {mine(t, source)} AND rowid % 2 = {half}" for t in tables_of(source)] + [say("partial")], {source}
        for t in tables_of(source):
            if full or len(tables_of(source)) > 1:
                yield f"{source} partial, no {t}", cut + [f"DELETE FROM {t} WHERE {mine(t, source)}", say("partial")], {source}


def exports_cut(db):
    for (path,) in db.execute("SELECT path FROM mfa_export").fetchall():
        of = f"path = '{path}'"
        bad = f"UPDATE coverage SET state = 'partial' WHERE source = 'mfa.export' AND target = '{path}'"
        methods, accounts = f"DELETE FROM mfa_method WHERE {of}", f"DELETE FROM mfa_account WHERE {of}"
        yield f"{path} cut before its first record", [methods, accounts, f"UPDATE mfa_export SET is_whole = 0 WHERE {of}", bad], set()
        yield f"{path} cut, said to be complete", [f"{methods} AND row > 2", f"{accounts} AND row > 2", f"UPDATE mfa_export SET is_whole = 0 WHERE {of}"], set()
        yield f"{path} with records that nobody understood", [f"{methods} AND row % 2", f"{accounts} AND row % 2", f"UPDATE mfa_export SET unreadable = 3 WHERE {of}", bad], set()
        yield f"{path} could not be read", [methods, accounts, f"DELETE FROM mfa_export WHERE {of}", bad.replace("partial", "failed")], set()
        yield f"{path} without its methods, partial", [methods, f"UPDATE mfa_export SET is_whole = 0 WHERE {of}", bad], set()
        yield f"{path} without coverage, every row there", [f"DELETE FROM coverage WHERE source = 'mfa.export' AND target = '{path}'"], set()


def names_lost(db):
    for purpose, entry in db.execute("SELECT purpose, entry FROM named_account").fetchall():
        yield f"the site file was not read: no {purpose} {entry}", [f"DELETE FROM named_account WHERE purpose = '{purpose}' AND entry = '{entry}'", unseen_losses.state("site.account", "failed")], {"site.account"}


def single_columns(db, full):
    for t in TABLES:
        for _, name, _, must, _, primary in db.execute(f"PRAGMA table_info({t})").fetchall():
            word = f"{t}.{name}"
            if must or primary or word in NOT_SET or not db.execute(f'SELECT count("{name}") FROM {t}').fetchone()[0]:
                continue
            if full or zlib.crc32(word.encode()) % 4 == 0:
                yield f"{word} NULL", [f'UPDATE {t} SET "{name}" = NULL'], set()
            if full or zlib.crc32(word.encode()) % 4 == 1:
                yield f"{word} NULL in half of the rows", [f'UPDATE {t} SET "{name}" = NULL WHERE rowid % 2'], set()


def answers_lost(tool, before, report):
    said = []
    for word, steps in (("withdrawn", ["DELETE FROM attestation"]), ("expired", ["UPDATE attestation SET until = at + 1"]), ("of the future", [f"UPDATE attestation SET at = at + {DAY} * 100"]),
                        ("not read", ["DELETE FROM attestation", unseen_losses.state("attest.answer", "failed")])):
        after = tool.without(steps)
        said += [f"{word}: {k[0]} {v}" for k, v in after.items() if k[0].startswith("attest.") and v != "unknown"]
        said += [f"{word}: {k[0]} is not there" for k in before if k[0].startswith("attest.") and k not in after]
        for check in ("mfa.privileged.without", "mfa.remote.without"):
            was = {k for k, v in before.items() if k[0] == check and v == "fail"}
            open_now = {k for k in was if after.get(k) == "unknown"}
            if not open_now:
                said.append(f"{word}: {check} is as sure as before")
        said += [f"{word}: pass {' '.join(k)}" for k, v in after.items() if v == "pass" and before.get(k) != "pass"]
    report("answers withdrawn, expired, of the future, not read", said)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("kagimori")
    p.add_argument("--full", action="store_true")
    p.add_argument("--only", default="")
    o = p.parse_args()
    report = unseen_laws.Report()
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as folder:
        checks = own_checks(folder)
        for name, settings in (("whole.db", "otp,password"), ("disabled.db", "disabled")):
            tool, db = make(o.kagimori, folder, checks, name, settings)
            before = tool.judge(tool.whole)
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            same = {**unseen_laws.aliases(db), **dict(db.execute("SELECT guid, sid FROM ldap_account"))}
            laws = Laws(before, same, unseen_laws.view_sources(db))
            tries = [*whole_sources(o.full), *exports_cut(db), *names_lost(db), *single_columns(db, o.full)]
            if name != "whole.db":
                # What the settings of the whole directory overrule.
                tries = [t for t in tries if t[0].startswith(("ldap.ipa", "ipa_settings", "ldap_account.auth"))]
            else:
                verdicts = {}
                for (c, _, _), v in before.items():
                    verdicts.setdefault(c, set()).add(v)
                report("something passes in every check that can", [c for c, v in sorted(verdicts.items()) if "pass" not in v and c not in NEVER_PASSES])
                answers_lost(tool, before, report)
            with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
                for what, lost, job in [(w, lost, pool.submit(tool.without, steps)) for w, steps, lost in tries if re.search(o.only, w)]:
                    report(f"{settings}: {what}", laws.said(what, job.result(), lost))
            db.close()
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
