/** What a cell says: its colour, and in words. */
import { show } from '../../player/dom.js';

const rgb = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
const mixed = (a, b, share) => a.map((part, n) => Math.round(part * (1 - share) + b[n] * share));

/** A text with its numbers in the places of their names. */
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_match, key) => values[key]);

/** The numbers of what ends nowhere near a minimum. */
export const beyond = (answer) => ({ near: show(answer.near, 2), n: answer.steps });

/** Share of white in a cell that arrives at this step. */
const paleness = ({ palette, steps }, step) => (palette.pale * Math.log1p(step)) / Math.log1p(steps);

/** (column, row) → [r, g, b]: as pages/maps/colours.py has it. */
export function colours(answer, run) {
  const { palette } = answer;
  const [lost, undecided, grows] = [palette.lost, palette.undecided, palette.grows].map(rgb);
  if (answer.map === 'basins') {
    const minima = palette.minima.map(rgb);
    return (i, j) => {
      const code = run.basin[j][i];
      if (code < 0) return code === -2 ? lost : undecided;
      return mixed(minima[code % minima.length], [255, 255, 255], paleness(answer, run.steps[j][i]));
    };
  }
  const shrinks = palette.shrinks.map(rgb);
  return (i, j) => {
    const rate = run.rate[j][i];
    if (run.diverged[j][i]) return lost;
    if (rate === null) return undecided;
    if (rate > 0) return grows;
    const within = Math.max(palette.quick, Math.min(palette.slow, rate));
    const place = (Math.log(within / palette.quick) / Math.log(palette.slow / palette.quick)) * (shrinks.length - 1);
    const under = Math.min(Math.floor(place), shrinks.length - 2);
    return mixed(shrinks[under], shrinks[under + 1], place - under);
  };
}

/** A cell in a sentence for each run. */
export function outcome(answer, i, j, page) {
  const _ = page.words;
  const says = { basins: basin, rates: line, stability }[answer.map];
  const place =
    answer.map === 'rates'
      ? `α = ${show(answer.lr[i])}`
      : answer.map === 'basins'
        ? `(${show(answer.x[i], 5)}, ${show(answer.y[j], 5)})`
        : [
            [answer.x, i],
            [answer.y, j],
          ]
            .map(([axis, n]) => `${answer.choices.find((one) => one.key === axis.key).label} = ${show(axis.values[n], 5)}`)
            .join(', ');
  return `${place}: ${answer.runs.map((run) => `${page.called(run)} ${says(run)}`).join('; ')}`;

  function basin(run) {
    const [code, steps] = [run.basin[j][i], run.steps[j][i]];
    if (code === -2) return fill(_('diverged at step {n}'), { n: steps });
    if (code === -1) return fill(_('is not within {near} of a minimum after {n} steps'), beyond(answer));
    const [x, y] = answer.minima[code];
    return fill(_('stays at ({x}, {y}) from step {n}'), { x: show(x, 3), y: show(y, 3), n: steps });
  }

  function line(run) {
    if (run.diverged[i]) return _('diverged');
    const steps = run.steps_to_tolerance[i];
    const loss = fill(_('loss {loss}'), { loss: show(run.loss[i], 3) });
    if (steps === null) return loss;
    return [loss, fill(_('{n} steps to tolerance'), { n: steps })].join(', ');
  }

  function stability(run) {
    const rate = run.rate[j][i];
    if (run.diverged[j][i]) return _('diverged');
    if (rate === null) return _('cannot be measured');
    return fill(_('loss × {factor} per step'), { factor: show(10 ** rate, 3) });
  }
}
