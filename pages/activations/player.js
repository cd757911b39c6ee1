/** Activations over one another: curve and slope under a probe, and what the first of them does to learning. */
import { apart, parts } from '../../player/names.js';
import { languageButton, linkButton, presetMenu, select, shareMenu, slider } from '../../player/controls.js';
import { Curves } from '../../player/curves.js';
import { h, show } from '../../player/dom.js';
import { badge, runStyle } from '../../player/look.js';
import { buttons, fresh, item, table } from '../../player/list.js';
import { Page, componentOf } from '../../player/page.js';
import { encode, spec } from '../../player/wire.js';

const number = (value, digits = 3) => (Number.isFinite(value) ? show(value, digits) : '–');
const at = (name) => (run, k) => run[name][Math.min(k, run[name].length - 1)];

class Activations extends Page {
  route = 'api/activations';

  build() {
    this.tools = h('div', { class: 'dl-toolbar' });
    this.cards = h('div', { class: 'dl-cards' });
    const curves = (panels, seek) => new Curves(window.Plotly, panels, seek);
    this.curves = curves(
      () => [
        { get: at('y'), marks: this.marks('y'), heads: true, whole: true },
        { get: at('derivative'), marks: this.marks('derivative'), heads: true, whole: true, include: [0, 1] },
      ],
      (k) => this.probe(k, true)
    );
    this.slopes = curves(
      () => [{ get: at('typical'), theory: at('most'), log: true, whole: true }],
      () => {}
    );
    this.dying = curves(
      () => [
        { get: at('loss'), log: true, whole: true },
        { get: at('dead'), include: [0, this.limits.units] },
      ],
      () => {}
    );
    for (const picture of [this.curves, this.slopes, this.dying])
      Object.assign(picture, { fade: 1, large: Boolean(this.options.present) });
    this.walk = h('div', { class: 'dl-walk' });
    new ResizeObserver(() => {
      const { clientWidth: width, clientHeight: height } = this.walk;
      if (width && this.walk.matches('.js-plotly-plot')) window.Plotly.relayout(this.walk, { width, height });
    }).observe(this.walk);
    this.told = h('p', { class: 'dl-told' });
    this.bottom = h('div');
    this.demo = h('div', { class: 'dl-tools' });
    this.adder = h(
      'button',
      { type: 'button', class: 'dl-text', 'data-action': 'add', onclick: () => this.add() },
      this.words('+ Add activation')
    );
    const left = h('div', { class: 'dl-left' }, this.curves.root);
    const side = h('div', { class: 'dl-side' }, this.cards, h('div', { class: 'dl-tools' }, this.adder), this.slopes.root);
    this.curves.root.append(this.busy);
    this.drawn = null;
    this.below = h('div', { class: 'dl-pair' }, this.walk, this.dying.root);
    return [this.tools, this.notice, h('div', { class: 'dl-main' }, left, side), this.bottom, this.demo, this.below, this.told];
  }

  get keys() {
    const by = (n) => (event) => this.probe(this.index + (event.shiftKey ? 10 * n : n), true);
    return {
      ...super.keys,
      ArrowLeft: by(-1),
      ArrowRight: by(1),
      Home: () => this.probe(0, true),
      End: () => this.probe(Infinity, true),
    };
  }

  read({ activations, range, depth, points, rate, bias }) {
    const specs = activations.map(({ activation }) => activation);
    return structuredClone({ activations: specs, range, depth, points, rate, bias, probe: activations[0].probe.x });
  }

  toQuery({ activations, ...rest }) {
    const pairs = [...activations.map((item) => ['activation', spec(item)]), ...Object.entries(rest)];
    return encode(pairs);
  }

  /** The places that lectures ask for, as crosses on the curves: an array with values at −10, 0 and 10 only. */
  marks(name) {
    return ({ asked }) => {
      const { first, stride, steps } = this.scene;
      const placed = [];
      asked.x.forEach((x, i) => {
        const k = Math.round((x - first) / stride);
        if (k >= 0 && k <= steps) placed[k] = asked[name][i];
      });
      return placed;
    };
  }

  /** An example of the two experiments opens with them: what it is about is on the first screen. */
  raise() {
    this.root.querySelector('.dl-main').before(this.demo, this.below);
  }

  // What is shown ----------------------------------------------------------------------------------------------------

  async show(reply, { themed = false, steady = false } = {}) {
    const { x, range, depth, activations, dying, zigzag } = reply;
    const step = (range[1] - range[0]) / (x.length - 1);
    const style = (i) => runStyle(i, this.theme);
    const names = apart(
      activations.map(({ activation: { key, params } }) => {
        const entry = item(this, 'activations', key);
        return { name: entry.name, parts: parts(entry.params, params, key) };
      })
    );
    const runs = activations.map((unit, i) => ({
      ...unit,
      typical: unit.product.typical,
      most: unit.product.largest,
      name: names[i],
      style: style(i),
    }));
    this.scene = { runs, steps: x.length - 1, stride: step, first: range[0] };
    const layers = { runs, steps: Math.max(1, depth - 1), stride: 1, first: 1 };
    const life = { runs: [{ ...dying, style: style(0) }], steps: dying.loss.length - 1, stride: 1 };
    this.index = Math.round((activations[0].probe.x - range[0]) / step);
    this.curves.step = Math.max(0, Math.min(x.length - 1, this.index));
    this.slopes.step = layers.steps;
    this.dying.step = life.steps;
    /** @type {[Curves, any, string, number][]} */
    const pictures = [
      [this.curves, this.scene, 'activations', 1],
      [this.slopes, layers, 'slopes', 1],
      [this.dying, life, 'dying', 2],
    ];
    if (!this.drawn && /(^|&)(rate|bias)=/.test(this.query)) this.raise();
    const fresh = !this.drawn || themed;
    this.drawn = true;
    await Promise.all(
      pictures.map(async ([curves, scene, panels, columns]) => {
        curves.scene = scene;
        if (fresh) await curves.setFigure(await this.axes(panels, columns), this.theme);
        else curves.setScene(scene, steady);
      })
    );
    this.#path(zigzag);
    this.#say(zigzag, dying, runs[0].name);
    this.probe(this.index);
  }

  /** Move the probe to point k; by hand it is remembered in the link. */
  probe(k, byHand = false) {
    const { runs, steps, stride, first } = this.scene;
    this.index = Math.max(0, Math.min(steps, Math.round(k)));
    this.root.dataset.step = String(this.index);
    this.curves.setStep(this.index);
    const _ = this.words;
    const heads = [
      _('At x = {x}').replace('{x}', show(Number((first + this.index * stride).toPrecision(4)), 3)),
      _('value'),
      _('slope'),
      _('slope at −10, 0, 10'),
      _('largest slope'),
      _('saturated for x in'),
      _('range'),
      _('centred on zero'),
      _('cost'),
    ];
    const rows = runs.map((run) => {
      const entry = item(this, 'activations', run.activation.key);
      return [
        [badge(run.style), run.name],
        number(run.y[this.index], 4),
        number(run.derivative[this.index], 4),
        run.asked.derivative.map((v) => number(v, 3)).join(', '),
        number(run.largest, 4),
        intervals(run.saturated) || '–',
        math(entry.range),
        entry.zero_centred ? _('yes') : _('no'),
        entry.cost,
      ];
    });
    this.bottom.replaceChildren(table(heads, rows, _('At the probe')));
    if (!byHand) return;
    clearTimeout(this.settling);
    this.experiment.probe = Number((first + this.index * stride).toPrecision(6));
    this.settling = setTimeout(() => this.edit(() => {}, true), 400);
  }

  /** Two weights on their way from 0 to where one must rise and the other fall. */
  #path({ path, target }) {
    const { theme } = this;
    const axis = (title) => ({ title: { text: title }, color: theme.text, gridcolor: theme.grid, zerolinecolor: theme.grid });
    const { colour } = runStyle(0, theme);
    window.Plotly.react(
      this.walk,
      [
        {
          x: path.map(([a]) => a),
          y: path.map(([, b]) => b),
          mode: 'lines+markers',
          line: { color: colour, width: 2 },
          marker: { size: 4 },
          name: '',
          hoverinfo: 'x+y',
        },
        {
          x: [0, target[0]],
          y: [0, target[1]],
          mode: 'markers',
          marker: { color: [theme.text, theme.text], symbol: ['circle-open', 'cross-thin-open'], size: 13, line: { width: 2 } },
          hoverinfo: 'x+y',
          name: '',
        },
      ],
      {
        showlegend: false,
        paper_bgcolor: 'rgba(0,0,0,0)',
        plot_bgcolor: 'rgba(0,0,0,0)',
        margin: { l: 58, r: 10, t: 26, b: 36 },
        font: { color: theme.text, family: theme.font, size: 11 },
        title: { text: this.words('two weights learn from its outputs'), font: { size: 12 }, y: 0.98 },
        xaxis: axis('w₁'),
        yaxis: { ...axis('w₂'), scaleanchor: 'x' },
        height: this.walk.clientHeight,
        width: this.walk.clientWidth,
      },
      { displayModeBar: false }
    );
  }

  #say(zigzag, dying, name) {
    const fill = {
      name,
      share: show(100 * zigzag.same_sign, 3),
      ratio: number(zigzag.length / zigzag.distance, 3),
      dead: dying.dead.at(-1),
      units: dying.units,
    };
    const text = this.words(
      '{name}: {share} % of the gradients push both weights the same way, and the path is {ratio} times as long as the straight line. Of {units} units, {dead} are dead in the end.'
    );
    this.told.textContent = text.replace(/\{(\w+)\}/g, (_, key) => fill[key]);
  }

  // Controls ---------------------------------------------------------------------------------------------------------

  showControls() {
    this.adder.hidden = Boolean(this.options.controls);
    if (this.options.controls) {
      this.cards.replaceChildren(...this.chosen());
      return;
    }
    const { experiment, words: _, numbers: rows } = this;
    const line = (key) => slider(rows[key], experiment[key], key, this, rows[key].help);
    const range = h('input', {
      class: 'dl-number',
      type: 'text',
      value: experiment.range.join(', '),
      'data-param': 'range',
      'aria-label': _('Range of x'),
      style: 'width:6em',
      onchange: () =>
        this.edit(
          (s) => {
            s.range = range.value.split(/[,\s]+/).filter(Boolean);
          },
          true,
          { whole: true }
        ),
    });
    this.tools.replaceChildren(
      h('label', { class: 'dl-field' }, _('Range of x'), range),
      line('depth'),
      presetMenu(this),
      shareMenu(this),
      linkButton(this),
      languageButton(this)
    );
    this.demo.replaceChildren(line('rate'), line('bias'));
    this.cards.replaceChildren(...experiment.activations.map((item, i) => this.card(item, i)));
    this.adder.disabled = experiment.activations.length >= this.limits.curves;
  }

  card(chosen, i) {
    const _ = this.words;
    const style = runStyle(i, this.theme);
    const entry = item(this, 'activations', chosen.key);
    const menu = select(
      this.catalogue.activations.map((a) => [a.key, a.name]),
      chosen.key,
      {
        class: 'dl-optimizer',
        'data-action': `activation${i}`,
        'aria-label': _('Activation'),
        onchange: (event) =>
          this.edit(
            (s) => {
              s.activations[i] = fresh(this, 'activations', event.target.value);
            },
            true,
            { whole: true }
          ),
      }
    );
    const sliders = entry.params.map((row) =>
      slider(row, chosen.params[row.key], `unit${i}.${row.key}`, this, `${entry.name}: ${row.help || row.key}`)
    );
    const own = buttons(
      this,
      i,
      'activations',
      this.limits.curves,
      _('Duplicate this activation'),
      _('Remove this activation')
    );
    return h(
      'div',
      { class: 'dl-run', 'data-run': i, style: `--run:${style.colour}` },
      h('div', { class: 'dl-name' }, badge(style), menu),
      h('div', { class: 'dl-line' }, ...sliders),
      own
    );
  }

  at(param) {
    const [where, key] = param.split('.');
    return key ? this.experiment.activations[where.slice(4)].params[key] : this.experiment[where];
  }

  /** A slider moved: depth, rate, bias, unit0.alpha. */
  move(param, value, done) {
    const [where, key] = param.split('.');
    this.edit((s) => {
      if (key) s.activations[where.slice(4)].params[key] = value;
      else s[where] = value;
    }, done);
  }

  add() {
    const used = new Set(this.experiment.activations.map((item) => item.key));
    const next = this.catalogue.activations.find((item) => !used.has(item.key)) ?? this.catalogue.activations[0];
    this.edit((s) => s.activations.push(fresh(this, 'activations', next.key)), true, { whole: true });
  }
}

/** (−∞, −2.65] ∪ [2.65, ∞) */
const from = (a) => (a === null ? '(−∞' : `[${show(a, 3)}`);
const to = (b) => (b === null ? '∞)' : `${show(b, 3)}]`);
const intervals = (list) => list.map(([a, b]) => `${from(a)}, ${to(b)}`).join(' ∪ ');

/** The little LaTeX of a range as text. */
const math = (latex) =>
  latex
    .replaceAll('\\infty', '∞')
    .replaceAll('-', '−')
    .replace(/\\lambda/g, 'λ')
    .replace(/\\alpha/g, 'α')
    .replace(/\\approx/g, '≈')
    .replace(/\\[a-z]+|[{}$]/g, '');

export const mount = (root, options) => new Activations(root, options).open();

export default componentOf(mount);
