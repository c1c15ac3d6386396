// What a worker signs into its c-node's main chain: its declaration, and the opening of a chain to work in.

import { toHex } from '../bytes.js';
import { Entry, Receipt } from '../entry.js';
import { randomBytes, signEntry, signRequest, solve, ZERO } from '../sign.js';

const PAUSE = 500;

/** A chain does not take an entry, and never will. */
export class EntryRefused extends Error {
  name = 'EntryRefused';
}

const pause = (milliseconds, signal) => new Promise((resolve, reject) => {
  const timer = setTimeout(resolve, milliseconds);
  signal?.addEventListener('abort', () => {
    clearTimeout(timer);
    reject(signal.reason);
  }, { once: true });
});

/**
 * Declares the c-node where that is not done or says something else, and opens a chain.
 * @param {object} of
 * @param {import('../sign.js').KeyPair} of.key The key in force.
 * @param {string} of.id The c-node.
 * @param {string} of.next The hash of its next public key.
 * @param {string[]} of.capabilities What it can run, rising.
 * @param {number} of.bits Of the proof of work.
 * @param {(what: string, body: object) => Promise<object>} of.ask Asks the keeper; rejects where no answer comes in time.
 * @param {AbortSignal} [of.signal]
 * @returns {Promise<{ opening: Entry }>}
 * @throws {EntryRefused}
 */
export async function openChain({ key, id, next, capabilities, bits, ask, signal }) {
  const holder = toHex(randomBytes());
  let known = { turn: 0 };
  for (;; await pause(PAUSE, signal)) {
    signal?.throwIfAborted();
    const asked = Date.now();
    const answer = await askOrNull(ask, 'reserve', {
      holder, turn: known.turn, ...await signRequest(key, 'akkacompute/reserve/1', [id, holder], known.turn),
    });
    if (answer?.place) {
      if (answer.place.turn !== known.turn) known = answer.place;
      check(answer.place.author, key);
      continue;
    }
    if (answer?.refused && answer.refused.reason !== 'Unavailable') throw new EntryRefused(answer.refused.message);
    if (!answer?.reserved) continue;
    const { reserved } = answer;
    known = { turn: reserved.turn };
    check(reserved.author, key);
    const entries = await sign(reserved, { key, id, next, capabilities, bits, signal });
    if (await bringIn(entries, asked + reserved.forMs / 2, ask, signal)) return { opening: entries.at(-1) };
  }
}

/** The key here must be the one of the chain. */
function check(author, key) {
  if (!author) return;
  if (!author.next) throw new EntryRefused('The keys of this c-node were revoked.');
  if (author.key !== key.publicHex) throw new EntryRefused(`The key that is kept here is not the one in force, ${author.key}: it was rotated elsewhere.`);
}

async function sign({ seq, previous, checkpoint, author }, { key, id, next, capabilities, bits, signal }) {
  const entries = [];
  const add = async (claims) => {
    const before = entries.at(-1);
    const place = before
      ? { iss: id, sub: '0', seq: before.claims.seq + 1, prev: toHex(before.hash), cp: checkpoint }
      : { iss: id, sub: '0', seq, prev: seq === 0 ? ZERO : previous, cp: checkpoint };
    entries.push(await signEntry(key, place, claims));
  };
  const declare = (pow) => ({ typ: 'declare', key: key.publicHex, roles: ['worker'], caps: capabilities, next, pow });
  if (!author) {
    const claims = { iss: id, sub: '0', seq: 0, prev: ZERO, cp: checkpoint, ...declare(0) };
    await add(declare(await solve(claims, bits, { signal })));
  } else {
    const before = new Entry(author.declaration).claims;
    if (String(before.caps) !== String(capabilities)) {
      const { roles, owner, next: committed } = before;
      await add({ typ: 'declare', key: author.key, roles, caps: capabilities, ...(owner === undefined ? {} : { owner }), next: author.next ?? committed, pow: 0 });
    }
  }
  await add({ typ: 'open' });
  return entries;
}

/** True when all of them have receipts; false where somebody else had the place. */
async function bringIn(entries, until, ask, signal) {
  const missing = new Set(entries.map((entry) => toHex(entry.hash)));
  while (Date.now() < until) {
    const answer = await askOrNull(ask, 'append', { entries: entries.map((entry) => entry.text), named: [] });
    for (const text of answer?.receipts ?? []) missing.delete(new Receipt(text).claims.receipt);
    if (missing.size === 0) return true;
    const reason = answer?.notAppended?.reason;
    if (['Gap', 'OtherHistory', 'Fork', 'StaleWork'].includes(reason)) return false;
    if (reason && !['BadCheckpoint', 'TooManyOpenings'].includes(reason)) throw new EntryRefused(`${reason}: ${answer.notAppended.message}`);
    if (answer?.refused && answer.refused.reason !== 'Unavailable') throw new EntryRefused(answer.refused.message);
    await pause(reason === 'TooManyOpenings' ? PAUSE : PAUSE / 10, signal);
  }
  return false;
}

/** No answer is asked for again: both questions may be repeated. */
async function askOrNull(ask, what, body) {
  try {
    return await ask(what, body);
  } catch (error) {
    if (error.name === 'TimeoutError') return null;
    throw error;
  }
}
