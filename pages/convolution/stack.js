/** A network drawn to scale: the input as a square, every layer as a bar as high as its map, and what one unit sees in each. */
import { h, perFrame, show } from '../../player/dom.js';
import { LAST_ROW } from '../../player/look.js';

const GAP = 14; // between the input and the bars
const LABELS = 18; // above and beneath

export class Stack {
  /** `words` translates; `onUnit(layer, row, column)` is called for the unit that is clicked. */
  constructor(words, onUnit) {
    this.words = words;
    this.onUnit = onUnit;
    this.large = false;
    this.canvas = h('canvas', { class: 'dl-canvas', role: 'img' });
    this.told = h('p', { class: 'dl-told', 'aria-live': 'polite' });
    this.box = h('div', { class: 'dl-stack' }, this.canvas);
    this.root = h('div', { class: 'dl-stackbox' }, this.box, this.told);
    this.redraw = perFrame(() => this.#draw());
    new ResizeObserver(() => this.redraw()).observe(this.box);
    const pick = (event) => event.buttons === 1 && this.#pick(event);
    this.box.addEventListener('pointerdown', pick);
    this.box.addEventListener('pointermove', pick);
  }

  /** An answer; photo: a canvas with the input, if it is a photograph. */
  set(answer, theme, photo) {
    this.photo = photo;
    this.answer = answer;
    this.theme = theme;
    this.flat = answer.input[0] === 1 && answer.input[1] > 1; // a signal: its length stands upright
    this.told.textContent = this.#sentence();
    this.canvas.setAttribute('aria-label', this.told.textContent);
    this.redraw();
  }

  /** Units along the upright side of a layer; 0 is the input. */
  #side(i) {
    const { input, layers } = this.answer;
    return (i ? layers[i - 1].grid : input)[this.flat ? 1 : 0];
  }

  get #upright() {
    return this.flat ? this.answer.unit.columns : this.answer.unit.rows;
  }

  /** Where everything stands, in pixels. */
  #places() {
    const [width, height] = [this.box.clientWidth, this.box.clientHeight];
    const { input, layers } = this.answer;
    const labels = LABELS * (this.large ? 2.1 : 1);
    const room = height - 2 * labels;
    const wide = this.flat ? 0.06 * width : Math.min(0.42 * width, (room * input[1]) / input[0]);
    const tallest = Math.max(...[0, ...layers.keys()].map((i) => this.#side(i)), this.#side(layers.length));
    const scale = Math.min(room / tallest, this.flat ? Infinity : wide / input[1]);
    const face = { left: 2, width: this.flat ? wide : input[1] * scale };
    const begin = face.left + face.width + GAP;
    const weights = layers.map(({ output }) => 1 + Math.log2(output[2]));
    const unit = Math.min(7, (width - begin - 4) / (1.6 * weights.reduce((a, b) => a + b, 0) || 1));
    let x = begin;
    const bars = layers.map((layer, i) => {
      const bar = { left: x, width: Math.max(2, weights[i] * unit), list: ['flatten', 'dense'].includes(layer.key) };
      x += 1.6 * weights[i] * unit;
      return bar;
    });
    const middle = height / 2;
    const all = [{ ...face, list: false }, ...bars].map((bar, i) => {
      const tall = bar.list ? 0.8 * room : Math.max(3, this.#side(i) * scale);
      return { ...bar, top: middle - tall / 2, height: tall, right: bar.left + bar.width };
    });
    return { all, scale, labels, middle };
  }

  #draw() {
    if (!this.answer || !this.box.clientWidth) return;
    const ratio = window.devicePixelRatio || 1;
    this.canvas.width = this.box.clientWidth * ratio;
    this.canvas.height = this.box.clientHeight * ratio;
    const context = this.canvas.getContext('2d');
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const places = this.#places();
    this.placed = places;
    this.#cone(context, places);
    places.all.forEach((bar, i) => this.#bar(context, bar, i));
    this.#face(context, places);
    this.#labels(context, places);
  }

  #bar(context, bar, i) {
    const { theme, answer } = this;
    context.globalAlpha = bar.list ? 0.35 : 1;
    context.fillStyle = theme.scale[2][1];
    context.strokeStyle = i === answer.unit.layer ? ACCENT(theme) : theme.text;
    context.lineWidth = i === answer.unit.layer ? 2 : 0.5;
    if (i) context.fillRect(bar.left, bar.top, bar.width, bar.height);
    context.strokeRect(bar.left, bar.top, bar.width, bar.height);
    context.globalAlpha = 1;
    if (i) this.#lit(context, bar, i);
  }

  /** Upright ends of what is seen of layer i, in pixels; null where nothing is. */
  #ends(bar, i) {
    const seen = this.#upright[i];
    if (!seen) return null;
    if (bar.list) return [bar.top, bar.top + bar.height];
    const each = bar.height / this.#side(i);
    return [bar.top + seen[0] * each, bar.top + (seen[1] + 1) * each];
  }

  #lit(context, bar, i) {
    if (i > this.answer.unit.layer) return;
    const ends = this.#ends(bar, i);
    if (!ends) return;
    context.fillStyle = ACCENT(this.theme);
    const tall = Math.max(2, ends[1] - ends[0]);
    context.fillRect(bar.left, (ends[0] + ends[1] - tall) / 2, bar.width, tall);
  }

  /** From the unit down to the input, layer by layer. */
  #cone(context, { all }) {
    const { unit } = this.answer;
    context.fillStyle = ACCENT(this.theme);
    context.globalAlpha = 0.16;
    for (let i = unit.layer; i > 0; i -= 1) {
      const [above, below] = [this.#ends(all[i], i), this.#ends(all[i - 1], i - 1)];
      if (!above || !below) continue;
      context.beginPath();
      context.moveTo(all[i].left, above[0]);
      context.lineTo(all[i - 1].right, below[0]);
      context.lineTo(all[i - 1].right, below[1]);
      context.lineTo(all[i].left, above[1]);
      context.fill();
    }
    context.globalAlpha = 1;
  }

  /** The input: what is seen as an outline, and in it where the gradient arrives. */
  #face(context, { all, scale }) {
    const { unit, effective, input } = this.answer;
    const [rows, columns] = [this.flat ? unit.columns[0] : unit.rows[0], this.flat ? null : unit.columns[0]];
    if (!rows || (!this.flat && !columns)) return;
    const face = all[0];
    const across = this.flat ? face.width : face.width / input[1];
    const up = this.flat ? face.height / input[1] : scale;
    const box = [
      face.left + (columns ? columns[0] * across : 0),
      face.top + rows[0] * up,
      columns ? (columns[1] - columns[0] + 1) * across : face.width,
      (rows[1] - rows[0] + 1) * up,
    ];
    if (this.photo) {
      context.globalAlpha = 0.6;
      context.imageSmoothingEnabled = false;
      context.drawImage(this.photo, face.left, face.top, face.width, face.height);
      context.globalAlpha = 1;
    }
    if (effective) context.drawImage(heat(effective.map, this.theme, this.flat), ...box);
    context.strokeStyle = ACCENT(this.theme);
    context.lineWidth = 2;
    context.strokeRect(...box);
  }

  #labels(context, { all, labels, middle }) {
    const { theme, answer } = this;
    const size = this.large ? LAST_ROW : 11;
    context.font = `${size}px ${theme.font}`;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    let [over, under] = [-Infinity, -Infinity];
    all.forEach((bar, i) => {
      const output = i ? answer.layers[i - 1].output : answer.input;
      const before = i > 1 ? answer.layers[i - 2].output : answer.input;
      const side = bar.list ? '' : String(output[this.flat ? 1 : 0]);
      const x = bar.left + bar.width / 2;
      const fits = (text, last) => x - context.measureText(text).width / 2 > last + 3;
      context.fillStyle = theme.text;
      if (side && (!i || Number(side) !== before[this.flat ? 1 : 0]) && fits(side, over)) {
        context.fillText(side, x, bar.top - size * 0.75);
        over = x + context.measureText(side).width / 2;
      }
      const channels = `×${output[2]}`;
      if ((!i || output[2] !== before[2]) && fits(channels, under)) {
        context.fillText(channels, x, 2 * middle - labels / 2);
        under = x + context.measureText(channels).width / 2;
      }
    });
  }

  #pick(event) {
    if (!this.placed) return;
    const box = this.box.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const { all } = this.placed;
    if (x < all[0].right + GAP / 2) this.#pickPixel(x, y, all[0]);
    else {
      const i = all.findIndex((bar, k) => k && x < bar.right + 0.3 * bar.width);
      const layer = i < 0 ? all.length - 1 : i;
      const { grid } = this.answer.layers[layer - 1];
      const at = Math.max(0, Math.min(0.999999, (y - all[layer].top) / all[layer].height));
      if (this.flat) this.onUnit(layer, 0, Math.floor(at * grid[1]));
      else this.onUnit(layer, Math.floor(at * grid[0]), Math.floor(grid[1] / 2));
    }
  }

  /** The unit of the same layer that looks at a pixel of the input. */
  #pickPixel(x, y, face) {
    const { unit, layers, input } = this.answer;
    const grid = unit.layer ? layers[unit.layer - 1].grid : input.slice(0, 2);
    const [down, right] = [(y - face.top) / face.height, (x - face.left) / face.width];
    const along = (at, side) => {
      const view = unit.layer ? layers[unit.layer - 1] : { stride: 1, padding: 0, receptive_field: 1 };
      const pixel = at * input[side];
      const place =
        view.padding === null
          ? (pixel * grid[side]) / input[side]
          : (pixel + view.padding - view.receptive_field / 2) / view.stride;
      return Math.max(0, Math.min(grid[side] - 1, Math.round(place)));
    };
    if (this.flat) this.onUnit(unit.layer, 0, along(down, 1));
    else this.onUnit(unit.layer, along(down, 0), along(right, 1));
  }

  /** What the unit sees, in words. */
  #sentence() {
    const { unit, layers, effective, input } = this.answer;
    const _ = this.words;
    if (!unit.layer) return _('Click a bar: what a unit of that layer sees lights up below it.');
    const layer = layers[unit.layer - 1];
    const text = effective
      ? _(
          '{layer}: unit ({row}, {column}) sees {rows}×{columns} of the {height}×{width} pixels (by the formula {field}). {share} % of its squared gradient, in the mean over random weights, lie within {size} pixels across.'
        )
      : _('{layer}: unit ({row}, {column}) sees {rows}×{columns} of the {height}×{width} pixels (by the formula {field}).');
    const fill = {
      layer: `${unit.layer} ${layer.layer}`,
      row: unit.row,
      column: unit.column,
      rows: unit.pixels[0],
      columns: unit.pixels[1],
      height: input[0],
      width: input[1],
      field: show(layer.receptive_field),
      share: effective ? 100 * effective.share : '',
      size: effective?.size,
    };
    return text.replace(/\{(\w+)\}/g, (_all, key) => fill[key]);
  }
}

const ACCENT = (theme) => (theme.dark ? '#F08A45' : '#D55E00');

/** A map of shares as an image: nothing where nothing arrives, the accent where most does. */
function heat(map, theme, upright) {
  const rows = upright ? map[0].map((_, i) => map.map((row) => row[i])) : map;
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [rows[0].length, rows.length];
  const context = canvas.getContext('2d');
  context.fillStyle = ACCENT(theme);
  rows.forEach((row, i) =>
    row.forEach((value, j) => {
      context.globalAlpha = 0.1 + 0.9 * Math.sqrt(value);
      context.fillRect(j, i, 1, 1);
    })
  );
  return canvas;
}
