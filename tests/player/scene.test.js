/** From an answer of the server to what is drawn. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { explicit, makeScene, shape } from '../../player/scene.js';
import { decode, frames, spec, toQuery, withFrame } from '../../player/wire.js';

const run = (optimizer, lr) => ({
  optimizer,
  params: { lr },
  schedule: { key: 'constant', params: {} },
  diverged_at: null,
  summary: { limit: 2 },
});
const header = () => ({
  query: 'steps=2',
  surface: { key: 'taco', params: { kappa: 40 } },
  formula: '',
  domain: [-1, 1, -1, 1],
  window: [-2, 2, -1, 1],
  start: [1, 1],
  steps: 2,
  seed: 0,
  noise: { key: 'none', params: {} },
  minima: [[0, 0]],
  lowest: 0,
  runs: [run('sgd', 0.1), run('adam', 0.3)],
});
const arrays = () => ({
  'run0.f': Float32Array.of(3, 2, 1),
  'run1.f': Float32Array.of(3, 1, 0),
  'run1.state.velocity': Float32Array.of(0, 0, 1, 1, 2, 2),
  grid: new Float32Array(6),
});
const scene = (blob, before = null) =>
  makeScene(
    blob,
    before,
    { grid: [3, 2] },
    String,
    { dark: false },
    blob.header.runs.map(({ optimizer }) => optimizer)
  );

test('runs have their arrays, their state apart, and a style each', () => {
  const found = scene({ header: header(), arrays: arrays() });
  assert.deepEqual(
    found.runs.map(({ name }) => name),
    ['sgd', 'adam']
  );
  assert.deepEqual([...found.runs[1].f], [3, 1, 0]);
  assert.equal(found.runs[1].state.velocity.size, 2);
  assert.notEqual(found.runs[0].style.colour, found.runs[1].style.colour);
  assert.deepEqual([found.columns, found.steps, found.stride], [3, 2, 1]);
});

test('an answer without the plane keeps the one before, window and all', () => {
  const first = scene({ header: header(), arrays: arrays() });
  const next = scene({ header: { ...header(), window: [0, 0, 0, 0] }, arrays: { ...arrays(), grid: undefined } }, first);
  assert.equal(next.grid, first.grid);
  assert.deepEqual(next.domain, first.domain);
});

test('a drawn step stands for several updates of a long run', () => {
  assert.equal(scene({ header: { ...header(), steps: 20, updates: 2 }, arrays: arrays() }).stride, 10);
});

test('controls get a copy, which makes the same query again', () => {
  const sent = header();
  const e = explicit(sent);
  e.runs[0].params.lr = 9;
  assert.equal(sent.runs[0].params.lr, 0.1);
  assert.ok(
    decodeURIComponent(toQuery(explicit(sent))).endsWith('&noise=none&seed=0&run=sgd:lr=0.1~constant&run=adam:lr=0.3~constant')
  );
  assert.equal(spec({ key: 'step', params: { every: 7, factor: 0.1 } }), 'step:every=7,factor=0.1');
});

test('other figures are needed for another surface, and for other runs only where each has its panel', () => {
  const [one, other] = [header(), { ...header(), runs: [run('sgd', 0.1)] }];
  assert.equal(shape(one, 'overlay'), shape(other, 'overlay'));
  assert.notEqual(shape(one, 'panels'), shape(other, 'panels'));
  const typed = { ...one, surface: { key: 'formula', params: {} }, formula: 'x' };
  assert.notEqual(shape(one, 'overlay'), shape(typed, 'overlay'));
  assert.equal(shape(typed, 'overlay'), shape({ ...typed, formula: 'x*y' }, 'overlay'));
});

/** As web/wire.py packs it. */
function pack(head, parts) {
  let text = JSON.stringify({
    ...head,
    arrays: Object.entries(parts).map(([name, array], i) => ({ name, shape: [array.length], offset: 4 * array.length * i })),
  });
  text += ' '.repeat((4 - (text.length % 4)) % 4);
  const buffer = new ArrayBuffer(4 + text.length + 4 * Object.values(parts).flatMap((array) => [...array]).length);
  new DataView(buffer).setUint32(0, text.length, true);
  new Uint8Array(buffer, 4).set(new TextEncoder().encode(text));
  new Float32Array(buffer, 4 + text.length).set(Object.values(parts).flatMap((array) => [...array]));
  return buffer;
}

test('a sweep is decoded into frames, and one of them takes its place in a blob', () => {
  const moved = {
    sweep: 'run1.lr',
    values: [0.1, 0.2],
    first: 1,
    frames: [
      { query: 'a', runs: [run('adam', 0.1)] },
      { query: 'b', runs: [run('adam', 0.2)] },
    ],
  };
  const sweep = frames(decode(pack(moved, { 'at0.run1.f': [1, 1, 1], 'at1.run1.f': [2, 2, 2] })));
  const blob = withFrame({ header: header(), arrays: arrays() }, sweep, 1);
  assert.deepEqual([blob.header.query, blob.header.runs[1].params.lr], ['b', 0.2]);
  assert.deepEqual([...blob.arrays['run1.f']], [2, 2, 2]);
  assert.deepEqual([...blob.arrays['run0.f']], [3, 2, 1]);
});
