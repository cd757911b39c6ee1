/** Where the panels of curves stand, by the room there is; and the ticks of their logarithmic axes. Pure functions. */

const LEAST = 150; // pixels: panels narrower than this stand beneath one another
const RAISED = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** A title in two lines where one would be wider than its panel. `measure` is the width of a text. */
export function wrapped(title, room, measure) {
  if (measure(title) <= room) return [title];
  const breaks = (k) => title[k] === ' ' || (k > 1 && /\p{Script=Han}/u.test(title[k]) && /\p{Script=Han}/u.test(title[k - 1]));
  const places = Array.from(title, (_letter, k) => k).filter(breaks);
  if (!places.length) return [title];
  const worse = (k) => Math.max(measure(title.slice(0, k)), measure(title.slice(k).trim()));
  const at = places.reduce((best, k) => (worse(k) < worse(best) ? k : best));
  return [title.slice(0, at), title.slice(at).trim()];
}

/**
 * Panels in at most `columns`, for Plotly: a map from the names of its attributes to values. `margin` is in pixels, its left
 * one is the room of every column for the numbers of its axis; `size` is that of the letters.
 */
export function arrange({ titles, columns, width, height, margin, size, measure }) {
  const across = Math.max(1, width - margin.l - margin.r);
  const count = titles.length;
  const beside = Math.max(1, Math.min(columns, count, Math.floor((across + margin.l) / (LEAST + margin.l))));
  const rows = Math.ceil(count / beside);
  const gap = margin.l / across;
  const wide = (1 - gap * (beside - 1)) / beside;
  const room = wide * across + 2 * margin.r;
  const lines = titles.map((title) => wrapped(title, room, measure));
  const lift = Math.round(0.55 * size); // so that a title clears the highest number of its axis
  const head = 1.3 * size * Math.max(...lines.map(({ length }) => length)) + 5 + lift;
  const down = Math.max(1, height - head - margin.b);
  const between = (head + 6) / down;
  const tall = Math.max(0.02, (1 - between * (rows - 1)) / rows);
  const layout = { 'margin.t': head };
  titles.forEach((_title, i) => {
    const n = i ? i + 1 : '';
    const left = (i % beside) * (wide + gap);
    const top = 1 - Math.floor(i / beside) * (tall + between);
    layout[`xaxis${n}.domain`] = [left, Math.min(1, left + wide)];
    layout[`yaxis${n}.domain`] = [Math.max(0, top - tall), top];
    layout[`xaxis${n}.showticklabels`] = i + beside >= count;
    layout[`xaxis${n}.ticklabelstandoff`] = Math.round(0.45 * size); // clear of the lowest number of the other axis
    layout[`xaxis${n}.nticks`] = Math.max(2, Math.round((wide * across) / (4.5 * size)));
    layout[`yaxis${n}.nticks`] = Math.max(2, Math.min(6, Math.round((tall * down) / (2.6 * size))));
    Object.assign(layout, {
      [`annotations[${i}].text`]: lines[i].join('<br>'),
      [`annotations[${i}].x`]: left + wide / 2,
      [`annotations[${i}].y`]: top,
      [`annotations[${i}].yshift`]: lift,
    });
  });
  return layout;
}

/** Ticks of a logarithmic axis from 10^low to 10^high, about `most` of them: whole decades, or 1, 2, 5 within few. */
export function ticks(low, high, most = 5) {
  const decades = [];
  const every = Math.max(1, Math.ceil((high - low) / most));
  for (let e = Math.ceil(low - 1e-9); e <= high + 1e-9; e += 1) if (e % every === 0) decades.push(e);
  const fine = high - low < 1.5;
  const values = fine
    ? Array.from({ length: Math.floor(high) - Math.floor(low) + 1 }, (_, i) => Math.floor(low) + i)
        .flatMap((e) => [1, 2, 5].map((m) => m * 10 ** e))
        .filter((v) => Math.log10(v) >= low - 1e-9 && Math.log10(v) <= high + 1e-9)
    : decades.map((e) => 10 ** e);
  return { tickvals: values, ticktext: values.map(power) };
}

/** 0.01, 1, 100; beyond them 10⁻³, and 2·10⁻³. */
function power(value) {
  const e = Math.floor(Math.log10(value) + 1e-9);
  if (e >= -2 && e <= 2) return String(Number(value.toPrecision(2)));
  const raised = `10${e < 0 ? '⁻' : ''}${[...String(Math.abs(e))].map((digit) => RAISED[Number(digit)]).join('')}`;
  const times = Math.round(value / 10 ** e);
  return times === 1 ? raised : `${times}·${raised}`;
}
