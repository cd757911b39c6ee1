/**
 * The main picture: contours drawn by Plotly, trails and heads on two canvases above them; or the surface in 3-D.
 * A frame adds to the trails what is new and redraws the heads; Plotly draws only when the surface, the zoom or the view
 * changes.
 */
import { h, perFrame } from './dom.js';
import { gaps, heights } from './heights.js';
import { LAST_ROW, markerPath, toPixels } from './look.js';

const FAR = 1e6; // pixels: a diverging path leaves the window long before
const QUIET = { displayModeBar: false, scrollZoom: true, doubleClick: false, responsive: false, showTips: false };
const HATCH = 8; // pixels between two lines where nothing is defined
const FRAME_3D = 80; // milliseconds between updates of a 3-D scene, which cost tens of them

const asRows = (flat, columns) =>
  Array.from({ length: flat.length / columns }, (_, r) => flat.subarray(r * columns, (r + 1) * columns));

export class Stage {
  /**
   * `start(scene)` is where it is now; `onStart(x, y, done)` is called while the start point is dragged, and once with done = true; `onReshape()` when the
   * window has taken another shape, so that the surface should be evaluated for another part of the plane.
   */
  constructor(Plotly, { start, onStart, onReshape, label }) {
    this.given = Plotly;
    this.start = start;
    this.onStart = onStart;
    this.onReshape = onReshape;
    this.step = 0;
    this.large = false; // for the hall
    /** @type {((context: CanvasRenderingContext2D, panel: any, runs: any[]) => void) | null} */
    this.over = null; // what a kind of page draws on top of each panel: its context, the panel, its runs
    this.plot = h('div', { class: 'dl-plotly' });
    this.canvas = h('canvas', { class: 'dl-canvas', 'aria-hidden': 'true' });
    this.handle = h('div', {
      class: 'dl-start',
      tabIndex: 0,
      role: 'button',
      'data-param': 'start',
      style: 'visibility:hidden', // until its place is known
      'aria-label': label,
      title: label,
    });
    this.trails = h('canvas', { class: 'dl-canvas', 'aria-hidden': 'true' });
    this.root = h('div', { class: 'dl-stage' }, this.plot, this.trails, this.canvas, this.handle);
    this.redraw = perFrame(() => this.draw());
    this.#listen();
    new ResizeObserver(() => this.#fit()).observe(this.root);
  }

  /** It may have been on its way when this was built. */
  get Plotly() {
    return this.given ?? window.Plotly;
  }

  /** Width over height of the drawing area. */
  #aspect() {
    const { clientWidth: width, clientHeight: height } = this.root;
    return width && height ? Math.min(5, Math.max(0.2, (width - 46) / (height - 32))) : 1.3;
  }

  /** The shape to evaluate the surface for; remembered, to notice when the window takes another one. */
  askShape() {
    this.shaped = this.#aspect();
    return this.shaped.toFixed(2);
  }

  /** Show another figure: a new view, surface or number of panels. */
  async setFigure(figure, view, scene, theme) {
    this.view = view;
    this.figure = figure;
    this.scene = scene;
    this.theme = theme;
    const { data, layout } = structuredClone(figure);
    this.#skin(layout);
    const flat = view !== '3d';
    this.canvas.hidden = this.trails.hidden = this.handle.hidden = !flat;
    if (flat) data.forEach((trace) => Object.assign(trace, this.#contour()));
    else this.#solid(data, layout);
    layout.width = this.root.clientWidth;
    layout.height = this.root.clientHeight;
    await this.Plotly.react(this.plot, data, layout, QUIET);
    if (this.bound !== this.plot.on) {
      this.bound = this.plot.on;
      this.plot.on('plotly_relayout', () => this.redraw());
      this.plot.on('plotly_relayouting', () => this.redraw());
    }
    this.#size();
    this.draw();
  }

  /** New paths on the same figure; a new grid only where the surface itself has moved. */
  setScene(scene, gridMoved) {
    this.scene = scene;
    if (this.view === '3d') {
      this.update3d(gridMoved);
      return;
    }
    if (gridMoved) {
      const update = this.#contour();
      const count = this.plot.data.length;
      this.Plotly.restyle(this.plot, { z: Array(count).fill(update.z), contours: update.contours });
    }
    this.draw();
  }

  setStep(step) {
    if (step === this.step) return; // drawn with the scene
    this.step = step;
    if (this.view === '3d') this.#throttled3d();
    else this.draw();
  }

  resetZoom() {
    if (this.view === '3d') {
      this.Plotly.relayout(this.plot, { 'scene.camera': this.figure.layout.scene.camera });
      return;
    }
    const update = {};
    for (const key of Object.keys(this.plot.layout)) {
      if (/^[xy]axis\d*$/.test(key)) update[`${key}.range`] = this.figure.layout[key].range.slice();
    }
    this.Plotly.relayout(this.plot, update);
  }

  // Plotly -----------------------------------------------------------------------------------------------------------

  #contour() {
    const { z, low, high, levels } = heights(this.scene);
    return {
      z: asRows(z, this.scene.columns),
      colorscale: this.theme.scale,
      zmin: low,
      zmax: high,
      line: { width: this.large ? 2 : 1, smoothing: 0, color: this.theme.line },
      contours: { coloring: 'heatmap', ...levels },
    };
  }

  #skin(layout) {
    const { text, grid, font } = this.theme;
    layout.paper_bgcolor = layout.plot_bgcolor = 'rgba(0,0,0,0)';
    layout.font = { ...layout.font, color: text, family: font, size: this.large ? LAST_ROW : 12 };
    for (const key of Object.keys(layout)) {
      if (!/^[xy]axis\d*$/.test(key)) continue;
      const [minallowed, maxallowed] = layout[key].range; // beyond it nothing is painted
      Object.assign(layout[key], { gridcolor: grid, color: text, minallowed, maxallowed });
    }
    if (this.large) layout.margin = { ...layout.margin, l: layout.scene ? 0 : 62, b: layout.scene ? 0 : 38 };
    for (const axis of ['xaxis', 'yaxis', 'zaxis']) {
      if (layout.scene) Object.assign(layout.scene[axis], { gridcolor: grid, color: text, backgroundcolor: 'rgba(0,0,0,0)' });
    }
  }

  #solid(data, layout) {
    const { grid, columns } = this.scene;
    const sorted = Float32Array.from(grid)
      .sort()
      .filter((f) => !Number.isNaN(f));
    const low = sorted[0];
    const top = sorted[Math.floor((sorted.length - 1) * 0.97)]; // the corners of a steep surface would dwarf the rest
    const room = (top - low) * 0.04 || 1;
    this.lift3d = (f, high = 1) => Math.min(top, f) + high * room; // on the surface, not half in it
    layout.scene.zaxis.range = [low - room, top + 3 * room];
    const scale = this.theme.dark
      ? [
          [0, '#22304d'],
          [1, '#7f9cc9'],
        ]
      : [
          [0, '#e8eff7'],
          [1, '#8fa9c6'],
        ];
    Object.assign(data[0], {
      z: asRows(grid, columns),
      colorscale: scale,
      cmin: low,
      cmax: top,
      lighting: { ambient: 0.75, diffuse: 0.5, specular: 0.05, roughness: 1 },
      contours: { z: { show: true, start: low, end: top, size: (top - low) / 16, color: this.theme.line, width: 1 } },
    });
    this.scene.runs.forEach((run, i) => this.#lines3d(run).forEach((part, j) => Object.assign(data[1 + 2 * i + j], part)));
    data.push(...this.#averages3d().map((part) => ({ ...part, type: 'scatter3d', mode: 'lines', hoverinfo: 'skip' })));
  }

  /** A path up to the playhead, as lists: on the surface, cut where it leaves the drawn box. */
  #path3d(places, f, first = 0) {
    const [x0, x1, y0, y1] = this.scene.domain;
    const xs = [];
    const ys = [];
    const zs = [];
    for (let k = first; k <= this.step; k += 1) {
      const x = places[2 * k];
      const y = places[2 * k + 1];
      const inside = x >= x0 && x <= x1 && y >= y0 && y <= y1;
      xs.push(inside ? x : null);
      ys.push(inside ? y : null);
      zs.push(inside ? this.lift3d(f[k]) : null);
    }
    return [xs, ys, zs];
  }

  /** The averages of all runs, thinner than their paths; they begin with the first update. */
  #averages3d() {
    return this.scene.runs.flatMap((run) =>
      run.averages.map((average) => {
        const [x, y, z] = this.#path3d(average.x, average.f, 1);
        return { x, y, z, line: { color: run.style.colour, width: this.large ? 5 : 3 } };
      })
    );
  }

  /** The path and the head of one run. */
  #lines3d(run) {
    const [xs, ys, zs] = this.#path3d(run.x, run.f);
    const last = xs.length - 1;
    const colour = run.style.colour;
    return [
      { x: xs, y: ys, z: zs, line: { color: colour, width: this.large ? 9 : 6 } },
      {
        x: [xs[last]],
        y: [ys[last]],
        z: [zs[last] === null ? null : this.lift3d(run.f[last], 2)],
        marker: { color: colour, size: this.large ? 11 : 7 },
      },
    ];
  }

  update3d(gridMoved) {
    if (gridMoved) {
      this.setFigure(this.figure, '3d', this.scene, this.theme);
      return;
    }
    const parts = [...this.scene.runs.flatMap((run) => this.#lines3d(run)), ...this.#averages3d()];
    const update = { x: parts.map((p) => p.x), y: parts.map((p) => p.y), z: parts.map((p) => p.z) };
    this.Plotly.restyle(
      this.plot,
      update,
      parts.map((_, i) => i + 1)
    );
  }

  #throttled3d() {
    if (this.waiting3d) return;
    this.waiting3d = setTimeout(() => {
      this.waiting3d = null;
      if (this.view === '3d') this.update3d(false);
    }, FRAME_3D);
  }

  // Canvas -----------------------------------------------------------------------------------------------------------

  #fit() {
    if (!this.plot._fullLayout || !this.root.clientWidth) return; // the first figure may be on its way
    this.Plotly.relayout(this.plot, { width: this.root.clientWidth, height: this.root.clientHeight });
    this.#size();
    this.draw();
    clearTimeout(this.settling);
    this.settling = setTimeout(() => {
      if (this.view !== '3d' && Math.abs(Math.log(this.#aspect() / this.shaped)) > 0.04) this.onReshape();
    }, 200);
  }

  #size() {
    const ratio = window.devicePixelRatio || 1;
    const { clientWidth: width, clientHeight: height } = this.root;
    for (const canvas of [this.canvas, this.trails]) {
      if (canvas.width === width * ratio && canvas.height === height * ratio) continue;
      canvas.width = width * ratio;
      canvas.height = height * ratio;
      this.drawn = null;
    }
    this.ratio = ratio;
  }

  /** Rectangle and linear map of panel i, from data to pixels of the canvas. */
  #panel(i) {
    const full = this.plot._fullLayout;
    const n = this.view === 'panels' && i ? i + 1 : '';
    const x = full?.[`xaxis${n}`];
    const y = full?.[`yaxis${n}`];
    if (!x?.l2p) return null;
    const [[ax, bx], [ay, by]] = [toPixels(x), toPixels(y)];
    return { ax, bx, ay, by, left: x._offset, top: y._offset, width: x._length, height: y._length, x, y };
  }

  draw() {
    if (!this.scene || this.view === '3d') return;
    const count = this.view === 'panels' ? this.scene.runs.length : 1;
    const panels = Array.from({ length: count }, (_, i) => this.#panel(i));
    if (panels.includes(null)) return;
    const runs = (i) => (count === 1 ? this.scene.runs : [this.scene.runs[i]]);
    this.#drawTrails(panels, runs);
    const context = this.#context(this.canvas);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    panels.forEach((panel, i) =>
      this.#within(context, panel, () => {
        this.#minima(context, panel);
        for (const run of runs(i)) {
          for (const { x } of run.averages ?? []) this.#averageHead(context, panel, run, x);
          this.#head(context, panel, run);
        }
        this.over?.(context, panel, runs(i));
        const [first] = runs(i);
        if (this.view === 'panels') this.#write(context, first, first.name, panel.left + 8, panel.top + (this.large ? 24 : 18));
      })
    );
    this.#placeHandle();
  }

  #context(canvas) {
    const context = canvas.getContext('2d');
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    return context;
  }

  #within(context, { left, top, width, height }, work) {
    context.save();
    context.beginPath();
    context.rect(left, top, width, height);
    context.clip();
    work();
    context.restore();
  }

  /** All trails up to the playhead: only what has come since the last frame, where nothing else has changed. */
  #drawTrails(panels, runs) {
    const context = this.#context(this.trails);
    const frame = panels.map(({ ax, bx, ay, by }) => [ax, bx, ay, by]).join();
    const same = this.drawn?.scene === this.scene && this.drawn.frame === frame && this.drawn.theme === this.theme;
    if (!same || this.drawn.step > this.step) {
      context.clearRect(0, 0, this.trails.width, this.trails.height);
      this.drawn = { scene: this.scene, theme: this.theme, frame, step: 0, lengths: new Map() };
      for (const panel of panels) this.#within(context, panel, () => this.#hatch(context, panel));
    }
    if (this.drawn.step === this.step && this.step) return;
    panels.forEach((panel, i) =>
      this.#within(context, panel, () => {
        for (const run of runs(i)) {
          this.#trail(context, panel, run, this.drawn.step, this.step);
          for (const { x } of run.averages ?? []) this.#average(context, panel, run, x, this.drawn.step, this.step);
        }
      })
    );
    this.drawn.step = this.step;
  }

  /** Hatch the part of the plane where the loss is not defined. */
  #hatch(context, { ax, bx, ay, by, left, top, width, height }) {
    const {
      grid,
      columns,
      domain: [x0, x1, y0, y1],
    } = this.scene;
    if (this.gapsOf !== grid) {
      this.gapsOf = grid;
      this.gaps = gaps(grid, columns);
      this.root.dataset.undefined = String(this.gaps.reduce((sum, [, a, b]) => sum + b - a + 1, 0));
    }
    if (!this.gaps.length) return;
    const [dx, dy] = [(x1 - x0) / (columns - 1), (y1 - y0) / (grid.length / columns - 1)];
    const away = new Path2D();
    for (const [row, first, last] of this.gaps) {
      const [xa, xb] = [ax * (x0 + (first - 0.5) * dx) + bx, ax * (x0 + (last + 0.5) * dx) + bx];
      const [ya, yb] = [ay * (y0 + (row - 0.5) * dy) + by, ay * (y0 + (row + 0.5) * dy) + by];
      away.rect(xa, Math.min(ya, yb) - 0.5, xb - xa, Math.abs(yb - ya) + 1);
    }
    context.clip(away);
    context.strokeStyle = this.theme.line;
    context.lineWidth = 1;
    context.setLineDash([]);
    context.beginPath();
    for (let x = left - height; x < left + width; x += HATCH) {
      context.moveTo(x, top + height);
      context.lineTo(x + height, top);
    }
    context.stroke();
  }

  #minima(context, { ax, bx, ay, by }) {
    context.strokeStyle = this.theme.text;
    context.lineWidth = 1.5;
    for (const [x, y] of this.scene.minima) {
      const [px, py] = [ax * x + bx, ay * y + by];
      context.beginPath();
      context.moveTo(px - 5, py);
      context.lineTo(px + 5, py);
      context.moveTo(px, py - 5);
      context.lineTo(px, py + 5);
      context.stroke();
    }
  }

  /** The steps from `from` to `to` of one trail, its dashes in line with what is there already. */
  #trail(context, { ax, bx, ay, by }, run, from, to) {
    const width = this.large ? 4 : 2.5;
    const dots = this.scene.steps <= 400; // a dot per step, while there is room for them
    let length = this.drawn.lengths.get(run) ?? 0;
    context.strokeStyle = context.fillStyle = run.style.colour;
    context.lineWidth = width;
    context.lineJoin = 'round';
    context.setLineDash(run.style.dash);
    context.lineDashOffset = length;
    const line = new Path2D();
    const marks = new Path2D();
    let [x, y] = [0, 0];
    for (let k = from; k <= to; k += 1) {
      const px = clamp(ax * run.x[2 * k] + bx);
      const py = clamp(ay * run.x[2 * k + 1] + by);
      if (k > from) {
        line.lineTo(px, py);
        length += Math.hypot(px - x, py - y);
      } else {
        line.moveTo(px, py);
      }
      if (dots) {
        marks.moveTo(px + width, py);
        marks.arc(px, py, width, 0, 2 * Math.PI);
      }
      [x, y] = [px, py];
    }
    context.stroke(line);
    context.fill(marks);
    this.drawn.lengths.set(run, length);
  }

  /** The steps from `from` to `to` of an average: a thin second path in the colour of its run. It begins with the first update. */
  #average(context, { ax, bx, ay, by }, run, x, from, to) {
    const line = new Path2D();
    for (let k = Math.max(1, from); k <= to; k += 1) line.lineTo(clamp(ax * x[2 * k] + bx), clamp(ay * x[2 * k + 1] + by));
    context.setLineDash([]);
    context.lineJoin = 'round';
    context.lineWidth = this.large ? 5 : 3.5; // a halo, so that it is seen among the steps that it averages
    context.strokeStyle = this.theme.background;
    context.stroke(line);
    context.lineWidth = this.large ? 2.5 : 1.5;
    context.strokeStyle = run.style.colour;
    context.stroke(line);
  }

  #averageHead(context, { ax, bx, ay, by }, run, x) {
    const k = this.step;
    if (!k) return;
    context.lineWidth = this.large ? 3 : 2;
    context.strokeStyle = run.style.colour;
    context.fillStyle = this.theme.background;
    context.setLineDash([]);
    markerPath(context, run.style.marker, clamp(ax * x[2 * k] + bx), clamp(ay * x[2 * k + 1] + by), this.large ? 9 : 6);
    context.fill();
    context.stroke();
  }

  #head(context, panel, run) {
    const k = this.step;
    let px = panel.ax * run.x[2 * k] + panel.bx;
    let py = panel.ay * run.x[2 * k + 1] + panel.by;
    const r = this.large ? 12 : 8;
    const outside = px < panel.left || px > panel.left + panel.width || py < panel.top || py > panel.top + panel.height;
    px = Math.min(panel.left + panel.width - r - 2, Math.max(panel.left + r + 2, px));
    py = Math.min(panel.top + panel.height - r - 2, Math.max(panel.top + r + 2, py));
    context.lineWidth = 2;
    context.strokeStyle = this.theme.background;
    context.fillStyle = run.style.colour;
    context.globalAlpha = outside ? 0.75 : 1;
    markerPath(context, run.style.marker, px, py, r);
    context.fill();
    context.stroke();
    context.globalAlpha = 1;
    const diverged = run.diverged_at !== null && k >= run.diverged_at;
    if (outside || diverged) this.#label(context, panel, run, diverged ? run.lost : run.name, px, py, r);
  }

  #label(context, panel, run, text, px, py, r) {
    this.#font(context);
    const width = context.measureText(text).width;
    const right = px + r + 6 + width < panel.left + panel.width;
    this.#write(context, run, text, right ? px + r + 5 : px - r - 5 - width, py + 4);
  }

  #font(context) {
    context.font = `600 ${this.large ? LAST_ROW : 13}px ${this.theme.font}`;
  }

  /** A word in the colour of its run, with a halo that keeps it readable on contours. */
  #write(context, run, text, x, y) {
    this.#font(context);
    context.lineWidth = 3;
    context.strokeStyle = this.theme.background;
    context.strokeText(text, x, y);
    context.fillStyle = run.style.colour;
    context.fillText(text, x, y);
  }

  // The start point --------------------------------------------------------------------------------------------------

  #placeHandle() {
    const panel = this.#panel(0);
    if (!panel || this.handle.hidden) return;
    const [x, y] = this.start(this.scene);
    const px = panel.ax * x + panel.bx;
    const py = panel.ay * y + panel.by;
    this.handle.style.transform = `translate(${clamp(px)}px, ${clamp(py)}px)`;
    const seen = px >= panel.left && px <= panel.left + panel.width && py >= panel.top && py <= panel.top + panel.height;
    this.handle.style.visibility = seen ? '' : 'hidden';
  }

  /** Data coordinates under a pointer event, rounded to a thousandth of the window; null outside every panel. */
  #locate(event) {
    const box = this.root.getBoundingClientRect();
    const [px, py] = [event.clientX - box.left, event.clientY - box.top];
    const panels = this.view === 'panels' ? this.scene.runs.length : 1;
    for (let i = 0; i < panels; i += 1) {
      const p = this.#panel(i);
      if (p && px >= p.left && px <= p.left + p.width && py >= p.top && py <= p.top + p.height) {
        return [tidy((px - p.bx) / p.ax, p.width / Math.abs(p.ax)), tidy((py - p.by) / p.ay, p.height / Math.abs(p.ay))];
      }
    }
    return null;
  }

  /** What Plotly should not see: a wheel without ctrl, and one finger, which scroll the page; a tap still sets the start. */
  #scrolls() {
    const pass = (event) => event.stopPropagation();
    this.root.addEventListener('wheel', (event) => event.ctrlKey || event.metaKey || pass(event), {
      capture: true,
      passive: true,
    });
    const finger = (event) => this.view !== '3d' && event.touches.length === 1 && event.target !== this.handle && pass(event);
    for (const kind of ['touchstart', 'touchmove']) this.root.addEventListener(kind, finger, { capture: true, passive: true });
    window.addEventListener('pointercancel', () => (this.pressed = null), true);
  }

  #listen() {
    this.#scrolls();
    this.root.addEventListener(
      'pointerdown',
      (event) => {
        if (this.view !== '3d' && event.target !== this.handle && event.button === 0)
          this.pressed = [event.clientX, event.clientY];
      },
      true
    );
    window.addEventListener(
      'pointerup',
      (event) => {
        const { pressed } = this;
        const still = pressed && Math.hypot(event.clientX - pressed[0], event.clientY - pressed[1]) < 4;
        this.pressed = null;
        const at = still && this.#locate(event);
        if (at) this.onStart(...at, true);
      },
      true
    );
    this.handle.addEventListener('pointerdown', (event) => {
      this.handle.setPointerCapture(event.pointerId);
      this.dragging = true;
      event.preventDefault(); // and so no focus: after a drag the arrow keys still step the playhead
    });
    this.handle.addEventListener('pointermove', (event) => {
      const at = this.dragging && this.#locate(event);
      if (at) this.onStart(...at, false);
    });
    const release = () => {
      if (this.dragging) this.onStart(...this.start(this.scene), true);
      this.dragging = false;
    };
    this.handle.addEventListener('pointerup', release);
    this.handle.addEventListener('pointercancel', release);
    this.handle.addEventListener('keydown', (event) => this.#nudge(event));
  }

  #nudge(event) {
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    event.stopPropagation();
    const panel = this.#panel(0);
    const far = event.shiftKey ? 0.05 : 0.01;
    const [wide, tall] = [panel.width / Math.abs(panel.ax), panel.height / Math.abs(panel.ay)];
    const [x, y] = this.start(this.scene);
    this.onStart(tidy(x + move[0] * far * wide, wide), tidy(y + move[1] * far * tall, tall), true);
  }
}

const clamp = (pixel) => Math.min(FAR, Math.max(-FAR, pixel));

function tidy(value, span) {
  const unit = 10 ** Math.floor(Math.log10(span / 500));
  return Number((Math.round(value / unit) * unit).toPrecision(10));
}
