/** The clock: whole runs, speed, loop, and a run that changes its length. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Playhead } from '../../player/playhead.js';

/** A playhead whose frames the test makes: `to(ms)` is the next frame. */
function clocked(t, steps) {
  let [now, frame] = [0, null];
  const real = performance.now;
  t.after(() => {
    performance.now = real;
    delete globalThis.requestAnimationFrame;
  });
  performance.now = () => now;
  globalThis.requestAnimationFrame = (work) => {
    frame = work;
  };
  const seen = { steps: [], playing: [] };
  const playhead = new Playhead(
    (step) => seen.steps.push(step),
    (playing) => seen.playing.push(playing)
  );
  playhead.setLength(steps);
  const to = (ms) => {
    now = ms;
    const work = frame;
    frame = null;
    work?.(now);
  };
  return { playhead, seen, to };
}

test('a run takes six seconds and ends paused at its last step', (t) => {
  const { playhead, seen, to } = clocked(t, 200);
  playhead.seek(0);
  playhead.play();
  to(3000);
  assert.equal(playhead.step, 100);
  to(6000);
  assert.deepEqual([playhead.step, playhead.playing, seen.playing], [200, false, [true, false]]);
});

test('at its end play starts again from the first step', (t) => {
  const { playhead } = clocked(t, 10);
  playhead.seek(10);
  playhead.play();
  assert.equal(playhead.step, 0);
});

test('speed counts from where it was changed', (t) => {
  const { playhead, to } = clocked(t, 600);
  playhead.seek(0);
  playhead.play();
  to(1000);
  playhead.setSpeed(2);
  to(2000);
  assert.equal(playhead.step, 300);
});

test('a loop starts over and plays on', (t) => {
  const { playhead, to } = clocked(t, 60);
  playhead.seek(0);
  playhead.loop = true;
  playhead.play();
  to(6000);
  assert.deepEqual([playhead.step, playhead.playing], [0, true]);
  to(7000);
  assert.equal(playhead.step, 10);
});

test('scrubbing stays within the run and goes to whole steps', (t) => {
  const { playhead, seen } = clocked(t, 10);
  for (const step of [-3, 4.4, 99]) playhead.seek(step);
  assert.deepEqual(seen.steps, [0, 4, 10]);
});

test('a longer run keeps the end at the end and a place at its place', (t) => {
  const { playhead } = clocked(t, 10);
  playhead.seek(10);
  playhead.setLength(50);
  assert.equal(playhead.step, 50);
  playhead.seek(30);
  playhead.setLength(40);
  assert.equal(playhead.step, 30);
  playhead.setLength(20);
  assert.equal(playhead.step, 20);
});
