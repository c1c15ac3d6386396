// What a worker commits to with one signature: the tree over its salted results.

import { concat, u32, u64, utf8 } from './bytes.js';
import { leaf, root } from './merkle.js';
import { sha256 } from './sha256.js';

const NO_RESULT = new Uint8Array(32);

/**
 * What two workers must agree on: H(kind ‖ code (u32) ‖ H(output)), and ‖ H(listing) within where there are files in /out.
 * @param {1 | 2} kind 1: it ended by itself, and the code is the exit code; 2: it trapped, and the code is the trap.
 * @param {number} code
 * @param {Uint8Array} output Standard output.
 * @param {Uint8Array} listing The files in /out as docs/sandbox.md writes them; empty where there are none.
 */
export const runDigest = (kind, code, output, listing) =>
  sha256(concat(Uint8Array.of(kind), u32(code), sha256(output), listing.length === 0 ? listing : sha256(listing)));

/** SHA-256("akkacompute/task-salt/1" ‖ the bundle's secret ‖ task (u64)). */
export const saltOf = (secret, task) => sha256(concat(utf8('akkacompute/task-salt/1'), secret, u64(task)));

/** H(0 ‖ NodeId ‖ task (u64) ‖ attempt (u32) ‖ salt ‖ digest). A task without a result has 32 zero bytes for its digest: give null. */
export const resultLeaf = (worker, task, attempt, salt, digest) =>
  leaf(concat(worker, u64(task), u32(attempt), salt, digest ?? NO_RESULT));

/**
 * The root that a `result` entry names.
 * @param {Uint8Array} worker Its NodeId.
 * @param {number} first The index of the bundle's first task.
 * @param {number} attempt
 * @param {Uint8Array} secret The bundle's.
 * @param {(Uint8Array | null)[]} digests One for each task.
 */
export const resultRoot = (worker, first, attempt, secret, digests) =>
  root(digests.map((digest, i) => resultLeaf(worker, first + i, attempt, saltOf(secret, first + i), digest)));
