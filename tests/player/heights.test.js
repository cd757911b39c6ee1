/** From the loss over the window to heights and levels, with and without a minimum, and where it is not defined. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { LEVELS, gaps, heights, lifting } from '../../player/heights.js';

const grid = (...values) => Float32Array.from(values);

test('heights are the logarithm of the gap, and their order is that of the loss', () => {
  const { z, low, high, levels } = heights({ grid: grid(1, 2, 11, 101, 1001), lowest: 1 });
  assert.deepEqual(
    [...z],
    [...z].toSorted((a, b) => a - b)
  );
  assert.deepEqual([low, high], [z[0], z.at(-1)]);
  assert.ok(Math.abs(z[4] - z[3] - 1) < 1e-3);
  assert.ok(levels.start > low && levels.end === high);
  assert.ok(Math.abs(levels.size * LEVELS - (high - low)) < 1e-6);
});

test('a surface without a minimum is drawn as it is', () => {
  assert.equal(lifting({ grid: grid(-5, 0, 5), lowest: null })(-5), -5);
});

test('where most of the window has no value, the rest still has contours', () => {
  const { z, low, high, levels } = heights({ grid: grid(NaN, NaN, NaN, NaN, 0.5, 1, 4), lowest: 0 });
  assert.ok(Number.isFinite(low) && Number.isFinite(high) && high > low && levels.size > 0);
  assert.deepEqual([...z].map(Number.isNaN), [true, true, true, true, false, false, false]);
});

test('without any value nothing is divided by nothing', () => {
  const { low, high, levels } = heights({ grid: grid(NaN, NaN), lowest: 0 });
  assert.ok([low, high, levels.start, levels.size].every(Number.isFinite));
});

test('a flat surface has a level', () => {
  const { levels } = heights({ grid: grid(3, 3, 3), lowest: null });
  assert.ok(levels.size > 0);
});

test('gaps are stretches of a row', () => {
  assert.deepEqual(gaps(grid(NaN, NaN, 1, NaN, 1, NaN, NaN, NaN, NaN), 3), [
    [0, 0, 1],
    [1, 0, 0],
    [1, 2, 2],
    [2, 0, 2],
  ]);
  assert.deepEqual(gaps(grid(1, 2, 3), 3), []);
});
