// Letters from c-node to c-node: docs/protocol.md, "Letters". Sealed for the reader and signed by the sender; a gateway only passes them on.

import { BossChain } from '../boss/chain.js';
import { Gateway, Problem } from '../boss/gateway.js';
import { concat, fromBase64Url, fromHex, toBase64Url, toHex, u64, utf8 } from '../bytes.js';
import { nodeIdOf } from '../claims.js';
import { sha256 } from '../sha256.js';
import { signRequest, ZERO } from '../sign.js';
import { verify } from '../signature.js';
import { boxKey, open, seal } from './hpke.js';

export { boxKey } from './hpke.js';

/** Bytes of a letter. */
export const MAX_CONTENT = 4_096;

/** Senders whose last number is remembered. */
const MOST_SENDERS = 1_024;

const infoOf = (sender, reader) => concat(utf8('akkacompute/letter/1'), fromHex(sender), fromHex(reader));

/** Whether a c-node's first key signed: tag ‖ parts ‖ number. One whose key was replaced is not followed. */
async function isSignedBy(id, tag, parts, number, { key, signature }) {
  const bytes = fromHex(key);
  return nodeIdOf(bytes) === id && verify(bytes, concat(utf8(tag), ...parts.map((part) => fromHex(part)), u64(number)), fromBase64Url(signature));
}

/** A mailbox of ours, and the way into those of others. */
export class Letters {
  #gateway;
  #key;
  #box;
  #number = 0;
  #came = new Map();

  /**
   * @param {object} of
   * @param {string} of.network A gateway's address, such as `http://127.0.0.1:8450`.
   * @param {import('../sign.js').KeyPair} of.key The c-node's first key, in force.
   * @param {{ key: CryptoKey, publicKey: Uint8Array }} [of.box] By {@link boxKey}. The same one in the next program, or what waits can't be read there.
   */
  static async open({ network, key, box, ...options }) {
    return new Letters(new Gateway(network, options), key, box ?? await boxKey());
  }

  constructor(gateway, key, box) {
    [this.#gateway, this.#key, this.#box, this.id] = [gateway, key, box, key.id];
  }

  /** Declares the c-node where that is not done: who is not declared writes no letters. @param {string} next The hash of the next public key. */
  declare(next, options) { return new BossChain(this.#gateway, this.#key, this.id, next).declare(options); }

  /**
   * Writes to a c-node that reads, or has read in the last day. It comes back when the letter is in the mailbox.
   * @param {string} reader Its NodeId.
   * @param {string | Uint8Array} content At most 4,096 bytes.
   * @throws {Problem} `UnknownAddress`: it reads no letters; `NoCredit`: too many, or it does not know us and has not read the last ones.
   */
  async send(reader, content, { signal } = {}) {
    const bytes = typeof content === 'string' ? utf8(content) : content;
    if (bytes.length > MAX_CONTENT) throw new RangeError(`A letter has at most ${MAX_CONTENT} bytes, and this one ${bytes.length}.`);
    const address = await this.#gateway.get(`c-nodes/${reader}/address`, { signal });
    const box = fromBase64Url(address.box);
    if (!await isSignedBy(reader, 'akkacompute/address/1', [reader, toHex(box)], address.number, address)) {
      throw new Error(`The address that the gateway tells is not signed by the first key of ${reader}.`);
    }
    const sealed = await seal(box, infoOf(this.id, reader), bytes);
    const number = this.#number = Math.max(this.#number + 1, Date.now());
    const signed = await signRequest(this.#key, 'akkacompute/letter/1', [this.id, reader, toHex(sha256(sealed))], number);
    await this.#gateway.post(`c-nodes/${reader}/letters`, { from: this.id, number, sealed: toBase64Url(sealed), ...signed }, { signal });
  }

  /**
   * Letters as they come, each once. What is not signed by its sender, was not sealed for us by it, or came before is left out.
   * @param {{ known?: () => Iterable<string>, signal?: AbortSignal }} [options] `known`: NodeIds that are no strangers; they may fill the mailbox.
   * @returns {AsyncGenerator<{ from: string, content: Uint8Array, text: string }>} Ends when `signal` says so.
   */
  async* incoming({ known = () => [], signal } = {}) {
    for (let [mailbox, after] = [ZERO, 0]; !signal?.aborted;) {
      const ids = [...known()];
      const hash = toHex(sha256(concat(...ids.map((id) => fromHex(id)))));
      const read = await signRequest(this.#key, 'akkacompute/read-letters/1', [this.id, mailbox, hash], after);
      let mail;
      try {
        mail = await this.#gateway.post(`c-nodes/${this.id}/letters/reading`, { mailbox, after, known: ids, address: await this.#address(), ...read }, { signal });
      } catch (error) {
        if (signal?.aborted) return;
        throw error;
      }
      if (mail.mailbox !== mailbox) [mailbox, after] = [mail.mailbox, 0];
      for (const letter of mail.letters) {
        after = Math.max(after, letter.place);
        const content = await this.#opened(letter);
        if (content) yield { from: letter.from, content, text: new TextDecoder().decode(content) };
      }
    }
  }

  async #address() {
    const box = toHex(this.#box.publicKey);
    const number = Date.now();
    return { box: toBase64Url(this.#box.publicKey), number, ...await signRequest(this.#key, 'akkacompute/address/1', [this.id, box], number) };
  }

  async #opened({ from, number, sealed, ...signed }) {
    const bytes = fromBase64Url(sealed);
    if (number <= (this.#came.get(from) ?? 0)) return null;
    if (!await isSignedBy(from, 'akkacompute/letter/1', [from, this.id, toHex(sha256(bytes))], number, signed)) return null;
    this.#came.delete(from);
    this.#came.set(from, number);
    if (this.#came.size > MOST_SENDERS) this.#came.delete(this.#came.keys().next().value);
    return open(this.#box, infoOf(from, this.id), bytes);
  }
}

export { Problem };
