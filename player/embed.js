/** Starts the player on /embed: its options are in the page. */
const options = JSON.parse(document.getElementById('options').textContent);
const { mount } = await import(`../pages/${options.page}/player.js`);

mount(document.querySelector('.dl-root'), {
  ...options,
  embedded: true,
  base: new URL(options.base, location.href).pathname,
  onChange: (query) => {
    // What was chosen for this page stays in its address: which sliders, which colours.
    const kept = new URLSearchParams(location.search);
    const rest = ['controls', 'theme', 'autoplay'].filter((key) => kept.has(key)).map((key) => `${key}=${kept.get(key)}`);
    history.replaceState(null, '', `?${[query, ...rest].join('&')}`);
  },
});
