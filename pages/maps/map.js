/** One map: cells in colours, marks over them, a cursor that the pointer or the arrow keys move, zoom and pan. */
import { h, perFrame } from '../../player/dom.js';
import { markerPath } from '../../player/look.js';
import { Scale, clipped, frame, fresh } from './scale.js';

const STILL = 4; // pixels: less than this between pressing and letting go is a click

export class CellMap {
  /** on: hover(i, j), pick(i, j), zoom(factor, [about x, y], [shift x, y], done). `label` for those who do not see it. */
  constructor(on, label) {
    this.on = on;
    this.canvas = h('canvas', { class: 'dl-canvas', 'aria-hidden': 'true' });
    this.over = h('canvas', { class: 'dl-canvas', 'aria-hidden': 'true' });
    this.root = h('div', { class: 'dl-map', tabIndex: 0, role: 'application', 'aria-label': label }, this.canvas, this.over);
    this.cells = document.createElement('canvas');
    this.large = false;
    /** @type {any} */
    this.scene = null;
    /** @type {any} */
    this.theme = null;
    /** @type {any} */
    this.box = null;
    /** @type {[Scale, Scale] | null} */
    this.scales = null;
    this.cursor = null; // [i, j]
    this.path = null; // x, y, x, y, … of the descent from the cursor
    this.paint = perFrame(() => this.#paint());
    this.mark = perFrame(() => this.#mark());
    new ResizeObserver(() => this.paint()).observe(this.root);
    this.#listen();
  }

  /**
   * scene: x, y (numbers of the columns and rows, from low to high), logs, equal, names (of the axes), title, style (of the
   * run), colour(i, j) → [r, g, b], minima [[x, y]], line [[x, y]] and best [x, y] of theory.
   */
  setScene(scene, theme) {
    Object.assign(this, { scene, theme });
    this.scales = [new Scale(scene.x, scene.logs[0]), new Scale(scene.y, scene.logs[1])];
    const [columns, rows] = [scene.x.length, scene.y.length];
    Object.assign(this.cells, { width: columns, height: rows });
    const image = new ImageData(columns, rows);
    for (let j = 0; j < rows; j += 1)
      for (let i = 0; i < columns; i += 1) {
        const [r, g, b] = scene.colour(i, j);
        image.data.set([r, g, b, 255], 4 * ((rows - 1 - j) * columns + i));
      }
    this.cells.getContext('2d').putImageData(image, 0, 0);
    this.#paint();
  }

  /** How wide the cells are beside their height. */
  get #own() {
    return (this.scales[0].high - this.scales[0].low) / (this.scales[1].high - this.scales[1].low);
  }

  get #letters() {
    return this.large ? 24 : 12;
  }

  /** The height in pixels that a map of this width needs, where both axes have one scale; null where it takes any. */
  heightFor(width) {
    if (!this.scene?.equal) return null;
    const size = this.#letters;
    return Math.ceil((width - this.#beside() - 0.8 * size) / this.#own + this.#below + this.#above(this.#title(width)));
  }

  /** Room for the numbers on the left, in whole letters: they change while a hand moves, and the map stays where it is. */
  #beside() {
    const context = this.canvas.getContext('2d');
    const size = this.#letters;
    context.font = `${size}px ${this.theme.font}`;
    const wide = this.scales[1].ticks(10).map(([, text]) => context.measureText(clipped(text)).width);
    const name = context.measureText(this.scene.names[1]).width + 4;
    return size * Math.max(2.6, 1.6 + Math.ceil(Math.max(name, ...wide) / size));
  }

  /** The title on one line, or its parts on two where one has not the room. */
  #title(width) {
    const context = this.canvas.getContext('2d');
    const size = this.#letters;
    context.font = `600 ${size + 1}px ${this.theme.font}`;
    const { title } = this.scene;
    return context.measureText(title).width <= width - 6.6 * size ? [title] : title.split('  ');
  }

  /** Room for the numbers beneath, and for what they are. */
  get #below() {
    return (this.scene.names[0] ? 3 : 1.8) * this.#letters;
  }

  /** Room for the title. */
  #above(lines) {
    return (1 + 1.4 * lines.length) * this.#letters;
  }

  #box(width, height, above) {
    const size = this.#letters;
    const left = this.#beside();
    const box = { left, top: above, width: width - left - 0.8 * size, height: height - this.#below - above, size };
    if (this.scene.equal) {
      const own = this.#own;
      const [wide, tall] = [Math.min(box.width, box.height * own), Math.min(box.height, box.width / own)];
      Object.assign(box, { width: wide, height: tall });
    }
    return box;
  }

  #paint() {
    const page = this.scene && fresh(this.canvas, this.root);
    if (!page) return;
    const { context, width, height } = page;
    const title = this.#title(width);
    const box = this.#box(width, height, this.#above(title));
    this.box = box;
    context.imageSmoothingEnabled = false;
    context.drawImage(this.cells, box.left, box.top, box.width, box.height);
    frame(context, box, this.scales, this.scene.names, this.theme, box.size);
    context.font = `600 ${box.size + 1}px ${this.theme.font}`;
    context.textAlign = 'left';
    context.textBaseline = 'alphabetic';
    context.fillStyle = this.theme.text;
    const { colour, marker } = this.scene.style;
    title.forEach((line, n) => {
      const up = 8 + 1.4 * box.size * (title.length - 1 - n);
      context.fillText(line, box.left + (n ? 0 : 2 * box.size), box.top - up, width - box.left - (n ? 0 : 2 * box.size));
    });
    context.fillStyle = colour;
    markerPath(context, marker, box.left + 0.8 * box.size, box.top - 12 - 1.4 * box.size * (title.length - 1), 0.45 * box.size);
    context.fill();
    this.#theory(context, box);
    this.#mark();
  }

  #place([x, y]) {
    const { left, top, width, height } = this.box;
    return [left + this.scales[0].along(x) * width, top + (1 - this.scales[1].along(y)) * height];
  }

  #inside(context, box, draw) {
    context.save();
    context.beginPath();
    context.rect(box.left, box.top, box.width, box.height);
    context.clip();
    draw();
    context.restore();
  }

  #theory(context, box) {
    const { line, best, minima } = this.scene;
    this.#inside(context, box, () => {
      if (line) {
        context.beginPath();
        for (const point of line) context.lineTo(...this.#place(point));
        this.#haloed(context, 2.5);
      }
      for (const point of minima ?? []) {
        const [x, y] = this.#place(point);
        context.beginPath();
        context.arc(x, y, this.large ? 8 : 5, 0, 7);
        this.#haloed(context, 2);
      }
      if (best) {
        const [x, y] = this.#place(best);
        const r = this.large ? 12 : 8;
        context.beginPath();
        context.moveTo(x - r, y);
        context.lineTo(x + r, y);
        context.moveTo(x, y - r);
        context.lineTo(x, y + r);
        this.#haloed(context, 2.5);
      }
    });
  }

  /** Black in white: it is seen on every colour. */
  #haloed(context, width) {
    context.strokeStyle = '#fff';
    context.lineWidth = width + 2.5;
    context.stroke();
    context.strokeStyle = '#000';
    context.lineWidth = width;
    context.stroke();
  }

  /** The cursor and the path from there. */
  #mark() {
    const page = this.scene && this.box && fresh(this.over, this.root);
    if (!page || !this.cursor) return;
    const { context } = page;
    const [x, y] = this.#numbers();
    const at = this.#place([x, y]);
    this.#inside(context, this.box, () => {
      if (this.path) {
        context.beginPath();
        context.lineJoin = 'round';
        for (let k = 0; k < this.path.length; k += 2) {
          const [px, py] = this.#place([this.path[k], this.path[k + 1]]);
          context.lineTo(Math.min(1e5, Math.max(-1e5, px)), Math.min(1e5, Math.max(-1e5, py)));
        }
        this.#haloed(context, 1.5);
      }
      context.beginPath();
      context.arc(at[0], at[1], this.large ? 9 : 6, 0, 7);
      context.fillStyle = '#fff';
      context.fill();
      context.strokeStyle = '#000';
      context.lineWidth = 2;
      context.stroke();
    });
  }

  #numbers() {
    const [i, j] = this.cursor;
    return [this.scene.x[Math.min(i, this.scene.x.length - 1)], this.scene.y[Math.min(j, this.scene.y.length - 1)]];
  }

  /** The cursor, from here or from another map; null takes it away. */
  setCursor(cursor, path = null) {
    Object.assign(this, { cursor, path });
    this.mark();
  }

  // What a hand does -------------------------------------------------------------------------------------------------

  /** [0…1, 0…1] along both axes under a pointer; null outside. */
  #along(event) {
    const { left, top, width, height } = this.box ?? { left: 0, top: 0, width: 0, height: 0 };
    const outer = this.root.getBoundingClientRect();
    const place = [(event.clientX - outer.left - left) / width, 1 - (event.clientY - outer.top - top) / height];
    return place.every((part) => part >= 0 && part <= 1) ? place : null;
  }

  #cell(along) {
    return along.map((part, side) => this.scales[side].cell(part));
  }

  /** Two fingers: what was between them stays between them. The page around does not zoom then, and nothing is picked. */
  #pinches() {
    const fingers = new Map();
    let pinch = null;
    const spread = (two) => Math.hypot(two[0].clientX - two[1].clientX, two[0].clientY - two[1].clientY);
    const half = (two, side) => (two[0][side] + two[1][side]) / 2;
    const middle = (two) => this.#along({ clientX: half(two, 'clientX'), clientY: half(two, 'clientY') });
    const still = (event) => event.touches.length > 1 && event.preventDefault();
    for (const kind of ['touchstart', 'touchmove']) this.root.addEventListener(kind, still, { passive: false });
    this.root.addEventListener('pointerdown', (event) => {
      if (event.pointerType !== 'touch' || !this.scene) return;
      fingers.set(event.pointerId, event);
      const both = [...fingers.values()];
      const about = both.length === 2 && middle(both);
      if (about) pinch = { spread: spread(both), about, scales: this.scales, factor: 1 };
    });
    this.root.addEventListener('pointermove', (event) => {
      if (!fingers.has(event.pointerId)) return;
      fingers.set(event.pointerId, event);
      if (!pinch || fingers.size < 2) return;
      pinch.factor = pinch.spread / Math.max(1, spread([...fingers.values()]));
      this.on.zoom(pinch.factor, pinch.about, [0, 0], false, pinch.scales);
    });
    const lift = (event) => {
      fingers.delete(event.pointerId);
      if (pinch && fingers.size < 2) {
        this.on.zoom(pinch.factor, pinch.about, [0, 0], true, pinch.scales);
        pinch = null;
      }
    };
    for (const kind of ['pointerup', 'pointercancel']) window.addEventListener(kind, lift);
    return () => fingers.size > 1 || pinch !== null;
  }

  #listen() {
    const pinching = this.#pinches();
    let held = null;
    let resting;
    this.root.addEventListener('pointermove', (event) => {
      const along = this.#along(event);
      if (pinching()) held = null;
      else if (held) this.#pan(event, held);
      else if (along && this.scene) this.on.hover(...this.#cell(along));
    });
    this.root.addEventListener('pointerdown', (event) => {
      const along = this.scene && event.button === 0 && this.#along(event);
      if (!along) return;
      held = { from: [event.clientX, event.clientY], along, scales: this.scales, box: this.box, moved: false };
      if (event.pointerType !== 'touch') this.root.setPointerCapture(event.pointerId);
    });
    const release = (event) => {
      if (!held) return;
      const { moved, along } = held;
      if (pinching()) {
        held = null;
        return;
      }
      if (moved) this.#pan(event, held, true);
      held = null;
      if (!moved && event.type === 'pointerup') this.on.pick(...this.#cell(along));
    };
    this.root.addEventListener('pointerup', release);
    this.root.addEventListener('pointercancel', release);
    this.root.addEventListener(
      'wheel',
      (event) => {
        const along = this.scene && this.#along(event);
        if (!along || event.ctrlKey) return;
        event.preventDefault();
        this.on.zoom(1.2 ** Math.sign(event.deltaY), along, [0, 0], false);
        clearTimeout(resting);
        resting = setTimeout(() => this.on.zoom(1, [0.5, 0.5], [0, 0], true), 250);
      },
      { passive: false }
    );
    this.root.addEventListener('keydown', (event) => this.#key(event));
  }

  #pan(event, held, done = false) {
    const [dx, dy] = [event.clientX - held.from[0], event.clientY - held.from[1]];
    held.moved ||= Math.hypot(dx, dy) > STILL;
    if (held.moved && event.pointerType !== 'touch')
      this.on.zoom(1, [0.5, 0.5], [dx / held.box.width, -dy / held.box.height], done, held.scales);
  }

  #key(event) {
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    const middle = [this.scene.x.length >> 1, this.scene.y.length >> 1];
    const [i, j] = this.cursor ?? middle;
    const move = moves[event.key];
    const zoom = { '+': 1 / 1.5, '=': 1 / 1.5, '-': 1.5 }[event.key];
    if (move) {
      const far = event.shiftKey ? 10 : 1;
      const within = (n, count) => Math.min(count - 1, Math.max(0, n));
      this.on.hover(within(i + far * move[0], this.scene.x.length), within(j + far * move[1], this.scene.y.length));
    } else if (zoom) {
      const about = [this.scene.x[i], this.scene.y[j]];
      this.on.zoom(zoom, [this.scales[0].along(about[0]), this.scales[1].along(about[1])], [0, 0], true);
    } else if (event.key === 'Enter') this.on.pick(i, j);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
