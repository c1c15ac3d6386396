// The chain that a worker works in: it signs, keeps what it has signed, and sends it until there are receipts.

import { toHex } from '../bytes.js';
import { Entry, Receipt } from '../entry.js';
import { signEntry } from '../sign.js';

const MAX_ENTRIES = 512, MAX_BYTES = 64 * 1024;

/** How often a chain that waits is flushed, in milliseconds. */
export const FLUSH_EVERY = 3_000;

/** Entries without receipt beyond which a worker takes no more work: its keeper is away. */
const MOST_WAITING = 4_096;

/** One sub-chain. */
export class Chain {
  #key;
  #store;
  #ask;
  #tail = Promise.resolve();
  #flushing = false;
  #receipts = new Map(); // of entries that somebody waits for
  #head;

  /**
   * @param {object} of
   * @param {import('../sign.js').KeyPair} of.key
   * @param {{ opening: string, entries: { text: string, named?: string }[], receipted: number }} of.kept What the store has.
   * @param {{ keep: (entry: { text: string, named?: string }) => Promise<void>, receipted: (seq: number) => Promise<void> }} of.store
   * @param {(what: string, body: object) => Promise<object>} of.ask
   */
  constructor({ key, kept, store, ask }) {
    [this.#key, this.#store, this.#ask] = [key, store, ask];
    const opening = new Entry(kept.opening);
    const entries = kept.entries.map(({ text, named }) => ({ entry: new Entry(text), named }));
    const last = entries.at(-1)?.entry ?? opening;
    this.sub = String(opening.claims.seq);
    this.id = opening.claims.iss;
    this.#head = { seq: entries.at(-1)?.entry.claims.seq ?? 0, hash: toHex(last.hash), cp: last.claims.cp };
    /** @type {{ entry: Entry, named?: string }[]} Without receipts. */
    this.waiting = entries.filter(({ entry }) => entry.claims.seq > kept.receipted);
    /** Why the chain can't go on; null: it can. */
    this.broken = null;
  }

  get isAble() { return this.broken === null && this.waiting.length < MOST_WAITING; }

  /** Whether an entry is one of this chain's. */
  owns({ claims: { iss, sub, seq } }) { return iss === this.id && sub === this.sub && seq <= this.#head.seq; }

  /**
   * Signs the next entry. It is kept before anybody sees it, and there is never a second one for its place.
   * @param {object} claims `typ` and what belongs to it.
   * @param {{ epoch: number, hash: string }} seen The latest epoch record that is known.
   * @param {string} [named] The entry that it names.
   * @returns {Promise<Entry>}
   */
  sign(claims, seen, named) {
    const signed = this.#tail.then(async () => {
      if (this.broken) throw new Error(`The chain can't go on: ${this.broken}`);
      const cp = seen && seen.epoch > this.#head.cp.epoch ? seen : this.#head.cp;
      const place = { iss: this.id, sub: this.sub, seq: this.#head.seq + 1, prev: this.#head.hash, cp };
      const entry = await signEntry(this.#key, place, claims);
      await this.#store.keep({ text: entry.text, named });
      this.#head = { seq: place.seq, hash: toHex(entry.hash), cp };
      this.waiting.push({ entry, named });
      return entry;
    });
    this.#tail = signed.catch(() => {});
    void signed.then(() => this.flush(), () => {});
    return signed;
  }

  /** Comes when an entry has its receipt. */
  receiptOf(entry) {
    if (!this.waiting.some((one) => one.entry === entry)) return Promise.resolve();
    return new Promise((resolve) => this.#receipts.set(entry, resolve));
  }

  /** Sends what waits, until all has receipts or there is no answer. Call it from a timer, too. */
  async flush() {
    if (this.#flushing || this.broken) return;
    this.#flushing = true;
    try {
      while (this.waiting.length > 0 && !this.broken && await this.#send()) ;
    } finally {
      this.#flushing = false;
    }
  }

  async #send() {
    const batch = [];
    let bytes = 0;
    for (const one of this.waiting) {
      bytes += one.entry.text.length + (one.named?.length ?? 0);
      if (batch.length === MAX_ENTRIES || (batch.length > 0 && bytes > MAX_BYTES)) break;
      batch.push(one);
    }
    const named = [...new Set(batch.map((one) => one.named).filter((text) => text !== undefined))];
    let answer;
    try {
      answer = await this.#ask('append', { entries: batch.map(({ entry }) => entry.text), named });
    } catch {
      return false; // no connection, or no answer: sent again
    }
    const before = this.waiting.length;
    for (const text of answer.receipts ?? []) await this.#onReceipt(new Receipt(text));
    if (answer.notAppended?.sub === Number(this.sub)) this.#onRefused(answer.notAppended);
    return this.waiting.length < before;
  }

  async #onReceipt(receipt) {
    const first = this.waiting[0];
    if (!first || receipt.claims.receipt !== toHex(first.entry.hash)) return;
    this.waiting.shift();
    await this.#store.receipted(first.entry.claims.seq);
    this.#receipts.get(first.entry)?.();
    this.#receipts.delete(first.entry);
  }

  /** A gap, and a record that is not there yet, go away by themselves; anything else ends the chain. */
  #onRefused({ reason, message, expected }) {
    if (reason === 'BadCheckpoint' || (reason === 'Gap' && expected >= (this.waiting[0]?.entry.claims.seq ?? 0))) return;
    this.broken = `${reason}: ${message}`;
  }
}
