// Ed25519 keys that sign (RFC 8032), and what a c-node signs with them: entries, requests beside them, and the proof of work of a first
// declaration. WebCrypto keeps the keys; the seed is the owner's to keep.

import { concat, fromBase64Url, fromHex, toBase64Url, toHex, u64, utf8 } from './bytes.js';
import { nodeIdOf, workedOn, writeClaims } from './claims.js';
import { Entry } from './entry.js';
import { sha256, zeroBits } from './sha256.js';

const PKCS8 = fromHex('302e020100300506032b657004220420', 16); // RFC 8410: what stands before a seed
const HEADER = toBase64Url(utf8('{"alg":"EdDSA"}'));

/** Hashes between two looks at whether somebody has stopped it; others have the thread meanwhile. */
const STEP = 20_000;

/** The claim `prev` of a first declaration. */
export const ZERO = '0'.repeat(64);

/** Random bytes. */
export const randomBytes = (size = 32) => crypto.getRandomValues(new Uint8Array(size));

/** A key pair. */
export class KeyPair {
  #key;

  constructor(key, publicKey) {
    this.#key = key;
    /** 32 bytes. */
    this.publicKey = publicKey;
    /** The public key as hexadecimal digits. */
    this.publicHex = toHex(publicKey);
    /** The SHA-256 of the public key: the c-node's id, if this is its first key. */
    this.id = nodeIdOf(publicKey);
  }

  /** 64 bytes. The same data give the same signature. */
  async sign(data) {
    return new Uint8Array(await crypto.subtle.sign('Ed25519', this.#key, data));
  }
}

/**
 * The key pair of a seed.
 * @param {Uint8Array} seed 32 bytes, secret.
 */
export async function keyFromSeed(seed) {
  if (seed.length !== 32) throw new RangeError(`A seed has 32 bytes, not ${seed.length}.`);
  const key = await crypto.subtle.importKey('pkcs8', concat(PKCS8, seed), 'Ed25519', true, ['sign']);
  return new KeyPair(key, fromBase64Url((await crypto.subtle.exportKey('jwk', key)).x));
}

/**
 * Signs an entry.
 * @param {KeyPair} key
 * @param {{ iss: string, sub: string, seq: number, prev: string, cp: { epoch: number, hash: string } }} place
 * @param {object} claims `typ` and what belongs to it, in the order of docs/protocol.md.
 * @throws {Error} A claim is outside its limits; the message names it.
 */
export async function signEntry(key, place, claims) {
  const { iss, sub, seq, prev, cp: { epoch, hash } } = place;
  const signed = `${HEADER}.${toBase64Url(utf8(writeClaims({ iss, sub, seq, prev, cp: { epoch, hash }, ...claims })))}`;
  return new Entry(`${signed}.${toBase64Url(await key.sign(utf8(signed)))}`);
}

/**
 * Signs a request outside the chains: tag ‖ parts ‖ number (u64).
 * @param {KeyPair} key
 * @param {string} tag
 * @param {string[]} parts Hashes, as hexadecimal digits.
 * @param {number} number May be negative: 64 bits, two's complement.
 */
export async function signRequest(key, tag, parts, number = 0) {
  const bytes = concat(utf8(tag), ...parts.map((part) => fromHex(part)), u64(BigInt.asUintN(64, BigInt(number))));
  return { key: key.publicHex, signature: toBase64Url(await key.sign(bytes)) };
}

/**
 * The first nonce whose hash begins with so many zero bits: 2^bits hashes on average, some 1 µs each.
 * @param {object} claims All of the declaration's; its `pow` is of no account.
 * @param {number} bits 0 to 48.
 * @param {{ signal?: AbortSignal }} [options]
 */
export async function solve(claims, bits, { signal } = {}) {
  const zeros = zeroBits(sha256(concat(utf8('akkacompute/pow/1'), utf8(workedOn({ ...claims, pow: 0 })))));
  for (let nonce = 0; ; nonce++) {
    if (nonce % STEP === STEP - 1) {
      await new Promise((resolve) => setTimeout(resolve));
      signal?.throwIfAborted();
    }
    if (zeros(nonce) >= bits) return nonce;
  }
}
