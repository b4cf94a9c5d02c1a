"""The small hospital: calls the parts in the order in which RIDs are given out."""
import json

import certificates
import computers
import group_policy
import later
import people
import policies
import privileges
import rights
from lab import *


def service_names():
    """What samba_spnupdate adds to a domain controller's account when it runs."""
    have = {str(v).lower() for v in sam.search(dn_of("DC1$"), ldb.SCOPE_BASE, attrs=["servicePrincipalName"])[0]["servicePrincipalName"]}
    new = []
    with open("/usr/share/samba/setup/spn_update_list") as f:
        for line in f:
            line = line.split("#")[0].strip()
            if not line or "${NTDSGUID}" in line or "DNS" in line and "Zones" in line:
                continue
            for k, v in (("HOSTNAME", "dc1." + DOMAIN), ("DNSDOMAIN", DOMAIN), ("DNSFOREST", DOMAIN), ("NETBIOSNAME", "DC1"), ("WORKGROUP", os.environ["LAB_NETBIOS"])):
                line = line.replace("${%s}" % k, v)
            if "$" not in line and line.lower() not in have:
                new.append(line)
    clock(2400)
    append(dn_of("DC1$"), "servicePrincipalName", new)


def domain_controllers():
    stamp(dn_of("DC1$"), 1)
    fact("dc-password-age", "DC1$", "machine password as old as the domain: 2400 days")
    facts.append(("dc-password-age", "(DC2$)", "pass", "joined when the lab was built: machine password new"))
    fact("backup", BASE, "no dSASignature in the metadata of the domain head: never backed up by a means that the directory knows", "info")
    allow("CN=Master Root Keys,CN=Group Key Distribution Service,CN=Services,<config>", "kagimori-audit-plus", "RPLCRC", flags="CI")


STEPS = [people.audit_accounts, service_names, people.units, people.staff, people.flags, people.idle, people.vendors, people.texts,
         people.hostile, people.records, people.keys, computers.computers, computers.services, computers.kds_and_gmsa, computers.trusts,
         privileges.administrators, privileges.memberships, people.add_keys, privileges.history, privileges.silos, privileges.protect,
         policies.domain, policies.fine_grained, policies.group_policy, certificates.authorities,
         rights.domain_head, rights.privileged_objects, rights.containers, later.accounts, later.machines,
         later.managed, later.more_rights, domain_controllers] + group_policy.STEPS


def main():
    sam.transaction_start()
    for step in STEPS:
        try:
            step()
        except SystemExit as e:
            raise SystemExit("%s.%s: %s" % (step.__module__, step.__name__, e))
        print(step.__module__ + "." + step.__name__, flush=True)
    with open(os.path.join(STATE, "accounts", "facts.json"), "w") as f:
        json.dump(resolved_facts(), f, ensure_ascii=False, indent=0)
    clock(0)
    sam.transaction_commit()


main()
