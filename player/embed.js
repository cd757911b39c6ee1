/** Starts the player on /embed: its options are in the page. */
import { mount } from './player.js';

mount(document.querySelector('.dl-root'), {
  ...JSON.parse(document.getElementById('options').textContent),
  embedded: true,
  base: new URL('.', location.href).pathname,
  onChange: (query) => {
    // What was chosen for this page stays in its address: which sliders, which colours.
    const kept = new URLSearchParams(location.search);
    const rest = ['controls', 'theme', 'autoplay'].filter((key) => kept.has(key)).map((key) => `${key}=${kept.get(key)}`);
    history.replaceState(null, '', `?${[query, ...rest].join('&')}`);
  },
});
