/** The race, as one page of the player: what it asks the server for, what its curves show, and how it is laid out. */
import { ruleCard } from './controls.js';
import { Readouts, results } from './readouts.js';

export const race = {
  path: '',
  route: 'api/descent',
  fields: ['lr', 'gradient', 'move', 'gap', 'distance', 'curvature', 'state'],
  sweeps: true,
  presets: 'presets',
  steps: (catalogue) => catalogue.experiment[0],
  card: ruleCard,
  Readouts,
  results,
  scale: 'log', // unless the address says otherwise
  added: 'optimizer',
  label: (run, catalogue) => catalogue.optimizers.find((o) => o.key === run.optimizer).name,
  layout: ({ stage, bar, cards, tools, curves }) => [[stage, bar], [cards, tools, curves]],

  /** Loss, learning rate, gradient norm, distance to a minimum. */
  panels({ lowest }, log) {
    const gap = log && lowest !== null;
    return [
      { get: (run, k) => (gap ? run.gap[k] : run.f[k]), log: gap },
      { get: (run, k) => run.lr[Math.min(k, run.lr.length - 1)], log },
      { get: (run, k) => run.grad_norm[k], log },
      { get: (run, k) => run.distance[k], log },
    ];
  },
};
