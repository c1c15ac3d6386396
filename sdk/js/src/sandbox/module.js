// What a host must know of an admitted module beside what the engine tells.

import { PAGE } from './constants.js';

const MEMORY = 5;

/**
 * @typedef {object} Prepared A module that is compiled.
 * @property {WebAssembly.Module} module
 * @property {Uint8Array} bytes
 * @property {number} memoryBytes Its memory at the start.
 */

/**
 * Compiles an admitted module.
 * @param {Uint8Array} bytes
 * @returns {Prepared}
 * @throws {WebAssembly.CompileError} The bytes are none that this engine takes; admission never makes such.
 */
export const prepare = (bytes) => ({ module: new WebAssembly.Module(bytes), bytes, memoryBytes: memoryOf(bytes) * PAGE });

/** Reads a number in LEB128 of at most 32 bits: the number, and where it ends. */
function leb(bytes, at) {
  let value = 0;
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = bytes[at++];
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  return [value, at];
}

/** Pages of the first memory of a valid module; 0 where it has none. */
function memoryOf(bytes) {
  for (let at = 8; at < bytes.length;) {
    const id = bytes[at];
    const [size, start] = leb(bytes, at + 1);
    if (id === MEMORY) {
      const [, flags] = leb(bytes, start); // how many: one
      return leb(bytes, flags + 1)[0];
    }
    at = start + size;
  }
  return 0;
}

const BULK = 0xfc, CALL_INDIRECT = 0x11, TABLE_GET = 0x25, TABLE_SET = 0x26, TABLE_INIT = 12, FIRST_TABLE_BULK = 14;

/** Whether the instruction at an offset is about a table. */
export function isAboutTable(bytes, offset) {
  const op = bytes[offset];
  if (op !== BULK) return op === CALL_INDIRECT || op === TABLE_GET || op === TABLE_SET;
  const [number] = leb(bytes, offset + 1);
  return number === TABLE_INIT || number >= FIRST_TABLE_BULK; // table.copy, grow, size and fill
}
