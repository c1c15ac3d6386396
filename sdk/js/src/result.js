// What a worker commits to with one signature: the tree over its salted results.

import { concat, u32, u64, utf8 } from './bytes.js';
import { leaf, root } from './merkle.js';
import { sha256 } from './sha256.js';

const NO_RESULT = new Uint8Array(32);

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
