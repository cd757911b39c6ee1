/** A page of curves without a descent: its state is changed here, and Python answers with the numbers and the short query. */
import { h } from './dom.js';
import { bindKeys } from './keys.js';
import { Page } from './page.js';
import { Feed, get } from './wire.js';

/**
 * A kind of sheet gives: route (of its numbers), path (of its page), presets (of the catalogue), build() (the elements),
 * keys(), toQuery(state), stateOf(reply), show(reply), showControls().
 */
export class Sheet extends Page {
  constructor(root, options) {
    super(root, options);
    bindKeys(root, {
      ...this.keys(),
      f: () => this.fullScreen(),
      p: () => this.present(),
      q: () => this.showCode(),
      PageDown: () => this.step(1),
      PageUp: () => this.step(-1),
      Escape: () => this.close(),
    });
    this.start();
  }

  /** The next or the previous preset: what a clicker's keys do. */
  step(n) {
    const list = this.catalogue[this.presets];
    const at = list.findIndex((preset) => preset.query === this.query);
    this.preset(list[(at + n + (at < 0 && n < 0 ? 1 : 0) + list.length) % list.length].key);
  }

  async start() {
    await this.prepare();
    const { base, language } = this.options;
    this.feed = new Feed(`${base}${this.route}?lang=${language}&`, (reply) => reply.json());
    this.tools = h('div', { class: 'dl-toolbar' });
    this.cards = h('div', { class: 'dl-cards' });
    this.root.replaceChildren(h('h1', { class: 'dl-hidden' }, 'Descent Lab'), this.tools, this.notice, ...this.build());
    await this.load(this.options.query);
  }

  /** Empty axes for some curves, drawn by Python; `panels` is one of figures.curves.PANELS. */
  async axes(panels, columns) {
    const { base, language } = this.options;
    return (await get(`${base}api/axes?lang=${language}&panels=${panels}&columns=${columns}`)).json();
  }

  /** Take a state by its query: a link, a preset. */
  async load(query) {
    this.asked += 1;
    const request = this.asked;
    try {
      const reply = await this.patiently(this.feed.ask(query));
      if (reply) await this.#take(reply, request, true);
    } catch (error) {
      this.complain(error.message);
    }
  }

  /** Change the state and show it at once; `done` marks the end of a gesture. controls: sliders have to be built anew. */
  async edit(change, done, controls = false) {
    const next = structuredClone(this.state);
    change(next);
    this.state = next;
    this.asked += 1;
    const request = this.asked;
    try {
      const reply = await this.patiently(this.feed.ask(this.toQuery(next)));
      if (reply) await this.#take(reply, request, controls);
      if (done && request === this.asked) this.tell();
    } catch (error) {
      this.complain(error.message);
      if (!done || request !== this.asked) return;
      this.state = this.stateOf(this.reply);
      this.showControls();
    }
  }

  async #take(reply, request, controls) {
    this.reply = reply;
    this.query = reply.query;
    this.notice.hidden = true;
    const latest = request === this.asked;
    if (controls && latest) this.state = this.stateOf(reply);
    await this.show(reply);
    if (controls && latest) this.keepFocus(() => this.showControls());
    this.version += 1;
    Object.assign(this.root.dataset, { player: '', version: this.version, query: reply.query });
  }

  async themed() {
    if (!this.reply) return;
    await this.show(this.reply, true);
    this.showControls();
  }

  /** A typed number that cannot be used. */
  refuse(row, text) {
    const fill = { name: row.key, value: text || '∅', low: row.low, high: row.high };
    this.complain(this.words('{name} = {value} is outside {low} … {high}').replace(/\{(\w+)\}/g, (_, key) => fill[key]));
  }

  async preset(key) {
    const preset = this.catalogue[this.presets].find((p) => p.key === key);
    if (!preset) return;
    await this.load(preset.query);
    this.tell();
  }

  item(kind, key) {
    return this.catalogue[kind].find((entry) => entry.key === key);
  }

  /** An entry of a registry at its defaults. */
  fresh(kind, key) {
    return { key, params: Object.fromEntries(this.item(kind, key).params.map((row) => [row.key, row.default])) };
  }
}

/** `key:name=value,name=value`. */
export function spec({ key, params }) {
  const list = Object.entries(params).map(([name, value]) => `${name}=${value}`);
  return list.length ? `${key}:${list}` : key;
}

/** A table of texts: heads, then rows whose first cell may be any node. */
export function table(heads, rows, label) {
  const row = (tag, cells) => h('tr', {}, ...cells.map((cell) => h(tag, tag === 'th' ? { scope: 'col' } : {}, ...[cell].flat())));
  return h('div', { class: 'dl-readouts', tabIndex: 0, role: 'region', 'aria-label': label },
    h('table', {}, h('thead', {}, row('th', heads)), h('tbody', {}, ...rows.map((cells) => row('td', cells)))));
}
