/** Colours, dashes and markers of the runs, and the theme read from the page. */

// Okabe and Ito (2008), in an order that keeps neighbours far apart under every common colour-blindness. Dark themes
// get lighter twins of the two that would drown.
const LIGHT = [
  '#0072B2',
  '#D55E00',
  '#009E73',
  '#CC79A7',
  '#E69F00',
  '#56B4E9',
  '#8A7B00',
  '#333333',
  // From the ninth on, which no palette keeps apart by colour alone: other hues, with other dashes and markers.
  '#6A3D9A',
  '#A6402A',
  '#00575C',
  '#B0006D',
  '#7C8F00',
  '#3949AB',
  '#6D4C41',
  '#7F7F7F',
];

const DARK = [
  '#4FA8DE',
  '#F08A45',
  '#2FC79B',
  '#E39CC4',
  '#F2B632',
  '#86CDF5',
  '#F0E442',
  '#DDDDDD',
  '#B79AE6',
  '#F4876F',
  '#4DD0D8',
  '#FF73C6',
  '#C5D94A',
  '#96A4F5',
  '#C8A08F',
  '#A6A6A6',
];
const DASHES = [[], [9, 4], [2, 3], [9, 3, 2, 3], [14, 4], [4, 4], [1, 4], [12, 3, 2, 3, 2, 3]];
const MARKERS = ['circle', 'square', 'triangle', 'diamond', 'cross', 'star', 'hexagon', 'bar'];

export function runStyle(i, theme) {
  const colours = theme.dark ? DARK : LIGHT;
  return {
    colour: colours[i % colours.length],
    dash: DASHES[(i + 2 * Math.floor(i / 8)) % 8],
    marker: MARKERS[(i + 3 * Math.floor(i / 8)) % 8],
  };
}

export const LAST_ROW = 24; // pixels: letters that it reads in the hall
const HALL = { light: ['#dfe9f3', '#a9c1da'], dark: ['#22304c', '#3a5280'] }; // the middle and the top of a surface that the last row sees

/** The page's own colours: Streamlit's theme variables, with fallbacks for a page that has none. */
export function readTheme(node) {
  const style = getComputedStyle(node);
  const background = style.getPropertyValue('--st-background-color').trim() || '#ffffff';
  const text = style.getPropertyValue('--st-text-color').trim() || '#31333f';
  const font = style.getPropertyValue('--st-font').trim() || 'sans-serif';
  const dark = luminance(background) < 0.4;
  const strong = node.classList.contains('dl-present'); // for the last row
  const theme = {
    strong,
    background,
    text,
    font,
    dark,
    grid: dark ? 'rgba(255,255,255,.12)' : 'rgba(0,0,0,.09)',
    line: dark ? `rgba(200,215,235,${strong ? 0.55 : 0.3})` : `rgba(60,80,110,${strong ? 0.62 : 0.34})`,
    scale: dark
      ? [
          [0, '#141b2a'],
          [0.5, '#1d2940'],
          [1, '#2b3c5c'],
        ]
      : [
          [0, '#ffffff'],
          [0.5, '#eef3f8'],
          [1, '#c9d8e7'],
        ],
  };
  if (strong) HALL[dark ? 'dark' : 'light'].forEach((colour, i) => (theme.scale[i + 1][1] = colour));
  return theme;
}

function luminance(colour) {
  const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [r, g, b] = context.getImageData(0, 0, 1, 1).data;
  return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
}

/** The outline of a marker of radius r about (x, y), as a path on a canvas context. */
export function markerPath(context, marker, x, y, r) {
  const polygon = (corners, turn, inner) => {
    const count = inner ? 2 * corners : corners;
    for (let k = 0; k < count; k += 1) {
      const angle = turn + (2 * Math.PI * k) / count;
      const radius = inner && k % 2 ? r * inner : r;
      context[k ? 'lineTo' : 'moveTo'](x + radius * Math.cos(angle), y + radius * Math.sin(angle));
    }
    context.closePath();
  };
  context.beginPath();
  if (marker === 'circle') context.arc(x, y, r, 0, 2 * Math.PI);
  else if (marker === 'square') context.rect(x - 0.85 * r, y - 0.85 * r, 1.7 * r, 1.7 * r);
  else if (marker === 'triangle') polygon(3, -Math.PI / 2);
  else if (marker === 'diamond') polygon(4, 0);
  else if (marker === 'star') polygon(5, -Math.PI / 2, 0.45);
  else if (marker === 'hexagon') polygon(6, 0);
  else if (marker === 'cross') polygon(4, Math.PI / 4, 0.4);
  else context.rect(x - 0.4 * r, y - r, 0.8 * r, 2 * r);
}

/** A canvas badge of a run: its line and its marker, for the cards and tables. */
export function badge(style) {
  const canvas = document.createElement('canvas');
  const ratio = 2;
  canvas.width = 30 * ratio;
  canvas.height = 14 * ratio;
  canvas.className = 'dl-badge';
  canvas.setAttribute('aria-hidden', 'true');
  const context = canvas.getContext('2d');
  context.scale(ratio, ratio);
  context.strokeStyle = context.fillStyle = style.colour;
  context.lineWidth = 2.5;
  context.setLineDash(style.dash);
  context.beginPath();
  context.moveTo(1, 7);
  context.lineTo(29, 7);
  context.stroke();
  context.setLineDash([]);
  markerPath(context, style.marker, 15, 7, 5.5);
  context.fill();
  return canvas;
}

/** Slope and offset of a Plotly axis, from its own (linear or log) numbers to pixels; l2p itself rounds to hundredths. */
export function toPixels(axis) {
  const [from, to] = axis.range;
  const slope = (axis.l2p(to) - axis.l2p(from)) / (to - from);
  return [slope, axis.l2p(from) - slope * from + axis._offset];
}
