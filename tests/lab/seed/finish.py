"""What can be done only when replication is over.
usage: finish.py names (on dc1, once dc2 has joined) | values (on each domain controller)"""
import os
import sys
import time

os.environ.setdefault("LAB_NOW", str(int(time.time())))
from lab import *


def names_of_dc2():
    """Service names that samba_spnupdate would add on dc2; written on dc1, whose KDC is asked."""
    host, flat = "dc2." + DOMAIN, os.environ["LAB_NETBIOS"]
    want = ["HOST/" + host, "HOST/%s/%s" % (host, flat), "ldap/%s/%s" % (host, flat), "GC/%s/%s" % (host, DOMAIN), "ldap/" + host,
            "HOST/%s/%s" % (host, DOMAIN), "ldap/%s/%s" % (host, DOMAIN), "HOST/DC2", "ldap/DC2", "RestrictedKrbHost/DC2", "RestrictedKrbHost/" + host]
    r = sam.search(dn_of("DC2$"), ldb.SCOPE_BASE, attrs=["servicePrincipalName"])
    have = {str(v).lower() for v in r[0]["servicePrincipalName"]}
    append(dn_of("DC2$"), "servicePrincipalName", [w for w in want if w.lower() not in have])
    # provisioning writes these for the first domain controller, joining does not
    first = sam.search(dn_of("DC1$"), ldb.SCOPE_BASE, attrs=["operatingSystem", "operatingSystemVersion"])[0]
    change(dn_of("DC2$"), {a: str(first[a]) for a in ("operatingSystem", "operatingSystemVersion") if a in first})


def logons_at_dc2():
    """Attributes that every domain controller keeps for itself."""
    local = ["relax:0", "bypassoperational:0"]
    change(dn_of("sato000"), {"lastLogon": filetime(0.5), "logonCount": 7}, controls=local)
    change(dn_of("nurse-call"), {"badPwdCount": 4, "badPasswordTime": filetime(0.2)}, controls=local)
    change(dn_of("DC2$"), {"lastLogonTimestamp": filetime(1)}, controls=local)


def past_samba():
    """What Samba refuses goes past its modules, straight into the file of each domain controller:
    text that is not UTF-8 (it could not be replicated either), a service name on two accounts, the number of an RODC's krbtgt."""
    raw = ldb.Ldb("/var/lib/samba/private/sam.ldb.d/" + BASE.upper().replace("=", "%3D").replace(",", "%2C") + ".ldb")
    for account, attribute, value, how in (
            ("hostile-utf8", "info", b"bad \xff\xfe\xc3( bytes", ldb.FLAG_MOD_REPLACE),
            ("svc-dup2", "servicePrincipalName", "HTTP/dup." + DOMAIN, ldb.FLAG_MOD_ADD),
            ("krbtgt_23456", "msDS-SecondaryKrbTgtNumber", "23456", ldb.FLAG_MOD_REPLACE)):
        m = ldb.Message(ldb.Dn(raw, dn_of(account)))
        m[attribute] = ldb.MessageElement(value, how, attribute)
        raw.modify(m)


if sys.argv[1] == "names":
    names_of_dc2()
else:
    if os.environ["LAB_HOST"] == "dc2":
        logons_at_dc2()
    past_samba()
