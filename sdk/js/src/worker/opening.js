// What a worker signs into its c-node's main chain before it works: its declaration, and the opening of a chain to work in.

import { Entry } from '../entry.js';

/**
 * Declares the c-node where that is not done or says something else, and opens a chain.
 * @param {object} of
 * @param {import('../main-chain.js').MainChain} of.main Of this program: the same one after a lost connection.
 * @param {string} of.next The hash of the c-node's next public key.
 * @param {string[]} of.capabilities What it can run, rising.
 * @param {number} of.bits Of the proof of work.
 * @param {(what: string, body: object) => Promise<object>} of.ask Asks the keeper; rejects with a `TimeoutError` where no answer comes in time.
 * @param {import('./witness.js').Witness | null} [of.witness] Checks the record that the entries name.
 * @param {AbortSignal} [of.signal]
 * @returns {Promise<Entry>} The opening.
 * @throws {import('../main-chain.js').EntryRefused}
 */
export async function openChain({ main, next, capabilities, bits, ask, witness = null, signal }) {
  const entries = await main.append((place) => sign(place, { next, capabilities, bits, witness, signal }), (what, body) => askOrNull(ask, what, body), signal);
  return entries.at(-1);
}

async function sign(place, { next, capabilities, bits, witness, signal }) {
  const { author, checkpoint } = place.reserved;
  await witness?.check(checkpoint);
  if (!author) {
    await place.declare({ roles: ['worker'], caps: capabilities, next }, bits, signal);
  } else {
    const before = new Entry(author.declaration).claims;
    if (String(before.caps) !== String(capabilities)) {
      const { roles, owner, next: committed } = before;
      const owned = owner === undefined ? {} : { owner };
      await place.sign({ typ: 'declare', key: author.key, roles, caps: capabilities, ...owned, next: author.next ?? committed, pow: 0 });
    }
  }
  await place.sign({ typ: 'open' });
}

async function askOrNull(ask, what, body) {
  try {
    return await ask(what, body);
  } catch (error) {
    if (error.name === 'TimeoutError') return null;
    throw error;
  }
}
