// Bytes that are too many for a message: put in signed parts, and got whole, by their SHA-256.

import { concat, equal, fromHex, toBase64Url, toHex, u64, utf8 } from './bytes.js';
import { sha256 } from './sha256.js';

const CHUNK = 64 * 1024;

/** In a page or a bundle with blobs each input begins with one of these: its bytes follow, or the SHA-256 and size of the blob that they are. */
const HERE = 0, THERE = 1;

/**
 * @typedef {object} BlobRef
 * @property {string} hash
 * @property {number} size
 */

/** Puts and gets blobs at a gateway. */
export class Blobs {
  #gateway;
  #key;

  /**
   * @param {import('./boss/gateway.js').Gateway} gateway
   * @param {import('./sign.js').KeyPair} key Whose quota it is.
   */
  constructor(gateway, key) { [this.#gateway, this.#key] = [gateway, key]; }

  /**
   * Puts bytes; putting them again changes nothing.
   * @returns {Promise<BlobRef>}
   */
  async put(bytes, { signal } = {}) {
    const digest = sha256(bytes);
    const hash = toHex(digest);
    for (let offset = 0; ;) {
      const part = bytes.subarray(offset, offset + CHUNK);
      const signature = await this.#key.sign(concat(utf8('akkacompute/put-chunk/1'), digest, u64(bytes.length), u64(offset), sha256(part)));
      const answer = await this.#gateway.put(
        `blobs/${hash}?size=${bytes.length}&offset=${offset}`, part,
        { 'AkkaCompute-Key': this.#key.publicHex, 'AkkaCompute-Signature': toBase64Url(signature) }, { signal });
      if (answer.stored) return { hash, size: bytes.length };
      offset = answer.next;
    }
  }

  /**
   * Gets bytes.
   * @param {BlobRef} blob
   * @throws {Error} They are not there, or not these.
   */
  async get({ hash, size }, { signal } = {}) {
    const bytes = new Uint8Array(await (await this.#gateway.send(`blobs/${hash}`, { method: 'GET', signal })).arrayBuffer());
    if (bytes.length !== size || !equal(sha256(bytes), fromHex(hash))) throw new Error(`blob ${hash} of ${size} bytes: the gateway has sent other bytes.`);
    return bytes;
  }
}

/** An input as it stands in a page with blobs. */
export const tagged = ({ bytes, blob }) => (blob ? concat(Uint8Array.of(THERE), fromHex(blob.hash), u64(blob.size)) : concat(Uint8Array.of(HERE), bytes));

/**
 * Reads an input of a page or bundle with blobs.
 * @returns {{ bytes?: Uint8Array, blob?: BlobRef }}
 */
export function untagged(item) {
  if (item[0] === HERE) return { bytes: item.subarray(1) };
  if (item[0] !== THERE || item.length !== 41) throw new Error('An input is neither bytes nor the name of a blob.');
  const view = new DataView(item.buffer, item.byteOffset, item.length);
  return { blob: { hash: toHex(item.subarray(1, 33)), size: Number(view.getBigUint64(33)) } };
}
