/** Training: complete runs of a real network under a moving slider, and what one of them looks like inside. */
import { playerBar } from '../../player/controls.js';
import { Curves } from '../../player/curves.js';
import { h, show } from '../../player/dom.js';
import { item } from '../../player/list.js';
import { runStyle } from '../../player/look.js';
import { apart, around, brief, parts } from '../../player/names.js';
import { Page, componentOf } from '../../player/page.js';
import { Playhead } from '../../player/playhead.js';
import { Feed, decode, encode, nearest, spec, withFrame } from '../../player/wire.js';
import { KINDS, PARTS, card } from './card.js';
import { Inside } from './inside.js';
import { Landscape } from './landscape.js';
import { Progress, follow } from './progress.js';
import { makeRun, panels } from './runs.js';
import { Table } from './table.js';
import { fullBatch, toolbar } from './toolbar.js';

const FIELDS = 'layers,weights,regions,mistakes';

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
    this.land = new Landscape(_, this.options);
    this.panes = new Inside(_, this.options.present);
    this.table = new Table(_);
    this.live = h('div', { class: 'dl-hidden', 'aria-live': 'polite' });
    this.told = h(
      'p',
      { class: 'dl-told' },
      _('The shaded area lies between validation and training; update / weight is the mean of the layers.')
    );
    this.curves.root.append(this.busy);
    this.progress = new Progress(_);
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
          this.progress.root,
          this.bar.root,
          this.options.present ? null : this.land.root
        ),
        h(
          'div',
          { class: 'dl-side' },
          this.cards,
          h('div', { class: 'dl-tools' }, this.add),
          this.options.present ? this.land.root : null,
          this.panes.root
        )
      ),
      this.table.root,
      this.live,
    ];
  }

  async start() {
    await super.start();
    this.toEnd();
    if (this.options.autoplay) this.play();
  }

  get keys() {
    return {
      ...super.keys,
      ' ': () => this.play(),
      ArrowLeft: (event) => this.by(event.shiftKey ? -100 : -10),
      ArrowRight: (event) => this.by(event.shiftKey ? 100 : 10),
      Home: () => this.playhead.seek(0),
      End: () => this.toEnd(),
      '[': () => this.bar.faster(-1),
      ']': () => this.bar.faster(1),
    };
  }

  get strides() {
    return this.words('ten steps; a hundred with shift');
  }

  // Data -------------------------------------------------------------------------------------------------------------

  async decode(reply) {
    if (reply.headers?.get('content-type')?.includes('ndjson')) return follow(this, reply);
    const blob = decode(await reply.arrayBuffer());
    return { ...blob, query: blob.header.query };
  }

  ask(query, how) {
    this.asking = how;
    return this.feed.ask(`format=${this.options.sweeps ? 'bin' : 'live'}&${query}`);
  }

  read({ header }) {
    const { data, model, loss, batch, steps, seed, train, transform, order } = header;
    const runs = (header.planned ?? header.runs).map((run) => ({
      optimizer: run.optimizer,
      params: run.params,
      schedule: run.schedule,
      around: run.around,
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
    for (const run of runs) {
      const rule = { key: run.optimizer, params: run.params };
      pairs.push(['run', [rule, run.schedule, ...run.around].map(spec).join('~')]);
    }
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

  async show(blob, { themed = false, steady = false } = {}) {
    const { header, arrays } = blob;
    this.focus = Math.min(this.focus, header.runs.length - 1);
    const names = this.names(header.runs);
    const runs = header.runs.map((run, i) => makeRun(run, i, arrays, header, runStyle(i, this.theme), names[i]));
    this.scene = { runs, steps: header.steps, stride: 1, header, last: blob.last ?? header.steps };
    this.playhead.setLength(header.steps);
    this.curves.step = this.playhead.step;
    const kind = header.sharpness ? 'edge' : 'training';
    if (!this.drawn || themed || kind !== this.kind) {
      this.kind = kind;
      this.drawn = await this.axes(kind, this.root.clientWidth < 700 ? 1 : this.options.present ? 2 : 3);
      this.curves.scene = this.scene;
      await this.curves.setFigure(this.drawn, this.theme);
    } else {
      this.curves.setScene(this.scene, steady);
    }
    const beside = this.beside(header.runs);
    /** @type {NodeListOf<HTMLElement>} */
    const called = this.root.querySelectorAll('[data-beside]');
    for (const node of called) node.textContent = beside[node.dataset.beside] ?? '';
    this.table.set(this.scene);
    this.land.set({ runs, theme: this.theme });
    if (blob.partial) this.inside = null;
    this.#showStep(this.playhead.step);
    if (!blob.partial) {
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
        const close = await this.closer.ask(this.toQuery(alone));
        if (!close || this.store.answer !== answer || this.focus !== i) return;
        this.inside = { answer: close, prefix: 'run0.', query: answer.query };
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

  /** Runs by their rules; told apart by the rate, then by all else. */
  names(runs) {
    const rows = (kind, { key, params }, of) => parts(item(this, kind, key).params, params, of);
    return apart(
      runs.map((run) => {
        const rule = item(this, 'optimizers', run.optimizer);
        const own = ['activation', 'init', 'norm', 'dropout'].flatMap((part) => [
          [part, '', brief(item(this, KINDS[part], run[part].key), run[part].params)],
          ...rows(KINDS[part], run[part], `${part}.${run[part].key}`),
        ]);
        const course = item(this, 'schedules', run.schedule.key);
        const all = [...parts(rule.params, run.params, 'rule'), ['schedule', '', course.name]];
        all.push(...rows('schedules', run.schedule, run.schedule.key), ...around(run.around, this.wrappers), ...own);
        all.push(['penalty', '', run.penalty.key.toUpperCase()], ['strength', 'λ', run.penalty.params.strength]);
        return { name: rule.name, parts: all };
      }),
      true
    );
  }

  /** Of each run what its rule and its rate do not say. */
  beside(runs) {
    const rules = runs.map((run) => item(this, 'optimizers', run.optimizer).name);
    const rest = this.names(runs).map((name, i) => name.replace(rules[i], '').trim());
    return rest.map((text) => (Number.isNaN(Number(text)) ? text : ''));
  }

  showStep(step) {
    this.#showStep(step);
    this.showInside();
  }

  /** All but what a run looks like inside, which comes with its answer. */
  #showStep(step) {
    this.root.dataset.step = String(step);
    this.curves.setStep(step);
    if (!this.scene) return;
    this.bar.show(step, this.scene.steps, 1);
    this.table.setStep(step);
    this.land.setStep(step);
    clearTimeout(this.speaking);
    const { runs } = this.scene;
    this.speaking = setTimeout(() => {
      const losses = runs.map((run) => `${run.name} ${show(run.loss[Math.min(step, run.loss.length - 1)])}`).join(', ');
      this.live.textContent = this.words('Step {n}. Loss: {losses}').replace('{n}', String(step)).replace('{losses}', losses);
    }, 400);
  }

  /** The run in focus at the recorded step that is nearest to the playhead. */
  showInside() {
    if (!this.inside || !this.scene) return;
    const { style } = this.scene.runs[this.focus] ?? this.scene.runs[0];
    this.panes.show(this.inside, style, this.playhead.step, this.theme);
  }

  /** To the last step whose numbers are there: a training that was stopped, or is under way, has no others. */
  toEnd() {
    this.playhead.seek(this.scene?.last ?? this.playhead.steps);
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
    const { experiment: e } = this;
    this.tools.replaceChildren(...toolbar(this));
    this.cards.replaceChildren(...e.runs.map((run, i) => card(this, run, i)));
    this.add.disabled = e.runs.length >= this.limits.runs;
  }

  /** What may stand around a rule here: no averages, which are networks of their own. */
  get wrappers() {
    return this.catalogue.wrappers.filter(({ path }) => !path);
  }

  at(param) {
    const [where, part, key] = param.split('.');
    const { experiment: e } = this;
    const run = /^run(\d+)$/.exec(where);
    if (!run) return part ? e[where].params[part] : e[where];
    const own = e.runs[run[1]];
    return key ? partOf(own, part).params[key] : own.params[part];
  }

  move(param, value, done) {
    const [where, part, key] = param.split('.');
    const run = /^run(\d+)$/.exec(where);
    this.edit(
      (s) => {
        if (!run && part) s[where].params[part] = value;
        else if (!run) s[where] = value;
        else if (key) partOf(s.runs[run[1]], part).params[key] = value;
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
    this.toEnd();
  }
}

/** What a slider named run0.<name>.<key> belongs to: a part of the network, the schedule, or something around the rule. */
const partOf = (run, name) => run[name] ?? run.around.find((part) => part.key === name);

export const mount = (root, options) => new Training(root, options).open();

/** What Streamlit calls. */
export default componentOf(mount);
