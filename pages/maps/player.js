/** Maps: where every start ends, which rates work, where a rule is stable. Coarse while a hand moves, fine when it rests. */
import { Actions, partOf } from '../../player/actions.js';
import { card, controlsOf, select, toolbar } from '../../player/controls.js';
import { h, iconButton, plain } from '../../player/dom.js';
import { runStyle } from '../../player/look.js';
import { Page, componentOf } from '../../player/page.js';
import { Feed, encode, toQuery } from '../../player/wire.js';
import { legend } from './legend.js';
import { RateLines } from './lines.js';
import { CellMap } from './map.js';
import { colours, outcome } from './read.js';
import { SmallPlane } from './small.js';

const COARSE = 32; // cells along a side while something moves
const REST = 160; // milliseconds without a move after which a hand is at rest
const GAP = 8; // pixels between two maps, as in player.css
const FAR = 1e6; // how far out a start may lie

class MapActions extends Actions {
  /** A map at every stop of a slider would be too much to fetch when it is taken hold of. */
  grab() {}

  /** Another surface, at the rates that show its point where it names them. */
  surface(key) {
    const known = this.player.catalogue.surfaces.find((s) => s.key === key);
    this.player.edit(
      (e) => {
        const params = Object.fromEntries((known?.params ?? []).map((row) => [row.key, row.default]));
        Object.assign(e, { surface: { key, params }, formula: '', start: null, window: null });
        if (!known) Object.assign(e, { formula: '(x**2-1)**2 + 0.5*y**2 + 0.3*x', domain: [-2, 2, -2, 2] });
        for (const run of e.runs) run.params.lr = known?.rates[run.optimizer] ?? run.params.lr;
        if (e.axes.some((axis) => axis?.startsWith('surface.'))) e.axes = [null, null];
      },
      true,
      { whole: true }
    );
  }

  addOptimizer() {
    const { experiment, catalogue, most, words: _ } = this.player;
    if (experiment.runs.length >= most) {
      this.player.complain(_('At most {n} runs fit on one picture.').replace('{n}', most));
      return;
    }
    const used = new Set(experiment.runs.map((run) => run.optimizer));
    const next = catalogue.optimizers.find((rule) => !used.has(rule.key)) ?? catalogue.optimizers[0];
    const [first] = experiment.runs;
    const params = Object.fromEntries(next.params.map((row) => [row.key, row.default]));
    this.player.edit((e) => e.runs.push({ ...structuredClone(first), optimizer: next.key, params }), true, { whole: true });
  }
}

class Maps extends Page {
  route = 'api/maps';

  constructor(root, options) {
    super(root, options);
    this.actions = new MapActions(this);
    this.kind = { views: false, tunes: false, label: (run) => this.rule(run).name };
    this.maps = [];
    this.cursor = null;
  }

  /** What the maps show. */
  get answer() {
    return this.store?.answer;
  }

  /** How many runs fit on this kind of map. */
  get most() {
    return this.experiment.map === 'rates' ? this.limits.runs : this.limits.maps;
  }

  rule(run) {
    return this.catalogue.optimizers.find((rule) => rule.key === run.optimizer);
  }

  build() {
    this.paths = new Feed(`${this.options.base}api/descent?lang=${this.options.language}&format=bin&`);
    this.tools = h('div');
    this.cards = h('div', { class: 'dl-cards' });
    this.board = h('div', { class: 'dl-board' }, this.busy);
    new ResizeObserver(() => this.#fit()).observe(this.board);
    this.key = h('div', { class: 'dl-key' });
    this.small = new SmallPlane(this.words('The descents of this point'));
    this.told = h('div', { class: 'dl-told', role: 'status', 'aria-live': 'polite' });
    this.link_ = h('a', { class: 'dl-action', 'data-action': 'race', hidden: true });
    this.best = h('a', { class: 'dl-action', 'data-action': 'best', hidden: true });
    this.adder = h(
      'button',
      { type: 'button', class: 'dl-text', 'data-action': 'add', onclick: () => this.actions.addOptimizer() },
      this.words('+ Add optimizer')
    );
    const said = h('div', { class: 'dl-said' }, this.told, this.link_, this.small.root);
    const left = h('div', { class: 'dl-left' }, this.board, this.key);
    const side = h('div', { class: 'dl-side' }, this.cards, h('div', { class: 'dl-tools' }, this.adder, this.best), said);
    this.maps = [];
    this.drawn = '';
    return [this.tools, this.notice, h('div', { class: 'dl-main' }, left, side)];
  }

  get keys() {
    return { ...super.keys, 0: () => this.unzoom() };
  }

  // The experiment ---------------------------------------------------------------------------------------------------

  read(answer) {
    const { map, surface, formula, domain, start, steps, noise, seed, size, seeds, low, high, axes, zoomed, window } = answer;
    const runs = answer.runs.map(({ optimizer, params, schedule, around }) => ({ optimizer, params, schedule, around }));
    const view = { map, size, seeds, low, high, axes, window: zoomed ? window : null };
    return structuredClone({ surface, formula, domain, start, steps, noise, seed, runs, ...view });
  }

  toQuery(e) {
    const own = { map: e.map, size: e.size, seeds: e.seeds, low: e.low, high: e.high };
    const pairs = [...Object.entries(own), ...[...'xy'].map((name, i) => [name, e.axes[i]]), ['window', e.window]];
    const shared = toQuery(e).replace(/&steps=null\b/, ''); // those that the kind of map starts with
    return `${shared}&${encode(pairs.filter(([, value]) => value))}`;
  }

  /** What is asked for while something moves has few cells; `refine` asks for all of them. */
  async ask(query, how) {
    const pairs = query.split('&').filter(Boolean);
    const size = pairs.find((pair) => pair.startsWith('size='));
    const lines = pairs.includes('map=rates') || this.options.sweeps;
    if (lines || how.fine || (size && Number(size.slice(5)) <= COARSE)) return super.ask(query, how);
    const others = pairs.filter((pair) => pair !== size);
    const answer = await super.ask([...others, `size=${COARSE}`].join('&'), how);
    if (!answer) return answer;
    const whole = size === `size=${this.usual(answer.map)}` ? undefined : size;
    const written = answer.query.split('&').flatMap((pair) => (pair === `size=${COARSE}` ? (whole ?? []) : pair));
    return { ...answer, query: written.join('&'), size: size ? Number(size.slice(5)) : this.usual(answer.map), coarse: true };
  }

  /** Cells along a side where the address names none. */
  usual(map) {
    return this.limits[`size_${map}`];
  }

  /** The hand rests: all the cells. */
  async refine() {
    const { store } = this;
    const { asked } = store;
    const { answer } = await this.patiently(this.fetched(this.query));
    if (!answer || store !== this.store || asked !== store.asked) return;
    store.put(answer);
    await this.take(answer, {}, () => false);
  }

  async fetched(query) {
    try {
      return { answer: await this.feed.ask(query) };
    } catch (error) {
      this.complain(error.message);
      return { answer: null };
    }
  }

  // What is shown ----------------------------------------------------------------------------------------------------

  async show(answer) {
    clearTimeout(this.resting);
    if (answer.coarse) this.resting = setTimeout(() => this.refine(), REST);
    this.root.dataset.cells = String(columns(answer));
    const shape = `${answer.map === 'rates'} ${answer.runs.length}`;
    if (shape !== this.drawn) this.#lay(answer);
    this.drawn = shape;
    if (answer.map === 'basins') this.small.show(null, this.theme);
    this.board.dataset.count = String(this.maps.length);
    if (answer.map === 'rates') this.#lines(answer);
    else this.maps.forEach((map, i) => map.setScene(this.#scene(answer, i), this.theme));
    this.key.replaceChildren(...legend(answer, this));
    this.#fit();
    this.best.hidden = answer.map !== 'rates';
    if (answer.race !== undefined) {
      this.best.textContent = this.words('Race each at its best rate');
      this.best.href = this.addressOf('race', answer.race);
    }
    if (this.cursor) this.hover(this.cursor[0], this.cursor[1], true);
  }

  /** Where both axes have one scale a map needs no more height than its width gives it; the legend comes up to it. */
  #fit() {
    const columns = getComputedStyle(this.board).gridTemplateColumns.split(' ').length;
    const own = this.maps[0]?.heightFor?.(this.board.clientWidth / columns - GAP) ?? null;
    const rows = Math.ceil(this.maps.length / columns);
    this.board.style.setProperty('--own', own ? `${own}px` : '62vh');
    this.board.style.maxHeight = own ? `${rows * (own + GAP)}px` : '';
  }

  #lay(answer) {
    const _ = this.words;
    const on = {
      hover: (i, j) => this.hover(i, j),
      pick: (i, j) => this.pick(i, j),
      zoom: (...how) => this.zoom(...how),
    };
    const label = _('Map; arrow keys move the cursor, Enter opens the race there, + and − zoom, 0 shows all of it');
    const made = answer.map === 'rates' ? [new RateLines(on, label)] : answer.runs.map(() => new CellMap(on, label));
    for (const map of made) map.large = Boolean(this.options.present);
    this.maps = made;
    this.cursor = null;
    this.board.replaceChildren(...made.map((map) => map.root), this.busy);
  }

  /** A run by its rule and what is around it. */
  called(run) {
    return [this.rule(run).name, ...run.around.map((part) => this.actions.wrapper(part.key).name)].join(' ');
  }

  name(run) {
    const { params, optimizer } = run;
    const [rate, ...others] = this.rule(run).params;
    const moved = others.filter((row) => params[row.key] !== row.default).slice(0, 2);
    const axes = this.answer.map === 'stability' ? [this.answer.x.key, this.answer.y.key] : [];
    const rows = (this.answer.map === 'rates' ? moved : [rate, ...moved]).filter((row) => !axes.includes(row.key));
    const around = run.around.map((part) => this.actions.wrapper(part.key).name);
    const values = [...rows.map((row) => `${row.label} = ${plain(params[row.key])}`), ...around].join(', ');
    return [this.rule({ optimizer }).name, values].filter(Boolean).join('  ');
  }

  #scene(answer, i) {
    const run = answer.runs[i];
    const basins = answer.map === 'basins';
    const symbol = (axis) => answer.choices.find((choice) => choice.key === axis.key)?.label ?? axis.key;
    return {
      x: basins ? answer.x : answer.x.values,
      y: basins ? answer.y : answer.y.values,
      logs: basins ? [false, false] : [answer.x.scale === 'log', answer.y.scale === 'log'],
      equal: basins && answer.equal,
      names: basins ? ['', ''] : [symbol(answer.x), symbol(answer.y)],
      title: this.name(run),
      style: runStyle(i, this.theme),
      colour: colours(answer, run),
      minima: basins ? answer.minima : null,
      line: run.theory ?? null,
      best: run.best ?? null,
    };
  }

  #lines(answer) {
    const { lowest, floor, lr } = answer;
    const gap = (loss) => (loss === null ? null : lowest === null ? loss : Math.max(loss - lowest, floor));
    const runs = answer.runs.map((run, i) => ({ ...run, loss: run.loss.map(gap), style: runStyle(i, this.theme) }));
    const names = [this.words('learning rate'), this.words('loss at the end')];
    const start = Math.max(...runs.map((run) => run.loss[0] ?? 1));
    this.maps[0].setScene({ lr, runs, log: lowest !== null, names, start }, this.theme);
  }

  async themed() {
    this.drawn = '';
    await super.themed();
  }

  // The cursor -------------------------------------------------------------------------------------------------------

  /** Say what a cell is, link to its race, and draw its path. */
  hover(i, j, again = false) {
    const { answer } = this;
    if (answer.coarse) return;
    if (again && Math.max(i, j ?? 0) >= columns(answer)) return;
    this.cursor = [i, j];
    this.told.textContent = outcome(answer, i, j, this);
    this.link_.textContent = this.words('Race from here');
    this.link_.href = this.addressOf('race', this.race(i, j));
    this.link_.hidden = false;
    this.maps.forEach((map) => (answer.map === 'rates' ? map.setCursor(i) : map.setCursor([i, j])));
    if (!this.options.sweeps) this.#path(i, j);
  }

  async #path(i, j) {
    const { cursor } = this;
    try {
      const blob = await this.paths.ask(this.race(i, j));
      if (!blob || this.cursor !== cursor) return;
      const paths = blob.header.runs.map((_run, n) => ({ x: blob.arrays[`run${n}.x`], style: runStyle(n, this.theme) }));
      if (this.answer.map === 'basins') this.maps.forEach((map, n) => map.setCursor([i, j], paths[n].x));
      else {
        const { domain, minima } = blob.header;
        this.small.show({ domain, minima, paths, equal: this.answer.equal }, this.theme);
      }
    } catch {
      /* a start where nothing is finite has no path */
    }
  }

  /** The query of the race that a cell stands for. */
  race(i, j) {
    const e = structuredClone(this.experiment);
    const { answer } = this;
    if (answer.map === 'basins') e.start = [answer.x[i], answer.y[j]];
    else if (answer.map === 'rates') for (const run of e.runs) run.params.lr = answer.lr[i];
    else
      [
        [answer.x, i],
        [answer.y, j],
      ].forEach(([axis, n]) => {
        const value = axis.values[n];
        if (axis.key.startsWith('surface.')) e.surface.params[axis.key.slice(8)] = value;
        else for (const run of e.runs) put(run, axis.key, value);
      });
    return toQuery(e);
  }

  pick(i, j) {
    this.hover(i, j);
    if (!this.link_.hidden && !this.answer.coarse) this.link_.click();
  }

  // Zoom -------------------------------------------------------------------------------------------------------------

  /** By a factor about a place, or shifted, both as shares of the map; `scales` are those that the shift began from. */
  zoom(factor, about, shift, done, scales = this.maps[0].scales) {
    const { answer } = this;
    const limits = (key) => {
      const choice = answer.choices.find((one) => one.key === key);
      return [choice.low, choice.high];
    };
    this.edit((e) => {
      if (factor === 1 && !shift.some(Boolean)) return;
      if (answer.map === 'basins') {
        const far = [-FAR, FAR];
        e.window = [0, 1].flatMap((n) => scales[n].zoomed(factor, about[n], shift[n], far));
      } else if (answer.map === 'rates') {
        const { low, high } = this.numbers;
        [e.low, e.high] = scales[0].zoomed(factor, about[0], shift[0], [low.low, high.high]);
      } else {
        e.axes = [answer.x, answer.y].map(
          ({ key }, n) => `${key}:${scales[n].zoomed(factor, about[n], shift[n], limits(key)).join('..')}`
        );
      }
    }, done);
  }

  unzoom() {
    this.edit(
      (e) => {
        e.window = null;
        e.axes = e.axes.map((axis) => axis && axis.split(':')[0]);
        [e.low, e.high] = [this.numbers.low.default, this.numbers.high.default];
      },
      true,
      { whole: true }
    );
  }

  // Controls ---------------------------------------------------------------------------------------------------------

  showControls() {
    if (this.options.controls) {
      this.tools.replaceChildren();
      this.cards.replaceChildren(...this.chosen());
      this.#withoutIdle();
      return;
    }
    const bar = toolbar(this);
    bar.prepend(this.#kinds());
    bar.append(...this.#own());
    this.tools.replaceChildren(bar);
    this.cards.replaceChildren(...this.experiment.runs.map((run, i) => this.#card(i, run)));
    this.#withoutIdle();
  }

  /** No slider of a quantity that is an axis: the map shows all of its values. */
  #withoutIdle() {
    for (const name of this.answer.idle) {
      const slider = this.root.querySelector(`.dl-slider:has([data-param="${name}"])`);
      (this.options.controls ? slider?.closest('.dl-run') : slider)?.remove();
    }
  }

  #card(i, run) {
    const { rule, course, around, menu, courseMenu } = controlsOf(i, run, this);
    const { idle } = this.answer;
    const [first, second, ...rest] = rule.filter((row) => !idle.includes(row.querySelector('[data-param]')?.dataset.param));
    const near = [...(second ? [second] : []), ...around.there];
    return card(i, this, menu, first ? [first] : [], near, [...rest, courseMenu, ...course, around.menu], false);
  }

  #kinds() {
    const _ = this.words;
    const kinds = [
      ['basins', _('Basins')],
      ['rates', _('Rates')],
      ['stability', _('Stability')],
    ];
    const turn = (map) =>
      this.edit(
        (e) => {
          Object.assign(e, { map, size: null, steps: null });
          if (map !== 'rates') e.runs = e.runs.slice(0, this.limits.maps);
        },
        true,
        { whole: true }
      );
    const buttons = kinds.map(([key, name]) =>
      h(
        'button',
        {
          type: 'button',
          'data-action': `map-${key}`,
          'aria-pressed': String(key === this.experiment.map),
          onclick: () => turn(key),
        },
        name
      )
    );
    return h('div', { class: 'dl-views dl-kinds', role: 'group', 'aria-label': _('Map') }, ...buttons);
  }

  #own() {
    const _ = this.words;
    const { experiment: e, answer } = this;
    const set = (change) => this.edit(change, true, { whole: true });
    const menu = (name, label, items, value, done) =>
      h(
        'label',
        { class: 'dl-field' },
        label,
        select(items, value, { 'data-action': name, 'aria-label': label, onchange: (event) => done(event.target.value) })
      );
    const sizes = [...new Set([32, 64, 96, 128, 256, e.size])].sort((a, b) => a - b).map((n) => [String(n), String(n)]);
    const own = [
      menu('size', _('Cells'), sizes, String(e.size), (n) => set((next) => Object.assign(next, { size: Number(n) }))),
    ];
    if (answer.random) {
      const counts = [...new Set([1, 4, 16, 64, e.seeds])].sort((a, b) => a - b).map((n) => [String(n), String(n)]);
      own.push(
        menu('seeds', _('Seeds'), counts, String(e.seeds), (n) => set((next) => Object.assign(next, { seeds: Number(n) })))
      );
    }
    if (e.map === 'stability') {
      const items = answer.choices.map(({ key, label }) => [key, label]);
      const keys = [answer.x.key, answer.y.key];
      const turn = (n, key) =>
        set((next) => {
          next.axes = keys.map((old, m) => (m === n ? key : old === key ? keys[n] : (e.axes[m] ?? old)));
        });
      own.push(
        menu('x-axis', '→', items, keys[0], (key) => turn(0, key)),
        menu('y-axis', '↑', items, keys[1], (key) => turn(1, key))
      );
    }
    const zoom = (factor) => () => this.zoom(factor, [0.5, 0.5], [0, 0], true);
    const button = (text, action, label, onclick) =>
      h(
        'button',
        { type: 'button', class: 'dl-text', 'data-action': action, 'aria-label': label, 'data-tip': label, onclick },
        text
      );
    return [
      ...own,
      h(
        'span',
        { class: 'dl-together' },
        button('+', 'zoom-in', _('Zoom in'), zoom(0.5)),
        button('−', 'zoom-out', _('Zoom out'), zoom(2)),
        button(_('All'), 'zoom-all', _('Show all of it'), () => this.unzoom()),
        iconButton('full', 'fullscreen', _('Full screen'), () => this.fullScreen())
      ),
    ];
  }

  at(param) {
    const e = this.experiment;
    const [where, key, part] = param.split('.');
    const run = /^run(\d+)$/.exec(where);
    if (run && part) return partOf(e.runs[run[1]], key).params[part];
    if (run) return e.runs[run[1]].params[key];
    return key ? e[where].params[key] : e[where];
  }

  move(param, value, done) {
    this.actions.move(param, value, done);
  }
}

/** A number of a run by its name: of its rule, or of what is around it, as the server has its axes. */
function put(run, name, value) {
  if (name in run.params) run.params[name] = value;
  else {
    const [where, key] = name.split('.');
    const part = run.around.find((one) => (key ? one.key === where : name in one.params));
    part.params[key ?? name] = value;
  }
}

/** How many cells a map has from left to right. */
const columns = ({ lr, x }) => (lr ?? (Array.isArray(x) ? x : x.values)).length;

export const mount = (root, options) => new Maps(root, options).open();

/** What Streamlit calls. */
export default componentOf(mount);
