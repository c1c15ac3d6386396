// What is known of the network: its members and where they stand, and which bundles are under way. No drawing here.

import { fromBase64Url, fromHex, toHex } from '/sdk/js/src/bytes.js';
import { target } from '/sdk/js/src/draw.js';

const MOST_BUNDLES = 400; // that are shown at once
const FORGET = 60_000; // a bundle of which nothing more was heard, in ms
const MOST_BEACONS = 64;
const MOST_SEEN = 20_000;
const NOTES = 40;

/** The standings by the letters that the node sends. */
export const STANDINGS = { f: 'first', t: 'trusted', n: 'newcomer', b: 'banned' };

export class Network {
  count = 0;
  ids = new Uint8Array(0);
  standings = '';
  epoch = 0;
  total = 0;
  trusted = 0;
  clusterNodes = 0;
  slots = 0;
  node = '';
  totals = null;
  since = 0; // ms since the last epoch began, when it was heard
  heardAt = 0;
  /** Bundles under way, by job, bundle and attempt. */
  bundles = new Map();
  /** What has happened lately, for people; the newest first. */
  notes = [];
  /** By row: what was seen of a c-node since this page was opened. */
  seen = new Map();
  /** Grows when there are other members. */
  version = 0;
  #rows = new Map();
  #beacons = new Map();

  /** The node's word on how it is now. */
  onNow(now, time) {
    this.#onEpoch(now, time);
    [this.node, this.clusterNodes, this.slots] = [now.node, now.clusterNodes, now.slots];
    this.#onState(now, time);
    const ids = fromBase64Url(now.ids);
    if (this.standings === now.standings && sameBytes(this.ids, ids)) return;
    [this.ids, this.standings, this.count] = [ids, now.standings, now.standings.length];
    this.#rows = new Map(Array.from({ length: this.count }, (_, row) => [this.idOf(row), row]));
    this.version++;
  }

  /** What has happened. */
  onNews(news, time) {
    for (const event of news.events) this.#on(event, time);
    this.#onState(news, time);
    for (const [key, bundle] of this.bundles) {
      if (time - bundle.heard > FORGET) this.bundles.delete(key);
    }
  }

  idOf(row) {
    return toHex(this.ids.subarray(32 * row, 32 * row + 32));
  }

  /** Undefined where it is not among those that are shown. */
  rowOf(id) {
    return this.#rows.get(id);
  }

  /** The random value of an epoch, as hexadecimal digits; undefined where this page has not heard it. */
  beaconOf(epoch) {
    return this.#beacons.get(epoch);
  }

  standingOf(row) {
    return STANDINGS[this.standings[row]] ?? 'unknown';
  }

  #onState({ totals, sinceEpochMs }, time) {
    [this.totals, this.since, this.heardAt] = [totals, sinceEpochMs, time];
  }

  #onEpoch({ epoch, beacon, members, trusted, counts }, time) {
    if (epoch < this.epoch || this.#beacons.has(epoch)) return;
    [this.epoch, this.total, this.trusted] = [epoch, members, trusted];
    this.#beacons.set(epoch, beacon);
    for (const old of this.#beacons.keys()) {
      if (this.#beacons.size <= MOST_BEACONS) break;
      this.#beacons.delete(old);
    }
    if (this.notes[0]?.kind === 'epoch' && time - this.notes[0].time < 1_000) this.notes[0].epoch = epoch;
    else this.#note(time, 'epoch', { epoch, counts });
  }

  #on(event, time) {
    switch (event.is) {
      case 'epoch': this.#onEpoch(event, time); break;
      case 'lent': this.#onLent(event, time); break;
      case 'answered':
      case 'declined': this.#onAnswered(event, time); break;
      case 'decided': this.#onDecided(event, time); break;
      default: break; // of a newer node: what this page does not know it does not show
    }
  }

  #onLent({ job, bundle, attempt, epoch, worker }, time) {
    const key = `${job} ${bundle}`;
    let found = this.bundles.get(key);
    if (found?.attempt !== attempt) {
      const beacon = this.#beacons.get(epoch);
      const goal = beacon && target(fromHex(beacon), fromHex(job), bundle, attempt);
      found = { job, bundle, attempt, epoch, born: time, turn: goal && new DataView(goal.buffer).getUint32(0) / 2 ** 32, workers: new Map(), heard: time };
      this.bundles.delete(key);
      this.bundles.set(key, found);
      if (this.bundles.size > MOST_BUNDLES) this.bundles.delete(this.bundles.keys().next().value);
    }
    found.heard = time;
    found.workers.set(worker, { lent: time, answered: null, declined: false });
    this.#sight(worker).lent++;
  }

  #onAnswered({ is, job, bundle, worker }, time) {
    const found = this.bundles.get(`${job} ${bundle}`);
    const lease = found?.workers.get(worker);
    if (is === 'answered') this.#sight(worker).answered++;
    if (!lease || lease.answered !== null) return;
    found.heard = time;
    [lease.answered, lease.declined] = [time, is === 'declined'];
  }

  #onDecided({ job, bundle, tasks, agreed, lied }, time) {
    const found = this.bundles.get(`${job} ${bundle}`);
    for (const worker of lied) this.#sight(worker).lies++;
    for (const worker of agreed) this.#sight(worker).agreed++;
    if (found) [found.decided, found.heard, found.lied] = [time, time, lied];
    if (lied.length > 0 || this.notes.length === 0 || this.notes[0].kind !== 'decided' || time - this.notes[0].time > 400) {
      this.#note(time, lied.length > 0 ? 'lie' : 'decided', { job, bundle, tasks, agreed, lied });
    }
  }

  /** What was seen of a c-node; kept for those in the roster, and for liars. */
  #sight(id) {
    let seen = this.seen.get(id);
    if (seen) return seen;
    if (this.seen.size >= MOST_SEEN) this.seen.delete(this.seen.keys().next().value);
    this.seen.set(id, seen = { lent: 0, answered: 0, agreed: 0, lies: 0 });
    return seen;
  }

  #note(time, kind, what) {
    this.notes.unshift({ time, kind, ...what });
    this.notes.length = Math.min(this.notes.length, NOTES);
  }
}

function sameBytes(left, right) {
  return left.length === right.length && left.every((byte, i) => byte === right[i]);
}
