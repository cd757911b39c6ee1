/** A convolution number by number: the kernel on the input, the products, and the output so far. */
import { h, perFrame } from '../../player/dom.js';
import { LAST_ROW } from '../../player/look.js';

export class Walk {
  constructor(words) {
    this.words = words;
    this.step = 0;
    this.walk = null;
    this.theme = null;
    this.large = false;
    this.canvas = h('canvas', { class: 'dl-canvas', role: 'img' });
    this.box = h('div', { class: 'dl-walkbox' }, this.canvas);
    this.sum = h('p', { class: 'dl-told dl-sum', 'aria-live': 'polite' });
    this.root = h('div', { class: 'dl-small' }, this.box, this.sum);
    this.redraw = perFrame(() => this.#draw());
    new ResizeObserver(() => this.redraw()).observe(this.box);
  }

  set(walk, theme, large) {
    Object.assign(this, { walk, theme, large });
    this.setStep(Math.min(this.step, this.steps));
  }

  get steps() {
    return Math.max(0, this.walk.side ** 2 - 1);
  }

  setStep(step) {
    this.step = step;
    this.sum.textContent = this.#text();
    this.canvas.setAttribute('aria-label', this.sum.textContent);
    this.redraw();
  }

  /** The places that the kernel looks at now: {row, column, weight, value}, padding as 0. */
  get taps() {
    const { window: w, input, kernel, side } = this.walk;
    const [i, j] = [Math.floor(this.step / side), this.step % side];
    return kernel.flatMap((line, s) =>
      line.map((weight, t) => {
        const [row, column] = [i * w.stride - w.padding + s * w.dilation, j * w.stride - w.padding + t * w.dilation];
        return { row, column, weight, value: input[row]?.[column] ?? 0 };
      })
    );
  }

  #text() {
    const { side, window: w, input, output } = this.walk;
    const _ = this.words;
    if (!side)
      return _('The kernel reaches over {reach}, and with its padding the input has {size}: it fits nowhere.')
        .replace('{reach}', w.dilation * (w.kernel - 1) + 1)
        .replace('{size}', input.length + 2 * w.padding);
    const terms = this.taps.filter(({ weight, value }) => weight && value);
    const sum = output[Math.floor(this.step / side)][this.step % side];
    const products = terms.map(({ weight, value }) => `${value}·${weight < 0 ? `(−${-weight})` : weight}`);
    return `${products.join(' + ') || '0'} = ${String(sum).replace('-', '−')}`;
  }

  #draw() {
    if (!this.walk || !this.box.clientWidth) return;
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [this.box.clientWidth, this.box.clientHeight];
    this.canvas.width = width * ratio;
    this.canvas.height = height * ratio;
    const context = this.canvas.getContext('2d');
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const { window: w, input, kernel, output, side } = this.walk;
    const padded = input.length + 2 * w.padding;
    const top = this.large ? 36 : 20;
    const across = padded + kernel.length + Math.max(1, side) + 4;
    const cell = Math.min((width - 4) / across, (height - top - 4) / Math.max(padded, kernel.length, side), 46);
    const left = Math.max(2, (width - cell * across) / 2);
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    const grids = { context, cell, top };
    this.#input(grids, left, padded);
    const middle = top + (cell * (padded - kernel.length)) / 2;
    this.#numbers({ ...grids, top: middle }, left + cell * (padded + 2), kernel, () => 1);
    const from = left + cell * (padded + kernel.length + 4);
    this.#numbers({ ...grids, top: top + Math.max(0, (cell * (padded - side)) / 2) }, from, output, (i, j) =>
      i * side + j > this.step ? 0.18 : i * side + j === this.step ? 2 : 1
    );
    this.#between(grids, left, padded, kernel.length);
  }

  #input({ context, cell, top }, left, padded) {
    const { window: w, input, side } = this.walk;
    const at = (row, column) => [left + (column + w.padding) * cell, top + (row + w.padding) * cell];
    const numbers = Array.from({ length: padded }, (_a, i) =>
      Array.from({ length: padded }, (_b, j) => input[i - w.padding]?.[j - w.padding] ?? 0)
    );
    const inside = (k) => k >= w.padding && k < input.length + w.padding;
    this.#numbers({ context, cell, top }, left, numbers, (i, j) => (inside(i) && inside(j) ? 1 : 0.4));
    if (!side) return;
    context.fillStyle = context.strokeStyle = ACCENT(this.theme);
    context.lineWidth = 2;
    for (const { row, column, weight } of this.taps) {
      const [x, y] = at(row, column);
      context.globalAlpha = weight ? 0.28 : 0.08;
      context.fillRect(x, y, cell, cell);
      context.globalAlpha = 1;
      context.strokeRect(x + 1, y + 1, cell - 2, cell - 2);
    }
  }

  /** A grid of numbers; `strength(i, j)` is how strongly each is drawn, 2 the one that is computed now. */
  #numbers({ context, cell, top }, left, numbers, strength) {
    const { theme } = this;
    numbers.forEach((line, i) =>
      line.forEach((value, j) => {
        const strong = strength(i, j);
        const [x, y] = [left + j * cell, top + i * cell];
        if (strong === 2) {
          context.fillStyle = ACCENT(theme);
          context.globalAlpha = 0.28;
          context.fillRect(x, y, cell, cell);
        }
        context.globalAlpha = 1;
        context.strokeStyle = theme.grid;
        context.lineWidth = 1;
        context.strokeRect(x, y, cell, cell);
        context.globalAlpha = Math.min(1, strong);
        context.fillStyle = theme.text;
        context.font = `${strong === 2 ? 700 : 400} ${Math.max(9, (this.large ? 0.64 : 0.45) * cell)}px ${theme.font}`;
        if (strong > 0.2) context.fillText(String(value).replace('-', '−'), x + cell / 2, y + cell / 2);
        context.globalAlpha = 1;
      })
    );
  }

  #between({ context, cell, top }, left, padded, kernel) {
    const _ = this.words;
    const { theme, walk } = this;
    const middle = top + (cell * padded) / 2;
    context.fillStyle = theme.text;
    context.font = `${Math.max(12, 0.6 * cell)}px ${theme.font}`;
    context.fillText('∗', left + cell * (padded + 1), middle);
    context.fillText('=', left + cell * (padded + kernel + 3), middle);
    context.font = `${this.large ? LAST_ROW : 11}px ${theme.font}`;
    context.textAlign = 'left';
    const over = this.large ? 17 : 9;
    context.fillText(_('input'), left, top - over);
    context.fillText(_('kernel'), left + cell * (padded + 2), top + (cell * (padded - kernel)) / 2 - over);
    const name = `${_('output')} ${walk.side}×${walk.side}`;
    context.fillText(name, left + cell * (padded + kernel + 4), top + Math.max(0, (cell * (padded - walk.side)) / 2) - over);
    context.textAlign = 'center';
  }
}

const ACCENT = (theme) => (theme.dark ? '#F08A45' : '#D55E00');
