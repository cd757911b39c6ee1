/**
 * The player: one experiment on the screen. The same modules serve the Streamlit component (default export) and a page of
 * its own (`mount`). The experiment lives here while it is being changed; Python reads it from the query, and only Python
 * decides what is valid and how it is written.
 */
import { Actions } from './actions.js';
import { chosenSliders, playerBar, sideTools, toolbar } from './controls.js';
import { courses } from './courses.js';
import { Curves } from './curves.js';
import { h, icon } from './dom.js';
import { bindKeys } from './keys.js';
import { runStyle } from './look.js';
import { Page, componentOf } from './page.js';
import { Playhead } from './playhead.js';
import { race } from './race.js';
import { explicit, makeScene, shape } from './scene.js';
import { Stage } from './stage.js';
import { Feed, decode, frames, get, toQuery, withFrame } from './wire.js';

const SEEN = 'descent-lab-seen';
const STOPS = 65; // of a slider that is dragged without asking for each move
const MOST_SWEPT = 1000; // steps × runs that such a sweep may have: a megabyte or two
const NARROW = 700; // pixels: below this the curves stand one above the other
const PAGES = { race, courses };

/** Start a player in an element of any page. */
export const mount = (root, options) => new Player(root, options);

class Player extends Page {
  /** options: those of Page; page is 'race' or 'courses'. */
  constructor(root, options) {
    super(root, options);
    this.page = PAGES[this.options.page];
    this.actions = new Actions(this);
    this.since = 0;
    this.#listen();
    this.start().then(() => (options.embedded ? options.autoplay && this.play() : this.#firstVisit()));
  }

  async start() {
    await this.prepare();
    const { base, language } = this.options;
    this.feed = new Feed(`${base}${this.page.route}?lang=${language}&format=bin&`);
    this.header = null;
    this.#build();
    await this.load(this.options.query);
    this.playhead.seek(this.playhead.steps);
  }

  // Layout -----------------------------------------------------------------------------------------------------------

  #build() {
    const _ = this.words;
    const { options } = this;
    this.playhead = new Playhead((step) => this.#showStep(step), (playing) => this.#showPlaying(playing));
    this.stage = new Stage(window.Plotly, {
      onStart: (x, y, done) => this.edit((e) => { e.start = [x, y]; }, done, { controls: done }),
      start: () => (this.experiment?.start ?? this.scene.start).map(Number),
      onReshape: () => this.options.sweeps || this.load(this.query),
      label: _('Start point; move it with the arrow keys'),
    });
    this.curves = new Curves(window.Plotly, this.page.panels, (step) => this.playhead.seek(step));
    this.stage.large = this.curves.large = Boolean(options.present);
    this.readouts = new this.page.Readouts(_);
    this.bar = playerBar(_, this);
    [this.tools, this.below] = [h('div'), h('div')];
    this.cards = h('div', { class: 'dl-cards' });
    this.stage.root.append(this.busy);
    const [left, side] = this.page.layout({
      stage: this.stage.root, bar: this.bar.root, cards: this.cards, curves: this.curves.root, tools: sideTools(this),
    });
    this.root.replaceChildren(h('h1', { class: 'dl-hidden' }, 'Descent Lab'), this.tools, this.notice,
      h('div', { class: 'dl-main' }, h('div', { class: 'dl-left' }, ...left), h('div', { class: 'dl-side' }, ...side)), this.readouts.root, this.below, this.readouts.live);
  }

  #listen() {
    bindKeys(this.root, {
      ...this.keys,
      ' ': () => this.play(),
      ArrowLeft: (event) => this.by(event.shiftKey ? -10 : -1),
      ArrowRight: (event) => this.by(event.shiftKey ? 10 : 1),
      Home: () => this.playhead.seek(0),
      End: () => this.playhead.seek(this.playhead.steps),
      '[': () => this.bar.faster(-1),
      ']': () => this.bar.faster(1),
      0: () => this.stage.resetZoom(),
    });
  }

  async themed() {
    if (!this.header) return;
    this.scene.runs.forEach((run, i) => { run.style = runStyle(i, this.theme); });
    await this.#draw();
    this.showControls();
    this.#showNumbers();
  }

  showControls() {
    this.keepFocus(() => {
      if (this.options.controls) {
        this.cards.replaceChildren(...chosenSliders(this));
        return;
      }
      this.tools.replaceChildren(toolbar(this));
      this.cards.replaceChildren(...this.experiment.runs.map((run, i) => this.page.card(i, run, this)));
    });
  }

  // Data -------------------------------------------------------------------------------------------------------------

  /** Options of a request: what to send, and the loss over the plane too where `plane` is true. */
  #options(plane) {
    this.planeDue ||= plane; // until it has come: a newer request may have taken the place of the one that asked
    if (!this.planeDue) return `fields=${this.page.fields}&`;
    this.aspect = this.stage.askShape();
    return `fields=${[...this.page.fields, 'grid']}&view=${this.view}&aspect=${this.aspect}&`;
  }

  /** Take an experiment by its query: a link, a preset, a tuned one. */
  async load(query) {
    this.asked += 1;
    const request = this.asked;
    try {
      const paths = this.feed.ask(this.#options(true) + query);
      const [blob, drawn] = await this.patiently(Promise.all([paths, this.#figures(query)]));
      if (blob) await this.take(blob, request, { controls: true, drawn });
    } catch (error) {
      this.complain(error.message);
    }
  }

  ask(experiment, { plane = false }) {
    return this.feed.ask(this.#options(plane) + toQuery(experiment));
  }

  valid() {
    return explicit(this.header);
  }

  /** As on every page; how.plane: the surface or the number of panels changes too. */
  async edit(change, done, how) {
    if (this.options.sweeps) return; // an exported file knows its sliders and nothing else
    if (done) this.wanted = this.gliding = null; // the next drag has to ask anew
    await super.edit(change, done, how);
  }

  /** Ask for all stops of a slider, so that dragging it needs no network. */
  async sweep(param) {
    const { steps, runs } = this.experiment;
    const moving = param.startsWith('noise') ? runs.length : 1;
    this.gliding = null;
    if (this.options.sweeps || !this.page.sweeps || param.startsWith('surface') || steps * moving > MOST_SWEPT) return;
    const wanted = {};
    this.wanted = wanted;
    const { base, language } = this.options;
    try {
      const address = `${base}api/descent?lang=${language}&format=bin&fields=${this.page.fields}&sweep=${param}:${STOPS}&${toQuery(this.experiment)}`;
      const found = frames(decode(await (await get(address)).arrayBuffer()));
      if (this.wanted === wanted) this.gliding = found;
    } catch { /* then every move asks by itself */ }
  }

  /** Show the stop of the sweep that is nearest to a value, at once; null where there is no sweep along this slider. */
  glide(param, value) {
    const sweep = this.options.sweeps?.[param] ?? this.gliding;
    if (sweep?.param !== param || !this.blob || sweep.frames[0].runs.length > this.blob.header.runs.length) return null;
    const away = sweep.values.map((stop) => Math.abs(distance(stop, value)));
    const j = away.indexOf(Math.min(...away));
    const blob = withFrame(this.blob, sweep, j);
    this.asked += 1;
    this.since = this.asked; // an answer that is still on its way is older than this
    this.take(blob, this.asked, {});
    this.experiment = explicit(blob.header);
    return { value: sweep.values[j] };
  }

  async take(blob, request, { controls, drawn = null }) {
    if (request < this.since) return;
    const { header } = blob;
    this.blob = { header, arrays: { ...blob.arrays, grid: undefined } };
    const plane = Boolean(blob.arrays.grid);
    if (plane) this.planeDue = false;
    const latest = request === this.asked;
    const before = this.header && this.shape;
    this.header = header;
    this.query = header.query;
    this.shape = shape(header, this.view) + this.aspect;
    this.notice.hidden = true;
    if (controls && latest) this.experiment = explicit(header);
    this.scene = makeScene(blob, this.scene, this.catalogue, this.words, this.theme, this.page.label);
    this.playhead.setLength(this.scene.steps);
    this.stage.step = this.curves.step = this.playhead.step;
    if (this.shape !== before) {
      this.drawn = drawn ?? await this.#figures(this.query);
      if (this.drawn.view !== this.view) this.shape = ''; // the view has been changed meanwhile: its own figures are on their way
      await this.#draw();
    } else {
      this.stage.setScene(this.scene, plane);
      this.curves.setScene(this.scene);
    }
    if (controls && latest) this.showControls();
    this.#showNumbers();
    this.version += 1;
    Object.assign(this.root.dataset, { player: '', version: this.version, query: header.query });
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
    this.readouts.setScene(this.scene);
    this.below.replaceChildren(this.page.results(this.scene, this.words));
    this.#showStep(this.playhead.step);
  }

  link() {
    const more = [];
    if (this.view !== 'overlay') more.push(`view=${this.view}`);
    if (this.scale !== this.page.scale) more.push(`scale=${this.scale}`);
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

  get path() {
    return this.page.path;
  }

  get presets() {
    return this.page.presets;
  }

  async preset(key) {
    await super.preset(key);
    this.playhead.seek(0);
    this.playhead.play();
  }

  // Playhead ---------------------------------------------------------------------------------------------------------

  play() {
    if (this.demo) { // the first-visit race gives way to the one that was asked for
      this.playhead.pause();
      this.playhead.seek(0);
    }
    this.playhead.toggle();
  }

  by(steps) {
    this.playhead.pause();
    this.playhead.seek(this.playhead.step + steps);
  }

  #firstVisit() {
    let seen = true;
    try {
      seen = Boolean(localStorage.getItem(SEEN));
      localStorage.setItem(SEEN, '1');
    } catch { /* storage is closed to us: then nothing moves */ }
    if (seen || !this.header || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    this.demo = true;
    this.playhead.seek(0);
    this.playhead.play();
  }

  #showPlaying(playing) {
    if (!playing) this.demo = false;
    const [name, label] = playing && !this.demo ? ['pause', this.words('Pause')] : ['play', this.words('Play')];
    this.bar.play.replaceChildren(icon(name));
    this.bar.play.title = label;
    this.bar.play.setAttribute('aria-label', label);
  }

  #showStep(step) {
    this.root.dataset.step = step;
    this.stage.setStep(step);
    this.curves.setStep(step);
    this.readouts.setStep(step);
    this.bar.show(step, this.playhead.steps, this.scene?.stride ?? 1);
  }
}

/** How far apart two values are: by their ratio where both are positive, as a slider of rates has it. */
const distance = (a, b) => (a > 0 && b > 0 ? Math.log(a / b) : a - b);

/** What Streamlit calls. */
export default componentOf(Player);
