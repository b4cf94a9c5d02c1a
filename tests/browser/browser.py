# SPDX-License-Identifier: GPL-3.0-or-later
"""Opens reports in one headless Chromium and checks what a browser alone can tell. See ./run."""
import argparse
import hashlib
import base64
import html.parser
import pathlib
import re
import subprocess
import sys
import tempfile

import live as live_tests
from devtools import Browser, find_chromium
from layout import print_complaints

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
FORBIDDEN = {"iframe", "object", "embed", "link", "img", "form", "base", "audio", "video"}
# What a script may make (report.js); all of it carries data-ui or is in something that does, but buttons in heads of tables.
CONTROLS = {"input", "button", "select", "option", "label"}


class Page(html.parser.HTMLParser):
    """What the file says, and what the browser made of it: both must be the same harmless page."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes, self.policy, self.lang, self.style, self.text = set(), [], "", "", "", []
        self.ids, self.targets, self.open, self.scripts = [], [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        attrs = [(k, v or "") for k, v in attrs]
        self.attributes += [(tag, k, v) for k, v in attrs]
        named = dict(attrs)
        if tag == "html":
            self.lang = named.get("lang", "")
        if named.get("http-equiv", "").lower() == "content-security-policy":
            self.policy = named.get("content", "")
        if "id" in named:
            self.ids.append(named["id"])
        if tag == "a" and "href" in named:
            self.targets.append(named["href"])
        if tag == "script":
            self.scripts.append("")
        if tag not in VOID:
            self.open.append((tag, "data-ui" in named or self.made()))

    def made(self):
        """In something that the script made."""
        return bool(self.open) and self.open[-1][1]

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if self.open and self.open[-1][0] == "style":
            self.style += data
        elif self.open and self.open[-1][0] == "script":
            self.scripts[-1] += data
        elif not self.made():
            self.text.append(data)


def complaints(page, where):
    """Mistakes of a page that hold for any report."""
    bad = page.tags & FORBIDDEN
    found = [f"{where}: <{tag}> in the page" for tag in sorted(bad)]
    for tag, name, value in page.attributes:
        if name.startswith("on") or name in ("style", "src", "srcdoc", "action", "formaction", "xlink:href"):
            found.append(f"{where}: attribute {name} on <{tag}>")
        if name == "href" and not value.startswith("#"):
            found.append(f"{where}: link out of the page: {value[:80]!r}")
    found += [f"{where}: link to nowhere: {t}" for t in page.targets if t[1:] not in page.ids]
    found += [f"{where}: id twice: {i}" for i in page.ids if page.ids.count(i) > 1]
    if page.lang not in ("en", "ja"):
        found.append(f"{where}: lang is {page.lang!r}")
    if not re.match(r"default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]{44}'", page.policy):
        found.append(f"{where}: content security policy is {page.policy!r}")
    return found


def file_complaints(path):
    raw = path.read_bytes()
    text = raw.decode("utf-8")
    page = Page(text)
    found = complaints(page, path.name)
    def hashed(part):
        return "'sha256-" + base64.b64encode(hashlib.sha256(part.encode()).digest()).decode() + "'"
    if f"style-src {hashed(page.style)};" not in page.policy:
        found.append(f"{path.name}: the style does not have the hash of the policy")
    if len(page.scripts) > 1 or any(f"script-src {hashed(script)};" not in page.policy for script in page.scripts):
        found.append(f"{path.name}: a script that the policy does not name")
    found += [f"{path.name}: <{tag}> in the page" for tag in sorted(page.tags & CONTROLS)]
    unsafe = re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]", text)
    if unsafe:
        found.append(f"{path.name}: unsafe character {unsafe.group()!r} at {unsafe.start()}")
    return page, found


def browse(browser, path, out):
    url = path.as_uri()
    page, found = file_complaints(path)
    # What a hostile name would do if it were not text: scripts run, and this title or an alert would show it.
    tab = browser.tab()
    tab.open(url)
    live = Page(tab.run("new Promise(r => setTimeout(() => r(document.documentElement.outerHTML), 200))"))
    found += [f"{line} (in the browser)" for line in complaints(live, path.name)]
    plain = re.sub(r"\s+", "", "".join(page.text))
    if re.sub(r"\s+", "", "".join(live.text)) != plain:
        found.append(f"{path.name}: the browser reads another text than the file holds")
    made = {"tbody"} | (CONTROLS if page.scripts else set())
    if live.tags - made != page.tags - made:
        found.append(f"{path.name}: the browser makes other elements: {live.tags ^ page.tags}")
    base = out / path.stem
    live_tests.print_page(tab, f"{base}.pdf")
    if not pathlib.Path(f"{base}.pdf").read_bytes().startswith(b"%PDF-"):
        found.append(f"{path.name}: does not print")
    found += live_tests.looks(tab, path.name) + live_tests.on_paper(tab, path.name)
    live_tests.pictures(tab, base)
    if page.scripts:
        found += [f"{path.name}: {line}" for line in tab.run(live_tests.ACCESS)]
        found += live_tests.by_hand(tab, path.name)
        found += live_tests.without_scripts(browser, url, path.name, len(plain))
    found += [f"{path.name}: console: {line[:300]}" for line in tab.console]
    found += [f"{path.name}: request: {u[:200]}" for u in tab.requests if u.split("#")[0] != url]
    tab.close()
    return found


def proves_itself(browser, work):
    """The checks must see a bad page, or their silence says nothing."""
    bad = work / "bad.html"
    bad.write_text("<!DOCTYPE html><html lang='en'><head><meta http-equiv='Content-Security-Policy' content=\"default-src "
                   "'none'; style-src 'sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='\"><style>p{color:red}</style>"
                   "</head><body><p style='color:red'>x</p><script>console.log('ran')</script></body></html>")
    tab = browser.tab()
    tab.open(bad.as_uri())
    tab.run("new Promise(r => setTimeout(r, 100))")
    missing = [] if any("Content Security Policy" in line for line in tab.console) else ["a breach of the policy does not show in the console"]
    tab.close()
    open_page = work / "open.html"
    open_page.write_text("<!DOCTYPE html><html lang='en'><body><img src='http://127.0.0.1:9/?seen'><h1>x</h1><h3>y</h3><svg></svg><button></button>"
                         "<p style='width:2000px;color:#999;background:#fff'>x</p></body></html>")
    tab = browser.tab()
    tab.open(open_page.as_uri())
    if not any("?seen" in u for u in tab.requests):
        missing.append("a request is not seen")
    for what in ("no main landmark", "no title", "heading jumps", "svg without a role", "svg without a name", "control without a name"):
        if not any(what in line for line in tab.run(live_tests.ACCESS)):
            missing.append(f"not seen: {what}")
    seen = live_tests.looks(tab, "x")
    if sum(" wide" in f for f in seen) != 4 or not any("hard to read" in f for f in seen):
        missing.append(f"a page that is too wide and pale is not refused: {seen}")
    tab.run("document.body.innerHTML = '<main class=main><p style=\"font-size:9px\">x</p></main>'")
    if not any("6.8 pt" in line for line in live_tests.on_paper(tab, "x")):
        missing.append("small print is not seen")
    if not live_tests.by_hand(tab, "x"):
        missing.append("a page without controls is not refused")
    tab.close()
    _, found = file_complaints(bad)
    if len(found) < 3:
        missing.append(f"a bad file is not refused: {found}")
    return missing


# What the printed list of the fixture must say, in this order, and on how many pages (fonts differ from machine to machine).
PLANS = {
    "reset-plan.en": ((14, 24), ["Reset plan: checklist", "1,020", "First: look at these", "sato.hanako", "What holds up the rest", "State by phase", "1 / ",
                                 "How to work with this list", "Administrators of the domain", "No. 2", "repadmin /syncall /AdeP", "tanaka"]),
    "reset-plan.ja": ((14, 24), ["リセット計画", "1,020", "最優先で確認", "sato.hanako", "後続を止めている作業", "段階ごとの状況", "1 / ", "この一覧の使い方", "No. 2",
                                 "repadmin /syncall /AdeP", "tanaka"]),
}


def browse_plan(browser, path, out):
    found = browse(browser, path, out)
    if path.stem in PLANS:
        found += print_complaints(out / f"{path.stem}.pdf", *PLANS[path.stem])
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("reports", nargs="*", type=pathlib.Path)
    args = parser.parse_args()
    program = find_chromium()
    if not program:
        print("browser: no Chromium here; install the package chromium", file=sys.stderr)
        return 77
    with tempfile.TemporaryDirectory(prefix="kagimori-browser-") as folder:
        work = pathlib.Path(folder)
        out = args.out or work
        out.mkdir(parents=True, exist_ok=True)
        reports, plans = [r.resolve() for r in args.reports], []
        if not reports:
            subprocess.run([args.build / "report_fixture", work], check=True)
            reports = [work / "report.en.html", work / "report.ja.html"]
            subprocess.run([args.build / "plan_fixture", work], check=True)
            plans = [work / "reset-plan.en.html", work / "reset-plan.ja.html"]
        # The profile goes before the folder does; a browser that is stuck fails the test.
        with Browser(program, work / "profile") as browser:
            found = [f"this test: {m}" for m in proves_itself(browser, work)]
            for report in reports:
                found += browse(browser, report, out)
            for plan in plans:
                found += browse_plan(browser, plan, out)
    for line in found:
        print(f"browser: {line}", file=sys.stderr)
    print(f"browser: {len(reports) + len(plans)} pages, {len(found)} complaints")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
