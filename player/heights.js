/** From the loss over the window to drawn heights. The same as pictures/descent.py, and a test compares the two. Pure functions. */

export const LEVELS = 22;

/**
 * The function from loss to drawn height: the log of the gap above the lowest value, with a floor that keeps the bottom
 * of the valley from taking all the levels; the loss itself on a surface without a minimum, where the gap has no zero.
 * Where the loss is not defined (NaN), neither is the height.
 */
export function lifting({ grid, lowest }) {
  if (lowest === null) return (f) => f;
  const defined = grid.filter((f) => !Number.isNaN(f));
  const base = defined.reduce((least, f) => Math.min(least, f), lowest);
  const gaps = Float32Array.from(defined, (f) => f - base).sort();
  const floor = Math.max(1e-3 * (gaps[gaps.length >> 1] ?? 0), 1e-12);
  return (f) => Math.log10(Math.max(f - base, 0) + floor);
}

/** Heights of a scene, their range, and the levels of its contours. */
export function heights(scene) {
  const z = Float32Array.from(scene.grid, lifting(scene));
  let low = Infinity;
  let high = -Infinity;
  for (const value of z) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (!(low <= high)) [low, high] = [0, 1]; // nothing is defined
  const size = (high - low) / LEVELS || 1;
  return { z, low, high, levels: { start: low + size / 2, end: high, size } };
}

/** Where the loss is not defined: [row, first column, last column] of each stretch of a row. */
export function gaps(grid, columns) {
  const stretches = [];
  for (let i = 0; i < grid.length; i += 1) {
    if (!Number.isNaN(grid[i])) continue;
    const row = Math.floor(i / columns);
    const last = stretches.at(-1);
    if (last && last[0] === row && last[2] === (i % columns) - 1) last[2] += 1;
    else stretches.push([row, i % columns, i % columns]);
  }
  return stretches;
}
