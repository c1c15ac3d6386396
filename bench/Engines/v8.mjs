// V8 for EngineBench: a line { wasm, arguments, input, isAdmitted } with paths, a line back { seconds, hash }: processor time of this process.
// An admitted module runs as a task; another one on the same host, whose fuel is nobody's.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const sandbox = new URL('../../sdk/js/src/sandbox/', import.meta.url);
const load = (name) => import(fileURLToPath(new URL(name, sandbox)));
const [{ Run }, { Ending, Host }, { prepare }, { setUp }] = await Promise.all(['run.js', 'host.js', 'module.js', 'setup.js'].map(load));

const limits = { fuel: 2n ** 62n, memoryBytes: 2 ** 28, outputBytes: 2 ** 26, stderrBytes: 4096, fileBytes: 2 ** 26, wallClock: 600_000 };
const seed = new Uint8Array(32);
const modules = new Map();

function run({ wasm, arguments: given, input, isAdmitted }) {
  if (!modules.has(wasm)) modules.set(wasm, prepare(new Uint8Array(readFileSync(wasm))));
  const prepared = modules.get(wasm), bytes = new Uint8Array(readFileSync(input)), program = { arguments: given };
  const before = process.cpuUsage();
  let output;
  if (isAdmitted) {
    output = new Run({ module: prepared, program, seed, input: bytes, limits }).result().output;
  } else {
    const host = new Host(seed, bytes, limits, setUp(program, bytes, limits.fileBytes));
    const { exports } = new WebAssembly.Instance(prepared.module, host.imports());
    host.enter(exports.memory, new WebAssembly.Global({ value: 'i64', mutable: true }, limits.fuel));
    try {
      exports._start();
    } catch (error) {
      if (!(error instanceof Ending)) throw error;
    }
    output = host.output.all();
  }
  const { user, system } = process.cpuUsage(before);
  return { seconds: (user + system) / 1e6, hash: createHash('sha256').update(output).digest('hex') };
}

for await (const line of createInterface({ input: process.stdin })) console.log(JSON.stringify(run(JSON.parse(line))));
