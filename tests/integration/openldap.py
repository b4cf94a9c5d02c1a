#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts of an OpenLDAP server for 23_openldap.sh: its configuration, its first entries, and an access log that is older than the test.

usage: openldap.py conf DIR PORT log|nolog     slapd.conf to the standard output
       openldap.py entries DIR                 LDIF of the accounts that are there before slapd starts
       openldap.py log NUMBER [FAR]            LDIF of an access log of NUMBER records, thirty days old; FAR: and one of the year 9999
"""
import os
import sys
import time

BASE = "dc=ward,dc=example"


def password(folder, name):
    with open(os.path.join(folder, name)) as f:
        return f.readline().rstrip("\n")


def conf(folder, port, log):
    del port
    print(f"""include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/nis.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload ppolicy
moduleload accesslog
pidfile {folder}/slapd.pid
TLSCertificateFile {folder}/cert.pem
TLSCertificateKeyFile {folder}/key.pem
loglevel stats

database mdb
suffix cn=accesslog
directory {folder}/log
maxsize 268435456
index reqStart,objectClass eq
access to attrs=reqMod by dn.exact=uid=blind,{BASE} none by dn.exact=uid=nolog,{BASE} none by * search
access to attrs=reqOld by * none
access to * by dn.exact=uid=nolog,{BASE} none by * read
limits dn.exact="uid=audit,{BASE}" size=unlimited
limits dn.exact="uid=half,{BASE}" size=unlimited

database mdb
suffix "{BASE}"
directory {folder}/db
maxsize 268435456
rootdn "cn=admin,{BASE}"
rootpw "{password(folder, 'admin')}"
limits dn.exact="uid=audit,{BASE}" size=unlimited
access to attrs=userPassword,pwdHistory by self write by dn.exact=uid=audit,{BASE} search by anonymous auth by * none
access to attrs=pwdAccountLockedTime by dn.exact=uid=half,{BASE} search by dn.exact=uid=blind,{BASE} none by * read
access to * by self write by * read
overlay ppolicy
ppolicy_default "cn=default,{BASE}\"""")
    if log:
        print("overlay accesslog\nlogdb cn=accesslog\nlogops writes session\nlogpurge 90+00:00 1+00:00")


def entries(folder):
    print(f"""dn: {BASE}
objectClass: domain
dc: ward

dn: cn=default,{BASE}
objectClass: organizationalRole
objectClass: pwdPolicy
cn: default
pwdAttribute: userPassword
pwdLockout: TRUE
pwdMaxFailure: 3
pwdInHistory: 5
pwdMaxAge: 63072000
pwdMustChange: FALSE
""")
    for name in ("audit", "half", "blind", "nolog"):
        account(name, password(folder, "audit"), "")
    # slapadd goes past the overlay: what it does not write is not there.
    account("nodate", password(folder, "first"), "")
    account("first-one", password(folder, "first"), "createTimestamp: 20260301080000Z\npwdChangedTime: 20260301080000Z\n")
    for name in ("self", "reset", "dark", "offline", "restored", "locked", "pending", "refused", "deleted"):
        account(name, password(folder, "first"), "createTimestamp: 20260301080000Z\npwdChangedTime: 20260401080000Z\n")
    print(f"dn: cn=Contact,{BASE}\nobjectClass: person\ncn: Contact\nsn: C\n")


def account(name, secret, more):
    print(f"""dn: uid={name},{BASE}
objectClass: inetOrgPerson
objectClass: posixAccount
uid: {name}
cn: {name}
sn: {name}
uidNumber: 1000
gidNumber: 1000
homeDirectory: /
userPassword: {secret}
{more}""")


def log(number, far):
    print("dn: cn=accesslog\nobjectClass: auditContainer\ncn: accesslog\n")
    begin = int(time.time()) - 30 * 86400
    for i in range(number):
        at = time.strftime("%Y%m%d%H%M%S", time.gmtime(begin + i)) + ".000001Z"
        # Of accounts that are gone: nobody may be told to have changed anything by them.
        kind = "userPassword:= {SSHA}old" if i % 2 else "description:= x"
        print(f"""dn: reqStart={at},cn=accesslog
objectClass: auditModify
reqStart: {at}
reqEnd: {at}
reqType: modify
reqSession: {i}
reqAuthzID: cn=admin,{BASE}
reqDN: uid=gone-{i},{BASE}
reqResult: 0
reqEntryUUID: 00000000-0000-4000-8000-{i:012x}
reqMod: {kind}
""")
    if far:
        print(f"""dn: reqStart=99991231235959.000001Z,cn=accesslog
objectClass: auditModify
reqStart: 99991231235959.000001Z
reqType: modify
reqSession: 1
reqAuthzID: cn=admin,{BASE}
reqDN: uid=reset,{BASE}
reqResult: 0
reqMod: userPassword:= x
""")


if __name__ == "__main__":
    what = sys.argv[1] if len(sys.argv) > 1 else ""
    if what == "conf" and len(sys.argv) == 5:
        conf(sys.argv[2], sys.argv[3], sys.argv[4] == "log")
    elif what == "entries" and len(sys.argv) == 3:
        entries(sys.argv[2])
    elif what == "log" and len(sys.argv) in (3, 4):
        log(int(sys.argv[2]), len(sys.argv) == 4)
    else:
        sys.exit(__doc__)
