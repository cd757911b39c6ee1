/** The layers as a table: what can be changed of each, and what follows from it. */
import { select } from '../../player/controls.js';
import { h, iconButton, plain } from '../../player/dom.js';

const big = (value) => (value < 1e4 ? String(value) : value.toLocaleString('en-US'));

/** The table of a network; `page` has words, experiment, answer, edit and look(layer). */
export class Editor {
  constructor(page) {
    this.page = page;
    this.table = h('div', { tabIndex: 0, role: 'region', 'aria-label': page.words('Layers') });
    this.letters = h('div', { class: 'dl-letters' });
    this.total = h('div', { class: 'dl-total' });
    this.root = h('div', { class: 'dl-layers' }, this.table, this.letters, this.total);
    this.cells = [];
  }

  build(layers, kinds, most) {
    const { page } = this;
    const _ = page.words;
    const heads = [
      '',
      _('layer'),
      '',
      _('output'),
      _('parameters'),
      _('multiply–adds'),
      _('sees'),
      _('moves by'),
      _('pads'),
      '',
    ];
    this.cells = layers.map(() => Array.from({ length: 6 }, () => h('td')));
    this.looks = layers.map((_layer, i) =>
      h(
        'button',
        {
          type: 'button',
          class: 'dl-button',
          'data-action': `look${i + 1}`,
          'aria-label': _('Show what layer {n} sees').replace('{n}', i + 1),
          onclick: () => page.look(i + 1),
        },
        String(i + 1)
      )
    );
    const rows = layers.map((layer, i) => this.#row(layer, i, kinds, layers.length, most));
    const head = h('thead', {}, h('tr', {}, ...heads.map((name) => h('th', { scope: 'col' }, name))));
    const table = h('table', {}, head, h('tbody', {}, ...rows));
    this.table.replaceChildren(table);
    this.letters.textContent = letters(layers, kinds);
  }

  #row(layer, i, kinds, count, most) {
    const _ = this.page.words;
    const names = {
      conv: _('convolution'),
      pool: _('pooling'),
      transposed: _('transposed'),
      add: _('shortcut'),
      flatten: _('flatten'),
      dense: _('dense'),
    };
    const menu = select(
      Object.keys(kinds).map((key) => [key, names[key]]),
      layer.key,
      {
        'data-action': `kind${i + 1}`,
        'aria-label': _('Kind of layer {n}').replace('{n}', i + 1),
        onchange: (event) => this.#change((all) => all.splice(i, 1, fresh(kinds, event.target.value))),
      }
    );
    const numbers = kinds[layer.key].map((row) => this.#field(row, layer, i));
    const buttons = h(
      'td',
      {},
      h(
        'div',
        { class: 'dl-buttons' },
        iconButton(
          'copy',
          `duplicate${i + 1}`,
          _('Duplicate this layer'),
          () => this.#change((all) => all.splice(i + 1, 0, structuredClone(all[i]))),
          { disabled: count >= most }
        ),
        iconButton('close', `remove${i + 1}`, _('Remove this layer'), () => this.#change((all) => all.splice(i, 1)))
      )
    );
    const fields = h('td', {}, h('div', { class: 'dl-fields' }, ...numbers));
    return h('tr', {}, h('td', {}, this.looks[i]), h('td', {}, menu), fields, ...this.cells[i], buttons);
  }

  /** One number of a layer, or one switch. */
  #field(row, layer, i) {
    const label = `${row.word}: ${row.help}`;
    const param = `layer${i + 1}.${row.key}`;
    const put = (value) => this.#change((all) => Object.assign(all[i].params, { [row.key]: value }));
    if (row.scale === 'bool') {
      const box = h('input', {
        type: 'checkbox',
        checked: layer.params[row.key],
        'data-param': param,
        'aria-label': label,
        onchange: () => put(box.checked),
      });
      return h('label', { 'data-tip': label }, row.key === 'norm' ? 'BN' : '1×1', box);
    }
    const text = h('input', {
      type: 'text',
      inputMode: 'numeric',
      value: plain(layer.params[row.key]),
      'data-param': param,
      'aria-label': label,
      style: `width:${row.key === 'filters' || row.key === 'units' ? 3.3 : 2.1}em`,
      onchange: () => {
        const typed = Number(text.value);
        if (text.value.trim() && Number.isInteger(typed) && typed >= row.low && typed <= row.high) put(typed);
        else this.page.refuse(row, text.value);
      },
    });
    const usual = row.key !== 'kernel' && row.key !== 'filters' && layer.params[row.key] === row.default;
    return h('label', { 'data-tip': label, class: usual ? 'dl-usual' : '' }, row.label, text);
  }

  /** Change the layers; the unit that is looked at stays only while there is such a unit. */
  #change(work) {
    this.page.edit(
      (experiment) => {
        work(experiment.layers);
        experiment.unit = null;
      },
      true,
      { whole: true }
    );
  }

  add(kinds, kind) {
    this.#change((all) => all.push(fresh(kinds, kind)));
  }

  /** The numbers that follow. */
  fill(answer) {
    if (this.cells.length !== answer.layers.length) return; // other rows are about to be built
    const _ = this.page.words;
    answer.layers.forEach((layer, i) => {
      const [h0, w0, c] = layer.output;
      const size = h0 === 1 && w0 === 1 ? big(c) : `${h0}×${w0}×${c}`;
      const texts = [size, big(layer.parameters), big(layer.macs), layer.receptive_field, layer.stride, layer.padding ?? '–'];
      texts.forEach((text, j) => {
        this.cells[i][j].textContent = String(text);
      });
      this.cells[i][0].title = layer.note;
      this.cells[i][0].classList.toggle('dl-noted', Boolean(layer.note));
      this.looks[i].setAttribute('aria-pressed', String(answer.unit.layer === i + 1));
    });
    const fill = {
      parameters: big(answer.parameters),
      macs: big(answer.macs),
      flops: scaled(answer.flops),
      weights: bytes(answer.parameter_bytes),
      outputs: bytes(answer.activation_bytes),
      batch: answer.batch,
    };
    this.total.textContent = _(
      '{parameters} parameters ({weights}); {macs} multiply–adds for one example, which is {flops} operations; all outputs of a batch of {batch} in float32: {outputs}'
    ).replace(/\{(\w+)\}/g, (_all, key) => fill[key]);
  }
}

/** What the letters in the fields of these layers stand for. */
function letters(layers, kinds) {
  const rows = layers.flatMap(({ key }) => kinds[key]).filter(({ scale }) => scale !== 'bool');
  return [...new Map(rows.map(({ label, word }) => [label, `${label} ${word}`])).values()].join(' · ');
}

const fresh = (kinds, key) => ({ key, params: Object.fromEntries(kinds[key].map((row) => [row.key, row.default])) });

const scaled = (value) => {
  const power = Math.min(4, Math.floor(Math.log10(Math.max(1, value)) / 3));
  return `${Number((value / 1000 ** power).toPrecision(3))}${['', ' K', ' M', ' G', ' T'][power]}`;
};
const bytes = (value) => {
  const power = Math.min(4, Math.floor(Math.log2(Math.max(1, value)) / 10));
  return `${Number((value / 1024 ** power).toPrecision(3))} ${['B', 'KiB', 'MiB', 'GiB', 'TiB'][power]}`;
};
