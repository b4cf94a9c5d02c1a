# SPDX-License-Identifier: GPL-3.0-or-later
"""test_documents.py REPORT_FIXTURE SOURCE [--write]: reads the fixture's CSV and JSON back with other people's readers, and HTML with
xmllint. Each check that a document passes is also shown to fail on a spoilt one."""
import base64
import csv
import hashlib
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest
from xml.etree import ElementTree

import jsonschema

PROGRAM, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])
WRITE = "--write" in sys.argv  # make the golden files anew; then read the difference
GOLDEN = SOURCE / "tests/golden/report"
FORMULA = tuple("=+-@\t\r\n＝＋－＠")
UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff]")


def rows(path):
    raw = path.read_bytes()
    text = raw.decode("utf-8-sig")
    with open(path, newline="", encoding="utf-8-sig") as f:
        return raw, text, list(csv.reader(f, strict=True))


class Documents(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="kagimori-report-")
        cls.at = pathlib.Path(cls.folder.name)
        subprocess.run([PROGRAM, str(cls.at)], check=True)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def check_csv(self, name, columns):
        raw, text, table = rows(self.at / name)
        self.assertGreater(len(table), 5)
        self.assertEqual({len(r) for r in table}, {columns})
        self.assertEqual(raw.count(b"\n"), raw.count(b"\r\n"), "every line ends with CR LF")
        self.assertEqual(len(table), text.count("\r\n"), "no cell breaks its line")
        for record in table[1:]:
            for cell in record:
                self.assertFalse(cell.startswith(FORMULA), f"formula: {cell!r}")
                self.assertIsNone(UNSAFE.search(cell), f"unsafe: {cell!r}")
        return table

    def test_findings_csv(self):
        table = self.check_csv("findings.en.csv", 16)
        self.assertEqual(table[0][:7], ["verdict", "severity", "check", "theme", "title", "name", "subject"])
        by_key = {(r[2], r[6]): dict(zip(table[0], r)) for r in table[1:]}
        self.assertEqual(len(by_key), len(table) - 1)
        self.assertEqual({r[0] for r in table[1:]}, {"fail", "unknown", "waived", "error"})
        self.assertEqual(by_key["ad.account.hostile", "S-1-5-21-1-2-3-1015"]["name"], "'=cmd|' /C calc'!A0")
        self.assertEqual(by_key["ad.account.hostile", "S-1-5-21-1-2-3-1018"]["name"], "O'Brien \"Bob\" & <Co>, ; -1")
        self.assertIn("\\u{202e}", by_key["ad.account.hostile", "S-1-5-21-1-2-3-1017"]["name"])
        self.assertIn("\\u{a}", by_key["ad.account.hostile", "S-1-5-21-1-2-3-1016"]["evidence"])
        self.assertEqual(by_key["ad.record.forged", "S-1-5-21-1-2-3-1007"]["evidence"],
                         "Date shown (pwdLastSet): 2026-11-21 02:00; Secret changed: 2016-02-15 08:53")
        self.assertIn("access denied", by_key["ad.pso.effective", "S-1-5-21-1-2-3-1009"]["reason"])
        self.assertIn("2027-03-31", by_key["ad.admin.dormant", "S-1-5-21-1-2-3-1200"]["waiver"])

    def test_findings_csv_in_japanese(self):
        table = self.check_csv("findings.ja.csv", 16)
        self.assertTrue((self.at / "findings.ja.csv").read_bytes().startswith(b"\xef\xbb\xbf"))
        self.assertIn("krbtgt のパスワードが 180 日以内に変更されている", [r[4] for r in table])

    def test_results_json(self):
        schema = json.loads((SOURCE / "report/results.schema.json").read_text("utf-8"))
        jsonschema.Draft7Validator.check_schema(schema)
        validator = jsonschema.Draft7Validator(schema)
        for name in ("results.json", "results.passes.json"):
            text = (self.at / name).read_text("utf-8")
            results = json.loads(text)
            self.assertEqual([e.message for e in validator.iter_errors(results)], [])
            self.assertIsNone(re.search("[\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", text))
        hostile = next(c for c in results["checks"] if c["id"] == "ad.account.hostile")
        names = {r["subject"][-4:]: r["name"] for r in hostile["results"]}
        self.assertEqual(names["1017"], "gnp\u202eexe.", "text is as the target sent it")
        self.assertEqual(names["1016"], "\x1b[31mred\x07\x9b0m")
        self.assertEqual(names["1019"][:3], "\ufffd<\ufffd")
        guest = next(c for c in results["checks"] if c["id"] == "ad.guest.disabled")
        self.assertEqual([p["name"] for p in guest["passed"]], ["Guest"])
        self.assertEqual(results["totals"]["fail"], 18)
        self.assertEqual(sum(len(c["results"]) for c in results["checks"]), 41)
        self.assertEqual(results["hosts"], {"count": 12, "answered": 9})
        policies = {p["gpo_id"][-1]: p for p in results["policies"]}
        self.assertEqual([(k, p["folder_state"], p["links"], p["applies"], p["applies_unknown"], p["passwords"]) for k, p in sorted(policies.items())],
                         [("1", "read", 1, 3, 0, 2), ("2", "partial", 1, 0, 2, None), ("3", "missing", 0, 0, 0, None), ("4", "read", 0, None, 0, 0), ("5", None, None, None, None, 0)])
        self.assertEqual((policies["2"]["computer_version"], policies["2"]["folder_computer_version"], policies["2"]["version_matches"]), (4, 2, 0))
        self.assertIn("<script>", policies["1"]["name"], "text is as the target sent it")
        origins = {r["evidence"]["setting_origin"] for c in results["checks"] if c["id"] == "host.uac.consent" for r in c["results"]}
        self.assertLess({"rpc", "kit", "cache", "policy", "missing"}, origins, "code words are for programs")
        clusters = results["administrator_clusters"]
        self.assertEqual([(c["cluster"], c["count"], c["proven"], len(c["hosts"])) for c in clusters], [(1, 3, 2, 3), (2, 2, 0, 2)])
        first = clusters[0]["hosts"]
        self.assertEqual([(h["host"], h["proof"], h["basis"], h["candidate"]) for h in first],
                         [("192.0.2.41", "proven", "candidate", 2), ("ct-console.sakura.example", "proven", "candidate", 2),
                          ("192.0.2.42", "suspected", "machine_sid", None)])
        self.assertEqual(first[0]["account"], "<b>管理者</b>\u202e", "text is as the target sent it")
        self.assertEqual((results["audit"]["incident_at"], results["audit"]["now"]), ("2026-11-20T01:15:00Z", "2026-11-22T01:30:00Z"))
        mfa = results["mfa"]
        self.assertEqual({c["population"]: (c["accounts"], c["registered"], c["enforced"], c["bypassed"], c["without"], c["unknown"]) for c in mfa["coverage"]},
                         {"privileged": (4, 2, 1, 1, 1, 1), "remote_access": (4, 3, 1, 1, 1, 0), "vendor": (3, 2, 1, 1, 1, 0), "everyone": (10, 7, 3, 2, 2, 1)})
        accounts = {a["subject"][-4:]: a for a in mfa["accounts"]}
        self.assertEqual([(f["basis"], f["method"], f["is_bypassed"]) for f in accounts["1007"]["factors"]], [("duo", "state", 1), ("entra", "push", None), ("entra", "sms", None)])
        self.assertEqual((accounts["1006"]["is_registered"], accounts["1006"]["factors"]), (None, []), "nobody tells")
        self.assertEqual(accounts["1022"]["name"], "gnp\u202emaker", "text is as the target sent it")
        self.assertEqual([(u["record"], u["reason"]) for u in mfa["unjoined"]], [(1, "no_account"), (3, "twice"), (4, "no_key"), (5, "ambiguous"), (8, "no_account")])
        self.assertEqual([(e["path"][:5], e["is_whole"], e["joined"], e["exported_at"]) for e in mfa["exports"]], [('"><sc', 1, 0, None), ("duo.c", 0, 1, "2026-11-12T23:33:20Z"), ("entra", 1, 0, "2026-11-21T02:00:00Z")])
        self.assertEqual([(n["purpose"], n["entry"], n["matches"]) for n in mfa["named"]][:2], [("break_glass", "nobody", 0), ("break_glass", "管理者", 1)])
        questions = {q["check"]: q for q in results["questionnaire"]["questions"]}
        self.assertEqual(results["questionnaire"]["states"], {"expired": 1, "failed": 1, "no": 1, "not_applicable": 1, "open": 2, "unproven": 1, "waived": 1, "well": 2})
        self.assertEqual((questions["attest.containment.cable-tags"]["words"]["ja"], questions["attest.containment.cable-tags"]["valid_until"]), ("すべてに付けている", "2027-11-14"))
        self.assertEqual((questions["attest.recovery.rebuild"]["state"], questions["attest.recovery.rebuild"]["answer"]), ("expired", "yes"))
        self.assertEqual(questions["attest.logs.worm"]["evidence"], "=cmd|'/c calc'!A1", "text is as it was written")
        for part, key, value in ((mfa["coverage"][0], "population", "nurses"), (mfa["unjoined"][0], "reason", "tired"), (accounts["1006"], "is_enforced", 2), (questions["attest.logs.worm"], "state", "maybe")):
            kept, part[key] = part[key], value
            self.assertTrue(list(validator.iter_errors(results)), f"{key}: {value} is refused")
            part[key] = kept
        self.assertEqual(list(validator.iter_errors(dict(results, mfa=None, questionnaire=None))), [], "without accounts and questions")
        reset = results["reset"]
        self.assertEqual(reset["totals"], {"items": 45, "finished": 10, "unseen": 4, "regressions": 1, "finish_at": "2026-11-22T13:30:00Z"})
        self.assertEqual(reset["states"], {"attested": 2, "blocked": 29, "done": 8, "not_needed": 1, "partly": 1, "ready": 3, "suspect": 1, "waiting": 1})
        self.assertEqual(sum(reset["states"].values()), sum(sum(p["states"].values()) for p in reset["phases"]))
        self.assertEqual([(p["id"], p["items"], p["finished"]) for p in reset["phases"]][1:3], [("tier0", 5, 2), ("dsrm", 2, 1)])
        self.assertEqual(reset["actions"][8]["blocked_by"], ["reset.service.account", "reset.host.administrator", "reset.krbtgt.second", "reset.tier0.administrators"])
        self.assertEqual([(s["subject"][-4:], s["state"], s["is_regression"], s["was"]) for s in reset["suspects"]], [("1007", "suspect", 0, "ready"), ("1014", "ready", 1, "done")])
        self.assertEqual(reset["suspects"][1]["name"], '<script>alert("plan")</script>', "text is as the target sent it")
        self.assertEqual([(k["name"], k["stage"], k["second_from_at"]) for k in reset["keys"]], [("krbtgt", "too_early", "2026-11-22T07:30:00Z"), ("krbtgt_2101", "never", None)])
        self.assertEqual([(p["at"], p["kind"], p["phases"]["tier0"]) for p in reset["progress"]][:2], [("2026-11-20T13:30:00Z", "plan", {"blocked": 5}), ("2026-11-21T13:30:00Z", "verify", {"done": 1, "ready": 4})])
        self.assertEqual([d["kind"] for d in reset["decisions"]], ["attested", "not_needed", "without_controller", "attested"])
        seed, attack = results["frameworks"]
        self.assertEqual((seed["framework"], attack["framework"], attack["edition"], attack["note"]), ("seed", "attack", None, None))
        self.assertEqual([(i["item"], i["verdict"]) for i in seed["items"]], [("7", "pass"), ("9", "reset"), ("22", "out_of_scope"), ("28", "fail"),
                         ("31", "unknown"), ("40", "pass"), ("47", "not_applicable"), ("55", "fail"), ("60", "unanswered")])
        hardening = seed["items"][5]
        self.assertEqual((hardening["checks"], hardening["evaluated"], hardening["answered_by"][1]), (2, 1, {"id": "ad.not.in-profile", "is_action": 0, "state": None}))
        for part, key, value in ((seed["items"][0], "verdict", "fine"), (reset, "incident_at", "yesterday"), (reset["suspects"][0], "state", "finished"), (reset["keys"][0], "stage", "soon"), (reset["progress"][0], "kind", "guess")):
            kept, part[key] = part[key], value
            self.assertTrue(list(validator.iter_errors(results)), f"{key}: {value} is refused")
            part[key] = kept
        self.assertEqual(list(validator.iter_errors(dict(results, reset=None))), [], "without a plan")
        del results["checks"][0]["counts"]
        self.assertTrue(list(validator.iter_errors(results)), "a spoilt document is refused")

    def test_html_for_libxml(self):
        for name in ("report.en.html", "report.ja.html", "report.both.html"):
            done = subprocess.run(["xmllint", "--html", "--noout", str(self.at / name)], capture_output=True, check=False)
            # libxml2 knows HTML 4: elements of HTML 5 and SVG are new to it, nothing else may be wrong.
            wrong = [l for l in done.stderr.decode(errors="replace").splitlines() if "error :" in l and not re.search(
                "Tag (main|nav|header|footer|section|article|figure|figcaption|bdi|svg|details|summary|rect|title|path|search|desc|g|circle|ellipse|line|polyline|polygon|text|tspan|use|symbol|defs|pattern) invalid", l)]
            self.assertEqual(wrong, [])
            self.assertEqual(done.returncode, 0)

    def test_script(self):
        """One script, ours as its file has it, let through by its hash; the policy lets nothing else pass."""
        own = (SOURCE / "report/html/report.js").read_text("utf-8")
        self.assertLess(len(own.encode()), 20 * 1024)
        self.assertIsNone(re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|setTimeout\(['\"]|\bfetch\b|XMLHttp|import\(|</", own))
        digest = base64.b64encode(hashlib.sha256(own.encode()).digest()).decode()
        for lang in ("en", "ja"):
            page = (self.at / f"report.{lang}.html").read_text("utf-8")
            self.assertEqual(re.findall(r"<script[^>]*>(.*?)</script>", page, re.S), [own])
            style = re.search(r"<style>(.*?)</style>", page, re.S).group(1)
            self.assertIn("default-src 'none'; style-src 'sha256-" + base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() +
                          f"'; script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'\"", page)
            words = set(re.findall(r"\bword\.([a-z]+)", own)) - {"key"}
            self.assertEqual(words - set(re.findall(r' data-([a-z]+)="[^"]', page)), set(), "words that the script lacks")

    def check_golden(self, name, text):
        if WRITE:
            (GOLDEN / name).write_text(text, "utf-8", newline="")
        with open(GOLDEN / name, encoding="utf-8", newline="") as f:
            self.assertEqual(text.splitlines(), f.read().splitlines(), name)

    def test_long_frameworks_are_closed(self):
        text = (self.at / "report.en.html").read_text("utf-8")
        closed = "".join(re.findall(r"<details>.*?</details>", text, re.S))
        self.assertIn("T1558.001", closed)
        self.assertIn("<summary>All 1 items", closed)
        self.assertNotIn("Priority tags", closed)  # the training is printed whole

    def test_golden(self):
        for name in ("findings.en.csv", "findings.ja.csv"):
            self.check_golden(name, (self.at / name).read_text("utf-8-sig"))
        for lang in ("en", "ja"):
            page = (self.at / f"report.{lang}.html").read_text("utf-8")
            parts = re.findall(r'<div class="state.*?</div>|<div class="overall">.*?</div>\\s*</div>|<table class="(?:grades|actions)">.*?</table>|<ol class="(?:risks|measures)">.*?</ol>|<table class="themes">.*?</table>|'
                               r'<article class="finding critical".*?</article>|<article class="reason[ "].*?</article>|<ul class="blind">.*?</ul>|'
                               r'<dl class="looked">.*?</dl>|<table class="hosts">.*?</table>|<section class="chapter"><h2 id="policies">.*?</section>|'
                               r'<article class="framework[ "].*?</article>|<section class="resetting">.*?</section>|<section class="chapter (?:reset|mfa|questions)">.*?</section>|<ul class="people">.*?</ul>', page, re.S)
            self.assertGreater(len(parts), 5)
            # One element a line: a difference reads well.
            self.check_golden(f"report.{lang}.fragments.html", "\n".join(re.sub(r"\s*\n\s*", "\n", p).replace("><", ">\n<") for p in parts) + "\n")
            charts = re.findall(r'<figure class="chart">.*?</figure>', (self.at / f"charts.{lang}.html").read_text("utf-8"), re.S)
            self.assertEqual(len(charts), 7)
            self.check_golden(f"charts.{lang}.fragments.html", "\n".join(re.sub(r"\s*\n\s*", "\n", p).replace("><", ">\n<") for p in charts) + "\n")

    def test_charts(self):
        # As a browser reads them: each drawing is well-formed, named by its own title and sentences, and holds no colour, style or script of its own.
        svg = re.findall(r"<svg viewBox.*?</svg>", (self.at / "charts.ja.html").read_text("utf-8"), re.S)
        self.assertEqual(len(svg), 7)
        ids = set()
        for text in svg:
            root = ElementTree.fromstring(text)
            self.assertEqual(root.get("role"), "img")
            names = root.get("aria-labelledby").split()
            named = {e.get("id"): "".join(e.itertext()) for e in root if e.tag in ("title", "desc")}
            self.assertEqual(sorted(named), sorted(names))
            self.assertTrue(all(len(t) > 5 for t in named.values()), named)
            self.assertFalse(ids & set(names), "an id is there once")
            ids |= set(names)
            used = {a for e in root.iter() for a in e.attrib}
            self.assertLessEqual(used, {"viewBox", "role", "aria-labelledby", "id", "class", "x", "y", "width", "height", "cx", "cy", "r", "d", "text-anchor"})
            self.assertLessEqual({e.tag for e in root.iter()}, {"svg", "title", "desc", "rect", "path", "circle", "text"})

    def test_ids_and_links(self):
        for name in ("report.en.html", "report.ja.html", "report.both.html"):
            page = re.sub(r"<script>.*?</script>", "", (self.at / name).read_text("utf-8"), flags=re.S)
            ids = re.findall(r'\sid="([^"]*)"', page)
            self.assertEqual(len(ids), len(set(ids)), name)
            refs = set(re.findall(r'\shref="#([^"]*)"', page))
            for attr in ("aria-labelledby", "aria-describedby", "aria-controls", "for", "headers"):
                refs |= {w for value in re.findall(rf'\s{attr}="([^"]*)"', page) for w in value.split()}
            self.assertEqual(refs - set(ids), set(), name)
            self.assertGreater(len(refs), 30)
        halves = page.split('<div class="language" id="en"')
        self.assertEqual(len(halves), 2)
        # English links to English, but for the language switch above both.
        self.assertEqual([r for r in re.findall(r'\shref="#([^"]*)"', halves[1]) if not r.startswith("en-")], [])
        self.assertEqual([r for r in re.findall(r'\shref="#([^"]*)"', halves[0]) if r.startswith("en")], ["en"])

    def test_method_tells_the_formula(self):
        """The numbers that page "method" and README tell are those that grades are computed with."""
        source = (SOURCE / "rules/grade/formula.c").read_text("utf-8") + (SOURCE / "rules/grade/formula.h").read_text("utf-8")
        weights = [int(w) // 10 for w in re.search(r"weights\[GRADE_SEVERITIES\] = \{ ([\d, ]+) \}", source)[1].split(",")]
        letters = dict(re.findall(r"score >= (\d+) \? '([A-D])'", source))
        seen = re.search(r"GRADE_SEEN_ENOUGH = (\d+)", source)[1]
        words = (SOURCE / "report/html/messages_cover.xml").read_text("utf-8")
        for lang in ("en", "ja"):
            lines = [re.search(f'<m id="method.{n}">.*?<{lang}>(.*?)</{lang}>', words)[1] for n in range(1, 9)]
            self.assertEqual([int(n) for n in re.findall(r"\d+", lines[0])], [w for w in weights if w or lang == "ja"])
            self.assertEqual([n for n in re.findall(r"\d+", lines[4])][:4], list(letters))
            self.assertEqual(list(letters.values()), list("ABCD"))
            self.assertIn(f"{seen} %", lines[6])

    def test_modes(self):
        for path in self.at.iterdir():
            self.assertEqual(path.stat().st_mode & 0o777, 0o600, path.name)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]], verbosity=1)
