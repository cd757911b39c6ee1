/** Data before training: the cloud and its loss before and after, the table of all transforms, and what they cost. */
import { languageButton, linkButton, playerBar, presetMenu, select, shareMenu, slider } from '../../player/controls.js';
import { Curves } from '../../player/curves.js';
import { h, show } from '../../player/dom.js';
import { table } from '../../player/list.js';
import { badge, runStyle } from '../../player/look.js';
import { Page, componentOf } from '../../player/page.js';
import { Playhead } from '../../player/playhead.js';
import { encode, spec } from '../../player/wire.js';
import { Images } from './images.js';
import { Planes, big } from './planes.js';

const NUMBERS = ['share', 'steps', 'seed'];

class Data extends Page {
  route = 'api/data';

  build() {
    const _ = this.words;
    this.names = {
      raw: _('raw'),
      centred: _('centred'),
      standardized: _('standardized'),
      pca: _('rotated (PCA)'),
      whitened: _('whitened'),
    };
    this.tools = h('div', { class: 'dl-toolbar' });
    this.cards = h('div', { class: 'dl-cards' });
    this.planes = new Planes(_);
    this.planes.large = Boolean(this.options.present);
    const curves = (panels, seek) =>
      Object.assign(new Curves(window.Plotly, panels, seek), { large: Boolean(this.options.present) });
    this.curves = curves(
      () => [{ get: (run, k) => run.loss[k] ?? NaN, log: true, heads: true }],
      (k) => this.playhead.seek(k)
    );
    this.spectrum = curves(
      () => [{ get: (run, k) => run.eigenvalues[k] || NaN, log: true, whole: true }],
      () => {}
    );
    this.price = curves(
      () => [{ get: (run, k) => run.y[k] ?? NaN, whole: true, include: [1] }],
      () => {}
    );
    for (const picture of [this.spectrum, this.price]) picture.fade = 1;
    this.playhead = new Playhead(
      (step) => this.moveTo(step),
      (playing) => this.bar.playing(playing)
    );
    this.bar = playerBar(_, this);
    this.table = h('div');
    this.told = h('p', { class: 'dl-told' });
    this.costs = h('p', { class: 'dl-told' });
    this.images = new Images(_);
    this.planes.root.append(this.busy);
    this.drawn = false;
    const side = h(
      'div',
      { class: 'dl-side' },
      this.cards,
      this.curves.root,
      this.spectrum.root,
      this.price.root,
      this.costs,
      this.images.root
    );
    const main = h('div', { class: 'dl-main' }, h('div', { class: 'dl-left' }, this.planes.root), side);
    return [this.tools, this.notice, main, this.bar.root, this.table, this.told];
  }

  get keys() {
    return {
      ...super.keys,
      ' ': () => this.play(),
      ArrowLeft: (event) => this.by(event.shiftKey ? -10 : -1),
      ArrowRight: (event) => this.by(event.shiftKey ? 10 : 1),
      Home: () => this.playhead.seek(0),
      End: () => this.playhead.seek(this.playhead.steps),
    };
  }

  play() {
    this.playhead.toggle();
  }

  by(steps) {
    this.playhead.pause();
    this.playhead.seek(this.playhead.step + steps);
  }

  moveTo(step) {
    this.planes.setStep(step);
    this.curves.setStep(step);
    this.bar.show(step, this.playhead.steps, 1);
    this.root.dataset.step = String(step);
  }

  read({ data, transform, pair, share, steps, seed }) {
    return structuredClone({ data, transform, pair, share, steps, seed });
  }

  toQuery({ data, ...rest }) {
    return encode([['data', spec(data)], ...Object.entries(rest)]);
  }

  // What is shown ----------------------------------------------------------------------------------------------------

  async show(answer, { themed = false, steady = false } = {}) {
    const style = (i) => runStyle(i, this.theme);
    const stages = new Map(answer.stages.map((stage) => [stage.transform, stage]));
    this.planes.set(answer, this.theme, this.names);
    if (this.drawn) this.playhead.setLength(answer.steps);
    else Object.assign(this.playhead, { steps: answer.steps, step: answer.steps });
    const runs = answer.views.map((view, i) => ({ ...view, style: style(i) }));
    const spectra = runs.map((run) => ({ ...run, eigenvalues: stages.get(run.transform).eigenvalues }));
    const most = Math.max(...spectra.map((run) => run.eigenvalues.length));
    const { price } = answer;
    /** @type {[Curves, any, string][]} */
    const pictures = [
      [this.curves, { runs, steps: answer.steps, first: 0, stride: 1 }, 'loss'],
      [this.spectrum, { runs: spectra, steps: Math.max(1, most - 1), first: 1, stride: 1 }, 'spectrum'],
      [this.price, this.#priced(price), 'price'],
    ];
    const fresh = !this.drawn || themed;
    this.drawn = true;
    this.images.set(answer.photographs);
    this.price.root.hidden = this.costs.hidden = !price || Boolean(answer.photographs);
    await Promise.all(
      pictures.map(async ([curves, scene, panels]) => {
        curves.scene = scene;
        curves.step = curves === this.curves ? this.playhead.step : 0;
        if (fresh) await curves.setFigure(await this.axes(panels, 1), this.theme);
        else await curves.setScene(scene, steady);
      })
    );
    this.moveTo(this.playhead.step);
    this.#tell(answer);
  }

  /** Accuracy against components, as points at 1, 2, … up to the last one; straight in between. */
  #priced(price) {
    if (!price) return { runs: [], steps: 1, first: 1, stride: 1 };
    const last = price.components.at(-1);
    const along = (values) =>
      Array.from({ length: last }, (_, k) => {
        const j = price.components.findIndex((count) => count >= k + 1);
        if (price.components[j] === k + 1 || !j) return values[j];
        const [a, b] = [price.components[j - 1], price.components[j]];
        return values[j - 1] + ((values[j] - values[j - 1]) * (k + 1 - a)) / (b - a);
      });
    const runs = [price.pca, price.whitened].map((values, i) => ({ y: along(values), style: runStyle(2 + i, this.theme) }));
    return { runs, steps: Math.max(1, last - 1), first: 1, stride: 1 };
  }

  #tell({ stages, views, price, joint, leak, share, transform, samples }) {
    const _ = this.words;
    const shown = views.map((view) => view.transform);
    const heads = [
      _('all features'),
      _('features'),
      _('condition number'),
      _('largest rate'),
      _('updates to a thousandth, at {share} of it').replace('{share}', show(share, 3)),
    ];
    const rows = stages.map((stage) => {
      const i = shown.indexOf(stage.transform);
      const mark = i < 0 ? [] : [badge(runStyle(i, this.theme))];
      return [
        [...mark, this.names[stage.transform]],
        String(stage.features),
        big(stage.condition_number),
        show(stage.largest_rate, 4),
        stage.steps_to_tolerance === null ? _('never') : big(stage.steps_to_tolerance),
      ];
    });
    this.table.replaceChildren(table(heads, rows, _('All transforms')));
    const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_all, key) => values[key]);
    const percent = (value) => show(100 * value, 3);
    this.told.textContent = leak
      ? fill(
          _(
            'The leak, {transform}: nearest neighbour after {train} of {samples} samples is right in {honest} % of a test set with statistics of the training set, in {leaky} % with statistics that have seen the test set too.'
          ),
          {
            transform: this.names[transform],
            train: leak.train,
            samples,
            honest: percent(leak.honest),
            leaky: percent(leak.leaky),
          }
        )
      : '';
    if (!price) return;
    this.costs.replaceChildren(
      badge(runStyle(2, this.theme)),
      _('PCA'),
      ' ',
      badge(runStyle(3, this.theme)),
      _('whitened'),
      ': ',
      fill(
        _(
          'accuracy of the nearest neighbour with all components {pca} % and {white} %. A linear model on {few} samples, training and test whitened together: {low} %; on {many}: {high} %.'
        ),
        {
          pca: percent(price.pca.at(-1)),
          white: percent(price.whitened.at(-1)),
          few: joint.samples[0],
          low: percent(joint.accuracy[0]),
          many: joint.samples.at(-1),
          high: percent(joint.accuracy.at(-1)),
        }
      )
    );
  }

  // Controls ---------------------------------------------------------------------------------------------------------

  showControls() {
    if (this.options.controls) {
      this.cards.replaceChildren(...this.chosen());
      return;
    }
    const { experiment, words: _, numbers: rows, store } = this;
    const sets = {
      cloud: _('A cloud'),
      wine: _('Wine'),
      breast_cancer: _('Breast cancer'),
      iris: _('Iris'),
      digits: _('Digits, 8 × 8'),
      photographs: _('Pixels of photographs'),
    };
    const data = select(Object.entries(sets), experiment.data.key, {
      'data-action': 'data',
      'aria-label': _('Data'),
      onchange: (event) => this.take_(event.target.value),
    });
    this.tools.replaceChildren(
      data,
      ...this.#features(store.answer.names, experiment.pair),
      this.#transforms(experiment.transform),
      presetMenu(this),
      shareMenu(this),
      linkButton(this),
      languageButton(this)
    );
    const labels = { share: _('share of the largest rate'), steps: _('updates'), seed: _('seed') };
    const line = (row, value, param, label) => slider({ ...row, label, word: label }, value, param, this, row.help);
    const own = store.answer.rows.map((row) =>
      line(row, experiment.data.params[row.key], `data.${row.key}`, this.#label(row.key))
    );
    this.cards.replaceChildren(
      h('div', { class: 'dl-tools' }, ...own, ...NUMBERS.map((key) => line(rows[key], experiment[key], key, labels[key])))
    );
  }

  #label(key) {
    const _ = this.words;
    return {
      correlation: _('correlation'),
      scale: _('spread of the second feature'),
      offset: _('offset'),
      outliers: _('outliers'),
    }[key];
  }

  /** A feature by the name that it has in the table. */
  #feature(name) {
    const pixel = /^pixel_(\d+)_(\d+)$/.exec(name);
    const [row, column] = pixel?.slice(1) ?? [];
    return pixel
      ? this.words('pixel {row}, {column}').replace('{row}', row).replace('{column}', column)
      : this.words(name.replaceAll('_', ' '));
  }

  /** Which two features are looked at. */
  #features(names, pair) {
    if (names.length < 3) return [];
    return [0, 1].map((k) =>
      select(
        names.map((name, i) => [String(i), this.#feature(name)]),
        String(pair[k]),
        {
          'data-action': `feature${k}`,
          'aria-label': this.words('Feature {n}').replace('{n}', k + 1),
          onchange: (event) =>
            this.edit(
              (value) => {
                const chosen = Number(event.target.value);
                if (chosen === value.pair[1 - k]) value.pair.reverse();
                else value.pair[k] = chosen;
              },
              true,
              { whole: true }
            ),
        }
      )
    );
  }

  #transforms(chosen) {
    const group = h('div', { class: 'dl-views', role: 'group', 'aria-label': this.words('What is done to the data') });
    for (const [key, name] of Object.entries(this.names)) {
      group.append(
        h(
          'button',
          {
            type: 'button',
            'data-action': `transform-${key}`,
            'aria-pressed': String(key === chosen),
            onclick: () =>
              this.edit(
                (value) => {
                  value.transform = key;
                },
                true,
                { whole: true }
              ),
          },
          name
        )
      );
    }
    return group;
  }

  /** Another data set, with its first two features. */
  async take_(key) {
    const { transform, share, steps } = this.experiment;
    await this.load(encode(Object.entries({ data: key, transform, share, steps })));
    this.tell();
  }

  at(param) {
    const [where, key] = param.split('.');
    return key ? this.experiment.data.params[key] : this.experiment[where];
  }

  move(param, value, done) {
    const [where, key] = param.split('.');
    this.edit((prepared) => {
      if (key) prepared.data.params[key] = value;
      else prepared[where] = value;
    }, done);
  }
}

export const mount = (root, options) => new Data(root, options).open();

/** What Streamlit calls. */
export default componentOf(mount);
