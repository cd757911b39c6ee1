/** What each layer puts out, and the gradient that comes back, as small multiples on one canvas. */
import { h } from '../../player/dom.js';

const MOST = 12; // layers that fit beside one another

export class Histograms {
  constructor(words, large = false) {
    this.size = large ? 24 : 11; // pixels: of the letters
    this.left = large ? 34 : 18; // pixels for the names of the rows
    this._ = words;
    this.scene = this.theme = null;
    this.onSelect = (_layer) => {};
    this.canvas = h('canvas', {
      class: 'dl-canvas',
      style: 'pointer-events:auto',
      role: 'img',
      'aria-label': words('Histograms of outputs and gradients, layer by layer'),
    });
    this.root = h('div', { class: 'dl-histograms' }, this.canvas);
    this.canvas.addEventListener('pointerdown', (event) => {
      const k = this.at(event);
      if (k !== undefined) this.onSelect(k);
    });
    new ResizeObserver(() => this.draw()).observe(this.root);
  }

  show(scene, theme, onSelect) {
    Object.assign(this, { scene, theme, onSelect });
  }

  mark(layer) {
    this.layer = layer;
    this.draw();
  }

  at(event) {
    const box = this.canvas.getBoundingClientRect();
    return this.layers[Math.floor(((event.clientX - box.left - this.left) / (box.width - this.left)) * this.layers.length)];
  }

  draw() {
    if (!this.scene) return;
    const { clientWidth: width, clientHeight: height } = this.root;
    const { depth } = this.scene;
    const room = Math.floor(width / (5.4 * this.size)); // a name, and the two ends of a scale
    const count = Math.max(1, Math.min(depth, room, MOST));
    this.layers = Array.from({ length: count }, (_, i) => (count === 1 ? 0 : Math.round((i * (depth - 1)) / (count - 1))));
    const ratio = window.devicePixelRatio || 1;
    Object.assign(this.canvas, { width: width * ratio, height: height * ratio });
    const context = this.canvas.getContext('2d');
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const cell = (width - this.left) / this.layers.length;
    const line = this.size + 5;
    const tall = (height - line - 2) / 2;
    const font = `${this.size}px ${this.theme.font}`;
    [
      ['hist', this._('output')],
      ['grad_hist', this._('gradient')],
    ].forEach(([name, label], row) => {
      const top = line + row * tall;
      context.save();
      context.font = font;
      context.fillStyle = this.theme.text;
      context.textAlign = 'center';
      context.translate(this.left / 2, top + tall / 2 - 6);
      context.textBaseline = 'middle';
      context.rotate(-Math.PI / 2);
      context.fillText(label, 0, 0);
      context.restore();
      this.layers.forEach((layer, i) =>
        this.#cell(context, name, layer, this.left + i * cell + 3, top, cell - 6, tall - line, font)
      );
    });
    context.font = font;
    context.textAlign = 'center';
    this.layers.forEach((layer, i) => {
      context.fillStyle = this.theme.text;
      context.font = layer === this.layer ? `700 ${font}` : font;
      context.fillText(this._('layer {n}').replace('{n}', layer + 1), this.left + (i + 0.5) * cell, this.size);
    });
  }

  /**
   * One histogram: every configuration over the range that all of them need, each as high as its highest bar. Gradients of
   * several configurations differ by orders of magnitude, so each of them is drawn over its own range.
   */
  #cell(context, name, layer, left, top, width, height, font) {
    const histograms = this.scene.runs.map((run) => run[name][layer]);
    const [low, high] = [Math.min(...histograms.map((f) => f.edges[0])), Math.max(...histograms.map((f) => f.edges.at(-1)))];
    const apart = name === 'grad_hist' && histograms.length > 1;
    const place = (x, from, to) => left + ((x - from) / (to - from || 1)) * width;
    context.strokeStyle = this.theme.grid;
    context.lineWidth = 1;
    context.strokeRect(left, top, width, height);
    histograms.forEach(({ edges, counts }, i) => {
      const most = Math.max(...counts);
      if (!most) return;
      const across = (x) => (apart ? place(x, edges[0], edges.at(-1)) : place(x, low, high));
      const down = (count) => top + height - (count / most) * (height - 4);
      context.beginPath();
      context.moveTo(across(edges[0]), top + height);
      counts.forEach((count, j) => {
        context.lineTo(across(edges[j]), down(count));
        context.lineTo(across(edges[j + 1]), down(count));
      });
      context.lineTo(across(edges.at(-1)), top + height);
      context.fillStyle = context.strokeStyle = this.scene.runs[i].style.colour;
      context.globalAlpha = this.scene.runs.length > 1 ? 0.18 : 0.45;
      context.fill();
      context.globalAlpha = 1;
      context.lineWidth = layer === this.layer ? 2 : 1.2;
      context.stroke();
    });
    if (apart) return;
    context.font = font;
    context.fillStyle = this.theme.text;
    context.globalAlpha = 0.75;
    context.textAlign = 'left';
    context.fillText(brief(low), left, top + height + this.size);
    context.textAlign = 'right';
    context.fillText(brief(high), left + width, top + height + this.size);
    context.globalAlpha = 1;
  }
}

/** Two digits: -1, 0.5, 3e-4. */
function brief(value) {
  if (!Number.isFinite(value)) return '';
  const size = Math.abs(value);
  return size && (size < 0.01 || size >= 1000)
    ? value.toExponential(0).replace('e+', 'e')
    : String(Number(value.toPrecision(2)));
}
