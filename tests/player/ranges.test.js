/** How far the axes of curves reach: rounded outward, and not blown up by a run that diverges. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { TALLEST, span } from '../../player/ranges.js';

const scene = (...runs) => ({ runs: runs.map((f) => ({ f })), steps: runs[0].length - 1 });
const panel = (more = {}) => ({ get: (run, k) => run.f[k], ...more });

test('a linear axis is rounded outward to two digits', () => {
  const { low, high } = span(panel(), scene([0.013, 0.52, 0.98]));
  assert.ok(low <= 0.013 && high >= 0.98);
  assert.ok(Math.abs(low) < 1e-9 && Math.abs(high - 1) < 1e-9);
});

test('a logarithmic axis has whole decades, and a zero takes none', () => {
  assert.deepEqual(span(panel({ log: true }), scene([50, 0.3, 0, 1e-300])), { low: -1, high: 2 });
});

test('a run that diverges does not hide the others', () => {
  const { high } = span(panel(), scene([1, 2, 1e30], [1, 0.5, 0.2]));
  assert.ok(high >= TALLEST && high < 2 * TALLEST);
});

test('unless all of it is asked for', () => {
  assert.ok(span(panel({ whole: true }), scene([1, 2, 1e30])).high >= 1e30);
});

test('what is included is always in it, and a band reaches to its top', () => {
  const { low, high } = span(panel({ include: [0, 1], top: (run, k) => 3 * run.f[k] }), scene([0.4, 0.5]));
  assert.ok(low <= 0 && high >= 1.5);
});

test('without a finite value there is still an axis', () => {
  assert.deepEqual(span(panel(), scene([NaN, NaN])), { low: 0, high: 1 });
  assert.deepEqual(span(panel({ log: true }), scene([0, 0])), { low: -1, high: 1 });
});
