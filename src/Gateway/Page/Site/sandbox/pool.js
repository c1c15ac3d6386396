// The sandbox of sdk/js in a frame of its own, without an origin: what runs there reaches no network, no storage, and not this page.

import { el } from '/page/dom.js';
import { bundle } from '/page/sandbox/bundle.js';

const START = 60_000;
const KEPT = 32;

/** Runs tasks as `Pool` of sdk/js does. */
export class FramePool {
  #frame;
  #port;
  #waiting = new Map();
  #numbers = new WeakMap();
  #sent = [];
  #last = 0;

  /** @param {number} size Tasks at once. */
  static async open(size) {
    const [pool, worker] = await Promise.all([bundle('/sdk/js/src/sandbox/pool.js', ['Pool']), bundle('/sdk/js/src/sandbox/worker.js', [])]);
    const scripts = { pool: `${pool}\nexport { Pool };`, worker: `'use strict';\n(async () => {\n${worker}\n})();` }; // strict, as modules are
    const frame = el('iframe', { sandbox: 'allow-scripts', src: '/page/sandbox/frame.html', hidden: true, title: 'Sandbox for the tasks of strangers' });
    const loaded = new Promise((done) => frame.addEventListener('load', done, { once: true }));
    document.body.append(frame);
    await loaded;
    const { port1: port, port2 } = new MessageChannel();
    try {
      await new Promise((ready, fail) => {
        setTimeout(() => fail(new Error(`The sandbox has not started in ${START / 1_000} s.`)), START);
        port.onmessage = ({ data }) => (data.ready ? ready() : fail(new Error(`The sandbox does not start: ${data.error}`)));
        frame.contentWindow.postMessage({ ...scripts, size }, '*', [port2]); // '*': it has no origin that could be named
      });
    } catch (error) {
      frame.remove();
      throw error;
    }
    return new FramePool(frame, port);
  }

  constructor(frame, port) {
    [this.#frame, this.#port] = [frame, port];
    port.onmessage = ({ data: { id, result, error } }) => {
      const { resolve, reject } = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) resolve(result);
      else reject(new Error(error));
    };
  }

  /** As `Pool.run`: give the same `module` and `program` objects again for tasks of one job. */
  run({ module, program = null, seed, input, limits }, { signal } = {}) {
    return new Promise((resolve, reject) => {
      const id = ++this.#last;
      this.#waiting.set(id, { resolve, reject });
      const keep = [];
      const number = (thing) => this.#numberOf(thing, keep);
      const message = { id, module: number(module), program: program && number(program), seed, input, limits, keep, drop: this.#sent.splice(0, Math.max(0, this.#sent.length - KEPT)) };
      message.drop.forEach((one) => this.#dropped.add(one));
      this.#port.postMessage(message);
      signal?.addEventListener('abort', () => { if (this.#waiting.has(id)) this.#port.postMessage({ id, stop: true }); });
    });
  }

  #dropped = new Set();

  #numberOf(thing, keep) {
    let own = this.#numbers.get(thing);
    if (own !== undefined && !this.#dropped.has(own)) return own;
    this.#numbers.set(thing, own = ++this.#last);
    keep.push([own, thing]);
    this.#sent.push(own);
    return own;
  }

  /** Ends everything that runs. */
  close() {
    this.#frame.remove();
    this.#port.close();
    for (const { reject } of this.#waiting.values()) reject(new Error('The sandbox was closed.'));
    this.#waiting.clear();
  }
}
