#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes passwords of test accounts over LDAP, on one domain controller.
usage: record_accounts.py SERVER USER PASSWORD_FILE create PREFIX NAME…
       record_accounts.py SERVER USER PASSWORD_FILE delete everything
       record_accounts.py SERVER USER PASSWORD_FILE reset|change|forge|member NAME [NEW_PASSWORD_FILE]
create: accounts PREFIX-NAME in CN=Users, with the password of the file KAGIMORI_RECORD_PASSWORD. delete: all that were ever made so.
change: by the account itself, from the password of PASSWORD_FILE. forge: pwdLastSet 0, then -1. member: into Domain Admins, and out again."""
import os
import sys

import ldb
from samba.credentials import DONT_USE_KERBEROS, Credentials
from samba.param import LoadParm
from samba.samdb import SamDB


def content(path):
    with open(path, encoding="utf-8") as f:
        return f.read().rstrip("\n")


MARK = "made by the test of password records, which deletes it"
server, user, password_file, what, name, *rest = sys.argv[1:]
lp = LoadParm()
creds = Credentials()
creds.guess(lp)
creds.set_username(user)
creds.set_password(content(password_file))
creds.set_kerberos_state(DONT_USE_KERBEROS)
sam = SamDB(url="ldap://" + server, lp=lp, credentials=creds)
base = sam.domain_dn()


def quoted(path):
    return ('"%s"' % content(path)).encode("utf-16-le")


def modify(name, *changes):
    message = ldb.Message(ldb.Dn(sam, "CN=%s,CN=Users,%s" % (name, base)))
    for i, (flag, attribute, value) in enumerate(changes):
        message[str(i)] = ldb.MessageElement(value, flag, attribute)
    sam.modify(message)


if what == "create":
    for one in rest:
        one = "%s-%s" % (name, one)
        sam.newuser(one, content(os.environ["KAGIMORI_RECORD_PASSWORD"]), description=MARK)
elif what == "delete":
    for found in sam.search(base, ldb.SCOPE_SUBTREE, "(&(objectClass=user)(description=%s))" % MARK, attrs=[]):
        sam.delete(found.dn)
elif what == "reset":
    modify(name, (ldb.FLAG_MOD_REPLACE, "unicodePwd", quoted(rest[0])))
elif what == "change":
    modify(name, (ldb.FLAG_MOD_DELETE, "unicodePwd", quoted(password_file)), (ldb.FLAG_MOD_ADD, "unicodePwd", quoted(rest[0])))
elif what == "forge":
    modify(name, (ldb.FLAG_MOD_REPLACE, "pwdLastSet", "0"))
    modify(name, (ldb.FLAG_MOD_REPLACE, "pwdLastSet", "-1"))
elif what == "member":
    for add in (True, False):
        sam.add_remove_group_members("Domain Admins", [name], add_members_operation=add)
else:
    sys.exit(__doc__)
