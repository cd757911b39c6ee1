/** What the colours and marks of a map mean. */
import { h, show } from '../../player/dom.js';
import { badge, runStyle } from '../../player/look.js';
import { beyond, fill, paleness } from './read.js';

const SEEN = 0.05; // of white: a difference that is seen

/** The elements of the legend of an answer. */
export function legend(answer, page) {
  const _ = page.words;
  const { palette } = answer;
  const swatch = (colour, text) =>
    h('span', { class: 'dl-entry' }, h('i', { class: 'dl-swatch', style: `background:${colour}` }), text);
  const mark = (text, sign) => h('span', { class: 'dl-entry' }, h('b', { 'aria-hidden': 'true' }, sign), text);
  if (answer.map === 'rates') {
    const runs = answer.runs.map((run, i) => h('span', { class: 'dl-entry' }, badge(runStyle(i, page.theme)), page.name(run)));
    const limit = answer.runs.some((run) => run.limit !== null);
    return [...runs, limit ? mark(_('limit by theory'), '┆') : null, mark(_('marker: the best rate'), '')].filter(Boolean);
  }
  if (answer.map === 'basins') {
    const minima = answer.minima.map(([x, y], n) =>
      swatch(palette.minima[n % palette.minima.length], `(${show(x, 3)}, ${show(y, 3)})`)
    );
    return [
      mark(_('minimum'), '○'),
      ...minima,
      shaded(answer) ? h('span', { class: 'dl-entry' }, _('paler: later')) : null,
      swatch(palette.undecided, fill(_('not within {near} of a minimum after {n} steps'), beyond(answer))),
      swatch(palette.lost, _('diverged')),
    ].filter(Boolean);
  }
  const bar = h('i', { class: 'dl-swatch dl-wide', style: `background:linear-gradient(90deg, ${palette.shrinks})` });
  const theory = answer.runs.some((run) => run.theory);
  const best = answer.runs.some((run) => run.best);
  return [
    h('span', { class: 'dl-entry' }, _('loss per step'), `× ${show(10 ** answer.fastest, 3)}`, bar, '× 1'),
    swatch(palette.grows, _('grows')),
    swatch(palette.lost, _('diverged')),
    swatch(palette.undecided, _('cannot be measured')),
    theory ? mark(_('limit by theory'), '━') : null,
    answer.quadratic ? null : mark(_('limit by theory: quadratics with a minimum only'), ''),
    best ? mark(_('fastest by theory'), '✚') : null,
  ].filter(Boolean);
}

/** Whether cells of a minimum differ in how pale they are. */
function shaded(answer) {
  let [least, most] = [Infinity, -Infinity];
  for (const run of answer.runs)
    run.basin.forEach((row, j) =>
      row.forEach((code, i) => {
        if (code < 0) return;
        const pale = paleness(answer, run.steps[j][i]);
        [least, most] = [Math.min(least, pale), Math.max(most, pale)];
      })
    );
  return most - least > SEEN;
}
