/** What stands above a picture: what it shows, in a title and a sentence; the examples before and after; and what one can do. */
import { h, iconButton } from './dom.js';

const LOOKED = 'descent-lab-looked'; // what to look for has been read, and folded away

export class Header {
  constructor(page) {
    this.page = page;
    const { words: _, options } = page;
    this.title = h('h1', { class: 'dl-title' });
    this.sentence = h('p', { class: 'dl-sentence' });
    this.hint = h('p', { class: 'dl-looked' });
    this.look = h(
      'details',
      { class: 'dl-look', hidden: true, open: !kept(LOOKED) },
      h('summary', { 'data-action': 'look', onclick: () => keep(LOOKED, this.look.open) }, _('What to look for')), // it closes after this
      this.hint
    );
    const button = (action, name, label, work) =>
      h('button', { type: 'button', 'data-action': action, 'aria-label': label, title: label, onclick: work }, name);
    this.turns = [
      iconButton('previous', 'previous', _('The example before'), () => page.turn(-1)),
      iconButton('next', 'next', _('The next example'), () => page.turn(1)),
    ];
    this.acts = h(
      'div',
      { class: 'dl-acts' },
      ...(page.presets.length > 1 ? this.turns : []),
      button('reset', _('Reset'), _('Back to how it was opened'), () => page.reset()),
      button('present', options.present ? _('Back') : _('Present'), _('Large and bare, for the hall (p)'), () =>
        page.present()
      ),
      options.sweeps ? null : button('code', 'QR', _('The link as a QR code (q)'), () => page.showCode()),
      button('help', '?', _('Keys and gestures (?)'), () => page.help())
    );
    this.root = h(
      'header',
      { class: 'dl-header' },
      h('div', { class: 'dl-what' }, this.title, this.sentence, this.look),
      this.acts
    );
  }

  /** After each answer: what it is called, and where it stands among the examples. */
  show() {
    const { page } = this;
    const { name, sentence, lookFor = '' } = page.headline;
    put(this.title, name);
    put(this.sentence, sentence);
    this.sentence.hidden = !sentence;
    put(this.hint, lookFor);
    this.look.hidden = !lookFor || Boolean(page.options.present);
    const menu = page.root.querySelector('select[data-action=preset]');
    if (menu) menu.value = page.example?.key ?? '';
  }

  /** What every page has at the end of its tools stands here, so that the tools are those of the experiment. */
  gather() {
    const fresh = this.page.root.querySelectorAll('.dl-toolbar > :is(.dl-share, [data-action=link], [data-action=language])');
    if (!fresh.length) return;
    this.shared?.forEach((node) => node.remove());
    this.shared = [...fresh];
    this.acts.lastElementChild.before(...fresh);
  }
}

const put = (node, text) => {
  if (node.textContent !== text) node.textContent = text;
};

/** What this browser remembers; nothing, where its storage is closed to us. */
export function kept(key) {
  try {
    return Boolean(localStorage.getItem(key));
  } catch {
    return true;
  }
}

export function keep(key, on = true) {
  try {
    if (on) localStorage.setItem(key, '1');
    else localStorage.removeItem(key);
  } catch {
    /* storage is closed to us */
  }
}
