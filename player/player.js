/**
 * The player: one experiment on the screen. The same modules serve the Streamlit component (default export) and a page of
 * its own (`mount`). The experiment lives here while it is being changed; Python reads it from the query, and only Python
 * decides what is valid and how it is written.
 */
import { Actions } from './actions.js';
import { playerBar, runCard, sideTools, toolbar } from './controls.js';
import { Curves } from './curves.js';
import { h, icon } from './dom.js';
import { bindKeys } from './keys.js';
import { readTheme, runStyle } from './look.js';
import { Playhead } from './playhead.js';
import { Readouts, results } from './readouts.js';
import { FIELDS, explicit, makeScene, shape } from './scene.js';
import { Stage } from './stage.js';
import { Feed, get, toQuery } from './wire.js';

const SEEN = 'descent-lab-seen';
const NARROW = 700; // pixels: below this the curves stand one above the other
const players = new WeakMap();

/** Streamlit calls this on every rerun with new data; the player itself is made once per element. */
export default function component({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector('.dl-root');
  const onChange = (query) => setTriggerValue('query', query);
  const player = players.get(root);
  if (!player) players.set(root, new Player(root, { ...data, onChange }));
  else player.update({ ...data, onChange });
}

/** Start a player in an element of any page. */
export const mount = (root, options) => new Player(root, options);

class Player {
  /**
   * options: base (address of the app), version (of the assets), query, view, scale, language, lang (where the address
   * names one), present, load (a counter: the page has another experiment for us when it changes), onChange(query).
   */
  constructor(root, options) {
    this.root = root;
    this.version = 0;
    this.asked = 0; // requests so far: an answer to an older one must not undo what was done since
    this.actions = new Actions(this);
    this.#adopt(options);
    this.#listen();
    this.#start().then(() => this.#firstVisit());
  }

  #adopt(options) {
    this.options = { ...this.options, ...options };
    for (const key of ['view', 'scale', 'lang']) if (key in options) this[key] = options[key];
  }

  /** The page ran again: it may have another experiment, or another language, for us. */
  update(options) {
    const before = this.options;
    if (options.language !== before.language) {
      this.#adopt(options);
      this.#start();
    } else if (options.load !== before.load) {
      this.#adopt(options);
      this.load(options.query);
    } else {
      this.options.onChange = options.onChange;
    }
  }

  async #start() {
    const { base, version, language, present } = this.options;
    this.root.classList.add('dl-root');
    this.root.classList.toggle('dl-present', Boolean(present));
    this.root.lang = document.documentElement.lang = language === 'zh' ? 'zh-CN' : language;
    const [catalogue] = await Promise.all([
      get(`${base}api/catalogue?lang=${language}`).then((reply) => reply.json()),
      plotly(`${base}assets/${version}/plotly.min.js`),
    ]);
    this.catalogue = catalogue;
    this.words = (text) => catalogue.words[text] ?? text;
    this.feed = new Feed(`${base}api/descent?lang=${language}&format=bin&`);
    this.header = null;
    this.#build();
    await this.load(this.options.query);
    this.playhead.seek(this.playhead.steps);
  }

  /** The other language, here and in the address. */
  speak(language) {
    this.#adopt({ language, lang: language, query: this.query });
    this.#start();
    this.tell();
  }

  // Layout -----------------------------------------------------------------------------------------------------------

  #build() {
    const _ = this.words;
    const { actions, options } = this;
    this.playhead = new Playhead((step) => this.#showStep(step), (playing) => this.#showPlaying(playing));
    this.stage = new Stage(window.Plotly, {
      onStart: (x, y, done) => this.edit((e) => { e.start = [x, y]; }, done, { controls: done }),
      start: () => (this.experiment?.start ?? this.scene.start).map(Number),
      onReshape: () => this.load(this.query),
      label: _('Start point; move it with the arrow keys'),
    });
    this.curves = new Curves(window.Plotly, (step) => this.playhead.seek(step));
    this.stage.large = this.curves.large = Boolean(options.present);
    this.readouts = new Readouts(_);
    this.bar = playerBar(_, this);
    [this.tools, this.below] = [h('div'), h('div')];
    this.cards = h('div', { class: 'dl-cards' });
    this.notice = h('div', { class: 'dl-notice', role: 'alert', hidden: true });
    this.busy = h('div', { class: 'dl-busy', role: 'status', hidden: true }, _('Computing…'));
    this.stage.root.append(this.busy);
    const side = h('div', { class: 'dl-side' }, this.cards, sideTools(_, this.scale, actions, (scale) => this.setScale(scale)), this.curves.root);
    const left = h('div', { class: 'dl-left' }, this.stage.root, this.bar.root);
    this.root.replaceChildren(h('h1', { class: 'dl-hidden' }, 'Descent Lab'), this.tools, this.notice,
      h('div', { class: 'dl-main' }, left, side), this.readouts.root, this.below, this.readouts.live);
  }

  #listen() {
    bindKeys(this.root, {
      ' ': () => this.play(),
      ArrowLeft: (event) => this.by(event.shiftKey ? -10 : -1),
      ArrowRight: (event) => this.by(event.shiftKey ? 10 : 1),
      Home: () => this.playhead.seek(0),
      End: () => this.playhead.seek(this.playhead.steps),
      '[': () => this.bar.faster(-1),
      ']': () => this.bar.faster(1),
      f: () => this.fullScreen(),
      0: () => this.stage.resetZoom(),
    });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#themed());
    new MutationObserver(() => this.#themed()).observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
  }

  /** The page went from light to dark or back. */
  async #themed() {
    if (!this.header || readTheme(this.root).background === this.theme.background) return;
    this.theme = readTheme(this.root);
    this.scene.runs.forEach((run, i) => { run.style = runStyle(i, this.theme); });
    await this.#draw();
    this.showControls();
    this.#showNumbers();
  }

  showControls() {
    const { activeElement } = document;
    const focused = activeElement?.dataset?.param ?? activeElement?.dataset?.action;
    this.tools.replaceChildren(toolbar(this));
    this.cards.replaceChildren(...this.experiment.runs.map((run, i) => runCard(i, run, this)));
    if (focused) this.root.querySelector(`[data-param="${focused}"], [data-action="${focused}"]`)?.focus();
  }

  /** What went wrong, where it can be read and closed again. */
  complain(message) {
    const close = h('button', {
      type: 'button', class: 'dl-button', 'aria-label': this.words('Close'), onclick: () => { this.notice.hidden = true; },
    }, icon('close'));
    this.notice.replaceChildren(h('span', {}, message), close);
    this.notice.hidden = false;
  }

  /** Say that something takes long, but only when it does. */
  async patiently(work) {
    const timer = setTimeout(() => { this.busy.hidden = false; }, 250);
    try {
      return await work;
    } finally {
      clearTimeout(timer);
      this.busy.hidden = true;
    }
  }

  // Data -------------------------------------------------------------------------------------------------------------

  /** Options of a request: what to send, and the loss over the plane too where `plane` is true. */
  #options(plane) {
    this.planeDue ||= plane; // until it has come: a newer request may have taken the place of the one that asked
    if (!this.planeDue) return `fields=${FIELDS},state&`;
    this.aspect = this.stage.askShape();
    return `fields=${FIELDS},state,grid&view=${this.view}&aspect=${this.aspect}&`;
  }

  /** Take an experiment by its query: a link, a preset, a tuned one. */
  async load(query) {
    this.asked += 1;
    const request = this.asked;
    try {
      const paths = this.feed.ask(this.#options(true) + query);
      const [blob, drawn] = await this.patiently(Promise.all([paths, this.#figures(query)]));
      if (blob) await this.#take(blob, request, { controls: true, drawn });
    } catch (error) {
      this.complain(error.message);
    }
  }

  /**
   * Change the experiment and show it at once. `done` marks the end of a gesture: the page is told, the link changes.
   * plane: the surface or the number of panels changes with it. controls: sliders and menus have to be built anew.
   */
  async edit(change, done, { plane = false, controls = false } = {}) {
    const next = structuredClone(this.experiment);
    change(next);
    this.experiment = next;
    this.asked += 1;
    const request = this.asked;
    try {
      const blob = await this.patiently(this.feed.ask(this.#options(plane) + toQuery(next)));
      if (blob) await this.#take(blob, request, { controls });
      if (done && request === this.asked) this.tell(); // else the one that follows will
    } catch (error) {
      this.complain(error.message);
      if (!done || request !== this.asked) return;
      this.experiment = explicit(this.header); // the last one that was valid
      this.showControls();
    }
  }

  async #take(blob, request, { controls, drawn = null }) {
    const { header } = blob;
    const plane = 'grid' in blob.arrays;
    if (plane) this.planeDue = false;
    const latest = request === this.asked;
    const before = this.header && this.shape;
    this.header = header;
    this.query = header.query;
    this.shape = shape(header, this.view) + this.aspect;
    this.notice.hidden = true;
    if (controls && latest) this.experiment = explicit(header);
    this.theme = readTheme(this.root);
    this.scene = makeScene(blob, this.scene, this.catalogue, this.words, this.theme);
    this.playhead.setLength(header.steps);
    this.stage.step = this.curves.step = this.playhead.step;
    if (this.shape !== before) {
      this.drawn = drawn ?? await this.#figures(this.query);
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
    const { base, language } = this.options;
    const columns = this.root.clientWidth < NARROW ? 1 : 2;
    const address = `${base}api/figures?lang=${language}&view=${this.view}&aspect=${this.aspect}&columns=${columns}&${query}`;
    return (await get(address)).json();
  }

  async #draw() {
    this.curves.log = this.scale !== 'linear';
    this.curves.scene = this.scene;
    await Promise.all([
      this.stage.setFigure(this.drawn.main, this.view, this.scene, this.theme),
      this.curves.setFigure(this.drawn.curves, this.theme),
    ]);
  }

  #showNumbers() {
    this.readouts.setScene(this.scene);
    this.below.replaceChildren(results(this.scene, this.words));
    this.#showStep(this.playhead.step);
  }

  /** Tell the page what is on the screen. */
  tell() {
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

  fullScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.root.requestFullscreen?.();
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
    this.bar.show(step, this.playhead.steps);
  }
}

let loading;

/** Plotly's bundle from the app itself, once per page. */
function plotly(address) {
  loading ??= new Promise((resolve, reject) => {
    const script = h('script', { src: address, onload: resolve, onerror: () => reject(new Error(address)) });
    if (window.Plotly) resolve();
    else document.head.append(script);
  });
  return loading;
}
