import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sharpPanel, sharpText, sharpened } from '../../pages/training/edge.js';

const last = ({ values }) => values.at(-1);

test('while a training comes line by line, the sharpness of a run that has not ended is unknown, and drawn as such', () => {
  const header = { sharpness: 1, steps: 100 };
  const arrays = { 'run0.sharp.step': [0, 100], 'run0.sharp.value': [5, 10], 'run0.sharp.limit': [10, 10] };
  const runs = [0, 1].map((i) => sharpened({}, i, arrays, header));
  const panel = sharpPanel(runs, last);
  assert.deepEqual([panel.log, panel.include[1]], [false, 11]);
  assert.equal(
    sharpText(runs[1], 50, last, (text) => text),
    '–'
  );
  assert.ok(sharpPanel(runs.slice(1), last).include[1] > 0);
  assert.deepEqual(sharpened({}, 0, {}, { sharpness: 0, steps: 100 }), {});
});
