# SPDX-License-Identifier: GPL-3.0-or-later
"""Opens reports in headless Chromium (its command line only) and checks what a browser alone can tell. See ./run."""
import argparse
import hashlib
import base64
import html.parser
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from layout import layout_complaints, print_complaints

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
         "--disable-dev-shm-usage", "--enable-logging=stderr", "--log-level=0"]
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


class Chromium:
    def __init__(self, program, work):
        self.program, self.work, self.runs = program, work, 0

    def run(self, url, *more):
        self.runs += 1
        profile = self.work / f"profile{self.runs}"
        log = self.work / f"net{self.runs}.json"
        done = subprocess.run([self.program, *FLAGS, f"--user-data-dir={profile}", f"--log-net-log={log}", *more, url],
                              capture_output=True, timeout=180, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"chromium ended with {done.returncode}: {done.stderr.decode(errors='replace')[-800:]}")
        return done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"), log


def requests(log, page):
    """URLs that the page asked for: net log entries of requests that are not the browser's own."""
    try:
        entries = json.loads(log.read_text())
    except (OSError, ValueError):
        return ["no network log"]
    urls = {e["params"]["url"] for e in entries.get("events", []) if isinstance(e.get("params"), dict) and
            isinstance(e["params"].get("url"), str)}
    return sorted(u for u in urls if u != page and not u.startswith(("chrome", "devtools:", "about:")) and
                  "google" not in u and "gvt1" not in u)


def console(err):
    return [line for line in err.splitlines() if ":CONSOLE" in line]


def browse(chromium, path, out):
    url = path.as_uri()
    page, found = file_complaints(path)
    # What a hostile name would do if it were not text: scripts run, and this title or an alert would show it.
    dom, err, log = chromium.run(url, "--virtual-time-budget=3000", "--dump-dom")
    found += [f"{path.name}: console: {line[:300]}" for line in console(err)]
    found += [f"{path.name}: request: {u[:200]}" for u in requests(log, url)]
    live = Page(dom)
    found += [f"{line} (in the browser)" for line in complaints(live, path.name)]
    plain = re.sub(r"\s+", "", "".join(page.text))
    if re.sub(r"\s+", "", "".join(live.text)) != plain:
        found.append(f"{path.name}: the browser reads another text than the file holds")
    made = {"tbody"} | (CONTROLS if page.scripts else set())
    if live.tags - made != page.tags - made:
        found.append(f"{path.name}: the browser makes other elements: {live.tags ^ page.tags}")
    base = out / path.stem
    chromium.run(url, f"--print-to-pdf={base}.pdf", "--no-pdf-header-footer")
    if not pathlib.Path(f"{base}.pdf").read_bytes().startswith(b"%PDF-"):
        found.append(f"{path.name}: does not print")
    for name, size in (("wide", "1280,4000"), ("phone", "500,3000")):
        chromium.run(url, f"--screenshot={base}.{name}.png", f"--window-size={size}", "--hide-scrollbars")
    return found


def proves_itself(chromium, work):
    """The checks must see a bad page, or their silence says nothing."""
    bad = work / "bad.html"
    bad.write_text("<!DOCTYPE html><html lang='en'><head><meta http-equiv='Content-Security-Policy' content=\"default-src "
                   "'none'; style-src 'sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='\"><style>p{color:red}</style>"
                   "</head><body><p style='color:red'>x</p><script>console.log('ran')</script></body></html>")
    _, err, _ = chromium.run(bad.as_uri(), "--virtual-time-budget=3000", "--dump-dom")
    open_page = work / "open.html"
    open_page.write_text("<!DOCTYPE html><html lang='en'><body><img src='http://127.0.0.1:9/?seen'></body></html>")
    _, _, log = chromium.run(open_page.as_uri(), "--virtual-time-budget=3000", "--dump-dom")
    _, found = file_complaints(bad)
    missing = []
    if not console(err):
        missing.append("a breach of the policy does not show in the console")
    if not any("?seen" in u for u in requests(log, open_page.as_uri())):
        missing.append("a request does not show in the network log")
    wide = "<html lang='en'><head></head><body><p style='width:900px;color:#999;background:#fff'>x</p></body></html>"
    found_wide = layout_complaints(chromium, bad, work, wide)
    if sum(" wide: " in f for f in found_wide) != 4 or sum("hard to read" in f for f in found_wide) != 4:
        missing.append(f"a page that is too wide and pale is not refused: {found_wide}")
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


def browse_plan(chromium, path, out, work):
    found = browse(chromium, path, out) + layout_complaints(chromium, path, work)
    if path.stem in PLANS:
        found += print_complaints(out / f"{path.stem}.pdf", *PLANS[path.stem])
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("reports", nargs="*", type=pathlib.Path)
    args = parser.parse_args()
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
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
        chromium = Chromium(program, work)
        found = [f"this test: {m}" for m in proves_itself(chromium, work)]
        for report in reports:
            found += browse(chromium, report, out)
        for plan in plans:
            found += browse_plan(chromium, plan, out, work)
    for line in found:
        print(f"browser: {line}", file=sys.stderr)
    print(f"browser: {len(reports) + len(plans)} pages, {len(found)} complaints")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
