// Epoch records: who could be drawn, what was drawn, by which chance, each after the one before.

import { compare, concat, equal, fromHex, toHex, u32, utf8 } from './bytes.js';
import { nodeIdOf } from './claims.js';
import { sha256 } from './sha256.js';
import { verify } from './signature.js';

const FREEZE = 8 + 7 * 32;
const FIXED = FREEZE + 32 + 2;
const REVEAL = 32 + 4 + 32;

/** Links that may lie between two reveals of a chain. */
const MAX_SKIP = 1_024;

/** One epoch's record. */
export class EpochRecord {
  /**
   * Reads a record.
   * @param {Uint8Array} bytes As `docs/protocol.md` has them.
   * @throws {TypeError} It is no record, or its beacon is not what its reveals make.
   */
  constructor(bytes) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const count = bytes.length < FIXED ? -1 : view.getUint16(FIXED - 2);
    if (bytes.length !== FIXED + count * REVEAL) throw new TypeError(`epoch record: ${bytes.length} bytes.`);
    const at = (place) => bytes.slice(place, place + 32);
    this.frozen = bytes.slice(0, FREEZE);
    this.number = Number(view.getBigUint64(0));
    if (this.number === 0) throw new TypeError('epoch record: epoch 0 has none.');
    [this.previous, this.rules, this.rosterRoot, this.nodesRoot, this.tasksRoot, this.headsRoot, this.trustRoot] =
      Array.from({ length: 7 }, (_, i) => at(8 + 32 * i));
    this.beacon = at(FREEZE);
    this.reveals = Array.from({ length: count }, (_, i) => {
      const row = FIXED + i * REVEAL;
      return { anchor: at(row), index: view.getUint32(row + 32), link: at(row + 36) };
    });
    if (this.reveals.some((reveal, i) => i > 0 && compare(reveal.anchor, this.reveals[i - 1].anchor) <= 0)) {
      throw new TypeError('epoch record: reveals out of order.');
    }
    const made = sha256(concat(
      utf8('akkacompute/beacon/1'), this.previous, Uint8Array.of(count >> 8, count & 255), ...this.reveals.map(({ link }) => link)));
    if (!equal(made, this.beacon)) throw new TypeError('epoch record: its beacon is not what its reveals make.');
    /** SHA-256("akkacompute/epoch-record/1" ‖ bytes). */
    this.hash = sha256(concat(utf8('akkacompute/epoch-record/1'), bytes));
  }

  /** Whether a cluster node signed this record. */
  isSignedBy(key, signature) {
    return verify(key, concat(utf8('akkacompute/record-signature/1'), this.hash), signature);
  }

  /** Whether a cluster node showed a link for what this record froze. */
  isRevealedBy(key, reveal, signature) {
    const { anchor, index, link } = reveal;
    return verify(key, concat(utf8('akkacompute/reveal/1'), this.frozen, anchor, u32(index), link), signature);
  }

  /**
   * What this record is worth, given the cluster nodes that were committed to it.
   * @param {{ key: Uint8Array, anchor: Uint8Array, revealed: number, link: Uint8Array }[]} committed Each with the last link of its
   *   chain that a record has, and that link's index; the anchor and 0 before the first.
   * @param {Uint8Array[]} revealSignatures One for each reveal.
   * @param {{ node: string, signature: Uint8Array }[]} signatures Of the record, by NodeId.
   * @returns {Promise<'counts' | 'degraded' | 'wrong'>}
   */
  async worth(committed, revealSignatures, signatures) {
    const waiting = new Map();
    let degraded = committed.length === 0;
    for (const node of committed) {
      const anchor = toHex(node.anchor);
      degraded ||= waiting.has(anchor); // the chain of another node
      if (!waiting.has(anchor)) waiting.set(anchor, node);
    }
    if (revealSignatures.length !== this.reveals.length) return 'wrong';
    for (const [i, reveal] of this.reveals.entries()) {
      const node = waiting.get(toHex(reveal.anchor));
      const skipped = node && skippedLinks(node, reveal);
      if (skipped === undefined || !(await this.isRevealedBy(node.key, reveal, revealSignatures[i]))) return 'wrong';
      waiting.delete(toHex(reveal.anchor));
      degraded ||= skipped > 0;
    }
    degraded ||= waiting.size > 0;
    const keys = new Map(committed.map((node) => [nodeIdOf(node.key), node.key]));
    for (const [i, { node, signature }] of signatures.entries()) {
      const known = keys.get(node);
      if (!known || (i > 0 && node <= signatures[i - 1].node) || !(await this.isSignedBy(known, signature))) return 'wrong';
    }
    return degraded || 2 * signatures.length <= committed.length ? 'degraded' : 'counts';
  }
}

function skippedLinks(node, { index, link }) {
  if (index <= node.revealed || index - node.revealed > MAX_SKIP) return undefined;
  let hash = link;
  for (let i = node.revealed; i < index; i++) hash = sha256(hash);
  return equal(hash, node.link) ? index - node.revealed - 1 : undefined;
}

/** Reads the line of an epoch in an export: the record, its reveals' signatures, and its signatures. */
export function readEpochLine(line, fromBytes) {
  const { epoch, reveals, nodes, signatures } = JSON.parse(line);
  return {
    record: new EpochRecord(fromBytes(epoch)),
    revealSignatures: reveals.map(fromBytes),
    signatures: nodes.map((node, i) => ({ node: toHex(fromHex(node)), signature: fromBytes(signatures[i]) })),
  };
}
