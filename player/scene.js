/** From an answer of the server to what is drawn. Pure functions. */
import { runStyle } from './look.js';

/** The experiment as plain values that controls can change. */
export function explicit(header) {
  const { surface, formula, letters, domain, start, steps, noise, seed } = header;
  const runs = header.runs.map(({ optimizer, params, schedule, around }) => ({ optimizer, params, schedule, around }));
  return structuredClone({ surface, formula, letters: letters ?? [], domain, start, steps, noise, seed, runs });
}

/** What the still figures depend on: another shape needs other figures. */
export function shape(header, view) {
  const called = ({ optimizer, around = [] }) => [optimizer, ...around.map(({ key }) => key)];
  return JSON.stringify([view, header.surface.key, header.domain, view === 'overlay' ? 0 : header.runs.map(called)]);
}

/**
 * Everything that is drawn: the paths with their styles and names, and the loss over the window. An answer without a grid
 * keeps the one before, and the window that belongs to it. `stride` is how many steps each drawn one stands for.
 */
export function makeScene({ header, arrays }, before, catalogue, words, theme, names) {
  const { start, minima, lowest } = header;
  const steps = header.updates ?? header.steps;
  const plane = arrays.grid ? { grid: arrays.grid, domain: header.window } : { grid: before.grid, domain: before.domain };
  const stride = header.steps / steps;
  const runs = header.runs.map((run, i) => makeRun(run, i, arrays, steps, stride, names[i], words, theme));
  return { ...plane, columns: catalogue.grid[0], runs, start, minima, lowest, steps, stride };
}

/** A second path of a run: where it goes, and the loss there. */
const averageOf = (own, name) => ({ x: own[name], f: own[`${name}_f`], gap: own[`${name}_gap`] });

/** A run with its arrays by name, those of the optimizer's state apart. `diverged_at` becomes the step that is drawn there. */
function makeRun(run, i, arrays, steps, stride, name, words, theme) {
  const [own, state] = [{}, {}];
  for (const [key, array] of Object.entries(arrays)) {
    const [where, field, part] = key.split('.');
    if (where !== `run${i}`) continue;
    if (part) state[part] = { array, size: array.length / (steps + 1) };
    else own[field] = array;
  }
  const fill = (text) => text.replace('{name}', name).replace('{n}', run.diverged_at);
  return {
    ...run,
    ...own,
    state,
    averages: [0, 1].filter((j) => own[`average${j}`]).map((j) => averageOf(own, `average${j}`)),
    name,
    style: runStyle(i, theme),
    limit: run.summary?.limit,
    diverged_at: run.diverged_at === null ? null : Math.ceil(run.diverged_at / stride),
    lost: run.diverged_at === null ? '' : fill(words('{name} diverged at {n}')),
  };
}
