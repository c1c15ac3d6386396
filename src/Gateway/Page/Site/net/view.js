// The network, live.

import { el, say, shown } from '/page/dom.js';
import { Feed } from '/page/net/feed.js';
import { Figures } from '/page/net/figures.js';
import { Network } from '/page/net/network.js';
import { Notes } from '/page/net/notes.js';
import { Ring } from '/page/net/ring.js';
import { MemberTable } from '/page/net/table.js';

const HOLD = 1_600; // an epoch's places are shown for so long at least, in ms
const STALE = 16_000; // the node answers every ten seconds at the latest
const SPOKEN = 10_000; // a screen reader hears the headline at most so often

const KEY = [
  ['first', 'first', 'belongs to the node of an operator: trusted from the start'],
  ['trusted', 'trusted', 'has earned it, by results that others agreed on'],
  ['newcomer', 'newcomer', 'never decides without the trusted'],
  ['banned', 'banned', 'was proven to have signed two histories'],
  ['target', 'draw', 'chance put a bundle of tasks here: the nearest c-nodes do it'],
  ['out', 'on its way', 'work going out to a worker, and workers at work'],
  ['good', 'agreed', 'results coming back, and those that are the same'],
  ['lie', 'lie', 'a result that the others did not get'],
];

/** One view for as long as the page is open, so that its charts go on while others are looked at. */
export class NetworkView {
  network = new Network();
  #places = new Worker('/page/net/places.js', { type: 'module' });
  #placing = null;
  #placedAt = -Infinity;
  #placed = 0;
  #error = null;
  #spokenAt = -Infinity;
  #tickedAt = 0;
  #frames = { count: 0, since: 0, rate: 0 };

  #headline = el('p.headline', {}, 'Asking the node…');
  #spoken = el('p.unseen', { 'aria-live': 'polite' });
  #canvas = el('canvas', {
    tabindex: 0, role: 'img', 'aria-label': 'The ring of c-nodes', 'aria-describedby': 'ring-help',
    onclick: (event) => this.#open(this.#ring.rowAt(event.offsetX, event.offsetY)), onkeydown: (event) => this.#onKey(event),
    onmousemove: (event) => { this.#canvas.style.cursor = this.#ring.rowAt(event.offsetX, event.offsetY) === null ? '' : 'pointer'; },
  });

  #ring = new Ring(this.#canvas, this.network);
  #figures = new Figures();
  #notes = new Notes();
  #table = new MemberTable(this.network, (row) => this.#ring.turnOf(row));
  #feed = new Feed({
    onNow: (now) => this.#heard(() => this.network.onNow(now, performance.now())),
    onNews: (news) => this.#heard(() => this.network.onNews(news, performance.now())),
    onSilence: (error) => { this.#error = error; },
  });

  element = el('div.network', {},
    el('div.intro', {},
      el('h1', {}, 'A computer made of strangers'),
      el('p', {}, 'People hand in work; others, who do not know them, do it. A random number picks who: nobody can choose whom he works for. '
        + 'Several do the same task, and only what they agree on counts. Everything is signed.'),
      this.#headline, this.#spoken),
    el('div.stage', {},
      el('figure', {}, this.#canvas,
        el('figcaption', { id: 'ring-help' },
          el('ul.key', {}, ...KEY.map(([kind, name, what]) => el('li', {}, el(`i.${kind}`), el('span', {}, el('b', {}, name), ` ${what}`)))),
          el('p.faint', {}, 'Select a c-node, by pointer or arrow keys, and open it with Enter.'))),
      this.#notes.element),
    el('h2.unseen', {}, 'Figures of this node'), this.#figures.element, this.#table.element);

  constructor(stale) {
    this.#stale = stale;
    this.#places.onmessage = ({ data }) => this.#onPlaces(data);
    this.#places.onerror = (event) => { this.#error = new Error(`places.js: ${event.message}`); };
    this.#feed.run();
    requestAnimationFrame((time) => this.#frame(time));
  }

  #stale;

  /** What a test and a curious person may read: frames a second, and ms of drawing a frame. */
  get pace() {
    return { frames: this.#frames.rate, cost: this.#ring.cost, members: this.network.count, placed: this.#placed };
  }

  select(id) {
    this.#ring.selected = id;
  }

  #heard(what) {
    what();
    this.#error = null;
  }

  #frame(time) {
    requestAnimationFrame((next) => this.#frame(next));
    this.#place(time);
    if (this.element.isConnected && this.#canvas.clientWidth > 0) this.#ring.draw(time);
    this.#frames.count++;
    if (time - this.#tickedAt < 1_000) return;
    this.#frames = { count: 0, since: time, rate: (this.#frames.count * 1_000) / (time - this.#frames.since) };
    this.#tickedAt = time;
    this.#second(time);
  }

  /** The newest epoch's places, when those of the last one were long enough to be seen. */
  #place(time) {
    const { network } = this;
    if (this.#placing !== null || network.epoch === 0 || (this.#placed === network.epoch && this.#ring.isPlaced)) return;
    if (time - this.#placedAt < HOLD && this.#ring.isPlaced) return;
    this.#placing = network.version;
    this.#places.postMessage({ epoch: network.epoch, beacon: network.beaconOf(network.epoch), ids: network.ids });
  }

  #onPlaces(places) {
    this.#ring.place(places, this.#placing, performance.now());
    [this.#placing, this.#placed, this.#placedAt] = [null, places.epoch, performance.now()];
  }

  #second(time) {
    const { network } = this;
    this.#showStale(time);
    const figures = this.#figures.tick(network, time);
    this.#notes.show(network, time);
    this.#table.show();
    if (!figures) return;
    say(this.#headline, headline(network, figures));
    if (time - this.#spokenAt < SPOKEN) return;
    this.#spokenAt = time;
    say(this.#spoken, this.#headline.textContent);
    this.#canvas.setAttribute('aria-label', `The ring of ${network.total} c-nodes in epoch ${network.epoch}; the table below has the same.`);
  }

  #showStale(time) {
    const silent = time - this.network.heardAt;
    const stale = this.network.totals === null ? this.#error !== null : this.#error !== null || silent > STALE;
    document.body.classList.toggle('stale', stale);
    this.#stale.hidden = !stale;
    if (!stale) return;
    say(this.#stale, this.network.totals === null
      ? `The node does not answer: ${this.#error.message}`
      : `No word from the node for ${Math.round(silent / 1_000)} s: what you see is how it was then.`);
  }

  #open(row) {
    if (row !== null) location.hash = `#/node/${this.network.idOf(row)}`;
  }

  #onKey(event) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (event.key === 'Enter' && this.#ring.selected) this.#open(this.network.rowOf(this.#ring.selected) ?? null);
    if (!step || this.network.count === 0) return;
    event.preventDefault();
    const rows = this.#ring.rowsInOrder();
    const now = rows.indexOf(this.network.rowOf(this.#ring.selected));
    const row = rows[(now + step + rows.length) % rows.length];
    this.#ring.selected = this.network.idOf(row);
    say(this.#spoken, `c-node ${this.#ring.selected.slice(0, 8)}, ${this.network.standingOf(row)}`);
  }
}

function headline(network, { rate, redundancy }) {
  const { total, trusted, epoch, totals, clusterNodes } = network;
  const who = `${shown(total)} c-nodes on ${clusterNodes} ${clusterNodes === 1 ? 'machine' : 'machines'}, ${shown(trusted)} of them trusted; epoch ${epoch}.`;
  const work = totals.tasks === 0
    ? 'No work yet.'
    : `${rate > 0 ? `${shown(rate)} tasks a second` : 'Quiet now'}; ${shown(totals.tasks)} done, each by ${redundancy.toFixed(1)} strangers.`;
  return `${who} ${work} ${totals.lies === 0 ? '' : `${shown(totals.lies)} ${totals.lies === 1 ? 'lie' : 'lies'} caught.`}`.trim();
}
