/** A page of curves without a descent: its experiment is changed here, and Python answers with the numbers and the short query. */
import { h, iconButton } from './dom.js';
import { bindKeys } from './keys.js';
import { Page } from './page.js';
import { Feed, get } from './wire.js';

/**
 * A kind of sheet gives, beside what Page asks for: route (of its numbers), build() (the elements), toQuery(experiment),
 * read(reply) (the experiment of an answer), show(reply), and its own keys.
 */
export class Sheet extends Page {
  constructor(root, options) {
    super(root, options);
    bindKeys(root, this.keys);
    this.start();
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

  /** Take an experiment by its query: a link, a preset. */
  async load(query) {
    this.asked += 1;
    const request = this.asked;
    try {
      const reply = await this.patiently(this.feed.ask(query));
      if (reply) await this.take(reply, request, { controls: true });
    } catch (error) {
      this.complain(error.message);
    }
  }

  ask(experiment) {
    return this.feed.ask(this.toQuery(experiment));
  }

  valid() {
    return this.read(this.reply);
  }

  async take(reply, request, { controls }) {
    this.reply = reply;
    this.query = reply.query;
    this.notice.hidden = true;
    const latest = request === this.asked;
    if (controls && latest) this.experiment = this.valid();
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

  item(kind, key) {
    return this.catalogue[kind].find((entry) => entry.key === key);
  }

  /** Buttons of entry i of a list of the experiment: one more like it, and away with it. */
  buttons(i, list, most, duplicate, remove) {
    const { length } = this.experiment[list];
    const change = (work) => () => this.edit((e) => work(e[list]), true, { controls: true });
    return h('div', { class: 'dl-buttons' },
      iconButton('copy', `duplicate${i}`, duplicate, change((all) => all.splice(i + 1, 0, structuredClone(all[i]))), { disabled: length >= most }),
      iconButton('close', `remove${i}`, remove, change((all) => all.splice(i, 1)), { disabled: length === 1 }));
  }

  /** An entry of a registry at its defaults. */
  fresh(kind, key) {
    return { key, params: Object.fromEntries(this.item(kind, key).params.map((row) => [row.key, row.default])) };
  }
}

/** A table of texts: heads, then rows whose first cell may be any node. */
export function table(heads, rows, label) {
  const row = (tag, cells) => h('tr', {}, ...cells.map((cell) => h(tag, tag === 'th' ? { scope: 'col' } : {}, ...[cell].flat())));
  return h('div', { class: 'dl-readouts', tabIndex: 0, role: 'region', 'aria-label': label },
    h('table', {}, h('thead', {}, row('th', heads)), h('tbody', {}, ...rows.map((cells) => row('td', cells)))));
}
