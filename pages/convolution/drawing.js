/** A filter to draw: 5×5 weights that are painted with a pointer, or set with the keyboard. */
import { h } from '../../player/dom.js';

const SIDE = 5;
const LARGEST = 9;
const SIGNS = 'ihgfedcba0123456789'; // of −9 … 9
const BRUSHES = [-2, -1, 0, 1, 2];

export class Drawing {
  /** `onDraw(taps, done)` is called with all weights after each that changed; `done` at the end of a stroke. */
  constructor(words, onDraw) {
    this.words = words;
    this.onDraw = onDraw;
    this.brush = 1;
    this.paint = null; // the weight of the stroke that goes on
    this.taps = Array.from({ length: SIDE }, () => Array(SIDE).fill(0));
    this.cells = this.taps.map((line, y) => line.map((_weight, x) => this.#cell(y, x)));
    this.grid = h(
      'div',
      {
        class: 'dl-grid',
        role: 'grid',
        onpointerdown: (event) => this.#begin(event),
        onpointermove: (event) => this.#go(event),
      },
      ...this.cells.map((line) => h('div', { role: 'row' }, ...line))
    );
    for (const end of ['pointerup', 'pointercancel']) this.grid.addEventListener(end, () => this.#end());
    this.title = h('b', {});
    this.brushes = BRUSHES.map((weight) => this.#brush(weight));
    const group = h('div', { class: 'dl-views', role: 'group', 'aria-label': words('Weight to paint with') }, ...this.brushes);
    const text = words('Paint, or move with the arrows and type a digit; − turns its sign.');
    this.root = h(
      'div',
      { class: 'dl-drawing' },
      this.grid,
      h('div', {}, this.title, group, h('p', { class: 'dl-told' }, text))
    );
  }

  set({ pattern, name }, number, theme) {
    this.theme = theme;
    this.title.textContent = this.words('Filter {n}').replace('{n}', String(number));
    this.grid.setAttribute('aria-label', `${this.title.textContent}: ${name}`);
    if (this.paint === null) this.taps = structuredClone(pattern);
    this.#show();
  }

  #cell(y, x) {
    return h('div', {
      role: 'gridcell',
      tabIndex: y || x ? -1 : 0,
      'data-cell': `${y},${x}`,
      onkeydown: (event) => this.#key(event, y, x),
    });
  }

  #brush(weight) {
    const choose = () => {
      this.brush = weight;
      this.#show();
    };
    const props = { type: 'button', 'data-action': `brush${weight}`, onclick: choose };
    return h('button', props, minus(weight));
  }

  #show() {
    this.cells.forEach((line, y) =>
      line.forEach((cell, x) => {
        const weight = this.taps[y][x];
        cell.textContent = minus(weight);
        cell.style.background = shade(weight / 4, this.theme);
        cell.style.color = Math.abs(weight) > 2 ? '#ffffff' : this.theme.text;
      })
    );
    this.brushes.forEach((button, i) => button.setAttribute('aria-pressed', String(BRUSHES[i] === this.brush)));
  }

  #put(y, x, weight, done) {
    const kept = Math.max(-LARGEST, Math.min(LARGEST, weight));
    if (this.taps[y][x] === kept && !done) return;
    this.taps[y][x] = kept;
    this.#show();
    this.onDraw(this.taps, done);
  }

  // With a pointer: what has the weight already is wiped out.

  #under(event) {
    const cell = document.elementFromPoint(event.clientX, event.clientY)?.closest('[data-cell]');
    return cell && this.grid.contains(cell) ? cell.getAttribute('data-cell').split(',').map(Number) : null;
  }

  #begin(event) {
    const at = this.#under(event);
    if (!at) return;
    this.grid.setPointerCapture(event.pointerId);
    this.paint = this.taps[at[0]][at[1]] === this.brush ? 0 : this.brush;
    this.last = at;
    this.#put(at[0], at[1], this.paint, false);
    this.#focus(at[0], at[1]);
    event.preventDefault();
  }

  #go(event) {
    const at = this.paint === null ? null : this.#under(event);
    if (!at) return;
    // A quick hand is over the next cell but one when the browser tells of it: the cells between are painted too.
    const [y, x] = this.last;
    const far = Math.max(Math.abs(at[0] - y), Math.abs(at[1] - x));
    for (let k = 1; k <= far; k += 1)
      this.#put(y + Math.round(((at[0] - y) * k) / far), x + Math.round(((at[1] - x) * k) / far), this.paint, false);
    this.last = at;
  }

  #end() {
    if (this.paint === null) return;
    this.paint = null;
    this.onDraw(this.taps, true);
  }

  // With the keyboard.

  #key(event, y, x) {
    const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    const weight = this.taps[y][x];
    const typed = { '-': -weight, ' ': weight === this.brush ? 0 : this.brush, Delete: 0, Backspace: 0 };
    if (event.key in moves) this.#focus(y + moves[event.key][0], x + moves[event.key][1]);
    else if (/^\d$/.test(event.key)) this.#put(y, x, Number(event.key), true);
    else if (event.key in typed) this.#put(y, x, typed[event.key], true);
    else return;
    event.preventDefault();
  }

  #focus(y, x) {
    const to = this.cells[y]?.[x];
    if (!to) return;
    for (const cell of this.cells.flat()) cell.tabIndex = cell === to ? 0 : -1;
    to.focus();
  }
}

/** The 25 signs of weights. */
export const spelled = (taps) =>
  taps
    .flat()
    .map((weight) => SIGNS[weight + LARGEST])
    .join('');

/** Of a share from −1 to 1: blue below 0, orange above, the colour of the page at 0. */
export function shade(share, theme) {
  const to = share < 0 ? [0, 90, 170] : [213, 94, 0];
  const from = theme.dark ? [24, 28, 36] : [255, 255, 255];
  const part = Math.min(1, Math.abs(share));
  return `rgb(${from.map((value, i) => Math.round(value + part * (to[i] - value))).join()})`;
}

const minus = (value) => String(value).replace('-', '−');
