// One session of a worker: offers in, results out, over as many connections as it takes. As src/Authors/Workers/OutsideSession.cs.

import { fromBase64Url, fromHex, toBase64Url, toHex } from '../bytes.js';
import { untagged } from '../blobs.js';
import { Entry } from '../entry.js';
import { LyingGateway } from '../lie.js';
import { resultRoot } from '../result.js';
import { FrameLog } from './frame-log.js';
import { bundleSecret, taskSeed } from './signing.js';

const PART_BYTES = 60 * 1024;

/** Bytes of output and files that a result has; more go as blobs. */
const MOST_HERE = 48 * 1024;

/** Tasks of a bundle with large inputs that run at once. */
const LARGE_AT_ONCE = 2;

const NOTHING = new Uint8Array(0);

/** Maps items in their order, so many at once. */
async function few(items, most, map) {
  const [mapped, next] = [[], items.entries()];
  await Promise.all(Array.from({ length: most }, async () => { for (const [i, item] of next) mapped[i] = await map(item, i); }));
  return mapped;
}

/** The worker itself failed: that is no result, and is not signed. */
const WORKER_FAULT = 8;

/** How often a record is checked, in milliseconds: what is signed meanwhile names the one before. */
const CHECK_EVERY = 10_000;

const ENDS = { 1: 'exited', 2: 'trapped', 3: 'none' };

/** Settlements whose rewards are remembered: one that is asked for again gets the same ones. */
const MOST_REMEMBERED = 1_024;

/**
 * @callback Run Runs one task.
 * @param {{ offer: object, task: number, seed: Uint8Array, input: Uint8Array, signal: AbortSignal, preparing: () => void }} task
 * @returns {Promise<import('../sandbox/run.js').Result>}
 */
export class Session {
  #log = new FrameLog();
  #bundles = new Map();
  #settled = new Map();
  #unpaid = new Set();
  #connection = null;
  #name;
  #of;
  #checked = 0;
  #lied;

  /** Comes, as `LyingGateway`, when the gateway has told a record that is none. */
  lie = new Promise((resolve) => { this.#lied = resolve; });

  /**
   * @param {object} of
   * @param {string} of.id The c-node.
   * @param {import('./chain.js').Chain} of.chain
   * @param {Uint8Array} of.secret `saltSecret` of its key.
   * @param {Run} of.run
   * @param {import('./witness.js').Witness | null} [of.witness] Checks the records that it signs.
   * @param {(offer: object) => string | null} of.refuse Why it does not run what is offered; null: it does.
   * @param {number} of.credit Leases at once, 0 to 64.
   * @param {import('../blobs.js').Blobs | null} [of.blobs] Gets large inputs, and puts large outputs. Without it no bundle is given that may have such.
   * @param {(event: string, data: object) => void} of.report
   */
  constructor(of) {
    this.#of = of;
    /** The latest epoch record that a gateway has told. */
    this.seen = null;
  }

  /** Bundles that were accepted and are not answered. */
  get held() { return this.#bundles.size; }

  /** Whether the gateway has taken us in on this connection. */
  get isJoined() { return this.#connection !== null; }

  /** Takes a new connection, which is welcome. */
  join(connection) {
    connection.onFrame = (frame) => this.#on(connection, frame);
    const { credit } = this.#of;
    connection.send({
      t: 'join', credit, ...(this.#of.blobs ? { blobs: true } : {}), ...(this.#name ? { session: this.#name, ack: this.#log.seen } : {}),
    });
  }

  /** The connection is gone; the next `join` goes on. */
  leave() { this.#connection = null; }

  ping() { this.#put({ t: 'ping' }); }

  #put(frame) { this.#connection?.send(this.#log.stamp(frame)); }

  #send(frame) { this.#put(this.#log.number(frame)); }

  #on(connection, frame) {
    try {
      if (frame.t === 'joined') this.#onJoined(connection, frame);
      else if (this.#log.take(frame)) this.#onFresh(frame);
      if (this.#log.owesAck) this.#put({ t: 'heard' });
    } catch (error) {
      this.#of.report('fault', { message: error.message });
      connection.close();
    }
  }

  #onJoined(connection, { session, resumed, ack = 0 }) {
    this.#connection = connection;
    this.#of.report('joined', { resumed });
    if (resumed) {
      this.#log.acknowledge(ack);
      for (const frame of this.#log.kept) this.#put(frame);
      return;
    }
    this.#log.reset();
    this.#name = session;
    for (const { abort } of this.#bundles.values()) abort.abort();
    this.#bundles.clear();
  }

  #onFresh(frame) {
    if (frame.cp && frame.cp.epoch > (this.seen?.epoch ?? -1)) void this.#see(frame.cp);
    const bundle = this.#bundles.get(frame.lease);
    switch (frame.t) {
      case 'offer':
        this.#onOffer(frame);
        break;
      case 'inputs':
        if (!bundle) break;
        bundle.inputs.push(...frame.items.map(fromBase64Url).map((item) => (frame.blobs ? untagged(item) : { bytes: item })));
        if (frame.last) void this.#work(bundle);
        break;
      case 'cancel':
        bundle?.abort.abort();
        this.#bundles.delete(frame.lease);
        break;
      case 'settle':
        void this.#reward(frame);
        break;
      case 'unjudged':
        void this.#unjudged(frame);
        break;
      case 'leave':
        this.#of.report('leave', frame);
        break;
      default: // pong, heard, and what a later version says
    }
  }

  /** Takes a record as the latest one, where it is one. */
  async #see(cp) {
    const { witness = null, report } = this.#of;
    if (witness) {
      if (Date.now() - this.#checked < CHECK_EVERY) return;
      this.#checked = Date.now();
      try {
        await witness.check(cp);
      } catch (error) {
        if (error instanceof LyingGateway) this.#lied(error);
        else report('fault', { message: `The record of epoch ${cp.epoch} could not be checked: ${error.message}` });
        return;
      }
    }
    if (cp.epoch > (this.seen?.epoch ?? -1)) this.seen = cp;
  }

  #onOffer(offer) {
    const { chain, refuse } = this.#of;
    const why = chain.isAble ? refuse(offer) : 'Its chain takes no more entries now.';
    if (why !== null) {
      this.#send({ t: 'pass', lease: offer.lease, why });
      return;
    }
    this.#bundles.set(offer.lease, { offer, inputs: [], abort: new AbortController() });
    this.#send({ t: 'accept', lease: offer.lease });
  }

  async #work(bundle) {
    const { offer, inputs, abort: { signal } } = bundle;
    const { id, chain, secret, run, report } = this.#of;
    try {
      if (inputs.length !== offer.tasks) throw new Error(`${inputs.length} inputs came for ${offer.tasks} tasks.`);
      const began = Date.now();
      const preparing = () => this.#send({ t: 'preparing', lease: offer.lease });
      const one = async ({ bytes, blob }, i) => {
        const task = offer.first + i;
        const input = blob ? await this.#of.blobs.get(blob, { signal }) : bytes;
        const started = Date.now();
        const result = { ...await run({ offer, task, seed: taskSeed(offer.job, task), input, signal, preparing }), ms: Date.now() - started };
        return this.#kept(result, signal);
      };
      // Large inputs are not in memory all at once.
      const results = await (inputs.some(({ blob }) => blob) ? few(inputs, LARGE_AT_ONCE, one) : Promise.all(inputs.map(one)));
      if (signal.aborted) return;
      const fault = results.find(({ reason }) => reason === WORKER_FAULT);
      if (fault) throw new Error(new TextDecoder().decode(fault.stderr));
      const salt = await bundleSecret(secret, offer.job, offer.bundle, offer.attempt);
      const root = resultRoot(fromHex(id), offer.first, offer.attempt, salt, results.map(({ digest }) => digest));
      const { job, bundle: number, attempt, epoch, first, tasks } = offer;
      const entry = await chain.sign({ typ: 'result', job, bundle: number, attempt, epoch, first, tasks, root: toHex(root) }, this.seen);
      if (signal.aborted) return;
      this.#answer(offer.lease, results, entry, salt);
      report('answered', { offer, ms: Date.now() - began, fuel: results.map(({ fuel }) => Number(fuel)) });
    } catch (error) {
      if (signal.aborted) return;
      this.#bundles.delete(offer.lease);
      this.#send({ t: 'pass', lease: offer.lease, why: `${error.message}`.slice(0, 500) });
      report('passed', { offer, message: error.message });
    }
  }

  /** A result that fits a frame: what is large in it is put first. The digest is over the bytes, wherever they are. */
  async #kept(result, signal) {
    const { output, listing } = result;
    if (!this.#of.blobs || output.length + listing.length <= MOST_HERE) return result;
    const kept = { ...result };
    if (output.length > MOST_HERE / 2) [kept.output, kept.outputBlob] = [NOTHING, await this.#of.blobs.put(output, { signal })];
    if (listing.length > MOST_HERE / 2) [kept.listing, kept.filesBlob] = [NOTHING, await this.#of.blobs.put(listing, { signal })];
    return kept;
  }

  #answer(lease, results, entry, salt) {
    this.#bundles.delete(lease);
    const parts = [[]];
    let bytes = 0;
    for (const { kind, exitCode, trap, reason, output, listing, outputBlob, filesBlob, stderr, fuel, ms } of results) {
      const size = output.length + listing.length + stderr.length + 256;
      if (parts.at(-1).length > 0 && bytes + size > PART_BYTES) {
        parts.push([]);
        bytes = 0;
      }
      bytes += size;
      const item = { end: ENDS[kind], fuel: Number(fuel), ms };
      if (exitCode) item.code = exitCode;
      if (trap) item.trap = trap;
      if (reason) item.reason = reason;
      if (output.length > 0) item.output = toBase64Url(output);
      if (stderr.length > 0) item.stderr = toBase64Url(stderr);
      if (listing.length > 0) item.files = toBase64Url(listing);
      if (outputBlob) item.outputBlob = outputBlob;
      if (filesBlob) item.filesBlob = filesBlob;
      parts.at(-1).push(item);
    }
    parts.forEach((items, i) => this.#send({
      t: 'results', lease, items, ...(i === parts.length - 1 ? { entry: entry.text, salt: toHex(salt) } : {}),
    }));
  }

  /** A reward for each accept that is about this c-node; sent when all of them have receipts. */
  async #reward({ job, number, boss, entries }) {
    const key = `${job}/${number}`;
    if (!this.#settled.has(key)) {
      this.#settled.set(key, this.#signRewards(job, boss, entries));
      if (this.#settled.size > MOST_REMEMBERED) this.#settled.delete(this.#settled.keys().next().value);
    }
    try {
      const rewards = await this.#settled.get(key);
      this.#send({ t: 'rewards', job, number, entries: rewards.map((entry) => entry.text) });
      this.#of.report('rewarded', { job, boss, results: rewards.length });
    } catch (error) {
      this.#settled.delete(key);
      this.#of.report('fault', { message: error.message });
    }
  }

  async #signRewards(job, boss, entries) {
    const { id, chain } = this.#of;
    const rewards = [];
    for (const text of entries) {
      const { claims, hash } = new Entry(text);
      if (claims.typ !== 'accept' || claims.worker !== id || claims.job !== job || claims.iss !== boss || boss === id) continue;
      rewards.push(await chain.sign({ typ: 'reward', job, boss, verdict: 'paid', entry: toHex(hash), pay: claims.pay }, this.seen, text));
    }
    await Promise.all(rewards.map((entry) => chain.receiptOf(entry)));
    return rewards;
  }

  /** That a job judges a result no more: of this chain alone, for there the result comes before. */
  async #unjudged({ job, boss, results }) {
    const { chain, id, report } = this.#of;
    for (const text of results) {
      const entry = new Entry(text);
      const hash = toHex(entry.hash);
      if (entry.claims.typ !== 'result' || entry.claims.job !== job || boss === id || !chain.owns(entry) || this.#unpaid.has(hash)) continue;
      this.#unpaid.add(hash);
      if (this.#unpaid.size > MOST_REMEMBERED) this.#unpaid.delete(this.#unpaid.values().next().value);
      try {
        await chain.sign({ typ: 'reward', job, boss, verdict: 'unpaid', entry: hash, pay: 0 }, this.seen, text);
      } catch (error) {
        report('fault', { message: error.message });
      }
    }
  }
}
