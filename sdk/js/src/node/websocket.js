// A WebSocket client (RFC 6455) over node:http, for Node.js before 22, which has none of its own. Text frames; as much of the interface as a worker uses.

import { createHash, randomBytes } from 'node:crypto';
import { request as http } from 'node:http';
import { request as https } from 'node:https';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const TEXT = 1, CLOSE = 8, PING = 9, PONG = 10;

/** A message of a gateway has at most so many bytes. */
const MAX_MESSAGE = 256 * 1024;

export class NodeWebSocket {
  #socket = null;
  #buffer = Buffer.alloc(0);
  #parts = [];
  #partBytes = 0;
  #close = null;

  /** 0: connecting; 1: open; 2: closing; 3: closed. */
  readyState = 0;
  onopen = null;
  onmessage = null;
  onerror = null;
  onclose = null;

  constructor(url) {
    const { protocol, hostname, port, pathname, search } = new URL(url);
    if (!['ws:', 'wss:'].includes(protocol)) throw new SyntaxError(`${url} is not ws:// or wss://.`);
    const key = randomBytes(16).toString('base64');
    const request = (protocol === 'wss:' ? https : http)({
      hostname: hostname.replace(/^\[|\]$/g, ''), port: port || (protocol === 'wss:' ? 443 : 80), path: `${pathname}${search}`, agent: false,
      headers: { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': key },
    });
    request.on('upgrade', (response, socket, head) => {
      const accept = createHash('sha1').update(key + GUID).digest('base64');
      if (response.headers['sec-websocket-accept'] !== accept) {
        socket.destroy();
        this.#end(1002, 'The other side speaks no WebSocket.');
        return;
      }
      this.#open(socket, head);
    });
    request.on('response', (response) => {
      response.resume();
      this.#end(1006, `The gateway answered ${response.statusCode}.`);
    });
    request.on('error', (error) => this.#end(1006, error.message));
    request.end();
    this.#socket = { destroy: () => request.destroy() };
  }

  send(text) {
    if (this.readyState === 1) this.#write(TEXT, Buffer.from(text));
  }

  close(code = 1000, reason = '') {
    if (this.readyState === 0) {
      this.#socket.destroy();
      this.#end(1006, 'It was closed before it was open.');
    } else if (this.readyState === 1) {
      this.readyState = 2;
      this.#write(CLOSE, Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason)]));
      setTimeout(() => this.#end(code, reason), 2_000).unref();
    }
  }

  #open(socket, head) {
    this.#socket = socket;
    this.readyState = 1;
    socket.setNoDelay(true);
    socket.on('data', (data) => this.#onData(data));
    socket.on('error', () => {}); // a close follows
    socket.on('close', () => this.#end(this.#close?.code ?? 1006, this.#close?.reason ?? ''));
    this.onopen?.({});
    if (head.length > 0) this.#onData(head);
  }

  #write(opcode, payload) {
    const length = payload.length;
    const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
    head[0] = 0x80 | opcode;
    if (length < 126) head[1] = 0x80 | length;
    else if (length < 65_536) (head[1] = 0x80 | 126, head.writeUInt16BE(length, 2));
    else (head[1] = 0x80 | 127, head.writeBigUInt64BE(BigInt(length), 2));
    const mask = randomBytes(4);
    const masked = Buffer.from(payload);
    for (let i = 0; i < length; i++) masked[i] ^= mask[i & 3];
    this.#socket.write(Buffer.concat([head, mask, masked]));
  }

  #onData(data) {
    this.#buffer = this.#buffer.length === 0 ? data : Buffer.concat([this.#buffer, data]);
    for (;;) {
      const buffer = this.#buffer;
      if (buffer.length < 2) return;
      let [length, at] = [buffer[1] & 127, 2];
      if (length === 126) {
        if (buffer.length < 4) return;
        [length, at] = [buffer.readUInt16BE(2), 4];
      } else if (length === 127) {
        if (buffer.length < 10) return;
        [length, at] = [Number(buffer.readBigUInt64BE(2)), 10];
      }
      if ((buffer[1] & 128) !== 0 || length + this.#partBytes > MAX_MESSAGE) return this.#fail('A frame that the protocol does not have, or too large.');
      if (buffer.length < at + length) return;
      this.#buffer = buffer.subarray(at + length);
      this.#onFrame(buffer[0] & 15, (buffer[0] & 128) !== 0, buffer.subarray(at, at + length));
      if (this.readyState === 3) return;
    }
  }

  #onFrame(opcode, isLast, payload) {
    if (opcode === PING) this.#write(PONG, payload);
    else if (opcode === CLOSE) {
      this.#close = { code: payload.length >= 2 ? payload.readUInt16BE(0) : 1005, reason: payload.subarray(2).toString() };
      if (this.readyState === 1) this.#write(CLOSE, payload.subarray(0, 2));
      this.readyState = 2;
      this.#socket.end();
    } else if (opcode <= TEXT) {
      this.#parts.push(Buffer.from(payload));
      this.#partBytes += payload.length;
      if (!isLast) return;
      const data = Buffer.concat(this.#parts).toString();
      [this.#parts, this.#partBytes] = [[], 0];
      this.onmessage?.({ data });
    }
  }

  #fail(reason) {
    this.#close = { code: 1002, reason };
    this.#socket.destroy();
  }

  #end(code, reason) {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.#socket?.destroy();
    if (code === 1006) this.onerror?.({ message: reason });
    this.onclose?.({ code, reason });
  }
}
