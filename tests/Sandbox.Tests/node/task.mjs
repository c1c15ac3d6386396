// Runs one task as a worker does: the comparable part of its result.
import { Ending, Wasi } from "./wasi.mjs";

const ENDS = ["", "OutOfFuel", "TooDeep", "HostMemory"];

// What V8 says, and what a worker calls it.
const TRAPS = [
  ["unreachable", "Unreachable"],
  ["memory access out of bounds", "MemoryOutOfBounds"],
  ["data segment", "MemoryOutOfBounds"],
  ["table index is out of bounds", "TableOutOfBounds"],
  ["table access out of bounds", "TableOutOfBounds"],
  ["element segment", "TableOutOfBounds"],
  ["null function or function signature mismatch", "BadSignature"],
  ["divide result unrepresentable", "IntegerOverflow"],
  ["float unrepresentable in integer range", "IntegerOverflow"],
  ["divide by zero", "IntegerDivisionByZero"],
  ["remainder by zero", "IntegerDivisionByZero"],
];

/** @returns {{kind: string, exitCode: number, trap: string, output: Uint8Array, stderr: Uint8Array}} */
export function runTask(wasm, seed, input, limits) {
  const wasi = new Wasi(seed, input, limits);
  const module = new WebAssembly.Module(wasm);
  let x;
  const result = (kind, exitCode, trap) => {
    const left = x ? Number(x["akkacompute.fuel"].value) : limits.fuel;
    const end = x ? ENDS[x["akkacompute.end"].value] : "";
    // Whatever a module did after its fuel was gone counts for nothing.
    const isOut = trap === "OutOfFuel" || ((kind === "Exited" || kind === "Trapped") && (left < 0 || end === "OutOfFuel"));
    if (isOut) [kind, exitCode, trap] = ["Trapped", 0, "OutOfFuel"];
    else if (kind === "Trapped" && end === "TooDeep") trap = end;
    const stderr = isOut || end === "TooDeep" ? new Uint8Array(0) : wasi.stderrTail();
    return { kind, exitCode, trap, output: wasi.stdout(), stderr, fuel: isOut ? limits.fuel : limits.fuel - left };
  };
  try {
    x = new WebAssembly.Instance(module, wasi.imports).exports;
    x["akkacompute.fuel"].value = BigInt(limits.fuel);
    x["akkacompute.pages"].value = Math.min(x["akkacompute.pages"].value, Math.floor(limits.memoryBytes / 65536));
    wasi.enter(x.memory, x["akkacompute.fuel"]);
    x["akkacompute.start"]?.();
    x._start();
    return result("Exited", 0, "None");
  } catch (e) {
    if (e instanceof Ending) return e.kind === "Exited" ? result("Exited", e.code, "None") : result("NoResult", 0, e.kind);
    if (e instanceof RangeError) return result("NoResult", 0, "StackOverflow");
    const trap = e instanceof WebAssembly.RuntimeError && TRAPS.find(([text]) => e.message.includes(text));
    if (!trap) throw e;
    return result("Trapped", 0, trap[1]);
  }
}
