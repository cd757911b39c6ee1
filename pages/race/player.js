/** The race, as a page of descents: what it asks the server for, what its curves show, and how it is laid out. */
import { card, controlsOf } from '../../player/controls.js';
import { Descent } from '../../player/descent.js';
import { around, parts } from '../../player/names.js';
import { componentOf } from '../../player/page.js';
import { Readouts } from '../../player/readouts.js';
import { Local } from './local.js';

/** What pages of descents differ in. */
const race = {
  route: 'api/descent',
  fields: ['lr', 'gradient', 'move', 'gap', 'distance', 'curvature', 'counted', 'state', 'average'],
  sweeps: true, // a slider can be had whole, to be dragged without asking
  tunes: true, // a rule that is new here gets a rate found by trying
  views: true, // side by side, 3-D
  counts: true, // its curves can be drawn against the gradients taken
  hall: { most: 1 }, // of its curves, in the hall: the loss
  card: ruleCard,
  Readouts,
  scale: 'log', // unless the address says otherwise
  addLabel: (_) => _('+ Add optimizer'),
  add: (actions) => actions.addOptimizer(),

  /** A run by its optimizer; told apart by the rate, then by all else. */
  naming(run, { optimizers, schedules, wrappers }) {
    const wrapped = around(run.around, wrappers);
    const [rule, course] = [optimizers.find((o) => o.key === run.optimizer), schedules.find((s) => s.key === run.schedule.key)];
    const own = [...parts(rule.params, run.params, 'rule'), ['schedule', '', course.name]];
    return { name: rule.name, parts: [...own, ...parts(course.params, run.schedule.params, run.schedule.key), ...wrapped] };
  },

  /** What is drawn, where it is no preset. */
  scenery(surface, formula, { catalogue, words: _ }) {
    const known = catalogue.surfaces.find((s) => s.key === surface.key);
    if (formula || !known) return { name: _('Your own formula'), sentence: `f(x, y) = ${formula}` };
    return { name: known.name, sentence: known.summary, lookFor: known.look_for };
  },

  extra: (page) => new Local(page),

  layout: ({ stage, bar, cards, tools, extra, curves }) => [
    [stage, bar],
    [cards, tools, extra, curves],
  ],

  /**
   * Loss, or loss above the minimum where its logarithm is drawn, learning rate, gradient norm, distance to a minimum. Against
   * gradients, each run is where it is after so many of them, on axes as long as before: a step of SGD is one.
   */
  panels({ lowest, stride }, log, _, axis) {
    const gap = log && lowest !== null;
    const counted = axis === 'gradients';
    const title = gap ? _('loss above the minimum') : _('loss');
    const panels = [
      {
        get: (run, k) => (gap ? run.gap[k] : run.f[k]),
        log: gap,
        title: counted ? _('{what}, against gradients').replace('{what}', title) : title,
        also: (run) => run.averages.map((average) => (gap ? average.gap : average.f)),
      },
      { get: (run, k) => run.lr[Math.min(k, run.lr.length - 1)], log },
      { get: (run, k) => run.grad_norm[k], log },
      { get: (run, k) => run.distance[k], log },
    ];
    return counted ? panels.map((panel) => ({ ...panel, at: (run, k) => run.counted[k] / stride })) : panels;
  },
};

/** The card of a run: its optimizer first. A schedule that is not constant, and what is around the rule, have lines of their own. */
function ruleCard(i, run, page) {
  const { rule, course, around, menu, courseMenu } = controlsOf(i, run, page);
  const line = [courseMenu, ...course];
  const idle = run.schedule.key === 'constant';
  const far = [...rule.slice(2), ...(idle ? line : []), around.menu];
  return card(i, page, menu, rule.slice(0, 2), [...(idle ? [] : line), ...around.there], far, true);
}

export const mount = (root, options) => new Descent(root, options, race).open();

/** What Streamlit calls. */
export default componentOf(mount);
