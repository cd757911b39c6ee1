/** The descents that a cell stands for, small, where the map itself is not the plane that they go over. */
import { h } from '../../player/dom.js';
import { fresh } from './scale.js';

export class SmallPlane {
  constructor(label) {
    this.canvas = h('canvas', { class: 'dl-canvas', 'aria-hidden': 'true' });
    this.root = h(
      'div',
      { class: 'dl-descents', role: 'img', 'aria-label': label, hidden: true, 'data-descents': '' },
      this.canvas
    );
    /** @type {any} */
    this.drawn = null;
    /** @type {any} */
    this.theme = null;
    new ResizeObserver(() => this.#paint()).observe(this.root);
  }

  /** paths: [{x (x, y, x, y, …), style}] over a domain, with its minima; null takes them away. */
  show(drawn, theme) {
    Object.assign(this, { drawn, theme });
    this.root.hidden = !drawn;
    this.root.dataset.descents = drawn ? String(drawn.paths.length) : '';
    this.#paint();
  }

  #paint() {
    const page = this.drawn && fresh(this.canvas, this.root);
    if (!page) return;
    const { context, width, height } = page;
    const [x0, x1, y0, y1] = this.drawn.domain;
    const scale = Math.min((width - 2) / (x1 - x0), (height - 2) / (y1 - y0));
    const [wide, tall] = this.drawn.equal ? [scale * (x1 - x0), scale * (y1 - y0)] : [width - 2, height - 2];
    const clamp = (pixel) => Math.min(1e5, Math.max(-1e5, pixel));
    const place = (x, y) => [clamp(1 + ((x - x0) / (x1 - x0)) * wide), clamp(1 + (1 - (y - y0) / (y1 - y0)) * tall)];
    context.strokeStyle = this.theme.grid;
    context.strokeRect(1, 1, wide, tall);
    context.beginPath();
    context.rect(1, 1, wide, tall);
    context.clip();
    context.strokeStyle = this.theme.text;
    context.lineWidth = 1.5;
    for (const [x, y] of this.drawn.minima) {
      const [px, py] = place(x, y);
      context.beginPath();
      context.moveTo(px - 4, py);
      context.lineTo(px + 4, py);
      context.moveTo(px, py - 4);
      context.lineTo(px, py + 4);
      context.stroke();
    }
    for (const { x, style } of this.drawn.paths) {
      context.strokeStyle = context.fillStyle = style.colour;
      context.setLineDash(style.dash);
      context.lineWidth = 2;
      context.beginPath();
      for (let k = 0; k < x.length; k += 2) context.lineTo(...place(x[k], x[k + 1]));
      context.stroke();
      const [px, py] = place(x[x.length - 2], x[x.length - 1]);
      context.beginPath();
      context.arc(px, py, 4, 0, 7);
      context.fill();
    }
  }
}
