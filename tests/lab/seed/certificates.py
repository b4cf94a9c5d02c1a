"""Certificate templates, issuance policies, certification authorities (configuration partition)."""
import subprocess

from lab import *
from people import *

PKS = "CN=Public Key Services,CN=Services,<config>"
CLIENT_AUTH, SERVER_AUTH, SMARTCARD_LOGON = "1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.1", "1.3.6.1.4.1.311.20.2.2"
ANY_PURPOSE, ENROLLMENT_AGENT = "2.5.29.37.0", "1.3.6.1.4.1.311.20.2.1"
SUBJECT_GIVEN, SAN_GIVEN = 0x1, 0x10000
BY_DIRECTORY = -0x7e000000            # subject from the directory (0x82000000)
APPROVAL, PUBLISH, NO_SECURITY_EXTENSION = 0x2, 0x8, 0x80000
ROOT_OID = "1.3.6.1.4.1.311.21.8.1111111.2222222.3333333"

USERS, COMPUTERS, ADMINS, AUTHENTICATED = "DU", "DC", "DA", "AU"


def template(cn, what, verdict, name_flag=BY_DIRECTORY, enrollment=PUBLISH, ekus=(CLIENT_AUTH,), version=2, signatures=0,
             enroll=USERS, policies=(), extra="", denied="", owner="DA", published=True, topic="certificate-template"):
    clock(600)
    sddl = "O:%sG:DAD:PAI%s(A;;0xf01ff;;;DA)(A;;0xf01ff;;;EA)(A;;0x20094;;;AU)" % (owner, denied)
    for who in ([enroll] if isinstance(enroll, str) else enroll):
        sddl += "(OA;;CR;0e10c968-78fb-11d2-90d4-00c04f79dc55;;%s)" % who
    sddl += extra
    n = len(TEMPLATES) + 1
    attrs = {"displayName": cn, "flags": 131642, "revision": 100, "pKIDefaultKeySpec": 1, "pKIMaxIssuingDepth": 0,
             "pKIKeyUsage": b"\xa0\x00", "pKIExpirationPeriod": struct.pack("<q", -365 * DAY * 10000000), "pKIOverlapPeriod": struct.pack("<q", -42 * DAY * 10000000),
             "pKIExtendedKeyUsage": list(ekus) or None, "msPKI-Certificate-Application-Policy": list(ekus) if ekus and version > 1 else None,
             "msPKI-RA-Signature": signatures, "msPKI-Enrollment-Flag": enrollment, "msPKI-Private-Key-Flag": 16842752, "msPKI-Certificate-Name-Flag": name_flag,
             "msPKI-Minimal-Key-Size": 2048, "msPKI-Template-Schema-Version": version, "msPKI-Template-Minor-Revision": 1,
             "msPKI-Cert-Template-OID": "%s.1.%d" % (ROOT_OID, n), "msPKI-Certificate-Policy": list(policies) or None,
             "nTSecurityDescriptor": ndr_pack(security.descriptor.from_sddl(sddl, security.dom_sid(SID)))}
    add("CN=%s,CN=Certificate Templates,%s" % (cn, PKS), "pKICertificateTemplate", attrs)
    TEMPLATES[cn] = published
    fact(topic, "CN=%s,CN=Certificate Templates,CN=Public Key Services,CN=Services,<config>" % cn,
         what + ("" if published else " (not offered by any authority)"), verdict)


TEMPLATES = {}


def authorities():
    for name in ("AIA", "CDP", "Certification Authorities", "KRA"):
        clock(600)
        try:
            add("CN=%s,%s" % (name, PKS), "container")
        except SystemExit:
            pass
    group("証明書で得る権限", GROUPS, scope="universal", cn="証明書で得る権限", description="issuance policy group (must stay empty)")
    oid = ROOT_OID + ".400.1"
    def policy(cn, value, display, linked=None):
        add("CN=%s,CN=OID,%s" % (cn, PKS), "msPKI-Enterprise-Oid", {"displayName": display, "flags": 2, "msPKI-Cert-Template-OID": value,
                                                                    "msDS-OIDToGroupLink": linked})
    policy("400.1B2C3D4E", oid, "高保証ポリシー", dn_of("証明書で得る権限"))
    policy("401.5F6A7B8C", ROOT_OID + ".401.1", "通常ポリシー")

    template("KH-User", "clean: subject from the directory, client authentication, Domain Users", "pass")
    template("KH-Machine", "clean: for Domain Computers", "pass", enroll=COMPUTERS)
    template("KH-Smartcard", "clean: smart card logon, one signature required", "pass", ekus=(SMARTCARD_LOGON, CLIENT_AUTH), signatures=1)
    template("KH-Esc1", "ESC1: enrollee supplies the subject (1), client authentication, Domain Users, no approval", "fail", name_flag=SUBJECT_GIVEN)
    template("KH-Esc1-San", "ESC1: enrollee supplies the alternative name (0x10000 with 1), smart card logon, Authenticated Users", "fail",
             name_flag=SUBJECT_GIVEN | SAN_GIVEN, ekus=(SMARTCARD_LOGON,), enroll=AUTHENTICATED)
    template("KH-Esc1-Approved", "as ESC1, but a manager approves (enrolment flag 2)", "pass", name_flag=SUBJECT_GIVEN, enrollment=PUBLISH | APPROVAL)
    template("KH-Esc1-Signed", "as ESC1, but one signature is required", "pass", name_flag=SUBJECT_GIVEN, signatures=1)
    template("KH-Esc1-Admins", "as ESC1, but only Domain Admins may enrol", "pass", name_flag=SUBJECT_GIVEN, enroll=ADMINS)
    template("KH-Esc1-Server", "enrollee supplies the subject, but server authentication only (version 2)", "pass", name_flag=SUBJECT_GIVEN, ekus=(SERVER_AUTH,))
    template("KH-Esc1-Unpublished", "as ESC1", "pass", name_flag=SUBJECT_GIVEN, published=False)
    template("KH-Esc2", "ESC2: any purpose (2.5.29.37.0), Domain Users", "fail", ekus=(ANY_PURPOSE,))
    template("KH-Esc2-Empty", "ESC2: no extended key usage at all, Domain Users", "fail", ekus=())
    template("KH-Esc3", "ESC3: enrolment agent, Domain Users", "fail", ekus=(ENROLLMENT_AGENT,))
    template("KH-Esc3-Admins", "enrolment agent, but only Domain Admins", "pass", ekus=(ENROLLMENT_AGENT,), enroll=ADMINS)
    template("KH-Esc4", "ESC4: Domain Users may write the template (WriteDacl, WriteProperty)", "fail", extra="(A;;WDWP;;;DU)")
    template("KH-Esc4-Owner", "ESC4: owned by the ordinary user sato000", "fail", owner=sid_of("sato000"))
    template("KH-Esc9", "ESC9: no security extension (0x80000), client authentication, Domain Users", "fail", enrollment=PUBLISH | NO_SECURITY_EXTENSION)
    template("KH-Esc13", "ESC13: issuance policy %s is linked to group 証明書で得る権限, Domain Users" % oid, "fail", policies=(oid,))
    template("KH-Esc13-Unlinked", "issuance policy without a group", "pass", policies=(ROOT_OID + ".401.1",))
    template("KH-Esc15", "ESC15: version 1, enrollee supplies the subject, server authentication, Domain Users", "fail",
             name_flag=SUBJECT_GIVEN, ekus=(SERVER_AUTH,), version=1)
    template("KH-Denied", "as ESC1, Domain Users allowed but also denied to enrol; the denial comes first: nobody may", "trap", name_flag=SUBJECT_GIVEN,
             denied="(OD;;CR;0e10c968-78fb-11d2-90d4-00c04f79dc55;;DU)")
    template("KH-Esc1-Helpdesk", "as ESC1, but only the group Helpdesk may enrol: few can misuse it, still more than administrators", "fail",
             name_flag=SUBJECT_GIVEN, enroll=sid_of("Helpdesk"))

    clock(600)
    der = subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "/dev/null",
                          "-outform", "DER", "-days", "3650", "-subj", "/DC=example/DC=kagimori-hospital/CN=Hospital-CA"],
                         check=True, capture_output=True, env={"PATH": os.environ["PATH"]}).stdout
    def authority(cn, computer, offers, extra=""):
        sddl = "O:EAG:EAD:PAI(A;;0xf01ff;;;DA)(A;;0xf01ff;;;EA)(A;;0xf01ff;;;%s)(A;;0x20094;;;AU)(OA;;CR;0e10c968-78fb-11d2-90d4-00c04f79dc55;;AU)%s" % (sid_of(computer), extra)
        add("CN=%s,CN=Enrollment Services,%s" % (cn, PKS), "pKIEnrollmentService", {
            "displayName": cn, "dNSHostName": "%s.%s" % (computer.rstrip("$").lower(), DOMAIN), "cACertificate": der, "cACertificateDN": "CN=%s,DC=kagimori-hospital,DC=example" % cn,
            "certificateTemplates": offers, "flags": 10, "nTSecurityDescriptor": ndr_pack(security.descriptor.from_sddl(sddl, security.dom_sid(SID)))})
    authority("Hospital-CA", "SRV-CA01$", [t for t, published in TEMPLATES.items() if published])
    clean("enrollment-service", "CN=Hospital-CA,CN=Enrollment Services,CN=Public Key Services,CN=Services,<config>", "offers every template above but KH-Esc1-Unpublished; rights as usual")
    authority("Old-CA", "SRV-OLD03$", ["KH-User"], "(A;;0xf01ff;;;DU)")
    fact("enrollment-service", "CN=Old-CA,CN=Enrollment Services,CN=Public Key Services,CN=Services,<config>", "ESC5: Domain Users have full control of the authority's object")
    add("CN=NTAuthCertificates," + PKS, "certificationAuthority", {"cACertificate": der, "authorityRevocationList": b"\0", "certificateRevocationList": b"\0"})
