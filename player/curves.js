/** Curves against the step: axes by Plotly, lines and playhead on a canvas. */
import { h } from './dom.js';
import { markerPath, toPixels } from './look.js';
import { span } from './ranges.js';

export class Curves {
  /** `panels(scene, log)` lists what is shown: get(run, k) the value, log its scale, title where it depends on these, and more. */
  constructor(Plotly, panels, onSeek) {
    this.given = Plotly;
    this.makePanels = panels;
    this.fade = 0.3; // how strong the lines are behind the playhead
    this.step = 0;
    this.large = false; // for the hall
    this.log = true;
    this.plot = h('div', { class: 'dl-plotly' });
    this.canvas = h('canvas', { class: 'dl-canvas', 'aria-hidden': 'true' });
    this.whole = document.createElement('canvas');
    this.root = h('div', { class: 'dl-curves' }, this.plot, this.canvas);
    new ResizeObserver(() => this.#fit()).observe(this.root);
    const seek = (event) => event.buttons === 1 && this.#seek(event, onSeek);
    this.root.addEventListener('pointerdown', seek);
    this.root.addEventListener('pointermove', seek);
  }

  /** It may have been on its way when this was built. */
  get Plotly() {
    return this.given ?? window.Plotly;
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

  /**
   * New data. Axes are laid out again only when a range, rounded to a nice one, has changed. While a slider is held (`steady`)
   * they only grow: the lines move and not the axes, which cost Plotly more than all the rest.
   */
  async setScene(scene, steady = false) {
    this.scene = scene;
    const panels = this.makePanels(scene, this.log).map((panel) => ({ ...panel, ...span(panel, scene) }));
    this.panels = steady ? panels.map((panel, i) => around(panel, this.panels?.[i])) : panels;
    const { first = 0 } = scene;
    const layout = {};
    this.panels.forEach(({ log, low, high }, i) => {
      const n = i ? i + 1 : '';
      layout[`xaxis${n}.range`] = [first, first + scene.steps * scene.stride];
      layout[`yaxis${n}.type`] = log ? 'log' : 'linear';
      layout[`yaxis${n}.range`] = [low, high];
      const decades = log && high - low > 1; // whole decades get the ticks, and few of them
      layout[`yaxis${n}.tickmode`] = decades ? 'linear' : 'auto';
      layout[`yaxis${n}.dtick`] = decades ? Math.ceil((high - low) / 4) : null;
    });
    this.panels.forEach(({ title }, i) => {
      if (title) layout[`annotations[${i}].text`] = title;
    });
    const ranges = JSON.stringify(layout);
    if (ranges !== this.ranges) {
      this.ranges = ranges;
      await this.Plotly.relayout(this.plot, layout);
    }
    this.#paint();
  }

  setStep(step) {
    if (step === this.step) return; // drawn with the scene
    this.step = step;
    this.draw();
  }

  setLog(log) {
    this.log = log;
    if (this.scene) this.setScene(this.scene);
  }

  #fit() {
    if (!this.theme || !this.root.clientWidth) return;
    this.Plotly.relayout(this.plot, { width: this.root.clientWidth, height: this.root.clientHeight });
    this.#size();
    this.#paint();
  }

  #size() {
    this.ratio = window.devicePixelRatio || 1;
    for (const canvas of [this.canvas, this.whole]) {
      canvas.width = this.root.clientWidth * this.ratio;
      canvas.height = this.root.clientHeight * this.ratio;
    }
  }

  #clear(canvas) {
    const context = canvas.getContext('2d');
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    return context;
  }

  /** Call `show(panel, axes)` for each panel laid out: its rectangle, and the ways from a step and a value to pixels. */
  #each(show) {
    const full = this.plot._fullLayout;
    if (!full?.xaxis?.l2p || !this.panels) return;
    this.panels.forEach((panel, i) => {
      const [x, y] = [full[`xaxis${i ? i + 1 : ''}`], full[`yaxis${i ? i + 1 : ''}`]];
      if (!x || !y || y.type !== (panel.log ? 'log' : 'linear')) return;
      const [[ax, bx], [ay, by]] = [toPixels(x), toPixels(y)];
      const high = (value) => by + ay * (panel.log ? Math.log10(Math.max(value, 1e-300)) : value);
      show(panel, {
        left: x._offset,
        top: y._offset,
        width: x._length,
        height: y._length,
        across: (step) => ax * ((this.scene.first ?? 0) + step * this.scene.stride) + bx,
        down: (value) => Math.min(1e5, Math.max(-1e5, high(value))),
      });
    });
  }

  /** The lines at full length, off screen: a frame then only copies what is left and right of the playhead. */
  #paint() {
    if (!this.scene || !this.whole.width) return;
    const context = this.#clear(this.whole);
    this.#each((panel, axes) => {
      context.save();
      context.beginPath();
      context.rect(axes.left, axes.top - 2, axes.width + 2, axes.height + 4);
      context.clip();
      for (const run of this.scene.runs) {
        context.strokeStyle = context.fillStyle = run.style.colour;
        if (panel.band) this.#band(context, panel.band(run), axes);
        context.lineWidth = this.large ? 3.5 : 2;
        context.setLineDash(run.style.dash);
        this.#line(context, run, panel.get, panel.top ?? panel.get, axes);
        if (panel.theory) this.#theory(context, run, panel, axes);
        if (panel.marks) this.#marks(context, panel.marks(run), axes);
      }
      context.restore();
    });
    this.draw();
  }

  draw() {
    if (!this.scene || !this.canvas.width) return;
    const context = this.#clear(this.canvas);
    const copy = (left, top, right, bottom, alpha) => {
      const [x, y, x2, y2] = [left, top, right, bottom].map((length) => Math.max(0, Math.round(length * this.ratio)));
      if (x2 <= x || y2 <= y) return;
      context.globalAlpha = alpha;
      context.drawImage(
        this.whole,
        x,
        y,
        x2 - x,
        y2 - y,
        x / this.ratio,
        y / this.ratio,
        (x2 - x) / this.ratio,
        (y2 - y) / this.ratio
      );
    };
    this.#each((panel, { left, top, width, height, across, down }) => {
      const now = across(this.step);
      copy(left, top - 2, now, top + height + 2, 1);
      copy(now, top - 2, left + width + 2, top + height + 2, this.fade);
      context.globalAlpha = 0.55;
      context.fillStyle = this.theme.text;
      context.fillRect(now - 0.5, top, 1, height);
      context.globalAlpha = 1;
      if (panel.heads) this.#heads(context, panel, now, down, top, height);
    });
  }

  #heads(context, panel, x, down, top, height) {
    for (const run of this.scene.runs) {
      const y = down(panel.get(run, this.step));
      if (!(y >= top - 2 && y <= top + height + 2)) continue;
      context.fillStyle = run.style.colour;
      context.strokeStyle = this.theme.background;
      context.lineWidth = 1.5;
      markerPath(context, run.style.marker, x, y, this.large ? 9 : 6);
      context.fill();
      context.stroke();
    }
  }

  /** A polyline over all steps; long runs keep the lowest and highest value of each pixel column. */
  #line(context, run, get, top, { across, down, width }) {
    const { steps } = this.scene;
    const stride = Math.max(1, Math.floor(steps / (2 * width)));
    let begun = false;
    context.beginPath();
    for (let k = 0; k <= steps; k += stride) {
      let [low, high] = [Infinity, -Infinity];
      for (let j = k; j < k + stride && j <= steps; j += 1) {
        const [a, b] = [down(get(run, j)), down(top(run, j))];
        low = Math.min(low, a, b);
        high = Math.max(high, a, b);
      }
      if (!(low <= high)) continue; // not finite: lost from here on
      context[begun ? 'lineTo' : 'moveTo'](across(k), low);
      if (high !== low) context.lineTo(across(k), high);
      begun = true;
    }
    context.stroke();
  }

  /** What theory says, as a thin grey line over the measured one. */
  #theory(context, run, { theory }, axes) {
    context.save();
    context.strokeStyle = this.theme.text;
    context.lineWidth = 1;
    context.globalAlpha = 0.7;
    context.setLineDash([2, 3]);
    this.#line(context, run, theory, theory, axes);
    context.restore();
  }

  /** Values that somebody else has printed, as crosses. */
  #marks(context, values, { across, down }) {
    context.save();
    context.setLineDash([]);
    context.strokeStyle = this.theme.text;
    context.lineWidth = 1.5;
    context.beginPath();
    values.forEach((value, k) => {
      const [x, y] = [across(k), down(value)];
      context.moveTo(x - 5, y - 5);
      context.lineTo(x + 5, y + 5);
      context.moveTo(x - 5, y + 5);
      context.lineTo(x + 5, y - 5);
    });
    context.stroke();
    context.restore();
  }

  /** The spread over the seeds, as a pale area. */
  #band(context, [under, over], { across, down }) {
    const lost = under.findIndex((value) => !Number.isFinite(value));
    const end = lost < 0 ? this.scene.steps : lost - 1;
    const stride = Math.max(1, Math.floor(end / 1000));
    context.globalAlpha = 0.15;
    context.beginPath();
    for (let k = 0; k <= end; k += stride) context.lineTo(across(k), down(over[k]));
    for (let k = end - (end % stride); k >= 0; k -= stride) context.lineTo(across(k), down(under[k]));
    context.fill();
    context.globalAlpha = 1;
  }

  #seek(event, onSeek) {
    const box = this.root.getBoundingClientRect();
    const [px, py] = [event.clientX - box.left, event.clientY - box.top];
    this.#each((panel, { left, top, width, height, across }) => {
      const inside = px >= left - 6 && px <= left + width + 6 && py >= top && py <= top + height;
      if (inside) onSeek((px - across(0)) / (across(1) - across(0)));
    });
  }
}

/** A panel whose axis reaches as far as that of the one before. */
function around(panel, before) {
  if (before?.log !== panel.log) return panel;
  return { ...panel, low: Math.min(panel.low, before.low), high: Math.max(panel.high, before.high) };
}
