/** The loss at the end against the learning rate, a line for each run, with the limits of theory and the best rates. */
import { h, perFrame } from '../../player/dom.js';
import { markerPath } from '../../player/look.js';
import { Scale, frame, fresh } from './scale.js';

export class RateLines {
  /** on: hover(i), pick(i), zoom(factor, [about], [shift], done). */
  constructor(on, label) {
    this.on = on;
    this.canvas = h('canvas', { class: 'dl-canvas', 'aria-hidden': 'true' });
    this.root = h('div', { class: 'dl-map', tabIndex: 0, role: 'application', 'aria-label': label }, this.canvas);
    this.cursor = null;
    this.large = false;
    /** @type {any} */
    this.scene = null;
    /** @type {any} */
    this.theme = null;
    /** @type {any} */
    this.box = null;
    /** @type {[Scale, Scale] | null} */
    this.scales = null;
    this.paint = perFrame(() => this.#paint());
    new ResizeObserver(() => this.paint()).observe(this.root);
    this.#listen();
  }

  /** scene: lr, runs [{loss (above the lowest), best, limit, style}], log (of the loss), names. */
  setScene(scene, theme) {
    Object.assign(this, { scene, theme });
    const seen = scene.runs.flatMap((run) => run.loss.filter((loss) => loss !== null && Number.isFinite(loss)));
    const sorted = seen.slice().sort((a, b) => a - b);
    const cap = scene.start * 100; // what explodes leaves the picture at the top
    let [low, high] = [sorted[0] ?? 0.1, Math.min(sorted[sorted.length - 1] ?? 1, scene.log ? cap : Infinity)];
    if (!(high > low)) [low, high] = scene.log ? [low / 3, low * 3] : [low - 1, low + 1];
    this.scales = [new Scale(scene.lr, true), new Scale([low, ...Array(98), high], scene.log)];
    this.#paint();
  }

  setCursor(i) {
    this.cursor = i;
    this.paint();
  }

  #paint() {
    const page = this.scene && fresh(this.canvas, this.root);
    if (!page) return;
    const { context, width, height } = page;
    const size = this.large ? 24 : 12;
    this.box = { left: 4.6 * size, top: 2.4 * size, width: width - 5.6 * size, height: height - 5.6 * size };
    frame(context, this.box, this.scales, this.scene.names, this.theme, size);
    context.save();
    context.beginPath();
    context.rect(this.box.left, this.box.top, this.box.width, this.box.height);
    context.clip();
    for (const run of this.scene.runs) this.#line(context, run);
    if (this.cursor !== null) this.#cursor(context);
    context.restore();
  }

  #place(i, loss) {
    return [this.#across(this.scene.lr[i]), this.#down(loss)];
  }

  #across(rate) {
    return this.box.left + this.scales[0].along(rate) * this.box.width;
  }

  #down(loss) {
    return Math.max(-1e4, this.box.top + (1 - this.scales[1].along(loss)) * this.box.height);
  }

  #line(context, run) {
    const { colour, dash, marker } = run.style;
    context.strokeStyle = context.fillStyle = colour;
    context.lineWidth = this.large ? 4 : 2.5;
    context.setLineDash(dash);
    context.beginPath();
    let begun = false;
    run.loss.forEach((loss, i) => {
      if (loss === null) begun = false;
      else {
        context[begun ? 'lineTo' : 'moveTo'](...this.#place(i, loss));
        begun = true;
      }
    });
    context.stroke();
    if (run.limit) {
      context.lineWidth = 1.5;
      context.setLineDash([3, 4]);
      context.strokeRect(this.#across(run.limit), this.box.top, 0, this.box.height);
    }
    context.setLineDash([]);
    if (run.best !== null && run.loss[run.best] !== null) {
      context.strokeStyle = this.theme.background;
      context.lineWidth = 1.5;
      markerPath(context, marker, ...this.#place(run.best, run.loss[run.best]), this.large ? 11 : 8);
      context.fill();
      context.stroke();
    }
  }

  #cursor(context) {
    context.fillStyle = this.theme.text;
    context.globalAlpha = 0.6;
    context.fillRect(
      this.#across(this.scene.lr[Math.min(this.cursor, this.scene.lr.length - 1)]),
      this.box.top,
      1,
      this.box.height
    );
    context.globalAlpha = 1;
  }

  #along(event) {
    if (!this.box) return null;
    const place = (event.clientX - this.root.getBoundingClientRect().left - this.box.left) / this.box.width;
    return place >= 0 && place <= 1 ? place : null;
  }

  #listen() {
    let resting;
    this.root.addEventListener('pointermove', (event) => {
      const along = this.scene && this.#along(event);
      if (along !== null && this.scene) this.on.hover(this.scales[0].cell(along));
    });
    this.root.addEventListener('click', (event) => {
      const along = this.scene && this.#along(event);
      if (along !== null && this.scene) this.on.pick(this.scales[0].cell(along));
    });
    this.root.addEventListener(
      'wheel',
      (event) => {
        const along = this.scene && this.#along(event);
        if (along === null || !this.scene || event.ctrlKey) return;
        event.preventDefault();
        this.on.zoom(1.2 ** Math.sign(event.deltaY), [along], [0], false);
        clearTimeout(resting);
        resting = setTimeout(() => this.on.zoom(1, [0.5], [0], true), 250);
      },
      { passive: false }
    );
    this.root.addEventListener('keydown', (event) => {
      const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      const i = this.cursor ?? this.scene.lr.length >> 1;
      const zoom = { '+': 1 / 1.5, '=': 1 / 1.5, '-': 1.5 }[event.key];
      if (move) this.on.hover(Math.min(this.scene.lr.length - 1, Math.max(0, i + move * (event.shiftKey ? 10 : 1))));
      else if (zoom) this.on.zoom(zoom, [this.scales[0].along(this.scene.lr[i])], [0], true);
      else if (event.key === 'Enter') this.on.pick(i);
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
  }
}
