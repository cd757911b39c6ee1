/** What every page of the player does: adopt options, follow the theme, complain, wait, share a link. */
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
    this.adopt(options);
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
    this.root.classList.add('dl-root', `dl-${this.options.page ?? 'race'}`);
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

  copyLink(button, path) {
    const address = new URL(this.options.base + path, location.href);
    address.search = this.link();
    return this.copy(button, address.href);
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
    button.textContent = this.words(await copy(text, this.root) ? 'Copied' : 'Copying failed');
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
    const address = new URL(this.options.base + (this.page?.path ?? this.path), location.href);
    address.search = this.link().replace(/&?present=1/, '');
    const image = h('img', { src: `${this.options.base}qr.svg?text=${encodeURIComponent(address.href)}`, alt: address.href });
    this.code = h('button', { type: 'button', class: 'dl-code', 'aria-label': this.words('Close'), onclick: () => this.code.remove() },
      image, h('span', {}, address.href));
    this.root.append(this.code);
    this.code.focus();
  }

  /** Whatever lies over the page goes away. */
  close() {
    this.code?.remove();
    this.root.querySelector('details[open]')?.removeAttribute('open');
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
