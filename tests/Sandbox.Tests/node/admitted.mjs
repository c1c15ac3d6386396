// Runs admitted modules without imports: one line of JSON in, {wasm, fuel, pages}, one line out, {end, fuel, memory}.
import { createHash } from "node:crypto";
import { createInterface } from "node:readline";

const TRAPS = [
  ["unreachable", "Unreachable"],
  ["memory access out of bounds", "MemoryOutOfBounds"],
  ["data segment", "MemoryOutOfBounds"],
  ["element segment", "TableOutOfBounds"],
  ["table index is out of bounds", "TableOutOfBounds"],
  ["table access out of bounds", "TableOutOfBounds"],
  ["null function or function signature mismatch", "BadSignature"],
  ["divide result unrepresentable", "IntegerOverflow"],
  ["float unrepresentable in integer range", "IntegerOverflow"],
  ["divide by zero", "IntegerDivisionByZero"],
  ["remainder by zero", "IntegerDivisionByZero"],
];
const ENDS = ["", "OutOfFuel", "TooDeep", "HostMemory"];

function trapped(e) {
  if (e instanceof RangeError) return "StackOverflow";
  const trap = e instanceof WebAssembly.RuntimeError && TRAPS.find(([text]) => e.message.includes(text));
  if (!trap) return `${e.constructor.name}: ${e.message}`;
  return trap[1];
}

function run({ wasm, fuel, pages }) {
  let instance;
  try {
    instance = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(wasm, "base64")));
  } catch (e) {
    return { end: trapped(e), fuel, memory: "" };
  }
  const x = instance.exports;
  if (x["akkacompute.fuel"]) x["akkacompute.fuel"].value = BigInt(fuel);
  if (x["akkacompute.pages"]) x["akkacompute.pages"].value = Math.min(pages, x["akkacompute.pages"].value);
  let end = "Returned";
  try {
    x["akkacompute.start"]?.();
    x._start();
  } catch (e) {
    end = trapped(e);
  }
  end = ENDS[x["akkacompute.end"]?.value ?? 0] || end;
  let left = Number(x["akkacompute.fuel"]?.value ?? 0n);
  if (end === "OutOfFuel" || left < 0) [end, left] = ["OutOfFuel", 0];
  return { end, fuel: left, memory: createHash("sha256").update(new Uint8Array(x.memory.buffer)).digest("hex") };
}

for await (const line of createInterface({ input: process.stdin })) console.log(JSON.stringify(run(JSON.parse(line))));
