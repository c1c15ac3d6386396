// node run-module.mjs MODULE < input > output: runs a WASI preview 1 command that uses fd_read, fd_write and proc_exit
// alone. A module with any other import does not instantiate.
import { readFileSync, writeSync } from 'node:fs';

const module = new WebAssembly.Module(readFileSync(process.argv[2]));
const input = readFileSync(0);
let memory, at = 0;
class Exit { constructor(code) { this.code = code; } }

function vectors(list, count) {
  const view = new DataView(memory.buffer);
  return Array.from({ length: count }, (_, i) =>
    new Uint8Array(memory.buffer, view.getUint32(list + 8 * i, true), view.getUint32(list + 8 * i + 4, true)));
}

function answer(pointer, size) {
  new DataView(memory.buffer).setUint32(pointer, size, true);
  return 0;
}

const imports = {
  wasi_snapshot_preview1: {
    fd_read(fd, list, count, got) {
      let size = 0;
      for (const to of vectors(list, count)) {
        const part = input.subarray(at, at + to.length);
        to.set(part);
        at += part.length;
        size += part.length;
      }
      return answer(got, size);
    },
    fd_write(fd, list, count, wrote) {
      let size = 0;
      for (const from of vectors(list, count)) {
        for (let sent = 0; sent < from.length;) sent += writeSync(fd, from, sent);
        size += from.length;
      }
      return answer(wrote, size);
    },
    proc_exit(code) { throw new Exit(code); },
  },
};

const instance = new WebAssembly.Instance(module, imports);
memory = instance.exports.memory;
try {
  instance.exports._start();
} catch (e) {
  if (!(e instanceof Exit)) throw e;
  process.exitCode = e.code;
}
