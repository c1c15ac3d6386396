// The guest's linear memory. Pointers and lengths are unsigned 32-bit numbers, which arrive with a sign; every access is checked.

/** The most bytes of one access. */
const MOST = 0x7fffffff;

export class GuestMemory {
  #memory;
  #bytes = new Uint8Array(0);
  #view = new DataView(new ArrayBuffer(0));

  /** @param {WebAssembly.Memory} memory */
  constructor(memory) { this.#memory = memory; }

  /** All of it as it is now: it moves when it grows. */
  get bytes() {
    if (this.#bytes.buffer !== this.#memory.buffer) {
      this.#bytes = new Uint8Array(this.#memory.buffer);
      this.#view = new DataView(this.#memory.buffer);
    }
    return this.#bytes;
  }

  /** Whether the bytes [pointer, pointer + length) are all inside. */
  has(pointer, length) { return length <= MOST && (pointer >>> 0) + length <= this.bytes.length; }

  /** The bytes [pointer, pointer + length), or null where they are not all inside. */
  slice(pointer, length) {
    const bytes = this.bytes;
    pointer >>>= 0;
    return length <= MOST && pointer + length <= bytes.length ? bytes.subarray(pointer, pointer + length) : null;
  }

  /** A view on bytes that are inside. */
  view(pointer, length) { return new DataView(this.bytes.buffer, pointer >>> 0, length); }

  /** Reads a number that is inside. */
  read32(pointer) {
    void this.bytes;
    return this.#view.getUint32(pointer >>> 0, true);
  }

  /** @returns {boolean} False where there is no room. */
  write32(pointer, value) {
    if (!this.has(pointer, 4)) return false;
    this.#view.setUint32(pointer >>> 0, value, true);
    return true;
  }

  /** @returns {boolean} False where there is no room. */
  write64(pointer, value) {
    if (!this.has(pointer, 8)) return false;
    this.#view.setBigUint64(pointer >>> 0, value, true);
    return true;
  }
}
