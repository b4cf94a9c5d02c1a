#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts of two servers for 23_freeipa.sh, both slapd: an OpenLDAP with policies and one-time passwords, and one that is shaped as FreeIPA.

usage: freeipa.py conf openldap|ipa DIR      slapd.conf to the standard output
       freeipa.py entries openldap|ipa DIR   LDIF of the entries that are there before slapd starts
       freeipa.py schema                     what is needed of FreeIPA's schema, with its names and numbers
       freeipa.py code DIR                   the six digits of now
"""
import base64
import hashlib
import hmac
import os
import struct
import sys
import time

BASE = "dc=ward,dc=example"
# What stands beside that and is nobody's business: a person's telephone, a token's serial number.
PHONE, SERIAL = "+81 90-7731-3001", "SERIAL-7731-3002"
# Numbers as in FreeIPA's install/share (60kerberos, 70ipaotp, 60ipaconfig, 60basev3) and 389 DS; s string, i integer, t time, d name, b boolean.
ATTRIBUTES = """
2.16.840.1.113730.3.8.3.1 ipaUniqueID s
2.16.840.1.113730.3.8.11.40 ipaUserAuthType s*
2.16.840.1.113730.3.8.11.2 ipaNTSecurityIdentifier s
2.16.840.1.113730.3.8.3.16 ipaConfigString s*
2.16.840.1.113730.3.1.610 nsAccountLock s
2.16.840.1.113730.3.1.569 cosPriority i
2.16.840.1.113719.1.301.4.1.1 krbPrincipalName s*
1.2.840.113554.1.4.1.6.1 krbCanonicalName s
2.16.840.1.113719.1.301.4.6.1 krbPrincipalExpiration t
2.16.840.1.113719.1.301.4.30.1 krbMaxPwdLife i
2.16.840.1.113719.1.301.4.31.1 krbMinPwdLife i
2.16.840.1.113719.1.301.4.32.1 krbPwdMinDiffChars i
2.16.840.1.113719.1.301.4.33.1 krbPwdMinLength i
2.16.840.1.113719.1.301.4.34.1 krbPwdHistoryLength i
1.3.6.1.4.1.5322.21.2.1 krbPwdMaxFailure i
1.3.6.1.4.1.5322.21.2.2 krbPwdFailureCountInterval i
1.3.6.1.4.1.5322.21.2.3 krbPwdLockoutDuration i
2.16.840.1.113719.1.301.4.36.1 krbPwdPolicyReference d
2.16.840.1.113719.1.301.4.37.1 krbPasswordExpiration t
2.16.840.1.113719.1.301.4.39.1 krbPrincipalKey o
2.16.840.1.113719.1.301.4.45.1 krbLastPwdChange t
2.16.840.1.113719.1.301.4.48.1 krbLastSuccessfulAuth t
2.16.840.1.113719.1.301.4.49.1 krbLastFailedAuth t
2.16.840.1.113719.1.301.4.50.1 krbLoginFailedCount i
2.16.840.1.113730.3.8.16.1.1 ipatokenUniqueID s
2.16.840.1.113730.3.8.16.1.2 ipatokenDisabled b
2.16.840.1.113730.3.8.16.1.3 ipatokenNotBefore t
2.16.840.1.113730.3.8.16.1.4 ipatokenNotAfter t
2.16.840.1.113730.3.8.16.1.7 ipatokenSerial s
2.16.840.1.113730.3.8.16.1.8 ipatokenOTPkey o
2.16.840.1.113730.3.8.16.1.13 ipatokenOwner d
2.16.840.1.113730.3.8.16.1.15 ipatokenRadiusConfigLink d
2.16.840.1.113730.3.8.16.1.21 ipatokenHOTPcounter i
2.16.840.1.113730.3.8.16.1.22 ipatokenTOTPwatermark i
2.16.840.1.113730.3.8.23.27 ipapasskey s*
"""
KINDS = {"s": ("caseIgnoreMatch", "15"), "i": ("integerMatch", "27"), "t": ("generalizedTimeMatch", "24"), "d": ("distinguishedNameMatch", "12"),
         "b": ("booleanMatch", "7"), "o": ("octetStringMatch", "40")}


def read(folder, name):
    with open(os.path.join(folder, name)) as f:
        return f.readline().rstrip("\n")


def schema():
    for line in ATTRIBUTES.split("\n"):
        if line:
            oid, name, kind = line.split()
            rule, syntax = KINDS[kind[0]]
            print(f"attributetype ( {oid} NAME '{name}' EQUALITY {rule} SYNTAX 1.3.6.1.4.1.1466.115.121.1.{syntax}{'' if '*' in kind else ' SINGLE-VALUE'} )")
    print("""
objectclass ( 2.16.840.1.113730.3.8.2.1 NAME 'ipaGuiConfig' SUP top AUXILIARY MAY ( ipaUserAuthType ) )
objectclass ( 2.16.840.1.113730.3.8.4.13 NAME 'ipaConfigObject' SUP top AUXILIARY MAY ( ipaConfigString ) )
objectclass ( 2.16.840.1.113719.1.301.6.8.1 NAME 'krbPrincipalAux' SUP top AUXILIARY MAY ( krbPrincipalName $ krbCanonicalName $ krbPrincipalExpiration
 $ krbPasswordExpiration $ krbPrincipalKey $ krbLastPwdChange $ krbLastSuccessfulAuth $ krbLastFailedAuth $ krbLoginFailedCount $ krbPwdPolicyReference ) )
objectclass ( 2.16.840.1.113719.1.301.6.14.1 NAME 'krbPwdPolicy' SUP top AUXILIARY MAY ( krbMaxPwdLife $ krbMinPwdLife $ krbPwdMinDiffChars $ krbPwdMinLength
 $ krbPwdHistoryLength $ krbPwdMaxFailure $ krbPwdFailureCountInterval $ krbPwdLockoutDuration ) )
objectclass ( 2.16.840.1.113730.3.8.4.1 NAME 'ipaObject' SUP top AUXILIARY MAY ( ipaUniqueID $ ipaNTSecurityIdentifier $ ipaUserAuthType $ nsAccountLock
 $ ipatokenRadiusConfigLink $ ipapasskey ) )
objectclass ( 2.16.840.1.113730.3.2.128 NAME 'cosTemplate' SUP top STRUCTURAL MUST cn MAY ( cosPriority $ krbPwdPolicyReference ) )
objectclass ( 2.16.840.1.113730.3.8.16.2.1 NAME 'ipaToken' SUP top ABSTRACT MUST ipatokenUniqueID MAY ( ipatokenOwner $ ipatokenDisabled $ ipatokenNotBefore
 $ ipatokenNotAfter $ ipatokenSerial ) )
objectclass ( 2.16.840.1.113730.3.8.16.2.2 NAME 'ipatokenTOTP' SUP ipaToken STRUCTURAL MAY ( ipatokenOTPkey $ ipatokenTOTPwatermark ) )
objectclass ( 2.16.840.1.113730.3.8.16.2.5 NAME 'ipatokenHOTP' SUP ipaToken STRUCTURAL MAY ( ipatokenOTPkey $ ipatokenHOTPcounter ) )""")


def conf(kind, folder):
    secret = "userPassword,pwdHistory,oathSecret" if kind == "openldap" else "userPassword,ipatokenOTPkey,krbPrincipalKey"
    print("\n".join(f"include /etc/ldap/schema/{n}.schema" for n in ("core", "cosine", "nis", "inetorgperson")))
    print("modulepath /usr/lib/ldap\nmoduleload back_mdb")
    if kind == "openldap":
        print("moduleload ppolicy\nmoduleload otp")
    else:
        print(f"include {folder}/ipa.schema")
    print(f"""TLSCertificateFile {folder}/cert.pem
TLSCertificateKeyFile {folder}/key.pem
loglevel stats
database config
access to * by dn.exact=uid=audit,{BASE} read by * none
database mdb
suffix "{BASE}"
directory {folder}/{kind}
maxsize 268435456
rootdn "cn=admin,{BASE}"
rootpw "{read(folder, 'admin')}"
limits dn.exact="uid=audit,{BASE}" size=unlimited
access to attrs={secret} by dn.exact=uid=audit,{BASE} {'search' if kind == 'openldap' else 'none'} by anonymous auth by * none""")
    if kind == "openldap":
        print(f"""access to attrs=pwdLockout,oathTOTPLastTimeStep by dn.exact=uid=less,{BASE} none by * read
access to * by * read
overlay ppolicy
ppolicy_default "cn=default,{BASE}"
overlay otp""")
    else:
        print(f"""access to dn.subtree="cn=otp,{BASE}" by dn.exact=uid=less,{BASE} none by * read
access to attrs=krbLoginFailedCount,ipaUserAuthType by dn.exact=uid=less,{BASE} none by * read
access to * by * read""")


def entry(dn, classes, **values):
    print(f"dn: {dn}")
    for c in classes.split():
        print(f"objectClass: {c}")
    for name, value in values.items():
        for one in value if isinstance(value, list) else [value]:
            print(f"{name}:: {base64.b64encode(one).decode()}" if isinstance(one, bytes) else f"{name}: {one}")
    print()


def ago(days):
    return time.strftime("%Y%m%d%H%M%SZ", time.gmtime(time.time() - days * 86400))


def binders(folder):
    print(f"dn: {BASE}\nobjectClass: domain\ndc: ward\n")
    for name in ("audit", "less"):
        entry(f"uid={name},{BASE}", "account simpleSecurityObject", uid=name, userPassword=read(folder, "audit"))


def person(name, folder, where=BASE, classes="", **more):
    entry(f"uid={name},{where}", "inetOrgPerson posixAccount " + classes, uid=name, cn=name, sn=name, uidNumber="1000", gidNumber="1000", homeDirectory="/", mobile=PHONE, telephoneNumber=PHONE,
          **({"userPassword": read(folder, "user")} if folder else {}), **more)


def openldap(folder):
    binders(folder)
    policy = "organizationalRole pwdPolicy"
    entry(f"cn=default,{BASE}", policy, cn="default", pwdAttribute="userPassword", pwdLockout="TRUE", pwdMaxFailure="3", pwdLockoutDuration="900",
          pwdFailureCountInterval="900", pwdMinLength="14", pwdCheckQuality="2", pwdInHistory="24", pwdMustChange="TRUE", pwdSafeModify="TRUE", pwdMaxAge="0")
    entry(f"cn=weak,{BASE}", policy, cn="weak", pwdAttribute="userPassword", pwdLockout="FALSE", pwdMaxFailure="3", pwdMinLength="8", pwdMaxAge="7776000",
          pwdGraceAuthNLimit="10")
    entry(f"cn=lax,{BASE}", policy, cn="lax", pwdAttribute="userPassword", pwdLockout="TRUE", pwdMaxFailure="8", pwdLockoutDuration="60",
          pwdFailureCountInterval="60", pwdMinLength="14")
    entry(f"cn=unused,{BASE}", policy, cn="unused", pwdAttribute="userPassword")
    entry(f"cn=params,{BASE}", "organizationalRole oathTOTPParams", cn="params", oathOTPLength="6", oathHMACAlgorithm="1.2.840.113549.2.7",
          oathTOTPTimeStepPeriod="30", oathTOTPTimeStepWindow="3")
    entry(f"cn=token,{BASE}", "organizationalRole oathTOTPToken", cn="token", oathTOTPParams=f"cn=params,{BASE}", oathSecret=read(folder, "key").encode())
    entry(f"cn=spare,{BASE}", "organizationalRole oathTOTPToken", cn="spare", oathTOTPParams=f"cn=params,{BASE}", oathSecret=read(folder, "key").encode())
    person("plain", folder, pwdChangedTime=ago(10))
    person("locked", folder, pwdChangedTime=ago(10))
    person("otp", folder, classes="oathTOTPUser", oathTOTPToken=f"cn=token,{BASE}", pwdChangedTime=ago(10))
    person("enrolled", folder, classes="oathTOTPUser", oathTOTPToken=f"cn=spare,{BASE}", pwdChangedTime=ago(10))
    person("loose", folder, pwdPolicySubentry=f"cn=weak,{BASE}", pwdChangedTime=ago(10))
    person("lax", folder, pwdPolicySubentry=f"cn=lax,{BASE}", pwdChangedTime=ago(10))
    person("expired", folder, pwdPolicySubentry=f"cn=weak,{BASE}", pwdChangedTime=ago(200))
    person("lost", folder, pwdPolicySubentry=f"cn=gone,{BASE}", pwdChangedTime=ago(10))
    entry(f"cn=staff,{BASE}", "groupOfNames", cn="staff", member=[f"uid=plain,{BASE}", f"uid=otp,{BASE}"])
    entry(f"cn=unix,{BASE}", "posixGroup", cn="unix", gidNumber="5", memberUid=["plain", "loose"])


def ipa(folder):
    binders(folder)
    for cn in ("accounts", "etc", "kerberos", "otp"):
        entry(f"cn={cn},{BASE}", "applicationProcess", cn=cn)
    users, groups, realm = (f"cn=users,cn=accounts,{BASE}", f"cn=groups,cn=accounts,{BASE}", f"cn=WARD.EXAMPLE,cn=kerberos,{BASE}")
    for dn in (users, groups, f"cn=costemplates,cn=accounts,{BASE}", realm):
        entry(dn, "applicationProcess", cn=dn.split(",")[0][3:])
    entry(f"cn=ipaConfig,cn=etc,{BASE}", "applicationProcess ipaGuiConfig ipaConfigObject", cn="ipaConfig", ipaConfigString=["AllowNThash", "KDC:Disable Lockout"])
    policy = "applicationProcess krbPwdPolicy"
    entry(f"cn=global_policy,{realm}", policy, cn="global_policy", krbMinPwdLife="3600", krbPwdMinDiffChars="0", krbPwdMinLength="8", krbPwdHistoryLength="0",
          krbMaxPwdLife="7776000", krbPwdMaxFailure="6", krbPwdFailureCountInterval="60", krbPwdLockoutDuration="600")
    for n, (name, length, most) in enumerate((("chiefs", "14", "5"), ("nurses", "9", "0")), 1):
        entry(f"cn={name},{realm}", policy, cn=name, krbPwdMinLength=length, krbMaxPwdLife="0", krbMinPwdLife="0", krbPwdHistoryLength="24", krbPwdMinDiffChars="0",
              krbPwdMaxFailure=most, krbPwdFailureCountInterval="900", krbPwdLockoutDuration="900")
        entry(f"cn={name},cn=costemplates,cn=accounts,{BASE}", "cosTemplate", cn=name, krbPwdPolicyReference=f"cn={name},{realm}", cosPriority=str(n))

    number = [0]

    def user(name, days, **more):
        number[0] += 1
        person(name, None, users, "krbPrincipalAux ipaObject", ipaUniqueID=f"00000000-0000-4000-8000-{number[0]:012x}", krbCanonicalName=f"{name}@WARD.EXAMPLE",
               krbPrincipalName=f"{name}@WARD.EXAMPLE", ipaNTSecurityIdentifier=f"S-1-5-21-1-2-3-{1000 + number[0]}", krbLastPwdChange=ago(days),
               krbPasswordExpiration=more.pop("krbPasswordExpiration", ago(-80)), krbPrincipalKey=read(folder, "key").encode(), **more)

    user("chief", 10, ipaUserAuthType="otp", krbLastSuccessfulAuth=ago(1), krbLoginFailedCount="0")
    user("deputy", 900, ipaUserAuthType=["password", "otp"], krbLastSuccessfulAuth=ago(300), krbLoginFailedCount="7", krbLastFailedAuth=ago(0))
    user("nurse", 10)
    user("both", 10)
    user("gone", 10, krbPrincipalExpiration=ago(5))
    user("disabled", 10, nsAccountLock="TRUE", krbPrincipalExpiration=ago(5))
    user("bare", 10, ipaUserAuthType="otp", krbPasswordExpiration="20380101000000Z")
    group = "groupOfNames ipaObject"
    # Not called admins: the number decides.
    entry(f"cn=kanri,{groups}", group, cn="kanri", ipaNTSecurityIdentifier="S-1-5-21-1-2-3-512", member=[f"uid=chief,{users}", f"cn=inner,{groups}"])
    entry(f"cn=inner,{groups}", group, cn="inner", member=f"uid=deputy,{users}")
    entry(f"cn=admins,{groups}", group, cn="admins", ipaNTSecurityIdentifier="S-1-5-21-1-2-3-2000", member=f"uid=nurse,{users}")
    entry(f"cn=chiefs,{groups}", group, cn="chiefs", member=[f"uid=chief,{users}", f"uid=both,{users}"])
    entry(f"cn=nurses,{groups}", group, cn="nurses", member=[f"uid=nurse,{users}", f"uid=both,{users}"])

    def token(name, owner, **more):
        entry(f"ipatokenuniqueid={name},cn=otp,{BASE}", "ipatokenTOTP", ipatokenUniqueID=name, ipatokenOwner=f"uid={owner},{users}",
              ipatokenOTPkey=read(folder, "key").encode(), ipatokenSerial=SERIAL, **more)

    token("t-chief", "chief", ipatokenTOTPwatermark="59000000")
    token("t-deputy", "deputy", ipatokenNotAfter=ago(-300))
    token("t-old", "bare", ipatokenNotAfter=ago(3))
    token("t-off", "bare", ipatokenDisabled="TRUE")


def code(folder):
    digest = hmac.new(read(folder, "key").encode(), struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    at = digest[-1] & 15
    print(f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7fffffff) % 1000000:06d}", end="")


if __name__ == "__main__":
    what = sys.argv[1] if len(sys.argv) > 1 else ""
    if what == "conf":
        conf(sys.argv[2], sys.argv[3])
    elif what == "entries":
        (openldap if sys.argv[2] == "openldap" else ipa)(sys.argv[3])
    elif what == "schema":
        schema()
    elif what == "code":
        code(sys.argv[2])
    else:
        sys.exit(__doc__)
