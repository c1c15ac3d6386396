// The counters, with a line of text for each: what it is, and why it matters.

import { el, shown } from '/page/dom.js';
import { Tile } from '/page/net/charts.js';

const MEAN = 5; // seconds

export class Figures {
  #tiles = {
    tasks: new Tile('Tasks done', 'Pieces of work with an outcome, a second.', ' /s'),
    way: new Tile('Under way', 'Bundles of tasks that workers have right now.'),
    redundancy: new Tile('Redundancy', 'How many strangers did each task, so that none has to be believed.', ' ×'),
    epochs: new Tile('Epochs', 'Each one draws a new random number: nobody knows whom it picks before.', ' /s'),
    cnodes: new Tile('c-nodes', 'Identities that take part: programs, browsers, machines.'),
    lies: new Tile('Lies caught', 'Results that were not what the others agreed on.'),
  };

  #past = []; // of the last seconds: rates are means, or nobody could read them

  element = el('div.tiles', {}, ...Object.values(this.#tiles).map((tile) => tile.element));

  /** Once a second. */
  tick(network, time) {
    const { totals } = network;
    if (!totals) return;
    const tiles = this.#tiles;
    const before = this.#past[0] ?? { totals, time: time - 1_000 };
    const seconds = Math.max(0.2, (time - before.time) / 1_000);
    const rate = (name) => Math.max(0, totals[name] - before.totals[name]) / seconds;
    tiles.tasks.show(rate('tasks'));
    const waiting = [...network.bundles.values()].reduce((sum, { workers, decided }) =>
      sum + (decided === undefined ? [...workers.values()].filter(({ answered }) => answered === null).length : 0), 0);
    tiles.way.show(waiting);
    const redundancy = totals.tasks === 0 ? 0 : totals.executions / totals.tasks;
    tiles.redundancy.show(redundancy, totals.tasks === 0 ? '–' : redundancy.toFixed(2));
    tiles.epochs.show(rate('epochs'));
    tiles.cnodes.show(network.total);
    tiles.lies.show(totals.lies, shown(totals.lies));
    tiles.lies.element.classList.toggle('alarm', totals.lies > 0);
    for (const tile of Object.values(tiles)) tile.tick();
    this.#past.push({ totals, time });
    if (this.#past.length > MEAN) this.#past.shift();
    return { rate: rate('tasks'), redundancy };
  }
}
