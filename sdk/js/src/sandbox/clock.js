// Clock and randomness of one task, fixed by its seed: the same on every worker, in every engine and SDK.

import { EPOCH, MAX_U64 } from './constants.js';

/** Nanoseconds by which a reading moves the clock; also its resolution. */
export const STEP = 1_000n;

const END = 1n << 62n;

/**
 * Let s be the first 8 bytes of the seed, big-endian. Time starts at 0, grows by 1,000 ns with each reading and by the timeout of each sleep;
 * the realtime clock adds 2020-01-01T00:00:00Z and s mod 2⁵⁰. Random bytes are those of SplitMix64 (Steele, Lea, Flood, 2014) from state s, each
 * number little-endian, a call starting with a new number.
 */
export class TaskClock {
  #start;
  #state;

  /** @param {Uint8Array} seed */
  constructor(seed) {
    const prefix = new DataView(seed.buffer, seed.byteOffset, seed.byteLength).getBigUint64(0);
    this.#start = EPOCH + (prefix & ((1n << 50n) - 1n));
    this.#state = prefix;
    this.now = 0n;
  }

  get realtime() { return this.#start + this.now; }

  tick() { this.advance(STEP); }

  advance(nanoseconds) { this.now = nanoseconds > END - this.now ? END : this.now + nanoseconds; }

  fill(bytes) {
    for (let at = 0; at < bytes.length; at += 8) {
      for (let number = this.#next(), i = at; i < Math.min(at + 8, bytes.length); i++, number >>= 8n) bytes[i] = Number(number & 255n);
    }
  }

  #next() {
    let z = this.#state = (this.#state + 0x9E3779B97F4A7C15n) & MAX_U64;
    z = ((z ^ (z >> 30n)) * 0xBF58476D1CE4E5B9n) & MAX_U64;
    z = ((z ^ (z >> 27n)) * 0x94D049BB133111EBn) & MAX_U64;
    return z ^ (z >> 31n);
  }
}
