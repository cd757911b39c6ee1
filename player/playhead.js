/** The one clock: play, pause, step, scrub, speed, loop. Knows nothing of what moves with it. */

const WHOLE_RUN = 6; // seconds at speed 1

export class Playhead {
  /** `onStep(step)` is called for every change, `onPlaying(playing)` when the clock starts or stops. */
  constructor(onStep, onPlaying) {
    this.onStep = onStep;
    this.onPlaying = onPlaying;
    this.steps = 0;
    this.step = 0;
    this.speed = 1;
    this.loop = false;
    this.playing = false;
  }

  /** A run of another length: stay where we are, as far as there is such a place. */
  setLength(steps) {
    const atEnd = this.step === this.steps;
    this.steps = steps;
    this.step = atEnd ? steps : Math.min(this.step, steps);
    if (this.playing) this.#anchor();
  }

  seek(step) {
    this.step = Math.min(this.steps, Math.max(0, Math.round(step)));
    if (this.playing) this.#anchor();
    this.onStep(this.step);
  }

  setSpeed(speed) {
    this.speed = speed;
    if (this.playing) this.#anchor();
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  play() {
    if (this.step >= this.steps) this.step = 0;
    this.playing = true;
    this.#anchor();
    this.onPlaying(true);
    const token = (this.token = {});
    const frame = (now) => {
      if (!this.playing || this.token !== token) return;
      this.#advance(now);
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }

  pause() {
    if (!this.playing) return;
    this.playing = false;
    this.onPlaying(false);
  }

  #anchor() {
    this.from = { step: this.step, time: performance.now() };
  }

  #advance(now) {
    const rate = (this.steps * this.speed) / (WHOLE_RUN * 1000);
    const step = Math.floor(this.from.step + Math.max(0, now - this.from.time) * rate);
    if (step >= this.steps && this.loop) {
      this.step = 0;
      this.#anchor();
      this.onStep(0);
    } else if (step >= this.steps) {
      this.step = this.steps;
      this.onStep(this.step);
      this.pause();
    } else if (step !== this.step) {
      this.step = step;
      this.onStep(step);
    }
  }
}
