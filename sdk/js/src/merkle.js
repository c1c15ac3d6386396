// The Merkle tree of RFC 6962, 2.1, over SHA-256.

import { concat, equal } from './bytes.js';
import { sha256 } from './sha256.js';

/** H(0 ‖ data). */
export const leaf = (data) => sha256(concat(Uint8Array.of(0), data));

/** H(1 ‖ left ‖ right). */
export const node = (left, right) => sha256(concat(Uint8Array.of(1), left, right));

/** The root over leaf hashes, in their order; of none: the hash of nothing. */
export function root(leaves) {
  if (leaves.length === 0) return sha256(new Uint8Array(0));
  if (leaves.length === 1) return leaves[0];
  let left = 1;
  while (2 * left < leaves.length) left *= 2;
  return node(root(leaves.slice(0, left)), root(leaves.slice(left)));
}

/**
 * Whether a leaf hash is at a place of the tree with this root and size (RFC 9162, 2.1.3.2).
 * @param {Uint8Array} wanted The root.
 * @param {number} size How many leaves the tree has.
 * @param {Uint8Array} hash The leaf's.
 * @param {number} index Its place, from 0.
 * @param {Uint8Array[]} proof The neighbours from the leaf to the root; at most 63.
 */
export function verifyProof(wanted, size, hash, index, proof) {
  if (!(index >= 0 && index < size) || proof.length > 63) return false;
  let [place, last, found] = [index, size - 1, hash];
  for (const neighbour of proof) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      found = node(neighbour, found);
      // A right edge has no neighbour on its level: up to where it has one.
      while (place % 2 === 0 && place !== 0) [place, last] = [place / 2, Math.floor(last / 2)];
    } else {
      found = node(found, neighbour);
    }
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  return last === 0 && equal(found, wanted);
}
