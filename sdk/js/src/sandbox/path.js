// Where a path leads, from the directory of a descriptor: never above it, and never by a link, for there are none.

import { utf8 } from '../bytes.js';
import { Errno } from './constants.js';
import { DirectoryNode, FileNode } from './nodes.js';

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of UTF-8 bytes, or null where they are none. */
export function decode(bytes) {
  try {
    return strict.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error; // the stack may be at its end
  }
}

/**
 * @typedef {object} Place
 * @property {DirectoryNode} parent Has, or would have, the last name.
 * @property {string} name The last name; empty where the path leads to a directory by `.` or `..` or is the start itself.
 * @property {FileNode | DirectoryNode | null} node What is there.
 * @property {boolean} directoryOnly The path ended with a slash, `.` or `..`.
 */

/**
 * Goes where a path leads.
 * @returns {Place | number} An errno where it leads nowhere.
 */
export function find(start, path, quota) {
  if (path.length === 0) return Errno.NoEntry;
  const tooLong = quota.checkPath(path.length);
  if (tooLong) return tooLong;
  if (path.includes(0)) return Errno.Invalid;
  if (path[0] === 0x2f) return Errno.NotCapable;
  const text = decode(path);
  return text === null ? Errno.IllegalBytes : walk(start, text.split('/'), quota);
}

function walk(start, names, quota) {
  let parent = start, name = '', node = start, below = 0, directoryOnly = false;
  for (const next of names) {
    directoryOnly = next === '' || next === '.' || next === '..';
    if (next === '' || next === '.') {
      if (next === '.' && node instanceof DirectoryNode) [parent, name] = [node, ''];
      // else it is decided at the end, or by a name that follows
    } else if (!(node instanceof DirectoryNode)) {
      return node === null ? Errno.NoEntry : Errno.NotDirectory;
    } else if (next === '..') {
      if (--below < 0) return Errno.NotCapable;
      node = node.parent ?? node;
      [parent, name] = [node, ''];
    } else {
      const tooLong = quota.checkName(utf8(next).length);
      if (tooLong) return tooLong;
      [parent, name, node] = [node, next, node.find(next)];
      below++;
    }
  }
  return directoryOnly && node instanceof FileNode ? Errno.NotDirectory : { parent, name, node, directoryOnly };
}

/** Names above what a place holds, from the root of the tree. */
export function depthOf(place) {
  let depth = 0;
  for (let up = place.parent; up.parent !== null; up = up.parent) depth++;
  return depth;
}
