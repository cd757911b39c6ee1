/** What every page of the player does: adopt options, follow the theme, change its experiment, complain, wait, share a link. */
import { h, icon } from './dom.js';
import { readTheme } from './look.js';
import { get } from './wire.js';

/** A Streamlit component of a class: called on every rerun with new data; the page itself is made once per element. */
export function componentOf(Kind) {
  const pages = new WeakMap();
  return ({ parentElement, data, setTriggerValue }) => {
    const root = parentElement.querySelector('.dl-root');
    const onChange = (query) => setTriggerValue('query', query);
    if (!pages.has(root)) pages.set(root, new Kind(root, { ...data, onChange }));
    else pages.get(root).update({ ...data, onChange });
  };
}

/**
 * A kind of page gives: path (of its address), presets (of the catalogue), start(), load(query), ask(experiment, how),
 * take(reply, request, how), valid() (the last experiment that was), showControls(), themed().
 */
export class Page {
  /**
   * options: page (its name), base (address of the app), version (of the assets), query, view, scale, language, lang (where
   * the address names one), present, load (a counter: the page has another experiment for us when it changes),
   * onChange(query).
   */
  constructor(root, options) {
    this.root = root;
    this.version = 0;
    this.asked = 0; // requests so far: an answer to an older one must not undo what was done since
    this.adopt({ page: 'race', ...options });
    this.notice = h('div', { class: 'dl-notice', role: 'alert', hidden: true });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#themed());
    new MutationObserver(() => this.#themed()).observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
  }

  adopt(options) {
    this.options = { ...this.options, ...options };
    for (const key of ['view', 'scale', 'lang']) if (key in options) this[key] = options[key];
  }

  /** The page ran again: it may have another experiment, or another language, for us. */
  update(options) {
    const before = this.options;
    if (options.language !== before.language) {
      this.adopt(options);
      this.start();
    } else if (options.load !== before.load) {
      this.adopt(options);
      this.load(options.query);
    } else {
      this.options.onChange = options.onChange;
    }
  }

  /** Catalogue, words and Plotly in this language; the rest of the start is the kind's own. */
  async prepare() {
    const { base, version, language, present } = this.options;
    this.root.classList.add('dl-root', `dl-${this.options.page}`);
    this.root.classList.toggle('dl-present', Boolean(present));
    this.root.classList.toggle('dl-slim', Boolean(this.options.controls));
    this.root.lang = document.documentElement.lang = language === 'zh' ? 'zh-CN' : language;
    const [catalogue] = await Promise.all([
      get(`${base}api/catalogue?lang=${language}`).then((reply) => reply.json()),
      plotly(`${base}assets/${version}/plotly.min.js`),
    ]);
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
    this.themed();
  }

  /**
   * Change the experiment and show it at once. `done` marks the end of a gesture: the page is told, the link changes.
   * how.controls: sliders and menus have to be built anew.
   */
  async edit(change, done, how = {}) {
    const next = structuredClone(this.experiment);
    change(next);
    this.experiment = next;
    this.asked += 1;
    const request = this.asked;
    try {
      const reply = await this.patiently(this.ask(next, how));
      if (reply) await this.take(reply, request, how);
      if (done && request === this.asked) this.tell(); // else the one that follows will
    } catch (error) {
      this.complain(error.message);
      if (!done || request !== this.asked) return;
      this.experiment = this.valid();
      this.showControls();
    }
  }

  async preset(key) {
    const preset = this.catalogue[this.presets].find((p) => p.key === key);
    if (!preset) return;
    this.chosen = key;
    await this.load(preset.query);
    this.tell();
  }

  /** The next or the previous preset, for a clicker in the hall; elsewhere its keys scroll, or belong to the slides around us. */
  step(n) {
    if (this.options.embedded && window.parent !== window) {
      window.parent.postMessage(JSON.stringify({ method: n > 0 ? 'next' : 'prev' }), '*'); // what reveal.js listens to
      return true;
    }
    if (!this.options.present) return false;
    const keys = this.catalogue[this.presets].map((preset) => preset.key);
    const at = keys.indexOf(this.chosen);
    this.preset(keys[(at + n + (at < 0 && n < 0 ? 1 : 0) + keys.length) % keys.length]);
    return true;
  }

  /** The keys that mean the same on every page (keys.js). */
  get keys() {
    return {
      f: () => this.fullScreen(),
      p: () => this.present(),
      q: () => this.showCode(),
      PageDown: () => this.step(1),
      PageUp: () => this.step(-1),
      Escape: () => this.close(),
    };
  }

  /** A number was typed that cannot be used. */
  refuse(row, text) {
    const fill = { name: row.key, value: text || '∅', low: row.low, high: row.high };
    this.complain(this.words('{name} = {value} is outside {low} … {high}').replace(/\{(\w+)\}/g, (_, key) => fill[key]));
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

  /** Tell the page what is on the screen. */
  tell() {
    this.options.onChange?.(this.link());
  }

  /** The query of all that is on the screen; `more` are the page's own fields. */
  link(more = []) {
    const all = [this.query, ...more];
    if (this.lang) all.push(`lang=${this.lang}`);
    if (this.options.present) all.push('present=1');
    return all.filter(Boolean).join('&');
  }

  /** The address of what is on the screen, on this page or another, without the pairs that make no sense there. */
  address(path = this.path, without = []) {
    const address = new URL(this.options.base + path, location.href);
    address.search = this.link().split('&').filter((pair) => !without.includes(pair)).join('&');
    return address.href;
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
    button.textContent = await copy(text, this.root) ? this.words('Copied') : this.words('Copying failed');
    setTimeout(() => { button.textContent = name; }, 1500);
  }

  /** Large and bare for the hall, or back again. */
  present() {
    this.adopt({ present: !this.options.present, query: this.query });
    this.start();
    this.tell();
  }

  /** The link as a QR code over the picture; a second time, or a click, takes it away. */
  showCode() {
    if (this.code?.isConnected) {
      this.code.remove();
      return;
    }
    const address = this.address(this.path, ['present=1']);
    const image = h('img', { src: `${this.options.base}qr.svg?text=${encodeURIComponent(address)}`, alt: address });
    this.code = h('button', { type: 'button', class: 'dl-code', 'aria-label': this.words('Close'), onclick: () => this.code.remove() },
      image, h('span', {}, address));
    this.root.append(this.code);
    this.code.focus();
  }

  /** Whatever lies over the page goes away; false where nothing did. */
  close() {
    const over = [this.code?.isConnected && this.code, this.root.querySelector('details[open]')].filter(Boolean);
    for (const node of over) {
      if (node === this.code) node.remove();
      else node.removeAttribute('open');
    }
    return over.length > 0;
  }

  /** Keep the focus on the same control while controls are built anew by `work`. */
  keepFocus(work) {
    const { activeElement } = document;
    const focused = activeElement?.dataset?.param ?? activeElement?.dataset?.action;
    work();
    if (focused) this.root.querySelector(`[data-param="${focused}"], [data-action="${focused}"]`)?.focus();
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

let loading;

/** Plotly's bundle from the app itself, once per page. */
function plotly(address) {
  if (window.Plotly) return Promise.resolve();
  loading ??= new Promise((resolve, reject) => {
    const script = h('script', { src: address, onload: resolve, onerror: () => reject(new Error(address)) });
    document.head.append(script);
  });
  return loading;
}
