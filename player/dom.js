/** Small DOM helpers, number formatting and slider scales. No state. */

/** Create an element: h('button', {class: 'x', onclick: f, 'data-action': 'play'}, 'text', child). */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
    else if (key in node && !key.includes('-') && key !== 'list') node[key] = value;
    else node.setAttribute(key === 'class' ? 'class' : key, value === true ? '' : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

const ICONS = {
  play: 'M5 3l14 9-14 9z',
  pause: 'M5 3h5v18H5zM14 3h5v18h-5z',
  first: 'M4 4h3v16H4zM20 4v16L8 12z',
  back: 'M17 4v16L5 12z',
  forward: 'M7 4v16l12-8z',
  last: 'M17 4h3v16h-3zM4 4v16l12-8z',
  previous: 'M16 3.500L7.500 12l8.500 8.500-2 2L3.500 12 14 1.500z',
  next: 'M8 3.500L16.500 12 8 20.500l2 2L20.500 12 10 1.500z',
  loop: 'M4 11a7 7 0 0 1 12-4.9V3l5 4.5-5 4.5V8.9A4.5 4.5 0 0 0 6.5 11zM20 13a7 7 0 0 1-12 4.9V21l-5-4.5L8 12v3.1A4.5 4.5 0 0 0 17.500 13z',
  copy: 'M8 8V3h13v13h-5v5H3V8zM10 8h6v6h3V5h-9z',
  close:
    'M5.600 4.200L12 10.600l6.400-6.400 1.400 1.400L13.400 12l6.400 6.400-1.400 1.400L12 13.400l-6.400 6.400-1.400-1.400L10.600 12 4.200 5.600z',
  more: 'M3 10h4v4H3zM10 10h4v4h-4zM17 10h4v4h-4z',
  full: 'M3 3h7v3H6v4H3zM14 3h7v7h-3V6h-4zM3 14h3v4h4v3H3zM18 14h3v7h-7v-3h4z',
  wand: 'M3 19L14 8l2 2L5 21zM17 2l1 3 3 1-3 1-1 3-1-3-3-1 3-1z',
};

/** One of our own drawn icons; decorative, so hidden from assistive technology. */
export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  svg.classList.add('dl-icon');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', ICONS[name]);
  svg.append(path);
  return svg;
}

/** A button with an icon, a name for everyone, and `data-action`. */
export function iconButton(name, action, label, onclick, more = {}) {
  return h(
    'button',
    { type: 'button', class: 'dl-button', 'data-action': action, 'aria-label': label, title: label, onclick, ...more },
    icon(name)
  );
}

/** Four significant digits, tabular: 0.045, 1.234e-7, 12.35. */
export function show(value, digits = 4) {
  if (value === null || value === undefined) return '–';
  if (Math.abs(value) < 1e-16) return '0'; // rounding, as in ranges.js
  const size = Math.abs(value);
  if (size > 3.4e38) return value > 0 ? '> 3e38' : '< -3e38'; // beyond float32
  if (size >= 1e5 || size < 1e-3) return tidy(value.toExponential(Math.max(0, digits - 2)));
  return String(Number(value.toPrecision(digits)));
}

/** A parameter as it is written: 0.045, 1e-4, 1e6; never 0.04500001. As core/query.py's short_text has it. */
export function plain(value) {
  if (typeof value === 'boolean') return String(value);
  const [size, text] = [Math.abs(value), String(Number(value.toPrecision(6)))];
  const power = tidy(value.toExponential(5));
  return size && (size < 1e-3 || size >= 1e5) && power.length < text.length ? power : text;
}

/** 1.500e+5 is 1.5e5. */
const tidy = (power) => power.replace(/\.?0*e\+?/, 'e');

const STOPS = 1000; // positions of a slider

/** Position 0…STOPS of a value on its slider. */
export function toSlider(row, value) {
  if (row.scale === 'bool') return Number(value);
  const along =
    row.scale === 'log' || wide(row)
      ? Math.log(Math.max(value, lowest(row)) / lowest(row)) / Math.log(row.high / lowest(row))
      : (value - row.low) / (row.high - row.low);
  return Math.round(along * STOPS);
}

/** The value at a position, rounded to what a person would type: three significant digits. */
export function fromSlider(row, position) {
  if (row.scale === 'bool') return Boolean(Number(position));
  const along = position / STOPS;
  let value =
    row.scale === 'log' || wide(row) ? lowest(row) * (row.high / lowest(row)) ** along : row.low + along * (row.high - row.low);
  if (row.scale === 'int') return wide(row) && along === 0 ? row.low : Math.round(value);
  const size = row.scale === 'log' ? value : (row.high - row.low) / 10;
  const unit = 10 ** (Math.floor(Math.log10(size)) - 2);
  value = Number((Math.round(value / unit) * unit).toPrecision(6));
  return Math.min(row.high, Math.max(row.low, value));
}

export const sliderMax = (row) => (row.scale === 'bool' ? 1 : STOPS);

/** Counts that span decades (steps, batch) are easier to reach on a logarithmic slider. */
const wide = (row) => row.scale === 'int' && row.high / Math.max(1, row.low) > 200;
const lowest = (row) => (row.scale === 'log' ? row.low : Math.max(1, row.low));

/** Call `fn` at most once per display frame. */
export function perFrame(fn) {
  let wanted = false;
  return () => {
    if (wanted) return;
    wanted = true;
    requestAnimationFrame(() => {
      wanted = false;
      fn();
    });
  };
}
