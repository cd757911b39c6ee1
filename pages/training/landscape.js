/** The loss over a plane through the weights, with every run's path on it, and what share of the runs lies in the plane. */
import { h, show } from '../../player/dom.js';
import { LEVELS, heights } from '../../player/heights.js';
import { badge, markerPath } from '../../player/look.js';
import { Feed } from '../../player/wire.js';

export const COARSE = 16; // points along each side while a slider moves
const REST = 180; // milliseconds without a newer answer before the fine picture is asked for
const pause = (time) => new Promise((done) => setTimeout(done, time));

/** A figure of the page: canvas, a sentence, and the shares of the principal directions. */
export class Landscape {
  constructor(words, { base, language }) {
    this.words = words;
    this.feed = new Feed(`${base}api/training?lang=${language}&format=bin&fields=plane&`);
    this.canvas = h('canvas', {
      class: 'dl-terrain',
      role: 'img',
      'aria-label': words('The loss over a plane through the weights'),
    });
    this.caption = h('figcaption', {});
    this.shares = h('canvas', {
      class: 'dl-spectrum',
      role: 'img',
      'aria-label': words('Shares of the principal directions, beside those of a random walk'),
    });
    this.said = h('p', { class: 'dl-help' });
    this.away = h('div', { class: 'dl-away' });
    this.root = h(
      'figure',
      { class: 'dl-landscape', hidden: true },
      this.caption,
      this.canvas,
      h('div', { class: 'dl-aside' }, this.said, this.shares, this.away)
    );
    this.shown = this.ground = this.theme = null;
    this.runs = this.rows = [];
    this.frame = { left: 0, top: 0, side: 0 };
    this.step = 0;
    this.ratio = 1;
    this.first = '';
    new ResizeObserver(() => this.#paint()).observe(this.canvas);
  }

  /**
   * The plane of an experiment: a coarse one at once, the whole one when no newer answer has come for a moment. `current` says
   * whether it is still wanted. What the answer has already, as in an exported file, is not asked for.
   */
  async follow(answer, query, plane, offline, current) {
    const wanted = plane.key !== 'none';
    this.root.hidden = !wanted || (offline && answer.query !== (this.first ||= answer.query));
    if (!wanted) this.shown = null;
    if (this.root.hidden) return;
    if (answer.arrays.plane) {
      this.#take(answer);
      return;
    }
    const { size } = plane.params;
    const sizes = size > COARSE ? [COARSE, size] : [size];
    for (const points of sizes) {
      if (points !== sizes[0]) await pause(REST);
      if (!current()) return;
      const finer = await this.feed.ask(query({ key: plane.key, params: { ...plane.params, size: points } }));
      if (!finer || !current()) return;
      this.#take(finer);
    }
  }

  #take({ header, arrays }) {
    const { plane, runs } = header;
    const grid = Float32Array.from(arrays.plane, (value) => (Number.isFinite(value) ? value : NaN));
    const size = Math.round(Math.sqrt(grid.length));
    const paths = runs.flatMap((run, i) =>
      arrays[`plane${i}.at`] ? [{ run: i, steps: run.at, at: arrays[`plane${i}.at`], off: arrays[`plane${i}.off`] }] : []
    );
    this.shown = { plane, size, paths, total: runs.length, ...heights({ grid, lowest: 0 }) };
    this.#paint();
  }

  /** The runs with their styles and names, and the theme. */
  set({ runs, theme }) {
    Object.assign(this, { runs, theme });
    this.#paint();
  }

  setStep(step) {
    this.step = step;
    this.#draw();
  }

  // Drawing --------------------------------------------------------------------------------------------------------

  /** What does not move: the ground, off screen, and the words. */
  #paint() {
    if (!this.shown || !this.theme || this.root.hidden || !this.canvas.clientWidth) return;
    const ratio = window.devicePixelRatio || 1;
    const side = Math.min(this.canvas.clientWidth, this.canvas.clientHeight);
    this.ground = document.createElement('canvas');
    for (const canvas of [this.canvas, this.ground]) {
      Object.assign(canvas, { width: this.canvas.clientWidth * ratio, height: this.canvas.clientHeight * ratio });
    }
    this.ratio = ratio;
    this.frame = { left: (this.canvas.clientWidth - side) / 2, top: (this.canvas.clientHeight - side) / 2, side };
    const context = this.ground.getContext('2d');
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    fill(context, this.shown, this.frame, this.theme);
    lines(context, this.shown, this.frame, this.theme);
    this.#words();
    this.#spectrum();
    this.#draw();
  }

  #words() {
    const _ = this.words;
    const { plane, paths, total } = this.shown;
    this.caption.textContent =
      plane.key === 'pca'
        ? _('The loss over the two principal directions of the runs, through the end of the first')
        : _('The loss over two random directions, filter-normalised, around the end of the first run');
    const percent = (share) => `${show(100 * share, 3)} %`;
    const parts = [
      _('This plane holds {share} of the variance of the recorded weights.').replace('{share}', percent(plane.explained)),
      _('Random walks recorded at the same steps have {share} in two directions.').replace(
        '{share}',
        percent(plane.walk[0] + (plane.walk[1] ?? 0))
      ),
      _('The loss is over {n} training samples.').replace('{n}', String(plane.samples)),
    ];
    if (paths.length < total) parts.push(_('Runs with other parts of the network have another loss and are left out.'));
    this.said.textContent = parts.join(' ');
    this.rows = paths.map(({ run }) => {
      const text = h('span', {});
      const style = this.runs[run]?.style;
      return { text, row: h('div', {}, style ? badge(style) : null, text) };
    });
    this.away.replaceChildren(...this.rows.map(({ row }) => row));
  }

  /** Bars of the runs' shares, and the random walk's as lines over them. */
  #spectrum() {
    const { clientWidth: width, clientHeight: height } = this.shares;
    if (!width) return;
    const _ = this.words;
    Object.assign(this.shares, { width: width * this.ratio, height: height * this.ratio });
    const context = this.shares.getContext('2d');
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    const { plane } = this.shown;
    const size = this.theme.strong ? 18 : 11;
    const [foot, head] = [height - size - 6, size + 8];
    const cell = width / plane.shares.length;
    const up = (share) => (foot - head) * share;
    context.font = `${size}px ${this.theme.font}`;
    context.textAlign = 'center';
    plane.shares.forEach((share, k) => {
      const x = k * cell;
      context.fillStyle = this.theme.dark ? '#5d7db0' : '#8fb0d3';
      context.fillRect(x + 0.2 * cell, foot - up(share), 0.6 * cell, up(share));
      context.fillStyle = this.theme.text;
      context.fillRect(x + 0.1 * cell, foot - up(plane.walk[k]) - 1, 0.8 * cell, 2);
      context.globalAlpha = 0.75;
      context.fillText(String(k + 1), x + cell / 2, height - 3);
      context.fillText(`${show(100 * share, 2)} %`, x + cell / 2, Math.min(foot - up(share), foot - up(plane.walk[k])) - 5);
      context.globalAlpha = 1;
    });
    context.textAlign = 'right';
    context.fillText(_('bars: these runs, lines: random walks'), width - 2, size);
  }

  #draw() {
    if (!this.shown || !this.ground || this.root.hidden) return;
    const context = this.canvas.getContext('2d');
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    context.drawImage(this.ground, 0, 0);
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    const { left, top, side } = this.frame;
    context.save();
    context.beginPath();
    context.rect(left, top, side, side);
    context.clip();
    const place = mapping(this.shown.plane, this.frame);
    const drawn = this.shown.paths.filter(({ run }) => this.runs[run]);
    for (const path of drawn) trail(context, path, this.step, place, this.runs[path.run].style, this.theme);
    for (const path of drawn) head(context, path, this.step, place, this.runs[path.run].style, this.theme);
    context.restore();
    const _ = this.words;
    this.shown.paths.forEach(({ run, steps, off }, i) => {
      const [k, share] = between(steps, this.step);
      const far = off[k] + ((off[k + 1] ?? off[k]) - off[k]) * share;
      if (!this.rows[i]) return;
      this.rows[i].text.textContent = _('{run}: {distance} off the plane')
        .replace('{run}', this.runs[run]?.name ?? '')
        .replace('{distance}', show(far < 1e-5 ? 0 : far, 3));
    });
  }
}

/** The plane of an experiment by its key, for the menu. */
export const planes = (_) => [
  ['none', _('no landscape')],
  ['pca', _('landscape: the runs’ own directions')],
  ['random', _('landscape: random directions')],
];

/** The last recorded step that is not after `step`, and the way to the next as a share. */
export function between(steps, step) {
  let k = 0;
  while (k < steps.length - 1 && steps[k + 1] <= step) k += 1;
  const gap = (steps[k + 1] ?? steps[k]) - steps[k];
  return [k, gap ? Math.min(1, (step - steps[k]) / gap) : 0];
}

/** From a place on the plane to pixels. */
function mapping({ x, y }, { left, top, side }) {
  return (at, k) => [
    left + ((at[2 * k] - x[0]) / (x[1] - x[0])) * side,
    top + side - ((at[2 * k + 1] - y[0]) / (y[1] - y[0])) * side,
  ];
}

/** The pale ground: heights as colours, smoothed. */
function fill(context, { z, size, low, high }, { left, top, side }, theme) {
  const image = new ImageData(size, size);
  const stops = theme.scale.map(([share, colour]) => [share, rgb(colour)]);
  z.forEach((value, i) => {
    if (Number.isNaN(value)) return; // not finite: the page's own ground
    const share = high > low ? (value - low) / (high - low) : 0;
    const [row, column] = [size - 1 - Math.floor(i / size), i % size];
    image.data.set([...shade(stops, share), 255], 4 * (row * size + column));
  });
  const small = new OffscreenCanvas(size, size);
  small.getContext('2d').putImageData(image, 0, 0);
  context.imageSmoothingQuality = 'high';
  // The first and last points lie on the edge, so half a cell beyond it is cut off.
  const cut = 0.5;
  context.drawImage(small, cut, cut, size - 1, size - 1, left, top, side, side);
}

function shade(stops, share) {
  const i = stops[1][0] < share ? 1 : 0;
  const [[a, from], [b, to]] = [stops[i], stops[i + 1]];
  return from.map((part, k) => Math.round(part + ((to[k] - part) * (share - a)) / (b - a)));
}

const rgb = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

/** Contour lines by marching squares, at levels evenly spread over the heights. */
function lines(context, { z, size, low, high }, { left, top, side }, theme) {
  const step = side / (size - 1);
  const [across, down] = [(column) => left + column * step, (row) => top + side - row * step];
  context.strokeStyle = theme.line;
  context.lineWidth = theme.strong ? 1.4 : 1;
  context.beginPath();
  for (let n = 0; n < LEVELS; n += 1) {
    const level = low + ((high - low) * (n + 0.5)) / LEVELS;
    for (let row = 0; row < size - 1; row += 1) {
      for (let column = 0; column < size - 1; column += 1) {
        segments(z, size, row, column, level, (x0, y0, x1, y1) => {
          context.moveTo(across(x0), down(y0));
          context.lineTo(across(x1), down(y1));
        });
      }
    }
  }
  context.stroke();
}

/** Call `put` for the pieces of one level within one cell: x and y in columns and rows. */
export function segments(z, size, row, column, level, put) {
  const corners = [
    [column, row],
    [column + 1, row],
    [column + 1, row + 1],
    [column, row + 1],
  ];
  const values = corners.map(([x, y]) => z[y * size + x]);
  if (values.some(Number.isNaN)) return;
  const crossings = [];
  for (let i = 0; i < 4; i += 1) {
    const j = (i + 1) % 4;
    if (values[i] < level === values[j] < level) continue;
    const share = (level - values[i]) / (values[j] - values[i]);
    crossings.push([
      corners[i][0] + share * (corners[j][0] - corners[i][0]),
      corners[i][1] + share * (corners[j][1] - corners[i][1]),
    ]);
  }
  for (let i = 0; i + 1 < crossings.length; i += 2) put(...crossings[i], ...crossings[i + 1]);
}

/** A run's path: as far as the playhead, and what is to come, faded. */
function trail(context, { steps, at }, step, place, style, theme) {
  const [k, share] = between(steps, step);
  const [here, next] = [place(at, k), place(at, Math.min(k + 1, steps.length - 1))];
  const now = here.map((part, i) => part + (next[i] - part) * share);
  context.strokeStyle = style.colour;
  context.lineJoin = 'round';
  const draw = (from, to, points, alpha) => {
    context.globalAlpha = alpha;
    context.beginPath();
    if (points.before) context.moveTo(...points.before);
    for (let i = from; i <= to; i += 1) context.lineTo(...place(at, i));
    if (points.after) context.lineTo(...points.after);
    context.stroke();
  };
  context.lineWidth = theme.strong ? 4 : 2.5;
  context.setLineDash(style.dash);
  draw(k + 1, steps.length - 1, { before: now }, 0.3);
  draw(0, k, { after: now }, 1);
  context.setLineDash([]);
  context.globalAlpha = 1;
  context.lineWidth = 1.5;
  context.beginPath();
  context.arc(...place(at, 0), 5, 0, 2 * Math.PI);
  context.stroke();
}

function head(context, { steps, at }, step, place, style, theme) {
  const [k, share] = between(steps, step);
  const [here, next] = [place(at, k), place(at, Math.min(k + 1, steps.length - 1))];
  context.fillStyle = style.colour;
  context.strokeStyle = theme.background;
  context.lineWidth = 1.5;
  markerPath(context, style.marker, ...here.map((part, i) => part + (next[i] - part) * share), theme.strong ? 10 : 7);
  context.fill();
  context.stroke();
}
