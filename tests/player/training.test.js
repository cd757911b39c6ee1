/** The panels of a training. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { panels } from '../../pages/training/runs.js';

const between = (values) => ({ at: [0, 10], values });
const run = (...loss) => ({ validation_loss: between(loss), train_loss: between(loss) });
const losses = (...runs) => panels({ steps: 10, runs })[1];

test('the validation loss is drawn over decades where one run would press the others onto the floor', () => {
  const far = losses(run(2.3, 0.1), run(2.3, 2e4));
  assert.deepEqual([far.log, far.include], [true, []]);
  assert.equal(losses(run(2.3, 0.1), run(2.3, NaN)).log, false, 'a run that is gone has no height');
  const near = losses(run(3.1, 0.1), run(2.3, 0.2));
  assert.deepEqual([near.log, near.include], [false, [0]]);
});
