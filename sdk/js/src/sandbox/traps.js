// What an engine says of a trap, as a class that all engines tell apart.

import { Trap } from './constants.js';
import { isAboutTable } from './module.js';

// Of V8, which has changed some, and of SpiderMonkey.
const WORDS = [
  [/^unreachable/, Trap.Unreachable],
  [/^(integer )?divide by zero|^remainder by zero/, Trap.IntegerDivisionByZero],
  [/^divide result unrepresentable|^float unrepresentable in integer range|^integer overflow|^invalid conversion to integer/, Trap.IntegerOverflow],
  [/^null function|^function signature|^indirect call (to null|signature mismatch)/, Trap.BadSignature],
  [/^memory access|data segment/, Trap.MemoryOutOfBounds],
  [/^table |element segment/, Trap.TableOutOfBounds],
];

/** SpiderMonkey has these words for a memory and for the table of an indirect call. */
const EITHER = /^index out of bounds/;

/**
 * The class of an error that a run ended with; null where it is no trap.
 * @param {unknown} error
 * @param {Uint8Array} bytes Of the module that ran.
 */
export function trapOf(error, bytes) {
  if (!(error instanceof WebAssembly.RuntimeError)) return null;
  if (EITHER.test(error.message)) {
    // The first frame ends with the offset of the instruction in the module.
    const offset = /^[^\n]*:wasm-function\[\d+\]:0x([0-9a-f]+)/.exec(error.stack ?? '');
    return offset && isAboutTable(bytes, parseInt(offset[1], 16)) ? Trap.TableOutOfBounds : Trap.MemoryOutOfBounds;
  }
  return WORDS.find(([words]) => words.test(error.message))?.[1] ?? null;
}

/** Functions that are named, from the one that trapped; frames that are looked at; characters of a name. */
const MAX_NAMES = 8, MAX_FRAMES = 10, MAX_LENGTH = 100;

/** A frame of a module, of V8 and of SpiderMonkey. */
const FRAMES = [/^ +at (?:(.*) \()?wasm:\/\/[^ ]*:wasm-function\[\d+\]:0x[0-9a-f]+\)?$/, /^(?:wasm-function\[\d+\]|(.*?))@.*:wasm-function\[\d+\]:0x[0-9a-f]+$/];

/** A sentence about the functions that a trap happened in; null where the module has no names for them. */
export function callsOf(error) {
  const frames = (error.stack ?? '').split('\n').map((line) => FRAMES[0].exec(line) ?? FRAMES[1].exec(line)).filter((frame) => frame);
  const names = frames.slice(0, MAX_FRAMES).map(([, name]) => name).filter((name) => name).slice(0, MAX_NAMES);
  return names.length === 0 ? null : `The task trapped in ${names.map(shorten).join(', called by ')}.`;
}

/** Names in a module are its author's: they must not reach a terminal as control sequences. */
function shorten(name) {
  const line = name.replace(/\p{Cc}/gu, '?');
  return line.length <= MAX_LENGTH ? line : `${line.slice(0, MAX_LENGTH)}…`;
}

/** Whether an engine's own stack was used up. V8 and SpiderMonkey have an error of their own for it. */
export const isStackOverflow = (error) =>
  (error instanceof RangeError && /call stack/.test(error.message)) || error?.name === 'InternalError';
