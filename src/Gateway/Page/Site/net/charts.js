// Small charts: the last two minutes of one figure, as a line.

import { el, say, shown, svg } from '/page/dom.js';

const KEPT = 120;
const [WIDTH, HEIGHT] = [120, 30];

/** A figure with its course. */
export class Tile {
  #values = [];
  #figure = el('strong');
  #line = svg('polyline', { fill: 'none' });
  #area = svg('polygon');
  #peak = el('span.peak');

  /**
   * @param {string} name
   * @param {string} what A line for somebody who has never heard of it.
   * @param {string} [unit]
   */
  constructor(name, what, unit = '') {
    this.unit = unit;
    this.element = el('section.tile', {},
      el('h3', {}, name),
      el('p.figure', {}, this.#figure, el('span', {}, unit)),
      svg('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' }, this.#area, this.#line),
      this.#peak,
      el('p', {}, what));
  }

  /** Shows a value. */
  show(value, text = shown(value)) {
    say(this.#figure, text);
    this.element.classList.toggle('alarm', false);
    this.last = value;
  }

  /** A second has passed: the value goes into the line. */
  tick(value = this.last ?? 0) {
    this.#values.push(value);
    if (this.#values.length > KEPT) this.#values.shift();
    const most = Math.max(...this.#values, 1e-9);
    const points = this.#values.map((one, i) =>
      `${(WIDTH - (this.#values.length - 1 - i) * (WIDTH / (KEPT - 1))).toFixed(1)},${(HEIGHT - 2 - (one / most) * (HEIGHT - 4)).toFixed(1)}`);
    this.#line.setAttribute('points', points.join(' '));
    const first = points[0]?.split(',')[0] ?? WIDTH;
    this.#area.setAttribute('points', `${first},${HEIGHT} ${points.join(' ')} ${WIDTH},${HEIGHT}`);
    say(this.#peak, most < 0.05 ? 'two minutes: nothing' : `two minutes: peak ${shown(most)}`);
  }
}
