/** A training that comes line by line: what there is so far, in the form of the whole answer. */

const SCORES = ['train_loss', 'train_accuracy', 'validation_loss', 'validation_accuracy', 'penalty'];
const numbers = (values) => values.map((value) => value ?? NaN);

export class Growing {
  constructor() {
    this.head = null;
    this.runs = [];
    this.share = 0;
    this.done = false;
    this.measuring = false; // the sharpness along a run, which follows its training
    this.first = null; // when the first piece came, and how much of the whole it was
  }

  /** One line of the stream. */
  take(line) {
    const piece = JSON.parse(line);
    if (piece.done) this.done = true;
    else if (!this.head) this.head = piece;
    else {
      this.share = piece.share;
      this.first ??= { at: performance.now(), share: piece.share };
      const own = (this.runs[piece.run] ??= { lists: {} });
      if (piece.sharpness) {
        const { step, value, limit } = piece.sharpness;
        own.sharp ??= { step: [], value: [], limit: [] };
        own.sharp.step.push(...step);
        own.sharp.value.push(...numbers(value));
        own.sharp.limit.push(...numbers(limit ?? step.map(() => null)));
        return;
      }
      const put = (name, values) => (own.lists[name] ??= []).push(...numbers(values));
      for (const name of ['loss', 'lr', 'grad_norm']) put(name, piece[name]);
      put('ratio', piece.update_ratio.flat());
      put('at', piece.eval.step);
      for (const name of SCORES) put(name, piece.eval[name]);
      own.said = piece;
      this.measuring = Boolean(this.head.sharpness) && this.step === this.head.steps;
    }
  }

  /** Updates done of the run that was begun last. */
  get step() {
    return this.runs.at(-1)?.lists.loss.length ?? 0;
  }

  /** Seconds that are left, if it goes on as since the first piece; NaN before there is a second one. */
  get left() {
    const done = this.share - (this.first?.share ?? 0);
    return done > 0 ? (((performance.now() - this.first.at) / 1000) * (1 - this.share)) / done : NaN;
  }

  /** The answer as far as it goes; where it is not complete, nothing is known of what is to come. */
  get blob() {
    const { head } = this;
    const arrays = {};
    const runs = this.runs.map(({ said, lists, sharp }, i) => {
      const open = lists.loss.length < head.steps;
      const last = lists.at.at(-1);
      const rows = head.shapes.length;
      for (const [name, list] of Object.entries(lists)) {
        const fill = { loss: head.steps - list.length, lr: head.steps - list.length, grad_norm: head.steps - list.length };
        const more = name === 'ratio' ? 2 * rows : (fill[name] ?? 2);
        arrays[`run${i}.${name}`] = Float32Array.from(open ? [...list, ...Array(more).fill(NaN)] : list);
      }
      for (const [name, list] of Object.entries(sharp ?? {})) {
        const known = list.length && sharp.step.at(-1) === head.steps;
        const rest = name === 'step' ? [sharp.step.at(-1) + 0.01, head.steps] : [NaN, NaN];
        arrays[`run${i}.sharp.${name}`] = Float32Array.from(known ? list : [...list, ...rest]);
      }
      return {
        ...said,
        at: open ? [...lists.at, last + 1e-6, head.steps] : lists.at,
        verdict: said.verdict ?? '',
        says: said.says ?? {},
      };
    });
    const { query } = head;
    const last = this.done ? head.steps : Math.max(0, this.step - 1); // the last update whose numbers are there
    return { header: { ...head, query, runs, arrays: [] }, arrays, query, partial: !this.done, last };
  }
}

/** The lines of a reply, as they come; ends where `stop()` says so, and then the server stops too. */
export async function* lines(reply, stop) {
  const reader = reply.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let coming = reader.read();
  try {
    for (;;) {
      const chunk = await Promise.race([coming, new Promise((done) => setTimeout(done, 60, null))]);
      if (stop()) return;
      if (!chunk) continue;
      if (chunk.done) return;
      text += decoder.decode(chunk.value, { stream: true });
      const whole = text.split('\n');
      text = whole.pop();
      yield whole;
      coming = reader.read();
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
