/** Two photographs, and what is left of them without the mean image, without the mean of each channel, and over its spread. */
import { h } from '../../player/dom.js';

const GREY = 128; // where 0 is, once something has been subtracted
const SPREAD = 48; // steps of grey for one standard deviation

export class Images {
  constructor(words) {
    this.words = words;
    this.root = h('div', { class: 'dl-photographs', hidden: true });
  }

  set(photographs) {
    this.root.hidden = !photographs;
    if (!photographs) return;
    const _ = this.words;
    const { mean, std, width, height } = photographs;
    const pixels = photographs.pixels.map(bytes);
    const whole = pixels[0].map((value, i) => (value + pixels[1][i]) / 2);
    const ways = [
      [_('as they are'), (value) => value],
      [_('less the mean image'), (value, i) => GREY + value - whole[i]],
      [_('less channel means'), (value, i) => GREY + value - mean[i % 3]],
      [_('over channel spreads'), (value, i) => GREY + (SPREAD * (value - mean[i % 3])) / std[i % 3]],
    ];
    const columns = ways.map(([name, way]) =>
      h(
        'figure',
        {},
        h('figcaption', {}, name),
        ...pixels.map((one, k) => image(Array.from(one, way), width, height, `${[_('China'), _('Flower')][k]}: ${name}`))
      )
    );
    const list = (values) => values.map((value) => value.toFixed(1)).join(', ');
    const told = _(
      'Mean of red, green and blue: {mean}; spread: {std}. The mean image has {numbers} numbers, the channel means are three.'
    )
      .replace('{mean}', list(mean))
      .replace('{std}', list(std))
      .replace('{numbers}', String(whole.length));
    this.root.replaceChildren(h('div', { class: 'dl-figures' }, ...columns), h('p', { class: 'dl-told' }, told));
  }
}

/** Bytes of base64, as numbers. */
const bytes = (text) => Array.from(atob(text), (letter) => letter.charCodeAt(0));

function image(values, width, height, label) {
  const canvas = h('canvas', { role: 'img', 'aria-label': label });
  Object.assign(canvas, { width, height });
  const context = canvas.getContext('2d');
  const data = context.createImageData(width, height);
  for (let k = 0; k < width * height; k += 1) {
    for (let c = 0; c < 3; c += 1) data.data[4 * k + c] = values[3 * k + c];
    data.data[4 * k + 3] = 255;
  }
  context.putImageData(data, 0, 0);
  return canvas;
}
