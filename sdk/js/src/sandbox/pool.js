// Threads that run tasks, each of which is ended when its time is over.

import { Reason } from './constants.js';
import { noResult } from './run.js';
import { explainLimits } from './setup.js';
import { startThread } from './thread.js';

/** Modules and programs that a thread keeps; the least recently used go. */
const KEPT = 16;

/** A thread that does not begin in this time has failed, in milliseconds: a busy machine takes seconds. */
const START_TIME = 60_000;

/** Runs tasks on threads of its own. */
export class Pool {
  #numbers = new WeakMap();
  #last = 0;
  #idle = [];
  #busy = new Set();
  #waiting = [];
  #closed = false;
  #size;
  #compileTime;

  /**
   * @param {object} [options]
   * @param {number} [options.size] Tasks that run at once, 1 or more; one for each processor by default.
   * @param {number} [options.compileTime] Milliseconds for compiling a module; 60,000 by default.
   */
  constructor({ size = globalThis.navigator?.hardwareConcurrency ?? 1, compileTime = 60_000 } = {}) {
    if (!Number.isSafeInteger(size) || size < 1) throw new RangeError(`size must be a whole number of 1 or more, but is ${size}.`);
    if (!(compileTime > 0)) throw new RangeError(`compileTime must be more than 0 milliseconds, but is ${compileTime}.`);
    [this.#size, this.#compileTime] = [size, compileTime];
  }

  /**
   * Runs a task, as `runProgram` does, within its wall clock; where no thread is free it waits for one. Give the same `module` and `program` objects
   * again for tasks of one job, and don't change them: a thread keeps what it knows. It never rejects for what the task does.
   * @param {object} task As for `runProgram`; the module as bytes.
   * @param {{ signal?: AbortSignal }} [options] Ends the run: no result.
   * @returns {Promise<import('./run.js').Result>}
   */
  run(task, { signal } = {}) {
    if (this.#closed) return Promise.reject(new Error('The pool is closed.'));
    const refusal = explainLimits(task.limits);
    if (refusal) return Promise.resolve(noResult(Reason.PayloadRefused, refusal));
    return new Promise((resolve) => {
      const job = { task, signal, done: null };
      const abort = () => this.#cancel(job);
      job.done = (result) => {
        signal?.removeEventListener('abort', abort);
        resolve(result);
      };
      if (signal?.aborted) return job.done(cancelled());
      signal?.addEventListener('abort', abort);
      this.#waiting.push(job);
      this.#next();
    });
  }

  /** Ends all threads; what runs or waits has no result. */
  close() {
    this.#closed = true;
    const [waiting, busy, idle] = [this.#waiting.splice(0), [...this.#busy], this.#idle.splice(0)];
    waiting.forEach((job) => job.done(cancelled()));
    busy.forEach((slot) => slot.stop(cancelled()));
    idle.forEach((slot) => slot.thread.end());
  }

  #next() {
    while (!this.#closed && this.#waiting.length > 0 && this.#busy.size < this.#size) {
      const slot = this.#idle.pop() ?? { thread: null, kept: new Map() };
      this.#busy.add(slot);
      void this.#serve(slot, this.#waiting.shift());
    }
  }

  async #serve(slot, job) {
    let timer = null;
    const finish = (result, keeps) => {
      if (slot.job !== job) return;
      slot.job = null;
      clearTimeout(timer);
      this.#busy.delete(slot);
      if (keeps && !this.#closed) this.#idle.push(slot); else slot.thread?.end();
      job.done(result);
      this.#next();
    };
    const within = (milliseconds, reason, explanation) => {
      clearTimeout(timer);
      timer = setTimeout(() => finish(noResult(reason, explanation), false), milliseconds);
    };
    [slot.job, slot.stop] = [job, (result) => finish(result, false)];
    within(START_TIME, Reason.WorkerFault, `The thread of this worker did not start in ${START_TIME} ms.`);
    try {
      const thread = slot.thread ??= await started(slot);
      if (slot.job !== job) return thread.end(); // ended while it began
      const { wallClock } = job.task.limits;
      thread.failed = (error) => {
        slot.thread = null;
        slot.kept.clear();
        finish(noResult(Reason.WorkerFault, `The thread of this worker ended: ${error.message}`), false);
      };
      thread.received = ({ begun, result }) => {
        if (begun) within(wallClock, Reason.OutOfTime, `The task ran longer than the limit WallClock = ${wallClock} ms.`);
        else if (result) finish(result, true);
      };
      within(this.#compileTime, Reason.CompileLimit, `Compiling the module took longer than this worker's limit compileTime = ${this.#compileTime} ms.`);
      thread.send(this.#message(slot, job.task));
    } catch (error) {
      finish(noResult(Reason.WorkerFault, `The thread of this worker failed: ${error.message}`), false);
    }
  }

  #cancel(job) {
    const at = this.#waiting.indexOf(job);
    if (at >= 0) this.#waiting.splice(at, 1)[0].done(cancelled());
    else [...this.#busy].find((slot) => slot.job === job)?.stop(cancelled());
  }

  #message({ kept }, { module, program = null, seed, input, limits }) {
    const keep = [];
    const number = (thing) => {
      if (!this.#numbers.has(thing)) this.#numbers.set(thing, ++this.#last);
      const own = this.#numbers.get(thing);
      if (!kept.delete(own)) keep.push([own, thing]);
      kept.set(own, true); // the last one used is the last one of the map
      return own;
    };
    const message = { module: number(module), program: program && number(program), seed, input, limits, keep };
    const drop = [...kept.keys()].slice(0, Math.max(0, kept.size - KEPT));
    drop.forEach((own) => kept.delete(own));
    return { ...message, drop };
  }
}

const cancelled = () => noResult(Reason.OutOfTime, 'The task was cancelled.');

/** Starts a thread and waits until it can be sent something. */
async function started(slot) {
  const thread = await startThread();
  slot.thread = thread; // so that it can be ended
  await new Promise((resolve, reject) => {
    thread.received = resolve;
    thread.failed = reject;
  });
  return thread;
}
