// What a task finds beside its input: arguments, environment and files; and what a program and limits may say.

import { compare, utf8 } from '../bytes.js';
import { MAX_I64 } from './constants.js';
import { decode } from './path.js';
import { Quota } from './quota.js';
import { FileTree } from './tree.js';

const INPUT_MARK = '{input}';
const MAX_ARGUMENTS = 256, MAX_FILES = 256, MAX_TEXT = 16 * 1024, MAX_PATH = 1024, MAX_NAME = 255, MAX_DEPTH = 16;
const TAKEN = ['tmp', 'out', 'input'];

/** Bytes of all arguments of a task after `{input}` was replaced, their ends included. */
const MAX_ARGUMENT_BYTES = 1 << 20;

const MAX_INT = 0x7fffffff, MAX_WALL_CLOCK = 86_400_000;

const ended = (text) => utf8(text + '\0');

/**
 * @typedef {object} Program What a module has beside a task's input; without one it is a payload of the kind `wasm`.
 * @property {string[]} [arguments] Behind the program's own name; `{input}` is replaced by the task's input. At most 256.
 * @property {string[]} [environment] `NAME=VALUE` each. At most 256; arguments, variables and paths together have at most 16 KB.
 * @property {{ path: string, bytes: Uint8Array }[]} [files] Files that can be read, in the order of their paths' UTF-8 bytes. At most 256.
 * @property {boolean} [inputFile] Whether the task's input is also there as /input.
 * @property {boolean} [comparesFuel] Whether the fuel used is a part of the result: the listing begins with it.
 */

/** argv and environment of a module by itself. */
const BARE = Object.freeze({ arguments: [ended('task')], environment: [], tree: null });

/**
 * The setup of one task.
 * @param {Program | null | undefined} program
 * @param {Uint8Array} input
 * @param {number} fileBytes
 * @returns {{ arguments: Uint8Array[], environment: Uint8Array[], tree: FileTree | null } | string} A sentence where it can't be made.
 */
export function setUp(program, input, fileBytes) {
  if (!program) return BARE;
  const refusal = explainProgram(program);
  if (refusal) return refusal;
  const { arguments: given = [], environment = [], files = [], inputFile = false } = program;
  let texts = given;
  if (given.some((argument) => argument.includes(INPUT_MARK))) {
    const text = input.includes(0) ? null : decode(input);
    if (text === null) {
      return `The program takes its input as an argument (${INPUT_MARK}), but this input is no text: UTF-8 without a zero byte.`;
    }
    const bytes = given.reduce((sum, one) => sum + utf8(one).length + (one.split(INPUT_MARK).length - 1) * input.length + 1, 0);
    if (bytes > MAX_ARGUMENT_BYTES) {
      return `With this input of ${input.length} bytes the arguments have more than ${MAX_ARGUMENT_BYTES} bytes.`;
    }
    texts = given.map((argument) => argument.replaceAll(INPUT_MARK, () => text));
  }
  const content = inputFile ? [...files, { path: 'input', bytes: input }] : files;
  return { arguments: ['program', ...texts].map(ended), environment: environment.map(ended), tree: new FileTree(content, new Quota(fileBytes)) };
}

/** A sentence about the first thing that a program may not say, or null. */
function explainProgram({ arguments: given = [], environment = [], files = [] }) {
  if (given.length > MAX_ARGUMENTS) return `${given.length} arguments, at most ${MAX_ARGUMENTS}.`;
  if (environment.length > MAX_ARGUMENTS) return `${environment.length} variables, at most ${MAX_ARGUMENTS}.`;
  if (files.length > MAX_FILES) return `${files.length} files, at most ${MAX_FILES}: pack them into one.`;
  const texts = [...given, ...environment, ...files.map((file) => file.path)];
  const broken = texts.find((text) => typeof text !== 'string' || text.includes('\0') || decode(utf8(text)) !== text);
  if (broken !== undefined) return `'${broken}' is no text, or has a zero or half a character.`;
  const bytes = texts.reduce((sum, text) => sum + utf8(text).length, 0);
  if (bytes > MAX_TEXT) return `${bytes} bytes of arguments, variables and paths, at most ${MAX_TEXT}.`;
  return explainEnvironment(environment) ?? explainFiles(files);
}

function explainEnvironment(variables) {
  const names = new Set();
  for (const variable of variables) {
    const equals = variable.indexOf('=');
    if (equals < 1) return `the variable '${variable}' is not NAME=VALUE.`;
    const name = variable.slice(0, equals);
    if (names.has(name)) return `the variable ${name} is there twice.`;
    names.add(name);
  }
  return null;
}

function explainFiles(files) {
  const directories = new Set();
  let before = null;
  for (const { path, bytes } of files) {
    const names = path.split('/');
    if (names.some((name) => name === '' || name === '.' || name === '..')) {
      return `the path '${path}' has an empty name, '.' or '..' in it, or begins with a slash.`;
    }
    if (TAKEN.includes(names[0])) return `the path '${path}': /${names[0]} is the task's own.`;
    if (names.length > MAX_DEPTH || utf8(path).length > MAX_PATH || names.some((name) => utf8(name).length > MAX_NAME)) {
      return `the path '${path}' has more than ${MAX_DEPTH} names, ${MAX_PATH} bytes, or ${MAX_NAME} bytes in a name.`;
    }
    if (!(bytes instanceof Uint8Array)) return `the file '${path}' is no Uint8Array.`;
    if (before !== null && !isBefore(before, path)) return `the file '${path}' is there twice, or not in the order of the paths.`;
    for (let count = 1; count < names.length; count++) directories.add(names.slice(0, count).join('/'));
    before = path;
  }
  const both = files.find(({ path }) => directories.has(path));
  return both ? `'${both.path}' is a file and a directory.` : null;
}

function isBefore(one, other) {
  const [left, right] = [utf8(one), utf8(other)];
  const shorter = Math.min(left.length, right.length);
  return (compare(left.subarray(0, shorter), right.subarray(0, shorter)) || left.length - right.length) < 0;
}

/**
 * @typedef {object} Limits What a run may use. There are no defaults: a job says so.
 * @property {bigint | number} fuel As the admitted module counts it, 0 to 2⁶³ - 1.
 * @property {number} memoryBytes Linear memory.
 * @property {number} outputBytes Standard output, and the listing of what is in /out at the end.
 * @property {number} stderrBytes Standard error: so many of its last bytes are kept.
 * @property {number} fileBytes All files in /tmp and /out; 0 for a module by itself.
 * @property {number} wallClock In milliseconds, more than 0 and at most a day. A Pool keeps it; a run in the current thread can't be stopped.
 */

/** A sentence about the first limit that can't be used, or null. */
export function explainLimits(limits) {
  const { fuel } = limits ?? {};
  const isWhole = typeof fuel === 'bigint' || Number.isSafeInteger(fuel);
  if (!isWhole || fuel < 0 || BigInt(fuel) > MAX_I64) return `limits.fuel must be a whole number from 0 to ${MAX_I64}, but is ${fuel}.`;
  for (const [name, most] of [['memoryBytes', Number.MAX_SAFE_INTEGER], ['outputBytes', MAX_INT], ['stderrBytes', MAX_INT], ['fileBytes', MAX_INT]]) {
    const value = limits[name];
    if (!Number.isSafeInteger(value) || value < 0 || value > most) return `limits.${name} must be a whole number from 0 to ${most}, but is ${value}.`;
  }
  const { wallClock } = limits;
  return wallClock > 0 && wallClock <= MAX_WALL_CLOCK ? null
    : `limits.wallClock must be more than 0 and at most ${MAX_WALL_CLOCK} milliseconds, but is ${wallClock}.`;
}
