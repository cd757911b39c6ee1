/** Axes of a map: from numbers to pixels and back, and where the ticks stand. */

/** One side: n values from low to high, on a linear or a logarithmic axis. Cells reach half a step beyond the ends. */
export class Scale {
  constructor(values, log) {
    this.log = log;
    this.count = values.length;
    this.low = this.#of(values[0]);
    this.high = this.#of(values[values.length - 1]);
  }

  #of(value) {
    return this.log ? Math.log10(value) : value;
  }

  /** 0…1 along the axis, of a number. */
  along(value) {
    return (0.5 + ((this.#of(value) - this.low) / (this.high - this.low)) * (this.count - 1)) / this.count;
  }

  /** The number at 0…1 along the axis. */
  at(along) {
    const place = this.low + ((along * this.count - 0.5) / (this.count - 1)) * (this.high - this.low);
    return this.log ? 10 ** place : place;
  }

  cell(along) {
    return Math.min(this.count - 1, Math.max(0, Math.floor(along * this.count)));
  }

  /** Both ends after zooming by a factor about a place and moving by a share of the whole, kept between two limits. */
  zoomed(factor, about, shift, limits) {
    const [under, over] = limits.map((limit) => this.#of(limit));
    const span = (this.high - this.low) * factor;
    const wide = Math.min(span, over - under);
    const fixed = this.low + about * (this.high - this.low);
    let low = fixed - about * wide - shift * wide;
    low = Math.min(over - wide, Math.max(under, low));
    const ends = [low, low + wide].map((end) => (this.log ? 10 ** end : end));
    return [Math.max(limits[0], ends[0]), Math.min(limits[1], ends[1])];
  }

  /** Numbers to write beside the axis, about `most` of them, and their texts; those that matter most come first. */
  ticks(most) {
    if (this.log && this.high - this.low > 0.7) {
      const decades = this.high - this.low;
      const every = Math.max(1, Math.round(decades / most));
      const digits = decades < 2 ? [1, 2, 5] : decades < 4.5 && every === 1 ? [1, 3] : [1];
      const ticks = [];
      for (const digit of digits)
        for (let decade = Math.floor(this.low); decade <= this.high; decade += every) ticks.push(digit * 10 ** decade);
      return this.#inside(ticks).map((value) => [value, short(value)]);
    }
    const [low, high] = this.log ? [10 ** this.low, 10 ** this.high] : [this.low, this.high];
    const raw = (high - low) / most;
    const unit = 10 ** Math.floor(Math.log10(raw));
    const step = unit * [1, 2, 5, 10].find((n) => n * unit >= raw);
    const places = Math.min(17, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)));
    const ticks = [];
    for (let k = Math.ceil(low / step); k <= high / step && ticks.length < 50; k += 1) ticks.push(k * step);
    return this.#inside(ticks).map((value) => [value, places > 6 ? value.toPrecision(4 + places) : tidy(value, places)]);
  }

  #inside(ticks) {
    return ticks.filter((value) => this.along(value) >= 0 && this.along(value) <= 1);
  }
}

const tidy = (value, places) => {
  const size = Math.abs(value);
  return size && (size >= 1e5 || size < 1e-3) ? short(value) : Number(value.toFixed(places)).toString();
};
const short = (value) =>
  Math.abs(value) >= 0.001 && Math.abs(value) < 1e4
    ? String(Number(value.toPrecision(3)))
    : value
        .toExponential()
        .replace('e+', 'e')
        .replace(/(\.\d)\d+e/, '$1e')
        .replace('.0e', 'e');

/** What is written of a number on the left: its end where it is long. */
export const clipped = (text) => (text.length > 9 ? `…${text.slice(-7)}` : text);

/** A canvas of its element's size, cleared, with the pixels of the screen; null where it has no size yet. */
export function fresh(canvas, root) {
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [root.clientWidth, root.clientHeight];
  if (!width || !height) return null;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext('2d');
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return { context, width, height };
}

/** Ticks, numbers and names of both axes around a box. */
export function frame(context, box, [x, y], names, theme, size) {
  context.font = `${size}px ${theme.font}`;
  context.fillStyle = theme.text;
  context.strokeStyle = theme.grid;
  context.lineWidth = 1;
  const { left, top, width, height } = box;
  context.textAlign = 'center';
  context.textBaseline = 'top';
  const taken = [];
  /** Whether a text has room beside those that are there. */
  const free = (at, half, gap) => {
    const beside = taken.every(([other, wide]) => Math.abs(at - other) >= half + wide + gap);
    if (beside) taken.push([at, half]);
    return beside;
  };
  for (const [value, text] of x.ticks(Math.max(2, width / 90))) {
    const at = left + x.along(value) * width;
    const half = context.measureText(text).width / 2;
    context.strokeRect(at, top + height, 0, 4);
    if (at + half <= left + width + 24 && free(at, half, size / 2)) context.fillText(text, at, top + height + 6);
  }
  if (names[0]) context.fillText(names[0], left + width / 2, top + height + 8 + size);
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  taken.length = 0;
  for (const [value, text] of y.ticks(Math.max(2, height / 50))) {
    const at = top + (1 - y.along(value)) * height;
    context.strokeRect(left - 4, at, 4, 0);
    if (free(at, size / 2, 2)) context.fillText(clipped(text), left - 7, at);
  }
  if (names[1]) {
    context.textAlign = 'left';
    context.textBaseline = 'alphabetic';
    context.fillText(names[1], 4, top - 7);
  }
}
