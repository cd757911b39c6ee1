/** Signals through deep networks: up to four configurations over one another, layer by layer, forward and backward. */
import { languageButton, linkButton, presetMenu, select, shareMenu, slider } from '../../player/controls.js';
import { Curves } from '../../player/curves.js';
import { h, show } from '../../player/dom.js';
import { badge, runStyle } from '../../player/look.js';
import { buttons, fresh, item, table } from '../../player/list.js';
import { apart, parts } from '../../player/names.js';
import { Page, componentOf } from '../../player/page.js';
import { encode, spec } from '../../player/wire.js';
import { Histograms } from './histograms.js';

const SHARED = ['width', 'depth', 'batch', 'seed'];
const number = (value, digits = 3) => (Number.isFinite(value) ? show(value, digits) : '–');
const share = (value) => (Number.isFinite(value) ? `${show(100 * value, 3)} %` : '–');

class Initialization extends Page {
  route = 'api/initialization';

  build() {
    this.tools = h('div', { class: 'dl-toolbar' });
    this.cards = h('div', { class: 'dl-cards' });
    this.layer = 0;
    this.curves = new Curves(window.Plotly, panels, (k) => this.select(k));
    Object.assign(this.curves, { fade: 1, large: Boolean(this.options.present) });
    if (this.options.present) this.curves.most = 3; // what the last row can read: mean, deviation, gradient
    this.histograms = new Histograms(this.words, this.curves.large);
    this.bottom = h('div');
    const left = h('div', { class: 'dl-left' }, this.histograms.root, this.curves.root);
    const more = h(
      'button',
      { type: 'button', class: 'dl-text', 'data-action': 'add', onclick: () => this.add() },
      this.words('+ Compare with another')
    );
    this.more = more;
    const side = h('div', { class: 'dl-side' }, this.cards, h('div', { class: 'dl-tools' }, more));
    this.histograms.root.append(this.busy);
    this.drawn = null;
    return [this.tools, this.notice, h('div', { class: 'dl-main' }, left, side), this.bottom];
  }

  get keys() {
    return {
      ...super.keys,
      ArrowLeft: () => this.select(this.layer - 1),
      ArrowRight: () => this.select(this.layer + 1),
      Home: () => this.select(0),
      End: () => this.select(Infinity),
    };
  }

  read({ networks }) {
    const shared = Object.fromEntries([...SHARED, 'data'].map((key) => [key, networks[0].network[key]]));
    const configs = networks.map(({ network: { activation, init, norm, position, gamma, beta } }) => ({
      activation,
      init,
      norm,
      position,
      gamma,
      beta,
    }));
    return structuredClone({ ...shared, configs });
  }

  toQuery({ configs, ...shared }) {
    const pairs = Object.entries(shared);
    for (const c of configs) {
      pairs.push(['activation', spec(c.activation)], ['init', spec(c.init)], ['norm', spec(c.norm)]);
      pairs.push(['position', c.position], ['gamma', c.gamma], ['beta', c.beta]);
    }
    return encode(pairs);
  }

  // What is shown ----------------------------------------------------------------------------------------------------

  async show(reply, { themed = false, steady = false } = {}) {
    const printed = this.presets.find((p) => p.query === reply.query)?.printed ?? {};
    const names = this.names(reply.networks.map(({ network }) => network));
    const runs = reply.networks.map((signal, i) => makeRun(signal, i ? {} : printed, runStyle(i, this.theme), names[i]));
    const { depth } = reply.networks[0].network;
    this.scene = { runs, steps: Math.max(1, depth - 1), stride: 1, first: 1, pad: 0.03 * depth, depth };
    this.layer = Math.min(this.layer, depth - 1);
    this.curves.step = this.layer;
    if (!this.drawn || themed) {
      this.drawn = await this.axes('initialization', 3);
      this.curves.scene = this.scene;
      await this.curves.setFigure(this.drawn, this.theme);
    } else {
      this.curves.setScene(this.scene, steady);
    }
    this.histograms.show(this.scene, this.theme, (k) => this.select(k));
    this.printed = printed;
    this.select(this.layer);
  }

  /** What the configurations are called: by their parts, an activation that all share left out, and by what tells them apart. */
  names(networks) {
    const rows = this.numbers;
    const shared = networks.length > 1 && new Set(networks.map(({ activation }) => spec(activation))).size === 1;
    return apart(
      networks.map(({ activation, init, norm, gamma, beta, position }) => {
        const entries = [
          ['activations', activation],
          ['initializers', init],
          ['norms', norm],
        ].map(([kind, one]) => [item(this, kind, one.key), one]);
        const shown = entries.slice(shared ? 1 : 0, norm.key === 'none' ? 2 : 3);
        const own = shown.flatMap(([entry, { params }]) => parts(entry.params, params, entry.key));
        const shift = [
          ['gamma', rows.gamma.label, gamma],
          ['beta', rows.beta.label, beta],
          ['position', '', position],
        ];
        return { name: shown.map(([entry]) => entry.name).join(' · '), parts: norm.key === 'none' ? own : [...own, ...shift] };
      })
    );
  }

  /** Look at one layer. */
  select(k) {
    const { depth, runs } = this.scene;
    this.layer = Math.max(0, Math.min(depth - 1, Math.round(k)));
    this.root.dataset.step = this.layer + 1;
    this.curves.setStep(this.layer);
    this.histograms.mark(this.layer);
    const _ = this.words;
    const heads = [
      _('Layer {n}').replace('{n}', this.layer + 1),
      _('mean'),
      _('std'),
      _('std by theory'),
      _('saturated'),
      _('dead units'),
      _('gradient std'),
      _('by theory'),
      _('weight gradient'),
      _('its rank'),
      _('units that differ'),
    ];
    const rows = runs.map((run) => {
      const at = (name) => run[name][this.layer];
      return [
        [badge(run.style), run.name],
        number(at('mean')),
        number(at('std'), 4),
        number(at('theory'), 4),
        share(at('saturated')),
        share(at('dead')),
        number(at('grad_std')),
        number(at('grad_theory')),
        number(at('weight_grad_norm')),
        rank(at('rank'), this.limits.rank),
        number(at('distinct'), 5),
      ];
    });
    this.bottom.replaceChildren(table(heads, rows, _('At this layer')), ...this.comparison(), ...this.warnings());
  }

  /** The lecture's printed numbers beside the computed ones. */
  comparison() {
    const [run] = this.scene.runs;
    const _ = this.words;
    const names = Object.keys(this.printed);
    const labels = { mean: _('mean'), std: _('std') };
    if (!names.length) return [];
    const rows = names.flatMap((name) => {
      const off = Math.max(...this.printed[name].map((value, i) => Math.abs(value - run[name][i])));
      const label = labels[name];
      return [
        [_('{name}, printed in the lecture').replace('{name}', label), ...this.printed[name].map((v) => show(v, 3)), ''],
        [
          _('{name}, computed here').replace('{name}', label),
          ...this.printed[name].map((v, i) => run[name][i].toFixed(3)),
          _('at most {off} apart').replace('{off}', off.toFixed(3)),
        ],
      ];
    });
    const heads = [_('Printed and computed'), ...this.printed[names[0]].map((_value, i) => String(i + 1)), ''];
    return [table(heads, rows, _('Printed and computed'))];
  }

  warnings() {
    const _ = this.words;
    const texts = this.store.answer.networks.flatMap((signal, i) => {
      const say = (text, n) => `${this.scene.runs[i].name}: ${text.replace('{n}', n)}`;
      if (signal.overflow_at) return [say(_('the signal leaves float32 at layer {n}'), signal.overflow_at)];
      return signal.grad_overflow_at ? [say(_('the gradient leaves float32 at layer {n}'), signal.grad_overflow_at)] : [];
    });
    return texts.map((text) => h('p', { class: 'dl-over' }, text));
  }

  // Controls ---------------------------------------------------------------------------------------------------------

  showControls() {
    this.more.hidden = Boolean(this.options.controls);
    if (this.options.controls) {
      this.cards.replaceChildren(...this.chosen());
      return;
    }
    const { experiment, words: _, numbers: rows } = this;
    const shared = SHARED.map((key) => slider(rows[key], experiment[key], key, this, rows[key].help));
    const data = select(
      [
        ['gaussian', _('Gaussian input')],
        ['digits', _('Digits (scikit-learn)')],
      ],
      experiment.data,
      {
        'data-action': 'data',
        'aria-label': _('Input'),
        onchange: (event) =>
          this.edit(
            (s) => {
              s.data = event.target.value;
            },
            true,
            { whole: true }
          ),
      }
    );
    this.tools.replaceChildren(...shared, data, presetMenu(this), shareMenu(this), linkButton(this), languageButton(this));
    this.cards.replaceChildren(...experiment.configs.map((config, i) => this.card(config, i, rows)));
    this.more.disabled = experiment.configs.length >= this.limits.networks;
  }

  card(config, i, rows) {
    const _ = this.words;
    const style = runStyle(i, this.theme);
    const kinds = [
      ['activation', 'activations', _('Activation')],
      ['init', 'initializers', _('Initialization')],
      ['norm', 'norms', _('Normalization')],
    ];
    const lines = kinds.map(([part, kind, label]) => {
      const menu = select(
        this.catalogue[kind].map((item) => [item.key, item.name]),
        config[part].key,
        {
          class: 'dl-optimizer',
          'data-action': `${part}${i}`,
          'aria-label': label,
          title: label,
          onchange: (event) =>
            this.edit(
              (s) => {
                s.configs[i][part] = fresh(this, kind, event.target.value);
              },
              true,
              { whole: true }
            ),
        }
      );
      const entry = item(this, kind, config[part].key);
      const sliders = entry.params.map((row) =>
        slider(row, config[part].params[row.key], `net${i}.${part}.${row.key}`, this, `${entry.name}: ${row.help || row.key}`)
      );
      return h('div', { class: 'dl-line' }, menu, ...sliders);
    });
    if (config.norm.key !== 'none') {
      const places = [
        ['before', _('before the activation')],
        ['after', _('after the activation')],
      ];
      lines.push(
        h(
          'div',
          { class: 'dl-line' },
          select(places, config.position, {
            'data-action': `position${i}`,
            'aria-label': _('Place of the normalization'),
            onchange: (event) =>
              this.edit(
                (s) => {
                  s.configs[i].position = event.target.value;
                },
                true,
                { whole: true }
              ),
          }),
          ...['gamma', 'beta'].map((key) => slider(rows[key], config[key], `net${i}.${key}`, this, rows[key].help))
        )
      );
    }
    const own = buttons(
      this,
      i,
      'configs',
      this.limits.networks,
      _('Duplicate this configuration'),
      _('Remove this configuration')
    );
    return h(
      'div',
      { class: 'dl-run dl-config', 'data-run': i, style: `--run:${style.colour}` },
      h('div', { class: 'dl-name' }, badge(style)),
      h('div', { class: 'dl-lines' }, ...lines),
      own
    );
  }

  at(param) {
    const [where, part, key] = param.split('.');
    const config = /^net(\d+)$/.exec(where);
    if (!config) return this.experiment[where];
    const own = this.experiment.configs[config[1]];
    return key ? own[part].params[key] : own[part];
  }

  /** A slider moved: width, net0.init.std, net0.gamma. */
  move(param, value, done) {
    const [where, part, key] = param.split('.');
    this.edit((s) => {
      const config = /^net(\d+)$/.exec(where);
      if (!config) s[where] = value;
      else if (key) s.configs[config[1]][part].params[key] = value;
      else s.configs[config[1]][part] = value;
    }, done);
  }

  /** One more to compare with: the last one under another initialization. */
  add() {
    this.edit(
      (s) => {
        const next = structuredClone(s.configs.at(-1));
        const used = new Set(s.configs.map((c) => c.init.key));
        const other = this.catalogue.initializers.find((item) => !used.has(item.key));
        if (other) next.init = fresh(this, 'initializers', other.key);
        s.configs.push(next);
      },
      true,
      { whole: true }
    );
  }
}

/** A rank, where it is no more than `most`, which is what can be told apart. */
const rank = (value, most) => (value >= most ? `≥ ${most}` : number(value));

/** One network as arrays over its layers, NaN where float32 has overflown or theory is silent. */
function makeRun({ layers }, printed, style, name) {
  const column = (get) => layers.map((layer) => get(layer) ?? NaN);
  const names = ['mean', 'std', 'saturated', 'dead', 'grad_std', 'weight_grad_norm', 'rank', 'distinct'];
  return {
    ...Object.fromEntries(names.map((key) => [key, column((layer) => layer[key])])),
    theory: column((layer) => layer.predicted.std),
    mean_theory: column((layer) => layer.predicted.mean),
    grad_theory: column((layer) => layer.predicted.grad_std),
    hist: layers.map((layer) => layer.hist),
    grad_hist: layers.map((layer) => layer.grad_hist),
    printed,
    style,
    name,
  };
}

const at = (name) => (run, k) => run[name][Math.min(k, run[name].length - 1)];

/** Mean, std, gradient std, saturated and dead, weight gradient. Thin lines are theory, crosses what a lecture prints. */
function panels() {
  const marks = (name) => (run) => run.printed[name] ?? [];
  return [
    { get: at('mean'), theory: at('mean_theory'), marks: marks('mean'), heads: true, whole: true, include: [-0.1, 0.1] },
    { get: at('std'), theory: at('theory'), marks: marks('std'), heads: true, whole: true, include: [0] },
    { get: at('grad_std'), theory: at('grad_theory'), log: true, heads: true, whole: true },
    { get: at('saturated'), heads: true, include: [0, 1] },
    { get: at('dead'), heads: true, include: [0, 1] },
    { get: at('weight_grad_norm'), log: true, heads: true, whole: true },
  ];
}

export const mount = (root, options) => new Initialization(root, options).open();

export default componentOf(mount);
