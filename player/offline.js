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
  const { options, catalogue, answers, sweeps } = JSON.parse(await unpack('content'));
  const numbers = () => (answers.blob ? bytes(answers.blob) : JSON.stringify(answers.document));
  network.fetch = async (url) => {
    const [path, query] = url.split('?');
    const known = {
      'api/catalogue': () => JSON.stringify(catalogue),
      'api/figures': () => JSON.stringify(answers.figures),
      'api/axes': () => JSON.stringify(answers.axes[new URLSearchParams(query).get('panels')]),
    };
    return new Response((known[path] ?? numbers)());
  };
  const read = (sweep) => (answers.blob ? frames(decode(bytes(sweep))) : sweep);
  const along = Object.entries(sweeps).map(([param, sweep]) => [param, read(sweep)]);
  const { mount } = await import(`dl/pages/${options.page}/player.js`); // see the import map
  mount(document.querySelector('.dl-root'), { ...options, base: '', embedded: true, sweeps: Object.fromEntries(along) });
}

start();
