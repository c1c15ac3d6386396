// A job's tasks, in pages that its boss signs one after the other in the chain that was opened for it.

import { tagged } from '../blobs.js';
import { toBase64Url, toHex, utf8 } from '../bytes.js';
import { leaf, root } from '../merkle.js';
import { signEntry } from '../sign.js';
import { capabilityOf, specDigest } from './spec.js';

const REF_BYTES = 40, LEASE_EPOCHS = 1_200, FIRST_PAGE = 16, PAGES_TO_MEASURE = 10, MEASURE_DELAY = 20;

/** Bytes of one task's input (more are put as a blob), bytes of all inputs of a page, and tasks of a page. */
export const MAX_INPUT = 48 * 1024, MAX_PAGE_BYTES = 64 * 1024, MAX_PAGE_TASKS = 1_024;

/** Signs pages from where the job's pages have come to. */
export class PageSigner {
  #key;
  #spec;
  #digest;
  #head;
  #seen;

  /** @param {object} pages `head`, `seen`, `tasks` and `bundles`, as the gateway says it. */
  constructor(key, spec, pages, bundle) {
    [this.#key, this.#spec, this.#digest, this.#head, this.#seen] = [key, spec, specDigest(spec), pages.head, pages.seen];
    Object.assign(this, { tasks: pages.tasks, bundles: pages.bundles, bundle });
  }

  /** The number of the next page. */
  get next() { return this.#head.seq; }

  /** Whether the job has to measure a task before many are cut into bundles. */
  get isMeasuring() { return this.#spec.bundleSize === 0 && this.bundle === 1 && this.next < PAGES_TO_MEASURE; }

  /** @param {{ bytes?: Uint8Array, blob?: import('../blobs.js').BlobRef }[]} items */
  async sign(items, last) {
    const hasBlobs = items.some(({ blob }) => blob);
    const inputs = items.map((item) => (hasBlobs ? tagged(item) : item.bytes));
    const { payload, policy, draw, budget, audience, cohort } = this.#spec;
    const [page, bundle, admitted] = [this.next, this.bundle, payload.admitted];
    const entry = await signEntry(
      this.#key,
      { iss: this.#head.author, sub: String(this.#head.sub), seq: page + 1, prev: this.#head.hash, cp: this.#seen },
      {
        typ: 'submit', job: this.#spec.id, spec: this.#digest, cap: capabilityOf(payload), policy, draw, lease: LEASE_EPOCHS, page,
        first: this.tasks, bundle0: this.bundles, tasks: inputs.length, bundle, inputs: toHex(root(inputs.map(leaf))),
        escrow: page === 0 ? budget : 0,
        ...(admitted ? { module: payload.module, admission: admitted.version, admitted: admitted.hash } : {}),
        ...(hasBlobs ? { blobs: 1 } : {}), ...(audience ? { audience } : {}),
        ...(cohort ? { season: cohort.season, cohort: cohort.beacon } : {}),
      });
    this.#head = { ...this.#head, seq: page + 1, hash: toHex(entry.hash) };
    this.tasks += inputs.length;
    this.bundles += Math.ceil(inputs.length / bundle);
    return { page, inputs: inputs.map(toBase64Url), last, submit: entry.text, ...(hasBlobs ? { blobs: true } : {}) };
  }
}

const bytesOf = (input, index) => {
  const bytes = typeof input === 'string' ? utf8(input) : input;
  if (!(bytes instanceof Uint8Array)) throw new TypeError(`inputs[${index}]: neither a text nor bytes.`);
  return bytes;
};

/**
 * Cuts inputs into pages: the first is small and each at most twice the one before, so that the job has measured a task before it has to choose
 * the bundle size for many.
 * @param {Iterable<string|Uint8Array> | AsyncIterable<string|Uint8Array>} inputs
 * @param {number} known Inputs that the job has already.
 * @param {(bytes: Uint8Array, index: number) => Promise<import('../blobs.js').BlobRef>} put Puts an input that is too large for a page.
 */
export async function* cut(inputs, known, isMeasuring, put) {
  let [page, bytes, size, index] = [[], 0, FIRST_PAGE, 0];
  for await (const input of inputs) {
    const read = bytesOf(input, index);
    if (index++ < known) continue;
    const isLarge = read.length > MAX_INPUT;
    const length = 1 + (isLarge ? REF_BYTES : read.length);
    // What is there is handed in before a blob is put: it may wait for room.
    if (page.length > 0 && (isLarge || page.length >= size || bytes + length > MAX_PAGE_BYTES)) {
      yield page;
      size = isMeasuring() ? FIRST_PAGE : Math.min(MAX_PAGE_TASKS, 2 * size);
      [page, bytes] = [[], 0];
    }
    page.push(isLarge ? { blob: await put(read, index - 1) } : { bytes: read });
    bytes += length;
  }
  if (index < known) throw new RangeError(`inputs: ${index}, but the job was handed in before with ${known}.`);
  if (page.length > 0) yield page;
}

/** How long to wait between the first pages, so that no more are cut than are run meanwhile. */
export { MEASURE_DELAY };

/** Bytes of the record of fuel. */
const FUEL_BYTES = 9;

/** The most that a job allows. */
const MAX_FUEL = 2n ** 50n;

/** The fuel that a listing begins with: 1 ‖ fuel (u64); null where there is none, or more than any job allows. */
export function fuelOf(listing) {
  if (listing.length < FUEL_BYTES || listing[0] !== 1) return null;
  const fuel = new DataView(listing.buffer, listing.byteOffset).getBigUint64(1);
  return fuel <= MAX_FUEL ? Number(fuel) : null;
}

/** The files of a task's `/out`: 0 (u8) ‖ length of the path (u16) ‖ path ‖ size (u32) ‖ content, for each. */
export function readFiles(listing) {
  const files = [];
  const view = new DataView(listing.buffer, listing.byteOffset, listing.byteLength);
  for (let at = fuelOf(listing) === null ? 0 : FUEL_BYTES; at < listing.length;) {
    const length = view.getUint16(at + 1);
    const size = view.getUint32(at + 3 + length);
    const start = at + 7 + length;
    files.push({ path: new TextDecoder().decode(listing.subarray(at + 3, at + 3 + length)), bytes: listing.subarray(start, start + size) });
    at = start + size;
  }
  return files;
}

