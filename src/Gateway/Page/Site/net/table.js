// The ring as a table: for screen readers, for search, and for whoever prefers it.

import { el, linkTo, say } from '/page/dom.js';

const ROWS = 50;

export class MemberTable {
  #network;
  #turns = () => undefined;
  #page = 0;
  #search = el('input', {
    type: 'search', placeholder: 'first digits of an id', maxlength: 64, 'aria-label': 'Show c-nodes whose id begins with', oninput: () => { this.#page = 0; this.show(); },
  });

  #count = el('span.faint');
  #body = el('tbody');
  #before = el('button', { type: 'button', onclick: () => { this.#page--; this.show(); } }, 'Before');
  #after = el('button', { type: 'button', onclick: () => { this.#page++; this.show(); } }, 'Next');

  element = el('details.members', { ontoggle: () => this.show() },
    el('summary', {}, 'The same as a table'),
    el('p', {}, el('label', {}, 'Find ', this.#search), ' ', this.#count),
    el('div.scroll', { tabindex: 0, role: 'region', 'aria-label': 'c-nodes' }, el('table', {},
      el('thead', {}, el('tr', {}, ...['c-node', 'standing', 'place on the ring', 'bundles given', 'answered', 'agreed', 'lies'].map((name) => el('th', { scope: 'col' }, name)))),
      this.#body)),
    el('p', {}, this.#before, ' ', this.#after));

  /** @param {(row: number) => number | undefined} turns Where a row stands. */
  constructor(network, turns) {
    [this.#network, this.#turns] = [network, turns];
  }

  /** Shows how it is now; nothing while it is closed. */
  show() {
    if (!this.element.open) return;
    const network = this.#network;
    const wanted = this.#search.value.trim().toLowerCase();
    const rows = [];
    for (let row = 0; row < network.count; row++) if (wanted === '' || network.idOf(row).startsWith(wanted)) rows.push(row);
    const pages = Math.max(1, Math.ceil(rows.length / ROWS));
    this.#page = Math.max(0, Math.min(this.#page, pages - 1));
    say(this.#count, `${rows.length} of ${network.total}, page ${this.#page + 1} of ${pages}`);
    [this.#before.disabled, this.#after.disabled] = [this.#page === 0, this.#page === pages - 1];
    this.#body.replaceChildren(...rows.slice(this.#page * ROWS, (this.#page + 1) * ROWS).map((row) => this.#row(row)));
  }

  #row(row) {
    const id = this.#network.idOf(row);
    const turn = this.#turns(row);
    const { lent = 0, answered = 0, agreed = 0, lies = 0 } = this.#network.seen.get(id) ?? {};
    return el('tr', {},
      el('th', { scope: 'row' }, linkTo('node', id)), el('td', {}, this.#network.standingOf(row)),
      el('td', {}, turn === undefined ? '–' : `${(360 * turn).toFixed(1)}°`),
      ...[lent, answered, agreed, lies].map((number) => el(number > 0 && number === lies ? 'td.bad' : 'td', {}, String(number))));
  }
}
