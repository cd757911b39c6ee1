/** The toolbar and the run cards. They hold no state: they show an experiment and report what the user did to it. */
import { partOf } from './actions.js';
import { fromSlider, h, icon, iconButton, plain, sliderMax, toSlider } from './dom.js';
import { formulaFields, surfaceOf } from './formula.js';
import { badge, runStyle } from './look.js';

/**
 * One adjustable number: name, slider, and a field to type in. `actions.move(param, value, done)` is called while the
 * slider moves (done = false) and when it is let go or a number was typed (done = true). `reach` is how far the slider
 * goes, where not all of the range is of use.
 */
export function slider(row, value, param, actions, name, reach = row.high) {
  const span = { ...row, high: reach };
  const act = (next, done) => actions.glide?.(param, next) ?? actions.move(param, next, done) ?? next; // what is shown: where a drag is local, the nearest stop
  if (row.scale === 'bool') {
    const box = h('input', {
      type: 'checkbox',
      checked: Boolean(value),
      'data-param': param,
      'aria-label': name,
      onchange: () => act(box.checked, true),
    });
    return h('label', { class: 'dl-check', 'data-tip': tip(row) }, box, h('span', {}, row.word || row.label));
  }
  const text = h('input', { class: 'dl-number', type: 'text', inputMode: 'decimal', value: plain(value), 'aria-label': name });
  const range = h('input', {
    type: 'range',
    min: 0,
    max: sliderMax(row),
    value: toSlider(span, value),
    'data-param': param,
    'aria-label': name,
    'aria-valuetext': plain(value),
  });
  const set = (next, done, source) => {
    const used = act(next, done);
    if (source !== text) text.value = plain(used);
    if (source !== range) range.value = toSlider(span, used);
    range.setAttribute('aria-valuetext', plain(used));
    text.removeAttribute('aria-invalid');
  };
  range.addEventListener('pointerdown', () => actions.grab?.(param));
  range.addEventListener('input', () => set(fromSlider(span, Number(range.value)), false, range));
  range.addEventListener('change', () => set(Number(text.value), true, range));
  text.addEventListener('change', () => {
    const typed = Number(text.value);
    const whole = row.scale !== 'int' || Number.isInteger(typed);
    if (text.value.trim() && typed >= row.low && typed <= row.high && whole) {
      set(typed, true, text);
    } else {
      text.setAttribute('aria-invalid', 'true');
      actions.refuse(row, text.value);
    }
  });
  return h('div', { class: 'dl-slider', 'data-tip': tip(row) }, named(row), range, text);
}

/** What a parameter is called: a word and, in italics, its symbol; `data-tip` around it explains both. */
function named(row) {
  const { word = '', label } = row;
  const symbol = label === word ? null : h('i', { class: 'dl-symbol' }, label);
  return h('span', { class: 'dl-word' }, h('span', {}, word), word && symbol ? '\u00a0' : '', symbol);
}

const tip = (row) => row.help || row.word || row.label;

/** A menu of [key, name] or [key, name, group]: those of one group stand together, under its name. */
export function select(options, value, props) {
  const node = h('select', props);
  const groups = new Map();
  for (const [key, name, group] of options) {
    if (group && !groups.has(group)) {
      groups.set(group, h('optgroup', { label: group }));
      node.append(groups.get(group));
    }
    (groups.get(group) ?? node).append(h('option', { value: key, selected: key === value }, name));
  }
  return node;
}

/** What the families of rules are called in a menu. */
export const families = (_) => ({
  plain: _('Gradient descent'),
  momentum: _('Momentum'),
  adaptive: _('A rate for each coordinate'),
  'second-order': _('Curvature'),
});

/** The menus and sliders of a run. */
export function controlsOf(i, run, { catalogue, words: _, actions, experiment }) {
  const [rule, course] = [actions.rule(run.optimizer), actions.course(run.schedule.key)];
  const line = (row, of, value, param, reach) =>
    slider(row, value, `run${i}.${param}`, actions, `${of.name}: ${row.help || row.key}`, reach);
  const menu = (kind, items, key, label) =>
    select(
      items.map((item) => [item.key, item.name, item.family && families(_)[item.family]]),
      key,
      {
        class: 'dl-optimizer',
        'data-action': `${kind}${i}`,
        'aria-label': label.replace('{n}', i + 1),
        onchange: (event) => actions[kind](i, event.target.value),
      }
    );
  return {
    rule: rule.params.map((row) => line(row, rule, run.params[row.key], row.key)),
    course: course.params.map((row) => {
      const value = run.schedule.params[row.key];
      return line(
        row,
        course,
        value,
        `schedule.${row.key}`,
        row.counts === 'updates' ? Math.max(experiment.steps, value, 2) : row.high
      );
    }),
    around: aroundOf(i, run, {
      wrappers: catalogue.wrappers,
      words: _,
      steps: experiment.steps,
      line,
      wrap: (key) => actions.wrap(i, key),
    }),
    menu: menu('optimizer', catalogue.optimizers, run.optimizer, _('Optimizer of run {n}')),
    courseMenu: menu('schedule', catalogue.schedules, run.schedule.key, _('Schedule of run {n}')),
  };
}

/** What is around the rule of a run: its sliders, each with a way to take it off, and a menu of what there is besides. */
export function aroundOf(i, run, { wrappers, words: _, steps, line, wrap }) {
  const there = run.around.map(({ key, params }) => {
    const wrapper = wrappers.find((one) => one.key === key);
    const reach = (row) => (row.counts === 'updates' ? Math.max(steps, params[row.key], 2) : row.high);
    const off = _('Take off: {name}').replace('{name}', wrapper.name);
    return h(
      'div',
      { class: 'dl-around', 'data-around': key },
      h('span', { class: 'dl-word', 'data-tip': wrapper.summary }, wrapper.name),
      ...wrapper.params.map((row) => line(row, wrapper, params[row.key], `${key}.${row.key}`, reach(row))),
      iconButton('close', `unwrap${i}-${key}`, off, () => wrap(key))
    );
  });
  const others = wrappers.filter(({ key }) => !run.around.some((part) => part.key === key));
  const menu = select([['', _('+ Around the rule')], ...others.map(({ key, name }) => [key, name])], '', {
    'data-action': `wrap${i}`,
    'aria-label': _('Put something around the rule of run {n}').replace('{n}', i + 1),
    onchange: (event) => wrap(event.target.value),
  });
  return { there, menu };
}

/** One card: a name and its first sliders, a second line, and the rest behind "more". */
export function card(i, { words: _, theme, actions }, menu, near, line, far, tunes) {
  const style = runStyle(i, theme);
  const rest = far.length ? h('div', { class: 'dl-more', hidden: !actions.open.has(i) }, ...far) : null;
  const more =
    rest &&
    iconButton(
      'more',
      `more${i}`,
      _('More parameters'),
      () => {
        rest.hidden = !rest.hidden;
        more.setAttribute('aria-expanded', String(!rest.hidden));
        actions.open[rest.hidden ? 'delete' : 'add'](i);
      },
      { 'aria-expanded': String(actions.open.has(i)) }
    );
  const buttons = h(
    'div',
    { class: 'dl-buttons' },
    tunes ? iconButton('wand', `tune${i}`, _('Find a good learning rate'), () => actions.tune(i)) : null,
    iconButton('copy', `duplicate${i}`, _('Duplicate this run'), () => actions.duplicate(i)),
    more,
    iconButton('close', `remove${i}`, _('Remove this run'), () => actions.remove(i), { disabled: actions.only })
  );
  return h(
    'div',
    { class: 'dl-run', 'data-run': i, style: `--run:${style.colour}` },
    h('div', { class: 'dl-name' }, badge(style), menu),
    buttons,
    h('div', { class: 'dl-sliders' }, ...near),
    line.length ? h('div', { class: 'dl-more' }, ...line) : null,
    rest
  );
}

/** Beneath the cards: one more run, one rate for all, and the scale of the curves and what they are drawn against. */
export function sideTools(player) {
  const { words: _, scale, axis, actions, kind } = player;
  const one = h('input', {
    type: 'checkbox',
    checked: actions.oneRate,
    'data-action': 'one-rate',
    onchange: () => actions.together(one.checked),
  });
  const log = h('input', {
    type: 'checkbox',
    checked: scale !== 'linear',
    'data-action': 'log',
    onchange: () => player.setScale(log.checked ? 'log' : 'linear'),
  });
  const counts = h('input', {
    type: 'checkbox',
    checked: axis === 'gradients',
    'data-action': 'axis',
    onchange: () => player.setAxis(counts.checked ? 'gradients' : 'steps'),
  });
  return h(
    'div',
    { class: 'dl-tools' },
    h('button', { type: 'button', class: 'dl-text', 'data-action': 'add', onclick: () => kind.add(actions) }, kind.addLabel(_)),
    h('label', { class: 'dl-check' }, one, _('one learning rate for all')),
    kind.counts
      ? h(
          'label',
          { class: 'dl-check', 'data-tip': _('SAM takes two a step, a line search as many as it tries.') },
          counts,
          _('against gradients')
        )
      : null,
    h('label', { class: 'dl-check dl-scale' }, log, _('log scale'))
  );
}

/** The toolbar above the picture: what is descended, from where, with which noise, and how it is shown. */
export function toolbar(player) {
  const { experiment: e, catalogue, words: _, view, actions, kind } = player;
  const surface = catalogue.surfaces.find((s) => s.key === e.surface.key);
  const names = [...catalogue.surfaces.map((s) => [s.key, s.name]), ['formula', _('Your own formula…')]];
  const menu = select(names, e.formula ? 'formula' : e.surface.key, {
    'data-action': 'surface',
    'aria-label': _('Surface'),
    onchange: (event) => actions.surface(event.target.value),
  });
  const sliders = (surface?.params ?? []).map((row) =>
    slider(row, e.surface.params[row.key], `surface.${row.key}`, actions, `${surface.name}: ${row.help || row.key}`)
  );
  return h(
    'div',
    { class: 'dl-toolbar' },
    menu,
    ...(e.formula ? formulaFields(player) : sliders),
    ...noise(e, catalogue, _, actions),
    ...numbers(e, player),
    presetMenu(player),
    kind.views ? views(view, _, (key) => player.setView(key)) : null,
    shareMenu(player),
    linkButton(player),
    languageButton(player)
  );
}

const SIZES = ['640x480', '1280x720', '1920x1080', '1080x1080']; // pixels; letters and lines grow with them
const DRAWN = ['png', 'svg', 'gif'];

/** The rates of the runs, or the first sliders there are: what a frame in a slide offers where nobody says otherwise. */
function offered(page) {
  const names = [...page.root.querySelectorAll('input[type=range][data-param]')].map(({ dataset }) => dataset.param);
  const rates = names.filter((name) => name.endsWith('.lr'));
  return (rates.length ? rates : names).slice(0, 4);
}

/** Links for slides and papers: to copy, and to download. */
export function shareMenu(player) {
  const { words: _ } = player;
  const { key, path, ways } = player.about;
  const bare = ['present=1']; // is for the page only
  const at = (to) => player.address(to, bare);
  const framed = () => {
    const controls = offered(player);
    const address = at(`embed/${key}`);
    return controls.length ? `${address}${address.includes('?') ? '&' : '?'}controls=${controls}` : address;
  };
  const frame = () =>
    h('iframe', { src: framed(), width: 960, height: 600, style: 'border:0', title: 'Descent Lab' }).outerHTML;
  const markdown = () => `[![Descent Lab](${at(`export/${key}.png`)})](${at(path)})`;
  const copies = [
    ['students', _('Copy link for students'), () => player.studentAddress],
    ['iframe', _('Copy <iframe>'), frame],
    ...(ways.includes('png') ? [['markdown', _('Copy Markdown'), markdown]] : []),
  ];
  const names = { html: _('One file for offline use (HTML)'), py: _('Python script (JAX)') };
  const forms = { npz: _('Replay in PyTorch: arrays (npz)'), 'torch.py': _('Replay in PyTorch: program') };
  const files = ways.map((way) => [way, names[way] ?? way.toUpperCase(), `export/${key}${way === 'html' ? '' : `.${way}`}`]);
  for (const form of player.about.files) files.push([form, forms[form] ?? form, `api/${key}`]);
  const list = h('div', { class: 'dl-menu' });
  const size = select(
    SIZES.map((text) => [text, text.replace('x', ' × ')]),
    SIZES[0],
    {
      'data-action': 'size',
      'aria-label': _('Size of pictures and films, in pixels'),
      onchange: () => fill(),
    }
  );
  const wished = () => {
    const [width, height] = size.value.split('x');
    return player.numbers?.size ? `width=${width}&height=${height}` : `size=${size.value}`; // a page may have a size of its own
  };
  const sized = (way, to) => {
    const more = way in forms ? `format=${way}` : DRAWN.includes(way) && size.value !== SIZES[0] ? wished() : '';
    return at(to) + (more && `${at(to).includes('?') ? '&' : '?'}${more}`);
  };
  const menu = h(
    'details',
    { class: 'dl-share', ontoggle: () => menu.open && fill() },
    h('summary', { 'data-action': 'share' }, _('Embed and export')),
    list
  );
  const fill = () =>
    list.replaceChildren(
      ...copies.map(([what, name, text]) =>
        h(
          'button',
          {
            type: 'button',
            'data-action': `copy-${what}`,
            onclick: (event) => player.copy(event.target, text()).then(() => what === 'students' && player.warnOfLocalhost()),
          },
          name
        )
      ),
      h('button', { type: 'button', 'data-action': 'qr', onclick: () => player.showCode() }, _('QR code for students')),
      ways.some((way) => DRAWN.includes(way)) ? h('label', { class: 'dl-field' }, _('Size'), size) : '',
      ...files.map(([way, name, to]) =>
        h(
          'a',
          {
            href: sized(way, to),
            download: '',
            'data-action': `export-${way}`,
            onclick: (event) => {
              event.preventDefault();
              player.download(event.target.href);
            },
          },
          name
        )
      )
    );
  menu.addEventListener('focusout', (event) => {
    if (!menu.contains(event.relatedTarget)) menu.open = false;
  });
  return menu;
}

/** Only some sliders, by name: those that an embedding page has asked for (run0.lr, surface.kappa), or the rates in the hall. */
export function chosenSliders(player, params) {
  const { experiment: e, catalogue, actions, theme } = player;
  const sliders = params.map((param) => {
    const [where, key, part] = param.split('.');
    if (where === 'surface' || where === 'noise') {
      const rows = (where === 'surface' ? surfaceOf(catalogue, e) : catalogue.noises.find((n) => n.key === e.noise.key)).params;
      const row = rows.find((r) => r.key === key);
      return h('div', { class: 'dl-run' }, slider(row, e[where].params[key], param, actions, row.help || key));
    }
    const i = Number(where.slice(3));
    const run = e.runs[i];
    const style = runStyle(i, theme);
    const around = part && key !== 'schedule' && actions.wrapper(key);
    const rows = (around || (part ? actions.course(run.schedule.key) : actions.rule(run.optimizer))).params;
    const row = rows.find((r) => r.key === (part ?? key));
    const value = part ? partOf(run, key).params[part] : run.params[key];
    return h(
      'div',
      { class: 'dl-run', 'data-run': i, style: `--run:${style.colour}` },
      h('div', { class: 'dl-name' }, badge(style), h('span', { 'data-name-of': i }, player.names(e.runs)[i])),
      h('div', { class: 'dl-sliders' }, slider(row, value, param, actions, row.help || row.key))
    );
  });
  return [...sliders, ...(player.options.present ? [] : labLink(player))];
}

export function presetMenu(page) {
  const _ = page.words;
  return select([['', _('Presets')], ...page.presets.map((p) => [p.key, p.name])], '', {
    'data-action': 'preset',
    'aria-label': _('Presets'),
    onchange: (event) => page.preset(event.target.value),
  });
}

export function linkButton(page) {
  return h(
    'button',
    { type: 'button', class: 'dl-text', 'data-action': 'link', onclick: (event) => page.copyLink(event.target) },
    page.words('Copy link')
  );
}

/** One button that names the other language in that language; in a frame, the way into the lab before it. */
export function languageButton(player) {
  const both = document.createDocumentFragment();
  both.append(...labLink(player), otherLanguage(player));
  return both;
}

/** From a page of its own into the lab, with what is on the screen; nothing in the lab itself. */
export function labLink(page) {
  const { embedded, home } = page.options;
  if (!embedded || home) return [];
  const name = page.words('Open in Descent Lab');
  return [h('a', { class: 'dl-lab', 'data-action': 'lab', href: page.labAddress, target: '_blank', rel: 'noopener' }, name)];
}

function otherLanguage(player) {
  const [key, name] = player.options.language === 'zh' ? ['en', 'English'] : ['zh', '中文'];
  return h(
    'button',
    { type: 'button', class: 'dl-text', lang: key, 'data-action': 'language', onclick: () => player.speak(key) },
    name
  );
}

function noise(e, catalogue, _, actions) {
  const names = { none: _('No noise'), uniform: _('Uniform noise'), gaussian: _('Gaussian noise') };
  const menu = select(
    catalogue.noises.map((n) => [n.key, names[n.key]]),
    e.noise.key,
    {
      'data-action': 'noise',
      'aria-label': _('Noise on the gradient'),
      onchange: (event) => actions.noise(event.target.value),
    }
  );
  const rows = catalogue.noises.find((n) => n.key === e.noise.key).params;
  return [
    menu,
    ...rows.map((row) =>
      slider(row, e.noise.params[row.key], `noise.${row.key}`, actions, `${names[e.noise.key]}: ${row.help || row.key}`)
    ),
  ];
}

/** Start, steps and seed: numbers that are typed. */
function numbers(e, { catalogue, words: _, actions, numbers: rows }) {
  const field = (label, value, param, width, done) =>
    h(
      'label',
      { class: 'dl-field' },
      label,
      h('input', {
        class: 'dl-number',
        type: 'text',
        value,
        style: `width:${width}`,
        'data-param': param,
        'aria-label': label,
        onchange: (event) => done(event.target),
      })
    );
  const whole = (row) => (input) => {
    const value = Number(input.value);
    const fine = input.value.trim() && Number.isInteger(value) && value >= row.low && value <= row.high;
    input[fine ? 'removeAttribute' : 'setAttribute']('aria-invalid', 'true');
    if (fine) actions.move(row.key, value, true);
    else actions.refuse(row, input.value);
  };
  const random = e.noise.key !== 'none' || catalogue.surfaces.find((s) => s.key === e.surface.key)?.random;
  return [
    field(_('Start'), e.start.map(plain).join(', '), 'start-text', '6.5em', (input) => actions.start(input.value)),
    field(_('Steps'), e.steps, 'steps', '3.4em', whole(rows.steps)),
    random ? field(_('Seed'), e.seed, 'seed', '3.4em', whole(rows.seed)) : null,
  ];
}

function views(view, _, show) {
  const names = [
    ['overlay', _('Overlay')],
    ['panels', _('Side by side')],
    ['3d', _('3-D')],
  ];
  const group = h('div', { class: 'dl-views', role: 'group', 'aria-label': _('View') });
  for (const [key, name] of names) {
    group.append(
      h(
        'button',
        {
          type: 'button',
          'data-action': `view-${key}`,
          'aria-pressed': String(key === view),
          onclick: () => show(key),
        },
        name
      )
    );
  }
  return group;
}

/** The player bar: buttons, scrubber, speed. `player` has play(), by(n), fullScreen() and a playhead. */
export function playerBar(_, player) {
  const { playhead } = player;
  const play = iconButton('play', 'play', _('Play'), () => player.play(), { class: 'dl-button dl-play' });
  const scrubber = h('input', {
    type: 'range',
    class: 'dl-scrubber',
    min: 0,
    max: 1,
    value: 0,
    'data-action': 'scrub',
    'aria-label': _('Step'),
    oninput: () => playhead.seek(Number(scrubber.value)),
  });
  const label = h('output', { class: 'dl-steplabel' });
  const loop = iconButton(
    'loop',
    'loop',
    _('Loop'),
    () => {
      playhead.loop = !playhead.loop;
      loop.setAttribute('aria-pressed', String(playhead.loop));
    },
    { 'aria-pressed': 'false' }
  );
  const speeds = [0.1, 0.25, 0.5, 1, 2, 4];
  const speed = select(
    speeds.map((v) => [String(v), `${v}×`]),
    '1',
    {
      'data-action': 'speed',
      'aria-label': _('Speed'),
      onchange: () => playhead.setSpeed(Number(speed.value)),
    }
  );
  const root = h(
    'div',
    { class: 'dl-bar' },
    iconButton('first', 'first', _('To the start'), () => playhead.seek(0)),
    iconButton('back', 'back', _('One step back'), () => player.by(-1)),
    play,
    iconButton('forward', 'forward', _('One step forward'), () => player.by(1)),
    iconButton('last', 'last', _('To the end'), () => playhead.seek(playhead.steps)),
    scrubber,
    label,
    speed,
    loop,
    iconButton('full', 'fullscreen', _('Full screen'), () => player.fullScreen())
  );
  return {
    root,
    /** The playhead moves, or stands again. */
    playing(on) {
      const [name, text] = on ? ['pause', _('Pause')] : ['play', _('Play')];
      play.replaceChildren(icon(name));
      play.title = text;
      play.setAttribute('aria-label', text);
    },
    /** n places along the list of speeds. */
    faster(n) {
      const at = speeds.indexOf(Number(speed.value)) + n;
      speed.value = String(speeds[Math.min(speeds.length - 1, Math.max(0, at))]);
      playhead.setSpeed(Number(speed.value));
    },
    show(step, steps, stride) {
      Object.assign(scrubber, { max: steps, value: step });
      const text = `${Math.floor(step * stride)} / ${Math.round(steps * stride)}`;
      if (label.textContent !== text) label.textContent = text;
    },
  };
}
