/** The toolbar and the run cards. They hold no state: they show an experiment and report what the user did to it. */
import { fromSlider, h, iconButton, plain, sliderMax, toSlider } from './dom.js';
import { badge } from './look.js';

/**
 * One adjustable number: name, slider, and a field to type in. `act(value, done)` is called while the slider moves
 * (done = false) and when it is let go or a number was typed (done = true).
 */
export function slider(row, value, param, act, title) {
  const name = title ?? row.key;
  if (row.scale === 'bool') {
    const box = h('input', {
      type: 'checkbox', checked: Boolean(value), 'data-param': param, 'aria-label': name,
      onchange: () => act(box.checked, true),
    });
    return h('label', { class: 'dl-check', title: row.help }, box, row.label);
  }
  const text = h('input', { class: 'dl-number', type: 'text', inputMode: 'decimal', value: plain(value), 'aria-label': name });
  const range = h('input', {
    type: 'range', min: 0, max: sliderMax(row), value: toSlider(row, value), 'data-param': param,
    'aria-label': name, 'aria-valuetext': plain(value), title: row.help,
  });
  const set = (next, done, source) => {
    if (source !== text) text.value = plain(next);
    if (source !== range) range.value = toSlider(row, next);
    range.setAttribute('aria-valuetext', plain(next));
    text.removeAttribute('aria-invalid');
    act(next, done);
  };
  range.addEventListener('input', () => set(fromSlider(row, Number(range.value)), false, range));
  range.addEventListener('change', () => set(Number(text.value), true, range));
  text.addEventListener('change', () => {
    const typed = Number(text.value);
    const whole = row.scale !== 'int' || Number.isInteger(typed);
    if (text.value.trim() && typed >= row.low && typed <= row.high && whole) {
      set(typed, true, text);
    } else {
      text.setAttribute('aria-invalid', 'true');
      act(null, true, { value: text.value, row });
    }
  });
  return h('label', { class: 'dl-slider', title: row.help }, h('span', { class: 'dl-symbol' }, row.label), range, text);
}

export function select(options, value, props) {
  const node = h('select', props);
  for (const [key, name] of options) node.append(h('option', { value: key, selected: key === value }, name));
  return node;
}

/** The card of one run: its mark, its optimizer, its rate and first parameter, the rest behind "more". */
export function runCard(i, run, catalogue, words, style, act) {
  const _ = words;
  const rule = catalogue.optimizers.find((o) => o.key === run.optimizer);
  const move = (row) => (value, done, wrong) => act.move(`run${i}.${row.key}`, value, done, wrong);
  const line = (row) => slider(row, run.params[row.key], `run${i}.${row.key}`, move(row), `${rule.name} ${row.key}`);
  const [near, far] = [rule.params.slice(0, 2), rule.params.slice(2)];
  const menu = select(catalogue.optimizers.map((o) => [o.key, o.name]), run.optimizer, {
    class: 'dl-optimizer', 'data-action': `optimizer${i}`, 'aria-label': _('Optimizer of run {n}').replace('{n}', i + 1),
    onchange: (event) => act.optimizer(i, event.target.value),
  });
  const rest = far.length ? h('div', { class: 'dl-more', hidden: !act.open.has(i) }, ...far.map(line)) : null;
  const more = rest && iconButton('more', `more${i}`, _('More parameters'), () => {
    rest.hidden = !rest.hidden;
    more.setAttribute('aria-expanded', String(!rest.hidden));
    act.open[rest.hidden ? 'delete' : 'add'](i);
  }, { 'aria-expanded': String(act.open.has(i)) });
  const buttons = h('div', { class: 'dl-buttons' },
    iconButton('wand', `tune${i}`, _('Find a good learning rate'), () => act.tune(i)),
    iconButton('copy', `duplicate${i}`, _('Duplicate'), () => act.duplicate(i)),
    more,
    iconButton('close', `remove${i}`, _('Remove'), () => act.remove(i), { disabled: act.only }));
  return h('div', { class: 'dl-run', 'data-run': i, style: `--run:${style.colour}` },
    h('div', { class: 'dl-name' }, badge(style), menu), buttons,
    h('div', { class: 'dl-sliders' }, ...near.map(line)), rest);
}

/** The toolbar above the picture: what is descended, from where, with which noise, and how it is shown. */
export function toolbar(e, catalogue, words, view, act) {
  const _ = words;
  const surface = catalogue.surfaces.find((s) => s.key === e.surface.key);
  const names = [...catalogue.surfaces.map((s) => [s.key, s.name]), ['formula', _('Your own formula…')]];
  const menu = select(names, e.formula ? 'formula' : e.surface.key, {
    'data-action': 'surface', 'aria-label': _('Surface'), onchange: (event) => act.surface(event.target.value),
  });
  const rows = surface ? surface.params : [];
  const sliders = rows.map((row) => slider(row, e.surface.params[row.key], `surface.${row.key}`,
    (value, done, wrong) => act.move(`surface.${row.key}`, value, done, wrong), `${surface.name} ${row.key}`));
  const presets = select([['', _('Presets')], ...catalogue.presets.map((p) => [p.key, p.name])], '', {
    'data-action': 'preset', 'aria-label': _('Presets'), onchange: (event) => act.preset(event.target.value),
  });
  return h('div', { class: 'dl-toolbar' },
    h('label', { class: 'dl-field' }, menu), ...(e.formula ? formulaFields(e, _, act) : sliders),
    ...noise(e, catalogue, _, act), ...numbers(e, catalogue, _, act), presets, views(view, _, act),
    h('button', { type: 'button', class: 'dl-text', 'data-action': 'link', onclick: act.link }, _('Copy link')), language(act));
}

/** One button that names the other language in that language. */
function language(act) {
  const [key, name] = act.language === 'zh' ? ['en', 'English'] : ['zh', '中文'];
  return h('button', { type: 'button', class: 'dl-text', lang: key, 'data-action': 'language', onclick: () => act.speak(key) }, name);
}

function formulaFields(e, _, act) {
  const text = h('input', {
    class: 'dl-formula', type: 'text', value: e.formula, spellcheck: false, maxLength: 200, 'data-param': 'formula',
    'aria-label': _('Formula in x and y'), oninput: () => act.formula(text.value, domain.value, false),
    onchange: () => act.formula(text.value, domain.value, true),
  });
  const domain = h('input', {
    class: 'dl-domain', type: 'text', value: e.domain.join(', '), 'data-param': 'domain', 'aria-label': _('Domain x0, x1, y0, y1'),
    title: _('Domain x0, x1, y0, y1'), onchange: () => act.formula(text.value, domain.value, true),
  });
  return [h('label', { class: 'dl-field' }, 'f(x, y) =', text), h('label', { class: 'dl-field' }, domain)];
}

function noise(e, catalogue, _, act) {
  const names = { none: _('No noise'), uniform: _('Uniform noise'), gaussian: _('Gaussian noise') };
  const menu = select(catalogue.noises.map((n) => [n.key, names[n.key]]), e.noise.key, {
    'data-action': 'noise', 'aria-label': _('Noise on the gradient'), onchange: (event) => act.noise(event.target.value),
  });
  const rows = catalogue.noises.find((n) => n.key === e.noise.key).params;
  return [menu, ...rows.map((row) => slider(row, e.noise.params[row.key], `noise.${row.key}`,
    (value, done, wrong) => act.move(`noise.${row.key}`, value, done, wrong), `${names[e.noise.key]} ${row.key}`))];
}

/** Start, steps and seed: numbers that are typed. */
function numbers(e, catalogue, _, act) {
  const field = (label, value, param, width, done) => h('label', { class: 'dl-field' }, label, h('input', {
    class: 'dl-number', type: 'text', value, style: `width:${width}`, 'data-param': param, 'aria-label': label, onchange: (event) => done(event.target),
  }));
  const whole = (row) => (input) => {
    const value = Number(input.value);
    const fine = input.value.trim() && Number.isInteger(value) && value >= row.low && value <= row.high;
    input[fine ? 'removeAttribute' : 'setAttribute']('aria-invalid', 'true');
    act.move(row.key, fine ? value : null, true, { value: input.value, row });
  };
  const [steps, seed] = catalogue.experiment;
  const random = e.noise.key !== 'none' || catalogue.surfaces.find((s) => s.key === e.surface.key)?.random;
  return [
    field(_('Start'), e.start.map(plain).join(', '), 'start-text', '6.5em', (input) => act.start(input.value)),
    field(_('Steps'), e.steps, 'steps', '3.4em', whole(steps)),
    random ? field(_('Seed'), e.seed, 'seed', '3.4em', whole(seed)) : null,
  ];
}

function views(view, _, act) {
  const names = [['overlay', _('Overlay')], ['panels', _('Side by side')], ['3d', _('3-D')]];
  const group = h('div', { class: 'dl-views', role: 'group', 'aria-label': _('View') });
  for (const [key, name] of names) {
    group.append(h('button', {
      type: 'button', 'data-action': `view-${key}`, 'aria-pressed': String(key === view), onclick: () => act.view(key),
    }, name));
  }
  return group;
}

/** The player bar: buttons, scrubber, speed. */
export function playerBar(words, act) {
  const _ = words;
  const play = iconButton('play', 'play', _('Play'), act.play, { class: 'dl-button dl-play' });
  const scrubber = h('input', {
    type: 'range', class: 'dl-scrubber', min: 0, max: 1, value: 0, 'data-action': 'scrub', 'aria-label': _('Step'),
    oninput: () => act.seek(Number(scrubber.value)),
  });
  const label = h('output', { class: 'dl-steplabel' });
  const loop = iconButton('loop', 'loop', _('Loop'), () => {
    act.loop(loop.getAttribute('aria-pressed') !== 'true');
    loop.setAttribute('aria-pressed', String(loop.getAttribute('aria-pressed') !== 'true'));
  }, { 'aria-pressed': 'false' });
  const speeds = [0.1, 0.25, 0.5, 1, 2, 4].map((v) => [String(v), `${v}×`]);
  const speed = select(speeds, '1', { 'data-action': 'speed', 'aria-label': _('Speed'), onchange: () => act.speed(Number(speed.value)) });
  const root = h('div', { class: 'dl-bar' },
    iconButton('first', 'first', _('To the start'), () => act.seek(0)),
    iconButton('back', 'back', _('One step back'), () => act.by(-1)), play,
    iconButton('forward', 'forward', _('One step forward'), () => act.by(1)),
    iconButton('last', 'last', _('To the end'), () => act.seek(Infinity)),
    scrubber, label, speed, loop, iconButton('full', 'fullscreen', _('Full screen'), act.full));
  return { root, play, scrubber, label, speed };
}
