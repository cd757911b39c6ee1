/** The cut of the local picture: tangent, parabola, and where they stand. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { below, places } from '../../pages/race/cut.js';

test('tangent and parabola meet at the point, and the parabola is lowest at its bottom', () => {
  const { tangent, parabola, bottom } = below({ loss: 5, slope: -4, bend: 2 });
  assert.equal(tangent(0), 5);
  assert.equal(parabola(0), 5);
  assert.equal(bottom, 2);
  assert.equal(parabola(2), 1);
  assert.ok(parabola(1.9) > 1 && parabola(2.1) > 1);
});

test('a cut that is bent downwards has no bottom', () => {
  assert.equal(below({ loss: 0, slope: -1, bend: -3 }).bottom, null);
});

test('everything that is marked is inside the box, and lost values do not stretch it', () => {
  const answer = { loss: 5, slope: -4, bend: 2, along: [-1, 0, 1, 4], cut: [11, 5, 2, null], taken: [3, 2] };
  const { across, down, low, high } = places(answer, { left: 10, top: 20, width: 100, height: 50 });
  assert.ok(low < 1 && high > 11);
  assert.equal(across(-1), 10);
  assert.equal(across(4), 110);
  for (const value of [1, 2, 5, 11]) assert.ok(down(value) > 20 && down(value) < 70);
});
