/** Names that differ. Pure functions. */
import { plain } from './dom.js';

const AROUND = 'around.';

/**
 * What things are called beside one another. Each is {name, parts}: parts are [key, label, value] of all that may tell it
 * from others of its name, the most telling first; where the label is '' the value speaks for itself. Those that are alike in
 * everything get a number. Where `brief`, what they all are is not said: what tells them apart speaks for itself, as long as
 * it is no bare number.
 */
export function apart(things, brief = false) {
  const told = things.map((thing) => {
    const others = things.filter((other) => other.name === thing.name);
    // What only some of them have, as a cosine's floor, tells nothing that the cosine's name does not.
    const spread = (key) =>
      new Set(others.flatMap(({ parts }) => parts.filter((part) => part[0] === key).map((part) => part[2]))).size;
    return thing.parts
      .filter(([key]) => spread(key) > 1)
      .map(([, label, value]) => (label && !thing.name.endsWith(label) ? `${label} ${text(value)}` : text(value)))
      .filter(Boolean);
  });
  const alike = things.every(({ name }) => name === things[0].name);
  const alone = brief && alike && told.every((texts) => texts.length && texts.every((one) => Number.isNaN(Number(one))));
  const names = told.map((texts, i) => [...(alone ? [] : [things[i].name]), ...texts].join(' '));
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

/** What a part of a run is called in short; a short name that is the symbol of a parameter has its value behind it. */
export function brief({ name, short = '', params: rows }, params) {
  const row = rows.find(({ label }) => label === short);
  return row ? `${short} ${text(params[row.key])}` : short || name;
}

/** What is around a rule as such parts: whether it is there, and if so its numbers. */
export const around = (specs, wrappers) =>
  wrappers.flatMap(({ key, name, params }) => {
    const there = specs.find((one) => one.key === key);
    return [[AROUND + key, '', there ? name : ''], ...(there ? parts(params, there.params, AROUND + key) : [])];
  });

const text = (value) => (typeof value === 'number' ? plain(value) : String(value));
