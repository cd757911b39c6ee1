/** A busy server: the player waits as long as it is told to, says so, and asks again for what is wanted by then. */
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';

import { Feed, Refused, get, network } from '../../player/wire.js';

const usual = { ...network };
afterEach(() => Object.assign(network, usual));

/** Answers in turn, a number being that many seconds of 503; what was asked, said and waited is kept. */
function answering(...answers) {
  const seen = { asked: [], said: [], waited: [] };
  network.fetch = async (url) => {
    seen.asked.push(url);
    const next = answers.length > 1 ? answers.shift() : answers[0];
    if (next === 'gone') throw new TypeError('Failed to fetch');
    if (typeof next !== 'number') return { ok: true, status: 200, text: async () => next };
    const headers = new Map([['retry-after', String(next)]]);
    return { ok: false, status: 503, statusText: 'busy', headers, text: async () => '{"error": "the server is busy"}' };
  };
  network.waits = (seconds) => seen.said.push(seconds);
  network.pause = async (seconds) => {
    seen.waited.push(seconds);
  };
  return seen;
}

test('it asks again after the time it is told, and not all at the same moment', async () => {
  const seen = answering(4, 2, 'here');
  const reply = await get('/x');
  assert.equal(await reply.text(), 'here');
  assert.deepEqual(seen.said, [4, 2, 0]);
  assert.equal(seen.waited.length, 2);
  assert.ok(seen.waited[0] >= 2 && seen.waited[0] <= 6, `${seen.waited[0]}`);
  const first = new Set();
  for (let i = 0; i < 20; i += 1) {
    const again = answering(4, 'here');
    await get('/x');
    first.add(again.waited[0]);
  }
  assert.ok(first.size > 10);
});

test('a server that is not there may be on its way', async () => {
  const seen = answering('gone', 'gone', 'here');
  assert.equal(await (await get('/x')).text(), 'here');
  assert.deepEqual(seen.said, [1, 2, 0]);
  answering('gone');
  await assert.rejects(get('/x'), TypeError);
});

test('it gives up in the end, with what the server says', async () => {
  const seen = answering(1);
  await assert.rejects(get('/x'), (error) => error instanceof Refused && error.message === 'the server is busy');
  assert.equal(seen.asked.length, 12);
  assert.equal(seen.said.at(-1), 0);
});

test('what is asked for meanwhile takes the place of what waits', async () => {
  const seen = answering(1, 'new');
  const feed = new Feed('/', (reply) => reply.text());
  let go;
  network.pause = () =>
    new Promise((done) => {
      go = done;
    });
  const old = feed.ask('old');
  while (!go) await new Promise((done) => setImmediate(done));
  const wanted = feed.ask('new');
  go();
  assert.equal(await old, null);
  assert.equal(await wanted, 'new');
  assert.deepEqual(seen.asked, ['/old', '/new']);
});

test('a server with time is asked once and nothing is said', async () => {
  const seen = answering('here');
  await get('/x');
  assert.deepEqual([seen.asked, seen.said, seen.waited], [['/x'], [], []]);
});
