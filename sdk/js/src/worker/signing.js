// What a worker signs and derives beside its entries.

import { concat, fromHex, toHex, u32, u64, utf8 } from '../bytes.js';
import { sha256 } from '../sha256.js';
import { signRequest } from '../sign.js';

/** The answer to a gateway's challenge. */
export async function signHello(key, id, challenge, origin, version) {
  const parts = [id, toHex(sha256(fromHex(challenge.node))), challenge.nonce, toHex(sha256(utf8(origin)))];
  return { t: 'hello', id, version, origin, ...await signRequest(key, 'akkacompute/worker-hello/1', parts, version) };
}

/** The secret that a worker's salts come from: only its key can make it, and it is not the key. */
export const saltSecret = async (key) => sha256(await key.sign(utf8('akkacompute/salt-secret/1')));

/** The secret of one bundle's salts: HMAC-SHA256(secret, "akkacompute/bundle-salt/1" ‖ job ‖ bundle (u64) ‖ attempt (u32)). */
export async function bundleSecret(secret, job, bundle, attempt) {
  const key = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const data = concat(utf8('akkacompute/bundle-salt/1'), fromHex(job), u64(bundle), u32(attempt));
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, data));
}

/** What fixes clock and randomness of a task's runs: H("akkacompute/seed" ‖ job ‖ task (u64)). */
export const taskSeed = (job, task) => sha256(concat(utf8('akkacompute/seed'), fromHex(job), u64(task)));
