// What a task may use of its file system. Each limit has a name, which the boss is told when it was reached.

import { Errno } from './constants.js';

/** Files and directories that a task may make. */
const MAX_ENTRIES = 10_000;

/** Open descriptors, standard streams and the root included. */
export const MAX_OPEN = 256;

/** Bytes of one name, and of a whole path as it is given to the host. */
const MAX_NAME = 255;
const MAX_PATH = 4096;

/** Directories within each other, the root not counted. */
export const MAX_DEPTH = 32;

export class Quota {
  #bytes = 0;
  #entries = 0;

  /** @param {number} maxBytes Of /tmp and /out together. */
  constructor(maxBytes) {
    this.maxBytes = maxBytes;
    /** The limit that was reached last, with its value. */
    this.reached = null;
  }

  /** Takes room for a file that grows, or gives it back. Sizes are numbers or bigints of one kind. */
  resize(before, after) {
    if (after > this.maxBytes - (this.#bytes - before)) return this.#reach(`FileBytes = ${this.maxBytes} bytes in /tmp and /out`, Errno.NoSpace);
    this.#bytes += after - before;
    return Errno.Success;
  }

  enter() {
    if (this.#entries >= MAX_ENTRIES) return this.#reach(`MaxEntries = ${MAX_ENTRIES} files and directories in /tmp and /out`, Errno.NoSpace);
    this.#entries++;
    return Errno.Success;
  }

  leave() { this.#entries--; }

  checkPath(length) {
    return length <= MAX_PATH ? Errno.Success : this.#reach(`MaxPath = ${MAX_PATH} bytes of a path`, Errno.NameTooLong);
  }

  checkName(length) {
    return length <= MAX_NAME ? Errno.Success : this.#reach(`MaxName = ${MAX_NAME} bytes of a name`, Errno.NameTooLong);
  }

  checkDepth(depth) {
    return depth <= MAX_DEPTH ? Errno.Success : this.#reach(`MaxDepth = ${MAX_DEPTH} directories within each other`, Errno.NameTooLong);
  }

  refuseOpen() { return this.#reach(`MaxOpen = ${MAX_OPEN} open files`, Errno.TooManyOpen); }

  #reach(limit, answer) {
    this.reached = limit;
    return answer;
  }
}
