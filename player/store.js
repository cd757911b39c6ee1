/**
 * The experiment of a page while it is being changed, and the last answer to it. Whatever was asked last wins: an answer
 * that comes after a newer one is dropped. Knows neither the page nor the network.
 */
export class Store {
  /**
   * `ask(query, how)` resolves to an answer, or to null where a newer question took its place; `toQuery(value)` makes the
   * question of a value, `read(answer)` the value of an answer. An answer has the `query` it stands for.
   */
  constructor({ ask, toQuery, read }) {
    this.ask = ask;
    this.toQuery = toQuery;
    this.read = read;
    this.value = null; // what the controls show
    this.answer = null; // what the pictures show
    this.asked = 0; // questions so far
    this.taken = 0; // which of them was answered last
  }

  /** The shortest query of what is shown. */
  get query() {
    return this.answer?.query;
  }

  /** Ask for an experiment by its query: a link, a preset. The value becomes that of the answer. */
  load(query, how = {}) {
    return this.#turn(query, { ...how, whole: true, load: true });
  }

  /** Change a copy of the value, and ask for it. `how.whole`: the value becomes that of the answer. */
  edit(change, how = {}) {
    const next = structuredClone(this.value);
    change(next);
    this.value = next;
    return this.#turn(this.toQuery(next), how);
  }

  /** Take an answer that is here already; what is still under way is older than it. */
  put(answer) {
    this.asked += 1;
    this.taken = this.asked;
    this.answer = answer;
    this.value = this.read(answer);
    return this.value;
  }

  /** Back to the last value that was valid. */
  restore() {
    if (this.answer) this.value = this.read(this.answer);
  }

  /** One question: {answer, error, latest}. Without an answer and an error it was overtaken. `latest()` holds until the next one is asked. */
  async #turn(query, how) {
    this.asked += 1;
    const turn = this.asked;
    const latest = () => turn === this.asked;
    try {
      const answer = await this.ask(query, how);
      if (!answer || turn < this.taken) return { answer: null, error: null, latest };
      this.taken = turn;
      this.answer = answer;
      if (how.whole && latest()) this.value = this.read(answer);
      return { answer, error: null, latest };
    } catch (error) {
      return { answer: null, error, latest };
    }
  }
}
