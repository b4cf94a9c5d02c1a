#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Does what people do after an incident, and what an intruder does, on one domain controller of the lab that the reset walk has for itself.
usage: reset_walk.py SERVER <COMMANDS     over LDAP, as Administrator: the audit log has a record of it
       reset_walk.py here <COMMANDS       as root of the machine, inside of `lab dc N`

commands, a line each:
  reset NAME…         a new random password
  forge NAME…         pwdLastSet 0, then -1: the date moves, the password stays
  must-change NAME…   pwdLastSet 0
  create NAME…        an account in CN=Users
  disable NAME…
  rename NAME NEW     its common name and its sAMAccountName
  move NAME DN        below another container
  delete NAME…
  laps NAME FILE      the password of a file as that of LAPS for a computer, and its expiry in 30 days
  trust NAME FLAT     both secrets of a trust, and its account FLAT$ when there is one (here only)
  machine             the machine account of this domain controller, in the directory and in its own store (here only)
Passwords are random and never said; the file WALK_SECRETS gets them, as leaks.py wants them, and the lab's own files where it logs on with one."""
import os
import secrets
import sys
import time

import ldb
from samba.auth import system_session
from samba.credentials import DONT_USE_KERBEROS, Credentials
from samba.param import LoadParm
from samba.samdb import SamDB

PRIVATE = "/var/lib/samba/private/"
ACCOUNTS = os.path.join(os.environ["KAGIMORI_LAB_DIR"], "accounts")
server = sys.argv[1]
lp = LoadParm()
if server == "here":
    lp.load("/etc/samba/smb.conf")
    sam = SamDB(PRIVATE + "sam.ldb", session_info=system_session(), lp=lp)
else:
    creds = Credentials()
    creds.guess(lp)
    creds.set_username("Administrator")
    with open(os.path.join(ACCOUNTS, "Administrator.password"), encoding="utf-8") as f:
        creds.set_password(f.read().rstrip("\n"))
    creds.set_kerberos_state(DONT_USE_KERBEROS)
    sam = SamDB(url="ldap://" + server, lp=lp, credentials=creds)
base = sam.domain_dn()


def random_password():
    password = "Walk-%s-Aa1" % secrets.token_hex(10)
    with open(os.environ["WALK_SECRETS"], "a", encoding="utf-8") as f:
        f.write("word %s\n" % password)
    return password


def find(name):
    found = sam.search(base, ldb.SCOPE_SUBTREE, "(sAMAccountName=%s)" % ldb.binary_encode(name), attrs=["userAccountControl"])
    if len(found) != 1:
        sys.exit("%s: %d accounts" % (name, len(found)))
    return found[0]


def modify(dn, controls=None, **changes):
    message = ldb.Message(dn)
    for attribute, value in changes.items():
        attribute = attribute.replace("_", "-")
        message[attribute] = ldb.MessageElement(value, ldb.FLAG_MOD_REPLACE, attribute)
    sam.modify(message, controls or [])


def reset(name):
    password, path = random_password(), os.path.join(ACCOUNTS, name + ".password")
    modify(find(name).dn, unicodePwd=('"%s"' % password).encode("utf-16-le"))
    if os.path.exists(path):
        fd = os.open(path, os.O_WRONLY | os.O_TRUNC, 0o600)
        os.write(fd, password.encode())
        os.close(fd)


def forge(name):
    dn = find(name).dn
    for value in ("0", "-1"):
        modify(dn, pwdLastSet=value)


def disable(name):
    account = find(name)
    modify(account.dn, userAccountControl=str(int(account["userAccountControl"][0]) | 2))


def laps(name, path):
    with open(path, encoding="utf-8") as f:
        password = f.read().rstrip("\n")
    expiry = (int(time.time()) + 30 * 86400 + 11644473600) * 10000000
    modify(find(name).dn, ms_Mcs_AdmPwd=password, ms_Mcs_AdmPwdExpirationTime=str(expiry))


def trust(name, flat):
    from samba import dsdb
    from samba.dcerpc import drsblobs, lsa
    from samba.ndr import ndr_pack
    blobs = []
    for _ in range(2):
        data = list(random_password().encode("utf-16-le"))
        info = drsblobs.AuthenticationInformation()
        info.LastUpdateTime = (int(time.time()) + 11644473600) * 10000000
        info.AuthType = lsa.TRUST_AUTH_TYPE_CLEAR
        clear = drsblobs.AuthInfoClear()
        clear.size, clear.password = len(data), data
        info.AuthInfo = clear
        array = drsblobs.AuthenticationInformationArray()
        array.count, array.array = 1, [info]
        out = drsblobs.trustAuthInOutBlob()
        out.count, out.current, out.previous = 1, array, array
        blobs.append(ndr_pack(out))
    modify(ldb.Dn(sam, "CN=%s,CN=System,%s" % (name, base)), ["relax:0"], trustAuthIncoming=blobs[0], trustAuthOutgoing=blobs[1])
    for account in sam.search(base, ldb.SCOPE_SUBTREE, "(sAMAccountName=%s$)" % flat, attrs=[]):
        modify(account.dn, ["relax:0", "local_oid:%s:0" % dsdb.DSDB_CONTROL_PERMIT_INTERDOMAIN_TRUST_UAC_OID],
               clearTextPassword=random_password().encode("utf-16-le"))


def machine():
    """As a domain controller that changes its own: the new secret is in the directory and in the store that Samba's services read."""
    from samba import Ldb
    from samba.dcerpc import security
    from samba.upgradehelpers import update_machine_account_password

    class names:
        netbiosname, domain, realm = lp.get("netbios name"), lp.get("workgroup"), lp.get("realm")
        dnsdomain, domainsid = lp.get("realm").lower(), security.dom_sid(sam.get_domain_sid())

    update_machine_account_password(sam, Ldb(PRIVATE + "secrets.ldb", session_info=system_session(), lp=lp), names)


def rename(old, new):
    dn = find(old).dn
    named = ldb.Dn(sam, "CN=%s,%s" % (new, dn.parent()))
    sam.rename(dn, named)
    modify(named, sAMAccountName=new)


def move(name, container):
    dn = find(name).dn
    sam.rename(dn, ldb.Dn(sam, "%s=%s,%s" % (dn.get_rdn_name(), dn.get_rdn_value(), container)))


def must_change(name):
    modify(find(name).dn, pwdLastSet="0")


def create(name):
    sam.newuser(name, random_password())


def delete(name):
    sam.delete(find(name).dn)


EACH = {"reset": reset, "forge": forge, "must-change": must_change, "create": create, "disable": disable, "delete": delete}
ONCE = {"rename": rename, "move": move, "laps": laps, "trust": trust, "machine": machine}
for line in sys.stdin:
    what, *rest = line.split()
    if what in EACH:
        for one in rest:
            EACH[what](one)
    else:
        ONCE[what](*rest)
