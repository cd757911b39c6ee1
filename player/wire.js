/** From query strings to typed arrays. */

/** Read the blob of web/wire.py: {header, arrays: {name: Float32Array}}. */
export function decode(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const arrays = {};
  for (const { name, shape, offset } of header.arrays) {
    arrays[name] = new Float32Array(
      buffer,
      4 + length + offset,
      shape.reduce((a, b) => a * b, 1)
    );
  }
  return { header, arrays };
}

/** An answer of status 400: what is wrong with the request, in the reader's language. */
export class Refused extends Error {
  /** field: of the query; column: in a formula, from 1. */
  constructor(message, field = '', column = 0) {
    super(message);
    this.field = field;
    this.column = column;
  }
}

/**
 * Where numbers come from; an exported file puts its own content here. `waits` hears for how many seconds a busy server is left
 * alone, and 0 when it has answered.
 */
export const network = {
  fetch: (url) => fetch(url),
  pause: (seconds) => new Promise((done) => setTimeout(done, 1000 * seconds)),
  waits: (_seconds) => {},
};

const TURNS = 12; // of asking a server that says it is busy, or is not there: a new one may be on its way

/** The reply; null where `overtaken()` while a busy server was being left alone. It says for how long, and a class that was told
 * the same moment does not come back at the same moment. */
async function patient(url, overtaken) {
  for (let turn = 1; ; turn += 1) {
    const reply = await network.fetch(url).catch((error) => {
      if (turn === TURNS || !(error instanceof TypeError)) throw error; // a TypeError is how fetch says that nobody is there
      return null;
    });
    if (reply && (reply.status !== 503 || turn === TURNS)) {
      if (turn > 1) network.waits(0);
      return reply;
    }
    const seconds = Number(reply?.headers.get('retry-after')) || (reply ? 1 : Math.min(turn, 5));
    network.waits(seconds);
    await network.pause(seconds * (0.5 + Math.random()));
    if (overtaken()) return null;
  }
}

export async function get(url, overtaken = () => false) {
  const reply = await patient(url, overtaken);
  if (reply === null || reply.ok) return reply;
  const text = await reply.text();
  let said = { error: `${reply.status} ${reply.statusText}`, field: '' };
  try {
    said = JSON.parse(text);
  } catch {
    /* not ours: keep the status line */
  }
  throw new Refused(said.error, said.field, Number(reply.headers.get('x-formula-column')));
}

/**
 * One request in flight, latest value wins. While one is under way, newer asks replace each other; the last one is sent
 * as soon as the answer is in. `ask` resolves to null where a newer ask took its place.
 */
export class Feed {
  /** `read` makes an answer of a reply; the default is the binary blob of a descent. */
  constructor(url, read = async (reply) => decode(await reply.arrayBuffer())) {
    this.url = url;
    this.read = read;
    this.busy = false;
    this.next = null;
  }

  ask(query) {
    return new Promise((resolve, reject) => {
      this.next?.resolve(null);
      this.next = { query, resolve, reject };
      if (!this.busy) this.#send();
    });
  }

  async #send() {
    this.busy = true;
    while (this.next) {
      const { query, resolve, reject } = this.next;
      this.next = null;
      try {
        const reply = await get(this.url + query, () => this.next !== null);
        resolve(reply && (await this.read(reply)));
      } catch (error) {
        reject(error);
      }
    }
    this.busy = false;
  }
}

/** A sweep as frames: what a blob has to be given at each stop of the slider. */
export function frames({ header, arrays }) {
  const { sweep, values, first } = header;
  const byStop = header.frames.map(({ query, runs }) => ({ query, runs, arrays: {} }));
  for (const [key, array] of Object.entries(arrays)) {
    const dot = key.indexOf('.');
    byStop[key.slice(2, dot)].arrays[key.slice(dot + 1)] = array;
  }
  return { param: sweep, values, first, frames: byStop };
}

/** Which stop is nearest to a value: by their ratio where both are positive, as a slider of rates has it. */
export function nearest(stops, value) {
  const away = stops.map((stop) => Math.abs(stop > 0 && value > 0 ? Math.log(stop / value) : stop - value));
  return away.indexOf(Math.min(...away));
}

/** The blob with one frame of a sweep in it. */
export function withFrame(blob, { first, frames: all }, j) {
  const runs = blob.header.runs.slice();
  runs.splice(first, all[j].runs.length, ...all[j].runs);
  const { query } = all[j];
  return { header: { ...blob.header, query, runs }, arrays: { ...blob.arrays, ...all[j].arrays } };
}

/** `key:name=value,name=value`. */
export function spec({ key, params }) {
  const list = Object.entries(params).map(([name, value]) => `${name}=${value}`);
  return list.length ? `${key}:${list}` : key;
}

/** Pairs as a query string. */
export const encode = (pairs) => pairs.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join('&');

/** The explicit query of an experiment. Python reads it, checks it, and returns the short one. */
export function toQuery(e) {
  const pairs = e.surface.key === 'formula' ? formula(e) : [['surface', spec(e.surface)]];
  if (e.start) pairs.push(['start', e.start]);
  pairs.push(['steps', e.steps], ['noise', spec(e.noise)], ['seed', e.seed]);
  for (const run of e.runs) {
    const rule = { key: run.optimizer, params: run.params };
    pairs.push(['run', [rule, run.schedule, ...(run.around ?? [])].map(spec).join('~')]);
  }
  return encode(pairs);
}

/** A formula, the values and the ranges of those of its letters that are still in it, and its domain. */
function formula(e) {
  const rows = (e.letters ?? []).filter((row) => has(e.formula, row.key));
  const params = Object.fromEntries(rows.map((row) => [row.key, e.surface.params[row.key]]));
  return [
    ['formula', e.formula],
    ['surface', spec({ key: 'formula', params })],
    ...rows.map((row) => ['range', `${row.key}:${row.low}..${row.high}`]),
    ['domain', e.domain],
  ];
}

/** Whether a text has a letter of its own, as in 2a*x, and not only within a name. */
const has = (text, letter) => new RegExp(`(?<![A-Za-z_])${letter}(?![A-Za-z_0-9])`).test(text);
