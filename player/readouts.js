/** The numbers: every run at the playhead, and the result of the whole run in words. */
import { h, show } from './dom.js';
import { badge } from './look.js';

const pair = (values) => `(${[...values].map((v) => show(v, 3)).join(', ')})`;

/** The read-outs at the playhead. Rows are built once per scene; a step changes text only. */
export class Readouts {
  constructor(words) {
    this._ = words;
    this.root = h('div', { class: 'dl-readouts', tabIndex: 0, role: 'region', 'aria-label': words('At the playhead') });
    this.live = h('div', { class: 'dl-hidden', 'aria-live': 'polite' });
  }

  setScene(scene) {
    const _ = this._;
    this.scene = scene;
    const heads = [
      _('At the playhead'),
      _('position'),
      _('loss'),
      _('gradient'),
      _('last step'),
      _('optimizer state'),
      _('curvature λ'),
      _('rate against its limit'),
    ];
    this.cells = scene.runs.map(() => heads.map((head, i) => h('td', { class: i === 5 ? 'dl-wide' : '' })));
    scene.runs.forEach((run, i) => this.cells[i][0].append(badge(run.style), run.name));
    const row = (cells) => h('tr', {}, ...cells);
    this.root.replaceChildren(
      h(
        'table',
        {},
        h('thead', {}, row(heads.map((head) => h('th', { scope: 'col' }, head)))),
        h('tbody', {}, ...this.cells.map(row))
      )
    );
  }

  setStep(k) {
    if (!this.scene) return;
    this.scene.runs.forEach((run, i) => {
      this.#values(run, k).forEach((text, j) => {
        const cell = this.cells[i][j + 1];
        if (cell.textContent !== text) cell.textContent = text;
      });
      this.cells[i][7].classList.toggle('dl-over', this.#over(run, k));
    });
    clearTimeout(this.speak);
    this.speak = setTimeout(() => {
      const losses = this.scene.runs.map((run) => `${run.name} ${show(run.f[k])}`).join(', ');
      this.live.textContent = this._('Step {n}. Loss: {losses}').replace('{n}', k).replace('{losses}', losses);
    }, 400);
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

/** The result table: what a run came to. */
export function results(scene, words) {
  const _ = words;
  const heads = [
    _('Result'),
    _('final loss'),
    _('first within 0.1 % of the gap'),
    _('distance left'),
    _('path length'),
    _('reversals in x, y'),
    _('outcome'),
  ];
  const rows = scene.runs.map((run) => {
    const s = run.summary;
    const name = h('td', {}, badge(run.style), run.name);
    const texts = [
      show(s.final_loss),
      s.steps_to_tolerance ?? '–',
      show(s.distance, 3),
      show(s.path_length),
      s.reversals.join(', '),
    ];
    return h(
      'tr',
      {},
      name,
      ...texts.map((text) => h('td', {}, String(text))),
      h('td', { class: bad(run) ? 'dl-over' : '' }, outcome(run, _))
    );
  });
  return h(
    'div',
    { class: 'dl-results', tabIndex: 0, role: 'region', 'aria-label': _('Result') },
    h(
      'table',
      {},
      h('thead', {}, h('tr', {}, ...heads.map((head) => h('th', { scope: 'col' }, head)))),
      h('tbody', {}, ...rows)
    )
  );
}

const bad = (run) => run.diverged_at !== null || run.summary.rising;

const percent = (share) => show(Math.max(Math.round(100 * share), share > 0 ? 1 : 0));

/** One run's end in words, with the way out where it went wrong. */
export function outcome(run, _) {
  const s = run.summary;
  if (bad(run)) {
    const what =
      run.diverged_at !== null ? _('diverged at step {n}').replace('{n}', run.diverged_at) : _('ends higher than it began');
    const found = run.schedule.key === 'constant' ? _('a rate of {rate} is stable') : _('from a rate of {rate} it ends lower');
    const advice =
      s.stable_rate !== null
        ? found.replace('{rate}', show(s.stable_rate, 3))
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
