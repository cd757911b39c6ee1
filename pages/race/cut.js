/** The numbers of a cut through the surface. Pure functions of an answer of /api/local. */

/** Tangent and parabola at a distance, and where the parabola is lowest: null unless it is bent upwards. */
export function below({ loss, slope, bend }) {
  return {
    tangent: (t) => loss + slope * t,
    parabola: (t) => loss + slope * t + 0.5 * bend * t * t,
    bottom: bend > 0 ? -slope / bend : null,
  };
}

/** From distances and losses to pixels of a box; it holds the cut, the bottom of the parabola and the next step. */
export function places(answer, { left, top, width, height }) {
  const { along, cut, taken } = answer;
  const { parabola, bottom } = below(answer);
  const shown = [...cut, answer.loss, bottom === null ? null : parabola(bottom), taken?.[1] ?? null].filter(
    (value) => value !== null && Number.isFinite(value)
  );
  const [lowest, highest] = [Math.min(...shown), Math.max(...shown)];
  const room = 0.08 * (highest - lowest) || 1e-12 + 0.08 * Math.abs(highest);
  const [low, high] = [lowest - room, highest + room];
  const [from, to] = [along[0], along.at(-1)];
  const clamp = (pixel) => Math.min(1e5, Math.max(-1e5, pixel));
  return {
    low,
    high,
    across: (t) => clamp(left + ((t - from) / (to - from)) * width),
    down: (value) => clamp(top + (1 - (value - low) / (high - low)) * height),
  };
}
