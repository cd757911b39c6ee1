/** Schedules, as a page of descents: the rates large, and beside them what they do to a noisy descent. */
import { card, controlsOf } from '../../player/controls.js';
import { Descent } from '../../player/descent.js';
import { h, show } from '../../player/dom.js';
import { badge } from '../../player/look.js';
import { parts } from '../../player/names.js';
import { componentOf } from '../../player/page.js';

/** The numbers: rates, and the loss over the seeds at the playhead. Rows are built once per scene; a step changes text only. */
class Readouts {
  constructor(words, { seeds }) {
    this._ = words;
    this.seeds = seeds;
    this.root = h('div', { class: 'dl-readouts', tabIndex: 0, role: 'region', 'aria-label': words('At the playhead') });
    this.live = h('div', { class: 'dl-hidden', 'aria-live': 'polite' });
  }

  setScene(scene) {
    const _ = this._;
    this.scene = scene;
    const heads = [
      _('At the playhead'),
      _('rate'),
      _('loss, this seed'),
      _('mean of {n} seeds').replace('{n}', this.seeds),
      _('from 10 % to 90 %'),
      _('first rate'),
      _('highest'),
      _('last'),
      _('noise floor'),
      _('outcome'),
    ];
    this.cells = scene.runs.map((run) => {
      const still = [
        show(run.first_rate),
        show(run.highest_rate),
        show(run.last_rate),
        show(run.floor, 3),
        outcome(run, this.seeds, _),
      ];
      const moving = [1, 2, 3, 4].map(() => h('td', { style: 'min-width:7.5em' }));
      const row = h(
        'tr',
        {},
        h('td', {}, badge(run.style), run.name),
        ...moving,
        ...still.map((text, i) => h('td', { class: i === 4 && (run.diverged || run.rising) ? 'dl-over' : '' }, text))
      );
      return { row, moving };
    });
    this.root.replaceChildren(
      h(
        'table',
        {},
        h('thead', {}, h('tr', {}, ...heads.map((head) => h('th', { scope: 'col' }, head)))),
        h('tbody', {}, ...this.cells.map(({ row }) => row))
      )
    );
  }

  setStep(k) {
    if (!this.scene) return;
    this.scene.runs.forEach((run, i) => {
      const texts = [show(rate(run, k)), show(run.f[k]), number(run.mean[k]), `${number(run.low[k])} … ${number(run.high[k])}`];
      texts.forEach((text, j) => {
        this.cells[i].moving[j].textContent = text;
      });
    });
    clearTimeout(this.speak);
    this.speak = setTimeout(() => {
      const losses = this.scene.runs.map((run) => `${run.name} ${show(run.f[k])}`).join(', ');
      this.live.textContent = this._('Step {n}. Loss: {losses}')
        .replace('{n}', k * this.scene.stride)
        .replace('{losses}', losses);
    }, 400);
  }
}

const schedules = {
  route: 'api/schedules',
  fields: [],
  card: courseCard,
  Readouts,
  results: () => '',
  scale: 'linear',
  hall: { beside: 1 },
  addLabel: (_) => _('+ Add schedule'),
  add: (actions) => actions.addSchedule(),

  /** A run by its schedule; told apart by what it is, then by what it drives. */
  naming(run, { optimizers, schedules }) {
    const [rule, course] = [optimizers.find((o) => o.key === run.optimizer), schedules.find((s) => s.key === run.schedule.key)];
    const own = [...parts(course.params, run.schedule.params, 'schedule'), ['rule', '', rule.name]];
    return { name: course.name, parts: [...own, ...parts(rule.params, run.params, run.optimizer)] };
  },

  layout: ({ stage, bar, cards, tools, curves }) => [
    [curves, bar],
    [cards, tools, stage],
  ],

  /** The rates, all of them (a drawn update stands for several where there are many), and the loss over the seeds. */
  panels: ({ lowest }, log) => [
    { get: rate, top: (run, k) => run.lr_high[Math.min(k, run.lr_high.length - 1)], log, heads: true },
    { get: (run, k) => run.mean[k], log: lowest !== null, heads: true, band: (run) => [run.low, run.high] },
  ],
};

const rate = (run, k) => run.lr_low[Math.min(k, run.lr_low.length - 1)];
const number = (value) => (Number.isFinite(value) ? show(value, 3) : '–');

function outcome(run, seeds, _) {
  if (run.diverged) return _('{n} of {count} seeds diverged').replace('{n}', run.diverged).replace('{count}', seeds);
  if (run.rising) return _('ends higher than it began');
  return _('settles');
}

/** The card of a run: its schedule first, its optimizer behind "more". */
function courseCard(i, run, page) {
  const {
    rule: [rate, ...rule],
    course,
    menu,
    courseMenu,
  } = controlsOf(i, run, page);
  return card(i, page, courseMenu, [rate, ...course.slice(0, 1)], course.slice(1), [menu, ...rule], false);
}

export const mount = (root, options) => new Descent(root, options, schedules).open();

/** What Streamlit calls. */
export default componentOf(mount);
