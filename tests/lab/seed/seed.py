"""The small hospital. Facts about every seeded fault: FACTS.md."""
from lab import *


def audit_accounts():
    ou = "OU=Service"
    clock(2000)
    add(ou, "organizationalUnit")
    user("kagimori-audit", ou, "監査用アカウント", created=30)
    user("kagimori-audit-plus", ou, "監査用アカウント（PSO 読み取り可）", created=30)
    user("kagimori-audit-locked", ou, "監査用アカウント（ロックアウト中）", created=30)
    user("kagimori-audit-expired", ou, "監査用アカウント（期限切れ）", created=300, accountExpires=filetime(40))
    user("kagimori-audit-disabled", ou, "監査用アカウント（無効）", created=30, uac=NORMAL | DISABLED)
    for a in ("kagimori-audit", "kagimori-audit-plus", "kagimori-audit-locked",
              "kagimori-audit-expired", "kagimori-audit-disabled", "Administrator"):
        password_file(a)


def service_names():
    """What samba_spnupdate adds to a domain controller's account when it runs."""
    have = {str(v).lower() for v in sam.search(dn_of("DC1$"), ldb.SCOPE_BASE, attrs=["servicePrincipalName"])[0]["servicePrincipalName"]}
    host, new = "dc1." + DOMAIN, []
    with open("/usr/share/samba/setup/spn_update_list") as f:
        for line in f:
            line = line.split("#")[0].strip()
            if not line or "${NTDSGUID}" in line or "DNS" in line and "Zones" in line:
                continue
            for k, v in (("HOSTNAME", host), ("DNSDOMAIN", DOMAIN), ("DNSFOREST", DOMAIN), ("NETBIOSNAME", "DC1"), ("WORKGROUP", os.environ["LAB_NETBIOS"])):
                line = line.replace("${%s}" % k, v)
            if "$" not in line and line.lower() not in have:
                new.append(line)
    clock(2400)
    append(dn_of("DC1$"), "servicePrincipalName", new)


def main():
    sam.transaction_start()
    service_names()
    audit_accounts()
    sam.transaction_commit()


main()
