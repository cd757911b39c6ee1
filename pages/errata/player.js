/** Check the lecture: the list of errata with their verdicts, or one of them as a live experiment. */
import { languageButton, linkButton, presetMenu, shareMenu, slider } from '../../player/controls.js';
import { h } from '../../player/dom.js';
import { table } from '../../player/list.js';
import { Page, componentOf } from '../../player/page.js';
import { ticks, wrapped } from '../../player/panels.js';
import { encode } from '../../player/wire.js';

const CONFIG = { displayModeBar: false, responsive: true };

class Errata extends Page {
  route = 'api/errata';

  build() {
    this.tools = h('div', { class: 'dl-toolbar' });
    this.sliders = h('div', { class: 'dl-cards' });
    this.body = h('div', { class: 'dl-article' });
    this.body.append(this.busy);
    this.entry = null;
    return [this.tools, this.notice, this.body];
  }

  read({ number = null, values = {} }) {
    return { entry: number, values: { ...values } };
  }

  toQuery({ entry, values }) {
    return entry === null ? '' : encode([['entry', entry], ...Object.entries(values)]);
  }

  /** A slider moves numbers, finding and pictures; another entry is built anew. */
  async show(answer, { whole = false } = {}) {
    if (answer.entries) {
      this.body.replaceChildren(...this.list(answer.entries));
      if (this.entry) this.body.querySelector(`[data-entry="${this.entry}"]`)?.scrollIntoView({ block: 'center' });
    } else {
      if (whole || this.entry !== answer.number) this.body.replaceChildren(...this.article(answer));
      await this.fill(answer);
    }
    this.entry = answer.number ?? null;
  }

  /** A list has nothing to drag. */
  get hint() {
    return '';
  }

  get scenery() {
    const _ = this.words;
    const { number, title, lectures = [], entries = [] } = this.store.answer;
    if (number)
      return { name: `${number} · ${title}`, sentence: _('In: {lectures}').replace('{lectures}', lectures.join(' · ')) };
    return {
      name: _('Check the lecture'),
      sentence: _(
        '{count} places where five lectures on training neural networks are wrong, contradict one another, or are right against appearances. Each is put to the test here, by the same code that draws the other pages: every number is computed when it is shown, and the verdict follows from the numbers. Open one to move its sliders.'
      ).replace('{count}', String(entries.length)),
    };
  }

  /** An entry by its own title, whatever the menu calls it. */
  get headline() {
    return this.scenery;
  }

  showControls() {
    const { words: _, store } = this;
    const all = h(
      'button',
      { type: 'button', class: 'dl-text', 'data-action': 'all', onclick: () => this.open_('') },
      _('All entries')
    );
    this.tools.replaceChildren(
      ...(store.answer?.entries ? [] : [all]),
      presetMenu(this),
      shareMenu(this),
      linkButton(this),
      languageButton(this)
    );
    if (this.options.controls) {
      this.tools.replaceChildren();
      this.sliders.replaceChildren(...this.chosen());
      return;
    }
    const { params = [], title = '' } = store.answer ?? {};
    const named = params.map((row) =>
      h(
        'div',
        { class: 'dl-run' },
        h('span', { class: 'dl-help' }, row.help),
        slider({ ...row, word: '' }, this.experiment.values[row.key], row.key, this, `${title}: ${row.help || row.key}`)
      )
    );
    this.sliders.replaceChildren(...named);
  }

  at(param) {
    return this.experiment.values[param];
  }

  /** A slider moved. */
  move(param, value, done) {
    this.edit((check) => {
      check.values[param] = value;
    }, done);
  }

  async open_(query) {
    await this.load(query);
    this.tell();
  }

  // The list ---------------------------------------------------------------------------------------------------------

  list(entries) {
    const _ = this.words;
    const names = verdicts(_);
    const counts = Object.keys(names)
      .map((key) => [key, entries.filter((entry) => entry.verdict === key).length])
      .filter(([, n]) => n);
    const summary = h('p', {}, ...counts.flatMap(([key, n]) => [`${n} `, mark(key, names), ' ']));
    const rows = entries.map((entry) =>
      h(
        'li',
        {},
        mark(entry.verdict, names),
        h(
          'a',
          {
            href: this.address(this.path, ['present=1'], `entry=${entry.number}`),
            'data-entry': entry.number,
            onclick: (event) => this.follow(event, entry.number),
          },
          `${entry.number} · ${entry.title}`
        ),
        h('p', {}, entry.claim)
      )
    );
    return [summary, h('ul', { class: 'dl-errors' }, ...rows)];
  }

  /** A plain click opens the entry here; with a key held it is the browser's. */
  follow(event, number) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.open_(`entry=${number}`);
  }

  // One entry --------------------------------------------------------------------------------------------------------

  article(answer) {
    const _ = this.words;
    this.mark = h('span');
    this.finding = h('p', { class: 'dl-finding', 'aria-live': 'polite' });
    this.measured = h('div');
    this.plots = answer.pictures.map(() => h('div', { class: 'dl-picture' }));
    const claim = h('p', {}, this.mark, ' ', h('b', {}, _('The claim')), h('br'), answer.claim);
    const test = h('p', {}, h('b', {}, _('The test')), h('br'), answer.tested);
    this.live = h('p', {});
    const left = h('div', {}, claim, this.finding, this.live, this.sliders, this.measured);
    return [h('div', { class: 'dl-columns' }, left, h('div', {}, ...this.plots)), test, ...this.instead(answer)];
  }

  /** What follows the sliders. */
  async fill(answer) {
    const _ = this.words;
    this.mark.replaceChildren(mark(answer.verdict, verdicts(_)));
    this.finding.textContent = answer.finding;
    this.measured.replaceChildren(
      table(
        ['', _('computed'), _('theory')],
        answer.quantities.map((row) => [row.name, row.shown, row.theory]),
        _('computed')
      )
    );
    this.live?.replaceChildren(...this.moving(answer));
    await Promise.all(answer.pictures.map((figure, i) => this.draw(this.plots[i], figure)));
  }

  draw(plot, { data, layout }) {
    const { text, grid, font } = this.theme;
    const size = this.options.present ? 24 : 12;
    const axis = (of, name) => ({
      ...of,
      gridcolor: grid,
      linecolor: grid,
      ...(of.type === 'log' ? logTicks(data.flatMap((trace) => trace[name])) : {}),
      title: {
        ...of.title,
        text: wrapped(
          of.title?.text ?? '',
          (name === 'x' ? plot.clientWidth : 300) - 40,
          (text) => 0.55 * size * text.length
        ).join('<br>'),
      },
    });
    return window.Plotly.react(
      plot,
      data,
      {
        ...layout,
        template: null,
        autosize: true,
        height: layout.height + (this.options.present ? 190 : 0),
        paper_bgcolor: 'rgba(0,0,0,0)',
        plot_bgcolor: 'rgba(0,0,0,0)',
        font: { color: text, family: font, size },
        xaxis: axis(layout.xaxis, 'x'),
        yaxis: axis(layout.yaxis, 'y'),
      },
      CONFIG
    );
  }

  instead(answer) {
    const _ = this.words;
    return [
      h('p', {}, h('b', {}, _('Write instead')), h('br'), answer.instead),
      answer.code && h('pre', {}, h('code', {}, answer.code)),
    ].filter(Boolean);
  }

  /** The page of the lab that shows the same in motion, with these values. */
  moving({ live, lab }) {
    const link = (key, to, text) =>
      to && h('a', { class: 'dl-action', 'data-action': key, href: this.addressOf(to.page, to.query) }, text);
    const links = [
      link('live', live, this.words('See it move, with these values')),
      link('lab', lab, this.words('Train a real network with them')),
    ].filter(Boolean);
    return links.flatMap((each) => [each, ' ']);
  }
}

/** Ticks of a log axis that holds these values. */
function logTicks(values) {
  const logs = values.filter((value) => value > 0).map(Math.log10);
  return { tickmode: 'array', ...ticks(Math.min(...logs), Math.max(...logs)) };
}

const verdicts = (_) => ({ wrong: _('wrong'), right: _('right'), depends: _('depends') });
const mark = (verdict, names) => h('strong', { class: `dl-verdict dl-${verdict}` }, names[verdict]);

export const mount = (root, options) => new Errata(root, options).open();

/** What Streamlit calls. */
export default componentOf(mount);
