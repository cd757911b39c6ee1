/**
 * The local picture of one run at the playhead: on the plane the eigenvectors of the Hessian with their limits, the ellipse of
 * the local quadratic and the arrows that make up the next step; beside it a cut downhill with its tangent and its parabola.
 */
import { select } from '../../player/controls.js';
import { h, show } from '../../player/dom.js';
import { markerPath } from '../../player/look.js';
import { Feed } from '../../player/wire.js';
import { below, places } from './cut.js';

const ARM = 58; // pixels: half of the cross
const HEAD = 9; // pixels: of an arrow
const LEAST = 3; // pixels: a shorter arrow is not drawn
const FAR = 1e5; // pixels

export class Local {
  constructor(page) {
    this.page = page;
    this.answer = null;
    const { base, language } = page.options;
    this.feed = new Feed(`${base}api/local?lang=${language}&`, (reply) => reply.json());
    this.canvas = h('canvas', { 'aria-hidden': 'true' });
    this.said = h('div', { class: 'dl-local-key' });
    this.root = h('div', { class: 'dl-local', hidden: true, 'data-local': '' }, this.canvas, this.said);
    this.over = (context, panel, runs) => this.#draw(context, panel, runs);
    new ResizeObserver(() => this.#cut()).observe(this.root);
  }

  /** Which run it is of; null for none. */
  get of() {
    const { local, sweeps } = this.page.options;
    const of = local ? Number(local) : null;
    return of === null || sweeps || !(of < (this.page.scene?.runs.length ?? 0)) ? null : of;
  }

  /** The menu among the tools: of which run, if of any. A file for offline use has nobody to ask. */
  menu() {
    const { page } = this;
    if (page.options.sweeps) return null;
    const _ = page.words;
    const runs = page
      .names(page.experiment.runs)
      .map((name, i) => [String(i), _('Local picture: {name}').replace('{name}', name)]);
    return select([['', _('No local picture')], ...runs], page.options.local ?? '', {
      'data-action': 'local',
      'aria-label': _('Local picture at the playhead'),
      'data-tip': _('Eigenvectors and their limits, the local quadratic, and how the next step comes about'),
      onchange: (event) => {
        page.options.local = event.target.value;
        this.follow();
        page.tell();
      },
    });
  }

  /** The playhead or the paths have moved. */
  async follow() {
    const { page, of } = this;
    this.root.hidden = of === null;
    if (of === null) {
      if (this.answer) page.stage.redraw();
      this.answer = this.asked = null;
      return;
    }
    const query = `of=${of}&at=${Math.round(page.playhead.step)}&${page.query}`;
    if (query === this.asked) {
      if (!this.answer) return; // it is on its way
      page.stage.redraw();
      this.#cut(); // perhaps in other colours
      return;
    }
    this.asked = query;
    try {
      const answer = await this.feed.ask(query);
      if (!answer || this.of !== of) return;
      this.answer = answer;
      this.root.dataset.local = `${of} ${answer.step}`;
      page.stage.redraw();
      this.#cut();
    } catch {
      this.asked = null; // a busy server: the next move asks again
    }
  }

  get #run() {
    return this.page.scene.runs[this.of];
  }

  // On the plane -----------------------------------------------------------------------------------------------------

  #draw(context, { ax, bx, ay, by }, runs) {
    const { answer } = this;
    if (!answer || this.of === null || !runs.includes(this.#run)) return;
    const place = (point) => [ax * point[0] + bx, ay * point[1] + by].map((p) => Math.min(FAR, Math.max(-FAR, p)));
    context.save();
    context.lineJoin = 'round';
    if (answer.centre && answer.radii.every((radius) => radius !== null)) this.#ellipse(context, place);
    answer.curvatures.forEach((curvature, i) => this.#arm(context, place(answer.x), answer.axes[i], curvature, ax, ay));
    this.#steps(context, place);
    context.restore();
  }

  /** The level of the local quadratic through the point, and its middle. */
  #ellipse(context, place) {
    const { centre, radii, axes } = this.answer;
    context.beginPath();
    for (let k = 0; k <= 72; k += 1) {
      const [a, b] = [Math.cos((k * Math.PI) / 36) * radii[0], Math.sin((k * Math.PI) / 36) * radii[1]];
      const [x, y] = place([0, 1].map((j) => centre[j] + a * axes[0][j] + b * axes[1][j]));
      context.lineTo(x, y);
    }
    this.#stroke(context, this.page.theme.text, 1.5, [6, 4]);
    const [x, y] = place(centre);
    context.beginPath();
    context.arc(x, y, 3, 0, 7);
    this.#stroke(context, this.page.theme.text, 1.5);
  }

  /** One eigenvector, both ways, with its curvature and what the rate may be along it. */
  #arm(context, at, axis, curvature, ax, ay) {
    const [x, y] = at;
    const [vx, vy] = axis;
    const { theme, words: _ } = this.page;
    const { limit, rate } = this.answer;
    const long = Math.hypot(ax * vx, ay * vy) || 1;
    const arm = this.page.stage.large ? 1.6 * ARM : ARM;
    const [dx, dy] = [(ax * vx * arm) / long, (ay * vy * arm) / long];
    const most = limit !== null && curvature > 0 ? limit / curvature : null;
    const over = most !== null && rate !== null && rate > most;
    const colour = over ? '#c62828' : theme.text;
    context.beginPath();
    context.moveTo(x - dx, y - dy);
    context.lineTo(x + dx, y + dy);
    this.#stroke(context, colour, over ? 3 : 2);
    const text = (most === null ? 'λ = {value}' : _('λ = {value}, limit {rate}'))
      .replace('{value}', show(curvature, 3))
      .replace('{rate}', show(most, 3));
    const up = dy > 0 || (dy === 0 && dx < 0) ? -1 : 1; // the upper end, or the right one
    context.textAlign = Math.abs(dx) < 0.5 * Math.abs(dy) ? 'center' : up * dx > 0 ? 'left' : 'right';
    const flat = context.textAlign !== 'center';
    this.#write(context, text, x + up * dx * 1.08, y + up * dy * 1.08 + (flat ? 4 : -4), colour);
  }

  /** The next step; what the gradient alone would do; and, where a step is a sum, its parts from end to end. */
  #steps(context, place) {
    const { x, move, plain, arrows } = this.answer;
    if (!move) return;
    const { colour } = this.#run.style;
    const to = (vector) => x.map((part, j) => part + vector[j]);
    if (!arrows) this.#arrow(context, place(x), place(to(plain)), this.page.theme.text, [3, 3], 2);
    else {
      const [begin, corner, end] = arrows.map(place);
      this.#arrow(context, begin, corner, this.page.theme.text, [7, 3], 2);
      this.#arrow(context, corner, end, this.page.theme.text, [3, 3], 2);
    }
    this.#arrow(context, place(x), place(to(move)), colour, [], 3);
  }

  #arrow(context, [x, y], [u, v], colour, dash, width) {
    const length = Math.hypot(u - x, v - y);
    if (length < LEAST) return;
    const [dx, dy] = [(u - x) / length, (v - y) / length];
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(u, v);
    this.#stroke(context, colour, width, dash);
    const size = Math.min(HEAD, 0.6 * length) + width;
    context.beginPath();
    context.moveTo(u, v);
    context.lineTo(u - size * dx + 0.45 * size * dy, v - size * dy - 0.45 * size * dx);
    context.lineTo(u - size * dx - 0.45 * size * dy, v - size * dy + 0.45 * size * dx);
    context.closePath();
    context.setLineDash([]);
    context.fillStyle = colour;
    context.fill();
  }

  /** A line with a halo: it is seen on paths and contours. */
  #stroke(context, colour, width, dash = []) {
    context.setLineDash([]);
    context.strokeStyle = this.page.theme.background;
    context.lineWidth = width + 2.5;
    context.stroke();
    context.setLineDash(dash);
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.stroke();
  }

  #write(context, text, x, y, colour) {
    context.font = `600 ${this.page.stage.large ? 20 : 12}px ${this.page.theme.font}`;
    context.lineWidth = 4;
    context.setLineDash([]);
    context.strokeStyle = this.page.theme.background;
    context.strokeText(text, x, y);
    context.fillStyle = colour;
    context.fillText(text, x, y);
  }

  // Beside it --------------------------------------------------------------------------------------------------------

  /** Loss, tangent and parabola along the way downhill; the point, the next step, the bottom of the parabola. */
  #cut() {
    const { answer, canvas, page } = this;
    if (!answer || this.root.hidden || !canvas.clientWidth) return;
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    Object.assign(canvas, { width: width * ratio, height: height * ratio });
    const context = canvas.getContext('2d');
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const { style } = this.#run;
    const size = page.stage.large ? 18 : 11;
    const box = { left: 4.6 * size, top: 8, width: width - 5.4 * size, height: height - 2.2 * size - 8 };
    const { across, down, low, high } = places(answer, box);
    const digits = show(high, 3) === show(low, 3) ? 6 : 3;
    context.font = `${size}px ${page.theme.font}`;
    context.fillStyle = page.theme.text;
    context.textAlign = 'right';
    context.fillText(show(high, digits), box.left - 4, box.top + size);
    context.fillText(show(low, digits), box.left - 4, box.top + box.height);
    const { along } = answer;
    for (const [t, align] of [
      [along[0], 'left'],
      [0, 'center'],
      [along.at(-1), 'right'],
    ]) {
      context.textAlign = align;
      context.fillText(show(t, 3), across(t), height - 0.5 * size);
    }
    context.strokeStyle = page.theme.grid;
    context.lineWidth = 1;
    context.strokeRect(box.left, box.top, box.width, box.height);
    context.beginPath();
    context.rect(box.left, box.top, box.width, box.height);
    context.save();
    context.clip();
    const line = (value, colour, wide, dash) => {
      context.beginPath();
      along.forEach((t, k) => value(t, k) !== null && context.lineTo(across(t), down(value(t, k))));
      this.#stroke(context, colour, wide, dash);
    };
    const parts = below(answer);
    line(parts.tangent, page.theme.text, 1.25, [7, 3]);
    line(parts.parabola, page.theme.text, 1.5, [2, 3]);
    line((_t, k) => answer.cut[k], style.colour, 2.5, []);
    const mark = (t, loss, marker, colour) => {
      markerPath(context, marker, across(t), down(loss), page.stage.large ? 9 : 6);
      context.fillStyle = colour;
      context.strokeStyle = page.theme.background;
      context.setLineDash([]);
      context.lineWidth = 1.5;
      context.fill();
      context.stroke();
    };
    if (parts.bottom !== null) mark(parts.bottom, parts.parabola(parts.bottom), 'bar', page.theme.text);
    if (answer.taken?.[1] !== undefined && answer.taken[1] !== null) mark(...answer.taken, 'diamond', style.colour);
    mark(0, answer.loss, 'circle', style.colour);
    context.restore();
    this.#key(style);
  }

  /** What the lines and arrows are. */
  #key({ colour }) {
    const _ = this.page.words;
    const { arrows, move } = this.answer;
    const sample = (dash, tint) => {
      const line = h('i', { class: 'dl-sample' });
      line.style.borderTop = `2px ${dash} ${tint}`;
      return line;
    };
    const { text } = this.page.theme;
    const parts = [
      [sample('solid', colour), _('loss downhill')],
      [sample('dashed', text), _('tangent')],
      [sample('dotted', text), _('parabola')],
      ['●', _('now')],
      ...(move ? [['◆', _('after the next step')]] : []),
    ];
    const on = move
      ? arrows
        ? [
            [sample('dashed', text), _('velocity part')],
            [sample('dotted', text), _('gradient part')],
            [sample('solid', colour), _('next step')],
          ]
        : [
            [sample('dotted', text), _('−α times the exact gradient')],
            [sample('solid', colour), _('next step')],
          ]
      : [];
    const row = (items, head) =>
      h('div', {}, h('b', {}, head), ...items.flatMap(([mark, name]) => [h('span', {}, mark, ' ', name)]));
    this.said.replaceChildren(row(parts, _('Cut')), ...(on.length ? [row(on, _('Arrows'))] : []));
  }
}
