/** How far the axes of curves reach. Pure functions. */

export const DEEPEST = 1e-16; // below this a loss is zero for the eye
export const TALLEST = 1e4; // a diverging run is drawn up to this multiple of the largest start

/**
 * The range of one panel, rounded outward: whole decades on a log axis, two digits on a linear one. `whole`: nothing is cut
 * off, however tall; `include`: values that are always in it.
 */
export function span({ get, top = get, log, whole, include = [] }, { runs, steps }) {
  let [low, high, first] = [Math.min(...include), Math.max(...include), 0];
  const stride = Math.max(1, Math.floor(steps / 1000));
  for (const run of runs) {
    first = Math.max(first, Math.abs(get(run, 0)));
    for (let k = 0; k <= steps; k += stride) {
      for (const value of [get(run, k), top(run, k)]) {
        if (!Number.isFinite(value) || (log && value < DEEPEST)) continue;
        if (value < low) low = value;
        if (value > high) high = value;
      }
    }
  }
  if (!whole) {
    high = Math.min(high, TALLEST * (first || 1));
    low = Math.max(low, -TALLEST * (first || 1));
  }
  if (!(low <= high)) return log ? { low: -1, high: 1 } : { low: 0, high: 1 };
  if (log) return { low: Math.floor(Math.log10(low) - 0.05), high: Math.ceil(Math.log10(high) + 0.05) };
  const unit = 10 ** Math.floor(Math.log10(Math.max(high - low, 1e-9 * Math.abs(high), 1e-12))) / 5;
  return { low: Math.floor(low / unit - 0.1) * unit, high: Math.ceil(high / unit + 0.1) * unit };
}
