// Calls a module's function once, and writes the module again with what is in its memory then: as wizer does, for modules whose globals
// are as before after the call and that have no passive data.
const [EXPORT, DATA, DATA_COUNT, MEMORY] = [7, 11, 12, 5];

/** Zeros that are worth a segment of their own. */
const GAP = 64;

const PAGE = 65536;

class Reader {
  constructor(bytes, at = 0) { this.bytes = bytes; this.at = at; }
  u8() { return this.bytes[this.at++]; }
  u32() {
    for (let value = 0, shift = 0; ; shift += 7) {
      const byte = this.u8();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }
  take(size) { return this.bytes.subarray(this.at, this.at += size); }
}

const u32 = value => {
  const bytes = [];
  for (; value >= 0x80; value = Math.floor(value / 128)) bytes.push((value % 128) | 0x80);
  return [...bytes, value];
};

/** A signed number as an instruction has it; addresses beyond 2 GB do not occur here. */
const s32 = value => {
  const bytes = [];
  for (; value >= 0x40; value = Math.floor(value / 128)) bytes.push((value % 128) | 0x80);
  return [...bytes, value];
};

function* sections(bytes) {
  for (const reader = new Reader(bytes, 8); reader.at < bytes.length;) {
    const id = reader.u8();
    yield { id, body: reader.take(reader.u32()) };
  }
}

function exportsOf(body, kept) {
  const reader = new Reader(body), list = [];
  for (let count = reader.u32(); count > 0; count--) {
    const start = reader.at, name = new TextDecoder().decode(reader.take(reader.u32()));
    reader.u8();
    reader.u32();
    if (kept.includes(name)) list.push(body.subarray(start, reader.at));
  }
  return Buffer.concat([Buffer.from(u32(list.length)), ...list]);
}

function dataOf(memory) {
  const list = [];
  for (let at = 0; at < memory.length;) {
    if (memory[at] === 0) { at++; continue; }
    let end = at, zeros = 0;
    for (let i = at; i < memory.length && zeros < GAP; i++) {
      zeros = memory[i] === 0 ? zeros + 1 : 0;
      if (zeros === 0) end = i + 1;
    }
    list.push(Buffer.from([0, 0x41, ...s32(at), 0x0b, ...u32(end - at)]), memory.subarray(at, end));
    at = end;
  }
  return Buffer.concat([Buffer.from(u32(list.length / 2)), ...list]);
}

/**
 * @param bytes the module, with an export `memory`
 * @param host makes the functions of `wasi_snapshot_preview1` that the call may use, by a function that gives the memory
 * @param call the export that is called
 * @param kept the exports that stay
 */
export async function snapshot(bytes, host, call, kept) {
  const module = await WebAssembly.compile(bytes);
  const functions = host(() => instance.exports.memory);
  const imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module))
    (imports[from] ??= {})[name] = functions[name] ?? (() => { throw new Error(`${call} called ${from}.${name}`); });
  const instance = await WebAssembly.instantiate(module, imports);
  const globals = () => Object.values(instance.exports).filter(value => value instanceof WebAssembly.Global).map(global => global.value);
  const before = globals();
  instance.exports[call]();
  if (globals().some((value, i) => value !== before[i])) throw new Error(`${call} left a global with another value`);
  const memory = new Uint8Array(instance.exports.memory.buffer);

  const parts = [bytes.subarray(0, 8)];
  for (const { id, body } of sections(bytes)) {
    const data = id === DATA ? dataOf(memory) : null;
    const written = data ?? (id === EXPORT ? exportsOf(body, kept) : id === MEMORY ? Buffer.from([1, 0, ...u32(memory.length / PAGE)]) : body);
    if (id !== DATA_COUNT) parts.push(Buffer.from([id, ...u32(written.length)]), written);
  }
  return Buffer.concat(parts);
}
