// Files and directories of a task.

import { Errno } from './constants.js';

/** WASI's `filetype`. */
const DIRECTORY = 3, FILE = 4;

class TreeNode {
  /**
   * @param {number} number The inode.
   * @param {boolean} writable It lies in /tmp or /out, or is one of them.
   * @param {bigint} time In nanoseconds since 1970. Reading changes no time.
   */
  constructor(number, writable, time) {
    this.number = number;
    this.writable = writable;
    this.accessed = this.modified = this.changed = time;
  }

  /** The content or the entries were changed. */
  touch(now) { this.modified = this.changed = now; }
}

/** A file: the program's bytes, which are shared and never change, or the task's own, which count in its quota. */
export class FileNode extends TreeNode {
  #content;

  constructor(number, writable, time, content, quota) {
    super(number, writable, time);
    this.#content = content;
    this.quota = quota;
    this.type = FILE;
    this.size = content.length;
    /** Whether a directory has it. What is in none goes when nobody has it open. */
    this.linked = true;
    /** Descriptors that have it open. */
    this.opens = 0;
  }

  get content() { return this.#content.subarray(0, this.size); }

  /** Cuts it, or fills it up with zeros. */
  resize(size, now) {
    const error = this.quota.resize(this.size, size);
    if (error) return error;
    const room = this.#content.length;
    if (size > room || size < room / 2) {
      const own = new Uint8Array(size > room ? Math.max(size, 2 * room) : size);
      own.set(this.#content.subarray(0, Math.min(size, this.size)));
      this.#content = own;
    } else if (size < this.size) {
      this.#content.fill(0, size, this.size); // it may grow again
    }
    this.size = size;
    this.touch(now);
    return Errno.Success;
  }

  /** Writes within its size. */
  write(position, bytes) { this.#content.set(bytes, position); }

  /** Gives its room back where nothing holds it any more. */
  release() {
    if (this.linked || this.opens > 0 || !this.writable) return;
    this.quota.resize(this.size, 0);
    this.#content = new Uint8Array(0);
    this.size = 0;
  }
}

/** The cookies of `.` and `..`; those of entries are larger. */
export const SELF = 1n, UP = 2n;

/** A directory: names in the order in which they came in, each with a cookie larger than all before it. */
export class DirectoryNode extends TreeNode {
  #byName = new Map();
  #ordered = [];
  #last = UP;

  constructor(number, writable, time, parent) {
    super(number, writable, time);
    this.type = DIRECTORY;
    this.size = 0;
    /** Null for the root, and for a directory that was removed. */
    this.parent = parent;
    /** It was removed while somebody had it open: nothing can come in any more. */
    this.removed = false;
  }

  get isEmpty() { return this.#byName.size === 0; }

  entries() { return this.#ordered.filter((entry) => !entry.removed); }

  find(name) { return this.#byName.get(name)?.node ?? null; }

  add(name, node) {
    const entry = { name, node, cookie: ++this.#last, removed: false };
    this.#byName.set(name, entry);
    this.#ordered.push(entry);
    if (node instanceof DirectoryNode) node.parent = this;
  }

  remove(name) {
    this.#byName.get(name).removed = true;
    this.#byName.delete(name);
    if (this.#ordered.length > 2 * this.#byName.size + 16) this.#ordered = this.entries();
  }

  /** The entries behind a cookie. */
  *after(cookie) {
    let low = 0, high = this.#ordered.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#ordered[middle].cookie <= cookie) low = middle + 1; else high = middle;
    }
    for (; low < this.#ordered.length; low++) {
      if (!this.#ordered[low].removed) yield this.#ordered[low];
    }
  }
}
