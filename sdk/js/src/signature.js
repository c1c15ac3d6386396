// Ed25519 (RFC 8032), by one rule for all: S is below the group's order, the key and R are canonical and of no small order, and
// S·B = R + k·A holds without a cofactor. libsodium checks all of it; WebCrypto's engines differ in all but the equation, so that is
// all that is left to them.

const P = (1n << 255n) - 19n;
const ORDER = (1n << 252n) + 27742317777372353535851937790883648493n;

// The y coordinates of the points of order 1, 2, 4 and 8.
const SMALL = new Set([
  0n,
  1n,
  P - 1n,
  2707385501144840649318225287225658788936804267575313519463743609750303402022n,
  55188659117513257062467267217118295137698188065244968500265048394206261417927n,
]);

const little = (bytes) => bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);

function isPlain(point) {
  const y = little(point) & ((1n << 255n) - 1n);
  return y < P && !SMALL.has(y);
}

/**
 * Whether a key signed some data. A key or a signature of another length is false, no error.
 * @param {Uint8Array} key 32 bytes.
 * @param {Uint8Array} data
 * @param {Uint8Array} signature 64 bytes.
 * @returns {Promise<boolean>}
 */
export async function verify(key, data, signature) {
  if (key.length !== 32 || signature.length !== 64) return false;
  if (!isPlain(key) || !isPlain(signature.subarray(0, 32)) || little(signature.subarray(32)) >= ORDER) return false;
  let imported;
  try {
    imported = await crypto.subtle.importKey('raw', key, 'Ed25519', false, ['verify']);
  } catch (error) {
    if (error.name === 'DataError') return false; // 32 bytes that are no point
    throw error; // an engine without Ed25519
  }
  return crypto.subtle.verify('Ed25519', imported, signature, data);
}
