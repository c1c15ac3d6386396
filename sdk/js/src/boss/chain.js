// What a boss signs into its c-node's main chain: its declaration, and for each job the opening of a chain and a delegate.

import { toHex } from '../bytes.js';
import { Receipt } from '../entry.js';
import { randomBytes, signEntry, signRequest, solve, ZERO } from '../sign.js';
import { pause, Problem } from './gateway.js';

const PAUSE = 500;

/** Epochs for which a job may sign. */
const DELEGATE_EPOCHS = 2 ** 24;

/** Of a boss's main chain. One job after the other; another program with the same key waits, and so does this one. */
export class BossChain {
  #gateway;
  #key;
  #next;
  #holder = toHex(randomBytes());
  #turn = 0;
  #tail = Promise.resolve();

  /**
   * @param {import('./gateway.js').Gateway} gateway
   * @param {import('../sign.js').KeyPair} key The key in force.
   * @param {string} id The c-node.
   * @param {string} next The hash of the next public key.
   */
  constructor(gateway, key, id, next) {
    [this.#gateway, this.#key, this.id, this.#next] = [gateway, key, id, next];
  }

  /** Declares the c-node, where that is not done. */
  declare(options) { return this.#alone(() => this.#append(() => [], options)); }

  /**
   * Opens a chain for a job and lets it sign.
   * @returns {Promise<{ opening: string, delegate: string }>} Both are in the chain.
   */
  async authorize(spec, delegate, options) {
    const entries = await this.#alone(() => this.#append(({ epoch }) => [
      { typ: 'open', job: spec.id },
      { typ: 'delegate', key: delegate, job: spec.id, policy: spec.policy, budget: spec.budget, last: epoch + DELEGATE_EPOCHS },
    ], options));
    return { opening: entries.at(-2).text, delegate: entries.at(-1).text };
  }

  #alone(act) {
    const done = this.#tail.then(act);
    this.#tail = done.catch(() => {});
    return done;
  }

  async #append(claimsOf, { signal } = {}) {
    for (;; await pause(PAUSE, signal)) {
      const asked = Date.now();
      const reserved = await this.#reserve(signal);
      if (!reserved) continue;
      const entries = await this.#sign(reserved, claimsOf(reserved.checkpoint), signal);
      if (entries.length === 0 || await this.#bringIn(entries, asked + reserved.forMs / 2, signal)) return entries;
    }
  }

  async #reserve(signal) {
    for (let tries = 0; tries < 3; tries++) {
      const signed = await signRequest(this.#key, 'akkacompute/reserve/1', [this.id, this.#holder], this.#turn);
      const answer = await this.#gateway.post(`c-nodes/${this.id}/reservation`, { holder: this.#holder, turn: this.#turn, ...signed }, { signal });
      const { turn, author } = answer.reserved ?? answer.place;
      this.#turn = turn;
      if (author && !author.next) throw new Error(`The keys of ${this.id} were revoked.`);
      if (author && author.key !== this.#key.publicHex) throw new Error(`The key of ${this.id} was replaced by ${author.key}.`);
      if (answer.reserved) return answer.reserved;
    }
    return null;
  }

  async #sign({ seq, previous, checkpoint, author }, claims, signal) {
    const entries = [];
    const add = async (own) => {
      const before = entries.at(-1);
      const place = before ? { seq: before.claims.seq + 1, prev: toHex(before.hash) } : { seq, prev: seq === 0 ? ZERO : previous };
      entries.push(await signEntry(this.#key, { iss: this.id, sub: '0', ...place, cp: checkpoint }, own));
    };
    if (!author) {
      const { admissionBits } = await this.#gateway.get('roster', { signal });
      const declaration = { typ: 'declare', key: this.#key.publicHex, roles: ['boss'], caps: [], next: this.#next, pow: 0 };
      const place = { iss: this.id, sub: '0', seq: 0, prev: ZERO, cp: checkpoint };
      await add({ ...declaration, pow: await solve({ ...place, ...declaration }, admissionBits, { signal }) });
    }
    for (const own of claims) await add(own);
    return entries;
  }

  /** True when all of them have receipts; false where somebody else had the place. */
  async #bringIn(entries, until, signal) {
    const missing = new Set(entries.map((entry) => toHex(entry.hash)));
    while (Date.now() < until) {
      let wait = PAUSE / 10;
      try {
        const { receipts } = await this.#gateway.post(
          `c-nodes/${this.id}/entries`, { entries: entries.map((entry) => entry.text), named: [] }, { signal });
        for (const text of receipts) missing.delete(new Receipt(text).claims.receipt);
        if (missing.size === 0) return true;
      } catch (error) {
        const reason = error instanceof Problem ? error.entry?.reason : undefined;
        if (['Gap', 'OtherHistory', 'Fork', 'StaleWork'].includes(reason)) return false;
        if (!['BadCheckpoint', 'TooManyOpenings'].includes(reason)) throw error;
        if (reason === 'TooManyOpenings') wait = PAUSE;
      }
      await pause(wait, signal);
    }
    return false;
  }
}
