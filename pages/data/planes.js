/** Before and after, at true proportion: the cloud of two features, and under it the loss over their two weights with its descent. */
import { h, perFrame, show } from '../../player/dom.js';
import { wrapped } from '../../player/panels.js';
import { LAST_ROW, markerPath, runStyle } from '../../player/look.js';

const LEVELS = [1, 0.3, 0.1, 0.03, 0.01]; // of the gap to the lowest loss at the start
const TRAIL = 12; // separating lines that stay for a while, faint
const EDGE = 22; // above each plane, for its title
const NARROW = 300; // pixels: titles of narrower planes stand in several lines

export class Planes {
  constructor(words) {
    this.words = words;
    this.step = 0;
    this.answer = null;
    this.theme = null;
    this.large = false;
    this.names = {};
    this.canvas = h('canvas', { class: 'dl-canvas', role: 'img' });
    this.root = h('div', { class: 'dl-planes' }, this.canvas);
    this.redraw = perFrame(() => this.#draw());
    new ResizeObserver(() => this.redraw()).observe(this.root);
  }

  set(answer, theme, names) {
    Object.assign(this, { answer, theme, names });
    const told = answer.views.map((view) => `${names[view.transform]}: κ = ${big(view.condition_number)}`);
    this.canvas.setAttribute('aria-label', told.join('; '));
    this.redraw();
  }

  setStep(step) {
    this.step = step;
    this.redraw();
  }

  #draw() {
    const [width, height] = [this.root.clientWidth, this.root.clientHeight];
    if (!this.answer || !width) return;
    const ratio = window.devicePixelRatio || 1;
    this.canvas.width = width * ratio;
    this.canvas.height = height * ratio;
    const context = this.canvas.getContext('2d');
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const { views } = this.answer;
    const wide = width / views.length;
    const narrow = !this.large && wide < NARROW;
    const edge = EDGE * (this.large ? 2.8 : narrow ? 2 : 1);
    views.forEach((view, i) => {
      const style = runStyle(i, this.theme);
      const left = i * wide;
      this.#cloud(context, view, style, { left, top: edge, width: wide - 10, height: height / 2 - edge - 4 });
      this.#loss(context, view, style, { left, top: height / 2 + edge, width: wide - 10, height: height / 2 - edge - 4 });
      this.#title(context, `${this.names[view.transform]} · ${this.#line(view)}`, left, edge / 2, style, wide);
      const count =
        view.steps_to_tolerance === null
          ? this.words('never')
          : this.words('{n} updates to a thousandth').replace('{n}', big(view.steps_to_tolerance));
      this.#title(context, `κ = ${big(view.condition_number)} · ${count}`, left, height / 2 + edge / 2, style, wide);
    });
  }

  /** What the separating line has done up to the playhead. */
  #line({ turned, right }) {
    const k = Math.min(this.step, turned.length - 1);
    if (!k) return this.words('no line yet');
    return this.words('the line has turned by {degrees}°, {right} % are right')
      .replace('{degrees}', turned[k] < 10 ? show(turned[k], 2) : turned[k].toFixed(0))
      .replace('{right}', (100 * right[k]).toFixed(0));
  }

  /** A marker and words, smaller where there is no room; for the hall and in a narrow plane in several lines. */
  #title(context, text, left, y, style, wide) {
    const font = (size) => `600 ${size}px ${this.theme.font}`;
    const narrow = !this.large && wide < NARROW;
    const size = this.large ? LAST_ROW : narrow ? 11 : 12;
    context.font = font(size);
    const measure = (line) => context.measureText(line).width;
    const parts = this.large || narrow ? text.split(' · ') : [text];
    const lines = narrow ? parts.flatMap((part) => wrapped(part, wide - 30, measure)) : parts;
    context.textBaseline = 'middle';
    context.textAlign = 'left';
    context.fillStyle = style.colour;
    markerPath(context, style.marker, left + 7, y - ((lines.length - 1) * size) / 2, 5);
    context.fill();
    context.fillStyle = this.theme.text;
    lines.forEach((line, i) => {
      context.font = font(size);
      const room = (wide - 30) / context.measureText(line).width;
      if (room < 1) context.font = font(size * room);
      context.fillText(line, left + 18, y + 1.1 * size * (i - (lines.length - 1) / 2));
    });
  }

  /** A plane over x0…x1, y0…y1 with one scale: its clip, its axes; returns the way to pixels. */
  #plane(context, box, range) {
    const [x0, x1, y0, y1] = range;
    const scale = 0.92 * Math.min(box.width / (x1 - x0 || 1), box.height / (y1 - y0 || 1));
    const [cx, cy] = [box.left + box.width / 2, box.top + box.height / 2];
    const at = (x, y) => [cx + (x - (x0 + x1) / 2) * scale, cy - (y - (y0 + y1) / 2) * scale];
    context.save();
    context.beginPath();
    context.rect(box.left, box.top, box.width, box.height);
    context.clip();
    context.strokeStyle = this.theme.grid;
    context.lineWidth = 1;
    context.strokeRect(box.left + 0.5, box.top + 0.5, box.width - 1, box.height - 1);
    const [ox, oy] = at(0, 0);
    context.strokeStyle = this.theme.line;
    context.beginPath();
    context.moveTo(box.left, oy);
    context.lineTo(box.left + box.width, oy);
    context.moveTo(ox, box.top);
    context.lineTo(ox, box.top + box.height);
    context.stroke();
    this.#ruler(context, box, scale);
    return { at, scale };
  }

  /** How long a round number is. */
  #ruler(context, box, scale) {
    const unit = 10 ** Math.floor(Math.log10(box.width / 3 / scale));
    const length = [5, 2, 1].map((n) => n * unit).find((n) => n * scale < box.width / 3) ?? unit;
    const [x, y] = [box.left + 8, box.top + box.height - 8];
    context.strokeStyle = context.fillStyle = this.theme.text;
    context.globalAlpha = 0.7;
    context.beginPath();
    context.moveTo(x, y - 3);
    context.lineTo(x, y);
    context.lineTo(x + length * scale, y);
    context.lineTo(x + length * scale, y - 3);
    context.stroke();
    context.font = `${this.large ? LAST_ROW : 10}px ${this.theme.font}`;
    context.textAlign = 'left';
    context.textBaseline = 'bottom';
    context.fillText(show(length, 2), x + 3, y - 2);
    context.globalAlpha = 1;
  }

  #cloud(context, view, style, box) {
    const { points } = view;
    const across = points.map(([x]) => x);
    const up = points.map(([, y]) => y);
    const range = [Math.min(0, ...across), Math.max(0, ...across), Math.min(0, ...up), Math.max(0, ...up)];
    const { at } = this.#plane(context, box, range);
    points.forEach(([x, y], i) => {
      const look = runStyle(CLASSES[this.answer.classes[i] % CLASSES.length], this.theme);
      const [px, py] = at(x, y);
      context.globalAlpha = 0.65;
      context.fillStyle = look.colour;
      markerPath(context, look.marker, px, py, this.large ? 4 : 2.6);
      context.fill();
    });
    context.globalAlpha = 1;
    this.#separate(context, view, style, { at, box, range });
    context.restore();
  }

  /** The line between what the weights at the playhead take for the last class and for the others; those before it, faint. */
  #separate(context, { path }, style, { at, box, range }) {
    const last = Math.min(this.step, path.length - 1);
    const { middle } = this.answer;
    const far =
      4 * Math.max(range[1] - range[0], range[3] - range[2]) * Math.max(1, box.width / box.height, box.height / box.width);
    const nearTo = [(range[0] + range[1]) / 2, (range[2] + range[3]) / 2];
    const draw = (k, alpha) => {
      const [a, b] = path[k];
      const size = Math.hypot(a, b);
      if (!size || !Number.isFinite(size)) return;
      const away = (a * nearTo[0] + b * nearTo[1] + middle) / size ** 2;
      const foot = [nearTo[0] - away * a, nearTo[1] - away * b];
      context.globalAlpha = alpha;
      context.beginPath();
      context.moveTo(...at(foot[0] - (far * b) / size, foot[1] + (far * a) / size));
      context.lineTo(...at(foot[0] + (far * b) / size, foot[1] - (far * a) / size));
      context.stroke();
    };
    context.strokeStyle = style.colour;
    context.lineWidth = this.large ? 2 : 1.2;
    for (let k = Math.max(1, last - TRAIL); k < last; k += 1) draw(k, 0.3);
    context.lineWidth = this.large ? 4 : 2.5;
    if (last) draw(last, 1);
    context.globalAlpha = 1;
  }

  #loss(context, view, style, box) {
    const { curvature, lowest, gap, path } = view;
    const { values, angle } = axes(curvature);
    const radii = values.map((value) => Math.sqrt((2 * gap) / Math.max(value, 1e-300)));
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    const far = [Math.hypot(radii[0] * c, radii[1] * s), Math.hypot(radii[0] * s, radii[1] * c)];
    const range = [lowest[0] - far[0], lowest[0] + far[0], lowest[1] - far[1], lowest[1] + far[1]];
    const { at, scale } = this.#plane(context, box, range);
    context.strokeStyle = this.theme.dark ? 'rgba(200,215,235,.45)' : 'rgba(60,80,110,.45)';
    for (const level of LEVELS) {
      const [rx, ry] = radii.map((radius) => Math.min(1e5, Math.max(0.3, radius * scale * Math.sqrt(level))));
      context.beginPath();
      context.ellipse(...at(lowest[0], lowest[1]), rx, ry, -angle, 0, 2 * Math.PI);
      context.stroke();
    }
    this.#path(context, path, at, style);
    context.strokeStyle = this.theme.text;
    context.lineWidth = 1.5;
    const [mx, my] = at(lowest[0], lowest[1]);
    context.beginPath();
    context.moveTo(mx - 5, my);
    context.lineTo(mx + 5, my);
    context.moveTo(mx, my - 5);
    context.lineTo(mx, my + 5);
    context.stroke();
    context.restore();
  }

  #path(context, path, at, style) {
    const end = Math.min(this.step, path.length - 1);
    const place = ([x, y]) => at(x, y).map((v) => Math.min(1e5, Math.max(-1e5, v)));
    const line = (from, to, alpha) => {
      context.globalAlpha = alpha;
      context.strokeStyle = style.colour;
      context.lineWidth = this.large ? 3 : 2;
      context.lineJoin = 'round';
      context.beginPath();
      for (let k = from; k <= to; k += 1) context[k > from ? 'lineTo' : 'moveTo'](...place(path[k]));
      context.stroke();
    };
    line(end, path.length - 1, 0.2);
    line(0, end, 1);
    context.globalAlpha = 1;
    context.fillStyle = style.colour;
    context.strokeStyle = this.theme.background;
    context.lineWidth = 1.5;
    const [x, y] = place(path[end]);
    markerPath(context, style.marker, x, y, this.large ? 9 : 6);
    context.fill();
    context.stroke();
  }
}

const CLASSES = [2, 3, 4, 5, 6, 7, 0, 1]; // colours of classes, other ones than those of before and after first

/** Eigenvalues of a symmetric matrix, and the angle of the first axis. */
function axes([[a, b], [, d]]) {
  const [middle, radius] = [(a + d) / 2, Math.hypot((a - d) / 2, b)];
  const determinant = a * d - b * b;
  const large = middle + radius;
  return { values: [large, Math.max(0, determinant / large)], angle: 0.5 * Math.atan2(2 * b, a - d) };
}

/** A number that may be large: 118, 8.04e7; ∞ where there is none. */
export const big = (value) => (value === null ? '∞' : show(value));
