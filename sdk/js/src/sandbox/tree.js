// The file system of one task, in memory: / with the program's files, and /tmp and /out, which begin empty and are the task's own.

import { compare, utf8 } from '../bytes.js';
import { EPOCH, Errno } from './constants.js';
import { DirectoryNode, FileNode } from './nodes.js';
import { depthOf } from './path.js';

const NOTHING = new Uint8Array(0);

/** Bytes of a listing for a file beside its path and content. */
const HEAD = 7;

export class FileTree {
  #numbers = 0;
  #out;

  /**
   * @param {{ path: string, bytes: Uint8Array }[]} files
   * @param {import('./quota.js').Quota} quota
   */
  constructor(files, quota) {
    this.quota = quota;
    this.root = new DirectoryNode(++this.#numbers, false, EPOCH, null);
    for (const { path, bytes } of files) this.#place(path.split('/'), bytes);
    this.root.add('tmp', new DirectoryNode(++this.#numbers, true, EPOCH, this.root));
    this.#out = new DirectoryNode(++this.#numbers, true, EPOCH, this.root);
    this.root.add('out', this.#out);
  }

  /**
   * The files in /out as docs/sandbox.md writes them; null where they have more bytes than that.
   * @param {number} most
   */
  listing(most) {
    const found = [];
    const open = [['', this.#out]];
    while (open.length > 0) {
      const [path, directory] = open.pop();
      for (const { name, node } of directory.entries()) {
        if (node instanceof DirectoryNode) open.push([`${path}${name}/`, node]);
        else found.push({ path: utf8(path + name), content: node.content });
      }
    }
    const size = found.reduce((sum, { path, content }) => sum + HEAD + path.length + content.length, 0);
    if (size > most) return null;
    found.sort((one, other) => compare(one.path.subarray(0, other.path.length), other.path.subarray(0, one.path.length)) || one.path.length - other.path.length);
    const bytes = new Uint8Array(size), view = new DataView(bytes.buffer);
    let at = 0;
    for (const { path, content } of found) {
      view.setUint16(at + 1, path.length);
      bytes.set(path, at + 3);
      view.setUint32(at + 3 + path.length, content.length);
      bytes.set(content, at + HEAD + path.length);
      at += HEAD + path.length + content.length;
    }
    return bytes;
  }

  /** Makes a file: a node, or an errno. */
  create(at, now) {
    const error = this.#prepare(at);
    if (error) return error;
    const file = new FileNode(++this.#numbers, true, now, NOTHING, this.quota);
    at.parent.add(at.name, file);
    at.parent.touch(now);
    return file;
  }

  createDirectory(at, now) {
    if (at.node !== null) return Errno.Exists;
    const error = this.quota.checkDepth(depthOf(at) + 1) || this.#prepare(at);
    if (error) return error;
    at.parent.add(at.name, new DirectoryNode(++this.#numbers, true, now, at.parent));
    at.parent.touch(now);
    return Errno.Success;
  }

  unlink(at, now) {
    if (at.node === null) return Errno.NoEntry;
    if (!(at.node instanceof FileNode)) return Errno.IsDirectory;
    if (!at.parent.writable) return Errno.ReadOnly;
    this.#drop(at, now);
    at.node.linked = false;
    at.node.release();
    return Errno.Success;
  }

  removeDirectory(at, now) {
    if (at.node === null) return Errno.NoEntry;
    if (!(at.node instanceof DirectoryNode)) return Errno.NotDirectory;
    if (at.name === '') return Errno.Invalid; // by . or ..
    if (!at.parent.writable) return Errno.ReadOnly;
    if (!at.node.isEmpty) return Errno.NotEmpty;
    this.#drop(at, now);
    at.node.removed = true;
    at.node.parent = null;
    return Errno.Success;
  }

  /** Moves a file or directory. A file takes a file's place, a directory that of an empty one. */
  rename(from, to, now) {
    const moved = from.node;
    if (moved === null) return Errno.NoEntry;
    if (from.name === '' || (to.name === '' && to.node !== null)) return Errno.Busy;
    if (!from.parent.writable || !to.parent.writable) return Errno.ReadOnly;
    if (to.parent.removed) return Errno.NoEntry;
    if (moved === to.node) return Errno.Success;
    if (moved instanceof FileNode ? to.directoryOnly : to.node instanceof FileNode) return Errno.NotDirectory;
    if (moved instanceof FileNode && to.node instanceof DirectoryNode) return Errno.IsDirectory;
    if (moved instanceof DirectoryNode) {
      for (let up = to.parent; up !== null; up = up.parent) {
        if (up === moved) return Errno.Invalid; // into itself
      }
      const tooDeep = this.quota.checkDepth(depthOf(to) + height(moved));
      if (tooDeep) return tooDeep;
    }
    const error = to.node === null ? Errno.Success : to.node instanceof FileNode ? this.unlink(to, now) : this.removeDirectory(to, now);
    if (error) return error;
    from.parent.remove(from.name);
    from.parent.touch(now);
    to.parent.add(to.name, moved);
    to.parent.touch(now);
    moved.changed = now;
    return Errno.Success;
  }

  /** Whether a name may come in, and room for it. */
  #prepare(at) {
    return !at.parent.writable ? Errno.ReadOnly : at.parent.removed ? Errno.NoEntry : this.quota.enter();
  }

  #drop(at, now) {
    at.parent.remove(at.name);
    at.parent.touch(now);
    this.quota.leave();
  }

  #place(names, bytes) {
    let at = this.root;
    for (const name of names.slice(0, -1)) {
      let below = at.find(name);
      if (below === null) {
        below = new DirectoryNode(++this.#numbers, false, EPOCH, at);
        at.add(name, below);
      }
      at = below;
    }
    at.add(names.at(-1), new FileNode(++this.#numbers, false, EPOCH, bytes, this.quota));
  }
}

/** Entries below a directory, those of its directories too. */
export function countBelow(directory) {
  let count = 0;
  for (const open = [directory]; open.length > 0;) {
    for (const { node } of open.pop().entries()) {
      count++;
      if (node instanceof DirectoryNode) open.push(node);
    }
  }
  return count;
}

function height(directory) {
  let levels = 0;
  for (let level = [directory]; level.length > 0; levels++) {
    level = level.flatMap((one) => one.entries().map((entry) => entry.node).filter((node) => node instanceof DirectoryNode));
  }
  return levels;
}
