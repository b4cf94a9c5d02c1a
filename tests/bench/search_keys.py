# SPDX-License-Identifier: GPL-3.0-or-later
"""search_keys.py REPORT.html …: what one keystroke in the search costs, key by key of a few searches, in one Chromium; several pages (before, after) take turns.
shown: ms of the clock from the key until the page is laid out and the next frame is on the screen (the wait for more keys is in it). thread: ms of the processor in
the page's thread (script, style, layout, paint, all other tasks): that one means something on a busy machine."""
import json
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "browser"))
from devtools import Browser, find_chromium  # noqa: E402 pylint: disable=wrong-import-position

WORDS = ("password", "admin", "zzzz", "host-1", "p")
KEY = """(async () => { const s = document.getElementById('ui-search'), c = document.getElementById('ui-count'); let told = false;
  const watch = new MutationObserver(() => { told = true; }); watch.observe(c, { childList: true, characterData: true, subtree: true });
  const before = performance.now(); s.value = %s; s.dispatchEvent(new Event('input', { bubbles: true }));
  while (!told && performance.now() - before < 5000) await new Promise(r => setTimeout(r, 1));
  const laid = document.documentElement.scrollHeight;
  await new Promise(r => requestAnimationFrame(() => { const ch = new MessageChannel(); ch.port1.onmessage = () => r(); ch.port2.postMessage(0); }));
  watch.disconnect(); return told && laid > 0 ? performance.now() - before : null; })()"""
WAIT = "new Promise(r => setTimeout(r, {}))"


def thread(tab):
    return 1000 * next(m["value"] for m in tab.send("Performance.getMetrics")["metrics"] if m["name"] == "TaskDuration")


def open_page(browser, path):
    tab = browser.tab()
    tab.send("Performance.enable", timeDomain="threadTicks")
    tab.open(path.as_uri())
    tab.run(WAIT.format(1500))
    tab.run("document.querySelector('.tools').scrollIntoView()")
    tab.run(WAIT.format(800))
    return tab


def stroke(tab, text):
    before = thread(tab)
    shown = tab.run(KEY % json.dumps(text))
    if shown is None:
        raise SystemExit(f"search_keys: {text!r} was never answered")
    spent = thread(tab) - before
    tab.run(WAIT.format(300))
    return shown, spent


def main():
    pages = [pathlib.Path(p).resolve() for p in sys.argv[1:]]
    with tempfile.TemporaryDirectory(prefix="kagimori-keys-") as folder:
        with Browser(find_chromium(), pathlib.Path(folder) / "profile", deadline=300) as browser:
            tabs = [(p, open_page(browser, p), []) for p in pages]
            for word in WORDS:
                for _, tab, _ in tabs:
                    browser.send("Target.activateTarget", targetId=tab.target)
                    tab.run("(() => { const s = document.getElementById('ui-search'); s.value = ''; s.dispatchEvent(new Event('input')); })()")
                    tab.run(WAIT.format(1200))
                for end in range(1, len(word) + 1):
                    for _, tab, told in tabs:
                        browser.send("Target.activateTarget", targetId=tab.target)
                        told.append(stroke(tab, word[:end]))
            for path, _, told in tabs:
                shown, spent = sorted(t[0] for t in told), sorted(t[1] for t in told)
                print(f"{path}: keys={len(told)} shown_ms: median={shown[len(told) // 2]:.0f} most={shown[-1]:.0f} thread_ms: median={spent[len(told) // 2]:.0f} most={spent[-1]:.0f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
