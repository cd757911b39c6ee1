/** The sharpness along the runs against the limit of each: what is drawn of it, and what the table says. */
import { show } from '../../player/dom.js';

const last = (values) => [...values].findLast(Number.isFinite) ?? NaN; // that is known
const APART = 20; // limits further apart than by this factor share no linear axis

/**
 * A run with its sharpness and limit over the places where they were measured; as it is where nobody asked. While a training
 * comes line by line, they are not known before its run has ended.
 */
export function sharpened(run, i, arrays, { sharpness, steps }) {
  const [step, value, limit] = ['step', 'value', 'limit'].map((name) => arrays[`run${i}.sharp.${name}`]);
  if (!step) {
    const unknown = { at: [0, steps], values: [NaN, NaN] };
    return sharpness ? { ...run, sharp: unknown, limit: unknown } : run;
  }
  const at = [...step];
  return { ...run, sharp: { at, values: value }, limit: { at, values: limit } };
}

/** The panel. `read` gives the value of something measured now and then at a step. */
export function sharpPanel(runs, read) {
  const ends = runs.flatMap(({ sharp, limit }) => [last(limit.values), last(sharp.values)]).filter((value) => value > 0);
  const log = Math.max(...ends) > APART * Math.min(...ends);
  const room = Math.max(...runs.map(({ limit }) => last(limit.values)).filter((value) => Number.isFinite(value)), 0);
  return {
    get: (run, k) => read(run.sharp, k),
    theory: (run, k) => read(run.limit, k),
    heads: true,
    log,
    include: log ? ends : [0, 1.1 * (room || 1)],
  };
}

/** "0.67 of 0.6667": the sharpness at a step and the limit there. */
export function sharpText(run, step, read, _) {
  const [value, limit] = [read(run.sharp, step), read(run.limit, step)];
  if (!Number.isFinite(value)) return '–';
  if (!Number.isFinite(limit)) return show(value);
  return _('{value}, limit {limit}').replace('{value}', show(value)).replace('{limit}', show(limit));
}
