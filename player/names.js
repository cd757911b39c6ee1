/** Names that differ. Pure functions. */
import { plain } from './dom.js';

const AROUND = 'around.';

/**
 * What things are called beside one another. Each is {name, parts}: parts are [key, label, value] of all that may tell it
 * from others of its name, the most telling first; where the label is '' the value speaks for itself. Those that are alike in
 * everything get a number.
 */
export function apart(things) {
  const names = things.map((thing) => {
    const others = things.filter((other) => other.name === thing.name);
    // What only some of them have, as a cosine's floor, tells nothing that the cosine's name does not.
    const spread = (key) =>
      new Set(others.flatMap(({ parts }) => parts.filter((part) => part[0] === key).map((part) => part[2]))).size;
    const told = thing.parts
      .filter(([key]) => spread(key) > 1)
      .map(([, label, value]) => (label && !thing.name.endsWith(label) ? `${label} ${text(value)}` : text(value)));
    return [thing.name, ...told.filter(Boolean)].join(' ');
  });
  return names.map((name, i) => {
    const same = names.filter((other) => other === name).length;
    return same > 1 ? `${name} (${names.slice(0, i + 1).filter((other) => other === name).length})` : name;
  });
}

/** The parameters of a spec as such parts; `rows` are theirs. */
export const parts = (rows, params, of) =>
  rows.map((row) => {
    if (row.scale === 'bool') return [`${of}.${row.key}`, row.word || row.label, params[row.key] ? '✓' : '✗'];
    return [`${of}.${row.key}`, row.key === 'lr' ? '' : row.label, params[row.key]];
  });

/** What is around a rule as such parts: whether it is there, and if so its numbers. */
export const around = (specs, wrappers) =>
  wrappers.flatMap(({ key, name, params }) => {
    const there = specs.find((one) => one.key === key);
    return [[AROUND + key, '', there ? name : ''], ...(there ? parts(params, there.params, AROUND + key) : [])];
  });

const text = (value) => (typeof value === 'number' ? plain(value) : String(value));
