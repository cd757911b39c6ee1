/** Numbers as they are written, and sliders: the way there and back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { fromSlider, plain, show, toSlider } from '../../player/dom.js';

test('read-outs have four digits, and powers where zeros would be counted', () => {
  const said = [null, 0, 0.045, 12.3456, 1.23456e-7, 123456, -0.00012345, 1e39].map((value) => show(value));
  assert.deepEqual(said, ['–', '0', '0.045', '12.35', '1.23e-7', '1.23e5', '-1.23e-4', '> 3e38']);
  assert.deepEqual(
    [Math.fround(1e-6), 1e6, 1.5e-4, 2e10].map((value) => show(value)),
    ['1e-6', '1e6', '1.5e-4', '2e10']
  );
});

test('parameters are written as one would type them', () => {
  assert.deepEqual([0.04500001, 1e-5, 1e-8, 200, true].map(plain), ['0.045', '1e-5', '1e-8', '200', 'true']);
  const typed = [0, 0.001, 1e-4, 1e-6, 2.5e-6, 1e5, 1e6, 123456, -1e-4, 1e22];
  const written = ['0', '0.001', '1e-4', '1e-6', '2.5e-6', '1e5', '1e6', '123456', '-1e-4', '1e22'];
  assert.deepEqual(typed.map(plain), written);
  assert.deepEqual(written.map(Number), typed, 'and are read back as they were');
});

const ROWS = {
  log: { scale: 'log', low: 1e-5, high: 10 },
  linear: { scale: 'linear', low: -3, high: 7 },
  int: { scale: 'int', low: 1, high: 100 },
  wide: { scale: 'int', low: 1, high: 100_000 },
};

for (const [name, row] of Object.entries(ROWS)) {
  test(`a ${name} slider reaches both ends, rises, and comes back to where it was`, () => {
    assert.deepEqual([fromSlider(row, 0), fromSlider(row, 1000)], [row.low, row.high]);
    let last = -Infinity;
    for (let place = 0; place <= 1000; place += 10) {
      const value = fromSlider(row, place);
      assert.ok(value >= last && value >= row.low && value <= row.high);
      assert.equal(fromSlider(row, toSlider(row, value)), value, `${name} at ${place}`);
      last = value;
    }
  });
}
