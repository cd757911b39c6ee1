/** What every page of the player does: adopt options, follow the theme, change its experiment, complain, wait, share a link. */
import { labLink, slider } from './controls.js';
import { h, icon } from './dom.js';
import { Header } from './header.js';
import { fingers, greeting, sheet } from './help.js';
import { bindKeys } from './keys.js';
import { readTheme } from './look.js';
import { plotly } from './plotly.js';
import { Store } from './store.js';
import { Tips } from './tips.js';
import { Feed, get, nearest, network } from './wire.js';

/** A Streamlit component of a page's `mount`: called on every rerun with new data; the page itself is made once per element. */
export function componentOf(mount) {
  const pages = new WeakMap();
  return ({ parentElement, data, setTriggerValue }) => {
    const root = parentElement.querySelector('.dl-root');
    const onChange = (query) => whenHeard(root, () => setTriggerValue('query', query));
    if (!pages.has(root)) {
      pages.set(root, mount(root, { ...data, onChange }));
      closeMenu();
    } else pages.get(root).update({ ...data, onChange });
  };
}

const unsaid = new WeakMap();

/** Say it now, or when Streamlit is there again: what is told to a session that is gone is lost. Only the last is said. */
function whenHeard(root, say) {
  clearTimeout(unsaid.get(root));
  /** @type {HTMLElement | null} */
  const app = document.querySelector('[data-test-connection-state]');
  if (!app || app.dataset.testConnectionState === 'CONNECTED') say();
  else
    unsaid.set(
      root,
      setTimeout(() => whenHeard(root, say), 250)
    );
}

/** On a phone Streamlit's menu of pages lies over the page that was chosen there: close it. */
function closeMenu() {
  if (!matchMedia('(max-width: 768px)').matches) return;
  /** @type {HTMLElement | null} */
  const button = document.querySelector('[data-testid=stSidebar] [data-testid=stSidebarCollapseButton] button');
  if (button?.getBoundingClientRect().right > 0) button.click();
}

/**
 * One page. It owns the experiment (a Store), the requests, the notice and the link. A kind of page says how it is built,
 * asked for, read and shown: the members under "what a kind gives".
 */
export class Page {
  /**
   * options: page (its key), base (address of the app), version (of the assets), query, view, scale, language, lang (where
   * the address names one), present, load (a counter: the page has another experiment for us when it changes), embedded,
   * onChange(query).
   * @param {HTMLElement} root
   * @param {Record<string, any>} options
   */
  constructor(root, options) {
    this.root = root;
    this.version = 0;
    /** @type {any} */
    this.playhead = null; // of a page that moves
    this.untold = false; // a gesture has ended, and the page does not know of it yet
    this.showing = Promise.resolve(); // what is being drawn
    this.works = new Set(); // what one waits for
    this.coming = null; // key of the preset that has been asked for and is not here yet
    this.lang = '';
    this.adopt(options);
    this.origin = options.query; // what Reset leads back to
    this.tips = new Tips(root);
    this.notice = h('div', { class: 'dl-notice', role: 'alert', hidden: true });
  }

  // What a kind gives ----------------------------------------------------------------------------------------------

  /** Where its numbers come from, below `base`. */
  route = '';

  /** The elements of the page, in order, `notice` among them. */
  build() {
    return [];
  }

  /** What the catalogue says of this page. */
  get about() {
    return this.catalogue.pages.find((page) => page.key === this.options.page);
  }

  /** Of its address in the app. */
  get path() {
    return this.about.path;
  }

  /** The answer in a reply, with the `query` it stands for. */
  decode(reply) {
    return reply.json();
  }

  /** An answer to a query, or null where a newer one took its place; how.load: it comes from elsewhere, not from a control. */
  async ask(query, _how) {
    return this.feed.ask(query);
  }

  /** The query of an experiment, every parameter written out. */
  toQuery(_experiment) {
    return '';
  }

  /** The experiment of an answer, as plain values that controls can change. */
  read(answer) {
    return answer;
  }

  /** Draw an answer; how.themed: in other colours; how.steady: while a slider is held. */
  async show(_answer, _how = {}) {}

  /** Make sliders and menus anew. */
  showControls() {}

  /** Where a slider stands, by its name. */
  at(_param) {
    return 0;
  }

  /** The page went from light to dark or back: draw all of it again. */
  async themed() {
    if (!this.store?.answer) return;
    await this.show(this.store.answer, { themed: true });
    this.showControls();
  }

  // The start --------------------------------------------------------------------------------------------------------

  /** Start it; a kind is complete only after its constructor. */
  open() {
    bindKeys(this.root, this.keys);
    network.waits = (seconds) => this.#waits(seconds);
    const build = this.showControls.bind(this);
    this.showControls = () => {
      build();
      this.header.gather();
    };
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#themed());
    new MutationObserver(() => this.#themed()).observe(document.documentElement, {
      attributes: true,
      attributeFilter: ['style', 'class'],
    });
    this.started = this.start();
    return this;
  }

  adopt(options) {
    this.options = { ...this.options, ...options };
    for (const key of ['view', 'scale', 'axis', 'lang']) if (key in options) this[key] = options[key];
  }

  /** The page ran again: it may have another experiment, or another language, for us. */
  update(options) {
    const before = this.options;
    if (options.language !== before.language) {
      this.adopt(options);
      this.start();
    } else if (options.load !== before.load) {
      this.untold = false;
      this.adopt(options);
      this.origin = options.query;
      this.load(options.query);
    } else {
      this.options.onChange = options.onChange;
    }
  }

  /** From nothing, in this language: at the beginning, and whenever the language or the size of everything changes. */
  async start() {
    await this.#prepare();
    for (let before; before !== this.showing; ) await (before = this.showing);
    const { base, language, query, version } = this.options;
    this.feed = new Feed(`${base}${this.route}?lang=${language}&`, (reply) => this.decode(reply));
    this.store = new Store({
      ask: (text, how) => this.ask(text, how),
      toQuery: (value) => this.toQuery(value),
      read: (answer) => this.read(answer),
    });
    this.playhead?.pause(); // that of the page before, which would go on moving this one
    const still = document.querySelector('.dl-first .dl-still');
    this.header = new Header(this);
    const hello = this.options.present || this.options.controls || !this.hint ? null : greeting(this.words, this.hint);
    const frame = h('div', { class: 'dl-frame' }, this.header.root, hello, ...this.build());
    this.root.replaceChildren(frame, this.tips.note);
    this.#keep(still);
    const loaded = this.load(query); // the question is on its way before Plotly takes the browser's time
    this.drawing = plotly(`${base}assets/${version}/plotly.min.js`);
    await loaded;
  }

  /** The server's drawing stays where the live one will be, until that is there. */
  #keep(still) {
    this.still = still;
    if (still) this.root.querySelector(still.classList.contains('dl-fit') ? '.dl-left' : '.dl-stage')?.append(still);
    document.querySelector('.dl-layer')?.remove();
  }

  /** Catalogue and words. */
  async #prepare() {
    const { base, language, present } = this.options;
    this.root.classList.add('dl-root', `dl-${this.options.page}`);
    this.root.classList.toggle('dl-present', Boolean(present));
    this.root.classList.toggle('dl-slim', Boolean(this.options.controls));
    this.root.lang = document.documentElement.lang = language === 'zh' ? 'zh-CN' : language;
    const catalogue = await (await get(`${base}api/catalogue?lang=${language}`)).json();
    this.catalogue = catalogue;
    this.words = (text) => catalogue.words[text] ?? text;
    this.busy = h('div', { class: 'dl-busy', role: 'status', hidden: true }, this.words('Computing…'));
    this.theme = readTheme(this.root);
  }

  /** The other language, here and in the address. */
  speak(language) {
    this.adopt({ language, lang: language, query: this.query });
    this.start();
    this.tell();
  }

  /** The page went from light to dark or back. */
  #themed() {
    if (!this.theme || readTheme(this.root).background === this.theme.background) return;
    this.theme = readTheme(this.root);
    this.undisturbed(this.themed());
  }

  /** A drawing: the page begins anew only when it is done. */
  undisturbed(drawing) {
    this.showing = Promise.allSettled([this.showing, drawing]).then(() => {});
    return drawing;
  }

  // The experiment ---------------------------------------------------------------------------------------------------

  /** As the controls show it. */
  get experiment() {
    return this.store.value;
  }

  /** The query of what is drawn. */
  get query() {
    return this.store?.query ?? this.options.query;
  }

  /** Take an experiment by its query: a link, a preset. */
  async load(query) {
    await this.#follow(this.store.load(query), { whole: true });
  }

  /**
   * Change the experiment and show it at once. `done` marks the end of a gesture: the page is told, the link changes.
   * how.whole: sliders and menus have to be built anew; how.keep: not even where the value is refused. Returns what was wrong,
   * or null, and `latest`, whether nothing else has been asked since.
   */
  async edit(change, done, how = {}) {
    if (!this.experiment) return { failed: null, latest: () => false }; // the page is at its beginning: nothing is there to be changed
    this.untold ||= done;
    const asked = { ...how, steady: !done };
    const { failed, latest } = await this.#follow(this.store.edit(change, asked), asked);
    if (failed && latest() && (done || how.keep)) {
      this.untold = false;
      this.store.restore();
      if (!how.keep) this.showControls();
    }
    return { failed, latest };
  }

  /**
   * In an exported file: show the stop of a slider's way that is nearest to a value, and return it; elsewhere undefined. A
   * frame holds the whole answer, or the one item of it that the slider changes.
   */
  glide(param, value) {
    const sweep = this.options.sweeps?.[param];
    if (!sweep) return undefined;
    const j = nearest(sweep.values, value);
    const { query, document } = sweep.frames[j];
    const items = (this.store.answer[sweep.items] ?? []).slice();
    if (sweep.first !== null) items.splice(sweep.first, 1, ...document[sweep.items]);
    const answer = sweep.first === null ? document : { ...this.store.answer, [sweep.items]: items };
    this.store.put({ ...answer, query });
    this.take(this.store.answer, { steady: true }, () => true);
    return sweep.values[j];
  }

  /** Only the sliders that the page around this one, or an exported file, has asked for. A kind says where each stands: at(param). */
  chosen() {
    const sliders = this.options.sliders.map((row) =>
      h(
        'div',
        { class: 'dl-run' },
        h('span', { class: 'dl-help' }, row.help),
        slider({ ...row, word: '' }, this.at(row.name), row.name, this, row.help || row.key)
      )
    );
    return [...sliders, ...labLink(this)];
  }

  /** Show the answer when it is here, or say what was wrong. */
  async #follow(turn, how) {
    const { store } = this;
    this.root.dataset.asking = ''; // until what was asked last is drawn, or refused
    const { answer, error, latest: last } = await this.patiently(turn);
    const latest = () => last() && store === this.store;
    try {
      if (error) throw error;
      if (answer) await this.take(answer, how, latest);
      if (this.untold && latest()) this.tell(); // a gesture has ended: with this answer, or with one that it overtook
      return { failed: null, latest };
    } catch (problem) {
      this.complain(problem.message);
      return { failed: problem, latest };
    } finally {
      const drawn = store === this.store && store.taken === store.asked; // from a sweep that is here: it asked for nothing
      if (latest() || drawn) delete this.root.dataset.asking;
    }
  }

  /** Draw an answer, and its controls where it has others. */
  async take(answer, how, latest) {
    this.notice.hidden = true;
    const controls = how.whole && latest();
    if (controls && !this.version) {
      this.showControls(); // they need no picture, and nor does the title
      this.header.show();
    }
    await this.drawing;
    if (answer !== this.store.answer) return; // a newer one is here, or the page began anew meanwhile
    await this.undisturbed(this.show(answer, how));
    this.still?.remove();
    if (answer !== this.store.answer) return; // or has been drawn over it
    if (controls && latest() && this.version) this.keepFocus(() => this.showControls());
    this.header.show();
    this.version += 1;
    Object.assign(this.root.dataset, { player: '', version: this.version, query: answer.query });
    for (const link of this.root.querySelectorAll('[data-action="lab"]')) link.setAttribute('href', this.labAddress);
  }

  /** The presets of this page. */
  get presets() {
    return this.catalogue.presets[this.options.page];
  }

  /** The rows of its numbers, by key. */
  get numbers() {
    return this.catalogue.numbers[this.options.page];
  }

  /** How many of a thing fit. */
  get limits() {
    return this.catalogue.limits[this.options.page];
  }

  /** Empty axes for some curves, drawn by Python. */
  async axes(panels, columns) {
    const { base, language } = this.options;
    return (await get(`${base}api/axes?lang=${language}&panels=${panels}&columns=${columns}`)).json();
  }

  async preset(key) {
    const preset = this.presets.find((p) => p.key === key);
    if (!preset) return;
    this.chosenKey = this.coming = key;
    this.header.show(); // at once, and the next turn goes on from here
    this.origin = preset.query;
    this.untold = true; // told with the answer, which a reshape may ask for anew
    await this.load(preset.query).finally(() => {
      if (this.coming === key) this.coming = null; // or another one has been asked for meanwhile
    });
    if (!this.coming && this.store.answer) this.header.show();
  }

  /** The preset that is shown, or will be when its answer is here: the one chosen last, where several are the same. */
  get example() {
    if (this.coming) return this.presets.find((preset) => preset.key === this.coming);
    const shown = this.presets.filter((preset) => preset.query === this.query);
    return shown.find((preset) => preset.key === this.chosenKey) ?? shown[0];
  }

  /** What stands above the picture: {name, sentence, lookFor} of a preset or a figure of a lecture; else of what is drawn. */
  get headline() {
    const figure = this.catalogue.cards?.[this.options.page].find(({ query }) => query === this.query);
    return { lookFor: this.about.look_for, ...(this.example ?? figure ?? this.scenery) }; // what to look for on a surface is of its usual runs
  }

  /** What is drawn, where it is no example: by a kind that knows better, its surface. */
  get scenery() {
    return { name: this.about.title, sentence: this.about.summary };
  }

  /** The next or the previous preset: after the one that is shown or was chosen last. */
  turn(n) {
    const { presets } = this;
    const at = presets.indexOf(this.example ?? presets.find((preset) => preset.key === this.chosenKey));
    return this.preset(presets[(at + n + (at < 0 && n < 0 ? 1 : 0) + presets.length) % presets.length].key);
  }

  /** Back to how it was opened, or to the preset chosen last; from there to what the page opens with. */
  async reset() {
    const { origin, about } = this;
    if (origin === this.query) this.origin = about.opens;
    await this.load(this.origin);
    this.tell();
  }

  /** For a clicker in the hall; elsewhere its keys scroll, or belong to the slides around us. */
  step(n) {
    if (this.options.embedded && window.parent !== window) {
      window.parent.postMessage(JSON.stringify({ method: n > 0 ? 'next' : 'prev' }), '*'); // what reveal.js listens to
      return true;
    }
    if (!this.options.present || !this.presets.length) return false;
    this.turn(n);
    return true;
  }

  /** The keys that mean the same on every page (keys.js). */
  get keys() {
    return {
      f: () => this.fullScreen(),
      p: () => this.present(),
      q: () => this.showCode(),
      '?': () => this.help(),
      PageDown: () => this.step(1),
      PageUp: () => this.step(-1),
      Escape: () => this.close(),
    };
  }

  /** What keys and gestures do, in words, for the sheet: [keys, what]. A kind puts its own in front. */
  get gestures() {
    const _ = this.words;
    return [
      ...(this.playhead ? this.playing : []),
      ['p', _('large and bare, for the hall')],
      ...(this.presets.length > 1 ? [['Page Up, Page Down', _('the example before, the next one (in the hall)')]] : []),
      ['q', _('the link as a QR code')],
      ['f', _('full screen')],
      [_('Esc'), _('close what lies over the page')],
    ];
  }

  /** What the keys of a playhead do. */
  get playing() {
    const _ = this.words;
    return [
      [_('space'), _('play and pause')],
      ['← →', this.strides],
      ['Home, End', _('to the start, to the end')],
      ...('[' in this.keys ? [['[ ]', _('slower, faster')]] : []),
    ];
  }

  /** How far its arrows go. */
  get strides() {
    return this.words('one step; ten with shift');
  }

  /** What a first visitor is told, in one line. */
  get hint() {
    if (fingers()) return this.words('Drag a slider: everything follows at once.');
    return this.words('Drag a slider: everything follows at once. ? shows the keys.');
  }

  /** The sheet of keys and gestures. */
  help() {
    const open = sheet(this.words, this.gestures);
    this.root.append(open);
    open.showModal();
  }

  /** A number was typed that cannot be used. */
  refuse(row, text) {
    const fill = { name: row.key, value: text || '∅', low: row.low, high: row.high };
    this.complain(this.words('{name} = {value} is outside {low} … {high}').replace(/\{(\w+)\}/g, (_, key) => fill[key]));
  }

  /** What went wrong, where it can be read and closed again. */
  complain(message) {
    this.say(message, 'alert');
  }

  /** What has happened, in the same place. */
  say(message, role = 'status') {
    const close = h(
      'button',
      {
        type: 'button',
        class: 'dl-button',
        'aria-label': this.words('Close'),
        onclick: () => {
          this.notice.hidden = true;
        },
      },
      icon('close')
    );
    this.notice.setAttribute('role', role);
    this.notice.classList.toggle('dl-fine', role === 'status');
    this.notice.replaceChildren(h('span', {}, message), close);
    this.notice.hidden = false;
  }

  /** Say that something takes long, but only when it does. */
  async patiently(work) {
    this.works.add(work);
    const timer = setTimeout(() => {
      this.busy.hidden = false;
    }, 250);
    try {
      return await work;
    } finally {
      clearTimeout(timer);
      this.works.delete(work);
      this.busy.hidden ||= !this.works.size;
    }
  }

  /** The server has too much to do and is left alone for some seconds; 0: it has answered. */
  #waits(seconds) {
    if (!this.busy) return; // at the very beginning there are no words yet
    const text = seconds ? this.words('The server is busy; asking again in {n} s…') : this.words('Computing…');
    this.busy.textContent = text.replace('{n}', seconds);
    this.busy.hidden = !seconds && this.busy.hidden;
  }

  /** Tell the page what is on the screen. Where a newer answer is still to come, it will be told too. */
  tell() {
    if (this.store?.taken === this.store?.asked) this.untold = false;
    this.options.onChange?.(this.link());
  }

  /** The query of all that is on the screen; `more` are the page's own fields. */
  link(more = [], query = this.query) {
    const all = [query, ...more];
    if (this.lang) all.push(`lang=${this.lang}`);
    if (this.options.present) all.push('present=1');
    return all.filter(Boolean).join('&');
  }

  /** The address of what is on the screen, or of another query, on this page or another, without pairs that make no sense there. */
  address(path = this.path, without = [], query = this.query) {
    const address = new URL(this.options.base + path, location.href);
    address.search = this.link([], query)
      .split('&')
      .filter((pair) => !without.includes(pair))
      .join('&');
    return address.href;
  }

  /** The address of a page of the lab: beside this one, or, in an exported file, where the file came from. */
  addressOf(key, query) {
    const { embedded, home } = this.options;
    const { path } = this.catalogue.pages.find((page) => page.key === key);
    return home ? `${home}${path}?${query}` : this.address(embedded ? `embed/${key}` : path, [], query);
  }

  /** What is on the screen, in the lab. */
  get labAddress() {
    return this.address(this.path, ['present=1']);
  }

  /** What an audience opens: the page by itself, all its controls, without a session; at this machine's own address where that was chosen. */
  get studentAddress() {
    const address = new URL(this.address(`embed/${this.options.page}`, ['present=1']));
    if (this.host) address.hostname = this.host;
    return address.href;
  }

  /** The machine's own address, where the link names one that only this machine understands; null where there is none. */
  async elsewhere() {
    const { hostname } = new URL(this.studentAddress);
    if (!/^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname)) return undefined;
    try {
      const { hosts } = await (await get(`${this.options.base}api/hosts`)).json();
      return hosts[0] ?? null;
    } catch {
      return null;
    }
  }

  /** After such a link was copied. */
  async warnOfLocalhost() {
    const host = await this.elsewhere();
    if (host === undefined) return;
    const address = new URL(this.studentAddress);
    if (host) address.hostname = host;
    const _ = this.words;
    this.complain(
      host
        ? _('This link says “localhost”, which only this computer understands. In the same network it is {address}').replace(
            '{address}',
            address.href
          )
        : _('This link says “localhost”, which only this computer understands. Start the app where others can reach it.')
    );
  }

  copyLink(button) {
    return this.copy(button, this.address());
  }

  /** Fetch a file and save it, with a note while the server is drawing it. */
  async download(address) {
    try {
      const reply = await this.patiently(get(address));
      const name = /filename="([^"]+)"/.exec(reply.headers.get('content-disposition') ?? '')?.[1] ?? 'descent';
      const url = URL.createObjectURL(await reply.blob());
      h('a', { href: url, download: name }).click();
      setTimeout(() => URL.revokeObjectURL(url), 60000);
    } catch (error) {
      this.complain(error.message);
    }
  }

  async copy(button, text) {
    const name = button.textContent;
    button.textContent = (await copy(text, this.root)) ? this.words('Copied') : this.words('Copying failed');
    setTimeout(() => {
      button.textContent = name;
    }, 1500);
  }

  /** Large and bare for the hall, or back again. */
  present() {
    this.adopt({ present: !this.options.present, query: this.query });
    this.start();
    this.tell();
  }

  /** The link for students as a QR code over the picture; a second time, or a click, takes it away. */
  showCode() {
    if (this.code?.isConnected) {
      this.code.remove();
      return;
    }
    const image = h('img');
    const text = h('span');
    const close = h(
      'button',
      { type: 'button', class: 'dl-codeimage', 'aria-label': this.words('Close'), onclick: () => this.code.remove() },
      image
    );
    const note = h('p', { class: 'dl-codenote', role: 'alert', hidden: true });
    this.code = h(
      'div',
      { class: 'dl-code', onclick: (event) => event.target === this.code && this.code.remove() },
      close,
      text,
      note
    );
    const fill = () => {
      const address = this.studentAddress;
      Object.assign(image, { src: `${this.options.base}qr.svg?text=${encodeURIComponent(address)}`, alt: address });
      text.textContent = address;
    };
    fill();
    this.root.append(this.code);
    close.focus();
    this.elsewhere().then((host) => host !== undefined && this.#offer(note, host, fill));
  }

  /** A telephone cannot open `localhost`: say so, and offer the address that it can open. */
  #offer(note, host, fill) {
    const _ = this.words;
    const use = (event) => {
      this.host = host;
      note.hidden = true;
      event.stopPropagation();
      fill();
    };
    note.replaceChildren(
      _('“localhost” is this computer alone: no telephone can open it.'),
      ' ',
      host
        ? h(
            'button',
            { type: 'button', class: 'dl-text', 'data-action': 'own-address', onclick: use },
            _('Use {address}').replace('{address}', host)
          )
        : _('Start the app where others can reach it.')
    );
    note.hidden = false;
  }

  /** Whatever lies over the page goes away; false where nothing did. */
  close() {
    const over = [this.code?.isConnected && this.code, this.root.querySelector('.dl-share[open]')].filter(Boolean);
    for (const node of over) {
      if (node === this.code) node.remove();
      else node.removeAttribute('open');
    }
    return this.tips.close() || over.length > 0;
  }

  /** Keep the focus on the same control, and the menu open, while controls are built anew by `work`. */
  keepFocus(work) {
    const activeElement = /** @type {HTMLElement | null} */ (document.activeElement);
    const focused = activeElement?.dataset?.param ?? activeElement?.dataset?.action;
    const menu = Boolean(this.root.querySelector('.dl-share[open]'));
    work();
    if (menu) this.root.querySelector('.dl-share')?.setAttribute('open', '');
    /** @type {HTMLElement | null} */
    const again = focused && this.root.querySelector(`[data-param="${focused}"], [data-action="${focused}"]`);
    again?.focus();
  }

  fullScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.root.requestFullscreen?.();
  }
}

/** Put a text on the clipboard; where the browser forbids the new way (no permission, no https), the old one. */
async function copy(text, root) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = h('textarea', { value: text, class: 'dl-hidden' });
    root.append(field);
    field.select();
    const done = document.execCommand('copy');
    field.remove();
    return done;
  }
}
