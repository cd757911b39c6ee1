/** A run as arrays over its updates, what its curves are, and what it shows in words. */
import { show } from '../../player/dom.js';
import { sharpPanel, sharpened } from './edge.js';

export const percent = (value) => (Number.isFinite(value) ? `${show(100 * value, 3)} %` : '–');

/** A run as arrays over its updates; what is known at recorded steps only is read between them. */
export function makeRun(run, i, arrays, header, style, name) {
  const of = (key) => arrays[`run${i}.${key}`];
  const layers = header.shapes.length;
  const ratios = run.at.map((_step, k) => {
    const all = Array.from(of('ratio').subarray(k * layers, (k + 1) * layers)).filter((value) => value > 0);
    return all.length ? Math.exp(all.reduce((sum, value) => sum + Math.log(value), 0) / all.length) : NaN;
  });
  const between = (values) => ({ at: run.at, values });
  const known = {
    ...run,
    style,
    name,
    chance: header.classes ? header.chance : NaN,
    loss: of('loss'),
    lr: of('lr'),
    grad_norm: of('grad_norm'),
    ratio: between(ratios),
    ...Object.fromEntries(
      ['train_loss', 'validation_loss', 'train_accuracy', 'validation_accuracy'].map((key) => [key, between(of(key))])
    ),
  };
  return sharpened(known, i, arrays, header);
}

/** The value at a step of what is known at recorded steps, on a straight line between two of them. */
export function at_({ at, values }, step) {
  let [low, high] = [0, at.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (at[middle] <= step) low = middle;
    else high = middle;
  }
  const span = at[high] - at[low];
  return span ? values[low] + ((values[high] - values[low]) * (step - at[low])) / span : values[high];
}

/** What a run shows, in words. */
export function says(run, _) {
  if (!run.verdict) return '…';
  const fill = (text) =>
    text.replace(/\{(\w+)\}/g, (_match, key) =>
      /^(train|validation)$/.test(key) ? percent(run.says[key]) : show(run.says[key])
    );
  const words = {
    diverged: _('leaves float32 at update {at}'),
    rising: _('ends higher than it began: {first} → {last}'),
    flat: _('has not moved: {first} → {last}'),
    by_heart: _('known by heart: {train} of the training set, {validation} of the rest'),
    turned: _('the validation loss was lowest at step {at}: {low}, now {last}'),
    falling: _('still falling: {before} → {last} in the last quarter'),
    settled: _('settled at a training loss of {last}'),
  };
  return fill(words[run.verdict]);
}

/** Whether a linear axis would lay most of these numbers on its floor; as pages/training/picture.py has it. */
export function far(values) {
  const known = values.filter((value) => value > 0 && Number.isFinite(value));
  return Math.max(...known) > FAR * Math.min(...known);
}

const FAR = 100;

const each = (name) => (run, k) => run[name][Math.min(k, run[name].length - 1)];
const recorded = (name) => (run, k) => at_(run[name], k);

/** The curves of each panel, in order. */
export function panels({ steps, runs }) {
  const along = (run, name) => Float32Array.from({ length: steps + 1 }, (_value, k) => at_(run[name], k));
  const band = (one, other) => (run) => {
    const [a, b] = [along(run, one), along(run, other)];
    return [a.map((value, k) => Math.min(value, b[k])), a.map((value, k) => Math.max(value, b[k]))];
  };
  const log = far(runs.flatMap((run) => Array.from(run.validation_loss.values)));
  const sharp = runs[0].sharp ? [sharpPanel(runs, at_)] : [];
  return [
    { get: each('loss'), log: true, heads: true },
    ...sharp,
    {
      get: recorded('validation_loss'),
      band: band('train_loss', 'validation_loss'),
      heads: true,
      log,
      include: log ? [] : [0],
    },
    {
      get: recorded('validation_accuracy'),
      band: band('train_accuracy', 'validation_accuracy'),
      theory: (run) => run.chance,
      heads: true,
      include: [0, 1],
    },
    { get: each('grad_norm'), log: true, heads: true },
    { get: each('lr'), heads: true, whole: true, include: [0] },
    ...(sharp.length ? [] : [{ get: recorded('ratio'), theory: () => 1e-3, log: true, heads: true, include: [1e-3] }]),
  ];
}
