// Runs one task as a worker does: the comparable part of its result.
import { Ending, Wasi } from "./wasi.mjs";

// What V8 says, and what a worker calls it.
const TRAPS = [
  ["unreachable", "Unreachable"],
  ["memory access out of bounds", "MemoryOutOfBounds"],
  ["data segment", "MemoryOutOfBounds"],
  ["table index is out of bounds", "TableOutOfBounds"],
  ["table access out of bounds", "TableOutOfBounds"],
  ["null function or function signature mismatch", "BadSignature"],
  ["divide result unrepresentable", "IntegerOverflow"],
  ["float unrepresentable in integer range", "IntegerOverflow"],
  ["divide by zero", "IntegerDivisionByZero"],
  ["remainder by zero", "IntegerDivisionByZero"],
];

/** @returns {{kind: string, exitCode: number, trap: string, output: Uint8Array, stderr: Uint8Array}} */
export function runTask(wasm, seed, input, limits) {
  const wasi = new Wasi(seed, input, limits);
  const result = (kind, exitCode, trap) => ({ kind, exitCode, trap, output: wasi.stdout(), stderr: wasi.stderrTail() });
  const module = new WebAssembly.Module(wasm);
  try {
    const instance = new WebAssembly.Instance(module, wasi.imports);
    wasi.setMemory(instance.exports.memory);
    instance.exports._start();
    return result("Exited", 0, "None");
  } catch (e) {
    if (e instanceof Ending) return e.kind === "Exited" ? result("Exited", e.code, "None") : result("NoResult", 0, e.kind);
    if (e instanceof RangeError) return result("NoResult", 0, "StackOverflow");
    const trap = e instanceof WebAssembly.RuntimeError && TRAPS.find(([text]) => e.message.includes(text));
    if (!trap) throw e;
    return result("Trapped", 0, trap[1]);
  }
}
