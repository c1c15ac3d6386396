// The compact form of RFC 7515, 7.1, signed with Ed25519. The header is always {"alg":"EdDSA"}: which key signs follows from the
// place in the chain, so that no entry can choose it.

import { fromBase64Url, utf8 } from './bytes.js';
import { verify } from './signature.js';

const HEADER = 'eyJhbGciOiJFZERTQSJ9.';
const SIGNATURE = 86;

/** A text that is no entry or no receipt, with the reason. */
export class Refused extends Error {
  name = 'Refused';
}

/**
 * Reads a signed text without its signature.
 * @param {string} text
 * @param {number} most The longest text in bytes.
 * @param {(claims: object) => string} write Writes the claims in the one form that counts, and throws where they are none.
 */
export function open(text, most, write) {
  if (text.length > most) throw new Refused(`${text.length} bytes, at most ${most}.`);
  if (!text.startsWith(HEADER) || text.at(-SIGNATURE - 1) !== '.' || text.length < HEADER.length + SIGNATURE + 1) {
    throw new Refused('not a compact JWS with the header {"alg":"EdDSA"} and a signature of 86 characters.');
  }
  try {
    const payload = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
      .decode(fromBase64Url(text.slice(HEADER.length, -SIGNATURE - 1)));
    const signature = fromBase64Url(text.slice(-SIGNATURE));
    const claims = JSON.parse(payload);
    if (claims === null || typeof claims !== 'object' || Array.isArray(claims)) throw new Refused('its claims are no JSON object.');
    if (write(claims) !== payload) throw new Refused('its claims can be written in another way, which alone counts.');
    return { claims, payload, signature, signed: utf8(text.slice(0, -SIGNATURE - 1)) };
  } catch (error) {
    throw error instanceof Refused ? error : new Refused(error.message, { cause: error });
  }
}

/** Whether a key signed what {@link open} has read. */
export const isSignedBy = ({ signed, signature }, key) => verify(key, signed, signature);
