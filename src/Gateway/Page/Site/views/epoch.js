// One epoch: its record, read and checked here.

import { askLines } from '/page/api.js';
import { el, linkTo } from '/page/dom.js';
import { equal, fromBase64Url, toHex } from '/sdk/js/src/bytes.js';
import { readEpochLine } from '/sdk/js/src/record.js';

/** @param {string} number @param {import('/page/net/network.js').Network} network */
export async function epochView(number, network) {
  const epoch = Number(number);
  if (!Number.isSafeInteger(epoch) || epoch < 1) throw new Error(`'${number}' is no number of an epoch: they count from 1.`);
  const { record, signatures, counts } = await read(epoch);
  const before = epoch > 1 ? (await read(epoch - 1)).record : null;
  const follows = before === null ? null : equal(record.previous, before.hash);
  return el('div', {},
    el('h1', {}, `Epoch ${epoch}`),
    el('p', {}, 'In each epoch the list of c-nodes is frozen first. Only then do the machines reveal numbers that they committed to before, and these make the '
      + 'random value that picks who works for whom. So nobody can choose, and nobody knows before.'),
    el('ul.checks', {},
      el('li.holds', {}, 'The random value is what the revealed numbers make: computed here from the record.'),
      follows === null ? null
        : el(follows ? 'li.holds' : 'li.fails', {}, follows ? `It names the record of epoch ${epoch - 1} by its hash: computed here.` : `It does not name the record of epoch ${epoch - 1}: history was changed.`)),
    el('dl.facts', {},
      el('dt', {}, 'Random value'), el('dd', {}, el('code', {}, toHex(record.beacon))),
      el('dt', {}, 'Hash of the record'), el('dd', {}, el('code', {}, toHex(record.hash))),
      el('dt', {}, 'Revealed by'), el('dd', {}, `${record.reveals.length} of the machines; ${signatures.length} signed the record`),
      el('dt', {}, 'In it'), el('dd', {}, Object.entries(counts).map(([kind, count]) => `${count} × ${kind}`).join(', ') || 'nothing else')),
    el('p', {}, ...(epoch > 1 ? ['Before: ', linkTo('epoch', epoch - 1), '. '] : []), ...(epoch < network.epoch ? ['Next: ', linkTo('epoch', epoch + 1), '. '] : []),
      el('a', { href: `/v1/epochs/${epoch}` }, 'Its lines as they are on record'), '. ', el('a', { href: '#/' }, 'Back to the network')));
}

const NAMES = {
  joined: 'c-node came', left: 'c-node left', standing: 'standing changed', ban: 'ban', node: 'machine came', gone: 'machine left', draw: 'draw', head: 'head of a chain', decided: 'bundle decided', opened: 'result opened',
};

async function read(epoch) {
  let first = null;
  const counts = {};
  for await (const line of askLines(`/v1/epochs/${epoch}`)) {
    if (line.startsWith('{"epoch"')) {
      first = readEpochLine(line, fromBase64Url);
      continue;
    }
    const kind = line.startsWith('{') ? NAMES[line.slice(2, line.indexOf('"', 2))] : 'signed entry';
    if (kind) counts[kind] = (counts[kind] ?? 0) + 1;
  }
  if (first === null) throw new Error(`The node has sent no record of epoch ${epoch}.`);
  if (first.record.number !== epoch) throw new Error(`Asked for epoch ${epoch}, the node sent the record of ${first.record.number}.`);
  return { ...first, counts };
}
