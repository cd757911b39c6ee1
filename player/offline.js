/** Starts the player in an exported file: everything it would ask a server for is in the page, packed. */
import { decode, frames, network } from './wire.js';

/** The text of a packed script element: base64 of gzip. */
async function unpack(id) {
  const packed = Uint8Array.from(atob(document.getElementById(id).textContent), (letter) => letter.charCodeAt(0));
  return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'))).text();
}

const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer;

async function start() {
  const script = document.createElement('script');
  script.textContent = await unpack('plotly');
  document.head.append(script);
  const { options, catalogue, figures, blob, sweeps } = JSON.parse(await unpack('data'));
  const answers = {
    'api/catalogue': () => JSON.stringify(catalogue),
    'api/figures': () => JSON.stringify(figures),
    'api/descent': () => bytes(blob),
  };
  network.fetch = async (url) => new Response(answers[url.split('?')[0]]());
  const along = Object.entries(sweeps).map(([param, sweep]) => [param, frames(decode(bytes(sweep)))]);
  const { mount } = await import(`dl/pages/${options.page}/player.js`); // see the import map
  mount(document.querySelector('.dl-root'), { ...options, base: '', embedded: true, sweeps: Object.fromEntries(along) });
}

start();
