/** The latest wins: in the feed that asks the network, and in the store that holds what was answered. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Store } from '../../player/store.js';
import { Feed, Refused, network } from '../../player/wire.js';

/** A store over questions that the test answers in any order. */
function pending() {
  const open = {};
  const store = new Store({
    ask: (query) =>
      new Promise((resolve, reject) => {
        open[query] = {
          resolve: () => resolve({ query, value: { n: Number(query) } }),
          reject,
          overtaken: () => resolve(null),
        };
      }),
    toQuery: ({ n }) => String(n),
    read: ({ value }) => structuredClone(value),
  });
  return { store, open };
}

async function loaded() {
  const all = pending();
  const turn = all.store.load('1');
  all.open[1].resolve();
  await turn;
  return all;
}

const to = (n) => (value) => {
  value.n = n;
};

test('a load gives the value, the answer and the query', async () => {
  const { store } = await loaded();
  assert.deepEqual([store.value, store.query], [{ n: 1 }, '1']);
});

test('a change is shown at once, and the answer follows', async () => {
  const { store, open } = await loaded();
  const turn = store.edit(to(2));
  assert.deepEqual([store.value, store.query], [{ n: 2 }, '1']);
  open[2].resolve();
  const { answer, latest } = await turn;
  assert.deepEqual([answer.query, latest(), store.query], ['2', true, '2']);
});

test('a change works on a copy', async () => {
  const { store } = await loaded();
  const before = store.value;
  store.edit(to(2));
  assert.deepEqual(before, { n: 1 });
});

test('an answer that comes after a newer one is dropped', async () => {
  const { store, open } = await loaded();
  const [first, second] = [store.edit(to(2)), store.edit(to(3))];
  open[3].resolve();
  await second;
  open[2].resolve();
  const { answer, error, latest } = await first;
  assert.deepEqual([answer, error, latest(), store.query], [null, null, false, '3']);
});

test('answers in order are all shown, and only the last is the latest', async () => {
  const { store, open } = await loaded();
  const [first, second] = [store.edit(to(2)), store.edit(to(3))];
  open[2].resolve();
  const early = await first;
  assert.deepEqual([early.answer.query, early.latest(), store.value], ['2', false, { n: 3 }]);
  open[3].resolve();
  assert.equal((await second).latest(), true);
});

test('a question that another one took the place of has neither answer nor error', async () => {
  const { store, open } = await loaded();
  const turn = store.edit(to(2));
  open[2].overtaken();
  const { answer, error } = await turn;
  assert.deepEqual([answer, error], [null, null]);
});

test('what is put wins over what is under way', async () => {
  const { store, open } = await loaded();
  const turn = store.edit(to(2));
  store.put({ query: '5', value: { n: 5 } });
  open[2].resolve();
  assert.equal((await turn).answer, null);
  assert.deepEqual([store.value, store.query], [{ n: 5 }, '5']);
});

test('after an error the value can be restored to the last valid one', async () => {
  const { store, open } = await loaded();
  const turn = store.edit(to(-1));
  open[-1].reject(new Error('refused'));
  const { answer, error, latest } = await turn;
  assert.deepEqual([answer, error.message, latest(), store.value], [null, 'refused', true, { n: -1 }]);
  store.restore();
  assert.deepEqual(store.value, { n: 1 });
});

test('the value becomes that of the answer only where it is asked for whole, and nothing newer was', async () => {
  const { store, open } = await loaded();
  const spelled = (query) => ({ query, value: { n: Number(query), more: true } });
  store.ask = async (query) => spelled(query);
  await store.edit(to(2));
  assert.deepEqual(store.value, { n: 2 });
  await store.edit(to(3), { whole: true });
  assert.deepEqual(store.value, { n: 3, more: true });
  assert.deepEqual(Object.keys(open), ['1']);
});

/** Replies of the network, to be let go one by one. */
function line(t) {
  const sent = [];
  const before = network.fetch;
  t.after(() => {
    network.fetch = before;
  });
  network.fetch = (url) =>
    new Promise((resolve, reject) =>
      sent.push({ url, reject, reply: (text, status = 200) => resolve(new Response(text, { status })) })
    );
  return sent;
}

const settled = () =>
  new Promise((resolve) => {
    setTimeout(resolve);
  });

test('the feed has one request in flight, and of those that wait only the newest is sent', async (t) => {
  const sent = line(t);
  const feed = new Feed('api?', (reply) => reply.text());
  const [a, b, c] = ['a', 'b', 'c'].map((query) => feed.ask(query));
  assert.deepEqual(
    sent.map(({ url }) => url),
    ['api?a']
  );
  assert.equal(await b, null);
  sent[0].reply('first');
  assert.equal(await a, 'first');
  await settled();
  assert.deepEqual(
    sent.map(({ url }) => url),
    ['api?a', 'api?c']
  );
  sent[1].reply('last');
  assert.equal(await c, 'last');
});

test('an error belongs to its own question, and the feed goes on', async (t) => {
  const sent = line(t);
  const feed = new Feed('api?', (reply) => reply.text());
  const [bad, lost] = [feed.ask('bad'), feed.ask('lost')];
  sent[0].reply('{"error": "lr = 9 is outside 0 … 1"}', 400);
  await assert.rejects(bad, (error) => error instanceof Refused && error.message === 'lr = 9 is outside 0 … 1');
  await settled();
  sent[1].reject(new RangeError('the line is down'));
  await assert.rejects(lost, /the line is down/);
  const good = feed.ask('good');
  sent[2].reply('fine');
  assert.equal(await good, 'fine');
});

test('a refusal that is no JSON keeps its status', async (t) => {
  const sent = line(t);
  const asked = new Feed('api?').ask('x');
  sent[0].reply('<html>', 502);
  await assert.rejects(asked, /^Error: 502/);
});
