/** The tools of the training page: what all runs share. */
import { languageButton, linkButton, presetMenu, select, shareMenu, slider } from '../../player/controls.js';
import { fresh, item } from '../../player/list.js';
import { planes } from './landscape.js';

const WIDTHS = [8, 16, 32, 64, 128, 256];
const BATCHES = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];
const FULL = 1024; // samples in the largest batch

/** Menus and sliders, in order. */
export function toolbar(page) {
  const { experiment: e, words: _, numbers: rows } = page;
  const put = (key, value) =>
    page.edit(
      (s) => {
        s[key] = value;
      },
      true,
      { whole: true }
    );
  const menu = (key, names, value, label, change, tip = label) =>
    select(names, String(value), {
      'data-action': key,
      'aria-label': label,
      'data-tip': tip,
      onchange: (event) => change(event.target.value),
    });
  const dataset = item(page, 'datasets', e.data.key);
  const sets = page.catalogue.datasets.map((d) => [d.key, d.missing ? _('{name}: missing').replace('{name}', d.name) : d.name]);
  const batches = [...new Set([...BATCHES.filter((n) => n <= e.train), e.batch, Math.min(e.train, 1024)])].sort(
    (a, b) => a - b
  );
  const losses = dataset.classes.length
    ? [
        ['softmax', _('softmax')],
        ['hinge', _('hinge')],
        ['mse', _('squared error')],
      ]
    : [['mse', _('squared error')]];
  const model = (name, value) => put('model', { ...e.model, params: { ...e.model.params, [name]: Number(value) } });
  return [
    menu('data', sets, e.data.key, _('Data'), (key) => takeData(page, key), `${_('Data')}: ${dataset.summary}`),
    ...dataset.params.map((row) => slider(row, e.data.params[row.key], `data.${row.key}`, page, row.help)),
    ...sizes(page, dataset, model, menu),
    menu('loss', losses, e.loss, _('Loss'), (key) => put('loss', key), `${_('Loss')}: ${measured(_)[e.loss]}`),
    menu(
      'batch',
      batches.map((n) => [String(n), n === e.train ? _('full batch') : _('batch of {n}').replace('{n}', n)]),
      e.batch,
      _('Batch'),
      (n) => takeBatch(page, Number(n)),
      rows.batch.help
    ),
    menu(
      'sharpness',
      [
        ['0', _('no sharpness')],
        ['1', _('sharpness, full batch')],
      ],
      e.sharpness,
      _('The largest curvature along each run, against the limit of its rule'),
      (n) => takeSharpness(page, Number(n))
    ),
    menu('plane', planes(_), e.plane.key, _('The loss over a plane through the weights'), (key) =>
      put('plane', { key, params: {} })
    ),
    ...(e.plane.key === 'random'
      ? [
          slider(
            { ...rows.seed, ...called(_('directions')) },
            e.plane.params.seed,
            'plane.seed',
            page,
            _('Which random directions.')
          ),
        ]
      : []),
    menu(
      'transform',
      [
        ['standardized', _('standardized')],
        ['centred', _('centred')],
        ['raw', _('raw')],
      ],
      e.transform,
      _('Inputs'),
      (key) => put('transform', key)
    ),
    menu(
      'order',
      [
        ['shuffled', _('shuffled')],
        ['sorted', _('sorted by class')],
      ],
      e.order,
      _('Order'),
      (key) => put('order', key)
    ),
    slider({ ...rows.steps, ...called(_('steps')) }, e.steps, 'steps', page, rows.steps.help),
    slider(
      {
        ...rows.train,
        ...called(_('train on')),
        low: e.sharpness ? 1 : e.batch,
        high: e.sharpness ? Math.min(dataset.samples, FULL) : dataset.samples,
      },
      e.train,
      'train',
      page,
      rows.train.help
    ),
    ...(dataset.classes.length
      ? [
          slider(
            { ...rows.label_noise, ...called(_('wrong labels')) },
            e.label_noise,
            'label_noise',
            page,
            rows.label_noise.help
          ),
        ]
      : []),
    slider({ ...rows.seed, ...called(_('seed')) }, e.seed, 'seed', page, rows.seed.help),
    presetMenu(page),
    shareMenu(page),
    linkButton(page),
    languageButton(page),
  ];
}

/** What each loss is. */
const measured = (_) => ({
  softmax: _('−ln of the probability of the right class, in nats; the probabilities are the softmax of the scores.'),
  hinge: _('what each wrong class scores above the score of the right one minus 1, added up.'),
  mse: _('mean squared error of the outputs; a class is the vector with a 1 in its place.'),
});

/** Another size of batch: the sharpness is of the full one only. */
function takeBatch(page, batch) {
  const change = (s) => Object.assign(s, { batch, sharpness: batch === s.train ? s.sharpness : 0 });
  page.edit(change, true, { whole: true });
}

function takeSharpness(page, sharpness) {
  page.edit((s) => fullBatch(Object.assign(s, { sharpness })), true, { whole: true });
}

/** Menus of the model and of its sizes. */
function sizes(page, { shape }, change, menu) {
  const { words: _, experiment: e } = page;
  const { key, params } = e.model;
  const model = item(page, 'models', key);
  const fitting = page.catalogue.models.filter((model) => !model.pictures || shape.length > 1);
  const counts = (list, name) => [...new Set([...list, params[name]])].sort((a, b) => a - b);
  const one = (name, list, label, text) =>
    menu(
      name,
      counts(list, name).map((n) => [String(n), text.replaceAll('{n}', n)]),
      params[name],
      label,
      (n) => change(name, n),
      model.params.find((row) => row.key === name).help
    );
  const models = menu(
    'model',
    fitting.map((model) => [model.key, model.name]),
    key,
    _('Model'),
    (other) => page.edit((s) => Object.assign(s, { model: fresh(page, 'models', other) }), true, { whole: true }),
    `${_('Model')}: ${model.summary}`
  );
  const own = {
    mlp: () => [
      one('depth', [0, 1, 2, 3, 4, 5, 6], _('Hidden layers'), _('{n} hidden layers')),
      one('width', WIDTHS, _('Units per layer'), _('{n} units')),
    ],
    cnn: () => [
      one('layers', [1, 2, 3], _('Convolutions'), _('{n} convolutions')),
      one('channels', [4, 8, 16, 32], _('Channels'), _('{n} channels')),
      one('kernel', [3, 5], _('Size of a filter'), _('filters of {n} × {n}')),
    ],
  };
  return [...(fitting.length > 1 ? [models] : []), ...own[key]()];
}

/** Other data: their own split, and a model, a batch and a loss that fit. */
function takeData(page, key) {
  const { train, classes, shape, missing } = item(page, 'datasets', key);
  if (missing) {
    page.complain(missing);
    page.showControls();
    return;
  }
  page.edit(
    (s) => {
      Object.assign(s, { data: fresh(page, 'datasets', key), train, batch: Math.min(s.batch, train) });
      s.loss = classes.length ? (s.loss === 'mse' ? 'softmax' : s.loss) : 'mse';
      if (!classes.length) s.label_noise = 0;
      if (shape.length < 2) s.model = s.model.key === 'mlp' ? s.model : fresh(page, 'models', 'mlp');
      fullBatch(s);
    },
    true,
    { whole: true }
  );
}

/** Where the sharpness is measured every batch is the whole training part, which is not larger than the largest batch. */
export function fullBatch(s) {
  if (s.sharpness) s.batch = s.train = Math.min(s.train, FULL);
}

/** A row by a word alone, without a symbol. */
const called = (word) => ({ label: word, word });
