/** The card of a run: its rule, its parts and their sliders. */
import { aroundOf, families, select, slider } from '../../player/controls.js';
import { h } from '../../player/dom.js';
import { buttons, fresh, item } from '../../player/list.js';
import { badge, runStyle } from '../../player/look.js';

export const PARTS = ['activation', 'init', 'norm', 'penalty', 'dropout']; // those that may differ from run to run
export const KINDS = { activation: 'activations', init: 'initializers', norm: 'norms', dropout: 'dropouts', data: 'datasets' };

export function card(page, run, i) {
  const _ = page.words;
  const style = runStyle(i, page.theme);
  const change = (work) => page.edit((s) => work(s.runs[i]), true, { whole: true });
  const choose = (name, entries, value, label, work) =>
    select(
      entries.map((entry) => [entry.key, entry.name, entry.family && families(_)[entry.family]]),
      value,
      {
        class: 'dl-optimizer',
        'data-action': `${name}${i}`,
        'aria-label': label,
        'data-tip': `${label}: ${entries.find((entry) => entry.key === value).summary}`,
        onchange: (event) => work(event.target.value),
      }
    );
  const { catalogue } = page;
  const rules = catalogue.networkRules.map(({ key }) => item(page, 'optimizers', key));
  const rule = page.catalogue.networkRules.find((entry) => entry.key === run.optimizer);
  const line = (row, value, param, reach) => slider(row, value, `run${i}.${param}`, page, row.help || row.key, reach);
  const rate = { ...rule.params[0], low: 1e-5, high: 10 };
  const inside = run.params.lr < rate.low || run.params.lr > rate.high ? rule.params[0] : rate;
  const course = item(page, 'schedules', run.schedule.key);
  const labels = { activation: _('Activation'), init: _('Initialization'), norm: _('Normalization'), dropout: _('Dropout') };
  const parts = Object.keys(labels).map((part) => [
    choose(part, catalogue[KINDS[part]], run[part].key, labels[part], (key) =>
      change((r) => {
        r[part] = fresh(page, KINDS[part], key);
      })
    ),
    ...item(page, KINDS[part], run[part].key).params.map((row) => line(row, run[part].params[row.key], `${part}.${row.key}`)),
  ]);
  const strength = {
    key: 'strength',
    label: run.penalty.key === 'l1' ? 'λ₁' : 'λ',
    low: 0,
    high: 1,
    scale: 'linear',
    help: _('What the penalty is multiplied by; 0 is none.'),
  };
  const around = aroundOf(i, run, {
    wrappers: page.wrappers,
    words: _,
    steps: page.experiment.steps,
    line: (row, _of, value, param, reach) => line(row, value, param, reach),
    wrap: (key) => {
      page.unfolded.add(i);
      change((r) => {
        const others = r.around.filter((part) => part.key !== key);
        r.around = others.length < r.around.length ? others : [...others, fresh(page, 'wrappers', key)];
      });
    },
  });
  const penalties = [
    { key: 'l2', name: 'L2', summary: _('half of the sum of all squared weights is added to the loss; biases are free.') },
    { key: 'l1', name: 'L1', summary: _('the sum of the sizes of all weights is added to the loss; biases are free.') },
  ];
  const far = h(
    'div',
    { class: 'dl-more', hidden: !page.unfolded.has(i) },
    ...rule.params.slice(1).map((row) => line(row, run.params[row.key], row.key)),
    choose('schedule', catalogue.schedules, run.schedule.key, _('Schedule'), (key) =>
      change((r) => {
        r.schedule = fresh(page, 'schedules', key);
      })
    ),
    ...course.params.map((row) =>
      line(
        row,
        run.schedule.params[row.key],
        `schedule.${row.key}`,
        row.counts === 'updates' ? Math.max(page.experiment.steps, 2) : row.high
      )
    ),
    ...around.there,
    around.menu,
    ...parts.flat(),
    choose('penalty', penalties, run.penalty.key, _('Penalty on the weights'), (key) =>
      change((r) => {
        r.penalty.key = key;
      })
    ),
    line(strength, run.penalty.params.strength, 'penalty.strength', Math.max(1, run.penalty.params.strength))
  );
  const more = h(
    'button',
    {
      type: 'button',
      class: 'dl-text',
      'data-action': `more${i}`,
      'aria-expanded': String(!far.hidden),
      onclick: () => {
        far.hidden = !far.hidden;
        more.setAttribute('aria-expanded', String(!far.hidden));
        page.unfolded[far.hidden ? 'delete' : 'add'](i);
      },
    },
    _('more')
  );
  const eye = h(
    'button',
    {
      type: 'button',
      class: 'dl-text',
      'data-action': `focus${i}`,
      'aria-pressed': String(i === page.focus),
      onclick: () => {
        page.focus = i;
        page.showControls();
        page.look();
      },
    },
    _('look inside')
  );
  return h(
    'div',
    { class: 'dl-run', 'data-run': i, style: `--run:${style.colour}` },
    h(
      'div',
      { class: 'dl-name' },
      badge(style),
      choose('optimizer', rules, run.optimizer, _('Optimizer of run {n}').replace('{n}', String(i + 1)), (key) =>
        change((r) => {
          r.optimizer = key;
          const { params } = page.catalogue.networkRules.find((entry) => entry.key === key);
          r.params = Object.fromEntries(params.map((row) => [row.key, row.default]));
        })
      ),
      h('span', { 'data-beside': i }, page.beside(page.experiment.runs)[i])
    ),
    h('div', { class: 'dl-sliders' }, line(inside, run.params.lr, 'lr'), eye, more),
    buttons(page, i, 'runs', page.limits.runs, _('Duplicate this run'), _('Remove this run')),
    far
  );
}
