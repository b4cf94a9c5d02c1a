"""Organisational units, staff, and accounts with a fault of their own."""
from lab import *

# name of the OU, what it is, how many members of staff
UNITS = [
    ("OU=病棟,OU=Hospital", "病棟（看護部）", 90),
    ("OU=外来,OU=Hospital", "外来", 50),
    ("OU=Radiology,OU=Hospital", "放射線科", 25),
    ("OU=Yakuzai,OU=Hospital", "薬剤部", 20),
    ("OU=医事課,OU=Hospital", "医事課", 30),
    ("OU=Joho,OU=Hospital", "情報システム室", 10),
    ("OU=Vendors,OU=Hospital", "保守業者", 0),
    ("OU=端末,OU=Hospital", "端末", 0),
    ("OU=医療機器,OU=Hospital", "医療機器", 0),
    ("OU=Servers", "サーバー", 0),
    ("OU=Tier0", "特権管理者", 0),
    ("OU=Groups", "グループ", 0),
]
WARD, OPD, RAD, PHARM, IJI, JOHO, VENDORS, CLIENTS, DEVICES, SERVERS, TIER0, GROUPS = (u[0] for u in UNITS)
SERVICE = "OU=Service"

SURNAMES = [("佐藤", "sato"), ("鈴木", "suzuki"), ("高橋", "takahashi"), ("田中", "tanaka"), ("伊藤", "ito"),
            ("渡辺", "watanabe"), ("山本", "yamamoto"), ("中村", "nakamura"), ("小林", "kobayashi"), ("加藤", "kato"),
            ("吉田", "yoshida"), ("山田", "yamada"), ("佐々木", "sasaki"), ("山口", "yamaguchi"), ("松本", "matsumoto"),
            ("井上", "inoue"), ("木村", "kimura"), ("林", "hayashi"), ("斎藤", "saito"), ("清水", "shimizu"),
            ("髙﨑", "takasaki"), ("渡邉", "watanabe2"), ("𠮷川", "yoshikawa")]       # with variant and supplementary characters
GIVEN = ["花子", "太郎", "一郎", "美咲", "健太", "陽子", "大輔", "由美", "誠", "恵子", "翔太", "愛", "直樹", "真由美", "隆", "さくら", "学"]


def audit_accounts():
    """First, so that their RIDs stay the same (1103 …)."""
    clock(2000)
    add(SERVICE, "organizationalUnit", {"description": "サービス アカウント"})
    user("kagimori-audit", SERVICE, "監査用アカウント", created=10, logon=None)
    user("kagimori-audit-plus", SERVICE, "監査用アカウント（PSO 読み取り可）", created=10, logon=None)
    user("kagimori-audit-locked", SERVICE, "監査用アカウント（ロックアウト中）", created=10, logon=None)
    user("kagimori-audit-expired", SERVICE, "監査用アカウント（期限切れ）", created=90, accountExpires=filetime(40), logon=None)
    user("kagimori-audit-disabled", SERVICE, "監査用アカウント（無効）", created=10, uac=NORMAL | DISABLED, logon=None)
    fact("expired-not-disabled", "kagimori-audit-expired", "accountExpires 40 days ago, account not disabled (never used either: one finding is enough)")
    for a in ("kagimori-audit", "kagimori-audit-plus", "kagimori-audit-locked",
              "kagimori-audit-expired", "kagimori-audit-disabled", "Administrator"):
        password_file(a)


def units():
    clock(2390)
    add("OU=Hospital", "organizationalUnit", {"description": "鍵守病院"})
    for name, what, _ in UNITS:
        add(name, "organizationalUnit", {"description": what})


def staff():
    """The clean majority: every check about users must pass them."""
    n = 0
    for ou, what, count in UNITS:
        for _ in range(count):
            (kanji, romaji), given = SURNAMES[n % len(SURNAMES)], GIVEN[n % len(GIVEN)]
            account = "%s%03d" % (romaji, n)
            created = 250 + (n * 37) % 1700
            user(account, ou, "%s %s" % (kanji, given), created=created, password_set=5 + (n * 7) % 75,
                 logon=1 + n % 9, department=what, mail="%s@%s" % (account, DOMAIN))
            n += 1
    clean("staff", "(225 accounts SURNAME###)", "ordinary staff: enabled, password 5 to 79 days old by date and by metadata, logon within 9 days, no flag set, no group but those of FACTS. Must pass every check about users, unless said otherwise")


def flags():
    clock(1000)
    user("houshasen-kyoyu", RAD, "放射線科 共用", uac=NORMAL | NOT_REQUIRED, created=900, password_set=60)
    fact("password-not-required", "houshasen-kyoyu", "userAccountControl 0x20, enabled")
    user("mitoroku-disabled", RAD, "未登録（無効）", uac=NORMAL | NOT_REQUIRED | DISABLED, created=900, password_set=60, logon=None)
    fact("password-not-required", "mitoroku-disabled", "0x20 but disabled: a lesser matter; not an enabled account", "trap")
    user("nurse-call", WARD, "ナースコール連携", uac=NORMAL | REVERSIBLE, created=900, password_set=60)
    fact("reversible-encryption", "nurse-call", "userAccountControl 0x80")
    user("xray-legacy", RAD, "旧 X 線装置", uac=NORMAL | DES_ONLY, created=900, password_set=60)
    fact("des-only", "xray-legacy", "userAccountControl 0x200000")
    user("yakuzai-batch", PHARM, "薬剤バッチ", uac=NORMAL | NO_PREAUTH, created=900, password_set=60)
    fact("no-preauth", "yakuzai-batch", "userAccountControl 0x400000 (AS-REP roasting)")
    user("yakuzai-batch-old", PHARM, "薬剤バッチ（旧・無効）", uac=NORMAL | NO_PREAUTH | DISABLED, created=900, password_set=60)
    fact("no-preauth", "yakuzai-batch-old", "0x400000 but disabled", "trap")
    user("uketsuke-kyoyu", OPD, "受付 共用", uac=NORMAL | NEVER_EXPIRES, created=1900, password_set=1800)
    fact("password-never-expires", "uketsuke-kyoyu", "userAccountControl 0x10000, password 1800 days old")
    fact("password-old", "uketsuke-kyoyu", "password 1800 days old, used daily")
    user("dr-smartcard", OPD, "医師 IC カード", created=700, password_set=30)
    clock(29)
    change("CN=dr-smartcard," + OPD, {"userAccountControl": NORMAL | SMARTCARD})
    clean("smartcard", "dr-smartcard", "smart card required (0x40000), secret 29 days old")
    user("dr-smartcard-old", OPD, "医師 IC カード（古い秘密）", created=1600, password_set=1590)
    clock(1500)
    change("CN=dr-smartcard-old," + OPD, {"userAccountControl": NORMAL | SMARTCARD})
    fact("smartcard", "dr-smartcard-old", "smart card required since 1500 days, its secret never rolled since")


def idle():
    for i, days in enumerate((400, 500, 900), 1):
        user("taishoku%02d" % i, WARD, "退職者 %d" % i, created=1800, password_set=days + 10, logon=days)
        fact("dormant-user", "taishoku%02d" % i, "enabled, last logon %d days ago, password %d days old" % (days, days + 10))
    user("taishoku-disabled", WARD, "退職者（無効済み）", uac=NORMAL | DISABLED, created=1800, password_set=910, logon=900)
    clean("dormant-user", "taishoku-disabled", "disabled")
    user("never-used", IJI, "未使用", created=250, logon=None)
    fact("never-logged-on", "never-used", "enabled, created 250 days ago, never logged on (no lastLogonTimestamp)")
    user("shinjin", WARD, "新人", created=4, logon=None)
    clock(4)
    change("CN=shinjin," + WARD, {"pwdLastSet": 0})
    clean("never-logged-on", "shinjin", "created 4 days ago; pwdLastSet = 0 (must change at next logon): not a fake refresh either")
    user("kikan-kigire", OPD, "期限切れ（有効のまま）", created=700, password_set=300, logon=200, accountExpires=filetime(150))
    fact("expired-not-disabled", "kikan-kigire", "accountExpires 150 days ago, account not disabled")


def vendors():
    user("vendor-ehr", VENDORS, "電子カルテ保守", uac=NORMAL | NEVER_EXPIRES, created=1500, password_set=1400, logon=5)
    fact("vendor-account", "vendor-ehr", "enabled, password never expires and 1400 days old, no accountExpires, member of Domain Admins")
    user("vendor-ehr2", VENDORS, "電子カルテ保守 2", uac=NORMAL | NEVER_EXPIRES, created=1500, password_set=700, logon=40)
    fact("vendor-account", "vendor-ehr2", "enabled, no accountExpires; Domain Admin through two nested groups")
    user("vendor-xray", VENDORS, "X 線装置保守", created=900, password_set=800, logon=300)
    fact("vendor-account", "vendor-xray", "enabled, no accountExpires, unused for 300 days")
    user("vendor-ok", VENDORS, "空調保守", created=300, password_set=20, logon=6, accountExpires=filetime(-60), userWorkstations="SRV-HVAC01")
    clean("vendor-account", "vendor-ok", "accountExpires in 60 days, limited to one workstation, password 20 days old")
    user("vendor-idle", VENDORS, "昇降機保守", uac=NORMAL | DISABLED, created=900, password_set=100, logon=100)
    clean("vendor-account", "vendor-idle", "disabled while not needed")
    group("保守業者", GROUPS, ["vendor-ehr", "vendor-ehr2", "vendor-xray", "vendor-ok", "vendor-idle"], description="保守業者のアカウント（site.yaml の業者グループ）", cn="保守業者")


def texts():
    user("shisetsu01", IJI, "施設 端末", created=800, password_set=50, description="施設予約用 初期パスワード: Byoin-2019!")
    fact("password-in-text", "shisetsu01", "description holds a password (never to be printed: the text after the colon)")
    user("kensa-if", RAD, "検査連携", created=800, password_set=50, info="PW=Kensa#4411 変更禁止")
    fact("password-in-text", "kensa-if", "info (notes) holds a password")
    user("jimu-fax", IJI, "FAX 連携", created=800, password_set=50, comment="login: jimu-fax password: fax2020fax")
    fact("password-in-text", "jimu-fax", "comment holds a password")
    user("annai-denwa", IJI, "案内電話", created=800, password_set=50, description="内線 2345、夜間は守衛室")
    clean("password-in-text", "annai-denwa", "description without any password")
    user("annai-pw", IJI, "案内（パスワード窓口）", created=800, password_set=50, description="パスワードの変更は内線 1188 まで")
    fact("password-in-text", "annai-pw", "mentions the word password, holds none: should not be reported", "trap")


def hostile():
    def h(account, what, **attrs):
        user(account, IJI, attrs.pop("display", account), created=600, password_set=40, **attrs)
        fact("hostile-text", account, what, "trap")
    h("hostile-script", "displayName <script>alert(1)</script>", display="<script>alert(1)</script>")
    h("hostile-attr", "displayName \"><img src=x onerror=alert(1)>", display="\"><img src=x onerror=alert(1)>")
    h("hostile-ansi", "displayName with ANSI escapes (red, clear screen) and BEL", display="\x1b[31m赤\x1b[0m\x1b[2J\x07")
    h("hostile-rtl", "displayName with U+202E (right-to-left override)", display="佐藤\u202egnp.exe")
    h("hostile-csv", "displayName =cmd|'/c calc'!A1", display="=cmd|'/c calc'!A1")
    h("hostile-csv2", "displayName +1+1, description @SUM(1)", display="+1+1", description="@SUM(1)")
    h("hostile-newline", "displayName with line feed, carriage return, tab", display="一行目\n二行目\r\n\t三行目")
    h("hostile-quote", "displayName with quotes, comma, semicolon, backslash", display="O'Brien, \"x\"; \\ %s %n")
    h("hostile-xml", "displayName ]]> &amp; <!DOCTYPE x>", display="]]> &amp; <!DOCTYPE x>")
    h("hostile-sql", "displayName '); DROP TABLE account;--", display="'); DROP TABLE account;--")
    long_text = ("長い説明。" * 40000)[:34000]
    user("hostile-long", IJI, "長文", created=600, password_set=40)
    for attribute in ("comment", "extensionName", "wWWHomePage", "description"):
        for size in (34000, 8000, 1000, 340):
            try:
                change("CN=hostile-long," + IJI, {attribute: long_text[:size]})
                print("hostile-long: %s takes %d characters" % (attribute, size))
                fact("hostile-text", "hostile-long", "%s of %d characters (%d bytes)" % (attribute, size, len(long_text[:size].encode())), "trap")
                break
            except SystemExit as e:
                continue
    user("hostile-utf8", IJI, "不正 UTF-8", created=600, password_set=40)
    change("CN=hostile-utf8," + IJI, {"info": "placeholder"})
    fact("hostile-text", "hostile-utf8", "info is not valid UTF-8 (bad \\xff\\xfe\\xc3( bytes)", "trap")
    clock(600)
    odd = "OU=%s,OU=Hospital" % rdn("<b>太字</b>, \"引用\"")
    add(odd, "organizationalUnit", {"description": "hostile name"})
    fact("hostile-text", odd, "OU name with markup, comma and quotes", "trap")
    user("hostile-dn", odd, "名前に区切り", created=600, password_set=40, cn=rdn("hostile, CN=x+y #1 <z>"))
    fact("hostile-text", "hostile-dn", "RDN with comma, equals sign, plus, number sign, angle brackets", "trap")


def records():
    """Dates that say more than the secrets: refreshes, identical times."""
    user("nise-koushin", IJI, "更新日だけ新しい職員", created=1300, password_set=1200)
    clock(20)
    change("CN=nise-koushin," + IJI, {"pwdLastSet": 0})
    clock(20)
    change("CN=nise-koushin," + IJI, {"pwdLastSet": -1})
    fact("fake-refresh", "nise-koushin", "pwdLastSet set to 0, then -1, 20 days ago; unicodePwd last changed 1200 days ago")
    user("nise-svc", SERVICE, "更新日だけ新しいサービス", created=1300, password_set=1000, servicePrincipalName=["HTTP/nise." + DOMAIN])
    clock(35)
    change("CN=nise-svc," + SERVICE, {"pwdLastSet": 0})
    change("CN=nise-svc," + SERVICE, {"pwdLastSet": -1})
    fact("fake-refresh", "nise-svc", "the same 35 days ago, secret 1000 days old; has an SPN")
    user("must-change", IJI, "次回変更", created=800, password_set=33)
    clock(7)
    change("CN=must-change," + IJI, {"pwdLastSet": 0})
    clean("fake-refresh", "must-change", "pwdLastSet = 0 for 7 days (an administrator asks for a change), secret 33 days old: no date is newer than the secret")
    clean("initial-password", "must-change", "has waited for 7 days only, although the secret is older")
    for i in range(1, 9):
        user("kiki%02d" % i, DEVICES, "機器ログオン %d" % i, created=900 - i, logon=2)
    at = clock(210, seconds=3 * 3600)
    for i in range(1, 9):
        set_password("CN=kiki%02d,%s" % (i, DEVICES), secret("kiki-same"))
    fact("identical-change-time", ["kiki%02d" % i for i in range(1, 9)],
         "unicodePwd of kiki01 to kiki08 changed in one and the same second, 210 days ago (a script); pwdLastSet equal to the 100 ns")
    user("kiki09", DEVICES, "機器ログオン 9", created=900, password_set=209)
    clean("identical-change-time", "kiki09", "changed on another day")


def keys():
    """altSecurityIdentities, key credentials."""
    def mapped(account, display, values, what, verdict, ou=OPD):
        user(account, ou, display, created=500, password_set=50, altSecurityIdentities=values)
        fact("certificate-mapping", account, what, verdict)
    mapped("dr-cert-strong", "医師 証明書（強い）", ["X509:<I>DC=example,DC=kagimori-hospital,CN=Hospital-CA<SR>1200000000AC11000000002B"], "issuer and serial number: strong", "pass")
    mapped("dr-cert-ski", "医師 証明書（SKI）", ["X509:<SKI>9d2f0c1b7a66553e4f21"], "subject key identifier: strong", "pass")
    mapped("dr-cert-sha1", "医師 証明書（公開鍵）", ["X509:<SHA1-PUKEY>50bf88e67522ab8ce093ce51830ab0bcf8ba7824"], "SHA-1 of the public key: strong", "pass")
    mapped("dr-cert-weak", "医師 証明書（弱い）", ["X509:<I>DC=example,DC=kagimori-hospital,CN=Hospital-CA<S>CN=dr-cert-weak"], "issuer and subject: weak", "fail")
    mapped("dr-cert-subject", "医師 証明書（件名）", ["X509:<S>CN=dr-cert-subject"], "subject only: weak", "fail")
    mapped("dr-cert-mail", "医師 証明書（メール）", ["X509:<RFC822>dr@kagimori-hospital.example"], "e-mail name: weak", "fail")
    mapped("dr-cert-both", "医師 証明書（混在）", ["X509:<SKI>00112233445566778899", "X509:<RFC822>both@kagimori-hospital.example"], "one strong, one weak", "fail")
    mapped("krb-map", "Kerberos 対応付け", ["Kerberos:outside@PARTNER.EXAMPLE"], "a Kerberos principal of another realm", "info")


def key_credential(owner, account_name, usage=1, source=0, device=True, created=100, logon=5, spoil=None, flags=0):
    """A well-formed KEYCREDENTIALLINK_BLOB (MS-ADTS 2.2.20) around noise."""
    material = b"RSA1" + struct.pack("<IIIII", 2048, 3, 256, 0, 0) + b"\1\0\1" + noise("key " + account_name, 256)
    def entry(kind, value):
        return struct.pack("<HB", len(value), kind) + value
    late = entry(3, material) + entry(4, bytes([usage])) + entry(5, bytes([source]))
    late += entry(6, noise("device " + account_name, 16) if device else b"\0" * 16)
    late += entry(7, bytes([1, flags]))
    def moment(days_ago):
        """A FILETIME from a domain controller, .NET's DateTime (UTC, ticks since year 1) from Entra."""
        t = int(filetime(days_ago))
        return struct.pack("<Q", t if source == 0 else t + 504911232000000000 | 1 << 62)
    late += entry(8, moment(logon)) + entry(9, moment(created))
    blob = struct.pack("<I", 0x200) + entry(1, hashlib.sha256(material).digest()) + entry(2, hashlib.sha256(late).digest()) + late
    if spoil == "cut":
        blob = blob[:90]
    elif spoil == "length":
        blob = blob[:4] + struct.pack("<HB", 0xffff, 1) + blob[7:]
    elif spoil == "version":
        blob = struct.pack("<I", 0x100) + blob[4:]
    return "B:%d:%s:%s" % (len(blob) * 2, blob.hex().upper(), dn(owner))


def add_keys():
    def put(account, days, what, verdict, *specs):
        name = dn_of(account)
        clock(days)
        append(name, "msDS-KeyCredentialLink", [key_credential(name, "%s %d" % (account, i), **s) for i, s in enumerate(specs)])
        fact("key-credential", account, what, verdict)
    user("dr-hello", OPD, "Windows Hello 利用者", created=500, password_set=50)
    put("dr-hello", 100, "one NGC key with a device, source AD, 100 days old, used 5 days ago: normal", "pass", {})
    user("dr-fido", OPD, "FIDO2 利用者", created=500, password_set=50)
    put("dr-fido", 60, "one FIDO key (usage 7), source Entra (1)", "pass", dict(usage=7, source=1, created=60))
    put("tier0-suzuki", 9, "privileged account with a key that has no device (all zero), created 9 days ago: the mark of a planted key", "fail", dict(device=False, created=9, logon=9))
    put("helpdesk-tanaka", 150, "privileged account (Domain Admins) with one ordinary-looking key, 150 days old", "fail", dict(created=150))
    user("keycred-many", OPD, "鍵が多い利用者", created=500, password_set=50)
    put("keycred-many", 30, "five keys, two of them of other usages (8 FEK, 2 STK)", "info", {}, dict(usage=7), dict(usage=8), dict(usage=2), dict(source=1))
    user("keycred-broken", OPD, "壊れた鍵", created=500, password_set=50)
    put("keycred-broken", 30, "three malformed blobs: cut short, a length beyond the end, version 0x100", "trap", dict(spoil="cut"), dict(spoil="length"), dict(spoil="version"))
