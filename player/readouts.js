/** The numbers of the runs: what each came to, and, unfolded, all that is known of it at the playhead and in the end. */
import { h, show } from './dom.js';
import { Table, unfold } from './list.js';

const pair = (values) => `(${[...values].map((v) => show(v, 3)).join(', ')})`;

/** Tables are written into; what is folded away is written when it unfolds. */
export class Readouts {
  constructor(words) {
    const _ = words;
    this._ = words;
    this.result = new Table([_('Result'), '', _('first within 0.1 % of the gap'), _('outcome')], _('Result'));
    this.result.root.classList.add('dl-results');
    this.now = new Table(
      [
        _('At the playhead'),
        _('position'),
        _('loss'),
        _('gradient'),
        _('last step'),
        _('optimizer state'),
        _('curvature λ'),
        _('rate against its limit'),
      ],
      _('At the playhead'),
      [5]
    );
    this.end = new Table(
      [_('In the end'), _('final loss'), _('distance left'), _('path length'), _('reversals in x, y'), _('gradients taken')],
      _('In the end')
    );
    this.more = unfold(_('All numbers'), () => this.#unfolded(), this.now.root, this.end.root);
    this.root = h('div', { class: 'dl-numbers' }, this.result.root, this.more);
    this.live = h('div', { class: 'dl-hidden', 'aria-live': 'polite' });
  }

  setScene(scene) {
    const _ = this._;
    this.scene = scene;
    this.result.head(1, scene.lowest === null ? _('loss, now') : _('loss above the minimum, now'));
    for (const table of [this.result, this.now, this.end]) table.cut(scene.runs.length);
  }

  setStep(k) {
    if (!this.scene) return;
    this.step = k;
    this.scene.runs.forEach((run, i) => {
      const above = this.scene.lowest === null ? run.f[k] : run.gap[k];
      const texts = [show(above), run.summary.steps_to_tolerance ?? '–', outcome(run, this._)];
      this.result.write(i, run, texts, bad(run) ? [3] : []);
    });
    if (this.more.open) this.#unfolded();
    clearTimeout(this.speak);
    this.speak = setTimeout(() => {
      const losses = this.scene.runs.map((run) => `${run.name} ${show(run.f[k])}`).join(', ');
      this.live.textContent = this._('Step {n}. Loss: {losses}').replace('{n}', k).replace('{losses}', losses);
    }, 400);
  }

  #unfolded() {
    this.scene.runs.forEach((run, i) => {
      this.now.write(i, run, this.#values(run, this.step), this.#over(run, this.step) ? [7] : []);
      const { final_loss, distance, path_length, reversals, gradients } = run.summary;
      const counts = [reversals.join(', '), show(gradients, 6)];
      this.end.write(i, run, [show(final_loss), show(distance, 3), show(path_length), ...counts]);
    });
  }

  #values(run, k) {
    const at = (array, size) => array.subarray(size * k, size * (k + 1));
    const x = at(run.x, 2);
    const move = at(run.move, 2);
    const state = Object.entries(run.state).map(([name, { array, size }]) => {
      const values = at(array, size);
      return `${this._(name.replaceAll('_', ' '))} ${size === 1 ? show(values[0], 3) : pair(values)}`;
    });
    const [low, high] = at(run.curvature, 2);
    return [
      pair(x),
      show(run.f[k]),
      `${show(run.grad_norm[k], 3)} ${pair(at(run.gradient, 2))}`,
      k ? pair(move) : '–',
      state.join(this._(', ')) || '–',
      `${show(low, 3)}, ${show(high, 3)}`,
      this.#limit(run, k, high),
    ];
  }

  #limit(run, k, high) {
    if (run.diverged_at !== null && k >= run.diverged_at) return '–';
    const rate = show(rateAt(run, k), 3);
    if (run.limit === null || high <= 0) return rate;
    return `${rate} ${this.#over(run, k) ? '>' : '<'} ${show(run.limit / high, 3)}`;
  }

  #over(run, k) {
    if (run.diverged_at !== null && k >= run.diverged_at) return false;
    const high = run.curvature[2 * k + 1];
    return run.limit !== null && high > 0 && rateAt(run, k) * high > run.limit;
  }
}

const rateAt = (run, k) => run.lr[Math.min(k, run.lr.length - 1)];

const bad = (run) => run.diverged_at !== null || run.summary.rising;

const percent = (share) => show(Math.max(Math.round(100 * share), share > 0 ? 1 : 0));

/** One run's end in words, with the way out where it went wrong. */
export function outcome(run, _) {
  const s = run.summary;
  if (bad(run)) {
    const what =
      run.diverged_at !== null ? _('diverged at step {n}').replace('{n}', run.diverged_at) : _('ends higher than it began');
    const stable = run.schedule.key === 'constant' ? _('a rate of {rate} is stable') : _('from a rate of {rate} it ends lower');
    const advice =
      s.stable_rate !== null
        ? stable.replace('{rate}', show(s.stable_rate, 3))
        : _('none of the smaller rates that were tried is better');
    return _('{what}; {advice}').replace('{what}', what).replace('{advice}', advice);
  }
  if (s.steps_to_tolerance !== null) {
    const stays = s.outside_after === 0;
    const text = stays
      ? _('within 0.1 % from step {n} on')
      : _('first within 0.1 % at step {n}, then outside {share} % of the time');
    return text.replace('{n}', s.steps_to_tolerance).replace('{share}', percent(s.outside_after));
  }
  return s.distance === null ? _('no minimum to reach: the surface falls for ever') : _('not there yet');
}
