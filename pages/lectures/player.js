/** Lectures: every figure that can be shown here, as a card that opens it live. */
import { languageButton, linkButton, select, shareMenu } from '../../player/controls.js';
import { h } from '../../player/dom.js';
import { Page, componentOf } from '../../player/page.js';
import { encode } from '../../player/wire.js';

const SIZE = [320, 200]; // of a picture; drawn twice as large, for sharp screens

class Lectures extends Page {
  route = 'api/lectures';

  build() {
    this.tools = h('div', { class: 'dl-toolbar' });
    this.body = h('div', { class: 'dl-article' });
    this.body.append(this.busy);
    return [this.tools, this.notice, this.body];
  }

  read({ lecture, topic }) {
    return { lecture, topic };
  }

  toQuery(chosen) {
    return encode(Object.entries(chosen).filter(([, key]) => key));
  }

  async show({ figures, lectures, topics, all }) {
    const _ = this.words;
    const count = _('{count} of {all} figures').replace('{count}', figures.length).replace('{all}', all);
    const cards = figures.length
      ? h('ul', { class: 'dl-gallery' }, ...figures.map((figure) => this.card(figure, lectures, topics)))
      : h('p', {}, _('This lecture shows nothing on this topic.'));
    this.body.replaceChildren(h('p', { class: 'dl-sources' }, count), cards);
    this.comeBack();
  }

  /** A list has nothing to drag. */
  get hint() {
    return '';
  }

  get scenery() {
    const _ = this.words;
    return {
      name: _('Lectures'),
      sentence: _(
        'Every figure of five lectures on training neural networks that can be shown here. The pictures are drawn by the software itself; a click opens one live, with its sliders.'
      ),
    };
  }

  /** After Back from a figure, that figure is where it was. */
  comeBack() {
    const [entry] = performance.getEntriesByType('navigation');
    const [address, key] = JSON.parse(remembered() ?? '[]');
    if (/** @type {PerformanceNavigationTiming} */ (entry)?.type !== 'back_forward' || address !== location.href) return;
    this.body.querySelector(`[data-figure="${key}"]`)?.scrollIntoView({ block: 'center' });
  }

  card({ key, name, sentence, topic, lectures: where, page, query, show, pictured }, lectures, topics) {
    const _ = this.words;
    const { base, home } = this.options; // home: of an exported file, where it came from
    const theme = this.theme.dark ? 'dark' : 'light';
    const image = `${base}thumb.png?page=${page}&theme=${theme}&size=${2 * SIZE[0]}x${2 * SIZE[1]}${show ? `&show=${show}` : ''}&${pictured}`;
    const href = this.addressOf(page, query);
    const picture = home
      ? null
      : h('img', {
          src: image,
          width: SIZE[0],
          height: SIZE[1],
          loading: 'lazy',
          alt: _('Small picture: {name}').replace('{name}', name),
          class: 'dl-coming',
          onload: (event) => event.target.classList.remove('dl-coming'),
        });
    const titles = where.map((lecture) => lectures[lecture]).join(' · ');
    return h(
      'li',
      {},
      h('a', { href, 'data-figure': key, onclick: () => remember([location.href, key]) }, picture, h('strong', {}, name)),
      h('p', {}, sentence),
      h('p', { class: 'dl-sources' }, h('b', {}, topics[topic]), ` · ${titles}`)
    );
  }

  showControls() {
    const _ = this.words;
    const { lectures, topics } = this.store.answer;
    const menu = (field, known, label, all) =>
      select([['', all], ...Object.entries(known)], this.experiment[field], {
        'data-action': field,
        'aria-label': label,
        onchange: (event) =>
          this.edit(
            (chosen) => {
              chosen[field] = event.target.value;
            },
            true,
            { whole: true }
          ),
      });
    this.tools.replaceChildren(
      menu('lecture', lectures, _('Lecture'), _('All lectures')),
      menu('topic', topics, _('Topic'), _('All topics')),
      shareMenu(this),
      linkButton(this),
      languageButton(this)
    );
  }
}

const PLACE = 'descent-lab-place';

/** Which figure was opened, and from which address, for as long as this tab is open. */
function remember(place) {
  try {
    sessionStorage.setItem(PLACE, JSON.stringify(place));
  } catch {
    /* storage is closed to us: then Back leads to the top */
  }
}

function remembered() {
  try {
    return sessionStorage.getItem(PLACE);
  } catch {
    return null;
  }
}

export const mount = (root, options) => new Lectures(root, options).open();

/** What Streamlit calls. */
export default componentOf(mount);
