// What a boss signs into its c-node's main chain: its declaration, and for each job the opening of a chain and a delegate.

import { MainChain } from '../main-chain.js';
import { Problem } from './gateway.js';

/** Epochs for which a job may sign. */
const DELEGATE_EPOCHS = 2 ** 24;

/** Of a boss's main chain. One job after the other; another program with the same key waits, and so does this one. */
export class BossChain {
  #gateway;
  #main;
  #next;
  #tail = Promise.resolve();

  /**
   * @param {import('./gateway.js').Gateway} gateway
   * @param {import('../sign.js').KeyPair} key The key in force.
   * @param {string} id The c-node.
   * @param {string} next The hash of the next public key.
   */
  constructor(gateway, key, id, next) {
    [this.#gateway, this.id, this.#next, this.#main] = [gateway, id, next, new MainChain(key, id)];
  }

  /** Declares the c-node, where that is not done. */
  declare(options) { return this.#append(async () => {}, options); }

  /**
   * Opens a chain for a job and lets it sign.
   * @returns {Promise<{ opening: string, delegate: string }>} Both are in the chain.
   */
  async authorize(spec, delegate, options) {
    const entries = await this.#append(async (place) => {
      await place.sign({ typ: 'open', job: spec.id });
      const last = place.reserved.checkpoint.epoch + DELEGATE_EPOCHS;
      await place.sign({ typ: 'delegate', key: delegate, job: spec.id, policy: spec.policy, budget: spec.budget, last });
    }, options);
    return { opening: entries.at(-2).text, delegate: entries.at(-1).text };
  }

  /** One after the other. */
  #append(sign, { signal } = {}) {
    const done = this.#tail.then(() => this.#main.append(async (place) => {
      if (!place.reserved.author) {
        const { admissionBits } = await this.#gateway.get('roster', { signal });
        await place.declare({ roles: ['boss'], caps: [], next: this.#next }, admissionBits, signal);
      }
      await sign(place);
    }, (what, body) => this.#ask(what, body, signal), signal));
    this.#tail = done.catch(() => {}); // whoever called has it
    return done;
  }

  async #ask(what, body, signal) {
    try {
      return await this.#gateway.post(`c-nodes/${this.id}/${what === 'reserve' ? 'reservation' : 'entries'}`, body, { signal });
    } catch (error) {
      if (error instanceof Problem && error.entry) return { notAppended: { ...error.entry, message: error.message } };
      throw error;
    }
  }
}
