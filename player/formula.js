/** The fields of a formula: its text with the place of an error marked, its domain, and a slider with an editable range per letter. */
import { slider } from './controls.js';
import { h, plain } from './dom.js';

/** The surface of an experiment as the catalogue has it; the parameters of a formula are its letters. */
export const surfaceOf = (catalogue, e) =>
  e.surface.key === 'formula'
    ? { name: 'f(x, y)', params: e.letters }
    : catalogue.surfaces.find((s) => s.key === e.surface.key);

export function formulaFields(player) {
  const { words: _, actions, experiment: e } = player;
  const { draft } = actions;
  const text = h('input', {
    class: 'dl-formula',
    type: 'text',
    value: draft?.text ?? e.formula,
    spellcheck: false,
    autocomplete: 'off',
    maxLength: 200,
    'data-param': 'formula',
    'aria-label': _('Formula in x and y'),
    title: _('x and y, + - * / ^, sin, exp, log, …; any other letter becomes a slider'),
    oninput: () => actions.formula(text.value, domain.value, false),
    onchange: () => actions.formula(text.value, domain.value, true),
    onscroll: () => place(),
  });
  const mark = h('span', { class: 'dl-mark', 'aria-hidden': 'true', hidden: true });
  const domain = h('input', {
    class: 'dl-domain',
    type: 'text',
    value: draft?.domain ?? e.domain.join(', '),
    'data-param': 'domain',
    'aria-label': _('Domain x0, x1, y0, y1'),
    title: _('Domain x0, x1, y0, y1'),
    onchange: () => actions.formula(text.value, domain.value, true),
  });
  const letters = h('span', { class: 'dl-letters' });
  const place = () => {
    mark.style.setProperty('--scrolled', `${text.scrollLeft}px`);
  };
  /** What the last answer said of the formula: nothing, or an error, where one can say where it is. */
  actions.judged = (error) => {
    const here = error?.field === 'formula';
    text[here ? 'setAttribute' : 'removeAttribute']('aria-invalid', 'true');
    domain[error?.field === 'domain' ? 'setAttribute' : 'removeAttribute']('aria-invalid', 'true');
    mark.hidden = !here || !error.column;
    if (error?.column) mark.style.setProperty('--column', String(error.column - 1));
    place();
  };
  /** Sliders for the letters of what is drawn. */
  actions.lettered = () => letters.replaceChildren(...player.experiment.letters.flatMap((row) => letter(player, row)));
  actions.judged(draft?.error);
  actions.lettered();
  return [
    h('label', { class: 'dl-field' }, 'f(x, y) =', h('span', { class: 'dl-typed' }, text, mark)),
    h('label', { class: 'dl-field' }, domain),
    letters,
  ];
}

/** The slider of a parameter, and the two ends of its range. */
function letter(player, row) {
  const { words: _, actions, experiment: e } = player;
  const end = (which, name) => {
    const field = h('input', {
      class: 'dl-number dl-end',
      type: 'text',
      inputMode: 'decimal',
      value: plain(row[which]),
      'data-param': `range.${row.key}.${which}`,
      'aria-label': `${row.key}: ${name}`,
      title: name,
      onchange: () => actions.range(row.key, which, field.value, (wrong) => field.setAttribute('aria-invalid', String(wrong))),
    });
    return field;
  };
  return h(
    'span',
    { class: 'dl-letter' },
    slider(row, e.surface.params[row.key], `surface.${row.key}`, actions, `f(x, y): ${row.key}`),
    end('low', _('from')),
    '…',
    end('high', _('to'))
  );
}
