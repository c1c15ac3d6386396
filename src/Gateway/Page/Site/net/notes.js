// What happens, in words: the newest first.

import { el, linkTo } from '/page/dom.js';

const SHOWN = 9;

export class Notes {
  #list = el('ol.notes');
  #newest = null;

  element = el('section.happens', {}, el('h2', {}, 'What happens'), this.#list);

  show(network, time) {
    if (network.notes.length === 0) {
      if (this.#list.childElementCount === 0) this.#list.append(el('li.faint', {}, 'Nothing yet: nobody has handed in work, and no epoch has ended.'));
      return;
    }
    const newest = `${network.notes[0].time} ${network.notes[0].epoch}`;
    if (newest === this.#newest) {
      for (const [i, note] of network.notes.slice(0, SHOWN).entries()) this.#list.children[i]?.querySelector('time')?.replaceChildren(ago(time - note.time));
      return;
    }
    this.#newest = newest;
    this.#list.replaceChildren(...network.notes.slice(0, SHOWN).map((note) => el(`li.${note.kind}`, {}, el('time', {}, ago(time - note.time)), el('span', {}, ...words(note)))));
  }
}

const ago = (ms) => (ms < 1_500 ? 'now' : ms < 90_000 ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / 60_000)} min`);

function words(note) {
  switch (note.kind) {
    case 'epoch': return ['Epoch ', linkTo('epoch', note.epoch), ' began: every c-node stands at a new place, by chance.'];
    case 'lie': return [
      ...note.lied.flatMap((id, i) => [i > 0 ? ', ' : '', linkTo('node', id)]), ' handed in another result than the ',
      `${note.agreed.length} who agree: the lie is caught, and on record. Job `, linkTo('job', note.job), `, bundle ${note.bundle}.`];
    default: return [
      `${note.agreed.length} ${note.agreed.length === 1 ? 'worker' : 'strangers'} agree on bundle ${note.bundle} of job `, linkTo('job', note.job),
      `: ${note.tasks} ${note.tasks === 1 ? 'task is' : 'tasks are'} done.`];
  }
}
