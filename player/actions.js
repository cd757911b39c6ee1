/** What the controls do. Each action changes the player's experiment, or asks Python for another one. */
import { plain, show } from './dom.js';
import { get, toQuery } from './wire.js';

const FORMULA = { text: '(1-x)**2 + 100*(y-x**2)**2', more: 'domain=-2,2,-1,3&start=-1.2,1' };

export class Actions {
  constructor(player) {
    this.player = player;
    this.open = new Set(); // cards whose further parameters are shown
    this.oneRate = false;
    this.draft = null; // a formula that cannot be drawn: {text, domain, error}
    this.judged = (_error) => {}; // what the formula's fields do with an answer (formula.js)
    this.lettered = () => {};
    this.rates = null; // of each run, while one is used for all
  }

  get only() {
    return this.player.experiment.runs.length === 1;
  }

  rule(key) {
    return this.player.catalogue.optimizers.find((o) => o.key === key);
  }

  course(key) {
    return this.player.catalogue.schedules.find((s) => s.key === key);
  }

  wrapper(key) {
    return this.player.catalogue.wrappers.find((w) => w.key === key);
  }

  /** Something more around run i, at its defaults, or away with it. */
  wrap(i, key) {
    const has = this.player.experiment.runs[i].around.some((part) => part.key === key);
    this.open.add(i);
    this.player.edit(
      (e) => {
        const run = e.runs[i];
        if (has) run.around = run.around.filter((part) => part.key !== key);
        else run.around.push({ key, params: defaults(this.wrapper(key).params) });
      },
      true,
      { whole: true }
    );
  }

  /** A slider or number field moved: run0.lr, run0.schedule.every, run0.clip_norm.limit, surface.kappa, noise.scale, steps, seed. */
  move(param, value, done) {
    const [where, key, part] = param.split('.');
    const run = /^run(\d+)$/.exec(where);
    const together = run && key === 'lr' && this.oneRate;
    const local = this.player.options.sweeps || !done;
    const stop = local && !together && this.player.glide(param, value);
    if (stop) return stop.value;
    this.player.edit(
      (e) => {
        if (together)
          e.runs.forEach((r) => {
            r.params.lr = this.#within(r, value);
          });
        else if (run && part) partOf(e.runs[run[1]], key).params[part] = value;
        else if (run) e.runs[run[1]].params[key] = value;
        else if (key) e[where].params[key] = value;
        else e[where] = value;
      },
      done,
      { plane: where === 'surface', whole: together && done }
    );
    return undefined;
  }

  /** A slider is taken hold of: get the whole way along it, if that is not too much. */
  grab(param) {
    if (!(param.endsWith('.lr') && this.oneRate)) this.player.sweep(param);
  }

  refuse(row, text) {
    this.player.refuse(row, text);
  }

  #within(run, value) {
    const [row] = this.rule(run.optimizer).params;
    return Math.min(row.high, Math.max(row.low, value));
  }

  /** One learning rate for all; and back to the rates that each run had. */
  together(on) {
    const { runs } = this.player.experiment;
    this.oneRate = on;
    if (on) {
      this.rates = runs.map((run) => [run.optimizer, run.params.lr]);
      this.move('run0.lr', runs[0].params.lr, true);
      return;
    }
    const same = this.rates?.length === runs.length && runs.every((run, i) => run.optimizer === this.rates[i][0]);
    if (!same) return; // there are other runs now
    const change = (e) => e.runs.forEach((run, i) => (run.params.lr = this.rates[i][1]));
    this.player.edit(change, true, { whole: true });
  }

  /** Another surface: its own start, and for every run the rate that shows its point, or one found by trying. */
  surface(key) {
    this.draft = null;
    const wanted = structuredClone({ ...this.player.experiment, start: null });
    const rates = this.player.catalogue.surfaces.find((s) => s.key === key)?.rates ?? {};
    const unknown = [...wanted.runs.keys()].filter((i) => !(wanted.runs[i].optimizer in rates));
    for (const run of wanted.runs) run.params.lr = rates[run.optimizer] ?? run.params.lr;
    const rest = new URLSearchParams(toQuery(wanted));
    for (const field of ['surface', 'formula', 'domain', 'range']) rest.delete(field);
    const chosen = key === 'formula' ? `formula=${encodeURIComponent(FORMULA.text)}&${FORMULA.more}` : `surface=${key}`;
    this.#tuned(this.player.kind.tunes ? unknown : [], `${chosen}&${rest}`);
  }

  /** A formula at every keystroke: one that cannot be drawn stays in its field, with the place marked, and the picture as it is. */
  async formula(text, domain, done) {
    const { player } = this;
    if (done && this.draft?.text === text && this.draft.domain === domain) return;
    const change = (e) =>
      Object.assign(e, { formula: text, domain: domain.split(',').map((part) => part.trim()), start: null });
    const { failed, latest } = await player.edit(change, done, { plane: true, keep: true });
    if (!latest?.()) return;
    this.draft = failed ? { text, domain, error: failed } : null;
    this.judged(failed);
    if (!failed) this.#settle();
  }

  /** Take over what the answer says of a formula: its letters, and where it starts. */
  #settle() {
    const { experiment, store, root } = this.player;
    const { surface, letters, start } = store.read(store.answer);
    const same = JSON.stringify(letters) === JSON.stringify(experiment.letters);
    Object.assign(experiment, { surface, letters, start });
    if (!same) this.lettered();
    const field = /** @type {HTMLInputElement | null} */ (root.querySelector('[data-param="start-text"]'));
    if (field) field.value = start.map(plain).join(', ');
  }

  /** One end of the range of a parameter; its value follows where it would be left outside. */
  async range(letter, which, text, wrong) {
    const { player } = this;
    const typed = Number(text);
    const row = { ...player.experiment.letters.find((r) => r.key === letter), [which]: typed };
    const fine = text.trim() && Number.isFinite(typed) && row.low < row.high;
    wrong(!fine);
    if (!fine) return;
    await player.edit(
      (e) => {
        e.letters = e.letters.map((r) => (r.key === letter ? row : r));
        e.surface.params[letter] = Math.min(row.high, Math.max(row.low, e.surface.params[letter]));
      },
      true,
      { plane: true, whole: true }
    );
  }

  start(text) {
    this.player.edit(
      (e) => {
        e.start = text.split(/[,\s]+/).filter(Boolean);
      },
      true,
      { whole: true }
    );
  }

  noise(key) {
    const rows = this.player.catalogue.noises.find((n) => n.key === key).params;
    this.player.edit(
      (e) => {
        e.noise = { key, params: defaults(rows) };
      },
      true,
      { whole: true }
    );
  }

  /** Find a good rate for run i, and say what became of the one it had. */
  async tune(i) {
    const tuned = await this.#tuned([i], toQuery(this.player.experiment));
    if (!tuned) return;
    const [before, after] = [tuned.before[i], tuned.rates[i]];
    const kept = this.player.words('{rate}: no rate that was tried is better').replace('{rate}', show(before));
    this.player.say(before === after ? kept : `${show(before)} → ${show(after)}`);
  }

  /** Load an experiment with good learning rates found for some of its runs; what the server answered, if it was asked. */
  async #tuned(indices, query) {
    const { player } = this;
    try {
      const address = `${player.options.base}api/tune?lang=${player.options.language}&runs=${indices}&${query}`;
      const tuned = indices.length ? await (await player.patiently(get(address))).json() : null;
      await player.load(tuned?.query ?? query);
      player.tell();
      return tuned;
    } catch (error) {
      player.complain(error.message);
      player.showControls();
      return null;
    }
  }

  /** A run of an optimizer at its defaults, at a constant rate. */
  #fresh(key) {
    const [course] = this.player.catalogue.schedules;
    return {
      optimizer: key,
      params: defaults(this.rule(key).params),
      schedule: { key: course.key, params: defaults(course.params) },
      around: [],
    };
  }

  #full() {
    const most = this.player.limits.runs;
    const full = this.player.experiment.runs.length >= most;
    if (full) this.player.complain(this.player.words('At most {n} runs fit on one picture.').replace('{n}', most));
    return full;
  }

  /** Add the next optimizer of the menu that is not running yet, with a rate that suits this surface. */
  addOptimizer() {
    if (this.#full()) return;
    const wanted = structuredClone(this.player.experiment);
    const used = new Set(wanted.runs.map((r) => r.optimizer));
    const { optimizers } = this.player.catalogue;
    const next = optimizers.find((o) => !used.has(o.key)) ?? optimizers[0];
    wanted.runs.push(this.#fresh(next.key));
    this.#tuned([wanted.runs.length - 1], toQuery(wanted));
  }

  /** Add the next schedule of the menu that is not drawn yet, to the rule of the first run. */
  addSchedule() {
    if (this.#full()) return;
    const { experiment, catalogue } = this.player;
    const taken = new Set(experiment.runs.map((r) => r.schedule.key));
    const next = catalogue.schedules.find((s) => !taken.has(s.key)) ?? catalogue.schedules[0];
    this.player.edit((e) => e.runs.push({ ...structuredClone(e.runs[0]), schedule: this.#freshCourse(next.key) }), true, {
      plane: true,
      whole: true,
    });
  }

  optimizer(i, key) {
    const wanted = structuredClone(this.player.experiment);
    wanted.runs[i] = { ...this.#fresh(key), schedule: wanted.runs[i].schedule, around: wanted.runs[i].around };
    if (this.player.kind.tunes) this.#tuned([i], toQuery(wanted));
    else
      this.player.edit(
        (e) => {
          e.runs[i] = wanted.runs[i];
        },
        true,
        { whole: true }
      );
  }

  schedule(i, key) {
    this.player.edit(
      (e) => {
        e.runs[i].schedule = this.#freshCourse(key);
      },
      true,
      { plane: true, whole: true }
    );
  }

  /** A schedule at its defaults; counts of updates that do not fit into the run are brought into it. */
  #freshCourse(key) {
    const { steps } = this.player.experiment;
    const params = this.course(key).params.map((row) => {
      const late = row.counts === 'updates' && row.default >= steps;
      return [row.key, late ? Math.max(row.low, Math.round(steps / 10)) : row.default];
    });
    return { key, params: Object.fromEntries(params) };
  }

  duplicate(i) {
    if (this.#full()) return;
    this.player.edit((e) => e.runs.splice(i + 1, 0, structuredClone(e.runs[i])), true, { plane: true, whole: true });
  }

  remove(i) {
    this.open.delete(i);
    this.player.edit((e) => e.runs.splice(i, 1), true, { plane: true, whole: true });
  }
}

/** What a slider named run0.<key>.<name> belongs to: the schedule of a run, or something around its rule. */
export const partOf = (run, key) => (key === 'schedule' ? run.schedule : run.around.find((part) => part.key === key));

const defaults = (rows) => Object.fromEntries(rows.map((row) => [row.key, row.default]));
