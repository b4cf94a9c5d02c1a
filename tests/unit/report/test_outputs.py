# SPDX-License-Identifier: GPL-3.0-or-later
"""test_outputs.py OUTPUT_FIXTURE SOURCE [--write]: the documents for other tools, read by readers that are not ours (csv, json and jsonschema, xmllint with a schema of
JUnit's XML, the facts of OCSF 1.5.0 in ocsf_1_5_0.py). What a document passes is also shown to fail on a spoilt one."""
import csv
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unicodedata
import unittest
import xml.etree.ElementTree as ET

import jsonschema

import ocsf_1_5_0 as ocsf

PROGRAM, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])
WRITE = "--write" in sys.argv
GOLDEN = SOURCE / "tests/golden/outputs"
FORMULA = tuple("=+-@\t\r\n＝＋－＠")
UNSAFE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff]")
PREFIXES = ("", "bare.", "many.")


def columns(line):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


class Outputs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="kagimori-outputs-")
        cls.at = pathlib.Path(cls.folder.name)
        subprocess.run([PROGRAM, str(cls.at)], check=True)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def lines(self, name):
        text = (self.at / name).read_text("utf-8")
        self.assertTrue(text.endswith("\n"))
        self.assertIsNone(UNSAFE.search(re.sub("[\ufffe\uffff]", "", text)), "a terminal obeys nothing of it")
        return [json.loads(line) for line in text.split("\n")[:-1]]

    def table(self, name):
        with open(self.at / name, newline="", encoding="utf-8-sig") as f:
            table = list(csv.reader(f, strict=True))
        raw = (self.at / name).read_bytes()
        self.assertEqual(len(table), raw.count(b"\r\n"))
        self.assertEqual(len({len(r) for r in table}), 1)
        for cell in (c for r in table[1:] for c in r):
            self.assertFalse(cell.startswith(FORMULA), cell)
            self.assertIsNone(UNSAFE.search(cell), cell)
        return [dict(zip(table[0], r)) for r in table[1:]]

    def test_json_lines(self):
        schema = json.loads((SOURCE / "report/output/finding.schema.json").read_text("utf-8"))
        jsonschema.Draft7Validator.check_schema(schema)
        validator = jsonschema.Draft7Validator(schema)
        for prefix in PREFIXES:
            rows = self.lines(prefix + "findings.jsonl")
            self.assertGreater(len(rows), 20)
            self.assertEqual([e.message for r in rows for e in validator.iter_errors(r)], [])
            self.assertEqual({r["verdict"] for r in rows}, {"fail", "unknown", "waived", "error"})
        rows = self.lines("findings.jsonl")
        hostile = {r["subject"][-4:]: r["name"] for r in rows if r["check"] == "ad.account.hostile"}
        self.assertEqual((hostile["1017"], hostile["1016"]), ("gnp\u202eexe.", "\x1b[31mred\x07\x9b0m"), "text is as the target sent it")
        self.assertEqual({json.dumps(r["management"]) for r in self.lines("bare.findings.jsonl")}, {"null"})
        self.assertIn({"theme": "privileges", "measure": "laps"}, [r["management"] for r in rows])
        self.assertEqual(rows[0]["audit"]["at"], "2026-11-22T01:30:00Z")
        self.assertEqual([r["waiver"]["approver"] != "" for r in rows if r["verdict"] == "waived"], [True, True])
        for key, value in (("verdict", "pass"), ("severity", "bad"), ("finding", "F-1"), ("extra", 1), ("waiver", {"reason": "x"}), ("schema", "kagimori.finding/2")):
            self.assertTrue(list(validator.iter_errors(dict(rows[0], **{key: value}))), f"{key}: {value} is refused")

    def test_ocsf(self):
        schema = ocsf.json_schema()
        jsonschema.Draft7Validator.check_schema(schema)
        validator = jsonschema.Draft7Validator(schema)
        for name in [p + "findings.ocsf.jsonl" for p in PREFIXES] + ["findings.ja.ocsf.jsonl"]:
            events = self.lines(name)
            self.assertEqual([e.message for v in events for e in validator.iter_errors(v)], [])
            self.assertEqual([m for v in events for m in ocsf.mistakes(v)], [])
        events, lines = self.lines("findings.ocsf.jsonl"), self.lines("findings.jsonl")
        self.assertEqual([(e["finding_info"]["uid"], e["unmapped"]["verdict"]) for e in events],
                         [(r["finding"] or f"{r['check']} {r['subject']} {r['item']}", r["verdict"]) for r in lines], "an event each")
        # What was not seen is a Warning of unknown severity, a waiver suppresses, nothing passes.
        self.assertEqual({(e["unmapped"]["verdict"], e["compliance"]["status"], e["status"], e["severity"] == "Unknown") for e in events},
                         {("fail", "Fail", "New", False), ("unknown", "Warning", "New", True), ("error", "Warning", "New", True), ("waived", "Fail", "Suppressed", False)})
        self.assertEqual([e for e in events if e["compliance"]["status"] == "Warning" and not e["compliance"].get("status_details")], [], "a reason each")
        self.assertEqual(events[0]["time"], 1795311000000)
        golden = next(e for e in events if e["finding_info"]["analytic"]["uid"] == "ad.krbtgt.age")
        self.assertEqual(golden["finding_info"]["attacks"], [{"technique": {"uid": t[:5]}, "sub_technique": {"uid": t}} for t in ("T1558.001", "T1550.003")])
        for change in ({"class_uid": 2001}, {"severity_id": 7}, {"type_uid": "200301"}, {"extra": 1}, {"time": -1}, {"compliance": dict(golden["compliance"], status_id=4)},
                       {"compliance": dict(golden["compliance"], status_detail="deprecated since 1.4.0")},
                       {"finding_info": {}}, {"metadata": {"version": "1.5.0", "product": {}}}, {"remediation": {}}):
            self.assertTrue(list(validator.iter_errors(dict(golden, **change))), f"{change} is refused")
        self.assertTrue(ocsf.mistakes(dict(golden, severity="Low")))
        self.assertTrue(ocsf.mistakes(dict(golden, type_uid=200302)))
        self.assertTrue(ocsf.mistakes(dict(golden, compliance=dict(golden["compliance"], status="Pass"))))

    def xmllint(self, text):
        path = self.at / "spoilt.xml"
        path.write_text(text, "utf-8")
        done = subprocess.run(["xmllint", "--nonet", "--noout", "--schema", str(SOURCE / "tests/unit/report/junit.xsd"), str(path)], capture_output=True, check=False)
        path.unlink()
        return done.stderr.decode() if done.returncode else ""

    def test_junit(self):
        for name in [p + "junit.xml" for p in PREFIXES] + ["junit.ja.xml"]:
            text = (self.at / name).read_text("utf-8")
            self.assertEqual(self.xmllint(text), "")
            self.assertIsNone(UNSAFE.search(text), "what XML and a terminal obey is made visible")
            root = ET.fromstring(text)
            for i, suite in enumerate(root):
                cases = suite.findall("testcase")
                self.assertEqual([int(suite.get(k)) for k in ("id", "tests", "failures", "errors", "skipped")],
                                 [i, len(cases), len(suite.findall("testcase/failure")), len(suite.findall("testcase/error")), len(suite.findall("testcase/skipped"))])
        text = (self.at / "junit.xml").read_text("utf-8")
        cases = {c.get("name").split(":")[0]: c for c in ET.fromstring(text).iter("testcase")}
        outcome = {k: c[0].tag if len(c) else "passed" for k, c in cases.items()}
        checks = {r["check"]: r for r in self.table("checks.csv")}
        self.assertEqual(set(outcome), set(checks), "every check is a case")
        for check, row in checks.items():
            want = {"fail": "failure", "unknown": "skipped", "error": "error", "waived": "skipped", "pass": "passed", "not_applicable": "skipped"}[row["verdict"]]
            self.assertEqual(outcome[check], "skipped" if want == "failure" and row["severity"] == "info" else want, check)
        self.assertEqual(set(outcome.values()), {"failure", "skipped", "error", "passed"})
        self.assertIn("access denied", cases["ad.pso.effective"][0].text)
        self.assertIn("\\u{1b}[31mred", cases["ad.account.hostile"][0].text)
        many = next(c for c in ET.parse(self.at / "many.junit.xml").iter("testcase") if c.get("name").startswith("ad.account.hostile"))
        self.assertEqual(len(many[0].text.strip().split("\n")), 101)
        self.assertEqual((many[0].text.split("\n")[-1], many[0].get("message")), ("+906", "fail: 1006"))
        for a, b in (("<system-out/>", ""), (' hostname="localhost"', ""), ("T01:30:00", "T01:30:00Z"), ("<properties>", "<properties><x/>"), ('tests="', 'tests="x'),
                     ('time="0"', 'time="0,1"'), ("</testcase>", "<skipped type='x'/></testcase>"), ("&lt;", "<"), ("fail", "fa\x1bil")):
            self.assertTrue(self.xmllint(text.replace(a, b)), f"{a} -> {b} is refused")

    def test_tables(self):
        checks = self.table("checks.csv")
        self.assertTrue((self.at / "checks.csv").read_bytes().startswith(b"\xef\xbb\xbf"))
        self.assertFalse((self.at / "checks.en.csv").read_bytes().startswith(b"\xef"))
        krbtgt = next(r for r in checks if r["check"] == "ad.krbtgt.age")
        self.assertEqual((krbtgt["verdict"], krbtgt["fail"], krbtgt["management_theme"], krbtgt["measure"]), ("fail", "1", "管理者権限", "Windows LAPS により端末ごとに異なるパスワードを設定する"))
        self.assertIn("T1558.001", krbtgt["references"])
        findings = self.table("findings.csv")
        for column, of in (("fail", "fail"), ("unknown", "unknown"), ("waived", "waived"), ("error", "error")):
            counted = {r["check"]: int(r[column]) for r in checks if int(r[column])}
            told = {}
            for r in findings:
                if r["verdict"] == of:
                    told[r["check"]] = told.get(r["check"], 0) + 1
            self.assertEqual(told, counted, column)
        hostile = {r["management_theme"] for r in findings}
        self.assertTrue(any(t.startswith("'=リモート") for t in hostile), hostile)
        self.assertEqual({r["measure"] for r in self.table("bare.findings.csv")}, {""})

    def test_summaries(self):
        for lang in ("en", "ja"):
            for prefix in PREFIXES:
                text = (self.at / f"{prefix}summary.{lang}.txt").read_text("utf-8")
                self.assertIsNone(UNSAFE.search(text))
                self.assertLessEqual(len(text.splitlines()), 32)
                self.assertEqual([l for l in text.splitlines() if columns(l) > 80 or l != l.rstrip()], [])
                page = (self.at / f"{prefix}summary.{lang}.md").read_text("utf-8")
                self.assertIsNone(UNSAFE.search(page))
                self.assertLess(len(page), 8000)
                self.assertEqual(self.strange_in(page), [])
            self.check_golden(f"summary.{lang}.txt")
            self.check_golden(f"summary.{lang}.md")
            self.assertNotIn("41", (self.at / f"bare.summary.{lang}.txt").read_text("utf-8"))

    def strange_in(self, page):
        """As GitHub's reader sees it, with HTML let through: elements that we do not write, mentions, tables with rows of different length."""
        html = subprocess.run(["cmark-gfm", "--unsafe", "-e", "table", "-e", "autolink", "-e", "strikethrough"], input=page.encode(), capture_output=True, check=True).stdout.decode()
        strange = sorted(set(re.findall(r"<(\w+)", html)) - {"h1", "h2", "p", "strong", "ul", "li", "table", "thead", "tbody", "tr", "th", "td"})
        strange += re.findall(r"(?<!&#64;)@\w+", page)
        for table in re.findall(r"<table>.*?</table>", html, re.S):
            if len({len(re.findall("<t[hd]", row)) for row in re.findall(r"<tr>.*?</tr>", table, re.S)}) != 1:
                strange.append(table)
        strange += [line for line in page.splitlines() if line.startswith("|") and len(re.findall(r"(?<!\\)\|", line)) not in (3, 4, 5, 6)]
        return strange

    def test_a_spoilt_page_is_seen(self):
        page = (self.at / "summary.en.md").read_text("utf-8")
        for bad in ("<script>x</script>", "[click](http://x.example)", "www.x.example", "@team", "`x`", "~~x~~", "# x\n\n### y"):
            self.assertTrue(self.strange_in(page + "\n" + bad + "\n"), bad)

    def check_golden(self, name):
        text = (self.at / name).read_text("utf-8")
        if WRITE:
            GOLDEN.mkdir(exist_ok=True)
            (GOLDEN / name).write_text(text, "utf-8")
        self.assertEqual(text.splitlines(), (GOLDEN / name).read_text("utf-8").splitlines(), name)

    def test_modes(self):
        for path in self.at.iterdir():
            self.assertEqual(path.stat().st_mode & 0o777, 0o600, path.name)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]], verbosity=1)
