#!/bin/bash
# After an incident: no host answers. The directory, SYSVOL and files of hosts still give verdicts, each with where it comes from; and no
# password, hash or key of the files is in anything that is left behind.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
eval "$("$root/tests/lab/lab" env)"
out=$work/audit
offline=$root/tests/lab/offline

# The network of the hosts ends nowhere: two halves of each network go before the network itself. The domain controllers stay.
cut="10.99.1.0/25 10.99.1.128/25 fd99:1::/65 fd99:1:0:0:8000::/65"
routes() {
    local n family
    for n in $cut; do
        case $n in *::*) family=-6 ;; *) family=-4 ;; esac
        in_lab ip $family route "$1" unreachable "$n" 2>/dev/null || true
    done
}
trap 'routes del; rm -rf "$work"' EXIT
routes add

"$root/tests/lab/site" >"$work/site.yaml"
cat >>"$work/site.yaml" <<END
hosts:
  scope: { directory: true, inactive_days: 90 }
  credential: { method: ntlm, user: '.\\$LAB_HOST_AUDIT_USER', password_file: $LAB_HOST_PASSWORD_FILE }
END
expect "audit with every host unreachable ends with findings" 1 \
    in_lab "$bin/kagimori" audit --site "$work/site.yaml" --out "$out" --lang ja
cp "$work/out" "$work/said"; cat "$work/err" >>"$work/said"
is "no host answered" "$(sql "$out/evidence.db" "SELECT count(*) FROM host_port p JOIN host_target t USING(host) WHERE p.state = 'open' AND t.is_controller IS NOT 1")" 0

# ---- Group Policy
"$root/tests/integration/gpo_truth.py" "$out/evidence.db" "$root/tests/lab/group-policy.yaml" || any_failed=1
"$root/tests/integration/gpo_truth.py" --samba "$root/tests/lab/lab" "$root/tests/lab/group-policy.yaml" || any_failed=1
"$root/tests/integration/answer_key.py" "$out/evidence.db" --hosts "$root/tests/lab/answer-key-policy.yaml" | sed -E 's/^(ok|FAILED) /\1 policy alone: /'
[ "${PIPESTATUS[0]}" = 0 ] || any_failed=1

# ---- the estate
"$offline/make" "$work/estate" || any_failed=1
"$offline/verify" "$work/estate" >"$work/verify" || { any_failed=1; grep -v '^ok' "$work/verify"; }
is "other people's readers agree about the estate's hives" "$(grep -c '^FAILED' "$work/verify")" 0
before=$(cd "$work/estate" && find . -type f -exec sha256sum {} + | LC_ALL=C sort | sha256sum)
expect "import of the estate" 0 unshare -n "$bin/kagimori" import "$out/evidence.db" "$work/estate" --keep-artifacts "$work/kept"
cat "$work/out" "$work/err" >>"$work/said"
is "nothing in the estate was changed" "$(cd "$work/estate" && find . -type f -exec sha256sum {} + | LC_ALL=C sort | sha256sum)" "$before"
expect "evaluate" 1 unshare -n "$bin/kagimori" evaluate "$out/evidence.db"
expect "report" 0 unshare -n "$bin/kagimori" report "$out/evidence.db" --out "$out" --lang ja
cat "$work/out" "$work/err" >>"$work/said"
"$root/tests/integration/answer_key.py" "$out/evidence.db" --hosts "$root/tests/lab/answer-key-offline.yaml" || any_failed=1

# taken NAME: what the file of that name was taken for
machine() { sql "$out/evidence.db" "SELECT group_concat(x, ' ') FROM (SELECT coalesce(host, reason, '') AS x FROM machine_file WHERE origin LIKE '%$1%' OR computer_name = '$1' ORDER BY 1)"; }
is "a kit is its computer's" "$(machine WS-LEG-03)" "ws-leg-03.$LAB_DOMAIN"
is "an image is its computer's" "$(machine WS-NOL-04)" "ws-nol-04.$LAB_DOMAIN"
is "a folder of hives is its computer's" "$(machine MOD-XP01)" "mod-xp01.$LAB_DOMAIN"
is "of two kits of one computer the newer counts" "$(machine WS-W11-05)" "older ws-w11-05.$LAB_DOMAIN"
is "of two machines that claim one name the files that came first stay, and it is said" "$(machine WS-W11-06)" "conflict ws-w11-06.$LAB_DOMAIN"
refused=$(sql "$out/evidence.db" "SELECT count(*) FROM artifact WHERE origin LIKE '%BYOIN-EVIL%' AND state = 'refused'")
if [ "$refused" -ge 1 ]; then ok "paths that leave their folder are refused ($refused)"; else bad "nothing of the kit that was tampered with is refused"; fi
is "and nothing outside was read" "$(sql "$out/evidence.db" "SELECT count(*) FROM artifact WHERE path LIKE '%passwd%' AND state NOT IN ('refused', 'denied', 'ignored')")" 0

# ---- where a verdict comes from
origins=$(sql "$out/evidence.db" "SELECT group_concat(DISTINCT json_extract(evidence, '\$.setting_origin')) FROM result WHERE evidence LIKE '%setting_origin%'")
for o in policy kit; do
    case ",$origins," in *,$o,*) ok "verdicts of settings name their source: $o" ;; *) bad "no verdict has the source $o (there are: $origins)" ;; esac
done
wrong=$(sql "$out/evidence.db" "SELECT count(*) FROM result WHERE json_extract(evidence, '\$.setting_origin') = 'rpc'")
is "none was read from a host" "$wrong" 0

# ---- method 1 and method 3: who shares RID 500's password
for host in ws-leg-03.$LAB_DOMAIN kensa-02; do
    case $(sql "$out/evidence.db" "SELECT group_concat(state || coalesce(fingerprint, '')) FROM local_fingerprint WHERE lower(host) = '$host' AND rid = 500") in
    set?*) ok "fingerprint of $host" ;; *) bad "no fingerprint of RID 500 of $host" ;; esac
done
is "equal on the two hosts, and nowhere else" "$(sql "$out/evidence.db" "SELECT group_concat(h, ' ') FROM (SELECT lower(host) || ':' || rid AS h FROM local_fingerprint
    WHERE fingerprint IN (SELECT fingerprint FROM local_fingerprint GROUP BY 1 HAVING count(*) > 1) ORDER BY 1)")" "kensa-02:500 ws-leg-03.$LAB_DOMAIN:500"
is "blank" "$(sql "$out/evidence.db" "SELECT group_concat(h, ' ') FROM (SELECT lower(host) AS h FROM local_fingerprint WHERE rid = 500 AND state = 'blank' ORDER BY 1)")" "ws-nol-03.$LAB_DOMAIN"
is "LM hashes" "$(sql "$out/evidence.db" "SELECT group_concat(h, ' ') FROM (SELECT lower(host) || ':' || rid AS h FROM local_fingerprint WHERE has_lm_hash = 1 ORDER BY 1)")" \
    "kensa-02:1002 mod-xp01.$LAB_DOMAIN:500"

# Fingerprints compare within one run: a copy of SYSVOL and the estate together show that the two have the password of the policy.
mkdir "$work/sysvol"
in_lab smbclient "//$LAB_DC1/sysvol" -U "$LAB_AUDIT_USER%$(cat "$LAB_AUDIT_PASSWORD_FILE")" -c "prompt off; recurse on; lcd $work/sysvol; mget *" >/dev/null 2>&1
expect "import of a copy of SYSVOL and of the estate" 0 unshare -n "$bin/kagimori" import "$work/method.db" "$work/sysvol/$LAB_DOMAIN" "$work/estate"
cat "$work/out" "$work/err" >>"$work/said"
is "the policy's password is theirs, and nobody else's" "$(sql "$work/method.db" "SELECT group_concat(h, ' ') FROM (SELECT lower(l.host) || ':' || l.rid AS h
    FROM local_fingerprint l JOIN policy_password p ON p.fingerprint = l.fingerprint AND p.rid = 500 ORDER BY 1)")" "kensa-02:500 ws-leg-03:500"

# ---- what is left behind. Kept artifacts are the files themselves, and are left out; so is the estate.
"$offline/make" --secrets >"$work/secrets" || any_failed=1
for f in gpp-administrator gpp-service gpp-task gpp-drive gpp-old ward-autologon script-netlogon script-startup script-task; do
    printf 'word %s\n' "$(cat "$KAGIMORI_LAB_DIR/accounts/$f.password")"
done >>"$work/secrets"
leaks=$("$root/tests/integration/leaks.py" "$work/secrets" "$out" "$work/method.db" "$work/said" 2>&1)
is "no password and no hash in evidence, documents or messages" "$leaks" ""
is "a known hash would be found" "$("$root/tests/integration/leaks.py" --self-test "$work/secrets")" "found"
is "no core file" "$(find "$out" "$root" -maxdepth 1 -name 'core*' -type f | wc -l)" 0
exit "$any_failed"
