// Follows the node: how the network is, and then what happens. Backs off while the node does not answer.

import { askJson } from '/page/api.js';

const PAUSE = 150; // between two answers: so often something new can be seen
const FIRST_RETRY = 500;
const LONGEST_RETRY = 8_000;
const PATIENCE = 25_000; // an answer may wait for news for ten seconds
const REFRESH = 2_000; // the members are fetched again at most so often

/** @typedef {{ onNow(now: object): void, onNews(news: object): void, onSilence(error: Error): void }} Listener */

export class Feed {
  #listener;
  #ended = new AbortController();
  #roster = null;
  #fetchedAt = -Infinity;

  /** @param {Listener} listener */
  constructor(listener) {
    this.#listener = listener;
  }

  /** Follows until it is closed. */
  async run() {
    let retry = FIRST_RETRY;
    let next = null;
    while (!this.#ended.signal.aborted) {
      try {
        next ??= await this.#now();
        const news = await this.#ask(`/v1/network/events?from=${next}`);
        if (news.next < next || news.missed > 0) {
          next = null; // the node has started again, or this page was asleep: begin anew
          continue;
        }
        next = news.next;
        this.#listener.onNews(news);
        retry = FIRST_RETRY;
        if (this.#isStale(news)) await this.#now();
        await sleep(PAUSE, this.#ended.signal);
      } catch (error) {
        if (this.#ended.signal.aborted) return;
        this.#listener.onSilence(error);
        await sleep(retry, this.#ended.signal);
        retry = Math.min(2 * retry, LONGEST_RETRY);
        next = null;
      }
    }
  }

  close() {
    this.#ended.abort();
  }

  async #now() {
    const now = await this.#ask('/v1/network');
    this.#fetchedAt = performance.now();
    this.#listener.onNow(now);
    return now.next;
  }

  /** Whether somebody has come or gone since the members were fetched. */
  #isStale({ events }) {
    const last = events.findLast((event) => event.is === 'epoch');
    if (last && last.roster !== this.#roster) {
      const first = this.#roster === null;
      this.#roster = last.roster;
      this.#changed ||= !first;
    }
    if (!this.#changed || performance.now() - this.#fetchedAt < REFRESH) return false;
    this.#changed = false;
    return true;
  }

  #changed = false;

  #ask(path) {
    return askJson(path, { signal: AbortSignal.any([this.#ended.signal, AbortSignal.timeout(PATIENCE)]) });
  }
}

const sleep = (ms, signal) => new Promise((wake) => {
  const timer = setTimeout(wake, ms);
  signal.addEventListener('abort', () => { clearTimeout(timer); wake(); }, { once: true });
});
