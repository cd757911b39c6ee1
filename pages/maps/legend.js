/** What the colours and marks of a map mean. */
import { h } from '../../player/dom.js';
import { badge, runStyle } from '../../player/look.js';

const SIGNS = { limit: '━', ring: '○', plus: '✚' };

/** The elements of the legend of an answer. */
export function legend(answer, page) {
  const _ = page.words;
  const entry = (sign, text) => h('span', { class: 'dl-entry' }, sign, text);
  const mark = (sign, text) => entry(h('b', { 'aria-hidden': 'true' }, sign), text);
  if (answer.map !== 'rates')
    return answer.key.map(({ text, colour, mark: sign }) =>
      colour ? entry(h('i', { class: 'dl-swatch', style: `background:${colour}` }), text) : mark(SIGNS[sign] ?? '', text)
    );
  const runs = answer.runs.map((run, i) => entry(badge(runStyle(i, page.theme)), page.name(run)));
  const limit = answer.runs.some((run) => run.limit !== null);
  return [...runs, ...(limit ? [mark('┆', _('limit by theory'))] : []), mark('', _('marker: the best rate'))];
}
