// How a program signs into a c-node's main chain: it reserves the next place, signs, and brings the entries in. Where another program had the place
// it throws them away and begins again; for one place it signs once, whatever becomes of its connection.

import { toHex } from './bytes.js';
import { Receipt } from './entry.js';
import { LyingGateway } from './lie.js';
import { pause } from './pause.js';
import { randomBytes, signEntry, signRequest, solve, ZERO } from './sign.js';

const PAUSE = 500, RESERVE_TRIES = 3;

/** A main chain does not take an entry, and never will. */
export class EntryRefused extends Error {
  name = 'EntryRefused';
}

/**
 * Asks the keeper of the chain once: `reserve` or `append`, with the body that docs/protocol.md gives. Both may be repeated.
 * @callback Ask
 * @param {'reserve' | 'append'} what
 * @param {object} body
 * @returns {Promise<{ reserved?: object, place?: object, receipts?: string[], notAppended?: object, refused?: object } | null>} `null`: no answer.
 */

/** Entries at a place that is held. */
class Place {
  entries = [];
  #key;
  #id;

  constructor(key, id, reserved) {
    [this.#key, this.#id, this.reserved] = [key, id, reserved];
  }

  /** Whether a reservation is of this place. */
  is({ seq, previous }) { return seq === this.reserved.seq && (seq === 0 || previous === this.reserved.previous); }

  /** Signs the next one. */
  async sign(claims) {
    const last = this.entries.at(-1);
    const { seq, previous, checkpoint } = this.reserved;
    const place = last ? { seq: last.claims.seq + 1, prev: toHex(last.hash) } : { seq, prev: seq === 0 ? ZERO : previous };
    this.entries.push(await signEntry(this.#key, { iss: this.#id, sub: '0', ...place, cp: checkpoint }, claims));
  }

  /**
   * Signs a first declaration, with its proof of work.
   * @param {{ roles: string[], caps: string[], next: string }} own
   * @param {number} bits
   */
  async declare({ roles, caps, next }, bits, signal) {
    const claims = { typ: 'declare', key: this.#key.publicHex, roles, caps, next, pow: 0 };
    const place = { iss: this.#id, sub: '0', seq: 0, prev: ZERO, cp: this.reserved.checkpoint };
    await this.sign({ ...claims, pow: await solve({ ...place, ...claims }, bits, { signal }) });
  }
}

/** One program's way into a main chain. Not for two calls at once. */
export class MainChain {
  #key;
  #id;
  #holder = toHex(randomBytes());
  #turn = 0;
  #open = null; // signed, and neither taken nor refused as far as is known
  #last; // the place of the last entry that this key is known to have signed

  /**
   * @param {import('./sign.js').KeyPair} key The key in force.
   * @param {string} id The c-node.
   * @param {number} [last] The place of an entry that the key has signed before.
   */
  constructor(key, id, last = 0) {
    [this.#key, this.#id, this.#last] = [key, id, last];
  }

  /**
   * Signs at the next place, and comes back when all of it has receipts.
   * @param {(place: Place) => Promise<void>} sign Signs entries, or none where there is nothing to say any more. Called again when the place was lost.
   * @param {Ask} ask
   * @param {AbortSignal} [signal]
   * @returns {Promise<import('./entry.js').Entry[]>}
   * @throws {EntryRefused}
   * @throws {LyingGateway} It offers a place where this key has signed already: a second entry there would be a fork, and ban the c-node.
   */
  async append(sign, ask, signal) {
    for (let own = false; ; await pause(PAUSE, signal)) {
      const asked = Date.now();
      const reserved = await this.#reserve(ask);
      if (!reserved) continue;
      // What was signed for this place may be on its way still: it is brought in again, for another entry beside it would be a fork.
      if (!this.#open?.is(reserved)) {
        const signed = Math.max(this.#last, this.#open?.entries[0].claims.seq ?? 0);
        if (reserved.seq > 0 && reserved.seq <= signed) { // the first one may be signed again: a declaration's proof of work gets old
          throw new LyingGateway(`It offers place ${reserved.seq} of the main chain of ${this.#id}, where an entry is signed already: up to ${signed}.`);
        }
        const place = new Place(this.#key, this.#id, reserved);
        await sign(place);
        if (place.entries.length === 0) return [];
        [this.#open, own] = [place, true];
      }
      const { entries } = this.#open;
      if (await this.#bringIn(entries, asked + reserved.forMs / 2, own, ask, signal) && own) return entries;
    }
  }

  /** Signed for the turn that the keeper said last; where it was another one, the keeper says so and is asked again. */
  async #reserve(ask) {
    for (let tries = 0; tries < RESERVE_TRIES; tries++) {
      const signed = await signRequest(this.#key, 'akkacompute/reserve/1', [this.#id, this.#holder], this.#turn);
      const answer = await ask('reserve', { holder: this.#holder, turn: this.#turn, ...signed });
      const known = answer?.reserved ?? answer?.place;
      if (!known) return this.#refuse(answer);
      this.#turn = known.turn;
      this.#check(known.author);
      if (answer.reserved) return answer.reserved;
    }
    return null;
  }

  /** The key here must be the one of the chain. */
  #check(author) {
    if (!author) return;
    if (!author.next) throw new EntryRefused(`The keys of ${this.#id} were revoked.`);
    if (author.key !== this.#key.publicHex) throw new EntryRefused(`The key of ${this.#id} was replaced by ${author.key}.`);
  }

  /** @returns null where it can be tried again. */
  #refuse(answer) {
    if (answer?.refused && answer.refused.reason !== 'Unavailable') throw new EntryRefused(answer.refused.message);
    return null;
  }

  /**
   * True when all of them have receipts; false where somebody else had the place, or the time is over: the keeper knows late entries, but they may
   * stand against another holder's.
   * @param {boolean} own They were signed for who waits now: a refusal is its own.
   */
  async #bringIn(entries, until, own, ask, signal) {
    const missing = new Set(entries.map((entry) => toHex(entry.hash)));
    while (Date.now() < until) {
      const answer = await ask('append', { entries: entries.map((entry) => entry.text), named: [] });
      for (const text of answer?.receipts ?? []) missing.delete(new Receipt(text).claims.receipt);
      const reason = answer?.notAppended?.reason;
      if (missing.size === 0 || ['Gap', 'OtherHistory', 'Fork', 'StaleWork'].includes(reason)) {
        this.#open = null;
        // Whoever has them may show them: what was taken is there for ever, and of what was not the first one names an entry that is.
        this.#last = Math.max(this.#last, entries.at(missing.size === 0 ? -1 : 0).claims.seq);
        return missing.size === 0;
      }
      if (reason && !['BadCheckpoint', 'TooManyOpenings'].includes(reason)) {
        this.#open = null;
        if (!own) return false;
        throw new EntryRefused(`${reason}: ${answer.notAppended.message}`);
      }
      this.#refuse(answer);
      await pause(reason === 'TooManyOpenings' ? PAUSE : PAUSE / 10, signal);
    }
    return false;
  }
}
