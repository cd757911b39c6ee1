/** A photograph under six filters: the window on it, every filter above its map, and one of them to draw. */
import { h, perFrame } from '../../player/dom.js';
import { Drawing, shade } from './drawing.js';

const SIDE = 5; // of a filter
const FINE = 8; // pixels of a canvas for each one of a map

export class Photo {
  /** `onPlace(step)`: the window was put somewhere; `onDraw(number, taps, done)`: filter `number`, from 1 on, was painted. */
  constructor(words, onPlace, onDraw) {
    this.words = words;
    this.step = 0;
    this.chosen = 0;
    this.answer = null;
    this.theme = null;
    const pick = (event) => event.buttons === 1 && this.#pick(event, onPlace);
    this.face = h('canvas', { class: 'dl-face', role: 'img', onpointerdown: pick, onpointermove: pick });
    this.drawing = new Drawing(words, (taps, done) => onDraw(this.chosen + 1, taps, done));
    this.filters = h('div', { class: 'dl-filters', role: 'group', 'aria-label': words('Filters') });
    this.sum = h('p', { class: 'dl-told dl-sum' });
    this.row = h('div', { class: 'dl-photorow' }, this.face, this.filters, this.drawing.root);
    this.root = h('div', { class: 'dl-small' }, this.row, this.sum);
    this.cards = [];
    this.redraw = perFrame(() => this.#draw());
  }

  get side() {
    return this.answer.size - SIDE + 1;
  }

  get steps() {
    return this.side ** 2 - 1;
  }

  set(answer, theme, still) {
    Object.assign(this, { answer, theme });
    this.pixels = bytes(answer.pixels);
    if (!this.cards.length) this.#build();
    this.drawing.root.hidden = still;
    this.drawing.set(answer.filters[this.chosen], this.chosen + 1, theme);
    answer.filters.forEach(({ name }, i) => {
      this.cards[i].name.textContent = `${i + 1} ${name}`;
      this.cards[i].root.setAttribute('aria-pressed', String(i === this.chosen));
    });
    this.setStep(Math.min(this.step, this.steps));
  }

  setStep(step) {
    this.step = step;
    const { answer, chosen } = this;
    const [i, j] = this.#place;
    const name = `${chosen + 1} ${answer.filters[chosen].name}`;
    this.sum.textContent = this.words(
      '{name} at ({row}, {column}): 75 products add up to {sum}; blue below 0, orange above, {low} to {high}'
    )
      .replace('{name}', name)
      .replace('{row}', String(i))
      .replace('{column}', String(j))
      .replace('{sum}', minus(answer.maps[chosen][i][j]))
      .replace('{low}', minus(Math.min(...answer.maps[chosen].flat())))
      .replace('{high}', minus(Math.max(...answer.maps[chosen].flat())));
    this.face.setAttribute('aria-label', this.sum.textContent);
    this.redraw();
  }

  get #place() {
    return [Math.floor(this.step / this.side), this.step % this.side];
  }

  #build() {
    this.cards = this.answer.filters.map((_filter, i) => {
      const [kernel, map] = [h('canvas', { class: 'dl-kernel' }), h('canvas', { class: 'dl-map' })];
      const name = h('span', {});
      const choose = () => {
        this.chosen = i;
        this.set(this.answer, this.theme, this.drawing.root.hidden);
      };
      const props = { type: 'button', class: 'dl-filter', 'data-action': `filter${i + 1}`, onclick: choose };
      return { root: h('button', props, kernel, map, name), kernel, map, name };
    });
    this.filters.replaceChildren(...this.cards.map(({ root }) => root));
  }

  #draw() {
    if (!this.answer) return;
    const { answer, theme, step, side, pixels } = this;
    const [i, j] = this.#place;
    const { size } = answer;
    const colour = (y, x) => `rgb(${pixels.slice(3 * (y * size + x), 3 * (y * size + x) + 3).join()})`;
    this.#cells(this.face, size, size, colour, [j, i, SIDE]);
    answer.filters.forEach((filter, k) => {
      const { kernel, map } = this.cards[k];
      this.#cells(kernel, SIDE, SIDE, (y, x) => tint(filter, y, x, theme));
      const values = answer.maps[k];
      const most = Math.max(1, ...values.map((line) => Math.max(...line.map(Math.abs))));
      const seen = (y, x) => (y * side + x <= step ? shade(values[y][x] / most, theme) : theme.background);
      this.#cells(map, side, side, seen, [j, i, 1]);
    });
  }

  /** A canvas of so many cells, the colour of each, and a frame around [column, row, how many]. */
  #cells(canvas, columns, rows, colour, frame = null) {
    Object.assign(canvas, { width: columns * FINE, height: rows * FINE });
    const context = canvas.getContext('2d');
    for (let y = 0; y < rows; y += 1)
      for (let x = 0; x < columns; x += 1) {
        context.fillStyle = colour(y, x);
        context.fillRect(x * FINE, y * FINE, FINE, FINE);
      }
    if (!frame) return;
    const [x, y, wide] = frame.map((value) => value * FINE);
    context.lineWidth = 6;
    context.strokeStyle = '#ffffff';
    context.strokeRect(x, y, wide, wide);
    context.lineWidth = 3;
    context.strokeStyle = '#D55E00';
    context.strokeRect(x, y, wide, wide);
  }

  #pick(event, onPlace) {
    const box = this.face.getBoundingClientRect();
    const at = (share) => Math.max(0, Math.min(this.side - 1, Math.floor(share * this.answer.size) - (SIDE >> 1)));
    const [row, column] = [at((event.clientY - box.top) / box.height), at((event.clientX - box.left) / box.width)];
    onPlace(row * this.side + column);
  }
}

/** The photograph as a canvas, a pixel for each of its own. */
export function photograph({ pixels, size }) {
  const canvas = h('canvas', { width: size, height: size });
  const context = canvas.getContext('2d');
  const data = context.createImageData(size, size);
  const numbers = bytes(pixels);
  for (let k = 0; k < size * size; k += 1) data.data.set([...numbers.slice(3 * k, 3 * k + 3), 255], 4 * k);
  context.putImageData(data, 0, 0);
  return canvas;
}

/** Bytes of base64, as numbers. */
const bytes = (text) => Array.from(atob(text), (letter) => letter.charCodeAt(0));

const minus = (value) => String(value).replace('-', '−');

/** The colour of a weight: of a filter that looks at one brightness as that of a map, else what it lets through. */
function tint({ weights }, y, x, theme) {
  const most = Math.max(1, ...weights.flat(2).map(Math.abs));
  const shares = weights[y][x].map((weight) => weight / most);
  const grey = weights.flat().every((three) => new Set(three).size === 1);
  return grey ? shade(shares[0], theme) : `rgb(${shares.map((share) => Math.round(128 + 110 * share)).join()})`;
}
