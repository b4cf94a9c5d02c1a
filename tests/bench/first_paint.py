# SPDX-License-Identifier: GPL-3.0-or-later
"""first_paint.py FILE [TIMES]: when Chromium first shows something of a page, and when it is done with it, in seconds, best of TIMES (3) in one browser that
was warm; with what it shows first, so that an empty page is no success."""
import pathlib
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "browser"))
from devtools import Browser, find_chromium  # noqa: E402 pylint: disable=wrong-import-position

# The paint is told a little after it happened.
PAINT = "new Promise(r => { const f = () => { const p = performance.getEntriesByName('first-contentful-paint')[0]; p ? r(p.startTime) : setTimeout(f, 20); }; f(); })"
DONE = "performance.getEntriesByType('navigation')[0].loadEventEnd || performance.now()"
SEEN = "(() => { const h = document.querySelector('h1'); const b = h && h.getBoundingClientRect(); return b && b.height > 0 && b.top < innerHeight ? h.textContent : ''; })()"


def main():
    page = pathlib.Path(sys.argv[1]).resolve()
    times = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    paint, done, wall, shown = [], [], [], ""
    with tempfile.TemporaryDirectory(prefix="kagimori-paint-") as folder:
        with Browser(find_chromium(), pathlib.Path(folder) / "profile", deadline=300) as browser:
            warm = browser.tab()
            warm.open("data:text/html,<title>x</title><h1>x</h1>")
            warm.close()
            for _ in range(times):
                tab = browser.tab()
                begin = time.monotonic()
                tab.open(page.as_uri())
                wall.append(time.monotonic() - begin)
                paint.append(tab.run(PAINT) / 1000)
                done.append(tab.run(DONE) / 1000)
                shown = tab.run(SEEN)
                if not shown:
                    print("first_paint: the head of the page is not what is seen first", file=sys.stderr)
                    return 1
                tab.close()
    print(f"{min(paint):.2f} {min(done):.2f} {shown.strip()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
