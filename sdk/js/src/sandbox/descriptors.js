// Open files and directories by their numbers.

import { Errno, Right, RIGHTS_OF_DIRECTORY, RIGHTS_OF_FILE } from './constants.js';
import { DirectoryNode, FileNode } from './nodes.js';
import { MAX_OPEN } from './quota.js';

/** An open file or directory; or one of the standard streams, which has no node. */
export class Descriptor {
  constructor(node, rights, inheriting, append, { stream = 0, preopened = null } = {}) {
    this.node = node;
    /** What it may do: never more than before. */
    this.rights = rights;
    /** What is opened by it may do. */
    this.inheriting = inheriting;
    /** Each write goes to the end. */
    this.append = append;
    /** A number of 63 bits: a task may seek far behind the end. */
    this.position = 0n;
    /** Without a node: 0 for standard input, 1 for output, 2 for error. */
    this.stream = stream;
    /** The name of a directory that was there from the start. */
    this.preopened = preopened;
  }

  get file() { return this.node instanceof FileNode ? this.node : null; }

  get directory() { return this.node instanceof DirectoryNode ? this.node : null; }

  /** 0 where it may, else why not. */
  need(right) { return (this.rights & right) === right ? Errno.Success : Errno.NotCapable; }
}

export class DescriptorTable {
  #open = [];
  #count = 0;

  /** @param {import('./tree.js').FileTree | null} tree Null: only the standard streams. */
  constructor(tree) {
    for (let stream = 0; stream < 3; stream++) {
      this.add(new Descriptor(null, Right.Poll | (stream === 0 ? Right.Read : Right.Write), 0n, false, { stream }));
    }
    if (tree) this.add(new Descriptor(tree.root, RIGHTS_OF_DIRECTORY, RIGHTS_OF_DIRECTORY | RIGHTS_OF_FILE, false, { preopened: '/' }));
  }

  find(number) { return this.#open[number >>> 0] ?? null; }

  get isFull() { return this.#count >= MAX_OPEN; }

  /** Where there is room: the number of the descriptor, the lowest that is free. */
  add(descriptor) {
    let free = this.#open.indexOf(null);
    if (free < 0) free = this.#open.push(null) - 1;
    this.#open[free] = descriptor;
    this.#count++;
    if (descriptor.file) descriptor.file.opens++;
    return free;
  }

  close(number) {
    const descriptor = this.find(number);
    if (descriptor === null) return Errno.BadFileDescriptor;
    this.#open[number >>> 0] = null;
    this.#count--;
    if (descriptor.file) {
      descriptor.file.opens--;
      descriptor.file.release();
    }
    return Errno.Success;
  }

  /** Puts a descriptor in another's place, which is closed. Both must be open. */
  renumber(from, to) {
    const descriptor = this.find(from);
    if (descriptor === null || this.find(to) === null) return Errno.BadFileDescriptor;
    if (from >>> 0 === to >>> 0) return Errno.Success;
    this.close(to);
    this.#open[to >>> 0] = descriptor;
    this.#open[from >>> 0] = null;
    return Errno.Success;
  }
}

const CREATE = 1, DIRECTORY = 2, EXCLUSIVE = 4, TRUNCATE = 8;

/** `fdflags`: each write goes to the end. */
export const APPEND = 1;

/** All flags of `fdflags`, and of `oflags`. */
export const MAX_FLAGS = 31, MAX_OPEN_FLAGS = 15;

/**
 * Opens what is there, or makes a file. A right that the directory's descriptor does not hand on, or that makes no sense for the type, is left out.
 * @returns {Descriptor | number} An errno where it can't be opened.
 */
export function open(tree, by, at, how, rights, inheriting, append, now) {
  let { node } = at;
  if (node === null) {
    if (!(how & CREATE)) return Errno.NoEntry;
    if (at.directoryOnly || how & DIRECTORY) return Errno.Invalid;
    node = tree.create(at, now);
    if (typeof node === 'number') return node;
  } else if (how & CREATE && how & EXCLUSIVE) {
    return Errno.Exists;
  }
  if (node instanceof DirectoryNode) {
    if (how & TRUNCATE || how & CREATE || rights & Right.Write) return Errno.IsDirectory;
    return new Descriptor(node, rights & by.inheriting & RIGHTS_OF_DIRECTORY, inheriting & by.inheriting, append);
  }
  if (how & DIRECTORY) return Errno.NotDirectory;
  if (!node.writable && (how & TRUNCATE || rights & by.inheriting & Right.Write)) return Errno.ReadOnly;
  const failed = how & TRUNCATE ? node.resize(0, now) : Errno.Success;
  return failed || new Descriptor(node, rights & by.inheriting & RIGHTS_OF_FILE, inheriting & by.inheriting, append);
}
