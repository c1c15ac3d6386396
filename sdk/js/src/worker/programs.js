// What a worker runs: kernels as functions, modules and programs in the sandbox. Bytes come from the gateway by their hash.

import { equal, fromHex } from '../bytes.js';
import { runDigest } from '../result.js';
import { sha256 } from '../sha256.js';

const NOTHING = new Uint8Array(0);
const EXITED = 1;

/** Modules and files that are kept; the least recently used go. */
const KEPT = 32;

/** The runtime for JavaScript of this release, by the SHA-256 of its module and of the bytes that run: docs/runtimes.md. */
export const JAVASCRIPT = {
  name: 'js',
  module: 'df988bad271acacd1dc365176657488fa7d1da5b0b8c091f49c649031e0977f0',
  admitted: 'c674b7c0f2c2090382c2ff4038dc2d9a3fb5794f22e775c612394ea16cad3323',
};

/** The result of a task that ended by itself. */
export const exited = (output, exitCode = 0) => ({
  kind: EXITED, exitCode, trap: 0, reason: 0, output, listing: NOTHING, stderr: NOTHING, fuel: 0n, digest: runDigest(EXITED, exitCode, output, NOTHING),
});

/**
 * Runs kernels and, where there is a pool, modules.
 * @param {object} of
 * @param {Record<string, (input: Uint8Array) => Uint8Array | Promise<Uint8Array>>} [of.kernels] By `NAME@VERSION`. Each gives the same bytes for the same input.
 * @param {{ run: Function } | null} [of.pool] `Pool` of akkacompute/sandbox.
 * @param {string} of.http The gateway's: `http://HOST:PORT`.
 * @param {typeof fetch} [of.fetch]
 */
export function programs({ kernels = {}, pool = null, http, fetch = globalThis.fetch }) {
  const kept = new Map();

  async function get(path, hash) {
    if (!kept.has(path)) {
      kept.set(path, load(path, hash));
      if (kept.size > KEPT) kept.delete(kept.keys().next().value);
    }
    const found = kept.get(path);
    kept.delete(path);
    kept.set(path, found);
    return found.catch((error) => {
      kept.delete(path);
      throw error;
    });
  }

  async function load(path, hash) {
    const response = await fetch(`${http}${path}`);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${(await response.text()).slice(0, 200)}`);
    const bytes = new Uint8Array(await response.arrayBuffer());
    if (hash && !equal(sha256(bytes), fromHex(hash))) throw new Error(`${path}: the gateway has sent other bytes.`);
    return bytes;
  }

  const runtimes = new Map();
  const programsOf = new Map();

  async function programOf(payload) {
    if (payload.kind !== 'program') return null;
    const text = JSON.stringify(payload);
    if (!programsOf.has(text)) {
      const files = await Promise.all((payload.files ?? []).map(async ({ path, blob, size }) => (
        { path, bytes: size === 0 ? NOTHING : await get(`/v1/blobs/${blob}`, blob) })));
      const { arguments: given = [], environment = [], inputFile = false, comparesFuel = false } = payload;
      programsOf.set(text, { arguments: given, environment, files, inputFile, comparesFuel });
      if (programsOf.size > KEPT) programsOf.delete(programsOf.keys().next().value);
    }
    return programsOf.get(text);
  }

  return {
    /** What a declaration says. */
    get capabilities() {
      const scripts = [...(pool ? ['program'] : []), ...runtimes.keys()];
      return [...Object.keys(kernels).map((name) => `kernel:${name}`), ...(pool ? ['wasm'] : []), ...scripts, ...scripts.map((name) => `fuel:${name}`)];
    },

    /**
     * Fetches a runtime for scripts where the gateway has it: from then on it is among the capabilities. Its bytes are those that this package names, or it is
     * left out: a worker that ran others would be outvoted.
     * @returns {Promise<boolean>} Whether it is there.
     */
    async useRuntime({ name, module, admitted } = JAVASCRIPT) {
      if (!pool) return false;
      const bytes = await load(`/v1/modules/${module}/admitted`, admitted).catch(() => null);
      if (bytes) runtimes.set(`runtime:${name}@${module}`, bytes);
      return bytes !== null;
    },

    /** Why an offer is passed; null: it is not. */
    refuse({ payload }) {
      if (payload.kind === 'kernel') return kernels[`${payload.name}@${payload.version}`] ? null : 'This worker does not have the kernel.';
      if (!pool || !['wasm', 'program'].includes(payload.kind)) return 'This worker does not run such programs.';
      return payload.runtime && !runtimes.has(runtimeOf(payload)) ? 'This worker does not have the runtime.' : null;
    },

    /** Runs one task. */
    async run({ offer: { payload, limits }, seed, input, signal, preparing }) {
      if (payload.kind === 'kernel') return exited(await kernels[`${payload.name}@${payload.version}`](input));
      const path = `/v1/modules/${payload.module}/admitted`;
      if (!payload.runtime && !kept.has(path)) preparing();
      const { wallClockTicks, fuel, ...others } = limits;
      return pool.run({
        module: payload.runtime ? runtimes.get(runtimeOf(payload)) : await get(path, payload.admitted?.hash), program: await programOf(payload), seed, input,
        limits: { ...others, fuel, wallClock: wallClockTicks / 10_000 },
      }, { signal });
    },
  };
}

const runtimeOf = ({ runtime, module }) => `runtime:${runtime}@${module}`;
