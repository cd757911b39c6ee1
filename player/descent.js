/**
 * A page of descents: a surface, runs on it, their curves, and a playhead for all of it. What its kinds differ in is a
 * record (pages/race/player.js says what such a record holds). The experiment lives here while it is being changed; Python
 * reads it from the query, and only Python decides what is valid and how it is written.
 */
import { Actions } from './actions.js';
import { chosenSliders, playerBar, sideTools, toolbar } from './controls.js';
import { Curves } from './curves.js';
import { h, show, toSlider } from './dom.js';
import { keep, kept } from './header.js';
import { fingers } from './help.js';
import { runStyle } from './look.js';
import { apart } from './names.js';
import { Page } from './page.js';
import { Playhead } from './playhead.js';
import { explicit, makeScene, shape } from './scene.js';
import { Stage } from './stage.js';
import { decode, frames, get, nearest, toQuery, withFrame } from './wire.js';

const SEEN = 'descent-lab-seen';
const NARROW = 700; // pixels: below this the curves stand one above the other

export class Descent extends Page {
  /** `kind` is the record. */
  constructor(root, options, kind) {
    super(root, options);
    this.kind = kind;
    this.route = kind.route;
    this.actions = new Actions(this);
  }

  open() {
    super.open();
    const { embedded, autoplay } = this.options;
    this.started.then(() => (embedded ? autoplay && this.play() : this.#firstVisit()));
    return this;
  }

  async start() {
    await super.start();
    this.playhead.seek(this.playhead.steps);
  }

  // Layout -----------------------------------------------------------------------------------------------------------

  build() {
    const _ = this.words;
    const { options } = this;
    this.scene = null;
    this.playhead = new Playhead(
      (step) => this.#showStep(step),
      (playing) => this.bar.playing(playing)
    );
    this.stage = new Stage(window.Plotly, {
      onStart: (x, y, done) =>
        this.edit(
          (e) => {
            e.start = [x, y];
          },
          done,
          { whole: done }
        ),
      start: (scene) => (this.experiment?.start ?? scene.start).map(Number),
      onReshape: () => this.options.sweeps || this.#reshaped(),
      label: _('Start point; move it with the arrow keys'),
    });
    this.curves = new Curves(
      window.Plotly,
      (scene, log) => this.kind.panels(scene, log, _, this.axis),
      (step) => this.playhead.seek(step)
    );
    this.stage.large = this.curves.large = Boolean(options.present);
    if (options.present) Object.assign(this.curves, this.kind.hall);
    this.readouts = new this.kind.Readouts(_, this.limits);
    this.bar = playerBar(_, this);
    this.extra = this.kind.extra?.(this) ?? null;
    this.stage.over = this.extra?.over ?? null;
    this.tools = h('div');
    this.cards = h('div', { class: 'dl-cards' });
    this.stage.root.append(this.busy);
    const [left, side] = this.kind.layout({
      stage: this.stage.root,
      bar: this.bar.root,
      cards: this.cards,
      curves: this.curves.root,
      tools: sideTools(this),
      extra: this.extra?.root ?? '',
    });
    const main = h(
      'div',
      { class: 'dl-main' },
      h('div', { class: 'dl-left' }, ...left),
      h('div', { class: 'dl-side' }, ...side)
    );
    return [this.tools, this.notice, main, this.readouts.root, this.readouts.live];
  }

  /** As on every page; until the answer is here, a reshape asks for the same. */
  async load(query) {
    this.pending = query;
    try {
      await super.load(query);
    } finally {
      if (this.pending === query) this.pending = null;
    }
  }

  /** The picture has another shape: ask again, for what was asked for last. */
  #reshaped() {
    return typeof this.pending === 'string' ? this.load(this.pending) : this.edit(() => {}, false, { plane: true });
  }

  get keys() {
    return {
      ...super.keys,
      ' ': () => this.play(),
      ArrowLeft: (event) => this.by(event.shiftKey ? -10 : -1),
      ArrowRight: (event) => this.by(event.shiftKey ? 10 : 1),
      Home: () => this.playhead.seek(0),
      End: () => this.playhead.seek(this.playhead.steps),
      '[': () => this.bar.faster(-1),
      ']': () => this.bar.faster(1),
      0: () => this.stage.resetZoom(),
    };
  }

  get gestures() {
    const _ = this.words;
    return [
      [_('drag the ring, click'), _('another start')],
      [_('ctrl + wheel'), _('zoom the surface; 0 shows all of it')],
      ...super.gestures,
    ];
  }

  get hint() {
    if (fingers()) return this.words('Drag the ring · tap ▶ · drag a rate');
    return this.words('Drag the ring · space plays · drag a rate · ? shows the keys');
  }

  get scenery() {
    const { surface, formula } = this.store.answer.header;
    return this.kind.scenery?.(surface, formula, this) ?? super.scenery;
  }

  /** What the runs of an experiment are called here: by their rule, and by what tells them apart. */
  names(runs) {
    return apart(runs.map((run) => this.kind.naming(run, this.catalogue)));
  }

  async themed() {
    if (!this.scene) return;
    this.scene.runs.forEach((run, i) => {
      run.style = runStyle(i, this.theme);
    });
    await this.#draw();
    this.showControls();
    this.#showNumbers();
  }

  showControls() {
    const { controls, present } = this.options;
    if (controls || present) {
      this.cards.replaceChildren(...chosenSliders(this, controls ?? this.experiment.runs.map((_run, i) => `run${i}.lr`)));
      this.#showLimits(this.playhead.step);
      return;
    }
    this.tools.replaceChildren(toolbar(this));
    this.cards.replaceChildren(...this.experiment.runs.map((run, i) => this.kind.card(i, run, this)));
    const menu = this.extra?.menu();
    this.root.querySelector('[data-action=local]')?.remove();
    if (menu) this.root.querySelector('.dl-tools').append(menu);
    this.#showLimits(this.playhead.step);
  }

  // Data -------------------------------------------------------------------------------------------------------------

  async decode(reply) {
    const blob = decode(await reply.arrayBuffer());
    return { ...blob, query: blob.header.query };
  }

  toQuery(experiment) {
    return toQuery(experiment);
  }

  read({ header }) {
    return explicit(header);
  }

  /** how.plane: the surface or the number of panels changes too; how.load: everything does. */
  async ask(query, { plane = false, load = false }) {
    const paths = this.feed.ask(this.#wish(plane || load) + query);
    const [blob, drawn] = await Promise.all([paths, load ? this.#figures(query) : null]);
    return blob && { ...blob, drawn };
  }

  /** Options of a request: what to send, and the loss over the plane too where `plane` is true. */
  #wish(plane) {
    this.planeDue ||= plane; // until it has come: a newer request may have taken the place of the one that asked
    if (!this.planeDue) return `format=bin&fields=${this.kind.fields}&`;
    this.aspect = this.stage.askShape();
    return `format=bin&fields=${[...this.kind.fields, 'grid']}&view=${this.view}&aspect=${this.aspect}&`;
  }

  /** As on every page; how.plane: see `ask`. */
  async edit(change, done, how) {
    if (this.options.sweeps) return { failed: null, latest: () => false }; // an exported file knows its sliders and nothing else
    if (done) this.wanted = this.gliding = null; // the next drag has to ask anew
    return super.edit(change, done, how);
  }

  /** Ask for all stops of a slider, so that dragging it needs no network. */
  async sweep(param) {
    const { steps, runs } = this.experiment;
    const { stops, most } = this.catalogue.limits.sweep;
    const moving = param.startsWith('noise') ? runs.length : 1;
    this.gliding = null;
    if (this.options.sweeps || !this.kind.sweeps || param.startsWith('surface') || steps * moving > most) return;
    const wanted = {};
    this.wanted = wanted;
    const { base, language } = this.options;
    try {
      const wish = `lang=${language}&format=bin&fields=${this.kind.fields}&sweep=${param}:${stops}`;
      const reply = await get(`${base}${this.route}?${wish}&${toQuery(this.experiment)}`);
      const sweep = frames(decode(await reply.arrayBuffer()));
      if (this.wanted === wanted) this.gliding = sweep;
    } catch {
      /* then every move asks by itself */
    }
  }

  /** Show the stop of the sweep that is nearest to a value, at once; null where there is no sweep along this slider. */
  glide(param, value) {
    const sweep = this.options.sweeps?.[param] ?? this.gliding;
    const { answer } = this.store;
    if (sweep?.param !== param || !answer || sweep.frames[0].runs.length > answer.header.runs.length) return null;
    const j = nearest(sweep.values, value);
    const moved = withFrame(answer, sweep, j);
    moved.arrays.grid = undefined; // what is drawn stays
    const next = { ...moved, query: moved.header.query, drawn: null };
    this.store.put(next);
    this.take(next, { steady: true }, () => false);
    return { value: sweep.values[j] };
  }

  async show(blob, how = {}) {
    const { header, drawn } = blob;
    const plane = Boolean(blob.arrays.grid);
    if (plane) this.planeDue = false;
    const before = this.scene && this.shape;
    this.shape = shape(header, this.view) + this.aspect;
    this.scene = makeScene(blob, this.scene, this.catalogue, this.words, this.theme, this.names(header.runs));
    this.playhead.setLength(this.scene.steps);
    this.stage.step = this.curves.step = this.playhead.step;
    this.#showNumbers(); // which take their room before the picture is laid out
    if (this.shape !== before || !this.stage.figure) {
      // A page made anew while its window changes gets two answers at once; the second may be here before the first one's figures.
      this.drawn = drawn ?? (await this.#figures(this.query));
      if (this.drawn.view !== this.view) this.shape = ''; // the view has been changed meanwhile: its own figures are on their way
      await this.#draw();
    } else {
      this.stage.setScene(this.scene, plane);
      this.curves.setScene(this.scene, how.steady);
    }
    this.root.dataset.step = String(this.playhead.step);
    this.extra?.follow();
    this.#showLimits(this.playhead.step); // another surface has other ones, at the same step
  }

  /** The still figures for an experiment in this view. */
  async #figures(query) {
    const { base, language, page } = this.options;
    const { view } = this; // which may be another one by the time the answer is here
    const columns = this.root.clientWidth < NARROW ? 1 : 2;
    const address = `${base}api/figures?page=${page}&lang=${language}&view=${view}&aspect=${this.aspect}&columns=${columns}&${query}`;
    return { ...(await (await get(address)).json()), view };
  }

  async #draw() {
    this.curves.log = this.scale !== 'linear';
    this.curves.scene = this.scene;
    await Promise.all([
      this.stage.setFigure(this.drawn.main, this.drawn.view, this.scene, this.theme),
      this.curves.setFigure(this.drawn.curves, this.theme),
    ]);
  }

  #showNumbers() {
    /** @type {NodeListOf<HTMLElement>} */
    const called = this.root.querySelectorAll('[data-name-of]');
    for (const node of called) node.textContent = this.scene.runs[node.dataset.nameOf]?.name;
    this.readouts.setScene(this.scene);
    this.readouts.setStep(this.playhead.step);
    this.bar.show(this.playhead.step, this.playhead.steps, this.scene.stride);
  }

  link() {
    const more = [];
    if (this.view !== 'overlay') more.push(`view=${this.view}`);
    if (this.scale !== this.kind.scale) more.push(`scale=${this.scale}`);
    if (this.axis === 'gradients') more.push('axis=gradients');
    if (this.extra && this.options.local) more.push(`local=${this.options.local}`);
    return super.link(more);
  }

  async setView(view) {
    this.view = view;
    await this.load(this.query); // each view shows its own window on the plane
    this.tell();
  }

  setScale(scale) {
    this.scale = scale;
    this.curves.setLog(scale !== 'linear');
    this.tell();
  }

  setAxis(axis) {
    this.axis = axis;
    if (this.scene) this.curves.setScene(this.scene);
    this.tell();
  }

  async preset(key) {
    await super.preset(key);
    this.playhead.seek(0);
    this.playhead.play();
  }

  // Playhead ---------------------------------------------------------------------------------------------------------

  play() {
    this.playhead.toggle();
  }

  by(steps) {
    this.playhead.pause();
    this.playhead.seek(this.playhead.step + steps);
  }

  #firstVisit() {
    const seen = kept(SEEN); // where storage is closed to us nothing moves
    keep(SEEN);
    if (seen || !this.scene || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    this.playhead.seek(0);
    this.playhead.play();
  }

  #showStep(step) {
    this.root.dataset.step = step;
    this.stage.setStep(step);
    this.curves.setStep(step);
    this.readouts.setStep(step);
    this.#showLimits(step);
    this.bar.show(step, this.playhead.steps, this.scene?.stride ?? 1);
    if (this.scene) this.extra?.follow();
  }

  /** On the slider of each rate, where the curvature at the playhead sets its limit: a tick, and red beyond it. */
  #showLimits(step) {
    this.scene?.runs.forEach((run, i) => {
      /** @type {HTMLElement | null} */
      const range = this.root.querySelector(`input[type=range][data-param="run${i}.lr"]`);
      if (!range) return;
      const curvature = run.curvature?.[2 * step + 1];
      const limit = curvature > 0 && run.limit ? run.limit / curvature : null;
      const row = this.actions.rule(run.optimizer).params[0];
      const shown = limit !== null && limit < row.high;
      range.classList.toggle('dl-limited', shown);
      range.style.setProperty('--limit', shown ? String(toSlider(row, limit) / 1000) : '1');
      range.dataset.limit = shown ? String(limit) : '';
      /** @type {HTMLElement} */
      const slider = range.closest('.dl-slider');
      slider.dataset.tip = [row.help, shown && this.words('Limit at the playhead: {rate}').replace('{rate}', show(limit, 3))]
        .filter(Boolean)
        .join(' ');
      slider.classList.toggle('dl-beyond', shown && run.params.lr > limit);
    });
  }
}
