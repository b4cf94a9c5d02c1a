#!/bin/bash
# Group Policy History: a password that is gone from SYSVOL stays on the hosts. Three kits are imported, then a copy of SYSVOL in which the
# preference is no more: the hosts that keep one password are told, the policy is not blamed, and no password is in the evidence.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
command -v openssl >/dev/null || { ok "history: skipped: no openssl"; exit "$any_failed"; }
cd "$work" || exit 1
db=$work/evidence.db

python3 - <<'PY'
import base64, hashlib, os, subprocess

KEY = "4e9906e8fcb66cc9faf49310620ffee8f496e806cc057990209b09a433b66c1b"  # [MS-GPPREF] 2.2.1.1.4
GPO = "{31B2F340-016D-11D2-945F-00C04FB984F9}"


def encrypted(password):
    raw = password.encode("utf-16le")
    raw += bytes([16 - len(raw) % 16]) * (16 - len(raw) % 16)
    out = subprocess.run(["openssl", "enc", "-aes-256-cbc", "-nopad", "-K", KEY, "-iv", "0" * 32], input=raw, capture_output=True, check=True).stdout
    return base64.b64encode(out).decode().rstrip("=")


def write(path, data, encoding="utf-8"):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(data.encode(encoding))


for number, password in enumerate(("Hist-Marker-1", "Hist-Marker-1", "Hist-Marker-2"), 1):
    kit = f"kit-PC{number}"
    write(f"{kit}/kit.txt", f"kagimori-kit=1\r\ncomputer=PC{number}\r\ndomain=h.example\r\ncodepage=932\r\nstarted=2026-11-25T01:02:03Z\r\n"
          "sam=no\r\nadministrator=yes\r\nfinished=2026-11-25T01:05:00Z\r\n")
    write(f"{kit}/steps.txt", "folder|0\r\npolicy/GroupPolicy|0\r\npolicy/History|0\r\n")
    write(f"{kit}/policy/History/{GPO}/Machine/Preferences/Groups/Groups.xml",
          '<Groups clsid="{3125E937-EB16-4b4c-9934-544FC6D24D26}"><User name="Administrator" '
          f'changed="2019-01-02 03:04:0{number}" uid="{{C0020B90-9FF1-4080-9DB3-5CB0DB0123E8}}">'
          f'<Properties action="U" newName="" cpassword="{encrypted(password)}" acctDisabled="0" subAuthority="RID_ADMIN" '
          'userName="Administrator"/></User></Groups>')
    write(f"{kit}/policy/GroupPolicy/Machine/Scripts/scripts.ini", "[Startup]\r\n0CmdLine=psexec\r\n0Parameters=-p Hist-Marker-3 x\r\n", "utf-16")
    lines = ""
    for folder, _, files in os.walk(kit):
        for name in files:
            path = os.path.join(folder, name)
            with open(path, "rb") as f:
                lines += hashlib.sha256(f.read()).hexdigest() + " *" + os.path.relpath(path, kit).replace("/", "\\") + "\r\n"
    write(f"{kit}/manifest.txt", lines)
write(f"sysvol/Policies/{GPO}/GPT.INI", "[General]\r\nVersion=65537\r\n")
write(f"sysvol/Policies/{GPO}/Machine/Scripts/scripts.ini", "[Startup]\r\n0CmdLine=a.cmd\r\n0Parameters=\r\n", "utf-16")
PY

"$bin/kagimori" import "$db" kit-PC1 kit-PC2 kit-PC3 >out 2>err
is "each host keeps one" "$(sql "$db" "SELECT group_concat(host || ':' || state || ':' || rid, ' ') FROM (SELECT * FROM host_policy_password ORDER BY host)")" \
    "pc1.h.example:set:500 pc2.h.example:set:500 pc3.h.example:set:500"
is "and is known to keep some of the policy" "$(sql "$db" "SELECT count(*) || ' ' || min(kind) || ' ' || min(state) FROM policy_folder")" "3 cache read"
is "nothing of it is the policy's content" "$(sql "$db" "SELECT count(*) FROM policy_password")" 0
is "local scripts start" "$(sql "$db" "SELECT count(*) || ' ' || count(command) || ' ' || sum(has_password_hint) FROM autostart WHERE kind = 'script'")" "3 0 3"
"$bin/kagimori" evaluate "$db" >>out 2>>err
shared="SELECT group_concat(host || ':' || basis || ':' || is_proven, ' ') FROM (SELECT * FROM shared_password ORDER BY host)"
is "equal ones connect their hosts" "$(sql "$db" "$shared")" "pc1.h.example:policy_password:0 pc2.h.example:policy_password:0"
is "where SYSVOL was not read, it stands for the policy" "$(sql "$db" "SELECT count(*) FROM policy_password_fact")" 1

"$bin/kagimori" import "$db" sysvol >>out 2>>err
"$bin/kagimori" evaluate "$db" >>out 2>>err
is "SYSVOL has the last word about the policy" "$(sql "$db" "SELECT count(*) FROM policy_password_fact")" 0
is "and none about the hosts" "$(sql "$db" "$shared")" "pc1.h.example:policy_password:0 pc2.h.example:policy_password:0"
"$bin/kagimori" import "$db" kit-PC3 >>out 2>>err
is "a kit that comes again replaces itself" "$(sql "$db" "SELECT count(*), (SELECT count(*) FROM policy_folder WHERE kind = 'cache') FROM host_policy_password")" "3|3"
is "no password is in what is left" "$(grep -lEa 'Hist-Marker' "$db"* out err 2>/dev/null)" ""
exit "$any_failed"
