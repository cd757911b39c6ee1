/** From an answer of the server to what is drawn. Pure functions. */
import { runStyle } from './look.js';

/** What the player asks for at every step, beside x, f and grad_norm. */
export const FIELDS = ['lr', 'gradient', 'move', 'gap', 'distance', 'curvature'];

/** The experiment as plain values that controls can change. */
export function explicit(header) {
  const { surface, formula, domain, start, steps, noise, seed } = header;
  const runs = header.runs.map(({ optimizer, params, schedule }) => ({ optimizer, params, schedule }));
  return structuredClone({ surface, formula, domain, start, steps, noise, seed, runs });
}

/** What the still figures depend on: another shape needs other figures. */
export const shape = (header, view) => JSON.stringify([
  view, header.surface.key, header.formula, header.domain, view === 'overlay' ? 0 : header.runs.map((run) => run.optimizer),
]);

/**
 * Everything that is drawn: the paths with their styles and names, and the loss over the window. An answer without a grid
 * keeps the one before, and the window that belongs to it.
 */
export function makeScene({ header, arrays }, before, catalogue, words, theme) {
  const { start, minima, lowest, steps } = header;
  const plane = arrays.grid ? { grid: arrays.grid, domain: header.window } : { grid: before.grid, domain: before.domain };
  const runs = header.runs.map((run, i) => makeRun(run, i, arrays, steps, catalogue, words, theme));
  return { ...plane, columns: catalogue.grid[0], runs, start, minima, lowest, steps };
}

function makeRun(run, i, arrays, steps, catalogue, words, theme) {
  const { name } = catalogue.optimizers.find((o) => o.key === run.optimizer);
  const fill = (text) => text.replace('{name}', name).replace('{n}', run.diverged_at);
  const state = run.state.map((field) => {
    const array = arrays[`run${i}.state.${field}`];
    return [field, { array, size: array.length / (steps + 1) }];
  });
  return {
    ...run,
    ...Object.fromEntries(['x', 'f', 'grad_norm', ...FIELDS].map((field) => [field, arrays[`run${i}.${field}`]])),
    state: Object.fromEntries(state),
    name,
    style: runStyle(i, theme),
    limit: run.summary.limit,
    lost: run.diverged_at === null ? '' : fill(words('{name} diverged at {n}')),
  };
}
