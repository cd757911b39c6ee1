/** Words that explain themselves: what carries `data-tip` shows it under the pointer, with the focus, and at a tap. */
import { h } from './dom.js';

const AWAY = 6; // pixels between a word and what is said of it
let count = 0;

/** What a person sets there. */
const fields = (about) => (about.matches('select') ? [about] : about.querySelectorAll('input'));

export class Tips {
  /** Listens on `root`, and puts its one note there. */
  constructor(root) {
    count += 1;
    this.note = h('div', { class: 'dl-tip', role: 'tooltip', id: `dl-tip-${count}`, hidden: true });
    this.root = root;
    const tipped = (event) => event.target.closest?.('[data-tip]');
    root.addEventListener('pointerover', (event) => {
      const on = event.pointerType === 'mouse' && event.target.closest?.('.dl-word, :is(button, select, label)[data-tip]');
      if (on) this.show(tipped(event));
      else if (event.pointerType === 'mouse' && !this.about?.contains(document.activeElement)) this.hide();
    });
    root.addEventListener('pointerleave', () => this.about?.contains(document.activeElement) || this.hide());
    root.addEventListener('focusin', (event) => {
      const seen = event.target.matches(':focus-visible') && tipped(event);
      if (seen) this.show(seen);
      else this.hide();
    });
    root.addEventListener('focusout', () => this.hide());
    root.addEventListener('click', (event) => {
      const word = event.target.closest?.('.dl-word');
      if (word && tipped(event)) this.show(tipped(event));
    });
    root.addEventListener('input', () => this.hide());
    document.addEventListener('scroll', () => this.hide(), true);
  }

  show(about) {
    if (!about) return;
    this.about = about;
    this.note.textContent = about.dataset.tip;
    this.note.hidden = false;
    const [box, frame, own] = [about, this.root, this.note].map((node) => node.getBoundingClientRect());
    const left = Math.min(Math.max(box.left, 4), document.documentElement.clientWidth - own.width - 4);
    const above = box.top - own.height - AWAY;
    this.note.style.left = `${left - frame.left}px`;
    this.note.style.top = `${(above > 0 ? above : box.bottom + AWAY) - frame.top}px`;
    for (const field of fields(about)) field.setAttribute('aria-describedby', this.note.id);
  }

  hide() {
    this.note.hidden = true;
    if (this.about) for (const field of fields(this.about)) field.removeAttribute('aria-describedby');
    this.about = null;
  }

  /** Whether something was to be put away. */
  close() {
    const { hidden } = this.note;
    this.hide();
    return !hidden;
  }
}
