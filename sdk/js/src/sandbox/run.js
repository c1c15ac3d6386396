// One run of an admitted module: docs/admission.md, "What a host does".

import { concat, u64, utf8 } from '../bytes.js';
import { runDigest } from '../result.js';
import { Kind, nameOf, PAGE, Reason, Trap } from './constants.js';
import { Ending, Host } from './host.js';
import { prepare } from './module.js';
import { explainLimits, setUp } from './setup.js';
import { callsOf, isStackOverflow, trapOf } from './traps.js';

/** What a module says of its end. */
const OUT_OF_FUEL = 1, TOO_DEEP = 2, HOST_MEMORY = 3;

const DEEP = "The task's calls were nested too deep: frames that weigh more than 320000 bytes together. Recurse less, or use an explicit stack.";
const NOTHING = new Uint8Array(0);

/** What the record of fuel begins with, before the files of a listing. */
const FUEL_RECORD = 1;

/**
 * @typedef {object} Result What one run gave; only `digest` is compared between workers.
 * @property {number} kind Of Kind.
 * @property {number} exitCode With Kind.Exited: 32 bits, with a sign.
 * @property {number} trap With Kind.Trapped, of Trap.
 * @property {number} reason With Kind.NoResult, of Reason.
 * @property {Uint8Array} output Standard output; empty without a result.
 * @property {Uint8Array} listing The files in /out, as docs/sandbox.md writes them; empty without a result.
 * @property {Uint8Array} stderr The last bytes of standard error; before them the limit that was reached, and how many bytes were dropped.
 * @property {bigint} fuel Fuel used.
 * @property {Uint8Array | null} digest Null without a result.
 */

/**
 * A run that was stopped, or can't be made.
 * @returns {Result}
 */
export function noResult(reason, explanation, stderr = NOTHING, fuel = 0n) {
  const text = stderr.length === 0 ? utf8(explanation) : concat(utf8(`${explanation}\n`), stderr);
  return { kind: Kind.NoResult, exitCode: 0, trap: Trap.None, reason, output: NOTHING, listing: NOTHING, stderr: text, fuel, digest: null };
}

/**
 * Runs a task in the current thread, which it holds until the task ends: a Pool can stop one.
 * @param {object} task
 * @param {Uint8Array | import('./module.js').Prepared} task.module An admitted module, or what `prepare` made of one.
 * @param {import('./setup.js').Program | null} [task.program] Null: a payload of the kind `wasm`.
 * @param {Uint8Array} task.seed The task's: 8 bytes or more.
 * @param {Uint8Array} task.input
 * @param {import('./setup.js').Limits} task.limits
 * @returns {Result}
 */
export const runProgram = (task) => new Run(task).result();

/** A run that can be looked into afterwards. */
export class Run {
  #host = null;
  #exports = null;
  #prepared;
  #limits;
  #fuel = 0n;
  #comparesFuel = false;

  constructor({ module, program = null, seed, input, limits }) {
    const refusal = explainLimits(limits);
    const setup = refusal ?? setUp(program, input, limits.fileBytes);
    if (typeof setup === 'string') {
      this.refused = noResult(Reason.PayloadRefused, setup);
      return;
    }
    this.#limits = limits;
    this.#comparesFuel = program?.comparesFuel ?? false;
    this.#fuel = BigInt(limits.fuel);
    this.#prepared = module instanceof Uint8Array ? prepare(module) : module;
    this.#host = new Host(seed, input, limits, setup);
  }

  /** The memory as it is now; null where there is no instance. */
  get memory() { return this.#exports?.memory ?? null; }

  /** Runs it. Call it once. */
  result() {
    if (this.refused) return this.refused;
    const { module, memoryBytes, bytes } = this.#prepared;
    const most = this.#limits.memoryBytes;
    if (memoryBytes > most) {
      return noResult(Reason.MemoryLimit, `The module's memory begins with ${memoryBytes} bytes, more than the limit MemoryBytes = ${most}.`);
    }
    if (!WebAssembly.Module.exports(module).some(({ name }) => name === 'akkacompute.fuel')) {
      return noResult(Reason.PayloadRefused, 'The module is not an admitted one.');
    }
    try {
      this.#start();
      return this.#ended({ exit: 0 });
    } catch (error) {
      if (error instanceof Ending) return this.#ended(error);
      if (isStackOverflow(error)) return this.#ended({ reason: Reason.StackOverflow });
      const trap = trapOf(error, bytes);
      return this.#ended(trap === null ? { fault: error } : { trap, calls: callsOf(error) });
    }
  }

  #start() {
    const exports = new WebAssembly.Instance(this.#prepared.module, this.#host.imports()).exports;
    this.#exports = exports;
    const { memory, 'akkacompute.fuel': fuel, 'akkacompute.pages': pages, 'akkacompute.start': start, _start } = exports;
    fuel.value = this.#fuel;
    pages.value = Math.min(pages.value, Math.floor(this.#limits.memoryBytes / PAGE));
    this.#host.enter(memory, fuel);
    start?.();
    _start();
  }

  /** Makes a result of how it ended, in the order of src/Sandbox/Wasm/Engine/RunEnd.cs. */
  #ended({ exit, outOfFuel, trap, calls, reason, fault }) {
    const left = this.#exports ? this.#exports['akkacompute.fuel'].value : this.#fuel;
    const end = this.#exports ? this.#exports['akkacompute.end'].value : 0;
    const used = this.#fuel - left;
    const none = (why, explanation) => noResult(why, explanation, this.#host.stderr.tail(), used);
    // Whatever a module did after its fuel was gone, and before it was looked at, counts for nothing.
    if (outOfFuel || (reason !== Reason.OutputLimit && (left < 0n || end === OUT_OF_FUEL))) {
      return this.#comparable(Kind.Trapped, Trap.OutOfFuel, this.#fuel, `The task used up the limit Fuel = ${this.#limits.fuel}.`);
    }
    if (exit !== undefined) return this.#comparable(Kind.Exited, exit, used, exit === 0 ? null : this.#reached());
    if (reason === Reason.OutputLimit) {
      return none(reason, `The task wrote more to standard output than the limit OutputBytes = ${this.#limits.outputBytes}.`);
    }
    if (end === TOO_DEEP) return this.#comparable(Kind.Trapped, Trap.TooDeep, used, DEEP);
    if (end === HOST_MEMORY) {
      return noResult(Reason.WorkerFault, 'This worker had no memory for the task, which was within its limits.', NOTHING, used);
    }
    if (reason === Reason.StackOverflow) return none(reason, 'The task needed more stack than this engine has.');
    return trap !== undefined ? this.#comparable(Kind.Trapped, trap, used, this.#reached(), calls)
      : noResult(Reason.WorkerFault, `This worker failed: ${fault?.name ?? 'Error'}: ${fault?.message ?? fault}`, NOTHING, used);
  }

  #reached() {
    const limit = this.#host.tree?.quota.reached;
    return limit ? `The task reached the limit ${limit}.` : null;
  }

  /** @returns {Result} */
  #comparable(kind, code, fuel, ...notes) {
    const { output, tree, stderr } = this.#host;
    const { outputBytes } = this.#limits;
    const record = tree && this.#comparesFuel ? concat(Uint8Array.of(FUEL_RECORD), u64(fuel)) : NOTHING;
    const files = tree ? tree.listing(outputBytes - output.length - record.length) : NOTHING;
    if (files === null) {
      return noResult(Reason.OutputLimit,
        `Standard output and the files in /out have more bytes than the limit OutputBytes = ${outputBytes}.`, stderr.tail(), fuel);
    }
    const all = output.all(), listing = record.length === 0 ? files : concat(record, files);
    return {
      kind, exitCode: kind === Kind.Exited ? code : 0, trap: kind === Kind.Trapped ? code : Trap.None, reason: Reason.None,
      output: all, listing, fuel,
      stderr: notes.reduce((text, note) => note ? concat(utf8(`${note}\n`), text) : text, stderr.tail()),
      digest: runDigest(kind, code, all, listing),
    };
  }
}

/** One line for people: how a run ended. */
export function explain({ kind, exitCode, trap, reason, stderr }) {
  const how = kind === Kind.Exited ? `exit code ${exitCode}` : kind === Kind.Trapped ? `trap ${nameOf(Trap, trap)}` : `no result: ${nameOf(Reason, reason)}`;
  const text = new TextDecoder().decode(stderr).trim();
  return text ? `${how}: ${text}` : how;
}
