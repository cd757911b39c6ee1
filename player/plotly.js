/** Plotly's bundle from the app itself, once per page. It takes the browser about a second, in which nothing else is drawn. */
import { h } from './dom.js';

const PATIENCE = 600; // milliseconds that a drawing may take to arrive before Plotly takes the browser's time

let loading;

export function plotly(address) {
  if (window.Plotly) return Promise.resolve();
  loading ??= seen().then(
    () =>
      new Promise((resolve, reject) => {
        const script = h('script', { src: address, onload: resolve, onerror: () => reject(new Error(address)) });
        document.head.append(script);
      })
  );
  return loading;
}

/** The server's drawing, where there is one, is on the screen. */
async function seen() {
  /** @type {HTMLImageElement | null} */
  const image = document.querySelector('.dl-still img');
  if (!image) return;
  const late = new Promise((resolve) => {
    setTimeout(resolve, PATIENCE);
  });
  await Promise.race([image.decode().catch(() => {}), late]);
  await Promise.race([new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))), late]); // hidden: no frames
}
