/** A training that comes in pieces: runs that are trained side by side. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Growing } from '../../pages/training/stream.js';

const scores = { train_loss: [1], train_accuracy: [0.5], validation_loss: [1], validation_accuracy: [0.5], penalty: [0] };
const piece = (run, share, losses, step) =>
  JSON.stringify({
    run,
    share,
    loss: losses,
    lr: losses,
    grad_norm: losses,
    update_ratio: [[0.1]],
    eval: { step: [step], ...scores },
  });

test('pieces of two runs that take turns', () => {
  const growing = new Growing();
  growing.take(JSON.stringify({ steps: 4, shapes: [[2, 2]], query: 'q' }));
  growing.take(piece(0, 0.25, [4, 3], 2));
  growing.take(piece(1, 0.5, [8, null], 2));
  assert.equal(growing.blob.last, 1);
  assert.deepEqual([...growing.blob.arrays['run1.loss']], [8, NaN, NaN, NaN]);
  growing.take(piece(0, 0.75, [2, 1], 4));
  assert.equal(growing.blob.last, 1, 'as far as both have come');
  assert.deepEqual([...growing.blob.arrays['run0.loss']], [4, 3, 2, 1]);
  growing.take(piece(1, 1, [6, 5], 4));
  growing.take(JSON.stringify({ done: true }));
  assert.equal(growing.blob.partial, false);
  assert.equal(growing.blob.last, 4);
  assert.deepEqual([...growing.blob.arrays['run1.loss']], [8, NaN, 6, 5]);
});
