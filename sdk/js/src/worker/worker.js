// A worker: it connects to a gateway, declares itself, opens a chain or goes on with the one it has, joins, and comes back when it is cut off.

import { Blobs } from '../blobs.js';
import { Gateway } from '../boss/gateway.js';
import { LyingGateway } from '../lie.js';
import { EntryRefused, MainChain } from '../main-chain.js';
import { Entry } from '../entry.js';
import { Chain, FLUSH_EVERY } from './chain.js';
import { Connection, Disconnected } from './connection.js';
import { openChain } from './opening.js';
import { Session } from './session.js';
import { saltSecret } from './signing.js';
import { Witness } from './witness.js';

const STEADY = 60_000, JOIN_TIME = 20_000;

/**
 * @typedef {object} Store Keeps what a worker must not lose. Nobody else may use it at the same time: two workers with one chain are a fork, and banned.
 * @property {{ key: import('../sign.js').KeyPair, next: string, id: string }} keys The key in force, the hash of the next public key, the c-node.
 * @property {{ opening: string, entries: { text: string, named?: string }[], receipted: number } | null} chain
 * @property {(opening: string) => Promise<void>} opened A new chain.
 * @property {(entry: { text: string, named?: string }) => Promise<void>} keep Comes back when the entry is durable.
 * @property {(seq: number) => Promise<void>} receipted Up to this one the entries have receipts.
 */

/** Works for a network until it is stopped. */
export class Worker {
  #of;
  #watchers = [];
  #abort = new AbortController();
  #main;
  #session = null;
  #chain = null;
  #connection = null;

  /**
   * @param {object} of
   * @param {string} of.url The gateway's: `ws://HOST:PORT/v1/worker`, or `wss://`.
   * @param {typeof WebSocket} of.WebSocket
   * @param {Store} of.store
   * @param {string[]} of.capabilities What it can run: `wasm`, `program`, `kernel:NAME@VERSION`.
   * @param {import('./session.js').Run} of.run
   * @param {(offer: object) => string | null} [of.refuse]
   * @param {import('../blobs.js').Blobs | null} [of.blobs] Gets large inputs and puts large outputs; by default at the gateway of `url`. Null: no such tasks.
   * @param {number} [of.credit] Leases at once, 1 to 64.
   * @param {(event: string, data: object) => void} [of.report]
   * @param {string[] | null} [of.trust] Public keys of cluster nodes, 64 hexadecimal digits each: what the gateway says of epochs counts when more than half of them have
   *   signed it. Null: its word is taken.
   */
  constructor({ refuse = () => null, credit = 2, report = () => {}, trust = null, blobs, ...of }) {
    this.#watchers.push(report);
    const http = of.url.replace(/^ws/, 'http').replace(/(:\/\/[^/]+)\/.*$/, '$1');
    this.#of = {
      refuse,
      credit,
      witness: trust && new Witness({ trust, http }),
      blobs: blobs === undefined ? new Blobs(new Gateway(http), of.store.keys.key) : blobs,
      ...of,
      report: (event, data) => this.#watchers.forEach((watch) => watch(event, data)),
      capabilities: [...of.capabilities].sort(),
    };
    this.#main = new MainChain(of.store.keys.key, of.store.keys.id, of.store.chain ? new Entry(of.store.chain.opening).claims.seq : 0);
  }

  /** Pauses before it connects again, in milliseconds: the first one, and the longest. */
  waits = [500, 30_000];

  /** Somebody more is told what happens, as `report` is. */
  watch(report) { this.#watchers.push(report); }

  /** The c-node. */
  get id() { return this.#of.store.keys.id; }

  /**
   * Works until `stop`.
   * @throws {Error} It can't go on: the c-node is banned, its key was replaced, the gateway speaks another version, or lies (LyingGateway).
   */
  async work() {
    const { signal } = this.#abort;
    for (let wait = this.waits[0]; !signal.aborted; wait = 2 * wait) {
      const began = Date.now();
      try {
        await this.#once();
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof EntryRefused || error instanceof LyingGateway || (error instanceof Disconnected && error.isFinal)) throw error;
        this.#of.report('disconnected', { message: error.message });
      }
      wait = Date.now() - began > STEADY ? this.waits[0] : Math.min(wait, this.waits[1]);
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, wait * (0.5 + Math.random()));
        signal.addEventListener('abort', () => { clearTimeout(timer); resolve(); }, { once: true });
      });
    }
  }

  /** Says goodbye. Leases that are held go to others at once. */
  stop() {
    this.#abort.abort();
    this.#connection?.close();
  }

  async #once() {
    const { url, WebSocket, store } = this.#of;
    const connection = this.#connection = await Connection.open({ url, WebSocket, key: store.keys.key, id: this.id });
    const timers = [];
    try {
      await this.#ready(connection);
      timers.push(setInterval(() => this.#session.ping(), connection.challenge.heartbeatMs / 2));
      timers.push(setInterval(() => void this.#chain.flush(), FLUSH_EVERY));
      timers.push(setTimeout(() => { if (!this.#session?.isJoined) connection.close(); }, JOIN_TIME));
      this.#session.join(connection);
      void this.#chain.flush();
      throw await Promise.race([connection.closed, this.#broken(timers), this.#session.lie]);
    } finally {
      timers.forEach(clearInterval); // timeouts, too
      this.#session?.leave();
      connection.close();
    }
  }

  /** Comes when the chain can't go on: then another one is opened. */
  #broken(timers) {
    return new Promise((resolve) => {
      timers.push(setInterval(() => {
        if (this.#chain.broken === null) return;
        [this.#of.store.chain, this.#chain, this.#session] = [null, null, null];
        resolve(new Error('The chain can\'t go on: another one is opened.'));
      }, 500));
    });
  }

  async #ready(connection) {
    const { store, capabilities, report, witness } = this.#of;
    if (this.#session) return;
    const { key, next } = store.keys;
    if (!store.chain) {
      const ask = (what, body) => connection.ask(what, body);
      const opening = await openChain({ main: this.#main, next, capabilities, bits: connection.challenge.bits, ask, witness, signal: this.#abort.signal });
      await store.opened(opening.text);
      report('opened', { sub: opening.claims.seq });
    }
    this.#chain = new Chain({ key, kept: store.chain, store, ask: (what, body) => this.#connection.ask(what, body) });
    const { id } = this;
    this.#session = new Session({ ...this.#of, id, chain: this.#chain, secret: await saltSecret(key) });
  }
}

/** A store that forgets all when the program ends: its c-node is never seen again. */
export function memoryStore(keys) {
  return {
    keys,
    chain: null,
    async opened(opening) { this.chain = { opening, entries: [], receipted: 0 }; },
    async keep() {},
    async receipted() {},
  };
}
