/** The sheet of keys and gestures, and the line that greets a first visitor. */
import { h, icon } from './dom.js';
import { keep, kept } from './header.js';

const GREETED = 'descent-lab-greeted';

/** A sheet over the page, open. `rows` are [keys or gesture, what it does]. */
export function sheet(words, rows) {
  const shut = h(
    'button',
    { type: 'button', class: 'dl-button', 'aria-label': words('Close'), onclick: () => dialog.close() },
    icon('close')
  );
  const dialog = h(
    'dialog',
    { class: 'dl-sheet', 'aria-label': words('Keys and gestures'), onclose: () => dialog.remove() },
    h('div', { class: 'dl-sheethead' }, h('h2', {}, words('Keys and gestures')), shut),
    h('dl', {}, ...rows.flatMap(([keys, what]) => [h('dt', {}, keys), h('dd', {}, what)]))
  );
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
  return dialog;
}

/** Is this a telephone or a tablet, which has no keys to tell of? */
export const fingers = () => matchMedia('(hover: none)').matches;

/** One line for whoever is here for the first time, or null. */
export function greeting(words, text) {
  if (!text || kept(GREETED)) return null;
  const line = h(
    'div',
    { class: 'dl-greeting', role: 'note' },
    h('span', {}, text),
    h(
      'button',
      {
        type: 'button',
        class: 'dl-button',
        'data-action': 'greeted',
        'aria-label': words('Close'),
        onclick: () => {
          keep(GREETED);
          line.remove();
        },
      },
      icon('close')
    )
  );
  return line;
}
