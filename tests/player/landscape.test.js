/** Contour lines of a landscape, and where a head is between two recorded steps. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { between, segments } from '../../pages/training/landscape.js';

test('a contour of x + y crosses a cell where the sum is the level', () => {
  const found = [];
  segments([0, 1, 1, 2], 2, 0, 0, 0.5, (...line) => found.push(line));
  assert.deepEqual(found, [[0.5, 0, 0, 0.5]]);
});

test('a saddle has two pieces, a level beyond the cell none, and what is not finite none', () => {
  const found = [];
  segments([0, 1, 1, 0], 2, 0, 0, 0.5, (...line) => found.push(line));
  assert.equal(found.length, 2);
  segments([0, 1, 1, 0], 2, 0, 0, 1.5, () => assert.fail());
  segments([0, 1, NaN, 0], 2, 0, 0, 0.5, () => assert.fail());
});

test('a head is on the way from one recorded step to the next', () => {
  assert.deepEqual(between([0, 1, 5], 3), [1, 0.5]);
  assert.deepEqual(between([0, 1, 5], 5), [2, 0]);
  assert.deepEqual(between([0, 1, 5], 0), [0, 0]);
});
