/** Added to every page that is measured, before its own scripts. Times are performance.now() of the page itself. */
(() => {
  /** Resolves to the time when the first frame after `changed()` has become true is on the screen. */
  const picture = (target, options, changed) => new Promise((resolve, reject) => {
    const watch = new MutationObserver(() => {
      if (!changed()) return;
      bench.changed = performance.now(); // the scripts are done; the browser paints
      watch.disconnect();
      clearTimeout(late);
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
    });
    const late = setTimeout(() => {
      watch.disconnect();
      reject(new Error('no new picture after 60 s'));
    }, 60000);
    watch.observe(target, options);
  });

  /** Our slider: from the `input` event to the picture of the new trajectories. */
  async function ours(position) {
    const root = document.querySelector('[data-player]');
    const slider = root.querySelector('input[type=range][data-param="run0.lr"]');
    const before = Number(root.dataset.version);
    const options = { attributes: true, attributeFilter: ['data-version'] };
    const drawn = picture(root, options, () => Number(root.dataset.version) > before);
    slider.value = position;
    const began = performance.now();
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    const shown = await drawn;
    bench.script = bench.changed - began;
    return shown - began;
  }

  /** Takes hold of our slider, and resolves when the sweep along it has arrived. */
  const grab = () => new Promise((resolve) => {
    const arrived = () => performance.getEntriesByType('resource').some(({ name, responseEnd }) => name.includes('sweep=') && responseEnd);
    document.querySelector('[data-player] input[type=range][data-param="run0.lr"]').dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }));
    const look = setInterval(() => {
      if (!arrived()) return;
      clearInterval(look);
      setTimeout(resolve, 100);
    }, 10);
  });

  /** Bytes of the last answer that our page drew. */
  const received = () => performance.getEntriesByType('resource')
    .filter(({ name }) => name.includes('api/descent')).at(-1).decodedBodySize;

  /** The stock app's slider: from the key that moves it, which is still to be pressed, to another path of SGD. */
  function stock() {
    const path = () => document.querySelector('.scatterlayer .js-line')?.getAttribute('d');
    const before = path();
    const changed = () => Boolean(path()) && path() !== before;
    bench.answer = new Promise((resolve, reject) => {
      addEventListener('keydown', () => {
        const began = performance.now();
        const options = { subtree: true, childList: true, attributes: true };
        picture(document.body, options, changed).then((end) => resolve(end - began), reject);
      }, { capture: true, once: true });
    });
  }

  /** Presses play and follows every frame for some seconds: time since the one before, time in the page's own callbacks, whether the step moved. */
  function frames(seconds) {
    const next = window.requestAnimationFrame.bind(window);
    let spent = 0;
    window.requestAnimationFrame = (callback) => next((now) => {
      const began = performance.now();
      callback(now);
      spent += performance.now() - began;
    });
    const root = document.querySelector('[data-player]');
    root.querySelector('[data-action=play]').click();
    const began = performance.now();
    let last = { time: began, spent, step: root.dataset.step };
    return new Promise((resolve) => {
      const rows = [];
      const frame = () => {
        const now = { time: performance.now(), spent, step: root.dataset.step };
        rows.push({ interval: now.time - last.time, script: now.spent - last.spent, moved: now.step !== last.step });
        last = now;
        if (now.time - began < 1000 * seconds) next(frame);
        else resolve(rows);
      };
      next(frame);
    });
  }

  window.bench = { ours, grab, received, stock, frames };
})();
