# SPDX-License-Identifier: GPL-3.0-or-later
"""What a page looks like, measured by the browser: nothing runs out of its width, everything can be read in light and dark, and it prints as so many pages. A copy
of the page with a measuring script is opened in a frame of each width; the page itself has none."""
import html
import json
import re
import shutil
import subprocess

WIDTHS = {"A4": 794, "phone": 390}
MEASURE = """
const rgb = c => { const m = c.match(/[\\d.]+/g).map(Number); return m.length > 3 && m[3] === 0 ? null : m; };
const light = c => { const f = v => { v /= 255; return v <= 0.03928 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4); };
  return 0.2126 * f(c[0]) + 0.7152 * f(c[1]) + 0.0722 * f(c[2]); };
const ground = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c) return c; } return [255, 255, 255]; };
const pale = [], wide = [];
const width = document.documentElement.clientWidth;
for (const e of document.body.querySelectorAll('*')) {
  const box = e.getBoundingClientRect();
  if (!box.width) continue;
  if (box.right > width + 1 && wide.length < 5) wide.push(e.tagName + '.' + e.className + ' ' + Math.round(box.right));
  const own = [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
  if (own) {
    const a = light(rgb(getComputedStyle(e).color)), b = light(ground(e)), ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5 && pale.length < 5) pale.push(e.tagName + '.' + e.className + ' ' + ratio.toFixed(1));
  }
}
parent.postMessage(JSON.stringify({ scroll: document.documentElement.scrollWidth, width, wide, pale,
  dark: matchMedia('(prefers-color-scheme: dark)').matches }), '*');
"""
FRAME = """<!DOCTYPE html><meta charset="utf-8"><title>measure</title><iframe width="{width}" height="900" src="{name}"></iframe><pre id="told"></pre>
<script>addEventListener('message', e => {{ document.getElementById('told').textContent = e.data; }});</script>"""


def measured(chromium, work, text, width, dark):
    """The numbers of one width and one theme, or None."""
    copy = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text, count=1)
    copy = copy.replace("</body>", f"<script>{MEASURE}</script></body>")
    (work / "measured.html").write_text(copy, "utf-8")
    (work / "frame.html").write_text(FRAME.format(width=width, name="measured.html"), "utf-8")
    theme = ["--blink-settings=preferredColorScheme=0"] if dark else []
    dom, _, _ = chromium.run((work / "frame.html").as_uri(), "--virtual-time-budget=5000", "--allow-file-access-from-files", *theme, "--dump-dom")
    told = re.search(r'<pre id="told">(.*?)</pre>', dom, re.S)
    return json.loads(html.unescape(told.group(1))) if told and told.group(1) else None


def layout_complaints(chromium, path, work, text=None):
    text = path.read_text("utf-8") if text is None else text
    found = []
    for name, width in WIDTHS.items():
        for dark in (False, True):
            where = f"{path.name} at {name}{', dark' if dark else ''}"
            told = measured(chromium, work, text, width, dark)
            if not told or told["dark"] != dark:
                found.append(f"{where}: cannot be measured: {told}")
                continue
            if told["scroll"] > told["width"]:
                found.append(f"{where}: {told['scroll']} wide: {told['wide']}")
            found += [f"{where}: hard to read: {p}" for p in told["pale"]]
    return found


def printed(path):
    """Pages of a PDF, and its text (None without pdftotext)."""
    pages = len(re.findall(rb"/Type\s*/Page\b(?!s)", path.read_bytes()))
    text = None
    if shutil.which("pdftotext"):
        text = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True).stdout.decode("utf-8", "replace")
    return pages, text


def print_complaints(path, pages, words):
    """path: the PDF. pages: from, to. words: what must be there, in this order."""
    count, text = printed(path)
    found = [] if pages[0] <= count <= pages[1] else [f"{path.name}: {count} pages, not {pages[0]} to {pages[1]}"]
    at = 0
    for word in words if text is not None else []:
        next_at = text.find(word, at)
        if next_at < 0:
            found.append(f"{path.name}: not printed, or not in its place: {word!r}")
        else:
            at = next_at
    return found
