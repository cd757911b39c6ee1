/**
 * The player: one experiment on the screen. The same modules serve the Streamlit component (default export) and a page of
 * its own (`mount`). The experiment lives here while it is being changed; Python reads it from the query, and only Python
 * decides what is valid and how it is written.
 */
import { playerBar, runCard, toolbar } from './controls.js';
import { Curves } from './curves.js';
import { h, icon } from './dom.js';
import { readTheme, runStyle } from './look.js';
import { Playhead } from './playhead.js';
import { Readouts, results } from './readouts.js';
import { Stage } from './stage.js';
import { Feed, get, toQuery } from './wire.js';

const FIELDS = ['lr', 'gradient', 'move', 'gap', 'distance', 'curvature'];
const PATHS = `fields=${FIELDS},state&`;
const SEEN = 'descent-lab-seen';
const players = new WeakMap();

/** Streamlit calls this on every rerun with new data; the player itself is made once per element. */
export default function component({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector('.dl-root');
  let player = players.get(root);
  if (!player) {
    player = new Player(root, { ...data, onChange: (query) => setTriggerValue('query', query) });
    players.set(root, player);
  } else {
    player.options.onChange = (query) => setTriggerValue('query', query);
    if (data.load !== player.options.load || data.language !== player.options.language) player.restart(data);
  }
  return () => {};
}

/** Start a player in an element of any page. */
export const mount = (root, options) => new Player(root, options);

class Player {
  /**
   * options: base (address of the app), version (of the assets), query, view, scale, language, load (a counter: the page
   * has another experiment for us when it changes), onChange(query).
   */
  constructor(root, options) {
    this.root = root;
    this.options = options;
    this.version = 0;
    this.open = new Set();
    Object.assign(this, { view: options.view, scale: options.scale, lang: options.lang });
    this.start().then(() => this.#firstVisit());
  }

  /** The page has another experiment, or another language, for us. */
  restart(data) {
    const translated = data.language !== this.options.language;
    this.options = { ...this.options, ...data };
    Object.assign(this, { view: this.options.view, scale: this.options.scale, lang: this.options.lang });
    if (translated) this.start();
    else this.load(data.query);
  }

  async start() {
    const { base, version, language } = this.options;
    this.root.classList.add('dl-root');
    this.root.classList.toggle('dl-present', Boolean(this.options.present));
    const [catalogue] = await Promise.all([
      get(`${base}api/catalogue?lang=${language}`).then((reply) => reply.json()),
      plotly(`${base}assets/${version}/plotly.min.js`),
    ]);
    this.catalogue = catalogue;
    this.words = (text) => catalogue.words[text] ?? text;
    this.feed = new Feed(`${base}api/descent?lang=${language}&format=bin&`);
    this.#build();
    this.header = this.experiment = undefined;
    await this.load(this.options.query, { first: true });
  }

  /** The other language, here and in the address. */
  speak(language) {
    this.lang = language;
    this.restart({ language, lang: language, query: this.query, view: this.view, scale: this.scale });
    this.#tell();
  }

  /** Say that something takes long, but only when it does. */
  async #patiently(work) {
    const timer = setTimeout(() => { this.busy.hidden = false; }, 250);
    try {
      return await work;
    } finally {
      clearTimeout(timer);
      this.busy.hidden = true;
    }
  }

  // Layout -----------------------------------------------------------------------------------------------------------

  #build() {
    const _ = this.words;
    this.playhead = new Playhead((step) => this.#showStep(step), (playing) => this.#showPlaying(playing));
    this.stage = new Stage(window.Plotly, (x, y, done) => this.edit((e) => { e.start = [x, y]; }, done));
    this.curves = new Curves(window.Plotly, (step) => this.playhead.seek(step));
    this.stage.large = this.curves.large = Boolean(this.options.present);
    this.readouts = new Readouts(_);
    this.bar = playerBar(_, {
      play: () => this.playPressed(), seek: (step) => this.playhead.seek(Math.min(step, this.playhead.steps)), by: (n) => this.by(n),
      speed: (v) => this.playhead.setSpeed(v), loop: (on) => { this.playhead.loop = on; }, full: () => this.fullScreen(),
    });
    this.tools = h('div');
    this.cards = h('div', { class: 'dl-cards' });
    this.below = h('div');
    this.notice = h('div', { class: 'dl-notice', role: 'alert', hidden: true });
    const scale = h('label', { class: 'dl-check dl-scale' }, h('input', {
      type: 'checkbox', checked: this.scale !== 'linear', 'data-action': 'log', onchange: (event) => this.setScale(event.target.checked ? 'log' : 'linear'),
    }), _('log scale'));
    const side = h('div', { class: 'dl-side' }, this.cards, h('div', { class: 'dl-tools' }, this.#sideTools(), scale), this.curves.root);
    this.busy = h('div', { class: 'dl-busy', role: 'status', hidden: true }, _('Computing…'));
    this.stage.root.append(this.busy);
    const left = h('div', { class: 'dl-left' }, this.stage.root, this.bar.root);
    this.root.replaceChildren(this.tools, this.notice, h('div', { class: 'dl-main' }, left, side), this.readouts.root, this.below, this.readouts.live);
    this.#listen();
  }

  #sideTools() {
    const _ = this.words;
    const one = h('input', { type: 'checkbox', 'data-action': 'one-rate', onchange: () => this.#oneRate(one.checked) });
    this.one = one;
    return h('div', { class: 'dl-tools' },
      h('button', { type: 'button', class: 'dl-text', 'data-action': 'add', onclick: () => this.add() }, _('+ Add optimizer')),
      h('label', { class: 'dl-check' }, one, _('one learning rate for all')));
  }

  #listen() {
    if (this.listening) return;
    this.listening = true;
    // Before Streamlit's own shortcuts, and only where the key is not typed into something.
    document.addEventListener('keydown', (event) => this.#key(event), true);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#themed());
    new MutationObserver(() => this.#themed()).observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
  }

  async #themed() {
    const theme = readTheme(this.root);
    if (!this.header || theme.background === this.theme.background) return;
    await this.#figures(this.header, true);
    this.#controls();
  }

  // Data -------------------------------------------------------------------------------------------------------------

  /** Take an experiment by its query: a link, a preset, a tuned one. */
  async load(query, { first = false } = {}) {
    try {
      const blob = await this.#patiently(this.feed.ask(this.#withGrid() + query));
      if (!blob) return;
      await this.#take(blob, true);
      if (first) this.playhead.seek(blob.header.steps);
    } catch (error) {
      this.#complain(error);
    }
  }

  /** Options that ask for the loss over the plane too, as far as this view shows it. */
  #withGrid() {
    return `fields=${FIELDS},state,grid&view=${this.view}&aspect=${this.stage.aspect}&`;
  }

  /** Change the experiment and show it at once. `done` marks the end of a gesture: the page is told, the link changes. */
  async edit(change, done, { surface = false } = {}) {
    const next = structuredClone(this.experiment);
    change(next);
    this.experiment = next;
    if (next.start) this.stage.scene.start = next.start;
    try {
      const blob = await this.#patiently(this.feed.ask((surface ? this.#withGrid() : PATHS) + toQuery(next)));
      if (blob) await this.#take(blob, done && surface, surface);
      if (done) this.#tell();
    } catch (error) {
      this.#complain(error);
      if (done) this.experiment = this.#explicit(this.header); // the last one that was valid
      if (done) this.#controls();
    }
  }

  /** Show an answer. `rebuild`: the controls may have changed; `moved`: the grid has. */
  async #take({ header, arrays }, rebuild, moved = rebuild) {
    const before = this.header;
    this.header = header;
    header.view = this.view;
    this.query = header.query;
    this.notice.hidden = true;
    if (rebuild || !this.experiment) this.experiment = this.#explicit(header);
    this.theme = readTheme(this.root);
    this.scene = this.#scene(header, arrays);
    this.playhead.setLength(header.steps);
    this.stage.step = this.curves.step = this.playhead.step;
    const other = !before || shape(before) !== shape(header);
    if (other) await this.#figures(header);
    else this.stage.setScene(this.scene, moved && Boolean(arrays.grid));
    if (!other) this.curves.setScene(this.scene);
    this.readouts.setScene(this.scene);
    this.below.replaceChildren(results(this.scene, this.words));
    if (rebuild || other) this.#controls();
    this.#showStep(this.playhead.step);
    this.version += 1;
    Object.assign(this.root.dataset, { player: '', version: this.version, query: header.query });
  }

  async #figures(header, known = false) {
    this.theme = readTheme(this.root);
    if (!known || !this.drawn) {
      const columns = this.root.clientWidth < 700 ? 1 : 2;
      const address = `${this.options.base}api/figures?lang=${this.options.language}&view=${this.view}&aspect=${this.stage.aspect}&columns=${columns}&${header.query}`;
      this.drawn = await (await get(address)).json();
    }
    this.scene.runs.forEach((run, i) => { run.style = runStyle(i, this.theme); });
    this.curves.log = this.scale !== 'linear';
    this.curves.scene = this.scene;
    await Promise.all([
      this.stage.setFigure(this.drawn.main, this.view, this.scene, this.theme),
      this.curves.setFigure(this.drawn.curves, this.theme),
    ]);
  }

  #explicit(header) {
    const { surface, formula, domain, start, steps, noise, seed } = header;
    const runs = header.runs.map(({ optimizer, params, schedule }) => ({ optimizer, params, schedule }));
    return structuredClone({ surface, formula, domain, start, steps, noise, seed, runs });
  }

  #scene(header, arrays) {
    const _ = this.words;
    const grid = arrays.grid ?? this.scene.grid;
    const rule = (key) => this.catalogue.optimizers.find((o) => o.key === key);
    const runs = header.runs.map((run, i) => ({
      ...run,
      name: rule(run.optimizer).name,
      style: runStyle(i, this.theme),
      limit: run.summary.limit,
      ...Object.fromEntries(['x', 'f', 'grad_norm', ...FIELDS].map((key) => [key, arrays[`run${i}.${key}`]])),
      state: Object.fromEntries(run.state.map((name) => {
        const array = arrays[`run${i}.state.${name}`];
        return [name, { array, size: array.length / (header.steps + 1) }];
      })),
      words: {
        outside: rule(run.optimizer).name,
        diverged: run.diverged_at === null ? '' : _('{name} diverged at {n}').replace('{name}', rule(run.optimizer).name).replace('{n}', run.diverged_at),
      },
    }));
    return { grid, columns: this.catalogue.grid[0], runs, start: header.start, minima: header.minima, lowest: header.lowest, domain: header.window, steps: header.steps };
  }

  #complain(error) {
    this.notice.replaceChildren(h('span', {}, error.message), h('button', {
      type: 'button', class: 'dl-button', 'aria-label': this.words('Close'), onclick: () => { this.notice.hidden = true; },
    }, icon('close')));
    this.notice.hidden = false;
  }

  #tell() {
    this.options.onChange?.(this.link());
  }

  /** The query of all that is on the screen. */
  link() {
    const more = [];
    if (this.view !== 'overlay') more.push(`view=${this.view}`);
    if (this.scale === 'linear') more.push('scale=linear');
    if (this.lang) more.push(`lang=${this.lang}`);
    if (this.options.present) more.push('present=1');
    return [this.query, ...more].filter(Boolean).join('&');
  }

  // Actions ----------------------------------------------------------------------------------------------------------

  #controls() {
    const _ = this.words;
    const act = {
      move: (param, value, done, wrong) => this.move(param, value, done, wrong),
      surface: (key) => this.surface(key), formula: (text, domain, done) => this.formula(text, domain, done),
      noise: (key) => this.noise(key), start: (text) => this.typedStart(text), preset: (key) => this.preset(key),
      view: (key) => this.setView(key), link: (event) => this.copyLink(event.target),
      language: this.options.language, speak: (language) => this.speak(language),
      tune: (i) => this.tune([i]), duplicate: (i) => this.duplicate(i), remove: (i) => this.remove(i),
      optimizer: (i, key) => this.optimizer(i, key), open: this.open, only: this.experiment.runs.length === 1,
    };
    const focused = document.activeElement?.dataset?.param ?? document.activeElement?.dataset?.action;
    this.tools.replaceChildren(toolbar(this.experiment, this.catalogue, _, this.view, act));
    const cards = this.experiment.runs.map((run, i) => runCard(i, run, this.catalogue, _, runStyle(i, this.theme), act));
    this.cards.replaceChildren(...cards);
    if (focused) this.root.querySelector(`[data-param="${focused}"], [data-action="${focused}"]`)?.focus();
  }

  /** A slider or number field moved: run0.lr, surface.kappa, noise.scale, steps, seed. */
  move(param, value, done, wrong) {
    if (value === null) {
      const text = this.words('{name} = {value} is outside {low} … {high}');
      const fill = { name: wrong.row.key, value: wrong.value || '∅', low: wrong.row.low, high: wrong.row.high };
      this.#complain({ message: text.replace(/\{(\w+)\}/g, (_, key) => fill[key]) });
      return;
    }
    const [where, key] = param.split('.');
    const run = /^run(\d+)$/.exec(where);
    const together = run && key === 'lr' && this.one.checked;
    this.edit((e) => {
      if (together) e.runs.forEach((r, i) => { r.params.lr = this.#within(r, i, value); });
      else if (run) e.runs[run[1]].params[key] = value;
      else if (key) e[where].params[key] = value;
      else e[where] = value;
    }, done, { surface: where === 'surface' });
    if (together && done) this.#controls();
  }

  #within(run, i, value) {
    const row = this.catalogue.optimizers.find((o) => o.key === run.optimizer).params[0];
    const rate = Math.min(row.high, Math.max(row.low, value));
    const card = this.cards.children[i]?.querySelector('.dl-number');
    if (card && card !== document.activeElement) card.value = String(rate);
    return rate;
  }

  #oneRate(on) {
    if (on) this.move('run0.lr', this.experiment.runs[0].params.lr, true);
  }

  surface(key) {
    const formula = key === 'formula' ? '(1-x)**2 + 100*(y-x**2)**2' : '';
    const query = formula
      ? `formula=${encodeURIComponent(formula)}&domain=-2,2,-1,3&start=-1.2,1`
      : `surface=${key}`;
    this.tune(this.experiment.runs.keys(), `${query}&${this.#rest()}`);
  }

  /** The runs, steps and noise of the experiment, without the surface and the start. */
  #rest() {
    const keep = new URLSearchParams(toQuery({ ...this.experiment, formula: '', start: null }));
    keep.delete('surface');
    return keep.toString();
  }

  /** Find good learning rates for some runs, on this or another surface, and load the result. */
  async tune(indices, query = toQuery(this.experiment)) {
    try {
      const which = [...indices].join(',');
      const address = `${this.options.base}api/tune?lang=${this.options.language}&runs=${which}&${query}`;
      const answer = await (await this.#patiently(get(address))).json();
      await this.load(answer.query);
      this.#tell();
    } catch (error) {
      this.#complain(error);
      this.#controls();
    }
  }

  formula(text, domain, done) {
    clearTimeout(this.typing);
    this.typing = setTimeout(() => this.edit((e) => {
      e.formula = text;
      e.domain = domain.split(',').map((part) => part.trim());
      e.start = null;
    }, done, { surface: true }), done ? 0 : 250);
  }

  typedStart(text) {
    this.edit((e) => { e.start = text.split(/[,\s]+/).filter(Boolean); }, true);
  }

  noise(key) {
    const rows = this.catalogue.noises.find((n) => n.key === key).params;
    const params = Object.fromEntries(rows.map((row) => [row.key, row.default]));
    this.edit((e) => { e.noise = { key, params }; }, true).then(() => this.#controls());
  }

  async preset(key) {
    const preset = this.catalogue.presets.find((p) => p.key === key);
    if (!preset) return;
    await this.load(preset.query);
    this.#tell();
    this.playhead.seek(0);
    this.playhead.play();
  }

  fresh(key) {
    const rule = this.catalogue.optimizers.find((o) => o.key === key);
    const course = this.catalogue.schedules[0];
    const values = (rows) => Object.fromEntries(rows.map((row) => [row.key, row.default]));
    return { optimizer: key, params: values(rule.params), schedule: { key: course.key, params: values(course.params) } };
  }

  /** Add the next optimizer of the menu that is not running yet, with a rate that suits this surface. */
  add() {
    const used = new Set(this.experiment.runs.map((r) => r.optimizer));
    const next = this.catalogue.optimizers.find((o) => !used.has(o.key)) ?? this.catalogue.optimizers[0];
    const wanted = structuredClone(this.experiment);
    if (wanted.runs.length >= 16) {
      this.#complain({ message: this.words('At most 16 runs fit on one picture.') });
      return;
    }
    wanted.runs.push(this.fresh(next.key));
    this.tune([wanted.runs.length - 1], toQuery(wanted));
  }

  duplicate(i) {
    if (this.experiment.runs.length >= 16) {
      this.#complain({ message: this.words('At most 16 runs fit on one picture.') });
      return;
    }
    this.edit((e) => e.runs.splice(i + 1, 0, structuredClone(e.runs[i])), true).then(() => this.#controls());
  }

  remove(i) {
    this.edit((e) => e.runs.splice(i, 1), true).then(() => this.#controls());
  }

  optimizer(i, key) {
    const wanted = structuredClone(this.experiment);
    wanted.runs[i] = this.fresh(key);
    this.tune([i], toQuery(wanted));
  }

  async setView(view) {
    this.view = view;
    await this.load(this.query); // each view shows its own window on the plane
    this.#tell();
  }

  setScale(scale) {
    this.scale = scale;
    this.curves.setLog(scale !== 'linear');
    this.#tell();
  }

  async copyLink(button) {
    const address = new URL(this.options.base, location.href);
    address.search = this.link();
    const text = address.href;
    try {
      await navigator.clipboard.writeText(text);
    } catch { // no permission, or not a secure context: the old way
      const field = h('textarea', { value: text, class: 'dl-hidden' });
      this.root.append(field);
      field.select();
      document.execCommand('copy');
      field.remove();
    }
    const name = button.textContent;
    button.textContent = this.words('Copied');
    setTimeout(() => { button.textContent = name; }, 1500);
  }

  fullScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.root.requestFullscreen?.();
  }

  // Playhead ---------------------------------------------------------------------------------------------------------

  playPressed() {
    if (this.demo) { // the first-visit race gives way to a race that was asked for
      this.demo = false;
      this.playhead.pause();
      this.playhead.seek(0);
    }
    this.playhead.toggle();
  }

  by(n) {
    this.playhead.pause();
    this.playhead.seek(this.playhead.step + n);
  }

  #firstVisit() {
    let seen = true;
    try {
      seen = Boolean(localStorage.getItem(SEEN));
      localStorage.setItem(SEEN, '1');
    } catch { /* storage is closed to us: then nothing moves */ }
    if (seen || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    this.demo = true;
    this.playhead.seek(0);
    this.playhead.play();
  }

  #showPlaying(playing) {
    if (!playing) this.demo = false;
    const name = playing && !this.demo ? 'pause' : 'play';
    this.bar.play.replaceChildren(icon(name));
    this.bar.play.setAttribute('aria-label', this.words(name === 'pause' ? 'Pause' : 'Play'));
    this.bar.play.title = this.words(name === 'pause' ? 'Pause' : 'Play');
  }

  #showStep(step) {
    this.root.dataset.step = step;
    this.stage.setStep(step);
    this.curves.setStep(step);
    this.readouts.setStep(step);
    const { scrubber, label } = this.bar;
    scrubber.max = this.playhead.steps;
    scrubber.value = step;
    label.textContent = `${step} / ${this.playhead.steps}`;
  }

  #key(event) {
    const at = event.target;
    if (!this.root.isConnected || event.ctrlKey || event.metaKey || event.altKey) return;
    const typed = at.closest?.('input, textarea, select, [contenteditable], [role=textbox], [role=combobox], [role=slider]');
    const own = this.root.contains(at);
    if (typed && (at.type !== 'range' || /^(Arrow|Home|End|Page)/.test(event.key)) && at.type !== 'checkbox') return;
    if (event.key === ' ' && at.closest?.('button, [type=checkbox], summary, a, [role=tab], [role=button]:not(.dl-start)')) return;
    if (!own && at !== document.body && at.closest?.('[role=tablist], [role=menu], [role=listbox]')) return;
    if (at.classList?.contains('dl-start') && event.key.startsWith('Arrow')) return;
    const speeds = [...this.bar.speed.options].map((o) => o.value);
    const faster = (n) => {
      const next = speeds[Math.min(speeds.length - 1, Math.max(0, speeds.indexOf(this.bar.speed.value) + n))];
      this.bar.speed.value = next;
      this.playhead.setSpeed(Number(next));
    };
    const keys = {
      ' ': () => this.playPressed(),
      ArrowLeft: () => this.by(event.shiftKey ? -10 : -1),
      ArrowRight: () => this.by(event.shiftKey ? 10 : 1),
      Home: () => this.playhead.seek(0),
      End: () => this.playhead.seek(this.playhead.steps),
      '[': () => faster(-1),
      ']': () => faster(1),
      f: () => this.fullScreen(),
      0: () => this.stage.resetZoom(),
    };
    const action = keys[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  }
}

/** What the still figures depend on. */
const shape = (header) => JSON.stringify([header.view, header.surface.key, header.formula, header.domain,
  header.view === 'overlay' ? 0 : header.runs.map((r) => r.optimizer)]);

let loading;

/** Plotly's bundle from the app itself, once per page. */
function plotly(address) {
  loading ??= new Promise((resolve, reject) => {
    if (window.Plotly) {
      resolve();
      return;
    }
    const script = h('script', { src: address, onload: resolve, onerror: () => reject(new Error(address)) });
    document.head.append(script);
  });
  return loading;
}
