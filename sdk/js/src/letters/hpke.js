// Hybrid public key encryption (RFC 9180): base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM, one message a key. By WebCrypto.

import { concat, fromBase64Url, utf8 } from '../bytes.js';

const KEY = 32, TAG = 16, NOTHING = new Uint8Array(0);
const PKCS8 = Uint8Array.of(0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 4, 0x22, 4, 0x20); // RFC 8410: what stands before a seed
const KEM = concat(utf8('KEM'), Uint8Array.of(0, 0x20));
const SUITE = concat(utf8('HPKE'), Uint8Array.of(0, 0x20, 0, 1, 0, 1));

/** Bytes that a sealed message has beside its content. */
export const OVERHEAD = KEY + TAG;

/**
 * A key pair of X25519 that letters are sealed for.
 * @param {Uint8Array | null} [seed] 32 secret bytes; none: a new one, which nothing can read out.
 * @returns {Promise<{ key: CryptoKey, publicKey: Uint8Array }>}
 */
export async function boxKey(seed = null) {
  if (seed === null) {
    const { privateKey, publicKey } = await crypto.subtle.generateKey({ name: 'X25519' }, false, ['deriveBits']);
    return { key: privateKey, publicKey: new Uint8Array(await crypto.subtle.exportKey('raw', publicKey)) };
  }
  if (seed.length !== KEY) throw new RangeError(`A seed has ${KEY} bytes, not ${seed.length}.`);
  const key = await crypto.subtle.importKey('pkcs8', concat(PKCS8, seed), { name: 'X25519' }, true, ['deriveBits']);
  return { key, publicKey: fromBase64Url((await crypto.subtle.exportKey('jwk', key)).x) };
}

async function hmac(secret, data) {
  const key = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, data));
}

/** HKDF (RFC 5869) with the labels of RFC 9180, 4. A salt of nothing is one of zeros. */
const extract = (suite, salt, label, material) => hmac(salt.length === 0 ? new Uint8Array(KEY) : salt, concat(utf8('HPKE-v1'), suite, utf8(label), material));

/** Up to 32 bytes: one block. */
async function expand(suite, secret, label, info, length) {
  return (await hmac(secret, concat(Uint8Array.of(0, length), utf8('HPKE-v1'), suite, utf8(label), info, Uint8Array.of(1)))).subarray(0, length);
}

async function schedule(own, other, once, recipient, info) {
  const key = await crypto.subtle.importKey('raw', other, { name: 'X25519' }, false, []);
  const agreed = new Uint8Array(await crypto.subtle.deriveBits({ name: 'X25519', public: key }, own, 256));
  if (agreed.every((byte) => byte === 0)) throw new RangeError('A public key of small order.');
  const shared = await expand(KEM, await extract(KEM, NOTHING, 'eae_prk', agreed), 'shared_secret', concat(once, recipient), 32);
  const context = concat(Uint8Array.of(0), await extract(SUITE, NOTHING, 'psk_id_hash', NOTHING), await extract(SUITE, NOTHING, 'info_hash', info));
  const secret = await extract(SUITE, shared, 'secret', NOTHING);
  const aes = await crypto.subtle.importKey('raw', await expand(SUITE, secret, 'key', context, 16), 'AES-GCM', false, ['encrypt', 'decrypt']);
  return [aes, { name: 'AES-GCM', iv: await expand(SUITE, secret, 'base_nonce', context, 12) }];
}

/**
 * Seals for a recipient, with a one-time key.
 * @param {Uint8Array} recipient Its public key.
 * @param {Uint8Array} info What the message belongs to; who opens it says the same.
 * @param {Uint8Array} content
 */
export async function seal(recipient, info, content, once = null) {
  const { key, publicKey } = once ?? await boxKey();
  const [aes, how] = await schedule(key, recipient, publicKey, recipient, info);
  return concat(publicKey, new Uint8Array(await crypto.subtle.encrypt(how, aes, content)));
}

/** The content; null where it was not sealed for this key with this information, or was changed. */
export async function open({ key, publicKey }, info, sealed) {
  if (sealed.length < OVERHEAD) return null;
  const once = sealed.subarray(0, KEY);
  try {
    const [aes, how] = await schedule(key, once, once, publicKey, info);
    return new Uint8Array(await crypto.subtle.decrypt(how, aes, sealed.subarray(KEY)));
  } catch (error) {
    if (['OperationError', 'RangeError', 'DataError'].includes(error.name)) return null;
    throw error; // an engine without X25519
  }
}
