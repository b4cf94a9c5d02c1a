# SPDX-License-Identifier: GPL-3.0-or-later
"""test_plan_documents.py PLAN_FIXTURE SOURCE: reads the documents of the fixture's reset plan back with other people's readers. Each check that a document passes is also
shown to fail on a spoilt one."""
import csv
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import jsonschema

PROGRAM, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])
FORMULA = tuple("=+-@\t\r\n＝＋－＠")
UNSAFE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff]")
STATES = {"blocked", "ready", "waiting", "done", "partly", "suspect", "attested", "not_needed"}


def read_markdown(text):
    """Lines that are no command, and what is wrong."""
    complaints = [f"unsafe: {m.group()!r}" for m in UNSAFE.finditer(text)]
    outside, fence = [], None
    for line in text.splitlines():
        mark = re.match(r" *(`{3,})(\w*)$", line)
        if fence is None and mark and mark.group(2):
            fence = mark.group(1)
        elif fence and mark and mark.group(1) == fence:
            fence = None
        elif fence is None:
            outside.append(line)
    if fence:
        complaints.append("a fence is not closed")
    for line in outside:
        plain = re.sub(r"(`+) ?.*? ?\1(?!`)", "", line)  # without code in the line
        if re.search(r"(?<!\\)<(?!!-- -->$)", plain):
            complaints.append(f"HTML: {line}")
        if re.search(r"(?<!\\)\](?=[(\[:])", re.sub(r"^( *- )\[[ x]\]", r"\1", plain)):
            complaints.append(f"a link: {line}")
        if re.search(r"https?://|www\.|[a-z]@[a-z]", plain):
            complaints.append(f"a link by itself: {line}")
    return outside, complaints


class PlanDocuments(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="kagimori-plan-")
        cls.at = pathlib.Path(cls.folder.name)
        subprocess.run([PROGRAM, str(cls.at)], check=True)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_csv(self):
        for name in ("reset-plan.en.csv", "reset-plan.ja.csv"):
            raw = (self.at / name).read_bytes()
            self.assertEqual(raw.startswith(b"\xef\xbb\xbf"), ".ja." in name)
            with open(self.at / name, newline="", encoding="utf-8-sig") as f:
                table = list(csv.reader(f, strict=True))
            self.assertEqual({len(r) for r in table}, {21})
            self.assertEqual(len(table), raw.count(b"\r\n"), "no cell breaks its line")
            records = [dict(zip(table[0], r)) for r in table[1:]]
            self.assertEqual([r["order"] for r in records], [str(i + 1) for i in range(1021)])
            self.assertEqual({r["state"] for r in records}, STATES)
            self.assertEqual(len({(r["action"], r["subject"]) for r in records}), 1021)
            for record in records:
                for cell in record.values():
                    self.assertFalse(cell.startswith(FORMULA), f"formula: {cell!r}")
                    self.assertIsNone(re.search(UNSAFE.pattern[:-1] + "\n]", cell), f"unsafe: {cell!r}")
            hostile = next(r for r in records if r["subject"] == "S-1-5-21-1-2-3-9001")
            self.assertIn("\\u{202e}\\u{200b}\\u{1b}[31m", hostile["name"])
            lost = [r for r in records if r["regression"]]
            self.assertEqual([(r["was"], r["state"], r["regression"]) for r in lost], [("done", "ready", "yes")])

    def test_json(self):
        schema = json.loads((SOURCE / "report/reset/reset-plan.schema.json").read_text("utf-8"))
        jsonschema.Draft7Validator.check_schema(schema)
        validator = jsonschema.Draft7Validator(schema)
        text = (self.at / "reset-plan.json").read_text("utf-8")
        plan = json.loads(text)
        self.assertEqual([(list(e.path), e.message) for e in validator.iter_errors(plan)], [])
        self.assertIsNone(UNSAFE.search(text))
        self.assertEqual(len(plan["items"]), 1021)
        self.assertEqual(plan["totals"], {"items": 1020, "finished": 11, "suspect": 1, "unseen": 4, "regressions": 1, "finish_at": "2026-11-22T13:30:00Z"})
        items = {(i["action"], i["subject"]): i for i in plan["items"]}
        tier0 = "reset.tier0.administrators"
        self.assertEqual(items[tier0, "S-1-5-21-1-2-3-9001"]["name"], "عربي\u202e\u200b\x1b[31m", "text is as the target sent it")
        self.assertEqual(items[tier0, "S-1-5-21-1-2-3-9003"]["name"], "\ufffd<b\ufffd")
        self.assertEqual(items[tier0, "S-1-5-21-1-2-3-9003"]["evidence"], "not json")
        self.assertEqual(items[tier0, "](javascript:alert(1))"]["evidence"], {"a": 1})
        self.assertEqual(items["reset.krbtgt.second", "S-1-5-21-1-2-3-502"]["until_at"], "2026-11-22T07:30:00Z")
        self.assertIsNone(items["reset.host.administrator", "192.0.2.41"]["name"])
        action = plan["actions"][1]
        self.assertEqual(len(action["steps"]), 3)
        self.assertIn("samba-tool user setpassword", action["steps"][1]["samba"])
        self.assertEqual([a["number"] for a in plan["actions"]], list(range(1, 10)))
        numbers = {a["id"]: a["number"] for a in plan["actions"]}
        for action in plan["actions"]:
            self.assertTrue(all(numbers[x] < action["number"] for x in action["after"]), "each after what it depends on")
        for spoil in (lambda p: p["items"][0].pop("reason"), lambda p: p["items"][0].update(state="to do"), lambda p: p.pop("phases")):
            spoilt = json.loads(text)
            spoil(spoilt)
            self.assertTrue(list(validator.iter_errors(spoilt)), "a spoilt document is refused")

    def test_markdown(self):
        for name in ("reset-plan.en.md", "reset-plan.ja.md"):
            text = (self.at / name).read_text("utf-8")
            outside, complaints = read_markdown(text)
            self.assertEqual(complaints, [])
            boxes = [l for l in outside if re.match(r" *- \[[ x]\] ", l)]
            self.assertEqual(sum(l.startswith("- [") for l in boxes), 8, "one box an action")
            self.assertEqual(sum(l.startswith("- [x]") for l in boxes), 2)
            self.assertGreater(len(boxes), 300)
            for bad in ("- <b>x\n", "- [a](b)\n", "- http://x.example\n", "- a@b.example\n", "```sh\n", "- \u202e\n"):
                self.assertEqual(len(read_markdown(text + bad)[1]), 1, f"a spoilt document is refused: {bad!r}")

    def test_html_for_libxml(self):
        for name in ("reset-plan.en.html", "reset-plan.ja.html"):
            done = subprocess.run(["xmllint", "--html", "--noout", str(self.at / name)], capture_output=True, check=False)
            wrong = [l for l in done.stderr.decode(errors="replace").splitlines() if "error :" in l and not re.search(
                "Tag (main|header|section|article|bdi) invalid", l)]
            self.assertEqual(wrong, [])

    def test_modes(self):
        for path in self.at.iterdir():
            self.assertEqual(path.stat().st_mode & 0o777, 0o600, path.name)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]], verbosity=1)
