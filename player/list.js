/** What pages of curves share: entries of a list of their experiment, and tables of numbers. */
import { h, iconButton } from './dom.js';
import { badge } from './look.js';

/** An entry of a registry, by the kind and key that the catalogue has. */
export const item = (page, kind, key) => page.catalogue[kind].find((entry) => entry.key === key);

/** An entry of a registry at its defaults. */
export function fresh(page, kind, key) {
  return { key, params: Object.fromEntries(item(page, kind, key).params.map((row) => [row.key, row.default])) };
}

/** Buttons of entry i of a list of the page's experiment: one more like it, and away with it. */
export function buttons(page, i, list, most, duplicate, remove) {
  const { length } = page.experiment[list];
  const change = (work) => () => page.edit((e) => work(e[list]), true, { whole: true });
  return h(
    'div',
    { class: 'dl-buttons' },
    iconButton(
      'copy',
      `duplicate${i}`,
      duplicate,
      change((all) => all.splice(i + 1, 0, structuredClone(all[i]))),
      { disabled: length >= most }
    ),
    iconButton(
      'close',
      `remove${i}`,
      remove,
      change((all) => all.splice(i, 1)),
      { disabled: length === 1 }
    )
  );
}

/** A table of texts: heads, then rows whose first cell may be any node. */
export function table(heads, rows, label) {
  const row = (tag, cells) =>
    h('tr', {}, ...cells.map((cell) => h(tag, tag === 'th' ? { scope: 'col' } : {}, ...[cell].flat())));
  return h(
    'div',
    { class: 'dl-readouts', tabIndex: 0, role: 'region', 'aria-label': label },
    h('table', {}, h('thead', {}, row('th', heads)), h('tbody', {}, ...rows.map((cells) => row('td', cells))))
  );
}

/** A table with one row per run, which is written into: a move of a slider makes no element. */
export class Table {
  /** Of `wide` columns the width stays, whatever is in them. */
  constructor(heads, label, wide = []) {
    this.wide = wide;
    this.heads = heads.map(() => document.createTextNode(''));
    this.rows = [];
    this.body = h('tbody');
    const row = h('tr', {}, ...this.heads.map((head) => h('th', { scope: 'col' }, head)));
    this.root = h(
      'div',
      { class: 'dl-readouts', tabIndex: 0, role: 'region', 'aria-label': label },
      h('table', {}, h('thead', {}, row), this.body)
    );
    heads.forEach((text, j) => this.head(j, text));
  }

  head(j, text) {
    if (this.heads[j].data !== text) this.heads[j].data = text;
  }

  /** Row i: the run's badge and name, then texts; `over` are the columns that warn. */
  write(i, run, texts, over = []) {
    const row = this.rows[i] ?? this.#add();
    const style = JSON.stringify(run.style);
    if (row.style !== style) {
      row.style = style;
      row.cells[0].replaceChildren(badge(run.style), row.texts[0]);
    }
    [run.name, ...texts].forEach((text, j) => {
      if (row.texts[j].data !== String(text)) row.texts[j].data = text;
      if (j) row.cells[j].classList.toggle('dl-over', over.includes(j));
    });
  }

  /** There are no more than this many. */
  cut(count) {
    for (const { root } of this.rows.splice(count)) root.remove();
  }

  #add() {
    const texts = this.heads.map(() => document.createTextNode(''));
    const cells = texts.map((text, j) => h('td', { class: this.wide.includes(j) ? 'dl-wide' : '' }, text));
    const row = { root: h('tr', {}, ...cells), cells, texts, style: '' };
    this.body.append(row.root);
    this.rows.push(row);
    return row;
  }
}

/** What unfolds beneath a table that says the least: by a click, a touch or a key. `show()` is called when it opens. */
export function unfold(summary, show, ...children) {
  const all = h(
    'details',
    { class: 'dl-unfold', ontoggle: () => all.open && show() },
    h('summary', { 'data-action': 'unfold' }, summary),
    ...children
  );
  return all;
}
