// SPDX-License-Identifier: GPL-3.0-or-later
// Comforts of report.html: search, filters, sorting, folding, keys, ticks, copying. The page is whole without it. Text of the page is only read
// (textContent) and never becomes markup; words are the page's own (data- attributes of .tools). Ids and attributes that tests use: report/README.md.
(() => {
  'use strict';
  const RANK = ['critical', 'high', 'medium', 'low', 'info'];
  const DELAY = 30; // ms after the last key
  const all = (root, selector) => [...root.querySelectorAll(selector)];
  const soon = (act) => ('requestIdleCallback' in window ? requestIdleCallback(act) : setTimeout(act, 200));
  const fold = (text) => text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ');

  function make(name, attributes, text) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      element.setAttribute(key, value);
    }
    if (text) {
      element.textContent = text;
    }
    return element;
  }

  const fill = (text, ...values) => text.replace(/\{(\d)\}/g, (whole, n) => String(values[n - 1] ?? whole));

  // What a control needs to know of its page: two languages in one file are two pages.
  function start(tools, number) {
    const root = tools.closest('[data-page]') || document;
    const word = tools.dataset;
    const lang = (tools.closest('[lang]') || document.documentElement).lang;
    const count = new Intl.NumberFormat(lang);
    const id = (name) => `ui-${name}${number ? `-${number}` : ''}`;
    const collator = new Intl.Collator(lang, { numeric: true });
    const state = { terms: [], severity: '', theme: '', verdict: '', open: false };
    let index = null;
    let timer = 0;

    // ---- ticks: kept in this browser only, and under the name of this report ----
    const store = {
      name: `kagimori ${word.key}`,
      ticks: new Set(),
      read() {
        try {
          this.ticks = new Set(JSON.parse(localStorage.getItem(this.name) || '[]'));
        } catch {
          this.ticks = new Set(); // a file or a mail preview may have no storage
        }
      },
      set(key, on) {
        if (on) {
          this.ticks.add(key);
        } else {
          this.ticks.delete(key);
        }
        try {
          localStorage.setItem(this.name, JSON.stringify([...this.ticks]));
        } catch {
          // the tick holds until the page is closed
        }
      },
    };

    function tick(row, key, group) {
      const box = make('input', { type: 'checkbox', 'data-key': key });
      const about = make('label', { class: 'tick', 'data-ui': '' });
      about.append(box, word.done);
      box.checked = store.ticks.has(key);
      box.addEventListener('change', () => {
        store.set(key, box.checked);
        row.classList.toggle('ticked', box.checked);
        tell(group);
        if (state.open) {
          later();
        }
      });
      row.cells[0].append(about);
    }

    function tell(group) {
      const done = group.keys.filter((key) => store.ticks.has(key)).length;
      group.output.textContent = group.keys.length ? fill(word.ticked, count.format(done), count.format(group.keys.length)) : '';
    }

    // The second language of a file has its ids behind a prefix: a tick is of the finding, whatever the language.
    const TICKED = '.finding tr[id*="finding-F-"]';
    const named = (row) => row.id.slice(row.id.indexOf('finding-'));

    // The boxes of findings come with their article (comforts); which are ticked is known from the start.
    function ticks() {
      const rows = all(root, TICKED);
      store.read();
      findings.output = controls.progress;
      findings.keys = rows.map(named);
      for (const row of rows) {
        row.classList.toggle('ticked', store.ticks.has(named(row)));
      }
      tell(findings);
      for (const table of all(root, 'table[data-ticks]')) {
        const steps = all(table, 'tr[data-tick]');
        const group = { keys: steps.map((row) => row.dataset.tick), output: make('p', { class: 'ticks', 'data-ui': '', role: 'status' }) };
        for (const row of steps) {
          tick(row, row.dataset.tick, group);
          row.classList.toggle('ticked', store.ticks.has(row.dataset.tick));
        }
        (table.closest('.scroll') || table).before(group.output);
        tell(group);
      }
    }

    // ---- search and filters ----
    // Made once. An entry is an article; its rows carry their own severity and theme where they differ. Their text is read when the browser has
    // nothing else to do, at the latest by the first search.
    function build() {
      return all(root, 'article[data-verdict]').map((article) => ({
        article,
        group: article.closest('[data-group]'),
        head: null,
        verdict: article.dataset.verdict,
        rows: all(article, 'tbody > tr').map((row) => ({
          row,
          text: null,
          fits: true,
          severity: row.dataset.severity || article.dataset.severity || '',
          theme: row.dataset.theme || article.dataset.theme || '',
        })),
      }));
    }

    const active = () => Boolean(state.terms.length || state.severity || state.theme || state.verdict || state.open);

    function read(entry) {
      if (entry.head === null) {
        entry.head = fold([entry.article.dataset.check || '', ...all(entry.article, '.head').map((e) => e.textContent)].join(' '));
        for (const line of entry.rows) {
          line.text = fold(line.row.textContent);
        }
      }
    }

    function readAhead(from) {
      const until = performance.now() + 12;
      let at = from;
      while (at < index.length && performance.now() < until) {
        read(index[at++]);
      }
      if (at < index.length) {
        soon(() => readAhead(at));
      }
    }

    function fits(entry, line) {
      return (!state.severity || line.severity === state.severity) && (!state.theme || line.theme === state.theme) &&
        (!state.open || !line.row.classList.contains('ticked')) &&
        state.terms.every((term) => line.text.includes(term) || entry.head.includes(term));
    }

    function show(element, is) {
      if (element.hidden === is) {
        element.hidden = !is;
      }
    }

    // All of it at once: what is out of sight (content-visibility) costs neither style nor layout, and frames of a part each cost more than the whole.
    function apply() {
      const told = { rows: 0, articles: 0 };
      const groups = new Set();
      const everything = !active();
      index = index || build();
      for (const entry of index) {
        let hits = 0;
        if (!state.verdict || entry.verdict === state.verdict) {
          if (state.terms.length) {
            read(entry);
          }
          for (const line of entry.rows) {
            line.fits = everything || fits(entry, line);
            hits += line.fits ? 1 : 0;
          }
        }
        for (let at = 0; hits && at < entry.rows.length; at++) { // rows of what is hidden may stay as they are
          show(entry.rows[at].row, entry.rows[at].fits);
        }
        show(entry.article, hits > 0);
        if (hits) {
          groups.add(entry.group);
        }
        told.rows += hits;
        told.articles += hits ? 1 : 0;
      }
      for (const group of all(root, '[data-group]')) {
        show(group, everything || groups.has(group) || [...groups].some((e) => e && group.contains(e)));
      }
      tools.classList.toggle('filtered', !everything);
      controls.clear.disabled = everything;
      controls.count.textContent = fill(everything ? word.all : told.rows ? word.hits : word.none, count.format(told.rows), count.format(told.articles));
    }

    function later() {
      clearTimeout(timer);
      timer = setTimeout(apply, DELAY);
    }

    function clear() {
      Object.assign(state, { terms: [], severity: '', theme: '', verdict: '', open: false });
      controls.search.value = '';
      for (const name of ['severity', 'theme', 'verdict']) {
        controls[name].value = '';
      }
      controls.open.checked = false;
      clearTimeout(timer);
      apply();
    }

    function button(name, label, act) {
      const element = make('button', { type: 'button', id: id(name) }, label);
      element.addEventListener('click', act);
      controls[name] = element;
      return element;
    }

    // The options are a text of the page: value=label|value=label.
    function choice(name, label, any, options) {
      const select = make('select', { id: id(name) });
      const about = make('label', { class: 'field' });
      select.append(make('option', { value: '' }, any));
      for (const option of (options || '').split('|').filter(Boolean)) {
        const at = option.indexOf('=');
        select.append(make('option', { value: option.slice(0, at) }, option.slice(at + 1)));
      }
      select.addEventListener('change', () => {
        state[name] = select.value;
        apply();
      });
      about.append(make('span', {}, label), select);
      controls[name] = select;
      return about;
    }

    function checkbox(name, label, on, act) {
      const box = make('input', { type: 'checkbox', id: id(name) });
      const about = make('label', { class: 'box' });
      box.checked = on;
      box.addEventListener('change', act);
      about.append(box, label);
      controls[name] = box;
      return about;
    }

    const controls = {};
    const findings = { keys: [], output: null };

    function bar() {
      const search = make('input', { type: 'search', id: id('search'), autocomplete: 'off', spellcheck: 'false', 'aria-describedby': id('count') });
      const field = make('label', { class: 'field wide' });
      const line = make('div', { class: 'line' });
      const told = make('div', { class: 'line' });
      field.append(make('span', {}, word.search), search);
      search.addEventListener('input', () => {
        state.terms = fold(search.value).split(' ').filter(Boolean);
        later();
      });
      controls.search = search;
      line.append(field, choice('severity', word.severity, word.any, word.severities), choice('verdict', word.verdict, word.any, word.verdicts),
        choice('theme', word.theme, word.any, word.themes));
      controls.count = make('p', { id: id('count'), class: 'told', role: 'status', 'aria-live': 'polite' });
      controls.progress = make('p', { id: id('progress'), class: 'ticks', role: 'status' });
      told.append(controls.count, controls.progress, checkbox('open', word.open, false, () => {
        state.open = controls.open.checked;
        apply();
      }), button('clear', word.clear, clear), button('expand', word.expand, () => unfold(true)), button('collapse', word.collapse, () => unfold(false)));
      const help = make('details', { class: 'help' });
      help.append(make('summary', {}, word.help), make('p', {}, word.keys), checkbox('keys', word.shortcuts, true, () => {}));
      tools.append(line, told, help);
      for (const part of tools.children) {
        part.setAttribute('data-ui', '');
      }
      tools.hidden = false;
      apply();
      soon(() => readAhead(0));
    }

    // ---- folding, links into the page, keys ----
    function unfold(is) {
      for (const details of all(root, 'article[data-verdict] > details')) {
        details.open = is;
      }
    }

    function reveal() {
      let target = null;
      try {
        target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
      } catch {
        return; // a link that is none
      }
      if (!target || !root.contains(target) || location.hash.length < 2) {
        return;
      }
      if (target.closest('[hidden]')) {
        clear();
      }
      const inner = target.querySelector(':scope > details');
      for (let e = inner || target; e; e = e.parentElement) {
        if (e.localName === 'details') {
          e.open = true;
        }
      }
      target.scrollIntoView({ block: 'start' });
    }

    function step(by) {
      const list = all(root, 'article[data-verdict]:not([hidden]) > details > summary').filter((e) => !e.closest('[hidden]'));
      const at = list.indexOf(document.activeElement && document.activeElement.closest('article > details > summary'));
      const within = document.activeElement ? document.activeElement.closest('article[data-verdict]') : null;
      let next = at >= 0 ? at + by : list.findIndex((e) => within && within.contains(e)) + by;
      if (at < 0 && !within) {
        next = list.findIndex((e) => e.getBoundingClientRect().top > (by > 0 ? tools.getBoundingClientRect().height + 8 : 0));
        next = next < 0 ? list.length - 1 : next + (by > 0 ? 0 : -1);
      }
      const summary = list[Math.max(0, Math.min(next, list.length - 1))];
      if (summary) {
        summary.focus({ preventScroll: true });
        summary.closest('article').scrollIntoView({ block: 'start' });
      }
    }

    // Of two languages the one in the middle of the window is asked.
    function here() {
      const box = root === document ? null : root.getBoundingClientRect();
      return !box || (box.top <= innerHeight / 2 && box.bottom > innerHeight / 2);
    }

    function key(event) {
      const field = event.target instanceof Element && event.target.closest('input:not([type="checkbox"]), select, textarea, [contenteditable]');
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !here()) {
        return;
      }
      if (event.key === 'Escape' && event.target === controls.search) {
        clear();
      } else if (field || !controls.keys.checked) {
        return;
      } else if (event.key === '/') {
        event.preventDefault();
        controls.search.focus();
        controls.search.select();
      } else if (event.key === 'Escape' && active()) {
        clear();
      } else if (event.key === 'n' || event.key === 'j') {
        step(1);
      } else if (event.key === 'p' || event.key === 'k') {
        step(-1);
      }
    }

    // ---- tables and commands ----
    const value = (row, at) => {
      const cell = row.cells[at];
      const badge = cell && cell.querySelector('.badge');
      const rank = badge ? RANK.findIndex((name) => badge.classList.contains(name)) : -1;
      return rank >= 0 ? String(rank) : (cell ? cell.textContent : '').trim().replace(/(\d),(?=\d{3})/g, '$1');
    };

    function sort(table, at, header, headers) {
      const body = table.tBodies[0];
      const down = header.getAttribute('aria-sort') === 'ascending';
      const rows = [...body.rows].map((row) => ({ row, value: value(row, at) }));
      rows.sort((a, b) => (down ? -1 : 1) * collator.compare(a.value, b.value));
      body.append(...rows.map((r) => r.row));
      for (const other of headers) {
        other.removeAttribute('aria-sort');
      }
      header.setAttribute('aria-sort', down ? 'descending' : 'ascending');
    }

    function sortable(table) {
      const headers = table.tHead && table.tHead.rows.length === 1 ? [...table.tHead.rows[0].cells] : [];
      if (!headers.length || table.tBodies.length !== 1 || table.tBodies[0].rows.length < 2 || table.querySelector('tbody [colspan], tbody [rowspan]') || table.closest('[data-plain]')) {
        return;
      }
      headers.forEach((header, at) => {
        const label = header.textContent.trim();
        if (!label) {
          return;
        }
        const element = make('button', { type: 'button', class: 'sort', title: word.sort }, label);
        element.addEventListener('click', () => sort(table, at, header, headers));
        header.replaceChildren(element);
      });
    }

    async function copy(pre, control) {
      let is = false;
      try {
        await navigator.clipboard.writeText(pre.textContent);
        is = true;
      } catch {
        const range = document.createRange();
        range.selectNodeContents(pre);
        getSelection().removeAllRanges();
        getSelection().addRange(range);
        is = document.execCommand('copy');
      }
      control.textContent = is ? word.copied : word.selected;
      setTimeout(() => { control.textContent = word.copy; }, 2500);
    }

    // What each part of the page gets beside search and folding.
    function comforts(part) {
      index.filter((entry) => entry.article === part).forEach(read); // its text, before words of ours are in it
      const mine = (e) => e.closest('article[data-verdict]') === (part === root ? null : part) && e.closest('.main') !== null; // page 1 stays quiet
      for (const pre of all(part, 'pre').filter(mine)) {
        const control = make('button', { type: 'button', class: 'copy', 'data-ui': '', 'aria-live': 'polite' }, word.copy);
        control.addEventListener('click', () => copy(pre, control));
        pre.before(control);
      }
      all(part, 'table').filter(mine).forEach(sortable);
      for (const row of part !== root && part.matches('.finding') ? all(part, TICKED.slice('.finding '.length)) : []) {
        tick(row, named(row), findings);
      }
    }

    // Thousands of boxes and buttons are made when their article comes near, not while the page opens.
    function near() {
      const articles = all(root, 'article[data-verdict]');
      if (!('IntersectionObserver' in window)) {
        articles.forEach(comforts);
        return;
      }
      const watch = new IntersectionObserver((seen) => {
        for (const entry of seen.filter((e) => e.isIntersecting)) {
          watch.unobserve(entry.target);
          comforts(entry.target);
        }
      }, { rootMargin: '1200px' });
      articles.forEach((article) => watch.observe(article));
    }

    bar();
    ticks();
    comforts(root);
    near();
    document.addEventListener('keydown', key);
    window.addEventListener('hashchange', reveal);
    reveal();
  }

  all(document, '.tools').forEach(start);
})();
