/** Schedules, as a page of descents: the rates large, and beside them what they do to a noisy descent. */
import { card, controlsOf } from '../../player/controls.js';
import { Descent } from '../../player/descent.js';
import { h, show } from '../../player/dom.js';
import { Table, unfold } from '../../player/list.js';
import { around, parts } from '../../player/names.js';
import { componentOf } from '../../player/page.js';

/** The numbers: rate, loss over the seeds and outcome; the rest unfolds. Tables are written into. */
class Readouts {
  constructor(words, { seeds }) {
    const _ = words;
    this._ = words;
    this.seeds = seeds;
    const mean = _('mean of {n} seeds').replace('{n}', seeds);
    this.result = new Table([_('At the playhead'), _('rate'), mean, _('outcome')], _('Result'));
    this.result.root.classList.add('dl-results');
    this.all = new Table(
      [_('At the playhead'), '', _('from 10 % to 90 %'), _('first rate'), _('highest'), _('last'), _('noise floor')],
      _('At the playhead'),
      [1, 2]
    );
    this.more = unfold(_('All numbers'), () => this.#unfolded(), this.all.root);
    this.root = h('div', { class: 'dl-numbers' }, this.result.root, this.more);
    this.live = h('div', { class: 'dl-hidden', 'aria-live': 'polite' });
  }

  setScene(scene) {
    this.scene = scene;
    const alone = scene.lowest === null ? this._('loss, this seed') : this._('loss above the minimum, this seed');
    this.all.head(1, alone);
    for (const table of [this.result, this.all]) table.cut(scene.runs.length);
  }

  setStep(k) {
    if (!this.scene) return;
    this.step = k;
    this.scene.runs.forEach((run, i) => {
      const over = run.diverged || run.rising ? [3] : [];
      this.result.write(i, run, [show(rate(run, k)), number(run.mean[k]), outcome(run, this.seeds, this._)], over);
    });
    if (this.more.open) this.#unfolded();
    clearTimeout(this.speak);
    this.speak = setTimeout(() => {
      const losses = this.scene.runs.map((run) => `${run.name} ${show(run.gap[k])}`).join(', ');
      this.live.textContent = this._('Step {n}. Loss: {losses}')
        .replace('{n}', Math.floor(k * this.scene.stride))
        .replace('{losses}', losses);
    }, 400);
  }

  #unfolded() {
    const k = this.step;
    this.scene.runs.forEach((run, i) =>
      this.all.write(i, run, [
        show(run.gap[k]),
        `${number(run.low[k])} … ${number(run.high[k])}`,
        show(run.first_rate),
        show(run.highest_rate),
        show(run.last_rate),
        show(run.floor, 3),
      ])
    );
  }
}

const schedules = {
  route: 'api/schedules',
  fields: [],
  card: courseCard,
  Readouts,
  scale: 'linear',
  hall: { beside: 1 },
  addLabel: (_) => _('+ Add schedule'),
  add: (actions) => actions.addSchedule(),

  /** A run by its schedule; told apart by what it is, then by what it drives. */
  naming(run, { optimizers, schedules, wrappers }) {
    const wrapped = around(run.around, wrappers);
    const [rule, course] = [optimizers.find((o) => o.key === run.optimizer), schedules.find((s) => s.key === run.schedule.key)];
    const own = [...parts(course.params, run.schedule.params, 'schedule'), ['rule', '', rule.name]];
    return { name: course.name, parts: [...own, ...parts(rule.params, run.params, run.optimizer), ...wrapped] };
  },

  layout: ({ stage, bar, cards, tools, curves }) => [
    [curves, bar],
    [cards, tools, stage],
  ],

  /** The rates, all of them (a drawn update stands for several where there are many), and the loss over the seeds. */
  panels: ({ lowest }, log, _) => [
    { get: rate, top: (run, k) => run.lr_high[Math.min(k, run.lr_high.length - 1)], log, heads: true },
    {
      get: (run, k) => run.mean[k],
      log: lowest !== null,
      heads: true,
      band: (run) => [run.low, run.high],
      title: spread(lowest, _),
    },
  ],
};

const spread = (lowest, _) => (lowest === null ? _('loss, mean of 64 seeds') : _('loss above the minimum, mean of 64 seeds'));
const rate = (run, k) => run.lr_low[Math.min(k, run.lr_low.length - 1)];
const number = (value) => (Number.isFinite(value) ? show(value, 3) : '–');

function outcome(run, seeds, _) {
  if (run.diverged) return _('{n} of {count} seeds diverged').replace('{n}', run.diverged).replace('{count}', seeds);
  if (run.rising) return _('ends higher than it began');
  const words = { level: _('level at {loss}'), falling: _('still falling, at {loss}'), rising: _('rising, at {loss}') };
  return words[run.trend].replace('{loss}', show(run.floor, 3));
}

/** The card of a run: its schedule first, its optimizer behind "more". */
function courseCard(i, run, page) {
  const {
    rule: [rate, ...rule],
    course,
    menu,
    courseMenu,
    around: wraps,
  } = controlsOf(i, run, page);
  return card(
    i,
    page,
    courseMenu,
    [rate, ...course.slice(0, 1)],
    [...course.slice(1), ...wraps.there],
    [menu, ...rule, wraps.menu],
    false
  );
}

export const mount = (root, options) => new Descent(root, options, schedules).open();

/** What Streamlit calls. */
export default componentOf(mount);
