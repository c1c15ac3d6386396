// What a worker in this browser must not lose: its key, and what it has signed. One tab at a time: two that sign into one chain fork it.

import { Entry } from '/sdk/js/src/entry.js';
import { inStore, makeKey, myKey } from '/page/work/keys.js';

const [ROLE, CHAIN, LOCK] = ['worker', 'worker-chain', 'akkacompute-worker'];

/**
 * Opens the store, and holds it until `close`.
 * @returns {Promise<{ store: object, recovery: string | null, close: () => void }>} `recovery`: of a new key, for the person to keep.
 * @throws {Error} Another tab has it.
 */
export async function openWorkerStore() {
  const close = await lock();
  try {
    const kept = await myKey(ROLE);
    const mine = kept ?? await makeKey(ROLE);
    const chain = (await inStore('readonly', (store) => store.get(CHAIN))) ?? null;
    return { store: new WorkerStore(mine, chain), recovery: mine.recovery ?? null, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** As `Store` of sdk/js/src/worker. */
class WorkerStore {
  #kept;

  constructor({ pair, next }, chain) {
    this.keys = { key: pair, next, id: pair.id };
    this.chain = chain;
    this.#kept = chain?.entries.slice() ?? [];
  }

  async opened(opening) {
    this.chain = { opening, entries: [], receipted: 0 };
    this.#kept = [];
    await this.#write();
  }

  async keep(entry) {
    this.#kept.push(entry);
    await this.#write();
  }

  /** What has receipts is forgotten, but for the last one: the next entry names it. */
  async receipted(seq) {
    if (!this.chain) return; // a late receipt of a chain that was given up
    this.chain.receipted = seq;
    this.#kept = this.#kept.filter((entry, i) => i === this.#kept.length - 1 || new Entry(entry.text).claims.seq > seq);
    await this.#write();
  }

  #write() {
    const { opening, receipted } = this.chain;
    return inStore('readwrite', (store) => store.put({ opening, receipted, entries: this.#kept }, CHAIN));
  }
}

function lock() {
  return new Promise((resolve, reject) => {
    navigator.locks.request(LOCK, { ifAvailable: true }, (held) => {
      if (held === null) {
        reject(new Error('Another tab of this browser takes part already. One is enough: give it more threads.'));
        return null;
      }
      return new Promise((release) => resolve(release));
    });
  });
}
