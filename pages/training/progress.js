/** A long training while it is computed: drawn as it comes, with what is left, and a way to stop it. */
import { h } from '../../player/dom.js';
import { Growing, lines } from './stream.js';

const APART = 200; // ms between two drawings

export class Progress {
  constructor(words) {
    this.words = words;
    this.stopped = false;
    this.bar = h('progress', { max: 1, value: 0, 'aria-label': words('Share of the training that is done') });
    this.said = h('span', { class: 'dl-help' });
    const stop = () => {
      this.stopped = true;
    };
    const button = h('button', { type: 'button', class: 'dl-text', 'data-action': 'stop', onclick: stop }, words('Stop'));
    this.root = h('div', { class: 'dl-progress', hidden: true, 'data-progress': '' }, this.bar, this.said, button);
  }

  show({ share, left, measuring }) {
    const { words: _ } = this;
    const [going, more] = measuring
      ? [_('Measuring the sharpness…'), _('Measuring the sharpness: {share} % done in all, about {n} s left')]
      : [_('Training…'), _('{share} % done, about {n} s left')];
    const text = Number.isFinite(left) ? more : going;
    const said = text.replace('{share}', String(Math.round(100 * share))).replace('{n}', String(Math.ceil(left)));
    this.root.hidden = false;
    this.bar.value = share;
    this.said.textContent = said;
  }
}

/** The answer in a reply that comes line by line, each drawn when it is here; null where a newer question took its place. */
export async function follow(page, reply) {
  const growing = new Growing();
  const { progress, feed } = page;
  const overtaken = () => Boolean(feed.next) || feed !== page.feed;
  let drawn = 0;
  progress.stopped = false;
  try {
    for await (const some of lines(reply, () => progress.stopped || overtaken())) {
      for (const line of some) growing.take(line);
      progress.show(growing);
      page.busy.hidden = true; // the line above says more
      if (growing.runs.length && !growing.done && performance.now() - drawn > APART) {
        await page.drawing;
        if (overtaken()) break;
        await draw(page, growing, !drawn && page.asking?.whole);
        drawn = performance.now();
      }
    }
  } finally {
    progress.root.hidden = true;
    delete page.root.dataset.partial;
  }
  if (overtaken() && !growing.done) return null;
  if (!growing.done && !progress.stopped) throw new Error(page.words('The server ended before the training did; try again.'));
  if (!growing.runs.length) return null;
  const { blob } = growing;
  page.playhead.seek(blob.last);
  return blob;
}

/** What there is so far. A link or a preset (`whole`) brings its controls and its title with the first of it. */
async function draw(page, growing, whole) {
  const { blob } = growing;
  if (whole) {
    page.store.value = page.read(blob);
    page.showControls();
    page.header.show();
  }
  await page.undisturbed(page.show(blob, { steady: page.asking?.steady }));
  page.still?.remove();
  page.playhead.seek(blob.last);
  page.root.dataset.partial = String(growing.share);
}
