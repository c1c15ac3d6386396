// The key of whoever uses this page. It signs here, and can't be read out: not by this page either. What takes over from it is in a file that
// the person keeps, and nowhere else.

import { nodeIdOf } from '/sdk/js/src/claims.js';
import { toHex } from '/sdk/js/src/bytes.js';
import { keyFromSeed, KeyPair, randomBytes } from '/sdk/js/src/sign.js';

const [DATABASE, STORE] = ['akkacompute', 'keys'];

/** @typedef {{ pair: KeyPair, next: string }} Mine `next`: the hash of the key that will replace it. */

/**
 * The key of this browser; null where there is none yet.
 * @param {'boss' | 'worker'} role Each has a key of its own: who hands in work can't be drawn for it.
 * @returns {Promise<Mine | null>}
 */
export async function myKey(role) {
  const kept = await inStore('readonly', (store) => store.get(role));
  return kept ? { pair: new KeyPair(kept.key, kept.publicKey), next: kept.next } : null;
}

/**
 * Makes a key for this browser, and the file that recovers its c-node.
 * @returns {Promise<Mine & { recovery: string }>} The file's text: it is not kept here.
 */
export async function makeKey(role) {
  const { privateKey, publicKey } = await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']);
  const bytes = new Uint8Array(await crypto.subtle.exportKey('raw', publicKey));
  const seed = randomBytes();
  const next = (await keyFromSeed(seed)).id;
  await inStore('readwrite', (store) => store.put({ key: privateKey, publicKey: bytes, next }, role));
  const recovery = JSON.stringify({
    what: 'AkkaCompute recovery file. Whoever has it can take this c-node over: keep it where nobody else looks.',
    cNode: nodeIdOf(bytes), nextSeed: toHex(seed),
  }, null, 2);
  return { pair: new KeyPair(privateKey, bytes), next, recovery };
}

/** Reads or writes what is kept beside the keys, under names of its own. Comes back when it is durable. */
export async function inStore(mode, act) {
  const database = await done(Object.assign(indexedDB.open(DATABASE, 1), { onupgradeneeded: (event) => event.target.result.createObjectStore(STORE) }));
  try {
    const change = database.transaction(STORE, mode, { durability: 'strict' });
    const ended = new Promise((resolve, reject) => { [change.oncomplete, change.onabort] = [resolve, () => reject(change.error)]; });
    const result = await done(act(change.objectStore(STORE)));
    await ended;
    return result;
  } finally {
    database.close();
  }
}

const done = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});
