/** A page to copy: one slider, one line. */
import { languageButton, linkButton, presetMenu, shareMenu, slider } from '../../player/controls.js';
import { Curves } from '../../player/curves.js';
import { h } from '../../player/dom.js';
import { runStyle } from '../../player/look.js';
import { Page, componentOf } from '../../player/page.js';
import { encode } from '../../player/wire.js';

const KEY = '_template';

class Template extends Page {
  route = `api/${KEY}`;

  build() {
    this.tools = h('div', { class: 'dl-toolbar' });
    this.cards = h('div', { class: 'dl-cards' });
    this.curves = new Curves(
      window.Plotly,
      () => [{ get: (run, k) => run.y[k], whole: true }],
      () => {}
    );
    this.curves.root.append(this.busy);
    this.drawn = null;
    return [
      this.tools,
      this.notice,
      h(
        'div',
        { class: 'dl-main' },
        h('div', { class: 'dl-left' }, this.curves.root),
        h('div', { class: 'dl-side' }, this.cards)
      ),
    ];
  }

  /** What the controls change, from an answer of the server; and back to a query. */
  read({ slope }) {
    return { slope };
  }

  toQuery({ slope }) {
    return encode([['slope', slope]]);
  }

  async show({ x, y }, { themed = false } = {}) {
    this.curves.scene = {
      runs: [{ y, style: runStyle(0, this.theme) }],
      steps: x.length - 1,
      first: x[0],
      stride: x[1] - x[0],
    };
    if (!this.drawn || themed) {
      this.drawn = await this.axes(KEY, 1);
      await this.curves.setFigure(this.drawn, this.theme);
    } else {
      await this.curves.setScene(this.curves.scene);
    }
  }

  showControls() {
    const rows = this.numbers;
    this.tools.replaceChildren(presetMenu(this), shareMenu(this), linkButton(this), languageButton(this));
    if (this.options.controls) {
      this.tools.replaceChildren();
      this.cards.replaceChildren(...this.chosen());
      return;
    }
    this.cards.replaceChildren(
      h('div', { class: 'dl-run' }, slider(rows.slope, this.experiment.slope, 'slope', this, rows.slope.help))
    );
  }

  at(param) {
    return this.experiment[param];
  }

  move(param, value, done) {
    this.edit((experiment) => {
      experiment[param] = value;
    }, done);
  }
}

export const mount = (root, options) => new Template(root, options).open();

/** What Streamlit calls. */
export default componentOf(mount);
