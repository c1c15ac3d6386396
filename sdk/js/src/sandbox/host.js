// WASI preview 1 for one run, in memory. It answers byte by byte as src/Sandbox/Wasm/Wasi of AkkaCompute does: a program's output and its fuel depend
// on each answer. docs/sandbox.md says what the answers are.

import { TaskClock } from './clock.js';
import { Errno } from './constants.js';
import { DescriptorTable } from './descriptors.js';
import { GuestMemory } from './memory.js';
import { Output, StderrTail } from './output.js';
import { environment } from './wasi-environment.js';
import { anyDescriptor, files, positions } from './wasi-files.js';
import { paths } from './wasi-paths.js';
import { streams } from './wasi-streams.js';

/** Thrown to end a run from within a host function; no error, for it is no fault and needs no stack. */
export class Ending {
  /** @param {{ exit?: number, outOfFuel?: true, reason?: number }} how */
  constructor(how) { Object.assign(this, how); }
}

export class Host {
  #input;
  #inputAt = 0;
  #fuel = null;

  /**
   * @param {Uint8Array} seed Of the task.
   * @param {Uint8Array} input
   * @param {import('./setup.js').Limits} limits
   * @param {{ arguments: Uint8Array[], environment: Uint8Array[], tree: import('./tree.js').FileTree | null }} setup
   */
  constructor(seed, input, limits, setup) {
    this.#input = input;
    this.clock = new TaskClock(seed);
    this.arguments = setup.arguments;
    this.environment = setup.environment;
    this.tree = setup.tree;
    this.table = new DescriptorTable(setup.tree);
    this.output = new Output(limits.outputBytes);
    this.stderr = new StderrTail(limits.stderrBytes);
    /** @type {GuestMemory | null} */
    this.memory = null;
  }

  /** The instance is made; nothing of it has run. */
  enter(memory, fuel) {
    this.memory = new GuestMemory(memory);
    this.#fuel = fuel;
  }

  get inputLeft() { return this.#input.length - this.#inputAt; }

  takeInput(count) { return this.#input.subarray(this.#inputAt, this.#inputAt += count); }

  /** Takes fuel for work that the host does for the guest. */
  charge(units) {
    const left = this.#fuel.value - BigInt(units);
    this.#fuel.value = left < 0n ? 0n : left;
    if (left < 0n) this.stop({ outOfFuel: true });
  }

  /** @returns {never} */
  stop(how) { throw new Ending(how); }

  /** What a module imports. */
  imports() {
    const functions = { proc_exit: (code) => this.stop({ exit: code | 0 }) };
    const define = (table, wrap) => {
      for (const [name, call] of Object.entries(table)) {
        functions[name] = (...values) => {
          if (this.#fuel.value < 0n) this.stop({ outOfFuel: true });
          return wrap(call, values, name);
        };
      }
    };
    // path_symlink has its descriptor behind its first path.
    const by = (values, name) => this.table.find(values[name === 'path_symlink' ? 2 : 0]);
    const ofFiles = (takesStreams) => (call, values, name) => {
      const descriptor = by(values, name);
      return descriptor === null ? Errno.BadFileDescriptor
        : this.tree === null || (!takesStreams && descriptor.node === null) ? Errno.NotCapable
          : call(this, descriptor, ...values);
    };
    for (const table of [environment, streams, positions]) define(table, (call, values) => call(this, ...values));
    define(anyDescriptor, ofFiles(true));
    for (const table of [files, paths]) define(table, ofFiles(false));
    return { wasi_snapshot_preview1: functions };
  }
}
