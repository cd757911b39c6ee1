/** Curves against the step: axes by Plotly, lines and playhead on a canvas. */
import { h } from './dom.js';
import { LAST_ROW, markerPath, toPixels } from './look.js';
import { arrange, ticks } from './panels.js';
import { span } from './ranges.js';

const ROOM = 230; // pixels: a narrower panel has no room for names

export class Curves {
  /** `panels(scene, log)` lists what is shown: get(run, k) the value, log its scale, title where it depends on these, also(run) further lines, at(run, k) its place on the axis where that is not k, and more. */
  constructor(Plotly, panels, onSeek) {
    this.given = Plotly;
    this.makePanels = panels;
    this.fade = 0.3; // how strong the lines are behind the playhead
    this.step = 0;
    this.large = false; // for the hall
    this.most = Infinity; // panels that are shown, the first ones
    this.beside = null; // columns; null for those of the figure
    this.columns = null; // those
    this.log = true;
    this.plot = h('div', { class: 'dl-plotly' });
    this.canvas = h('canvas', { class: 'dl-canvas', 'aria-hidden': 'true' });
    this.whole = document.createElement('canvas');
    this.painted = false; // whether the lines are on it
    this.root = h('div', { class: 'dl-curves' }, this.plot, this.canvas);
    new ResizeObserver(() => this.#fit()).observe(this.root);
    // A finger that goes up or down scrolls: only what moves sideways, or taps, is meant for the curves.
    const seek = (event) => event.buttons === 1 && this.#seek(event, onSeek);
    let began = null;
    const sideways = ({ pointerType, clientX, clientY }) =>
      pointerType !== 'touch' || (began && Math.abs(clientX - began[0]) > 2 * Math.abs(clientY - began[1]));
    this.root.addEventListener('pointerdown', (event) => {
      began = [event.clientX, event.clientY];
      if (event.pointerType !== 'touch') seek(event);
    });
    this.root.addEventListener('pointermove', (event) => sideways(event) && seek(event));
    this.root.addEventListener('click', (event) => this.#seek(event, onSeek));
  }

  /** It may have been on its way when this was built. */
  get Plotly() {
    return this.given ?? window.Plotly;
  }

  async setFigure(figure, theme) {
    this.theme = theme;
    const { data, layout } = structuredClone(figure);
    const size = this.large ? LAST_ROW : 11;
    Object.assign(layout, { paper_bgcolor: 'rgba(0,0,0,0)', plot_bgcolor: 'rgba(0,0,0,0)' });
    layout.font = { ...layout.font, color: theme.text, family: theme.font, size };
    const shown = Math.min(data.length, this.most);
    for (const key of Object.keys(layout)) {
      const [, n] = /^[xy]axis(\d*)$/.exec(key) ?? [];
      if (n === undefined) continue;
      if (Number(n || 1) > shown) delete layout[key];
      else layout[key].gridcolor = theme.grid;
      if (key.startsWith('x') && layout[key]) layout[key].ticklabelstandoff = this.large ? 12 : 5; // clear of the lowest one of the other axis
    }
    layout.annotations = (layout.annotations ?? []).slice(0, shown);
    for (const key of Object.keys(layout)) if (/^[xy]axis/.test(key)) delete layout[key].matches; // one of them may be gone
    this.titles = layout.annotations.map(({ text }) => text);
    this.columns ??= new Set(data.slice(0, shown).map((_, i) => layout[`xaxis${i ? i + 1 : ''}`].domain[0])).size;
    for (const note of layout.annotations) note.font = { size: this.#letters };
    layout.margin = this.large ? { l: 84, r: 10, t: 34, b: 48 } : { l: 44, r: 8, t: 20, b: 25 };
    Object.assign(layout, this.#room());
    this.margin = layout.margin;
    for (const [path, value] of Object.entries(this.#arranged())) put(layout, path, value);
    this.ranges = '';
    await this.Plotly.react(this.plot, data.slice(0, shown), layout, { displayModeBar: false, staticPlot: true });
    this.#size();
    if (this.scene) await this.setScene(this.scene);
  }

  /**
   * New data. Axes are laid out again only when a range, rounded to a nice one, has changed. While a slider is held (`steady`)
   * they only grow: the lines move and not the axes, which cost Plotly more than all the rest.
   */
  async setScene(scene, steady = false) {
    this.scene = scene;
    const panels = this.makePanels(scene, this.log)
      .slice(0, this.most)
      .map((panel) => ({ ...panel, ...span(panel, scene) }));
    this.panels = steady ? panels.map((panel, i) => around(panel, this.panels?.[i])) : panels;
    const { first = 0, pad = 0 } = scene;
    const layout = {};
    this.panels.forEach(({ log, low, high }, i) => {
      const n = i ? i + 1 : '';
      layout[`xaxis${n}.range`] = [first - pad, first + scene.steps * scene.stride + pad];
      layout[`yaxis${n}.type`] = log ? 'log' : 'linear';
      layout[`yaxis${n}.range`] = [low, high];
      if (scene.steps <= 20 && scene.stride === 1)
        // what counts a few things has no ticks between them
        Object.assign(layout, {
          [`xaxis${n}.tick0`]: first,
          [`xaxis${n}.dtick`]: Math.ceil(scene.steps / (this.large ? 4 : 6)),
        });
      const own = log ? ticks(low, high, this.#ticks) : { tickvals: null, ticktext: null };
      layout[`yaxis${n}.tickmode`] = log ? 'array' : 'auto';
      layout[`yaxis${n}.tickvals`] = own.tickvals;
      layout[`yaxis${n}.ticktext`] = own.ticktext;
    });
    const titles = this.titles?.map((title, i) => this.panels[i]?.title ?? title) ?? [];
    if (titles.join() !== this.titles?.join()) {
      this.titles = titles;
      Object.assign(layout, this.#arranged());
    }
    const ranges = JSON.stringify(layout);
    if (ranges !== this.ranges && this.plot._fullLayout) {
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
    const room = this.#room();
    if (!this.plot._fullLayout || !room.width) return;
    const places = this.titles?.length ? this.#arranged() : {};
    const moved = { annotations: structuredClone(this.plot.layout?.annotations ?? []) }; // as a whole: a title's second line would stay behind
    const layout = { ...room };
    for (const [path, value] of Object.entries(places)) {
      if (path.startsWith('annotations')) put(moved, path, value);
      else layout[path] = value;
    }
    this.Plotly.relayout(this.plot, this.titles?.length ? { ...layout, ...moved } : layout);
    this.#size();
    if (this.scene)
      this.setScene(this.scene, true); // fewer labels may fit
    else this.#paint();
  }

  /** How many labels fit above one another in a panel. */
  get #ticks() {
    const rows = Math.ceil(this.panels.length / (this.columns ?? 1));
    const room = this.room.height / rows - (this.large ? 82 : 45);
    return Math.max(1, Math.min(this.large ? 3 : 4, Math.floor(room / (this.#letters * 1.6))));
  }

  get #letters() {
    return this.large ? LAST_ROW : 12;
  }

  /** The panels in the room there is. */
  #arranged() {
    const context = this.canvas.getContext('2d');
    context.font = `${this.#letters}px ${this.theme.font}`;
    return arrange({
      titles: this.titles,
      columns: this.beside ?? this.columns,
      ...this.room,
      margin: this.margin,
      size: this.#letters,
      measure: (text) => context.measureText(text).width,
    });
  }

  /** Read where it may have changed, and not with new data: to ask for it lays out the whole page. */
  #room() {
    this.room = { width: this.root.clientWidth, height: this.root.clientHeight };
    return this.room;
  }

  #size() {
    this.ratio = window.devicePixelRatio || 1;
    for (const canvas of [this.canvas, this.whole]) {
      canvas.width = this.room.width * this.ratio;
      canvas.height = this.room.height * this.ratio;
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

  #paint() {
    if (!this.scene || !this.whole.width) return;
    this.painted = false;
    this.draw();
  }

  /** The lines of a panel at full length. */
  #lines(context, panel, whole) {
    context.save();
    context.beginPath();
    context.rect(whole.left, whole.top - 2, whole.width + 2, whole.height + 4);
    context.clip();
    for (const run of this.scene.runs) {
      const axes = panel.at ? { ...whole, across: (k) => whole.across(panel.at(run, k)) } : whole;
      context.strokeStyle = context.fillStyle = run.style.colour;
      if (panel.band) this.#band(context, panel.band(run), axes);
      context.lineWidth = this.large ? 3.5 : 2;
      context.setLineDash(run.style.dash);
      this.#line(context, run, panel.get, panel.top ?? panel.get, axes);
      for (const values of panel.also?.(run) ?? []) {
        context.lineWidth = this.large ? 2 : 1;
        context.setLineDash([]);
        const get = (_run, k) => values[k];
        this.#line(context, run, get, get, axes);
      }
      if (panel.theory) this.#theory(context, run, panel, axes);
      if (panel.marks) this.#marks(context, panel.marks(run), axes);
    }
    context.restore();
  }

  /** What each line is called, beside its end; pushed apart where ends meet. Nothing where there is one line, or too many. */
  #names(context, panel, { top, left, width, height, across, down }) {
    const { runs, steps } = this.scene;
    const size = this.large ? LAST_ROW : 12;
    const share = (runs.length * size * 1.15) / height; // of the panel that they cover
    if (runs.length < 2 || share > (panel === this.panels[0] ? 1 : 0.6) || !runs.every((run) => run.name)) return;
    context.save();
    context.font = `600 ${size}px ${this.theme.font}`;
    context.textAlign = 'right';
    context.lineJoin = 'round';
    const placed = runs.map((run) => {
      let k = steps;
      const at = (j) => panel.at?.(run, j) ?? j;
      while (k > 0 && !(Number.isFinite(panel.get(run, k)) && at(k) <= steps)) k -= 1; // lost, or beyond the axis, from there on
      const y = Math.min(top + height, Math.max(top, down(panel.get(run, k)) || top));
      const wide = Math.min(width, context.measureText(run.name).width); // a longer one is set narrower
      return { run, x: Math.max(left + wide, Math.min(left + width, across(at(k))) - (this.large ? 14 : 9)), y: y - 5 };
    });
    placed.sort((a, b) => a.y - b.y);
    const gap = size * 1.15;
    placed.forEach((name, i) => {
      name.y = Math.max(name.y, i ? placed[i - 1].y + gap : top + size);
    });
    for (let i = placed.length - 1; i >= 0; i -= 1) {
      placed[i].y = Math.min(placed[i].y, i === placed.length - 1 ? top + height - 4 : placed[i + 1].y - gap);
    }
    for (const { run, x, y } of placed) {
      context.strokeStyle = this.theme.background;
      context.lineWidth = this.large ? 6 : 4;
      context.strokeText(run.name, x, y, width);
      context.fillStyle = run.style.colour;
      context.fillText(run.name, x, y, width);
    }
    context.restore();
  }

  /**
   * With the playhead at the end the lines are drawn as they are. Before it they are drawn off screen once: a frame then only
   * copies what is left and right of the playhead.
   */
  draw() {
    if (!this.scene || !this.canvas.width) return;
    const context = this.#clear(this.canvas);
    const atEnd = this.step >= this.scene.steps;
    if (!atEnd && !this.painted) {
      const hidden = this.#clear(this.whole);
      this.#each((panel, axes) => this.#lines(hidden, panel, axes));
      this.painted = true;
    }
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
    this.#each((panel, axes) => {
      const { left, top, width, height, across } = axes;
      const now = panel.at ? left + width + 2 : across(this.step); // one step is at another place for each run
      if (atEnd) this.#lines(context, panel, axes);
      else {
        copy(left, top - 2, now, top + height + 2, 1);
        copy(now, top - 2, left + width + 2, top + height + 2, this.fade);
      }
      context.globalAlpha = panel.at ? 0 : 0.55;
      context.fillStyle = this.theme.text;
      context.fillRect(now - 0.5, top, 1, height);
      context.globalAlpha = 1;
      if (panel.names !== false && (width >= ROOM || panel === this.panels[0])) this.#names(context, panel, axes);
      if (panel.heads || panel.at) this.#heads(context, panel, axes);
    });
  }

  #heads(context, panel, { across, down, left, top, width, height }) {
    for (const run of this.scene.runs) {
      const x = across(panel.at?.(run, this.step) ?? this.step);
      const y = down(panel.get(run, this.step));
      if (!(y >= top - 2 && y <= top + height + 2 && x <= left + width + 2)) continue;
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
      const inside = !panel.at && px >= left - 6 && px <= left + width + 6 && py >= top && py <= top + height;
      if (inside) onSeek((px - across(0)) / (across(1) - across(0)));
    });
  }
}

/** A panel whose axis reaches as far as that of the one before. */
function around(panel, before) {
  if (before?.log !== panel.log) return panel;
  return { ...panel, low: Math.min(panel.low, before.low), high: Math.max(panel.high, before.high) };
}

/** Set layout.xaxis.domain by the name 'xaxis.domain', as Plotly's relayout does. */
function put(layout, path, value) {
  const parts = path.replace(/\[(\d+)\]/g, '.$1').split('.');
  const last = parts.pop();
  parts.reduce((at, part) => (at[part] ??= {}), layout)[last] = value;
}
