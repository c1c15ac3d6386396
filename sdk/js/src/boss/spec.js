// A job's specification: its JSON, the text of its payload, and the digest that its boss signs. See docs/protocol.md.

import { concat, fromHex, toHex, u32, u64, utf8 } from '../bytes.js';
import { randomBytes } from '../sign.js';
import { sha256 } from '../sha256.js';

/** What each task may use where nobody says otherwise. */
export const LIMITS = {
  fuel: 100_000_000_000, memoryBytes: 256 * 2 ** 20, outputBytes: 48 * 1024, stderrBytes: 4096, wallClockTicks: 600_000_000, fileBytes: 0,
};

/** The files of programs, `/tmp` and `/out`. */
const FILE_BYTES = 64 * 2 ** 20;

/** SHA-256("akkacompute/job" ‖ boss ‖ nonce). */
export const jobIdOf = (boss, nonce) => toHex(sha256(concat(utf8('akkacompute/job'), fromHex(boss), nonce)));

/**
 * The whole specification of a job.
 * @param {string} boss
 * @param {object} request `payload` and whatever else is not as usual: `id`, `label`, `limits`, `policy`, `draw`, `bundleSize`, `price`, `budget`,
 *   `audience`.
 */
export function specOf(boss, request) {
  if (!request.payload) throw new TypeError('payload: missing.');
  const limits = { ...LIMITS, fileBytes: request.payload.kind === 'program' ? FILE_BYTES : 0, ...request.limits };
  return {
    id: request.id ?? jobIdOf(boss, randomBytes(16)), boss, label: request.label ?? '', payload: request.payload, limits,
    policy: request.policy ?? 'quorum(2, 7)', draw: request.draw ?? 'next', bundleSize: request.bundleSize ?? 0,
    price: request.price ?? 0, budget: request.budget ?? 0,
    ...(request.audience && request.audience !== 'anyone' ? { audience: request.audience } : {}),
  };
}

/** What a worker must announce to run it. */
export function capabilityOf({ kind, name, version, runtime, module, comparesFuel }) {
  if (kind === 'kernel') return `kernel:${name}@${version}`;
  const base = runtime ? `runtime:${runtime}@${module}` : kind;
  return comparesFuel ? `fuel:${base}` : base;
}

/** All of a payload in one text; no two have the same. */
export function payloadText(payload) {
  if (payload.kind === 'kernel') return capabilityOf(payload);
  if (payload.kind === 'wasm') return `wasm:${payload.module}`;
  const parts = [`program:${payload.module}`];
  if (payload.admitted) parts.push(`m${payload.admitted.version}=${payload.admitted.hash}`);
  const add = (tag, value, rest = '') => parts.push(`${tag}${utf8(value).length}:${value}${rest}`);
  if (payload.runtime) add('r', payload.runtime);
  for (const argument of payload.arguments ?? []) add('a', argument);
  for (const variable of payload.environment ?? []) add('e', variable);
  for (const { path, blob, size } of payload.files ?? []) add('f', path, `=${blob},${size}`);
  if (payload.inputFile) parts.push('i');
  if (payload.comparesFuel) parts.push('u');
  return parts.join(' ');
}

/** The digest of a specification, as 64 hexadecimal digits. */
export function specDigest(spec) {
  const text = (value) => concat(u32(utf8(value).length), utf8(value));
  const { limits } = spec;
  const bytes = concat(
    utf8('akkacompute/spec/1'), fromHex(spec.id), fromHex(spec.boss), text(spec.label), text(payloadText(spec.payload)), text(spec.policy),
    u64(limits.fuel), u64(limits.memoryBytes), u32(limits.outputBytes), u32(limits.stderrBytes), u64(limits.wallClockTicks),
    u32(spec.draw === 'now' ? 2 : 1), u32(spec.bundleSize), u64(spec.price), u64(spec.budget),
    limits.fileBytes === 0 ? new Uint8Array(0) : u64(limits.fileBytes),
    spec.audience ? text(`audience:${spec.audience}`) : new Uint8Array(0),
    spec.cohort ? text(`cohort:${spec.cohort.season}:${spec.cohort.beacon}`) : new Uint8Array(0),
  );
  return toHex(sha256(bytes));
}
