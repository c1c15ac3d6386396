// What a worker must not lose, in a directory of Node.js: its keys, and what it has signed.

import { appendFileSync, closeSync, existsSync, fdatasyncSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fromHex, toHex } from '../bytes.js';
import { keyFromSeed, randomBytes } from '../sign.js';

/** Writes a file whole or not at all. */
function writeWhole(path, text, mode) {
  const file = openSync(`${path}.new`, 'w', mode);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.new`, path);
}

function seedOf(path) {
  if (!existsSync(path)) writeWhole(path, `${toHex(randomBytes())}\n`, 0o600);
  return fromHex(readFileSync(path, 'utf8').trim());
}

const opened = new Set();

/** One process at a time: two that sign into one chain fork it, and the c-node is banned. */
function lock(path) {
  if (opened.has(path)) throw new Error(`${path}: this process works with this key already. One worker has one directory.`);
  try {
    appendFileSync(path, String(process.pid), { flag: 'wx' });
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    const pid = Number(readFileSync(path, 'utf8'));
    if (pid !== process.pid && isAlive(pid)) throw new Error(`${path}: process ${pid} works with this key. One worker has one directory.`);
    unlinkSync(path);
    appendFileSync(path, String(process.pid), { flag: 'wx' });
  }
  opened.add(path);
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/**
 * Opens a directory, or makes it. `key` and `next.key` are secret: whoever has them is this c-node. `chain` has a line for each entry that was
 * signed since the program started: `O` opens, `E` is signed, `R` has receipts.
 * @param {string} directory
 * @returns {Promise<import('../worker/worker.js').Store & { close: () => void }>}
 */
export async function openStore(directory) {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const [locked, path] = [join(directory, 'lock'), join(directory, 'chain')];
  lock(locked);
  const key = await keyFromSeed(seedOf(join(directory, 'key')));
  const { id: next } = await keyFromSeed(seedOf(join(directory, 'next.key')));
  let chain = read(path);
  if (chain) writeWhole(path, text(chain), 0o600); // what has receipts is forgotten, but for the last one
  let file = openSync(path, 'a', 0o600);
  const write = (line) => {
    writeSync(file, `${line}\n`);
    fdatasyncSync(file);
  };
  return {
    keys: { key, next, id: key.id },
    get chain() { return chain; },
    set chain(value) { chain = value; },
    async opened(opening) {
      closeSync(file);
      chain = { opening, entries: [], receipted: 0 };
      writeWhole(path, text(chain), 0o600);
      file = openSync(path, 'a', 0o600);
    },
    async keep({ text: entry, named }) { write(named === undefined ? `E ${entry}` : `E ${entry} ${named}`); },
    async receipted(seq) { writeSync(file, `R ${seq}\n`); }, // may be lost: the entry is sent again
    close() {
      closeSync(file);
      unlinkSync(locked);
      opened.delete(locked);
    },
  };
}

function read(path) {
  if (!existsSync(path)) return null;
  let chain = null;
  const lines = readFileSync(path, 'utf8').split('\n');
  lines.pop(); // empty, or half a line: it was not kept, so nobody has seen it
  for (const line of lines) {
    const [kind, first, second] = line.split(' ');
    if (kind === 'O') chain = { opening: first, entries: [], receipted: 0 };
    else if (kind === 'E' && chain) chain.entries.push({ text: first, ...(second === undefined ? {} : { named: second }) });
    else if (kind === 'R' && chain) chain.receipted = Number(first);
    else throw new Error(`${path}: '${line.slice(0, 20)}' is no line of it.`);
  }
  return chain;
}

function text({ opening, entries, receipted }) {
  const seqOf = ({ text: entry }) => JSON.parse(Buffer.from(entry.split('.')[1], 'base64url')).seq;
  const last = entries.at(-1);
  const kept = entries.filter((entry) => entry === last || seqOf(entry) > receipted);
  return [`O ${opening}`, ...kept.map((one) => `E ${one.text}${one.named === undefined ? '' : ` ${one.named}`}`), `R ${receipted}`, ''].join('\n');
}
