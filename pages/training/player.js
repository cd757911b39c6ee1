/** Training: complete runs of a real network under a moving slider, and what one of them looks like inside. */
import { languageButton, linkButton, playerBar, presetMenu, select, shareMenu, slider } from '../../player/controls.js';
import { Curves } from '../../player/curves.js';
import { h, show } from '../../player/dom.js';
import { buttons, fresh, item } from '../../player/list.js';
import { badge, runStyle } from '../../player/look.js';
import { Page, componentOf } from '../../player/page.js';
import { Playhead } from '../../player/playhead.js';
import { Feed, decode, encode, nearest, spec, withFrame } from '../../player/wire.js';
import { Pad, histograms, pictures, regions } from './details.js';
import { sharpPanel, sharpText, sharpened } from './edge.js';
import { Landscape, planes } from './landscape.js';
import { Growing, lines } from './stream.js';

const PARTS = ['activation', 'init', 'norm', 'penalty'];
const FIELDS = 'layers,weights,regions,mistakes';
const KINDS = { activation: 'activations', init: 'initializers', norm: 'norms', data: 'datasets' };
const WIDTHS = [8, 16, 32, 64, 128, 256];
const BATCHES = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];
const FULL = 1024; // samples in the largest batch
const percent = (value) => (Number.isFinite(value) ? `${show(100 * value, 3)} %` : '–');

class Training extends Page {
  route = 'api/training';

  unfolded = new Set(); // runs whose further parameters are shown

  build() {
    const { words: _ } = this;
    this.focus = 0;
    this.drawn = this.scene = this.inside = null;
    this.playhead = new Playhead(
      (step) => this.showStep(step),
      (playing) => this.bar.playing(playing)
    );
    this.tools = h('div', { class: 'dl-toolbar' });
    this.cards = h('div', { class: 'dl-cards' });
    this.curves = new Curves(window.Plotly, panels, (step) => this.playhead.seek(step));
    this.curves.large = Boolean(this.options.present);
    if (this.curves.large) this.curves.most = 4; // what the last row can read
    this.bar = playerBar(_, this);
    this.add = h(
      'button',
      { type: 'button', class: 'dl-text', 'data-action': 'add', onclick: () => this.addRun() },
      _('+ Add run')
    );
    this.heading = h('div', { class: 'dl-help' });
    this.pads = {
      regions: new Pad(_('What the network says everywhere'), 230),
      weights: new Pad(_('Weights of the first layer as pictures'), 46),
      mistakes: new Pad(_('Validation samples that are wrong'), 62),
      histograms: new Pad(_('Histograms of outputs, gradients and weights, layer by layer'), 190),
    };
    const titles = {
      regions: _('What the network says everywhere'),
      weights: _('Weights of the first layer: blue below zero, orange above'),
      mistakes: _('Wrong on the validation set: what it is → what it is taken for'),
      histograms: _('Outputs, gradients and weights of each layer'),
    };
    this.panes = Object.fromEntries(
      Object.entries(this.pads).map(([key, pad]) => [
        key,
        h('figure', { class: 'dl-pane', hidden: true }, h('figcaption', {}, titles[key]), pad.canvas),
      ])
    );
    this.land = new Landscape(_, this.options);
    this.table = h('div', { class: 'dl-readouts', tabIndex: 0, role: 'region', 'aria-label': _('At the playhead') });
    this.live = h('div', { class: 'dl-hidden', 'aria-live': 'polite' });
    this.told = h(
      'p',
      { class: 'dl-told' },
      _('The shaded area lies between validation and training; update / weight is the mean of the layers.')
    );
    this.curves.root.append(this.busy);
    this.progress = h(
      'div',
      { class: 'dl-progress', hidden: true, 'data-progress': '' },
      h('progress', { max: 1, value: 0, 'aria-label': _('Share of the training that is done') }),
      h('span', { class: 'dl-help' }),
      h(
        'button',
        {
          type: 'button',
          class: 'dl-text',
          'data-action': 'stop',
          onclick: () => {
            this.stopped = true;
          },
        },
        _('Stop')
      )
    );
    const { base, language } = this.options;
    this.closer = new Feed(`${base}${this.route}?lang=${language}&format=bin&fields=${FIELDS}&`);
    return [
      this.tools,
      this.notice,
      this.told,
      h(
        'div',
        { class: 'dl-main' },
        h(
          'div',
          { class: 'dl-left' },
          this.curves.root,
          this.progress,
          this.bar.root,
          this.options.present ? null : this.land.root
        ),
        h(
          'div',
          { class: 'dl-side' },
          this.cards,
          h('div', { class: 'dl-tools' }, this.add),
          this.options.present ? this.land.root : null,
          h('div', { class: 'dl-inside' }, this.heading, ...Object.values(this.panes))
        )
      ),
      this.table,
      this.live,
    ];
  }

  async start() {
    await super.start();
    this.playhead.seek(this.playhead.steps);
    if (this.options.autoplay) this.play();
  }

  get keys() {
    return {
      ...super.keys,
      ' ': () => this.play(),
      ArrowLeft: (event) => this.by(event.shiftKey ? -100 : -10),
      ArrowRight: (event) => this.by(event.shiftKey ? 100 : 10),
      Home: () => this.playhead.seek(0),
      End: () => this.playhead.seek(this.playhead.steps),
      '[': () => this.bar.faster(-1),
      ']': () => this.bar.faster(1),
    };
  }

  // Data -------------------------------------------------------------------------------------------------------------

  async decode(reply) {
    if (reply.headers?.get('content-type')?.includes('ndjson')) return this.follow(reply);
    const blob = decode(await reply.arrayBuffer());
    return { ...blob, query: blob.header.query };
  }

  ask(query, how) {
    this.asking = how;
    return this.feed.ask(`format=${this.options.sweeps ? 'bin' : 'live'}&${query}`);
  }

  /** A long training, drawn as it comes; null where a newer question took its place. */
  async follow(reply) {
    const growing = new Growing();
    let drawn = 0;
    this.stopped = false;
    const overtaken = () => Boolean(this.feed.next);
    try {
      for await (const some of lines(reply, () => this.stopped || overtaken())) {
        for (const line of some) growing.take(line);
        this.showProgress(growing);
        if (growing.runs.length && !growing.done && performance.now() - drawn > 200) {
          await this.drawing;
          if (overtaken()) break;
          if (!drawn && this.asking?.whole) {
            this.store.value = this.read(growing.blob); // a link or a preset: its controls are there while it trains
            this.showControls();
          }
          await this.show(growing.blob);
          this.still?.remove();
          this.playhead.seek(Math.max(0, growing.step - 1)); // the last update whose numbers are there
          this.root.dataset.partial = String(growing.share);
          drawn = performance.now();
        }
      }
    } finally {
      this.progress.hidden = true;
      delete this.root.dataset.partial;
    }
    if (overtaken() && !growing.done) return null;
    if (!growing.done && !this.stopped) throw new Error(this.words('The server ended before the training did; try again.'));
    if (!growing.runs.length) return null;
    this.playhead.seek(this.playhead.steps);
    return growing.blob;
  }

  showProgress({ share, left }) {
    const text = Number.isFinite(left) ? this.words('{share} % trained, about {n} s left') : this.words('Training…');
    const said = text.replace('{share}', String(Math.round(100 * share))).replace('{n}', String(Math.ceil(left)));
    this.progress.hidden = false;
    this.busy.hidden = true; // this says more
    this.progress.firstChild.value = share;
    this.progress.children[1].textContent = said;
  }

  read({ header }) {
    const { data, model, loss, batch, steps, seed, train, transform, order } = header;
    const runs = (header.planned ?? header.runs).map((run) => ({
      optimizer: run.optimizer,
      params: run.params,
      schedule: run.schedule,
      ...Object.fromEntries(PARTS.map((part) => [part, run[part]])),
    }));
    return structuredClone({
      data,
      model,
      loss,
      batch,
      steps,
      seed,
      train,
      transform,
      order,
      label_noise: header.label_noise,
      sharpness: header.sharpness ?? 0,
      plane: { key: header.plane.key, params: header.plane.params },
      runs,
    });
  }

  toQuery({ runs, ...shared }) {
    const pairs = Object.entries(shared).map(([key, value]) => [key, value?.key ? spec(value) : value]);
    for (const part of PARTS) pairs.push(...runs.map((run) => [part, spec(run[part])]));
    for (const run of runs) pairs.push(['run', `${spec({ key: run.optimizer, params: run.params })}~${spec(run.schedule)}`]);
    return encode(pairs);
  }

  /** In an exported file: the stop of a slider's way that is nearest. */
  glide(param, value) {
    const sweep = this.options.sweeps?.[param];
    if (!sweep) return undefined;
    const j = nearest(sweep.values, value);
    const moved = withFrame(this.store.answer, sweep, j);
    this.store.put({ ...moved, query: moved.header.query });
    this.take(this.store.answer, {}, () => true);
    return sweep.values[j];
  }

  async edit(change, done, how) {
    if (this.options.sweeps) return { failed: null, latest: () => false }; // an exported file knows its sliders and nothing else
    return super.edit(change, done, how);
  }

  // What is shown ----------------------------------------------------------------------------------------------------

  async show(blob, { themed = false } = {}) {
    const { header, arrays } = blob;
    this.focus = Math.min(this.focus, header.runs.length - 1);
    const runs = header.runs.map((run, i) => makeRun(run, i, arrays, header, runStyle(i, this.theme), this.name(run)));
    this.scene = { runs, steps: header.steps, stride: 1, header };
    this.playhead.setLength(header.steps);
    this.curves.step = this.playhead.step;
    const kind = header.sharpness ? 'edge' : 'training';
    if (!this.drawn || themed || kind !== this.kind) {
      this.kind = kind;
      this.drawn = await this.axes(kind, this.root.clientWidth < 700 ? 1 : this.options.present ? 2 : 3);
      this.curves.scene = this.scene;
      await this.curves.setFigure(this.drawn, this.theme);
    } else {
      this.curves.setScene(this.scene);
    }
    this.showTable();
    const names = header.runs.map((run) => this.label(run, header.runs));
    this.land.set({ runs, theme: this.theme, names });
    this.showStep(this.playhead.step);
    if (blob.partial) {
      this.inside = null;
    } else {
      this.look();
      this.survey();
    }
  }

  /** Ask for what one run looks like inside; the curves do not wait for it. */
  async look() {
    const { answer } = this.store;
    const i = this.focus;
    if (!answer || answer.partial) return; // what was stopped is not trained to its end for this
    if (answer.arrays[`run${i}.layers.low`]) {
      this.inside = { answer, prefix: `run${i}.`, query: answer.query };
    } else if (!this.options.sweeps) {
      const alone = { ...this.read(answer), runs: [this.read(answer).runs[i]] };
      try {
        const found = await this.closer.ask(this.toQuery(alone));
        if (!found || this.store.answer !== answer || this.focus !== i) return;
        this.inside = { answer: found, prefix: 'run0.', query: answer.query };
      } catch (error) {
        this.complain(error.message);
        return;
      }
    }
    this.showInside();
  }

  /** The plane through the weights; nothing waits for it. */
  async survey() {
    const { answer } = this.store;
    const experiment = this.read(answer);
    const current = () => this.store.answer === answer;
    try {
      const query = (plane) => this.toQuery({ ...experiment, plane });
      await this.land.follow(answer, query, experiment.plane, Boolean(this.options.sweeps), current);
    } catch (error) {
      if (current()) this.complain(error.message);
    }
  }

  name(run) {
    return item(this, 'optimizers', run.optimizer).name;
  }

  /** What tells the runs apart: their rate, and the parts that differ. */
  label(run, runs) {
    const parts = PARTS.filter((part) => new Set(runs.map((other) => spec(other[part]))).size > 1);
    const own = parts.map((part) => (KINDS[part] ? item(this, KINDS[part], run[part].key).name : spec(run[part])));
    const course = run.schedule.key === 'constant' ? [] : [item(this, 'schedules', run.schedule.key).name];
    return [`${this.name(run)} ${show(run.params.lr)}`, ...course, ...own].join(' · ');
  }

  showTable() {
    const _ = this.words;
    const { header, runs } = this.scene;
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
    this.cells = runs.map((run, i) => {
      const cells = heads.slice(1, -1).map(() => h('td', {}));
      const over = ['diverged', 'rising'].includes(run.verdict) ? 'dl-over' : '';
      const head = h('td', {}, badge(run.style), this.label(header.runs[i], header.runs));
      return { cells, row: h('tr', {}, head, ...cells, h('td', { class: over }, says(run, _))) };
    });
    const initial = header.initial;
    const before = _(
      'Before training the loss is {loss}; with all scores at 0 it would be {expected}. By chance {chance} are right. {n} parameters.'
    )
      .replace('{loss}', show(initial.loss))
      .replace('{expected}', show(initial.expected + (initial.penalty ?? 0)))
      .replace('{chance}', header.classes ? percent(header.chance) : '–')
      .replace('{n}', header.parameters.toLocaleString());
    this.table.replaceChildren(
      h(
        'table',
        {},
        h('thead', {}, h('tr', {}, ...heads.map((head) => h('th', { scope: 'col' }, head)))),
        h('tbody', {}, ...this.cells.map(({ row }) => row))
      ),
      h('p', { class: 'dl-help' }, before)
    );
  }

  showStep(step) {
    this.root.dataset.step = String(step);
    this.curves.setStep(step);
    if (!this.scene) return;
    this.bar.show(step, this.scene.steps, 1);
    this.scene.runs.forEach((run, i) => {
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
    this.showInside();
    this.land.setStep(step);
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => {
      const losses = this.scene.runs
        .map((run) => `${run.name} ${show(run.loss[Math.min(step, run.loss.length - 1)])}`)
        .join(', ');
      this.live.textContent = this.words('Step {n}. Loss: {losses}').replace('{n}', String(step)).replace('{losses}', losses);
    }, 400);
  }

  /** The run in focus at the recorded step that is nearest to the playhead. */
  showInside() {
    if (!this.inside || !this.scene) return;
    const { arrays, header } = this.inside.answer;
    const { prefix } = this.inside;
    const of = (name) => arrays[`${prefix}${name}`];
    const own = header.runs[Number(prefix.slice(3, -1))];
    const { style } = this.scene.runs[this.focus] ?? this.scene.runs[0];
    const _ = this.words;
    const at = own.at.reduce(
      (best, step, k) => (Math.abs(step - this.playhead.step) < Math.abs(own.at[best] - this.playhead.step) ? k : best),
      0
    );
    const layers = header.shapes.length;
    const dead = Array.from({ length: layers - 1 }, (_value, layer) => percent(of('layers.dead')[at * layers + layer]));
    const ratio = Array.from({ length: layers }, (_value, layer) => show(of('ratio')[at * layers + layer], 2));
    this.heading.replaceChildren(
      badge(style),
      _('Inside this run, at recorded step {n}. Dead units: {dead}. Update / weight: {ratio}.')
        .replace('{n}', own.at[at])
        .replace('{dead}', dead.join(', ') || '–')
        .replace('{ratio}', ratio.join(', '))
    );
    for (const [key, there] of Object.entries({
      regions: of('regions'),
      weights: of('first'),
      mistakes: of('wrong'),
      histograms: true,
    })) {
      this.panes[key].hidden = !there;
    }
    const [counts, low, high] = ['counts', 'low', 'high'].map((name) => of(`layers.${name}`));
    const names = [_('outputs'), _('gradients'), _('weights')];
    histograms(this.pads.histograms, { counts, low, high, layers, at }, style.colour, this.theme, names);
    if (of('first')) this.showWeights(of('first'), own.at.length, at, header.filter);
    if (of('wrong')) this.showMistakes(of('wrong'), of('wrong_pictures'), own.at.length, at, header);
    if (of('regions')) {
      const size = of('regions').length / own.at.length;
      const field = of('regions').subarray(at * size, (at + 1) * size);
      const { points, labels } = arrays;
      const { sides, train, classes } = header;
      regions(this.pads.regions, { field, points, labels, sides, train, classes }, style.colour, this.theme);
    }
  }

  showWeights(first, steps, at, shape) {
    const size = shape.reduce((product, side) => product * side, 1);
    const units = first.length / steps / size;
    pictures(this.pads.weights, units, shape, this.theme, (unit) => ({
      pixels: first.subarray((at * units + unit) * size, (at * units + unit + 1) * size),
      signed: true,
    }));
  }

  showMistakes(wrong, shown, steps, at, header) {
    const most = wrong.length / steps / 3;
    const list = Array.from({ length: most }, (_value, i) =>
      wrong.subarray((at * most + i) * 3, (at * most + i + 1) * 3)
    ).filter(([place]) => place >= 0);
    const size = header.picture.reduce((product, side) => product * side, 1);
    pictures(this.pads.mistakes, list.length, header.picture, this.theme, (i) => ({
      pixels: shown.subarray(list[i][0] * size, (list[i][0] + 1) * size),
      note: `${header.names[list[i][2]]} → ${header.names[list[i][1]]}`,
    }));
  }

  play() {
    this.playhead.toggle();
  }

  by(steps) {
    this.playhead.pause();
    this.playhead.seek(this.playhead.step + steps);
  }

  // Controls ---------------------------------------------------------------------------------------------------------

  showControls() {
    this.add.hidden = Boolean(this.options.controls);
    if (this.options.controls) {
      this.cards.replaceChildren(...this.chosen());
      return;
    }
    const { experiment: e, words: _, numbers: rows } = this;
    const put = (key, value) =>
      this.edit(
        (s) => {
          s[key] = value;
        },
        true,
        { whole: true }
      );
    const menu = (key, names, value, label, change) =>
      select(names, String(value), {
        'data-action': key,
        'aria-label': label,
        title: label,
        onchange: (event) => change(event.target.value),
      });
    const dataset = item(this, 'datasets', e.data.key);
    const sets = this.catalogue.datasets.map((d) => [
      d.key,
      d.missing ? _('{name}: missing').replace('{name}', d.name) : d.name,
    ]);
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
    this.tools.replaceChildren(
      menu('data', sets, e.data.key, _('Data'), (key) => this.takeData(key)),
      ...dataset.params.map((row) => slider(row, e.data.params[row.key], `data.${row.key}`, this, row.help)),
      ...this.sizes(dataset, model, menu),
      menu('loss', losses, e.loss, _('Loss'), (key) => put('loss', key)),
      menu(
        'batch',
        batches.map((n) => [String(n), n === e.train ? _('full batch') : _('batch of {n}').replace('{n}', n)]),
        e.batch,
        _('Batch'),
        (n) => this.takeBatch(Number(n))
      ),
      menu(
        'sharpness',
        [
          ['0', _('no sharpness')],
          ['1', _('sharpness, full batch')],
        ],
        e.sharpness,
        _('The largest curvature along each run, against the limit of its rule'),
        (n) => this.takeSharpness(Number(n))
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
              this,
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
      slider({ ...rows.steps, ...called(_('steps')) }, e.steps, 'steps', this, rows.steps.help),
      slider(
        {
          ...rows.train,
          ...called(_('train on')),
          low: e.sharpness ? 1 : e.batch,
          high: e.sharpness ? Math.min(dataset.samples, FULL) : dataset.samples,
        },
        e.train,
        'train',
        this,
        rows.train.help
      ),
      ...(dataset.classes.length
        ? [
            slider(
              { ...rows.label_noise, ...called(_('wrong labels')) },
              e.label_noise,
              'label_noise',
              this,
              rows.label_noise.help
            ),
          ]
        : []),
      slider({ ...rows.seed, ...called(_('seed')) }, e.seed, 'seed', this, rows.seed.help),
      presetMenu(this),
      shareMenu(this),
      linkButton(this),
      languageButton(this)
    );
    this.cards.replaceChildren(...e.runs.map((run, i) => this.card(run, i)));
    this.add.disabled = e.runs.length >= this.limits.runs;
  }

  /** Another size of batch: the sharpness is of the full one only. */
  takeBatch(batch) {
    const change = (s) => Object.assign(s, { batch, sharpness: batch === s.train ? s.sharpness : 0 });
    this.edit(change, true, { whole: true });
  }

  takeSharpness(sharpness) {
    this.edit((s) => fullBatch(Object.assign(s, { sharpness })), true, { whole: true });
  }

  /** Menus of the model and of its sizes. */
  sizes({ shape }, change, menu) {
    const { words: _, experiment: e } = this;
    const { key, params } = e.model;
    const fitting = this.catalogue.models.filter((model) => !model.pictures || shape.length > 1);
    const counts = (list, name) => [...new Set([...list, params[name]])].sort((a, b) => a - b);
    const one = (name, list, label, text) =>
      menu(
        name,
        counts(list, name).map((n) => [String(n), text.replaceAll('{n}', n)]),
        params[name],
        label,
        (n) => change(name, n)
      );
    const models = menu(
      'model',
      fitting.map((model) => [model.key, model.name]),
      key,
      _('Model'),
      (other) => this.edit((s) => Object.assign(s, { model: fresh(this, 'models', other) }), true, { whole: true })
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
  takeData(key) {
    const { train, classes, shape, missing } = item(this, 'datasets', key);
    if (missing) {
      this.complain(missing);
      this.showControls();
      return;
    }
    this.edit(
      (s) => {
        Object.assign(s, { data: fresh(this, 'datasets', key), train, batch: Math.min(s.batch, train) });
        s.loss = classes.length ? (s.loss === 'mse' ? 'softmax' : s.loss) : 'mse';
        if (!classes.length) s.label_noise = 0;
        if (shape.length < 2) s.model = s.model.key === 'mlp' ? s.model : fresh(this, 'models', 'mlp');
        fullBatch(s);
      },
      true,
      { whole: true }
    );
  }

  card(run, i) {
    const _ = this.words;
    const style = runStyle(i, this.theme);
    const change = (work) => this.edit((s) => work(s.runs[i]), true, { whole: true });
    const choose = (name, kind, value, label, work) =>
      select(
        this.catalogue[kind].filter((entry) => entry.key !== 'newton').map((entry) => [entry.key, entry.name]),
        value,
        {
          class: 'dl-optimizer',
          'data-action': `${name}${i}`,
          'aria-label': label,
          title: label,
          onchange: (event) => work(event.target.value),
        }
      );
    const rule = this.catalogue.networkRules.find((entry) => entry.key === run.optimizer);
    const line = (row, value, param, reach) => slider(row, value, `run${i}.${param}`, this, row.help || row.key, reach);
    const rate = { ...rule.params[0], low: 1e-5, high: 10 };
    const inside = run.params.lr < rate.low || run.params.lr > rate.high ? rule.params[0] : rate;
    const course = item(this, 'schedules', run.schedule.key);
    const labels = { activation: _('Activation'), init: _('Initialization'), norm: _('Normalization') };
    const parts = ['activation', 'init', 'norm'].map((part) => [
      choose(part, KINDS[part], run[part].key, labels[part], (key) =>
        change((r) => {
          r[part] = fresh(this, KINDS[part], key);
        })
      ),
      ...item(this, KINDS[part], run[part].key).params.map((row) => line(row, run[part].params[row.key], `${part}.${row.key}`)),
    ]);
    const strength = {
      key: 'strength',
      label: run.penalty.key === 'l1' ? 'λ₁' : 'λ',
      low: 0,
      high: 1,
      scale: 'linear',
      help: _('Penalty on the weights'),
    };
    const far = h(
      'div',
      { class: 'dl-more', hidden: !this.unfolded.has(i) },
      ...rule.params.slice(1).map((row) => line(row, run.params[row.key], row.key)),
      choose('schedule', 'schedules', run.schedule.key, _('Schedule'), (key) =>
        change((r) => {
          r.schedule = fresh(this, 'schedules', key);
        })
      ),
      ...course.params.map((row) =>
        line(
          row,
          run.schedule.params[row.key],
          `schedule.${row.key}`,
          row.counts === 'updates' ? Math.max(this.experiment.steps, 2) : row.high
        )
      ),
      ...parts.flat(),
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
          this.unfolded[far.hidden ? 'delete' : 'add'](i);
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
        'aria-pressed': String(i === this.focus),
        onclick: () => {
          this.focus = i;
          this.showControls();
          this.look();
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
        choose('optimizer', 'optimizers', run.optimizer, _('Optimizer of run {n}').replace('{n}', String(i + 1)), (key) =>
          change((r) => {
            r.optimizer = key;
            const { params } = this.catalogue.networkRules.find((entry) => entry.key === key);
            r.params = Object.fromEntries(params.map((row) => [row.key, row.default]));
          })
        )
      ),
      h('div', { class: 'dl-sliders' }, line(inside, run.params.lr, 'lr'), eye, more),
      buttons(this, i, 'runs', this.limits.runs, _('Duplicate this run'), _('Remove this run')),
      far
    );
  }

  at(param) {
    const [where, part, key] = param.split('.');
    const { experiment: e } = this;
    const run = /^run(\d+)$/.exec(where);
    if (!run) return part ? e[where].params[part] : e[where];
    const own = e.runs[run[1]];
    return key ? own[part].params[key] : own.params[part];
  }

  move(param, value, done) {
    const [where, part, key] = param.split('.');
    const run = /^run(\d+)$/.exec(where);
    this.edit(
      (s) => {
        if (!run && part) s[where].params[part] = value;
        else if (!run) s[where] = value;
        else if (key) s.runs[run[1]][part].params[key] = value;
        else s.runs[run[1]].params[part] = value;
        s.batch = Math.min(s.batch, s.train);
        fullBatch(s);
      },
      done,
      { whole: done && !run }
    );
  }

  addRun() {
    this.edit(
      (s) => {
        const next = structuredClone(s.runs.at(-1));
        const used = new Set(s.runs.map((run) => run.optimizer));
        const other = this.catalogue.networkRules.find((rule) => !used.has(rule.key));
        if (other) {
          next.optimizer = other.key;
          next.params = Object.fromEntries(other.params.map((row) => [row.key, row.default]));
        }
        s.runs.push(next);
      },
      true,
      { whole: true }
    );
  }

  async preset(key) {
    await super.preset(key);
    this.playhead.seek(this.playhead.steps);
  }
}

/** Where the sharpness is measured every batch is the whole training part, which is not larger than the largest batch. */
function fullBatch(s) {
  if (s.sharpness) s.batch = s.train = Math.min(s.train, FULL);
}

/** What a run shows, in words. */
function says(run, _) {
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

/** A run as arrays over its updates; what is known at recorded steps only is read between them. */
function makeRun(run, i, arrays, header, style, name) {
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
function at_({ at, values }, step) {
  let [low, high] = [0, at.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (at[middle] <= step) low = middle;
    else high = middle;
  }
  const span = at[high] - at[low];
  return span ? values[low] + ((values[high] - values[low]) * (step - at[low])) / span : values[high];
}

const each = (name) => (run, k) => run[name][Math.min(k, run[name].length - 1)];
const recorded = (name) => (run, k) => at_(run[name], k);

function panels({ steps, runs }) {
  const along = (run, name) => Float32Array.from({ length: steps + 1 }, (_value, k) => at_(run[name], k));
  const band = (one, other) => (run) => {
    const [a, b] = [along(run, one), along(run, other)];
    return [a.map((value, k) => Math.min(value, b[k])), a.map((value, k) => Math.max(value, b[k]))];
  };
  const sharp = runs[0].sharp ? [sharpPanel(runs, at_)] : [];
  return [
    { get: each('loss'), log: true, heads: true },
    ...sharp,
    { get: recorded('validation_loss'), band: band('train_loss', 'validation_loss'), heads: true, include: [0] },
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

/** A row by a word alone, without a symbol. */
const called = (word) => ({ label: word, word });

export const mount = (root, options) => new Training(root, options).open();

/** What Streamlit calls. */
export default componentOf(mount);
