/** The table at the playhead: a row for each run, and what was known before training. */
import { h, show } from '../../player/dom.js';
import { badge } from '../../player/look.js';
import { sharpText } from './edge.js';
import { at_, percent, says } from './runs.js';

export class Table {
  constructor(words) {
    this.words = words;
    this.root = h('div', { class: 'dl-readouts', tabIndex: 0, role: 'region', 'aria-label': words('At the playhead') });
  }

  /** Other runs. */
  set({ header, runs }) {
    const _ = this.words;
    this.runs = runs;
    const heads = [
      _('At the playhead'),
      _('batch loss'),
      _('training loss'),
      _('validation loss'),
      _('training accuracy'),
      _('validation accuracy'),
      _('gradient'),
      _('learning rate'),
      ...(header.sharpness ? [_('sharpness')] : []),
      _('what this run shows'),
    ];
    this.cells = runs.map((run) => {
      const cells = heads.slice(1, -1).map(() => h('td', {}));
      const over = ['diverged', 'rising'].includes(run.verdict) ? 'dl-over' : '';
      const head = h('td', {}, badge(run.style), run.name);
      return { cells, row: h('tr', {}, head, ...cells, h('td', { class: over }, says(run, _))) };
    });
    const initial = header.initial;
    const before = _(
      'Before training the loss is {loss}; with all scores at 0 it would be {expected}. Always naming the most common class gets {chance} right. {n} parameters.'
    )
      .replace('{loss}', show(initial.loss))
      .replace('{expected}', show(initial.expected + (initial.penalty ?? 0)))
      .replace('{chance}', header.classes ? percent(header.chance) : '–')
      .replace('{n}', header.parameters.toLocaleString());
    this.root.replaceChildren(
      h(
        'table',
        {},
        h('thead', {}, h('tr', {}, ...heads.map((head) => h('th', { scope: 'col' }, head)))),
        h('tbody', {}, ...this.cells.map(({ row }) => row))
      ),
      h('p', { class: 'dl-help' }, before)
    );
  }

  setStep(step) {
    this.runs.forEach((run, i) => {
      const at = Math.min(step, run.loss.length - 1);
      const texts = [
        show(run.loss[at]),
        show(at_(run.train_loss, step)),
        show(at_(run.validation_loss, step)),
        percent(at_(run.train_accuracy, step)),
        percent(at_(run.validation_accuracy, step)),
        show(run.grad_norm[at]),
        show(run.lr[at]),
        ...(run.sharp ? [sharpText(run, step, at_, this.words)] : []),
      ];
      texts.forEach((text, j) => {
        this.cells[i].cells[j].textContent = text === 'NaN' ? '–' : text;
      });
    });
  }
}
