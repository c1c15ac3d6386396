// One WebSocket to a gateway: challenge and hello, questions with answers, and the frames of the session.

import { signHello } from './signing.js';

/** The version of the protocol. */
export const VERSION = 1;

const MAX_FRAME = 192 * 1024, ASK_TIME = 10_000, OPEN_TIME = 20_000;

/** The connection ended, with the code and the words of its close frame. */
export class Disconnected extends Error {
  name = 'Disconnected';

  constructor(code, reason) {
    super(`The connection ended: ${code}${reason ? ` ${reason}` : ''}`);
    this.code = code;
  }

  /** Whether trying again with this program and this key is in vain. */
  get isFinal() { return [4400, 4401, 4403, 4409].includes(this.code); }
}

class TimeoutError extends Error {
  name = 'TimeoutError';
}

/** A connection whose gateway knows who we are. */
export class Connection {
  #socket;
  #asked = new Map();
  #last = 0;
  #onFrame = () => {};

  /**
   * Connects.
   * @param {object} of
   * @param {string} of.url `ws://…/v1/worker` or `wss://…`.
   * @param {typeof WebSocket} of.WebSocket
   * @param {import('../sign.js').KeyPair} of.key
   * @param {string} of.id
   * @throws {Disconnected}
   */
  static async open({ url, WebSocket, key, id }) {
    const connection = new Connection();
    await connection.#open(url, WebSocket, key, id);
    return connection;
  }

  /** What the gateway said first: `bits`, `heartbeatMs`, `graceMs` and more. */
  challenge = null;

  /** Comes, as `Disconnected`, when the connection has ended. */
  closed = null;

  /** Called with each frame that is not an answer. */
  set onFrame(call) { this.#onFrame = call; }

  send(frame) {
    const text = JSON.stringify(frame);
    if (text.length > MAX_FRAME) throw new RangeError(`A frame has at most ${MAX_FRAME} bytes, and this one ${text.length}.`);
    if (this.#socket.readyState === 1) this.#socket.send(text);
  }

  /** Asks the keeper of the c-node's chains. */
  ask(what, body) { return this.#question({ t: 'ask', what, body }); }

  /** The gateway's latest epoch record. */
  record() { return this.#question({ t: 'getRecord' }); }

  close() { this.#socket.close(1000, 'goodbye'); }

  #question(frame) {
    return new Promise((resolve, reject) => {
      const id = ++this.#last;
      const timer = setTimeout(() => {
        this.#asked.delete(id);
        reject(new TimeoutError(`No answer in ${ASK_TIME} ms.`));
      }, ASK_TIME);
      this.#asked.set(id, { resolve, reject, timer });
      this.send({ ...frame, id });
    });
  }

  #open(url, WebSocket, key, id) {
    return new Promise((resolve, reject) => {
      const socket = this.#socket = new WebSocket(url);
      const timer = setTimeout(() => socket.close(), OPEN_TIME);
      let refused = '';
      this.closed = new Promise((ended) => {
        socket.onclose = ({ code, reason }) => {
          clearTimeout(timer);
          const error = new Disconnected(code, refused || reason);
          for (const { reject: fail, timer: waiting } of this.#asked.values()) {
            clearTimeout(waiting);
            fail(error);
          }
          this.#asked.clear();
          reject(error);
          ended(error);
        };
      });
      socket.onerror = () => {}; // a close follows
      socket.onmessage = async ({ data }) => {
        const frame = JSON.parse(data);
        if (frame.t === 'challenge') {
          this.challenge = frame;
          if (frame.least > VERSION || frame.most < VERSION) {
            refused = `The gateway speaks versions ${frame.least} to ${frame.most}, and this program ${VERSION}.`;
            socket.close(1000);
          } else {
            this.send(await signHello(key, id, frame, new URL(url).origin === 'null' ? originOf(url) : new URL(url).origin, VERSION));
          }
        } else if (frame.t === 'welcome') {
          clearTimeout(timer);
          resolve(frame);
        } else if (frame.t === 'answer' || frame.t === 'record') {
          const asked = this.#asked.get(frame.re);
          if (!asked) return;
          this.#asked.delete(frame.re);
          clearTimeout(asked.timer);
          asked.resolve(frame.t === 'answer' ? frame.body : frame.cp);
        } else {
          if (frame.t === 'refused') refused = frame.message;
          this.#onFrame(frame);
        }
      };
    });
  }
}

function originOf(url) {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}
