// What a task writes to its standard streams.

import { concat, utf8 } from '../bytes.js';

class Buffer {
  constructor(limit) {
    this.limit = limit;
    this.bytes = new Uint8Array(0);
    this.length = 0;
  }

  keep(part) {
    const needed = this.length + part.length;
    if (needed > this.bytes.length) {
      const larger = new Uint8Array(Math.max(needed, 256, 2 * this.bytes.length));
      larger.set(this.bytes.subarray(0, this.length));
      this.bytes = larger;
    }
    this.bytes.set(part, this.length);
    this.length = needed;
  }
}

/** Standard output. */
export class Output extends Buffer {
  /** Whether so many bytes more are within the limit. */
  fits(count) { return count <= this.limit - this.length; }

  /** A copy of all. */
  all() { return this.bytes.slice(0, this.length); }
}

/** A character of UTF-8 has one byte that begins it and at most so many others. */
const MAX_CONTINUATIONS = 3;

/** Standard error keeps its last bytes: the reason of a failure stands at the end. */
export class StderrTail extends Buffer {
  #written = 0;

  append(part) {
    this.#written += part.length;
    if (part.length > this.limit) part = part.subarray(part.length - this.limit);
    // Moving the kept part only when as much again has come keeps the cost of a byte constant.
    if (this.length > 2 * this.limit - part.length) {
      const kept = Math.min(this.limit, this.length);
      this.bytes.copyWithin(0, this.length - kept, this.length);
      this.length = kept;
    }
    this.keep(part);
  }

  /** The last bytes, beginning with a whole character, and where something was dropped after a line that says how much. */
  tail() {
    const tail = this.bytes.slice(this.length - Math.min(this.limit, this.length), this.length);
    const dropped = this.#written - tail.length;
    if (dropped === 0 || tail.length === 0) return tail;
    let cut = 0;
    while (cut < tail.length && (tail[cut] & 0xc0) === 0x80) cut++;
    if (cut > MAX_CONTINUATIONS) cut = 0; // no UTF-8: nothing to cut at
    return concat(utf8(`[${dropped + cut} bytes of standard error were dropped before this]\n`), tail.subarray(cut));
  }
}
