/** Convolution arithmetic: a table of layers, the network to scale with what a unit sees, and a convolution number by number. */
import { languageButton, linkButton, playerBar, presetMenu, select, shareMenu, slider } from '../../player/controls.js';
import { Curves } from '../../player/curves.js';
import { h } from '../../player/dom.js';
import { badge, runStyle } from '../../player/look.js';
import { Page, componentOf } from '../../player/page.js';
import { Playhead } from '../../player/playhead.js';
import { encode, spec } from '../../player/wire.js';
import { spelled } from './drawing.js';
import { Editor } from './editor.js';
import { Photo, photograph } from './photo.js';
import { Stack } from './stack.js';
import { Walk } from './walk.js';

const SMALL = ['side', 'kernel', 'stride', 'padding', 'dilation'];

class Convolution extends Page {
  route = 'api/convolution';

  build() {
    const _ = this.words;
    this.tools = h('div', { class: 'dl-toolbar' });
    this.cards = h('div', { class: 'dl-cards' });
    this.editor = new Editor(this);
    this.adder = h('div', { class: 'dl-tools' });
    this.stack = new Stack(_, (layer, row, column) => this.choose([layer, row, column]));
    this.stack.large = Boolean(this.options.present);
    this.curves = new Curves(
      window.Plotly,
      () => [{ get: (run, k) => run.y[k], whole: true, include: [0, 1] }],
      (k) => this.pixel(k)
    );
    Object.assign(this.curves, { fade: 1, large: this.stack.large });
    this.walk = new Walk(_);
    this.photo = new Photo(
      _,
      (step) => this.playhead.seek(step),
      (number, taps, done) => this.drew(number, taps, done)
    );
    this.playhead = new Playhead(
      (step) => this.at_(step),
      (playing) => this.bar.playing(playing)
    );
    this.bar = playerBar(_, this);
    this.small = h('div', { class: 'dl-tools' });
    this.legend = h('p', { class: 'dl-told' });
    this.source = h('a', { target: '_blank', rel: 'noopener' });
    this.stack.root.append(this.busy);
    this.drawn = null;
    const main = h(
      'div',
      { class: 'dl-main' },
      h('div', { class: 'dl-left' }, this.stack.root, this.legend, this.curves.root),
      h('div', { class: 'dl-side' }, this.cards, this.editor.root, this.adder)
    );
    const below = h('div', { class: 'dl-below' }, this.small, this.walk.root, this.photo.root, this.bar.root);
    return [this.tools, this.notice, main, below];
  }

  get keys() {
    return {
      ...super.keys,
      ' ': () => this.play(),
      ArrowLeft: () => this.by(-1),
      ArrowRight: () => this.by(1),
      Home: () => this.playhead.seek(0),
      End: () => this.playhead.seek(this.playhead.steps),
    };
  }

  get strides() {
    return this.words('one step');
  }

  play() {
    this.playhead.toggle();
  }

  by(steps) {
    this.playhead.pause();
    this.playhead.seek(this.playhead.step + steps);
  }

  /** The playhead is at a step of the small convolution. */
  at_(step) {
    this.moving.setStep(step);
    this.bar.show(step, this.playhead.steps, 1);
    this.root.dataset.step = String(step);
  }

  /** What is walked through. */
  get moving() {
    return this.store.answer.filtered ? this.photo : this.walk;
  }

  read({ text, layers, batch, walk, unit, query, photo, bank, filters }) {
    const specs = layers.map(({ key, params }) => ({ key, params }));
    const { kernel, stride, padding, dilation } = walk.window;
    const small = { side: walk.input.length, kernel, stride, padding, dilation };
    const chosen = /(^|&)unit=/.test(query) ? [unit.layer, unit.row, unit.column] : null;
    return structuredClone({ input: text, layers: specs, unit: chosen, batch, photo, bank, filters, ...small });
  }

  toQuery({ input, layers, unit, batch, photo, bank, filters, ...small }) {
    const pairs = [['input', input], ...layers.map((layer) => ['layer', spec(layer)]), ['batch', batch]];
    if (unit) pairs.push(['unit', unit]);
    pairs.push(['photo', photo], ['bank', bank], ...filters.map((filter) => ['filter', filter]));
    return encode([...pairs, ...SMALL.map((key) => [key, small[key]])]);
  }

  // What is shown ----------------------------------------------------------------------------------------------------

  async show(answer, { themed = false } = {}) {
    const _ = this.words;
    const { filtered } = answer;
    const fits = filtered && answer.text === `${filtered.size}x${filtered.size}x3`;
    this.stack.set(answer, this.theme, fits ? photograph(filtered) : null);
    this.editor.fill(answer);
    this.source.hidden = !filtered?.training;
    if (filtered?.training) {
      this.source.href = `${this.options.base}training?${filtered.training}`;
      this.source.textContent = _('trained so, and right for {share} % of pieces not seen before').replace(
        '{share}',
        (100 * filtered.accuracy).toFixed(1)
      );
    }
    this.walk.root.hidden = Boolean(filtered);
    this.photo.root.hidden = !filtered;
    if (filtered) this.photo.set(filtered, this.theme, Boolean(this.options.sweeps || this.options.controls));
    else this.walk.set(answer.walk, this.theme, Boolean(this.options.present));
    const { steps } = this.moving;
    if (this.drawn && this.walked === answer.photo) this.playhead.setLength(steps);
    else Object.assign(this.playhead, { steps, step: filtered ? steps : 0 }); // a photograph opens with its whole maps
    this.walked = answer.photo;
    this.at_(this.playhead.step);
    const [field, effective] = this.#profiles(answer);
    this.curves.scene = {
      runs: [
        { y: field, style: { ...runStyle(0, this.theme), dash: [] } },
        ...(effective ? [{ y: effective, style: { ...runStyle(1, this.theme), dash: [] } }] : []),
      ],
      steps: field.length - 1,
      first: 0,
      stride: 1,
    };
    const named = [this.words('the field'), this.words('the squared gradient')];
    const marks = this.curves.scene.runs.flatMap(({ style }, i) => [badge({ ...style, marker: 'bar' }), named[i], ' ']);
    this.legend.replaceChildren(...marks);
    const seen = answer.unit.columns[0];
    this.curves.step = seen ? (seen[0] + seen[1]) / 2 : 0;
    if (!this.drawn || themed) {
      this.drawn = await this.axes('convolution', 1);
      await this.curves.setFigure(this.drawn, this.theme);
    } else {
      await this.curves.setScene(this.curves.scene);
    }
  }

  /** Along a row of the input: 1 where the unit sees, and the squared gradient relative to its largest. */
  #profiles({ input, unit, effective }) {
    const seen = unit.columns[0] ?? [1, 0];
    const field = Array.from({ length: input[1] }, (_, i) => Number(i >= seen[0] && i <= seen[1]));
    return [field, effective?.columns];
  }

  // What is touched --------------------------------------------------------------------------------------------------

  choose(unit) {
    if (this.options.sweeps || String(unit) === String(this.experiment.unit)) return;
    this.edit((experiment) => {
      experiment.unit = unit;
    }, true);
  }

  /** The middle unit of a layer. */
  look(layer) {
    const { grid } = this.store.answer.layers[layer - 1];
    this.choose([layer, Math.floor(grid[0] / 2), Math.floor(grid[1] / 2)]);
  }

  /** A pixel of the row was taken hold of: the unit that looks there. */
  pixel(k) {
    const { unit, layers, input } = this.store.answer;
    if (!unit.layer) return;
    const { stride, padding, receptive_field: field, grid } = layers[unit.layer - 1];
    const place = padding === null ? (k * grid[1]) / input[1] : (k + 0.5 + padding - field / 2) / stride;
    this.choose([unit.layer, unit.row, Math.max(0, Math.min(grid[1] - 1, Math.round(place)))]);
  }

  /** A filter was painted; `done` at the end of the stroke. */
  drew(number, taps, done) {
    this.edit((experiment) => {
      const others = experiment.filters.filter((text) => !text.startsWith(`${number}:`));
      experiment.filters = [...others, `${number}:${spelled(taps)}`].sort();
    }, done);
  }

  showControls() {
    const { experiment, words: _, numbers: rows, store } = this;
    if (this.options.controls) {
      this.cards.replaceChildren(...this.chosen());
      return;
    }
    const line = (key, label) => slider({ ...rows[key], label, word: label }, experiment[key], key, this, rows[key].help);
    const input = h('input', {
      class: 'dl-number',
      type: 'text',
      value: experiment.input,
      'data-param': 'input',
      'aria-label': _('Input: height x width x channels'),
      style: 'width:7em',
      onchange: () =>
        this.edit(
          (value) => {
            Object.assign(value, { input: input.value.trim(), unit: null });
          },
          true,
          { whole: true }
        ),
    });
    this.tools.replaceChildren(
      h('label', { class: 'dl-field', title: _('Input: height x width x channels') }, _('input'), input),
      line('batch', _('batch')),
      presetMenu(this),
      shareMenu(this),
      linkButton(this),
      languageButton(this)
    );
    const names = {
      side: _('input'),
      kernel: _('kernel'),
      stride: _('stride'),
      padding: _('padding'),
      dilation: _('dilation'),
    };
    const photo = select(
      [
        ['none', _('Number by number')],
        ['china', _('A photograph: China')],
        ['flower', _('A photograph: a flower')],
      ],
      experiment.photo,
      {
        'data-action': 'photo',
        'aria-label': _('What is walked through'),
        onchange: () => this.#walkThrough({ photo: photo.value }),
      }
    );
    const drawn = experiment.photo !== 'none';
    const again = h(
      'button',
      { type: 'button', class: 'dl-text', 'data-action': 'filters', onclick: () => this.#walkThrough({ filters: [] }) },
      _('Filters as they were')
    );
    const bank = select(
      [
        ['plain', _('plain filters')],
        ['learned', _('learned filters')],
      ],
      experiment.bank,
      {
        'data-action': 'bank',
        'aria-label': _('Filters'),
        onchange: () => this.#walkThrough({ bank: bank.value, filters: [] }),
      }
    );
    this.small.replaceChildren(photo, ...(drawn ? [bank, again, this.source] : SMALL.map((key) => line(key, names[key]))));
    const { kinds, layers } = store.answer;
    this.editor.build(layers, kinds, this.limits.layers);
    this.editor.fill(store.answer);
    const add = (kind, name) =>
      h(
        'button',
        { type: 'button', class: 'dl-text', 'data-action': `add-${kind}`, onclick: () => this.editor.add(kinds, kind) },
        name
      );
    this.adder.replaceChildren(
      add('conv', _('+ Add convolution')),
      add('pool', _('+ Add pooling')),
      add('dense', _('+ Add dense layer'))
    );
  }

  /** Another photograph, or none; other filters. */
  #walkThrough(change) {
    this.edit((value) => Object.assign(value, change), true, { whole: true });
  }

  at(param) {
    return this.experiment[param];
  }

  /** A slider moved: the batch, or a number of the small convolution. */
  move(param, value, done) {
    this.edit((experiment) => {
      experiment[param] = value;
    }, done);
  }
}

export const mount = (root, options) => new Convolution(root, options).open();

/** What Streamlit calls. */
export default componentOf(mount);
