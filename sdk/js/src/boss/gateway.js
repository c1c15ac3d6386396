// Requests to a gateway. Each may be sent again, so one that was not answered is, and one that can't be done now too.

import { pause } from '../pause.js';

const RETRY = 100, ANSWER_TIME = 30_000;

/** What a gateway said no to, or what broke: `reason` is for programs, `field` names what is wrong, where something is. */
export class Problem extends Error {
  name = 'Problem';

  constructor({ status, reason, detail, field, limit, entry }) {
    super(detail || reason || `status ${status}`);
    Object.assign(this, { status, reason, field, limit, entry });
  }
}

/** A gateway by its address. */
export class Gateway {
  #base;
  #fetch;
  #patience;

  /**
   * @param {string} network Such as `http://127.0.0.1:8450`.
   * @param {{ patience?: number, fetch?: typeof fetch }} [options] `patience`: ms for which it keeps asking when nobody answers.
   */
  constructor(network, { patience = 120_000, fetch: use = fetch } = {}) {
    this.#base = new URL('v1/', network.endsWith('/') ? network : `${network}/`);
    this.#fetch = (address, request) => use(address, request); // a browser's is no method of ours
    this.#patience = patience;
  }

  get(path, options) { return this.#json(path, { ...options, method: 'GET' }); }

  post(path, body, options) {
    return this.#json(path, { ...options, method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } });
  }

  /** Bytes with their own headers. */
  put(path, body, headers, options) {
    return this.#json(path, { ...options, method: 'PUT', body, headers: { 'Content-Type': 'application/octet-stream', ...headers } });
  }

  async #json(path, request) { return (await this.send(path, request)).json(); }

  /** Whether there is something; it is not read. */
  async has(path, options) {
    try {
      await this.send(path, { ...options, method: 'HEAD' });
      return true;
    } catch (error) {
      if (error instanceof Problem && error.status === 404) return false;
      throw error;
    }
  }

  /**
   * Sends a request until there is an answer.
   * @returns {Promise<Response>}
   * @throws {Problem} The gateway says no, or nobody answered for as long as the patience lasts.
   */
  async send(path, { signal, ...request }) {
    const until = Date.now() + this.#patience;
    for (;;) {
      let silence;
      try {
        const limit = AbortSignal.timeout(ANSWER_TIME);
        const response = await this.#fetch(new URL(path, this.#base), { ...request, signal: signal ? AbortSignal.any([signal, limit]) : limit });
        if (response.ok) return response;
        const problem = new Problem(await problemOf(response));
        if (!['Unavailable', 'NoCredit'].includes(problem.reason)) throw problem;
        silence = problem;
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof Problem && error !== silence) throw error;
        silence = error;
      }
      if (Date.now() >= until) {
        throw silence instanceof Problem ? silence
          : new Problem({ status: 0, reason: 'Silent', detail: `${this.#base} does not answer: ${silence.cause?.message ?? silence.message}` });
      }
      await pause(RETRY, signal);
    }
  }
}

async function problemOf(response) {
  const text = await response.text();
  try {
    return { status: response.status, ...JSON.parse(text) };
  } catch {
    return { status: response.status, reason: response.status === 404 ? 'UnknownBlob' : 'Invalid', detail: text };
  }
}
