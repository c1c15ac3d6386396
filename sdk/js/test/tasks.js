// Tasks and results of the sandbox as JSON, bytes in base64.

import { Run } from '../src/sandbox/index.js';
import { sha256 } from '../src/sha256.js';
import { toHex } from '../src/bytes.js';

export const toBase64 = (bytes) => {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8_192) text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return btoa(text);
};

export const fromBase64 = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));

/** A task of the sandbox from JSON: { wasm, seed, input, limits, program }. */
export const readTask = ({ wasm, seed, input, limits, program }) => ({
  module: fromBase64(wasm), seed: fromBase64(seed), input: fromBase64(input), limits,
  program: program && { ...program, files: program.files.map(({ path, bytes }) => ({ path, bytes: fromBase64(bytes) })) },
});

/** A result as JSON. */
export const writeResult = ({ kind, exitCode, trap, reason, output, listing, stderr, fuel, digest }) => ({
  kind, exitCode, trap, reason, output: toBase64(output), listing: toBase64(listing), stderr: toBase64(stderr), fuel: Number(fuel),
  digest: digest && toHex(digest),
});

/**
 * Runs a task in this thread.
 * @param {object} task As JSON; `memory`: whether the hash of the memory at the end is wanted.
 * @param {(bytes: Uint8Array) => string} hash SHA-256 in hexadecimal digits.
 */
export function runTask(task, hash = (bytes) => toHex(sha256(bytes))) {
  const run = new Run(readTask(task));
  const [start, result] = [performance.now(), run.result()];
  const memory = task.memory && run.memory ? hash(new Uint8Array(run.memory.buffer)) : '';
  return { ...writeResult(result), memory, milliseconds: performance.now() - start };
}
