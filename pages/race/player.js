/** The race, as a page of descents: what it asks the server for, what its curves show, and how it is laid out. */
import { card, parts } from '../../player/controls.js';
import { Descent } from '../../player/descent.js';
import { componentOf } from '../../player/page.js';
import { Readouts } from '../../player/readouts.js';

/** What pages of descents differ in. */
const race = {
  route: 'api/descent',
  fields: ['lr', 'gradient', 'move', 'gap', 'distance', 'curvature', 'state'],
  sweeps: true, // a slider can be had whole, to be dragged without asking
  tunes: true, // a rule that is new here gets a rate found by trying
  views: true, // side by side, 3-D
  card: ruleCard,
  Readouts,
  scale: 'log', // unless the address says otherwise
  addLabel: (_) => _('+ Add optimizer'),
  add: (actions) => actions.addOptimizer(),
  label: (run, catalogue) => catalogue.optimizers.find((o) => o.key === run.optimizer).name,
  layout: ({ stage, bar, cards, tools, curves }) => [
    [stage, bar],
    [cards, tools, curves],
  ],

  /** Loss, or loss above the minimum where its logarithm is drawn, learning rate, gradient norm, distance to a minimum. */
  panels({ lowest }, log, _) {
    const gap = log && lowest !== null;
    return [
      { get: (run, k) => (gap ? run.gap[k] : run.f[k]), log: gap, title: gap ? _('loss above the minimum') : _('loss') },
      { get: (run, k) => run.lr[Math.min(k, run.lr.length - 1)], log },
      { get: (run, k) => run.grad_norm[k], log },
      { get: (run, k) => run.distance[k], log },
    ];
  },
};

/** The card of a run: its optimizer first. A schedule that is not constant has a line of its own. */
function ruleCard(i, run, page) {
  const { rule, course, menu, courseMenu } = parts(i, run, page);
  const line = [courseMenu, ...course];
  const idle = run.schedule.key === 'constant';
  return card(i, page, menu, rule.slice(0, 2), idle ? [] : line, [...rule.slice(2), ...(idle ? line : [])], true);
}

export const mount = (root, options) => new Descent(root, options, race).open();

/** What Streamlit calls. */
export default componentOf(mount);
