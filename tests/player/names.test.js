import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apart, brief, parts } from '../../player/names.js';
import { ticks, wrapped } from '../../player/panels.js';

const sgd = (lr, course = 'Constant') => ({ name: 'SGD', parts: [['lr', '', lr], ['schedule', '', course]] }); // prettier-ignore

test('runs of one rule are told apart by what differs, and by nothing else', () => {
  assert.deepEqual(apart([sgd(0.045), sgd(0.051), { name: 'Adam', parts: [['lr', '', 0.3]] }]), [
    'SGD 0.045',
    'SGD 0.051',
    'Adam',
  ]);
  assert.deepEqual(apart([sgd(0.1), sgd(0.1, 'Cosine')]), ['SGD Constant', 'SGD Cosine']);
  assert.deepEqual(apart([sgd(0.1)]), ['SGD']);
  const cosine = sgd(0.1, 'Cosine');
  cosine.parts.push(['cosine.floor', 'η', 0], ['cosine.late', 'after the warm-up', '✗']);
  assert.deepEqual(apart([sgd(0.1), cosine]), ['SGD Constant', 'SGD Cosine']);
});

test('what is on or off is called by its word', () => {
  const rows = [{ key: 'bias_correction', scale: 'bool', label: 'm̂, v̂', word: 'bias correction' }];
  const adam = (on) => ({ name: 'Adam', parts: parts(rows, { bias_correction: on }, 'rule') });
  assert.deepEqual(apart([adam(true), adam(false)]), ['Adam bias correction ✓', 'Adam bias correction ✗']);
});

test('what is alike in everything gets a number', () => {
  assert.deepEqual(apart([sgd(0.1), sgd(0.1)]), ['SGD (1)', 'SGD (2)']);
});

test('a symbol that ends the name is not said twice', () => {
  const normal = (std) => ({ name: 'Normal, fixed σ', parts: [['std', 'σ', std]] });
  assert.deepEqual(apart([normal(1), normal(0.01)]), ['Normal, fixed σ 1', 'Normal, fixed σ 0.01']);
});

test('in short, what all are is not said, unless a bare number would be left', () => {
  const run = (init, lr = 0.1) => ({ name: 'SGD', parts: [['lr', '', lr], ['init', '', init]] }); // prettier-ignore
  assert.deepEqual(apart([run('He'), run('Xavier')], true), ['He', 'Xavier']);
  assert.deepEqual(apart([run('He'), run('He', 0.2)], true), ['SGD 0.1', 'SGD 0.2']);
  assert.deepEqual(apart([run('He'), { name: 'Adam', parts: [] }], true), ['SGD', 'Adam']);
  assert.deepEqual(apart([run('He')], true), ['SGD']);
  assert.deepEqual(apart([run('He'), run('He')], true), ['SGD (1)', 'SGD (2)']);
});

test('a short name is said for a long one, with its value where it is a symbol', () => {
  const rows = [{ key: 'std', label: 'σ' }];
  assert.equal(brief({ name: 'Normal, fixed σ', short: 'σ', params: rows }, { std: 0.01 }), 'σ 0.01');
  assert.equal(brief({ name: 'He normal (Kaiming)', short: 'He', params: [] }, {}), 'He');
  assert.equal(brief({ name: 'Batch norm', params: rows }, { std: 1 }), 'Batch norm');
});

test('ticks of a log axis are whole decades, or 1, 2, 5 within few', () => {
  assert.deepEqual(ticks(-8, 2, 5).ticktext, ['10⁻⁸', '10⁻⁶', '10⁻⁴', '0.01', '1', '100']);
  assert.deepEqual(ticks(0, 1, 5).ticktext, ['1', '2', '5', '10']);
  assert.deepEqual(ticks(3, 4, 5).ticktext, ['10³', '2·10³', '5·10³', '10⁴']);
});

test('a title is broken where both lines are shortest', () => {
  const measure = (text) => text.length;
  assert.deepEqual(wrapped('loss of it', 20, measure), ['loss of it']);
  assert.deepEqual(wrapped('loss: mean of 64 seeds', 14, measure), ['loss: mean', 'of 64 seeds']);
  assert.deepEqual(wrapped('损失：种子的均值', 5, measure).length, 2);
});
