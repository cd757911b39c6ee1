/** What pages of curves share: entries of a list of their experiment, and tables of numbers. */
import { h, iconButton } from './dom.js';

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
