// Entries and receipts: what c-nodes and cluster nodes have signed.

import { concat, fromHex, u64, utf8 } from './bytes.js';
import { nodeIdOf, workedOn, writeClaims, writeReceiptClaims } from './claims.js';
import { isSignedBy, open } from './jws.js';
import { sha256 } from './sha256.js';

/** The longest entry in bytes. */
export const MAX_ENTRY = 16 * 1024;

/** The longest claims of an entry in bytes. */
export const MAX_CLAIMS = (MAX_ENTRY * 3) / 4 - 128;

/** The longest receipt in bytes. */
export const MAX_RECEIPT = 512;

/** One signed record of a chain. */
export class Entry {
  #opened;

  /**
   * Reads an entry, without its signature: which key it must have follows from the chain.
   * @param {string} text
   * @throws {import('./jws.js').Refused} It is no entry, or not in the one form that counts.
   */
  constructor(text) {
    this.#opened = open(text, MAX_ENTRY, (claims) => {
      const written = writeClaims(claims);
      if (utf8(written).length > MAX_CLAIMS) throw new RangeError(`more than ${MAX_CLAIMS} bytes of claims.`);
      return written;
    });
    this.text = text;
    this.claims = this.#opened.claims;
    /** SHA-256 of the text: what the next entry calls `prev`. */
    this.hash = sha256(utf8(text));
  }

  /** Whether this key signed it. */
  isSignedBy(key) {
    return isSignedBy(this.#opened, key);
  }

  /** Whether a first declaration names its own key, and its proof of work has so many zero bits. */
  hasWorked(bits) {
    const { claims } = this;
    if (claims.typ !== 'declare' || claims.seq !== 0 || nodeIdOf(fromHex(claims.key)) !== claims.iss) return false;
    const challenge = sha256(concat(utf8('akkacompute/pow/1'), utf8(workedOn(claims))));
    const proof = sha256(concat(challenge, u64(claims.pow)));
    for (let bit = 0; bit < bits; bit++) {
      if (proof[bit >> 3] & (0x80 >> (bit & 7))) return false;
    }
    return true;
  }
}

/** A cluster node's word that an entry is in the records: the record of two epochs after `epoch` covers it at the latest. */
export class Receipt {
  #opened;

  /** @param {string} text */
  constructor(text) {
    this.#opened = open(text, MAX_RECEIPT, writeReceiptClaims);
    this.text = text;
    this.claims = this.#opened.claims;
  }

  /** Whether the cluster node with this key signed it, as it says. */
  async isSignedBy(key) {
    return nodeIdOf(key) === this.claims.iss && isSignedBy(this.#opened, key);
  }
}
