# SPDX-License-Identifier: GPL-3.0-or-later
"""What a page does under the hands of a person, and what it is for somebody who does not see it: search, filters, sorting, keys, links, ticks, copying; landmarks, headings,
labels, contrast; widths; a page without scripts. Scripts here are expressions that the browser evaluates for us; the page has only its own."""
import base64

WIDTHS = (360, 768, 1280)

# Structure, as assistive technology reads it. Each complaint is a line.
ACCESS = """(() => {
  const bad = [], all = s => [...document.querySelectorAll(s)], name = e => e.tagName.toLowerCase() + (e.id ? '#' + e.id : e.className.baseVal === undefined && e.className ? '.' + e.className : '');
  const seen = e => e.getClientRects().length > 0;
  const label = e => (e.getAttribute('aria-label') || (e.getAttribute('aria-labelledby') || '').split(' ').map(i => (document.getElementById(i) || {}).textContent || '').join(' ')
    || [...(e.labels || [])].map(l => l.textContent).join(' ') || e.textContent || e.title || '').trim();
  if (all('main').filter(seen).length < 1) bad.push('no main landmark');
  if (!document.title.trim()) bad.push('no title');
  const ids = new Map(); all('[id]').forEach(e => ids.set(e.id, (ids.get(e.id) || 0) + 1));
  ids.forEach((n, id) => { if (n > 1) bad.push('id ' + n + ' times: ' + id); });
  let level = 0;
  all('h1,h2,h3,h4,h5,h6').filter(seen).forEach(h => { const l = +h.tagName[1]; if (l > level + 1) bad.push('heading jumps from ' + level + ' to ' + l + ': ' + h.textContent.slice(0, 40)); level = l; if (!h.textContent.trim()) bad.push('empty heading'); });
  all('nav, [role=search], [role=region]').filter(seen).forEach(e => { if (!label(e)) bad.push('landmark without a name: ' + name(e)); });
  all('table').forEach(t => { if (t.tHead) [...t.tHead.querySelectorAll('th')].forEach(h => { if (!h.scope) bad.push('th without scope: ' + h.textContent.slice(0, 30)); }); });
  all('svg').forEach(s => { if (s.getAttribute('aria-hidden') === 'true') return;
    const by = (s.getAttribute('aria-labelledby') || '').split(' ').filter(Boolean);
    if (s.getAttribute('role') !== 'img' && s.getAttribute('role') !== 'group') bad.push('svg without a role: ' + name(s));
    if (!s.getAttribute('aria-label') && !s.querySelector(':scope > title') && !by.some(i => document.getElementById(i))) bad.push('svg without a name: ' + name(s)); });
  all('button, input, select, textarea, a[href], summary').filter(seen).forEach(e => { if (!label(e)) bad.push('control without a name: ' + name(e)); });
  all('[aria-labelledby],[aria-describedby],[aria-controls]').forEach(e => ['aria-labelledby', 'aria-describedby', 'aria-controls'].forEach(a => (e.getAttribute(a) || '').split(' ').filter(Boolean).forEach(i => {
    if (!document.getElementById(i)) bad.push(a + ' of ' + name(e) + ' leads nowhere: ' + i); })));
  if (!document.documentElement.lang) bad.push('no language');
  return [...new Set(bad)].slice(0, 12);
})()"""

# Contrast from the colours as they are rendered (WCAG 2.1: 4.5, large text 3), and what is wider than the page.
LOOKS = """(() => {
  const rgb = c => { const m = (c.match(/[\\d.]+/g) || []).map(Number); return m.length > 3 && m[3] === 0 ? null : m; };
  const light = c => { const f = v => { v /= 255; return v <= 0.03928 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4); }; return 0.2126 * f(c[0]) + 0.7152 * f(c[1]) + 0.0722 * f(c[2]); };
  const over = (a, b) => a.length > 3 ? [0, 1, 2].map(i => a[i] * a[3] + b[i] * (1 - a[3])) : a;
  const ground = e => { const up = []; for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c) { up.push(c); if (c.length < 4 || c[3] === 1) break; } }
    return up.reduceRight((below, c) => over(c, below), rgb(getComputedStyle(document.documentElement).backgroundColor) || (matchMedia('(prefers-color-scheme: dark)').matches ? [18, 18, 18] : [255, 255, 255])); };
  const pale = new Set(), width = document.documentElement.clientWidth;
  for (const e of document.body.querySelectorAll('*')) {
    if (e.closest('svg') || !e.checkVisibility()) continue;
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
    const box = e.getBoundingClientRect(), s = getComputedStyle(e);
    if (box.width < 2 || s.opacity === '0' || s.clipPath !== 'none') continue;
    const b = ground(e), a = over(rgb(s.color) || [0, 0, 0, 0], b), ratio = (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
    const size = parseFloat(s.fontSize), large = size >= 24 || (size >= 18.66 && +s.fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5) - 0.05) pale.add(e.tagName.toLowerCase() + '.' + e.className + ' ' + ratio.toFixed(1) + ' ' + s.color);
    if (pale.size > 5) break;
  }
  return { pale: [...pale], scroll: document.documentElement.scrollWidth, width, dark: matchMedia('(prefers-color-scheme: dark)').matches };
})()"""

# What of the technical part is set smaller on paper than 7.5 pt (10 px), and what of page 1 is smaller than 7 pt.
SMALL = """(() => {
  const small = new Set();
  for (const e of document.querySelectorAll('.main *, .front *')) {
    if (e.closest('svg') || !e.checkVisibility() || ![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
    const size = parseFloat(getComputedStyle(e).fontSize);
    if (size < (e.closest('.front') ? 7 : 7.5) / 0.75 - 0.01) small.add(e.tagName.toLowerCase() + '.' + e.className + ' ' + (size * 0.75).toFixed(1) + ' pt');
    if (small.size > 5) break;
  }
  return [...small];
})()"""

# What the script of report.html offers; ids and attributes: report/html/report.js, report/README.md.
SHOWN = "[...document.querySelectorAll('article[data-verdict]')].filter(e => e.checkVisibility()).length"
WAIT = "new Promise(r => setTimeout(r, {}))"


def by_hand(tab, name):
    """Complaints about the controls of a report. The page is open."""
    found = []

    def must(is_so, what):
        if not is_so:
            found.append(f"{name}: {what}")

    def settle(ms=260):
        tab.run(WAIT.format(ms))

    def type_in(text):
        tab.run("(() => { const s = document.getElementById('ui-search'); s.focus(); s.value = ''; })()")
        tab.send("Input.insertText", text=text)
        settle()

    if not tab.run("!!document.getElementById('ui-search')"):
        return [f"{name}: the script made no controls"]
    everything = tab.run(SHOWN)
    must(everything > 3, f"only {everything} results are there")
    check = tab.run("document.querySelector('article[data-verdict=fail]').dataset.check")
    title = tab.run("document.querySelector('article[data-verdict=fail] h3, article[data-verdict=fail] summary').textContent.trim().slice(0, 12)")
    type_in(check)
    one = tab.run(SHOWN)
    must(0 < one < everything, f"searching {check} shows {one} of {everything}")
    must(tab.run("document.getElementById('ui-count').textContent").strip(), "the search does not say how many it found")
    type_in("zzzz-nothing-like-this")
    must(tab.run(SHOWN) == 0, "a search for nothing finds something")
    tab.key("Escape")
    settle()
    must(tab.run(SHOWN) == everything, "Escape does not end the search")
    must(title, "a finding has no title")
    for control, attribute in (("severity", "severity"), ("verdict", "verdict"), ("theme", "theme")):
        chosen = tab.run(f"(() => {{ const s = document.getElementById('ui-{control}'), v = document.querySelector('article[data-verdict=fail]').dataset.{attribute}; s.value = v; "
                         f"s.dispatchEvent(new Event('change')); return s.value === v ? v : null; }})()")
        settle()
        must(chosen, f"no choice of {control} for a finding that is there")
        # An article of one reason holds rows of many checks, each with a severity and a theme of its own.
        wrong, shown, there = tab.run("(() => { const told = [...document.querySelectorAll('article[data-verdict]')].flatMap(a => [...a.querySelectorAll('tbody > tr')].map("
                                      f"r => ({{ right: (r.dataset.{attribute} || a.dataset.{attribute}) === {chosen!r}, shown: !r.hidden && a.checkVisibility() }})));"
                                      "return [told.filter(r => r.shown && !r.right).length, told.filter(r => r.shown && r.right).length, told.filter(r => r.right).length]; })()")
        must(wrong == 0 and shown > 0, f"the filter of {control} shows {wrong} others")
        must(shown == there, f"the filter of {control} shows {shown} of {there}")
        tab.run("document.getElementById('ui-clear').click()")
        settle()
    must(tab.run(SHOWN) == everything, "clearing does not show everything")
    must(tab.run("(() => { document.getElementById('ui-expand').click(); return [...document.querySelectorAll('article[data-verdict] > details')].every(d => d.open); })()"), "expanding does not expand")
    must(tab.run("(() => { document.getElementById('ui-collapse').click(); return [...document.querySelectorAll('article[data-verdict] > details')].every(d => !d.open); })()"), "collapsing does not collapse")
    # A link to a finding that a filter hides opens it.
    type_in("zzzz-nothing-like-this")
    tab.run("(() => { location.hash = ''; location.hash = document.querySelector('article[data-verdict=fail]').id; })()")
    settle(400)
    must(tab.run("(() => { const e = document.querySelector('article[data-verdict=fail]'), b = e.getBoundingClientRect(); return e.checkVisibility() && e.querySelector('details').open && b.top < innerHeight && b.bottom > 0; })()"),
         "a deep link does not show and open its finding")
    # Keys: / goes to the search, n and p from finding to finding, never while somebody types.
    tab.run("document.activeElement.blur()")
    tab.key("/", "Slash", "/")
    must(tab.run("document.activeElement.id === 'ui-search' && document.activeElement.value === ''"), "the key / does not lead to the search")
    tab.key("n", "KeyN", "n")
    settle()
    must(tab.run("document.activeElement.id === 'ui-search' && document.activeElement.value === 'n'"), "a key of the page works while somebody types")
    tab.key("Escape")
    tab.run("document.activeElement.blur(); scrollTo(0, 0)")
    tab.key("n", "KeyN", "n")
    first = tab.run("document.activeElement.closest('article') && document.activeElement.closest('article').id")
    tab.key("n", "KeyN", "n")
    second = tab.run("document.activeElement.closest('article') && document.activeElement.closest('article').id")
    tab.key("p", "KeyP", "p")
    must(first and second and first != second, f"the key n goes from {first} to {second}")
    must(tab.run("document.activeElement.closest('article') && document.activeElement.closest('article').id") == first, "the key p does not go back")
    # Tables: rows sort, and say so.
    settle(300)
    told = tab.run("""(() => { const b = document.querySelector('th button.sort'); if (!b) return null; const t = b.closest('table'), at = b.closest('th').cellIndex, cells = () => [...t.tBodies[0].rows].map(r => r.cells[at].textContent);
      b.click(); const up = cells(), said = b.closest('th').getAttribute('aria-sort'); b.click(); return { up, down: cells(), said, again: b.closest('th').getAttribute('aria-sort') }; })()""")
    must(told and told["said"] == "ascending" and told["again"] == "descending" and sorted(told["up"]) == sorted(told["down"]), f"a table does not sort: {str(told)[:200]}")
    # Copying: of a command, whole.
    told = tab.run("(() => { document.getElementById('ui-expand').click(); const b = document.querySelector('button.copy'); if (!b) return null; const before = b.textContent; b.click(); return new Promise(r => setTimeout(() => r([before, b.textContent]), 300)); })()")
    must(told is None or told[0] != told[1], "copying a command says nothing")
    # Ticks, and that they are counted.
    told = tab.run("""(() => { const b = document.querySelector('article[data-verdict=fail] input[type=checkbox]'); if (!b) return null; const p = document.getElementById('ui-progress'), before = p.textContent; b.click();
      const after = p.textContent; b.click(); return [before, after, p.textContent]; })()""")
    must(told and told[0] != told[1] and told[0] == told[2], f"ticking a row is not counted: {told}")
    return found


def looks(tab, name):
    found = []
    for dark in (False, True):
        tab.dark(dark)
        for width in WIDTHS:
            if dark and width != 1280:
                continue
            tab.resize(width)
            told = tab.run(LOOKS)
            where = f"{name} at {width}{', dark' if dark else ''}"
            if told["scroll"] > told["width"]:
                found.append(f"{where}: {told['scroll']} wide")
            if told["dark"] != dark:
                found.append(f"{where}: the theme was not set")
            if width == 1280:
                found += [f"{where}: hard to read: {p}" for p in told["pale"]]
    tab.dark(False)
    tab.resize(1280)
    return found


def on_paper(tab, name):
    tab.send("Emulation.setEmulatedMedia", media="print")
    small = tab.run(SMALL)
    tab.send("Emulation.setEmulatedMedia", media="")
    return [f"{name} on paper: too small: {line}" for line in small]


def without_scripts(browser, url, name, text):
    """The same page with scripts off: nothing of the text is hidden for good, and no control is there that does nothing."""
    tab = browser.tab(scripts=False)
    tab.open(url)
    found = []
    if tab.run("[...document.querySelectorAll('button, input, select')].some(e => e.checkVisibility())"):
        found.append(f"{name}: controls without a script")
    if tab.run("[...document.querySelectorAll('.tools')].some(e => e.checkVisibility())"):
        found.append(f"{name}: an empty bar of tools without a script")
    hidden = tab.run("[...document.querySelectorAll('article[data-verdict]')].filter(e => !e.checkVisibility() && !e.closest('details:not([open])')).length")
    if hidden:
        found.append(f"{name}: {hidden} results are hidden without a script")
    read = tab.run("document.body.textContent.replace(/\\s+/g, '').length")
    if read < text * 0.9:
        found.append(f"{name}: without a script only {read} of {text} characters")
    tab.close()
    return found


def pictures(tab, base):
    for word, width, height in (("wide", 1280, 4000), ("phone", 500, 3000)):
        tab.resize(width, height)
        shot = tab.send("Page.captureScreenshot", format="png")["data"]
        (base.parent / f"{base.name}.{word}.png").write_bytes(base64.b64decode(shot))
    tab.resize(1280)


def print_page(tab, path):
    done = tab.send("Page.printToPDF", preferCSSPageSize=True, printBackground=True, transferMode="ReturnAsStream")
    with open(path, "wb") as out:
        while True:
            piece = tab.send("IO.read", handle=done["stream"], size=1 << 20)
            out.write(base64.b64decode(piece["data"]) if piece.get("base64Encoded") else piece["data"].encode())
            if piece["eof"]:
                break
    tab.send("IO.close", handle=done["stream"])
