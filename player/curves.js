/** Loss, learning rate, gradient norm and distance against the step: axes by Plotly, lines and playhead on a canvas. */
import { h, perFrame } from './dom.js';

const DEEPEST = 1e-16; // below this a loss is zero for the eye
const TALLEST = 1e4; // a diverging run is drawn up to this multiple of the largest start

export class Curves {
  constructor(Plotly, onSeek) {
    this.Plotly = Plotly;
    this.step = 0;
    this.log = true;
    this.plot = h('div', { class: 'dl-plotly' });
    this.canvas = h('canvas', { class: 'dl-canvas', 'aria-hidden': 'true' });
    this.root = h('div', { class: 'dl-curves' }, this.plot, this.canvas);
    this.redraw = perFrame(() => this.draw());
    new ResizeObserver(() => this.#fit()).observe(this.root);
    const seek = (event) => event.buttons === 1 && this.#seek(event, onSeek);
    this.root.addEventListener('pointerdown', seek);
    this.root.addEventListener('pointermove', seek);
  }

  async setFigure(figure, theme) {
    this.theme = theme;
    const { data, layout } = structuredClone(figure);
    const size = this.large ? 16 : 11;
    Object.assign(layout, { paper_bgcolor: 'rgba(0,0,0,0)', plot_bgcolor: 'rgba(0,0,0,0)' });
    layout.font = { ...layout.font, color: theme.text, family: theme.font, size };
    for (const note of layout.annotations ?? []) note.font = { size: size + 1 };
    for (const key of Object.keys(layout)) if (/^[xy]axis\d*$/.test(key)) layout[key].gridcolor = theme.grid;
    if (this.large) layout.margin = { ...layout.margin, t: 26, l: 56 };
    layout.width = this.root.clientWidth;
    layout.height = this.root.clientHeight;
    this.ranges = '';
    await this.Plotly.react(this.plot, data, layout, { displayModeBar: false, staticPlot: true });
    this.#size();
    if (this.scene) await this.setScene(this.scene);
  }

  /** New data. Axes are laid out again only when a range, rounded to a nice one, has changed. */
  async setScene(scene) {
    this.scene = scene;
    const series = this.#series();
    const layout = { 'xaxis.range': [0, scene.steps] };
    series.forEach(({ log, low, high }, i) => {
      const n = i ? i + 1 : '';
      layout[`xaxis${n}.range`] = [0, scene.steps];
      layout[`yaxis${n}.type`] = log ? 'log' : 'linear';
      layout[`yaxis${n}.range`] = [low, high];
      const decades = log && high - low > 1; // whole decades get the ticks, and few of them
      layout[`yaxis${n}.tickmode`] = decades ? 'linear' : 'auto';
      layout[`yaxis${n}.dtick`] = decades ? Math.ceil((high - low) / 4) : null;
    });
    const ranges = JSON.stringify(layout);
    this.draw(); // the new lines on the old axes now, on the new axes as soon as they are there
    if (ranges === this.ranges) return;
    this.ranges = ranges;
    await this.Plotly.relayout(this.plot, layout);
    this.draw();
  }

  setStep(step) {
    this.step = step;
    this.draw();
  }

  setLog(log) {
    this.log = log;
    if (this.scene) this.setScene(this.scene);
  }

  /** What each panel shows: values(run)[k], on which scale, over which nice range. */
  #series() {
    const { runs, lowest } = this.scene;
    const gap = this.log && lowest !== null;
    const panels = [
      { get: (run, k) => (gap ? run.gap[k] : run.f[k]), log: gap },
      { get: (run, k) => run.lr[Math.min(k, run.lr.length - 1)], log: this.log },
      { get: (run, k) => run.grad_norm[k], log: this.log },
      { get: (run, k) => run.distance[k], log: this.log },
    ];
    for (const panel of panels) Object.assign(panel, span(panel, runs));
    this.panels = panels;
    return panels;
  }

  #fit() {
    if (!this.theme || !this.root.clientWidth) return;
    this.Plotly.relayout(this.plot, { width: this.root.clientWidth, height: this.root.clientHeight });
    this.#size();
    this.draw();
  }

  #size() {
    this.ratio = window.devicePixelRatio || 1;
    this.canvas.width = this.root.clientWidth * this.ratio;
    this.canvas.height = this.root.clientHeight * this.ratio;
  }

  draw() {
    const full = this.plot._fullLayout;
    if (!full?.xaxis?.l2p || !this.panels) return;
    const context = this.canvas.getContext('2d');
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.panels.forEach((panel, i) => this.#panel(context, full, panel, i ? i + 1 : ''));
  }

  #panel(context, full, panel, n) {
    const [x, y] = [full[`xaxis${n}`], full[`yaxis${n}`]];
    if (!x || !y || y.type !== (panel.log ? 'log' : 'linear')) return;
    const [ax, bx] = [x.l2p(1) - x.l2p(0), x.l2p(0) + x._offset];
    const [ay, by] = [y.l2p(1) - y.l2p(0), y.l2p(0) + y._offset];
    const pixel = (value) => by + ay * (panel.log ? Math.log10(Math.max(value, 1e-300)) : value);
    context.save();
    context.beginPath();
    context.rect(x._offset, y._offset - 2, x._length + 2, y._length + 4);
    context.clip();
    for (const run of this.scene.runs) {
      context.strokeStyle = run.style.colour;
      context.lineWidth = this.large ? 3.5 : 2;
      context.setLineDash(run.style.dash);
      context.globalAlpha = 0.3;
      this.#line(context, run, panel, pixel, ax, bx, this.step, this.scene.steps, x._length);
      context.globalAlpha = 1;
      this.#line(context, run, panel, pixel, ax, bx, 0, this.step, x._length);
    }
    context.setLineDash([]);
    context.strokeStyle = this.theme.text;
    context.globalAlpha = 0.55;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(ax * this.step + bx, y._offset);
    context.lineTo(ax * this.step + bx, y._offset + y._length);
    context.stroke();
    context.restore();
  }

  /** A polyline from step a to step b; long runs keep the lowest and highest value of each pixel column. */
  #line(context, run, panel, pixel, ax, bx, a, b, width) {
    if (b <= a) return;
    const stride = Math.max(1, Math.floor(this.scene.steps / (2 * width)));
    context.beginPath();
    for (let k = a; k <= b; k += stride) {
      let [low, high] = [Infinity, -Infinity];
      for (let j = k; j < k + stride && j <= b; j += 1) {
        const py = Math.min(1e5, Math.max(-1e5, pixel(panel.get(run, j))));
        if (py < low) low = py;
        if (py > high) high = py;
      }
      if (k === a) context.moveTo(ax * k + bx, low);
      else context.lineTo(ax * k + bx, low);
      if (high !== low) context.lineTo(ax * k + bx, high);
    }
    context.stroke();
  }

  #seek(event, onSeek) {
    const full = this.plot._fullLayout;
    const box = this.root.getBoundingClientRect();
    const [px, py] = [event.clientX - box.left, event.clientY - box.top];
    for (const n of ['', 2, 3, 4]) {
      const [x, y] = [full[`xaxis${n}`], full[`yaxis${n}`]];
      const inside = px >= x._offset - 6 && px <= x._offset + x._length + 6 && py >= y._offset && py <= y._offset + y._length;
      if (inside) onSeek(x.p2l(px - x._offset));
    }
  }
}

/** The range of one panel, rounded outward: whole decades on a log axis, two digits on a linear one. */
function span({ get, log }, runs) {
  let [low, high, first] = [Infinity, -Infinity, 0];
  for (const run of runs) {
    const count = run.f.length;
    const stride = Math.max(1, Math.floor(count / 1000));
    first = Math.max(first, Math.abs(get(run, 0)));
    for (let k = 0; k < count; k += stride) {
      const value = get(run, k);
      if (!Number.isFinite(value) || (log && value < DEEPEST)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  high = Math.min(high, TALLEST * (first || 1));
  low = Math.max(low, -TALLEST * (first || 1));
  if (!(low <= high)) return log ? { low: -1, high: 1 } : { low: 0, high: 1 };
  if (log) return { low: Math.floor(Math.log10(low) - 0.05), high: Math.ceil(Math.log10(high) + 0.05) };
  const unit = 10 ** Math.floor(Math.log10(Math.max(high - low, 1e-9 * Math.abs(high), 1e-12))) / 2;
  return { low: Math.floor(low / unit - 0.1) * unit, high: Math.ceil(high / unit + 0.1) * unit };
}
