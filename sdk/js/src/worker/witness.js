// Whether the epoch records that a gateway tells are those that cluster nodes have signed whom one trusts. What a worker signs names the latest record that it knows:
// who passes a false one on bears witness to a history that never was.

import { fromBase64Url, fromHex, toHex } from '../bytes.js';
import { nodeIdOf } from '../claims.js';
import { LyingGateway } from '../lie.js';
import { readEpochLine } from '../record.js';

/** Records that are remembered. */
const KEPT = 64;

export class Witness {
  #nodes;
  #http;
  #fetch;
  #known = new Map(); // epoch: hash of its record, which was signed

  /**
   * @param {object} of
   * @param {string[]} of.trust Public keys of cluster nodes, 64 hexadecimal digits each: more than half of them sign each record.
   * @param {string} of.http The gateway's: `http://HOST:PORT`.
   * @param {typeof fetch} [of.fetch]
   */
  constructor({ trust, http, fetch = globalThis.fetch.bind(globalThis) }) {
    this.#nodes = new Map(trust.map((key) => [nodeIdOf(fromHex(key)), fromHex(key)]));
    if (this.#nodes.size === 0) throw new RangeError('trust: no key.');
    [this.#http, this.#fetch] = [http, fetch];
  }

  /**
   * @param {{ epoch: number, hash: string }} said
   * @throws {LyingGateway} There is no such record, or it is not signed.
   */
  async check({ epoch, hash }) {
    if (epoch === 0) return; // before the first record
    const known = this.#known.get(epoch);
    if (known === hash) return;
    if (known !== undefined) throw new LyingGateway(`It says that epoch ${epoch} has the record ${hash}, and the trusted nodes have signed ${known}.`);
    const record = await this.#signed(epoch);
    if (record !== hash) throw new LyingGateway(`It says that epoch ${epoch} has the record ${hash}, and shows ${record}.`);
    this.#known.set(epoch, hash);
    if (this.#known.size > KEPT) this.#known.delete(this.#known.keys().next().value);
  }

  /** The hash of an epoch's record, which enough have signed. */
  async #signed(epoch) {
    const response = await this.#fetch(`${this.#http}/v1/epochs/${epoch}`);
    if (!response.ok) throw new LyingGateway(`It says that there is an epoch ${epoch}, and does not show its record: ${response.status}.`);
    const line = (await response.text()).split('\n').find((one) => one.startsWith('{"epoch"'));
    let read;
    try {
      read = readEpochLine(line ?? '', fromBase64Url);
    } catch (error) {
      throw new LyingGateway(`What it shows as the record of epoch ${epoch} is none: ${error.message}`);
    }
    const { record, signatures } = read;
    let signed = 0;
    for (const { node, signature } of new Map(signatures.map((one) => [one.node, one])).values()) {
      if (this.#nodes.has(node) && await record.isSignedBy(this.#nodes.get(node), signature)) signed++;
    }
    if (record.number !== epoch || 2 * signed <= this.#nodes.size) {
      throw new LyingGateway(`The record that it shows for epoch ${epoch} is of epoch ${record.number}, and signed by ${signed} of ${this.#nodes.size} trusted nodes.`);
    }
    return toHex(record.hash);
  }
}
