// One c-node: where it stands, and what others say of its work.

import { askJson, Problem } from '/page/api.js';
import { el, short, shown } from '/page/dom.js';
import { position } from '/sdk/js/src/draw.js';
import { fromHex, toHex } from '/sdk/js/src/bytes.js';

const MEANS = {
  first: 'It belongs to the node of an operator, and was trusted from the start.',
  trusted: 'It has earned trust by results that strangers agreed on.',
  newcomer: 'It has not earned trust yet: it works beside the trusted, and never decides without them.',
  banned: 'It was proven to have signed two histories, and is drawn no more.',
  unknown: 'It is not in the roster that this page has: it was never there, has left, or is one of too many to show.',
};

/** @param {string} id @param {import('/page/net/network.js').Network} network */
export async function nodeView(id, network) {
  if (!/^[0-9a-f]{64}$/.test(id)) throw new Error(`'${id}' is no id of a c-node: 64 digits of 0 to 9 and a to f.`);
  const row = network.rowOf(id);
  const standing = row === undefined ? 'unknown' : network.standingOf(row);
  const [reputation, account] = await Promise.all([known(`/v1/c-nodes/${id}/reputation`), known(`/v1/c-nodes/${id}/account`)]);
  const seen = network.seen.get(id);
  const beacon = network.beaconOf(network.epoch);
  return el('div', {},
    el('h1', {}, 'c-node ', el('code', {}, short(id))),
    el('p', {}, 'A c-node is one identity in the network: a key that signs. Whoever holds the key may hand in work, do work, or both.'),
    el('dl.facts', {},
      el('dt', {}, 'Id'), el('dd', {}, el('code', {}, id), el('div.faint', {}, 'The hash of its first public key. Nobody gave it; nobody can take another one’s.')),
      el('dt', {}, 'Standing'), el('dd', {}, el('b', {}, standing), ` ${MEANS[standing]}`),
      ...(beacon ? [el('dt', {}, `Place in epoch ${network.epoch}`),
        el('dd', {}, el('code', {}, `${toHex(position(fromHex(beacon), fromHex(id))).slice(0, 16)}…`), el('div.faint', {}, 'Computed by this page: the hash of the epoch’s random value and the id. It is another one in each epoch.'))] : []),
      ...(reputation ? [
        el('dt', {}, 'As a worker'), el('dd', {}, score(reputation.worker, 'of its results are what others agreed on', 'are not')),
        el('dt', {}, 'As a boss'), el('dd', {}, score(reputation.boss, 'times it paid as it said', 'times it did not')),
      ] : []),
      ...(account ? [el('dt', {}, 'Credits'), el('dd', {}, `${shown(account.free)} free, ${shown(account.inEscrow)} set aside for work`)] : []),
      el('dt', {}, 'Seen here'), el('dd', {}, seen
        ? `Since this page was opened: ${seen.lent} bundles given to it, ${seen.answered} answered, ${seen.agreed} agreed with, ${seen.lies} lies.`
        : 'Nothing since this page was opened.')),
    el('p', {}, el('a', { href: `/v1/c-nodes/${id}` }, 'Its place in the records'), ' as JSON. ', el('a', { href: '#/' }, 'Back to the network')));
}

const score = ({ accepted, rejected, vouches }, good, bad) =>
  `${shown(accepted)} ${good}, ${shown(rejected)} ${bad}; ${shown(vouches)} signed statements say so.`;

/** What the node knows; null where there is nothing of this c-node. */
async function known(path) {
  try {
    return await askJson(path);
  } catch (error) {
    if (error instanceof Problem && error.status < 500) return null;
    throw error;
  }
}
