// A thread of a Pool: runs one task after the other. In Node.js a worker thread, in browsers a module worker.

import { prepare } from './module.js';
import { noResult, runProgram } from './run.js';
import { Reason } from './constants.js';

/** Modules and programs that were sent before, by the pool's numbers. */
const kept = new Map();
const port = globalThis.postMessage ? globalThis : (await import('node:worker_threads')).parentPort;

/**
 * @param {object} message
 * @param {number[]} message.drop Numbers of what is not needed any more.
 * @param {[number, unknown][]} message.keep What comes for the first time, with its number.
 * @param {number} message.module The number of a module.
 * @param {number | null} message.program The number of a program.
 */
function receive({ drop, keep, module, program, ...task }) {
  drop.forEach((number) => kept.delete(number));
  keep.forEach(([number, thing]) => kept.set(number, thing));
  let result;
  try {
    const prepared = kept.get(module) instanceof Uint8Array ? prepare(kept.get(module)) : kept.get(module);
    kept.set(module, prepared);
    port.postMessage({ begun: true });
    result = runProgram({ ...task, module: prepared, program: program === null ? null : kept.get(program) });
  } catch (error) {
    result = noResult(error instanceof WebAssembly.CompileError ? Reason.PayloadRefused : Reason.WorkerFault, `${error?.name}: ${error?.message}`);
  }
  port.postMessage({ result });
}

if (port.on) port.on('message', receive); else port.onmessage = ({ data }) => receive(data);
port.postMessage({ ready: true });
