/** What one run looks like inside, at the recorded step that is nearest to the playhead. */
import { h, show } from '../../player/dom.js';
import { badge } from '../../player/look.js';
import { Pad, histograms, pictures, regions } from './details.js';
import { percent } from './runs.js';

export class Inside {
  /** `large`: for the hall, where one pane has room. */
  constructor(words, large = false) {
    const _ = words;
    this.words = words;
    this.large = large;
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
    this.root = h('div', { class: 'dl-inside' }, this.heading, ...Object.values(this.panes));
  }

  /** `answer` has the details of the run whose arrays begin with `prefix`; `style` is that of the run. */
  show({ answer, prefix }, style, now, theme) {
    const { arrays, header } = answer;
    const of = (name) => arrays[`${prefix}${name}`];
    const own = header.runs[Number(prefix.slice(3, -1))];
    const _ = this.words;
    const at = own.at.reduce((best, step, k) => (Math.abs(step - now) < Math.abs(own.at[best] - now) ? k : best), 0);
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
    if (this.large) {
      this.panes.weights.hidden = this.panes.mistakes.hidden = true;
      this.panes.histograms.hidden = Boolean(of('regions'));
    }
    const [counts, low, high] = ['counts', 'low', 'high'].map((name) => of(`layers.${name}`));
    const names = [_('outputs'), _('gradients'), _('weights')];
    if (!this.panes.histograms.hidden) {
      histograms(this.pads.histograms, { counts, low, high, layers, at }, style.colour, theme, names, this.large);
    }
    if (of('first') && !this.large) this.showWeights(of('first'), own.at.length, at, header.filter, theme);
    if (of('wrong') && !this.large) this.showMistakes(of('wrong'), of('wrong_pictures'), own.at.length, at, header, theme);
    if (of('regions')) {
      const size = of('regions').length / own.at.length;
      const field = of('regions').subarray(at * size, (at + 1) * size);
      const { points, labels } = arrays;
      const { sides, train, classes } = header;
      regions(this.pads.regions, { field, points, labels, sides, train, classes }, style.colour, theme);
    }
  }

  showWeights(first, steps, at, shape, theme) {
    const size = shape.reduce((product, side) => product * side, 1);
    const units = first.length / steps / size;
    pictures(this.pads.weights, units, shape, theme, (unit) => ({
      pixels: first.subarray((at * units + unit) * size, (at * units + unit + 1) * size),
      signed: true,
    }));
  }

  showMistakes(wrong, shown, steps, at, header, theme) {
    const most = wrong.length / steps / 3;
    const list = Array.from({ length: most }, (_value, i) =>
      wrong.subarray((at * most + i) * 3, (at * most + i + 1) * 3)
    ).filter(([place]) => place >= 0);
    const size = header.picture.reduce((product, side) => product * side, 1);
    pictures(this.pads.mistakes, list.length, header.picture, theme, (i) => ({
      pixels: shown.subarray(list[i][0] * size, (list[i][0] + 1) * size),
      note: `${header.names[list[i][2]]} → ${header.names[list[i][1]]}`,
    }));
  }
}
