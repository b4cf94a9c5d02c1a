# SPDX-License-Identifier: GPL-3.0-or-later
"""redact.py EVIDENCE DIR… --named DIR: looks in the redacted documents of folders for everything of an evidence file that could tell whose it is: names of accounts, groups,
hosts and domains, what DNs hold, addresses, domain parts of SIDs, GUIDs, what people wrote. A string that Kagimori's own texts hold, too (checks, catalogues), is none.
The folder after --named holds documents with names, of which it must see some. Prints "ok"/"FAILED" lines."""
import bisect
import collections
import csv
import functools
import html
import io
import ipaddress
import json
import pathlib
import re
import sqlite3
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PSEUDONYM = re.compile(r"\b(?:text|user|host|group|domain|ou|policy|ip|path)-[a-z2-7]{10,16}\b")
NAMES = """account.sam_name account.upn account.display_name account.dns_name account.dn directory_group.sam_name directory_group.dn local_account.name local_account.full_name
local_group.name local_group_member.member_name host_target.host host_target.address host_smb.netbios_name host_smb.dns_name host_smb.netbios_domain host_machine.machine_name
host_machine.domain_name domain_head.dns_name domain_head.netbios_name domain_head.dn trusted_domain.partner trusted_domain.flat_name trusted_domain.dn organizational_unit.dn
organizational_unit.name policy_object.display_name policy_object.path site.name password_settings.name certificate_template.name enrollment_service.name
host_share.name host_share.remark host_tls.subject host_tls.issuer host_tls.names autostart.command host_service.path service_event.path service_event.name
attestation.who attestation.note attestation.evidence waiver.approver waiver.reason named_account.entry named_account.note reset_decision.who reset_decision.note
mfa_account.upn mfa_account.name logon_event.workstation logon_event.address logon_event.account_name logon_event.subject_name change_event.target_name change_event.subject_name
change_event.address ldap_account.name ldap_account.dn ldap_group.name directory_server.host directory_server.dns_name service_principal.name event_computer.name
policy_item.name policy_item.command policy_item.arguments policy_item.account artifact.path host_port.banner""".split()


def own_texts():
    """Everything that Kagimori says by itself, in lower case; tests of checks hold made-up names and do not count."""
    parts = []
    for path in sorted(ROOT.glob("checks/**/*.yaml")):
        for document in path.read_text("utf-8").split("\n---\n"):
            parts.append(re.split(r"^tests:", document, flags=re.M)[0])
    for pattern in ("report/**/*.xml", "report/**/*.c", "report/redact/words.yaml", "audit/**/*.c", "audit/**/*.sql", "audit/**/*.def", "rules/**/*.c"):
        parts += [path.read_text("utf-8") for path in sorted(ROOT.glob(pattern))]
    own = "\n".join(parts).lower()
    # Names of people, which examples in our sources use, are nobody's own text.
    never = re.search(r"^never:\n((?: .*\n)+)", (ROOT / "report/redact/words.yaml").read_text("utf-8"), flags=re.M)[1].lower().replace("value:", " ").split()
    ascii_names = "|".join(re.escape(n) for n in never if n.isascii())
    own = re.sub(rf"(?<![a-z0-9])(?:{ascii_names})(?![a-z0-9])", "\n", own)
    return re.sub("|".join(re.escape(n) for n in never if not n.isascii()), "\n", own)


def pieces(value):
    """A value and what it is made of: DOMAIN\\name, name@domain, host.domain, the values of a DN."""
    value = value.strip()
    yield value
    for part in re.split(r"[\\@,;|]|/(?=[A-Za-z])", value):
        part = re.sub(r"^[A-Za-z]+=", "", part.strip().strip("<>"))
        yield part.rstrip("$")
        if "." in part and " " not in part:
            yield part.split(".")[0]


def identifying(db, own):
    found, own_words = {}, collections.defaultdict(list)
    for line in set(own.split("\n")):
        for word in set(re.findall(r"[a-z0-9]+", line)):
            own_words[word].append(line)

    @functools.lru_cache(None)
    def is_own(low):
        words = re.findall(r"[a-z0-9]+", low)
        if not words or not all(word in own_words for word in words):
            return not words and low in own
        return words == [low] or any(low in line for line in min((own_words[word] for word in words), key=len))

    for name in NAMES:
        table, column = name.split(".")
        try:
            rows = db.execute(f"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL").fetchall()
        except sqlite3.OperationalError as error:
            raise SystemExit(f"redact.py: {error}") from error
        for (value,) in rows:
            for piece in pieces(value):
                low = piece.lower()
                # Paths of Windows itself, and what the decoder says of an account, consist of our own words.
                if len(low.encode()) >= 4 and not re.fullmatch(r"[\d. :/-]+", low) and not is_own(low) and \
                        not all(is_own(part) for part in re.split(r"[/ %]", low) if part):
                    found.setdefault(low, name)
    texts = [row[0] for table, column in db.execute("SELECT m.name, p.name FROM sqlite_schema m, pragma_table_info(m.name) p WHERE m.type = 'table' AND p.type = 'TEXT'")
             for row in db.execute(f'SELECT DISTINCT "{column}" FROM "{table}" WHERE "{column}" IS NOT NULL')]
    for text in texts:
        for sid in re.findall(r"S-1-5-21-\d+-\d+-\d+", text):
            found.setdefault(sid.lower(), "domain part of a SID")
        for address in re.findall(r"(?<![\d.])\d+\.\d+\.\d+\.\d+(?![\d.])", text):
            try:
                if not ipaddress.ip_address(address).is_loopback and not is_own(address):
                    found.setdefault(address, "address")
            except ValueError:
                pass
        for guid in re.findall(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}", text):
            if not is_own(guid.lower()) and guid != "00000000-0000-0000-0000-000000000000":
                found.setdefault(guid.lower(), "GUID")
        for finding in re.findall(r"F-[0-9a-f]{12}", text):
            found.setdefault(finding.lower(), "id of a finding")
    for (value,) in db.execute("SELECT value FROM audit_info WHERE name GLOB 'organisation*' AND value <> ''"):
        found[value.lower()] = "organisation"
    return found


def said(path):
    """What a document says, piece by piece as a reader of its format sees it: most of it is said many times, and need be searched once."""
    text = path.read_text("utf-8-sig", "strict")
    if path.suffix in (".html", ".xml"):
        return (html.unescape(piece) for piece in set(re.split(r"[<>]", text)))
    if path.suffix == ".csv":
        return (cell for row in csv.reader(io.StringIO(text, newline=""), strict=True) for cell in row)
    if path.suffix in (".json", ".jsonl"):
        return (json.loads(literal) for literal in set(re.findall(r'"(?:[^"\\]|\\.)*"', text)))
    return text.split("\n")


def leaks(strings, folder):
    """What is found in a folder: lines of text, the last one a sum of what was looked at."""
    documents, first = sorted(pathlib.Path(folder).iterdir()), {}
    for path in documents:
        for piece in said(path):
            first.setdefault(PSEUDONYM.sub("~", piece).lower(), path)
    text, starts, at = "\n".join(first), [], 0
    for piece in first:
        starts.append(at)
        at += len(piece) + 1
    sources, words = list(first.values()), set(re.findall(r"[a-z0-9]+", text))
    found = []
    for string, where in sorted(strings.items()):
        if not all(word in words for word in re.findall(r"[a-z0-9]+", string)):
            continue
        at = text.find(string)
        # Part of a longer word is another word: "mito" in "mitogen".
        while at >= 0 and string.isascii() and (text[at - 1:at].isalnum() and string[0].isalnum() or text[at + len(string):at + len(string) + 1].isalnum() and string[-1].isalnum()):
            at = text.find(string, at + 1)
        if at >= 0:
            found.append(f"{sources[bisect.bisect(starts, at) - 1].name}: {where}: {string!r} in {text[max(0, at - 60):at + len(string) + 40]!r}")
    return found, f"{len(strings)} strings, {len(documents)} documents of {len(text)} characters, {len(found)} leaks"


def main():
    evidence, *redacted, option, named = sys.argv[1:]
    assert option == "--named" and redacted
    db = sqlite3.connect(f"file:{evidence}?mode=ro", uri=True)
    db.text_factory = lambda b: b.decode("utf-8", "replace")
    strings = identifying(db, own_texts())
    failed = len(strings) < 100
    for folder in redacted:
        found, summary = leaks(strings, folder)
        print("FAILED names in" if found else "ok no name in", "redacted documents:", summary)
        for line in found[:20]:
            print("    " + line)
        failed |= bool(found)
    # Words apart, most of what is looked for stands in documents with names.
    found, summary = leaks(strings, named)
    print("ok the test sees names where there are some:" if len(found) > len(strings) / 3 else "FAILED the test sees no names where there are some:", summary)
    return int(failed or len(found) <= len(strings) / 3)


if __name__ == "__main__":
    sys.exit(main())
