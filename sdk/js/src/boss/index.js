// A boss outside the cluster: hands in work to a gateway, and gets verified outcomes. The key never leaves this program.

import { Blobs } from '../blobs.js';
import { fromBase64Url, toHex, utf8 } from '../bytes.js';
import { pause } from '../pause.js';
import { keyFromSeed, randomBytes, signRequest } from '../sign.js';
import { sha256 } from '../sha256.js';
import { BossChain } from './chain.js';
import { Gateway, Problem } from './gateway.js';
import { cut, fuelOf, MEASURE_DELAY, PageSigner, readFiles } from './pages.js';
import { specDigest, specOf } from './spec.js';

export { keyFromSeed, randomBytes } from '../sign.js';
export { Problem } from './gateway.js';

/** How far inputs may run ahead of the outcomes that were read. */
const WINDOW = 64 * 1024;

/** How many bytes of inputs that are blobs may: a part of what a boss may have on a node by default. */
const WINDOW_BYTES = 64 * 1024 * 1024;

/** A boss. Make one with {@link Boss.connect}. */
export class Boss {
  #gateway;
  #key;
  #chain;
  #blobs;

  /**
   * @param {string} network A gateway's address, such as `http://127.0.0.1:8450`.
   * @param {{ seed?: Uint8Array, nextSeed?: Uint8Array, patience?: number, fetch?: typeof fetch }} [options] `seed`: 32 secret bytes, the c-node's key;
   * keep them to be the same boss tomorrow. Without them the key is new, and gone with the program. `nextSeed`: of the key that will replace it.
   */
  static async connect(network, { seed = randomBytes(), nextSeed = randomBytes(), ...options } = {}) {
    return new Boss(new Gateway(network, options), await keyFromSeed(seed), (await keyFromSeed(nextSeed)).id);
  }

  constructor(gateway, key, next) {
    [this.#gateway, this.#key] = [gateway, key];
    /** The c-node as whom jobs are handed in. */
    this.id = key.id;
    this.#chain = new BossChain(gateway, key, key.id, next);
    this.#blobs = new Blobs(gateway, key);
  }

  /**
   * Puts bytes where workers find them; what is there already is not sent again.
   * @param {Uint8Array} bytes
   * @returns {Promise<string>} Their SHA-256.
   */
  async put(bytes, { signal } = {}) {
    const hash = toHex(sha256(bytes));
    if (await this.#gateway.has(`blobs/${hash}`, { signal })) return hash;
    return (await this.#blobs.put(bytes, { signal })).hash;
  }

  /**
   * Puts a program: a WASI preview 1 command with arguments (`{input}` is the task's input), environment and files. Or a script, one of the files, on a
   * runtime that operators have, by its name and its module's hash: docs/runtimes.md.
   * @param {{ module?: Uint8Array, runtime?: { name: string, module: string }, arguments?: string[], environment?: Record<string, string>, files?: Record<string, Uint8Array>, inputFile?: boolean, comparesFuel?: boolean }} program
   * @returns {Promise<object>} The payload of a job.
   */
  async program({ module, runtime, arguments: args = [], environment = {}, files = {}, inputFile = false, comparesFuel = false }, options) {
    const payload = {
      kind: 'program', module: runtime ? runtime.module : await this.put(module, options), ...(runtime ? { runtime: runtime.name } : {}), arguments: args,
      environment: Object.entries(environment).sort(([left], [right]) => (left < right ? -1 : 1)).map(([name, value]) => `${name}=${value}`),
      files: [], inputFile, ...(comparesFuel ? { comparesFuel } : {}),
    };
    for (const path of Object.keys(files).sort((left, right) => byBytes(utf8(left), utf8(right)))) {
      const bytes = files[path];
      payload.files.push({ path, blob: bytes.length === 0 ? toHex(sha256(bytes)) : await this.put(bytes, options), size: bytes.length });
    }
    return payload;
  }

  /**
   * Hands in a job, to which tasks can be added; with the `id` of one before, goes on with that.
   * @param {object} request `payload`, and what is not as usual: `id`, `label`, `limits`, `policy`, `draw`, `bundleSize`, `price`, `budget`.
   */
  async submit(request, { signal } = {}) {
    const spec = specOf(this.id, request);
    const submit = { spec, ...await signRequest(this.#key, 'akkacompute/submit-job/1', [specDigest(spec)]) };
    let accepted;
    try {
      accepted = await this.#gateway.post('jobs', submit, { signal });
    } catch (error) {
      if (!(error instanceof Problem) || error.reason !== 'NotDeclared') throw error;
      await this.#chain.declare({ signal });
      accepted = await this.#gateway.post('jobs', submit, { signal });
    }
    let { pages } = accepted;
    if (!pages) {
      const authorization = await this.#chain.authorize(spec, accepted.delegate, { signal });
      ({ pages } = await this.#gateway.post(`jobs/${spec.id}/authorization`, { ...submit, ...authorization }, { signal }));
    }
    return new Job(this.#gateway, this.#key, this.id, spec.id, new PageSigner(this.#key, spec, pages, accepted.bundle));
  }

  /** A job that was handed in before: to follow it, read its outcomes, or cancel it. */
  job(id) { return new Job(this.#gateway, this.#key, this.id, id, null); }

  /**
   * Runs every input as a task, and gives the outcomes one by one. Stopping early cancels the job.
   * @param {object} request As for {@link submit}. With the `id` of a job before, inputs that it has are not handed in again.
   * @param {Iterable<string|Uint8Array> | AsyncIterable<string|Uint8Array>} inputs
   * @param {{ ordered?: boolean, signal?: AbortSignal, onJob?: (job: Job) => void }} [options] `ordered`: by the inputs, or as they are decided.
   * @returns {AsyncGenerator<Outcome>}
   */
  async* map(request, inputs, { ordered = true, signal, onJob } = {}) {
    const job = await this.submit(request, { signal });
    onJob?.(job);
    const stop = new AbortController();
    const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
    let complete = false;
    const window = { ahead: 0, large: new Map(), bytes: 0, wake: () => {} };
    const feeding = job.feed(inputs, { signal: either, window });
    feeding.catch(() => stop.abort());
    try {
      for await (const outcome of job.outcomes({ ordered, signal: either })) {
        window.ahead--;
        window.bytes -= window.large.get(outcome.task) ?? 0;
        window.large.delete(outcome.task);
        window.wake();
        yield outcome;
      }
      await feeding;
      complete = true;
    } catch (error) {
      if (stop.signal.aborted && !signal?.aborted) await feeding; // why it failed
      throw error;
    } finally {
      stop.abort();
      if (!complete) await job.cancel();
    }
  }

  /** What is on the account: `free` and `inEscrow`. */
  account(options) { return this.#gateway.get(`c-nodes/${this.id}/account`, options); }

  /** Which jobs are open. */
  jobs(options) { return this.#gateway.get(`c-nodes/${this.id}/jobs`, options); }
}

const byBytes = (left, right) => {
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    if (left[i] !== right[i]) return left[i] - right[i];
  }
  return left.length - right.length;
};

/** A job, as its boss sees it. */
export class Job {
  #gateway;
  #key;
  #boss;
  #pages;
  #blobs;

  constructor(gateway, key, boss, id, pages) {
    [this.#gateway, this.#key, this.#boss, this.#pages, this.id] = [gateway, key, boss, pages, id];
    this.#blobs = new Blobs(gateway, key);
  }

  /** `spec` and `progress`. */
  info(options) { return this.#gateway.get(`jobs/${this.id}`, options); }

  /** Hands in all inputs but those that the job has, and closes it. Inputs over 48 KB are put as blobs. */
  async feed(inputs, { signal, window } = {}) {
    const pages = this.#pages;
    if (!pages) throw new Error('This job was handed in elsewhere: here it can be read, not fed.');
    if (pages.next > 0) {
      const { progress } = await this.info({ signal });
      if (progress.ended) throw new Error(`Job ${this.id} has ended: ${progress.ended}`);
      if (progress.status !== 'open') return;
    }
    if (window) window.ahead += pages.tasks;
    const until = async (isFree) => {
      while (window && !isFree()) {
        signal?.throwIfAborted();
        await new Promise((resolve) => {
          window.wake = resolve;
          signal?.addEventListener('abort', resolve, { once: true });
        });
      }
    };
    const put = async (bytes, task) => {
      await until(() => window.bytes === 0 || window.bytes + bytes.length <= WINDOW_BYTES);
      window?.large.set(task, bytes.length);
      if (window) window.bytes += bytes.length;
      return this.#blobs.put(bytes, { signal });
    };
    for await (const page of cut(inputs, pages.tasks, () => pages.isMeasuring, put)) {
      await until(() => window.ahead === 0 || window.ahead + page.length <= WINDOW);
      if (window) window.ahead += page.length;
      await this.#send(page, false, signal);
      if (pages.isMeasuring) await pause(MEASURE_DELAY, signal);
    }
    await this.#send([], true, signal);
  }

  async #send(inputs, last, signal) {
    const added = await this.#gateway.post(`jobs/${this.id}/pages`, await this.#pages.sign(inputs, last), { signal });
    this.#pages.bundle = added.bundle;
  }

  /**
   * Every outcome once, from the first on; ends when there can be no more. A broken connection is taken up where it was.
   * @returns {AsyncGenerator<Outcome>}
   */
  outcomes({ ordered = true, signal } = {}) { return this.#read('outcomes', `&ordered=${ordered}`, signal); }

  /**
   * What becomes known of the tasks, when it does: an outcome with `final` false is one worker's word, which the final one of its task may replace.
   * @returns {AsyncGenerator<Outcome>}
   */
  revisions({ signal } = {}) { return this.#read('revisions', '', signal); }

  async* #read(what, query, signal) {
    for (let next = { position: 0, offset: 0 }, end = false; !end;) {
      const response = await this.#gateway.send(
        `jobs/${this.id}/${what}?position=${next.position}&offset=${next.offset}${query}`, { method: 'GET', signal });
      const page = (await response.text()).split('\n').filter((line) => line.length > 0).map((line) => JSON.parse(line));
      for (const line of page) {
        if (line.next) ({ next, end } = line);
        else yield new Outcome(line, await this.#fetched(line, signal));
      }
    }
  }

  /** Output and files that are blobs, by their bytes. */
  async #fetched({ outputBlob, filesBlob }, signal) {
    return {
      output: outputBlob ? await this.#blobs.get(outputBlob, { signal }) : null, files: filesBlob ? await this.#blobs.get(filesBlob, { signal }) : null,
    };
  }

  /** Progress whenever there is some; ends with the job. */
  async* progress({ signal } = {}) {
    for (let revision = 0; ;) {
      const progress = await this.#gateway.get(`jobs/${this.id}/progress?after=${revision}`, { signal });
      if (progress.revision !== revision) yield progress;
      if (progress.status === 'finished') return;
      revision = progress.revision;
    }
  }

  /** Drops what is not decided yet. */
  async cancel(options) {
    await this.#gateway.post(
      `jobs/${this.id}/cancellation`, await signRequest(this.#key, 'akkacompute/cancel-job/1', [this.#boss, this.id]), options);
  }
}

/** What came of one task: durable, and final unless `final` is false. */
export class Outcome {
  #listing;

  constructor({ task, status, exitCode, trap, reason, output, stderr, files, fuel = 0, final = true }, fetched = { output: null, files: null }) {
    Object.assign(this, { task, status, exitCode, trap, reason, final });
    /** Standard output. */
    this.output = fetched.output ?? fromBase64Url(output);
    this.stderr = stderr ? fromBase64Url(stderr) : new Uint8Array(0);
    this.#listing = fetched.files ?? (files ? fromBase64Url(files) : new Uint8Array(0));
    /** Fuel that workers agreed on, in a job whose program compares it; null where the listing begins with none. */
    this.agreedFuel = fuelOf(this.#listing);
    /** Fuel that the task used, as agreed, or by the word of one worker; 0: none was counted. */
    this.fuel = this.agreedFuel ?? fuel;
  }

  /** What the task left in `/out`: `path` and `bytes` each. Throws a RangeError where that is no listing: read by itself, it ends nothing else. */
  get files() { return readFiles(this.#listing); }

  /** Whether the program ended with exit code 0. */
  get succeeded() { return this.status === 'exited' && this.exitCode === 0; }

  /** Standard output as UTF-8. */
  get text() { return new TextDecoder().decode(this.output); }
}
