// One side of a session's frames, over all of its connections: as src/Domain/Outside/Workers/FrameLog.cs.

const ACK_EVERY = 16;

/** Numbers what is said, keeps it until the other side has it, and knows what comes twice. */
export class FrameLog {
  #sent = 0;
  #said = 0;

  /** The last frame of the other side that has come. */
  seen = 0;

  /** @type {object[]} What the other side may not have, in order. */
  kept = [];

  /** Whether so many frames have come without an answer that one is to be sent. */
  get owesAck() { return this.seen - this.#said >= ACK_EVERY; }

  /** Gives a frame its number, and keeps it. */
  number(frame) {
    const numbered = { ...frame, seq: ++this.#sent };
    this.kept.push(numbered);
    return numbered;
  }

  /** A frame as it goes out now. */
  stamp(frame) {
    this.#said = this.seen;
    return this.seen > 0 ? { ...frame, ack: this.seen } : frame;
  }

  /** A frame came. False: it was here before. */
  take({ seq = 0, ack = 0 }) {
    this.acknowledge(ack);
    if (seq === 0) return true;
    if (seq <= this.seen) return false;
    if (seq > this.seen + 1) throw new Error(`seq: ${seq}, but the next one is ${this.seen + 1}.`);
    this.seen = seq;
    return true;
  }

  /** The other side has all up to this number. */
  acknowledge(ack) {
    while (this.kept.length > 0 && this.kept[0].seq <= ack) this.kept.shift();
  }

  /** A new session: nothing was said. */
  reset() {
    [this.#sent, this.#said, this.seen, this.kept] = [0, 0, 0, []];
  }
}
