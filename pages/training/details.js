/** What one run looks like inside at a recorded step: histograms, first-layer weights, regions, and what is wrong. Canvas only. */
import { h } from '../../player/dom.js';
import { LAST_ROW } from '../../player/look.js';

const HUES = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#8A7B00', '#777777', '#9467BD', '#17A589'];

const NOTHING = 1e-30; // half the width of a histogram of zeros

/** A canvas of a size, ready to draw on in CSS pixels. */
export class Pad {
  constructor(label, height) {
    this.canvas = h('canvas', { class: 'dl-pad', role: 'img', 'aria-label': label, style: `height:${height}px` });
    this.height = height;
    this.width = 0; // kept: to ask for it while the page changes lays all of it out
    new ResizeObserver(() => (this.width = this.canvas.clientWidth)).observe(this.canvas);
  }

  begin() {
    const ratio = window.devicePixelRatio || 1;
    const width = this.width || this.canvas.clientWidth;
    Object.assign(this.canvas, { width: width * ratio, height: this.height * ratio });
    const context = this.canvas.getContext('2d');
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    return { context, width, height: this.height };
  }
}

/**
 * Rows: outputs, gradients, weights; columns: layers. A row has one scale over the whole run, so that one sees it move; for the
 * hall (`large`) the ends of the scales are left out.
 */
export function histograms(pad, { counts, low, high, layers, at }, colour, theme, names, large) {
  const { context, width, height } = pad.begin();
  const [bins, kinds] = [counts.length / low.length, names.length];
  context.font = `${large ? LAST_ROW : 11}px ${theme.font}`;
  const left = large ? Math.max(...names.map((name) => context.measureText(name).width)) + 12 : 62;
  const [cell, tall] = [(width - left) / layers, height / kinds];
  const foot = large ? 4 : 13;
  names.forEach((name, kind) => {
    context.fillStyle = theme.text;
    context.fillText(name, 0, kind * tall + tall / 2 + (large ? 8 : 4));
    for (let layer = 0; layer < layers; layer += 1) {
      const i = (at * kinds + kind) * layers + layer;
      let size = NOTHING;
      for (let k = 0; k < low.length / (kinds * layers); k += 1) {
        const j = (k * kinds + kind) * layers + layer;
        size = Math.max(size, Number.isFinite(low[j]) ? -low[j] : 0, Number.isFinite(high[j]) ? high[j] : 0);
      }
      if (kind === 1) size = Math.max(-low[i], high[i], NOTHING); // gradients span decades: their own scale at each step
      const most = Math.max(...counts.subarray(i * bins, (i + 1) * bins));
      const [x0, y0] = [left + layer * cell + 3, (kind + 1) * tall - foot];
      const across = (value) => x0 + ((value / size + 1) / 2) * (cell - 8);
      context.fillStyle = colour;
      for (let b = 0; b < bins; b += 1) {
        const from = across(low[i] + ((high[i] - low[i]) * b) / bins);
        const to = across(low[i] + ((high[i] - low[i]) * (b + 1)) / bins);
        const up = (counts[i * bins + b] / most) * (tall - foot - 5);
        context.fillRect(from, y0 - up, Math.max(1, to - from), up);
      }
      context.fillStyle = theme.grid;
      context.fillRect(x0, y0, cell - 8, 1);
      if (large) continue;
      context.fillStyle = theme.text;
      context.globalAlpha = 0.7;
      context.fillText(reach(size), x0, y0 + 11);
      context.globalAlpha = 1;
    }
  });
}

/** How far a histogram reaches to both sides: 0 where all is 0, a dash where the numbers have left all bounds. */
const reach = (size) => (Number.isNaN(size) ? '–' : size > NOTHING ? `±${short(size)}` : '0');

const short = (value) => (value >= 1e-2 && value < 1e3 ? value.toPrecision(2) : value.toExponential(0).replace('e+', 'e'));

/** Pictures in a row, as many as have room for what is written beneath them: `draw(i)` gives {pixels, signed, note}. */
export function pictures(pad, count, shape, theme, draw) {
  const { context, width, height } = pad.begin();
  const [rows, columns, channels = 1] = shape; // three of them are red, green and blue
  const cell = Math.min(height - 14, width / Math.max(count, 1) - 4, 64);
  context.font = `11px ${theme.font}`;
  const all = Array.from({ length: count }, (_value, i) => draw(i));
  const pitch = Math.max(cell + 4, ...all.map(({ note }) => (note ? context.measureText(note).width + 10 : 0)));
  const shown = all.slice(0, Math.max(1, Math.floor((width + 4) / pitch)));
  if (!shown.length) return;
  const sheet = new OffscreenCanvas(columns, rows * shown.length); // beneath one another
  const ink = sheet.getContext('2d');
  shown.forEach(({ pixels, signed }, i) => {
    const size = pixels.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-30);
    const image = new ImageData(columns, rows);
    for (let j = 0; j < rows * columns; j += 1) {
      const own = pixels.subarray(channels * j, channels * (j + 1));
      if (channels === 3) image.data.set([...own].map((value) => tone(value / size, signed)).concat(255), 4 * j);
      else image.data.set(signed ? diverging(own[0] / size, theme.dark) : grey(own[0] / size), 4 * j);
    }
    ink.putImageData(image, 0, i * rows);
  });
  context.imageSmoothingEnabled = false;
  context.fillStyle = theme.text;
  shown.forEach(({ note }, i) => {
    context.drawImage(sheet, 0, i * rows, columns, rows, i * pitch, 0, cell, cell);
    if (note) context.fillText(note, i * pitch, cell + 12);
  });
}

/** One of three colours; of weights 0 is in the middle. */
const tone = (share, signed) => 255 * (signed ? (share + 1) / 2 : share);
const grey = (share) => [255 - 235 * share, 255 - 235 * share, 255 - 235 * share, 255];
/** Blue below zero, orange above. */
function diverging(share, dark) {
  const [r, g, b] = share > 0 ? [213, 94, 0] : [0, 114, 178];
  const base = dark ? 20 : 255;
  const strong = Math.abs(share);
  return [r, g, b].map((part) => base + (part - base) * strong).concat(255);
}

/** Regions of the classes and the samples on them; or, for one feature, the curve through them. */
export function regions(pad, { field, points, labels, sides, train, classes }, colour, theme) {
  const { context, width, height } = pad.begin();
  const size = Math.min(width, height);
  const left = (width - size) / 2;
  const wide = sides.length === 1 ? width : size;
  const x = (value) => (sides.length === 1 ? 0 : left) + ((value - sides[0][0]) / (sides[0][1] - sides[0][0])) * wide;
  if (sides.length === 1) {
    const all = [...labels];
    const [low, high] = [Math.min(...all) - 0.5, Math.max(...all) + 0.5];
    const y = (value) => height - ((value - low) / (high - low)) * height;
    for (let i = 0; i < labels.length; i += 1) dot(context, x(points[i]), y(labels[i]), theme.text, i < train);
    context.strokeStyle = colour;
    context.lineWidth = 2.5;
    context.beginPath();
    field.forEach((value, i) =>
      context.lineTo(
        x(sides[0][0] + ((sides[0][1] - sides[0][0]) * i) / (field.length - 1)),
        Math.min(1e4, Math.max(-1e4, y(value)))
      )
    );
    context.stroke();
    return;
  }
  const grid = Math.round(Math.sqrt(field.length));
  const image = new ImageData(grid, grid);
  field.forEach((value, i) => {
    const hue = HUES[Math.floor(value) % HUES.length];
    const [row, column] = [grid - 1 - Math.floor(i / grid), i % grid];
    const rgb = [1, 3, 5].map((at) => parseInt(hue.slice(at, at + 2), 16));
    image.data.set([...rgb, 255 * (0.12 + 0.4 * (value % 1))], 4 * (row * grid + column));
  });
  const small = new OffscreenCanvas(grid, grid);
  small.getContext('2d').putImageData(image, 0, 0);
  context.imageSmoothingEnabled = true;
  context.drawImage(small, left, 0, size, size);
  const y = (value) => size - ((value - sides[1][0]) / (sides[1][1] - sides[1][0])) * size;
  for (let i = 0; i < labels.length; i += 1) {
    dot(context, x(points[2 * i]), y(points[2 * i + 1]), classes ? HUES[labels[i] % HUES.length] : theme.text, i < train);
  }
}

/** A sample: filled where it trains, a ring where it validates. */
function dot(context, x, y, colour, filled) {
  context.beginPath();
  context.arc(x, y, 2.6, 0, 2 * Math.PI);
  context.fillStyle = context.strokeStyle = colour;
  context.lineWidth = 1.2;
  if (filled) context.fill();
  if (filled) context.strokeStyle = 'rgba(255,255,255,.75)';
  context.stroke();
}
